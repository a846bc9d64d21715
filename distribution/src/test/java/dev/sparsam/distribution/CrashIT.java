package dev.sparsam.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sparsam.sample.SampleProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole product is killed at random points of a sweep and started again, until the sweep is done. There are two
 * copies of the same logs: one is swept in peace and says what every file has to be in the end; of the other every file
 * is, after each kill, as before or as in the end.
 */
class CrashIT {
    private static final int KILLS = 8;
    private static final int KILLS_AT_LEAST = 3;
    private static final int DAYS = 10;
    private static final String CALM = "calm";
    private static final String KILLED = "killed";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Path data = Path.of("");

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void aSweepOfAProductThatIsKilledAgainAndAgainLosesNothing() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        data = folder.resolve("data");
        SampleProvider.Options sample = new SampleProvider.Options(
                seed, Instant.now().minusSeconds(3_600), DAYS, 1, ZoneId.systemDefault(), false);
        for (String copy : List.of(CALM, KILLED)) {
            SampleProvider.generate(folder.resolve(copy), sample);
        }
        Path inventory = inventory();
        Map<Path, byte[]> before = files(folder.resolve(KILLED));
        assertThat(before).hasSizeGreaterThan(500);
        Distribution sparsam = Distribution.on(data).start();
        int kills = 0;
        try {
            assertThat(sparsam.shell("panel:import", inventory.toString()).status())
                    .isZero();
            // Hashes are keyed by site: those of two copies would differ.
            for (String field : List.of("user", "email")) {
                assertThat(sparsam.shell("setting:set", "p", field, "drop").status())
                        .isZero();
            }
            Plans plans = plan(sparsam);
            String killed = plans.killed();
            long begun = System.nanoTime();
            // The sample has files that no sweep can handle.
            assertThat(sparsam.shell("sweep:run", plans.calm()).status()).isEqualTo(3);
            int pause = (int) ((System.nanoTime() - begun) / 1_000_000 * 2 / KILLS) + 1;
            Map<Path, byte[]> after = files(folder.resolve(CALM));
            assertThat(after.size()).as("some were deleted").isLessThan(before.size());

            Distribution first = sparsam;
            CompletableFuture<Distribution.Result> run =
                    CompletableFuture.supplyAsync(() -> first.shell("sweep:run", killed));
            awaitRunning(sparsam, killed);
            while (!awaitDone(sparsam, killed, kills < KILLS ? random.nextInt(pause) : 120_000)) {
                sparsam.kill();
                kills++;
                check(before, after, "seed " + seed + ", kill " + kills);
                sparsam = Distribution.on(data).start();
            }
            System.out.println("CrashIT: " + kills + " kills, at most " + pause + " ms after each start, seed " + seed);
            // Even the longest pauses leave room for as many within the time that the undisturbed sweep took.
            assertThat(kills).isGreaterThanOrEqualTo(KILLS_AT_LEAST);
            assertThat(run).succeedsWithin(1, TimeUnit.MINUTES);

            Map<Path, byte[]> found = files(folder.resolve(KILLED));
            assertThat(found.keySet()).isEqualTo(after.keySet());
            found.forEach((path, content) -> assertThat(Arrays.equals(content, after.get(path)))
                    .as("%s is as in the end, seed %d", path, seed)
                    .isTrue());
            checkLedger(sparsam);
            assertThat(sparsam.log().lines().filter(line -> line.contains(" ERROR ")))
                    .as(sparsam.log())
                    .isEmpty();
        } finally {
            sparsam.close();
        }
    }

    /** One provider with two customers, each with the sites of one copy. */
    private Path inventory() throws IOException {
        ObjectNode root = JSON.createObjectNode().put("format", "sparsam-panel/1");
        ArrayNode tenants = root.putArray("tenants");
        tenants.addObject().put("id", "p").put("kind", "PROVIDER").put("label", "Provider");
        ArrayNode sites = root.putArray("sites");
        for (String name : List.of(CALM, KILLED)) {
            tenants.addObject()
                    .put("id", name)
                    .put("kind", "CUSTOMER")
                    .put("parent", "p")
                    .put("label", name);
            for (JsonNode site : JSON.readTree(
                            folder.resolve(name).resolve("provider.json").toFile())
                    .get("sites")) {
                ObjectNode own = (ObjectNode) site;
                own.remove("parent");
                sites.add(own.put("id", name + "-" + site.get("id").asText())
                        .put("tenant", name)
                        .put("domain", name + "." + site.get("domain").asText()));
            }
        }
        Path file = folder.resolve("sites.json");
        JSON.writeValue(file.toFile(), root);
        return file;
    }

    /** The numbers of the two sweeps. */
    private record Plans(String calm, String killed) {}

    /**
     * Two plans that say the same: a line that comes of age between them would go in the second one only. All logs together
     * have one about every half minute, so that a busy machine may need several attempts.
     */
    private Plans plan(Distribution sparsam) {
        List<String> differing = List.of();
        for (int attempt = 0; attempt < 12; attempt++) {
            String calm = sparsam.shell("sweep:plan", CALM).out();
            String killed = sparsam.shell("sweep:plan", KILLED).out();
            if (files(calm).equals(files(killed))) {
                return new Plans(number(calm), number(killed));
            }
            List<String> others = files(killed);
            differing =
                    files(calm).stream().filter(line -> !others.contains(line)).toList();
        }
        throw new AssertionError("The plans of two equal copies differ: " + differing);
    }

    private static String number(String preview) {
        Matcher number = Pattern.compile("sweep:run (\\d+)").matcher(preview);
        assertThat(number.find()).as(preview).isTrue();
        return number.group(1);
    }

    /** The actions of a preview, and the files below their copy. */
    private List<String> files(String preview) {
        return preview.lines()
                .filter(line -> line.contains(folder.toString()))
                .map(line -> line.replaceAll("\\s\\S+/(" + CALM + "|" + KILLED + ")/", " ")
                        .replaceAll("\\s+", " "))
                .sorted()
                .toList();
    }

    private static String state(Distribution sparsam, String sweep) {
        Distribution.Result list = sparsam.shell("sweep:list");
        Matcher row =
                Pattern.compile("(?m)^" + sweep + " +\\S+ +\\S+ +\\S+ +(\\w+)").matcher(list.out());
        assertThat(row.find()).as("%s", list).isTrue();
        return row.group(1);
    }

    private static void awaitRunning(Distribution sparsam, String sweep) throws InterruptedException {
        while (state(sparsam, sweep).equals("planned")) {
            Thread.sleep(10);
        }
    }

    /** Whether the sweep comes to its end within a time. */
    private static boolean awaitDone(Distribution sparsam, String sweep, long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (true) {
            long left = end - System.nanoTime();
            if (left > TimeUnit.MILLISECONDS.toNanos(500)) {
                if (state(sparsam, sweep).equals("done")) {
                    return true;
                }
                Thread.sleep(100);
            } else {
                TimeUnit.NANOSECONDS.sleep(left);
                return false;
            }
        }
    }

    /** What was deleted in peace may be gone; all the rest is as before or as in the end, and nothing else is there. */
    private void check(Map<Path, byte[]> before, Map<Path, byte[]> after, String when) {
        Map<Path, byte[]> now = files(folder.resolve(KILLED));
        before.forEach((path, old) -> {
            if (now.containsKey(path)) {
                assertThat(Arrays.equals(now.get(path), old) || Arrays.equals(now.get(path), after.get(path)))
                        .as("%s: %s is as before or as in the end", when, path)
                        .isTrue();
            } else {
                assertThat(after.containsKey(path))
                        .as("%s: %s is lost", when, path)
                        .isFalse();
            }
        });
        assertThat(before.keySet()).as(when).containsAll(now.keySet());
    }

    /** Log files by their path in the copy; what an interrupted run has not put in place yet is none. */
    private static Map<Path, byte[]> files(Path copy) {
        Map<Path, byte[]> files = new TreeMap<>();
        Path logs = copy.resolve("logs");
        try (Stream<Path> all = Files.walk(logs)) {
            for (Path path : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                if (!path.getFileName().toString().matches("\\.sparsam-[0-9a-f]{16}(-.+)?\\.tmp")) {
                    files.put(logs.relativize(path), Files.readAllBytes(path));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** Each site has one receipt, which counts what the receipt of its copy counts; and the book is intact. */
    private void checkLedger(Distribution sparsam) throws IOException {
        Path export = folder.resolve("ledger.jsonl");
        assertThat(sparsam.shell("receipt:export", export.toString()).status()).isZero();
        Distribution.Result verified = Distribution.command(
                Map.of(), Home.assembled().resolve("sparsam"), "ledger", "verify", export.toString());
        assertThat(verified.status()).as("%s", verified).isZero();
        Map<String, JsonNode> calm = new TreeMap<>();
        Map<String, JsonNode> killed = new TreeMap<>();
        for (String line : Files.readAllLines(export)) {
            JsonNode entry = JSON.readTree(line).path("entry");
            if (entry.path("act").asText().equals("logs.sweep")) {
                String subject = entry.get("subject").asText();
                Map<String, JsonNode> copy = subject.startsWith("domain/" + CALM) ? calm : killed;
                ObjectNode counts = (ObjectNode) entry.get("counts");
                counts.remove("sweep");
                assertThat(copy.put(subject.substring(subject.indexOf('-')), counts))
                        .as("a second receipt of %s", subject)
                        .isNull();
            }
        }
        assertThat(killed).isEqualTo(calm);
        assertThat(calm.values().stream()
                        .mapToLong(counts -> counts.get("addresses.masked").asLong())
                        .sum())
                .isPositive();
    }
}
