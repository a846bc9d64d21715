package dev.sparsam.store;

/** The database could not be reached or refused a statement. The message is fit for people. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Wording wording;

    /** In each language, with the cause that the driver gave. The exception's message is the English one. */
    public StoreException(Wording wording, Throwable cause) {
        super(wording.english(), cause);
        this.wording = wording;
    }

    /** In each language. */
    public StoreException(Wording wording) {
        super(wording.english());
        this.wording = wording;
    }

    /** With the cause that the driver gave. */
    public StoreException(String message, Throwable cause) {
        this(Wording.same(message), cause);
    }

    /** Without another cause. */
    public StoreException(String message) {
        this(Wording.same(message));
    }

    /** The message in each language. */
    public Wording wording() {
        return wording;
    }
}
