package dev.sparsam.logs;

import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.SiteId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * What the last sweep of a site found in its logs of one kind, and left: what is measured, next to what is set.
 *
 * @param site the site
 * @param kind the kind of log
 * @param backup whether it is about the logs in backups
 * @param at when it was found
 * @param receipt the receipt's place in the ledger
 * @param rules what the sweep followed
 * @param held the last day of the legal hold that it followed, while there still is one
 * @param oldestLine the oldest line, in any file, also in files in use
 * @param lines how many lines there are; of what could not be read, none
 * @param unmasked how many of them stand as they were written although they hold what is to be masked; of a file that could
 *     not be changed as planned, all of its lines
 * @param oldestUnmasked the oldest of these
 * @param unknown of how many files nobody could tell how old all of their lines are, or whether they are masked: they could
 *     not be read, or not be understood, or have a second name
 */
public record Observation(
        SiteId site,
        LogKind kind,
        boolean backup,
        Instant at,
        long receipt,
        LogRules rules,
        Optional<LocalDate> held,
        Optional<Instant> oldestLine,
        long lines,
        long unmasked,
        Optional<Instant> oldestUnmasked,
        long unknown) {
    /** What comes by the clock, comes once a day. */
    private static final Duration DAY = Duration.ofDays(1);

    /** The share of lines that are not masked, 0 to 1. */
    public double share() {
        return lines == 0 ? 0 : (double) unmasked / lines;
    }

    /**
     * By how much the oldest line was older than is set; empty when it was not, or a legal hold keeps it. A day more belongs
     * to what is set, because files are looked at once a day and not every moment.
     */
    public Optional<Duration> tooOld() {
        return rules.live() instanceof RetentionRule.Days days && held.isEmpty()
                ? beyond(oldestLine, Duration.ofDays(days.days()))
                : Optional.empty();
    }

    /** By how much the oldest line that is not masked was older than is set; as {@link #tooOld}. */
    public Optional<Duration> unmaskedTooLong() {
        return beyond(oldestUnmasked, Duration.ofHours(rules.raw().hours()));
    }

    /** Whether what was found is worse than what is set. */
    public boolean drifts() {
        return tooOld().isPresent() || unmaskedTooLong().isPresent();
    }

    /** Whether what was found is as set, as far as anybody could see, and everything could be seen. */
    public boolean isAsSet() {
        return !drifts() && unknown == 0;
    }

    private Optional<Duration> beyond(Optional<Instant> oldest, Duration allowed) {
        return oldest.map(then -> Duration.between(then, at).minus(allowed)).filter(more -> more.compareTo(DAY) > 0);
    }
}
