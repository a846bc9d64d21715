package dev.sparsam.facts;

/**
 * The data protection officer, or that there is none and why (GDPR Art. 13(1)(b), Art. 37; § 38 BDSG).
 *
 * @param appointment whether one is appointed
 */
public record Dpo(Appointment appointment) implements Fact {
    /** Whether one is appointed. */
    public sealed interface Appointment {
        /**
         * There is one.
         *
         * @param contact how to reach the officer; the name may be that of the function
         */
        record Appointed(Contact contact) implements Appointment {}

        /**
         * There is none.
         *
         * @param reason why none is needed
         */
        record NotAppointed(Reason reason) implements Appointment {}
    }

    /** Why no data protection officer is needed. */
    public enum Reason {
        /** Fewer people than § 38(1) BDSG names are constantly busy with automated processing, and Art. 37(1) does not apply. */
        BELOW_THRESHOLD,
        /** Neither GDPR Art. 37(1) nor the law of the country demands one. */
        NO_DUTY
    }
}
