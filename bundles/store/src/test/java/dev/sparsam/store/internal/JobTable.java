package dev.sparsam.store.internal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the table of jobs says, for tests. */
final class JobTable {
    private JobTable() {}

    /**
     * A job that waits or runs.
     *
     * @param id the job's id
     * @param due when it runs next, or was due when it runs now
     * @param node the node that runs it now
     * @param failures how often it failed in a row
     */
    record JobState(String id, Instant due, Optional<String> node, int failures) {}

    /** The jobs of a handler, recurring ones too. */
    static List<JobState> states(JdbcDatabase database, String handler) {
        return database.transaction(sql -> sql.query(
                "select task_instance, execution_time, picked_by, coalesce(consecutive_failures, 0) as failures"
                        + " from store_job where task_instance like ? order by execution_time, task_instance",
                row -> new JobState(
                        row.text("task_instance").substring(handler.length() + 1),
                        row.instant("execution_time"),
                        row.optionalText("picked_by"),
                        (int) row.number("failures")),
                handler + "/%"));
    }
}
