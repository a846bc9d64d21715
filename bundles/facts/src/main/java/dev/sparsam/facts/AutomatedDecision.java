package dev.sparsam.facts;

/**
 * Whether decisions with legal or similar effect are made without a person (GDPR Art. 13(2)(f), Art. 22).
 *
 * @param activity the id of the {@link Activity}
 * @param decision whether there are such decisions
 */
public record AutomatedDecision(String activity, Decision decision) implements Fact {
    /** Checks the id. */
    public AutomatedDecision {
        Checks.id("AutomatedDecision.activity", activity);
    }

    /** Whether there are such decisions. */
    public sealed interface Decision {
        /** There are none. */
        record None() implements Decision {}

        /**
         * There are.
         *
         * @param ground why they are allowed
         * @param logic the id of the text about the logic involved
         * @param significance the id of the text about their significance and the envisaged consequences
         * @param humanIntervention whether a person looks at it on request (GDPR Art. 22(3))
         */
        record Made(Ground ground, String logic, String significance, boolean humanIntervention) implements Decision {
            /** Checks the ids. */
            public Made {
                Checks.id("AutomatedDecision.Decision.Made.logic", logic);
                Checks.id("AutomatedDecision.Decision.Made.significance", significance);
            }
        }
    }

    /** Why such decisions are allowed. */
    public enum Ground {
        /** Needed for the contract, GDPR Art. 22(2)(a). */
        CONTRACT,
        /** Authorised by law, GDPR Art. 22(2)(b). */
        LAW,
        /** With explicit consent, GDPR Art. 22(2)(c). */
        CONSENT
    }
}
