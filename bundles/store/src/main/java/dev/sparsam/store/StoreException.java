package dev.sparsam.store;

/** The database could not be reached or refused a statement. The message is fit for people. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Kind kind;
    private final transient Wording wording;

    /** In each language, with the cause that the driver gave. The exception's message is the English one. */
    public StoreException(Kind kind, Wording wording, Throwable cause) {
        super(wording.english(), cause);
        this.kind = kind;
        this.wording = wording;
    }

    /** A fault, in each language, with the cause that the driver gave. */
    public StoreException(Wording wording, Throwable cause) {
        this(Kind.FAULT, wording, cause);
    }

    /** A fault, in each language. */
    public StoreException(Wording wording) {
        super(wording.english());
        this.kind = Kind.FAULT;
        this.wording = wording;
    }

    /** A fault, with the cause that the driver gave. */
    public StoreException(String message, Throwable cause) {
        this(Wording.same(message), cause);
    }

    /** A fault without another cause. */
    public StoreException(String message) {
        this(Wording.same(message));
    }

    /** What it means for whoever asked. */
    public Kind kind() {
        return kind;
    }

    /** The message in each language. */
    public Wording wording() {
        return wording;
    }

    /** What a failure means for whoever asked. Whatever it is, nothing of the transaction was saved. */
    public enum Kind {
        /** The database does not answer or cannot be used: the same will work as soon as it is back. */
        OUTAGE,
        /** The database has no room to write: the same will work as soon as there is some. */
        FULL,
        /** Somebody changed the same data at the same moment: the same will work when it is tried again. */
        CONFLICT,
        /** The statement, the tables, what is stored in them, or the configuration is wrong: the same fails again. */
        FAULT
    }
}
