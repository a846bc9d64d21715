package dev.sparsam.logs.internal;

import java.util.Map;
import java.util.function.LongFunction;

/**
 * The keys of those days that were asked for last. What a day's keys remember is much, and lines may name as many days as
 * whoever writes them likes. Not thread-safe.
 */
final class LastDays implements KeyRing {
    /** Logs go from one day to the next; those of several servers, mixed, are of a few. */
    static final int REMEMBERED = 8;

    private final LongFunction<byte[]> secrets;
    private final Map<Long, DayKeys> days = new LastUsed<>(REMEMBERED);

    /** @param secrets the key of a day; it is asked for again when many others were asked for since */
    LastDays(LongFunction<byte[]> secrets) {
        this.secrets = secrets;
    }

    @Override
    public DayKeys on(long epochDay) {
        return days.computeIfAbsent(epochDay, day -> new DayKeys(secrets.apply(day)));
    }
}
