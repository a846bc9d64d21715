package dev.sparsam.logs;

/** What a sweep does with a file. */
public enum FileAction {
    /** The file is removed. */
    DELETE,
    /** The client addresses in the file are masked. */
    MASK,
    /** The file stays as it is. */
    LEAVE
}
