package dev.sparsam.panel;

/** Whether a tenant is a human being. Some duties (publication of holder data, for one) depend on it. */
public enum PersonType {
    /** A natural person. */
    NATURAL,
    /** A legal person. */
    LEGAL,
    /** The panel does not say. */
    UNKNOWN
}
