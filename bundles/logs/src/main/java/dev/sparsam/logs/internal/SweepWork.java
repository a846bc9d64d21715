package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.RawPeriod;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.logs.internal.Change.Result;
import dev.sparsam.logs.internal.FileChanger.Fate;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStorage;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.SiteId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a sweep does to the files of a site: looks at them, and later changes them. */
final class SweepWork {
    private static final Logger LOG = LoggerFactory.getLogger(SweepWork.class);

    /** Asking the kernel who has which files open takes up to some seconds; the answer is good for a few seconds. */
    private static final Duration OPEN_FILES_HOLD = Duration.ofSeconds(5);

    /** What an interrupted sweep left behind is not taken from one that may be at work: that one writes every second. */
    private static final Duration LEFT_BEHIND = Duration.ofMinutes(10);

    /** Written before a file is deleted, so that after a crash its absence is known to be our doing. */
    static final String DELETING = "deleting";

    /** How many files wait at most to be settled. */
    static final int MOST_BEGUN = 1_000;

    /** How long files wait at most to be settled while others are begun. */
    private static final Duration LONGEST_BEGUN = Duration.ofSeconds(2);

    /** In bytes: a file that would keep others waiting. */
    private static final long LARGE = 16L << 20;

    /** How many times as long a compressed file takes: logs are compressed to a tenth, or a twentieth at best. */
    private static final long RATIO = 20;

    private final Clock clock;
    private final ZoneId zone;
    private final OwnFormats formats;
    private final SweepLimits limits;
    private final FileChanger changer;
    private final TemporaryNames names = new TemporaryNames();
    private final Optional<Owners> owners;
    private final String process;
    private final RealFolders folders;
    private final Supplier<OpenFiles> open;
    private Seen seen = new Seen(OpenFiles.unknown(), Instant.MIN);

    /**
     * Makes one.
     *
     * @param zone of log times that say none
     * @param formats of access logs, beside those that are known anyway
     */
    SweepWork(Clock clock, ZoneId zone, OwnFormats formats, SweepLimits limits) {
        this(
                clock,
                zone,
                formats,
                limits,
                Owners.of(Path.of("/proc/self/status")),
                () -> OpenFiles.read(Path.of("/proc"), key -> true));
    }

    /**
     * Makes one.
     *
     * @param owners whom new files can be given to; empty when that is not known
     * @param open tells which files are open at the moment when it is asked, for plans
     */
    SweepWork(
            Clock clock,
            ZoneId zone,
            OwnFormats formats,
            SweepLimits limits,
            Optional<Owners> owners,
            Supplier<OpenFiles> open) {
        this.limits = limits;
        this.open = open;
        this.clock = clock;
        this.zone = zone;
        this.formats = formats;
        this.owners = owners;
        process = owners.map(Owners::text).orElse("");
        folders = new RealFolders(owners.map(Owners::user));
        changer = new FileChanger(names::next, folders);
    }

    /** Which files were open, and when that was asked. */
    private record Seen(OpenFiles files, Instant at) {}

    /** How long folders alone are asked after their files have been. */
    Duration trusted() {
        return limits.trusted();
    }

    Duration keepSweeps() {
        return limits.keepSweeps();
    }

    /** Which files are open, as asked some seconds ago at most; for plans. */
    synchronized OpenFiles openFiles() {
        Instant now = clock.instant();
        if (seen.at().isBefore(now.minus(OPEN_FILES_HOLD))) {
            seen = new Seen(open.get(), now);
        }
        return seen.files();
    }

    /** What a scan depends on besides the file: under another text a file has to be read again. */
    String scan(SiteRules rules) {
        StringBuilder text = new StringBuilder();
        for (LogKind kind : LogKind.values()) {
            text.append(rules.of(kind).masking()).append('\n').append(formats.text(kind));
        }
        byte[] hash = LogInput.newSha256().digest(text.toString().getBytes(StandardCharsets.UTF_8));
        return LineScanner.VERSION + " " + zone + " " + limits.largest().bytes() + " "
                + HexFormat.of().formatHex(hash);
    }

    /**
     * The same for a site with these streams: what in its backups is a log, their patterns say.
     *
     * @param rules what {@link #scan(SiteRules)} says of its rules
     */
    static String scan(String rules, List<LogStream> streams) {
        if (streams.stream().noneMatch(stream -> stream.storage().isBackup())) {
            return rules;
        }
        byte[] hash = LogInput.newSha256().digest(Streams.text(streams).getBytes(StandardCharsets.UTF_8));
        return rules + " " + HexFormat.of().formatHex(hash);
    }

    /** What a plan depends on besides scans: under another text a site has to be planned again. */
    String rules(SiteRules rules) {
        return rules + " " + limits.quiet() + " " + process;
    }

    /** The rules in what {@link #rules(SiteRules)} has written; empty when that was an older version, which wrote others. */
    static Optional<SiteRules> rules(String text) {
        // A duration begins with it, and rules have no such word.
        int quiet = text.indexOf(" PT");
        try {
            return Optional.of(SiteRules.parse(quiet < 0 ? text : text.substring(0, quiet)));
        } catch (IllegalArgumentException e) {
            LOG.debug("Rules of an older version: {}", text, e);
            return Optional.empty();
        }
    }

    /**
     * Looks at all files of a site and says what is to be done with each; changes nothing.
     *
     * @param streams of one site
     * @param at when ages are counted; the sweep that follows the plan counts them at the same moment
     * @param known what an earlier look found in them under the same {@link #scan}, and decided under the same
     *     {@link #rules}
     * @param pseudonymised the site's logs with pseudonyms; asked where some are to be made
     */
    Look look(
            List<LogStream> streams,
            SiteRules rules,
            Instant at,
            Map<Path, Look.Seen> known,
            Supplier<PseudonymisedLogs> pseudonymised) {
        return new Looking(streams, rules, at, known, once(pseudonymised)).look();
    }

    /**
     * What the files of a site are rewritten by.
     *
     * @param streams of the site
     * @param keys of the site
     * @param planned when the plan counted ages
     * @param pseudonymised the site's logs with pseudonyms; asked where some are to be made
     */
    record Orders(
            List<LogStream> streams,
            SiteRules rules,
            KeyRing keys,
            Instant planned,
            Supplier<PseudonymisedLogs> pseudonymised) {}

    private Rewriting rewriting(SweepFile file, Instant modified, Orders orders, Consumer<Pseudonymised> made) {
        BiFunction<LogKind, LogRules, LogMasker> maskers = (kind, rules) ->
                LogMasker.of(context(kind, rules, orders.keys(), modified), orders.pseudonymised(), made);
        LogRules own = LogPlace.of(file).followed(orders.rules());
        Rewriting log = (source, out) -> {
            LogMasker masker = maskers.apply(file.kind(), own);
            return masker.mask(
                    limits.largest().of(source.lines()),
                    out,
                    Planner.stages(own, orders.planned(), file.reason()),
                    masker.beginning(source));
        };
        if (!file.backup()) {
            return log;
        }
        SiteBackups backups = new SiteBackups(orders.streams(), orders.rules());
        Rewriting archive = archive(
                        backups, file.kind(), maskers, orders.pseudonymised(), Optional.of(orders.planned()))
                .rewriting();
        return (source, out) -> (Archive.is(source.channel()) ? archive : log).write(source, out);
    }

    /** @param planned when ages are counted; empty to look at all lines as if they were due */
    private static Archive archive(
            SiteBackups backups,
            LogKind otherwise,
            BiFunction<LogKind, LogRules, LogMasker> maskers,
            Supplier<PseudonymisedLogs> pseudonymised,
            Optional<Instant> planned) {
        return backups.archive(
                otherwise,
                kind -> new Archive.Reading(
                        maskers.apply(kind, backups.rules(kind)),
                        planned.map(at -> Planner.stages(backups.rules(kind), at))
                                .orElse(LineScanner.Stages.MASKED)),
                backups.makePseudonyms(otherwise) && !pseudonymised.get().isEmpty());
    }

    /** Asks for what takes a query when it is first needed, and not again. */
    private static <T> Supplier<T> once(Supplier<T> asked) {
        List<T> answer = new ArrayList<>(1);
        return () -> {
            if (answer.isEmpty()) {
                answer.add(asked.get());
            }
            return answer.get(0);
        };
    }

    private LineScanner.Context context(LogKind kind, LogRules rules, KeyRing keys, Instant modified) {
        Instant now = clock.instant();
        return new LineScanner.Context(
                rules.masking(), zone, modified.isBefore(now) ? modified : now, keys, formats.of(kind));
    }

    /** Whether the files of a look, by their marks, still are what they were; none is opened. */
    boolean areUnchanged(Optional<byte[]> marks) {
        return marks.isPresent() && Look.areUnchanged(marks.get(), this::openFiles);
    }

    /** One look at a site. */
    private final class Looking {
        private final List<LogStream> streams;
        private final SiteRules rules;
        private final SiteBackups backups;
        private final Map<Path, BackupFolder> backupFolders = new HashMap<>();
        private final Instant planned;
        private final Map<Path, Look.Seen> known;
        private final Supplier<PseudonymisedLogs> pseudonymised;
        private final Map<Path, Look.Folder> looked = new LinkedHashMap<>();
        private final List<Look.Seen> found = new ArrayList<>();
        private final Set<Instant> moments = new HashSet<>();
        private boolean steady = true;

        Looking(
                List<LogStream> streams,
                SiteRules rules,
                Instant planned,
                Map<Path, Look.Seen> known,
                Supplier<PseudonymisedLogs> pseudonymised) {
            this.streams = streams;
            this.rules = rules;
            backups = new SiteBackups(streams, rules);
            this.planned = planned;
            this.known = known;
            this.pseudonymised = pseudonymised;
        }

        private LogMasker masker(LogKind kind, LogRules own, Instant modified) {
            return LogMasker.looking(context(kind, own, KeyRing.NOBODYS, modified), pseudonymised);
        }

        Look look() {
            Set<Path> handled = new HashSet<>();
            for (LogStream stream : streams) {
                note(stream.directory());
                LogFiles listing = LogFiles.list(stream, folders);
                if (listing.problem().isPresent()) {
                    steady = false;
                    place(stream, FileReason.UNREADABLE, listing.problem().get());
                } else if (listing.note().isPresent()) {
                    place(stream, FileReason.NO_DIRECTORY, listing.note().get());
                } else if (listing.files().isEmpty()) {
                    place(
                            stream,
                            LogPlace.of(stream).in(rules).live() instanceof RetentionRule.NoLogging
                                    ? FileReason.NONE_KEPT
                                    : FileReason.NO_FILES,
                            FileNote.of(Code.NO_FILE_MATCHES, stream.files()));
                }
                Set<Path> listed = Set.copyOf(listing.files());
                Set<String> siblings = listed.stream()
                        .map(path -> path.getFileName().toString())
                        .collect(Collectors.toSet());
                for (Path path : listing.files()) {
                    // Patterns of two streams may overlap; a file is handled once.
                    if (handled.add(path)) {
                        Look.Seen file = file(stream, path, listed, siblings);
                        found.add(file);
                        steady &= file.planned().file().action() == FileAction.LEAVE
                                && file.found().filter(Look.Found::settled).isPresent();
                    }
                }
            }
            Optional<Instant> due = moments.stream().min(Comparator.naturalOrder());
            return new Look(List.copyOf(looked.values()), found, due, steady);
        }

        /** Before it is listed, so that what is added meanwhile is told the next time. */
        private void note(Path directory) {
            Instant now = clock.instant();
            try {
                if (!looked.containsKey(directory)) {
                    Look.Folder folder = Look.Folder.read(directory);
                    looked.put(directory, folder);
                    steady &= folder.isSettled(now);
                }
            } catch (IOException e) {
                // Whoever lists it says what is wrong with it.
                steady = false;
            }
        }

        private void place(LogStream stream, FileReason reason, FileNote note) {
            found.add(new Look.Seen(
                    directory(found.size(), stream, reason, note),
                    Optional.empty(),
                    Look.Doubt.NONE,
                    Optional.empty()));
        }

        /**
         * A log that has not changed since it was decided to leave it as it is, before anything is due. Not one in use:
         * that depends on what lies beside it; nor anything among backups.
         */
        private Optional<Look.Seen> asBefore(LogStream stream, Path path) {
            Look.Seen before = known.get(path);
            if (before == null || stream.storage().isBackup()) {
                return Optional.empty();
            }
            SweepFile file = before.planned().file();
            Instant now = clock.instant();
            boolean holds = file.action() == FileAction.LEAVE
                    && file.reason() != FileReason.IN_USE
                    && file.reason() != FileReason.MAY_BE_IN_USE
                    && before.doubt() == Look.Doubt.NONE
                    && LogPlace.of(file).equals(LogPlace.of(stream))
                    && before.next()
                            .filter(next -> !next.isAfter(now) || !next.isAfter(planned))
                            .isEmpty();
            Optional<FileIdentity> identity = before.found()
                    .map(Look.Found::inspection)
                    .filter(inspection -> inspection.state() == Inspection.State.READ)
                    .flatMap(Inspection::identity);
            return Optional.of(before)
                    .filter(any -> holds
                            && identity.filter(found -> Look.isUnchanged(path, found))
                                    .isPresent());
        }

        private Look.Seen file(LogStream stream, Path path, Set<Path> listed, Set<String> siblings) {
            int no = found.size();
            Optional<Look.Seen> asBefore = asBefore(stream, path);
            if (asBefore.isPresent()) {
                asBefore.get().next().ifPresent(moments::add);
                return asBefore.get().as(no);
            }
            if (!Path.of(path.toString()).equals(path)) {
                // A plan keeps names as text; the file that this one names is another, or none.
                return new Look.Seen(
                        new PlannedFile(
                                no,
                                left(stream, path, FileReason.UNREADABLE, FileNote.of(Code.NAME_NOT_TEXT)),
                                "",
                                "",
                                Remains.NONE),
                        Optional.empty(),
                        Look.Doubt.NONE,
                        Optional.empty());
            }
            Instant now = clock.instant();
            LogRules own = LogPlace.of(stream).in(rules);
            boolean archive = stream.storage().isBackup() && mayBeArchive(path);
            String fileName = path.getFileName().toString();
            // Only logs are written to for a day; a dump or an archive that is still written is open, or was a moment
            // ago.
            boolean writtenOnce = stream.storage().isBackup()
                    && (archive
                            || SiteBackups.isSealed(fileName)
                            || backups.kind(stream.kind(), fileName).isEmpty());
            Inspection inspection = inspect(path, stream, own, archive);
            Optional<FileNote> inUse = inspection
                    .identity()
                    .flatMap(file ->
                            InUse.check(fileName, siblings, writtenOnce, file, openFiles(), limits.quiet(), zone, now));
            Planned decided = stream.storage().isBackup()
                    ? backup(stream, path, inspection, archive, inUse)
                    : log(path, inspection, LogPlace.of(stream), inUse);
            // What is known to be a file, or anything but a link, needs no further question.
            boolean mayBeLink =
                    inspection.identity().filter(file -> !file.isLink()).isEmpty();
            FilePlan plan = mayBeLink && isLinkBeside(path, listed)
                    ? new FilePlan(FileAction.LEAVE, FileReason.LINK, inspection.notes())
                    : Planner.keepingOwner(
                            decided.plan(),
                            inspection
                                    .identity()
                                    .flatMap(file -> owners.flatMap(process -> process.obstacle(path, file))));
            LogScan scan = decided.due();
            SweepFile file = new SweepFile(
                    stream.site(),
                    stream.kind(),
                    stream.storage().isBackup(),
                    path,
                    plan.action(),
                    plan.reason(),
                    plan.notes(),
                    inspection.identity().map(FileIdentity::size).orElse(0L),
                    inspection.scan().oldest(),
                    inspection.scan().newest(),
                    plan.action() == FileAction.CUT ? scan.expired() : scan.lines(),
                    scan.addresses(),
                    FileOutcome.OPEN);
            // Ages count from when the sweep was planned: what has come since then is still to be seen.
            Instant counted = planned.isBefore(now) ? planned : now;
            Optional<Instant> next = Stream.of(
                            archive
                                    ? nextOfArchive(stream, inspection, counted)
                                    : Planner.next(inspection, own, counted),
                            inspection
                                    .identity()
                                    .flatMap(identity -> InUse.next(identity, inUse, limits.quiet(), zone, now)))
                    .flatMap(Optional::stream)
                    .min(Comparator.naturalOrder());
            next.ifPresent(moments::add);
            boolean whole = switch (inspection.state()) {
                case READ, DAMAGED, UNKNOWN_FORMAT, NOT_PLAIN_FILE, TOO_LARGE -> true;
                case CHANGING, VANISHED, UNREADABLE -> false;
            };
            Optional<Look.Found> keep = inspection
                    .identity()
                    .filter(identity -> whole)
                    .map(identity -> new Look.Found(inspection, Look.isPast(identity.changed(), now)));
            return new Look.Seen(
                    new PlannedFile(
                            no,
                            file,
                            inspection.expectation().map(SweepWork::text).orElse(""),
                            "",
                            switch (plan.action()) {
                                case DELETE -> Remains.NONE;
                                case LEAVE -> Remains.of(inspection.scan());
                                // Whoever rewrites it does it by the same stages, and only if it is what was read.
                                case MASK, CUT -> scan.left();
                            }),
                    keep,
                    doubt(inUse),
                    next);
        }

        /** What is decided of a file, and how much of it is to be changed. */
        private record Planned(FilePlan plan, LogScan due) {}

        private Planned log(Path path, Inspection inspection, LogPlace place, Optional<FileNote> inUse) {
            FilePlan plan = Planner.plan(inspection, place.in(rules), inUse, planned);
            boolean goes = plan.action() == FileAction.DELETE || plan.action() == FileAction.CUT;
            if (goes && rules.held().isPresent()) {
                plan = Planner.held(
                        Planner.plan(inspection, place.followed(rules), inUse, planned),
                        Holds.end(rules.held().get(), zone));
            }
            return new Planned(plan, due(path, inspection, place.kind(), place.followed(rules), plan));
        }

        private Planned backup(
                LogStream stream, Path path, Inspection inspection, boolean archive, Optional<FileNote> inUse) {
            String fileName = path.getFileName().toString();
            String name = SecondName.firstOfKept(fileName).orElse(fileName);
            if (!archive) {
                // More is asked for than of a file that the panel names as a log.
                boolean log = backups.kind(stream.kind(), name).isPresent()
                        && inspection.scan().looksLikeLog();
                // A dump may be larger than any log.
                boolean unread = inspection.expectation().isEmpty()
                        && (inspection.state() != Inspection.State.TOO_LARGE
                                || backups.kind(stream.kind(), name).isPresent());
                if (log || unread) {
                    return log(path, inspection, LogPlace.of(stream), inUse);
                }
                if (!SiteBackups.isSealed(name)) {
                    return new Planned(new FilePlan(FileAction.LEAVE, FileReason.NO_LOGS, List.of()), LogScan.NONE);
                }
            }
            Optional<FileNote> obstacle = archive ? obstacle(path) : Optional.of(FileNote.of(Code.NO_ARCHIVE));
            boolean reads = obstacle.isEmpty()
                    && inspection.state() == Inspection.State.READ
                    && backups.mayBeDue(stream.kind(), inspection.scan(), planned);
            LogScan due = reads
                    ? ArchiveInspection.scan(path, archive(stream, inspection, Optional.of(planned)))
                    : LogScan.NONE;
            FilePlan plan = Planner.archive(
                    inspection,
                    obstacle,
                    backups.ends(stream.kind(), inspection),
                    stream.storage() == LogStorage.BACKUP_BY_AGE,
                    due,
                    inUse,
                    planned);
            return new Planned(plan, plan.action() == FileAction.DELETE ? inspection.scan() : due);
        }

        private Archive archive(LogStream stream, Inspection inspection, Optional<Instant> at) {
            Instant modified = inspection.identity().map(FileIdentity::modified).orElse(planned);
            return archive(stream, modified, at);
        }

        private Archive archive(LogStream stream, Instant modified, Optional<Instant> at) {
            return SweepWork.archive(
                    backups, stream.kind(), (kind, own) -> masker(kind, own, modified), pseudonymised, at);
        }

        private Optional<Instant> nextOfArchive(LogStream stream, Inspection inspection, Instant now) {
            return Look.next(
                    now,
                    Stream.concat(
                                    backups.next(stream.kind(), inspection.scan()),
                                    backups.ends(stream.kind(), inspection).stream())
                            .collect(Collectors.toSet()));
        }

        private Optional<FileNote> obstacle(Path path) {
            Path folder = Objects.requireNonNull(path.getParent(), "whatever is looked at lies in a folder");
            try {
                BackupFolder read = backupFolders.get(folder);
                if (read == null) {
                    read = BackupFolder.read(folder);
                    backupFolders.put(folder, read);
                }
                return read.obstacle(path.getFileName().toString());
            } catch (IOException e) {
                // What speaks of the archive is not known, so it stays as it is.
                return Optional.of(Notes.of(e));
            }
        }

        /** Reads a file only when it is not known, or may have changed since. */
        private Inspection inspect(Path path, LogStream stream, LogRules own, boolean archive) {
            Optional<Inspection> before = Optional.ofNullable(known.get(path))
                    .flatMap(Look.Seen::found)
                    .map(Look.Found::inspection);
            if (before.isPresent()) {
                try {
                    if (before.get().identity().equals(Optional.of(FileIdentity.read(path)))) {
                        return before.get();
                    }
                } catch (IOException e) {
                    LOG.debug("{}: whoever reads it says what is wrong with it", path, e);
                }
            }
            return archive
                    ? ArchiveInspection.of(path, archive(stream, clock.instant(), Optional.empty()), limits.largest())
                    : Inspector.inspect(path, modified -> masker(stream.kind(), own, modified), limits.largest());
        }

        /** How much of a file is to be changed, where that is not all that could be. */
        private LogScan due(Path path, Inspection inspection, LogKind kind, LogRules own, FilePlan plan) {
            boolean partly = plan.action() == FileAction.CUT
                    || (plan.action() == FileAction.MASK && !own.raw().equals(RawPeriod.NONE));
            if (!partly || inspection.identity().isEmpty()) {
                return inspection.scan();
            }
            try {
                LogMasker masker = masker(kind, own, inspection.identity().get().modified());
                try (LogInput input = LogInput.open(path)) {
                    return masker.scan(
                            limits.largest().of(input.lines()),
                            Planner.stages(own, planned, plan.reason()),
                            masker.beginning(input));
                }
            } catch (IOException e) {
                // It has just been read; whoever changes it says what has happened meanwhile.
                return inspection.scan().asFound();
            }
        }
    }

    /** Whether a file begins as an archive does; what cannot be read is looked at as a log, which says why. */
    private static boolean mayBeArchive(Path path) {
        try {
            if (Inspector.oddity(FileIdentity.read(path)).isPresent()) {
                return false;
            }
            try (FileChannel channel = LogFile.open(path)) {
                return Archive.is(channel);
            }
        } catch (IOException e) {
            LOG.debug("{}: no archive that could be opened", path, e);
            return false;
        }
    }

    private static Look.Doubt doubt(Optional<FileNote> inUse) {
        if (inUse.isEmpty()) {
            return Look.Doubt.NONE;
        }
        return switch (inUse.get().code()) {
            case OPEN_FOR_WRITING -> Look.Doubt.OPEN;
            case CURRENT_UNSURE, ROTATED_RECENT -> Look.Doubt.UNSEEN;
            default -> Look.Doubt.NONE;
        };
    }

    private static PlannedFile directory(int no, LogStream stream, FileReason reason, FileNote note) {
        return new PlannedFile(no, left(stream, stream.directory(), reason, note), "", "", Remains.NONE);
    }

    /**
     * What is kept of a site that could not be looked at: a problem of each of its kinds of logs.
     *
     * @param streams of the site; empty when the panel does not name them, and then each kind that there is has the problem
     */
    static Look failed(SiteId site, List<LogStream> streams, FileNote note) {
        // No path is known then; every one has a last part.
        Stream<LogStream> all = streams.isEmpty()
                ? Stream.of(LogKind.values()).map(kind -> new LogStream(site, kind, Path.of("/", site.value()), "*"))
                : streams.stream();
        List<Look.Seen> failed = new ArrayList<>();
        all.forEach(stream -> failed.add(new Look.Seen(
                directory(failed.size(), stream, FileReason.UNREADABLE, note),
                Optional.empty(),
                Look.Doubt.NONE,
                Optional.empty())));
        return new Look(List.of(), failed, Optional.empty(), false);
    }

    /** What could not be looked at. */
    private static SweepFile left(LogStream stream, Path path, FileReason reason, FileNote note) {
        return new SweepFile(
                stream.site(),
                stream.kind(),
                stream.storage().isBackup(),
                path,
                FileAction.LEAVE,
                reason,
                List.of(note),
                0,
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                FileOutcome.OPEN);
    }

    private static boolean isLinkBeside(Path path, Set<Path> listed) {
        try {
            return Files.isSymbolicLink(path)
                    && listed.contains(
                            path.resolveSibling(Files.readSymbolicLink(path)).normalize());
        } catch (IOException e) {
            // It has just been replaced by something else: no link that we know of.
            return false;
        }
    }

    /**
     * What became of a file.
     *
     * @param outcome what
     * @param notes more about it
     */
    record Done(FileOutcome outcome, List<FileNote> notes) {}

    private static Done done(PlannedFile planned, Change change) {
        FileOutcome outcome = switch (change.kind()) {
            case DONE, DONE_BEFORE -> FileOutcome.DONE;
            case CHANGED -> FileOutcome.CHANGED;
            case VANISHED -> FileOutcome.VANISHED;
            case FAILED -> FileOutcome.FAILED;
        };
        return new Done(outcome, change.notes().isEmpty() ? planned.file().notes() : change.notes());
    }

    /**
     * Begins to change files.
     *
     * @param kept asked whenever files are settled: tells why one must stay as it was
     */
    Batch batch(Supplier<Function<PlannedFile, Optional<FileNote>>> kept) {
        return new Batch(kept);
    }

    /**
     * Files that are changed together, because to ask who has which files open may take seconds. What is not settled when
     * it is closed is settled then, and is found done when the sweep comes to it again.
     */
    final class Batch implements AutoCloseable {
        private final Supplier<Function<PlannedFile, Optional<FileNote>>> kept;
        private final Map<SecondName, PlannedFile> begun = new LinkedHashMap<>();
        private Instant first = Instant.MAX;

        Batch(Supplier<Function<PlannedFile, Optional<FileNote>>> kept) {
            this.kept = kept;
        }

        /**
         * Does to a file what is planned.
         *
         * @param orders by which a file that stays is rewritten
         * @param journal keeps what a masked file will be, and the logs with pseudonyms in it, before it takes its place;
         *     that a file is to be deleted must have been kept before, as {@link #DELETING}
         * @return what became of it; nothing yet when that is to be settled
         */
        Map<PlannedFile, Done> begin(
                PlannedFile planned, Orders orders, BiConsumer<String, Set<Pseudonymised>> journal) {
            Optional<Expectation> expected = expectation(planned.identity());
            if (expected.isEmpty()) {
                return Map.of(
                        planned,
                        new Done(
                                FileOutcome.FAILED,
                                List.of(FileNote.of(Code.NEVER_READ), FileNote.of(Code.AS_BEFORE))));
            }
            Begun step = begin(planned, expected.get(), orders, journal);
            if (step instanceof Change change) {
                return Map.of(planned, done(planned, change));
            }
            if (step instanceof SecondName name) {
                first = begun.isEmpty() ? clock.instant() : first;
                begun.put(name, planned);
            }
            return Map.of();
        }

        private Begun begin(
                PlannedFile planned,
                Expectation expected,
                Orders orders,
                BiConsumer<String, Set<Pseudonymised>> journal) {
            Path path = planned.file().path();
            if (planned.file().action() == FileAction.DELETE) {
                return changer.delete(path, expected, planned.result().equals(DELETING));
            }
            Set<Pseudonymised> made = new HashSet<>();
            return changer.replace(
                    path,
                    expected,
                    rewriting(planned.file(), expected.modified(), orders, made::add),
                    result(planned.result()),
                    result -> journal.accept(result.size() + " " + result.sha256(), made));
        }

        /** Whether what has been begun should not wait for this file as well. */
        boolean isToBeSettledBefore(PlannedFile next) {
            return !begun.isEmpty()
                    && (begun.size() >= MOST_BEGUN
                            || !clock.instant().isBefore(first.plus(LONGEST_BEGUN))
                            || takesLong(next.file()));
        }

        private boolean takesLong(SweepFile next) {
            // An archive that is not compressed is as large as it looks.
            boolean compressed = LogInput.isCompressed(next.path().getFileName().toString());
            return next.action() != FileAction.DELETE && next.size() > (compressed ? LARGE / RATIO : LARGE);
        }

        /** Settles all that has been begun. */
        Map<PlannedFile, Done> settle() {
            Map<PlannedFile, Done> settled = new LinkedHashMap<>();
            Map<SecondName, PlannedFile> files = new LinkedHashMap<>(begun);
            begun.clear();
            changer.settle(files.keySet(), () -> {
                        Function<PlannedFile, Optional<FileNote>> told = kept.get();
                        return name -> told.apply(Objects.requireNonNull(files.get(name)));
                    })
                    .forEach((name, change) -> {
                        PlannedFile planned = Objects.requireNonNull(files.get(name));
                        settled.put(planned, done(planned, change));
                    });
            return settled;
        }

        @Override
        public void close() {
            settle().forEach((planned, done) -> {
                if (done.outcome() != FileOutcome.DONE) {
                    LOG.warn("{}: {}", planned.file().path(), text(done.notes()));
                }
            });
        }
    }

    /**
     * Removes what interrupted sweeps have left behind in the directories of sites. No file is deleted: it is put back,
     * for a plan to speak of it, or is left to the sweep that had begun with it and goes on.
     *
     * @param files what the sweep that goes on is to do, or has done
     * @param held sites from which no line may be taken now
     */
    void cleanUp(List<LogStream> streams, List<PlannedFile> files, Set<SiteId> held) {
        Map<String, PlannedFile> own = new HashMap<>();
        files.stream()
                .filter(planned -> !planned.result().isEmpty())
                .forEach(planned -> expectation(planned.identity())
                        .ifPresent(expected -> own.put(SecondName.print(expected), planned)));
        // Several sites may have a directory together.
        Map<Path, Boolean> directories = new HashMap<>();
        streams.forEach(
                stream -> directories.merge(stream.directory(), held.contains(stream.site()), Boolean::logicalOr));
        directories.forEach((directory, isHeld) ->
                cleanUp(directory, name -> fate(name, Optional.ofNullable(own.get(name.planned())), isHeld)));
    }

    private static Fate fate(SecondName name, Optional<PlannedFile> own, boolean held) {
        if (own.filter(planned -> planned.file().outcome() == FileOutcome.OPEN).isPresent()) {
            return Fate.LEAVE;
        }
        if (!name.replaced()) {
            return Fate.PUT_BACK;
        }
        // The masked copy may be one without lines that were too old; of another sweep nobody can tell.
        boolean whole = own.filter(planned -> planned.file().action() == FileAction.MASK)
                .isPresent();
        return held && !whole ? Fate.PUT_BACK : Fate.SETTLE;
    }

    private void cleanUp(Path directory, Function<SecondName, Fate> fates) {
        try {
            if (!FileChanger.hasOurs(directory)) {
                return;
            }
            Optional<FileNote> obstacle = folders.obstacle(directory);
            if (obstacle.isPresent()) {
                LOG.warn("{}: {}", directory, text(List.of(obstacle.get())));
            } else {
                changer.cleanUp(directory, names::isDead, clock.instant().minus(LEFT_BEHIND), fates)
                        .forEach(SweepWork::warn);
            }
        } catch (IOException e) {
            LOG.warn(
                    "{}: could not look for files that an interrupted sweep left behind: {}",
                    directory,
                    Notes.of(e).in(Locale.UK, ZoneOffset.UTC));
        }
    }

    /**
     * Takes back what an interrupted run has begun with a file, unless it had come to its end.
     *
     * @return what became of the file; empty when nothing had been done to it
     */
    Optional<Done> takeBack(PlannedFile planned) {
        return planned.result().isEmpty()
                ? Optional.empty()
                : expectation(planned.identity())
                        .flatMap(
                                expected -> changer.takeBack(planned.file().path(), expected, result(planned.result())))
                        .map(change -> done(planned, change));
    }

    private static void warn(SecondName name, Change change) {
        if (change.kind() != Change.Kind.DONE) {
            LOG.warn("{}: a sweep was interrupted while it changed it: {}", name.first(), text(change.notes()));
        }
    }

    private static String text(List<FileNote> notes) {
        return notes.stream().map(note -> note.in(Locale.UK, ZoneOffset.UTC)).collect(Collectors.joining("; "));
    }

    private static String text(Expectation expectation) {
        return expectation.device() + " " + expectation.inode() + " " + expectation.size() + " "
                + expectation.modified() + " " + expectation.sha256();
    }

    private static Optional<Expectation> expectation(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String[] part = text.split(" ", -1);
        return Optional.of(new Expectation(
                Long.parseLong(part[0]),
                Long.parseLong(part[1]),
                Long.parseLong(part[2]),
                Instant.parse(part[3]),
                part[4]));
    }

    private static Optional<Result> result(String text) {
        int blank = text.indexOf(' ');
        return blank < 0
                ? Optional.empty()
                : Optional.of(new Result(Long.parseLong(text.substring(0, blank)), text.substring(blank + 1)));
    }
}
