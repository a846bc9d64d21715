package dev.sparsam.logs.internal;

import java.util.ArrayList;
import java.util.List;

/** Parts of lists. */
final class Parts {
    private Parts() {}

    /** Parts of this size, in their order; the last one may be smaller. They are views. */
    static <T> List<List<T>> of(List<T> all, int size) {
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += size) {
            parts.add(all.subList(from, Math.min(all.size(), from + size)));
        }
        return parts;
    }
}
