package dev.sparsam.store;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Work that is done once in the whole cluster, on whichever node is free. Register it as a service (whiteboard).
 *
 * <p>A node may die in the middle of {@link #run}; another then runs the job again. A handler therefore continues what
 * it finds half done.
 *
 * <p>When the service goes, a run that is under way is waited for, and interrupted if it takes long; it goes on when the
 * handler is back. So {@link #run} ends soon after its bundle has been told to stop.
 */
@ConsumerType
public interface JobHandler {
    /** The name by which jobs are submitted; the same on all nodes, for example {@code logs.sweep}. */
    String name();

    /** When the job runs by itself; empty for a job that runs only when it is submitted. */
    Optional<JobSchedule> schedule();

    /**
     * Does the work.
     *
     * @param run which job this is
     * @throws Exception when the work failed; it is tried again later, with growing pauses, and the failure is logged
     */
    void run(JobRun run) throws Exception;

    /**
     * A job that is due.
     *
     * @param id the id given to {@link Jobs#submit}; {@code "recurring"} for a run by schedule
     * @param payload the text given to {@link Jobs#submit}; empty for a run by schedule
     * @param attempt 1 for the first try
     */
    record JobRun(String id, String payload, int attempt) {}
}
