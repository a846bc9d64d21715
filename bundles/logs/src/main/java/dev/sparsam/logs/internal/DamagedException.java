package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.time.ZoneOffset;
import java.util.Locale;

/** Compressed data ends early, is damaged, or is followed by something else. */
final class DamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient FileNote damage;

    /**
     * Makes one.
     *
     * @param at the byte that the code speaks of
     */
    DamagedException(Code code, long at) {
        this(FileNote.of(code, at));
    }

    /** Makes one that says this. */
    DamagedException(FileNote damage) {
        super(damage.in(Locale.ENGLISH, ZoneOffset.UTC));
        this.damage = damage;
    }

    /** What is damaged, and where. */
    FileNote damage() {
        return damage;
    }
}
