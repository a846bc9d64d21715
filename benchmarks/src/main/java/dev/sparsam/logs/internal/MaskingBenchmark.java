package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressScope;
import dev.sparsam.logs.Handling;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.PersonalField;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What masking costs in the steady state, in memory: nanoseconds for each line or address. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MaskingBenchmark {
    /** So many lines, that no branch can be learned by heart. */
    private static final int LINES = 4096;

    private static final DayKeys KEYS = new DayKeys(new byte[DayKeys.LENGTH]);

    /** A combined log, as {@link MaskBench} writes it. */
    @State(Scope.Thread)
    public static class Combined {
        private byte[] log = new byte[0];
        private final int[] starts = new int[LINES];
        private final AddressMasker masker = new AddressMasker(AddressMasking.DEFAULT, () -> KEYS);
        private final AddressFinder finder =
                new AddressFinder(masker, Optional.empty(), any -> false, (from, to, text, length) -> {});

        /** Writes the lines. */
        @Setup
        public void write() {
            StringBuilder text = new StringBuilder();
            LogSample lines = new LogSample(new Random(20_261_122));
            for (int i = 0; i < LINES; i++) {
                starts[i] = text.length();
                text.append(lines.line("22/Nov/2026", i / 50));
            }
            log = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        }

        private int end(int line) {
            return line + 1 < LINES ? starts[line + 1] : log.length;
        }
    }

    /** A scanner of one policy. */
    @State(Scope.Thread)
    public static class Scanner {
        /** The client only; every address; and all that is masked by default. */
        @Param({"client", "line", "default"})
        public String policy = "";

        private Optional<LineScanner> scanner = Optional.empty();

        /** Makes it. */
        @Setup
        public void make() {
            Map<PersonalField, Handling> fields = new EnumMap<>(PersonalField.class);
            for (PersonalField field : PersonalField.values()) {
                if (!policy.equals("default")) {
                    fields.put(field, Handling.KEEP);
                }
            }
            scanner = Optional.of(scanner(new MaskingPolicy(
                    AddressMasking.DEFAULT,
                    policy.equals("client") ? AddressScope.CLIENT : AddressScope.LINE,
                    fields)));
        }
    }

    /** Lines of one kind of log. */
    @State(Scope.Thread)
    public static class Kind {
        private static final Map<String, String> SAMPLES = Map.of(
                "apache-combined",
                "203.0.113.77 - - [22/Nov/2026:03:03:22 +0100] \"GET /a?q=1 HTTP/1.1\" 200 5 \"-\" \"curl/8.5.0\"",
                "apache-error",
                "[Sun Nov 22 03:03:22.123456 2026] [core:error] [pid 1:tid 2] [client 203.0.113.77:50000] AH00037: denied",
                "nginx-error",
                "2026/11/22 03:03:22 [error] 1#2: *3 open() \"/srv/a\" failed (2: No such file), client: 203.0.113.77,"
                        + " server: a.example, request: \"GET /a HTTP/1.1\", host: \"a.example\"",
                "nginx-json",
                "{\"time_iso8601\":\"2026-11-22T03:03:22+01:00\",\"remote_addr\":\"203.0.113.77\",\"request\":\"GET / HTTP/1.1\"}",
                "postfix",
                "Nov 22 03:03:22 mx1 postfix/smtpd[123]: connect from a.isp.example[203.0.113.77]",
                "dovecot",
                "Nov 22 03:03:22 mx1 dovecot: imap-login: Login: user=<max@example.org>, method=PLAIN, rip=203.0.113.77,"
                        + " lip=198.51.100.1, mpid=1, TLS, session=<abc>",
                "exim",
                "2026-11-22 03:03:22 1tABCD-000000-00 <= max@example.org H=(a) [203.0.113.77]:5000 P=esmtpsa S=1000",
                "sshd",
                "Nov 22 03:03:22 web1 sshd[123]: Failed password for root from 203.0.113.77 port 50000 ssh2",
                "unknown",
                "something 203.0.113.77 that nobody knows max@example.org");

        /** Which kind. */
        @Param({
            "apache-combined",
            "apache-error",
            "nginx-error",
            "nginx-json",
            "postfix",
            "dovecot",
            "exim",
            "sshd",
            "unknown"
        })
        public String kind = "";

        private byte[] log = new byte[0];
        private final LineScanner scanner = scanner(MaskingPolicy.DEFAULT);

        /** Writes the lines. */
        @Setup
        public void write() {
            String line = Optional.ofNullable(SAMPLES.get(kind)).orElseThrow() + "\n";
            log = line.repeat(LINES).getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /** Addresses and their pseudonyms. */
    @State(Scope.Thread)
    public static class Pseudonyms {
        private final UnaryOperator<Address> deterministic = IpCrypt.deterministic(new byte[16]);
        private final UnaryOperator<Address> prefix = IpCrypt.prefixPreserving(key());
        private final Random random = new Random(20_261_122);

        private static byte[] key() {
            byte[] key = new byte[32];
            key[31] = 1;
            return key;
        }

        private Address next() {
            return new Address(random.nextLong(), random.nextLong());
        }
    }

    /** The client of an access line: the short way for plain addresses. */
    @Benchmark
    @OperationsPerInvocation(LINES)
    public int truncateClient(Combined combined) {
        int sum = 0;
        for (int i = 0; i < LINES; i++) {
            sum += combined.masker.truncate(combined.log, combined.starts[i], combined.log.length);
        }
        return sum;
    }

    /** Every address of a whole combined line. */
    @Benchmark
    @OperationsPerInvocation(LINES)
    public int find(Combined combined) throws IOException {
        int sum = 0;
        for (int i = 0; i < LINES; i++) {
            int from = combined.starts[i];
            sum += combined.finder.find(combined.log, from, from, combined.end(i), true, true);
        }
        return sum;
    }

    /** All of it: a combined log from memory to nowhere. */
    @Benchmark
    @OperationsPerInvocation(LINES)
    public LogScan scan(Combined combined, Scanner scanner) throws IOException {
        return scanner.scanner
                .orElseThrow()
                .mask(new ByteArrayInputStream(combined.log), OutputStream.nullOutputStream());
    }

    /** The same for a log of one kind, with what is masked by default. */
    @Benchmark
    @OperationsPerInvocation(LINES)
    public LogScan kind(Kind kind) throws IOException {
        return kind.scanner.mask(new ByteArrayInputStream(kind.log), OutputStream.nullOutputStream());
    }

    /** A pseudonym of an address that is not remembered. */
    @Benchmark
    public Address deterministic(Pseudonyms pseudonyms) {
        return pseudonyms.deterministic.apply(pseudonyms.next());
    }

    /** The same, prefix-preserving. */
    @Benchmark
    public Address prefixPreserving(Pseudonyms pseudonyms) {
        return pseudonyms.prefix.apply(pseudonyms.next());
    }

    private static LineScanner scanner(MaskingPolicy policy) {
        return new LineScanner(new LineScanner.Context(
                policy, ZoneOffset.UTC, Instant.parse("2026-11-23T00:00:00Z"), day -> KEYS, Optional.empty()));
    }
}
