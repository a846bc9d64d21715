package dev.sparsam.facts;

import java.net.URI;
import java.util.Optional;

/**
 * What data is processed for (GDPR Art. 13(1)(c), Art. 5(1)(b)). A purpose has one legal basis.
 *
 * @param id by which activities refer to it, for example {@code attack-detection}
 * @param legalBasis the id of its {@link LegalBasis}
 * @param term what it is in a public vocabulary, for example DPV's {@code https://w3id.org/dpv#FraudPreventionAndDetection}
 */
public record Purpose(String id, String legalBasis, Optional<URI> term) implements Fact {
    /** Checks the ids. */
    public Purpose {
        Checks.id("Purpose.id", id);
        Checks.id("Purpose.legalBasis", legalBasis);
        Checks.optional("Purpose.term", term, Checks::web);
    }
}
