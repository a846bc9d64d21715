package dev.sparsam.facts;

import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;

/** What makes an enforcement happen again. Only what a schedule repeats may be promised for the future. */
public sealed interface Cadence {
    /** The zone in which days and times of the enforcement are told. */
    ZoneId zone();

    /**
     * A schedule that is set now, and by which it has happened.
     *
     * @param times the times of the day, in their order
     * @param zone the zone of these times
     */
    record Daily(List<LocalTime> times, ZoneId zone) implements Cadence {
        /** Keeps a copy. */
        public Daily {
            times = List.copyOf(times);
        }

        /** What the times are written like in every language, such as {@code 02:30, 14:30}. */
        public String timesText() {
            return times.stream().map(LocalTime::toString).collect(Collectors.joining(", "));
        }

        /** What the zone is called in every language, such as {@code Europe/Berlin} or {@code UTC}. */
        public String zoneName() {
            return zone.normalized().equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
        }
    }

    /**
     * Nothing: it happened when somebody asked for it, and may never happen again.
     *
     * @param zone the zone in which its day is told
     */
    record ByHand(ZoneId zone) implements Cadence {}
}
