package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Keep;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.internal.Inspection.State;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.NoLogging;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides what is to be done with a file. The first of its rules that fits decides. */
final class Planner {
    private static final Duration AHEAD = Duration.ofDays(1);

    private Planner() {}

    /**
     * Decides.
     *
     * @param inspection what the file is and holds, looked at under {@code masking}
     * @param retention how long it is kept, counted from its newest line in days of 24 hours
     * @param masking what happens to addresses
     * @param inUse why it counts as being written, from {@link InUse#check}
     * @throws IllegalArgumentException when the retention is {@code inherit}, which no resolution gives
     */
    static FilePlan plan(
            Inspection inspection,
            RetentionRule retention,
            AddressMasking masking,
            Optional<FileNote> inUse,
            Instant now) {
        if (retention instanceof RetentionRule.Inherit) {
            throw new IllegalArgumentException("The retention must be resolved, not \"inherit\"");
        }
        List<FileNote> notes = inspection.notes();
        switch (inspection.state()) {
            case NOT_PLAIN_FILE -> {
                return leave(FileReason.NOT_PLAIN_FILE, notes);
            }
            case UNREADABLE, VANISHED -> {
                return leave(FileReason.UNREADABLE, notes);
            }
            case CHANGING -> {
                return leave(FileReason.IN_USE, notes);
            }
            case READ, DAMAGED, UNKNOWN_FORMAT -> {}
        }
        if (inUse.isPresent()) {
            // A file that somebody may have left behind is no problem as long as there is nothing to do with it.
            boolean unsure = inUse.get().code() == Code.CURRENT_UNSURE && !isEmpty(inspection);
            FilePlan closed = closed(inspection, retention, masking, now);
            if (unsure && closed.action() == FileAction.LEAVE && closed.reason().isProblem()) {
                return closed;
            }
            boolean due = closed.action() != FileAction.LEAVE;
            return leave(unsure && due ? FileReason.MAY_BE_IN_USE : FileReason.IN_USE, List.of(inUse.get()));
        }
        return closed(inspection, retention, masking, now);
    }

    /**
     * When {@link #plan} would next decide otherwise about the same file; empty for never.
     *
     * @param retention what {@code plan} was told
     */
    static Optional<Instant> next(Inspection inspection, RetentionRule retention, Instant now) {
        Optional<Instant> newest = inspection.scan().newest();
        Set<Instant> moments = new HashSet<>();
        newest.ifPresent(at -> moments.add(at.minus(AHEAD)));
        if (newest.isPresent() && retention instanceof Days days) {
            moments.add(newest.get().plus(Duration.ofDays(days.days())));
        }
        return Look.next(now, moments);
    }

    /**
     * What is planned for a file that may have to be replaced.
     *
     * @param foreign why a new one could not have its owner
     */
    static FilePlan keepingOwner(FilePlan plan, Optional<FileNote> foreign) {
        // Deleted is also what belongs to others: that takes no right but to its directory.
        return plan.action() == FileAction.MASK && foreign.isPresent()
                ? leave(FileReason.FOREIGN_OWNER, List.of(foreign.get()))
                : plan;
    }

    private static boolean isEmpty(Inspection inspection) {
        return inspection.state() == State.READ && inspection.scan().lines() == 0;
    }

    /** Decides about a file that nobody writes to and that could be opened. */
    private static FilePlan closed(
            Inspection inspection, RetentionRule retention, AddressMasking masking, Instant now) {
        LogScan scan = inspection.scan();
        List<FileNote> notes = inspection.notes();
        if (retention instanceof NoLogging) {
            return new FilePlan(FileAction.DELETE, FileReason.NO_LOGGING, notes);
        }
        if (inspection.state() == State.UNKNOWN_FORMAT) {
            return leave(FileReason.UNKNOWN_FORMAT, notes);
        }
        if (inspection.state() == State.DAMAGED) {
            return leave(FileReason.DAMAGED, notes);
        }
        Optional<Instant> newest = scan.newest();
        if (newest.isPresent() && newest.get().isAfter(now.plus(AHEAD))) {
            return leave(FileReason.FUTURE_DATE, List.of(FileNote.of(Code.NEWEST_LINE, newest.get())));
        }
        if (retention instanceof Days days
                && newest.isPresent()
                && !newest.get().plus(Duration.ofDays(days.days())).isAfter(now)) {
            return new FilePlan(
                    FileAction.DELETE,
                    FileReason.EXPIRED,
                    notes(Optional.of(FileNote.of(Code.NEWEST_LINE, newest.get())), scan));
        }
        if (!(masking instanceof Keep) && scan.addresses() > 0) {
            // Masking needs no date; but nobody can say when such a file is to be deleted.
            return newest.isPresent()
                    ? new FilePlan(FileAction.MASK, FileReason.UNMASKED_ADDRESSES, notes(Optional.empty(), scan))
                    : new FilePlan(FileAction.MASK, FileReason.NO_DATE, notes(Optional.of(undated(scan)), scan));
        }
        if (scan.lines() > 0 && newest.isEmpty()) {
            return leave(FileReason.NO_DATE, List.of(undated(scan)));
        }
        if (masking instanceof Keep) {
            return leave(FileReason.MASKING_OFF, List.of());
        }
        return leave(
                FileReason.NOTHING_TO_MASK,
                scan.lines() == 0 ? List.of(FileNote.of(Code.EMPTY)) : notes(Optional.empty(), scan));
    }

    private static FileNote undated(LogScan scan) {
        return FileNote.of(Code.NO_TIMES, scan.lines());
    }

    private static List<FileNote> notes(Optional<FileNote> first, LogScan scan) {
        List<FileNote> notes = new ArrayList<>(first.stream().toList());
        if (scan.unparsed() > 0) {
            notes.add(FileNote.of(Code.NOT_UNDERSTOOD, scan.unparsed()));
        }
        return notes;
    }

    private static FilePlan leave(FileReason reason, List<FileNote> notes) {
        return new FilePlan(FileAction.LEAVE, reason, notes);
    }
}
