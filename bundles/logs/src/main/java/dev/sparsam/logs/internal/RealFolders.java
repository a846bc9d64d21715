package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Tells folders that lie where their path says from those that somebody's symbolic link leads to. A customer may replace
 * a folder in his own by a link into another customer's logs, and must not turn the rules of one against the other.
 *
 * <p>So the path is walked name by name, as the kernel does. A link on the way is followed only when it belongs to root
 * or to the user who runs Sparsam, because nobody else can make those; where it leads to is walked likewise. The last
 * name must not be a link at all.
 *
 * <p>What is left: Java has no way to hold a folder open and to link and rename below it, so a folder is named by its
 * path again when a file in it is renamed or deleted, microseconds after it was looked at. Whoever swaps the folder in
 * just that moment must have done so when the file was planned as well, because a file that is not the planned one, by
 * device and number, is left alone.
 *
 * @param user the number of the user who runs Sparsam; empty when that is not known, and only root's links are followed
 */
record RealFolders(Optional<Long> user) {
    private static final int ROOT = 0;
    private static final int LINK = 0xa000;

    /** How many links the kernel follows: path_resolution(7). */
    private static final int MOST_LINKS = 40;

    /** Why nothing below this folder may be touched; empty when it may, and when there is no such folder. */
    Optional<FileNote> obstacle(Path folder) {
        try {
            return walk(folder).obstacle;
        } catch (NoSuchFileException e) {
            // Whoever looks into it finds out.
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(Notes.of(e));
        }
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
        Walk walk = walk(folder);
        if (walk.obstacle.isPresent()) {
            throw new ObstacleException(walk.obstacle.get());
        }
        boolean named = user.equals(Optional.of((long) ROOT));
        SecureDirectoryStream<Path> at = secure(Files.newDirectoryStream(named ? walk.real.getRoot() : walk.real));
        for (Path name : named ? walk.real : List.<Path>of()) {
            try (SecureDirectoryStream<Path> above = at) {
                at = above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
            }
        }
        return new Opened(walk.real, at);
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
    static final class ObstacleException extends IOException {
        private static final long serialVersionUID = 1;

        private final transient FileNote note;

        ObstacleException(FileNote note) {
            super(note.code().toString());
            this.note = note;
        }

        FileNote note() {
            return note;
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
                continue;
            }
            Path next = at.resolve(name);
            FileIdentity found = FileIdentity.read(next);
            if ((found.mode() & 0xf000) != LINK) {
                at = next;
                continue;
            }
            if (last) {
                return new Walk(next, Optional.of(FileNote.of(Code.DIRECTORY_IS_LINK)));
            }
            if (found.uid() != ROOT && !user.equals(Optional.of((long) found.uid()))) {
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
