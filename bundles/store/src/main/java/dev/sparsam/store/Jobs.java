package dev.sparsam.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Submits jobs to the cluster. */
@ProviderType
public interface Jobs {
    /**
     * Submits a job to run as soon as a node is free. Joins the thread's transaction: a rolled back transaction submits
     * nothing. A job with the same handler and id that has not ended is left as it is.
     *
     * @param handler the name of a {@link JobHandler}; when no node has it now, the job waits for one
     * @param id tells jobs of one handler apart
     * @param payload given to the handler
     * @return whether a job was added
     */
    boolean submit(String handler, String id, String payload);

    /** The jobs of a handler that wait or run, recurring ones too. */
    List<JobState> states(String handler);

    /**
     * A job that waits or runs.
     *
     * @param id the job's id
     * @param due when it runs next, or was due when it runs now
     * @param node the node that runs it now
     * @param failures how often it failed in a row
     */
    record JobState(String id, Instant due, Optional<String> node, int failures) {}
}
