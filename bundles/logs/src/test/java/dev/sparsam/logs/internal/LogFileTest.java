package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.Inspection.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** To open a pipe for reading waits until somebody writes to it. */
@Timeout(60)
class LogFileTest {
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String LINE = "203.0.113.77 - - [22/Nov/2026:03:03:22 +0100] \"GET / HTTP/1.1\" 200 5\n";

    @TempDir
    private Path directory;

    private Path log;
    private Path pipe;

    @BeforeEach
    void makeThem() throws Exception {
        log = Files.writeString(directory.resolve("access.log.1"), LINE);
        pipe = directory.resolve("pipe");
        Process process = new ProcessBuilder("mkfifo", pipe.toString()).start();
        assumeTrue(process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0, "Skipped: there is no mkfifo");
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void opensNothingButRegularFiles() throws IOException {
        try (FileChannel channel = LogFile.open(log)) {
            assertThat(channel.size()).isEqualTo(LINE.length());
        }
        Path link = Files.createSymbolicLink(directory.resolve("link"), log);
        assertNote(pipe, Code.NAMED_PIPE);
        assertNote(link, Code.SYMBOLIC_LINK);
        assertNote(directory, Code.DIRECTORY);
        assertNote(Path.of("/dev/null"), Code.DEVICE);
        assertThatThrownBy(() -> LogFile.open(directory.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    private static void assertNote(Path path, Code code) {
        assertThatThrownBy(() -> LogFile.open(path))
                .isInstanceOfSatisfying(
                        NotedException.class, e -> assertThat(e.note()).isEqualTo(FileNote.of(code)));
    }

    private FileChannel openThePipe(Path path) throws IOException {
        move(pipe, log);
        return LogFile.forReading(path);
    }

    @Test
    void aPipeThatTakesThePlaceOfALogIsNotWaitedFor() {
        assertThatThrownBy(() -> LogFile.open(log, LOOK, LONG, this::openThePipe))
                .isInstanceOfSatisfying(
                        NotedException.class,
                        e -> assertThat(e.note()).isEqualTo(FileNote.of(Code.CHANGED_WHILE_OPENED)));
    }

    /** Its writer keeps it open and writes nothing, so that also a read would wait. */
    @Test
    void aPipeThatSomebodyWritesToIsNotReadFrom() throws IOException {
        try (FileChannel writer = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            assertThat(writer.isOpen()).isTrue();
            assertThatThrownBy(() -> LogFile.open(log, LOOK, LONG, this::openThePipe))
                    .isInstanceOf(NotedException.class);
        }
    }

    /** Nobody can let the one go on that waits for it, until the pipe has a name again; but nobody else waits. */
    @Test
    void aPipeThatIsMovedAwayHoldsOnlyWhoeverOpensFirst() throws Exception {
        Path away = directory.resolveSibling(directory.getFileName() + "-pipe");
        try {
            Duration look = Duration.ofSeconds(2);
            assertThatThrownBy(() -> LogFile.open(log, look, look, path -> {
                        move(log, directory.resolve("original"));
                        move(pipe, log);
                        new Thread(() -> {
                                    while (!isOpening()) {
                                        sleep(1);
                                    }
                                    sleep(100);
                                    move(log, away);
                                    move(directory.resolve("original"), log);
                                })
                                .start();
                        return LogFile.forReading(path);
                    }))
                    .isInstanceOfSatisfying(
                            NotedException.class, e -> assertThat(e.note()).isEqualTo(FileNote.of(Code.OPENING_WAITS)));
            assertNote(log, Code.OPENING_WAITS);
            // The customer's other folders, and everybody else's, are as before.
            Path other = Files.writeString(
                    Files.createDirectory(directory.resolve("other")).resolve("log"), LINE);
            LogFile.open(other).close();
        } finally {
            FileChannel.open(away, StandardOpenOption.READ, StandardOpenOption.WRITE)
                    .close();
            Files.delete(away);
        }
        awaitOpening();
    }

    private void awaitOpening() throws IOException {
        while (true) {
            try {
                LogFile.open(log).close();
                break;
            } catch (NotedException e) {
                sleep(10);
            }
        }
    }

    @Test
    void anErrorWhileOpeningIsToldAndTheNextOneIsOpened() throws IOException {
        Duration patience = Duration.ofSeconds(2);
        assertThatThrownBy(() -> LogFile.open(log, LOOK, patience, path -> {
                    throw new OutOfMemoryError("of a test");
                }))
                .isInstanceOf(IOException.class)
                .hasCauseInstanceOf(OutOfMemoryError.class);
        LogFile.open(log).close();
    }

    /** The store waits for a job that it has interrupted, but not as long as a disk may take. */
    @Test
    void whoeverIsInterruptedDoesNotWaitLongForASlowDisk() throws IOException {
        CountDownLatch slow = new CountDownLatch(1);
        long before = System.nanoTime();
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> LogFile.open(log, LOOK, LONG, path -> {
                        while (slow.getCount() > 0) {
                            sleep(10);
                        }
                        return LogFile.forReading(path);
                    }))
                    .isInstanceOfSatisfying(
                            NotedException.class, e -> assertThat(e.note()).isEqualTo(FileNote.of(Code.OPENING_WAITS)));
        } finally {
            slow.countDown();
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(15));
        awaitOpening();
    }

    @Test
    void whoeverIsInterruptedWaitsForWhatIsOpenedSoon() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> LogFile.open(log, LOOK, LONG, path -> {
                        sleep(200);
                        return LogFile.forReading(path);
                    }))
                    .isInstanceOf(ClosedByInterruptException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static boolean isOpening() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals("logs opener"))
                .flatMap(thread -> Stream.of(thread.getValue()))
                .anyMatch(frame -> frame.getClassName().equals(FileChannel.class.getName()));
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A customer who tries again and again comes between the question and the opening. */
    @Test
    void whoeverSwapsAllTheTimeKeepsNobodyWaiting() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        Thread customer = new Thread(() -> {
            Path file = directory.resolve("file");
            while (!ended.get()) {
                move(log, file);
                move(pipe, log);
                move(log, pipe);
                move(file, log);
            }
        });
        customer.start();
        Set<State> found = EnumSet.noneOf(State.class);
        try {
            long until = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            while (System.nanoTime() < until) {
                Inspection inspection = Rules.inspect(log, AddressMasking.DEFAULT, ZoneOffset.UTC);
                found.add(inspection.state());
            }
        } finally {
            ended.set(true);
            customer.join();
        }
        assertThat(found).contains(State.NOT_PLAIN_FILE).doesNotContain(State.DAMAGED);
    }
}
