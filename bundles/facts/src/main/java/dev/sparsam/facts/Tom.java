package dev.sparsam.facts;

import java.time.LocalDate;

/**
 * A technical or organisational measure (GDPR Art. 30(1)(g), Art. 32(1)).
 *
 * @param id the id of the text that describes it
 * @param objective what it is for
 * @param status how far it is
 * @param reviewed when it was last reviewed
 * @param nextReview when it must be reviewed again
 */
public record Tom(String id, Objective objective, Status status, LocalDate reviewed, LocalDate nextReview)
        implements Fact {
    /** Checks that the next review comes after the last. */
    public Tom {
        Checks.id("Tom.id", id);
        Checks.that(nextReview.isAfter(reviewed), "Tom.nextReview does not lie after Tom.reviewed, " + reviewed);
    }

    /** What a measure is for. */
    public enum Objective {
        /** Pseudonymisation and encryption, GDPR Art. 32(1)(a). */
        PSEUDONYMISATION_AND_ENCRYPTION,
        /** Confidentiality, GDPR Art. 32(1)(b). */
        CONFIDENTIALITY,
        /** Integrity, GDPR Art. 32(1)(b). */
        INTEGRITY,
        /** Availability and resilience, GDPR Art. 32(1)(b). */
        AVAILABILITY,
        /** Restoring after an incident, GDPR Art. 32(1)(c). */
        RECOVERY,
        /** Testing and evaluating the measures, GDPR Art. 32(1)(d). */
        REVIEW
    }

    /** How far a measure is. */
    public enum Status {
        /** It works. */
        IN_PLACE,
        /** It works in part. */
        PARTIAL,
        /** It is planned. */
        PLANNED
    }
}
