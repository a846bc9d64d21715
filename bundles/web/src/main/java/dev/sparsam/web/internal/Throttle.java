package dev.sparsam.web.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down guessing: after some failures of a login name, or of an address, the next try has to wait, each time
 * longer. Known and unknown names are treated alike. In memory and bounded: the least recently failed are forgotten.
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
    synchronized Duration wait(String key, Instant now) {
        Failures known = failures.get(key);
        if (known == null) {
            return Duration.ZERO;
        }
        if (known.last().plus(FORGET).isBefore(now)) {
            failures.remove(key);
            return Duration.ZERO;
        }
        int over = known.count() - free;
        if (over < 0) {
            return Duration.ZERO;
        }
        Duration delay = Duration.ofSeconds(1L << Math.min(over, 20));
        Duration capped = delay.compareTo(longest) > 0 ? longest : delay;
        Duration left = Duration.between(now, known.last().plus(capped));
        return left.isNegative() ? Duration.ZERO : left;
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
