package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a sweep 25 times at random points, and looks at every line each time. The points lie within the time that it takes
 * on this machine when nobody kills it, so that many of them lie in the middle of its work.
 */
class CrashTest {
    private static final int KILLS = Integer.getInteger("sparsam.kills", 25);
    private static final int KILLS_IN_THE_MIDDLE = 10;
    private static final long FOREVER = Long.MAX_VALUE;
    private static final int FILES = 30;

    @TempDir
    private Path temporary;

    private final Map<String, Text> texts = new HashMap<>();
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    /** The lines of a file before and after. */
    private record Text(String before, String after) {}

    @Test
    @Timeout(300)
    void everyLineIsAsBeforeOrMaskedHoweverOftenTheSweepIsKilled() throws Exception {
        System.out.println("CrashTest seed " + seed);
        long undisturbed = measure();
        int kills = 0;
        int inTheMiddle = 0;
        for (int tree = 0; kills < KILLS; tree++) {
            Path directory = Files.createDirectory(temporary.resolve("tree" + tree));
            Path journal = temporary.resolve("journal" + tree);
            write(directory);
            while (true) {
                // The last run of a tree that has taken part in enough kills may end.
                boolean killed = run(directory, journal, kills < KILLS ? random.nextLong(undisturbed) : FOREVER);
                inTheMiddle += killed && check(directory, journal, false) ? 1 : 0;
                kills += killed ? 1 : 0;
                if (!killed) {
                    break;
                }
            }
            check(directory, journal, true);
        }
        System.out.println(
                "CrashTest: " + kills + " kills, " + inTheMiddle + " of them with a file begun and not ended");
        assertThat(kills).isEqualTo(KILLS);
        assertThat(inTheMiddle).isGreaterThanOrEqualTo(KILLS_IN_THE_MIDDLE);
    }

    /** How long, in nanoseconds, the sweep takes here and now when nobody kills it. */
    private long measure() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("undisturbed"));
        write(directory);
        long start = System.nanoTime();
        assertThat(run(directory, temporary.resolve("journal"), FOREVER)).isFalse();
        return System.nanoTime() - start;
    }

    /**
     * Runs the sweep.
     *
     * @param nanos when to kill it
     * @return whether it was killed; else it has finished
     */
    private boolean run(Path directory, Path journal, long nanos) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SweepChild.class.getName(),
                        directory.toString(),
                        journal.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(output.readLine()).isEqualTo("ready");
            if (nanos != FOREVER && !child.waitFor(nanos, TimeUnit.NANOSECONDS)) {
                // Not by the process itself, which would close its output as well.
                child.toHandle().destroyForcibly();
            }
            List<String> rest = output.lines().toList();
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
            if (child.exitValue() == 0) {
                assertThat(rest).as("seed %d", seed).containsExactly("finished");
                return false;
            }
            assertThat(child.exitValue()).as("seed %d: %s", seed, rest).isEqualTo(128 + 9);
            return true;
        }
    }

    /** Looks at every file. Returns whether the journal shows one that was begun and not ended. */
    private boolean check(Path directory, Path journal, boolean finished) throws IOException {
        List<String> notes = Files.exists(journal) ? Files.readAllLines(journal) : List.of();
        for (Map.Entry<String, Text> entry : texts.entrySet()) {
            String name = entry.getKey();
            Path file = directory.resolve(name);
            boolean begun = notes.stream().anyMatch(note -> note.startsWith("begin " + name + " "));
            boolean ended = notes.stream().anyMatch(note -> note.startsWith("end " + name + " "));
            if (!Files.exists(file)) {
                assertThat(name).as("seed %d", seed).contains("old");
                assertThat(begun).as("seed %d: %s", seed, name).isTrue();
                continue;
            }
            String found = read(file);
            boolean masked = found.equals(entry.getValue().after());
            assertThat(masked || found.equals(entry.getValue().before()))
                    .as("seed %d: every line of %s once, as before or masked", seed, name)
                    .isTrue();
            if (finished || ended) {
                assertThat(masked && !name.contains("old"))
                        .as("seed %d: %s", seed, name)
                        .isTrue();
            }
            if (!begun) {
                assertThat(masked).as("seed %d: %s", seed, name).isFalse();
            }
        }
        if (finished) {
            try (Stream<Path> entries = Files.list(directory)) {
                assertThat(entries.map(entry -> entry.getFileName().toString()))
                        .containsExactlyInAnyOrderElementsOf(texts.keySet().stream()
                                .filter(name -> !name.contains("old"))
                                .toList());
            }
        }
        Set<String> open = names(notes, "begin ");
        open.removeAll(names(notes, "end "));
        return !open.isEmpty();
    }

    private static Set<String> names(List<String> notes, String kind) {
        return notes.stream()
                .filter(note -> note.startsWith(kind))
                .map(note -> note.split(" ", -1)[1])
                .collect(Collectors.toSet());
    }

    private void write(Path directory) throws IOException {
        texts.clear();
        for (int i = 0; i < FILES; i++) {
            StringBuilder before = new StringBuilder();
            StringBuilder after = new StringBuilder();
            int lines = 200 + random.nextInt(4000);
            for (int line = 0; line < lines; line++) {
                int host = 1 + random.nextInt(254);
                boolean six = random.nextInt(3) == 0;
                // Each line has a number of its own, so one that is lost or doubled is seen.
                String rest = " - - [22/Nov/2026:03:03:22 +0100] \"GET /" + i + "/" + line
                        + "?q=\u00e4 HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\"\n";
                before.append(six ? "2001:db8:1:2::" + Integer.toHexString(host) : "203.0.113." + host)
                        .append(rest);
                after.append(six ? "2001:db8:1::" : "203.0.113.0").append(rest);
            }
            String name = (i % 4 == 3 ? "old-" : "access-") + i + (i % 2 == 0 ? ".log.gz" : ".log.1");
            texts.put(name, new Text(before.toString(), after.toString()));
            Files.write(
                    directory.resolve(name),
                    i % 2 == 0
                            ? FileChangerTest.gzip(before.toString())
                            : before.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private static String read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (file.toString().endsWith(".gz")) {
            try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                bytes = in.readAllBytes();
            }
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
