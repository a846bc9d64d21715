package dev.sparsam.logs.internal;

import java.time.Instant;
import java.util.Optional;

/**
 * What a sweep leaves.
 *
 * @param lines how many lines
 * @param oldest when the oldest of them was written, as far as they say
 * @param unmasked how many of them stand as they were written although they hold what is to be masked
 * @param oldestUnmasked when the oldest of these was written
 */
record Remains(long lines, Optional<Instant> oldest, long unmasked, Optional<Instant> oldestUnmasked) {
    static final Remains NONE = new Remains(0, Optional.empty(), 0, Optional.empty());

    /** As it was found. */
    static Remains of(LogScan scan) {
        return new Remains(scan.lines(), scan.oldest(), scan.unmasked(), scan.oldestUnmasked());
    }

    /** Nobody knows more than what was found, so none of it counts as masked. */
    static Remains unread(long lines, Optional<Instant> oldest) {
        return new Remains(lines, oldest, lines, oldest);
    }

    Remains plus(Remains other) {
        return new Remains(
                lines + other.lines,
                LogScan.earlier(oldest, other.oldest),
                unmasked + other.unmasked,
                LogScan.earlier(oldestUnmasked, other.oldestUnmasked));
    }
}
