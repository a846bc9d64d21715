package dev.sparsam.logs.kafka.internal;

import dev.sparsam.logs.LineMasking;
import dev.sparsam.logs.LineOrigin;
import dev.sparsam.logs.LinesBefore;
import dev.sparsam.logs.MaskedLines;
import dev.sparsam.logs.internal.FileMasking;
import dev.sparsam.logs.kafka.testing.Broker;
import dev.sparsam.panel.LogKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Consuming, masking and producing chunks of lines, exactly once, next to the same without the masking: the same workers with
 * the same clients and transactions, one after the other, in turns. The broker is a process of its own on the same machine,
 * so both have what it leaves. The masking is the real one, with keys on the embedded database.
 */
public final class KafkaBench {
    private static final int DOMAINS = 50;
    private static final int CHUNK = 64 << 10;
    private static final double WANTED = 1.3;

    private final Broker broker;
    private final LineMasking masking;
    private final Clock clock = Clock.systemUTC();
    private final int threads;
    private int run;

    private KafkaBench(Broker broker, LineMasking masking, int threads) {
        this.broker = broker;
        this.masking = masking;
        this.threads = threads;
    }

    /** Arguments: {@code --size MB}, {@code --rounds N}, {@code --threads N}, {@code --dir DIR}, {@code --checkout DIR}. */
    public static void main(String[] arguments) throws Exception {
        int megabytes = 256;
        int rounds = 5;
        int threads = 1;
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        Path checkout = Path.of(".");
        for (int i = 0; i < arguments.length; i += 2) {
            String option = arguments[i];
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(option + " needs a value");
            }
            String value = arguments[i + 1];
            switch (option) {
                case "--size" -> megabytes = Integer.parseInt(value);
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--threads" -> threads = Integer.parseInt(value);
                case "--dir" -> parent = Files.createDirectories(Path.of(value));
                case "--checkout" -> checkout = Path.of(value);
                default ->
                    throw new IllegalArgumentException(
                            option + " is unknown; known are --size MB, --rounds N, --threads N and --dir DIR");
            }
        }
        Path folder = Files.createTempDirectory(parent, "kafka-bench");
        try (Broker broker = Broker.start(folder, System.getProperty("java.class.path"))) {
            List<String> domains = Stream.iterate(0, i -> i + 1)
                    .limit(DOMAINS)
                    .map(i -> "d" + i + ".test")
                    .toList();
            Path policies = Files.write(
                    folder.resolve("policies"),
                    domains.stream().map(domain -> domain + "=truncate/24/48").toList());
            LineMasking masking =
                    FileMasking.of(policies, checkout.resolve("bundles/logs/src/main/resources/migrations"));
            new KafkaBench(broker, masking, threads).measure(megabytes, rounds, domains);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
        // The database of the keys has threads of its own.
        System.exit(0);
    }

    private void measure(int megabytes, int rounds, List<String> domains) throws Exception {
        broker.topics(4, "raw");
        long records = send(megabytes, domains);
        System.out.printf(
                "%d MiB in %d chunks of %d domains, lz4; %d thread(s); load: %s%n",
                megabytes,
                records,
                DOMAINS,
                threads,
                Files.readString(Path.of("/proc/loadavg")).strip());
        // Both once, so that everything is compiled and cached.
        time(KafkaBench::copy, records);
        time(masking, records);
        List<Double> plain = new ArrayList<>();
        List<Double> masked = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            plain.add(time(KafkaBench::copy, records));
            masked.add(time(masking, records));
            System.out.printf(
                    Locale.ROOT,
                    "round %d: as it is %.2f s, masked %.2f s, ratio %.2f%n",
                    round + 1,
                    plain.get(round),
                    masked.get(round),
                    masked.get(round) / plain.get(round));
        }
        double one = median(plain);
        double other = median(masked);
        System.out.printf(
                Locale.ROOT,
                "median: as it is %.2f s (%.0f MiB/s), masked %.2f s (%.0f MiB/s); ratio %.2f (wanted: at most %.1f)%n",
                one,
                megabytes / one,
                other,
                megabytes / other,
                other / one,
                WANTED);
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static MaskedLines copy(LineOrigin origin, LinesBefore before, InputStream lines, OutputStream masked)
            throws IOException {
        lines.transferTo(masked);
        return new MaskedLines(0, 0, true, before);
    }

    /** From the first record that is delivered to the last, in seconds. */
    private double time(LineMasking with, long records) throws Exception {
        String name = "run" + run++;
        broker.topics(4, name);
        Route route = new Route("raw", name, LogKind.WEB_ACCESS, 900_000, Set.of());
        KafkaClients clients = new KafkaClients(broker.servers(), name, "bench", Map.of(), Map.of());
        try (Workers workers = Workers.start(
                threads,
                clients,
                route,
                with,
                new Failures(broker.servers(), route, "bench"),
                said -> said.ifPresent(text -> System.err.println(text.english())),
                clock)) {
            long begun = 0;
            long before = 0;
            while (true) {
                long done = workers.moments().stream()
                        .mapToLong(Progress.Moment::records)
                        .sum();
                if (begun == 0 && done > 0) {
                    begun = System.nanoTime();
                    before = done;
                }
                if (done >= records) {
                    // Of all records, not only of those that the clock has seen.
                    return (System.nanoTime() - begun) / 1e9 * records / (records - before);
                }
                Thread.sleep(1);
            }
        } finally {
            try (var admin = broker.admin()) {
                admin.deleteTopics(List.of(name)).all().get();
            }
        }
    }

    private long send(int megabytes, List<String> domains) throws ExecutionException, InterruptedException {
        Random random = new Random(20_261_122);
        List<StringBuilder> chunks = new ArrayList<>();
        domains.forEach(domain -> chunks.add(new StringBuilder()));
        Future<?> last = CompletableFuture.completedFuture(null);
        long records = 0;
        long sent = 0;
        long line = 0;
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                new HashMap<>(Map.of(
                        "bootstrap.servers", broker.servers(),
                        "compression.type", "lz4",
                        "linger.ms", "20",
                        "batch.size", "262144")),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            while (sent < megabytes * 1024L * 1024) {
                int domain = random.nextInt(domains.size());
                StringBuilder chunk = chunks.get(domain);
                while (chunk.length() < CHUNK - 400) {
                    chunk.append(line(random, line++));
                }
                byte[] value = chunk.toString().getBytes(StandardCharsets.ISO_8859_1);
                chunk.setLength(0);
                last = producer.send(new ProducerRecord<>(
                        "raw",
                        null,
                        Instant.now().toEpochMilli(),
                        domains.get(domain).getBytes(StandardCharsets.ISO_8859_1),
                        value));
                records++;
                sent += value.length;
            }
            last.get();
        }
        return records;
    }

    /** A line of a combined log, a third of them of IPv6 clients. */
    private static String line(Random random, long number) {
        String client = random.nextInt(100) < 35
                ? String.format(
                        Locale.ROOT,
                        "2001:db8:%x:%x::%x",
                        random.nextInt(65_536),
                        random.nextInt(65_536),
                        1 + random.nextInt(65_535))
                : String.format(
                        Locale.ROOT, "203.%d.%d.%d", random.nextInt(256), random.nextInt(256), 1 + random.nextInt(254));
        long second = number / 50;
        return String.format(
                Locale.ROOT,
                "%s - - [22/Nov/2026:%02d:%02d:%02d +0100] \"GET /shop/product-%d.html HTTP/1.1\" 200 %d \"%s\" \"%s\"\n",
                client,
                second / 3_600 % 24,
                second / 60 % 60,
                second % 60,
                random.nextInt(10_000),
                random.nextInt(100_000),
                random.nextInt(3) == 0 ? "-" : "https://www.example.org/" + random.nextInt(1_000),
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/"
                        + (100 + random.nextInt(30)) + ".0.0.0 Safari/537.36");
    }
}
