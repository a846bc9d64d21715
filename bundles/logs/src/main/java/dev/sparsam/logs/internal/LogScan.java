package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import java.time.Instant;
import java.util.Optional;

/**
 * What one pass over the lines of a log found.
 *
 * @param lines how many lines; a last line without line end counts
 * @param oldest the earliest time of a line; a line without a time belongs to the line before
 * @param newest the latest time of a line
 * @param addresses in how many places something is to be masked, or was
 * @param unparsed how many lines were not understood; what is found in them counts in {@code addresses}
 * @param unmasked how many lines have something to be masked, or had
 * @param oldestUnmasked the time of the earliest of them; the epoch when one has no time
 * @param expired how many lines were left out
 * @param left what stays when what is to be masked by now is, and what is over is left out
 * @param damage where compressed data is damaged; the numbers then speak of what lies before
 */
record LogScan(
        long lines,
        Optional<Instant> oldest,
        Optional<Instant> newest,
        long addresses,
        long unparsed,
        long unmasked,
        Optional<Instant> oldestUnmasked,
        long expired,
        Remains left,
        Optional<FileNote> damage) {
    /** Nothing was looked at. */
    static final LogScan NONE = new LogScan(
            0, Optional.empty(), Optional.empty(), 0, 0, 0, Optional.empty(), 0, Remains.NONE, Optional.empty());

    /** What was found, all of which is to be masked. */
    LogScan(
            long lines,
            Optional<Instant> oldest,
            Optional<Instant> newest,
            long addresses,
            long unparsed,
            long unmasked,
            Optional<Instant> oldestUnmasked) {
        this(
                lines,
                oldest,
                newest,
                addresses,
                unparsed,
                unmasked,
                oldestUnmasked,
                0,
                new Remains(lines, oldest, 0, Optional.empty()),
                Optional.empty());
    }

    /** Whether it looks like a log, where it is not known to be one: there are times, and most lines are understood. */
    boolean looksLikeLog() {
        return newest.isPresent() && unparsed * 2 <= lines;
    }

    /** The same, but nobody knows that anything will be masked or left out. */
    LogScan asFound() {
        return new LogScan(
                lines,
                oldest,
                newest,
                addresses,
                unparsed,
                unmasked,
                oldestUnmasked,
                expired,
                new Remains(lines, oldest, unmasked, oldestUnmasked),
                damage);
    }

    /** Nothing could be read. */
    static LogScan damaged(FileNote damage) {
        return new LogScan(
                0, Optional.empty(), Optional.empty(), 0, 0, 0, Optional.empty(), 0, Remains.NONE, Optional.of(damage));
    }

    /** What was found in this log, or part of one, and in another. */
    LogScan and(LogScan next) {
        return new LogScan(
                lines + next.lines,
                earlier(oldest, next.oldest),
                later(newest, next.newest),
                addresses + next.addresses,
                unparsed + next.unparsed,
                unmasked + next.unmasked,
                earlier(oldestUnmasked, next.oldestUnmasked),
                expired + next.expired,
                left.plus(next.left),
                damage.or(next::damage));
    }

    /** The earlier of two moments, where there are any. */
    static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> two) {
        return one.isEmpty() || (two.isPresent() && two.get().isBefore(one.get())) ? two : one;
    }

    private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> two) {
        return one.isEmpty() || (two.isPresent() && two.get().isAfter(one.get())) ? two : one;
    }
}
