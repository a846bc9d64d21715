package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.logs.SiteSweep;
import dev.sparsam.logs.Sweep;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.Row;
import dev.sparsam.store.Sql;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
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
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of sweeps. Every method is called within a transaction. */
final class SweepStore {
    /** Up to so many sites are named in a query; for more it is cheaper to read all. */
    private static final int NAMED_SITES = 1_000;

    /** What is known of sites; where they were found as they were, by the newest sweep that did. */
    private static final String STATUS = "(select t.site, t.kind, coalesce(c.sweep, t.sweep) as sweep,"
            + " coalesce(c.at, t.at) as at, coalesce(c.receipt, t.receipt) as receipt,"
            + " coalesce(c.leaf_hash, t.leaf_hash) as leaf_hash, t.rules, t.oldest_line, t.problems,"
            + " t.streams, t.held, t.left_lines, t.left_unmasked, t.left_oldest, t.unknown_files from logs_status t left join logs_cover c on c.id = t.cover) as status";

    /** {@link FileReason#isProblem(FileOutcome)} as a condition. */
    private static final String PROBLEM = problem();

    /** The places of files that are left, after those that are changed. */
    private static final int UNCLEAR = 2;

    private static final int CLEAR = 3;

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
    record SweptSite(SiteId site, SiteRules rules) {}

    /**
     * A file with what the engine needs to know it again.
     *
     * @param no its number within sweep and site
     * @param file what is planned
     * @param identity what the file was when it was planned
     * @param result what it will be, written before it is replaced; empty until then
     * @param left what is left of it when that is done
     */
    record PlannedFile(int no, SweepFile file, String identity, String result, Remains left) {
        /** What is left of it by now. */
        Remains leaves() {
            return switch (file.outcome()) {
                case OPEN, DONE -> left;
                case VANISHED -> Remains.NONE;
                // Nobody has read it since. Of a file to be cut, the lines to be left out are counted, and those to be
                // left.
                case CHANGED, FAILED ->
                    Remains.unread(
                            file.action() == FileAction.CUT ? file.lines() + left.lines() : file.lines(),
                            file.oldest());
            };
        }
    }

    /**
     * What is known of a site's logs of one kind, live or in backups, after a sweep, which looked at the streams of this
     * hash, was kept from deleting until this day, and could not tell of some files what is in them.
     */
    record Status(
            SiteId site,
            LogPlace place,
            long sweep,
            Instant at,
            long receipt,
            String leafHash,
            LogRules rules,
            long problems,
            String streams,
            Optional<LocalDate> held,
            Remains left,
            long unknown) {}

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

    /**
     * Takes the sites of a sweep down; done once, before its first site is planned.
     *
     * @param sites those to be planned
     * @param cover those that are as they were
     * @param asked whether each file of these was asked, or only the folders
     */
    void addSites(long sweep, Collection<SweptSite> sites, Optional<Cover> cover, boolean asked) {
        List<Object[]> rows = new ArrayList<>();
        for (SweptSite site : sites) {
            rows.add(new Object[] {
                sweep, site.site().value(), Step.PLAN, site.rules().toString()
            });
        }
        sql.batch("insert into logs_sweep_site (sweep, site, step, rules) values (?, ?, ?, ?)", rows);
        sql.update(
                "update logs_sweep set sites = ?, cover = ?, asked = ? where id = ?",
                rows.size() + cover.map(Cover::sites).orElse(0),
                cover.map(Cover::id),
                asked,
                sweep);
    }

    List<SweptSite> sites(long sweep, Step step) {
        return sites("select site, rules from logs_sweep_site where sweep = ? and step = ? order by site", sweep, step);
    }

    /** All sites of a sweep, also those that are as they were. */
    List<SweptSite> sites(long sweep) {
        return sites(
                "select site, rules from logs_sweep_site where sweep = ?"
                        + " union all select c.site, c.rules"
                        + " from logs_sweep s join logs_cover_site c on c.cover = s.cover where s.id = ? order by 1",
                sweep,
                sweep);
    }

    private List<SweptSite> sites(String query, Object... arguments) {
        // Most sites have the same rules: they are parsed once, and share one object.
        Map<String, SiteRules> rules = new HashMap<>();
        return sql.query(
                query,
                row -> new SweptSite(
                        new SiteId(row.text("site")), rules.computeIfAbsent(row.text("rules"), SiteRules::parse)),
                arguments);
    }

    /**
     * What a look at a site found.
     *
     * @param streams the streams that were looked at
     * @param scan what a scan depended on
     * @param rules what the plan depended on besides
     */
    record LookedSite(SweptSite site, List<LogStream> streams, Look look, String scan, String rules) {}

    /** Keeps what is planned for sites; each look becomes the newest of its site. */
    void planned(long sweep, Instant now, List<LookedSite> sites) {
        List<Object[]> files = new ArrayList<>();
        List<Object[]> steps = new ArrayList<>();
        List<Object[]> looks = new ArrayList<>();
        List<Object[]> index = new ArrayList<>();
        for (LookedSite looked : sites) {
            String site = looked.site().site().value();
            Look look = looked.look();
            look.planned().stream()
                    .filter(planned -> planned.file().action() != FileAction.LEAVE)
                    .forEach(planned -> files.add(row(sweep, planned)));
            Look.Left left = look.left();
            steps.add(new Object[] {
                Step.PLANNED,
                Streams.hashes(looked.streams()),
                left.files(),
                left.missing(),
                left.problems(),
                sweep,
                site
            });
            looks.add(new Object[] {sweep, site, look.packedFiles()});
            index.add(new Object[] {
                site,
                sweep,
                now,
                looked.scan(),
                looked.rules(),
                Streams.text(looked.streams()),
                look.steady(),
                false,
                look.due(),
                look.packedFolders(),
                look.packedMarks(),
                left.files(),
                left.missing(),
                left.problems()
            });
        }
        sql.batch(
                "insert into logs_sweep_file (sweep, site, no, rank, kind, path, action, reason, detail, size, oldest,"
                        + " newest, lines, addresses, outcome, identity, result, left_lines, left_first, left_unmasked,"
                        + " left_oldest) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                files);
        sql.batch(
                "update logs_sweep_site set step = ?, streams = ?, left_files = ?, left_missing = ?, left_problems = ?"
                        + " where sweep = ? and site = ?",
                steps);
        sql.batch("insert into logs_look (sweep, site, files) values (?, ?, ?)", looks);
        sql.batch(
                "delete from logs_index where site = ?",
                sites.stream()
                        .map(looked -> new Object[] {looked.site().site().value()})
                        .toList());
        sql.batch(
                "insert into logs_index (site, look, looked_at, scan, rules, streams, steady, swept, due_at, folders,"
                        + " marks, files, missing, problems) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                index);
    }

    private static Object[] row(long sweep, PlannedFile planned) {
        SweepFile file = planned.file();
        return new Object[] {
            sweep,
            file.site().value(),
            planned.no(),
            rank(file),
            LogPlace.of(file).toString(),
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
            planned.result(),
            planned.left().lines(),
            planned.left().oldest(),
            planned.left().unmasked(),
            planned.left().oldestUnmasked()
        };
    }

    /**
     * The newest look at a site: what tells whether the site still is what it was. Of large providers there are many at a
     * time.
     *
     * @param number the sweep whose look it is
     * @param at when the site was looked at, or last found unchanged by asking each of its files
     * @param folders gives them; until then they are kept packed
     */
    record NewestLook(
            SiteId site,
            long number,
            Instant at,
            Supplier<List<Look.Folder>> folders,
            Look.Left left,
            Optional<Long> cover) {
        /** Whether no folder has changed since. */
        boolean foldersAreUnchanged() {
            return folders.get().stream().allMatch(Look.Folder::isUnchanged);
        }
    }

    /** The newest look at a site with what it depended on, and when it has to be done again although nothing changes. */
    record Indexed(NewestLook look, String scan, String rules, String streams, Optional<Instant> due) {}

    /** Of all sites with which there was nothing to do, and whose look has been followed by a sweep; in their order. */
    void eachIndexed(Consumer<Indexed> consumer) {
        sql.each(
                "select i.site, i.look, i.looked_at, i.scan, i.rules, i.streams, i.due_at, i.folders, i.files, i.missing,"
                        + " i.problems, i.cover, c.at from logs_index i left join logs_cover c on c.id = i.cover"
                        + " where i.steady and i.swept order by i.site",
                row -> consumer.accept(new Indexed(
                        new NewestLook(
                                new SiteId(row.text("site")),
                                row.number("look"),
                                later(row.instant("looked_at"), row.optionalInstant("at")),
                                packed(row.bytes("folders")),
                                new Look.Left((int) row.number("files"), (int) row.number("missing"), (int)
                                        row.number("problems")),
                                row.optionalNumber("cover")),
                        row.text("scan"),
                        row.text("rules"),
                        row.text("streams"),
                        row.optionalInstant("due_at"))));
    }

    private static Supplier<List<Look.Folder>> packed(byte[] folders) {
        return () -> Look.folders(folders);
    }

    /**
     * What held for a site when a sweep looked at it last.
     *
     * @param at when that was
     */
    record LastKnown(SiteRules rules, Instant at) {}

    /** Of those of these sites that a sweep has looked at. */
    Map<SiteId, LastKnown> lastKnown(Collection<SiteId> sites) {
        Map<SiteId, LastKnown> known = new HashMap<>();
        if (sites.isEmpty()) {
            return known;
        }
        boolean named = sites.size() <= NAMED_SITES;
        sql.each(
                "select i.site, i.rules, i.looked_at, c.at from logs_index i left join logs_cover c on c.id = i.cover"
                        + (named ? " where i.site in (" + marks(sites) + ")" : ""),
                row -> SweepWork.rules(row.text("rules"))
                        .ifPresent(rules -> known.put(
                                new SiteId(row.text("site")),
                                new LastKnown(rules, later(row.instant("looked_at"), row.optionalInstant("at"))))),
                named ? arguments(List.of(), List.copyOf(sites)) : new Object[0]);
        known.keySet().retainAll(Set.copyOf(sites));
        return known;
    }

    private static Instant later(Instant one, Optional<Instant> other) {
        return other.filter(one::isBefore).orElse(one);
    }

    /**
     * What the newest looks at sites found in their files, where a scan depended on the same; and decided, where a plan did
     * as well.
     */
    Map<SiteId, Map<Path, Look.Seen>> known(
            List<SweptSite> sites, Map<SiteId, String> scans, Map<SiteId, String> rules) {
        Map<SiteId, Map<Path, Look.Seen>> known = new HashMap<>();
        eachLook(sites.get(0).site(), sites.get(sites.size() - 1).site(), row -> {
            SiteId site = new SiteId(row.text("site"));
            if (row.text("scan").equals(scans.get(site))) {
                Map<Path, Look.Seen> files = Look.known(Look.files(site, row.bytes("files")));
                if (!row.text("rules").equals(rules.get(site))) {
                    files.replaceAll((path, seen) -> seen.undecided());
                }
                known.put(site, files);
            }
        });
        return known;
    }

    /** The marks of looks, by site; they stand together in the order of {@link #eachIndexed}. */
    Map<SiteId, byte[]> marks(List<NewestLook> wanted) {
        Map<SiteId, byte[]> marks = new HashMap<>();
        sql.each(
                "select site, marks from logs_index where site >= ? and site <= ?",
                row -> marks.put(new SiteId(row.text("site")), row.bytes("marks")),
                wanted.get(0).site().value(),
                wanted.get(wanted.size() - 1).site().value());
        return marks;
    }

    private void eachLook(SiteId first, SiteId last, Consumer<Row> consumer) {
        sql.each(
                "select i.site, i.scan, i.rules, (select l.files from logs_look l where l.sweep = i.look and l.site = i.site)"
                        + " as files from logs_index i where i.site >= ? and i.site <= ?",
                consumer,
                first.value(),
                last.value());
    }

    /** The sites that a sweep found as they were, as one; the one that the last sweep found when it is the same. */
    Optional<Cover> cover(long sweep, List<Cover.Member> members) {
        if (members.isEmpty()) {
            return Optional.empty();
        }
        Set<Optional<Long>> before = members.stream().map(Cover.Member::cover).collect(Collectors.toSet());
        if (before.size() == 1 && before.iterator().next().isPresent()) {
            Optional<Cover> same =
                    cover(before.iterator().next().get()).filter(cover -> cover.sites() == members.size());
            if (same.isPresent()) {
                return same;
            }
        }
        String root = Cover.root(members);
        long id = sql.insert(
                "insert into logs_cover (sites, files, missing, problems, root, sweep) values (?, ?, ?, ?, ?, ?)",
                members.size(),
                members.stream().mapToLong(member -> member.left().files()).sum(),
                members.stream().mapToLong(member -> member.left().missing()).sum(),
                members.stream().mapToLong(member -> member.left().problems()).sum(),
                root,
                sweep);
        List<Object[]> rows = new ArrayList<>();
        for (Cover.Member member : members) {
            rows.add(new Object[] {
                id,
                member.site().site().value(),
                member.look(),
                member.site().rules().toString(),
                member.left().files(),
                member.left().missing(),
                member.left().problems()
            });
        }
        sql.batch(
                "insert into logs_cover_site (cover, site, look, rules, files, missing, problems)"
                        + " values (?, ?, ?, ?, ?, ?, ?)",
                rows);
        return Optional.of(new Cover(id, members.size(), root, false));
    }

    private Optional<Cover> cover(long id) {
        return sql.first("select * from logs_cover where id = ?", SweepStore::cover, id);
    }

    private static Cover cover(Row row) {
        return new Cover(
                row.number("id"),
                (int) row.number("sites"),
                row.text("root"),
                row.optionalNumber("receipt").isPresent());
    }

    /** The cover of a sweep whose receipt has not been kept. */
    Optional<Cover> openCover(long sweep) {
        return sql.first(
                "select c.* from logs_sweep s join logs_cover c on c.id = s.cover where s.id = ? and s.receipt is null",
                SweepStore::cover,
                sweep);
    }

    /**
     * Keeps the evidence for the sites that a sweep found as they were.
     *
     * @param at when they were asked; empty when only their folders were, which proves nothing new
     */
    void covered(long sweep, Cover cover, Optional<Instant> at, long receipt, String leafHash) {
        sql.update("update logs_sweep set receipt = ? where id = ?", receipt, sweep);
        if (at.isEmpty()) {
            return;
        }
        sql.update(
                "update logs_cover set sweep = ?, at = ?, receipt = ?, leaf_hash = ? where id = ? and sweep <= ?",
                sweep,
                at,
                receipt,
                leafHash,
                cover.id(),
                sweep);
        if (cover.proven()) {
            return;
        }
        // Of those whose newest look is still the one that was found to hold.
        sql.update(
                "update logs_index set cover = ? where (cover is null or cover < ?) and exists (select 1"
                        + " from logs_cover_site c where c.cover = ? and c.site = logs_index.site"
                        + " and c.look = logs_index.look)",
                cover.id(),
                cover.id(),
                cover.id());
        sql.update(
                "update logs_status set cover = ? where (cover is null or cover < ?) and exists (select 1"
                        + " from logs_index i where i.site = logs_status.site and i.cover = ?)",
                cover.id(),
                cover.id(),
                cover.id());
    }

    /** The streams' hashes that {@link #planned} kept. */
    Map<SiteId, String> streams(long sweep, List<SweptSite> sites) {
        Map<SiteId, String> streams = new HashMap<>();
        sql.each(
                "select site, streams from logs_sweep_site where sweep = ?" + Range.CONDITION,
                row -> streams.put(new SiteId(row.text("site")), row.text("streams")),
                new Range(sites).arguments(sweep));
        return streams;
    }

    /** What is changed comes first, then what needs a look, then what stays. */
    private static int rank(SweepFile file) {
        return switch (file.action()) {
            case DELETE -> 0;
            case CUT, MASK -> 1;
            case LEAVE -> file.reason().isProblem() ? UNCLEAR : CLEAR;
        };
    }

    /**
     * Sites of a sweep that stand together in the order that the database gives them. It finds them by the first and the
     * last, where of a list of them it would compare each row with all.
     */
    private record Range(List<SweptSite> sites) {
        static final String CONDITION = " and site >= ? and site <= ?";

        Object[] arguments(Object... first) {
            return Stream.concat(
                            Stream.of(first),
                            Stream.of(
                                    sites.get(0).site().value(),
                                    sites.get(sites.size() - 1).site().value()))
                    .toArray();
        }
    }

    /** The files of sites that are to be changed, in the order of their numbers. */
    List<PlannedFile> changes(long sweep, List<SweptSite> sites) {
        return sql.query(
                "select * from logs_sweep_file where sweep = ?" + Range.CONDITION + " order by site, no",
                SweepStore::plannedFile,
                new Range(sites).arguments(sweep));
    }

    /** All files of sites in the order of their numbers, also those that stay as they are. */
    Map<SiteId, List<PlannedFile>> files(long sweep, List<SweptSite> sites) {
        return files(Range.CONDITION, new Range(sites).arguments(sweep));
    }

    private Map<SiteId, List<PlannedFile>> files(long sweep, Collection<SiteId> sites) {
        Map<SiteId, List<PlannedFile>> files = new HashMap<>();
        for (List<SiteId> batch : batches(sites)) {
            files.putAll(files(" and site in (" + marks(batch) + ")", arguments(List.of(sweep), batch)));
        }
        return files;
    }

    private Map<SiteId, List<PlannedFile>> files(String among, Object[] arguments) {
        Map<SiteId, List<PlannedFile>> files = new HashMap<>();
        sql.each(
                "select * from logs_sweep_file where sweep = ?" + among,
                row -> {
                    PlannedFile planned = plannedFile(row);
                    files.computeIfAbsent(planned.file().site(), site -> new ArrayList<>())
                            .add(planned);
                },
                arguments);
        sql.each(
                "select p.site, p.left_outcome, p.left_why, (select l.files from logs_look l where l.sweep = p.sweep"
                        + " and l.site = p.site) as files from logs_sweep_site p where p.sweep = ?"
                        + " and p.left_files + p.left_missing > 0" + among,
                row -> {
                    SiteId site = new SiteId(row.text("site"));
                    FileOutcome outcome = FileOutcome.valueOf(row.text("left_outcome"));
                    files.computeIfAbsent(site, none -> new ArrayList<>())
                            .addAll(left(site, row.bytes("files"), outcome, row.text("left_why")));
                },
                arguments);
        sql.each(
                "select c.site, s.state, (select l.files from logs_look l where l.sweep = c.look and l.site = c.site)"
                        + " as files from logs_sweep s join logs_cover_site c on c.cover = s.cover where s.id = ?"
                        + among,
                row -> {
                    SiteId site = new SiteId(row.text("site"));
                    boolean done = State.valueOf(row.text("state")) == State.DONE;
                    files.put(site, left(site, row.bytes("files"), done ? FileOutcome.DONE : FileOutcome.OPEN, ""));
                },
                arguments);
        files.replaceAll((site, all) ->
                all.stream().sorted(Comparator.comparingInt(PlannedFile::no)).toList());
        return files;
    }

    private static List<PlannedFile> left(SiteId site, byte[] packed, FileOutcome outcome, String why) {
        List<FileNote> notes =
                why.isEmpty() ? List.of() : List.of(FileNote.of(Code.valueOf(why)), FileNote.of(Code.AS_BEFORE));
        return Look.files(site, packed).stream()
                .map(Look.Seen::planned)
                .filter(planned -> planned.file().action() == FileAction.LEAVE)
                .map(planned -> new PlannedFile(
                        planned.no(),
                        planned.file()
                                .became(outcome, why.isEmpty() ? planned.file().notes() : notes),
                        planned.identity(),
                        "",
                        planned.left()))
                .toList();
    }

    private static Remains left(Row row, String oldest) {
        return new Remains(
                row.number("left_lines"),
                row.optionalInstant(oldest),
                row.number("left_unmasked"),
                row.optionalInstant("left_oldest"));
    }

    private static PlannedFile plannedFile(Row row) {
        return new PlannedFile(
                (int) row.number("no"),
                sweepFile(row),
                row.text("identity"),
                row.text("result"),
                left(row, "left_first"));
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
        wanted.forEach((rank, sites) -> files(sweep, sites).entrySet().stream()
                // The database may sort sites by the rules of a language; here they are sorted as the groups are.
                .sorted(Map.Entry.comparingByKey())
                .flatMap(site -> site.getValue().stream())
                .map(PlannedFile::file)
                .filter(file -> rank(file) == rank && (!filter.problems() || file.isProblem()))
                .forEach(found::add));
        return found.stream().skip(Math.max(0, skip)).limit(limit).toList();
    }

    /** The files of one rank of a site: they stand together in every list. A rank may come in several parts. */
    private record Group(int rank, SiteId site, long files) {}

    private void eachGroup(long sweep, FileFilter filter, Consumer<Group> consumer) {
        if (filter.sites().isEmpty()) {
            eachGroup(sweep, filter.problems(), "", List.of(), consumer);
        } else {
            for (List<SiteId> batch : batches(filter.sites().get())) {
                eachGroup(sweep, filter.problems(), " and site in (" + marks(batch) + ")", batch, consumer);
            }
        }
    }

    private void eachGroup(long sweep, boolean problems, String among, List<SiteId> sites, Consumer<Group> consumer) {
        sql.each(
                "select rank, site, count(*) as files from logs_sweep_file where sweep = ?"
                        + (problems ? " and (" + PROBLEM + ")" : "") + among + " group by rank, site",
                row -> consumer.accept(
                        new Group((int) row.number("rank"), new SiteId(row.text("site")), row.number("files"))),
                arguments(List.of(sweep), sites));
        sql.each(
                "select site, left_files + left_missing as files, left_problems as problems, left_outcome as outcome"
                        + " from logs_sweep_site where sweep = ? and left_files + left_missing > 0" + among,
                row -> eachLeftGroup(row, problems, FileOutcome.valueOf(row.text("outcome")), consumer),
                arguments(List.of(sweep), sites));
        sql.each(
                "select c.site, c.files + c.missing as files, c.problems from logs_sweep s join logs_cover_site c"
                        + " on c.cover = s.cover where s.id = ?" + among,
                row -> eachLeftGroup(row, problems, FileOutcome.DONE, consumer),
                arguments(List.of(sweep), sites));
    }

    private static void eachLeftGroup(Row row, boolean problems, FileOutcome outcome, Consumer<Group> consumer) {
        SiteId site = new SiteId(row.text("site"));
        long unclear = row.number("problems");
        long clear = row.number("files") - unclear;
        if (unclear > 0) {
            consumer.accept(new Group(UNCLEAR, site, unclear));
        }
        if (clear > 0 && (!problems || outcome == FileOutcome.CHANGED)) {
            consumer.accept(new Group(CLEAR, site, clear));
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
        LogPlace place = LogPlace.parse(row.text("kind"));
        return new SweepFile(
                new SiteId(row.text("site")),
                place.kind(),
                place.backup(),
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

    /** Keeps what is about to become of files. */
    void expect(long sweep, List<PlannedFile> files, String result) {
        List<Object[]> rows = new ArrayList<>();
        for (PlannedFile planned : files) {
            rows.add(new Object[] {result, sweep, planned.file().site().value(), planned.no()});
        }
        sql.batch("update logs_sweep_file set result = ? where sweep = ? and site = ? and no = ?", rows);
    }

    /** Keeps what became of files. */
    void outcomes(long sweep, Map<PlannedFile, SweepWork.Done> ended) {
        List<Object[]> rows = new ArrayList<>();
        ended.forEach((planned, done) -> rows.add(new Object[] {
            done.outcome(),
            Notes.write(done.notes()),
            sweep,
            planned.file().site().value(),
            planned.no(),
            FileOutcome.OPEN
        }));
        sql.batch(
                "update logs_sweep_file set outcome = ?, detail = ?"
                        + " where sweep = ? and site = ? and no = ? and outcome = ?",
                rows);
    }

    /** Something else counts for the site by now: what is still open is not done. */
    int overtake(long sweep, SiteId site, Code why) {
        sql.update(
                "update logs_sweep_site set left_outcome = ?, left_why = ?"
                        + " where sweep = ? and site = ? and left_outcome = ?",
                FileOutcome.CHANGED,
                why,
                sweep,
                site.value(),
                FileOutcome.OPEN);
        return sql.update(
                "update logs_sweep_file set outcome = ?, detail = ? where sweep = ? and site = ? and outcome = ?",
                FileOutcome.CHANGED,
                Notes.write(List.of(FileNote.of(why), FileNote.of(Code.AS_BEFORE))),
                sweep,
                site.value(),
                FileOutcome.OPEN);
    }

    /** Claims the end of sites; those that another node has ended already are not among what it returns. */
    List<SweptSite> close(long sweep, List<SweptSite> sites) {
        Set<SiteId> open = new HashSet<>();
        Object[] arguments = new Range(sites).arguments(sweep, Step.PLANNED);
        String among = " where sweep = ? and step = ?" + Range.CONDITION;
        sql.each(
                "select site from logs_sweep_site" + among + " for update",
                row -> open.add(new SiteId(row.text("site"))),
                arguments);
        sql.update(
                "update logs_sweep_site set step = '" + Step.DONE + "', left_outcome = case when left_outcome = '"
                        + FileOutcome.OPEN + "' then '" + FileOutcome.DONE + "' else left_outcome end" + among,
                arguments);
        // Rows of an older version.
        sql.update(
                "update logs_sweep_file set outcome = ? where sweep = ? and action = ? and outcome = ?"
                        + Range.CONDITION,
                new Range(sites).arguments(FileOutcome.DONE, sweep, FileAction.LEAVE, FileOutcome.OPEN));
        return sites.stream().filter(site -> open.contains(site.site())).toList();
    }

    /** The files of a site that newer sweeps have changed. */
    Set<Path> changedSince(long sweep, SiteId site) {
        return Set.copyOf(sql.query(
                "select distinct path from logs_sweep_file where sweep > ? and site = ? and action <> ? and outcome = ?",
                row -> Path.of(row.text("path")),
                sweep,
                site.value(),
                FileAction.LEAVE,
                FileOutcome.DONE));
    }

    /** Those of these sites, or of those among them, that a newer sweep has handled. */
    Set<SiteId> newerDone(long sweep, List<SweptSite> sites) {
        return Set.copyOf(sql.query(
                "select site from " + STATUS + " where sweep > ?" + Range.CONDITION,
                row -> new SiteId(row.text("site")),
                new Range(sites).arguments(sweep)));
    }

    /** A site of a planned sweep that a newer sweep has handled, or an older one since this one was planned. */
    Optional<SiteId> sweptSince(long sweep) {
        return sql.first(
                "select status.site from logs_sweep s, " + STATUS
                        + " where s.id = ? and (status.sweep > s.id or (status.sweep < s.id and status.at > s.planned_at))"
                        + " and (exists (select 1 from logs_sweep_site p where p.sweep = s.id and p.site = status.site)"
                        + " or exists (select 1 from logs_cover_site c where c.cover = s.cover"
                        + " and c.site = status.site)) order by status.site limit 1",
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

    /** Keeps the receipts of sites, and their status unless that of a newer sweep is there. */
    void done(long sweep, List<SweptSite> sites, Map<SiteId, Long> receipts, List<Status> statuses) {
        List<Object[]> kept = new ArrayList<>();
        receipts.forEach((site, receipt) -> kept.add(new Object[] {receipt, sweep, site.value()}));
        sql.batch("update logs_sweep_site set receipt = ? where sweep = ? and site = ?", kept);
        Set<SiteId> newer = newerDone(sweep, sites);
        List<Object[]> own = new ArrayList<>();
        List<Object[]> swept = new ArrayList<>();
        for (SweptSite site : sites) {
            if (!newer.contains(site.site())) {
                own.add(new Object[] {site.site().value()});
                swept.add(new Object[] {site.site().value(), sweep});
            }
        }
        sql.batch("delete from logs_status where site = ?", own);
        sql.batch("update logs_index set swept = true where site = ? and look = ?", swept);
        List<Object[]> rows = new ArrayList<>();
        for (Status status : statuses) {
            if (!newer.contains(status.site())) {
                rows.add(new Object[] {
                    status.site().value(),
                    status.place().toString(),
                    status.sweep(),
                    status.at(),
                    status.receipt(),
                    status.leafHash(),
                    status.rules().toString(),
                    status.left().oldest(),
                    status.problems(),
                    status.streams(),
                    status.held().map(LocalDate::toString).orElse(""),
                    status.left().lines(),
                    status.left().unmasked(),
                    status.left().oldestUnmasked(),
                    status.unknown()
                });
            }
        }
        sql.batch(
                "insert into logs_status (site, kind, sweep, at, receipt, leaf_hash, rules,"
                        + " oldest_line, problems, streams, held, left_lines, left_unmasked, left_oldest,"
                        + " unknown_files) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows);
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
    record Control(
            Instant createdAt,
            State state,
            Scope scope,
            String actor,
            boolean autoRun,
            Optional<Instant> plannedAt,
            boolean asked) {}

    Optional<Control> control(long sweep) {
        return sql.first(
                "select * from logs_sweep where id = ?",
                row -> new Control(
                        row.instant("created_at"),
                        State.valueOf(row.text("state")),
                        Scope.parse(row.text("scope")),
                        row.text("actor"),
                        row.flag("auto_run"),
                        row.optionalInstant("planned_at"),
                        row.flag("asked")),
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
                            + " join logs_cover c on c.id = s.cover where s.id in (" + marks(sweeps) + ")",
                    consumer,
                    ids);
        } else {
            sql.each(
                    "select s.id as sweep, s.state, count(*) as sites, sum(c.files) as files,"
                            + " sum(c.missing) as missing, sum(c.problems) as problems from logs_sweep s"
                            + " join logs_cover_site c on c.cover = s.cover where s.id in (" + marks(sweeps)
                            + ") and c.site in (" + marks(sites) + ") group by s.id, s.state",
                    consumer,
                    arguments(List.of(ids), sites));
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
        String query = "select * from " + STATUS;
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
                        LogPlace.parse(row.text("kind")),
                        row.number("sweep"),
                        row.instant("at"),
                        row.number("receipt"),
                        row.text("leaf_hash"),
                        LogRules.parse(row.text("rules")),
                        row.number("problems"),
                        row.text("streams"),
                        Optional.of(row.text("held"))
                                .filter(day -> !day.isEmpty())
                                .map(LocalDate::parse),
                        left(row, "oldest_line"),
                        row.number("unknown_files")),
                arguments);
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
        if (sites.size() <= NAMED_SITES) {
            among = " and t.site in (" + marks(sites) + ")";
            named = List.copyOf(sites);
        }
        Set<SiteId> swept = new HashSet<>();
        sql.each(
                explicit + among,
                row -> swept.add(new SiteId(row.text("site"))),
                arguments(List.of(since, Step.DONE), named));
        sql.each(
                covered + among,
                row -> swept.add(new SiteId(row.text("site"))),
                arguments(List.of(since, State.DONE), named));
        return swept;
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

    /**
     * Forgets sweeps that ended, or were planned and never run, long ago; what the last one found for each site is kept
     * apart.
     */
    int forget(Instant before) {
        int forgotten = sql.update(
                "delete from logs_sweep where ended_at < ? or (state = ? and planned_at < ?)",
                before,
                State.PLANNED,
                before);
        if (forgotten > 0) {
            sql.update(
                    "delete from logs_cover where not exists (select 1 from logs_sweep s where s.cover = logs_cover.id)"
                            + " and not exists (select 1 from logs_status t where t.cover = logs_cover.id)"
                            + " and not exists (select 1 from logs_index i where i.cover = logs_cover.id)");
            sql.update(
                    "delete from logs_look where not exists (select 1 from logs_sweep s where s.id = logs_look.sweep)"
                            + " and not exists (select 1 from logs_index i where i.site = logs_look.site"
                            + " and i.look = logs_look.sweep)"
                            + " and not exists (select 1 from logs_cover_site c where c.look = logs_look.sweep"
                            + " and c.site = logs_look.site)");
        }
        return forgotten;
    }
}
