package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be opened is tried again each second, for as long as the web server runs: nothing of it may stay open. */
class PipeHandTest {
    private static final Path OPEN = Path.of("/proc/self/fd");

    @TempDir
    Path folder;

    @BeforeEach
    void proc() {
        assumeThat(Files.isDirectory(OPEN)).as("the kernel says what is open").isTrue();
    }

    private long open() throws IOException {
        long count = 0;
        try (var files = Files.newDirectoryStream(OPEN)) {
            for (Path file : files) {
                try {
                    count += Files.readSymbolicLink(file).startsWith(folder) ? 1 : 0;
                } catch (IOException e) {
                    // It was that of the list itself.
                }
            }
        }
        return count;
    }

    @Test
    void whatCannotBeTakenWhollyIsClosed() throws IOException {
        PipeHand.take(folder, "pipe-1", 1 << 20).orElseThrow().close();
        Files.delete(folder.resolve("pipe-1.out"));
        Files.createDirectory(folder.resolve("pipe-1.out"));
        assertThatThrownBy(() -> PipeHand.take(folder, "pipe-1", 1 << 20)).isInstanceOf(IOException.class);
        assertThat(open()).isZero();
        assertThatThrownBy(() -> PipeHand.look(folder, "pipe-1")).isInstanceOf(IOException.class);
        assertThat(open()).isZero();
    }

    @Test
    void whatThisProcessHasLockedItselfIsClosed() throws IOException {
        try (FileChannel own =
                FileChannel.open(folder.resolve("pipe-1"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            own.lock();
            long before = open();
            assertThatThrownBy(() -> PipeHand.take(folder, "pipe-1", 1 << 20))
                    .isInstanceOf(OverlappingFileLockException.class);
            assertThat(open()).isEqualTo(before);
        }
    }

    @Test
    void whatIsNoneIsClosed() throws IOException {
        Files.writeString(folder.resolve("pipe-1"), "");
        assertThatThrownBy(() -> PipeHand.look(folder, "pipe-1")).isInstanceOf(Exception.class);
        assertThat(open()).isZero();
    }

    /** Whoever took it then would write at the same place of the ring. */
    @Test
    @Timeout(60)
    void nobodyElseHasItWhileItIsReadInto() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        PipeHand hand = PipeHand.take(folder, "pipe-1", 1 << 20).orElseThrow();
        FileChannel in = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FutureTask<Integer> read = new FutureTask<>(() -> hand.read(in, 0));
        Thread reader = start(read);
        await(() -> Stream.of(reader.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals("sun.nio.ch.FileDispatcherImpl")));
        FutureTask<Void> close = new FutureTask<>(() -> {
            hand.close();
            return null;
        });
        Thread closer = start(close);
        await(() -> closer.getState() == Thread.State.WAITING || !closer.isAlive());
        assertThatThrownBy(() -> PipeHand.take(folder, "pipe-1", 1 << 20))
                .as("the lock is held")
                .isInstanceOf(OverlappingFileLockException.class);
        assertThat(hand.awaitRoom()).as("more may be read").isFalse();

        in.close();
        assertThatThrownBy(read::get).hasCauseInstanceOf(ClosedChannelException.class);
        close.get();
        FileChannel again = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE);
        assertThatThrownBy(() -> hand.read(again, 0)).isInstanceOf(ClosedChannelException.class);
        again.close();
        try (PipeHand next = PipeHand.take(folder, "pipe-1", 1 << 20).orElseThrow()) {
            assertThat(next.waiting()).isZero();
        }
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void await(BooleanSupplier happened) throws InterruptedException {
        while (!happened.getAsBoolean()) {
            Thread.sleep(10);
        }
    }
}
