package dev.sparsam.logs.kafka.internal;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** Connects to the brokers. */
interface Clients {
    /** A consumer of the group, that sees what is committed only and commits nothing by itself. */
    Consumer<byte[], byte[]> consumer(int thread);

    /** A producer whose transactional id is the same at each start. */
    Producer<byte[], byte[]> producer(int thread);
}
