package dev.sparsam.logs;

import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.SiteId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One file of a sweep: what is planned and what became of it.
 *
 * @param site whose log it is
 * @param kind the log's kind
 * @param backup whether it lies among backups; an archive with logs in it counts as a log
 * @param path absolute path; for a directory that could not be read or has no such file, the directory
 * @param action what is planned
 * @param reason why
 * @param notes more about the reason or outcome, for people; may be empty
 * @param size bytes on disk when planned
 * @param oldest the time of the oldest line
 * @param newest the time of the newest line
 * @param lines how many lines it has
 * @param addresses how many unmasked addresses are in the client field of its lines
 * @param outcome what became of it
 */
public record SweepFile(
        SiteId site,
        LogKind kind,
        boolean backup,
        Path path,
        FileAction action,
        FileReason reason,
        List<FileNote> notes,
        long size,
        Optional<Instant> oldest,
        Optional<Instant> newest,
        long lines,
        long addresses,
        FileOutcome outcome) {
    /** Keeps a copy. */
    public SweepFile {
        notes = List.copyOf(notes);
    }

    /** The same file with what became of it, and the notes on that. */
    public SweepFile became(FileOutcome what, List<FileNote> said) {
        return new SweepFile(
                site, kind, backup, path, action, reason, said, size, oldest, newest, lines, addresses, what);
    }

    /** Whether what was promised for the file is broken, or may be. */
    public boolean isProblem() {
        return reason.isProblem(outcome);
    }

    /** Whether it is still there, and nobody could tell how old all of its lines are, or whether they are masked. */
    public boolean isUnknown() {
        boolean gone = outcome == FileOutcome.VANISHED || (outcome == FileOutcome.DONE && action == FileAction.DELETE);
        return !gone && (reason.isUnknown() || (lines > 0 && oldest.isEmpty()));
    }
}
