package dev.sparsam.panel;

/** What the files of a log stream are there for. */
public enum LogStorage {
    /** The file being written and its rotated copies. */
    LIVE,
    /**
     * Backups: archives (tar, also compressed; zip) that hold logs beside other things, and copies of log files. Nothing in
     * this folder is ever deleted as a whole.
     */
    BACKUP,
    /** Backups that are kept by age: a file is deleted as a whole when the time of everything in it is over. */
    BACKUP_BY_AGE;

    /** Whether the period for backups holds. */
    public boolean isBackup() {
        return this != LIVE;
    }
}
