package dev.sparsam.store;

import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;

/**
 * When a job runs by itself: every day at these times.
 *
 * @param times of the day, each once and in their order, at least one
 * @param zone the zone of these times
 */
public record JobSchedule(List<LocalTime> times, ZoneId zone) {
    /** Brings the times in order. */
    public JobSchedule {
        if (times.isEmpty()) {
            throw new IllegalArgumentException("A schedule has at least one time");
        }
        times = times.stream().distinct().sorted().toList();
    }
}
