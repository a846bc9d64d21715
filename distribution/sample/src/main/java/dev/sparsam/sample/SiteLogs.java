package dev.sparsam.sample;

import dev.sparsam.sample.ServiceLines.Service;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.zip.GZIPOutputStream;

/** Writes the log files of sites and counts what it writes. */
final class SiteLogs {
    private static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-r-----");
    private static final Set<PosixFilePermission> DIRECTORY_MODE = PosixFilePermissions.fromString("rwxr-x---");

    /** How busy the hours of a day are. */
    private static final int[] HOURS = {3, 2, 1, 1, 1, 2, 3, 5, 7, 8, 8, 8, 7, 7, 7, 7, 7, 7, 8, 9, 9, 8, 6, 4};

    /** In percent, from Monday. */
    private static final int[] WEEKDAYS = {105, 108, 104, 103, 96, 88, 96};

    private final SampleProvider.Options options;
    private final ZonedDateTime until;
    private final BiConsumer<Problem, Path> planted;
    long files;
    long lines;
    long bytes;

    /**
     * @param planted is told each problem and the file or directory that has it
     */
    SiteLogs(SampleProvider.Options options, BiConsumer<Problem, Path> planted) {
        this.options = options;
        this.until = options.until().atZone(options.zone());
        this.planted = planted;
    }

    void write(Inventory.Site site, Path directory) throws IOException {
        for (Problem problem : site.problems()) {
            if (problem.place == Problem.Place.SITE && problem != Problem.SYMBOLIC_LINK) {
                planted.accept(problem, directory);
            }
        }
        if (site.layout() == Layout.ALIAS || site.problems().contains(Problem.MISSING_DIRECTORY)) {
            return;
        }
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, DIRECTORY_MODE);
        if (site.problems().contains(Problem.EMPTY_DIRECTORY)) {
            return;
        }
        writeStream(site, false, directory);
        if (!site.layout().errorFiles.isEmpty()) {
            writeStream(site, true, directory);
        }
        for (Service service : site.services()) {
            writeService(site, service, directory);
        }
        if (site.problems().contains(Problem.SYMBOLIC_LINK)) {
            // Such a link is what ISPConfig's vlogger makes.
            Path link = directory.resolve("current-access.log");
            Files.createSymbolicLink(
                    link, Path.of(site.layout().fileName(false, 0, until.truncatedTo(ChronoUnit.DAYS), until)));
            planted.accept(Problem.SYMBOLIC_LINK, link);
        }
    }

    private void writeStream(Inventory.Site site, boolean error, Path directory) throws IOException {
        long seed = options.seed() * 0x9E3779B97F4A7C15L + site.domain().hashCode() * 2L + (error ? 1 : 0);
        SplittableRandom random = new SplittableRandom(seed);
        LogLines source = new LogLines(site.layout().lines(error), site.domain(), options.zone(), random.nextLong());
        double perDay = site.linesPerDay() * options.scale() * (error ? 0.1 : 1);
        List<ZonedDateTime> rotations = rotations(site.layout().weekly(error));
        int count = rotations.size() - 1;
        for (int index = count - 1; index >= 0; index--) {
            ZonedDateTime start = rotations.get(index + 1);
            ZonedDateTime end = rotations.get(index);
            Path path = directory.resolve(site.layout().fileName(error, index, start, end));
            Set<Problem> problems = EnumSet.noneOf(Problem.class);
            for (Problem problem : site.problems()) {
                boolean asked = problem != Problem.TRUNCATED_GZIP
                        || (options.damage() && path.toString().endsWith(".gz"));
                if (asked && problem.isIn(error, index, count)) {
                    problems.add(problem);
                    planted.accept(problem, path);
                }
            }
            long[] times = problems.contains(Problem.EMPTY_FILE) ? new long[0] : times(start, end, perDay, random);
            writeFile(path, source, times, problems);
            ZonedDateTime last = times.length == 0
                    ? start
                    : Instant.ofEpochMilli(times[times.length - 1]).atZone(options.zone());
            ZonedDateTime modified = site.layout().modified(error, index, last, end);
            if (problems.contains(Problem.TOUCHED_MTIME)) {
                modified = until.minus(Duration.ofHours(20));
                modified = modified.isBefore(end) ? until : modified;
            }
            modified = modified.isAfter(until) ? until : modified;
            Files.setLastModifiedTime(path, FileTime.from(modified.toInstant().truncatedTo(ChronoUnit.SECONDS)));
        }
    }

    /** Once a week, as Debian's logrotate does with what rsyslog writes. */
    private void writeService(Inventory.Site site, Service service, Path directory) throws IOException {
        // Apart from the web logs, so that these stay as they are whatever is written here.
        SplittableRandom random = new SplittableRandom(
                (options.seed() + 1) * 0xD1B54A32D192ED03L + (site.domain() + " " + service).hashCode());
        ServiceLines source =
                new ServiceLines(service, site.domain(), site.layout().server, options.zone(), random.nextLong());
        List<ZonedDateTime> rotations = rotations(true);
        StringBuilder text = new StringBuilder(512);
        for (int index = rotations.size() - 2; index >= 0; index--) {
            ZonedDateTime end = rotations.get(index);
            Path path = directory.resolve(service.file + (index == 0 ? "" : "." + index) + (index > 1 ? ".gz" : ""));
            long[] times = times(rotations.get(index + 1), end, service.linesPerDay * options.scale(), random);
            try (OutputStream out = open(path)) {
                for (long time : times) {
                    source.line(time, text);
                    text.append('\n');
                    bytes += text.length();
                    lines++;
                    out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
                    text.setLength(0);
                }
            }
            Files.setPosixFilePermissions(path, FILE_MODE);
            files++;
            Instant last = times.length == 0 ? end.toInstant() : Instant.ofEpochMilli(times[times.length - 1]);
            Files.setLastModifiedTime(path, FileTime.from(last.truncatedTo(ChronoUnit.SECONDS)));
        }
    }

    private static OutputStream open(Path path) throws IOException {
        OutputStream raw = Files.newOutputStream(path);
        return path.toString().endsWith(".gz") ? new GZIPOutputStream(raw, 8192) : new BufferedOutputStream(raw, 8192);
    }

    /** When the files of a stream ended, the newest first: now, then the midnights; at the end the very first moment. */
    private List<ZonedDateTime> rotations(boolean weekly) {
        ZonedDateTime first = until.minusDays(options.days());
        List<ZonedDateTime> times = new ArrayList<>(List.of(until));
        ZonedDateTime time = until.truncatedTo(ChronoUnit.DAYS);
        if (weekly) {
            time = time.with(TemporalAdjusters.previousOrSame(DayOfWeek.SUNDAY));
        }
        while (time.isAfter(first)) {
            times.add(time);
            time = time.minusDays(weekly ? 7 : 1);
        }
        times.add(first);
        return times;
    }

    /** The times of the lines from start to end, in order: more by day than by night, and one at least unless there is no time. */
    private long[] times(ZonedDateTime start, ZonedDateTime end, double perDay, SplittableRandom random) {
        long[] times = new long[64];
        int count = 0;
        for (ZonedDateTime day = start.truncatedTo(ChronoUnit.DAYS); day.isBefore(end); day = day.plusDays(1)) {
            double from = start.isAfter(day) ? share(Duration.between(day, start)) : 0;
            double to = end.isBefore(day.plusDays(1)) ? share(Duration.between(day, end)) : 1;
            double expected = perDay
                    * (to - from)
                    * WEEKDAYS[day.getDayOfWeek().getValue() - 1]
                    / 100
                    * (0.8 + random.nextDouble() * 0.4);
            int lines = (int) (expected + random.nextDouble());
            if (count == 0 && !day.plusDays(1).isBefore(end)) {
                // Servers do not rotate an empty log.
                lines = Math.max(1, lines);
            }
            times = Arrays.copyOf(times, Math.max(times.length, count + lines));
            int[] bunches = bunches(lines, random);
            for (int i = 0; i < bunches.length; i++) {
                double share = from + (to - from) * (i + random.nextDouble()) / bunches.length;
                long time = day.toInstant().toEpochMilli() + millis(share);
                for (int line = 0; line < bunches[i]; line++) {
                    time = Math.max(time, count == 0 ? time : times[count - 1]);
                    times[count++] = Math.min(time, end.toInstant().toEpochMilli() - 1);
                    time += random.nextInt(2500);
                }
            }
        }
        if (end.equals(until) && count > 0) {
            // A log that is being written has a line from just now; one that was rotated this second has none.
            long latest = end.toInstant().toEpochMilli() - 1;
            long earliest = Math.max(times[count - 1], latest - 600_000);
            times = Arrays.copyOf(times, count + 1);
            times[count++] = earliest < latest ? random.nextLong(earliest, latest) : earliest;
        }
        return Arrays.copyOf(times, count);
    }

    /** Splits lines into bunches, because a page brings its pictures along. */
    private static int[] bunches(int lines, SplittableRandom random) {
        int[] sizes = new int[lines];
        int count = 0;
        for (int left = lines; left > 0; left -= sizes[count++]) {
            sizes[count] = Math.min(left, 1 + random.nextInt(9));
        }
        return Arrays.copyOf(sizes, count);
    }

    /** Which part of a day's lines comes until then. */
    private static double share(Duration sinceMidnight) {
        double hours = Math.min(24, sinceMidnight.toMillis() / 3_600_000.0);
        double sum = 0;
        for (int hour = 0; hour < 24; hour++) {
            sum += HOURS[hour] * Math.max(0, Math.min(1, hours - hour));
        }
        return sum / Arrays.stream(HOURS).sum();
    }

    /** The inverse of {@link #share}: milliseconds since midnight. */
    private static long millis(double share) {
        double left = share * Arrays.stream(HOURS).sum();
        int hour = 0;
        while (hour < 23 && left >= HOURS[hour]) {
            left -= HOURS[hour++];
        }
        return (long) ((hour + Math.min(1, left / HOURS[hour])) * 3_600_000);
    }

    private void writeFile(Path path, LogLines source, long[] times, Set<Problem> problems) throws IOException {
        String lineEnd = problems.contains(Problem.CRLF_LINES) ? "\r\n" : "\n";
        List<Problem> entries = problems.stream().filter(SiteLogs::isEntry).toList();
        StringBuilder text = new StringBuilder(8192);
        try (OutputStream out = open(path)) {
            if (problems.contains(Problem.NUL_HOLE)) {
                text.append("\0".repeat(4096));
            }
            for (int i = 0; i < times.length; i++) {
                lines += source.entry(times[i], Integer.MAX_VALUE, text);
                if (i == times.length / 2) {
                    for (Problem problem : entries) {
                        text.append(lineEnd);
                        lines += source.entry(times[i], Integer.MAX_VALUE, text, problem);
                    }
                }
                if (i < times.length - 1 || !problems.contains(Problem.NO_FINAL_NEWLINE)) {
                    text.append(lineEnd);
                }
                bytes += text.length();
                out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
                text.setLength(0);
            }
        }
        if (problems.contains(Problem.TRUNCATED_GZIP)) {
            byte[] whole = Files.readAllBytes(path);
            Files.write(path, Arrays.copyOf(whole, whole.length * 6 / 10));
        }
        Files.setPosixFilePermissions(path, FILE_MODE);
        files++;
    }

    private static boolean isEntry(Problem problem) {
        return switch (problem) {
            case HOST_NAME_CLIENT, ZONE_ID, ADDRESS_IN_QUERY, EMAIL_IN_QUERY, LATIN1_BYTES, LONG_LINE, STACK_TRACE ->
                true;
            default -> false;
        };
    }
}
