package dev.sparsam.logs.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks at eight bytes at once, without a branch that depends on them ("SIMD within a register"). A word holds them so that
 * the first one is the lowest; an answer about each byte is its top bit, or, {@linkplain #bits gathered}, one bit of eight.
 */
final class Swar {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final long ONES = 0x0101_0101_0101_0101L;
    static final long TOPS = 0x8080_8080_8080_8080L;
    private static final long LOWS = ~TOPS;

    private Swar() {}

    static long word(byte[] b, int at) {
        return (long) LONGS.get(b, at);
    }

    /** Gathers the top bits: the product moves each of them to a place of its own in the highest byte. */
    static long bits(long tops) {
        return ((tops & TOPS) * 0x0002_0408_1020_4081L) >>> 56;
    }

    /** Top bits of the first {@code bytes}. */
    static long first(int bytes) {
        return bytes >= 8 ? TOPS : TOPS & ((1L << (8 * bytes)) - 1);
    }

    /** Top bits where a byte is no digit, and bits of no meaning below them. */
    static long noDigits(long word) {
        return above((word & LOWS) ^ ('0' * ONES), 9) | word;
    }

    /** Top bits where a byte is zero; above the first one some may only seem to be. Bits of no meaning below them. */
    static long zeros(long word) {
        return (word - ONES) & ~word;
    }

    /** Top bits where a byte is this one, and no others. */
    static long equal(long word, char wanted) {
        long other = word ^ (wanted * ONES);
        return ~(((other & LOWS) + LOWS) | other) & TOPS;
    }

    /** Top bits where a byte is no hexadecimal digit and no colon, which follows the 9. */
    static long noRow(long word) {
        long low = word & LOWS;
        long letter = (low | (0x20 * ONES)) ^ (0x60 * ONES);
        return (above(low ^ ('0' * ONES), 10) & (above(letter, 6) | ~above(letter, 0))) | (word & TOPS);
    }

    /** Top bits where a byte is from {@code 0x40} to {@code 0x5f}, as capital letters are. */
    static long capitals(long word) {
        return (word << 1) & ~(word << 2) & TOPS;
    }

    /** Top bits where a byte, which has none, is greater. */
    private static long above(long word, int least) {
        return (word + (0x7f - least) * ONES) & TOPS;
    }

    /** The first line end or NUL, or -1. */
    static int recordEnd(byte[] b, int from, int to) {
        int p = from;
        for (; p + 32 <= to; p += 32) {
            long first = low(word(b, p));
            long second = low(word(b, p + 8));
            long third = low(word(b, p + 16));
            long fourth = low(word(b, p + 24));
            if (((first | second | third | fourth) & TOPS) != 0) {
                long ends = bits(first) | bits(second) << 8 | bits(third) << 16 | bits(fourth) << 24;
                for (; ends != 0; ends &= ends - 1) {
                    int at = p + Long.numberOfTrailingZeros(ends);
                    if (isRecordEnd(b[at])) {
                        return at;
                    }
                }
            }
        }
        for (; p < to; p++) {
            if (isRecordEnd(b[p])) {
                return p;
            }
        }
        return -1;
    }

    private static boolean isRecordEnd(byte c) {
        return c == '\n' || c == 0;
    }

    /** Top bits where a byte is at most a line end, and above such a one where it only seems to be. */
    private static long low(long word) {
        return (word - ('\n' + 1) * ONES) & ~word;
    }
}
