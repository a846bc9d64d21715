package dev.sparsam.logs.internal;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
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
    private static final String[] AGENTS = {
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2"
                + " Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
        "Mozilla/5.0 (compatible; Examplebot/2.1; +https://bot.example/)",
        "curl/8.5.0",
        "-",
    };

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
    private record Time(double wall, double cpu) {}

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
        Map<String, Time> best = measure(commands);
        print(best, Files.size(log));
        bound(best, "logs mask --scope client", "sed, IPv4 at the line start", 4.5);
        bound(best, "logs mask --scope client", "anonip", 60);
    }

    private Map<String, Time> measure(Map<String, String> commands) throws IOException, InterruptedException {
        Map<String, Time> best = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, String> command : commands.entrySet()) {
                // The slow one tells as much in one round.
                if (round == 0 || !command.getKey().equals("anonip")) {
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

    private static boolean has(String command) throws IOException, InterruptedException {
        return new ProcessBuilder("bash", "-c", "command -v " + command + " > /dev/null")
                        .start()
                        .waitFor()
                == 0;
    }

    private static void print(Map<String, Time> best, long bytes) {
        System.out.printf("%-32s %8s %8s %14s%n", "", "wall s", "CPU s", "MB per CPU s");
        best.forEach((name, time) -> System.out.printf(
                Locale.ROOT, "%-32s %8.2f %8.2f %14.0f%n", name, time.wall, time.cpu, bytes / 1e6 / time.cpu));
    }

    private static void bound(Map<String, Time> best, String name, String other, double wanted) {
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
        List<String> clients = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            clients.add(random.nextInt(100) < 35 ? ipv6(random) : ipv4(random));
        }
        long lines = 0;
        long written = 0;
        try (BufferedWriter out = Files.newBufferedWriter(log, StandardCharsets.ISO_8859_1)) {
            while (written < size) {
                long second = lines / 50;
                String line = String.format(
                        Locale.ROOT,
                        "%s - - [%02d/Nov/2026:%02d:%02d:%02d +0100] \"GET %s HTTP/1.1\" %d %d \"%s\" \"%s\"\n",
                        clients.get(random.nextInt(clients.size())),
                        1 + second / 86_400 % 28,
                        second / 3_600 % 24,
                        second / 60 % 60,
                        second % 60,
                        path(random),
                        random.nextInt(8) == 0 ? 404 : 200,
                        random.nextInt(100_000),
                        random.nextInt(3) == 0 ? "-" : "https://www.example.org/" + random.nextInt(1_000),
                        AGENTS[random.nextInt(AGENTS.length)]);
                out.write(line);
                written += line.length();
                lines++;
            }
        }
        return lines;
    }

    private static String ipv4(Random random) {
        return 1 + random.nextInt(223) + "." + random.nextInt(256) + "." + random.nextInt(256) + "."
                + (1 + random.nextInt(254));
    }

    private static String ipv6(Random random) {
        StringBuilder text = new StringBuilder("2001:db8");
        int groups = random.nextBoolean() ? 6 : 2;
        for (int i = 0; i < groups; i++) {
            text.append(':').append(Integer.toHexString(random.nextInt(65_536)));
        }
        return groups == 6 ? text.toString() : text + "::" + Integer.toHexString(1 + random.nextInt(255));
    }

    private static String path(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> "/";
            case 1 -> "/index.php?id=" + random.nextInt(10_000) + "&page=" + random.nextInt(9);
            case 2 -> "/wp-content/uploads/2026/11/image-" + random.nextInt(10_000) + ".jpg";
            case 3 -> "/api/v1/items/" + random.nextInt(10_000);
            case 4 -> "/assets/app." + random.nextInt(10_000) + ".min.js";
            default -> "/shop/category/product-" + random.nextInt(10_000) + ".html";
        };
    }
}
