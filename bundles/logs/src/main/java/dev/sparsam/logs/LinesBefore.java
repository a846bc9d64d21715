package dev.sparsam.logs;

import java.time.Instant;

/**
 * What stands before a line in its log: a line without a time goes with the one before, and one without a head (a stack
 * trace, say) continues it.
 *
 * @param time the last time that was read; the key of its day makes the hashes in lines without a time
 * @param open whether a line without a head continues it
 */
public record LinesBefore(Instant time, boolean open) {
    /** Nothing is known of what stands before: lines without a time are taken to be of this one. */
    public static LinesBefore none(Instant time) {
        return new LinesBefore(time, false);
    }
}
