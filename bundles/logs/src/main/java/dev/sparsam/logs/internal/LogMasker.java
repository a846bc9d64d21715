package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking.Pseudonym;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.internal.LineScanner.Stages;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Masks logs, one after the other, that may have been masked before. Where addresses are truncated or removed, a second pass
 * finds nothing. A pseudonym cannot be told from an address: so lines of which is known that theirs are pseudonyms keep them,
 * and only what else is to be masked in them is. What is not known is masked as if it had just been written: rather a
 * pseudonym of a pseudonym than an address that stays.
 */
final class LogMasker {
    private final LineScanner scanner;
    /** For lines with pseudonyms; empty where there are none. */
    private final Optional<LineScanner> others;

    private final MaskingPolicy policy;
    private final int version;
    private final PseudonymisedLogs known;
    private final Optional<Consumer<Pseudonymised>> made;

    private LogMasker(
            LineScanner.Context context, Supplier<PseudonymisedLogs> known, Optional<Consumer<Pseudonymised>> made) {
        scanner = new LineScanner(context);
        policy = context.policy();
        version = context.version();
        boolean pseudonyms = policy.addresses() instanceof Pseudonym;
        others = pseudonyms ? Optional.of(new LineScanner(context.keepingAddresses())) : Optional.empty();
        this.known = pseudonyms ? known.get().under(policy, context.version()) : PseudonymisedLogs.NONE;
        this.made = made;
    }

    /**
     * Makes one that changes logs.
     *
     * @param known asked where addresses become pseudonyms
     * @param made takes what a log with pseudonyms has become, to be kept before it takes the log's place
     */
    static LogMasker of(LineScanner.Context context, Supplier<PseudonymisedLogs> known, Consumer<Pseudonymised> made) {
        return new LogMasker(context, known, Optional.of(made));
    }

    /** Makes one that only looks. */
    static LogMasker looking(LineScanner.Context context, Supplier<PseudonymisedLogs> known) {
        return new LogMasker(context, known, Optional.empty());
    }

    /** Whether the {@linkplain #beginning beginnings} of logs have to be looked at first. */
    boolean knowsLogs() {
        return !known.isEmpty();
    }

    /** What is known of a log, whose lines are then to be read from its start. */
    Pseudonymised beginning(InputStream log) throws IOException {
        return known.beginning(log, Long.MAX_VALUE);
    }

    /** What is known of the log in an opened file, of which nothing is read for that. */
    Pseudonymised beginning(LogInput file) throws IOException {
        if (known.isEmpty() || file.unknown().isPresent()) {
            return Pseudonymised.NOTHING;
        }
        try (LogInput log = file.again()) {
            return known.beginning(log.lines(), log.decompressor().isPresent() ? Long.MAX_VALUE : log.size());
        }
    }

    /** What a part of a log holds, whatever it was masked by. */
    LogScan glance(InputStream part) throws IOException {
        return scanner.scan(part);
    }

    /**
     * Only looks; counts what {@link #mask} would do.
     *
     * @param before what {@link #beginning} has found
     * @throws IOException also when the log does not begin so any more
     */
    LogScan scan(InputStream log, Stages stages, Pseudonymised before) throws IOException {
        return others.isEmpty() ? scanner.scan(log, stages) : run(log, Optional.empty(), stages, before);
    }

    /**
     * Copies a log: without the lines whose time is over, and masked where it has come. The output is neither flushed nor
     * closed.
     *
     * @param before what {@link #beginning} has found
     * @throws IOException also when the log does not begin so any more
     */
    LogScan mask(InputStream log, OutputStream masked, Stages stages, Pseudonymised before) throws IOException {
        if (others.isEmpty()) {
            return scanner.mask(log, masked, stages);
        }
        HandledOutput out = new HandledOutput(masked);
        LogScan scan = run(log, Optional.of(out), stages, before);
        boolean anyPseudonyms =
                out.turns().isEmpty() || out.turns().get(0) > 0 || out.turns().size() > 1;
        if (made.isPresent() && scan.damage().isEmpty() && out.length() > 0 && anyPseudonyms) {
            made.get()
                    .accept(new Pseudonymised(
                            out.length(),
                            out.sha256(),
                            policy.addresses(),
                            policy.scope(),
                            version,
                            scan.newest(),
                            out.turns()));
        }
        return scan;
    }

    private LogScan run(InputStream log, Optional<HandledOutput> masked, Stages stages, Pseudonymised before)
            throws IOException {
        MessageDigest sha256 = LogInput.newSha256();
        InputStream begun = before.length() > 0 ? new DigestInputStream(log, sha256) : log;
        LogScan scan = LogScan.NONE;
        LineScanner.Carry carry = scanner.first();
        boolean raw = false;
        long at = 0;
        List<Long> turns = new ArrayList<>(before.turns());
        turns.add(before.length());
        for (long turn : turns) {
            if (turn > at && scan.damage().isEmpty()) {
                Part part = new Part(begun, turn - at);
                LineScanner next = raw ? scanner : others.orElseThrow();
                scan = scan.and(
                        raw
                                ? fresh(part, masked, stages, carry)
                                : next.part(part, masked.map(HandledOutput::withoutTurns), stages, carry));
                carry = next.carry();
            }
            at = turn;
            raw = !raw;
        }
        if (scan.damage().isPresent()) {
            return scan;
        }
        if (before.length() > 0 && !HexFormat.of().formatHex(sha256.digest()).equals(before.sha256())) {
            throw new NotedException(FileNote.of(FileNote.Code.CHANGED_WHILE_READ));
        }
        return scan.and(fresh(new Part(log, Long.MAX_VALUE), masked, stages, carry));
    }

    /** Reads lines without pseudonyms. */
    private LogScan fresh(Part part, Optional<HandledOutput> masked, Stages stages, LineScanner.Carry before)
            throws IOException {
        masked.ifPresent(out -> out.turn(before.isYoung(stages), 0));
        return scanner.part(part, masked, stages, before);
    }

    /** The next bytes of a log. */
    private static final class Part extends BlockInput {
        private final InputStream in;
        private long left;

        Part(InputStream in, long length) {
            this.in = in;
            left = length;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            if (left == 0 && len > 0) {
                return -1;
            }
            int count = in.read(b, off, (int) Math.min(len, left));
            left -= Math.max(0, count);
            return count;
        }

        /** Never says that one would have to wait: what becomes of lines must not depend on the portions they come in. */
        @Override
        public int available() {
            return 1;
        }
    }
}
