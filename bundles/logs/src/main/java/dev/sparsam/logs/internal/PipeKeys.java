package dev.sparsam.logs.internal;

import java.time.LocalDate;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The keys of a logger: those that the {@linkplain PipeSites sites file} hands out, which are the ones of sweeps. For a day
 * of which it has none there is one that ends with the process: nothing is kept here, so nothing is to be destroyed here.
 * Not thread-safe.
 */
final class PipeKeys {
    private static final int REMEMBERED = 8;

    private final RandomGenerator random;
    private final Consumer<String> missing;
    private final Map<String, byte[]> own = new HashMap<>();
    private final Map<Key, DayKeys> keys = new LastUsed<>(REMEMBERED);
    private long today;

    private record Key(String domain, long day) {}

    /** @param missing is told a domain that has been handed out keys, but not the one of today */
    PipeKeys(RandomGenerator random, Consumer<String> missing) {
        this.random = random;
        this.missing = missing;
    }

    /**
     * The keys of a domain.
     *
     * @param handedOut by day, in Base64
     */
    KeyRing of(String domain, Map<LocalDate, String> handedOut) {
        return day -> keys.computeIfAbsent(new Key(domain, day), any -> {
            String secret = handedOut.get(LocalDate.ofEpochDay(day));
            if (secret != null) {
                return new DayKeys(Base64.getDecoder().decode(secret));
            }
            if (day == today && !handedOut.isEmpty()) {
                missing.accept(domain);
            }
            return DayKeys.derived(own.computeIfAbsent(domain, unused -> fresh()), day);
        });
    }

    private byte[] fresh() {
        byte[] secret = new byte[DayKeys.LENGTH];
        random.nextBytes(secret);
        return secret;
    }

    /** Another day has begun, or other keys are handed out: what was handed out before is not used any more. */
    void forget(LocalDate now) {
        keys.clear();
        if (now.toEpochDay() != today) {
            // Nobody is to turn back what the day before was made with.
            own.clear();
        }
        today = now.toEpochDay();
    }
}
