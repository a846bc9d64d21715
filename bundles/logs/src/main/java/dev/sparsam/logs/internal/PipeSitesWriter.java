package dev.sparsam.logs.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the file for loggers up to date, on a thread of its own: neither settings nor panels say when they change. It looks
 * every few seconds, and with very many sites so seldom that it takes a hundredth of a processor.
 */
final class PipeSitesWriter implements AutoCloseable {
    static final String NAME = "sparsam-logs-pipe-sites";

    private static final Logger LOG = LoggerFactory.getLogger(PipeSitesWriter.class);
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(3);
    private static final long LONGEST_PAUSE = TimeUnit.MINUTES.toNanos(1);

    private final PipeSitesFile file;
    private final Duration patience;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(Threads.named(NAME));

    /**
     * Begins.
     *
     * @param patience how long {@link #close} waits at most
     */
    PipeSitesWriter(PipeSitesFile file, Duration patience) {
        this.file = file;
        this.patience = patience;
        thread.execute(this::write);
    }

    private void write() {
        long begun = System.nanoTime();
        try {
            file.update();
            LOG.debug("The sites of loggers are up to date");
        } catch (IOException | RuntimeException e) {
            if (thread.isShutdown()) {
                LOG.debug("Interrupted, as this is being stopped", e);
                return;
            }
            // What it said before holds.
            LOG.warn("The sites of loggers cannot be written, so loggers go on with those that they know", e);
        } finally {
            again(begun);
        }
    }

    private void again(long begun) {
        long pause = Math.min(LONGEST_PAUSE, Math.max(PAUSE, 100 * (System.nanoTime() - begun)));
        try {
            var unused = thread.schedule(this::write, pause, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Nothing is written any more, as this is being stopped", e);
        }
    }

    /** After this nothing is written any more, also by a thread that has not ended. */
    @Override
    public void close() {
        file.stop();
        if (!Threads.end(thread, patience)) {
            LOG.warn("The thread {} does not end; it is left behind after {}", NAME, patience);
        }
    }
}
