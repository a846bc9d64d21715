package dev.sparsam.logs;

import java.time.Duration;
import java.time.Instant;

/**
 * What stands before a line in its log: a line without a time goes with the one before, and one without a head (a stack
 * trace, say) continues it. That holds for a day: lines that were written {@linkplain #until more than a day later} are of the
 * time at which they were written, so that a log whose lines never say a time does not stay with the key of one day.
 *
 * @param time the last time that was read; the key of its day makes the hashes in lines without a time
 * @param open whether a line without a head continues it
 */
public record LinesBefore(Instant time, boolean open) {
    /** Nothing is known of what stands before: lines without a time are taken to be of this one. */
    public static LinesBefore none(Instant time) {
        return new LinesBefore(time, false);
    }

    /**
     * What stands before lines that were written at a time: this, with that time if it is more than a day later. Whether
     * something is open remains, as nobody knows how long a stack trace takes.
     *
     * @param written when the lines were written, as far as somebody else than they says it
     */
    public LinesBefore until(Instant written) {
        return written.isAfter(time.plus(Duration.ofDays(1))) ? new LinesBefore(written, open) : this;
    }
}
