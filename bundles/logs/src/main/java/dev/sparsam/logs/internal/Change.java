package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import java.util.List;

/**
 * What became of a change to a file.
 *
 * @param kind what
 * @param notes more about it; may be empty
 */
record Change(Kind kind, List<FileNote> notes) implements Begun {
    /** Keeps a copy. */
    Change {
        notes = List.copyOf(notes);
    }

    static Change of(Kind kind, FileNote... notes) {
        return new Change(kind, List.of(notes));
    }

    /** What became of it. */
    enum Kind {
        /** Done now; what was there before is gone. */
        DONE,
        /** Done before the last interruption. */
        DONE_BEFORE,
        /** The file is not the expected one any more; it was left alone, or was given its place again. */
        CHANGED,
        /** There is no such file any more. */
        VANISHED,
        /** It did not work; the notes say whether the file is as before, or what is where. */
        FAILED
    }

    /**
     * The masked file, to be kept before it takes the place of the original.
     *
     * @param size bytes
     * @param sha256 of the bytes on disk, hexadecimal
     */
    record Result(long size, String sha256) {}
}
