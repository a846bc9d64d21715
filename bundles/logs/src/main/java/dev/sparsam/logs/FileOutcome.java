package dev.sparsam.logs;

/** What became of a planned file. */
public enum FileOutcome {
    /** The sweep has not come to it. */
    OPEN,
    /** It was done as planned (also: left as planned). */
    DONE,
    /** The file is not the one of the plan any more, so it was left alone. */
    CHANGED,
    /** The file was gone before the sweep came to it. */
    VANISHED,
    /** It was tried and did not work; the notes say why, and whether the file is as before or what is where. */
    FAILED
}
