package dev.sparsam.logs.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A text that stands before something to be masked, wherever it is in a line. */
final class Marker {
    private static final byte[] PID = bytes("{pid}");

    private final Mark mark;
    private final byte[] after;
    private final Optional<byte[]> until;
    private final List<byte[]> before;
    private final Optional<byte[]> then;
    private final Optional<byte[]> past;

    /**
     * Makes one.
     *
     * @param mark what follows
     * @param after the text
     * @param until the characters of which one ends it; the end of the line does too. Without them it counts only where one
     *     of the texts stands
     * @param before texts of which the last in the line ends it, the first of them that there is; {@code *} stands for a
     *     word, and a line end for that of the line
     * @param then what must stand where one of the characters ends it
     * @param past a text behind which it begins, in the same word unless the text has a blank; {@code *} stands for a word;
     *     {@code {pid}}: behind the number of a process, if it begins with one ({@code 1234, max})
     */
    Marker(
            Mark mark,
            String after,
            Optional<String> until,
            List<String> before,
            Optional<String> then,
            Optional<String> past) {
        if (after.isEmpty()) {
            throw new IllegalArgumentException("a marker of " + mark + " has no text");
        }
        this.mark = mark;
        this.after = bytes(after);
        this.until = until.map(Marker::bytes);
        this.before = before.stream().map(Marker::bytes).toList();
        this.then = then.map(Marker::bytes);
        this.past = past.map(Marker::bytes);
    }

    Mark mark() {
        return mark;
    }

    int length() {
        return after.length;
    }

    byte first() {
        return after[0];
    }

    boolean standsAt(byte[] b, int at, int stop) {
        return stop - at >= after.length && Arrays.equals(b, at, at + after.length, after, 0, after.length);
    }

    /** Where what it stands before begins, if it stands at a place; -1 when it is none after all. */
    int start(byte[] b, int at, int stop) {
        int from = at + after.length;
        if (past.isEmpty()) {
            return from;
        }
        byte[] text = past.get();
        if (Arrays.equals(text, PID)) {
            return behindPid(b, from, stop);
        }
        boolean word = AddressMasker.indexOf(text, 0, text.length, ' ') < 0;
        for (int p = from; p < stop && !(word && b[p] == ' '); p++) {
            int behind = behind(b, p, stop, false, text);
            if (behind >= 0) {
                return behind;
            }
        }
        return -1;
    }

    private static int behindPid(byte[] b, int from, int stop) {
        int p = from;
        while (p < stop && b[p] >= '0' && b[p] <= '9') {
            p++;
        }
        if (p == from || p + 2 > stop) {
            return from;
        }
        boolean alone = b[p] == ')' && b[p + 1] == ':';
        return alone ? p : b[p] == ',' && b[p + 1] == ' ' ? p + 2 : from;
    }

    /** Whether nothing but the end of the line ends it. */
    boolean endsAtLineEnd() {
        return until.isPresent() && until.get().length == 0;
    }

    /** Whether what stands behind it tells that it is what it is marked as. */
    boolean isSure() {
        return then.isPresent();
    }

    /**
     * Where what starts at {@code from} ends; -1 when it is none after all.
     *
     * @param near how far a text that ends it is looked for
     * @param last whether the line ends at {@code to}
     */
    int end(byte[] b, int from, int near, int to, boolean last) {
        for (byte[] text : before) {
            // Who chooses a name may well choose one that holds the text; what services write themselves comes last.
            for (int p = near - 1; p >= from; p--) {
                if (behind(b, p, near, last && near == to, text) >= 0) {
                    return p;
                }
            }
        }
        if (until.isEmpty()) {
            return -1;
        }
        int end = end(b, from, to);
        byte[] next = then.orElse(new byte[0]);
        boolean fits = to - end >= next.length && Arrays.equals(b, end, end + next.length, next, 0, next.length);
        return fits ? end : -1;
    }

    /**
     * Where a text ends that may stand at a place; -1 when it does not stand there.
     *
     * @param last whether the line ends at {@code to}
     */
    private static int behind(byte[] b, int at, int to, boolean last, byte[] text) {
        int p = at;
        for (byte c : text) {
            if (c == '\n') {
                return last && p == to ? p : -1;
            }
            if (p == to || (c == '*' ? b[p] == ' ' : b[p] != c)) {
                return -1;
            }
            do {
                p++;
            } while (c == '*' && p < to && b[p] != ' ');
        }
        return p;
    }

    private int end(byte[] b, int from, int to) {
        int p = from;
        boolean brackets = ends((byte) ']');
        while (p < to && !ends(b[p])) {
            if (brackets && b[p] == '[') {
                // [client [2001:db8::7]:443]: the first closing bracket is the address's.
                while (p < to && b[p] != ']') {
                    p++;
                }
            }
            p = Math.min(to, p + 1);
        }
        return p;
    }

    private boolean ends(byte c) {
        for (byte end : until.orElseThrow()) {
            if (c == end) {
                return true;
            }
        }
        return false;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
