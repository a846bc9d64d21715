package dev.sparsam.panel;

/** What a principal may do; how much of the tree it sees follows from its tenant. */
public enum Role {
    /** Sees and changes everything of a provider. */
    PROVIDER_ADMIN,
    /** Sees and changes a reseller's own tree. */
    RESELLER,
    /** Sees and changes a customer's own sites. */
    CUSTOMER
}
