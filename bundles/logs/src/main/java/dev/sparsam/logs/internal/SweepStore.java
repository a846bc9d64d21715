package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.SiteSweep;
import dev.sparsam.logs.Sweep;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.Row;
import dev.sparsam.store.Sql;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of sweeps. Every method is called within a transaction. */
final class SweepStore {
    /** Up to so many sites are named in a query; for more it is cheaper to read all. */
    private static final int NAMED_SITES = 1_000;

    /** {@link FileReason#isProblem(FileOutcome)} as a condition. */
    private static final String PROBLEM = problem();

    private final Sql sql;

    SweepStore(Sql sql) {
        this.sql = sql;
    }

    /** The steps of a site in a sweep. */
    enum Step {
        /** Its files are to be looked at. */
        PLAN,
        /** Its files are planned. */
        PLANNED,
        /** Its files have been handled. */
        DONE
    }

    /** A site of a sweep with the settings that its plan follows. */
    record SweptSite(SiteId site, RetentionRule retention, AddressMasking masking) {}

    /**
     * A file with what the engine needs to know it again.
     *
     * @param no its number within sweep and site
     * @param file what is planned
     * @param identity what the file was when it was planned
     * @param result what it will be, written before it is replaced; empty until then
     */
    record PlannedFile(int no, SweepFile file, String identity, String result) {}

    /** What is known of a site's logs of one kind after a sweep, which looked at the streams of this hash. */
    record Status(
            SiteId site,
            LogKind kind,
            long sweep,
            Instant at,
            long receipt,
            String leafHash,
            RetentionRule retention,
            AddressMasking masking,
            Optional<Instant> oldestLine,
            long problems,
            String streams) {}

    long create(Scope scope, String actor, boolean autoRun, Instant now) {
        return sql.insert(
                "insert into logs_sweep (scope, state, actor, auto_run, created_at, sites)"
                        + " values (?, ?, ?, ?, ?, ?)",
                scope.toString(),
                State.PLANNING,
                actor,
                autoRun,
                now,
                0);
    }

    /** Takes the sites of a sweep down; done once, before its first site is planned. */
    void addSites(long sweep, Collection<SweptSite> sites) {
        List<Object[]> rows = new ArrayList<>();
        for (SweptSite site : sites) {
            rows.add(new Object[] {
                sweep,
                site.site().value(),
                Step.PLAN,
                site.retention().toString(),
                site.masking().toString()
            });
        }
        sql.batch("insert into logs_sweep_site (sweep, site, step, retention, masking) values (?, ?, ?, ?, ?)", rows);
        sql.update("update logs_sweep set sites = ? where id = ?", rows.size(), sweep);
    }

    List<SweptSite> sites(long sweep, Step step) {
        return sql.query(
                "select site, retention, masking from logs_sweep_site where sweep = ? and step = ? order by site",
                SweepStore::sweptSite,
                sweep,
                step);
    }

    List<SweptSite> sites(long sweep) {
        return sql.query(
                "select site, retention, masking from logs_sweep_site where sweep = ? order by site",
                SweepStore::sweptSite,
                sweep);
    }

    private static SweptSite sweptSite(Row row) {
        return new SweptSite(
                new SiteId(row.text("site")),
                RetentionRule.parse(row.text("retention")),
                AddressMasking.parse(row.text("masking")));
    }

    /** @param streams {@link Streams#hashes} of what was looked at */
    void planned(long sweep, SiteId site, List<PlannedFile> files, String streams) {
        List<Object[]> rows = new ArrayList<>();
        for (PlannedFile planned : files) {
            SweepFile file = planned.file();
            rows.add(new Object[] {
                sweep,
                site.value(),
                planned.no(),
                rank(file),
                file.kind(),
                file.path().toString(),
                file.action(),
                file.reason(),
                Notes.write(file.notes()),
                file.size(),
                file.oldest(),
                file.newest(),
                file.lines(),
                file.addresses(),
                file.outcome(),
                planned.identity(),
                planned.result()
            });
        }
        sql.batch(
                "insert into logs_sweep_file (sweep, site, no, rank, kind, path, action, reason, detail, size, oldest,"
                        + " newest, lines, addresses, outcome, identity, result)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows);
        sql.update(
                "update logs_sweep_site set step = ?, streams = ? where sweep = ? and site = ?",
                Step.PLANNED,
                streams,
                sweep,
                site.value());
    }

    /** What was kept by {@link #planned}. */
    String streams(long sweep, SiteId site) {
        return sql.first(
                        "select streams from logs_sweep_site where sweep = ? and site = ?",
                        row -> row.text("streams"),
                        sweep,
                        site.value())
                .orElse("");
    }

    /** What is changed comes first, then what needs a look, then what stays. */
    private static int rank(SweepFile file) {
        return switch (file.action()) {
            case DELETE -> 0;
            case MASK -> 1;
            case LEAVE -> file.reason().isProblem() ? 2 : 3;
        };
    }

    /** The files of one site in the order of their numbers. */
    List<PlannedFile> files(long sweep, SiteId site) {
        return sql.query(
                "select * from logs_sweep_file where sweep = ? and site = ? order by no",
                SweepStore::plannedFile,
                sweep,
                site.value());
    }

    private static PlannedFile plannedFile(Row row) {
        return new PlannedFile((int) row.number("no"), sweepFile(row), row.text("identity"), row.text("result"));
    }

    List<SweepFile> files(long sweep, FileFilter filter, int offset, int limit) {
        if (filter.sites().isEmpty()) {
            return sql.query(
                    "select * from logs_sweep_file where " + files(filter)
                            + " order by rank, site, no limit ? offset ?",
                    SweepStore::sweepFile,
                    sweep,
                    limit,
                    offset);
        }
        List<Group> groups = new ArrayList<>();
        eachGroup(sweep, filter, groups::add);
        groups.sort(Comparator.comparingInt(Group::rank).thenComparing(Group::site));
        Map<Integer, List<SiteId>> wanted = new TreeMap<>();
        long start = 0;
        long skip = -1;
        for (Group group : groups) {
            long end = start + group.files();
            if (end > offset && start < (long) offset + limit) {
                skip = skip < 0 ? offset - start : skip;
                wanted.computeIfAbsent(group.rank(), rank -> new ArrayList<>()).add(group.site());
            }
            start = end;
        }
        List<SweepFile> found = new ArrayList<>();
        wanted.forEach((rank, sites) -> {
            List<SweepFile> some = new ArrayList<>();
            for (List<SiteId> batch : batches(sites)) {
                some.addAll(sql.query(
                        "select * from logs_sweep_file where " + files(filter) + " and rank = ? and site in ("
                                + marks(batch) + ") order by no",
                        SweepStore::sweepFile,
                        arguments(List.of(sweep, rank), batch)));
            }
            // The database may sort sites by the rules of a language; here they are sorted as the groups are.
            some.sort(Comparator.comparing(SweepFile::site));
            found.addAll(some);
        });
        return found.stream().skip(Math.max(0, skip)).limit(limit).toList();
    }

    /** The files of one rank of a site: they stand together in every list. */
    private record Group(int rank, SiteId site, long files) {}

    private void eachGroup(long sweep, FileFilter filter, Consumer<Group> consumer) {
        for (List<SiteId> batch : batches(filter.sites().orElseThrow())) {
            sql.each(
                    "select rank, site, count(*) as files from logs_sweep_file where " + files(filter)
                            + " and site in (" + marks(batch) + ") group by rank, site",
                    row -> consumer.accept(
                            new Group((int) row.number("rank"), new SiteId(row.text("site")), row.number("files"))),
                    arguments(List.of(sweep), batch));
        }
    }

    long count(long sweep, FileFilter filter) {
        if (filter.sites().isEmpty()) {
            return sql.first(
                            "select count(*) as files from logs_sweep_file where " + files(filter),
                            row -> row.number("files"),
                            sweep)
                    .orElse(0L);
        }
        LongAdder count = new LongAdder();
        eachGroup(sweep, filter, group -> count.add(group.files()));
        return count.sum();
    }

    private static String files(FileFilter filter) {
        return filter.problems() ? "sweep = ? and (" + PROBLEM + ")" : "sweep = ?";
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

    /** Sites in pieces that a statement can name. */
    private static List<List<SiteId>> batches(Collection<SiteId> sites) {
        List<SiteId> all = List.copyOf(sites);
        List<List<SiteId>> batches = new ArrayList<>();
        for (int from = 0; from < all.size(); from += NAMED_SITES) {
            batches.add(all.subList(from, Math.min(all.size(), from + NAMED_SITES)));
        }
        return batches;
    }

    private static String marks(Collection<?> values) {
        return String.join(", ", Collections.nCopies(values.size(), "?"));
    }

    private static Object[] arguments(List<?> first, List<SiteId> sites) {
        return Stream.concat(first.stream(), sites.stream().map(SiteId::value)).toArray();
    }

    private static SweepFile sweepFile(Row row) {
        return new SweepFile(
                new SiteId(row.text("site")),
                LogKind.valueOf(row.text("kind")),
                Path.of(row.text("path")),
                FileAction.valueOf(row.text("action")),
                FileReason.valueOf(row.text("reason")),
                Notes.read(row.text("detail")),
                row.number("size"),
                row.optionalInstant("oldest"),
                row.optionalInstant("newest"),
                row.number("lines"),
                row.number("addresses"),
                FileOutcome.valueOf(row.text("outcome")));
    }

    void expect(long sweep, SiteId site, int no, String result) {
        sql.update(
                "update logs_sweep_file set result = ? where sweep = ? and site = ? and no = ?",
                result,
                sweep,
                site.value(),
                no);
    }

    void outcome(long sweep, SiteId site, int no, FileOutcome outcome, List<FileNote> notes) {
        sql.update(
                "update logs_sweep_file set outcome = ?, detail = ?"
                        + " where sweep = ? and site = ? and no = ? and outcome = ?",
                outcome,
                Notes.write(notes),
                sweep,
                site.value(),
                no,
                FileOutcome.OPEN);
    }

    /** Something else counts for the site by now: what is still open is not done. */
    int overtake(long sweep, SiteId site, Code why) {
        return sql.update(
                "update logs_sweep_file set outcome = ?, detail = ? where sweep = ? and site = ? and outcome = ?",
                FileOutcome.CHANGED,
                Notes.write(List.of(FileNote.of(why), FileNote.of(Code.AS_BEFORE))),
                sweep,
                site.value(),
                FileOutcome.OPEN);
    }

    /** Claims the end of a site; false when another node has ended it already. */
    boolean close(long sweep, SiteId site) {
        return sql.update(
                        "update logs_sweep_site set step = ? where sweep = ? and site = ? and step = ?",
                        Step.DONE,
                        sweep,
                        site.value(),
                        Step.PLANNED)
                == 1;
    }

    /** Files that were only to be left have been left. */
    void leftAlone(long sweep, SiteId site) {
        sql.update(
                "update logs_sweep_file set outcome = ? where sweep = ? and site = ? and action = ? and outcome = ?",
                FileOutcome.DONE,
                sweep,
                site.value(),
                FileAction.LEAVE,
                FileOutcome.OPEN);
    }

    /** Whether a newer sweep has handled the site. */
    boolean isNewerDone(long sweep, SiteId site) {
        return !sql.query(
                        "select sweep from logs_status where site = ? and sweep > ?",
                        row -> row.number("sweep"),
                        site.value(),
                        sweep)
                .isEmpty();
    }

    /** A site of a planned sweep that a newer sweep has handled, or an older one since this one was planned. */
    Optional<SiteId> sweptSince(long sweep) {
        return sql.first(
                "select t.site from logs_sweep s join logs_sweep_site p on p.sweep = s.id"
                        + " join logs_status t on t.site = p.site"
                        + " where s.id = ? and (t.sweep > s.id or (t.sweep < s.id and t.at > s.planned_at))"
                        + " order by t.site limit 1",
                row -> new SiteId(row.text("site")),
                sweep);
    }

    /** The sweep of this scope that is being planned for somebody. */
    Optional<Long> planning(Scope scope, String actor) {
        return sql.first(
                "select id from logs_sweep where scope = ? and actor = ? and state = ? and auto_run = false"
                        + " order by id desc limit 1",
                row -> row.number("id"),
                scope.toString(),
                actor,
                State.PLANNING);
    }

    /** Whether a sweep that the schedule has begun has not ended. */
    boolean isScheduledOpen() {
        return sql.first(
                        "select id from logs_sweep where auto_run = true and state in (?, ?, ?) limit 1",
                        row -> row.number("id"),
                        State.PLANNING,
                        State.PLANNED,
                        State.RUNNING)
                .isPresent();
    }

    /** Keeps a site's receipt, and its status unless that of a newer sweep is there. */
    void done(long sweep, SiteId site, long receipt, List<Status> statuses) {
        sql.update("update logs_sweep_site set receipt = ? where sweep = ? and site = ?", receipt, sweep, site.value());
        if (isNewerDone(sweep, site)) {
            return;
        }
        sql.update("delete from logs_status where site = ?", site.value());
        for (Status status : statuses) {
            sql.update(
                    "insert into logs_status (site, kind, sweep, at, receipt, leaf_hash, retention, masking,"
                            + " oldest_line, problems, streams) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    site.value(),
                    status.kind(),
                    status.sweep(),
                    status.at(),
                    status.receipt(),
                    status.leafHash(),
                    status.retention().toString(),
                    status.masking().toString(),
                    status.oldestLine(),
                    status.problems(),
                    status.streams());
        }
    }

    /** Moves a sweep on, unless another node was faster; says whether it did. */
    boolean move(long sweep, State from, State to, Instant now) {
        String time = switch (to) {
            case PLANNED -> ", planned_at = ?";
            case DONE, DISCARDED -> ", ended_at = ?";
            case PLANNING, RUNNING -> "";
        };
        List<Object> arguments = new ArrayList<>(List.<Object>of(to));
        if (!time.isEmpty()) {
            arguments.add(now);
        }
        arguments.addAll(List.of(sweep, from));
        return sql.update("update logs_sweep set state = ?" + time + " where id = ? and state = ?", arguments.toArray())
                == 1;
    }

    /** What only the service needs to know of a sweep. */
    record Control(State state, Scope scope, String actor, boolean autoRun, Optional<Instant> plannedAt) {}

    Optional<Control> control(long sweep) {
        return sql.first(
                "select * from logs_sweep where id = ?",
                row -> new Control(
                        State.valueOf(row.text("state")),
                        Scope.parse(row.text("scope")),
                        row.text("actor"),
                        row.flag("auto_run"),
                        row.optionalInstant("planned_at")),
                sweep);
    }

    Optional<Sweep> sweep(long id, Optional<Set<SiteId>> sites) {
        return withNumbers(sql.query("select * from logs_sweep where id = ?", SweepStore::bare, id), sites).stream()
                .findFirst();
    }

    /** Whether the sites of a sweep have been taken down. */
    boolean begun(long sweep) {
        return sql.first("select sites from logs_sweep where id = ?", row -> row.number("sites"), sweep)
                        .orElse(0L)
                > 0;
    }

    /** Sweeps with a smaller number, the newest first, without what is to be counted. */
    List<Sweep> before(long id, int limit) {
        return sql.query("select * from logs_sweep where id < ? order by id desc limit ?", SweepStore::bare, id, limit);
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
            batches(sites.get()).forEach(batch -> count(sweeps, batch, counted));
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
        String where = " where sweep in (" + marks(sweeps) + ")"
                + (sites.isEmpty() ? "" : " and site in (" + marks(sites) + ")");
        Object[] arguments = arguments(sweeps.stream().map(Sweep::id).toList(), sites);
        sql.each(
                "select sweep, step, count(*) as sites from logs_sweep_site" + where + " group by sweep, step",
                row -> numbers(counted, row)
                        .sites
                        .merge(Step.valueOf(row.text("step")), (int) row.number("sites"), Integer::sum),
                arguments);
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

    private static Numbers numbers(Map<Long, Numbers> counted, Row row) {
        return counted.computeIfAbsent(row.number("sweep"), id -> new Numbers());
    }

    Map<SiteId, Long> receipts(long sweep) {
        Map<SiteId, Long> receipts = new HashMap<>();
        sql.each(
                "select site, receipt from logs_sweep_site where sweep = ? and receipt is not null",
                row -> receipts.put(new SiteId(row.text("site")), row.number("receipt")),
                sweep);
        return receipts;
    }

    List<Status> statuses(Collection<SiteId> sites) {
        String query = "select * from logs_status";
        Object[] arguments = {};
        if (sites.size() <= NAMED_SITES) {
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
                        LogKind.valueOf(row.text("kind")),
                        row.number("sweep"),
                        row.instant("at"),
                        row.number("receipt"),
                        row.text("leaf_hash"),
                        RetentionRule.parse(row.text("retention")),
                        AddressMasking.parse(row.text("masking")),
                        row.optionalInstant("oldest_line"),
                        row.number("problems"),
                        row.text("streams")),
                arguments);
    }

    /** Those of these sites that a sweep which the schedule has begun since then has ended. */
    Set<SiteId> sweptBySchedule(Collection<SiteId> sites, Instant since) {
        List<Object> arguments = new ArrayList<>(List.of(since, Step.DONE));
        String query = "select distinct t.site from logs_sweep s join logs_sweep_site t on t.sweep = s.id"
                + " where s.auto_run = true and s.created_at >= ? and t.step = ?";
        if (sites.size() <= NAMED_SITES) {
            if (sites.isEmpty()) {
                return Set.of();
            }
            query += sites.stream().map(site -> "?").collect(Collectors.joining(", ", " and t.site in (", ")"));
            sites.forEach(site -> arguments.add(site.value()));
        }
        return Set.copyOf(sql.query(query, row -> new SiteId(row.text("site")), arguments.toArray()));
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
                            status.oldestLine(),
                            status.problems()),
                    (one, other) -> new SiteSweep(
                            one.site(),
                            one.sweep(),
                            one.at(),
                            one.receipt(),
                            earlier(one.oldestLine(), other.oldestLine()),
                            one.problems() + other.problems()));
        }
        return last;
    }

    static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.or(() -> other);
        }
        return one.get().isBefore(other.get()) ? one : other;
    }

    /**
     * Forgets sweeps that ended, or were planned and never run, long ago; what the last one found for each site is kept
     * apart.
     */
    int forget(Instant before) {
        return sql.update(
                "delete from logs_sweep where ended_at < ? or (state = ? and planned_at < ?)",
                before,
                State.PLANNED,
                before);
    }
}
