package dev.sparsam.shell.internal;

import java.io.PrintStream;

/**
 * Tells how far something is, in whole lines and at most one for each tenth: what they are written to may be a file or
 * another program.
 */
final class Progress {
    private final PrintStream out;
    private final String what;
    private int told;

    Progress(PrintStream out, String what) {
        this.out = out;
        this.what = what;
    }

    /** Something is done; of one thing there is nothing to tell. */
    void at(int done, int all) {
        int tenth = all > 1 ? (int) (10L * done / all) : 0;
        if (tenth > told) {
            told = tenth;
            out.println(what + ": " + done + " of " + all + " sites");
        }
    }
}
