package dev.sparsam.logs.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Does the same with many things on a few threads. */
final class Workers implements AutoCloseable {
    /** A web server's disks and processors are there for others: two are enough to keep one busy. */
    private static final int THREADS = 2;

    /** Parts that are dealt out to each thread, so that none waits for long for a slow one. */
    private static final int PARTS = 8;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, work -> {
        Thread thread = new Thread(work, "logs-sweep");
        thread.setDaemon(true);
        return thread;
    });

    /** The results in the order of the things; an exception of one is passed on. */
    <T, R> List<R> map(List<T> things, Function<T, R> work) throws InterruptedException {
        int part = Math.max(1, (things.size() + THREADS * PARTS - 1) / (THREADS * PARTS));
        List<Future<List<R>>> parts = new ArrayList<>();
        for (int from = 0; from < things.size(); from += part) {
            List<T> own = things.subList(from, Math.min(things.size(), from + part));
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

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
