package dev.sparsam.logs.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A text that stands before something to be masked, wherever it is in a line. */
final class Marker {
    private final Mark mark;
    private final byte[] after;
    private final byte[] until;

    /**
     * Makes one.
     *
     * @param mark what follows
     * @param after the text
     * @param until the characters of which one ends it; the end of the line does too
     */
    Marker(Mark mark, String after, String until) {
        if (after.isEmpty()) {
            throw new IllegalArgumentException("a marker of " + mark + " has no text");
        }
        this.mark = mark;
        this.after = after.getBytes(StandardCharsets.ISO_8859_1);
        this.until = until.getBytes(StandardCharsets.ISO_8859_1);
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

    /** Whether nothing but the end of the line ends it. */
    boolean endsAtLineEnd() {
        return until.length == 0;
    }

    /** Where what starts at {@code from} ends. */
    int end(byte[] b, int from, int to) {
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
        for (byte end : until) {
            if (c == end) {
                return true;
            }
        }
        return false;
    }
}
