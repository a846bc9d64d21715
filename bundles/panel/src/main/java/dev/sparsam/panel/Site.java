package dev.sparsam.panel;

import java.util.Optional;

/**
 * A domain with its web space.
 *
 * @param id the panel's identifier
 * @param tenant the customer who owns it
 * @param server the server it is on, as the panel names it
 * @param domain the fully qualified domain name, lower case, in its ASCII form (RFC 5890 A-labels)
 * @param parent the site this one is an alias or a subdomain of
 */
public record Site(SiteId id, TenantId tenant, String server, String domain, Optional<SiteId> parent) {
    /** Checks the domain name. */
    public Site {
        DomainNames.check(domain);
    }

    /** The scope at which settings of this site are kept. */
    public Scope scope() {
        return new Scope(ScopeLevel.DOMAIN, id.value());
    }
}
