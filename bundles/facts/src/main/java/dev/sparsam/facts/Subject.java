package dev.sparsam.facts;

import dev.sparsam.panel.TenantId;

/** Whose personal data is meant. A login name and a tenant's id may be the same text, and be different persons. */
public sealed interface Subject {
    /**
     * Who logs in with a name.
     *
     * @param name the login name
     */
    record Login(String name) implements Subject {}

    /**
     * A tenant, with everybody who logs in for it.
     *
     * @param id its id in the panel
     */
    record Tenant(TenantId id) implements Subject {}
}
