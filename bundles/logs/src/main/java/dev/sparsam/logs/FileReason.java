package dev.sparsam.logs;

/** Why a sweep does with a file what it does. */
public enum FileReason {
    /** Its newest line is older than the retention. */
    EXPIRED(false),
    /** Its oldest line is older than the retention, its newest is not. */
    EXPIRED_LINES(false),
    /** The site is set to keep no logs, and nothing writes to the file any more. */
    NO_LOGGING(false),
    /** It is within its retention and holds addresses that are not masked. */
    UNMASKED_ADDRESSES(false),
    /** It is within its retention and holds no address that is not masked. */
    NOTHING_TO_MASK(false),
    /** It is within its retention, and what is to be masked in it is not old enough yet. */
    STILL_RAW(false),
    /** It is within its retention and masking is off for this site. */
    MASKING_OFF(false),
    /** It is or may be written: a process has it open, it changed a moment ago, or it is the stream's current file. */
    IN_USE(false),
    /**
     * It is the stream's current file by its name and has not been modified for a day, but not every process could be
     * asked whether it writes to it; were it closed, it would have to be changed, or its age could not be told.
     */
    MAY_BE_IN_USE(true),
    /** No line in it has a time that could be read, so it can be masked, but its age is unknown. */
    NO_DATE(true),
    /** A line lies in the future, so its age cannot be told; look at the server's clock. */
    FUTURE_DATE(true),
    /** The directory that the panel names does not exist; either there are no logs yet or the path is wrong. */
    NO_DIRECTORY(true),
    /** No file in the directory matches the panel's pattern; either there are no logs yet or the pattern is wrong. */
    NO_FILES(true),
    /** The site is set to keep no logs, and there is no file in the directory that matches the panel's pattern. */
    NONE_KEPT(false),
    /** It cannot be read; the notes say why. */
    UNREADABLE(true),
    /** The compressed data ends early or is damaged; the notes say where. */
    DAMAGED(true),
    /** It is a symbolic link to a file beside it that the same sweep handles by its own name. */
    LINK(false),
    /** It is another symbolic link, has more than one hard link, or is no regular file. */
    NOT_PLAIN_FILE(true),
    /** It is larger than what is read of one log, on disk or decompressed; the notes say how much that is. */
    TOO_LARGE(true),
    /** It would have to be masked, but this process may not give a new file the owner and group that it has. */
    FOREIGN_OWNER(true),
    /** The compression or the encoding of the file is not supported, or it is no log at all; the notes say which. */
    UNKNOWN_FORMAT(true),
    /** It would be deleted, or lines of it, but a legal hold keeps it. */
    HELD(false),
    /** It lies among backups and is neither an archive nor a log. */
    NO_LOGS(false),
    /** A backup that cannot be rewritten, or not all of it; the notes say why, and when it ends. */
    KEPT_AS_WHOLE(true);

    private final boolean problem;

    FileReason(boolean problem) {
        this.problem = problem;
    }

    /** Whether it is not about a file, but about a place where none is: a directory or a pattern. */
    public boolean isWithoutFile() {
        return this == NO_DIRECTORY || this == NO_FILES || this == NONE_KEPT;
    }

    /** Whether nobody can tell how old all lines of a file are that is left for this reason, or whether they are masked. */
    public boolean isUnknown() {
        return switch (this) {
            case NO_DATE, FUTURE_DATE, UNREADABLE, DAMAGED, NOT_PLAIN_FILE, TOO_LARGE, UNKNOWN_FORMAT, KEPT_AS_WHOLE ->
                true;
            default -> false;
        };
    }

    /** Whether a file left for this reason may break what was promised for it. */
    public boolean isProblem() {
        return problem;
    }

    /** Whether what was promised for a file that was planned for this reason is broken, or may be. */
    public boolean isProblem(FileOutcome outcome) {
        return switch (outcome) {
            // Gone may also mean renamed or compressed by others, and then it is there as it was.
            case CHANGED, FAILED, VANISHED -> true;
            case OPEN, DONE -> problem;
        };
    }
}
