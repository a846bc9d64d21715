package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.Change.Kind;
import dev.sparsam.logs.internal.Change.Result;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Masks and deletes files in two steps, so that a whole batch can share the one costly question who has which files open.
 *
 * <p>{@link #replace} writes {@code .sparsam-DIGITS.tmp} in the same directory (mode 0600 until it is complete), gives it the
 * attributes of the original, syncs it, gives the original a {@linkplain SecondName second name}, and renames the copy
 * over the first one. {@link #delete} renames the file to its second name. From then on nobody can open the original any
 * more; who has it open already may still write to it. So {@link #settle} asks who has, looks at the file once more, and
 * then either drops the second name, with which the change is done, or puts the file back.
 *
 * <p>The invariant: <em>at any instruction the name stands for the file as before or as planned, and the original keeps a
 * name until, after nobody could open it any more, it has been seen to be as planned and not open for writing.</em> So
 * whatever somebody wrote to it is never dropped, also when the process is killed in between: {@link #cleanUp} then
 * settles what it finds by the same rule, from the second name alone, or puts it back; it never deletes a file that the
 * caller does not tell it to, because a legal hold may have been placed since. A file gets its first name back only where
 * its masked copy, untouched, or nothing has that name; otherwise it is kept as {@code NAME.kept-DIGITS}, and that is
 * reported. A change is done only when the second name is gone.
 *
 * <p>Whoever may change the folder, a customer perhaps, may rename it and put a link in its place at any moment, and others
 * in that of its files. So the folder is held open while files in it are changed, each is named in that very folder, and
 * what is asked or set of a file is asked or set of one that is held open.
 *
 * <p>What is left: between the last look at a name and its rename lie microseconds in which somebody might give the name
 * to another file in that folder, because Java knows no exchange of names. On a file system without hard links (or where links to
 * others' files are forbidden) masking has no way back; there it is asked who has the file open before the rename. Only
 * root sees the files of all processes; for another user, the period without changes before a sweep has to do.
 */
final class FileChanger {
    private static final Logger LOG = LoggerFactory.getLogger(FileChanger.class);

    /** File systems of Linux that have hard links, as it calls them; where one of others makes none, it may not have any. */
    private static final Set<String> WITH_LINKS = Set.of(
            "ext2",
            "ext3",
            "ext4",
            "xfs",
            "btrfs",
            "zfs",
            "f2fs",
            "bcachefs",
            "jfs",
            "reiserfs",
            "tmpfs",
            "overlay",
            "nfs",
            "nfs4");

    /** How many folders are synced at a time. */
    private static final int SYNCED_AT_ONCE = 16;

    /** How many files are settled at a time, and up to how many one thread is enough. */
    private static final int SETTLED_AT_ONCE = 4;

    private static final int SETTLED_ALONE = 32;

    private static final String PREFIX = ".sparsam-";
    private static final Pattern COPY = Pattern.compile("\\.sparsam-([0-9a-f]{16})\\.tmp");

    /** Where something may go wrong. */
    enum Step {
        LINK,
        RENAME,
        LOOK,
        DROP,
        PUT_BACK,
        KEEP,
        SYNC
    }

    /** What {@link #cleanUp} does with a second name. */
    enum Fate {
        /** {@linkplain #settle Settles} it: drops it, if the file is as it was planned. */
        SETTLE,
        /** Gives the file its first name back. */
        PUT_BACK,
        /** Leaves it to whoever begins the same change again, and then says what became of it. */
        LEAVE
    }

    /** For tests: sees each step, and may stand in the way. */
    interface Steps {
        /** Wraps the output of the file that is written. */
        default OutputStream output(OutputStream out) {
            return out;
        }

        /** Where a file lies. */
        default DiskReserve.Space space(Path file) {
            return DiskReserve.spaceOf(file);
        }

        /** What comes next. */
        default void before(Step step) throws IOException {}
    }

    private final Supplier<String> random;
    private final RealFolders folders;
    private final Function<Set<FileIdentity.Key>, OpenFiles> open;
    private final Steps steps;

    /**
     * Makes one; it has no state.
     *
     * @param random gives a different text of 16 hexadecimal digits each time; see {@link TemporaryNames}
     * @param folders tells which folders are not to be touched; asked right before each change
     */
    FileChanger(Supplier<String> random, RealFolders folders) {
        this(random, folders, asked -> OpenFiles.read(Path.of("/proc"), asked::contains), new Steps() {});
    }

    /** @param open tells which of some files are open at the moment when it is asked */
    FileChanger(
            Supplier<String> random,
            RealFolders folders,
            Function<Set<FileIdentity.Key>, OpenFiles> open,
            Steps steps) {
        this.random = random;
        this.folders = folders;
        this.open = open;
        this.steps = steps;
    }

    /** Whether a file name is of our patterns. */
    static boolean isOurs(String name) {
        return name.startsWith(PREFIX) && isOfPatterns(name);
    }

    private static boolean isOfPatterns(String name) {
        return COPY.matcher(name).matches() || SecondName.parse(Path.of(name)).isPresent();
    }

    /** Whether a folder has files of our patterns in it; one that is missing, or a link, has none. */
    static boolean hasOurs(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (isOurs(entry.getFileName().toString())) {
                    return true;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return false;
    }

    /**
     * Begins to replace the content of a file.
     *
     * @param expected the file that was planned
     * @param rewriting makes what is to take its place
     * @param announced what {@code beforeCommit} was told in an earlier, interrupted run; by it a file that has been
     *     replaced already is known again
     * @param beforeCommit is told what the new file will be, before it takes its place, so that it can be kept; what it
     *     throws is thrown on, and the file stays as it is
     * @return what became of it, or what is to be {@linkplain #settle settled}
     */
    Begun replace(
            Path path,
            Expectation expected,
            Rewriting rewriting,
            Optional<Result> announced,
            Consumer<Result> beforeCommit) {
        try (Held folder = folders.hold(directory(path))) {
            Optional<FileIdentity> found = SecondName.identity(folder.at(path));
            if (found.filter(expected::matches).isEmpty()) {
                Optional<Begun> before =
                        announced.isPresent() ? before(folder, path, expected, announced) : Optional.empty();
                return before.orElse(notAsPlanned(found));
            }
            Optional<Change> odd = otherNames(folder, path, expected, found.get());
            return odd.isPresent() ? odd.get() : write(folder, path, expected, rewriting, beforeCommit);
        } catch (NoSuchFileException e) {
            return missing(path, e);
        } catch (IOException e) {
            return failed(e);
        }
    }

    private Begun write(
            Held folder, Path path, Expectation expected, Rewriting rewriting, Consumer<Result> beforeCommit)
            throws IOException {
        Path copy = folder.path().resolve(PREFIX + random.get() + ".tmp");
        boolean placed = false;
        try (Held log = Held.file(folder.at(path))) {
            if (!expected.matches(log.identity())) {
                return Change.of(Kind.CHANGED, FileNote.of(Code.NOT_AS_PLANNED));
            }
            MaskedCopy masked =
                    MaskedCopy.write(log, path, copy, expected, folders.user(), rewriting, steps, beforeCommit);
            Begun begun = masked.unfit().isPresent()
                    ? masked.unfit().get()
                    : replace(folder, path, copy, masked.written().orElseThrow(), expected);
            placed = begun instanceof SecondName;
            return begun;
        } finally {
            if (!placed) {
                Files.deleteIfExists(copy);
            }
        }
    }

    private Begun replace(Held folder, Path log, Path copy, FileIdentity written, Expectation expected)
            throws IOException {
        SecondName name = SecondName.of(log, random.get(), expected, Optional.of(written));
        Path path = folder.at(log);
        Path second = folder.at(name.second());
        boolean linked = givesSecondName(log, path, second);
        boolean renamed = false;
        try {
            steps.before(Step.RENAME);
            Optional<Change> elsewhere = elsewhere(log);
            if (elsewhere.isPresent()) {
                return elsewhere.get();
            }
            if (!expected.matches(FileIdentity.read(path))
                    || (linked && !expected.matches(FileIdentity.read(second)))
                    || !written.same(FileIdentity.read(copy))) {
                return Change.of(Kind.CHANGED, FileNote.of(Code.CHANGED_WHILE_MASKED));
            }
            if (!linked) {
                return replaceForGood(folder, path, copy, expected);
            }
            Files.move(copy, path, StandardCopyOption.ATOMIC_MOVE);
            renamed = true;
            return name;
        } finally {
            if (linked && !renamed) {
                Files.deleteIfExists(second);
            }
        }
    }

    /**
     * Gives a file its second name.
     *
     * @param path the log in its folder, which is held open
     * @return whether it has it; if not, there are no hard links here, or not for this user, and the rename has no way back
     * @throws IOException for whatever else is wrong: that there is a way back is not given up for a full disk
     */
    private boolean givesSecondName(Path log, Path path, Path second) throws IOException {
        try {
            steps.before(Step.LINK);
            Files.createLink(second, path);
            return true;
        } catch (UnsupportedOperationException e) {
            LOG.warn("{}: masked without a way back, because its file system has no hard links", log);
            return false;
        } catch (FileSystemException e) {
            if (e.getClass() != FileSystemException.class) {
                // What has a class of its own, such as a missing file, is something else.
                throw e;
            }
            // What the system says is a text in its language, so it is asked what there is.
            String type = Files.getFileStore(path).type();
            if (!WITH_LINKS.contains(type)) {
                LOG.warn(
                        "{}: masked without a way back, because its file system, {}, makes no hard link", log, type, e);
                return false;
            }
            long owner = FileIdentity.read(path).uid();
            if (folders.user().filter(user -> user != 0 && user != owner).isPresent()) {
                // fs.protected_hardlinks, proc(5)
                LOG.warn("{}: masked without a way back, because nobody but user {} may link to it", log, owner, e);
                return false;
            }
            throw e;
        }
    }

    private static boolean link(Path to, Path from) {
        try {
            Files.createLink(to, from);
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            // Whatever it is, renaming it says so, or does without.
            return false;
        }
    }

    /** Replaces a file that cannot have a second name. */
    private Change replaceForGood(Held folder, Path path, Path copy, Expectation expected) throws IOException {
        if (isOpen(path)) {
            return Change.of(Kind.CHANGED, FileNote.of(Code.OPEN_FOR_WRITING));
        }
        boolean renamed = false;
        try (FileChannel original = LogFile.open(path)) {
            Files.move(copy, path, StandardCopyOption.ATOMIC_MOVE);
            renamed = true;
            sync(folder);
            return original.size() == expected.size()
                    ? Change.of(Kind.DONE)
                    : Change.of(Kind.DONE, FileNote.of(Code.WRITTEN_AND_LOST));
        } catch (IOException e) {
            if (renamed) {
                return Change.of(Kind.DONE, FileNote.of(Code.MASKED_WITH_ERROR), Notes.of(e));
            }
            throw e;
        }
    }

    private boolean isOpen(Path path) throws IOException {
        FileIdentity found = FileIdentity.read(path);
        return open.apply(Set.of(found.key())).writes(found);
    }

    /**
     * Begins to delete a file.
     *
     * @param expected the file that was planned; by device, inode, size and time, its content is not read again
     * @param begun whether an earlier, interrupted run may have deleted it
     * @return what became of it, or what is to be {@linkplain #settle settled}
     */
    Begun delete(Path path, Expectation expected, boolean begun) {
        try (Held folder = folders.hold(directory(path))) {
            Path log = folder.at(path);
            Optional<FileIdentity> found = SecondName.identity(log);
            if (found.filter(expected::matches).isEmpty()) {
                Optional<Begun> before = begun ? before(folder, path, expected, Optional.empty()) : Optional.empty();
                return before.orElse(notAsPlanned(found));
            }
            Optional<Change> odd = otherNames(folder, path, expected, found.get());
            if (odd.isPresent()) {
                return odd.get();
            }
            SecondName name = SecondName.of(path, random.get(), expected, Optional.empty());
            steps.before(Step.RENAME);
            Optional<Change> elsewhere = elsewhere(path);
            if (elsewhere.isPresent() || !expected.matches(FileIdentity.read(log))) {
                return elsewhere.orElse(Change.of(Kind.CHANGED, FileNote.of(Code.NOT_AS_PLANNED)));
            }
            Files.move(log, folder.at(name.second()), StandardCopyOption.ATOMIC_MOVE);
            return name;
        } catch (NoSuchFileException e) {
            return missing(path, e);
        } catch (IOException e) {
            return failed(e);
        }
    }

    /** Why a file must not be touched: its folder is not the one that its path names, or cannot be told to be. */
    private Optional<Change> elsewhere(Path path) {
        return folders.obstacle(directory(path)).map(note -> Change.of(Kind.FAILED, note, FileNote.of(Code.AS_BEFORE)));
    }

    /** A file is missing: the log, or what we have made beside it and somebody has removed. */
    private static Change missing(Path path, NoSuchFileException e) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? failed(e) : gone(path);
    }

    private static Change gone(Path path) {
        return Files.notExists(directory(path))
                // Not what was planned, whatever has become of the file: the volume may not be mounted.
                ? Change.of(Kind.FAILED, FileNote.of(Code.DIRECTORY_GONE))
                : Change.of(Kind.VANISHED);
    }

    private static Change failed(IOException e) {
        return Change.of(Kind.FAILED, Notes.of(e), FileNote.of(Code.AS_BEFORE));
    }

    private static Change notAsPlanned(Optional<FileIdentity> found) {
        return found.isPresent() ? Change.of(Kind.CHANGED, FileNote.of(Code.NOT_AS_PLANNED)) : Change.of(Kind.VANISHED);
    }

    /**
     * What an interrupted run has begun with a file, or done to it, as it is not there as it was planned. Its name may stand
     * for another file since, and what had the name may have another one: whoever rotates logs does not wait for us.
     *
     * @param announced as for {@link #replace}; empty when the file was to be deleted
     * @return the second name by which it waits to be settled, or that it is done; empty when it is neither
     */
    private static Optional<Begun> before(Held folder, Path path, Expectation expected, Optional<Result> announced)
            throws IOException {
        Optional<SecondName> left = begunBefore(folder, path, expected);
        if (left.isPresent()) {
            return Optional.of(left.get());
        }
        boolean done = announced.isPresent()
                ? isIn(
                        folder,
                        announced.get().size(),
                        announced.get().sha256(),
                        (name, found) -> name.equals(path.getFileName())
                                || found.modified().equals(expected.modified()))
                : !isIn(
                        folder,
                        expected.size(),
                        expected.sha256(),
                        (name, found) -> found.key().equals(new FileIdentity.Key(expected.device(), expected.inode())));
        return done ? Optional.of(Change.of(Kind.DONE_BEFORE)) : Optional.empty();
    }

    /**
     * Whether a file is in a folder, as it was or longer.
     *
     * @param size what it had, in bytes
     * @param sha256 of these; empty when not known, and then whatever is as long is taken for it
     * @param mayBe which files are asked, by name and identity
     */
    private static boolean isIn(Held folder, long size, String sha256, BiPredicate<Path, FileIdentity> mayBe)
            throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder.path())) {
            for (Path entry : entries) {
                Optional<FileIdentity> found = SecondName.identity(entry)
                        .filter(file -> file.regular()
                                // Every file begins with nothing.
                                && (size == 0 ? file.size() == 0 : file.size() >= size)
                                && !isOurs(entry.getFileName().toString())
                                && mayBe.test(entry.getFileName(), file));
                if (found.isPresent()
                        && (sha256.isEmpty() || LogInput.sha256(entry, size).equals(sha256))) {
                    return true;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw Objects.requireNonNull(e.getCause());
        }
        return false;
    }

    /** The second name by which the file waits to be settled. */
    private static Optional<SecondName> begunBefore(Held folder, Path path, Expectation expected) throws IOException {
        return secondNames(folder, expected).stream()
                // A number of a file that is gone may have been given to another one since.
                .filter(name -> name.isOf(expected))
                .map(name -> new SecondName(
                        path,
                        path.resolveSibling(name.second().getFileName()),
                        name.digits(),
                        name.planned(),
                        name.masked()))
                .findFirst();
    }

    /**
     * Takes back what an interrupted run has begun with a file, unless it had come to its end.
     *
     * @param announced as for {@link #replace}; empty when the file was to be deleted
     * @return what became of the file; empty when nothing had been done to it
     */
    Optional<Change> takeBack(Path path, Expectation expected, Optional<Result> announced) {
        try (Held folder = folders.hold(directory(path))) {
            boolean asPlanned = SecondName.identity(folder.at(path))
                    .filter(expected::matches)
                    .isPresent();
            Optional<Begun> before = asPlanned ? Optional.empty() : before(folder, path, expected, announced);
            return before.map(begun -> begun instanceof SecondName name
                    ? Objects.requireNonNull(takeBack(List.of(name)).get(name))
                    : (Change) begun);
        } catch (RealFolders.ObstacleException | NoSuchFileException e) {
            // The folder is not there, or not where it was: nobody knows.
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(failed(e));
        }
    }

    private Map<SecondName, Change> takeBack(Collection<SecondName> begun) {
        Map<SecondName, Change> changes = new LinkedHashMap<>();
        for (SecondName name : begun) {
            changes.put(name, takeBack(name));
        }
        sync(changes, Set.of());
        return changes;
    }

    private Change takeBack(SecondName name) {
        try (Held folder = folders.hold(directory(name.first()))) {
            try {
                return Change.of(Kind.CHANGED, putBack(name.in(folder.path())).orElse(FileNote.of(Code.AS_BEFORE)));
            } catch (IOException e) {
                return rescue(folder, name, e);
            }
        } catch (IOException e) {
            return leftAs(name, e);
        }
    }

    /** Removes what an interrupted run gave the file besides its first name. Returns why it must not be touched then. */
    private static Optional<Change> otherNames(Held folder, Path path, Expectation expected, FileIdentity found)
            throws IOException {
        if (found.links() > 1) {
            for (SecondName name : secondNames(folder, expected)) {
                Files.deleteIfExists(name.second());
            }
            return Inspector.oddity(FileIdentity.read(folder.at(path))).map(note -> Change.of(Kind.CHANGED, note));
        }
        return Optional.empty();
    }

    /** The second names of the expected file, whatever has been written to it since. */
    private static List<SecondName> secondNames(Held folder, Expectation expected) throws IOException {
        List<SecondName> names = new ArrayList<>();
        for (SecondName name : SecondName.list(folder.path())) {
            if (SecondName.identity(name.second())
                    .filter(found -> found.key().equals(new FileIdentity.Key(expected.device(), expected.inode())))
                    .isPresent()) {
                names.add(name);
            }
        }
        return names;
    }

    /**
     * Ends what has been begun: drops second names, or puts files back. The time between bounds what somebody may write
     * in vain, so it should be short.
     *
     * @return what became of each
     */
    Map<SecondName, Change> settle(Collection<SecondName> begun) {
        return settle(begun, () -> name -> Optional.empty());
    }

    /**
     * The same, but some files are put back whatever has become of them.
     *
     * @param kept tells why a file is; asked once, when all other questions are answered, because a legal hold may be placed
     *     while files wait. If that fails, all are put back
     */
    Map<SecondName, Change> settle(
            Collection<SecondName> begun, Supplier<Function<SecondName, Optional<FileNote>>> kept) {
        Map<SecondName, Change> settled = new LinkedHashMap<>();
        Map<SecondName, FileIdentity.Key> asked = new LinkedHashMap<>();
        for (SecondName name : begun) {
            try {
                asked.put(name, FileIdentity.read(name.second()).key());
            } catch (IOException e) {
                settled.put(name, rescue(name, e));
            }
        }
        OpenFiles now = asked.isEmpty() ? OpenFiles.unknown() : open.apply(Set.copyOf(asked.values()));
        // The last one of each file system comes after all others, so that its journal holds them when it is written.
        Map<Long, SecondName> last = new HashMap<>();
        asked.forEach((name, key) -> last.put(key.device(), name));
        List<SecondName> others = asked.keySet().stream()
                .filter(name -> !last.containsValue(name))
                .toList();
        Function<SecondName, Optional<FileNote>> keep = asked.isEmpty() ? name -> Optional.empty() : kept(asked, kept);
        Map<SecondName, Change> changes = new ConcurrentHashMap<>();
        Consumer<List<SecondName>> work = names -> settle(names, now, keep, asked, changes);
        // On several threads when there are many: each has to wait for that journal.
        int threads = others.size() < SETTLED_ALONE ? 1 : SETTLED_AT_ONCE;
        all(threads, inOneFolder(others), work);
        last.values().forEach(name -> work.accept(List.of(name)));
        asked.keySet().forEach(name -> settled.put(name, Objects.requireNonNull(changes.get(name))));
        sync(settled, Set.copyOf(last.values()));
        return settled;
    }

    private Function<SecondName, Optional<FileNote>> kept(
            Map<SecondName, FileIdentity.Key> begun, Supplier<Function<SecondName, Optional<FileNote>>> kept) {
        boolean told = false;
        try {
            Function<SecondName, Optional<FileNote>> answer = kept.get();
            told = true;
            return answer;
        } finally {
            if (!told) {
                takeBack(begun.keySet());
            }
        }
    }

    private static Collection<List<SecondName>> inOneFolder(List<SecondName> names) {
        Map<Path, List<SecondName>> folders = new LinkedHashMap<>();
        names.forEach(name -> folders.computeIfAbsent(directory(name.first()), any -> new ArrayList<>())
                .add(name));
        return folders.values();
    }

    /** Does the same with each; on this thread when one is enough. Returns when all is done. */
    private static <T> void all(int threads, Collection<T> things, Consumer<T> work) {
        if (threads == 1 || things.size() <= 1) {
            things.forEach(work);
            return;
        }
        ExecutorService pool =
                Executors.newFixedThreadPool(Math.min(threads, things.size()), Threads.named("logs changer"));
        List<Future<?>> begun = new ArrayList<>();
        try {
            things.forEach(thing -> begun.add(pool.submit(() -> work.accept(thing))));
        } finally {
            // Whoever interrupts may wait as long as the disk takes: what has been done must be known.
            Threads.finish(pool);
        }
        for (Future<?> each : begun) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                // All have ended, so nothing is waited for.
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Settles files of one folder. */
    private void settle(
            List<SecondName> names,
            OpenFiles open,
            Function<SecondName, Optional<FileNote>> kept,
            Map<SecondName, FileIdentity.Key> asked,
            Map<SecondName, Change> changes) {
        try (Held folder = folders.hold(directory(names.get(0).first()))) {
            for (SecondName name : names) {
                Optional<FileNote> keep = kept.apply(name);
                changes.put(
                        name,
                        keep.isPresent()
                                ? keep(folder, name, keep.get())
                                : settle(folder, name, open, Objects.requireNonNull(asked.get(name))));
            }
        } catch (IOException e) {
            names.forEach(name -> changes.putIfAbsent(name, leftAs(name, e)));
        }
    }

    private Change keep(Held folder, SecondName name, FileNote why) {
        try {
            return Change.of(Kind.CHANGED, why, putBack(name.in(folder.path())).orElse(FileNote.of(Code.AS_BEFORE)));
        } catch (IOException e) {
            return rescue(folder, name, e);
        }
    }

    private Change settle(Held folder, SecondName name, OpenFiles open, FileIdentity.Key asked) {
        SecondName here = name.in(folder.path());
        try {
            steps.before(Step.LOOK);
            Optional<FileNote> touched = touched(here, open, asked);
            if (touched.isPresent()) {
                return new Change(
                        Kind.CHANGED,
                        Stream.concat(touched.stream(), putBack(here).stream()).toList());
            }
            steps.before(Step.DROP);
            Files.delete(here.second());
            return Change.of(Kind.DONE);
        } catch (IOException e) {
            return rescue(folder, name, e);
        }
    }

    /**
     * Why a file must not be dropped.
     *
     * @param asked of which file it was asked who has it open
     */
    private static Optional<FileNote> touched(SecondName name, OpenFiles open, FileIdentity.Key asked)
            throws IOException {
        // Looked at after the question who has it open: who had, and has closed it, has written by now.
        FileIdentity found = FileIdentity.read(name.second());
        if (open.writes(found)) {
            return Optional.of(FileNote.of(Code.OPEN_FOR_WRITING));
        }
        return name.isPlanned(found) && found.key().equals(asked)
                ? Inspector.oddity(found)
                : Optional.of(FileNote.of(Code.PUT_BACK));
    }

    /** Gives a file its first name back. Returns what to say when that is not possible and it has another one now. */
    private Optional<FileNote> putBack(SecondName name) throws IOException {
        steps.before(Step.PUT_BACK);
        if (name.hasFirst()) {
            Files.delete(name.second());
            return Optional.empty();
        }
        if (name.replaced() && name.isMaskedInPlace()) {
            Files.move(name.second(), name.first(), StandardCopyOption.ATOMIC_MOVE);
            return Optional.empty();
        }
        try {
            if (!name.replaced()) {
                rename(name.second(), name.first());
                return Optional.empty();
            }
        } catch (FileAlreadyExistsException e) {
            // Somebody has made a new file of that name: this one is kept under another.
        }
        steps.before(Step.KEEP);
        Path kept = name.kept(random.get());
        rename(name.second(), kept);
        return Optional.of(FileNote.of(Code.KEPT_AS, kept.getFileName()));
    }

    /** Renames without ever taking a name from another file. */
    private static void rename(Path from, Path to) throws IOException {
        if (link(to, from)) {
            Files.delete(from);
        } else {
            Files.move(from, to);
        }
    }

    /** After an error the file is put back, or it is said where it is. */
    private Change rescue(SecondName name, IOException error) {
        try (Held folder = folders.hold(directory(name.first()))) {
            return rescue(folder, name, error);
        } catch (IOException e) {
            return leftAs(name, e);
        }
    }

    private Change rescue(Held folder, SecondName name, IOException error) {
        SecondName here = name.in(folder.path());
        try {
            return Change.of(Kind.FAILED, Notes.of(error), putBack(here).orElse(FileNote.of(Code.AS_BEFORE)));
        } catch (IOException e) {
            return leftAs(here, error);
        }
    }

    /** Nothing more can be done. */
    private static Change leftAs(SecondName name, IOException error) {
        boolean there = error instanceof RealFolders.ObstacleException
                || Files.exists(name.second(), LinkOption.NOFOLLOW_LINKS);
        return there
                ? Change.of(
                        Kind.FAILED,
                        Notes.of(error),
                        FileNote.of(Code.LEFT_AS, name.second().getFileName()))
                : Change.of(Kind.FAILED, Notes.of(error));
    }

    /**
     * What is done and cannot be made to last a power failure is done with a note. A folder in which a file was only deleted
     * is not synced by itself: were the file there again, the next sweep would find and delete it. That of the last one is,
     * and then the journals of ext4 and XFS hold what was done before as well.
     */
    private void sync(Map<SecondName, Change> settled, Set<SecondName> last) {
        Set<Path> directories = settled.entrySet().stream()
                .filter(each -> last.contains(each.getKey())
                        || each.getKey().replaced()
                        || each.getValue().kind() != Kind.DONE)
                .map(each -> directory(each.getKey().first()))
                .collect(Collectors.toSet());
        Map<Path, IOException> failed = new ConcurrentHashMap<>();
        // The disk writes the journal once for all who wait for it at the same time.
        all(SYNCED_AT_ONCE, directories, directory -> sync(directory, failed));
        if (!failed.isEmpty()) {
            settled.replaceAll((name, change) -> {
                IOException error = failed.get(directory(name.first()));
                if (error == null || change.kind() != Kind.DONE) {
                    return change;
                }
                Code code = name.replaced() ? Code.MASKED_WITH_ERROR : Code.DELETED_WITH_ERROR;
                return Change.of(Kind.DONE, FileNote.of(code), Notes.of(error));
            });
        }
    }

    private void sync(Path directory, Map<Path, IOException> failed) {
        try (Held folder = folders.hold(directory)) {
            sync(folder);
        } catch (IOException e) {
            failed.put(directory, e);
        }
    }

    private void sync(Held folder) throws IOException {
        steps.before(Step.SYNC);
        folder.force();
    }

    private static Path directory(Path path) {
        return Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file is in a directory");
    }

    /**
     * Removes copies that an interrupted run left in a directory, and settles or takes back what it has begun.
     *
     * @param dead whether nobody is at work any more on what has these sixteen digits
     * @param before or else only what has not changed since then
     * @param fates what to do with each second name
     * @return what became of the files that had been begun; one that still had its first name is not among them
     */
    Map<SecondName, Change> cleanUp(
            Path directory, Predicate<String> dead, Instant before, Function<SecondName, Fate> fates)
            throws IOException {
        Map<Fate, List<SecondName>> begun = new EnumMap<>(Fate.class);
        try (Held folder = folders.hold(directory)) {
            for (SecondName here : SecondName.list(folder.path())) {
                Optional<FileIdentity> found = leftBehind(here.second(), here.digits(), dead, before);
                if (found.isPresent() && found.get().links() > 1) {
                    Files.deleteIfExists(here.second());
                } else if (found.isPresent()) {
                    SecondName name = here.in(directory);
                    begun.computeIfAbsent(fates.apply(name), any -> new ArrayList<>())
                            .add(name);
                }
            }
            removeCopies(folder.path(), dead, before);
        }
        Map<SecondName, Change> ended = new LinkedHashMap<>(takeBack(begun.getOrDefault(Fate.PUT_BACK, List.of())));
        ended.putAll(settle(begun.getOrDefault(Fate.SETTLE, List.of())));
        return ended;
    }

    private void removeCopies(Path directory, Predicate<String> dead, Instant before) throws IOException {
        Map<Path, FileIdentity> copies = copies(directory, dead, before);
        if (!copies.isEmpty()) {
            OpenFiles now =
                    open.apply(copies.values().stream().map(FileIdentity::key).collect(Collectors.toSet()));
            for (Map.Entry<Path, FileIdentity> copy : copies.entrySet()) {
                if (!now.writes(copy.getValue())) {
                    Files.deleteIfExists(copy.getKey());
                }
            }
        }
    }

    private static Map<Path, FileIdentity> copies(Path directory, Predicate<String> dead, Instant before)
            throws IOException {
        Map<Path, FileIdentity> copies = new LinkedHashMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, ".sparsam-*.tmp")) {
            for (Path entry : entries) {
                Matcher name = COPY.matcher(entry.getFileName().toString());
                if (name.matches()) {
                    leftBehind(entry, name.group(1), dead, before).ifPresent(found -> copies.put(entry, found));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return copies;
    }

    private static Optional<FileIdentity> leftBehind(Path entry, String digits, Predicate<String> dead, Instant before)
            throws IOException {
        // The time of modification is that of the log; the time of change is ours.
        return SecondName.identity(entry)
                .filter(FileIdentity::regular)
                .filter(found -> dead.test(digits) || found.changed().isBefore(before));
    }
}
