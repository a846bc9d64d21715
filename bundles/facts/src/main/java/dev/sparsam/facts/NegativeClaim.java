package dev.sparsam.facts;

import java.util.Optional;

/**
 * That something is not done.
 *
 * @param claim what is not done
 * @param activity the id of the {@link Activity} for which it is claimed; empty for all
 */
public record NegativeClaim(Claim claim, Optional<String> activity) implements Fact {
    /** Checks the id. */
    public NegativeClaim {
        Checks.optional("NegativeClaim.activity", activity, Checks::id);
    }

    /** What is not done. */
    public enum Claim {
        /** No profiles are made of people (GDPR Art. 4(4)). */
        NO_PROFILING,
        /** Data is not sold. */
        NO_SALE,
        /** Data is not disclosed to others. */
        NO_DISCLOSURE,
        /** No data goes to a third country. */
        NO_THIRD_COUNTRY,
        /** The numbers of payment cards are not stored. */
        NO_CARD_DATA,
        /** Nothing is stored on devices that is not necessary. */
        NO_TRACKING,
        /** Data is not used for advertising. */
        NO_ADVERTISING
    }
}
