package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Keep;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.internal.Inspection.State;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.NoLogging;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

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
            Optional<String> inUse,
            Instant now) {
        if (retention instanceof RetentionRule.Inherit) {
            throw new IllegalArgumentException("The retention must be resolved, not \"inherit\"");
        }
        LogScan scan = inspection.scan();
        String detail = inspection.detail();
        switch (inspection.state()) {
            case NOT_PLAIN_FILE -> {
                return leave(FileReason.NOT_PLAIN_FILE, detail);
            }
            case UNREADABLE, VANISHED -> {
                return leave(FileReason.UNREADABLE, detail);
            }
            case CHANGING -> {
                return leave(FileReason.IN_USE, detail);
            }
            case READ, DAMAGED, UNKNOWN_FORMAT -> {}
        }
        if (inUse.isPresent()) {
            return leave(FileReason.IN_USE, inUse.get());
        }
        if (retention instanceof NoLogging) {
            return new FilePlan(FileAction.DELETE, FileReason.NO_LOGGING, detail);
        }
        if (inspection.state() == State.UNKNOWN_FORMAT) {
            return leave(FileReason.UNKNOWN_FORMAT, detail);
        }
        if (inspection.state() == State.DAMAGED) {
            return leave(FileReason.DAMAGED, detail);
        }
        Optional<Instant> newest = scan.newest();
        if (newest.isPresent() && newest.get().isAfter(now.plus(AHEAD))) {
            return leave(FileReason.FUTURE_DATE, "Its newest line is of " + newest.get());
        }
        if (retention instanceof Days days
                && newest.isPresent()
                && !newest.get().plus(Duration.ofDays(days.days())).isAfter(now)) {
            return new FilePlan(
                    FileAction.DELETE, FileReason.EXPIRED, "Its newest line is of " + newest.get() + unparsed(scan));
        }
        if (!(masking instanceof Keep) && scan.addresses() > 0) {
            // Masking needs no date; but nobody can say when such a file is to be deleted.
            String undated = newest.isPresent() ? "" : "; no line has a time that could be read";
            return new FilePlan(
                    FileAction.MASK,
                    newest.isPresent() ? FileReason.UNMASKED_ADDRESSES : FileReason.NO_DATE,
                    scan.addresses() + " addresses" + undated + unparsed(scan));
        }
        if (scan.lines() > 0 && newest.isEmpty()) {
            return leave(FileReason.NO_DATE, "None of its " + scan.lines() + " lines has a time that could be read");
        }
        if (masking instanceof Keep) {
            return leave(FileReason.MASKING_OFF, "");
        }
        return leave(FileReason.NOTHING_TO_MASK, scan.lines() == 0 ? "It is empty" : strip(unparsed(scan)));
    }

    private static String unparsed(LogScan scan) {
        return scan.unparsed() == 0
                ? ""
                : "; " + scan.unparsed() + " lines were not understood, so every address in them is masked";
    }

    private static String strip(String detail) {
        return detail.startsWith("; ") ? detail.substring(2) : detail;
    }

    private static FilePlan leave(FileReason reason, String detail) {
        return new FilePlan(FileAction.LEAVE, reason, detail);
    }
}
