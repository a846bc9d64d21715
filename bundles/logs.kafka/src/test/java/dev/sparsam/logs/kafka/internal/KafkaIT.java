package dev.sparsam.logs.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.kafka.testing.Broker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a real broker, and with processes that are really killed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KafkaIT {
    private static final String REQUEST = " - - [22/Nov/2026:12:00:00 +0000] \"GET /%d HTTP/1.1\" 200 5\n";
    private static final List<String> DOMAINS = List.of("a.test", "b.test", "c.test", "d.test", "e.test");

    @TempDir
    static Path folder = Path.of("");

    private Optional<Broker> started = Optional.empty();
    private Path policies = Path.of("");

    @BeforeAll
    void startBroker() throws Exception {
        started = Optional.of(Broker.start(Files.createDirectory(folder.resolve("broker")), classPath()));
        policies = folder.resolve("policies");
        policies("truncate/24/48");
    }

    @AfterAll
    void stopBroker() {
        started.ifPresent(Broker::close);
    }

    private Broker broker() {
        return started.orElseThrow();
    }

    /** What all domains but b.test, which removes addresses, do. */
    private void policies(String others) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String domain : DOMAINS) {
            lines.add(domain + "=" + (domain.equals("b.test") ? "remove" : others));
        }
        // At once: it is read at any moment.
        Path part = Files.write(folder.resolve("policies.part"), lines);
        Files.move(
                part,
                policies,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static String classPath() {
        String path = System.getProperty("surefire.test.class.path");
        return path == null ? System.getProperty("java.class.path") : path;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "(null)" : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    // ---- those before and behind

    private KafkaProducer<byte[], byte[]> server() {
        return new KafkaProducer<>(
                new HashMap<>(
                        Map.of("bootstrap.servers", broker().servers(), "linger.ms", "2", "compression.type", "zstd")),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String domain, String kind, String lines) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, bytes(domain), bytes(lines));
        if (!kind.isEmpty()) {
            record.headers().add(ChunkMasker.KIND, bytes(kind));
        }
        return record;
    }

    private final class Reader implements AutoCloseable {
        private final KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                new HashMap<>(Map.of(
                        "bootstrap.servers", broker().servers(),
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest",
                        "group.id", "reader",
                        "enable.auto.commit", "false")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        private final List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();

        Reader(String topic) {
            consumer.assign(consumer.partitionsFor(topic).stream()
                    .map(info -> new org.apache.kafka.common.TopicPartition(topic, info.partition()))
                    .toList());
            consumer.seekToBeginning(consumer.assignment());
        }

        /** All that is there as soon as it fits. */
        List<ConsumerRecord<byte[], byte[]>> until(Predicate<List<ConsumerRecord<byte[], byte[]>>> enough) {
            Instant end = Instant.now().plusSeconds(60);
            while (!enough.test(all)) {
                assertThat(Instant.now()).as("%s records", all.size()).isBefore(end);
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            }
            return all;
        }

        List<ConsumerRecord<byte[], byte[]>> until(int number) {
            return until(records -> records.size() >= number);
        }

        @Override
        public void close() {
            consumer.close();
        }
    }

    private String[] topics(TestInfo test) throws Exception {
        String name = test.getTestMethod().orElseThrow().getName();
        broker().topics(4, name, name + ".masked");
        return new String[] {name, name + ".masked"};
    }

    private Workers workers(String instance, String... topics) {
        return MaskingProcess.start(broker().servers(), policies, instance, topics[0], topics[1]);
    }

    private Process process(String instance, String... topics) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx192m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        classPath(),
                        MaskingProcess.class.getName(),
                        broker().servers(),
                        policies.toString(),
                        instance,
                        topics[0],
                        topics[1])
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("process.log").toFile()))
                .start();
    }

    /** Sends numbered lines of all domains, several in a record, for as long as told; says how many of each domain. */
    private int send(String topic, int from, int records) throws ExecutionException, InterruptedException {
        int line = from;
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> server = server()) {
            for (int i = 0; i < records; i++) {
                StringBuilder lines = new StringBuilder();
                for (int j = 0; j < 3; j++) {
                    lines.append("203.0.113.7").append(String.format(REQUEST, line++));
                }
                for (String domain : DOMAINS) {
                    sent.add(server.send(record(topic, domain, "", lines.toString())));
                }
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        }
        return line;
    }

    /** Each line of each domain is there, once, masked, and in its order. */
    private static void assertWhole(List<ConsumerRecord<byte[], byte[]>> records, int lines) {
        Map<String, StringBuilder> domains = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            domains.computeIfAbsent(text(record.key()), any -> new StringBuilder())
                    .append(text(record.value()));
        }
        assertThat(domains.keySet()).containsExactlyInAnyOrderElementsOf(DOMAINS);
        domains.forEach((domain, text) -> {
            String address = domain.equals("b.test") ? "-" : "203.0.113.0";
            assertThat(text.toString().lines().toList())
                    .as(domain)
                    .isEqualTo(IntStream.range(0, lines)
                            .mapToObj(line ->
                                    address + String.format(REQUEST, line).stripTrailing())
                            .toList());
        });
    }

    // ---- tests

    @Test
    void eachDomainAndKindIsMaskedWithItsRules(TestInfo test) throws Exception {
        String[] topics = topics(test);
        try (KafkaProducer<byte[], byte[]> server = server();
                Workers workers = workers("one", topics);
                Reader reader = new Reader(topics[1])) {
            ProducerRecord<byte[], byte[]> mail = record(
                    topics[0], "a.test", "mail", "Nov 22 12:00:00 mx postfix/smtpd[7]: connect from x[203.0.113.7]\n");
            mail.headers().add("kept", bytes("1")).add("dropped", bytes("203.0.113.7"));
            server.send(mail).get();
            server.send(record(topics[0], "b.test", "", "203.0.113.7" + REQUEST))
                    .get();
            server.send(record(topics[0], "203.0.113.7", "web_access", "203.0.113.7 - alice" + REQUEST.substring(4)))
                    .get();
            server.send(record(topics[0], "a.test", "no-such", "203.0.113.7" + REQUEST))
                    .get();
            server.send(new ProducerRecord<>(topics[0], null, bytes("what 203.0.113.7 says\n")))
                    .get();

            List<String> seen = reader.until(5).stream()
                    .map(record ->
                            text(record.key()) + " " + text(record.value()).strip() + headers(record))
                    .toList();
            assertThat(seen)
                    .containsExactlyInAnyOrder(
                            "a.test Nov 22 12:00:00 mx postfix/smtpd[7]: connect from x[203.0.113.0]"
                                    + " kept=1 sparsam.kind=mail",
                            "b.test -" + REQUEST.strip().indent(1).stripTrailing(),
                            // As strictly as b.test wants it.
                            "- - - -" + REQUEST.substring(4).stripTrailing()
                                    + " sparsam.kind=web_access sparsam.note=unknown-domain",
                            "a.test 203.0.113.0" + REQUEST.stripTrailing() + " sparsam.note=unknown-kind",
                            "(null) what - says sparsam.note=unknown-domain");
            assertThat(KafkaComponent.notes(workers.moments()))
                    .isEqualTo(Map.of(ChunkMasker.Note.UNKNOWN_DOMAIN, 2L, ChunkMasker.Note.UNKNOWN_KIND, 1L));
        }
    }

    private static String headers(ConsumerRecord<byte[], byte[]> record) {
        StringBuilder text = new StringBuilder();
        for (Header header : record.headers()) {
            text.append(' ').append(header.key()).append('=').append(text(header.value()));
        }
        return text.toString();
    }

    @Test
    void aChangeOfASettingIsTakenOverWithinSeconds(TestInfo test) throws Exception {
        String[] topics = topics(test);
        policies("keep");
        try (KafkaProducer<byte[], byte[]> server = server();
                Workers workers = workers("one", topics);
                Reader reader = new Reader(topics[1])) {
            server.send(record(topics[0], "a.test", "", "203.0.113.7" + REQUEST))
                    .get();
            assertThat(text(reader.until(1).get(0).value())).startsWith("203.0.113.7 ");
            policies("truncate/24/48");
            Instant changed = Instant.now();
            do {
                server.send(record(topics[0], "a.test", "", "203.0.113.7" + REQUEST))
                        .get();
                reader.until(reader.all.size() + 1);
            } while (text(reader.all.get(reader.all.size() - 1).value()).startsWith("203.0.113.7 "));
            assertThat(Duration.between(changed, Instant.now())).isLessThan(Duration.ofSeconds(15));
            assertThat(workers.moments()).extracting(Progress.Moment::aborted).containsOnly(0L);
        } finally {
            policies("truncate/24/48");
        }
    }

    @Test
    void killedAtAnyMomentItLosesNothingAndDoublesNothing(TestInfo test) throws Exception {
        String[] topics = topics(test);
        Random random = new Random(7);
        int lines = 0;
        Process process = process("one", topics);
        try (Reader reader = new Reader(topics[1])) {
            for (int kill = 0; kill < 4; kill++) {
                int before = reader.all.size();
                lines = send(topics[0], lines, 400);
                // In the middle: some has come through, some has not.
                reader.until(before + 100);
                Thread.sleep(random.nextInt(300));
                process.destroyForcibly().waitFor();
                process = process("one", topics);
            }
            int all = lines / 3 * DOMAINS.size();
            assertWhole(reader.until(all), lines);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** A process that was taken for dead, and comes back when its partitions are another's. */
    @Test
    void whoComesBackTooLateDoublesNothing(TestInfo test) throws Exception {
        String[] topics = topics(test);
        int lines = send(topics[0], 0, 400);
        Process one = process("one", topics);
        Process two = process("two", topics);
        try (Reader reader = new Reader(topics[1])) {
            reader.until(100);
            signal("STOP", one);
            lines = send(topics[0], lines, 200);
            // The other one gets the rest when the first is taken for dead.
            int all = lines / 3 * DOMAINS.size();
            reader.until(all);
            signal("CONT", one);
            lines = send(topics[0], lines, 200);
            assertWhole(reader.until(lines / 3 * DOMAINS.size()), lines);
        } finally {
            one.destroyForcibly().waitFor();
            two.destroyForcibly().waitFor();
        }
    }

    private static void signal(String signal, Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    /** The last: what a broker has to do after its start is not what the others are about. */
    @Test
    @Order(Integer.MAX_VALUE)
    void itGoesOnWhenTheBrokerComesBack(TestInfo test) throws Exception {
        String[] topics = topics(test);
        try (Workers workers = workers("one", topics)) {
            int lines = send(topics[0], 0, 400);
            try (Reader reader = new Reader(topics[1])) {
                reader.until(50);
            }
            broker().stop();
            Thread.sleep(1_000);
            broker().startAgain();
            lines = send(topics[0], lines, 100);
            try (Reader reader = new Reader(topics[1])) {
                assertWhole(reader.until(lines / 3 * DOMAINS.size()), lines);
            }
            assertThat(workers.moments()).extracting(Progress.Moment::failure).containsOnly(Optional.empty());
        }
    }
}
