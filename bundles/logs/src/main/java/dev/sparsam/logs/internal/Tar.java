package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.ArchiveEntries.Entry;
import dev.sparsam.logs.internal.ArchiveEntries.Replacement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Walks over a tar archive of any dialect (v7, ustar, GNU, pax, star) and writes it again with the content of some entries
 * replaced. It knows headers only as far as it must to find the next one; all are copied as they are, byte by byte. In that
 * of a replaced entry only the size and the checksum change, and in its pax header the size, if it says one. So nothing is
 * lost that this class does not know.
 *
 * <p>Where dialects disagree how long the content of an entry is, so that a reader may take content for headers, it stops:
 * such an archive cannot be rewritten.
 */
final class Tar {
    static final int BLOCK = 512;
    /** What tar writes at a time; the length of an archive is a multiple, which some readers rely on. */
    private static final int RECORD = 20 * BLOCK;
    /** More than all extended attributes that a file may have on Linux, several times. */
    private static final int MAX_METADATA = 1 << 20;

    private static final long MAX_SIZE = 1L << 60;
    private static final byte[] ZEROS = new byte[RECORD];

    private final InputStream in;
    private final Optional<OutputStream> out;
    private final ArchiveEntries entries;
    private final List<Metadata> pending = new ArrayList<>();
    private int pendingBytes;
    private long offset;
    private long written;
    private long number;

    /** Says something about the next entry; what it holds is padded to whole blocks. */
    private static final class Metadata {
        private final byte[] header;
        private final byte[] content;
        private final int length;

        Metadata(byte[] header, byte[] content, int length) {
            this.header = header;
            this.content = content;
            this.length = length;
        }

        boolean isPax() {
            return header[TYPE] == 'x' || header[TYPE] == 'X';
        }

        /** How long the length is with which a record begins, and the blank after it. */
        int prefix(int from) {
            int p = from;
            while (content[p] != ' ') {
                p++;
            }
            return p + 1 - from;
        }
    }

    /** What pax headers say of an entry. */
    private static final class Attributes {
        private Optional<String> path = Optional.empty();
        private Optional<String> link = Optional.empty();
        private Optional<Long> size = Optional.empty();
        private boolean sparse;
    }

    private static final int NAME_LENGTH = 100;
    private static final int SIZE = 124;
    private static final int MODIFIED = 136;
    private static final int NUMBER_LENGTH = 12;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int TYPE = 156;
    private static final int LINK = 157;
    private static final int MAGIC = 257;
    private static final int SPARSE_GOES_ON = 482;
    private static final int SPARSE_BLOCK_GOES_ON = 504;
    private static final int PREFIX = 345;
    private static final int PREFIX_LENGTH = 155;

    /**
     * Makes one, for one walk.
     *
     * @param out where to write the archive again; without, it is only looked at
     */
    Tar(InputStream in, Optional<OutputStream> out, ArchiveEntries entries) {
        this.in = in;
        this.out = out;
        this.entries = entries;
    }

    /** Whether the first bytes are a header of a tar archive, or the end of one that is empty. */
    static boolean begins(byte[] head) {
        return head.length == BLOCK && (isZero(head, BLOCK) || hasChecksum(head));
    }

    /**
     * Walks.
     *
     * @throws DamagedException when it is damaged, or must not be rewritten
     */
    void walk() throws IOException {
        byte[] block = new byte[BLOCK];
        long zeros = 0;
        while (true) {
            long at = offset;
            int count = in.readNBytes(block, 0, BLOCK);
            offset += count;
            if (count < BLOCK) {
                if (!pending.isEmpty() || (zeros == 0 && count > 0)) {
                    throw new DamagedException(Code.ENDS_EARLY, offset);
                }
                if (!isZero(block, count)) {
                    throw new DamagedException(Code.TRAILING_DATA, at);
                }
                end(zeros + count);
                return;
            }
            if (isZero(block, BLOCK)) {
                if (!pending.isEmpty()) {
                    throw new DamagedException(Code.DAMAGED_HEADER, at);
                }
                zeros += BLOCK;
            } else if (hasChecksum(block)) {
                // After the end another archive may follow: GNU tar reads on with -i.
                zeros(zeros);
                zeros = 0;
                entry(block, at);
            } else {
                throw new DamagedException(zeros > 0 ? Code.TRAILING_DATA : Code.DAMAGED_HEADER, at);
            }
        }
    }

    /** Ends a shorter archive in the same way: on a multiple of records if it did before. */
    private void end(long zeros) throws IOException {
        if (zeros == 0 || offset % RECORD != 0 || written + zeros == offset) {
            zeros(zeros);
        } else {
            long marker = Math.min(zeros, 2 * BLOCK);
            zeros(marker);
            zeros((RECORD - written % RECORD) % RECORD);
        }
    }

    private void entry(byte[] header, long at) throws IOException {
        long size = number(header, SIZE, at);
        switch (header[TYPE]) {
            case 'x', 'X', 'L', 'K', 'g' -> metadata(header, size, at);
            case '0', 0, '7' -> regular(header, size, at);
            case '1' -> link(header, size, at);
            case '2', '3', '4', '5', '6', 'V' -> {
                if (size(size, at) != 0) {
                    // Some programs write a size without content here, others content.
                    throw odd(at);
                }
                copy(header, 0, at);
            }
            case 'S' -> sparse(header, size, at);
            case 'M' -> throw new DamagedException(FileNote.of(Code.ARCHIVE_VOLUMES));
            case 'N' -> throw odd(at);
            // What POSIX reserves for vendors has content of its size.
            default -> copy(header, size(size, at), at);
        }
    }

    /** What the pax headers before an entry say of its size, or else its header. */
    private long size(long size, long at) throws IOException {
        long said = attributes(at).size.orElse(size);
        if (said < 0 || said > MAX_SIZE) {
            throw new DamagedException(Code.DAMAGED_HEADER, at);
        }
        return said;
    }

    private static DamagedException odd(long at) {
        return new DamagedException(FileNote.of(Code.ARCHIVE_ODD, at));
    }

    private void metadata(byte[] header, long size, long at) throws IOException {
        if (size < 0) {
            throw new DamagedException(Code.DAMAGED_HEADER, at);
        }
        if (size > MAX_METADATA - pendingBytes) {
            throw odd(at);
        }
        byte[] content = in.readNBytes((int) padded(size));
        offset += content.length;
        if (content.length < padded(size)) {
            throw new DamagedException(Code.ENDS_EARLY, offset);
        }
        Metadata metadata = new Metadata(header.clone(), content, (int) size);
        if (header[TYPE] == 'g') {
            Attributes all = new Attributes();
            read(metadata, all, at);
            if (all.path.isPresent() || all.link.isPresent() || all.size.isPresent() || all.sparse) {
                throw odd(at);
            }
        }
        pending.add(metadata);
        pendingBytes += BLOCK + content.length;
    }

    private void regular(byte[] header, long size, long at) throws IOException {
        Attributes attributes = attributes(at);
        long length = size(size, at);
        String name = name(header, attributes);
        if (name.endsWith("/")) {
            // A directory, as v7 writes it.
            if (length != 0) {
                throw odd(at);
            }
            copy(header, 0, at);
            return;
        }
        Optional<FileNote> obstacle =
                attributes.sparse ? Optional.of(FileNote.of(Code.ENTRY_SPARSE)) : Optional.empty();
        content(header, new Entry(number++, name, modified(header, at), obstacle, Optional.empty()), length, at);
    }

    private void link(byte[] header, long size, long at) throws IOException {
        Attributes attributes = attributes(at);
        if (size(size, at) != 0) {
            throw odd(at);
        }
        // Its content is that of the other one, and is handled there, if the other one's name says log as well.
        String target = attributes.link.or(() -> longName('K')).orElseGet(() -> text(header, LINK, NAME_LENGTH));
        Entry entry = new Entry(
                number++,
                name(header, attributes),
                modified(header, at),
                Optional.of(FileNote.of(Code.ENTRY_LINKED, target)),
                Optional.empty());
        if (entries.looksInto(entry.number(), entry.name()) && !entries.looksInto(entry.number(), target)) {
            entries.look(entry, InputStream.nullInputStream());
        }
        copy(header, 0, at);
    }

    private void sparse(byte[] header, long size, long at) throws IOException {
        long length = size(size, at);
        Entry entry = new Entry(
                number++,
                name(header, attributes(at)),
                modified(header, at),
                Optional.of(FileNote.of(Code.ENTRY_SPARSE)),
                Optional.empty());
        if (entries.looksInto(entry.number(), entry.name())) {
            entries.look(entry, InputStream.nullInputStream());
        }
        flush();
        write(header);
        byte[] map = header;
        int more = SPARSE_GOES_ON;
        while (map[more] != 0) {
            map = in.readNBytes(BLOCK);
            offset += map.length;
            if (map.length < BLOCK) {
                throw new DamagedException(Code.ENDS_EARLY, offset);
            }
            write(map);
            more = SPARSE_BLOCK_GOES_ON;
        }
        pass(padded(length));
    }

    private void content(byte[] header, Entry entry, long size, long at) throws IOException {
        Optional<Replacement> replacement = entries.replacement(entry.number());
        if (replacement.isPresent() && out.isPresent()) {
            replace(header, entry, size, replacement.get().packed(), at);
            return;
        }
        flush();
        write(header);
        long left = size;
        if (entries.looksInto(entry.number(), entry.name())) {
            Part part = new Part(size);
            entries.look(entry, part);
            part.check();
            left = part.left;
        }
        pass(padded(size) - (size - left));
    }

    private void replace(byte[] header, Entry entry, long size, long becomes, long at) throws IOException {
        boolean said = attributes(at).size.isPresent();
        for (Metadata metadata : pending) {
            if (metadata.isPax() && said) {
                write(resized(metadata, becomes, at));
            } else {
                write(metadata.header);
                write(metadata.content);
            }
        }
        clear();
        byte[] changed = header.clone();
        if (!said || number(header, SIZE, at) == size) {
            putSize(changed, becomes);
        }
        putChecksum(changed);
        write(changed);
        Part part = new Part(size);
        CountingOutput content = new CountingOutput(out.orElseThrow());
        entries.write(entry, part, content);
        written += content.count();
        part.check();
        if (part.left != 0 || content.count() != becomes) {
            throw new DamagedException(FileNote.of(Code.CONTENT_NOT_AS_PLANNED));
        }
        skip(padded(size) - size);
        zeros(padded(becomes) - becomes);
    }

    private void copy(byte[] header, long size, long at) throws IOException {
        attributes(at);
        flush();
        write(header);
        pass(padded(size));
    }

    /** Copies what comes next; only a part of it may already have been read. */
    private void pass(long bytes) throws IOException {
        if (out.isEmpty()) {
            skip(bytes);
            return;
        }
        byte[] buffer = new byte[(int) Math.min(bytes, 1 << 16)];
        for (long left = bytes; left > 0; ) {
            int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new DamagedException(Code.ENDS_EARLY, offset);
            }
            write(buffer, count);
            offset += count;
            left -= count;
        }
    }

    private void skip(long bytes) throws IOException {
        for (long left = bytes; left > 0; ) {
            long count = in.skip(left);
            if (count == 0) {
                count = in.read() < 0 ? -1 : 1;
            }
            if (count < 0) {
                throw new DamagedException(Code.ENDS_EARLY, offset);
            }
            offset += count;
            left -= count;
        }
    }

    private void flush() throws IOException {
        for (Metadata metadata : pending) {
            write(metadata.header);
            write(metadata.content);
        }
        clear();
    }

    private void clear() {
        pending.clear();
        pendingBytes = 0;
    }

    private void write(byte[] bytes) throws IOException {
        write(bytes, bytes.length);
    }

    private void write(byte[] bytes, int length) throws IOException {
        if (out.isPresent()) {
            out.get().write(bytes, 0, length);
        }
        written += length;
    }

    private void zeros(long count) throws IOException {
        for (long left = count; left > 0; left -= RECORD) {
            write(ZEROS, (int) Math.min(left, RECORD));
        }
    }

    private static long padded(long size) {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    // ---- headers

    private static boolean isZero(byte[] block, int length) {
        return Arrays.equals(block, 0, length, ZEROS, 0, length);
    }

    private static boolean hasChecksum(byte[] header) {
        long said;
        try {
            said = octal(header, CHECKSUM, CHECKSUM_LENGTH);
        } catch (NumberFormatException e) {
            return false;
        }
        return said == checksum(header, 0xff) || said == checksum(header, -1);
    }

    /** With bytes as they are, or, as some old programs did, with a sign. */
    private static long checksum(byte[] header, int mask) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean own = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH;
            sum += own ? ' ' : header[i] & mask;
        }
        return sum;
    }

    private static long number(byte[] header, int from, long at) throws DamagedException {
        if (header[from] < 0) {
            // GNU: the most significant byte first; the first bit only tells.
            long value = header[from] & 0x7f;
            for (int i = from + 1; i < from + NUMBER_LENGTH; i++) {
                if (value >>> 55 != 0) {
                    throw new DamagedException(Code.DAMAGED_HEADER, at);
                }
                value = (value << 8) | (header[i] & 0xff);
            }
            return value;
        }
        try {
            return octal(header, from, NUMBER_LENGTH);
        } catch (NumberFormatException e) {
            throw new DamagedException(Code.DAMAGED_HEADER, at);
        }
    }

    private static long octal(byte[] header, int from, int length) {
        String text = text(header, from, length).strip();
        return text.isEmpty() ? 0 : Long.parseUnsignedLong(text, 8);
    }

    /** When it was modified, as far as one can tell without knowing the dialect. */
    private static Instant modified(byte[] header, long at) {
        try {
            return Instant.ofEpochSecond(number(header, MODIFIED, at));
        } catch (IOException | java.time.DateTimeException e) {
            // A time that cannot be told; this is no reason not to read the entry.
            return Instant.EPOCH;
        }
    }

    private static void putSize(byte[] header, long size) {
        if (header[SIZE] < 0) {
            putBinary(header, size);
            return;
        }
        int end = SIZE + NUMBER_LENGTH;
        int digits = header[end - 1] >= '0' && header[end - 1] <= '7' ? NUMBER_LENGTH : NUMBER_LENGTH - 1;
        String octal = Long.toOctalString(size);
        if (octal.length() > digits) {
            putBinary(header, size);
        } else {
            putOctal(header, SIZE, digits, octal);
        }
    }

    private static void putBinary(byte[] header, long size) {
        for (int i = 0; i < NUMBER_LENGTH; i++) {
            int shift = 8 * (NUMBER_LENGTH - 1 - i);
            header[SIZE + i] = (byte) (shift >= Long.SIZE ? 0 : size >>> shift);
        }
        header[SIZE] |= (byte) 0x80;
    }

    /** In the form that is there: filled up with zeros or with blanks. */
    private static void putOctal(byte[] header, int from, int digits, String octal) {
        byte fill = header[from] == ' ' ? (byte) ' ' : (byte) '0';
        Arrays.fill(header, from, from + digits, fill);
        byte[] bytes = octal.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, header, from + digits - bytes.length, bytes.length);
    }

    private static void putChecksum(byte[] header) {
        byte seventh = header[CHECKSUM + 6];
        int digits = seventh >= '0' && seventh <= '7' ? 7 : 6;
        putOctal(header, CHECKSUM, digits, Long.toOctalString(checksum(header, 0xff)));
    }

    private String name(byte[] header, Attributes attributes) {
        return attributes.path.or(() -> longName('L')).orElseGet(() -> {
            String name = text(header, 0, NAME_LENGTH);
            // GNU has other things in the place of the prefix, and another magic number.
            boolean ustar = text(header, MAGIC, 6).equals("ustar") && header[MAGIC + 5] == 0;
            String prefix = ustar ? text(header, PREFIX, PREFIX_LENGTH) : "";
            return prefix.isEmpty() ? name : prefix + "/" + name;
        });
    }

    private Optional<String> longName(char type) {
        return pending.stream()
                .filter(one -> one.header[TYPE] == type)
                .reduce((first, second) -> second)
                .map(one -> text(one.content, 0, one.length));
    }

    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return decoded(bytes, from, end - from);
    }

    /** As UTF-8 if it can be that. */
    static String decoded(byte[] bytes, int from, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
        }
    }

    // ---- pax

    private Attributes attributes(long at) throws IOException {
        Attributes attributes = new Attributes();
        for (Metadata metadata : pending) {
            if (metadata.isPax()) {
                read(metadata, attributes, at);
            }
        }
        return attributes;
    }

    private static void read(Metadata metadata, Attributes attributes, long at) throws IOException {
        for (int from = 0; from < metadata.length; ) {
            int end = recordEnd(metadata, from, at);
            String key = key(metadata, from, end, at);
            int value = from + metadata.prefix(from) + key.length() + 1;
            String text = decoded(metadata.content, value, end - 1 - value);
            switch (key) {
                case "path" -> attributes.path = attributes.sparse ? attributes.path : Optional.of(text);
                case "linkpath" -> attributes.link = Optional.of(text);
                case "size" -> attributes.size = Optional.of(size(text, at));
                case "GNU.sparse.name" -> {
                    attributes.path = Optional.of(text);
                    attributes.sparse = true;
                }
                default -> {
                    if (key.startsWith("GNU.volume.")) {
                        throw new DamagedException(FileNote.of(Code.ARCHIVE_VOLUMES));
                    }
                    attributes.sparse |= key.startsWith("GNU.sparse.") || key.equals("SCHILY.realsize");
                }
            }
            from = end;
        }
    }

    private static long size(String text, long at) throws IOException {
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw new DamagedException(Code.DAMAGED_HEADER, at);
        }
    }

    private static int recordEnd(Metadata metadata, int from, long at) throws IOException {
        int length = 0;
        int p = from;
        while (p < metadata.length
                && metadata.content[p] >= '0'
                && metadata.content[p] <= '9'
                && length < MAX_METADATA) {
            length = length * 10 + metadata.content[p] - '0';
            p++;
        }
        int end = from + length;
        if (p == from
                || end > metadata.length
                || end <= p + 1
                || metadata.content[p] != ' '
                || metadata.content[end - 1] != '\n') {
            throw new DamagedException(Code.DAMAGED_HEADER, at);
        }
        return end;
    }

    private static String key(Metadata metadata, int from, int end, long at) throws IOException {
        int start = from + metadata.prefix(from);
        for (int p = start; p < end; p++) {
            if (metadata.content[p] == '=') {
                return new String(metadata.content, start, p - start, StandardCharsets.ISO_8859_1);
            }
        }
        throw new DamagedException(Code.DAMAGED_HEADER, at);
    }

    /** A pax header, with its own header, that says another size; all else as it was, in the same order. */
    private static byte[] resized(Metadata metadata, long size, long at) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int from = 0; from < metadata.length; ) {
            int end = recordEnd(metadata, from, at);
            if (key(metadata, from, end, at).equals("size")) {
                content.writeBytes(record("size=" + size + "\n"));
            } else {
                content.write(metadata.content, from, end - from);
            }
            from = end;
        }
        byte[] header = metadata.header.clone();
        putSize(header, content.size());
        putChecksum(header);
        byte[] all = Arrays.copyOf(header, BLOCK + (int) padded(content.size()));
        System.arraycopy(content.toByteArray(), 0, all, BLOCK, content.size());
        return all;
    }

    /** A record begins with its own length. */
    private static byte[] record(String text) {
        int length = text.length() + 2;
        while ((length + " " + text).length() != length) {
            length++;
        }
        return (length + " " + text).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The content of an entry. Its reader may take what goes wrong for damage of the entry; it is of the archive. */
    private final class Part extends BlockInput {
        private long left;
        private Optional<IOException> failure = Optional.empty();

        Part(long size) {
            left = size;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            if (left == 0) {
                return -1;
            }
            check();
            try {
                int count = in.read(b, off, (int) Math.min(len, left));
                if (count < 0) {
                    throw new DamagedException(Code.ENDS_EARLY, offset);
                }
                offset += count;
                left -= count;
                return count;
            } catch (IOException e) {
                failure = Optional.of(e);
                throw e;
            }
        }

        void check() throws IOException {
            if (failure.isPresent()) {
                throw failure.get();
            }
        }
    }
}
