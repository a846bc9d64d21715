package dev.sparsam.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.distribution.lifecycle.LifecycleActivator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
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

/** Our bundles are stopped, updated and started in any order while the product runs and a sweep is under way. */
class BundleLifecycleIT {

    /** Threads that are started once only are so after these. */
    private static final int WARM_UP = 2;

    private static final int ROUNDS = 8;

    /** A leak with each update has at least so many class loaders of a bundle. */
    private static final int UPDATES = 6;

    /**
     * What others keep has one place, overwritten by the next, and holds at most one former class loader of each bundle: Java
     * remembers the record whose methods it has linked last (ObjectMethods), Declarative Services the components that
     * wait (m_missingDependencies), H2 in constants of DbException the stack of who first saw that error. None grows with
     * the number of updates, and which of them is taken when depends on the order of things.
     */
    private static final int KEPT = 3;

    private static final long SEED = Long.getLong("sparsam.seed", 20261122);

    /** As {@code lb -s} prints it: {@code 5|Active     |    5|dev.sparsam.facts (0.1.0)|0.1.0}. */
    private static final Pattern OURS =
            Pattern.compile("(?m)^\\s*(\\d+)\\|(\\w+)\\s*\\|\\s*\\d+\\|(dev\\.sparsam\\.[\\w.]+) ");

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void bundlesMayBeStoppedUpdatedAndStartedInAnyOrder() throws Exception {
        Path jar = BareBundle.write(
                folder.resolve("driver.jar"),
                Map.of(
                        "Bundle-SymbolicName",
                        "driver",
                        "Bundle-Activator",
                        LifecycleActivator.class.getName(),
                        "Import-Package",
                        "org.osgi.framework,org.osgi.framework.wiring"),
                List.of(LifecycleActivator.class));
        Path home = Home.variant(folder.resolve("home"), List.of(jar), List.of());
        Random random = new Random(SEED);
        Path port = folder.resolve("port");
        try (Distribution sparsam = Distribution.on(folder.resolve("data"))
                .home(home)
                .demo()
                // Caches that Java would clear when memory is short are cleared now, so that only leaks stay.
                .environment("SPARSAM_JAVA_OPTS", "-XX:SoftRefLRUPolicyMSPerMB=0 -Dtest.driver=" + port)
                .start()) {
            awaitReady(sparsam, List.of());
            Driver driver = new Driver(Integer.parseInt(Files.readString(port)));
            List<Integer> bundles = ours(sparsam);
            assertThat(bundles).hasSizeGreaterThan(8);
            List<String> names = domains(sparsam);
            Collections.shuffle(names, random);
            Iterator<String> domains = names.iterator();
            for (int i = 0; i < WARM_UP; i++) {
                round(sparsam, driver, bundles, random, domains);
            }
            // Such as the threads of jobs, which start with the first job.
            plan(sparsam, domains);
            Map<String, Integer> threads = threads(sparsam);
            for (int i = 0; i < ROUNDS; i++) {
                round(sparsam, driver, bundles, random, domains);
            }
            Map<String, Integer> after = threads(sparsam);
            assertThat(after.keySet()).as("threads of before, no others").isSubsetOf(threads.keySet());
            // A pool may have a thread more or less at any moment; what leaks grows with the rounds.
            after.forEach((name, count) ->
                    assertThat(count).as("threads %s", name).isLessThan(threads.getOrDefault(name, 0) + ROUNDS / 2));
            for (int i = 0; i < UPDATES; i++) {
                updateAll(sparsam, driver, bundles);
            }
            Map<String, Integer> old = awaitOldLoaders(driver);
            assertThat(old).hasSameSizeAs(bundles);
            assertThat(old)
                    .as("class loaders of former versions, by bundle")
                    .allSatisfy((bundle, count) -> assertThat(count).as(bundle).isLessThanOrEqualTo(KEPT));
            // A warning may say that a job is interrupted; an exception is never in the log.
            assertThat(sparsam.log().lines().filter(line -> line.contains(" ERROR ") || line.startsWith("\tat ")))
                    .as(sparsam.log())
                    .isEmpty();
            assertThat(sparsam.get("/login").statusCode()).isEqualTo(200);
            assertThat(sparsam.stop().status()).isZero();
        }
    }

    /**
     * All are stopped before the first one is updated: while the store registers its services on a thread of its own, to
     * stop one of their users makes Declarative Services log an exception of the framework's.
     */
    private static void updateAll(Distribution sparsam, Driver driver, List<Integer> bundles) throws Exception {
        List<String> steps = new ArrayList<>();
        for (String step : List.of("stop ", "update ", "start ")) {
            bundles.forEach(bundle -> steps.add(step + bundle));
        }
        steps.add("refresh 0");
        for (String step : steps) {
            assertThat(driver.tell(step)).as(step).isEmpty();
        }
        awaitReady(sparsam, steps);
    }

    /**
     * Some are stopped, some of these updated, all started again, each time in another order, while a domain that no other
     * round has had is swept.
     */
    private static void round(
            Distribution sparsam, Driver driver, List<Integer> bundles, Random random, Iterator<String> domains)
            throws Exception {
        Swept planned = plan(sparsam, domains);
        // Bundles go while files are being changed: the sweep goes on when they are back. The shell goes as well, and
        // with it what it would answer.
        CompletableFuture<Distribution.Result> run =
                CompletableFuture.supplyAsync(() -> sparsam.shell("sweep:run " + planned.number()));
        Thread.sleep(random.nextInt(1_000));
        List<Integer> stopped = new ArrayList<>(bundles);
        Collections.shuffle(stopped, random);
        stopped.subList(1 + random.nextInt(stopped.size()), stopped.size()).clear();
        List<String> steps = new ArrayList<>();
        stopped.forEach(bundle -> steps.add("stop " + bundle));
        for (int bundle : stopped) {
            if (random.nextBoolean()) {
                steps.add("update " + bundle);
            }
        }
        Collections.shuffle(stopped, random);
        stopped.forEach(bundle -> steps.add("start " + bundle));
        // Who updates bundles refreshes in the end: until then users of an updated API see the old one.
        steps.add("refresh 0");
        for (String step : steps) {
            assertThat(driver.tell(step)).as("%s of %s", step, steps).isEmpty();
        }
        awaitReady(sparsam, steps);
        run.get(60, TimeUnit.SECONDS);
        assertSwept(sparsam, planned, steps);
        // What is loaded only when it is used must go with its bundle as well.
        for (String used :
                List.of("notice:facts provider", "receipt:list", "setting:show " + planned.domain(), "panel:info")) {
            Distribution.Result result = sparsam.shell(used);
            assertThat(result.status()).as("%s: %s", used, result).isZero();
        }
    }

    /** A sweep, and what it is about to do or has done: files to delete, to cut, to mask, to leave, and problems. */
    private record Swept(String domain, String number, String state, List<Integer> files) {
        static Swept of(Distribution sparsam, String domain, String number) {
            String list = sparsam.shell("sweep:list").out();
            Matcher row = Pattern.compile("(?m)^" + number + "( +\\S+){3} +(\\S.*?)((?: +\\d+){5})$")
                    .matcher(list);
            assertThat(row.find()).as(list).isTrue();
            return new Swept(
                    domain,
                    number,
                    row.group(2),
                    Stream.of(row.group(3).strip().split(" +"))
                            .map(Integer::valueOf)
                            .toList());
        }
    }

    /** Plans a sweep of the next domain that has something to do, in peace. */
    private static Swept plan(Distribution sparsam, Iterator<String> domains) {
        while (true) {
            String domain = domains.next();
            String preview = sparsam.shell("sweep:plan " + domain).out();
            Matcher number = Pattern.compile("sweep:run (\\d+)").matcher(preview);
            assertThat(number.find()).as(preview).isTrue();
            Swept planned = Swept.of(sparsam, domain, number.group(1));
            if (planned.files().get(0)
                            + planned.files().get(1)
                            + planned.files().get(2)
                    > 0) {
                return planned;
            }
        }
    }

    /** A sweep during which bundles went and came does all that was planned, and the notice has its receipt. */
    private static void assertSwept(Distribution sparsam, Swept planned, List<String> steps)
            throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        Swept now = planned;
        while (!now.state().equals("done")) {
            assertThat(System.nanoTime())
                    .as("%s after %s\n%s", now, steps, sparsam.log())
                    .isLessThan(end);
            if (now.state().equals("planned")) {
                // The shell went before it could pass the command on.
                sparsam.shell("sweep:run " + planned.number());
            }
            Thread.sleep(100);
            now = Swept.of(sparsam, planned.domain(), planned.number());
        }
        assertThat(now.files()).as("done as planned, after %s", steps).isEqualTo(planned.files());
        assertThat(sparsam.shell("notice:show " + planned.domain()).out())
                .as(() -> "notice after %s\n%s".formatted(steps, sparsam.log()))
                .contains(", receipt ");
    }

    /** Tells the bundle in the product what to do. */
    private record Driver(int port) {
        String tell(String step) throws IOException {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write((step + "\n").getBytes(StandardCharsets.UTF_8));
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }

    private static void awaitReady(Distribution sparsam, List<String> steps) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                if (sparsam.get("/ready").statusCode() == 200
                        && sparsam.shell("help").status() == 0) {
                    return;
                }
            } catch (UncheckedIOException e) {
                // Not yet.
            }
            assertThat(System.nanoTime())
                    .as("ready again after %s\n%s", steps, sparsam.log())
                    .isLessThan(end);
            Thread.sleep(100);
        }
    }

    private static List<Integer> ours(Distribution sparsam) {
        List<Integer> ids = new ArrayList<>();
        Matcher line = OURS.matcher(sparsam.shell("lb -s").out());
        while (line.find()) {
            ids.add(Integer.parseInt(line.group(1)));
        }
        return ids;
    }

    /** The domains of the sample. */
    private static List<String> domains(Distribution sparsam) {
        List<String> domains = new ArrayList<>();
        Matcher line = Pattern.compile("(?m)^(\\S+\\.example) ")
                .matcher(sparsam.shell("site:list").out());
        while (line.find()) {
            domains.add(line.group(1));
        }
        return domains;
    }

    /** Without the numbers of pools, and without what Java and the pools of Jetty and HikariCP start as they need. */
    private static Map<String, Integer> threads(Distribution sparsam) throws Exception {
        Thread.sleep(2_000); // What has been told to end may take a moment.
        Map<String, Integer> names = new TreeMap<>();
        Matcher name = Pattern.compile("(?m)^\"([^\"]+)\" ").matcher(jcmd(sparsam, "Thread.print"));
        while (name.find()) {
            names.merge(name.group(1).replaceAll("\\d+", "N"), 1, Integer::sum);
        }
        names.keySet()
                .removeIf(thread -> thread.startsWith("qtp")
                        || thread.equals("sparsam-store:connection-adder")
                        || thread.startsWith("C1 ")
                        || thread.startsWith("C2 ")
                        || thread.startsWith("Attach ")
                        || thread.startsWith("Signal ")
                        || thread.equals("process reaper"));
        return names;
    }

    /** How many former class loaders of each bundle live, once that is no more than others may keep, or after a while. */
    private static Map<String, Integer> awaitOldLoaders(Driver driver) throws Exception {
        // A thread may hold what it worked on last until its next work.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (true) {
            Map<String, Integer> old = new TreeMap<>();
            driver.tell("loaders 0")
                    .lines()
                    .map(line -> line.split(" "))
                    .forEach(words -> old.put(words[0], Integer.valueOf(words[1])));
            if (System.nanoTime() > end || old.values().stream().allMatch(count -> count <= KEPT)) {
                return old;
            }
            Thread.sleep(1_000);
        }
    }

    private static String jcmd(Distribution sparsam, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(sparsam.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String output;
        try (Stream<String> lines = process.inputReader().lines()) {
            output = String.join("\n", lines.toList());
        }
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
