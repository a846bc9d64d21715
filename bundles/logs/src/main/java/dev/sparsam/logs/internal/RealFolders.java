package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Tells folders that lie where their path says from those that somebody's symbolic link leads to. A customer may replace
 * a folder in his own by a link into another customer's logs, and must not turn the rules of one against the other.
 *
 * <p>So the path is walked name by name, as the kernel does. A link on the way is followed only when it belongs to root
 * or to the user who runs Sparsam, because nobody else can make those; where it leads to is walked likewise. The last
 * name must not be a link at all.
 *
 * <p>Names in a folder that belongs to root or to that user, and that nobody else may write to, nobody else can swap. So
 * where a path leads through such folders only, what was found is taken for true for {@link #HOLDS}: all sites share the
 * folders above their own, and each name would cost a question to the kernel, several times for every file.
 *
 * <p>What may be swapped between the walk and the act is {@linkplain #hold held open} for the act, and is where the walk
 * came to, by what the kernel says of the open folder.
 */
final class RealFolders {
    private static final int ROOT = 0;

    /** How many links the kernel follows: path_resolution(7). */
    private static final int MOST_LINKS = 40;

    /** How long folders that nobody but root and we can swap are not looked at again. */
    private static final Duration HOLDS = Duration.ofSeconds(1);

    /** So many of them are kept. */
    private static final int MOST_FIXED = 10_000;

    private static final int WRITABLE_BY_OTHERS = 0022;

    /** How often a folder is looked for that somebody swaps just then. */
    private static final int MOST_LOOKS = 10;

    private final Optional<Long> user;
    private final Function<Path, FileIdentity> identities;
    private final LongSupplier nanoTime;
    private volatile Fixed known;

    /** @param user the number of the user who runs Sparsam; empty when not known, and only root's links are followed */
    RealFolders(Optional<Long> user) {
        this(user, RealFolders::identity, System::nanoTime);
    }

    /**
     * Makes one for tests.
     *
     * @param identities asks the file system
     * @param nanoTime a clock that only goes forward
     */
    RealFolders(Optional<Long> user, Function<Path, FileIdentity> identities, LongSupplier nanoTime) {
        this.user = user;
        this.identities = identities;
        this.nanoTime = nanoTime;
        known = new Fixed(nanoTime.getAsLong(), new ConcurrentHashMap<>());
    }

    /**
     * Folders that only root or we could put elsewhere, and whether nobody else can swap what is in them either.
     *
     * @param since when the first of them was looked at
     */
    private record Fixed(long since, Map<Path, Boolean> closed) {}

    private Map<Path, Boolean> fixed() {
        long now = nanoTime.getAsLong();
        Fixed last = known;
        if (now - last.since() >= HOLDS.toNanos() || last.closed().size() >= MOST_FIXED) {
            last = new Fixed(now, new ConcurrentHashMap<>());
            known = last;
        }
        return last.closed();
    }

    /** Whether nobody else can swap what is in a folder. */
    private boolean isClosed(FileIdentity folder) {
        boolean ours = folder.uid() == ROOT || user.equals(Optional.of(folder.uid()));
        return ours && (folder.mode() & WRITABLE_BY_OTHERS) == 0;
    }

    private boolean isClosed(Path root, Map<Path, Boolean> fixed) throws IOException {
        Boolean before = fixed.get(root);
        boolean closed = before == null ? isClosed(read(root)) : before;
        fixed.put(root, closed);
        return closed;
    }

    private static FileIdentity identity(Path path) {
        try {
            return FileIdentity.read(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileIdentity read(Path path) throws IOException {
        try {
            return identities.apply(path);
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    /** Why nothing below this folder may be touched; empty when it may, and when there is no such folder. */
    Optional<FileNote> obstacle(Path folder) {
        try {
            return fixed().containsKey(folder) ? Optional.empty() : walk(folder).obstacle;
        } catch (NoSuchFileException e) {
            // Whoever looks into it finds out.
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(Notes.of(e));
        }
    }

    /**
     * Holds a folder to change files in it: what is done by its {@link Held#at} is done there, wherever somebody may have
     * put it by then. One that only root or we could put elsewhere is not opened for that.
     *
     * @throws ObstacleException when nothing below it may be touched
     */
    Held hold(Path folder) throws IOException {
        for (int look = 0; look < MOST_LOOKS; look++) {
            Path real = fixed().containsKey(folder) ? folder : real(folder);
            if (fixed().containsKey(real)) {
                return Held.fixed(real);
            }
            Held held = Held.folder(real);
            boolean there = false;
            try {
                there = held.place().equals(real);
            } finally {
                if (!there) {
                    held.close();
                }
            }
            if (there) {
                return held;
            }
            // Swapped since somebody looked: the next walk, which takes nothing for true, says for what.
            known = new Fixed(nanoTime.getAsLong(), new ConcurrentHashMap<>());
        }
        throw new ObstacleException(FileNote.of(Code.DIRECTORY_SWAPPED));
    }

    private Path real(Path folder) throws IOException {
        Walk walk = walk(folder);
        if (walk.obstacle.isPresent()) {
            throw new ObstacleException(walk.obstacle.get());
        }
        return walk.real;
    }

    /** Whom files of this process belong to; empty when not known. */
    Optional<Long> user() {
        return user;
    }

    /**
     * Opens a folder to make files in it, name by name, so that nobody can swap one on the way. Who is not root needs the
     * right to read every folder on the way for that, and may not have it; then the path is opened as a whole, and a swap
     * leads only to where that user may write anyway.
     *
     * @throws ObstacleException when nothing below it may be touched
     */
    // It is the caller who closes it, and each one on the way is closed by the loop.
    @SuppressWarnings("StreamResourceLeak")
    Opened open(Path folder) throws IOException {
        Path real = real(folder);
        boolean named = user.equals(Optional.of((long) ROOT));
        SecureDirectoryStream<Path> at = secure(Files.newDirectoryStream(named ? real.getRoot() : real));
        for (Path name : named ? real : List.<Path>of()) {
            try (SecureDirectoryStream<Path> above = at) {
                at = above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
            }
        }
        return new Opened(real, at);
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) throws IOException {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new IOException("This system cannot open files relative to a folder");
    }

    /**
     * A folder held open.
     *
     * @param path where it lies, without links
     */
    record Opened(Path path, SecureDirectoryStream<Path> stream) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    /** Nothing may be touched here. */
    static final class ObstacleException extends NotedException {
        private static final long serialVersionUID = 1;

        ObstacleException(FileNote note) {
            super(note, note.code().toString());
        }
    }

    /** Where a path leads, and why nothing there may be touched. */
    private record Walk(Path real, Optional<FileNote> obstacle) {}

    private Walk walk(Path folder) throws IOException {
        Path absolute = folder.toAbsolutePath();
        Path root = absolute.getRoot();
        Path at = root;
        Deque<Path> names = new ArrayDeque<>();
        absolute.forEach(names::addLast);
        Map<Path, Boolean> fixed = fixed();
        // Whether only root or we can swap what is here, and could put what is above it elsewhere.
        boolean closed = isClosed(root, fixed);
        // Names of the path itself that are still to come; those of a link's target lie before them.
        int named = names.size();
        int links = 0;
        while (!names.isEmpty()) {
            Path name = names.removeFirst();
            boolean last = names.isEmpty() && named == 1;
            named = Math.min(named, names.size());
            if (name.toString().isEmpty() || name.toString().equals(".")) {
                continue;
            }
            if (name.toString().equals("..")) {
                at = at.getParent() == null ? root : at.getParent();
                closed = false;
                continue;
            }
            Path next = at.resolve(name);
            Boolean before = closed ? fixed.get(next) : null;
            if (before != null) {
                at = next;
                closed = before;
                continue;
            }
            FileIdentity found = read(next);
            if (!found.isLink()) {
                at = next;
                if (closed) {
                    closed = isClosed(found);
                    fixed.put(next, closed);
                }
                continue;
            }
            closed = false;
            if (last) {
                return new Walk(next, Optional.of(FileNote.of(Code.DIRECTORY_IS_LINK)));
            }
            if (found.uid() != ROOT && !user.equals(Optional.of(found.uid()))) {
                return new Walk(next, Optional.of(FileNote.of(Code.FOREIGN_LINK, next, found.uid())));
            }
            if (++links > MOST_LINKS) {
                throw new NotDirectoryException(next.toString());
            }
            Path target = Files.readSymbolicLink(next);
            at = target.isAbsolute() ? root : at;
            for (int i = target.getNameCount() - 1; i >= 0; i--) {
                names.addFirst(target.getName(i));
            }
        }
        return new Walk(at, Optional.empty());
    }
}
