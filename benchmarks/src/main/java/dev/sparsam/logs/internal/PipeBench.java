package dev.sparsam.logs.internal;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a busy web server with many virtual hosts costs {@code logs pipe}, next to {@code logs mask} on the same lines (which
 * writes one file), {@code cat}, and the loggers vlogger and cronolog where they are installed. All of them read a pipe. Each
 * runs as a process of its own, one after the other, several rounds; of each the best round by CPU time counts, with
 * everything that starting it costs.
 */
public final class PipeBench {
    private static final int HOSTS = 100;

    private final Path folder;
    private final String java;

    private PipeBench(Path folder, String java) {
        this.folder = folder;
        this.java = java;
    }

    /** Arguments: {@code --size MB}, {@code --rounds N}, {@code --dir DIR}, {@code --java COMMAND}. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Map<String, String> options = new LinkedHashMap<>(Map.of("--size", "1024", "--rounds", "3", "--java", ""));
        options.put("--dir", System.getProperty("java.io.tmpdir"));
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length || options.replace(arguments[i], arguments[i + 1]) == null) {
                throw new IllegalArgumentException(arguments[i]
                        + " is unknown or has no value; known are --size MB, --rounds N, --dir DIR and --java COMMAND");
            }
        }
        Path parent = Files.createDirectories(Path.of(option(options, "--dir")));
        Path folder = Files.createTempDirectory(parent, "pipe-bench");
        try {
            new PipeBench(folder, option(options, "--java"))
                    .run(
                            Integer.parseInt(option(options, "--size")) * 1024L * 1024,
                            Integer.parseInt(option(options, "--rounds")));
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static String option(Map<String, String> options, String name) {
        return options.getOrDefault(name, "");
    }

    private void run(long size, int rounds) throws IOException, InterruptedException {
        System.out.printf(Locale.ROOT, "Writing %d MiB of %d virtual hosts ...%n", size >> 20, HOSTS);
        Path log = folder.resolve("access.log");
        long lines = write(log, size);
        System.out.printf(Locale.ROOT, "%,d lines, %,d bytes%n", lines, Files.size(log));
        Path sites = writeSites();
        String cat = "cat " + log + " | ";
        Path logs = folder.resolve("logs");
        Path memory = Path.of("/dev/shm", folder.getFileName().toString());
        // Each round begins without the files of the one before.
        String clear = "rm -rf " + memory + " " + folder + "/logs/*/* && ";
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put("cat", cat + "cat > /dev/null");
        commands.put("logs mask", cat + java + " mask --quiet > " + folder.resolve("out"));
        commands.put(
                "logs pipe",
                clear + cat + java + " pipe --sites " + sites + " --memory " + memory + " && rm -r " + memory);
        if (MaskBench.has("vlogger")) {
            commands.put("vlogger -p", clear + cat + "vlogger -p -t %Y%m%d-access.log " + logs);
        }
        if (MaskBench.has("cronolog")) {
            commands.put("cronolog (one file, unmasked)", clear + cat + "cronolog " + folder + "/out-%Y%m%d");
        }
        Map<String, MaskBench.Time> best = MaskBench.measure(commands, rounds, "vlogger -p", folder.resolve("out"));
        MaskBench.print(best, Files.size(log));
        MaskBench.bound(best, "logs pipe", "logs mask", 0.5);
        MaskBench.bound(best, "logs pipe", "vlogger -p", 1);
    }

    private static long write(Path log, long size) throws IOException {
        Random random = new Random(20_261_122);
        LogSample sample = new LogSample(random);
        String day = DateTimeFormatter.ofPattern("dd/MMM/yyyy", Locale.ENGLISH).format(LocalDate.now(ZoneOffset.UTC));
        long lines = 0;
        long written = 0;
        try (BufferedWriter out = Files.newBufferedWriter(log, StandardCharsets.ISO_8859_1)) {
            while (written < size) {
                String line = "www.site" + random.nextInt(HOSTS) + ".example:443 " + sample.line(day, lines / 50);
                out.write(line);
                written += line.length();
                lines++;
            }
        }
        return lines;
    }

    private Path writeSites() throws IOException {
        StringBuilder sites = new StringBuilder("{\"format\":\"sparsam-pipe/1\",\"sites\":[");
        for (int i : IntStream.range(0, HOSTS).toArray()) {
            Path directory = Files.createDirectories(folder.resolve("logs/site" + i));
            sites.append(i == 0 ? "" : ",")
                    .append(String.format(
                            Locale.ROOT,
                            "{\"domain\":\"site%d.example\",\"hosts\":[\"www.site%d.example\"],\"directory\":\"%s\"}",
                            i,
                            i,
                            directory));
        }
        return Files.writeString(folder.resolve("sites.json"), sites.append("]}"));
    }
}
