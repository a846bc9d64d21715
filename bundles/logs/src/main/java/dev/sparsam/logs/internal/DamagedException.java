package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;

/** Compressed data ends early, is damaged, or is followed by something else. */
final class DamagedException extends NotedException {
    private static final long serialVersionUID = 1L;

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
        super(damage);
    }

    /** What is damaged, and where. */
    FileNote damage() {
        return note();
    }
}
