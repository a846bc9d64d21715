package dev.sparsam.logs.internal;

import com.sun.management.OperatingSystemMXBean;
import dev.sparsam.ledger.internal.BenchLedger;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.Sweep;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.PersonType;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantKind;
import dev.sparsam.panel.TenantStatus;
import dev.sparsam.panel.spi.Page;
import dev.sparsam.panel.spi.PageRequest;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.settings.internal.SettingsService;
import dev.sparsam.store.Jobs;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Sweeps over many sites next to what administrators use instead: {@code find} over the same tree, warm, and
 * {@code find | xargs rm} of as many files. The sweep is the whole one, with its plan, its list of files, its receipts and
 * its status, on the embedded database, with the real settings and the real ledger; the panel is a list in memory. Nothing
 * but ratios is meant to be compared between machines.
 */
public final class SweepBench {
    private static final TenantId PROVIDER = new TenantId("p");
    private static final TenantId CUSTOMER = new TenantId("c");
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** As many lines as make the 3.5 kB of a small site's day. */
    private static final int LINES = 40;

    /** A server that has run for days has compiled what it runs: each run is told, the best of them counts. */
    private static final int RUNS = 8;

    private final Path tree;
    private final Path migrations;
    private final int domains;
    private final int files;
    private final Map<SiteId, Site> sites = new LinkedHashMap<>();
    private final Map<SiteId, List<LogStream>> streams = new LinkedHashMap<>();
    private final Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private Duration later = Duration.ZERO;

    private SweepBench(Path tree, Path migrations, int domains, int files) {
        this.tree = tree;
        this.migrations = migrations;
        this.domains = domains;
        this.files = files;
    }

    /** Arguments: {@code --domains N}, {@code --files N}, {@code --tree DIR}, {@code --checkout DIR}. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Map<String, String> options = new LinkedHashMap<>(
                Map.of("--domains", "10000", "--files", "30", "--tree", "target/sweep-bench", "--checkout", "."));
        for (int i = 0; i < arguments.length; i += 2) {
            if (!options.containsKey(arguments[i]) || i + 1 == arguments.length) {
                System.err.println("Options: --domains N --files N --tree DIR");
                System.exit(2);
            }
            options.put(arguments[i], arguments[i + 1]);
        }
        Path tree = Path.of(options.getOrDefault("--tree", "")).toAbsolutePath();
        if (Files.exists(tree)) {
            System.err.println(tree + " is there already: name a folder that is not, it is removed in the end");
            System.exit(2);
        }
        Files.createDirectories(tree);
        try {
            new SweepBench(
                            tree,
                            Path.of(options.getOrDefault("--checkout", "")),
                            number(options, "--domains", 1),
                            number(options, "--files", 4))
                    .run();
        } finally {
            remove(tree);
        }
    }

    private static int number(Map<String, String> options, String name, int least) {
        String value = options.getOrDefault(name, "");
        if (!value.matches("[0-9]{1,7}") || Integer.parseInt(value) < least) {
            System.err.println(name + " takes a number from " + least + " on");
            System.exit(2);
        }
        return Integer.parseInt(value);
    }

    private static void remove(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }

    /** What something took, in seconds. */
    private record Took(double wall, double cpu) {
        static Took least(List<Took> all) {
            return all.stream().min(Comparator.comparingDouble(Took::wall)).orElseThrow();
        }
    }

    private interface Act {
        void run() throws IOException, InterruptedException;
    }

    private static Took took(Act act) throws IOException, InterruptedException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime();
        double children = childrenCpu();
        long wall = System.nanoTime();
        act.run();
        return new Took(
                (System.nanoTime() - wall) / 1e9, (system.getProcessCpuTime() - cpu) / 1e9 + childrenCpu() - children);
    }

    /** Of processes that have ended: proc(5), cutime and cstime in ticks of 10 ms. */
    private static double childrenCpu() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / 100.0;
    }

    private static void shell(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("This has failed: " + command);
        }
    }

    private static void print(String what, Took took) {
        System.out.printf(Locale.ROOT, "%-62s %8.2f s wall %8.2f s CPU%n", what, took.wall(), took.cpu());
    }

    private static void compare(String what, Took took, Took with, double allowed) {
        double ratio = took.wall() / with.wall();
        System.out.printf(
                Locale.ROOT,
                "%-62s %8.2f times, %s: %.2f%n",
                what,
                ratio,
                ratio <= allowed ? "within the limit" : "MORE THAN ALLOWED",
                allowed);
    }

    private void run() throws IOException, InterruptedException {
        print(domains + " sites with " + files + " files each are made", took(this::create));
        shell("sync");
        Path database = Files.createDirectory(tree.resolve("db"));
        try (TestDatabase test = TestDatabases.embedded(
                database,
                migrations.resolve("bundles/settings/src/main/resources/migrations"),
                migrations.resolve("bundles/ledger/src/main/resources/migrations"),
                migrations.resolve("bundles/logs/src/main/resources/migrations"))) {
            BenchLedger ledger = new BenchLedger(test.database(), tree.resolve("key"));
            measure(test, ledger);
        }
    }

    private void measure(TestDatabase test, BenchLedger ledger) throws IOException, InterruptedException {
        Deque<String[]> jobs = new ArrayDeque<>();
        SweepService asking = service(test, ledger, jobs, Duration.ZERO);
        SweepService trusting = service(test, ledger, jobs, Duration.ofHours(20));
        // What has just been made could still change in the same tick of the clock.
        Thread.sleep(Look.SETTLED.toMillis() + 500);
        long all = (long) domains * files;
        print("first sweep: every file is read", took(() -> sweep(asking, jobs, 0, all)));
        Took find = best("find -mtime, warm", () -> shell("find '" + tree + "' -name '*.log*' -mtime +6"));
        Took asked = best("sweep, nothing to do: every file is asked", () -> sweep(asking, jobs, 0, all));
        Took fresh = best("sweep, nothing to do: every folder is asked", () -> sweep(trusting, jobs, 0, all));
        compare("every file asked, next to find", asked, find, 1);
        compare("every folder asked, next to find", fresh, find, 1);
        shell("sync");
        Took rm = took(() -> shell("find '" + tree + "' -name 'access.log." + (files - 1) + "' | xargs rm"));
        print("find | xargs rm of " + domains + " files", rm);
        print("sweep: " + domains + " folders have changed", took(() -> sweep(asking, jobs, 0, all - domains)));
        shell("sync");
        later = Duration.ofDays(2);
        Took due = took(() -> sweep(asking, jobs, domains, all - 2L * domains));
        print("sweep: " + domains + " files are due", due);
        compare("due, next to find | xargs rm", due, rm, 1.2);
        System.out.printf("heap: %d MB at most%n", Runtime.getRuntime().maxMemory() >> 20);
    }

    private static Took best(String what, Act act) throws IOException, InterruptedException {
        List<Took> all = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            all.add(took(act));
            print(what, all.get(i));
        }
        return Took.least(all);
    }

    /** As the schedule does it, and checks what it has done. */
    private static void sweep(SweepService sweeps, Deque<String[]> jobs, long deleted, long left)
            throws InterruptedException {
        sweeps.planAndRun("system:daily");
        while (!jobs.isEmpty()) {
            String[] job = jobs.remove();
            sweeps.work(job[0], Long.parseLong(job[1]));
        }
        Sweep sweep = sweeps.recent(new Scope(ScopeLevel.PROVIDER, PROVIDER.value()), 1)
                .get(0);
        if (sweep.state() != Sweep.State.DONE
                || sweep.done().getOrDefault(FileAction.DELETE, 0L) != deleted
                || sweep.done().getOrDefault(FileAction.LEAVE, 0L) != left) {
            throw new IllegalStateException(
                    "This sweep should have deleted " + deleted + " and left " + left + " files: " + sweep);
        }
    }

    private SweepService service(TestDatabase test, BenchLedger ledger, Deque<String[]> jobs, Duration trusted) {
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return Instant.now().plus(later);
            }
        };
        Jobs queue = (handler, id, payload) -> jobs.add(new String[] {id, payload});
        return new SweepService(
                test.database(),
                queue,
                new SettingsService(test.database(), ledger.receipts()),
                tenants(),
                directory(),
                ledger.receipts(),
                ledger.ledger(),
                new SweepWork(
                        clock,
                        ZoneOffset.UTC,
                        OwnFormats.NONE,
                        new SweepLimits(Duration.ofMinutes(5), Duration.ofDays(90), trusted, LargestLog.ANY)),
                new Holds(test.database(), directory(), ledger.receipts(), ZoneOffset.UTC, clock),
                new KeyStore(test.database(), new SecureRandom(), clock, ZoneOffset.UTC),
                clock);
    }

    /** The built-in retention is 7 days: in two days the last two files of each site are due, and no others. */
    private Duration age(int file) {
        int fromLast = files - 1 - file;
        return fromLast < 2
                ? Duration.ofHours(144 - 12L * fromLast)
                : Duration.ofDays(4).multipliedBy(file).dividedBy(files);
    }

    private void create() throws IOException {
        for (int domain = 0; domain < domains; domain++) {
            SiteId id = new SiteId("d" + domain);
            Path logs = Files.createDirectories(tree.resolve("web" + domain % 100 + "/d" + domain + ".test/logs"));
            sites.put(id, new Site(id, CUSTOMER, "web1", "d" + domain + ".test", Optional.empty()));
            streams.put(
                    id,
                    List.of(
                            new LogStream(id, LogKind.WEB_ACCESS, logs, "access.log*"),
                            new LogStream(id, LogKind.WEB_ERROR, logs, "error.log*")));
            for (int i = 0; i < files; i++) {
                Instant newest = start.minus(age(i));
                Path file = logs.resolve(i == 0 ? "access.log" : "access.log." + i);
                String line = "203.0.113.0 - - [" + LOG_TIME.format(newest)
                        + "] \"GET / HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0\"\n";
                Files.writeString(file, line.repeat(LINES), StandardCharsets.ISO_8859_1);
                Files.setLastModifiedTime(file, FileTime.from(newest));
            }
        }
    }

    private static TenantDirectory tenants() {
        Map<TenantId, Tenant> all = Map.of(
                PROVIDER, tenant(PROVIDER, TenantKind.PROVIDER, Optional.empty()),
                CUSTOMER, tenant(CUSTOMER, TenantKind.CUSTOMER, Optional.of(PROVIDER)));
        return new TenantDirectory() {
            @Override
            public Page<Tenant> tenants(PageRequest request) {
                return new Page<>(List.copyOf(all.values()), Optional.empty());
            }

            @Override
            public Optional<Tenant> tenant(TenantId id) {
                return Optional.ofNullable(all.get(id));
            }
        };
    }

    private static Tenant tenant(TenantId id, TenantKind kind, Optional<TenantId> parent) {
        return new Tenant(id, kind, parent, "Tenant " + id, PersonType.LEGAL, Locale.ENGLISH, TenantStatus.ACTIVE);
    }

    private SiteDirectory directory() {
        return new SiteDirectory() {
            @Override
            public Page<Site> sites(PageRequest request) {
                return new Page<>(List.copyOf(sites.values()), Optional.empty());
            }

            @Override
            public Optional<Site> site(SiteId id) {
                return Optional.ofNullable(sites.get(id));
            }

            @Override
            public List<LogStream> logStreams(SiteId id) {
                return streams.getOrDefault(id, List.of());
            }

            @Override
            public Map<SiteId, List<LogStream>> logStreams(Collection<SiteId> ids) {
                return streams;
            }
        };
    }
}
