package dev.sparsam.logs.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.panel.LogKind;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.InterruptException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How workers end that wait for brokers that do not answer. */
@Timeout(60)
class WorkersTest {
    private static final Route ROUTE = new Route("in", "out", LogKind.WEB_ACCESS, 1_000, Set.of());

    private final List<String> announced = new CopyOnWriteArrayList<>();
    private final CountDownLatch asked = new CountDownLatch(2);
    private final AtomicInteger waiting = new AtomicInteger();

    /** As Kafka's client waits for a broker; what it has to tidy up takes a while. */
    private AssertionError blocked(long tidying) {
        waiting.incrementAndGet();
        asked.countDown();
        try {
            Thread.sleep(1_000_000);
        } catch (InterruptedException e) {
            sleep(tidying);
            waiting.decrementAndGet();
            throw new InterruptException(e);
        }
        return new AssertionError("nobody waits for so long");
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Workers start(Duration patience) {
        Clients clients = new Clients() {
            @Override
            public Consumer<byte[], byte[]> consumer(int number) {
                throw blocked(300);
            }

            @Override
            public Producer<byte[], byte[]> producer(int number) {
                throw blocked(300);
            }
        };
        return Workers.start(
                2,
                clients,
                ROUTE,
                (origin, before, lines, masked) -> {
                    throw new AssertionError("nothing comes");
                },
                new Failures("broker:9092", ROUTE, "one"),
                said -> announced.add(said.toString()),
                Clock.systemUTC(),
                patience);
    }

    @Test
    void whoWaitsForBrokersHasEndedWhenTheyAreClosed() throws InterruptedException {
        Workers workers = start(Duration.ofMillis(50));
        asked.await();
        workers.close();
        assertThat(waiting).hasValue(0);
        assertThat(workers.moments()).allMatch(moment -> moment.state() == Progress.State.STOPPED);
        assertThat(announced).as("that they end is no trouble").isEmpty();
    }

    @Test
    void allEndAlsoWhenTheirEndIsNotWaitedFor() throws InterruptedException {
        Workers workers = start(Duration.ofSeconds(30));
        asked.await();
        Thread.currentThread().interrupt();
        workers.close();
        assertThat(Thread.interrupted()).as("the caller is told so").isTrue();
        for (int i = 0; i < 1_000 && waiting.get() > 0; i++) {
            Thread.sleep(10);
        }
        assertThat(waiting).hasValue(0);
    }
}
