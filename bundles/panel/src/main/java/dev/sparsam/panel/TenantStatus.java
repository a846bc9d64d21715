package dev.sparsam.panel;

/** The state of a tenant's contract. */
public enum TenantStatus {
    /** In use. */
    ACTIVE,
    /** Barred by the provider; the data is still there. */
    LOCKED,
    /** The contract has ended; the data may still be there. */
    CANCELLED,
    /** Removed from the panel. */
    GONE
}
