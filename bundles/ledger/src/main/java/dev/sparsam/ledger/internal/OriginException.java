package dev.sparsam.ledger.internal;

/** The configured origin is none, or not the ledger's. */
final class OriginException extends KeyException {
    private static final long serialVersionUID = 1;

    OriginException(String stored, String configured) {
        super("origin.other", stored, configured);
    }
}
