package dev.sparsam.distribution;

import dev.sparsam.store.testing.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * From the start of the process to the first page, next to a bare framework with the same HTTP bundle and the same Java
 * options: {@code StartBench HOME RUNS JAVA-OPTION...}. Both are started in turn, so that a busy moment of the machine
 * meets both. Ends with 1 when a limit is missed.
 */
public final class StartBench {

    private static final List<String> BARE_BUNDLES = List.of(
            "commons-fileupload.jar",
            "commons-io.jar",
            "org.apache.felix.configadmin.jar",
            "org.apache.felix.http.jetty12.jar",
            "org.apache.felix.http.servlet-api.jar",
            "org.apache.felix.scr.jar",
            "org.osgi.service.component.jar",
            "org.osgi.util.function.jar",
            "org.osgi.util.promise.jar",
            "pax-logging-api.jar");

    private static final double SECONDS = 2.5;
    private static final double TIMES_BARE = 2;
    private static final long MEGABYTES = 160;

    record Run(double seconds, double cpuSeconds, long residentMegabytes) {}

    /**
     * A figure beside what it must be.
     *
     * @param figure what was measured, for people
     * @param wanted what it must be, for people
     * @param kept whether it is
     */
    record Limit(String figure, String wanted, boolean kept) {
        @Override
        public String toString() {
            return String.format("  %-6s  %s, limit: %s", kept ? "kept" : "MISSED", figure, wanted);
        }
    }

    /** What Sparsam's start and idle memory must be, and were. */
    static List<Limit> limits(Run bare, Run ours) {
        double ratio = ours.seconds() / bare.seconds();
        return List.of(
                new Limit(
                        String.format("%.2f s to the first page", ours.seconds()),
                        String.format("under %.1f s", SECONDS),
                        ours.seconds() < SECONDS),
                new Limit(
                        String.format("%.2f times a bare Felix", ratio),
                        String.format("at most %.0f times", TIMES_BARE),
                        ratio <= TIMES_BARE),
                new Limit(
                        String.format("%d MB resident when idle", ours.residentMegabytes()),
                        String.format("under %d MB", MEGABYTES),
                        ours.residentMegabytes() < MEGABYTES));
    }

    private final Path home;
    private final List<String> javaOptions;
    private final Path work;

    private StartBench(Path home, List<String> javaOptions, Path work) {
        this.home = home;
        this.javaOptions = javaOptions;
        this.work = work;
    }

    /** Prints the medians. */
    public static void main(String[] arguments) throws Exception {
        if (!measured(arguments)) {
            System.exit(1);
        }
    }

    private static boolean measured(String[] arguments) throws Exception {
        Path work = Files.createTempDirectory("sparsam-bench");
        try {
            return new StartBench(
                            Path.of(arguments[0]).toAbsolutePath(),
                            List.of(arguments).subList(2, arguments.length),
                            work)
                    .run(Integer.parseInt(arguments[1]));
        } finally {
            new ProcessBuilder("rm", "-rf", work.toString()).start().waitFor();
        }
    }

    private boolean run(int runs) throws Exception {
        Path bare = Files.createDirectories(work.resolve("bare"));
        for (String jar : BARE_BUNDLES) {
            Files.createSymbolicLink(bare.resolve(jar), home.resolve("bundles").resolve(jar));
        }
        BareBundle.answering(bare.resolve("servlet.jar"));

        // Not counted: the first start creates the sample, the database and the first password.
        sparsam();
        bare();
        List<Run> ours = new ArrayList<>();
        List<Run> theirs = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            theirs.add(bare());
            ours.add(sparsam());
        }
        Run bareMedian = median(theirs);
        Run ourMedian = median(ours);
        System.out.printf("Java options: %s%n", String.join(" ", javaOptions));
        System.out.printf("seconds     bare Felix: %s%n", each(theirs, Run::seconds));
        System.out.printf("            Sparsam:    %s%n", each(ours, Run::seconds));
        // What others do on this machine changes the time a lot, and the CPU time little.
        System.out.printf("of CPU      bare Felix: %s%n", each(theirs, Run::cpuSeconds));
        System.out.printf("            Sparsam:    %s%n", each(ours, Run::cpuSeconds));
        System.out.printf("median of %d%n", runs);
        print("bare Felix", bareMedian);
        print("Sparsam", ourMedian);
        System.out.printf(
                "ratio: %.2f (CPU %.2f)%n",
                ourMedian.seconds() / bareMedian.seconds(), ourMedian.cpuSeconds() / bareMedian.cpuSeconds());
        List<Limit> limits = limits(bareMedian, ourMedian);
        System.out.println("limits");
        limits.forEach(System.out::println);
        return limits.stream().allMatch(Limit::kept);
    }

    private static void print(String name, Run run) {
        System.out.printf(
                "  %-10s  %.2f s to the first page, %.2f s of CPU, %d MB resident after 8 s idle%n",
                name, run.seconds(), run.cpuSeconds(), run.residentMegabytes());
    }

    private Run sparsam() throws Exception {
        int port = Ports.free();
        return time(
                List.of(
                        home.resolve("sparsam").toString(),
                        "demo",
                        "--data",
                        work.resolve("data").toString(),
                        "--port",
                        Integer.toString(port)),
                port);
    }

    private Run bare() throws Exception {
        int port = Ports.free();
        List<String> line = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        line.addAll(javaOptions);
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), BareFelix.class.getName()));
        line.addAll(
                List.of(work.resolve("bare").toString(), work.resolve("cache").toString(), Integer.toString(port)));
        return time(line, port);
    }

    private Run time(List<String> line, int port) throws Exception {
        Path output = work.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(Map.of("LC_ALL", "C.UTF-8"));
        long begin = System.nanoTime();
        Process process = builder.start();
        try {
            while (!answers(port)) {
                if (!process.isAlive() || System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(120)) {
                    throw new IllegalStateException("No answer from " + line + ":\n" + Files.readString(output));
                }
                Thread.sleep(5);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            double cpu = process.info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
            Thread.sleep(8_000);
            String status = Files.readString(Path.of("/proc/" + process.pid() + "/status"));
            long kilobytes = status.lines()
                    .filter(entry -> entry.startsWith("VmRSS:"))
                    .mapToLong(entry -> Long.parseLong(entry.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
            return new Run(seconds, cpu, kilobytes / 1024);
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(12), StandardCharsets.US_ASCII).endsWith(" 200");
        } catch (IOException e) {
            return false;
        }
    }

    private static Run median(List<Run> runs) {
        List<Double> seconds = runs.stream().map(Run::seconds).sorted().toList();
        List<Double> cpu = runs.stream().map(Run::cpuSeconds).sorted().toList();
        List<Long> memory = runs.stream().map(Run::residentMegabytes).sorted().toList();
        int middle = runs.size() / 2;
        return new Run(seconds.get(middle), cpu.get(middle), memory.get(middle));
    }

    private static String each(List<Run> runs, ToDoubleFunction<Run> figure) {
        return runs.stream()
                .map(run -> String.format("%.2f", figure.applyAsDouble(run)))
                .collect(Collectors.joining(" "));
    }
}
