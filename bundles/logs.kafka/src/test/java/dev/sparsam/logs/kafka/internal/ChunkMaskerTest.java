package dev.sparsam.logs.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.LineOrigin;
import dev.sparsam.logs.LinesBefore;
import dev.sparsam.logs.MaskedLines;
import dev.sparsam.logs.kafka.internal.ChunkMasker.Masked;
import dev.sparsam.logs.kafka.internal.ChunkMasker.Note;
import dev.sparsam.panel.LogKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkMaskerTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final TopicPartition PARTITION = new TopicPartition("in", 3);

    /** What the masking was asked, in order. */
    private final List<LineOrigin> asked = new ArrayList<>();

    private final List<LinesBefore> before = new ArrayList<>();
    private final ChunkMasker masker = masker(1_000);

    private ChunkMasker masker(int largest) {
        return new ChunkMasker(
                this::upperCase,
                new Route("in", "out", LogKind.WEB_ACCESS, largest, Set.of("kept")),
                Clock.fixed(NOON, ZoneOffset.UTC));
    }

    /** Masks to upper case; knows the domain a.test; each call is a second later. */
    private MaskedLines upperCase(LineOrigin origin, LinesBefore last, InputStream lines, OutputStream masked)
            throws IOException {
        asked.add(origin);
        before.add(last);
        String text = new String(lines.readAllBytes(), StandardCharsets.ISO_8859_1);
        masked.write(bytes(text.toUpperCase(java.util.Locale.ROOT)));
        return new MaskedLines(
                text.lines().count(),
                0,
                origin.domain().equals(Optional.of("a.test")),
                new LinesBefore(last.time().plusSeconds(1), true));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static ConsumerRecord<byte[], byte[]> record(
            long offset, byte @Nullable [] key, byte @Nullable [] value, String... headers) {
        RecordHeaders all = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            all.add(headers[i], bytes(headers[i + 1]));
        }
        return record(offset, NOON.minusSeconds(60).toEpochMilli(), key, value, all);
    }

    @SuppressWarnings("NullAway") // a record of Kafka may be without a key or value
    private static ConsumerRecord<byte[], byte[]> record(
            long offset, long time, byte @Nullable [] key, byte @Nullable [] value, RecordHeaders headers) {
        return new ConsumerRecord<>(
                "in", 3, offset, time, TimestampType.CREATE_TIME, 0, 0, key, value, headers, Optional.empty());
    }

    private static String headers(ProducerRecord<byte[], byte[]> record) {
        StringBuilder text = new StringBuilder();
        for (Header header : record.headers()) {
            text.append(header.key())
                    .append('=')
                    .append(new String(header.value(), StandardCharsets.ISO_8859_1))
                    .append(' ');
        }
        return text.toString().strip();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void keyTimeAndWantedHeadersGoAlong() {
        Masked masked = masker.mask(record(
                0, bytes("a.test"), bytes("x\n"), "kept", "1", "dropped", "2", "sparsam.kind", "mail", "kept", "3"));
        ProducerRecord<byte[], byte[]> record = masked.records().get(0);
        assertThat(masked.records()).hasSize(1);
        assertThat(record.topic()).isEqualTo("out");
        assertThat(text(record.key())).isEqualTo("a.test");
        assertThat(text(record.value())).isEqualTo("X\n");
        assertThat(record.timestamp()).isEqualTo(NOON.minusSeconds(60).toEpochMilli());
        assertThat(headers(record)).isEqualTo("kept=1 kept=3 sparsam.kind=mail");
        assertThat(masked.notes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.test", "A.Test", "a.test."})
    void aDomainIsTheSameHoweverItIsWritten(String key) {
        masker.mask(record(0, bytes(key), bytes("x\n")));
        assertThat(asked).containsExactly(new LineOrigin(Optional.of("a.test"), Optional.of(LogKind.WEB_ACCESS)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a@b.test", "a..b", "\u00e4.test", "localhost"})
    void whatIsNoDomainIsNotAskedFor(String key) {
        masker.mask(record(0, bytes(key), bytes("x\n")));
        assertThat(asked.get(0).domain()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"web_error", "web-error", "WEB_ERROR", " web_error "})
    void aKindIsTheSameHoweverItIsWritten(String kind) {
        masker.mask(record(0, bytes("a.test"), bytes("x\n"), "sparsam.kind", kind));
        assertThat(asked.get(0).kind()).contains(LogKind.WEB_ERROR);
    }

    @Test
    void anUnknownDomainIsNotedAndItsKeyMasked() {
        Masked masked = masker.mask(record(0, bytes("b.test"), bytes("x\n")));
        assertThat(text(masked.records().get(0).key())).isEqualTo("B.TEST");
        assertThat(text(masked.records().get(0).value())).isEqualTo("X\n");
        assertThat(headers(masked.records().get(0))).isEqualTo("sparsam.note=unknown-domain");
        assertThat(masked.notes()).containsExactly(Note.UNKNOWN_DOMAIN);
    }

    @Test
    void anUnknownKindIsNotedAndNotHandedOn() {
        Masked masked = masker.mask(record(0, bytes("a.test"), bytes("x\n"), "sparsam.kind", "203.0.113.7"));
        assertThat(asked.get(0).kind()).isEmpty();
        assertThat(headers(masked.records().get(0))).isEqualTo("sparsam.note=unknown-kind");
        assertThat(masked.notes()).containsExactly(Note.UNKNOWN_KIND);
    }

    /** The last one counts, but nobody has looked at the others. */
    @Test
    void onlyTheKindThatWasUnderstoodIsHandedOn() {
        ConsumerRecord<byte[], byte[]> twice =
                record(0, bytes("a.test"), bytes("x\n"), "sparsam.kind", "203.0.113.7", "sparsam.kind", " Web-Error ");
        assertThat(headers(masker.mask(twice).records().get(0))).isEqualTo("sparsam.kind=web_error");
    }

    @Test
    void aRecordWithoutKeyOrValueIsDeliveredWithoutThem() {
        Masked masked = masker.mask(record(0, null, null));
        assertThat(masked.records()).hasSize(1);
        assertThat(masked.records().get(0).key()).isNull();
        assertThat(masked.records().get(0).value()).isNull();
        assertThat(masker.mask(record(1, bytes("a.test"), new byte[0]))
                        .records()
                        .get(0)
                        .value())
                .isEmpty();
    }

    /** A broker would refuse it, now and at every further attempt. */
    @Test
    void aTimeThatIsNotYetOrNotKnownIsNow() {
        long later = NOON.plusSeconds(86_400).toEpochMilli();
        for (long time : new long[] {later, -1}) {
            assertThat(masker.mask(record(0, time, bytes("a.test"), bytes("x\n"), new RecordHeaders()))
                            .records()
                            .get(0)
                            .timestamp())
                    .isEqualTo(NOON.toEpochMilli());
        }
    }

    @Test
    void linesGoOnFromWhereThoseOfTheRecordBeforeEnded() {
        masker.mask(record(0, bytes("a.test"), bytes("x\n")));
        masker.mask(record(1, bytes("a.test"), bytes("x\n"), "sparsam.kind", "mail"));
        masker.mask(record(2, bytes("a.test"), bytes("x\n")));
        masker.committed(Map.of(PARTITION, 3L));
        masker.mask(record(3, bytes("a.test"), bytes("x\n")));
        Instant first = NOON.minusSeconds(60);
        assertThat(before)
                .containsExactly(
                        LinesBefore.none(first),
                        LinesBefore.none(first),
                        new LinesBefore(first.plusSeconds(1), true),
                        new LinesBefore(first.plusSeconds(2), true));
    }

    /** Else the key of the day at which this process began would be used for lines without a time on and on. */
    @Test
    void linesThatSayNoTimeAreOfTheTimeOfTheirRecordADayLater() {
        Instant first = NOON.minus(Duration.ofDays(3));
        long offset = 0;
        for (int days : new int[] {3, 2, 1, 2}) {
            long time = NOON.minus(Duration.ofDays(days)).toEpochMilli();
            masker.mask(record(offset, time, bytes("a.test"), bytes("x\n"), new RecordHeaders()));
            masker.committed(Map.of(PARTITION, ++offset));
        }
        assertThat(before)
                .containsExactly(
                        LinesBefore.none(first),
                        new LinesBefore(first.plusSeconds(1), true),
                        new LinesBefore(NOON.minus(Duration.ofDays(1)), true),
                        new LinesBefore(NOON.minus(Duration.ofDays(1)).plusSeconds(1), true));
    }

    @Test
    void whatWasAbortedWasNeverThere() {
        masker.mask(record(0, bytes("a.test"), bytes("x\n")));
        masker.committed(Map.of(PARTITION, 1L));
        masker.mask(record(1, bytes("a.test"), bytes("x\n")));
        masker.aborted();
        masker.mask(record(1, bytes("a.test"), bytes("x\n")));
        assertThat(before.get(2)).isEqualTo(before.get(1));
    }

    @Test
    void aPartitionWithWhichAnotherHasGoneOnBeginsAnew() {
        masker.mask(record(0, bytes("a.test"), bytes("x\n")));
        masker.committed(Map.of(PARTITION, 1L));
        masker.continueAt(PARTITION, 1);
        masker.mask(record(1, bytes("a.test"), bytes("x\n")));
        masker.committed(Map.of(PARTITION, 2L));
        masker.continueAt(PARTITION, 9);
        masker.mask(record(9, bytes("a.test"), bytes("x\n")));
        assertThat(before.get(1).open()).isTrue();
        assertThat(before.get(2).open()).isFalse();
    }

    @Test
    void aLargeChunkIsDividedBetweenLines() {
        Random random = new Random(5);
        for (int round = 0; round < 500; round++) {
            StringBuilder lines = new StringBuilder();
            int number = random.nextInt(12);
            for (int i = 0; i < number; i++) {
                lines.append("X".repeat(random.nextInt(40))).append(i + 1 < number || random.nextBoolean() ? "\n" : "");
            }
            int largest = 16 + random.nextInt(60);
            List<String> parts =
                    masker(largest).mask(record(0, bytes("a.test"), bytes(lines.toString()))).records().stream()
                            .map(record -> text(record.value()))
                            .toList();
            assertThat(String.join("", parts)).isEqualTo(lines.toString());
            assertThat(parts.subList(0, parts.size() - 1)).allMatch(part -> part.endsWith("\n"));
            // Larger is only what is one line.
            assertThat(parts)
                    .allMatch(part -> part.length() <= largest || part.strip().indexOf('\n') < 0);
        }
    }
}
