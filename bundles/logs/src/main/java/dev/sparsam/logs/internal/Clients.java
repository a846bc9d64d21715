package dev.sparsam.logs.internal;

import dev.sparsam.logs.internal.AddressMasker.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what stands in the place of a client, and masks it: an address, a host name, or a list of them.
 *
 * <p>A host name ({@code HostnameLookups On}) becomes {@code host.invalid}, also when it has no digit: a look-up leads from
 * any such name to the address. {@code -}, {@code unknown}, {@code localhost} and {@code unix:} stay.
 */
final class Clients {
    /** What a field is that should be a client. */
    enum Kind {
        ADDRESS,
        HOST,
        /** What says that there is none. */
        NONE,
        OTHER
    }

    private static final byte[] HOST = ascii("host.invalid");
    private static final byte[] HASHED = ascii("hash.invalid");
    private static final byte[] UNKNOWN = ascii("unknown");
    private static final byte[] LOCALHOST = ascii("localhost");
    private static final byte[] UNIX = ascii("unix:");

    private final AddressMasker masker;
    private final boolean masks;
    private final AddressFinder.Edits edits;

    /** @param masks whether anything is changed */
    Clients(AddressMasker masker, boolean masks, AddressFinder.Edits edits) {
        this.masker = masker;
        this.masks = masks;
        this.edits = edits;
    }

    /** What one element is. */
    Kind kind(byte[] b, int from, int to) {
        if (masker.mask(b, from, to) != Reading.NONE && !is(b, from, to, '-')) {
            return Kind.ADDRESS;
        }
        int nameEnd = to - portLength(b, from, to);
        if (is(b, from, to, '-')
                || equal(b, from, to, UNKNOWN)
                || equal(b, from, nameEnd, LOCALHOST)
                || equal(b, from, nameEnd, HOST)
                || (to - from >= UNIX.length
                        && equal(b, from, from + UNIX.length, UNIX)
                        && (to - from == UNIX.length || b[from + UNIX.length] == '/'))) {
            return Kind.NONE;
        }
        return isName(b, from, nameEnd) ? Kind.HOST : Kind.OTHER;
    }

    /**
     * Whether it is the name of a host, or what has become of one. What has become of an e-mail address is none.
     *
     * @param sure whether what stands around it tells that it is one; otherwise it must have a dot, as words have none
     */
    boolean isHost(byte[] b, int from, int to, boolean sure) {
        return equal(b, from, to, HOST)
                || (to > from
                        && (sure || AddressMasker.indexOf(b, from, to, '.') >= 0)
                        && kind(b, from, to) == Kind.HOST
                        && !equal(b, from, to - portLength(b, from, to), HASHED));
    }

    /** Whether each element of a list is something that can be there. */
    boolean isList(byte[] b, int from, int to) {
        for (int p = from; p < to; ) {
            int end = elementEnd(b, p, to);
            if (end > p && kind(b, p, end) == Kind.OTHER) {
                return false;
            }
            p = next(b, end, to);
        }
        return to > from;
    }

    /** Masks each element of a list; names of hosts are clients too. */
    void mask(byte[] b, int from, int to) throws IOException {
        mask(b, from, to, (name, end) -> edits.replace(name, end - portLength(b, name, end), HOST, HOST.length));
    }

    /**
     * Masks each element of a list.
     *
     * @param names what becomes of names of hosts
     */
    void mask(byte[] b, int from, int to, FieldMasker.Text names) throws IOException {
        for (int p = from; p < to && masks; ) {
            int end = elementEnd(b, p, to);
            if (end > p) {
                Kind kind = kind(b, p, end);
                if (kind == Kind.ADDRESS) {
                    if (masker.mask(b, p, end) == Reading.UNMASKED) {
                        edits.replace(p, end, masker.text(), masker.length());
                    }
                } else if (kind == Kind.HOST) {
                    names.mask(p, end);
                }
            }
            p = next(b, end, to);
        }
    }

    /**
     * Reads the name of a host, with or without a port, and a blank; of a name for which {@link #kind} says so too.
     *
     * @return the place behind the blank; -1 when {@link #kind} has to decide
     */
    static int behindHost(byte[] b, int from, int limit) {
        int p = from;
        // No address and no number has a letter behind the f.
        boolean name = false;
        while (p < limit && isNameByte(b[p])) {
            name |= (b[p++] | 0x20) > 'f';
        }
        int end = p;
        if (p < limit && b[p] == ':') {
            do {
                p++;
            } while (p < limit && b[p] >= '0' && b[p] <= '9');
        }
        boolean host = name && p < limit && b[p] == ' ' && end - from < 256 && p - end != 1 && p - end <= 6;
        return host && !isNone(b, from, end) ? p + 1 : -1;
    }

    /** Whether a name says that there is no client, or none any more. */
    private static boolean isNone(byte[] b, int from, int to) {
        return equal(b, from, to, UNKNOWN) || equal(b, from, to, LOCALHOST) || equal(b, from, to, HOST);
    }

    /** The end of the element, or of the elements joined by commas, that start at {@code from}. */
    static int listEnd(byte[] b, int from, int to) {
        int p = from;
        while (p < to && (b[p] != ' ' || (p > from && b[p - 1] == ','))) {
            p++;
        }
        return p;
    }

    private static int elementEnd(byte[] b, int from, int to) {
        int p = from;
        while (p < to && b[p] != ',' && b[p] != ' ') {
            p++;
        }
        return p;
    }

    private static int next(byte[] b, int end, int to) {
        int p = end + 1;
        while (p < to && b[p] == ' ') {
            p++;
        }
        return p;
    }

    /** The length of {@code :PORT} at the end, or 0. */
    private static int portLength(byte[] b, int from, int to) {
        int p = to;
        while (p > from && b[p - 1] >= '0' && b[p - 1] <= '9') {
            p--;
        }
        return p > from && p < to && to - p <= 5 && b[p - 1] == ':' ? to - p + 1 : 0;
    }

    private static boolean isName(byte[] b, int from, int to) {
        for (int p = from; p < to; p++) {
            if (!isNameByte(b[p])) {
                return false;
            }
        }
        return to > from;
    }

    private static boolean isNameByte(byte c) {
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return letter || c == '.' || c == '-' || c == '_';
    }

    static boolean is(byte[] b, int from, int to, char only) {
        return to - from == 1 && b[from] == only;
    }

    private static boolean equal(byte[] b, int from, int to, byte[] word) {
        return to - from == word.length && Arrays.equals(b, from, to, word, 0, word.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
