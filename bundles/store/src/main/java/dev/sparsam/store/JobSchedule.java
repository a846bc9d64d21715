package dev.sparsam.store;

import java.time.LocalTime;
import java.time.ZoneId;

/**
 * When a job runs by itself: once a day.
 *
 * @param time the time of day
 * @param zone the zone of that time
 */
public record JobSchedule(LocalTime time, ZoneId zone) {}
