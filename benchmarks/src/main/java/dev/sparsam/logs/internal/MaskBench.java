package dev.sparsam.logs.internal;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Masks a whole log with {@code logs mask}, next to what else is there: {@code cp}, GNU {@code sed}, {@code gzip},
 * {@code zstd} and {@code anonip}. Each runs as a process of its own, one after the other, several rounds; of each the best
 * round by CPU time counts, with everything that starting it costs.
 */
public final class MaskBench {
    private static final String SED4 = "s/^([0-9]+\\.[0-9]+\\.[0-9]+)\\.[0-9]+/\\1.0/";
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
    record Time(double wall, double cpu) {}

    private void run(int megabytes) throws IOException, InterruptedException {
        System.out.printf("Writing %d MiB ...%n", megabytes);
        Path log = folder.resolve("access.log");
        long lines = write(log, megabytes * 1024L * 1024, 20_261_122);
        System.out.printf(Locale.ROOT, "%,d lines, %,d bytes%n", lines, Files.size(log));
        String in = log.toString();
        String out = folder.resolve("out").toString();
        String quiet = " --quiet --user keep --email keep --token keep --device keep ";
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put("cp", "cp " + in + " " + out);
        commands.put("sed, IPv4 at the line start", "sed -E '" + SED4 + "' " + in + " > " + out);
        commands.put("logs mask --scope client", java + " mask --scope client" + quiet + in + " > " + out);
        commands.put("logs mask, every address", java + " mask" + quiet + in + " > " + out);
        commands.put("logs mask, as it comes", java + " mask --quiet " + in + " > " + out);
        if (has("anonip")) {
            commands.put("anonip", "anonip -4 8 -6 80 < " + in + " > " + out);
        }
        Map<String, Time> best = measure(commands, rounds, "anonip");
        print(best, Files.size(log));
        bound(best, "logs mask --scope client", "sed, IPv4 at the line start", 4.5);
        bound(best, "logs mask --scope client", "anonip", 60);
    }

    /** @param slow the one that tells as much in one round */
    static Map<String, Time> measure(Map<String, String> commands, int rounds, String slow)
            throws IOException, InterruptedException {
        Map<String, Time> best = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, String> command : commands.entrySet()) {
                if (round == 0 || !command.getKey().equals(slow)) {
                    Time time = time(command.getValue());
                    best.merge(command.getKey(), time, (one, other) -> one.cpu < other.cpu ? one : other);
                }
            }
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
        System.out.printf("%-32s %8s %8s %14s%n", "", "wall s", "CPU s", "MB per CPU s");
        best.forEach((name, time) -> System.out.printf(
                Locale.ROOT, "%-32s %8.2f %8.2f %14.0f%n", name, time.wall, time.cpu, bytes / 1e6 / time.cpu));
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

    /** A combined log, a third of it from IPv6 addresses; says how many lines it has. */
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
