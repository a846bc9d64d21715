package dev.sparsam.ledger.internal;

/** The configured origin is none, or not the ledger's. */
final class OriginException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    OriginException(String message) {
        super(message);
    }
}
