package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.ArchiveEntries.Entry;
import dev.sparsam.logs.internal.ArchiveEntries.Packing;
import dev.sparsam.logs.internal.ArchiveEntries.Replacement;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * Walks over a zip archive (APPNOTE.TXT of PKWARE) and writes it again with the content of some entries replaced. All else
 * is copied as it is, byte by byte: what stands before, between, and behind the entries, their headers, extra fields, and
 * comments. In the headers of a replaced entry only sizes and checksum change; in all only the places.
 */
final class Zip {
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int DESCRIPTOR = 0x08074b50;

    private static final int LOCAL_LENGTH = 30;
    private static final int CENTRAL_LENGTH = 46;
    private static final int END_LENGTH = 22;
    private static final int END_64_LENGTH = 56;
    private static final int LOCATOR_LENGTH = 20;
    private static final int SHORT = 0xffff;
    private static final long INT = 0xffff_ffffL;

    /** The directory of about a quarter of a million entries. */
    private static final int MAX_DIRECTORY = 24 << 20;

    private static final int ENCRYPTED = 1;
    private static final int DESCRIBED = 8;
    private static final int PATCH = 0x20;
    private static final int STRONG = 0x40;
    private static final int HIDDEN = 0x2000;

    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    /** How else entries are packed that can be. */
    private static final Map<Integer, Compression> OTHERS =
            Map.of(12, Compression.BZIP2, 93, Compression.ZSTD, 95, Compression.XZ);

    private static final int ZIP_64 = 1;

    private final FileChannel channel;
    private final Optional<OutputStream> out;
    private final ArchiveEntries entries;
    private long written;

    // What the end says.
    private long endAt;
    private long directoryAt;
    private long directoryLength;
    private long count;
    /** By how much all places that the archive speaks of must be moved: a prefix that was put before it. */
    private long prefix;

    private Optional<Long> end64At = Optional.empty();
    private ByteBuffer directory = buffer(0);

    /** Where the parts of an entry lie, and what the directory says of it. */
    private record Member(
            int central,
            long at,
            int flags,
            int method,
            int crc,
            long packed,
            long size,
            String name,
            Instant modified) {}

    /**
     * Makes one, for one walk; the position of the channel does not change.
     *
     * @param out where to write the archive again; without, it is only looked at
     */
    Zip(FileChannel channel, Optional<OutputStream> out, ArchiveEntries entries) {
        this.channel = channel;
        this.out = out;
        this.entries = entries;
    }

    /** Whether a file is such an archive; whatever stands before it. */
    static boolean is(FileChannel channel) throws IOException {
        byte[] head = read(channel, 0, (int) Math.min(4, channel.size())).array();
        return (head.length == 4 && buffer(head).getInt(0) == LOCAL) || findEnd(channel) >= 0;
    }

    /**
     * Walks.
     *
     * @throws DamagedException when it is damaged, or must not be rewritten
     */
    void walk() throws IOException {
        readEnd();
        int[] central = index();
        long[] at = new long[central.length];
        for (int i = 0; i < central.length; i++) {
            at[i] = place(central[i]);
        }
        int[] order = order(at);
        long[] becomes = new long[central.length];
        pass(0, order.length == 0 ? directoryAt : at[order[0]]);
        for (int i = 0; i < order.length; i++) {
            long next = i + 1 < order.length ? at[order[i + 1]] : directoryAt;
            becomes[order[i]] = written;
            member(member(central[order[i]], at[order[i]]), next, i);
        }
        if (out.isPresent()) {
            writeEnd(central, becomes);
        }
    }

    // ---- the end

    private static long findEnd(FileChannel channel) throws IOException {
        long size = channel.size();
        int length = (int) Math.min(size, END_LENGTH + SHORT);
        ByteBuffer tail = read(channel, size - length, length);
        for (int p = length - END_LENGTH; p >= 0; p--) {
            if (tail.getInt(p) == END && unsigned(tail.getShort(p + 20)) == length - END_LENGTH - p) {
                return size - length + p;
            }
        }
        return -1;
    }

    private void readEnd() throws IOException {
        endAt = findEnd(channel);
        if (endAt < 0) {
            throw new DamagedException(Code.ENDS_EARLY, channel.size());
        }
        ByteBuffer end = read(channel, endAt, END_LENGTH);
        int disk = unsigned(end.getShort(4));
        int first = unsigned(end.getShort(6));
        long here = unsigned(end.getShort(8));
        count = unsigned(end.getShort(10));
        directoryLength = unsigned(end.getInt(12));
        long said = unsigned(end.getInt(16));
        long behind = endAt;
        if (endAt >= LOCATOR_LENGTH) {
            ByteBuffer locator = read(channel, endAt - LOCATOR_LENGTH, LOCATOR_LENGTH);
            if (locator.getInt(0) == LOCATOR_64) {
                // Its place may be wrong by a prefix; where there is no other data it lies right before.
                long where = endAt - LOCATOR_LENGTH - END_64_LENGTH;
                if (where < 0 || locator.getInt(4) != 0 || locator.getInt(16) > 1) {
                    throw new DamagedException(FileNote.of(Code.ARCHIVE_VOLUMES));
                }
                ByteBuffer end64 = read(channel, where, END_64_LENGTH);
                if (end64.getInt(0) != END_64 || end64.getLong(4) != END_64_LENGTH - 12) {
                    throw odd(endAt - LOCATOR_LENGTH);
                }
                disk = end64.getInt(16);
                first = end64.getInt(20);
                here = end64.getLong(24);
                count = end64.getLong(32);
                directoryLength = end64.getLong(40);
                said = end64.getLong(48);
                end64At = Optional.of(where);
                behind = where;
            }
        }
        if (disk != 0 || first != 0 || here != count) {
            throw new DamagedException(FileNote.of(Code.ARCHIVE_VOLUMES));
        }
        if (directoryLength < 0 || directoryLength > behind || said < 0) {
            throw new DamagedException(Code.DAMAGED_AT, endAt);
        }
        if (directoryLength > MAX_DIRECTORY) {
            throw new DamagedException(
                    FileNote.of(Code.NEEDS_MEMORY, "zip", (directoryLength >> 20) + 1, MAX_DIRECTORY >> 20));
        }
        directoryAt = behind - directoryLength;
        prefix = directoryAt - said;
        directory = read(channel, directoryAt, (int) directoryLength);
        if (prefix < 0) {
            // Something lies between the directory and the end, such as a signature of it.
            throw odd(endAt);
        }
    }

    /** Where each record lies in the directory. */
    private int[] index() throws IOException {
        if (count < 0 || count > directoryLength / CENTRAL_LENGTH) {
            throw new DamagedException(Code.DAMAGED_AT, endAt);
        }
        int[] found = new int[(int) count];
        int p = 0;
        for (int i = 0; i < found.length; i++) {
            found[i] = p;
            if (p + CENTRAL_LENGTH > directory.limit() || directory.getInt(p) != CENTRAL) {
                throw new DamagedException(Code.DAMAGED_AT, directoryAt + p);
            }
            if (unsigned(directory.getShort(p + 34)) != 0) {
                throw new DamagedException(FileNote.of(Code.ARCHIVE_VOLUMES));
            }
            p += CENTRAL_LENGTH
                    + unsigned(directory.getShort(p + 28))
                    + unsigned(directory.getShort(p + 30))
                    + unsigned(directory.getShort(p + 32));
            if (p > directory.limit()) {
                throw new DamagedException(Code.DAMAGED_AT, directoryAt + found[i]);
            }
        }
        if (p != directory.limit()) {
            // A signature of the directory would not fit any more.
            throw odd(directoryAt + p);
        }
        return found;
    }

    private long place(int central) throws IOException {
        long place = central64(central, 2);
        if (place < 0 || place > directoryAt - prefix) {
            throw new DamagedException(Code.DAMAGED_AT, directoryAt + central);
        }
        return place + prefix;
    }

    private static int[] order(long[] at) {
        for (int i = 1; i < at.length; i++) {
            if (at[i] <= at[i - 1]) {
                return IntStream.range(0, at.length)
                        .boxed()
                        .sorted(Comparator.comparingLong(one -> at[one]))
                        .mapToInt(Integer::intValue)
                        .toArray();
            }
        }
        return IntStream.range(0, at.length).toArray();
    }

    /** The unpacked size (0), the packed size (1) or the place (2), wherever it is kept. */
    private long central64(int p, int which) throws IOException {
        int field = field64(
                directory,
                p + CENTRAL_LENGTH + unsigned(directory.getShort(p + 28)),
                unsigned(directory.getShort(p + 30)),
                new int[] {p + 24, p + 20, p + 42},
                which);
        return value(directory, new int[] {p + 24, p + 20, p + 42}[which], field);
    }

    private static long value(ByteBuffer bytes, int small, int large) {
        return large < 0 ? unsigned(bytes.getInt(small)) : bytes.getLong(large);
    }

    /** Where in the extra fields a number is kept that has no room; -1 when it has room. */
    private static int field64(ByteBuffer bytes, int extra, int length, int[] fields, int which) throws IOException {
        if (unsigned(bytes.getInt(fields[which])) != INT) {
            return -1;
        }
        int skipped = 0;
        for (int i = 0; i < which; i++) {
            skipped += unsigned(bytes.getInt(fields[i])) == INT ? 8 : 0;
        }
        for (int p = extra; p + 4 <= extra + length; ) {
            int size = unsigned(bytes.getShort(p + 2));
            if (unsigned(bytes.getShort(p)) == ZIP_64) {
                if (size < skipped + 8 || p + 4 + size > extra + length) {
                    throw new DamagedException(Code.DAMAGED_HEADER, p);
                }
                return p + 4 + skipped;
            }
            p += 4 + size;
        }
        // Just this number, or a field that is missing: told by what lies there.
        return -1;
    }

    private static void put(ByteBuffer bytes, int small, int large, long value) throws IOException {
        if (large >= 0) {
            bytes.putLong(large, value);
        } else if (value < INT) {
            bytes.putInt(small, (int) value);
        } else {
            throw new DamagedException(FileNote.of(Code.ARCHIVE_ODD, value));
        }
    }

    // ---- an entry

    @SuppressWarnings("ByteBufferBackingArray") // all buffers here are made by wrapping an array
    private Member member(int p, long at) throws IOException {
        return new Member(
                p,
                at,
                unsigned(directory.getShort(p + 8)),
                unsigned(directory.getShort(p + 10)),
                directory.getInt(p + 16),
                central64(p, 1),
                central64(p, 0),
                Tar.decoded(directory.array(), p + CENTRAL_LENGTH, unsigned(directory.getShort(p + 28))),
                modified(directory.getInt(p + 12)));
    }

    private void member(Member member, long next, long number) throws IOException {
        ByteBuffer head = read(channel, member.at, (int) Math.min(LOCAL_LENGTH, next - member.at));
        if (head.limit() < LOCAL_LENGTH || head.getInt(0) != LOCAL) {
            throw new DamagedException(Code.DAMAGED_AT, member.at);
        }
        int named = unsigned(head.getShort(26));
        int length = LOCAL_LENGTH + named + unsigned(head.getShort(28));
        long data = member.at + length;
        if (member.packed < 0 || data > next || member.packed > next - data) {
            throw new DamagedException(Code.DAMAGED_AT, member.at);
        }
        if (member.name.endsWith("/")) {
            pass(member.at, next);
            return;
        }
        Optional<FileNote> obstacle = obstacle(member);
        Optional<Packing> packing = packing(member, data, obstacle);
        Entry entry = new Entry(number, member.name, member.modified, obstacle, packing);
        Optional<Replacement> replacement = entries.replacement(number);
        if (replacement.isPresent() && out.isPresent()) {
            replace(member, entry, replacement.get(), length, next);
            return;
        }
        if (entries.looksInto(number, member.name)) {
            try (InputStream content = obstacle.isPresent() ? InputStream.nullInputStream() : open(member, data)) {
                entries.look(entry, content);
            }
        }
        pass(member.at, next);
    }

    private static Optional<FileNote> obstacle(Member member) {
        if ((member.flags & (ENCRYPTED | STRONG | HIDDEN)) != 0) {
            return Optional.of(FileNote.of(Code.ENTRY_ENCRYPTED));
        }
        boolean known = member.method == STORED || member.method == DEFLATED || OTHERS.containsKey(member.method);
        return known && (member.flags & PATCH) == 0
                ? Optional.empty()
                : Optional.of(FileNote.of(Code.ENTRY_METHOD, member.method));
    }

    private Optional<Packing> packing(Member member, long data, Optional<FileNote> obstacle) {
        if (obstacle.isPresent() || member.method == STORED) {
            return Optional.empty();
        }
        if (member.method == DEFLATED) {
            return Optional.of(packed -> new Deflating(packed, level(member.flags)));
        }
        return Optional.of(packed -> {
            try (Decompressor decompressor = other(member, data)) {
                return decompressor.compressor(packed);
            }
        });
    }

    private Decompressor other(Member member, long data) throws IOException {
        Compression compression = OTHERS.get(member.method);
        if (compression == null) {
            throw new IllegalArgumentException("method " + member.method);
        }
        return compression.open(new ChannelInput(channel, data, data + member.packed));
    }

    /** What the writer said of its effort. */
    private static int level(int flags) {
        return switch ((flags >> 1) & 3) {
            case 1 -> Deflater.BEST_COMPRESSION;
            case 2, 3 -> Deflater.BEST_SPEED;
            default -> Deflater.DEFAULT_COMPRESSION;
        };
    }

    private InputStream open(Member member, long data) throws IOException {
        InputStream packed = new ChannelInput(channel, data, data + member.packed);
        InputStream plain = switch (member.method) {
            case STORED -> new BufferedInputStream(packed, 1 << 16);
            case DEFLATED -> new Inflating(packed, data, member.packed);
            default -> other(member, data);
        };
        return new Checked(plain, member, data);
    }

    private void replace(Member member, Entry entry, Replacement replacement, int length, long next)
            throws IOException {
        long data = member.at + length;
        ByteBuffer head = read(channel, member.at, length);
        int[] fields = {22, 18};
        int extra = LOCAL_LENGTH + unsigned(head.getShort(26));
        int size64 = field64(head, extra, length - extra, fields, 0);
        int packed64 = field64(head, extra, length - extra, fields, 1);
        boolean described = (member.flags & DESCRIBED) != 0;
        if (!described || (value(head, 18, packed64) == member.packed && value(head, 22, size64) == member.size)) {
            head.putInt(14, replacement.crc());
            put(head, 22, size64, replacement.size());
            put(head, 18, packed64, replacement.packed());
        }
        write(head);
        CountingOutput packed = new CountingOutput(out.orElseThrow());
        try (InputStream content = open(member, data)) {
            entries.write(entry, content, packed);
        }
        written += packed.count();
        if (packed.count() != replacement.packed()) {
            throw new DamagedException(FileNote.of(Code.CONTENT_NOT_AS_PLANNED));
        }
        long rest = data + member.packed;
        if (described) {
            rest += describe(member, replacement, rest, next);
        }
        pass(rest, next);
        int p = member.central;
        int[] all = {p + 24, p + 20};
        int central = p + CENTRAL_LENGTH + unsigned(directory.getShort(p + 28));
        int centralLength = unsigned(directory.getShort(p + 30));
        int large = field64(directory, central, centralLength, all, 0);
        int largePacked = field64(directory, central, centralLength, all, 1);
        directory.putInt(p + 16, replacement.crc());
        put(directory, p + 24, large, replacement.size());
        put(directory, p + 20, largePacked, replacement.packed());
    }

    /** Writes what follows the data of an entry whose sizes were not known before. Returns how long it is. */
    private int describe(Member member, Replacement replacement, long at, long next) throws IOException {
        ByteBuffer found = read(channel, at, (int) Math.min(24, next - at));
        for (int start : new int[] {4, 0}) {
            for (int wide : new int[] {4, 8}) {
                int length = start + 4 + 2 * wide;
                if (found.limit() >= length
                        && (start == 0 || found.getInt(0) == DESCRIPTOR)
                        && found.getInt(start) == member.crc
                        && number(found, start + 4, wide) == member.packed
                        && number(found, start + 4 + wide, wide) == member.size) {
                    found.putInt(start, replacement.crc());
                    putNumber(found, start + 4, wide, replacement.packed());
                    putNumber(found, start + 4 + wide, wide, replacement.size());
                    write(found.limit(length));
                    return length;
                }
            }
        }
        throw new DamagedException(Code.DAMAGED_AT, at);
    }

    private static long number(ByteBuffer bytes, int at, int wide) {
        return wide == 4 ? unsigned(bytes.getInt(at)) : bytes.getLong(at);
    }

    private static void putNumber(ByteBuffer bytes, int at, int wide, long value) throws IOException {
        put(bytes, at, wide == 4 ? -1 : at, value);
    }

    // ---- the directory

    private void writeEnd(int[] central, long[] becomes) throws IOException {
        for (int i = 0; i < central.length; i++) {
            int p = central[i];
            int[] fields = {p + 24, p + 20, p + 42};
            int extra = p + CENTRAL_LENGTH + unsigned(directory.getShort(p + 28));
            int large = field64(directory, extra, unsigned(directory.getShort(p + 30)), fields, 2);
            put(directory, p + 42, large, becomes[i] - prefix);
        }
        long start = written;
        write(directory);
        if (end64At.isPresent()) {
            ByteBuffer end64 = read(channel, end64At.get(), END_64_LENGTH + LOCATOR_LENGTH);
            end64.putLong(48, start - prefix);
            long said = end64.getLong(END_64_LENGTH + 8);
            // As the locator counted: from the start of the archive, or from that of the file.
            long moved = written - end64At.get();
            end64.putLong(END_64_LENGTH + 8, said + moved);
            write(end64);
        }
        ByteBuffer end = read(channel, endAt, (int) (channel.size() - endAt));
        if (unsigned(end.getInt(16)) != INT || end64At.isEmpty()) {
            put(end, 16, -1, start - prefix);
        }
        write(end);
    }

    // ---- bytes

    /** Copies. */
    private void pass(long from, long to) throws IOException {
        if (from > to) {
            throw new DamagedException(Code.DAMAGED_AT, from);
        }
        if (out.isEmpty()) {
            written += to - from;
            return;
        }
        for (long at = from; at < to; ) {
            ByteBuffer bytes = read(channel, at, (int) Math.min(to - at, 1 << 16));
            at += bytes.limit();
            write(bytes);
        }
    }

    @SuppressWarnings("ByteBufferBackingArray") // all buffers here are made by wrapping an array
    private void write(ByteBuffer bytes) throws IOException {
        if (out.isPresent()) {
            out.get().write(bytes.array(), 0, bytes.limit());
        }
        written += bytes.limit();
    }

    private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
        if (at < 0 || length < 0) {
            throw new DamagedException(Code.DAMAGED_AT, Math.max(0, at));
        }
        ByteBuffer bytes = buffer(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0) {
                throw new DamagedException(Code.ENDS_EARLY, at + bytes.position());
            }
        }
        return bytes.flip();
    }

    private static ByteBuffer buffer(int length) {
        return buffer(new byte[length]);
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int unsigned(short value) {
        return value & SHORT;
    }

    private static long unsigned(int value) {
        return value & INT;
    }

    private static DamagedException odd(long at) {
        return new DamagedException(FileNote.of(Code.ARCHIVE_ODD, at));
    }

    /** MS-DOS says no zone; the difference is no matter where days are counted. */
    private static Instant modified(int dos) {
        try {
            return LocalDateTime.of(
                            1980 + (dos >>> 25),
                            (dos >> 21) & 15,
                            (dos >> 16) & 31,
                            (dos >> 11) & 31,
                            (dos >> 5) & 63,
                            Math.min(59, (dos & 31) * 2))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            // No time was kept.
            return Instant.EPOCH;
        }
    }

    /** Unpacks, and tells damage with its place. */
    private static final class Inflating extends InflaterInputStream {
        private final long at;
        private final long packed;

        Inflating(InputStream in, long at, long packed) {
            super(in, new Inflater(true), 1 << 16);
            this.at = at;
            this.packed = packed;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            try {
                int count = super.read(b, off, len);
                if (count < 0 && inf.getBytesRead() != packed) {
                    throw new DamagedException(Code.TRAILING_DATA, at + inf.getBytesRead());
                }
                return count;
            } catch (EOFException e) {
                throw new DamagedException(Code.ENDS_EARLY, at + packed);
            } catch (ZipException e) {
                throw new DamagedException(Code.DAMAGED_NEAR, at + inf.getBytesRead());
            }
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
            } finally {
                inf.end();
            }
        }
    }

    /** Checks size and checksum at the end. */
    private static final class Checked extends BlockInput {
        private final InputStream in;
        private final Member member;
        private final long at;
        private final CRC32 crc = new CRC32();
        private long size;

        Checked(InputStream in, Member member, long at) {
            this.in = in;
            this.member = member;
            this.at = at;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            int count = in.read(b, off, len);
            if (count > 0) {
                crc.update(b, off, count);
                size += count;
            } else if (count < 0 && (size != member.size || (int) crc.getValue() != member.crc)) {
                throw new DamagedException(Code.WRONG_CHECKSUM, at + member.packed);
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** Packs without a header. */
    private static final class Deflating extends Compressor {
        private final OutputStream target;
        private final Deflater deflater;
        private final byte[] buffer = new byte[1 << 16];

        Deflating(OutputStream target, int level) {
            this.target = target;
            deflater = new Deflater(level, true);
        }

        @Override
        public void write(byte[] b, int off, int len) throws IOException {
            deflater.setInput(b, off, len);
            while (!deflater.needsInput()) {
                target.write(buffer, 0, deflater.deflate(buffer));
            }
        }

        @Override
        void finish() throws IOException {
            deflater.finish();
            while (!deflater.finished()) {
                target.write(buffer, 0, deflater.deflate(buffer));
            }
        }

        @Override
        public void close() {
            deflater.end();
        }
    }
}
