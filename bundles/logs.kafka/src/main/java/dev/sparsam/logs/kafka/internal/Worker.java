package dev.sparsam.logs.kafka.internal;

import dev.sparsam.logs.kafka.internal.ChunkMasker.Masked;
import dev.sparsam.logs.kafka.internal.ChunkMasker.Note;
import dev.sparsam.store.Wording;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records, masks them, delivers them, in transactions that hold what was delivered and how far was read: both are seen,
 * or neither. The brokers take no transaction of somebody whose partitions have been given to another one meanwhile (KIP-447),
 * and none of a process that has been started anew under the same name since.
 *
 * <p>Whatever goes wrong, all is closed and begun again where the last transaction ended, as after a kill: what was open is
 * ended by the brokers as soon as the same name asks for transactions again. There is no second way that could go wrong.
 */
final class Worker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(20);
    private static final String HEARTBEAT = "last-heartbeat-seconds-ago";
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    /** So often at most the log says that there were records with something wrong. */
    private static final Duration NOTED = Duration.ofMinutes(1);

    private final int thread;
    private final Clients clients;
    private final Route route;
    private final ChunkMasker masker;
    private final Progress progress;
    private final Failures failures;
    private final Consumer<Optional<Wording>> announcer;
    private final Clock clock;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private Optional<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> polled = Optional.empty();
    private Duration pause = FIRST_PAUSE;
    private Instant noted = Instant.MIN;

    /**
     * Makes one.
     *
     * @param thread its number among those of this process
     * @param announcer is told what keeps it from going on, and when that is over
     */
    Worker(
            int thread,
            Clients clients,
            Route route,
            ChunkMasker masker,
            Progress progress,
            Failures failures,
            Consumer<Optional<Wording>> announcer,
            Clock clock) {
        this.thread = thread;
        this.clients = clients;
        this.route = route;
        this.masker = masker;
        this.progress = progress;
        this.failures = failures;
        this.announcer = announcer;
        this.clock = clock;
    }

    /** Ends {@link #run} after the transaction at hand. */
    void stop() {
        stopping.countDown();
        synchronized (this) {
            polled.ifPresent(org.apache.kafka.clients.consumer.Consumer::wakeup);
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    @Override
    public void run() {
        try {
            while (!isStopping()) {
                try {
                    connected();
                } catch (RuntimeException | Error e) {
                    masker.aborted();
                    // Also when it is too little memory: whoever ended would leave partitions to nobody, and tell
                    // nobody.
                    if (isTrouble(e)) {
                        tell(e);
                        rest();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            progress.stopped();
        }
    }

    private boolean isTrouble(Throwable e) {
        if (isStopping()) {
            // What was interrupted for that is no trouble: it is done again by whoever comes next.
            LOG.debug("Stopped in the middle of a transaction", e);
            return false;
        }
        if (isRebalance(e)) {
            // Part of the day's work: somebody came or went.
            LOG.debug("Partitions were given to others before a transaction was committed; it is done by them", e);
            return false;
        }
        return true;
    }

    private void tell(Throwable e) {
        try {
            Wording why = failures.wording(e);
            progress.failed(why);
            if (e instanceof Error && !(e instanceof LinkageError)) {
                // Nobody can tell from the sentence where it comes from.
                LOG.error("Begun again after {}", why.english(), e);
            } else {
                LOG.debug("Begun again after {}", why.english(), e);
            }
            announcer.accept(Optional.of(why));
        } catch (RuntimeException | Error again) {
            LOG.error("Masking on Kafka has failed, and nobody could be told; it is tried again", again);
        }
    }

    private void rest() throws InterruptedException {
        stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }

    private static boolean isRebalance(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CommitFailedException || cause instanceof RebalanceInProgressException) {
                return true;
            }
        }
        return false;
    }

    private void connected() {
        Producer<byte[], byte[]> producer = clients.producer(thread);
        boolean wasFine = false;
        try {
            // First: it ends what an earlier process of this name left open, so that the offsets below are final.
            producer.initTransactions();
            try (Subscription subscription = new Subscription(clients.consumer(thread))) {
                subscription.check();
                while (!isStopping()) {
                    subscription.poll().ifPresent(records -> transaction(subscription.consumer, producer, records));
                }
            }
            wasFine = true;
        } finally {
            // What could not be ended is ended by the brokers, as above.
            producer.close(wasFine ? CLOSE : Duration.ZERO);
        }
    }

    private void transaction(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            ConsumerRecords<byte[], byte[]> records) {
        Progress.Batch batch = new Progress.Batch();
        producer.beginTransaction();
        try {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                Masked masked = masked(record);
                for (ProducerRecord<byte[], byte[]> one : masked.records()) {
                    // A failure of one is a failure of the transaction: the commit throws it.
                    var unused = producer.send(one);
                }
                batch.add(masked);
            }
            producer.sendOffsetsToTransaction(records.nextOffsets(), consumer.groupMetadata());
            producer.commitTransaction();
        } catch (RuntimeException | Error e) {
            progress.aborted();
            abort(producer);
            throw e;
        }
        Map<TopicPartition, Long> next = new HashMap<>();
        records.nextOffsets().forEach((partition, offset) -> next.put(partition, offset.offset()));
        masker.committed(next);
        progress.delivered(batch, clock.instant());
        note(batch);
        fine();
    }

    private Masked masked(ConsumerRecord<byte[], byte[]> record) {
        try {
            return masker.mask(record);
        } catch (RuntimeException e) {
            throw new RecordException(record, e);
        }
    }

    /** So that readers of the output need not wait until the brokers do it. */
    private static void abort(Producer<byte[], byte[]> producer) {
        try {
            producer.abortTransaction();
        } catch (KafkaException | IllegalStateException e) {
            LOG.debug("A transaction could not be aborted; the brokers do it when this name begins anew", e);
        }
    }

    private void fine() {
        pause = FIRST_PAUSE;
        announcer.accept(Optional.empty());
    }

    private void note(Progress.Batch batch) {
        Instant now = clock.instant();
        if (!batch.notes().isEmpty()
                && (noted.equals(Instant.MIN) || noted.plus(NOTED).isBefore(now))) {
            noted = now;
            LOG.warn(
                    "Records of topic {} could not be masked with the rules of their site and kind, but with stricter ones:"
                            + " of a domain that the panel does not have {}, of no kind of log that there is {} in this"
                            + " transaction. They carry the header {}; the command logs:kafka has the totals",
                    route.input(),
                    batch.notes().getOrDefault(Note.UNKNOWN_DOMAIN, 0L),
                    batch.notes().getOrDefault(Note.UNKNOWN_KIND, 0L),
                    ChunkMasker.NOTE);
        }
    }

    /** A consumer that takes part in the group. */
    private final class Subscription implements AutoCloseable, ConsumerRebalanceListener {
        private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;

        Subscription(org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
            synchronized (Worker.this) {
                polled = Optional.of(consumer);
            }
        }

        /** Without a topic nothing would ever come, and nobody would know why. */
        void check() {
            for (String topic : List.of(route.input(), route.output())) {
                if (consumer.partitionsFor(topic).isEmpty()) {
                    throw new MissingTopicException(topic);
                }
            }
            consumer.subscribe(List.of(route.input()), this);
        }

        Optional<ConsumerRecords<byte[], byte[]>> poll() {
            try {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                long lag = 0;
                for (TopicPartition partition : consumer.assignment()) {
                    OptionalLong own = consumer.currentLag(partition);
                    lag += own.orElse(0);
                }
                progress.polled(consumer.assignment().size(), lag + records.count());
                if (!records.isEmpty()) {
                    return Optional.of(records);
                }
                heard();
                progress.fine();
                fine();
            } catch (NoOffsetForPartitionException e) {
                // Nobody of this group has ever read here.
                consumer.seekToBeginning(e.partitions());
            } catch (OffsetOutOfRangeException e) {
                restart(e.offsetOutOfRangePartitions());
            }
            return Optional.empty();
        }

        /** A consumer whose broker is away goes on asking, without a word. */
        private void heard() {
            for (Map.Entry<MetricName, ? extends Metric> metric :
                    consumer.metrics().entrySet()) {
                if (metric.getKey().name().equals(HEARTBEAT)
                        && metric.getValue().metricValue() instanceof Double seconds
                        && seconds > SILENCE.toSeconds()) {
                    throw new TimeoutException("No answer for " + seconds.longValue() + " s");
                }
            }
        }

        /** The topic has deleted what was not read yet, or was made anew. */
        private void restart(Map<TopicPartition, Long> wanted) {
            Map<TopicPartition, Long> first = consumer.beginningOffsets(wanted.keySet());
            wanted.forEach((partition, offset) -> {
                long begins = first.getOrDefault(partition, 0L);
                if (begins > offset) {
                    progress.lost(begins - offset);
                }
                LOG.error(
                        "Topic {} no longer has what was to be read next of partition {}: offset {}, but it begins at {}."
                                + " What was deleted there is lost; keep it longer than the workers may be away",
                        partition.topic(),
                        partition.partition(),
                        offset,
                        begins);
                consumer.seek(partition, begins);
                masker.continueAt(partition, begins);
            });
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            for (TopicPartition partition : partitions) {
                try {
                    masker.continueAt(partition, consumer.position(partition));
                } catch (NoOffsetForPartitionException e) {
                    masker.continueAt(partition, -1);
                }
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // Between transactions: all that was read has been delivered.
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            // As above; a transaction that is still to be committed would be refused.
        }

        @Override
        public void close() {
            synchronized (Worker.this) {
                polled = Optional.empty();
            }
            consumer.close(CloseOptions.timeout(CLOSE));
        }
    }
}
