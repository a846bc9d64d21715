package dev.sparsam.logs.kafka.testing;

import dev.sparsam.store.testing.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** A broker of one node, a process of its own on the loopback interface, from the jars on the class path. */
public final class Broker implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final String classPath;
    private final int port = Ports.free();
    private final Set<TopicPartition> made = new HashSet<>();
    private Process process;

    private Broker(Path folder, String classPath) throws IOException, InterruptedException {
        this.folder = folder;
        this.classPath = classPath;
        Files.writeString(folder.resolve("broker.properties"), properties(Ports.free()));
        Process format = java(
                "kafka.tools.StorageTool", "format", "-t", Uuid.randomUuid().toString(), "-c");
        if (!format.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || format.exitValue() != 0) {
            format.destroyForcibly();
            throw new IOException("The broker's folder was not formatted: " + said());
        }
        process = java("kafka.Kafka");
    }

    /**
     * Starts one in a folder, and waits until it answers.
     *
     * @param classPath with {@code kafka_2.13} and what it needs
     */
    public static Broker start(Path folder, String classPath) throws IOException, InterruptedException {
        Broker broker = new Broker(folder, classPath);
        try {
            broker.await();
            return broker;
        } catch (IOException | InterruptedException e) {
            broker.close();
            throw e;
        }
    }

    private String properties(int controller) {
        return String.join(
                "\n",
                "process.roles=broker,controller",
                "node.id=1",
                "controller.quorum.voters=1@127.0.0.1:" + controller,
                "listeners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller,
                "controller.listener.names=CONTROLLER",
                "log.dirs=" + folder.resolve("data"),
                "offsets.topic.replication.factor=1",
                "offsets.topic.num.partitions=2",
                "transaction.state.log.replication.factor=1",
                "transaction.state.log.min.isr=1",
                "transaction.state.log.num.partitions=2",
                "transaction.abort.timed.out.transaction.cleanup.interval.ms=500",
                "group.initial.rebalance.delay.ms=0",
                "group.min.session.timeout.ms=1000",
                "auto.create.topics.enable=false",
                "");
    }

    private Process java(String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                classPath));
        line.addAll(List.of(arguments));
        line.add(folder.resolve("broker.properties").toString());
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("broker.log").toFile()))
                .start();
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("broker.log"));
    }

    private void await() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        // Closing in between would wait for what was asked; one client asks until it is answered.
        try (Admin admin = admin()) {
            while (true) {
                if (!process.isAlive()) {
                    throw new IOException("The broker has ended: " + said());
                }
                try {
                    if (!admin.describeCluster()
                            .nodes()
                            .get(2, TimeUnit.SECONDS)
                            .isEmpty()) {
                        return;
                    }
                } catch (ExecutionException | TimeoutException e) {
                    if (System.nanoTime() > end) {
                        throw new IOException("The broker does not answer: " + said(), e);
                    }
                }
                Thread.sleep(50);
            }
        }
    }

    /** Its address. */
    public String servers() {
        return "127.0.0.1:" + port;
    }

    /** A client for its administration. */
    public Admin admin() {
        return Admin.create(new HashMap<>(Map.of(
                "bootstrap.servers", servers(), "reconnect.backoff.max.ms", "200", "default.api.timeout.ms", "30000")));
    }

    /** Makes topics, and waits until each of their partitions is served. */
    public void topics(int partitions, String... names)
            throws ExecutionException, InterruptedException, TimeoutException {
        try (Admin admin = admin()) {
            admin.createTopics(Stream.of(names)
                            .map(name -> new NewTopic(name, partitions, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
        for (String name : names) {
            IntStream.range(0, partitions).forEach(partition -> made.add(new TopicPartition(name, partition)));
        }
        awaitLeaders();
    }

    /**
     * That a partition has a leader is known a moment before the leader itself knows: of several records on their way at
     * this moment the first can be refused and the next taken, and what a producer that must keep their order then repeats
     * is refused until it gives up. So the leaders are asked for what they alone know.
     */
    private void awaitLeaders() throws InterruptedException, TimeoutException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (Admin admin = admin()) {
            while (true) {
                try {
                    admin.listOffsets(made.stream()
                                    .collect(Collectors.toMap(partition -> partition, any -> OffsetSpec.latest())))
                            .all()
                            .get();
                    return;
                } catch (ExecutionException e) {
                    if (System.nanoTime() > end) {
                        throw (TimeoutException)
                                new TimeoutException("Not all of " + made + " are served").initCause(e);
                    }
                }
                Thread.sleep(50);
            }
        }
    }

    /** Its process. */
    public long pid() {
        return process.pid();
    }

    /** Stops it; its data stays. */
    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    /** Starts it again, with its data, and waits until it answers and serves its topics. */
    public void startAgain() throws IOException, InterruptedException, TimeoutException {
        process = java("kafka.Kafka");
        await();
        awaitLeaders();
    }

    @Override
    public void close() {
        // Its files are deleted next.
        process.destroyForcibly().onExit().join();
    }
}
