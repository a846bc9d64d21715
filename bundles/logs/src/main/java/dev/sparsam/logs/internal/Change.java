package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import java.util.List;

/**
 * What became of a change to a file.
 *
 * @param kind what
 * @param notes more about it; may be empty
 * @param addresses how many addresses were masked; 0 when this is not known any more
 */
record Change(Kind kind, List<FileNote> notes, long addresses) {
    /** Keeps a copy. */
    Change {
        notes = List.copyOf(notes);
    }

    /** A change of which no address is counted. */
    static Change of(Kind kind, FileNote... notes) {
        return new Change(kind, List.of(notes), 0);
    }

    /** What became of it. */
    enum Kind {
        /** Done now. */
        DONE,
        /** Done before the last interruption. */
        DONE_BEFORE,
        /** The file is not the expected one any more; it was left alone. */
        CHANGED,
        /** There is no such file any more. */
        VANISHED,
        /** It did not work; the file is as before. */
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
