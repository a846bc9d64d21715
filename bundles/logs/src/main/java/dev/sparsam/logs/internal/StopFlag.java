package dev.sparsam.logs.internal;

/** Ends the jobs of this node after the file that they are at; another node, or a later start, goes on. */
final class StopFlag {
    private volatile boolean set;

    void set() {
        set = true;
    }

    boolean isSet() {
        return set;
    }

    /**
     * An interrupted read looks like a file that cannot be read; so whoever is to stop records nothing more, and the job
     * does the file again.
     *
     * @throws InterruptedException when this thread is to stop
     */
    void check() throws InterruptedException {
        if (set || Thread.currentThread().isInterrupted()) {
            throw new InterruptedException("This node stops");
        }
    }
}
