package dev.sparsam.logs.internal;

import java.io.IOException;

/** Compressed data ends early, is damaged, or is followed by something else; the message says what and where. */
final class DamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String damage;

    DamagedException(String damage) {
        super(damage);
        this.damage = damage;
    }

    /** The message. */
    String damage() {
        return damage;
    }
}
