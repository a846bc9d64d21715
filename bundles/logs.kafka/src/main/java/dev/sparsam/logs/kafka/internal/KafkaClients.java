package dev.sparsam.logs.kafka.internal;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka's own clients. */
final class KafkaClients implements Clients {
    /** What exactly-once rests on, or what is configured by a name of its own. */
    private static final Set<String> OURS = Set.of(
            "bootstrap.servers",
            "group.id",
            "group.instance.id",
            "client.id",
            "enable.auto.commit",
            "auto.offset.reset",
            "isolation.level",
            "key.deserializer",
            "value.deserializer",
            "key.serializer",
            "value.serializer",
            "acks",
            "enable.idempotence",
            "transactional.id");

    private final String servers;
    private final String group;
    private final String instance;
    private final Map<String, String> consumer;
    private final Map<String, String> producer;

    /**
     * Connects nothing yet.
     *
     * @param servers {@code HOST:PORT,HOST:PORT}
     * @param group the consumer group; processes of the same one share the partitions
     * @param instance what tells this process from the others of its group, the same at each start
     * @param consumer further properties of consumers
     * @param producer further properties of producers
     */
    KafkaClients(
            String servers, String group, String instance, Map<String, String> consumer, Map<String, String> producer) {
        this.servers = servers;
        this.group = group;
        this.instance = instance;
        this.consumer = Map.copyOf(consumer);
        this.producer = Map.copyOf(producer);
    }

    /** Of these properties those that cannot be set. */
    static Set<String> refused(Set<String> names) {
        Set<String> refused = new TreeSet<>(names);
        refused.retainAll(OURS);
        return refused;
    }

    String servers() {
        return servers;
    }

    @Override
    public Consumer<byte[], byte[]> consumer(int thread) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("max.poll.records", "500");
        // A small heap holds this much for each thread; the larger a transaction, the less it costs for each line.
        properties.put("fetch.max.bytes", "16777216");
        properties.put("max.partition.fetch.bytes", "4194304");
        // When little comes, a few transactions per second and not one for each record.
        properties.put("fetch.min.bytes", "65536");
        properties.put("fetch.max.wait.ms", "250");
        properties.put("session.timeout.ms", "15000");
        properties.put("allow.auto.create.topics", "false");
        properties.put("enable.metrics.push", "false");
        properties.putAll(consumer);
        properties.put("bootstrap.servers", servers);
        properties.put("group.id", group);
        // Who comes back within the session timeout gets its partitions at once, also after a kill.
        properties.put("group.instance.id", name(thread));
        properties.put("client.id", name(thread) + "-in");
        properties.put("enable.auto.commit", "false");
        properties.put("isolation.level", "read_committed");
        // What is to be done where there is no offset is decided, and said, by the worker.
        properties.put("auto.offset.reset", "none");
        return inThisBundle(
                () -> new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    @Override
    public Producer<byte[], byte[]> producer(int thread) {
        Map<String, Object> properties = new HashMap<>();
        // Its decoder and encoder need no code of the machine, so it works everywhere.
        properties.put("compression.type", "lz4");
        // A few chunks.
        properties.put("batch.size", "262144");
        // The brokers say what is too large.
        properties.put("max.request.size", "104857600");
        properties.put("request.timeout.ms", "10000");
        properties.put("delivery.timeout.ms", "25000");
        properties.put("max.block.ms", "20000");
        // How long what a process left open keeps readers of the output waiting, when it does not come back.
        properties.put("transaction.timeout.ms", "30000");
        properties.put("enable.metrics.push", "false");
        properties.putAll(producer);
        properties.put("bootstrap.servers", servers);
        properties.put("transactional.id", name(thread));
        properties.put("client.id", name(thread) + "-out");
        properties.put("acks", "all");
        properties.put("enable.idempotence", "true");
        return inThisBundle(
                () -> new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    private String name(int thread) {
        return group + "-" + instance + "-" + thread;
    }

    /** Kafka loads what a property names, and JAAS its login modules, by the context class loader; its threads inherit it. */
    private static <T> T inThisBundle(Supplier<T> client) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(KafkaClients.class.getClassLoader());
        try {
            return client.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
