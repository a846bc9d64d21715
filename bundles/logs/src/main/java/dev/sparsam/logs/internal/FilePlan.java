package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileReason;
import java.util.List;

/**
 * What is to be done with a file.
 *
 * @param action what
 * @param reason why
 * @param notes more about it; may be empty
 */
record FilePlan(FileAction action, FileReason reason, List<FileNote> notes) {
    /** Keeps a copy. */
    FilePlan {
        notes = List.copyOf(notes);
    }
}
