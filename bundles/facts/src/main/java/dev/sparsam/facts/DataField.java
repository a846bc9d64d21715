package dev.sparsam.facts;

import java.net.URI;
import java.util.Optional;

/**
 * A kind of datum that is processed.
 *
 * @param id by which other facts refer to it, for example {@code client-address}
 * @param necessity whether it must be given (GDPR Art. 13(2)(e))
 * @param consequence the id of the text that says what happens when it is not given (GDPR Art. 13(2)(e))
 * @param specialCategory whether it belongs to a special category (GDPR Art. 9(1))
 * @param term what it is in a public vocabulary, for example DPV's {@code https://w3id.org/dpv/pd#IPAddress}
 */
public record DataField(
        String id, Necessity necessity, Optional<String> consequence, boolean specialCategory, Optional<URI> term)
        implements Fact {
    /** Checks the ids. */
    public DataField {
        Checks.id("DataField.id", id);
        Checks.optional("DataField.consequence", consequence, Checks::id);
        Checks.optional("DataField.term", term, Checks::web);
    }

    /** Whether a datum must be given. */
    public enum Necessity {
        /** A statute demands it. */
        STATUTORY,
        /** The contract demands it. */
        CONTRACTUAL,
        /** Without it no contract can be concluded. */
        PRE_CONTRACT,
        /** The person is free to give it. */
        VOLUNTARY,
        /** Nobody is asked for it: it arises when the service is used. */
        ARISING
    }
}
