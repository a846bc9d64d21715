package dev.sparsam.facts;

import java.util.Optional;

/**
 * Whom a person can turn to.
 *
 * @param name the name of the person, company or function
 * @param address where a letter arrives
 * @param email the e-mail address
 * @param phone the telephone number, in any spelling that people can dial
 */
public record Contact(String name, PostalAddress address, String email, Optional<String> phone) {
    /** Checks the form. */
    public Contact {
        Checks.text("Contact.name", name);
        Checks.email("Contact.email", email);
        Checks.optional("Contact.phone", phone, Checks::text);
    }
}
