package dev.sparsam.panel;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who acts.
 *
 * @param id a number of an account or a name of a part of the system, such as {@code user:7} or {@code system:sweep}.
 *     It stands in histories and receipts, which outlive the account; so it says nothing about the person
 * @param role what it may do
 * @param tenant the tenant whose tree it sees
 * @param impersonator the id of who really acts, when somebody works in the name of this principal
 */
public record Principal(String id, Role role, TenantId tenant, Optional<String> impersonator) {
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9.-]{0,31}:[A-Za-z0-9.-]{1,64}");

    /** Checks the ids. */
    public Principal {
        check(id);
        impersonator.ifPresent(Principal::check);
    }

    /** An account with its number, which is never given to another. */
    public static Principal user(long number, Role role, TenantId tenant) {
        return new Principal("user:" + number, role, tenant, Optional.empty());
    }

    /** A part of the system that acts by itself, for example a scheduled job; it sees the whole tree. */
    public static Principal system(String part, TenantId provider) {
        return new Principal("system:" + part, Role.PROVIDER_ADMIN, provider, Optional.empty());
    }

    /** The text for histories and receipts: {@code id}, or {@code id (by impersonator)}. */
    public String actor() {
        return impersonator.map(by -> id + " (by " + by + ")").orElse(id);
    }

    private static void check(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "\"" + id + "\" does not say who acts: use a kind and a number or name, such as user:7");
        }
    }
}
