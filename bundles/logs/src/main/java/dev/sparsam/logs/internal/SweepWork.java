package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.logs.internal.Change.Result;
import dev.sparsam.logs.internal.SweepStore.PlannedFile;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.SiteId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
    private static final String DELETING = "deleting";

    /** How many files wait at most to be settled. */
    private static final int MOST_BEGUN = 200;

    /** How long files wait at most to be settled while others are begun. */
    private static final Duration LONGEST_BEGUN = Duration.ofSeconds(2);

    /** In bytes: a file that would keep others waiting. */
    private static final long LARGE = 16L << 20;

    private final Clock clock;
    private final ZoneId zone;
    private final Duration quiet;
    private final Duration keepSweeps;
    private final FileChanger changer;
    private final TemporaryNames names = new TemporaryNames();
    private final Optional<Owners> owners;
    private final RealFolders folders;
    private final Supplier<OpenFiles> open;
    private Seen seen = new Seen(OpenFiles.unknown(), Instant.MIN);

    /**
     * Makes one.
     *
     * @param zone of log times that say none
     * @param quiet how long a file must not have changed to count as closed
     * @param keepSweeps how long the files of ended sweeps are listed
     */
    SweepWork(Clock clock, ZoneId zone, Duration quiet, Duration keepSweeps) {
        this(
                clock,
                zone,
                quiet,
                keepSweeps,
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
            Duration quiet,
            Duration keepSweeps,
            Optional<Owners> owners,
            Supplier<OpenFiles> open) {
        this.open = open;
        this.clock = clock;
        this.zone = zone;
        this.quiet = quiet;
        this.keepSweeps = keepSweeps;
        this.owners = owners;
        folders = new RealFolders(owners.map(Owners::user));
        changer = new FileChanger(names::next, zone, folders);
    }

    /** Which files were open, and when that was asked. */
    private record Seen(OpenFiles files, Instant at) {}

    Duration keepSweeps() {
        return keepSweeps;
    }

    private synchronized OpenFiles openFiles() {
        Instant now = clock.instant();
        if (seen.at().isBefore(now.minus(OPEN_FILES_HOLD))) {
            seen = new Seen(open.get(), now);
        }
        return seen.files();
    }

    /** Looks at all files of a site and says what is to be done with each; changes nothing. */
    List<PlannedFile> plan(SiteId site, List<LogStream> streams, RetentionRule retention, AddressMasking masking) {
        List<PlannedFile> planned = new ArrayList<>();
        Set<Path> known = new HashSet<>();
        for (LogStream stream : streams) {
            LogFiles listing = LogFiles.list(stream, folders);
            listing.problem()
                    .ifPresent(
                            problem -> planned.add(directory(planned.size(), stream, FileReason.UNREADABLE, problem)));
            listing.note()
                    .ifPresent(note -> planned.add(directory(planned.size(), stream, FileReason.NO_DIRECTORY, note)));
            if (listing.files().isEmpty()
                    && listing.problem().isEmpty()
                    && listing.note().isEmpty()) {
                FileNote note = FileNote.of(Code.NO_FILE_MATCHES, stream.files());
                FileReason reason =
                        retention instanceof RetentionRule.NoLogging ? FileReason.NONE_KEPT : FileReason.NO_FILES;
                planned.add(directory(planned.size(), stream, reason, note));
            }
            Set<Path> listed = Set.copyOf(listing.files());
            Set<String> siblings =
                    listed.stream().map(path -> path.getFileName().toString()).collect(Collectors.toSet());
            for (Path path : listing.files()) {
                // Patterns of two streams may overlap; a file is handled once.
                if (known.add(path)) {
                    planned.add(file(planned.size(), stream, path, listed, siblings, retention, masking));
                }
            }
        }
        return planned;
    }

    private static PlannedFile directory(int no, LogStream stream, FileReason reason, FileNote note) {
        return new PlannedFile(no, left(stream, stream.directory(), reason, note), "", "");
    }

    /** What is kept of a site that could not be looked at: a problem of each of its kinds of logs. */
    static List<PlannedFile> failed(SiteId site, FileNote note) {
        List<PlannedFile> failed = new ArrayList<>();
        for (LogKind kind : LogKind.values()) {
            // No path is known; every one has a last part.
            LogStream nowhere = new LogStream(site, kind, Path.of("/", site.value()), "*");
            failed.add(directory(failed.size(), nowhere, FileReason.UNREADABLE, note));
        }
        return failed;
    }

    /** What could not be looked at. */
    private static SweepFile left(LogStream stream, Path path, FileReason reason, FileNote note) {
        return new SweepFile(
                stream.site(),
                stream.kind(),
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

    private PlannedFile file(
            int no,
            LogStream stream,
            Path path,
            Set<Path> listed,
            Set<String> siblings,
            RetentionRule retention,
            AddressMasking masking) {
        if (!Path.of(path.toString()).equals(path)) {
            // A plan keeps names as text; the file that this one names is another, or none.
            return new PlannedFile(
                    no, left(stream, path, FileReason.UNREADABLE, FileNote.of(Code.NAME_NOT_TEXT)), "", "");
        }
        Inspection inspection = Inspector.inspect(path, masking, zone);
        Instant now = clock.instant();
        Optional<FileNote> inUse = inspection
                .identity()
                .flatMap(found ->
                        InUse.check(path.getFileName().toString(), siblings, found, openFiles(), quiet, zone, now));
        FilePlan plan = isLinkBeside(path, listed)
                ? new FilePlan(FileAction.LEAVE, FileReason.LINK, inspection.notes())
                : Planner.keepingOwner(
                        Planner.plan(inspection, retention, masking, inUse, now),
                        inspection
                                .identity()
                                .flatMap(found -> owners.flatMap(process -> process.obstacle(path, found))));
        SweepFile file = new SweepFile(
                stream.site(),
                stream.kind(),
                path,
                plan.action(),
                plan.reason(),
                plan.notes(),
                inspection.identity().map(FileIdentity::size).orElse(0L),
                inspection.scan().oldest(),
                inspection.scan().newest(),
                inspection.scan().lines(),
                inspection.scan().addresses(),
                FileOutcome.OPEN);
        return new PlannedFile(
                no, file, inspection.expectation().map(SweepWork::text).orElse(""), "");
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

    /** Begins to change files of one site, with this masking. */
    Batch batch(AddressMasking masking) {
        return new Batch(masking);
    }

    /**
     * Files that are changed together, because to ask who has which files open may take seconds. What is not settled when
     * it is closed is settled then, and is found done when the sweep comes to it again.
     */
    final class Batch implements AutoCloseable {
        private final AddressMasking masking;
        private final Map<SecondName, PlannedFile> begun = new LinkedHashMap<>();
        private Instant first = Instant.MAX;

        private Batch(AddressMasking masking) {
            this.masking = masking;
        }

        /**
         * Does to a file what is planned.
         *
         * @param journal keeps what the file will be, before it is changed
         * @return what became of it; nothing yet when that is to be settled
         */
        Map<PlannedFile, Done> begin(PlannedFile planned, Consumer<String> journal) {
            Optional<Expectation> expected = expectation(planned.identity());
            if (expected.isEmpty()) {
                return Map.of(
                        planned,
                        new Done(
                                FileOutcome.FAILED,
                                List.of(FileNote.of(Code.NEVER_READ), FileNote.of(Code.AS_BEFORE))));
            }
            Begun step = begin(planned, expected.get(), journal);
            if (step instanceof Change change) {
                return Map.of(planned, done(planned, change));
            }
            if (step instanceof SecondName name) {
                first = begun.isEmpty() ? clock.instant() : first;
                begun.put(name, planned);
            }
            return Map.of();
        }

        private Begun begin(PlannedFile planned, Expectation expected, Consumer<String> journal) {
            Path path = planned.file().path();
            if (planned.file().action() == FileAction.DELETE) {
                boolean before = planned.result().equals(DELETING);
                journal.accept(DELETING);
                return changer.delete(path, expected, before);
            }
            return changer.mask(
                    path,
                    expected,
                    masking,
                    result(planned.result()),
                    result -> journal.accept(result.size() + " " + result.sha256()));
        }

        /** Whether what has been begun should not wait for this file as well. */
        boolean isToBeSettledBefore(PlannedFile next) {
            return !begun.isEmpty()
                    && (begun.size() >= MOST_BEGUN
                            || !clock.instant().isBefore(first.plus(LONGEST_BEGUN))
                            || next.file().size() > LARGE);
        }

        /** Settles all that has been begun. */
        Map<PlannedFile, Done> settle() {
            Map<PlannedFile, Done> settled = new LinkedHashMap<>();
            Map<SecondName, PlannedFile> files = new LinkedHashMap<>(begun);
            begun.clear();
            changer.settle(files.keySet()).forEach((name, change) -> {
                PlannedFile planned = Objects.requireNonNull(files.get(name));
                settled.put(planned, done(planned, change));
            });
            return settled;
        }

        private Done done(PlannedFile planned, Change change) {
            FileOutcome outcome = switch (change.kind()) {
                case DONE, DONE_BEFORE -> FileOutcome.DONE;
                case CHANGED -> FileOutcome.CHANGED;
                case VANISHED -> FileOutcome.VANISHED;
                case FAILED -> FileOutcome.FAILED;
            };
            return new Done(outcome, change.notes().isEmpty() ? planned.file().notes() : change.notes());
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

    /** Removes what interrupted sweeps have left behind in a site's directories. */
    void cleanUp(List<LogStream> streams) {
        Set<Path> directories = new HashSet<>();
        streams.forEach(stream -> directories.add(stream.directory()));
        for (Path directory : directories) {
            try {
                Optional<FileNote> obstacle = folders.obstacle(directory);
                if (obstacle.isPresent()) {
                    LOG.warn("{}: {}", directory, text(List.of(obstacle.get())));
                } else if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                    changer.cleanUp(directory, names::isDead, clock.instant().minus(LEFT_BEHIND))
                            .forEach(SweepWork::warn);
                }
            } catch (IOException e) {
                LOG.warn(
                        "{}: could not look for files that an interrupted sweep left behind: {}",
                        directory,
                        Notes.of(e).in(Locale.UK, ZoneOffset.UTC));
            }
        }
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
