package dev.sparsam.panel;

/** The levels at which a setting can be made, from the top down. */
public enum ScopeLevel {
    /** All of a provider. */
    PROVIDER,
    /** A reseller and its customers. */
    RESELLER,
    /** A customer and its sites. */
    CUSTOMER,
    /** One site. */
    DOMAIN
}
