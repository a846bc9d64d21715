package dev.sparsam.facts;

import java.time.LocalTime;
import java.time.ZoneId;

/** What makes an enforcement happen again. Only what a schedule repeats may be promised for the future. */
public sealed interface Cadence {
    /** The zone in which days and times of the enforcement are told. */
    ZoneId zone();

    /**
     * A schedule that is set now, and by which it has happened.
     *
     * @param time the time of day
     * @param zone the zone of that time
     */
    record Daily(LocalTime time, ZoneId zone) implements Cadence {}

    /**
     * Nothing: it happened when somebody asked for it, and may never happen again.
     *
     * @param zone the zone in which its day is told
     */
    record ByHand(ZoneId zone) implements Cadence {}
}
