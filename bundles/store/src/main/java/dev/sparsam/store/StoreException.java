package dev.sparsam.store;

/** The database could not be reached or refused a statement. The message is fit for people. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With the cause that the driver gave. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Without another cause. */
    public StoreException(String message) {
        super(message);
    }
}
