package dev.sparsam.launcher;

import java.time.Duration;

/**
 * Gives memory back after work. The collector shrinks the heap only in a full collection, and without work there is
 * none: after a long sweep, the process would keep what the sweep needed until the next one.
 */
final class IdleMemory {
    /** Less than this share of one processor is idle. */
    private static final double IDLE = 0.05;

    /** So much more than after the last full collection makes another one worth its while. */
    private static final long WORTH_IT = 8L << 20;

    private final Runnable collection;
    private Duration lastUsed;
    private long settled;

    /**
     * Begins to watch.
     *
     * @param used the processor time that the process has used so far
     * @param collection does a full collection
     */
    IdleMemory(Duration used, Runnable collection) {
        this.lastUsed = used;
        this.collection = collection;
    }

    /**
     * Looks once more.
     *
     * @param elapsed the time since the last look
     * @param used the processor time that the process has used so far
     * @param heap the bytes that the heap takes
     * @return whether there was a collection
     */
    boolean look(Duration elapsed, Duration used, long heap) {
        boolean idle = used.minus(lastUsed).toNanos() < elapsed.toNanos() * IDLE;
        lastUsed = used;
        if (!idle || heap < settled + WORTH_IT) {
            return false;
        }
        collection.run();
        settled = Runtime.getRuntime().totalMemory();
        return true;
    }
}
