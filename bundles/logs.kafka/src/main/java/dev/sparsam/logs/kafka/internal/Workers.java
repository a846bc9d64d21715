package dev.sparsam.logs.kafka.internal;

import dev.sparsam.logs.LineMasking;
import dev.sparsam.store.Wording;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The workers of a process, each with a thread of its own. */
final class Workers implements AutoCloseable {
    /** How long the end of the transactions at hand is waited for; what has not ended is done again. */
    private static final Duration STOP = Duration.ofSeconds(10);

    private final List<Worker> workers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Progress> progress = new ArrayList<>();

    private Workers() {}

    /**
     * Starts them.
     *
     * @param announcer is told what keeps them from going on, a new text only; and when that is over
     */
    static Workers start(
            int number,
            Clients clients,
            Route route,
            LineMasking masking,
            Failures failures,
            Consumer<Optional<Wording>> announcer,
            Clock clock) {
        Workers all = new Workers();
        Announcements announcements = new Announcements(number, announcer);
        for (int i = 0; i < number; i++) {
            int thread = i;
            Progress own = new Progress();
            Worker worker = new Worker(
                    i,
                    clients,
                    route,
                    new ChunkMasker(masking, route, clock),
                    own,
                    failures,
                    said -> announcements.say(thread, said),
                    clock);
            all.workers.add(worker);
            all.progress.add(own);
            Thread started = new Thread(worker, "sparsam-logs-kafka-" + i);
            started.setDaemon(true);
            all.threads.add(started);
        }
        all.threads.forEach(Thread::start);
        return all;
    }

    /** How each of them stands. */
    List<Progress.Moment> moments() {
        return progress.stream().map(Progress::moment).toList();
    }

    @Override
    public void close() {
        workers.forEach(Worker::stop);
        long end = System.nanoTime() + STOP.toNanos();
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
                if (thread.isAlive()) {
                    thread.interrupt();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One sentence for all workers: what keeps one of them is mostly what keeps the others. */
    private static final class Announcements {
        private final List<Optional<Wording>> said = new ArrayList<>();
        private final Consumer<Optional<Wording>> announcer;
        private Optional<Wording> current = Optional.empty();

        Announcements(int number, Consumer<Optional<Wording>> announcer) {
            this.announcer = announcer;
            for (int i = 0; i < number; i++) {
                said.add(Optional.empty());
            }
        }

        synchronized void say(int thread, Optional<Wording> text) {
            said.set(thread, text);
            Optional<Wording> next = current.filter(one -> said.contains(Optional.of(one)))
                    .or(() -> said.stream().flatMap(Optional::stream).findFirst());
            if (!next.equals(current)) {
                current = next;
                announcer.accept(next);
            }
        }
    }
}
