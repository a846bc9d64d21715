package dev.sparsam.panel;

import java.util.Locale;
import java.util.Optional;

/**
 * A provider, reseller or customer.
 *
 * @param id the panel's identifier
 * @param kind the place in the tree
 * @param parent the tenant above; empty for the provider, and only there
 * @param label the name that people see
 * @param personType natural or legal person, where the panel knows
 * @param language the language for messages to this tenant
 * @param status the state of the contract
 */
public record Tenant(
        TenantId id,
        TenantKind kind,
        Optional<TenantId> parent,
        String label,
        PersonType personType,
        Locale language,
        TenantStatus status) {
    /** Checks that exactly the provider has no parent and that there is a label. */
    public Tenant {
        if ((kind == TenantKind.PROVIDER) != parent.isEmpty()) {
            throw new IllegalArgumentException("Tenant " + id + ": "
                    + (parent.isEmpty() ? "a " + kind + " needs a parent" : "the provider cannot have a parent"));
        }
        if (label.isBlank()) {
            throw new IllegalArgumentException("Tenant " + id + ": the label is empty");
        }
    }

    /** The scope at which settings of this tenant are kept. */
    public Scope scope() {
        return new Scope(
                switch (kind) {
                    case PROVIDER -> ScopeLevel.PROVIDER;
                    case RESELLER -> ScopeLevel.RESELLER;
                    case CUSTOMER -> ScopeLevel.CUSTOMER;
                },
                id.value());
    }
}
