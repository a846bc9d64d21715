package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.SweepFile;

/**
 * A file with what the engine needs to know it again.
 *
 * @param no its number within sweep and site
 * @param file what is planned
 * @param identity what the file was when it was planned
 * @param result what it will be, written before it is replaced; empty until then
 * @param left what is left of it when that is done
 */
record PlannedFile(int no, SweepFile file, String identity, String result, Remains left) {
    /** What is left of it by now. */
    Remains leaves() {
        return switch (file.outcome()) {
            case OPEN, DONE -> left;
            case VANISHED -> Remains.NONE;
            // Nobody has read it since. Of a file to be cut, the lines to be left out are counted, and those to be
            // left.
            case CHANGED, FAILED ->
                Remains.unread(
                        file.action() == FileAction.CUT ? file.lines() + left.lines() : file.lines(), file.oldest());
        };
    }
}
