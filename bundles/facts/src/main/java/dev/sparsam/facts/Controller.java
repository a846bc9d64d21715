package dev.sparsam.facts;

import java.util.Optional;

/**
 * Who is the controller (GDPR Art. 13(1)(a), Art. 14(1)(a), Art. 30(1)(a)).
 *
 * @param contact name and contact data
 * @param legalForm for example {@code GmbH}; empty for a natural person
 */
public record Controller(Contact contact, Optional<String> legalForm) implements Fact {
    /** Checks the form. */
    public Controller {
        Checks.optional("Controller.legalForm", legalForm, Checks::text);
    }
}
