package dev.sparsam.facts;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How a fact is known. */
public sealed interface Provenance {
    /** When it was learned. */
    Instant collectedAt();

    /** Until when it may be stated; empty for what does not age. */
    Optional<Instant> validUntil();

    /**
     * It is enforced, and a receipt of the last run proves it.
     *
     * @param receipt the receipt's place in the ledger
     * @param sha256 the entry's leaf hash, lower-case hex
     * @param collectedAt when the run ended
     * @param maxAge how long the run speaks for the present
     * @param cadence what makes the next run happen
     */
    record Enforced(long receipt, String sha256, Instant collectedAt, Duration maxAge, Cadence cadence)
            implements Provenance {
        /** Checks the form. */
        public Enforced {
            Checks.that(receipt >= 0, "Provenance.Enforced.receipt is " + receipt + ": places are counted from 0");
            Checks.sha256("Provenance.Enforced.sha256", sha256);
            positive("Provenance.Enforced.maxAge", maxAge);
        }

        @Override
        public Optional<Instant> validUntil() {
            return Optional.of(collectedAt.plus(maxAge));
        }
    }

    /**
     * It was measured.
     *
     * @param probe what measured it
     * @param sha256 the hash of the measurement, lower-case hex
     * @param collectedAt when it was measured
     * @param maxAge how long the measurement speaks for the present
     */
    record Observed(String probe, String sha256, Instant collectedAt, Duration maxAge) implements Provenance {
        /** Checks the form. */
        public Observed {
            Checks.text("Provenance.Observed.probe", probe);
            Checks.sha256("Provenance.Observed.sha256", sha256);
            positive("Provenance.Observed.maxAge", maxAge);
        }

        @Override
        public Optional<Instant> validUntil() {
            return Optional.of(collectedAt.plus(maxAge));
        }
    }

    /**
     * Somebody said so.
     *
     * @param confirmedBy who
     * @param sha256 the hash of the signed declaration, lower-case hex
     * @param collectedAt when it was last confirmed
     * @param expires when it must be confirmed again
     */
    record Declared(String confirmedBy, String sha256, Instant collectedAt, Instant expires) implements Provenance {
        /** Checks the form. */
        public Declared {
            Checks.text("Provenance.Declared.confirmedBy", confirmedBy);
            Checks.sha256("Provenance.Declared.sha256", sha256);
            Checks.that(
                    expires.isAfter(collectedAt),
                    "Provenance.Declared.expires does not lie after Provenance.Declared.collectedAt, " + collectedAt);
        }

        @Override
        public Optional<Instant> validUntil() {
            return Optional.of(expires);
        }
    }

    /**
     * The law says so.
     *
     * @param reference the article, for example {@code GDPR Art. 77}
     * @param collectedAt when the rule was last reviewed
     */
    record Statute(String reference, Instant collectedAt) implements Provenance {
        /** Checks the form. */
        public Statute {
            Checks.text("Provenance.Statute.reference", reference);
        }

        @Override
        public Optional<Instant> validUntil() {
            return Optional.empty();
        }
    }

    private static void positive(String name, Duration duration) {
        Checks.that(
                !duration.isNegative() && !duration.isZero(), name + " is " + duration + ": it is longer than nothing");
    }
}
