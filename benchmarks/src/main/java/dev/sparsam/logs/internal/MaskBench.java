package dev.sparsam.logs.internal;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Masks a whole log with {@code logs mask}, next to what else is there: {@code cp}, GNU {@code sed}, {@code gzip},
 * {@code zstd} and {@code anonip}. Each runs as a process of its own, one after the other, several rounds; of each the best
 * round counts, with everything that starting it costs.
 */
public final class MaskBench {
    private static final String SED4 = "s/^([0-9]+\\.[0-9]+\\.[0-9]+)\\.[0-9]+/\\1.0/";
    private static final String SED = "sed, IPv4 at the line start";
    private static final String CLIENT = "logs mask --scope client";
    private static final String LINE = "logs mask, every address";
    private static final String HALVES = SED + ", two processes";
    private static final String TWO = ", 2 threads";
    /** The compiler of the JVM works beside the masking: with one thread, two processors are not idle either. */
    private static final String ALONE = ", on one processor";

    private static final String CODEC = "the codec of .gz alone";
    private static final String PACKED = "logs mask --scope client, .gz";
    private static final String PACKED_LINE = "logs mask, .gz";

    private final Path folder;
    private final String java;
    private final int rounds;

    private MaskBench(Path folder, String java, int rounds) {
        this.folder = folder;
        this.java = java;
        this.rounds = rounds;
    }

    /** Arguments: {@code --size MB}, {@code --rounds N}, {@code --dir DIR}, {@code --java COMMAND}. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int megabytes = 1024;
        int rounds = 3;
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        String java = "";
        for (int i = 0; i < arguments.length; i += 2) {
            String option = arguments[i];
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(option + " needs a value");
            }
            String value = arguments[i + 1];
            switch (option) {
                case "--size" -> megabytes = Integer.parseInt(value);
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--dir" -> parent = Files.createDirectories(Path.of(value));
                case "--java" -> java = value;
                default ->
                    throw new IllegalArgumentException(
                            option + " is unknown; known are --size MB, --rounds N, --dir DIR and --java COMMAND");
            }
        }
        Path folder = Files.createTempDirectory(parent, "mask-bench");
        try {
            new MaskBench(folder, java, rounds).run(megabytes);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** What a command took, in seconds. */
    record Time(double wall, double cpu) {
        /** The best round may be another one by either. */
        Time best(Time other) {
            return new Time(Math.min(wall, other.wall), Math.min(cpu, other.cpu));
        }
    }

    private void run(int megabytes) throws IOException, InterruptedException {
        System.out.printf("Writing %d MiB ...%n", megabytes);
        Path log = folder.resolve("access.log");
        long lines = write(log, megabytes * 1024L * 1024, 20_261_122);
        System.out.printf(Locale.ROOT, "%,d lines, %,d bytes%n", lines, Files.size(log));
        String in = log.toString();
        String out = " > " + folder.resolve("out");
        String quiet = " --quiet --user keep --email keep --token keep --device keep ";
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put("cp", "cp " + in + " " + folder.resolve("out"));
        commands.put(SED, "sed -E '" + SED4 + "' " + in + out);
        commands.put(CLIENT, java + " mask --threads 1 --scope client" + quiet + in + out);
        commands.put(LINE, java + " mask --threads 1" + quiet + in + out);
        commands.put("logs mask, as it comes", java + " mask --threads 1 --quiet " + in + out);
        if (has("taskset")) {
            commands.put(SED + ALONE, "taskset -c 0 sed -E '" + SED4 + "' " + in + out);
            commands.put(HALVES, halves(log));
            commands.put(
                    CLIENT + ALONE, "taskset -c 0 " + java + " mask --threads 1 --scope client" + quiet + in + out);
            commands.put(LINE + ALONE, "taskset -c 0 " + java + " mask --threads 1" + quiet + in + out);
        }
        commands.put(CLIENT + TWO, java + " mask --threads 2 --scope client" + quiet + in + out);
        commands.put(LINE + TWO, java + " mask --threads 2" + quiet + in + out);
        if (has("anonip")) {
            commands.put("anonip", "anonip -4 8 -6 80 < " + in + out);
        }
        Map<String, Time> best = measure(commands, rounds, "anonip", folder.resolve("out"));
        print(best, Files.size(log));
        System.out.println();
        bound(best, CLIENT, SED, 4.5);
        bound(best, CLIENT, "anonip", 60);
        speed(best, CLIENT, Files.size(log), 800);
        speed(best, LINE, Files.size(log), 450);
        threads(best, CLIENT);
        threads(best, LINE);
        Optional.ofNullable(best.get(SED + ALONE))
                .ifPresent(alone -> System.out.printf(
                        Locale.ROOT,
                        "Two sed side by side, a half for each, are %.2f times as fast as one on one processor: what a"
                                + " second one gives here to programs that share nothing%n",
                        alone.wall / time(best, HALVES).wall));
        packed(in, out);
        firstByte(in);
        memory(in, out, quiet);
    }

    /** The same by two processes, which have nothing to do with each other but the disk. */
    private String halves(Path log) throws IOException, InterruptedException {
        long half = Files.size(log) / 2;
        List<String> each = new ArrayList<>();
        for (String part : List.of("head", "tail")) {
            Path some = folder.resolve(part + ".log");
            time(part + " -c " + half + " " + log + " > " + some);
            each.add("sed -E '" + SED4 + "' " + some + " > " + folder.resolve(part + ".out"));
        }
        return String.join(" & ", each) + " & wait";
    }

    /** The codecs alone, and masking between them. */
    private void packed(String in, String out) throws IOException, InterruptedException {
        String some = folder.resolve("some.log").toString();
        String gz = some + ".gz";
        time("head -c 134217728 " + in + " > " + some + " && gzip -k " + some);
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put("gzip -dc | gzip", "gzip -dc " + gz + " | gzip" + out);
        if (has("pigz")) {
            commands.put("pigz -dc | pigz", "pigz -dc " + gz + " | pigz" + out);
        }
        if (has("zstd")) {
            String zst = some + ".zst";
            time("zstd -q -1 -k " + some);
            commands.put("zstd -dc", "zstd -q -dc " + zst + out);
            commands.put("zstd -1", "zstd -q -1 -c " + some + out);
        }
        String classes = System.getProperty("java.class.path");
        String jvm = System.getProperty("java.home") + "/bin/java -XX:+UseSerialGC -Xmx64m -cp '" + classes + "' ";
        commands.put(CODEC, jvm + CodecAlone.class.getName() + " " + gz + out);
        commands.put(
                PACKED,
                java + " mask --scope client --quiet --user keep --email keep --token keep --device keep " + gz + out);
        commands.put(
                PACKED_LINE, java + " mask --quiet --user keep --email keep --token keep --device keep " + gz + out);
        System.out.printf("%nThe first 128 MiB, compressed:%n");
        Map<String, Time> best = measure(commands, rounds, "", folder.resolve("out"));
        print(best, 134_217_728);
        for (String name : List.of(PACKED, PACKED_LINE)) {
            System.out.printf(
                    Locale.ROOT,
                    "%s takes %.2f times as long as its codec alone (wanted: 1.10 at most)%n",
                    name,
                    time(best, name).wall / time(best, CODEC).wall);
        }
    }

    /** From a cold start: the median of nine. */
    private void firstByte(String in) throws IOException {
        double[] seconds = new double[9];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = firstByteOf(in);
        }
        Arrays.sort(seconds);
        System.out.printf(Locale.ROOT, "The first byte comes after %.0f ms (wanted: 300 at most)%n", seconds[4] * 1000);
    }

    /** The input stays open: what comes out does not wait for its end. */
    private double firstByteOf(String in) throws IOException {
        String line;
        try (BufferedReader lines = Files.newBufferedReader(Path.of(in), StandardCharsets.ISO_8859_1)) {
            line = lines.readLine() + "\n";
        }
        long begun = System.nanoTime();
        Process process = new ProcessBuilder("bash", "-c", "exec " + java + " mask")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            process.getOutputStream().write(line.getBytes(StandardCharsets.ISO_8859_1));
            process.getOutputStream().flush();
            if (process.getInputStream().read() < 0) {
                throw new IOException("logs mask wrote nothing");
            }
            return (System.nanoTime() - begun) / 1e9;
        } finally {
            process.destroy();
        }
    }

    private void memory(String in, String out, String quiet) throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of("/usr/bin/time"))) {
            System.out.println("There is no /usr/bin/time, which tells the memory of a process.");
            return;
        }
        Path told = folder.resolve("memory");
        time("/usr/bin/time -f %M -o " + told + " " + java + " mask" + quiet + in + out);
        System.out.printf(
                "The process has %s KiB at its peak; its heap is bounded to 64 MiB (wanted: below 64 MB)%n",
                Files.readString(told).strip());
    }

    private static Time time(Map<String, Time> times, String name) {
        return Optional.ofNullable(times.get(name)).orElseThrow();
    }

    private static void speed(Map<String, Time> best, String name, long bytes, int wanted) {
        System.out.printf(
                Locale.ROOT,
                "%s masks %.0f MB per CPU second (wanted: %d)%n",
                name,
                bytes / 1e6 / time(best, name).cpu,
                wanted);
    }

    private static void threads(Map<String, Time> best, String name) {
        Optional.ofNullable(best.get(name + ALONE))
                .ifPresent(alone -> System.out.printf(
                        Locale.ROOT,
                        "%s is %.2f times as fast on two processors as on one (wanted: 1.80; this machine has %d)%n",
                        name,
                        alone.wall / time(best, name + TWO).wall,
                        Runtime.getRuntime().availableProcessors()));
        System.out.printf(
                Locale.ROOT,
                "%s is %.2f times as fast in two threads as in one, which has a second processor for its compiler%n",
                name,
                time(best, name).wall / time(best, name + TWO).wall);
    }

    /**
     * Runs each command in each round. Before, what the one before has written is removed and the disk is idle: its cost is
     * not the next one's.
     *
     * @param slow the one that tells as much in one round
     * @param out where they write
     */
    static Map<String, Time> measure(Map<String, String> commands, int rounds, String slow, Path out)
            throws IOException, InterruptedException {
        Map<String, Time> best = new LinkedHashMap<>();
        List<Map.Entry<String, String>> all = new ArrayList<>(commands.entrySet());
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, String> command : all) {
                if (round == 0 || !command.getKey().equals(slow)) {
                    time("rm -f " + out + " " + out.getParent() + "/*.out && sync -f " + out.getParent());
                    best.merge(command.getKey(), time(command.getValue()), Time::best);
                }
            }
            // What came before leaves memory and processors in another state.
            Collections.reverse(all);
        }
        return best;
    }

    /** Measured by the shell: Java does not tell the CPU time of a process that has ended. */
    private static Time time(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "bash", "-c", "TIMEFORMAT='%R %U %S'; export LC_ALL=C; time { " + command + " ; }")
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed: " + said);
        }
        String[] last = said.substring(said.lastIndexOf('\n') + 1).split(" ", -1);
        double[] seconds = Arrays.stream(last).mapToDouble(Double::parseDouble).toArray();
        return new Time(seconds[0], seconds[1] + seconds[2]);
    }

    static boolean has(String command) throws IOException, InterruptedException {
        return new ProcessBuilder("bash", "-c", "command -v " + command + " > /dev/null")
                        .start()
                        .waitFor()
                == 0;
    }

    static void print(Map<String, Time> best, long bytes) {
        System.out.printf("%-44s %8s %8s %14s%n", "", "wall s", "CPU s", "MB per CPU s");
        best.forEach((name, time) -> System.out.printf(
                Locale.ROOT, "%-44s %8.2f %8.2f %14.0f%n", name, time.wall, time.cpu, bytes / 1e6 / time.cpu));
    }

    static void bound(Map<String, Time> best, String name, String other, double wanted) {
        Time one = best.get(name);
        Time two = best.get(other);
        if (one != null && two != null) {
            System.out.printf(
                    Locale.ROOT,
                    "%s is %.1f times as fast as %s by CPU time, %.1f times by wall time (wanted: %.1f)%n",
                    name,
                    two.cpu / one.cpu,
                    other,
                    two.wall / one.wall,
                    wanted);
        }
    }

    /** A combined log; says how many lines it has. */
    private static long write(Path log, long size, long seed) throws IOException {
        Random random = new Random(seed);
        LogSample sample = new LogSample(random);
        long lines = 0;
        long written = 0;
        try (BufferedWriter out = Files.newBufferedWriter(log, StandardCharsets.ISO_8859_1)) {
            while (written < size) {
                long second = lines / 50;
                String line =
                        sample.line(String.format(Locale.ROOT, "%02d/Nov/2026", 1 + second / 86_400 % 28), second);
                out.write(line);
                written += line.length();
                lines++;
            }
        }
        return lines;
    }
}
