package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.Handling;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.PersonalField;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class SideBySideTest {
    private static final List<MaskingPolicy> POLICIES = List.of(
            MaskingPolicy.DEFAULT,
            MaskingPolicy.DEFAULT
                    .with(PersonalField.USER, Handling.HASH)
                    .with(PersonalField.EMAIL, Handling.HASH)
                    .with(PersonalField.TOKEN, Handling.HASH),
            MaskingPolicy.ofAddresses(AddressMasking.parse("remove")),
            MaskingPolicy.ofAddresses(AddressMasking.parse("pseudonym/prefix")));

    @TempDir
    Path folder;

    @Test
    void severalThreadsMakeOfALogWhatOneMakes() throws IOException {
        Random random = new Random(20_261_122);
        for (int round = 0; round < 60; round++) {
            LogLines generator = new LogLines(random);
            StringBuilder log = new StringBuilder();
            boolean mixed = random.nextBoolean();
            for (int i = 0; i < 400; i++) {
                // Days change, some lines have no time, and formats come in no order.
                String line = (mixed || i % 50 == 0 ? generator.next() : dated(random))
                        + (random.nextInt(20) == 0 ? "\0\n" : "\n");
                // Some of two bytes per character.
                log.append(random.nextInt(20) == 0 ? line.replaceAll("(?s)(.)", "$1\0") : line);
            }
            Path file = Files.writeString(folder.resolve("log"), log, StandardCharsets.ISO_8859_1);
            MaskingPolicy policy = POLICIES.get(round % POLICIES.size());
            ByteArrayOutputStream one = new ByteArrayOutputStream();
            LogScan wanted = scanner(policy).mask(new ByteArrayInputStream(Files.readAllBytes(file)), one);
            ByteArrayOutputStream many = new ByteArrayOutputStream();
            LogScan found = mask(file, many, policy, 1 << (6 + random.nextInt(8)));
            assertThat(many.toString(StandardCharsets.ISO_8859_1))
                    .as("round %d", round)
                    .isEqualTo(one.toString(StandardCharsets.ISO_8859_1));
            assertThat(found).as("round %d", round).isEqualTo(wanted);
        }
    }

    /** Parts of lines without a time tell nothing of the day: that of the part before goes on through them. */
    @Test
    void theDayGoesOnThroughPartsWithoutATime() throws IOException {
        StringBuilder log = new StringBuilder();
        for (int day = 10; day < 30; day++) {
            log.append("203.0.113.7 - - [").append(day).append("/Nov/2026:03:03:22 +0100] \"GET / HTTP/1.1\" 200 5\n");
            log.append("a line without a time\n".repeat(40)).append("from 203.0.113.7\n".repeat(5));
        }
        Path file = Files.writeString(folder.resolve("log"), log);
        MaskingPolicy policy = MaskingPolicy.ofAddresses(AddressMasking.parse("pseudonym/prefix"));
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        scanner(policy).mask(new ByteArrayInputStream(Files.readAllBytes(file)), one);
        for (int round = 0; round < 20; round++) {
            ByteArrayOutputStream many = new ByteArrayOutputStream();
            mask(file, many, policy, 64);
            assertThat(many.toString(StandardCharsets.ISO_8859_1)).isEqualTo(one.toString(StandardCharsets.ISO_8859_1));
        }
    }

    /** A record that does not fit into the buffer becomes the same wherever in the buffer it would have begun. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Foo?              | &sid=   | 150",
                "Foo?              | &sid=   | 250",
                "Foo?              | &sid=   | 270",
                "Foo?              | &sid=   | 800",
                "Foo?              | ;token= | 800",
                "Nov 22 03:03:22 mx1 sshd[7]: x | ; user= | 250",
                "Nov 22 03:03:22 mx1 sshd[7]: x | ; user= | 800",
            })
    void aLongRecordBecomesTheSameWhateverStandsBeforeIt(String head, String name, int kibibytes) throws IOException {
        String value = " " + name + "a1:".repeat(700);
        String record = head + value.repeat((kibibytes << 10) / value.length()) + "\n";
        for (int before : new int[] {0, 1, 30_000, 100_000, 140_000, 200_000}) {
            String first = before == 0 ? "" : "x".repeat(before) + "\n";
            Path file = Files.writeString(folder.resolve("log"), first + record);
            ByteArrayOutputStream one = new ByteArrayOutputStream();
            scanner(POLICIES.get(1)).mask(new ByteArrayInputStream(Files.readAllBytes(file)), one);
            ByteArrayOutputStream many = new ByteArrayOutputStream();
            mask(file, many, POLICIES.get(1), 2048);
            String masked = one.toString(StandardCharsets.ISO_8859_1);
            assertThat(many.toString(StandardCharsets.ISO_8859_1).equals(masked))
                    .as("%d bytes before", before)
                    .isTrue();
            // The value is the same everywhere, and so is its hash; nothing of any stays.
            Set<String> rests = Stream.of(masked.substring(first.length()).split(name))
                    .skip(1)
                    .map(rest -> rest.substring(0, Math.min(rest.length(), 40)).strip())
                    .collect(Collectors.toSet());
            assertThat(rests).as("%d bytes before", before).hasSize(1).allMatch(rest -> rest.matches("h-[a-z2-7]{13}"));
        }
    }

    @Test
    void aLogWithoutALineEndIsOnePart() throws IOException {
        Path file = Files.writeString(folder.resolve("log"), "203.0.113.7 ".repeat(100_000));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LogScan scan = mask(file, out, MaskingPolicy.DEFAULT, 1 << 10);
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("203.0.113.0 ".repeat(100_000));
        assertThat(scan.lines()).isOne();
    }

    @Test
    void whatCannotBeWrittenEndsAllThreads() throws IOException {
        Path file = Files.writeString(folder.resolve("log"), "203.0.113.7 x\n".repeat(10_000));
        OutputStream full = new OutputStream() {
            private int written;

            @Override
            public void write(int b) throws IOException {
                if (++written > 50_000) {
                    throw new IOException("No space left on device");
                }
            }
        };
        assertThatThrownBy(() -> mask(file, full, MaskingPolicy.DEFAULT, 1 << 10))
                .isInstanceOf(IOException.class)
                .hasMessage("No space left on device");
    }

    private static String dated(Random random) {
        return "203.0.113." + random.nextInt(256) + " - frank [" + (10 + random.nextInt(3))
                + "/Nov/2026:03:03:22 +0100] \"GET /a?token=" + random.nextInt(5) + " HTTP/1.1\" 200 5";
    }

    private static LogScan mask(Path file, OutputStream out, MaskingPolicy policy, int length) throws IOException {
        List<LineScanner> scanners = new ArrayList<>(List.of(scanner(policy)));
        try (FileChannel log = FileChannel.open(file)) {
            return SideBySide.mask(log, out, scanners, 3, () -> scanner(policy), length, 1);
        }
    }

    /** With keys that differ from day to day. */
    private static LineScanner scanner(MaskingPolicy policy) {
        Map<Long, DayKeys> days = new HashMap<>();
        byte[] secret = new byte[DayKeys.LENGTH];
        return new LineScanner(new LineScanner.Context(
                policy,
                ZoneOffset.UTC,
                Instant.parse("2026-11-23T00:00:00Z"),
                day -> days.computeIfAbsent(day, any -> DayKeys.derived(secret, day)),
                Optional.empty()));
    }
}
