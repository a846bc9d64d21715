package dev.sparsam.logs.kafka.internal;

import dev.sparsam.logs.LineMasking;
import dev.sparsam.logs.LineOrigin;
import dev.sparsam.logs.LinesBefore;
import dev.sparsam.logs.MaskedLines;
import dev.sparsam.panel.LogKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a record with raw lines what is delivered. Remembers what stands at the end of the lines of each domain, because
 * those of the next record go on there; what it has learnt since the last {@link #committed} is forgotten by {@link #aborted}.
 * For one thread.
 */
final class ChunkMasker {
    /** The header that says what lines record, such as {@code web_access}. */
    static final String KIND = "sparsam.kind";
    /** The header of a delivered record that was masked with other rules than those of its site and kind: why. */
    static final String NOTE = "sparsam.note";

    private static final int REMEMBERED = 10_000;
    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})+");

    private final LineMasking masking;
    private final Route route;
    private final Clock clock;
    private final Map<TopicPartition, Reached> reached = new HashMap<>();
    private Map<Stream, LinesBefore> pending = new HashMap<>();

    ChunkMasker(LineMasking masking, Route route, Clock clock) {
        this.masking = masking;
        this.route = route;
        this.clock = clock;
    }

    /** The lines that follow each other. */
    private record Stream(TopicPartition partition, String domain, Optional<LogKind> kind) {}

    /** How far a partition has been delivered, and what stood there. */
    private static final class Reached {
        private long next;
        private final Map<Stream, LinesBefore> before = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Stream, LinesBefore> eldest) {
                return size() > REMEMBERED;
            }
        };
    }

    /** What is wrong with a record, which is delivered nevertheless. */
    enum Note {
        /** The panel does not have its domain, or it names none. */
        UNKNOWN_DOMAIN,
        /** Its header says no kind of log that there is. */
        UNKNOWN_KIND;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * What becomes of a record.
     *
     * @param records what is delivered, in this order
     * @param lines how many lines it had
     * @param notUnderstood how many of them were of no known format
     * @param notes what was wrong with it
     */
    record Masked(List<ProducerRecord<byte[], byte[]>> records, long lines, long notUnderstood, List<Note> notes) {}

    /** Masks a record. */
    Masked mask(ConsumerRecord<byte[], byte[]> record) {
        Optional<String> domain = domain(record.key());
        Optional<Header> said = Optional.ofNullable(record.headers().lastHeader(KIND));
        Optional<LogKind> kind =
                said.isEmpty() ? Optional.of(route.kind()) : kind(said.get().value());
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        Stream stream = new Stream(partition, domain.orElse(""), kind);
        ByteArrayOutputStream masked = new ByteArrayOutputStream(record.value() == null ? 0 : record.value().length);
        MaskedLines lines = mask(
                new LineOrigin(domain, kind),
                before(stream, record),
                record.value() == null ? new byte[0] : record.value(),
                masked);
        pending.put(stream, lines.after());

        List<Note> notes = new ArrayList<>();
        if (!lines.siteKnown()) {
            notes.add(Note.UNKNOWN_DOMAIN);
        }
        if (kind.isEmpty()) {
            notes.add(Note.UNKNOWN_KIND);
        }
        return new Masked(
                delivered(record, key(record, lines.siteKnown()), masked, notes, said.flatMap(any -> kind)),
                lines.lines(),
                lines.notUnderstood(),
                notes);
    }

    private MaskedLines mask(LineOrigin origin, LinesBefore before, byte[] raw, ByteArrayOutputStream out) {
        try {
            return masking.mask(origin, before, new ByteArrayInputStream(raw), out);
        } catch (IOException e) {
            throw new UncheckedIOException("arrays have no errors", e);
        }
    }

    private LinesBefore before(Stream stream, ConsumerRecord<byte[], byte[]> record) {
        LinesBefore known = pending.get(stream);
        if (known == null) {
            Reached partition = reached.get(stream.partition);
            known = partition == null ? null : partition.before.get(stream);
        }
        Instant written = Instant.ofEpochMilli(time(record));
        return known == null ? LinesBefore.none(written) : known.until(written);
    }

    /** When it was written; never later than now, which a broker would refuse to take again. */
    private long time(ConsumerRecord<byte[], byte[]> record) {
        long now = clock.millis();
        return record.timestamp() < 0 ? now : Math.min(record.timestamp(), now);
    }

    private static Optional<String> domain(byte @Nullable [] key) {
        if (key == null || key.length > 254) {
            return Optional.empty();
        }
        String name = new String(key, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        return Optional.of(name.endsWith(".") ? name.substring(0, name.length() - 1) : name)
                .filter(text -> DOMAIN.matcher(text).matches());
    }

    private static Optional<LogKind> kind(byte @Nullable [] value) {
        return value == null ? Optional.empty() : kind(new String(value, StandardCharsets.ISO_8859_1));
    }

    /** The kind with a name such as {@code web_access} or {@code web-access}. */
    static Optional<LogKind> kind(String name) {
        String wanted = name.strip().toUpperCase(Locale.ROOT).replace('-', '_');
        return Arrays.stream(LogKind.values())
                .filter(kind -> kind.name().equals(wanted))
                .findFirst();
    }

    /** A key that is no domain of the panel may be anything, also an address. */
    private byte @Nullable [] key(ConsumerRecord<byte[], byte[]> record, boolean siteKnown) {
        byte[] key = record.key();
        if (key == null || siteKnown) {
            return key;
        }
        ByteArrayOutputStream masked = new ByteArrayOutputStream(key.length);
        mask(
                new LineOrigin(Optional.empty(), Optional.empty()),
                LinesBefore.none(Instant.ofEpochMilli(time(record))),
                key,
                masked);
        return masked.toByteArray();
    }

    private List<ProducerRecord<byte[], byte[]>> delivered(
            ConsumerRecord<byte[], byte[]> record,
            byte @Nullable [] key,
            ByteArrayOutputStream masked,
            List<Note> notes,
            Optional<LogKind> said) {
        RecordHeaders headers = new RecordHeaders();
        for (Header header : record.headers()) {
            if (!header.key().equals(KIND) && route.headers().contains(header.key())) {
                headers.add(header);
            }
        }
        // Made anew: a header may stand there several times, and only the last one was understood.
        said.ifPresent(
                kind -> headers.add(KIND, kind.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII)));
        notes.forEach(note -> headers.add(NOTE, note.toString().getBytes(StandardCharsets.US_ASCII)));
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        if (record.value() == null) {
            records.add(new ProducerRecord<>(route.output(), null, time(record), key, null, headers));
            return records;
        }
        byte[] all = masked.toByteArray();
        int from = 0;
        do {
            int to = end(all, from, route.largest());
            byte[] part = from == 0 && to == all.length ? all : Arrays.copyOfRange(all, from, to);
            records.add(new ProducerRecord<>(route.output(), null, time(record), key, part, headers));
            from = to;
        } while (from < all.length);
        return records;
    }

    /** Where the last line ends that fits; of one that is too long by itself, where that ends. */
    private static int end(byte[] all, int from, int largest) {
        if (all.length - from <= largest) {
            return all.length;
        }
        for (int p = from + largest; p > from; p--) {
            if (all[p - 1] == '\n') {
                return p;
            }
        }
        for (int p = from + largest; p < all.length; p++) {
            if (all[p] == '\n') {
                return p + 1;
            }
        }
        return all.length;
    }

    /**
     * Everything that was masked has been delivered.
     *
     * @param next from where each partition goes on
     */
    void committed(Map<TopicPartition, Long> next) {
        pending.forEach((stream, before) -> reached.computeIfAbsent(stream.partition, any -> new Reached())
                .before
                .put(stream, before));
        pending = new HashMap<>();
        next.forEach((partition, offset) -> reached.computeIfAbsent(partition, any -> new Reached()).next = offset);
    }

    /** Nothing of what was masked since has been delivered. */
    void aborted() {
        pending = new HashMap<>();
    }

    /** Forgets a partition with which somebody else has gone on meanwhile. */
    void continueAt(TopicPartition partition, long next) {
        Reached known = reached.get(partition);
        if (known != null && known.next != next) {
            reached.remove(partition);
        }
    }
}
