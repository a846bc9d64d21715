package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rule by which a log file counts as still being written. In this order:
 *
 * <ol>
 *   <li>A process has it open for writing: in use.
 *   <li>It was modified within the quiet period, or as little ahead of the clock: in use. A time further ahead was set by
 *       somebody and says nothing about writing.
 *   <li>Its name ends like that of a compressed file: not in use.
 *   <li>Its name says that it was rotated (a number as in {@code access.log.1} or {@code access.log-1}, or a date that is
 *       two days old or older, or one for which there is a file of the same name with a later date), or we have kept it
 *       aside under a name that nobody opens ({@code access.log.kept-DIGITS}), or it is a backup: not in use when the
 *       view of open files was complete, or when it has not been modified for an hour. Servers go on writing to a file after
 *       it was renamed, until they are told; they are told within minutes, and whoever writes after an hour of silence to a
 *       file that nobody can see him have open is not noticed.
 *   <li>It is the stream's current file. It counts as left behind, and so not in use, only when the view of open files
 *       was complete and it has not been modified for a day. When only the view was not complete, nobody can tell.
 * </ol>
 *
 * Other names with the date of today or yesterday count as current, because some servers write to such names.
 */
final class InUse {
    private static final Duration LEFT_BEHIND = Duration.ofDays(1);
    private static final Duration LET_GO = Duration.ofHours(1);
    private static final Pattern DATE =
            Pattern.compile("(?<![0-9])((?:19|20)[0-9]{2})-?([01][0-9])-?([0-3][0-9])(?![0-9])");
    private static final Pattern EPOCH = Pattern.compile("[._-]([0-9]{10})(?![0-9])");
    private static final Pattern NUMBER = Pattern.compile("[.-][0-9]{1,5}$");

    private InUse() {}

    /**
     * Applies the rule.
     *
     * @param siblings the names of the log files beside it, with or without its own
     * @param backup whether it is a backup, which is written once: then it counts as rotated, whatever its name
     * @return why the file counts as being written; empty when it does not
     */
    static Optional<FileNote> check(
            String fileName,
            Set<String> siblings,
            boolean backup,
            FileIdentity file,
            OpenFiles open,
            Duration quiet,
            ZoneId zone,
            Instant now) {
        if (open.writes(file)) {
            return Optional.of(FileNote.of(Code.OPEN_FOR_WRITING));
        }
        if (isBetween(file.modified(), now.minus(quiet), now.plus(quiet))) {
            return Optional.of(FileNote.of(Code.MODIFIED_RECENTLY, file.modified(), quiet.toMinutes()));
        }
        Optional<String> kept = SecondName.firstOfKept(fileName);
        if (LogInput.isCompressed(kept.orElse(fileName))) {
            return Optional.empty();
        }
        if (kept.isPresent() || backup || rotated(fileName, siblings, LocalDate.ofInstant(now, zone))) {
            return open.complete() || !isBetween(file.modified(), now.minus(LET_GO), now.plus(quiet))
                    ? Optional.empty()
                    : Optional.of(FileNote.of(Code.ROTATED_RECENT));
        }
        if (isBetween(file.modified(), now.minus(LEFT_BEHIND), now.plus(quiet))) {
            return Optional.of(FileNote.of(Code.CURRENT_RECENT));
        }
        return open.complete() ? Optional.empty() : Optional.of(FileNote.of(Code.CURRENT_UNSURE));
    }

    /**
     * When {@link #check} would next answer otherwise about the same file, as far as time decides; empty for never.
     *
     * @param answer what it answered now
     */
    static Optional<Instant> next(
            FileIdentity file, Optional<FileNote> answer, Duration quiet, ZoneId zone, Instant now) {
        Set<Instant> moments = new HashSet<>();
        Instant modified = file.modified();
        moments.add(modified.minus(quiet));
        moments.add(modified.plus(quiet));
        if (answer.isPresent()) {
            moments.add(modified.plus(LET_GO));
            moments.add(modified.plus(LEFT_BEHIND));
            // A date in its name may count as past then.
            moments.add(LocalDate.ofInstant(now, zone)
                    .plusDays(1)
                    .atStartOfDay(zone)
                    .toInstant());
        }
        return Look.next(now, moments);
    }

    private static boolean isBetween(Instant time, Instant after, Instant before) {
        return time.isAfter(after) && time.isBefore(before);
    }

    private static boolean rotated(String name, Set<String> siblings, LocalDate today) {
        Matcher date = DATE.matcher(name);
        while (date.find()) {
            Optional<LocalDate> day = day(date);
            if (day.isPresent()) {
                String before = name.substring(0, date.start());
                String after = name.substring(date.end());
                return day.get().isBefore(today.minusDays(1))
                        || siblings.stream().anyMatch(sibling -> isLater(sibling, before, day.get(), after));
            }
        }
        Matcher epoch = EPOCH.matcher(name);
        if (epoch.find()) {
            LocalDate day = LocalDate.EPOCH.plusDays(Long.parseLong(epoch.group(1)) / 86_400);
            return day.isBefore(today.minusDays(1));
        }
        return NUMBER.matcher(name).find();
    }

    private static boolean isLater(String sibling, String before, LocalDate than, String after) {
        Matcher date = DATE.matcher(sibling);
        return sibling.startsWith(before)
                && sibling.endsWith(after)
                && date.find(before.length())
                && date.start() == before.length()
                && date.end() == sibling.length() - after.length()
                && day(date).filter(than::isBefore).isPresent();
    }

    private static Optional<LocalDate> day(Matcher date) {
        try {
            return Optional.of(LocalDate.of(
                    Integer.parseInt(date.group(1)), Integer.parseInt(date.group(2)), Integer.parseInt(date.group(3))));
        } catch (DateTimeException e) {
            // Digits that are no date: 20269999.
            return Optional.empty();
        }
    }
}
