package dev.sparsam.logs.internal;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A file or folder held open, and a {@link #path} that leads to it whatever becomes of its names: {@code /proc/self/fd/N},
 * proc(5). A path that goes on from there to a name in a folder begins at that very folder, so it works as {@code openat(2)}
 * and its relatives do, which Java has only in part: it has no link, no owner by number and no extended attributes relative
 * to a folder.
 *
 * <p>Java does not tell the number of a descriptor. So the position is set to one where no other descriptor of this process
 * stands, and the one that the kernel shows there, also in proc(5), is it. Nobody reads on from there: what is read of a held
 * file is read by opening its path.
 *
 * <p>A folder that nobody could put elsewhere is held by its own path, and needs no descriptor.
 */
final class Held implements AutoCloseable {
    private static final Path SELF = Path.of("/proc/self");
    private static final Path DESCRIPTORS = SELF.resolve("fd");
    private static final Path POSITIONS = SELF.resolve("fdinfo");

    /** From where on positions are tried, and how many: file systems whose files are small take no larger ones. */
    private static final int FIRST = 1 << 30;

    private static final AtomicLong TRIED = new AtomicLong();

    /** Where the last ones were: the kernel gives the lowest number that is free, so the next one is often there again. */
    private static volatile List<String> lastNumbers = List.of();

    /** As many as threads may hold something at the same time. */
    private static final int LAST_NUMBERS = 8;

    private final Optional<FileChannel> channel;
    private final Path path;

    private Held(Optional<FileChannel> channel, Path path) {
        this.channel = channel;
        this.path = path;
    }

    /** A folder by a path that only root or we could make lead elsewhere. It may not be there. */
    static Held fixed(Path folder) {
        return new Held(Optional.empty(), folder);
    }

    /** Opens a folder; whether its path leads over links is to be asked afterwards. It never waits for a pipe to be written to. */
    static Held folder(Path folder) throws IOException {
        return hold(() -> open(folder));
    }

    private static FileChannel open(Path folder) throws IOException {
        return FileChannel.open(folder.resolve("."), StandardOpenOption.READ);
    }

    /** Opens a file for reading, as {@link LogFile} does. */
    static Held file(Path file) throws IOException {
        return hold(() -> LogFile.open(file));
    }

    /** Opens what is to be held. */
    private interface Opener {
        FileChannel open() throws IOException;
    }

    /** Also when this thread is to stop: what has been begun is to be ended, and for that its folder is needed. */
    private static Held hold(Opener opener) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return openOnce(opener);
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Held openOnce(Opener opener) throws IOException {
        return of(opener.open());
    }

    /** Of what is open already. Its position is changed; it is closed with this, or when this fails. */
    static Held of(FileChannel channel) throws IOException {
        try {
            while (true) {
                String number = number(positioned(channel));
                // Another one may have been read just as far; it does not go along.
                if (isAt(number, positioned(channel))) {
                    return new Held(Optional.of(channel), DESCRIPTORS.resolve(number));
                }
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Moves to a position where no other one is that is held. */
    private static long positioned(FileChannel channel) throws IOException {
        long position = FIRST + TRIED.getAndIncrement() % FIRST;
        channel.position(position);
        return position;
    }

    private static String number(long position) throws IOException {
        for (String last : lastNumbers) {
            if (isAt(last, position)) {
                return last;
            }
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(POSITIONS)) {
            for (Path each : all) {
                String number = each.getFileName().toString();
                if (isAt(number, position)) {
                    lastNumbers = Stream.concat(Stream.of(number), lastNumbers.stream())
                            .distinct()
                            .limit(LAST_NUMBERS)
                            .toList();
                    return number;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw Objects.requireNonNull(e.getCause());
        }
        throw new IOException("This system does not tell where a file is open");
    }

    private static boolean isAt(String number, long position) {
        try {
            return Files.readString(POSITIONS.resolve(number)).startsWith("pos:\t" + position + "\n");
        } catch (IOException e) {
            // Closed before or while it was read; so it is another one.
            return false;
        }
    }

    /** Leads to it, in this process and until it is closed; a symbolic link, to be followed. */
    Path path() {
        return path;
    }

    /** The same path, or one below it, for other processes. */
    static Path pathForOthers(Path path) {
        return path.startsWith(SELF)
                ? Path.of("/proc", Long.toString(ProcessHandle.current().pid())).resolve(SELF.relativize(path))
                : path;
    }

    /** The file of this name in this folder: the last name of a path, whatever the path says before. */
    Path at(Path file) {
        return path.resolve(file.getFileName());
    }

    /** Where it lies now, without any links. */
    Path place() throws IOException {
        return channel.isPresent() ? Files.readSymbolicLink(path) : path;
    }

    /** What the file system says of it now. */
    FileIdentity identity() throws IOException {
        return FileIdentity.of(path);
    }

    /** Makes what was done in a folder last a power failure. */
    void force() throws IOException {
        // A channel does nothing for a thread that is to stop, and what has been done is to last all the same.
        boolean interrupted = Thread.interrupted();
        try {
            if (channel.isPresent()) {
                channel.get().force(true);
            } else {
                try (FileChannel folder = open(path)) {
                    folder.force(true);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (channel.isPresent()) {
            channel.get().close();
        }
    }
}
