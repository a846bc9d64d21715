package dev.sparsam.facts;

import java.time.LocalDate;
import java.util.Optional;

/**
 * A contract that data protection law demands.
 *
 * @param id by which recipients refer to it
 * @param kind what it regulates
 * @param version the version of its text
 * @param concluded when it was concluded
 * @param ends its last day; empty while it is not limited
 */
public record Agreement(String id, Kind kind, String version, LocalDate concluded, Optional<LocalDate> ends)
        implements Fact {
    /** Checks that it does not end before it begins. */
    public Agreement {
        Checks.id("Agreement.id", id);
        Checks.text("Agreement.version", version);
        Checks.that(
                ends.isEmpty() || !ends.get().isBefore(concluded),
                "Agreement.ends lies before Agreement.concluded, " + concluded);
    }

    /** What an agreement regulates. */
    public enum Kind {
        /** Processing on behalf of a controller (GDPR Art. 28(3)). */
        PROCESSING,
        /** Joint control (GDPR Art. 26(1)). */
        JOINT_CONTROL
    }
}
