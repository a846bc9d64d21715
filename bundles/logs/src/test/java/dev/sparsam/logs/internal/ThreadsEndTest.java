package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.store.testing.SetClock;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever stops has no thread at work any more, and waits for none for ever. */
@Timeout(60)
class ThreadsEndTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger atWork = new AtomicInteger();

    /** Ends a while after it was interrupted, as a read of a slow disk does. */
    private int slowToEnd(int thing) {
        atWork.incrementAndGet();
        begun.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            sleep(300);
            Thread.currentThread().interrupt();
        }
        atWork.decrementAndGet();
        return thing;
    }

    private int deaf(int thing) {
        begun.countDown();
        while (released.getCount() > 0) {
            sleep(10);
        }
        return thing;
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            // Somebody who cannot be interrupted.
        }
    }

    /** An executor says that it has ended a moment before its last thread does. */
    private static void awaitEnd(String name) {
        while (isThere(name)) {
            sleep(10);
        }
    }

    private static boolean isThere(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(name));
    }

    /** Else the store says that the job of a bundle has ended, and another one begins with the same files. */
    @Test
    void noWorkerOfASweepOutlivesItsJob() throws Exception {
        Thread job = new Thread(() -> {
            try (Workers workers = new Workers(LONG)) {
                workers.map(List.of(1, 2, 3, 4), this::slowToEnd);
            } catch (InterruptedException e) {
                // As the store does it: the job ends.
            }
        });
        job.start();
        begun.await();
        job.interrupt();
        job.join();
        assertThat(atWork).hasValue(0);
        awaitEnd(Workers.NAME);
    }

    @Test
    void aWorkerThatDoesNotEndIsNotWaitedForForEver() throws Exception {
        Workers workers = new Workers(Duration.ofMillis(100));
        Thread caller = new Thread(() -> {
            try {
                workers.map(List.of(1), this::deaf);
            } catch (InterruptedException e) {
                // Nobody waits for the result.
            }
        });
        caller.start();
        begun.await();
        workers.close();
        assertThat(isThere(Workers.NAME)).isTrue();
        released.countDown();
        caller.interrupt();
        caller.join();
    }

    @Test
    void noThreadGoesOnMaskingALogOfWhichTheMaskingWasInterrupted() throws Exception {
        Path log = folder.resolve("access.log");
        Files.writeString(
                log,
                "203.0.113.9 - - [22/Nov/2026:03:03:22 +0100] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"\n".repeat(20_000));
        OutputStream slow = new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("whole parts are written");
            }

            @Override
            public void write(byte[] b, int off, int len) {
                slowToEnd(len);
            }
        };
        FutureTask<LogScan> masked = new FutureTask<>(() -> {
            try (FileChannel channel = FileChannel.open(log)) {
                LineScanner.Context context = new LineScanner.Context(
                        UnknownHosts.LEAST, ZoneOffset.UTC, Instant.EPOCH, KeyRing.NONE, Optional.empty());
                List<LineScanner> scanners = new ArrayList<>(List.of(new LineScanner(context)));
                return SideBySide.mask(channel, slow, scanners, 3, () -> new LineScanner(context), 1 << 14, 0);
            }
        });
        Thread masking = new Thread(masked);
        masking.start();
        begun.await();
        masking.interrupt();
        masking.join();
        assertThat(atWork).hasValue(0);
        assertThatThrownBy(masked::get)
                .cause()
                .isInstanceOfAny(InterruptedIOException.class, ClosedByInterruptException.class);
        awaitEnd(SideBySide.NAME);
    }

    /** With a panel that is asked, and answers when it is told to. */
    @Test
    void theFileForLoggersIsWrittenByNobodyWhoWasStopped() throws Exception {
        try (TestDatabase test = TestDatabases.H2.open(Path.of("src/main/resources/migrations"))) {
            House house = new House(test.database());
            house.site("d1", folder.resolve("d1"));
            SetClock clock = new SetClock(Instant.parse("2026-11-22T12:00:00Z"));
            Path path = folder.resolve("pipe/sites.json");
            PipeSitesFile file = new PipeSitesFile(
                    path,
                    new WrittenSitesFiles(folder.resolve("logs-pipe-sites")),
                    house.settings(),
                    house.tenantDirectory(),
                    house.siteDirectory(),
                    new KeyStore(test.database(), new SecureRandom(), clock, ZoneOffset.UTC),
                    house.holds(test.database(), clock),
                    ZoneOffset.UTC);
            house.asked = () -> deaf(1);
            PipeSitesWriter writer = new PipeSitesWriter(file, Duration.ofMillis(100));
            begun.await();
            long before = System.nanoTime();
            writer.close();
            assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(20));
            released.countDown();
            awaitEnd(PipeSitesWriter.NAME);
            assertThat(path).doesNotExist();
        }
    }

    @Test
    void theFileForLoggersIsKeptUpToDateUntilTheEnd() throws Exception {
        try (TestDatabase test = TestDatabases.H2.open(Path.of("src/main/resources/migrations"))) {
            House house = new House(test.database());
            house.site("d1", folder.resolve("d1"));
            SetClock clock = new SetClock(Instant.parse("2026-11-22T12:00:00Z"));
            Path path = folder.resolve("pipe/sites.json");
            PipeSitesFile file = new PipeSitesFile(
                    path,
                    new WrittenSitesFiles(folder.resolve("logs-pipe-sites")),
                    house.settings(),
                    house.tenantDirectory(),
                    house.siteDirectory(),
                    new KeyStore(test.database(), new SecureRandom(), clock, ZoneOffset.UTC),
                    house.holds(test.database(), clock),
                    ZoneOffset.UTC);
            try (PipeSitesWriter writer = new PipeSitesWriter(file, LONG)) {
                assertThat(writer).isNotNull();
                while (!Files.exists(path)) {
                    sleep(10);
                }
                house.site("d2", folder.resolve("d2"));
                while (!Files.readString(path).contains("d2.test")) {
                    sleep(10);
                }
            }
            awaitEnd(PipeSitesWriter.NAME);
        }
    }
}
