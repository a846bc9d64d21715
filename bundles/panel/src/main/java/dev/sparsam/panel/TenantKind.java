package dev.sparsam.panel;

/** What a tenant is in the tree. A panel with fewer levels leaves out resellers. */
public enum TenantKind {
    /** The hosting provider: the one root of the tree. */
    PROVIDER,
    /** Sells the provider's hosting to customers of its own; its parent is the provider. */
    RESELLER,
    /** Owns sites; its parent is a reseller or the provider. */
    CUSTOMER
}
