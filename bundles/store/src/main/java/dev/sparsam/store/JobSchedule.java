package dev.sparsam.store;

import java.time.LocalTime;
import java.time.ZoneId;

/** When a job runs by itself. */
public sealed interface JobSchedule {
    /**
     * Once a day.
     *
     * @param time the time of day
     * @param zone the zone of that time
     */
    record Daily(LocalTime time, ZoneId zone) implements JobSchedule {}
}
