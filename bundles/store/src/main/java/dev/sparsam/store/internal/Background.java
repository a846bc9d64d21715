package dev.sparsam.store.internal;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does things one after the other on a thread of its own. */
final class Background implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    /** Longer than it takes to fail to connect. */
    static final Duration STOP = Duration.ofSeconds(15);

    private final ScheduledThreadPoolExecutor executor;
    private final Duration patience;

    Background(String name) {
        this(name, STOP);
    }

    /** With another time that {@link #close} waits at most. */
    Background(String name, Duration patience) {
        this.patience = patience;
        executor = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Does something after a pause; not at all when this is closed before. */
    void later(Duration pause, Runnable work) {
        try {
            ScheduledFuture<?> unused = executor.schedule(() -> logged(work), pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Closed; nothing is started any more", e);
        }
    }

    private static void logged(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            LOG.error("The store failed unexpectedly", e);
            throw e;
        }
    }

    /** Waits for what is being done, and starts nothing more. */
    @Override
    public void close() {
        // Not interrupted: that would close the files of the embedded database under whoever uses them.
        executor.shutdown();
        try {
            if (!executor.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("The store stops although a migration or a connection attempt has not ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
