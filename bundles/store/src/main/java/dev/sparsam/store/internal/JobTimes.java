package dev.sparsam.store.internal;

import java.time.Duration;

/**
 * The rhythm of the jobs.
 *
 * @param poll how often a node looks for jobs that became due or were submitted on another node
 * @param heartbeat how often a node says that it still runs a job; after four missed ones another node takes over
 * @param firstRetry the pause after the first failure; it doubles with each further one
 * @param longestRetry the longest pause after a failure
 * @param missingHandler the pause before a job is looked at again whose handler is not there
 * @param stop how long a stopping node waits for its jobs before it interrupts them
 */
record JobTimes(
        Duration poll,
        Duration heartbeat,
        Duration firstRetry,
        Duration longestRetry,
        Duration missingHandler,
        Duration stop) {
    /** What a node uses, with the given heartbeat. */
    static JobTimes standard(Duration heartbeat) {
        return new JobTimes(
                Duration.ofSeconds(2),
                heartbeat,
                Duration.ofSeconds(10),
                Duration.ofHours(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10));
    }

    /** The pause after so many failures in a row. */
    Duration retry(int failures) {
        int doublings = Math.min(Math.max(failures - 1, 0), 20);
        Duration pause = firstRetry.multipliedBy(1L << doublings);
        return pause.compareTo(longestRetry) < 0 ? pause : longestRetry;
    }
}
