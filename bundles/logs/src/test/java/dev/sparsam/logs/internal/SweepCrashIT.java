package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sweep, with its database, is killed at random points and started again, until it has been killed often enough. After
 * each kill every line is as before or masked, none is lost, none is there twice; at the end every site has exactly one
 * receipt, and its counts are those of a sweep that nobody disturbed.
 */
class SweepCrashIT {
    private static final int KILLS = Integer.getInteger("sparsam.kills", 50);
    private static final int SITES = 6;
    private static final int FILES = 12;
    private static final int LINES = 2_000;
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    @TempDir
    Path folder;

    /** What a file held before, and what it holds when it is masked. */
    private record Content(List<String> before, List<String> masked, boolean expired) {}

    @Test
    void aKilledSweepLosesNothingAndGoesOn() throws IOException, InterruptedException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int kills = 0;
        int rounds = 0;
        while (kills < KILLS) {
            Path logs = Files.createDirectories(folder.resolve("logs" + rounds));
            Path database = Files.createDirectories(folder.resolve("db" + rounds));
            Map<Path, Content> contents = write(logs, random);
            boolean done = false;
            while (!done) {
                // The last round is not to be killed more often than asked for, but it has to end.
                done = run(logs, database, kills < KILLS ? random.nextInt(700) : Integer.MAX_VALUE);
                kills += done ? 0 : 1;
                check(logs, contents, "seed " + seed + ", kill " + kills);
            }
            contents.forEach((path, content) -> {
                assertThat(Files.exists(path)).as("%s", path).isEqualTo(!content.expired());
                if (!content.expired()) {
                    assertThat(lines(path)).as("%s", path).isEqualTo(content.masked());
                }
            });
            rounds++;
        }
        System.out.println("SweepCrashIT: " + kills + " kills in " + rounds + " sweeps");
    }

    /** Whether it came to its end before it was killed. */
    private static boolean run(Path logs, Path database, int millis) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        SweepProcess.class.getName(),
                        logs.toString(),
                        database.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("ready");
            if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                assertThat(process.exitValue()).isZero();
                checkReceipts(out.lines().toList());
                return true;
            }
            process.destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return false;
        } finally {
            process.destroyForcibly();
        }
    }

    private static void checkReceipts(List<String> printed) {
        assertThat(printed).first().isEqualTo("done");
        List<String> receipts = printed.subList(1, printed.size());
        assertThat(receipts).hasSize(SITES);
        for (int site = 0; site < SITES; site++) {
            int number = site;
            assertThat(receipts.stream().filter(receipt -> receipt.startsWith("domain/site" + number + " ")))
                    .as("receipts of site %d", site)
                    .singleElement()
                    .asString()
                    .contains(
                            "files.deleted=" + FILES / 4,
                            "files.masked=" + (FILES - FILES / 4),
                            "files.problems=0",
                            "lines.deleted=" + FILES / 4 * LINES,
                            "addresses.masked=" + (FILES - FILES / 4) * LINES);
        }
    }

    private static void check(Path logs, Map<Path, Content> contents, String when) throws IOException {
        for (Map.Entry<Path, Content> entry : contents.entrySet()) {
            Content content = entry.getValue();
            if (content.expired() && !Files.exists(entry.getKey())) {
                continue;
            }
            List<String> found = lines(entry.getKey());
            assertThat(found.equals(content.before()) || found.equals(content.masked()))
                    .as("%s: %s is as before or masked", when, entry.getKey())
                    .isTrue();
        }
        try (Stream<Path> all = Files.walk(logs)) {
            assertThat(all.filter(Files::isRegularFile)
                            .filter(path -> !contents.containsKey(path))
                            .filter(path ->
                                    !FileChanger.isOurs(path.getFileName().toString())))
                    .as("%s: files that nobody made", when)
                    .isEmpty();
        }
    }

    private static List<String> lines(Path path) {
        try (InputStream file = Files.newInputStream(path);
                InputStream in = path.toString().endsWith(".gz") ? new GZIPInputStream(file) : file) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(path.toString(), e);
        }
    }

    private static Map<Path, Content> write(Path logs, Random random) throws IOException {
        Map<Path, Content> contents = new LinkedHashMap<>();
        Instant now = Instant.now();
        for (int site = 0; site < SITES; site++) {
            Path directory = Files.createDirectory(logs.resolve("site" + site));
            for (int file = 0; file < FILES; file++) {
                boolean expired = file % 4 == 3;
                Content content = content(random, now.minus(Duration.ofDays(expired ? 9 : 2)), expired);
                Path path = directory.resolve("access.log." + (file + 1) + (file % 2 == 1 ? ".gz" : ""));
                try (OutputStream raw = Files.newOutputStream(path);
                        OutputStream out = file % 2 == 1 ? new GZIPOutputStream(raw) : raw) {
                    out.write((String.join("\n", content.before()) + "\n").getBytes(StandardCharsets.ISO_8859_1));
                }
                Files.setLastModifiedTime(path, FileTime.from(now.minus(Duration.ofHours(2))));
                contents.put(path, content);
            }
        }
        return contents;
    }

    private static Content content(Random random, Instant newest, boolean expired) {
        List<String> before = new ArrayList<>();
        List<String> masked = new ArrayList<>();
        for (int i = 0; i < LINES; i++) {
            int host = 1 + random.nextInt(254);
            boolean v6 = random.nextInt(3) == 0;
            String rest = " - - [" + LOG_TIME.format(newest.minusSeconds(LINES - i)) + "] \"GET /f\u00fcr/" + i + "?n="
                    + random.nextInt() + " HTTP/1.1\" 200 " + i + " \"-\" \"agent\"";
            before.add((v6 ? "2001:db8:7::" + Integer.toHexString(host) : "203.0.113." + host) + rest);
            masked.add((v6 ? "2001:db8:7::" : "203.0.113.0") + rest);
        }
        return new Content(before, masked, expired);
    }
}
