package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking.Keep;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.RawPeriod;
import dev.sparsam.logs.internal.Inspection.State;
import dev.sparsam.logs.internal.LineScanner.Stages;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.NoLogging;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
     * @param inspection what the file is and holds, looked at under the masking of {@code rules}
     * @param rules of its site and kind; a day has 24 hours
     * @param inUse why it counts as being written, from {@link InUse#check}
     * @throws IllegalArgumentException when the retention is {@code inherit}, which no resolution gives
     */
    static FilePlan plan(Inspection inspection, LogRules rules, Optional<FileNote> inUse, Instant now) {
        if (rules.live() instanceof RetentionRule.Inherit) {
            throw new IllegalArgumentException("The retention must be resolved, not \"inherit\"");
        }
        Optional<FilePlan> unread = unread(inspection);
        if (unread.isPresent()) {
            return unread.get();
        }
        if (inUse.isPresent()) {
            // A file that somebody may have left behind is no problem as long as there is nothing to do with it.
            boolean unsure = inUse.get().code() == Code.CURRENT_UNSURE && !isEmpty(inspection);
            FilePlan closed = closed(inspection, rules, now);
            if (unsure && closed.action() == FileAction.LEAVE && closed.reason().isProblem()) {
                return closed;
            }
            boolean due = closed.action() != FileAction.LEAVE;
            return leave(unsure && due ? FileReason.MAY_BE_IN_USE : FileReason.IN_USE, List.of(inUse.get()));
        }
        return closed(inspection, rules, now);
    }

    /**
     * What is planned for a file that only a legal hold keeps.
     *
     * @param otherwise what is planned when nothing is to be deleted
     * @param end when the hold ends
     */
    static FilePlan held(FilePlan otherwise, Instant end) {
        return otherwise.action() == FileAction.LEAVE && !otherwise.reason().isProblem()
                ? leave(FileReason.HELD, List.of(FileNote.of(Code.HELD_UNTIL, end)))
                : otherwise;
    }

    /** What is planned for a file that could not be opened, or not in peace. */
    private static Optional<FilePlan> unread(Inspection inspection) {
        return switch (inspection.state()) {
            case NOT_PLAIN_FILE -> Optional.of(leave(FileReason.NOT_PLAIN_FILE, inspection.notes()));
            case TOO_LARGE -> Optional.of(leave(FileReason.TOO_LARGE, inspection.notes()));
            case UNREADABLE, VANISHED -> Optional.of(leave(FileReason.UNREADABLE, inspection.notes()));
            case CHANGING -> Optional.of(leave(FileReason.IN_USE, inspection.notes()));
            case READ, DAMAGED, UNKNOWN_FORMAT -> Optional.empty();
        };
    }

    /**
     * Decides about an archive among backups.
     *
     * @param inspection what it is and holds, whatever the rules
     * @param obstacle why it must not be rewritten
     * @param ends when the period of everything in it is over, if it ever is
     * @param byAge whether it is deleted then
     * @param due what is to be left out of it and masked in it by now
     * @param inUse as of a log
     */
    static FilePlan archive(
            Inspection inspection,
            Optional<FileNote> obstacle,
            Optional<Instant> ends,
            boolean byAge,
            LogScan due,
            Optional<FileNote> inUse,
            Instant now) {
        Optional<FilePlan> unread = unread(inspection);
        if (unread.isPresent()) {
            return unread.get();
        }
        if (inUse.isPresent()) {
            return leave(FileReason.IN_USE, List.of(inUse.get()));
        }
        if (byAge && ends.filter(end -> !end.isAfter(now)).isPresent()) {
            return new FilePlan(
                    FileAction.DELETE, FileReason.EXPIRED, List.of(FileNote.of(Code.OVER_SINCE, ends.get())));
        }
        List<FileNote> kept = new ArrayList<>(obstacle.isPresent() ? List.of(obstacle.get()) : inspection.notes());
        ends.ifPresent(end -> kept.add(FileNote.of(byAge ? Code.ENDS_AT : Code.TO_BE_DELETED_BY, end)));
        if (obstacle.isPresent() || inspection.state() != State.READ) {
            return leave(FileReason.KEPT_AS_WHOLE, kept);
        }
        boolean whole = inspection.notes().stream().noneMatch(note -> note.code() == Code.NEWEST_UNREAD);
        if (due.expired() > 0) {
            return new FilePlan(FileAction.CUT, FileReason.EXPIRED_LINES, whole ? inspection.notes() : kept);
        }
        if (due.addresses() > 0) {
            return new FilePlan(FileAction.MASK, FileReason.UNMASKED_ADDRESSES, whole ? inspection.notes() : kept);
        }
        if (!whole) {
            return leave(FileReason.KEPT_AS_WHOLE, kept);
        }
        return leave(
                inspection.scan().oldestUnmasked().isPresent() ? FileReason.STILL_RAW : FileReason.NOTHING_TO_MASK,
                inspection.notes());
    }

    /**
     * When {@link #plan} would next decide otherwise about the same file; empty for never.
     *
     * @param rules what {@code plan} was told
     */
    static Optional<Instant> next(Inspection inspection, LogRules rules, Instant now) {
        LogScan scan = inspection.scan();
        Optional<Instant> newest = scan.newest();
        Set<Instant> moments = new HashSet<>();
        newest.ifPresent(at -> moments.add(at.minus(AHEAD)));
        if (rules.live() instanceof Days days) {
            newest.ifPresent(at -> moments.add(at.plus(Duration.ofDays(days.days()))));
            scan.oldest().ifPresent(at -> moments.add(at.plus(Duration.ofDays(days.days()))));
        }
        scan.oldestUnmasked()
                .ifPresent(
                        at -> moments.add(at.plus(Duration.ofHours(rules.raw().hours()))));
        return Look.next(now, moments);
    }

    /** What becomes of the lines of a file that has been planned for a reason. */
    static Stages stages(LogRules rules, Instant now, FileReason reason) {
        // Where times cannot be believed no line is left out, and none is kept raw.
        return reason == FileReason.FUTURE_DATE ? Stages.MASKED : stages(rules, now);
    }

    /** What becomes of the lines of a file by their times. */
    static Stages stages(LogRules rules, Instant now) {
        if (rules.live() instanceof NoLogging) {
            return new Stages(Instant.ofEpochMilli(Long.MAX_VALUE), Stages.MASKED.maskedBefore());
        }
        Instant keptFrom = rules.live() instanceof Days days
                // To the millisecond below, as lines are told apart: a line of just this age is over.
                ? now.minus(Duration.ofDays(days.days())).plusMillis(1).truncatedTo(ChronoUnit.MILLIS)
                : Stages.MASKED.keptFrom();
        Instant maskedBefore = rules.raw().equals(RawPeriod.NONE)
                ? Stages.MASKED.maskedBefore()
                : now.minus(Duration.ofHours(rules.raw().hours())).plusMillis(1).truncatedTo(ChronoUnit.MILLIS);
        return new Stages(keptFrom, maskedBefore);
    }

    /**
     * What is planned for a file that may have to be replaced.
     *
     * @param foreign why a new one could not have its owner
     */
    static FilePlan keepingOwner(FilePlan plan, Optional<FileNote> foreign) {
        // Deleted is also what belongs to others: that takes no right but to its directory.
        return (plan.action() == FileAction.MASK || plan.action() == FileAction.CUT) && foreign.isPresent()
                ? leave(FileReason.FOREIGN_OWNER, List.of(foreign.get()))
                : plan;
    }

    private static boolean isEmpty(Inspection inspection) {
        return inspection.state() == State.READ && inspection.scan().lines() == 0;
    }

    /** Decides about a file that nobody writes to and that could be opened. */
    private static FilePlan closed(Inspection inspection, LogRules rules, Instant now) {
        RetentionRule retention = rules.live();
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
            // Masking needs no date; anybody who can make a server write a line may have made that one.
            boolean unmasked =
                    !rules.masking().keepsAll() && scan.oldestUnmasked().isPresent();
            return new FilePlan(
                    unmasked ? FileAction.MASK : FileAction.LEAVE,
                    FileReason.FUTURE_DATE,
                    notes(Optional.of(FileNote.of(Code.NEWEST_LINE, newest.get())), scan));
        }
        if (retention instanceof Days days
                && newest.isPresent()
                && !newest.get().plus(Duration.ofDays(days.days())).isAfter(now)) {
            return new FilePlan(
                    FileAction.DELETE,
                    FileReason.EXPIRED,
                    notes(Optional.of(FileNote.of(Code.NEWEST_LINE, newest.get())), scan));
        }
        Stages stages = stages(rules, now);
        if (scan.oldest().isPresent() && scan.oldest().get().isBefore(stages.keptFrom())) {
            return new FilePlan(
                    FileAction.CUT,
                    FileReason.EXPIRED_LINES,
                    notes(
                            Optional.of(
                                    FileNote.of(Code.OLDEST_LINE, scan.oldest().get())),
                            scan));
        }
        boolean due = !rules.masking().keepsAll()
                && scan.oldestUnmasked()
                        .filter(oldest -> oldest.isBefore(stages.maskedBefore()))
                        .isPresent();
        if (due) {
            // Masking needs no date; but nobody can say when such a file is to be deleted.
            return newest.isPresent()
                    ? new FilePlan(FileAction.MASK, FileReason.UNMASKED_ADDRESSES, notes(Optional.empty(), scan))
                    : new FilePlan(FileAction.MASK, FileReason.NO_DATE, notes(Optional.of(undated(scan)), scan));
        }
        if (scan.lines() > 0 && newest.isEmpty()) {
            return leave(FileReason.NO_DATE, List.of(undated(scan)));
        }
        if (rules.masking().addresses() instanceof Keep && scan.oldestUnmasked().isEmpty()) {
            return leave(FileReason.MASKING_OFF, List.of());
        }
        if (scan.oldestUnmasked().isPresent()) {
            Instant from = scan.oldestUnmasked()
                    .get()
                    .plus(Duration.ofHours(rules.raw().hours()));
            return leave(FileReason.STILL_RAW, notes(Optional.of(FileNote.of(Code.MASKED_FROM, from)), scan));
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
