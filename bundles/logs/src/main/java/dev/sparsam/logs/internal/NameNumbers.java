package dev.sparsam.logs.internal;

import java.util.Arrays;

/**
 * The numbers in the name of a host, among which those of its address may stand in any order, and apart from each other:
 * {@code 77.red-203-0-113.isp.example}, {@code lyon-1-1234-77.w203-0.isp.example}. Three of the four are enough: many
 * providers leave one out. Which of several equal numbers is the one of the address nobody knows: all of them go.
 *
 * <p>Not thread-safe.
 */
final class NameNumbers {
    /** RFC 1035 section 2.3.4. */
    static final int LONGEST_NAME = 253;

    /** So many of an address are no coincidence. */
    private static final int LEAST = 3;

    private static final int MOST = LONGEST_NAME / 2 + 1;
    private static final int STAYS = -1;

    private final int[] starts = new int[MOST];
    private final int[] ends = new int[MOST];
    private final int[] values = new int[MOST];
    private final int[] masked = new int[MOST];
    private final boolean[] together = new boolean[MOST];
    /** How often there is each value. */
    private final int[] counts = new int[256];

    private int count;

    /** What becomes of the numbers of an IPv4 address. */
    interface Masking {
        int of(int address);
    }

    /** Reads a name, of which the address may have any number of at most three digits, and says whether they are enough. */
    boolean read(byte[] b, int from, int to) {
        for (int i = 0; i < count; i++) {
            counts[values[i]] = 0;
        }
        count = 0;
        for (int p = from; p < to && count < MOST; p++) {
            int start = p;
            int value = 0;
            while (p < to && b[p] >= '0' && b[p] <= '9') {
                value = p - start < LEAST ? value * 10 + b[p] - '0' : 256;
                p++;
            }
            if (p > start && value < 256) {
                starts[count] = start;
                ends[count] = p;
                values[count] = value;
                together[count] = false;
                masked[count++] = STAYS;
                counts[value]++;
            }
        }
        return count >= LEAST;
    }

    int count() {
        return count;
    }

    int start(int i) {
        return starts[i];
    }

    int end(int i) {
        return ends[i];
    }

    /**
     * Notes what becomes of those that are numbers of an address, and says whether they are enough.
     *
     * @param beside whether the address stands directly beside the name; elsewhere three digits may be a version
     */
    boolean compare(int address, Masking masking, boolean beside) {
        int missing = 0;
        for (int i = 0; i < 4; i++) {
            missing += counts[octet(address, i)] == 0 ? 1 : 0;
        }
        // A name may be compared with hundreds of addresses.
        return missing <= 4 - LEAST && isRepeated(address, masking, beside);
    }

    private boolean isRepeated(int address, Masking masking, boolean beside) {
        int found = 0;
        boolean digits = true;
        for (int i = 0; i < 4; i++) {
            int octet = octet(address, i);
            int same = 0;
            for (int j = 0; j < i; j++) {
                same += octet(address, j) == octet ? 1 : 0;
            }
            if (counts[octet] > same) {
                found++;
                digits &= octet < 10;
            }
        }
        if (found < LEAST || (found == LEAST && digits && !beside)) {
            return false;
        }
        int becomes = masking.of(address);
        for (int i = 0; i < 4; i++) {
            int octet = octet(address, i);
            if (counts[octet] > 0 && octet(becomes, i) != octet) {
                for (int j = 0; j < count; j++) {
                    masked[j] = values[j] == octet && masked[j] == STAYS ? octet(becomes, i) : masked[j];
                }
            }
        }
        return true;
    }

    /** The address that four numbers are, from this one on. */
    int address(int i) {
        return values[i] << 24 | values[i + 1] << 16 | values[i + 2] << 8 | values[i + 3];
    }

    /**
     * Notes that four numbers, from this one on, are found by themselves.
     *
     * @param zeros whether all of them become zeros then
     */
    void leave(int i, boolean zeros) {
        Arrays.fill(together, i, i + 4, true);
        if (zeros) {
            Arrays.fill(masked, i, i + 4, 0);
        }
    }

    /**
     * How many of them are to be decided here: up to the last that is not found by itself. What stands before that one would
     * not be found any more.
     */
    int decided() {
        int i = count;
        while (i > 0 && (together[i - 1] || masked[i - 1] == STAYS)) {
            i--;
        }
        return i;
    }

    /** Whether something becomes of a number. */
    boolean changes(int i) {
        return masked[i] != STAYS;
    }

    /** What becomes of it. */
    int masked(int i) {
        return masked[i];
    }

    private static int octet(int address, int i) {
        return address >>> (24 - 8 * i) & 0xff;
    }
}
