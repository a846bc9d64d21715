package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.SiteSweep;
import dev.sparsam.logs.Sweep;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.logs.internal.SweepStore.Status;
import dev.sparsam.logs.internal.SweepStore.Step;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.Row;
import dev.sparsam.store.Sql;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is told of sweeps, and of what is known of sites by them. Every method is called within a transaction. */
final class SweepReport {
    /** {@link FileReason#isProblem(FileOutcome)} as a condition. */
    private static final String PROBLEM = problem();

    private final Sql sql;

    SweepReport(Sql sql) {
        this.sql = sql;
    }

    Optional<Sweep> sweep(long id, Optional<Set<SiteId>> sites) {
        return withNumbers(sql.query("select * from logs_sweep where id = ?", SweepReport::bare, id), sites).stream()
                .findFirst();
    }

    /** Sweeps with a smaller number, the newest first, without what is to be counted. */
    List<Sweep> before(long id, int limit) {
        return sql.query(
                "select * from logs_sweep where id < ? order by id desc limit ?", SweepReport::bare, id, limit);
    }

    private static Sweep bare(Row row) {
        return new Sweep(
                row.number("id"),
                Scope.parse(row.text("scope")),
                State.valueOf(row.text("state")),
                row.text("actor"),
                row.instant("created_at"),
                row.optionalInstant("ended_at"),
                (int) row.number("sites"),
                0,
                Map.of(),
                Map.of(),
                0,
                0);
    }

    /** What is counted of a sweep. */
    private static final class Numbers {
        private final Map<Step, Integer> sites = new EnumMap<>(Step.class);
        private final Map<FileAction, Long> planned = new EnumMap<>(FileAction.class);
        private final Map<FileAction, Long> done = new EnumMap<>(FileAction.class);
        private long problems;
        private long missing;

        /** Adds files that stay as they are, and places without one. */
        private void left(Row row, FileOutcome outcome) {
            long files = row.number("files");
            long places = row.number("missing");
            if (files > 0) {
                planned.merge(FileAction.LEAVE, files, Long::sum);
                if (outcome == FileOutcome.DONE) {
                    done.merge(FileAction.LEAVE, files, Long::sum);
                }
            }
            missing += places;
            problems += outcome == FileOutcome.CHANGED ? files + places : row.number("problems");
        }

        private int sites() {
            return sites.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /**
     * Sweeps with what is counted.
     *
     * @param sites counts these only; empty for all
     */
    List<Sweep> withNumbers(List<Sweep> sweeps, Optional<Set<SiteId>> sites) {
        if (sweeps.isEmpty()) {
            return sweeps;
        }
        Map<Long, Numbers> counted = new HashMap<>();
        sweeps.forEach(sweep -> counted.put(sweep.id(), new Numbers()));
        if (sites.isEmpty()) {
            count(sweeps, List.of(), counted);
        } else {
            NamedSites.batches(sites.get()).forEach(batch -> count(sweeps, batch, counted));
        }
        return sweeps.stream()
                .map(sweep -> {
                    Numbers numbers = counted.getOrDefault(sweep.id(), new Numbers());
                    boolean planning = sweep.state() == State.PLANNING || sweep.state() == State.PLANNED;
                    return new Sweep(
                            sweep.id(),
                            sweep.scope(),
                            sweep.state(),
                            sweep.by(),
                            sweep.createdAt(),
                            sweep.endedAt(),
                            sites.isEmpty() ? sweep.sites() : numbers.sites(),
                            numbers.sites.getOrDefault(planning ? Step.PLANNED : Step.DONE, 0),
                            numbers.planned,
                            numbers.done,
                            numbers.problems,
                            numbers.missing);
                })
                .toList();
    }

    /** Counts of all sites when none is named. */
    private void count(List<Sweep> sweeps, List<SiteId> sites, Map<Long, Numbers> counted) {
        String where = " where sweep in (" + NamedSites.marks(sweeps) + ")"
                + (sites.isEmpty() ? "" : " and site in (" + NamedSites.marks(sites) + ")");
        Object[] arguments = NamedSites.arguments(sweeps.stream().map(Sweep::id).toList(), sites);
        sql.each(
                "select sweep, step, left_outcome, count(*) as sites, sum(left_files) as files,"
                        + " sum(left_missing) as missing, sum(left_problems) as problems from logs_sweep_site" + where
                        + " group by sweep, step, left_outcome",
                row -> {
                    Numbers numbers = numbers(counted, row);
                    numbers.sites.merge(Step.valueOf(row.text("step")), (int) row.number("sites"), Integer::sum);
                    numbers.left(row, FileOutcome.valueOf(row.text("left_outcome")));
                },
                arguments);
        covered(sweeps, sites, row -> {
            Numbers numbers = numbers(counted, row);
            boolean done = State.valueOf(row.text("state")) == State.DONE;
            numbers.sites.merge(done ? Step.DONE : Step.PLANNED, (int) row.number("sites"), Integer::sum);
            numbers.left(row, done ? FileOutcome.DONE : FileOutcome.OPEN);
        });
        sql.each(
                "select sweep, action, reason, outcome, count(*) as files from logs_sweep_file" + where
                        + " group by sweep, action, reason, outcome",
                row -> {
                    Numbers numbers = numbers(counted, row);
                    long files = row.number("files");
                    FileAction action = FileAction.valueOf(row.text("action"));
                    FileOutcome outcome = FileOutcome.valueOf(row.text("outcome"));
                    FileReason reason = FileReason.valueOf(row.text("reason"));
                    if (reason.isWithoutFile()) {
                        numbers.missing += files;
                    } else {
                        numbers.planned.merge(action, files, Long::sum);
                        if (outcome == FileOutcome.DONE) {
                            numbers.done.merge(action, files, Long::sum);
                        }
                    }
                    if (reason.isProblem(outcome)) {
                        numbers.problems += files;
                    }
                },
                arguments);
    }

    /** What sweeps found as it was. */
    private void covered(List<Sweep> sweeps, List<SiteId> sites, Consumer<Row> consumer) {
        Object[] ids = sweeps.stream().map(Sweep::id).toArray();
        if (sites.isEmpty()) {
            sql.each(
                    "select s.id as sweep, s.state, c.sites, c.files, c.missing, c.problems from logs_sweep s"
                            + " join logs_cover c on c.id = s.cover where s.id in (" + NamedSites.marks(sweeps) + ")",
                    consumer,
                    ids);
        } else {
            sql.each(
                    "select s.id as sweep, s.state, count(*) as sites, sum(c.files) as files,"
                            + " sum(c.missing) as missing, sum(c.problems) as problems from logs_sweep s"
                            + " join logs_cover_site c on c.cover = s.cover where s.id in (" + NamedSites.marks(sweeps)
                            + ") and c.site in (" + NamedSites.marks(sites) + ") group by s.id, s.state",
                    consumer,
                    NamedSites.arguments(List.of(ids), sites));
        }
    }

    private static Numbers numbers(Map<Long, Numbers> counted, Row row) {
        return counted.computeIfAbsent(row.number("sweep"), id -> new Numbers());
    }

    Map<SiteId, Long> receipts(long sweep) {
        Map<SiteId, Long> receipts = new HashMap<>();
        sql.each(
                "select site, receipt from logs_sweep_site where sweep = ? and receipt is not null"
                        + " union all select c.site, s.receipt from logs_sweep s"
                        + " join logs_cover_site c on c.cover = s.cover where s.id = ? and s.receipt is not null",
                row -> receipts.put(new SiteId(row.text("site")), row.number("receipt")),
                sweep,
                sweep);
        return receipts;
    }

    List<Status> statuses(Collection<SiteId> sites) {
        String query = "select * from " + SweepStore.STATUS;
        Object[] arguments = {};
        if (sites.size() <= NamedSites.MOST) {
            if (sites.isEmpty()) {
                return List.of();
            }
            query += sites.stream().map(site -> "?").collect(Collectors.joining(", ", " where site in (", ")"));
            arguments = sites.stream().map(SiteId::value).toArray();
        }
        return sql.query(
                query + " order by site, kind",
                row -> new Status(
                        new SiteId(row.text("site")),
                        LogPlace.parse(row.text("kind")),
                        row.number("sweep"),
                        row.instant("at"),
                        row.number("receipt"),
                        row.text("leaf_hash"),
                        LogRules.parse(row.text("rules")),
                        Optional.of(row.text("keys_kept"))
                                .filter(rule -> !rule.isEmpty())
                                .map(RetentionRule::parse),
                        row.number("problems"),
                        row.text("streams"),
                        Optional.of(row.text("held"))
                                .filter(day -> !day.isEmpty())
                                .map(LocalDate::parse),
                        SweepFiles.left(row, "oldest_line"),
                        row.number("unknown_files")),
                arguments);
    }

    /** The last sweep of each of these sites; a site's kinds of logs are taken together. */
    Map<SiteId, SiteSweep> last(Collection<SiteId> sites) {
        Map<SiteId, SiteSweep> last = new HashMap<>();
        for (Status status : statuses(sites)) {
            last.merge(
                    status.site(),
                    new SiteSweep(
                            status.site(),
                            status.sweep(),
                            status.at(),
                            status.receipt(),
                            status.left().oldest(),
                            status.problems()),
                    (one, other) -> new SiteSweep(
                            one.site(),
                            one.sweep(),
                            one.at(),
                            one.receipt(),
                            LogScan.earlier(one.oldestLine(), other.oldestLine()),
                            one.problems() + other.problems()));
        }
        return last;
    }

    /** Those of these sites that a sweep which the schedule has begun since then has ended. */
    Set<SiteId> sweptBySchedule(Collection<SiteId> sites, Instant since) {
        if (sites.isEmpty()) {
            return Set.of();
        }
        String explicit = "select distinct t.site from logs_sweep s join logs_sweep_site t on t.sweep = s.id"
                + " where s.auto_run = true and s.created_at >= ? and t.step = ?";
        String covered = "select distinct t.site from logs_cover_site t where t.cover in (select s.cover"
                + " from logs_sweep s where s.auto_run = true and s.created_at >= ? and s.state = ?)";
        String among = "";
        List<SiteId> named = List.of();
        if (sites.size() <= NamedSites.MOST) {
            among = " and t.site in (" + NamedSites.marks(sites) + ")";
            named = List.copyOf(sites);
        }
        Set<SiteId> swept = new HashSet<>();
        sql.each(
                explicit + among,
                row -> swept.add(new SiteId(row.text("site"))),
                NamedSites.arguments(List.of(since, Step.DONE), named));
        sql.each(
                covered + among,
                row -> swept.add(new SiteId(row.text("site"))),
                NamedSites.arguments(List.of(since, State.DONE), named));
        return swept;
    }

    List<SweepFile> files(long sweep, FileFilter filter, int offset, int limit) {
        List<Group> groups = new ArrayList<>();
        eachGroup(sweep, filter, groups::add);
        groups.sort(Comparator.comparingInt(Group::rank).thenComparing(Group::site));
        Map<Integer, Set<SiteId>> wanted = new TreeMap<>();
        long start = 0;
        long skip = -1;
        for (Group group : groups) {
            long end = start + group.files();
            if (end > offset && start < (long) offset + limit) {
                skip = skip < 0 ? offset - start : skip;
                wanted.computeIfAbsent(group.rank(), rank -> new LinkedHashSet<>())
                        .add(group.site());
            }
            start = end;
        }
        List<SweepFile> found = new ArrayList<>();
        wanted.forEach((rank, sites) -> new SweepFiles(sql)
                .files(sweep, sites).entrySet().stream()
                        // The database may sort sites by the rules of a language; here they are sorted as the groups
                        // are.
                        .sorted(Map.Entry.comparingByKey())
                        .flatMap(site -> site.getValue().stream())
                        .map(PlannedFile::file)
                        .filter(file -> SweepFiles.rank(file) == rank && (!filter.problems() || file.isProblem()))
                        .forEach(found::add));
        return found.stream().skip(Math.max(0, skip)).limit(limit).toList();
    }

    /** The files of one rank of a site: they stand together in every list. A rank may come in several parts. */
    private record Group(int rank, SiteId site, long files) {}

    private void eachGroup(long sweep, FileFilter filter, Consumer<Group> consumer) {
        if (filter.sites().isEmpty()) {
            eachGroup(sweep, filter.problems(), "", List.of(), consumer);
        } else {
            for (List<SiteId> batch : NamedSites.batches(filter.sites().get())) {
                eachGroup(sweep, filter.problems(), " and site in (" + NamedSites.marks(batch) + ")", batch, consumer);
            }
        }
    }

    private void eachGroup(long sweep, boolean problems, String among, List<SiteId> sites, Consumer<Group> consumer) {
        sql.each(
                "select rank, site, count(*) as files from logs_sweep_file where sweep = ?"
                        + (problems ? " and (" + PROBLEM + ")" : "") + among + " group by rank, site",
                row -> consumer.accept(
                        new Group((int) row.number("rank"), new SiteId(row.text("site")), row.number("files"))),
                NamedSites.arguments(List.of(sweep), sites));
        sql.each(
                "select site, left_files + left_missing as files, left_problems as problems, left_outcome as outcome"
                        + " from logs_sweep_site where sweep = ? and left_files + left_missing > 0" + among,
                row -> eachLeftGroup(row, problems, FileOutcome.valueOf(row.text("outcome")), consumer),
                NamedSites.arguments(List.of(sweep), sites));
        sql.each(
                "select c.site, c.files + c.missing as files, c.problems from logs_sweep s join logs_cover_site c"
                        + " on c.cover = s.cover where s.id = ?" + among,
                row -> eachLeftGroup(row, problems, FileOutcome.DONE, consumer),
                NamedSites.arguments(List.of(sweep), sites));
    }

    private static void eachLeftGroup(Row row, boolean problems, FileOutcome outcome, Consumer<Group> consumer) {
        SiteId site = new SiteId(row.text("site"));
        long unclear = row.number("problems");
        long clear = row.number("files") - unclear;
        if (unclear > 0) {
            consumer.accept(new Group(SweepFiles.UNCLEAR, site, unclear));
        }
        if (clear > 0 && (!problems || outcome == FileOutcome.CHANGED)) {
            consumer.accept(new Group(SweepFiles.CLEAR, site, clear));
        }
    }

    long count(long sweep, FileFilter filter) {
        LongAdder count = new LongAdder();
        eachGroup(sweep, filter, group -> count.add(group.files()));
        return count.sum();
    }

    private static String problem() {
        List<String> cases = new ArrayList<>();
        for (FileOutcome outcome : FileOutcome.values()) {
            String reasons = Stream.of(FileReason.values())
                    .filter(reason -> reason.isProblem(outcome))
                    .map(reason -> "'" + reason + "'")
                    .collect(Collectors.joining(", "));
            if (!reasons.isEmpty()) {
                cases.add("outcome = '" + outcome + "' and reason in (" + reasons + ")");
            }
        }
        return String.join(" or ", cases);
    }
}
