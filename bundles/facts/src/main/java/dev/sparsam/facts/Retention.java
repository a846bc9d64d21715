package dev.sparsam.facts;

import dev.sparsam.panel.RetentionRule;
import java.util.Optional;

/**
 * How long something is kept (GDPR Art. 13(2)(a), Art. 30(1)(f)).
 *
 * @param activity the id of the {@link Activity} that the kept data belongs to
 * @param store where it is kept
 * @param period the period that is enforced
 * @param trigger what starts the period
 * @param oldestDays the age of the oldest content that was found after the run, in whole days, rounded up; empty when
 *     there was none
 */
public record Retention(
        String activity, Store store, RetentionRule period, Trigger trigger, Optional<Integer> oldestDays)
        implements Fact {
    /** Checks that the period is one that can be enforced. */
    public Retention {
        Checks.id("Retention.activity", activity);
        Checks.that(
                !(period instanceof RetentionRule.Inherit),
                "Retention.period is \"inherit\": state the period that was resolved");
        Checks.optional("Retention.oldestDays", oldestDays, (name, days) -> Checks.range(name, days, 0, 1_000_000));
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
        /** The newest line of a log file. */
        NEWEST_LINE,
        /** The time at which the data was collected. */
        COLLECTION,
        /** The end of the contract. */
        CONTRACT_END,
        /** The end of the calendar year, as for commercial records (§ 147(4) AO, § 257(5) HGB). */
        YEAR_END
    }
}
