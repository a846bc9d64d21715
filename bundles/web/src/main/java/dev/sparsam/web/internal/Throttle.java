package dev.sparsam.web.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts failures by a key and says how long the next try with the same key has to wait: not at all after the first few,
 * then one second, and twice as long after each further failure. A key that has not failed for an hour begins anew. In
 * memory and bounded: the least recently failed are forgotten.
 */
final class Throttle {
    private static final int MOST = 10_000;
    private static final Duration FORGET = Duration.ofHours(1);

    private final int free;
    private final Duration longest;
    private final Map<String, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MOST;
        }
    };

    private record Failures(int count, Instant last) {}

    /**
     * @param free how many failures cost nothing
     * @param longest the longest wait
     */
    Throttle(int free, Duration longest) {
        this.free = free;
        this.longest = longest;
    }

    /** How long a key still has to wait; zero when it may try now. */
    Duration wait(String key, Instant now) {
        return wait(key, now, free);
    }

    /** The same with another number of failures that cost nothing. */
    synchronized Duration wait(String key, Instant now, int free) {
        Optional<Failures> recent = recent(key, now);
        if (recent.isEmpty() || recent.get().count() < free) {
            return Duration.ZERO;
        }
        Failures known = recent.get();
        int over = known.count() - free;
        Duration delay = Duration.ofSeconds(1L << Math.min(over, 20));
        Duration capped = delay.compareTo(longest) > 0 ? longest : delay;
        Duration left = Duration.between(now, known.last().plus(capped));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Whether a key has used up the failures that cost nothing. */
    synchronized boolean isTired(String key, Instant now) {
        return recent(key, now).filter(known -> known.count() >= free).isPresent();
    }

    private Optional<Failures> recent(String key, Instant now) {
        Optional<Failures> known = Optional.ofNullable(failures.get(key));
        if (known.filter(last -> last.last().plus(FORGET).isBefore(now)).isPresent()) {
            failures.remove(key);
            return Optional.empty();
        }
        return known;
    }

    synchronized void failed(String key, Instant now) {
        Failures known = failures.get(key);
        failures.put(key, new Failures(known == null ? 1 : known.count() + 1, now));
    }

    /** Forgets all failures of a key. */
    synchronized void succeeded(String key) {
        failures.remove(key);
    }

    /** Takes back the last failure: it was none. Those before it stay. */
    synchronized void undo(String key) {
        failures.computeIfPresent(
                key, (same, known) -> known.count() == 1 ? null : new Failures(known.count() - 1, known.last()));
    }
}
