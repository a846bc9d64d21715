package dev.sparsam.logs.internal;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Threads that end with whoever has begun them: what goes on after that works beside its successor, or without its bundle. Also
 * used by the command, which has no logging.
 */
final class Threads {
    /** Less than the store waits for a job that it has interrupted. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** As good as for ever. */
    private static final Duration LONG = Duration.ofDays(1);

    private Threads() {}

    /** Makes threads that do not keep the process alive. */
    static ThreadFactory named(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Interrupts threads and waits for their end; also when the caller is interrupted itself, as it is when it ends for that.
     *
     * @param patience how long they are waited for
     * @return whether they have ended; else they are left behind
     */
    static boolean end(ExecutorService threads, Duration patience) {
        threads.shutdownNow();
        return ended(threads, patience);
    }

    /** Waits until threads have done all that they were given, however long that takes, and ends them. */
    static void finish(ExecutorService threads) {
        threads.shutdown();
        boolean ended = false;
        while (!ended) {
            ended = ended(threads, LONG);
        }
    }

    /** Waits for the end of threads also when the caller is interrupted; returns whether it has come. */
    private static boolean ended(ExecutorService threads, Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return threads.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
