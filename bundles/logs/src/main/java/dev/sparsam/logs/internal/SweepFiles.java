package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.Row;
import dev.sparsam.store.Sql;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The files of sweeps, and what became of them, in the database. Every method is called within a transaction. */
final class SweepFiles {
    /** The places of files that are left, after those that are changed. */
    static final int UNCLEAR = 2;

    static final int CLEAR = 3;

    private final Sql sql;

    SweepFiles(Sql sql) {
        this.sql = sql;
    }

    /** Keeps what is planned for files. */
    void add(long sweep, List<PlannedFile> files) {
        sql.batch(
                "insert into logs_sweep_file (sweep, site, no, rank, kind, path, action, reason, detail, size, oldest,"
                        + " newest, lines, addresses, outcome, identity, result, left_lines, left_first, left_unmasked,"
                        + " left_oldest) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                files.stream().map(planned -> row(sweep, planned)).toList());
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

    /** What is changed comes first, then what needs a look, then what stays. */
    static int rank(SweepFile file) {
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
    record Range(List<SweptSite> sites) {
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
                SweepFiles::plannedFile,
                new Range(sites).arguments(sweep));
    }

    /** All files of sites in the order of their numbers, also those that stay as they are. */
    Map<SiteId, List<PlannedFile>> files(long sweep, List<SweptSite> sites) {
        return files(Range.CONDITION, new Range(sites).arguments(sweep));
    }

    /** The same of any sites. */
    Map<SiteId, List<PlannedFile>> files(long sweep, Collection<SiteId> sites) {
        Map<SiteId, List<PlannedFile>> files = new HashMap<>();
        for (List<SiteId> batch : NamedSites.batches(sites)) {
            files.putAll(files(
                    " and site in (" + NamedSites.marks(batch) + ")", NamedSites.arguments(List.of(sweep), batch)));
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

    static Remains left(Row row, String oldest) {
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
}
