package dev.sparsam.shell.internal;

import java.io.PrintStream;
import java.util.function.BiFunction;

/**
 * Tells how far something is, in whole lines and at most one for each tenth: what they are written to may be a file or
 * another program.
 */
final class Progress {
    private final PrintStream out;
    private final BiFunction<Integer, Integer, String> words;
    private int told;

    /** @param words says that so many of so many are done */
    Progress(PrintStream out, BiFunction<Integer, Integer, String> words) {
        this.out = out;
        this.words = words;
    }

    /** Something is done; of one thing there is nothing to tell. */
    void at(int done, int all) {
        int tenth = all > 1 ? (int) (10L * done / all) : 0;
        if (tenth > told) {
            told = tenth;
            out.println(words.apply(done, all));
        }
    }
}
