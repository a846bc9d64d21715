package dev.sparsam.logs.internal;

import java.util.Arrays;

/** The parts of one line that a format has told, from left to right; nothing overlaps. Reused from line to line. */
final class Spans {
    private Mark[] marks = new Mark[16];
    private int[] froms = new int[16];
    private int[] tos = new int[16];
    private int count;
    private long time = TimePattern.NONE;

    void clear() {
        count = 0;
        time = TimePattern.NONE;
    }

    void add(Mark mark, int from, int to) {
        if (count == marks.length) {
            marks = Arrays.copyOf(marks, 2 * count);
            froms = Arrays.copyOf(froms, 2 * count);
            tos = Arrays.copyOf(tos, 2 * count);
        }
        marks[count] = mark;
        froms[count] = from;
        tos[count++] = to;
    }

    /** How many there are. */
    int count() {
        return count;
    }

    Mark mark(int i) {
        return marks[i];
    }

    int from(int i) {
        return froms[i];
    }

    int to(int i) {
        return tos[i];
    }

    void time(long millis) {
        time = millis;
    }

    /** The time of the line, or {@link TimePattern#NONE}. */
    long time() {
        return time;
    }

    /** Makes one of them a part like any other. */
    void forget(int i) {
        marks[i] = Mark.ANY;
    }

    /** Forgets what was added after the first {@code kept}. */
    void cutTo(int kept) {
        count = kept;
    }

    /** Moves all by as much as the buffer has moved. */
    void move(int towardsStart) {
        for (int i = 0; i < count; i++) {
            froms[i] -= towardsStart;
            tos[i] -= towardsStart;
        }
    }
}
