package dev.sparsam.logs.internal;

import java.time.Instant;
import java.util.Optional;

/**
 * What a sweep leaves, at worst.
 *
 * @param lines how many lines
 * @param unmasked how many of them stand as they were written although they hold what is to be masked
 * @param oldestUnmasked when the oldest of these was written
 */
record Remains(long lines, long unmasked, Optional<Instant> oldestUnmasked) {
    static final Remains NONE = new Remains(0, 0, Optional.empty());

    /** As it was found. */
    static Remains of(LogScan scan) {
        return new Remains(scan.lines(), scan.unmasked(), scan.oldestUnmasked());
    }

    /**
     * What is left of a file.
     *
     * @param found what it holds
     * @param due what of that is masked or left out
     * @param maskedBefore what is older is not left unmasked
     */
    static Remains after(LogScan found, LogScan due, Instant maskedBefore) {
        long unmasked = Math.max(0, found.unmasked() - due.unmasked());
        return new Remains(
                found.lines() - due.expired(),
                Math.min(unmasked, found.lines() - due.expired()),
                unmasked == 0
                        ? Optional.empty()
                        : found.oldestUnmasked()
                                .map(oldest -> oldest.isBefore(maskedBefore)
                                                && !maskedBefore.equals(LineScanner.Stages.MASKED.maskedBefore())
                                        ? maskedBefore
                                        : oldest));
    }

    Remains plus(Remains other) {
        return new Remains(
                lines + other.lines,
                unmasked + other.unmasked,
                SweepStore.earlier(oldestUnmasked, other.oldestUnmasked));
    }
}
