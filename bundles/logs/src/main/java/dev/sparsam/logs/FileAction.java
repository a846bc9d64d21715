package dev.sparsam.logs;

/** What a sweep does with a file. */
public enum FileAction {
    /** The file is removed. */
    DELETE,
    /** The lines whose time is over are removed; the others are masked as far as that is due. */
    CUT,
    /** What speaks of people in the file is masked. */
    MASK,
    /** The file stays as it is. */
    LEAVE
}
