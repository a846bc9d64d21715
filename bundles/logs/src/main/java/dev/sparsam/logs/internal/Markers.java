package dev.sparsam.logs.internal;

import java.util.List;
import java.util.Optional;

/** The markers of a format, in the order in which they are tried. Not thread-safe: it remembers what it has found last. */
final class Markers {
    private final List<Marker> all;
    private final boolean[] firsts = new boolean[256];
    private int start;
    private int end;

    Markers(List<Marker> all) {
        this.all = List.copyOf(all);
        all.forEach(marker -> firsts[marker.first() & 0xff] = true);
    }

    List<Marker> all() {
        return all;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Whether one may begin with a byte. */
    boolean mayBegin(byte first) {
        return firsts[first & 0xff];
    }

    /**
     * The first that stands at a place and has an end.
     *
     * @param near how far a text that ends it is looked for
     * @param last whether the line ends at {@code stop}
     */
    Optional<Marker> at(byte[] b, int at, int near, int stop, boolean last) {
        for (Marker marker : all) {
            if (marker.standsAt(b, at, stop)) {
                int to = marker.mark() == Mark.CLIENT ? near : stop;
                start = marker.start(b, at, stop);
                end = start < 0 ? -1 : marker.end(b, start, near, to, last);
                if (end >= 0) {
                    return Optional.of(marker);
                }
            }
        }
        return Optional.empty();
    }

    /** Where begins what the one found last stands before. */
    int start() {
        return start;
    }

    /** Where ends what the one found last stands before. */
    int end() {
        return end;
    }
}
