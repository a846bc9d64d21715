package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.RealFolders.ObstacleException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Ends what a logger keeps by itself, where no sweep looks: lines of unknown hosts, and lines that wait for a log which cannot
 * be written. A file goes as a whole when nothing has been written to it for longer than lines are kept. One that gets new
 * lines every day is no exception: of those for unknown hosts each gets the name of a day when the day is over, and of what
 * waits the old lines are taken out: what stays is copied for that, once a day and log. Nothing that a legal hold keeps goes,
 * and nothing at all while it is not known what they keep.
 */
final class PipeRetention {
    /** So much of a file is looked at for the time of its first lines. */
    private static final int WINDOW = 1 << 16;

    /** The length of a date in RFC 3339. */
    private static final int ISO = 10;

    /** Nobody takes so long to make a file of the spool. */
    private static final Duration MADE = Duration.ofHours(1);

    private final PipeFiles files;
    private final Path others;
    private final long user;
    private final long days;
    private final LineTimes times = new LineTimes();

    /**
     * Makes one.
     *
     * @param others the folder for lines of unknown hosts
     * @param user whose files there are ours
     * @param days how long lines are kept at most
     */
    PipeRetention(PipeFiles files, Path others, long user, long days) {
        this.files = files;
        this.others = others;
        this.user = user;
        this.days = days;
    }

    /**
     * Deletes what is due, and counts it.
     *
     * @param knowsHolds whether all legal holds are known; if not, none of the lines go
     * @throws IOException what went wrong first; all else has been done
     */
    void expire(PipeSites sites, boolean knowsHolds, Instant now, PipeStatus status) throws IOException {
        try {
            all(List.of(
                    () -> expireOthers(sites, knowsHolds, now, status),
                    () -> {
                        if (knowsHolds) {
                            expireSpool(sites, now, status);
                        }
                    },
                    () -> expireLeftovers(now)));
        } finally {
            files.measure();
        }
    }

    private static Optional<IOException> failure(PipeFiles.Doing doing) {
        try {
            doing.run();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        } catch (UncheckedIOException e) {
            return Optional.of(new IOException(e));
        }
    }

    /** Does each, whatever becomes of the others. */
    private static void all(List<PipeFiles.Doing> doings) throws IOException {
        List<IOException> failures =
                doings.stream().flatMap(doing -> failure(doing).stream()).toList();
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    private static Set<String> held(PipeSites sites, LocalDate today) {
        return sites.hosts().values().stream()
                .filter(site -> site.isHeld(today))
                .map(PipeSites.Site::domain)
                .collect(Collectors.toSet());
    }

    private static boolean isOver(FileIdentity file, long kept, Instant now) {
        return file.modified().plus(Duration.ofDays(kept)).isBefore(now);
    }

    // ---- unknown hosts

    private void expireOthers(PipeSites sites, boolean knowsHolds, Instant now, PipeStatus status) throws IOException {
        long kept = Math.min(days, sites.otherDays().orElse(days));
        String renamed = "-[0-9]{8}";
        files.named(sites);
        Set<String> patterns = files.names();
        Pattern ours = Pattern.compile(names(patterns, any -> true) + "(?:" + renamed + ")?");
        Pattern byDay = Pattern.compile(names(patterns, name -> name.contains("%d")) + "|.*" + renamed);
        LocalDate today = LocalDate.ofInstant(now, sites.zone());
        Set<String> held = held(sites, today);
        List<Path> found = PipeFiles.list(others, name -> ours.matcher(name).matches());
        List<PipeFiles.Doing> doings = new ArrayList<>();
        for (Path file : found) {
            doings.add(() -> files.alone(file, () -> {
                FileIdentity here = FileIdentity.read(file);
                if (!here.regular() || here.uid() != user || here.links() != 1) {
                    return;
                }
                // What a domain's own log had no room for lies here under its name.
                boolean isHeld = !knowsHolds
                        || held.stream()
                                .anyMatch(
                                        domain -> file.getFileName().toString().startsWith(domain + "-"));
                if (isOver(here, kept, now)) {
                    if (!isHeld) {
                        Files.delete(file);
                        status.expired(here.size());
                    }
                } else if (!byDay.matcher(file.getFileName().toString()).matches()) {
                    LocalDate first = firstDay(file).orElse(LocalDate.ofInstant(here.modified(), sites.zone()));
                    if (first.isBefore(today)) {
                        rename(file, today.minusDays(1));
                    }
                }
            }));
        }
        all(doings);
    }

    /** Once a day at most: what a stranger says the time was must not make a thousand files. */
    private static void rename(Path file, LocalDate day) throws IOException {
        Path byDay = file.resolveSibling(file.getFileName() + "-" + DateTimeFormatter.BASIC_ISO_DATE.format(day));
        if (!Files.exists(byDay, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(file, byDay);
        }
    }

    /**
     * The names that a logger may have given, now or when the sites file said something else, as the folder may be used by
     * others too.
     */
    private static String names(Set<String> patterns, Predicate<String> some) {
        return patterns.stream()
                .filter(some)
                .map(PipeRetention::expression)
                .sorted()
                .collect(Collectors.joining("|", "(?:", ")"));
    }

    private static String expression(String file) {
        return file.replace(".", "\\.")
                .replace(PipeNames.DOMAIN, "[a-z0-9_.-]+-")
                .replace("%Y", "[0-9]{4}")
                .replace("%m", "[0-9]{2}")
                .replace("%d", "[0-9]{2}");
    }

    // ---- the spool

    private void expireSpool(PipeSites sites, Instant now, PipeStatus status) throws IOException {
        Map<String, Long> kept = new HashMap<>();
        sites.hosts()
                .values()
                .forEach(site ->
                        kept.put(site.domain(), Math.min(days, site.days().orElse(days))));
        long unknown = Math.min(days, sites.otherDays().orElse(days));
        Set<String> held = held(sites, LocalDate.ofInstant(now, sites.zone()));
        List<PipeFiles.Doing> doings = new ArrayList<>();
        for (Path file : files.spoolFiles()) {
            doings.add(() -> {
                PipeFiles.Header header;
                try {
                    header = PipeFiles.header(file);
                } catch (NoSuchFileException e) {
                    // It has just been taken over.
                    return;
                } catch (PipeFiles.NoSpoolFileException e) {
                    // Told by whoever tries to take it over; as nobody knows whose lines they are, they are kept no
                    // longer than those of unknown hosts, and as long as any hold.
                    if (held.isEmpty()) {
                        expireUnreadable(file, unknown, now, status);
                    }
                    return;
                }
                if (held.contains(header.target().domain())) {
                    return;
                }
                long own = kept.getOrDefault(header.target().domain(), unknown);
                files.alone(header.target().path(), () -> expireSpooled(file, own, now, sites.zone(), status));
            });
        }
        all(doings);
    }

    private void expireUnreadable(Path file, long kept, Instant now, PipeStatus status) throws IOException {
        FileIdentity here = FileIdentity.read(file);
        if (isOver(here, kept, now)) {
            Files.delete(file);
            status.abandoned(here.size());
        }
    }

    private void expireSpooled(Path file, long kept, Instant now, ZoneId zone, PipeStatus status) throws IOException {
        FileIdentity here = FileIdentity.read(file);
        PipeFiles.Header header = PipeFiles.header(file);
        if (isOver(here, kept, now)) {
            Files.delete(file);
            status.abandoned(here.size() - header.position());
            return;
        }
        Days old = new Days(LocalDate.ofInstant(now, zone), kept);
        // What has been taken over lies there as well, and what a killed logger was about to wipe.
        boolean due = end(file, header.start(), old) > header.start();
        long end = end(file, header.position(), old);
        if ((due && header.position() > header.start()) || end > header.position()) {
            files.cutSpooled(file, header, end);
            status.abandoned(end - header.position());
        }
    }

    /** What loggers have left there that were killed and will never come back is nobody's, and what others put there is not ours. */
    private void expireLeftovers(Instant now) throws IOException {
        List<PipeFiles.Doing> doings = new ArrayList<>();
        for (Path file : files.leftovers()) {
            doings.add(() -> {
                FileIdentity here;
                try {
                    here = FileIdentity.read(file);
                } catch (NoSuchFileException e) {
                    // It has its name by now.
                    return;
                }
                if (here.uid() != user) {
                    files.tell(file, new ObstacleException(FileNote.of(Code.FOREIGN_OWNER, here.uid(), here.gid())));
                } else if (here.regular()
                        && PipeFiles.isFresh(file)
                        && here.modified().plus(MADE).isBefore(now)) {
                    // Its lines are in the file that it was to replace.
                    Files.deleteIfExists(file);
                }
            });
        }
        all(doings);
    }

    // ---- times

    /** The day of the first line that says one. */
    private Optional<LocalDate> firstDay(Path file) throws IOException {
        try (FileChannel channel = open(file)) {
            byte[] bytes = new byte[WINDOW];
            int length = Math.max(0, channel.read(ByteBuffer.wrap(bytes), 0));
            return day(bytes, 0, length, any -> true);
        }
    }

    /**
     * Which days are over.
     *
     * @param kept how many are kept
     */
    private record Days(LocalDate today, long kept) {
        boolean areOver(LocalDate day) {
            return day.isBefore(today.minusDays(kept));
        }

        /** Whether a log can be of that day; who visits a site can write any day into it. */
        boolean mayBe(LocalDate day) {
            return !day.isAfter(today.plusDays(1));
        }
    }

    /**
     * Where the first line stands that does not say itself that it is over. It is only a line's own word that ends it: visitors
     * write into lines as well, and what one of them writes must not end the lines of others. What says no time goes with the
     * file.
     */
    private long end(Path file, long from, Days old) throws IOException {
        try (FileChannel channel = open(file)) {
            long end = from;
            byte[] bytes = new byte[PipeWriter.LONGEST_LINE];
            while (true) {
                int length = Math.max(0, channel.read(ByteBuffer.wrap(bytes), end));
                int line = 0;
                for (int stop = 0; stop < length; stop++) {
                    if (bytes[stop] == '\n') {
                        if (day(bytes, line, stop, old::mayBe)
                                .filter(old::areOver)
                                .isEmpty()) {
                            return end + line;
                        }
                        line = stop + 1;
                    }
                }
                if (line == 0) {
                    return end;
                }
                end += line;
            }
        }
    }

    /** The first day in a text that may be, as access logs or RFC 3339 write it. */
    private Optional<LocalDate> day(byte[] bytes, int from, int to, Predicate<LocalDate> mayBe) {
        for (int at = from; at < to; at++) {
            LocalDate day = LocalDate.MIN;
            if (bytes[at] == '[' && times.access(bytes, at, to) != LineTimes.NONE) {
                day = PipeWriter.read(new String(bytes, at + 1, PipeWriter.DATE_LENGTH, StandardCharsets.ISO_8859_1));
            } else if (at + ISO < to && bytes[at + 4] == '-' && (bytes[at + ISO] == 'T' || bytes[at + ISO] == ' ')) {
                day = iso(new String(bytes, at, ISO, StandardCharsets.ISO_8859_1));
            }
            if (!day.equals(LocalDate.MIN) && mayBe.test(day)) {
                return Optional.of(day);
            }
        }
        return Optional.empty();
    }

    private static LocalDate iso(String date) {
        try {
            return LocalDate.parse(date);
        } catch (DateTimeException e) {
            // Something else of that shape.
            return LocalDate.MIN;
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }
}
