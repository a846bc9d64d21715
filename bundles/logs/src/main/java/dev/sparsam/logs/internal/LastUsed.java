package dev.sparsam.logs.internal;

import java.util.LinkedHashMap;
import java.util.Map;

/** Remembers what was used last, and so many at most. Not thread-safe. */
final class LastUsed<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    private final int most;

    /** @param most how many are remembered */
    LastUsed(int most) {
        super(16, 0.75f, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
