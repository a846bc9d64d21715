package dev.sparsam.facts;

import dev.sparsam.panel.RetentionRule;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * How long something is kept (GDPR Art. 13(2)(a), Art. 30(1)(f)).
 *
 * @param activity the id of the {@link Activity} that the kept data belongs to
 * @param store where it is kept
 * @param period the period that is enforced
 * @param trigger what starts the period
 * @param oldestDays the {@link #age} of the oldest content that was found after the run; empty when there was none
 * @param heldUntil the last day on which a legal hold keeps everything from being deleted, whatever the period says; empty
 *     when there is none
 */
public record Retention(
        String activity,
        Store store,
        RetentionRule period,
        Trigger trigger,
        Optional<Integer> oldestDays,
        Optional<LocalDate> heldUntil)
        implements Fact {
    /** Checks that the period is one that can be enforced. */
    public Retention {
        Checks.id("Retention.activity", activity);
        Checks.that(
                !(period instanceof RetentionRule.Inherit),
                "Retention.period is \"inherit\": state the period that was resolved");
        Checks.optional("Retention.oldestDays", oldestDays, (name, days) -> Checks.range(name, days, 0, 1_000_000));
    }

    /** Of what no legal hold keeps. */
    public Retention(
            String activity, Store store, RetentionRule period, Trigger trigger, Optional<Integer> oldestDays) {
        this(activity, store, period, trigger, oldestDays, Optional.empty());
    }

    /**
     * An age in days; a day that has begun counts, so that no age is understated: seven days and an hour are 8. What
     * lies in the future is 0 days old.
     */
    public static int age(Instant since, Instant at) {
        Duration age = Duration.between(since, at);
        if (age.isNegative()) {
            return 0;
        }
        return Math.toIntExact(age.toDays() + (age.equals(Duration.ofDays(age.toDays())) ? 0 : 1));
    }

    /**
     * Whether content of this {@link #age} has been kept for longer than a period. The day on which the period ends
     * belongs to it, because what is kept is looked at once a day and not every moment.
     */
    public static boolean exceeds(RetentionRule period, int age) {
        return period instanceof RetentionRule.Days days && age > days.days() + 1;
    }

    /** Where data is kept. */
    public enum Store {
        /** Where it is used. */
        LIVE,
        /** In backups. */
        BACKUP,
        /** Put aside, for example for a duty to keep records. */
        ARCHIVE,
        /** At a processor. */
        PROCESSOR
    }

    /** What starts a period. */
    public enum Trigger {
        /** The newest line of a log file: older lines of the file stay as long. */
        NEWEST_LINE,
        /** The time of each line of a log file. */
        LINE,
        /** The time at which the data was collected. */
        COLLECTION,
        /** The end of the contract. */
        CONTRACT_END,
        /** The end of the calendar year, as for commercial records (§ 147(4) AO, § 257(5) HGB). */
        YEAR_END
    }
}
