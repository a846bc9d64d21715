package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A logger is killed at random points and started again at the same pipe, as a web server does it, while lines keep coming.
 * In the end each log has each line exactly once, in order and masked.
 */
class PipeCrashIT {
    private static final int KILLS = Integer.getInteger("sparsam.kills", 70);
    private static final int SITES = 8;
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private final String time = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC)
            .format(Instant.now());

    @TempDir
    Path folder;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final int[] sent = new int[SITES];
    private Path memory = SHARED_MEMORY;
    private volatile boolean stop;

    @BeforeEach
    void inMemory() throws IOException {
        assumeThat(Files.isDirectory(SHARED_MEMORY)
                        && Files.getFileStore(SHARED_MEMORY).type().equals("tmpfs"))
                .as("/dev/shm is in memory")
                .isTrue();
        memory = Files.createTempDirectory(
                SHARED_MEMORY,
                "sparsam-test",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    @AfterEach
    void tidy() throws IOException {
        try (Stream<Path> files = Files.walk(memory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Test
    @Timeout(240)
    void aKilledLoggerNeitherLosesNorDoublesALine() throws Exception {
        System.out.println("PipeCrashIT seed " + seed);
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path sites = writeSites();
        int inTheMiddle = 0;
        int appending = 0;
        Process last;
        // Opened for both, the pipe has a reader and a writer while there is no logger.
        try (RandomAccessFile web = new RandomAccessFile(pipe.toFile(), "rw")) {
            Thread server = new Thread(() -> serve(web, new Random(seed + 1)));
            server.start();
            for (int kill = 0; kill < KILLS; kill++) {
                // Where the log is gone in which an append is to be ended, half a line may stay: see PipeFiles.repair.
                boolean mayMove = !isInHand(hand -> hand.append().isPresent());
                Process logger = start(pipe, sites);
                Path away = folder.resolve("away");
                Path home = site(random.nextInt(SITES));
                boolean moved = mayMove && random.nextInt(4) == 0;
                if (moved) {
                    // Meanwhile its lines wait in the spool.
                    Files.move(home, away);
                }
                assertThat(logger.waitFor(200 + random.nextInt(600), TimeUnit.MILLISECONDS))
                        .as("seed %d: it goes on", seed)
                        .isFalse();
                if (random.nextBoolean()) {
                    awaitAppend();
                }
                logger.destroyForcibly();
                assertThat(logger.waitFor(60, TimeUnit.SECONDS)).isTrue();
                if (moved) {
                    Files.move(away, home);
                }
                inTheMiddle +=
                        isInHand(hand -> hand.waiting() > 0 || hand.output().isPresent()) ? 1 : 0;
                appending += isInHand(hand -> hand.append().isPresent()) ? 1 : 0;
            }
            // Before the writer closes the pipe, there must be somebody who has it open.
            last = start(pipe, sites);
            Thread.sleep(1_000);
            stop = true;
            server.join();
        }
        assertThat(last.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(last.exitValue()).isZero();
        for (int i = 0; i < SITES; i++) {
            check(i);
        }
        try (Stream<Path> left = Files.list(folder.resolve("spool"))) {
            assertThat(left).isEmpty();
        }
        assertThat(folder.resolve("unknown")).isEmptyDirectory();
        System.out.println("PipeCrashIT: " + IntStream.of(sent).sum() + " lines, " + KILLS + " kills, " + inTheMiddle
                + " of them with lines in hand, " + appending + " in the middle of an append");
        assertThat(inTheMiddle).isGreaterThan(KILLS / 10);
    }

    /** An append takes some microseconds; at random hardly any would be met. */
    private void awaitAppend() throws IOException {
        long until = System.nanoTime() + 200_000_000;
        while (System.nanoTime() < until) {
            for (String name : hands()) {
                try (PipeHand hand = PipeHand.look(memory, name).orElseThrow()) {
                    while (System.nanoTime() < until) {
                        if (hand.append().isPresent()) {
                            return;
                        }
                    }
                }
            }
        }
    }

    private boolean isInHand(Predicate<PipeHand> what) throws IOException {
        for (String name : hands()) {
            try (PipeHand hand = PipeHand.look(memory, name).orElseThrow()) {
                if (what.test(hand)) {
                    return true;
                }
            }
        }
        return false;
    }

    private List<String> hands() throws IOException {
        try (Stream<Path> files = Files.list(memory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(PipeHand::isHand)
                    .toList();
        }
    }

    private void check(int site) throws IOException {
        String file = PipeSites.fileOf(PipeSites.DAILY, java.time.LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC));
        try (Stream<Path> files = Files.list(site(site))) {
            Path log = files.findFirst().orElse(site(site).resolve(file));
            try (BufferedReader lines = Files.newBufferedReader(log, StandardCharsets.ISO_8859_1)) {
                for (int number = 0; number < sent[site]; number++) {
                    String line = lines.readLine();
                    if (!masked(site, number).equals(line)) {
                        assertThat(line)
                                .as("seed %d, site %d: line %d of %d", seed, site, number, sent[site])
                                .isEqualTo(masked(site, number));
                    }
                }
                assertThat(lines.readLine()).as("seed %d, site %d", seed, site).isNull();
            }
        }
    }

    private Path site(int number) {
        return folder.resolve("site" + number);
    }

    private Path writeSites() throws IOException {
        StringBuilder sites = new StringBuilder("{\"format\":\"sparsam-pipe/1\",\"zone\":\"UTC\",\"sites\":[");
        for (int i = 0; i < SITES; i++) {
            Files.createDirectory(site(i));
            sites.append(i == 0 ? "" : ",")
                    .append("{\"domain\":\"s")
                    .append(i)
                    .append(".example\",\"directory\":\"")
                    .append(site(i))
                    .append("\"}");
        }
        return Files.writeString(folder.resolve("sites.json"), sites.append("]}"));
    }

    private Process start(Path pipe, Path sites) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-Xmx64m",
                        "-cp",
                        CommandPath.text(),
                        LogsCommand.class.getName(),
                        "pipe",
                        "--sites",
                        sites.toString(),
                        "--memory",
                        memory.toString()))
                .redirectInput(pipe.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve("errors").toFile())
                .start();
    }

    /** Writes like the processes of a web server: whole lines, no more than the kernel writes in one piece. */
    private void serve(RandomAccessFile web, Random lines) {
        try {
            while (!stop) {
                for (int burst = lines.nextInt(300); burst >= 0; burst--) {
                    StringBuilder text = new StringBuilder();
                    int site = lines.nextInt(SITES);
                    while (text.length() < 3_500) {
                        text.append("s").append(site).append(".example:80 ").append(line(site, sent[site], true));
                        text.append('\n');
                        sent[site]++;
                        site = lines.nextInt(3) == 0 ? lines.nextInt(SITES) : site;
                    }
                    web.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
                }
                Thread.sleep(lines.nextInt(40));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String masked(int site, int number) {
        return line(site, number, false);
    }

    private String line(int site, int number, boolean raw) {
        boolean six = number % 3 == 0;
        int host = raw ? 1 + (number * 7 + site) % 250 : 0;
        return (six ? "2001:db8:7::" + (raw ? Integer.toHexString(host) : "") : "203.0.113." + host) + " - - [" + time
                + "] \"GET /" + site + "/" + number + "?q=\u00e4 HTTP/1.1\" 200 " + number
                + " \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\"";
    }
}
