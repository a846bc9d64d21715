package dev.sparsam.logs.kafka.testing;

import dev.sparsam.store.testing.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;

/** A broker of one node, a process of its own on the loopback interface, from the jars on the class path. */
public final class Broker implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final String classPath;
    private final int port = Ports.free();
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
                } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
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

    /** Makes topics, and waits until each of their partitions has a leader. */
    public void topics(int partitions, String... names) throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(names).stream()
                            .map(name -> new NewTopic(name, partitions, (short) 1))
                            .toList())
                    .all()
                    .get();
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!haveLeaders(admin, partitions, names)) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("Partitions of " + List.of(names) + " have no leaders");
                }
                Thread.sleep(50);
            }
        }
    }

    private static boolean haveLeaders(Admin admin, int partitions, String... names) throws InterruptedException {
        try {
            return admin.describeTopics(List.of(names)).allTopicNames().get().values().stream()
                    .allMatch(topic -> topic.partitions().size() == partitions
                            && topic.partitions().stream().allMatch(partition -> partition.leader() != null));
        } catch (ExecutionException e) {
            // Not known yet.
            return false;
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

    /** Starts it again, with its data, and waits until it answers. */
    public void startAgain() throws IOException, InterruptedException {
        process = java("kafka.Kafka");
        await();
    }

    @Override
    public void close() {
        // Its files are deleted next.
        process.destroyForcibly().onExit().join();
    }
}
