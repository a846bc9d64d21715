package dev.sparsam.logs.kafka.internal;

import dev.sparsam.logs.LineMasking;
import dev.sparsam.store.Wording;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The workers of a process, each with a thread of its own. */
final class Workers implements AutoCloseable {
    /** How long the end of the transactions at hand is waited for; what has not ended is done again. */
    private static final Duration STOP = Duration.ofSeconds(10);
    /** How long those are waited for then that were interrupted. */
    private static final Duration INTERRUPTED = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    private final List<Worker> workers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Progress> progress = new ArrayList<>();

    private final Duration patience;

    private Workers(Duration patience) {
        this.patience = patience;
    }

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
        return start(number, clients, route, masking, failures, announcer, clock, STOP);
    }

    /** The same, with another time that the end of transactions is waited for. */
    static Workers start(
            int number,
            Clients clients,
            Route route,
            LineMasking masking,
            Failures failures,
            Consumer<Optional<Wording>> announcer,
            Clock clock,
            Duration patience) {
        Workers all = new Workers(patience);
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
        try {
            all.threads.forEach(Thread::start);
        } catch (RuntimeException | Error e) {
            // Such as when the machine has no more threads: those that there are must not go on without an owner.
            all.close();
            throw e;
        }
        return all;
    }

    /** How each of them stands. */
    List<Progress.Moment> moments() {
        return progress.stream().map(Progress::moment).toList();
    }

    /**
     * Ends them: after the transaction at hand, or interrupted, when that takes long. What does not even end then is told; its
     * transaction is refused by the brokers as soon as a successor has asked for one, so no line is delivered twice.
     */
    @Override
    public void close() {
        workers.forEach(Worker::stop);
        boolean interrupted = join(patience);
        threads.stream().filter(Thread::isAlive).forEach(Thread::interrupt);
        interrupted |= join(INTERRUPTED);
        for (Thread thread : threads) {
            if (thread.isAlive()) {
                LOG.warn("The thread {} does not end; it is left behind", thread.getName());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for all of them, so long at most, and no longer than until the caller is interrupted; says whether it was. */
    private boolean join(Duration most) {
        long end = System.nanoTime() + most.toNanos();
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            }
            return false;
        } catch (InterruptedException e) {
            return true;
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
