package dev.sparsam.store;

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
}
