package dev.sparsam.ledger.internal;

import dev.sparsam.store.Wording;

/** The ledger's key or origin cannot be used; says what to do. */
class KeyException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final transient Wording wording;

    /** @param key of the texts of troubles */
    KeyException(String key, Object... arguments) {
        this(Wording.of(KeyException.class, key, arguments));
    }

    private KeyException(Wording wording) {
        super(wording.english());
        this.wording = wording;
    }

    /** The message in each language. */
    Wording wording() {
        return wording;
    }
}
