package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.LineScanner.Stages;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.CRC32;

/**
 * The logs in an archive: tar, also compressed, or zip, told by the content. Each is treated as if it were a file, and all
 * else in the archive stays as it is, byte by byte.
 *
 * <p>A log of which no line is left stays as an empty one: whoever restores the archive gets the file with its owner and
 * mode, so that the server can go on writing to it, and what refers to it (a hard link, the list of a GNU incremental
 * archive) still finds it.
 *
 * <p>How long a masked log is must be known before it is written, because tar says it first. So an archive in which
 * something is due is read up to three times: to see what is due; to measure what becomes of logs that are packed; and to
 * write. Where some of its logs may hold pseudonyms, it is read once before, to see which. There is no temporary file, and nothing grows with the size of the archive but 32 bytes for each log that is due.
 *
 * <p>An archive that is compressed as a whole is written as one part, as a compressed log is.
 */
final class Archive {
    /** How many logs that cannot be replaced are named. */
    static final int NAMED = 20;

    private final Function<String, Optional<Reading>> logs;
    private final boolean knowsLogs;

    /** What a log is read with. */
    record Reading(LogMasker masker, Stages stages) {}

    private enum Kind {
        TAR,
        ZIP
    }

    /**
     * What was found in one.
     *
     * @param logs how many logs it has
     * @param scan what they hold together
     * @param obstacles how many of what is named like a log cannot be replaced, or is none
     * @param notes about these; of the first {@link #NAMED}
     * @param newestUnread when the newest of those that may hold lines was modified
     */
    record Contents(long logs, LogScan scan, long obstacles, List<FileNote> notes, Optional<Instant> newestUnread) {}

    /**
     * For any number of archives, one after the other.
     *
     * @param logs what is read as a log, by its path in the archive, such as {@code web/log/access.log.2.gz}; empty for what
     *     is none. What does not look like one inside stays as it is nevertheless
     * @param knowsLogs whether something is known of logs that may lie in it; it is then read once more, to see of which
     */
    Archive(Function<String, Optional<Reading>> logs, boolean knowsLogs) {
        this.logs = logs;
        this.knowsLogs = knowsLogs;
    }

    /**
     * Only looks.
     *
     * @throws DamagedException when it is no archive, is damaged, or is one that cannot be rewritten
     */
    Contents look(FileChannel channel) throws IOException {
        Kind kind = kind(channel);
        Looking looking = new Looking(Optional.empty(), beginnings(channel, kind));
        walk(channel, kind, Optional.empty(), looking);
        return looking.contents();
    }

    /** To write such an archive again; see {@link Rewriting}. */
    Rewriting rewriting() {
        return (source, out) -> {
            try {
                return rewrite(source.channel(), out);
            } catch (DamagedException e) {
                return LogScan.damaged(e.damage());
            }
        };
    }

    /** What is known of the logs in it, by number. */
    private Map<Long, Pseudonymised> beginnings(FileChannel channel, Kind kind) throws IOException {
        Beginnings beginnings = new Beginnings();
        if (knowsLogs) {
            walk(channel, kind, Optional.empty(), beginnings);
        }
        return beginnings.found;
    }

    private LogScan rewrite(FileChannel channel, OutputStream out) throws IOException {
        Kind kind = kind(channel);
        Due due = new Due();
        Map<Long, Pseudonymised> beginnings = beginnings(channel, kind);
        Looking looking = new Looking(Optional.of(due), beginnings);
        walk(channel, kind, Optional.empty(), looking);
        if (due.isEmpty()) {
            return looking.contents().scan();
        }
        if (due.unmeasured > 0) {
            walk(channel, kind, Optional.empty(), new Measuring(due, beginnings));
        }
        walk(channel, kind, Optional.of(out), new Writing(due, beginnings));
        return looking.contents().scan();
    }

    /** Whether a file begins as one does. */
    static boolean is(FileChannel channel) throws IOException {
        try {
            kind(channel);
            return true;
        } catch (DamagedException e) {
            // Compressed, and not what it seems; or nothing that is known.
            return false;
        }
    }

    private static Kind kind(FileChannel channel) throws IOException {
        try (Content content = new Content(channel)) {
            if (Tar.begins(content.in.readNBytes(Tar.BLOCK))) {
                return Kind.TAR;
            }
            if (content.decompressor.isEmpty() && Zip.is(channel)) {
                return Kind.ZIP;
            }
        }
        throw new DamagedException(FileNote.of(Code.NO_ARCHIVE));
    }

    private static void walk(FileChannel channel, Kind kind, Optional<OutputStream> out, ArchiveEntries entries)
            throws IOException {
        switch (kind) {
            case ZIP -> new Zip(channel, out, entries).walk();
            case TAR -> {
                try (Content content = new Content(channel)) {
                    new Tar(content.in, out, entries).walk();
                }
            }
        }
    }

    /** A file from its start, decompressed if it is compressed. */
    private static final class Content implements AutoCloseable {
        private final InputStream in;
        private final Optional<Decompressor> decompressor;

        Content(FileChannel channel) throws IOException {
            byte[] head = new byte[(int) Math.min(Compression.HEAD, channel.size())];
            channel.read(ByteBuffer.wrap(head), 0);
            InputStream raw = new ChannelInput(channel, 0, Long.MAX_VALUE);
            Optional<Compression> compression = Compression.of(head);
            decompressor =
                    compression.isPresent() ? Optional.of(compression.get().open(raw)) : Optional.empty();
            in = decompressor.isPresent() ? decompressor.get() : raw;
        }

        @Override
        public void close() {
            decompressor.ifPresent(Decompressor::close);
        }
    }

    // ---- what is due

    /** What is to be replaced, in few bytes: many archives hold very many logs. Numbers come in ascending order. */
    private static final class Due {
        private static final int UNKNOWN = -1;

        private long[] numbers = new long[16];
        private long[] packed = new long[16];
        private long[] sizes = new long[16];
        private int[] crcs = new int[16];
        private int count;
        private int unmeasured;

        boolean isEmpty() {
            return count == 0;
        }

        void add(long number) {
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, count * 2);
                packed = Arrays.copyOf(packed, count * 2);
                sizes = Arrays.copyOf(sizes, count * 2);
                crcs = Arrays.copyOf(crcs, count * 2);
            }
            numbers[count] = number;
            packed[count++] = UNKNOWN;
            unmeasured++;
        }

        void measured(long number, long length, Sum sum) {
            int at = Arrays.binarySearch(numbers, 0, count, number);
            packed[at] = length;
            sizes[at] = sum.size;
            crcs[at] = (int) sum.crc.getValue();
            unmeasured--;
        }

        boolean isUnmeasured(long number) {
            int at = Arrays.binarySearch(numbers, 0, count, number);
            return at >= 0 && packed[at] == UNKNOWN;
        }

        Optional<ArchiveEntries.Replacement> replacement(long number) {
            int at = Arrays.binarySearch(numbers, 0, count, number);
            return at < 0
                    ? Optional.empty()
                    : Optional.of(new ArchiveEntries.Replacement(packed[at], sizes[at], crcs[at]));
        }
    }

    /** Counts, and sums up, and writes on. */
    private static final class Sum extends BlockOutput {
        private final OutputStream out;
        private final CRC32 crc = new CRC32();
        private long size;

        Sum(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(byte[] b, int off, int len) throws IOException {
            crc.update(b, off, len);
            size += len;
            out.write(b, off, len);
        }
    }

    /** Sees which logs are known. */
    private final class Beginnings implements ArchiveEntries {
        private final Map<Long, Pseudonymised> found = new HashMap<>();

        @Override
        public Optional<Replacement> replacement(long number) {
            return Optional.empty();
        }

        @Override
        public boolean looksInto(long number, String name) {
            return logs.apply(name)
                    .filter(reading -> reading.masker.knowsLogs())
                    .isPresent();
        }

        @Override
        public void look(Entry entry, InputStream content) throws IOException {
            try (EntryLog log = EntryLog.open(content)) {
                Pseudonymised beginning = log.beginning(reading(entry).masker);
                if (beginning.length() > 0) {
                    found.put(entry.number(), beginning);
                }
            } catch (DamagedException e) {
                // It is said when its lines are looked at.
                found.remove(entry.number());
            }
        }
    }

    /** Sees what is in the logs, and which are due. */
    private final class Looking implements ArchiveEntries {
        private final Optional<Due> due;
        private final Map<Long, Pseudonymised> beginnings;
        private final List<FileNote> notes = new ArrayList<>();
        private LogScan all = LogScan.NONE;
        private long count;
        private long obstacles;
        private Optional<Instant> newestUnread = Optional.empty();

        Looking(Optional<Due> due, Map<Long, Pseudonymised> beginnings) {
            this.due = due;
            this.beginnings = beginnings;
        }

        Contents contents() {
            List<FileNote> said = new ArrayList<>(notes);
            if (obstacles > NAMED) {
                said.add(FileNote.of(Code.MORE_ENTRIES, obstacles - NAMED));
            }
            return new Contents(count, all, obstacles, said, newestUnread);
        }

        @Override
        public Optional<Replacement> replacement(long number) {
            return Optional.empty();
        }

        @Override
        public boolean looksInto(long number, String name) {
            return logs.apply(name).isPresent();
        }

        @Override
        public void look(Entry entry, InputStream content) throws IOException {
            if (entry.obstacle().isPresent()) {
                obstacle(entry, entry.obstacle().get());
                return;
            }
            try (EntryLog log = EntryLog.open(content)) {
                Reading reading = reading(entry);
                Optional<FileNote> unfit = log.unfit(reading.masker);
                if (unfit.isPresent()) {
                    obstacle(entry, unfit.get());
                    return;
                }
                Sum sum = new Sum(OutputStream.nullOutputStream());
                LogScan scan = log.look(
                        reading.masker,
                        reading.stages,
                        beginning(beginnings, entry),
                        due.isPresent() ? sum : OutputStream.nullOutputStream());
                if (scan.damage().isPresent()) {
                    obstacle(entry, scan.damage().get());
                    return;
                }
                count++;
                all = all.and(scan);
                if (due.isPresent() && (scan.addresses() > 0 || scan.expired() > 0)) {
                    due.get().add(entry.number());
                    if (!log.isCompressed() && entry.packing().isEmpty()) {
                        due.get().measured(entry.number(), sum.size, sum);
                    }
                }
            } catch (DamagedException e) {
                obstacle(entry, e.damage());
            }
        }

        private void obstacle(Entry entry, FileNote note) {
            if (obstacles++ < NAMED) {
                notes.add(FileNote.of(Code.IN_ENTRY, entry.name()));
                notes.add(note);
            }
            if (note.code() != Code.ENTRY_NO_LOG
                    && newestUnread.filter(entry.modified()::isBefore).isEmpty()) {
                newestUnread = Optional.of(entry.modified());
            }
        }
    }

    /** Learns how long becomes what is packed. */
    private final class Measuring implements ArchiveEntries {
        private final Due due;
        private final Map<Long, Pseudonymised> beginnings;

        Measuring(Due due, Map<Long, Pseudonymised> beginnings) {
            this.due = due;
            this.beginnings = beginnings;
        }

        @Override
        public Optional<Replacement> replacement(long number) {
            return Optional.empty();
        }

        @Override
        public boolean looksInto(long number, String name) {
            return due.isUnmeasured(number);
        }

        @Override
        public void look(Entry entry, InputStream content) throws IOException {
            Sum packed = new Sum(OutputStream.nullOutputStream());
            Sum plain = mask(entry, content, beginning(beginnings, entry), packed);
            due.measured(entry.number(), packed.size, plain);
        }
    }

    /** Writes what is due. */
    private final class Writing implements ArchiveEntries {
        private final Due due;
        private final Map<Long, Pseudonymised> beginnings;

        Writing(Due due, Map<Long, Pseudonymised> beginnings) {
            this.due = due;
            this.beginnings = beginnings;
        }

        @Override
        public Optional<Replacement> replacement(long number) {
            return due.replacement(number);
        }

        @Override
        public boolean looksInto(long number, String name) {
            return false;
        }

        @Override
        public void look(Entry entry, InputStream content) {
            throw new IllegalStateException("everything has been seen");
        }

        @Override
        public void write(Entry entry, InputStream content, OutputStream out) throws IOException {
            mask(entry, content, beginning(beginnings, entry), out);
        }
    }

    private static Pseudonymised beginning(Map<Long, Pseudonymised> beginnings, ArchiveEntries.Entry entry) {
        return beginnings.getOrDefault(entry.number(), Pseudonymised.NOTHING);
    }

    private Reading reading(ArchiveEntries.Entry entry) {
        return logs.apply(entry.name()).orElseThrow();
    }

    /** Writes a log masked and packed; returns what it is before it is packed. */
    private Sum mask(ArchiveEntries.Entry entry, InputStream content, Pseudonymised before, OutputStream out)
            throws IOException {
        if (entry.packing().isEmpty()) {
            return lines(entry, content, before, new Sum(out));
        }
        try (Compressor packing = entry.packing().get().open(out)) {
            Sum sum = lines(entry, content, before, new Sum(packing));
            packing.finish();
            return sum;
        }
    }

    private Sum lines(ArchiveEntries.Entry entry, InputStream content, Pseudonymised before, Sum sum)
            throws IOException {
        Reading reading = reading(entry);
        try (EntryLog log = EntryLog.open(content)) {
            LogScan scan = log.mask(reading.masker, reading.stages, before, sum);
            if (scan.damage().isPresent()) {
                throw new DamagedException(scan.damage().get());
            }
            return sum;
        }
    }
}
