package dev.sparsam.web.internal;

import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantTree;
import java.time.Instant;
import java.util.Optional;

/**
 * Who may log in.
 *
 * @param number what histories and receipts call it; never given to another account
 * @param login the login name
 * @param role what it may do
 * @param tenant whose tree it sees; empty for the provider's accounts, which belong to the root of whatever tree there is
 * @param language the language chosen; empty to follow the browser
 * @param mustChange whether the password is a one-time password
 * @param disabled whether it is barred
 * @param restricted whether its data may only be stored (GDPR Art. 18); it cannot log in then
 * @param createdAt since when it exists
 */
record Account(
        long number,
        String login,
        Role role,
        Optional<TenantId> tenant,
        Optional<String> language,
        boolean mustChange,
        boolean disabled,
        boolean restricted,
        Instant createdAt) {
    /** Stands for the provider while the panel has no tenant. */
    static final TenantId UNBOUND = new TenantId("unbound");

    boolean usable() {
        return !disabled && !restricted;
    }

    Principal principal(Optional<TenantTree> tree) {
        TenantId seen = tenant.or(() -> tree.map(t -> t.provider().id())).orElse(UNBOUND);
        return Principal.user(number, role, seen);
    }
}
