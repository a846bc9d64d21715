package dev.sparsam.logs.internal;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Threads that end with whoever has begun them: what goes on after that works beside its successor, or without its bundle. */
final class Threads {
    /** Less than the store waits for a job that it has interrupted. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How often it is said that work takes long. */
    private static final Duration LONG = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);

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
     * @param name says in the log which did not end
     * @param patience how long they are waited for
     */
    static void end(ExecutorService threads, String name, Duration patience) {
        threads.shutdownNow();
        if (!ended(threads, patience)) {
            LOG.warn("A thread {} does not end; it is left behind after {}", name, patience);
        }
    }

    /** Waits until threads have done all that they were given, however long that takes, and ends them. */
    static void finish(ExecutorService threads) {
        threads.shutdown();
        while (!ended(threads, LONG)) {
            LOG.warn("Threads are still at work after another {}", LONG);
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
