package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.panel.SiteId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a sweep saw of a site's files: enough to plan the next one without reading a file that has not changed since.
 *
 * <p>That a file has not changed is told by its number, its size, and the time of its last change ({@code ctime}), which the
 * kernel sets at each change of content, attributes or names and nobody can set. That no file has been added or taken away
 * is told likewise by the folder. A time that was not past for {@link #SETTLED} when it was looked at tells nothing: what
 * changes in the same tick of the clock gets the same time.
 *
 * @param folders the folders of the site's streams, as they were before they were listed
 * @param files what was found, in the order of their numbers
 * @param due when something may have to be done although nothing changes; empty for never
 * @param steady whether nothing is to be done and the next sweep may rest on this look
 */
record Look(List<Folder> folders, List<Seen> files, Optional<Instant> due, boolean steady) {
    /** How long ago a change must have been: more than the coarsest clock of a file system that Linux writes to. */
    static final Duration SETTLED = Duration.ofSeconds(2);

    /** Long ago: it has to be planned again. */
    private static final Optional<Instant> UNDECIDED = Optional.of(Instant.EPOCH);

    /** Keeps copies. */
    Look {
        folders = List.copyOf(folders);
        files = List.copyOf(files);
    }

    /**
     * A folder.
     *
     * @param identity what it was; empty when there was none
     */
    record Folder(Path path, Optional<FileIdentity> identity) {
        /** Asks the file system. */
        static Folder read(Path path) throws IOException {
            try {
                return new Folder(path, Optional.of(FileIdentity.read(path)));
            } catch (NoSuchFileException e) {
                return new Folder(path, Optional.empty());
            }
        }

        /** Whether another look would show a later change. */
        boolean isSettled(Instant at) {
            return identity.isEmpty() || isPast(identity.get().changed(), at);
        }

        /** Whether it still is what it was, so that no file has been added, taken away or renamed. */
        boolean isUnchanged() {
            try {
                Map<String, Object> found =
                        Files.readAttributes(path, "unix:dev,ino,ctime,mode", LinkOption.NOFOLLOW_LINKS);
                return identity.isPresent()
                        && is(found, "dev", identity.get().device())
                        && is(found, "ino", identity.get().inode())
                        && is(found, "mode", identity.get().mode())
                        && isAt(found, identity.get().changed());
            } catch (NoSuchFileException e) {
                return identity.isEmpty();
            } catch (IOException e) {
                return false;
            }
        }
    }

    /**
     * A file, or a place where one was expected.
     *
     * @param planned what is to be done with it
     * @param found what it is; empty when it could not be looked at
     * @param doubt what its plan depends on besides
     * @param next when it may have to be planned otherwise although nothing changes; empty for never
     */
    record Seen(PlannedFile planned, Optional<Found> found, Doubt doubt, Optional<Instant> next) {
        /** The same under another number. */
        Seen as(int no) {
            return planned.no() == no
                    ? this
                    : new Seen(
                            new PlannedFile(no, planned.file(), planned.identity(), planned.result(), planned.left()),
                            found,
                            doubt,
                            next);
        }

        /** The same, to be planned again. */
        Seen undecided() {
            return new Seen(planned, found, doubt, UNDECIDED);
        }
    }

    /**
     * What is in a file.
     *
     * @param inspection what the look at it found
     * @param settled whether another look would show a later change
     */
    record Found(Inspection inspection, boolean settled) {}

    /** What else a file that is in use waits for. */
    enum Doubt {
        /** Nothing. */
        NONE(0),
        /** A process had it open. */
        OPEN(1),
        /** Not every process could be asked. */
        UNSEEN(2);

        /** How it is kept. */
        private final int kept;

        Doubt(int kept) {
            this.kept = kept;
        }
    }

    /** Whether a change was long enough ago. */
    static boolean isPast(Instant changed, Instant at) {
        return changed.isBefore(at.minus(SETTLED));
    }

    private static boolean is(Map<String, Object> found, String name, long expected) {
        return found.get(name) instanceof Number number && number.longValue() == expected;
    }

    private static boolean isAt(Map<String, Object> found, Instant expected) {
        return found.get("ctime") instanceof FileTime time && time.toInstant().equals(expected);
    }

    /** The files as they are planned. */
    List<PlannedFile> planned() {
        return files.stream().map(Seen::planned).toList();
    }

    /** What is known of each file that has only to be asked whether it has changed. */
    static Map<Path, Seen> known(List<Seen> files) {
        Map<Path, Seen> known = new HashMap<>();
        for (Seen seen : files) {
            seen.found()
                    .filter(Found::settled)
                    .ifPresent(found -> known.put(found.inspection().path(), seen));
        }
        return known;
    }

    /** How many files, or places without one, stay as they are. */
    record Left(int files, int missing, int problems) {}

    Left left() {
        int count = 0;
        int missing = 0;
        int problems = 0;
        for (Seen seen : files) {
            SweepFile file = seen.planned().file();
            if (file.action() == FileAction.LEAVE) {
                count += file.reason().isWithoutFile() ? 0 : 1;
                missing += file.reason().isWithoutFile() ? 1 : 0;
                problems += file.reason().isProblem() ? 1 : 0;
            }
        }
        return new Left(count, missing, problems);
    }

    /** The folders, to be kept. */
    byte[] packedFolders() {
        Packed.Writer out = new Packed.Writer();
        for (Folder folder : folders) {
            out.text(folder.path().toString());
            out.flag(folder.identity().isPresent());
            folder.identity().ifPresent(found -> write(out, found));
        }
        return out.toBytes();
    }

    /** The folders that were kept. */
    static List<Folder> folders(byte[] packed) {
        Packed.Reader in = new Packed.Reader(packed);
        List<Folder> folders = new ArrayList<>(2);
        while (in.more()) {
            folders.add(new Folder(Path.of(in.text()), in.flag() ? Optional.of(identity(in)) : Optional.empty()));
        }
        return folders;
    }

    /** The files, to be kept. */
    byte[] packedFiles() {
        Packed.Writer out = new Packed.Writer();
        Packed.Writer rest = new Packed.Writer();
        Path folder = Path.of("/");
        for (Seen seen : files) {
            rest.clear();
            write(rest, seen);
            Path path = seen.planned().file().path();
            Path parent = Objects.requireNonNull(path.getParent(), "whatever is looked at has a name");
            boolean same = parent.equals(folder);
            out.flag(same);
            if (!same) {
                out.text(parent.toString());
                folder = parent;
            }
            out.text(path.getFileName().toString());
            out.flag(seen.found().isPresent());
            if (seen.found().isPresent()) {
                FileIdentity found = seen.found().get().inspection().identity().orElseThrow();
                out.number(found.inode());
                out.number(found.size());
                out.moment(found.changed());
            }
            out.text(seen.doubt().name());
            out.bytes(rest.toBytes());
        }
        return out.toBytes();
    }

    /** What tells whether a file has changed, of all files, to be kept. */
    byte[] packedMarks() {
        Packed.Writer out = new Packed.Writer();
        Path folder = Path.of("/");
        for (Seen seen : files) {
            Path path = seen.planned().file().path();
            Path parent = Objects.requireNonNull(path.getParent(), "whatever is looked at has a name");
            boolean same = parent.equals(folder);
            out.flag(same);
            if (!same) {
                out.text(parent.toString());
                folder = parent;
            }
            out.text(path.getFileName().toString());
            out.number(seen.doubt().kept);
            out.flag(seen.found().isPresent());
            seen.found()
                    .map(found -> found.inspection().identity().orElseThrow())
                    .ifPresent(found -> {
                        out.number(found.inode());
                        out.number(found.size());
                        out.moment(found.changed());
                    });
        }
        return out.toBytes();
    }

    private static void write(Packed.Writer out, Seen seen) {
        SweepFile file = seen.planned().file();
        out.number(seen.planned().no());
        out.text(LogPlace.of(file).toString());
        out.text(file.action().name());
        out.text(file.reason().name());
        out.text(Notes.write(file.notes()));
        out.text(seen.planned().identity());
        if (seen.found().isEmpty()) {
            return;
        }
        Inspection inspection = seen.found().get().inspection();
        out.flag(seen.found().get().settled());
        write(out, inspection.identity().orElseThrow());
        out.text(inspection.state().name());
        out.text(Notes.write(inspection.notes()));
        out.bytes(HexFormat.of().parseHex(inspection.sha256()));
        LogScan scan = inspection.scan();
        out.number(scan.lines());
        out.moment(scan.oldest());
        out.moment(scan.newest());
        out.number(scan.addresses());
        out.number(scan.unparsed());
        out.number(scan.unmasked());
        out.moment(scan.oldestUnmasked());
        out.moment(seen.next());
    }

    /** The files of a site that were kept. */
    static List<Seen> files(SiteId site, byte[] packed) {
        Packed.Reader in = new Packed.Reader(packed);
        List<Seen> files = new ArrayList<>();
        Path folder = Path.of("/");
        while (in.more()) {
            folder = in.flag() ? folder : Path.of(in.text());
            Path path = folder.resolve(in.text());
            boolean found = in.flag();
            if (found) {
                in.number();
                in.number();
                in.moment();
            }
            Doubt doubt = Doubt.valueOf(in.text());
            int length = (int) in.number();
            files.add(seen(in, in.position() + length, site, path, found, doubt));
        }
        return files;
    }

    private static Seen seen(Packed.Reader in, int end, SiteId site, Path path, boolean isFound, Doubt doubt) {
        int no = (int) in.number();
        LogPlace place = LogPlace.parse(in.text());
        FileAction action = FileAction.valueOf(in.text());
        FileReason reason = FileReason.valueOf(in.text());
        String notes = in.text();
        String expectation = in.text();
        Optional<Found> found = Optional.empty();
        long size = 0;
        LogScan scan = LogScan.NONE;
        Optional<Instant> next = Optional.empty();
        if (isFound) {
            boolean settled = in.flag();
            FileIdentity identity = identity(in);
            Inspection.State state = Inspection.State.valueOf(in.text());
            String said = in.text();
            String sha256 = HexFormat.of().formatHex(in.bytes());
            scan = new LogScan(
                    in.number(),
                    in.optionalMoment(),
                    in.optionalMoment(),
                    in.number(),
                    in.number(),
                    in.number(),
                    in.optionalMoment());
            size = identity.size();
            found = Optional.of(new Found(
                    new Inspection(path, state, Notes.read(said), Optional.of(identity), sha256, scan), settled));
            // An older version has not kept it.
            next = in.position() < end ? in.optionalMoment() : UNDECIDED;
        }
        SweepFile file = new SweepFile(
                site,
                place.kind(),
                place.backup(),
                path,
                action,
                reason,
                Notes.read(notes),
                size,
                scan.oldest(),
                scan.newest(),
                scan.lines(),
                scan.addresses(),
                FileOutcome.OPEN);
        return new Seen(new PlannedFile(no, file, expectation, "", Remains.of(scan)), found, doubt, next);
    }

    /**
     * Whether all files whose marks were kept still are what they were, in folders of which that is known; none of them is
     * opened. No name in them stands for another file then, and whatever is written to a file changes its time.
     */
    static boolean areUnchanged(byte[] marks, Supplier<OpenFiles> open) {
        Packed.Reader in = new Packed.Reader(marks);
        Path folder = Path.of("/");
        while (in.more()) {
            folder = in.flag() ? folder : Path.of(in.text());
            String name = in.text();
            long doubt = in.number();
            if (doubt == Doubt.UNSEEN.kept && open.get().complete()) {
                return false;
            }
            boolean found = in.flag();
            if (found) {
                in.number();
                in.number();
                if (!isUnchanged(folder.resolve(name), in.moment(), doubt == Doubt.OPEN.kept, open)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isUnchanged(Path path, Instant changed, boolean wasOpen, Supplier<OpenFiles> open) {
        try {
            // Each further attribute of hundreds of thousands of files takes its time.
            return isAt(Files.readAttributes(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS), changed)
                    && (!wasOpen || open.get().writes(FileIdentity.read(path)));
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a file is what it was; its device is that of its folder. */
    static boolean isUnchanged(Path path, FileIdentity before) {
        try {
            Map<String, Object> found = Files.readAttributes(path, "unix:ino,size,ctime", LinkOption.NOFOLLOW_LINKS);
            return is(found, "ino", before.inode())
                    && is(found, "size", before.size())
                    && isAt(found, before.changed());
        } catch (IOException e) {
            return false;
        }
    }

    private static void write(Packed.Writer out, FileIdentity found) {
        out.number(found.device());
        out.number(found.inode());
        out.number(found.size());
        out.moment(found.modified());
        out.moment(found.changed());
        out.number(found.mode());
        out.number(found.uid());
        out.number(found.gid());
        out.number(found.links());
    }

    private static FileIdentity identity(Packed.Reader in) {
        return new FileIdentity(
                in.number(),
                in.number(),
                in.number(),
                in.moment(),
                in.moment(),
                (int) in.number(),
                in.number(),
                in.number(),
                (int) in.number());
    }

    /** The first of these moments that is still to come. */
    static Optional<Instant> next(Instant now, Set<Instant> moments) {
        return moments.stream().filter(now::isBefore).min(Comparator.naturalOrder());
    }
}
