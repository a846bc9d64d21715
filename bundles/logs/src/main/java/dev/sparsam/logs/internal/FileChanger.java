package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.Change.Kind;
import dev.sparsam.logs.internal.Change.Result;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Masks and deletes files so that at any instruction the file is either as before or as planned.
 *
 * <p>Masking writes {@code .sparsam-RANDOM.tmp} in the same directory (mode 0600 until it is complete), gives it the
 * owner, mode, time and user attributes of the original, syncs it, and renames it over the original. Immediately before,
 * the original gets a second name of the same pattern and is compared with the expectation; immediately after, it is
 * looked at once more: when somebody wrote to it meanwhile, or has it open for writing, it is renamed back, and nothing is
 * lost: without its name nobody could open it after that. On a file system without hard links (or where links to others'
 * files are forbidden) there is no way back after the rename; there it is asked before. Only root sees the files of all
 * processes; for another user, the period without changes before a sweep has to do.
 *
 * <p>Deleting renames the file to such a name first, looks whether it is the one that is meant and nobody writes to it,
 * and then deletes it, or gives it back its name.
 *
 * <p>Access control lists cannot be read from Java: the new file has those that its directory gives. After a crash,
 * {@link #cleanUp} removes what was left behind; {@link #mask} and {@link #delete} remove the second name of their file.
 */
final class FileChanger {
    private static final Pattern OURS = Pattern.compile("\\.sparsam-([0-9a-f]{16})\\.tmp");

    /** For tests: sees each step, and may stand in the way. */
    interface Steps {
        /** Wraps the output of the file that is written. */
        default OutputStream output(OutputStream out) {
            return out;
        }

        /** The temporary file is complete, the original has its second name. */
        default void beforeRename() throws IOException {}

        /** The temporary file has its place. */
        default void afterRename() throws IOException {}
    }

    private final Supplier<String> random;
    private final ZoneId zone;
    private final Supplier<OpenFiles> open;
    private final Steps steps;

    /**
     * Makes one; it has no state.
     *
     * @param random gives a different text of 16 hexadecimal digits each time; see {@link TemporaryNames}
     * @param zone the zone of times that say none
     */
    FileChanger(Supplier<String> random, ZoneId zone) {
        this(random, zone, () -> OpenFiles.read(Path.of("/proc")), new Steps() {});
    }

    /** @param open tells which files are open at the moment when it is asked */
    FileChanger(Supplier<String> random, ZoneId zone, Supplier<OpenFiles> open, Steps steps) {
        this.random = random;
        this.zone = zone;
        this.open = open;
        this.steps = steps;
    }

    /** Whether a file name is of our pattern. */
    static boolean isOurs(String name) {
        return OURS.matcher(name).matches();
    }

    /**
     * Masks the client addresses in a file.
     *
     * @param expected the file that was planned
     * @param announced what {@code beforeCommit} was told in an earlier, interrupted run; by it a file that has been
     *     masked already is known again
     * @param beforeCommit is told what the masked file will be, before it takes its place, so that it can be kept; what it
     *     throws is thrown on, and the file stays as it is
     */
    Change mask(
            Path path,
            Expectation expected,
            AddressMasking masking,
            Optional<Result> announced,
            Consumer<Result> beforeCommit) {
        try {
            Optional<Change> unfit = unfit(path, expected, announced);
            if (unfit.isPresent()) {
                return unfit.get();
            }
            Path temporary = temporary(path);
            try (LogInput source = LogInput.open(path)) {
                return mask(path, source, temporary, expected, masking, beforeCommit);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (NoSuchFileException e) {
            return gone(path);
        } catch (IOException e) {
            return failed(e);
        }
    }

    /** A name beside a file that nobody has had yet. */
    private Path temporary(Path beside) {
        return beside.resolveSibling(".sparsam-" + random.get() + ".tmp");
    }

    private static Change gone(Path path) {
        return Files.notExists(path.toAbsolutePath().getParent())
                // Not what was planned, whatever has become of the file: the volume may not be mounted.
                ? Change.of(Kind.FAILED, FileNote.of(Code.DIRECTORY_GONE))
                : Change.of(Kind.VANISHED);
    }

    private static Change failed(IOException e) {
        return Change.of(Kind.FAILED, Notes.of(e), FileNote.of(Code.AS_BEFORE));
    }

    /** Why the file cannot be masked: it is another one, or has been masked. */
    private static Optional<Change> unfit(Path path, Expectation expected, Optional<Result> announced)
            throws IOException {
        FileIdentity found = FileIdentity.read(path);
        if (!expected.matches(found)) {
            if (announced.isPresent()
                    && found.regular()
                    && found.size() == announced.get().size()
                    && LogInput.sha256(path).equals(announced.get().sha256())) {
                dropSecondName(path, expected);
                return Optional.of(Change.of(Kind.DONE_BEFORE));
            }
            return Optional.of(Change.of(Kind.CHANGED, FileNote.of(Code.NOT_AS_PLANNED)));
        }
        return secondName(path, expected, found);
    }

    private static Optional<Change> secondName(Path path, Expectation expected, FileIdentity found) throws IOException {
        if (found.links() > 1) {
            dropSecondName(path, expected);
            Optional<FileNote> odd = Inspector.oddity(FileIdentity.read(path));
            return odd.map(note -> Change.of(Kind.CHANGED, note));
        }
        return Optional.empty();
    }

    private Change mask(
            Path path,
            LogInput source,
            Path temporary,
            Expectation expected,
            AddressMasking masking,
            Consumer<Result> beforeCommit)
            throws IOException {
        LogScan scan;
        Result result;
        Set<StandardOpenOption> create = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        try (FileChannel channel = FileChannel.open(
                temporary,
                create,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            Hashing out = new Hashing(steps.output(Channels.newOutputStream(channel)));
            if (source.gzip().isPresent()) {
                try (GzipWriter gzip = new GzipWriter(out, source.gzip().get())) {
                    scan = LineScanner.mask(source.lines(), gzip, masking, zone);
                    gzip.finish();
                }
            } else {
                scan = LineScanner.mask(source.lines(), out, masking, zone);
            }
            if (scan.damage().isPresent()) {
                return Change.of(Kind.FAILED, scan.damage().get(), FileNote.of(Code.AS_BEFORE));
            }
            if (!source.sha256().equals(expected.sha256())) {
                return Change.of(Kind.CHANGED, FileNote.of(Code.CONTENT_NOT_AS_PLANNED));
            }
            if (scan.addresses() == 0) {
                return Change.of(Kind.DONE, FileNote.of(Code.NOTHING_TO_MASK));
            }
            result = out.result();
            copyAttributes(path, temporary);
            channel.force(true);
        }
        FileIdentity masked = FileIdentity.read(temporary);
        beforeCommit.accept(result);
        return commit(path, source, temporary, masked, expected, scan.addresses());
    }

    private Change commit(
            Path path, LogInput source, Path temporary, FileIdentity masked, Expectation expected, long addresses)
            throws IOException {
        Path second = temporary(path);
        boolean linked = link(second, path);
        boolean renamed = false;
        try {
            steps.beforeRename();
            if (!expected.matches(FileIdentity.read(path))
                    || (linked && !expected.matches(FileIdentity.read(second)))
                    || !masked.same(FileIdentity.read(temporary))) {
                return Change.of(Kind.CHANGED, FileNote.of(Code.CHANGED_WHILE_MASKED));
            }
            if (!linked && open.get().writes(FileIdentity.read(path))) {
                return Change.of(Kind.CHANGED, FileNote.of(Code.OPEN_FOR_WRITING));
            }
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
            renamed = true;
            steps.afterRename();
            if (linked) {
                Optional<Code> touched = touched(second, expected);
                if (touched.isPresent()) {
                    Files.move(second, path, StandardCopyOption.ATOMIC_MOVE);
                    sync(path);
                    return Change.of(Kind.CHANGED, FileNote.of(touched.get()));
                }
                Files.delete(second);
            } else if (source.size() != expected.size()) {
                return new Change(Kind.DONE, List.of(FileNote.of(Code.WRITTEN_AND_LOST)), addresses);
            }
            sync(path);
            return new Change(Kind.DONE, List.of(), addresses);
        } catch (IOException e) {
            if (renamed) {
                return new Change(Kind.DONE, List.of(FileNote.of(Code.MASKED_WITH_ERROR), Notes.of(e)), addresses);
            }
            throw e;
        } finally {
            if (linked && !renamed) {
                Files.deleteIfExists(second);
            }
        }
    }

    /** Why a file that has lost its name must get it back; nobody who has not opened it yet can do so now. */
    private Optional<Code> touched(Path aside, Expectation expected) throws IOException {
        FileIdentity now = FileIdentity.read(aside);
        if (open.get().writes(now)) {
            return Optional.of(Code.OPEN_FOR_WRITING);
        }
        // After the question who has it open: who had, and has closed it, has written by now.
        return expected.matches(FileIdentity.read(aside)) ? Optional.empty() : Optional.of(Code.PUT_BACK);
    }

    private static boolean link(Path second, Path path) {
        try {
            Files.createLink(second, path);
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            // No hard links here, or not for this user: the rename then has no way back, as the class says.
            return false;
        }
    }

    private static void copyAttributes(Path from, Path to) throws IOException {
        FileIdentity original = FileIdentity.read(from);
        FileIdentity copy = FileIdentity.read(to);
        if (copy.uid() != original.uid()) {
            Files.setAttribute(to, "unix:uid", original.uid(), LinkOption.NOFOLLOW_LINKS);
        }
        if (copy.gid() != original.gid()) {
            Files.setAttribute(to, "unix:gid", original.gid(), LinkOption.NOFOLLOW_LINKS);
        }
        copyUserAttributes(from, to);
        // After the owner: a change of the owner takes bits away.
        Files.setAttribute(to, "unix:mode", original.mode() & 0xfff, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(to, "lastModifiedTime", FileTime.from(original.modified()), LinkOption.NOFOLLOW_LINKS);
    }

    private static void copyUserAttributes(Path from, Path to) {
        try {
            UserDefinedFileAttributeView source =
                    Files.getFileAttributeView(from, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            UserDefinedFileAttributeView target =
                    Files.getFileAttributeView(to, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            if (source == null || target == null) {
                return;
            }
            for (String name : source.list()) {
                ByteBuffer value = ByteBuffer.allocate(source.size(name));
                source.read(name, value);
                target.write(name, value.flip());
            }
        } catch (IOException e) {
            // Best effort: most file systems of logs have none, and nothing of the log is in them.
            return;
        }
    }

    /**
     * Deletes a file.
     *
     * @param expected the file that was planned; by device, inode, size and time, its content is not read again
     * @param begun whether an earlier, interrupted run may have deleted it
     */
    Change delete(Path path, Expectation expected, boolean begun) {
        try {
            FileIdentity found = FileIdentity.read(path);
            if (!expected.matches(found)) {
                return Change.of(Kind.CHANGED, FileNote.of(Code.NOT_AS_PLANNED));
            }
            Optional<Change> second = secondName(path, expected, found);
            if (second.isPresent()) {
                return second.get();
            }
            Path aside = temporary(path);
            steps.beforeRename();
            Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
            steps.afterRename();
            Optional<Code> touched = touched(aside, expected);
            if (touched.isPresent()) {
                putBack(aside, path);
                return Change.of(Kind.CHANGED, FileNote.of(touched.get()));
            }
            Files.delete(aside);
            return deleted(path);
        } catch (NoSuchFileException e) {
            return begun ? Change.of(Kind.DONE_BEFORE) : gone(path);
        } catch (IOException e) {
            return failed(e);
        }
    }

    /** Gives a file its name back, or one like it when somebody has made another file of that name meanwhile. */
    private void putBack(Path aside, Path path) throws IOException {
        try {
            Files.move(aside, path);
        } catch (FileAlreadyExistsException e) {
            Files.move(aside, path.resolveSibling(path.getFileName() + ".kept-" + random.get()));
        }
        sync(path);
    }

    private static Change deleted(Path path) {
        try {
            sync(path);
            return Change.of(Kind.DONE);
        } catch (IOException e) {
            return Change.of(Kind.DONE, FileNote.of(Code.DELETED_WITH_ERROR), Notes.of(e));
        }
    }

    /**
     * Removes temporary files that an interrupted run left in a directory.
     *
     * @param dead whether nobody is at work any more on what has these sixteen digits
     * @param before or else only what has not changed since then
     * @param open what is open for writing stays
     * @return how many were removed
     */
    static int cleanUp(Path directory, Predicate<String> dead, Instant before, OpenFiles open) throws IOException {
        int removed = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, ".sparsam-*.tmp")) {
            for (Path entry : entries) {
                Matcher name = OURS.matcher(entry.getFileName().toString());
                if (name.matches()) {
                    removed += removeIf(entry, dead.test(name.group(1)), before, open) ? 1 : 0;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return removed;
    }

    private static boolean removeIf(Path entry, boolean dead, Instant before, OpenFiles open) throws IOException {
        try {
            FileIdentity found = FileIdentity.read(entry);
            // The time of modification is that of the log; the time of change is ours.
            return found.regular()
                    && (dead || found.changed().isBefore(before))
                    && !open.writes(found)
                    && Files.deleteIfExists(entry);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Removes the second name of our pattern that an interrupted run gave the expected file. */
    private static void dropSecondName(Path path, Expectation expected) throws IOException {
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(path.toAbsolutePath().getParent(), ".sparsam-*.tmp")) {
            for (Path entry : entries) {
                if (isOurs(entry.getFileName().toString()) && expected.matches(FileIdentity.read(entry))) {
                    Files.deleteIfExists(entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel directory = FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /** Hashes and counts what is written. */
    private static final class Hashing extends FilterOutputStream {
        private final MessageDigest digest = LogInput.newSha256();
        private long size;

        Hashing(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] b, int off, int len) throws IOException {
            out.write(b, off, len);
            digest.update(b, off, len);
            size += len;
        }

        Result result() {
            return new Result(size, HexFormat.of().formatHex(digest.digest()));
        }
    }
}
