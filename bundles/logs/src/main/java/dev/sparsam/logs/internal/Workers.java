package dev.sparsam.logs.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does the same with many things on a few threads. */
final class Workers implements AutoCloseable {
    /** A web server's disks and processors are there for others: two are enough to keep one busy. */
    private static final int THREADS = 2;

    /** Parts that are dealt out to each thread, so that none waits for long for a slow one. */
    private static final int PARTS = 8;

    static final String NAME = "sparsam-logs-sweep";

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, Threads.named(NAME));
    private final Duration patience;

    Workers() {
        this(Threads.PATIENCE);
    }

    /** With another time that {@link #close} waits at most. */
    Workers(Duration patience) {
        this.patience = patience;
    }

    /** The results in the order of the things; an exception of one is passed on. */
    <T, R> List<R> map(List<T> things, Function<T, R> work) throws InterruptedException {
        int part = Math.max(1, (things.size() + THREADS * PARTS - 1) / (THREADS * PARTS));
        List<Future<List<R>>> parts = new ArrayList<>();
        for (List<T> own : Parts.of(things, part)) {
            parts.add(threads.submit(() -> own.stream().map(work).toList()));
        }
        List<R> results = new ArrayList<>(things.size());
        for (Future<List<R>> done : parts) {
            try {
                results.addAll(done.get());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
        return results;
    }

    /** Ends what is still being done, as nobody wants the results. */
    @Override
    public void close() {
        if (!Threads.end(threads, patience)) {
            LOG.warn("A thread {} does not end; it is left behind after {}", NAME, patience);
        }
    }
}
