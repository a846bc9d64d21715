package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the rewriting of archives up to 65 times at random, as often as a machine with other work to do gets to in half a
 * minute; each archive is always as before or as planned, byte by byte.
 */
class ArchiveCrashIT {
    private static final int KILLS = Integer.getInteger("sparsam.kills", 65);
    private static final int FEWEST = Integer.getInteger("sparsam.kills", 10);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int FILES = 4;
    private static final long FOREVER = Long.MAX_VALUE;

    @TempDir
    private Path temporary;

    private final Map<String, byte[]> before = new HashMap<>();
    private final Map<String, byte[]> after = new HashMap<>();
    private int between;
    /** How long the last run was at work. */
    private long worked;

    @Test
    @Timeout(120)
    void anArchiveIsAsBeforeOrAsPlannedHoweverOftenItIsKilled() throws Exception {
        Random random = new Random();
        Path planned = Files.createDirectory(temporary.resolve("planned"));
        write(planned, random);
        assertThat(run(planned, FOREVER)).isFalse();
        long undisturbed = worked;
        for (String name : before.keySet()) {
            after.put(name, Files.readAllBytes(planned.resolve(name)));
            assertThat(after.get(name)).isNotEqualTo(before.get(name));
        }
        int kills = 0;
        long stop = System.nanoTime() + LONGEST.toNanos();
        for (int tree = 0; goesOn(kills, stop); tree++) {
            Path directory = Files.createDirectory(temporary.resolve("tree" + tree));
            for (Map.Entry<String, byte[]> file : before.entrySet()) {
                Files.write(directory.resolve(file.getKey()), file.getValue());
            }
            // In the first third classes are loaded and nothing is done yet.
            while (run(directory, goesOn(kills, stop) ? random.nextLong(undisturbed / 3, undisturbed) : FOREVER)) {
                kills++;
                check(directory);
            }
            check(directory);
            try (Stream<Path> all = Files.list(directory)) {
                assertThat(all.map(file -> file.getFileName().toString()))
                        .as("nothing is left behind")
                        .containsExactlyInAnyOrderElementsOf(after.keySet());
            }
            for (Map.Entry<String, byte[]> file : after.entrySet()) {
                assertThat(directory.resolve(file.getKey())).hasBinaryContent(file.getValue());
            }
        }
        System.out.println(
                "ArchiveCrashIT: " + kills + " kills, " + between + " of them with work begun and not ended");
        assertThat(between).isPositive();
    }

    private static boolean goesOn(int kills, long stop) {
        return kills < FEWEST || (kills < KILLS && System.nanoTime() < stop);
    }

    private void check(Path directory) throws IOException {
        for (String name : before.keySet()) {
            byte[] found = Files.readAllBytes(directory.resolve(name));
            assertThat(Arrays.equals(found, before.get(name)) || Arrays.equals(found, after.get(name)))
                    .as("%s is as before or as planned", name)
                    .isTrue();
        }
        between += FileChanger.hasOurs(directory) ? 1 : 0;
    }

    /** Returns whether it was killed; else it has finished. */
    private boolean run(Path directory, long nanos) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ArchiveProcess.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("ready");
            long start = System.nanoTime();
            if (nanos == FOREVER || process.waitFor(nanos, TimeUnit.NANOSECONDS)) {
                assertThat(out.lines().toList()).containsExactly("finished");
                worked = System.nanoTime() - start;
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                return false;
            }
            process.toHandle().destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            // It may just have come to its end.
            return process.exitValue() != 0;
        } finally {
            process.destroyForcibly();
        }
    }

    private void write(Path directory, Random random) throws IOException {
        for (int i = 0; i < FILES; i++) {
            String name = "backup" + i + new String[] {".tar", ".tar.gz", ".zip", ".tar.zst"}[i % 4];
            byte[] archive = ArchiveTest.sample(random, i % 4 == 2);
            Compression.named(name)
                    .ifPresent(compression -> assertThat(compression).isNotNull());
            byte[] bytes = Compression.named(name).isPresent()
                    ? CompressionTest.pack(Compression.named(name).get(), archive)
                    : archive;
            Files.write(directory.resolve(name), bytes);
            before.put(name, bytes);
        }
    }
}
