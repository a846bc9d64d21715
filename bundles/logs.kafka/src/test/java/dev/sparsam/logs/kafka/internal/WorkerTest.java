package dev.sparsam.logs.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.LineMasking;
import dev.sparsam.logs.LinesBefore;
import dev.sparsam.logs.MaskedLines;
import dev.sparsam.panel.LogKind;
import dev.sparsam.store.Wording;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes wrong seldom. */
@Timeout(30)
class WorkerTest {
    private static final TopicPartition PARTITION = new TopicPartition("in", 0);
    private static final Route ROUTE = new Route("in", "out", LogKind.WEB_ACCESS, 1_000, Set.of());

    /** What is handed out, one pair after the other; the last of them from then on. */
    private final List<Pair> pairs = new ArrayList<>();

    private final List<String> announced = new CopyOnWriteArrayList<>();
    private final Progress progress = new Progress();
    private volatile LineMasking masking = (origin, before, lines, masked) -> {
        lines.transferTo(masked);
        return new MaskedLines(1, 0, true, before);
    };
    private volatile Optional<Error> fails = Optional.empty();
    private Optional<Worker> worker = Optional.empty();
    private Optional<Thread> thread = Optional.empty();

    /** Clients of one attempt; the offset is where the broker says that the group is. */
    private static final class Pair {
        private double heartbeat;
        private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none") {
            @Override
            public synchronized Map<MetricName, ? extends Metric> metrics() {
                MetricName name = new MetricName("last-heartbeat-seconds-ago", "group", "", Map.of());
                return Map.of(name, new Heartbeat(name, heartbeat));
            }
        };
        private final MockProducer<byte[], byte[]> producer =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

        Pair(String... topics) {
            for (String topic : topics) {
                consumer.updatePartitions(
                        topic, List.of(new PartitionInfo(topic, 0, Node.noNode(), new Node[0], new Node[0])));
            }
        }

        /** At the first poll the partition is given to it, from an offset on, and has these records. */
        Pair with(long committed, long first, int records) {
            consumer.updateBeginningOffsets(Map.of(PARTITION, first));
            consumer.schedulePollTask(() -> {
                consumer.rebalance(List.of(PARTITION));
                consumer.seek(PARTITION, committed);
                for (long offset = first; offset < first + records; offset++) {
                    consumer.addRecord(new ConsumerRecord<>("in", 0, offset, bytes("a.test"), bytes("line " + offset)));
                }
            });
            return this;
        }

        List<String> delivered() {
            return producer.history().stream()
                    .map(record -> new String(record.value(), StandardCharsets.ISO_8859_1))
                    .toList();
        }

        /** Up to where the group has read, as the transactions say. */
        List<Long> offsets() {
            return producer.consumerGroupOffsetsHistory().stream()
                    .flatMap(all -> all.values().stream())
                    .map(offsets -> offsets.get(PARTITION))
                    .map(OffsetAndMetadata::offset)
                    .toList();
        }
    }

    private record Heartbeat(MetricName metricName, Object metricValue) implements Metric {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void start() {
        Worker started = new Worker(
                0,
                new Clients() {
                    private int consumers;
                    private int producers;

                    @Override
                    public Consumer<byte[], byte[]> consumer(int number) {
                        return pairs.get(Math.min(consumers++, pairs.size() - 1)).consumer;
                    }

                    @Override
                    public Producer<byte[], byte[]> producer(int number) {
                        return pairs.get(Math.min(producers++, pairs.size() - 1)).producer;
                    }
                },
                ROUTE,
                new ChunkMasker((o, b, l, m) -> masking.mask(o, b, l, m), ROUTE, Clock.systemUTC()),
                progress,
                new Failures("broker:9092", ROUTE, "one"),
                said -> {
                    Optional<Error> failing = fails;
                    fails = Optional.empty();
                    if (failing.isPresent()) {
                        throw failing.get();
                    }
                    announced.add(said.map(Wording::english).orElse("over"));
                },
                Clock.systemUTC());
        worker = Optional.of(started);
        Thread running = new Thread(started);
        thread = Optional.of(running);
        running.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        worker.ifPresent(Worker::stop);
        if (thread.isPresent()) {
            thread.get().join();
        }
        assertThat(progress.moment().state()).isEqualTo(Progress.State.STOPPED);
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            assertThat(thread.orElseThrow().isAlive()).isTrue();
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    @Test
    void recordsAndHowFarWasReadAreOneTransaction() throws InterruptedException {
        Pair pair = new Pair("in", "out").with(0, 0, 3);
        pairs.add(pair);
        start();
        await(() -> progress.moment().records() == 3);
        assertThat(pair.delivered()).containsExactly("line 0", "line 1", "line 2");
        assertThat(pair.offsets()).containsExactly(3L);
        assertThat(pair.producer.commitCount()).isOne();
    }

    @Test
    void whatCannotBeCommittedIsDoneAgain() throws InterruptedException {
        Pair first = new Pair("in", "out").with(0, 0, 2);
        first.producer.commitTransactionException = new TimeoutException("no answer");
        Pair second = new Pair("in", "out").with(0, 0, 2);
        pairs.addAll(List.of(first, second));
        start();
        await(() -> progress.moment().records() == 2);
        assertThat(first.offsets()).isEmpty();
        assertThat(first.consumer.closed()).isTrue();
        assertThat(first.producer.closed()).isTrue();
        assertThat(second.delivered()).containsExactly("line 0", "line 1");
        assertThat(progress.moment().aborted()).isOne();
        await(() -> announced.contains("over"));
        assertThat(announced.get(0)).startsWith("Kafka (broker:9092) does not answer: no answer.");
    }

    @Test
    void partitionsThatWereGivenAwayAreNoTrouble() throws InterruptedException {
        Pair first = new Pair("in", "out").with(0, 0, 2);
        first.producer.sendOffsetsToTransactionException = new CommitFailedException("another generation");
        Pair second = new Pair("in", "out").with(0, 0, 2);
        pairs.addAll(List.of(first, second));
        start();
        await(() -> progress.moment().records() == 2);
        assertThat(first.producer.transactionAborted()).isTrue();
        assertThat(announced).allMatch("over"::equals);
    }

    @Test
    void whoIsFencedSaysSoAndBeginsAnew() throws InterruptedException {
        Pair first = new Pair("in", "out").with(0, 0, 1);
        first.producer.sendOffsetsToTransactionException = new ProducerFencedException("a newer one");
        Pair second = new Pair("in", "out").with(0, 0, 1);
        pairs.addAll(List.of(first, second));
        start();
        await(() -> progress.moment().records() == 1);
        assertThat(announced.get(0)).startsWith("Another process masks under the instance name one");
    }

    @Test
    void aRecordThatCannotBeMaskedWaitsAndIsNotPassedBy() throws InterruptedException {
        LineMasking works = masking;
        masking = (origin, before, lines, masked) -> {
            throw new IllegalStateException("The database is away");
        };
        Pair first = new Pair("in", "out").with(5, 5, 1);
        Pair second = new Pair("in", "out").with(5, 5, 1);
        pairs.addAll(List.of(first, second));
        start();
        await(() -> !announced.isEmpty());
        assertThat(announced.get(0))
                .startsWith("Record in-0@5 cannot be masked: The database is away.")
                .contains("nothing is delivered unmasked");
        masking = works;
        await(() -> progress.moment().records() == 1);
        assertThat(first.delivered()).isEmpty();
        assertThat(second.delivered()).containsExactly("line 5");
    }

    @Test
    void anErrorIsTroubleToo() throws InterruptedException {
        LineMasking works = masking;
        masking = (origin, before, lines, masked) -> {
            throw new OutOfMemoryError("Java heap space");
        };
        Pair first = new Pair("in", "out").with(5, 5, 1);
        Pair second = new Pair("in", "out").with(5, 5, 1);
        pairs.addAll(List.of(first, second));
        start();
        await(() -> !announced.isEmpty());
        assertThat(announced.get(0)).startsWith("Masking on Kafka has failed: OutOfMemoryError: Java heap space.");
        assertThat(progress.moment().aborted()).isPositive();
        assertThat(first.producer.transactionAborted()).isTrue();
        masking = works;
        await(() -> progress.moment().records() == 1);
        assertThat(first.delivered()).isEmpty();
        assertThat(second.delivered()).containsExactly("line 5");
    }

    /** Whoever tells the panel may be what fails. */
    @Test
    void whatFailsWhileItIsToldEndsNoWorker() throws InterruptedException {
        Pair first = new Pair("in", "out").with(0, 0, 1);
        first.producer.commitTransactionException = new TimeoutException("no answer");
        pairs.addAll(List.of(first, new Pair("in", "out").with(0, 0, 1)));
        fails = Optional.of(new StackOverflowError());
        start();
        await(() -> progress.moment().records() == 1);
    }

    @Test
    void aMissingTopicIsNamed() throws InterruptedException {
        pairs.addAll(List.of(new Pair("in"), new Pair("in", "out").with(0, 0, 1)));
        start();
        await(() -> progress.moment().records() == 1);
        assertThat(announced.get(0)).startsWith("Kafka (broker:9092) has no topic out");
    }

    @Test
    void whatTheTopicHasDeletedIsCountedAndTheRestMasked() throws InterruptedException {
        Pair pair = new Pair("in", "out").with(2, 7, 1);
        pairs.add(pair);
        start();
        await(() -> progress.moment().records() == 1);
        assertThat(progress.moment().lost()).isEqualTo(5);
        assertThat(pair.delivered()).containsExactly("line 7");
    }

    /** Else the next lines would be masked with the key of the day of others, or as part of an open stack trace. */
    @Test
    void whatComesAfterWhatIsLostDoesNotGoOnFromBeforeIt() throws InterruptedException {
        List<LinesBefore> before = new CopyOnWriteArrayList<>();
        masking = (origin, last, lines, masked) -> {
            before.add(last);
            return new MaskedLines(1, 0, true, new LinesBefore(last.time(), true));
        };
        Pair pair = new Pair("in", "out").with(0, 0, 1);
        pairs.add(pair);
        start();
        await(() -> progress.moment().records() == 1);
        pair.consumer.schedulePollTask(() -> {
            pair.consumer.updateBeginningOffsets(Map.of(PARTITION, 7L));
            pair.consumer.addRecord(new ConsumerRecord<>("in", 0, 7, bytes("a.test"), bytes("line 7")));
        });
        await(() -> progress.moment().records() == 2);
        assertThat(progress.moment().lost()).isEqualTo(6);
        assertThat(before.get(1).open()).isFalse();
    }

    /** The consumer itself says nothing of it: it goes on asking. */
    @Test
    void aBrokerThatIsSilentIsTold() throws InterruptedException {
        Pair first = new Pair("in", "out").with(0, 0, 0);
        first.heartbeat = 31;
        pairs.addAll(List.of(first, new Pair("in", "out").with(0, 0, 1)));
        start();
        await(() -> progress.moment().records() == 1);
        assertThat(announced.get(0)).startsWith("Kafka (broker:9092) does not answer: No answer for 31 s");
    }

    @Test
    void aMissingCodecIsTold() throws InterruptedException {
        Pair first = new Pair("in", "out");
        first.consumer.schedulePollTask(() -> {
            throw new NoClassDefFoundError("org/xerial/snappy/Snappy");
        });
        pairs.addAll(List.of(first, new Pair("in", "out").with(0, 0, 1)));
        start();
        await(() -> progress.moment().records() == 1);
        assertThat(announced.get(0)).contains("org/xerial/snappy/Snappy", "snappy-java");
    }
}
