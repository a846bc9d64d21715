package dev.sparsam.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The folder that holds everything of one installation; locked while the process lives. */
final class DataFolder implements AutoCloseable {

    /** Tells a data folder of ours from any other folder; nothing is ever written to or emptied without it. */
    static final String MARKER = ".sparsam-data";

    private static final String DEMO = "Sparsam demo\n";
    private static final String INSTALLATION = "Sparsam installation\n";

    /** So many foreign files are named; they stand in one sentence. */
    private static final int NAMED = 3;

    /** What a provisioning tool may have put there before the first start. */
    private static final Set<String> PREPARED = Set.of("etc", "lost+found");

    /** What may be there before the first start of another node, or after a backup has been brought back. */
    private static final Set<String> RESTORED =
            Set.of("etc", "lost+found", "db", "keys", "logs", "cache", "run", "first-admin-password");

    private final Path root;
    private final List<Path> made;
    private final FileChannel channel;
    private final FileLock lock;

    private DataFolder(Path root, List<Path> made, FileChannel channel, FileLock lock) {
        this.root = root;
        this.made = made;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes the folder, and makes nothing in it but what that needs; {@link #prepare} does the rest, {@link #discard}
     * takes it back.
     *
     * @param demo whether this is to be a demo's folder: only such a one is ever emptied, so none becomes one that holds
     *     a key or a database; and no other gets sample data
     */
    static DataFolder lock(Path root, boolean demo, Messages messages) throws LaunchException {
        try {
            List<Path> made = new ArrayList<>(missing(root));
            createPrivate(root);
            if (!Files.exists(root.resolve(MARKER))) {
                Optional<Path> stranger = stranger(root, demo ? PREPARED : RESTORED);
                if (stranger.isPresent()) {
                    throw LaunchException.failed(
                            messages.text("data.foreign", root, stranger.get().getFileName()));
                }
                Files.writeString(root.resolve(MARKER), demo ? DEMO : INSTALLATION);
                made.add(0, root.resolve(MARKER));
            } else if (demo && !Files.readString(root.resolve(MARKER)).equals(DEMO)) {
                throw LaunchException.failed(messages.text("data.installation", root));
            }
            Path run = root.resolve("run");
            Path file = run.resolve("lock");
            made.addAll(0, missing(run));
            if (!Files.exists(file)) {
                made.add(0, file);
            }
            createPrivate(run);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = lock(channel);
            // A lock on a file that another process has discarded meanwhile would keep nobody out.
            if (lock == null || !Files.exists(file)) {
                channel.close();
                throw LaunchException.failed(messages.text("data.locked", root));
            }
            channel.truncate(0);
            channel.write(StandardCharsets.UTF_8.encode(ProcessHandle.current().pid() + "\n"));
            return new DataFolder(root, List.copyOf(made), channel, lock);
        } catch (IOException e) {
            throw LaunchException.failed(messages.text("data.unwritable", root, reason(e, messages)));
        }
    }

    /** The folder and those above it that are not there, the innermost first. */
    private static List<Path> missing(Path folder) {
        List<Path> missing = new ArrayList<>();
        for (Path each = folder; each != null && Files.notExists(each); each = each.getParent()) {
            missing.add(each);
        }
        return missing;
    }

    /**
     * Takes back what {@link #lock} has made, for a start that is refused. What was there before stays, and so does a
     * folder into which something has come since.
     */
    void discard() throws IOException {
        for (Path path : made) {
            try {
                Files.deleteIfExists(path);
            } catch (DirectoryNotEmptyException e) {
                break;
            }
        }
    }

    /**
     * Makes what is missing in the folder.
     *
     * @param home the distribution, whose configuration is copied where there is none
     * @param demo whether it is a demo's
     * @param fresh whether a demo's folder is emptied first
     */
    void prepare(Path home, boolean demo, boolean fresh, Messages messages) throws LaunchException {
        try {
            if (fresh && demo) {
                empty(root, home, messages);
            }
            for (String folder : List.of("etc", "db", "keys", "logs", "cache")) {
                createPrivate(root.resolve(folder));
            }
            if (demo) {
                copyMissing(home.resolve("demo"), root.resolve("etc"));
            }
            copyMissing(home.resolve("etc"), root.resolve("etc"));
        } catch (IOException e) {
            throw LaunchException.failed(messages.text("data.unwritable", root, reason(e, messages)));
        }
    }

    Path root() {
        return root;
    }

    Path resolve(String name) {
        return root.resolve(name);
    }

    /**
     * A cache that starts empty. The framework writes its state without fsync, so after a kill it may be half a state;
     * bundles are read in place, so there is nothing in it worth keeping.
     */
    Path emptyCache(String name) throws IOException {
        Path folder = root.resolve("cache").resolve(name);
        delete(folder);
        return Files.createDirectories(folder);
    }

    /** Everything but what says whose folder it is and what locks it; nothing when there is a file that is not ours. */
    private static void empty(Path root, Path home, Messages messages) throws IOException, LaunchException {
        // The folder itself may be a link that its owner has made; nothing in it is followed.
        Path folder = root.toRealPath();
        OwnFiles own = OwnFiles.of(folder, home);
        if (!own.strangers().isEmpty()) {
            String some = own.strangers().stream()
                    .limit(NAMED)
                    .map(stranger -> folder.relativize(stranger).toString())
                    .collect(Collectors.joining(", "));
            int more = Math.max(0, own.strangers().size() - NAMED);
            throw LaunchException.failed(
                    more == 0
                            ? messages.text("fresh.foreign", root, some)
                            : messages.text("fresh.foreign.more", root, some, more));
        }
        own.delete();
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** One line of a file that only the owner may read, such as the first password; empty when it is not there. */
    Optional<String> firstLine(String name) {
        return lines(name).stream().findFirst();
    }

    List<String> lines(String name) {
        try {
            return Files.readAllLines(root.resolve(name)).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Optional<Path> stranger(Path root, Set<String> known) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
            for (Path entry : entries) {
                Path name = entry.getFileName();
                if (name != null && !known.contains(name.toString())) {
                    return Optional.of(entry);
                }
            }
        }
        return Optional.empty();
    }

    private static void createPrivate(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // Held by this very process, as in a test.
        }
    }

    /** What the user has written stays. */
    private static void copyMissing(Path defaults, Path etc) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(defaults)) {
            for (Path file : files) {
                Path target = etc.resolve(file.getFileName().toString());
                if (Files.isRegularFile(file) && !Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                    // A kill or a full disk must not leave half a file that would then be taken for the admin's own.
                    Path part = etc.resolve("." + file.getFileName() + ".part");
                    Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
                    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
    }

    /** Why a file or folder cannot be used, without its path, which the sentence around it names already. */
    static String reason(IOException e, Messages messages) {
        String said = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        if (e instanceof FileAlreadyExistsException || "Not a directory".equals(said)) {
            return messages.text("reason.file");
        }
        if (e instanceof NoSuchFileException) {
            return messages.text("reason.missing");
        }
        if (e instanceof AccessDeniedException) {
            return messages.text("reason.denied");
        }
        // The operating system's own words; an exception without any has only its name to tell it from others.
        return said == null ? e.getClass().getSimpleName() : said;
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
