package dev.sparsam.facts;

import java.util.Optional;

/**
 * A host for which the notice of the scope holds (GDPR Art. 13).
 *
 * @param host the host
 * @param subdomains whether it also holds for every host below it
 * @param brand the id of the {@link Brand} that is shown there
 */
public record HostScope(String host, boolean subdomains, Optional<String> brand) implements Fact {
    /** Checks the form. */
    public HostScope {
        Checks.host("HostScope.host", host);
        Checks.optional("HostScope.brand", brand, Checks::id);
    }
}
