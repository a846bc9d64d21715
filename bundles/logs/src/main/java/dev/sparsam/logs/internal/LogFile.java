package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens files in folders of customers for reading, and nothing but regular files. Every such file is opened here.
 *
 * <p>A customer may put a named pipe in the place of a log at any moment, also between the question what it is and its
 * opening. To open a pipe for reading waits until somebody writes to it, for ever if nobody does; nothing in Java ends that,
 * and Java cannot ask the kernel not to wait. So it is another thread that opens. When that one takes long and there is a
 * pipe, the pipe is opened for writing too, which waits for nobody and lets it go on; and what cannot be read at any position is
 * no file.
 *
 * <p>What is left: a pipe that was opened and has lost its name before anybody looked holds that thread until this process
 * ends. From its folder nothing more is opened then, so that it is one thread for each folder.
 */
final class LogFile {
    /** How long opening may take until somebody looks whether it waits for a pipe. */
    private static final Duration LOOK = Duration.ofMillis(100);

    /** What opening a file may take: more than a slow disk does. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What it may take for a thread that is to stop: less than anybody waits for that. */
    private static final Duration INTERRUPTED = Duration.ofSeconds(3);

    /** They end soon when nothing is opened, so nobody needs to end them. */
    private static final ExecutorService OPENERS = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), Threads.named("logs opener"));

    /** Those that nobody waits for any more, and in which folder. */
    private static final Map<Opening, FileIdentity.Key> LEFT = new ConcurrentHashMap<>();

    private LogFile() {}

    /**
     * Opens a regular file; the last part of the path is not followed when it is a symbolic link.
     *
     * @throws NotedException when it is something else, or nothing in its folder can be opened
     */
    static FileChannel open(Path path) throws IOException {
        return open(path, LOOK, PATIENCE, LogFile::forReading);
    }

    /**
     * Opens one for tests.
     *
     * @param look how long it may take until somebody looks whether it waits for a pipe
     * @param patience how long it may take at all
     * @param opener opens it when it is known what it is, in another thread
     */
    static FileChannel open(Path path, Duration look, Duration patience, Opener opener) throws IOException {
        FileIdentity before = FileIdentity.read(path);
        if (before.odd().isPresent()) {
            throw new NotedException(FileNote.of(before.odd().get()));
        }
        Path parent = Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file is in a folder");
        FileIdentity.Key folder = FileIdentity.of(parent).key();
        if (LEFT.containsValue(folder)) {
            throw new NotedException(FileNote.of(Code.OPENING_WAITS));
        }
        Opening opening = new Opening(path, opener);
        OPENERS.execute(opening);
        FileChannel channel = opening.await(folder, look, patience);
        try {
            // A pipe has no positions; whoever read it would wait for its writer.
            channel.position();
            return channel;
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            channel.close();
            throw new NotedException(FileNote.of(Code.CHANGED_WHILE_OPENED));
        }
    }

    /** Opens what may have become something else. */
    interface Opener {
        FileChannel open(Path path) throws IOException;
    }

    /** Opens whatever is there, and waits for whoever writes to it if it is a pipe. */
    static FileChannel forReading(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    /** The beginning of a regular file, a character for each byte. */
    static String text(Path path, int most) throws IOException {
        try (FileChannel channel = open(path);
                InputStream in = Channels.newInputStream(channel)) {
            return new String(in.readNBytes(most), StandardCharsets.ISO_8859_1);
        }
    }

    /** What is opened by another thread. */
    private static final class Opening implements Runnable {
        private final Path path;
        private final Opener opener;
        private final CompletableFuture<FileChannel> opened = new CompletableFuture<>();

        Opening(Path path, Opener opener) {
            this.path = path;
            this.opener = opener;
        }

        @Override
        public void run() {
            try {
                FileChannel channel = opener.open(path);
                if (!opened.complete(channel)) {
                    channel.close();
                }
            } catch (Throwable e) {
                // Also an error: whoever waits is to be told, and the folder is not to be left for ever.
                opened.completeExceptionally(e);
            } finally {
                LEFT.remove(this);
            }
        }

        /** Also for a thread that is to stop, as opening a file does not end for that; but then it does not wait long. */
        FileChannel await(FileIdentity.Key folder, Duration look, Duration patience) throws IOException {
            long until = System.nanoTime() + patience.toNanos();
            boolean interrupted = false;
            try {
                while (true) {
                    try {
                        return opened.get(look.toNanos(), TimeUnit.NANOSECONDS);
                    } catch (InterruptedException e) {
                        interrupted = true;
                        long soon = System.nanoTime() + INTERRUPTED.toNanos();
                        until = until - soon > 0 ? soon : until;
                    } catch (TimeoutException e) {
                        letGo();
                        if (System.nanoTime() - until > 0) {
                            leave(folder);
                        }
                    } catch (ExecutionException e) {
                        throw thrown(e);
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private static IOException thrown(ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                return io;
            }
            return new IOException(e.getCause());
        }

        /** Lets a thread go on that waits for somebody to write to a pipe. */
        private void letGo() {
            try {
                if (FileIdentity.read(path)
                        .odd()
                        .filter(Code.NAMED_PIPE::equals)
                        .isPresent()) {
                    FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)
                            .close();
                }
            } catch (IOException e) {
                // Not there any more, or not ours to write to.
            }
        }

        private void leave(FileIdentity.Key folder) {
            LEFT.put(this, folder);
            if (!opened.completeExceptionally(new NotedException(FileNote.of(Code.OPENING_WAITS)))) {
                LEFT.remove(this);
            }
        }
    }
}
