package dev.sparsam.sample;

import dev.sparsam.sample.ServiceLines.Service;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes a folder with a provider that does not exist: {@code provider.json} (the reference panel's inventory: 2
 * resellers, 12 customers, 60 sites), {@code logs/SERVER/DOMAIN/…} and {@code planted.json} (which problems are planted
 * where). The same options give the same files, byte for byte, except that the inventory holds the folder's path.
 */
public final class SampleProvider {
    /** The file by which a folder of ours is known; it is the first that is written and the last that is removed. */
    static final String MARKER = ".sparsam-sample";

    private static final String USAGE = """
            Usage: SampleProvider --out DIR [--seed N] [--until INSTANT] [--days N] [--scale X] [--zone ZONE] [--damage]
              --out DIR        folder to write; must not exist, be empty, or be one that this program wrote (replaced)
              --seed N         what everything that looks random comes from (1)
              --until INSTANT  when the logs end, for example 2026-03-07T12:00:00Z (now)
              --days N         how many days the logs span, 1 to 400 (40)
              --scale X        factor for the lines per day, 0.001 to 1000 (1)
              --zone ZONE      the servers' time zone, for example Europe/Berlin (this machine's)
              --damage         cut off one compressed file, so that there is one that cannot be read to its end
            """;

    private SampleProvider() {}

    /**
     * What to write.
     *
     * @param seed what everything that looks random comes from
     * @param until when the logs end; cut to seconds
     * @param days how many days they span, 1 to 400
     * @param scale factor for the lines per day, 0.001 to 1000; 1 gives about 20 MB in 40 days
     * @param zone the servers' time zone; error logs have local time without an offset
     * @param damage whether one compressed file is cut off
     */
    public record Options(long seed, Instant until, int days, double scale, ZoneId zone, boolean damage) {
        /** Checks the ranges. */
        public Options {
            if (days < 1 || days > 400) {
                throw new IllegalArgumentException("days is " + days + ": use 1 to 400");
            }
            if (!(scale >= 0.001 && scale <= 1000)) {
                throw new IllegalArgumentException("scale is " + scale + ": use 0.001 to 1000");
            }
            if (until.isBefore(Instant.parse("1990-01-01T00:00:00Z"))
                    || until.isAfter(Instant.parse("2200-01-01T00:00:00Z"))) {
                throw new IllegalArgumentException("until is " + until + ": use a time from 1990 to 2199");
            }
            until = until.truncatedTo(ChronoUnit.SECONDS);
        }

        /** 40 days at scale 1 with seed 1 in this machine's time zone, without damage. */
        public static Options defaults(Instant until) {
            return new Options(1, until, 40, 1, ZoneId.systemDefault(), false);
        }
    }

    /**
     * What was written.
     *
     * @param domains sites, also those without logs
     * @param files log files
     * @param lines lines in them
     * @param bytes bytes in them before compression
     */
    public record Summary(int domains, long files, long lines, long bytes) {}

    /** Writes a sample as the arguments say; ends with 0, with 2 for wrong arguments, or 1 when it cannot be written. */
    public static void main(String[] args) {
        System.exit(run(args, Instant.now(), System.out, System.err));
    }

    static int run(String[] args, Instant now, PrintStream out, PrintStream err) {
        if (List.of(args).contains("--help")) {
            out.print(USAGE);
            return 0;
        }
        Path directory;
        Options options;
        try {
            Map<String, String> values = arguments(args);
            String name = values.getOrDefault("--out", "");
            if (name.isEmpty()) {
                throw new IllegalArgumentException("--out DIR is missing: name the folder to write");
            }
            directory = Path.of(name);
            options = new Options(
                    value(values, "--seed", "a whole number", Long::valueOf, 1L),
                    value(values, "--until", "a time such as 2026-03-07T12:00:00Z", Instant::parse, now),
                    value(values, "--days", "a whole number", Integer::valueOf, 40),
                    value(values, "--scale", "a number", Double::valueOf, 1.0),
                    value(values, "--zone", "a time zone such as Europe/Berlin", ZoneId::of, ZoneId.systemDefault()),
                    values.containsKey("--damage"));
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage() + " (--help lists the arguments).");
            return 2;
        }
        try {
            Summary summary = generate(directory, options);
            out.printf(
                    Locale.ROOT,
                    "%s: %d domains, %d log files, %d lines, %.1f MB before compression%n",
                    directory,
                    summary.domains(),
                    summary.files(),
                    summary.lines(),
                    summary.bytes() / 1e6);
            return 0;
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return 2;
        } catch (IOException e) {
            String reason = e instanceof FileSystemException ? e.toString() : e.getMessage();
            err.println("The sample cannot be written to " + directory + ": " + reason);
            return 1;
        }
    }

    private static Map<String, String> arguments(String[] args) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < args.length; i++) {
            String name = args[i];
            String value = "";
            if (List.of("--out", "--seed", "--until", "--days", "--scale", "--zone")
                    .contains(name)) {
                if (++i == args.length) {
                    throw new IllegalArgumentException(name + " needs a value");
                }
                value = args[i];
            } else if (!name.equals("--damage")) {
                throw new IllegalArgumentException("\"" + name + "\" is no argument of this program");
            }
            if (values.put(name, value) != null) {
                throw new IllegalArgumentException(name + " is given twice");
            }
        }
        return values;
    }

    private static <T> T value(
            Map<String, String> values, String name, String what, Function<String, T> parse, T otherwise) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            return parse.apply(text);
        } catch (NumberFormatException | DateTimeException e) {
            throw new IllegalArgumentException(name + " is \"" + text + "\": give " + what, e);
        }
    }

    /**
     * Writes a sample. It is made in a folder beside {@code out} and renamed when it is complete, so that a killed run
     * leaves no half of it; the next run removes what it left.
     *
     * @param out must not exist, be empty, or be a sample that was written before, which is replaced
     * @throws IllegalArgumentException when {@code out} is something else
     * @throws IOException when it cannot be written
     */
    public static Summary generate(Path out, Options options) throws IOException {
        Path target =
                Files.isDirectory(out) ? out.toRealPath() : out.toAbsolutePath().normalize();
        Path name = target.getFileName();
        if (name == null) {
            throw new IllegalArgumentException("The folder " + out + " cannot be replaced: name one below it");
        }
        Path partial = target.resolveSibling("." + name + ".partial");
        Path old = target.resolveSibling("." + name + ".old");
        for (Path folder : List.of(target, partial, old)) {
            checkReplaceable(folder);
        }
        Path parent = target.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        delete(partial);
        delete(old);
        Files.createDirectory(partial);
        Files.writeString(partial.resolve(MARKER), "Made by SampleProvider, which may replace this folder.\n");

        Summary summary = write(partial, target, options);

        if (Files.exists(target)) {
            Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        delete(old);
        return summary;
    }

    private static Summary write(Path folder, Path target, Options options) throws IOException {
        Inventory inventory = new Inventory();
        List<Object> planted = new ArrayList<>();
        SiteLogs logs = new SiteLogs(options, (problem, path) -> {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("problem", problem.id());
            entry.put("path", folder.relativize(path).toString());
            entry.put("text", problem.text);
            planted.add(entry);
        });
        for (Inventory.Site site : inventory.sites) {
            logs.write(site, folder.resolve(directory(site)));
        }

        Map<String, Object> provider = new LinkedHashMap<>();
        provider.put("format", "sparsam-panel/1");
        provider.put(
                "tenants",
                inventory.tenants.stream().map(SampleProvider::tenant).toList());
        provider.put(
                "sites",
                inventory.sites.stream()
                        .map(site -> site(site, target.resolve(directory(site))))
                        .toList());
        Files.writeString(folder.resolve("provider.json"), Json.write(provider));

        Map<String, Object> report = new LinkedHashMap<>();
        report.put("format", "sparsam-sample/1");
        report.put("seed", options.seed());
        report.put("until", options.until());
        report.put("days", options.days());
        report.put("scale", options.scale());
        report.put("zone", options.zone());
        report.put("damage", options.damage());
        report.put("domains", inventory.sites.size());
        report.put("files", logs.files);
        report.put("lines", logs.lines);
        report.put("bytes", logs.bytes);
        report.put("planted", planted);
        Files.writeString(folder.resolve("planted.json"), Json.write(report));
        return new Summary(inventory.sites.size(), logs.files, logs.lines, logs.bytes);
    }

    private static String directory(Inventory.Site site) {
        return "logs/" + site.layout().server + "/" + site.domain();
    }

    private static Map<String, Object> tenant(Inventory.Tenant tenant) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", tenant.id());
        entry.put("kind", tenant.kind());
        if (!tenant.parent().isEmpty()) {
            entry.put("parent", tenant.parent());
        }
        entry.put("label", tenant.label());
        entry.put("personType", tenant.personType());
        entry.put("language", tenant.language());
        entry.put("status", tenant.status());
        return entry;
    }

    private static Map<String, Object> site(Inventory.Site site, Path directory) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", site.id());
        entry.put("tenant", site.tenant());
        entry.put("server", site.layout().server);
        entry.put("domain", site.domain());
        if (!site.parent().isEmpty()) {
            entry.put("parent", site.parent());
        }
        List<Object> logs = new ArrayList<>();
        if (!site.layout().accessFiles.isEmpty()) {
            logs.add(stream("WEB_ACCESS", directory, site.layout().accessFiles));
        }
        if (!site.layout().errorFiles.isEmpty()) {
            logs.add(stream("WEB_ERROR", directory, site.layout().errorFiles));
        }
        for (Service service : site.services()) {
            logs.add(stream(service.kind, directory, service.file + "*"));
        }
        entry.put("logs", logs);
        return entry;
    }

    private static Map<String, Object> stream(String kind, Path directory, String files) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("kind", kind);
        entry.put("directory", directory);
        entry.put("files", files);
        return entry;
    }

    private static void checkReplaceable(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new IllegalArgumentException(folder + " is no folder: name another one");
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            if (entries.iterator().hasNext() && !Files.exists(folder.resolve(MARKER))) {
                throw new IllegalArgumentException(
                        folder + " is not empty and is no sample of this program: empty it or name another folder");
            }
        }
    }

    /** Removes a sample, the marker last, so that what a killed run leaves can still be told to be ours. */
    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path marker = folder.resolve(MARKER);
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.equals(marker)) {
                    Files.delete(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException problem) throws IOException {
                if (problem != null) {
                    throw problem;
                }
                if (visited.equals(folder)) {
                    Files.deleteIfExists(marker);
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
