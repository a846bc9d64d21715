package dev.sparsam.panel;

import java.util.Optional;

/**
 * Who acts.
 *
 * @param name the login name, or the name of a part of the system (see {@link #system})
 * @param role what it may do
 * @param tenant the tenant whose tree it sees
 * @param impersonator who really acts, when somebody works in the name of this principal
 */
public record Principal(String name, Role role, TenantId tenant, Optional<String> impersonator) {
    /** Checks that there is a name. */
    public Principal {
        if (name.isBlank()) {
            throw new IllegalArgumentException("A principal needs a name");
        }
    }

    /** A part of the system that acts by itself, for example a scheduled job; it sees the whole tree. */
    public static Principal system(String part, TenantId provider) {
        return new Principal("system:" + part, Role.PROVIDER_ADMIN, provider, Optional.empty());
    }

    /** The text for histories and receipts: {@code name}, or {@code name (by impersonator)}. */
    public String display() {
        return impersonator.map(by -> name + " (by " + by + ")").orElse(name);
    }
}
