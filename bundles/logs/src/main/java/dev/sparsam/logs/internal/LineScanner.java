package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Truncate;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.internal.AddressMasker.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads a log once, line by line, and writes it with the addresses masked. Works on bytes: what is no address is
 * copied as it is, whatever it is. Needs half a megabyte, whatever the size of the log or of a line.
 *
 * <p>In every line every address is masked, whatever it is there for; {@link AddressFinder} says what one is. The client
 * of a line is known by the place where it stands, so that it is masked also where it is a name. Each line is recognised by
 * itself:
 *
 * <ul>
 *   <li><b>Access</b>, Apache (common, combined, vhost_combined) and nginx (combined): the fields before
 *       {@code [22/Nov/2026:03:03:22 +0100]}. The client is the first field, or the second after the virtual host; it may
 *       be a list, as {@code X-Forwarded-For} has it.
 *   <li><b>Apache error</b>: {@code [Sun Nov 22 03:03:22.123456 2026] … [client ADDRESS:PORT] …}, also without the time;
 *       every {@code [client …]} and {@code [remote …]}.
 *   <li><b>nginx error</b>: {@code 2026/11/22 03:03:22 [error] … , client: ADDRESS, …}; every one of them.
 * </ul>
 *
 * A host name in the place of the client ({@code HostnameLookups On}) becomes {@code host.invalid}, also when it has no
 * digit: a look-up leads from any such name to the address. {@code -}, {@code unknown}, {@code localhost} and
 * {@code unix:} stay.
 *
 * <p>Any other line, and a line whose client is none of these, is not understood, and is counted. A line without a head in
 * an error log (a stack trace, say) continues the line before and counts only when it holds an address. NUL bytes, as a
 * truncated file that is still written has them, end a record like a line end does.
 */
final class LineScanner {
    private static final int BUFFER = 1 << 18;
    /** The format of a line is told from this many bytes at most. */
    private static final int HEAD = 1 << 16;
    /** How far back of the place that a scan has reached it may look. */
    private static final int BACK = 1024;
    /** How far ahead of a place a scan must see before it decides. */
    private static final int AHEAD = AddressFinder.AHEAD;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long TOPS = 0x8080_8080_8080_8080L;

    /** No access line. */
    private static final int NO_ACCESS = -1;
    /** The time of an access line, but no client that is understood. */
    private static final int NO_CLIENT = -2;

    private static final byte[] HOST = ascii("host.invalid");
    private static final byte[] UNKNOWN = ascii("unknown");
    private static final byte[] LOCALHOST = ascii("localhost");
    private static final byte[] UNIX = ascii("unix:");
    private static final byte[] CLIENT = ascii("client");
    private static final byte[] REMOTE = ascii("remote");
    private static final byte[] NGINX_CLIENT = ascii("client: ");

    /** What is looked for in the part of a line that has not been seen. */
    private enum Mode {
        ACCESS,
        APACHE_ERROR,
        NGINX_ERROR,
        /** Not understood. */
        ANY
    }

    /** What a field is that should be the client. */
    private enum Field {
        ADDRESS,
        HOST,
        KEPT,
        OTHER
    }

    private final InputStream in;
    private final Optional<OutputStream> out;
    private final boolean masks;
    private final AddressMasker masker;
    private final AddressFinder finder;
    private final LineTimes times;

    private final byte[] buffer = new byte[BUFFER];
    private int limit;
    private boolean ended;
    /** Up to here the buffer has been written. */
    private int written;
    /** In a line: before this nothing is looked at again. */
    private int floor;

    private final byte[] output;
    private int outputLength;

    private Mode mode = Mode.ANY;
    private boolean errorLog;
    private boolean clientSeen;
    /** How far the fields before the time have been masked. */
    private int maskedTo;

    private boolean continuation;
    private boolean blank;
    private long addressesBefore;

    private long lines;
    private long addresses;
    private long unparsed;
    private Optional<FileNote> damage = Optional.empty();
    private long oldest = Long.MAX_VALUE;
    private long newest = Long.MIN_VALUE;

    private LineScanner(InputStream in, Optional<OutputStream> out, AddressMasking masking, ZoneId zone) {
        this.in = in;
        this.out = out;
        masks = masking instanceof Truncate;
        masker = new AddressMasker(masking instanceof Truncate truncate ? truncate : new Truncate(24, 64));
        finder = new AddressFinder(masker, this::replace);
        times = new LineTimes(zone);
        output = new byte[out.isPresent() ? BUFFER : 0];
    }

    /**
     * Only looks.
     *
     * @param masking what would be masked; with {@code keep} no address is counted
     * @param zone the zone of the times in error logs, which say none
     */
    static LogScan inspect(InputStream in, AddressMasking masking, ZoneId zone) throws IOException {
        return new LineScanner(in, Optional.empty(), masking, zone).run();
    }

    /** Copies the log, masked. The output is neither flushed nor closed. */
    static LogScan mask(InputStream in, OutputStream out, AddressMasking masking, ZoneId zone) throws IOException {
        return new LineScanner(in, Optional.of(out), masking, zone).run();
    }

    private LogScan run() throws IOException {
        int at = 0;
        boolean openLine = false;
        while (true) {
            int stop = end(at);
            if (stop < 0 && limit - at < HEAD && !ended) {
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
            int end = record(at, stop);
            openLine = true;
            at = end;
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
                oldest == Long.MAX_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldest)),
                newest == Long.MIN_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(newest)),
                addresses,
                unparsed,
                damage);
    }

    // ---- the buffer

    /**
     * Drops what lies before {@code keep}, and reads: until the buffer is full or the log ends; or until there is a line
     * end, when more would have to be waited for. What is done is handed on before waiting.
     *
     * @return by how much everything has moved towards the start
     */
    private int fill(int keep) throws IOException {
        flush(keep);
        int kept = Math.min(keep, written);
        System.arraycopy(buffer, kept, buffer, 0, limit - kept);
        limit -= kept;
        written -= kept;
        floor -= kept;
        int searched = keep - kept;
        while (limit < BUFFER && !ended) {
            try {
                if (in.available() <= 0) {
                    if (end(searched) >= 0) {
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

    /** Writes what lies before {@code to} and has not been written. */
    private void flush(int to) throws IOException {
        if (to > written) {
            write(buffer, written, to - written);
            written = to;
        }
    }

    private void replace(int from, int to, byte[] text, int length) throws IOException {
        addresses++;
        flush(from);
        write(text, 0, length);
        written = to;
    }

    private void push() throws IOException {
        if (out.isPresent() && outputLength > 0) {
            out.get().write(output, 0, outputLength);
            outputLength = 0;
        }
    }

    private void write(byte[] bytes, int from, int length) throws IOException {
        if (out.isEmpty()) {
            return;
        }
        if (length > BUFFER - outputLength) {
            push();
            if (length > BUFFER / 4) {
                out.get().write(bytes, from, length);
                return;
            }
        }
        System.arraycopy(bytes, from, output, outputLength, length);
        outputLength += length;
    }

    /** The first line end or NUL at or after {@code from}, or -1 when the buffer has none. */
    private int end(int from) {
        int p = from;
        for (; p + 8 <= limit; p += 8) {
            long word = (long) LONGS.get(buffer, p);
            long newline = word ^ ONES * '\n';
            long ends = (((word - ONES) & ~word) | ((newline - ONES) & ~newline)) & TOPS;
            if (ends != 0) {
                // A hit may be a false one, but only in the bytes after a true one.
                return p + (Long.numberOfTrailingZeros(ends) >>> 3);
            }
        }
        for (; p < limit; p++) {
            if (buffer[p] == '\n' || buffer[p] == 0) {
                return p;
            }
        }
        return ended ? limit : -1;
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
        floor = from;
        clientSeen = false;
        addressesBefore = addresses;
        int next = classify(from, head);
        if (end >= 0) {
            scan(next, end, true);
            return closed(end);
        }
        // Longer than the buffer: look through a window that moves along.
        int at = next;
        while (true) {
            at = scan(at, limit, false);
            int moved = fill(Math.max(floor, at - BACK));
            at -= moved;
            int stop = end(at);
            if (stop >= 0) {
                scan(at, stop, true);
                return closed(stop);
            }
        }
    }

    private int closed(int end) {
        if (mode == Mode.ANY && errorLog && continuation) {
            unparsed += addresses > addressesBefore ? 1 : 0;
        } else if (mode == Mode.ANY && !blank) {
            unparsed++;
        }
        return end;
    }

    /** Tells the format, notes the time, masks the client fields before the time; says where to go on. */
    private int classify(int from, int head) throws IOException {
        continuation = false;
        blank = false;
        byte first = buffer[from];
        if (first == '[') {
            int timeEnd = LineTimes.apacheErrorEnd(buffer, from, head);
            if (timeEnd >= 0) {
                note(times.apacheError(buffer, from, head));
                return errors(Mode.APACHE_ERROR, timeEnd);
            }
            if (isClientGroup(from, head)) {
                return errors(Mode.APACHE_ERROR, from);
            }
        } else if (first >= '0' && first <= '9') {
            long time = times.nginxError(buffer, from, head);
            if (time != LineTimes.NONE) {
                note(time);
                return errors(Mode.NGINX_ERROR, from + 20);
            }
        }
        int access = access(from, head);
        if (access >= 0) {
            mode = Mode.ACCESS;
            errorLog = false;
            floor = access;
            return access;
        }
        mode = Mode.ANY;
        continuation = access == NO_ACCESS;
        blank = true;
        for (int p = from; p < head && blank; p++) {
            blank = buffer[p] == ' ' || buffer[p] == '\t' || buffer[p] == '\r';
        }
        return from;
    }

    private int errors(Mode errors, int next) {
        mode = errors;
        errorLog = true;
        floor = next;
        return next;
    }

    private void note(long time) {
        if (time != LineTimes.NONE) {
            oldest = Math.min(oldest, time);
            newest = Math.max(newest, time);
        }
    }

    // ---- access lines

    /** Masks the client of an access line; the place after the time, or one of the two negative answers. */
    private int access(int from, int head) throws IOException {
        int word = from;
        while (word < head && buffer[word] > ' ') {
            word++;
        }
        // The usual line: an address and " - - [".
        if (word + 5 < head && buffer[word + 1] == '-' && buffer[word + 3] == '-' && buffer[word + 5] == '[') {
            long time = times.access(buffer, word + 5, head);
            if (time != LineTimes.NONE && buffer[word] == ' ' && buffer[word + 2] == ' ' && buffer[word + 4] == ' ') {
                Reading reading = masker.mask(buffer, from, word);
                if (reading != Reading.NONE) {
                    note(time);
                    apply(reading, from, word);
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
        if (at == from || buffer[at - 1] != ' ' || !clients(from, at - 1)) {
            return NO_CLIENT;
        }
        // The user name is the visitor's to choose.
        addresses(maskedTo, at - 1, true);
        return at + LineTimes.ACCESS_LENGTH;
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
            return close < to && understood(from + 1, close) && maskList(from + 1, close, false);
        }
        int firstEnd = listEnd(from, to);
        int second = Math.min(firstEnd + 1, to);
        int secondEnd = listEnd(second, to);
        if (!understood(from, firstEnd)) {
            return false;
        }
        boolean list = contains(from, firstEnd, ',');
        Field first = list ? Field.ADDRESS : field(from, firstEnd);
        if (first != Field.HOST) {
            maskList(from, firstEnd, false);
            // The first may have been the virtual host.
            return secondEnd == second || !understood(second, secondEnd) || maskList(second, secondEnd, true);
        }
        int third = Math.min(secondEnd + 1, to);
        int thirdEnd = listEnd(third, to);
        boolean fourFields = thirdEnd < to;
        boolean dash = is(second, secondEnd, '-');
        boolean secondList = contains(second, secondEnd, ',');
        Field next = secondEnd == second ? Field.OTHER : secondList ? Field.ADDRESS : field(second, secondEnd);
        if (!dash && understood(second, secondEnd) && (next == Field.ADDRESS || next == Field.KEPT)) {
            return maskList(second, secondEnd, false);
        }
        if (dash && contains(from, firstEnd, ':') && fourFields) {
            // The virtual host with its port, and no client.
            return true;
        }
        if (!dash && next == Field.HOST && fourFields) {
            return (is(third, thirdEnd, '-') || maskList(from, firstEnd, false)) && maskList(second, secondEnd, false);
        }
        return maskList(from, firstEnd, false);
    }

    /** The end of the field, or of the list of fields joined by commas, that starts at {@code from}. */
    private int listEnd(int from, int to) {
        int p = from;
        while (p < to && (buffer[p] != ' ' || (p > from && buffer[p - 1] == ','))) {
            p++;
        }
        return p;
    }

    private boolean understood(int from, int to) {
        for (int p = from; p < to; ) {
            int end = elementEnd(p, to);
            if (end > p && field(p, end) == Field.OTHER) {
                return false;
            }
            p = end + 1;
            while (p < to && buffer[p] == ' ') {
                p++;
            }
        }
        return to > from;
    }

    /** Masks each element; always true. */
    private boolean maskList(int from, int to, boolean addressesOnly) throws IOException {
        for (int p = from; p < to; ) {
            int end = elementEnd(p, to);
            if (end > p) {
                Field field = field(p, end);
                if (field == Field.ADDRESS) {
                    apply(masker.mask(buffer, p, end), p, end);
                } else if (field == Field.HOST && !addressesOnly && masks) {
                    replace(p, end - portLength(p, end), HOST, HOST.length);
                }
            }
            p = end + 1;
            while (p < to && buffer[p] == ' ') {
                p++;
            }
        }
        maskedTo = to;
        return true;
    }

    private int elementEnd(int from, int to) {
        int p = from;
        while (p < to && buffer[p] != ',' && buffer[p] != ' ') {
            p++;
        }
        return p;
    }

    private Field field(int from, int to) {
        if (masker.mask(buffer, from, to) != Reading.NONE) {
            return Field.ADDRESS;
        }
        int nameEnd = to - portLength(from, to);
        if (is(from, to, '-')
                || equal(from, to, UNKNOWN)
                || equal(from, nameEnd, LOCALHOST)
                || equal(from, nameEnd, HOST)
                || startsWith(from, to, UNIX)) {
            return Field.KEPT;
        }
        return name(from, nameEnd) ? Field.HOST : Field.OTHER;
    }

    /** The length of {@code :PORT} at the end, or 0. */
    private int portLength(int from, int to) {
        int p = to;
        while (p > from && buffer[p - 1] >= '0' && buffer[p - 1] <= '9') {
            p--;
        }
        return p > from && p < to && to - p <= 5 && buffer[p - 1] == ':' ? to - p + 1 : 0;
    }

    private boolean name(int from, int to) {
        for (int p = from; p < to; p++) {
            if (!letterOrDigit(buffer[p]) && buffer[p] != '.' && buffer[p] != '-') {
                return false;
            }
        }
        return to > from;
    }

    // ---- the rest of a line

    /**
     * Masks the clients that the {@link #mode} knows, and every other address, from {@code from} to {@code stop}.
     *
     * @param last whether the record ends at {@code stop}
     * @return how far it has come: {@code stop}, or less when it must see more to decide
     */
    private int scan(int from, int stop, boolean last) throws IOException {
        int at = from;
        if (mode == Mode.APACHE_ERROR) {
            at = apacheClients(at, stop, last);
        } else if (mode == Mode.NGINX_ERROR) {
            at = nginxClients(at, stop, last);
        }
        return addresses(at, stop, last);
    }

    private int addresses(int from, int stop, boolean last) throws IOException {
        return masks ? finder.find(buffer, floor, from, stop, last) : stop;
    }

    /**
     * Masks each {@code [client X]} and {@code [remote X]}, and every address before the last of them; one that is not
     * understood makes the line one that is not.
     */
    private int apacheClients(int from, int stop, boolean last) throws IOException {
        int at = from;
        for (int p = from; p < stop; p++) {
            if (buffer[p] != '[') {
                continue;
            }
            if (!last && stop - p < AHEAD) {
                return at;
            }
            if (!isClientGroup(p, stop)) {
                continue;
            }
            int start = p + 8;
            int end = start;
            int furthest = Math.min(stop, p + AHEAD);
            while (end < furthest && buffer[end] != ']') {
                end++;
            }
            if (end < furthest && buffer[start] == '[') {
                end++;
                while (end < furthest && buffer[end] != ']') {
                    end++;
                }
            }
            if (end == furthest || field(start, end) == Field.OTHER) {
                if (!clientSeen) {
                    mode = Mode.ANY;
                    return at;
                }
                continue;
            }
            addresses(at, p, true);
            maskList(start, end, clientSeen);
            clientSeen = true;
            floor = end;
            at = end;
            p = end;
        }
        return at;
    }

    private boolean isClientGroup(int at, int stop) {
        return stop - at > 8
                && buffer[at + 7] == ' '
                && (startsWith(at + 1, stop, CLIENT) || startsWith(at + 1, stop, REMOTE));
    }

    /** Masks the X of each {@code client: X}, as {@link #apacheClients} does. */
    private int nginxClients(int from, int stop, boolean last) throws IOException {
        int at = from;
        for (int p = from; p < stop; p++) {
            if (buffer[p] != 'c') {
                continue;
            }
            if (!last && stop - p < AHEAD) {
                return at;
            }
            if (!startsWith(p, stop, NGINX_CLIENT)) {
                continue;
            }
            int start = p + NGINX_CLIENT.length;
            int end = start;
            int furthest = Math.min(stop, p + AHEAD);
            while (end < furthest && buffer[end] > ' ' && buffer[end] != ',') {
                end++;
            }
            if ((end == furthest && end < stop) || field(start, end) == Field.OTHER) {
                mode = Mode.ANY;
                return at;
            }
            addresses(at, p, true);
            maskList(start, end, clientSeen);
            clientSeen = true;
            floor = end;
            at = end;
            p = end - 1;
        }
        return at;
    }

    private void apply(Reading reading, int from, int to) throws IOException {
        if (reading == Reading.UNMASKED && masks) {
            replace(from, to, masker.text(), masker.length());
        }
    }

    // ---- bytes

    private boolean is(int from, int to, char only) {
        return to - from == 1 && buffer[from] == only;
    }

    private boolean equal(int from, int to, byte[] word) {
        return to - from == word.length && startsWith(from, to, word);
    }

    private boolean startsWith(int from, int to, byte[] word) {
        return to - from >= word.length && Arrays.equals(buffer, from, from + word.length, word, 0, word.length);
    }

    private boolean contains(int from, int to, char wanted) {
        return AddressMasker.indexOf(buffer, from, to, wanted) >= 0;
    }

    private static boolean digit(byte c) {
        return c >= '0' && c <= '9';
    }

    private static boolean letterOrDigit(byte c) {
        return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
