package dev.sparsam.store;

import java.time.Duration;
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

    /**
     * Again and again.
     *
     * @param pause from the end of a run to the start of the next, at least one second
     */
    record Every(Duration pause) implements JobSchedule {
        /** Checks the pause. */
        public Every {
            if (pause.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("A job pauses at least one second, not " + pause);
            }
        }
    }
}
