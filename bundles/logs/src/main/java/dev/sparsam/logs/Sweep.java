package dev.sparsam.logs;

import dev.sparsam.panel.Scope;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A sweep over the log files of all sites at and below a scope.
 *
 * @param id its number
 * @param scope for which part of the tree
 * @param state how far it is
 * @param by who asked for it
 * @param createdAt when it was asked for
 * @param endedAt when it ended
 * @param sites how many sites it covers
 * @param sitesDone how many of them the current state (planning or running) has finished
 * @param planned how many files are planned for each action; complete once planned; places without a file do not count
 * @param done how many of these have been handled as planned
 * @param problems how many files could not be handled, when planning or when running, and at how many places a file was
 *     expected and none is
 * @param missing how many places, directories or patterns, have no file
 */
public record Sweep(
        long id,
        Scope scope,
        State state,
        String by,
        Instant createdAt,
        Optional<Instant> endedAt,
        int sites,
        int sitesDone,
        Map<FileAction, Long> planned,
        Map<FileAction, Long> done,
        long problems,
        long missing) {
    /** Keeps copies. */
    public Sweep {
        planned = Map.copyOf(planned);
        done = Map.copyOf(done);
    }

    /** How many files for each action: those that are planned, and once the sweep has ended those that were done. */
    public Map<FileAction, Long> numbers() {
        return state == State.DONE ? done : planned;
    }

    /** How many files stay as they are, and once the sweep has ended how many did or were gone. */
    public long unchanged() {
        return planned.values().stream().mapToLong(Long::longValue).sum()
                - numbers().getOrDefault(FileAction.DELETE, 0L)
                - numbers().getOrDefault(FileAction.CUT, 0L)
                - numbers().getOrDefault(FileAction.MASK, 0L);
    }

    /** How far a sweep is. */
    public enum State {
        /** Files are being looked at; nothing is changed. */
        PLANNING,
        /** The preview is complete and can be run. */
        PLANNED,
        /** Files are being changed as planned. */
        RUNNING,
        /** All files have been handled; each site has its receipt. */
        DONE,
        /** Somebody discarded it; it will not be run. */
        DISCARDED
    }
}
