package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Keep;
import dev.sparsam.logs.AddressMasking.Pseudonym;
import dev.sparsam.logs.AddressMasking.Remove;
import dev.sparsam.logs.AddressScope;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.Handling;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.PersonalField;
import dev.sparsam.logs.internal.AddressMasker.Reading;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads a log once, line by line, and writes it with what speaks of people masked. Works on bytes: what is not to be masked
 * is copied as it is, whatever it is. Needs a megabyte, whatever the size of the log or of a line.
 *
 * <p>In every line every address is masked, whatever it is there for; {@link AddressFinder} says what one is, and
 * {@link PersonalFinder} what else is found anywhere. What has a place in a {@linkplain LogFormat format} is known by that
 * place; the client of a line also where it is a name. Each line is recognised by itself. Of access logs only what stands
 * before {@code [22/Nov/2026:03:03:22 +0100]} must be as web servers write it: the client is the first field, or the second
 * after the site; it may be a list, as {@code X-Forwarded-For} has it.
 *
 * <p>A line of no known format, and a line whose client is none, is not understood, and is counted. A line without a head in
 * an error log (a stack trace, say) continues the line before and counts only when something in it is masked; so does a line
 * of which only the time is known. NUL bytes, as a truncated file that is still written has them, end a record like a line
 * end does.
 */
final class LineScanner {
    /** Goes with what is remembered of a log: a greater one may find more. */
    static final int VERSION = 8;

    private static final int BUFFER = 1 << 18;
    /** So many bytes, with a NUL in each second of them, are text of two bytes per character; no address is shorter. */
    private static final int LEAST_WIDE = 5;

    /** The format of a line is told from this many bytes at most. */
    private static final int HEAD = 1 << 17;
    /** How far back of the place that a scan has reached it may look. */
    private static final int BACK = 1024;
    /** How far ahead of a place a scan must see before it decides. */
    private static final int AHEAD = AddressFinder.AHEAD;

    /** No access line. */
    private static final int NO_ACCESS = -1;
    /** The time of an access line, but no client that is understood. */
    private static final int NO_CLIENT = -2;

    /** So often at most is a record read again. */
    private static final int MAX_PASSES = 16;

    /** What stands between the address and the time of most access lines: nobody has told who it is. */
    private static final byte[] DASHES = " - - ".getBytes(StandardCharsets.US_ASCII);

    /** Before the first line of texts that Windows writes in UTF-8, and within logs that were put together. */
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    /** What ends an address, a name or a parameter wherever it stands. */
    private static final boolean[] ENDS = new boolean[256];

    static {
        for (char c : "\0\t\n\r \"'[]()<>,;=/?&|".toCharArray()) {
            ENDS[c] = true;
        }
    }

    private InputStream in = InputStream.nullInputStream();
    private Optional<OutputStream> out = Optional.empty();
    private final MaskingPolicy policy;
    private final boolean masksAddresses;
    private final ZoneId zone;
    private final long reference;
    private KeyRing keys;
    private final AddressMasker masker;
    private final AddressFinder finder;
    private final PersonalFinder others;
    private final Clients clients;
    private final FieldMasker fields;
    private final LineTimes times = new LineTimes();
    private final Recogniser formats;
    private final Spans spans = new Spans();

    private final byte[] buffer = new byte[BUFFER];
    private int limit;
    private boolean ended;
    /** Up to here the buffer has been written. */
    private int written;
    /** In a line: before this nothing is looked at again. */
    private int floor;

    private byte[] output = new byte[0];
    private int outputLength;

    private final Context context;
    private final boolean settles;
    /** What is left of a line without its addresses, queries or e-mail addresses may be one of another format. */
    private final boolean removes;

    private Optional<LineScanner> again = Optional.empty();
    private Optional<LineScanner> narrow = Optional.empty();
    /** Whether a whole record lies in the buffer, so that what it has become stays in {@link #output} until it is settled. */
    private boolean keepsRecord;
    /** Whether all that the log becomes stays in {@link #output}. */
    private boolean keepsAll;
    /** Whether in this record something was replaced to which something else is glued. */
    private boolean glued;

    // The line at hand.
    private boolean understood;
    private Optional<LogFormat> format = Optional.empty();
    private boolean everyAddress;
    private boolean looseQueries;
    private boolean clientSeen;
    /** How far the fields before the time have been masked. */
    private int maskedTo;
    /** Whether what identd says, or a {@code -} in its place, was among them. */
    private boolean identSeen;

    /** Behind the time of an access line; -1 in others. */
    private int requestsFrom = -1;
    /** Up to here the format of the line is told. */
    private int headTo;
    /** Whether it has been found out where the user agent stands. */
    private boolean agentKnown;

    private final Spans behindTime = new Spans();
    private int agentFrom;
    private int agentTo;
    /** Whether {@link #spans} tells of this line. */
    private boolean spansKnown;

    private long maskedBefore;
    private long keptFrom;
    /** Whether the line is too young to be masked. */
    private boolean raw;
    /** Whether the line is left out. */
    private boolean drops;
    /** Whether the line stays as it is although it has something to be masked. */
    private boolean keepsRaw;

    private int lineFrom;
    private boolean handedOn;

    private boolean continues;
    private boolean continuation;
    private boolean blank;
    private long changesBefore;
    /** Whether what is left of a query goes on in the next window. */
    private boolean inQuery;

    private long day = Long.MIN_VALUE;
    private long dayFrom;
    private long dayTo;
    private Optional<DayKeys> dayKeys = Optional.empty();

    private long lines;
    private long changes;
    private long unparsed;
    private long unparsedLine;
    private long unmasked;
    private long oldestUnmasked;
    private long expired;
    /** How many lines stay as they are although they have something to be masked. */
    private long leftRaw;

    /** How many lines, in all logs, were of the format that is tried before all others. */
    private long fitted;

    private long oldestRaw;
    private long oldestLeft;
    private Optional<FileNote> damage = Optional.empty();
    private long oldest = Long.MAX_VALUE;
    private long newest = Long.MIN_VALUE;
    private long last = LineTimes.NONE;
    /** In a record that is longer than the buffer: up to here markers have been looked for. */
    private int markedTo;
    /** Whether a line of this log has had a time. */
    private boolean timed;
    /** Whether it was of importance what {@link #last} was before the first of them. */
    private boolean askedLast;

    /** Makes one, for any number of logs, one after the other. */
    LineScanner(Context context) {
        this(context, true);
    }

    /** @param settles whether records are masked until a second pass would find nothing */
    private LineScanner(Context context, boolean settles) {
        this.context = context;
        this.settles = settles;
        policy = context.policy;
        removes = this.settles
                && (policy.addresses() instanceof Remove
                        || policy.of(PersonalField.QUERY) != Handling.KEEP
                        || policy.of(PersonalField.EMAIL) == Handling.DROP);
        zone = context.zone;
        reference = context.reference.toEpochMilli();
        keys = context.keys;
        masksAddresses = !(policy.addresses() instanceof Keep);
        masker = new AddressMasker(policy.addresses(), this::keys);
        others = new PersonalFinder(policy, this::keys, this::replace);
        finder = new AddressFinder(
                masker, others.isIdle() ? Optional.empty() : Optional.of(others), this::isAgent, this::replace);
        clients = new Clients(masker, masksAddresses, this::replace);
        fields = new FieldMasker(policy, clients, this::keys, this::replace, (from, to) -> text(from, to, true));
        formats = new Recogniser(context.own, clients, zone, reference);
    }

    /**
     * What becomes of a line by its time. A line without a time goes with the line before; where there is none, with the
     * first that has one, as long as nothing has been written.
     *
     * @param keptFrom lines that are older are left out
     * @param maskedBefore lines that are not older stay as they are
     */
    record Stages(Instant keptFrom, Instant maskedBefore) {
        /** Every line is masked and none left out. */
        static final Stages MASKED =
                new Stages(Instant.ofEpochMilli(Long.MIN_VALUE), Instant.ofEpochMilli(Long.MAX_VALUE));
    }

    /**
     * What a log is read with.
     *
     * @param policy what is masked
     * @param zone the zone of times that say none
     * @param reference when the last line was written at the latest; times without a year lie before
     * @param keys for pseudonyms and hashes
     * @param own the format that the server is configured with, if it is known; it is tried before all others
     */
    record Context(MaskingPolicy policy, ZoneId zone, Instant reference, KeyRing keys, Optional<LogFormat> own) {
        /** For a policy that needs no keys. */
        static Context of(MaskingPolicy policy, ZoneId zone, Instant reference) {
            return new Context(policy, zone, reference, KeyRing.NONE, Optional.empty());
        }

        /** Masks addresses only, everywhere. */
        static Context of(AddressMasking masking, ZoneId zone) {
            return of(MaskingPolicy.ofAddresses(masking), zone, Instant.now());
        }

        /** By which addresses are found: another engine, or one that knows other formats, may find others. */
        int version() {
            return own.map(format -> Objects.hash(VERSION, format.lines().toString()))
                    .orElse(VERSION);
        }

        /** The same, but addresses stay as they are. */
        Context keepingAddresses() {
            return new Context(
                    new MaskingPolicy(new Keep(), policy.scope(), policy.fields()), zone, reference, keys, own);
        }
    }

    /**
     * Only looks.
     *
     * @param masking what would be masked; with {@code keep} no address is counted
     * @param zone the zone of the times in error logs, which say none
     */
    static LogScan inspect(InputStream in, AddressMasking masking, ZoneId zone) throws IOException {
        return new LineScanner(Context.of(masking, zone)).scan(in);
    }

    /** Copies the log, masked. The output is neither flushed nor closed. */
    static LogScan mask(InputStream in, OutputStream out, AddressMasking masking, ZoneId zone) throws IOException {
        return new LineScanner(Context.of(masking, zone)).mask(in, out);
    }

    /**
     * What goes on from one line to the next.
     *
     * @param last the time of the last line that had one
     * @param continues whether a line without a head belongs to the one before
     * @param hint what the next line is tried with first
     */
    record Carry(long last, boolean continues, Recogniser.Hint hint) {
        /** Whether a line without a time that comes next is too young to be masked. */
        boolean isYoung(Stages stages) {
            return last != LineTimes.NONE && last >= stages.maskedBefore.toEpochMilli();
        }

        /** The same behind lines of which none had a time, and which follow another one. */
        Carry behind(Carry before) {
            return new Carry(before.last, continues, hint);
        }
    }

    /** How many lines have been of the format that is tried before all others, in all logs so far. */
    long fitted() {
        return fitted;
    }

    /** What the line read last leaves to the next. */
    Carry carry() {
        return new Carry(last, continues, formats.hint());
    }

    /** Copies a part of a log that begins at a line, masked. The output is neither flushed nor closed. */
    LogScan mask(InputStream part, OutputStream masked, Carry before) throws IOException {
        if (output.length == 0) {
            output = new byte[BUFFER];
        }
        start(part, Optional.of(masked), Stages.MASKED);
        goOn(before);
        return run();
    }

    /**
     * Reads a part of a log that begins at a line, and copies it: without the lines whose time is over, and masked where it
     * has come.
     *
     * @param masked neither flushed nor closed; empty to look only
     */
    LogScan part(InputStream part, Optional<? extends OutputStream> masked, Stages stages, Carry before)
            throws IOException {
        if (output.length == 0 && masked.isPresent()) {
            output = new byte[BUFFER];
        }
        start(part, masked.map(out -> out), stages);
        goOn(before);
        raw = before.isYoung(stages);
        drops = last != LineTimes.NONE && last < keptFrom;
        return run();
    }

    /** What a part has become, that may have been masked before the part in front of it. */
    static final class Masked {
        private final byte[] text;
        private final int length;
        private final Carry supposed;
        private final boolean askedLast;
        private final boolean timed;
        private final Carry end;
        private final LogScan scan;

        private Masked(byte[] text, int length, Carry supposed, LineScanner scanner, LogScan scan) {
            this.text = text;
            this.length = length;
            this.supposed = supposed;
            askedLast = scanner.askedLast;
            timed = scanner.timed;
            end = scanner.carry();
            this.scan = scan;
        }

        /** Whether it would have become the same after another line than was supposed. */
        boolean suits(Carry before) {
            return supposed.continues == before.continues
                    && supposed.hint.equals(before.hint)
                    && (supposed.last == before.last || !askedLast);
        }

        /** What goes on behind it, which follows {@code before}, whatever was supposed. */
        Carry after(Carry before) {
            return timed ? end : end.behind(before);
        }

        LogScan scan() {
            return scan;
        }

        void writeTo(OutputStream masked) throws IOException {
            masked.write(text, 0, length);
        }

        /** What may hold another part when this has been written. */
        byte[] room() {
            return text;
        }
    }

    /** What goes on behind the part masked last, which follows {@code before}. */
    Carry after(Carry before) {
        return timed ? carry() : carry().behind(before);
    }

    /**
     * Masks a part of a log that begins at a line.
     *
     * @param supposed what the line before it is supposed to leave
     * @param room to hold what the part becomes; it belongs to that from now on, unless it is too small
     */
    Masked mask(InputStream part, Carry supposed, byte[] room) throws IOException {
        byte[] own = output;
        output = room;
        keepsAll = true;
        try {
            LogScan found = mask(part, OutputStream.nullOutputStream(), supposed);
            return new Masked(output, outputLength, supposed, this, found);
        } finally {
            keepsAll = false;
            output = own;
        }
    }

    /** What goes on to the first line of the next log. */
    Carry first() {
        return new Carry(LineTimes.NONE, false, formats.hint());
    }

    /** Goes on from a line that another one has read. */
    void goOn(Carry before) {
        last = before.last;
        continues = before.continues;
        formats.goOn(before.hint);
    }

    /** Only looks. */
    LogScan scan(InputStream log) throws IOException {
        return run(log, Optional.empty(), Stages.MASKED);
    }

    /** Only looks; counts what {@link #mask(InputStream, OutputStream, Stages)} would do. */
    LogScan scan(InputStream log, Stages stages) throws IOException {
        return run(log, Optional.empty(), stages);
    }

    /** Copies a log, masked. The output is neither flushed nor closed. */
    LogScan mask(InputStream log, OutputStream masked) throws IOException {
        return mask(log, masked, Stages.MASKED);
    }

    /** Copies a log: without the lines whose time is over, and masked where it has come. */
    LogScan mask(InputStream log, OutputStream masked, Stages stages) throws IOException {
        if (output.length == 0) {
            output = new byte[BUFFER];
        }
        return run(log, Optional.of(masked), stages);
    }

    /** The same for a log of which the keys are others. */
    LogScan mask(InputStream log, OutputStream masked, KeyRing ring) throws IOException {
        keys = ring;
        dayKeys = Optional.empty();
        return mask(log, masked);
    }

    /** Copies a part of a log that begins at a line, masked with these keys. */
    LogScan mask(InputStream part, OutputStream masked, KeyRing ring, Carry before) throws IOException {
        keys = ring;
        dayKeys = Optional.empty();
        return mask(part, masked, before);
    }

    /** Gives up the keys of the log read last, which may be destroyed before the next one is read. */
    void forgetKeys() {
        keys = KeyRing.NONE;
        dayKeys = Optional.empty();
    }

    /** Whether it holds keys of a log. */
    boolean hasKeys() {
        return dayKeys.isPresent();
    }

    private LogScan run(InputStream log, Optional<OutputStream> masked, Stages stages) throws IOException {
        start(log, masked, stages);
        return run();
    }

    private void start(InputStream log, Optional<OutputStream> masked, Stages stages) {
        in = log;
        out = masked;
        maskedBefore = stages.maskedBefore.toEpochMilli();
        keptFrom = stages.keptFrom.toEpochMilli();
        raw = false;
        drops = false;
        handedOn = false;
        unmasked = 0;
        oldestUnmasked = Long.MAX_VALUE;
        expired = 0;
        leftRaw = 0;
        oldestRaw = Long.MAX_VALUE;
        oldestLeft = Long.MAX_VALUE;
        limit = 0;
        written = 0;
        ended = false;
        outputLength = 0;
        lines = 0;
        changes = 0;
        unparsed = 0;
        unparsedLine = -1;
        damage = Optional.empty();
        oldest = Long.MAX_VALUE;
        newest = Long.MIN_VALUE;
        last = LineTimes.NONE;
        timed = false;
        askedLast = false;
        continues = false;
    }

    private LogScan run() throws IOException {
        int at = 0;
        boolean openLine = false;
        while (true) {
            int stop = end(at);
            if (stop < 0 && limit - at < BUFFER && !ended) {
                // A record is seen in the same windows wherever in the buffer it would begin: what becomes of a long
                // one
                // must not depend on what stands before it.
                at -= fill(at);
                stop = end(at);
            }
            if (at == limit) {
                break;
            }
            if (buffer[at] == 0) {
                do {
                    at++;
                } while (at < limit && buffer[at] == 0);
                continue;
            }
            if (buffer[at] == BYTE_ORDER_MARK[0] && startsWithMark(at)) {
                // It belongs to no line: behind it the first one begins like any other.
                at += BYTE_ORDER_MARK.length;
                openLine = true;
                continue;
            }
            if (WideText.isMark(buffer, at, limit)) {
                at += 2;
                openLine = true;
                continue;
            }
            if (stop >= 0 && stop < limit && buffer[stop] == 0) {
                // Its last character may be the first of those with a NUL in each.
                at -= fillWide(at, stop);
                stop = end(at);
                int end = WideText.end(buffer, stop - 1, limit);
                boolean isWide = end - stop + 1 >= LEAST_WIDE;
                at = !isWide ? record(at, stop) : stop - at > 1 ? record(at, stop - 1) : wide(at, end);
            } else {
                at = record(at, stop);
            }
            openLine = true;
            if (at < limit && buffer[at] == '\n') {
                lines++;
                openLine = false;
                at++;
            }
        }
        if (openLine) {
            lines++;
        }
        flush(limit);
        push();
        return new LogScan(
                lines,
                earliest(oldest),
                newest == Long.MIN_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(newest)),
                changes,
                unparsed,
                unmasked,
                unmasked == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldestUnmasked)),
                expired,
                new Remains(lines - expired, earliest(oldestLeft), leftRaw, earliest(oldestRaw)),
                damage);
    }

    private static Optional<Instant> earliest(long time) {
        return time == Long.MAX_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(time));
    }

    // ---- the buffer

    /**
     * Drops what lies before {@code keep}, and reads: until the buffer is full or the log ends; or until there is a line
     * end, when more would have to be waited for. What is done is handed on before waiting.
     *
     * @return by how much everything has moved towards the start
     */
    private int fill(int keep) throws IOException {
        return fill(keep, false);
    }

    /** @param more whether what there is is not enough even when it has a line end */
    private int fill(int keep, boolean more) throws IOException {
        flush(keep);
        int kept = Math.min(keep, written);
        System.arraycopy(buffer, kept, buffer, 0, limit - kept);
        limit -= kept;
        written -= kept;
        // What lies before the buffer is not seen any more.
        floor = Math.max(0, floor - kept);
        int searched = keep - kept;
        int had = more ? limit : -1;
        while (limit < BUFFER && !ended) {
            try {
                if (in.available() <= 0) {
                    if (limit > had && Swar.recordEnd(buffer, searched, limit) >= 0) {
                        break;
                    }
                    searched = limit;
                    push();
                }
                int count = in.read(buffer, limit, BUFFER - limit);
                if (count < 0) {
                    ended = true;
                } else {
                    limit += count;
                }
            } catch (DamagedException e) {
                damage = Optional.of(e.damage());
                ended = true;
            }
        }
        return kept;
    }

    /**
     * Reads until characters of two bytes, of which the first ends at a NUL, lie in the buffer as far as they go on, and it has
     * room.
     */
    private int fillWide(int from, int nul) throws IOException {
        int moved = 0;
        while (!ended && limit - from + moved < BUFFER && WideText.end(buffer, nul - moved - 1, limit) == limit) {
            moved += fill(from - moved, true);
        }
        return moved;
    }

    private boolean startsWithMark(int at) {
        int to = at + BYTE_ORDER_MARK.length;
        return to <= limit && Arrays.equals(buffer, at, to, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
    }

    /** Writes what lies before {@code to} and has not been written. */
    private void flush(int to) throws IOException {
        if (to > written) {
            write(buffer, written, to - written);
            written = to;
        }
    }

    private void replace(int from, int to, byte[] text, int length) throws IOException {
        // A bracket that has come with it may belong to what stands before.
        boolean bracket = length > 0 && text[0] == '[' && buffer[from] != '[';
        glued |= settles
                && !raw
                && !drops
                && !(!bracket
                        && !(length == 1 && text[0] == '-' && isBehindNumber(from))
                        && endsBefore(from)
                        && (to == limit || (ENDS[buffer[to] & 0xff] && "?[(=".indexOf(buffer[to]) < 0)));
        put(from, to, text, length);
    }

    private void put(int from, int to, byte[] text, int length) throws IOException {
        if (raw || drops) {
            keepsRaw |= !drops;
            return;
        }
        changes++;
        flush(from);
        write(text, 0, length);
        written = to;
    }

    /** Whether a dash at a place would look like the beginning of {@code " - - ["} behind an address. */
    private boolean isBehindNumber(int from) {
        return from - 2 >= floor && buffer[from - 1] == ' ' && buffer[from - 2] >= '0' && buffer[from - 2] <= '9';
    }

    /** Whether what stands before a place does not belong to what begins there. */
    private boolean endsBefore(int from) {
        return from == floor || ENDS[buffer[from - 1] & 0xff] || buffer[from] == '/' || buffer[from] == '?';
    }

    private void push() throws IOException {
        if (out.isPresent() && outputLength > 0 && !keepsAll) {
            out.get().write(output, 0, outputLength);
            outputLength = 0;
            handedOn = true;
        }
    }

    private void write(byte[] bytes, int from, int length) throws IOException {
        if (out.isEmpty()) {
            return;
        }
        if (length > output.length - outputLength) {
            if (keepsRecord || keepsAll) {
                output = Arrays.copyOf(output, 2 * (outputLength + length));
                System.arraycopy(bytes, from, output, outputLength, length);
                outputLength += length;
                return;
            }
            push();
            if (length > BUFFER / 4) {
                out.get().write(bytes, from, length);
                handedOn = true;
                return;
            }
        }
        System.arraycopy(bytes, from, output, outputLength, length);
        outputLength += length;
    }

    /** The first line end or NUL at or after {@code from}, or -1 when the buffer has none. */
    private int end(int from) {
        int end = Swar.recordEnd(buffer, from, limit);
        return end >= 0 ? end : ended ? limit : -1;
    }

    // ---- keys

    /** The keys of the day of the line at hand. */
    private DayKeys keys() {
        askedLast |= !timed;
        // Where no line has said a time yet, the day of the reference is as good as any.
        long time = last == LineTimes.NONE ? reference : last;
        if (dayKeys.isEmpty() || time < dayFrom || time >= dayTo) {
            java.time.LocalDate date = Instant.ofEpochMilli(time).atZone(zone).toLocalDate();
            dayFrom = date.atStartOfDay(zone).toInstant().toEpochMilli();
            dayTo = date.plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli();
            if (dayKeys.isEmpty() || day != date.toEpochDay()) {
                day = date.toEpochDay();
                dayKeys = Optional.of(keys.on(day));
            }
        }
        return dayKeys.get();
    }

    // ---- a line

    /**
     * Handles the record that starts at {@code from}.
     *
     * @param end what {@link #end} says of it
     * @return where it ends: at a line end, at a NUL, or at the end of the log
     */
    private int record(int from, int end) throws IOException {
        int head = Math.min(end < 0 ? limit : end, from + HEAD);
        beginLine(from);
        if (settles && out.isPresent()) {
            begin(from);
        }
        finder.record(from, end < 0 ? limit : end);
        requestsFrom = -1;
        spansKnown = false;
        headTo = head;
        // What is longer than the buffer moves in it.
        agentKnown = end < 0;
        agentFrom = -1;
        agentTo = -1;
        int next = classify(from, head);
        if (end >= 0) {
            scan(next, end, true);
            if (!raw
                    && !drops
                    && (glued || (settles && changes > changesBefore && (finder.isUnsettled() || !understood)))) {
                settle(end);
            }
            keepsRecord = false;
            return closed(end);
        }
        keepsRecord = false;
        // Longer than the buffer: look through a window that moves along.
        int at = next;
        while (true) {
            at = scan(at, limit, false);
            int keep = Math.max(floor, at - BACK);
            if (drops) {
                leaveOut(keep);
            }
            int moved = fill(keep);
            at -= moved;
            lineFrom -= moved;
            int stop = end(at);
            finder.record(-1, stop < 0 ? limit : stop);
            if (stop >= 0) {
                scan(at, stop, true);
                return closed(stop);
            }
        }
    }

    private void beginLine(int from) {
        floor = from;
        lineFrom = from;
        clientSeen = false;
        inQuery = false;
        keepsRaw = false;
        changesBefore = changes;
    }

    /**
     * Masks characters of two bytes (UTF-16), as programs for Windows append them to logs that others write. They count as a
     * line without a time.
     *
     * @return where they end
     */
    private int wide(int from, int end) throws IOException {
        beginLine(from);
        understood = false;
        blank = false;
        continuation = false;
        // Of a line that does not fit into the buffer the last word is left to what follows.
        int blankAt = end == limit && !ended ? WideText.lastBlank(buffer, from, end) : from;
        int to = blankAt > from ? blankAt : end;
        if (narrow.isEmpty()) {
            narrow = Optional.of(new LineScanner(context));
        }
        ByteArrayOutputStream masked = new ByteArrayOutputStream();
        askedLast |= !timed;
        LogScan found = narrow.get()
                .mask(
                        new ByteArrayInputStream(WideText.narrow(buffer, from, to)),
                        masked,
                        keys,
                        new Carry(last, continues, formats.hint()));
        if (found.addresses() > 0) {
            byte[] text = WideText.widen(masked.toByteArray(), (to - from) % 2 == 0);
            put(from, to, text, text.length);
        }
        return closed(to);
    }

    /** Leaves out what lies between the beginning of the line and {@code to}. */
    private void leaveOut(int to) throws IOException {
        flush(lineFrom);
        written = Math.max(written, to);
        lineFrom = written;
    }

    // ---- records in which something is glued to what was masked

    private long lastBefore;
    private boolean timedBefore;
    private boolean continuesBefore;
    private Recogniser.Hint hintBefore = Recogniser.Hint.NONE;

    /** Makes sure that what a record becomes can be told from what lies before it. */
    private void begin(int from) throws IOException {
        if (!keepsAll && (from - written > BUFFER / 4 || outputLength > BUFFER / 2)) {
            flush(from);
            push();
        }
        keepsRecord = true;
        glued = false;
        recordFrom = outputLength + from - written;
        lastBefore = last;
        timedBefore = timed;
        continuesBefore = continues;
        hintBefore = formats.hint();
    }

    private int recordFrom;

    /**
     * Masks what the record at hand has become, again and again until nothing changes: glued to what stands beside it, it
     * could be read as something else, and a second pass over the file must find nothing.
     */
    private void settle(int end) throws IOException {
        if (out.isEmpty()) {
            return;
        }
        if (again.isEmpty()) {
            // A pseudonym looks like any address, and would get another one.
            boolean pseudonyms = policy.addresses() instanceof Pseudonym;
            again = Optional.of(new LineScanner(pseudonyms ? context.keepingAddresses() : context, false));
        }
        LineScanner next = again.get();
        // What the line becomes may have no time any more, although it has had one.
        askedLast |= !timedBefore;
        flush(end);
        byte[] text = Arrays.copyOfRange(output, recordFrom, outputLength);
        Carry before = new Carry(lastBefore, continuesBefore, hintBefore);
        for (int pass = 0; pass < MAX_PASSES; pass++) {
            ByteArrayOutputStream masked = new ByteArrayOutputStream(text.length);
            LogScan scan = next.mask(new ByteArrayInputStream(text), masked, keys, before);
            if (scan.addresses() == 0) {
                break;
            }
            text = masked.toByteArray();
        }
        outputLength = recordFrom;
        write(text, 0, text.length);
    }

    private int closed(int end) throws IOException {
        if (drops) {
            expired++;
            leaveOut(end < limit && buffer[end] == '\n' ? end + 1 : end);
            return end;
        }
        if (keepsRaw) {
            leftRaw++;
            oldestRaw = Math.min(oldestRaw, last);
        }
        if (changes > changesBefore) {
            unmasked++;
            askedLast |= !timed;
            oldestUnmasked = Math.min(oldestUnmasked, last == LineTimes.NONE ? 0 : last);
        }
        if (!understood && !blank && (!continuation || changes > changesBefore) && unparsedLine != lines) {
            unparsed++;
            // It may have several records, with NUL bytes between them.
            unparsedLine = lines;
        }
        return end;
    }

    /** Tells the format, notes the time, masks what stands at the beginning; says where to go on. */
    private int classify(int from, int head) throws IOException {
        understood = true;
        blank = false;
        continuation = false;
        looseQueries = false;
        everyAddress = policy.scope() == AddressScope.LINE;
        format = Optional.empty();
        others.plainIds(false);
        byte first = buffer[from];
        if (!formats.hasOwn() && first != '{' && (first != '[' || isBracketedClient(from, head))) {
            int access = access(from, head);
            if (access >= 0) {
                continues = false;
                return requests(access, head);
            }
            if (access == NO_CLIENT) {
                // What is left of it may be one.
                glued = settles;
                return notUnderstood(from);
            }
        }
        return other(from, head);
    }

    /** {@code [2001:db8::7]:443 - - [}: not the bracket with which error logs begin. */
    private boolean isBracketedClient(int from, int head) {
        int p = from + 1;
        while (p < head && p - from < 42 && Character.digit(buffer[p], 16) >= 0) {
            p++;
        }
        return p < head && (buffer[p] == ':' || buffer[p] == '.');
    }

    private int other(int from, int head) throws IOException {
        spans.clear();
        int text = formats.recognise(buffer, from, head, spans);
        if (text < 0) {
            if (formats.hasOwn() || buffer[from] == '{' || buffer[from] == '[') {
                int access = access(from, head);
                if (access >= 0) {
                    fitted += formats.ownIsAccess() ? 1 : 0;
                    return requests(access, head);
                }
            }
            continuation = continues;
            blank = isBlank(from, head);
            return notUnderstood(from);
        }
        format = formats.format();
        fitted += formats.isOwn() ? 1 : 0;
        note(spans.time());
        spansKnown = true;
        LogFormat known = format.orElseThrow();
        understood = !known.generic();
        continuation = known.generic();
        looseQueries = policy.of(PersonalField.QUERY) != Handling.KEEP && !known.tellsQueries();
        everyAddress |= !known.tellsClients();
        // An object says of itself where it ends.
        continues =
                !known.generic() && !known.markers().isEmpty() && known.json().isEmpty();
        others.plainIds(known.plainIds());
        int at = masked(from, text);
        floor = at;
        return at;
    }

    private int notUnderstood(int from) {
        understood = false;
        everyAddress = true;
        looseQueries = policy.of(PersonalField.QUERY) != Handling.KEEP;
        return from;
    }

    private boolean isBlank(int from, int head) {
        for (int p = from; p < head; p++) {
            if (buffer[p] != ' ' && buffer[p] != '\t' && buffer[p] != '\r') {
                return false;
            }
        }
        return true;
    }

    /** Masks the parts that are known by their place, and what lies between them; says how far that is. */
    private int masked(int from, int to) throws IOException {
        int at = from;
        for (int i = 0; i < spans.count(); i++) {
            int start = spans.from(i);
            if (spans.mark(i) == Mark.CLIENT && start < spans.to(i) && !clients.isList(buffer, start, spans.to(i))) {
                notUnderstood(from);
                spans.forget(i);
            }
        }
        for (int i = 0; i < spans.count(); i++) {
            if (fields.masks(spans.mark(i))) {
                text(at, spans.from(i), true);
                if (spans.mark(i) == Mark.MESSAGE) {
                    message(spans.from(i), spans.to(i));
                } else {
                    fields.mask(buffer, spans.mark(i), spans.from(i), spans.to(i));
                }
                clientSeen |= spans.mark(i) == Mark.CLIENT;
                at = spans.to(i);
            } else if (spans.mark(i) == Mark.REQUEST || spans.mark(i) == Mark.URI) {
                at = Math.max(at, fields.begun(buffer, at, spans.from(i), spans.to(i)));
            }
        }
        text(at, to, true);
        return to;
    }

    /** Masks a part that holds what else is the free text of a line. */
    private void message(int from, int to) throws IOException {
        int at = marked(formats.format().orElseThrow().markers(), from, to, true);
        text(at, to, true);
    }

    /** Masks the parts behind the time of an access line. */
    private int requests(int from, int head) throws IOException {
        floor = from;
        requestsFrom = from;
        if (!fields.masksRequests()) {
            boolean quoted = head - from > 2 && buffer[from] == ' ' && buffer[from + 1] == '"';
            return quoted ? Math.max(from, fields.begun(buffer, from, from + 2, head)) : from;
        }
        spans.clear();
        int end = formats.tail(buffer, from, head, spans);
        if (end < 0) {
            understood = false;
            looseQueries = policy.of(PersonalField.QUERY) != Handling.KEEP;
            return from;
        }
        return masked(from, end);
    }

    /** Whether the user agent, as the format has it, stands at a place. Hardly any line is asked for it. */
    private boolean isAgent(int at) {
        if (!agentKnown && (requestsFrom >= 0 || spansKnown)) {
            agentKnown = true;
            Spans told = spans;
            if (requestsFrom >= 0) {
                told = behindTime;
                told.clear();
                formats.tail(buffer, requestsFrom, headTo, told);
            }
            for (int i = 0; i < told.count(); i++) {
                if (told.mark(i) == Mark.AGENT) {
                    agentFrom = told.from(i);
                    agentTo = told.to(i);
                }
            }
        }
        return at >= agentFrom && at < agentTo;
    }

    private void note(long time) {
        if (time != LineTimes.NONE) {
            boolean young = time >= maskedBefore;
            drops = time < keptFrom;
            if (drops && last == LineTimes.NONE && !handedOn) {
                // What stands before the first time goes with it.
                outputLength = 0;
                written = lineFrom;
                expired = lines;
                changes = 0;
                changesBefore = 0;
                unmasked = 0;
                oldestUnmasked = Long.MAX_VALUE;
            }
            if (young != raw) {
                turn(young);
            }
            last = time;
            timed = true;
            oldest = Math.min(oldest, time);
            oldestLeft = drops ? oldestLeft : Math.min(oldestLeft, time);
            newest = Math.max(newest, time);
        }
    }

    /** From this line on, lines are too young to be masked, or are not any more. */
    private void turn(boolean young) {
        raw = young;
        if (out.isPresent() && out.get() instanceof HandledOutput handled) {
            raw = young && !handled.isFull();
            handled.turn(raw, outputLength + lineFrom - written);
        }
    }

    // ---- access lines

    /** The place after the time of a line as nearly all of an access log are; -1 when it is none, and nothing has been done. */
    private int usual(int from, int client, int blank, int head) throws IOException {
        int time = blank + DASHES.length;
        int next = time + LineTimes.ACCESS_LENGTH;
        if (head - next < 2
                || !Arrays.equals(buffer, blank, time, DASHES, 0, DASHES.length)
                // Behind a site only the time of which nobody else says so: see accessTime.
                || (client > from && (buffer[next] != ' ' || buffer[next + 1] != '"'))) {
            return -1;
        }
        long millis = times.access(buffer, time, head);
        if (millis == LineTimes.NONE) {
            return -1;
        }
        note(millis);
        if (client > from) {
            text(from, client, true);
        }
        byte[] tail = masker.tail();
        if (tail.length > 0 && masksAddresses) {
            // Between the beginning of the line, or a blank, and a blank: nothing is glued to it.
            put(masker.keptTo(), blank, tail, tail.length);
        }
        return next;
    }

    /** Masks the client of an access line; the place after the time, or one of the two negative answers. */
    private int access(int from, int head) throws IOException {
        // Nearly all lines: an address, or a site and an address, " - - " and a time.
        int client = from;
        int blank = masker.truncate(buffer, client, head);
        if (blank < 0) {
            client = Clients.behindHost(buffer, from, head);
            blank = client < 0 ? -1 : masker.truncate(buffer, client, head);
        }
        if (blank > 0) {
            int usual = usual(from, client, blank, head);
            if (usual >= 0) {
                return usual;
            }
        }
        int word = from;
        while (word < head && (buffer[word] & 0xff) > ' ') {
            word++;
        }
        // The usual line: an address and " - - [".
        if (word + 5 < head && buffer[word + 1] == '-' && buffer[word + 3] == '-' && buffer[word + 5] == '[') {
            long time = times.access(buffer, word + 5, head);
            if (time != LineTimes.NONE && buffer[word] == ' ' && buffer[word + 2] == ' ' && buffer[word + 4] == ' ') {
                note(time);
                Reading reading = masker.mask(buffer, from, word);
                if (reading != Reading.NONE && !Clients.is(buffer, from, word, '-')) {
                    if (reading == Reading.UNMASKED && masksAddresses) {
                        replace(from, word, masker.text(), masker.length());
                    }
                    return word + 5 + LineTimes.ACCESS_LENGTH;
                }
            }
        }
        int at = accessTime(from, head);
        if (at < 0) {
            return NO_ACCESS;
        }
        note(times.access(buffer, at, head));
        maskedTo = from;
        identSeen = false;
        if (at == from || buffer[at - 1] != ' ' || !(clients(from, at - 1) || clientsBehindSite(from, at - 1))) {
            return NO_CLIENT;
        }
        user(maskedTo, at - 1);
        return at + LineTimes.ACCESS_LENGTH;
    }

    /** Masks what lies between the client and the time: what identd says, and the user, which is the visitor's to choose. */
    private void user(int from, int to) throws IOException {
        int start = from;
        while (start < to && (buffer[start] == ' ' || (start == from && buffer[start] == '"'))) {
            start++;
        }
        int blank = AddressMasker.indexOf(buffer, start, to, ' ');
        if (fields.masks(Mark.USER) && start < to) {
            boolean dash = Clients.is(buffer, start, blank, '-');
            int name = blank < 0 || (identSeen && !dash) ? start : blank + 1;
            int end = to;
            while (end > name && buffer[end - 1] == ' ') {
                end--;
            }
            text(from, name, true);
            // Without the blanks of a name, what stands before it may mean something else.
            glued |= settles && contains(name, end, ' ');
            fields.mask(buffer, Mark.USER, name, end);
        } else {
            text(from, to, true);
        }
    }

    /**
     * Where the time of an access line starts. A user name before it is chosen by the visitor and may look like a time, but
     * it holds no quote that is not escaped: the time is the one that {@code "} follows.
     */
    private int accessTime(int from, int head) {
        int first = -1;
        for (int p = from; p < head; p++) {
            if (buffer[p] == ']' && times.access(buffer, p + 1 - LineTimes.ACCESS_LENGTH, head) != LineTimes.NONE) {
                int start = p + 1 - LineTimes.ACCESS_LENGTH;
                if (start < from) {
                    continue;
                }
                if (p + 2 < head && buffer[p + 1] == ' ' && buffer[p + 2] == '"') {
                    return start;
                }
                if (first < 0) {
                    first = start;
                }
            }
        }
        return first;
    }

    /** Masks the client among the fields before the time, or returns false when it is not understood. */
    private boolean clients(int from, int to) throws IOException {
        if (buffer[from] == '"') {
            int close = from + 1;
            while (close < to && buffer[close] != '"') {
                close++;
            }
            return close < to && clients.isList(buffer, from + 1, close) && maskList(from + 1, close);
        }
        int firstEnd = Clients.listEnd(buffer, from, to);
        int second = Math.min(firstEnd + 1, to);
        int secondEnd = Clients.listEnd(buffer, second, to);
        if (!clients.isList(buffer, from, firstEnd)) {
            return false;
        }
        boolean list = contains(from, firstEnd, ',');
        Clients.Kind first = list ? Clients.Kind.ADDRESS : clients.kind(buffer, from, firstEnd);
        if (first != Clients.Kind.HOST) {
            maskList(from, firstEnd);
            if (secondEnd == second || !clients.isList(buffer, second, secondEnd)) {
                return true;
            }
            // The first may have been the site; else this is what identd says.
            identSeen = Clients.is(buffer, second, secondEnd, '-')
                    || clients.kind(buffer, second, secondEnd) == Clients.Kind.HOST;
            text(maskedTo, second, true);
            // A name may be anything there.
            clients.mask(buffer, second, secondEnd, (name, end) -> text(name, end, true));
            maskedTo = secondEnd;
            return true;
        }
        int third = Math.min(secondEnd + 1, to);
        int thirdEnd = Clients.listEnd(buffer, third, to);
        boolean fourFields = thirdEnd < to;
        boolean dash = Clients.is(buffer, second, secondEnd, '-');
        boolean secondList = contains(second, secondEnd, ',');
        Clients.Kind next = secondEnd == second
                ? Clients.Kind.OTHER
                : secondList ? Clients.Kind.ADDRESS : clients.kind(buffer, second, secondEnd);
        if (!dash
                && clients.isList(buffer, second, secondEnd)
                && (next == Clients.Kind.ADDRESS || next == Clients.Kind.NONE)) {
            // Where the client is removed, what is left may look like a client and a user.
            glued |= next == Clients.Kind.ADDRESS && (removes || (settles && !fourFields));
            return maskList(second, secondEnd);
        }
        if (dash && fourFields && (contains(from, firstEnd, ':') || Clients.is(buffer, third, thirdEnd, '-'))) {
            // The site, and no client. What is left of a name with blanks has fewer fields.
            glued |= settles;
            identSeen = true;
            text(maskedTo, from, true);
            maskedTo = secondEnd;
            return true;
        }
        if (!dash && next == Clients.Kind.HOST && fourFields) {
            return (Clients.is(buffer, third, thirdEnd, '-') || maskList(from, firstEnd))
                    && maskList(second, secondEnd);
        }
        return maskList(from, firstEnd);
    }

    /** Masks the client behind a first field that is none: the site is what the client has asked for, whatever that is. */
    private boolean clientsBehindSite(int from, int to) throws IOException {
        int p = from;
        while (p < to && buffer[p] != ' ' && buffer[p] != '\t') {
            p++;
        }
        int client = p + 1;
        int end = client < to ? Clients.listEnd(buffer, client, to) : client;
        if (end >= to || !clients.isList(buffer, client, end)) {
            return false;
        }
        // Otherwise it is what identd says.
        boolean fourFields = AddressMasker.indexOf(buffer, end + 1, to, ' ') >= 0;
        if (!fourFields && !contains(client, end, ',') && clients.kind(buffer, client, end) != Clients.Kind.ADDRESS) {
            return false;
        }
        // What is left of it may be a client.
        glued |= settles;
        return clients(client, to);
    }

    /** Masks each element; always true. What lies before and has not been masked is text. */
    private boolean maskList(int from, int to) throws IOException {
        text(maskedTo, from, true);
        clients.mask(buffer, from, to);
        maskedTo = to;
        return true;
    }

    // ---- the rest of a line

    /**
     * Masks what the format marks, and everything that is found, from {@code from} to {@code stop}.
     *
     * @param last whether the record ends at {@code stop}
     * @return how far it has come: {@code stop}, or less when it must see more to decide
     */
    private int scan(int from, int stop, boolean last) throws IOException {
        int at = from;
        markedTo = stop;
        if (format.isPresent() && !format.get().markers().isEmpty()) {
            at = marked(format.get().markers(), at, stop, last);
        }
        return text(at, markedTo, last);
    }

    private int text(int from, int stop, boolean last) throws IOException {
        if (looseQueries) {
            return withoutQueries(from, stop, last);
        }
        return finder.find(buffer, floor, from, stop, last, masksAddresses && everyAddress);
    }

    /** Masks each query in text of which nobody knows what it is, and everything else that is found. */
    private int withoutQueries(int from, int stop, boolean last) throws IOException {
        looseQueries = false;
        try {
            int at = from;
            int p = from;
            while (p < stop) {
                if (!inQuery) {
                    while (p < stop && !isQueryMark(p)) {
                        p++;
                    }
                    if (p == stop) {
                        break;
                    }
                    if (!last && stop - p < AHEAD) {
                        return text(at, p, true);
                    }
                    text(at, p + 1, true);
                    p++;
                }
                int end = p;
                while (end < stop && (buffer[end] & 0xff) > ' ' && "\"'<>()[]{}|".indexOf(buffer[end]) < 0) {
                    end++;
                }
                inQuery = end == stop && !last;
                // What it has parted may be what a marker is now: ") for?x" without its query.
                glued |= settles;
                fields.query(buffer, p, end, end);
                at = end;
                p = end;
            }
            return text(at, stop, last);
        } finally {
            looseQueries = true;
        }
    }

    private boolean isQueryMark(int p) {
        if (buffer[p] != '?' || p == floor) {
            return false;
        }
        byte before = buffer[p - 1];
        return before < 0 || Character.isLetterOrDigit(before) || (before > ' ' && "/.-_~%".indexOf(before) >= 0);
    }

    /**
     * Masks what stands behind each marker, and every address before the last of them; a client that is none makes the line
     * one that is not understood.
     */
    private int marked(Markers known, int from, int stop, boolean last) throws IOException {
        int at = from;
        for (int p = from; p < stop; p++) {
            if (!known.mayBegin(buffer[p])) {
                continue;
            }
            if (!last && stop - p < AHEAD) {
                markedTo = p;
                return at;
            }
            int furthest = Math.min(stop, p + AHEAD);
            Optional<Marker> marker = known.at(buffer, p, furthest, stop, last);
            if (marker.isEmpty()) {
                continue;
            }
            int start = known.start();
            int end = known.end();
            if (!last && end == stop && p - from > BACK + AHEAD) {
                // It goes on: the next window begins before it and shows all of it.
                markedTo = p;
                return at;
            }
            if (marker.get().mark() == Mark.CLIENT) {
                boolean open = end == furthest && (end < stop || !marker.get().endsAtLineEnd());
                if ((open && end < stop) || end == start || !clients.isList(buffer, start, end)) {
                    glued = settles;
                    if (!clientSeen) {
                        notUnderstood(p);
                        format = Optional.empty();
                        return at;
                    }
                    continue;
                }
                text(at, start, true);
                if (clientSeen) {
                    clients.mask(buffer, start, end, (name, nameEnd) -> text(name, nameEnd, true));
                } else {
                    clients.mask(buffer, start, end);
                }
                clientSeen = true;
            } else {
                if (!fields.masks(marker.get().mark())) {
                    continue;
                }
                if (marker.get().mark() == Mark.HOST
                        && !clients.isHost(buffer, start, end, marker.get().isSure())) {
                    // Without a query it may be one.
                    glued |= removes && end > start && clients.kind(buffer, start, end) == Clients.Kind.OTHER;
                    continue;
                }
                // USER ::1: of an address in the place of a name another part would be the name next time.
                glued |= settles && (start == end || (end + 1 < stop && buffer[end] == ':' && buffer[end + 1] != ' '));
                text(at, start, true);
                fields.mask(buffer, marker.get().mark(), start, end);
            }
            floor = end;
            at = end;
            p = end - 1;
        }
        return at;
    }

    private boolean contains(int from, int to, char wanted) {
        return AddressMasker.indexOf(buffer, from, to, wanted) >= 0;
    }
}
