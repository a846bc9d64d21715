package dev.sparsam.facts;

import java.net.URI;
import java.util.Optional;

/**
 * The brand under which the owner of the scope appears.
 *
 * @param id by which other facts refer to it
 * @param name the name that people see
 * @param website its web site
 * @param email the address from which it writes
 * @param logo where its logo lies
 * @param colour its colour as {@code #rrggbb}, lower case
 */
public record Brand(String id, String name, URI website, String email, Optional<URI> logo, Optional<String> colour)
        implements Fact {
    /** Checks the form. */
    public Brand {
        Checks.id("Brand.id", id);
        Checks.text("Brand.name", name);
        Checks.web("Brand.website", website);
        Checks.email("Brand.email", email);
        Checks.optional("Brand.logo", logo, Checks::web);
        colour.ifPresent(text -> Checks.that(
                text.matches("#[0-9a-f]{6}"),
                "Brand.colour \"" + text + "\" is no colour: write it as #rrggbb with lower-case hex digits"));
    }
}
