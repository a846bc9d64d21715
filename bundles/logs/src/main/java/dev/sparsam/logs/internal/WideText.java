package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The lines of a log, unless they are of two bytes per character (UTF-16), as Windows writes them. Whoever looked for addresses
 * byte by byte would find none in those, so they are refused, rather than handed on as they are.
 */
final class WideText extends BlockInput {
    /** So many bytes tell; of less, the mark with which such texts mostly begin. */
    static final int HEAD = 8;

    private final InputStream in;
    private boolean begun;
    private byte[] head = new byte[0];

    WideText(InputStream in) {
        this.in = in;
    }

    /** Whether a text of two bytes per character begins so: with its mark, or with a NUL in every character. */
    static boolean begins(byte[] head, int length) {
        if (length < 2) {
            return false;
        }
        int first = (head[0] & 0xff) << 8 | (head[1] & 0xff);
        return first == 0xfffe || first == 0xfeff || (length >= HEAD && isEverySecondNul(head, HEAD));
    }

    /** NUL bytes beside each other are a hole, as a log has it that was truncated below its writer. */
    private static boolean isEverySecondNul(byte[] head, int length) {
        int nul = head[0] == 0 ? 0 : 1;
        for (int p = 0; p < length; p++) {
            if ((head[p] == 0) != (p % 2 == nul)) {
                return false;
            }
        }
        return true;
    }

    /** Whether what stands at a place is the mark of such a text within a log of one byte per character. */
    static boolean isMark(byte[] b, int at, int to) {
        return at + 4 <= to && b[at] == (byte) 0xff && b[at + 1] == (byte) 0xfe && b[at + 2] != 0 && b[at + 3] == 0;
    }

    /**
     * Where the characters of two bytes end that begin at a place: at a line end, or at something else. It makes no difference
     * which of both bytes comes first: the NUL before the first character belongs to what stands before.
     */
    static int end(byte[] b, int from, int to) {
        int p = from;
        while (p < to && b[p] != 0 && b[p] != '\n' && (p + 1 == to || b[p + 1] == 0)) {
            p = Math.min(p + 2, to);
        }
        return p;
    }

    /** Where the last blank of such characters is, so that what stands behind it can be left to what follows. */
    static int lastBlank(byte[] b, int from, int to) {
        int p = from + (to - from - 1) / 2 * 2;
        while (p > from && b[p] != ' ') {
            p -= 2;
        }
        return p;
    }

    /** The characters of one byte each. */
    static byte[] narrow(byte[] b, int from, int to) {
        byte[] narrow = new byte[(to - from + 1) / 2];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = b[from + 2 * i];
        }
        return narrow;
    }

    /**
     * The characters of two bytes each.
     *
     * @param whole whether the last one has a NUL behind it, too
     */
    static byte[] widen(byte[] narrow, boolean whole) {
        byte[] wide = new byte[Math.max(0, 2 * narrow.length - (whole ? 0 : 1))];
        for (int i = 0; i < narrow.length; i++) {
            wide[2 * i] = narrow[i];
        }
        return wide;
    }

    /**
     * Reads on.
     *
     * @throws DamagedException when it is refused
     */
    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        if (begun || len == 0) {
            return in.read(b, off, len);
        }
        if (head.length == 0) {
            head = begin();
        }
        if (begins(head, head.length)) {
            throw new DamagedException(FileNote.of(Code.WIDE_TEXT));
        }
        return rest(b, off, len);
    }

    @Override
    public int available() throws IOException {
        return begun || head.length == 0 ? in.available() : head.length;
    }

    /** Waits for no more than is needed to tell: somebody may write line by line. */
    private byte[] begin() throws IOException {
        byte[] read = new byte[HEAD];
        int length = 0;
        while (length < 2 || (length < HEAD && isEverySecondNul(read, length))) {
            int count = in.read(read, length, HEAD - length);
            if (count < 0) {
                break;
            }
            length += count;
        }
        return Arrays.copyOf(read, length);
    }

    private int rest(byte[] b, int off, int len) throws IOException {
        int count = Math.min(len, head.length);
        if (count == 0) {
            begun = true;
            return in.read(b, off, len);
        }
        System.arraycopy(head, 0, b, off, count);
        head = Arrays.copyOfRange(head, count, head.length);
        begun = head.length == 0;
        return count;
    }

    /** What was refused, of one byte per character: good enough to be looked at, never to be written. */
    InputStream narrowed() {
        boolean marked = begins(head, 2);
        boolean high = head[0] == 0 || (marked && (head[0] & 0xff) == 0xfe);
        byte[] first = marked ? Arrays.copyOfRange(head, 2, head.length) : head;
        return new BlockInput() {
            private int done;
            private byte[] wide = new byte[0];

            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                int length = 0;
                wide = wide.length < 2 * len ? new byte[2 * len] : wide;
                while (done < first.length && length < 2 * len) {
                    wide[length++] = first[done++];
                }
                length += in.readNBytes(wide, length, 2 * len - length);
                for (int i = 0; i < length / 2; i++) {
                    byte other = wide[high ? 2 * i : 2 * i + 1];
                    b[off + i] = other == 0 ? wide[high ? 2 * i + 1 : 2 * i] : (byte) '?';
                }
                return length < 2 && len > 0 ? -1 : length / 2;
            }
        };
    }
}
