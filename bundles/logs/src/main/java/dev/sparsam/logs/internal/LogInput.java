package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A log file opened for one pass: its lines, decompressed when its first bytes say that it is compressed, and the hash of its bytes on
 * disk.
 */
final class LogInput implements AutoCloseable {
    private static final List<String> UNKNOWN_ENDINGS =
            List.of(".lz4", ".lzma", ".lz", ".z", ".zip", ".7z", ".br", ".lzo");

    /** How files start that are compressed in other ways, hexadecimal. */
    private static final Map<String, String> UNKNOWN_MAGIC =
            Map.of("04224d18", "lz4", "1f9d", "compress", "504b0304", "zip");

    private final FileChannel channel;
    private final Path path;
    private final boolean first;
    private final Hashing raw;
    private final WideText lines;
    private final Optional<Decompressor> decompressor;
    private final Optional<FileNote> unknown;

    private LogInput(
            FileChannel channel,
            Path path,
            boolean first,
            Hashing raw,
            InputStream lines,
            Optional<Decompressor> decompressor,
            Optional<FileNote> unknown) {
        this.channel = channel;
        this.path = path;
        this.first = first;
        this.raw = raw;
        this.lines = new WideText(lines);
        this.decompressor = decompressor;
        this.unknown = unknown;
    }

    /** Opens a regular file; the last part of the path is not followed when it is a symbolic link. */
    static LogInput open(Path path) throws IOException {
        return open(LogFile.open(path), path);
    }

    /** Opens a file that is held open. The last name of the path says how it is compressed. */
    static LogInput open(Held file, Path path) throws IOException {
        return open(FileChannel.open(file.path(), StandardOpenOption.READ), path);
    }

    private static LogInput open(FileChannel channel, Path path) throws IOException {
        try {
            return open(channel, path, true, Channels.newInputStream(channel));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static LogInput open(FileChannel channel, Path path, boolean first, InputStream in) throws IOException {
        Hashing raw = new Hashing(new BufferedInputStream(in, 1 << 16));
        byte[] head = raw.peek();
        String fileName = path.getFileName().toString();
        String name = SecondName.firstOfKept(fileName).orElse(fileName);
        Optional<Compression> named = Compression.named(name);
        Optional<Compression> found = named.filter(one -> one.cut(head)).or(() -> Compression.of(head));
        Optional<FileNote> unknown = unknown(name, named, found, head);
        if (found.isEmpty() || unknown.isPresent()) {
            return new LogInput(channel, path, first, raw, raw, Optional.empty(), unknown);
        }
        Decompressor lines = found.get().open(raw);
        return new LogInput(channel, path, first, raw, lines, Optional.of(lines), unknown);
    }

    /**
     * Begins to read the very same file from its start, whatever its name stands for by now; this one stays where it is, and
     * has to be closed after it.
     */
    LogInput again() throws IOException {
        return open(channel, path, false, new ChannelInput(channel, 0, channel.size()));
    }

    /** Whether a file is compressed, by its name: then nobody appends to it. */
    static boolean isCompressed(String name) {
        return Compression.named(name).isPresent() || unknownEnding(name).isPresent();
    }

    private static Optional<String> unknownEnding(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return UNKNOWN_ENDINGS.stream().filter(lower::endsWith).findFirst();
    }

    private static Optional<FileNote> unknown(
            String name, Optional<Compression> named, Optional<Compression> found, byte[] head) {
        if (named.isPresent()) {
            String label = named.get().label();
            return head.length == 0
                    ? Optional.of(FileNote.of(Code.EMPTY_COMPRESSED, label))
                    : found.equals(named) ? Optional.empty() : Optional.of(FileNote.of(Code.NOT_AS_NAMED, label));
        }
        Optional<String> ending = unknownEnding(name);
        if (ending.isPresent()) {
            return Optional.of(FileNote.of(Code.UNSUPPORTED_ENDING, ending.get()));
        }
        String digits = HexFormat.of().formatHex(head);
        return UNKNOWN_MAGIC.entrySet().stream()
                .filter(magic -> digits.startsWith(magic.getKey()))
                .findFirst()
                .map(magic -> FileNote.of(Code.UNSUPPORTED_CONTENT, magic.getValue()));
    }

    /** The lines; reading may throw {@link DamagedException}, also when the text is of two bytes per character. */
    InputStream lines() {
        return lines;
    }

    /** The lines that were refused because they are of two bytes per character, to be looked at. */
    InputStream narrowed() {
        return lines.narrowed();
    }

    /** What decompresses it, if it is compressed; it knows how to compress in the same way. */
    Optional<Decompressor> decompressor() {
        return decompressor;
    }

    /** Why the compression is not supported, if so. */
    Optional<FileNote> unknown() {
        return unknown;
    }

    /** To read the file in another order; its position belongs to {@link #lines}. */
    FileChannel channel() {
        return channel;
    }

    /** The size of the opened file now, whatever its name stands for by now. */
    long size() throws IOException {
        return channel.size();
    }

    /** Reads what is left and tells the hash of all bytes on disk. */
    String sha256() throws IOException {
        raw.transferTo(OutputStream.nullOutputStream());
        return HexFormat.of().formatHex(raw.digest.digest());
    }

    @Override
    public void close() throws IOException {
        decompressor.ifPresent(Decompressor::close);
        if (first) {
            channel.close();
        }
    }

    /** The hash of a file's bytes. */
    static String sha256(Path path) throws IOException {
        try (FileChannel channel = LogFile.open(path)) {
            return sha256(channel);
        }
    }

    /** The hash of a file's first bytes. */
    static String sha256(Path path, long length) throws IOException {
        try (FileChannel channel = LogFile.open(path)) {
            Hashing raw = new Hashing(new ChannelInput(channel, 0, length));
            raw.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(raw.digest.digest());
        }
    }

    /** The hash of a file's bytes from the position of its channel on, which it moves to the end. */
    static String sha256(FileChannel channel) throws IOException {
        // Not closed, as that would close the channel.
        Hashing raw = new Hashing(Channels.newInputStream(channel));
        raw.transferTo(OutputStream.nullOutputStream());
        return HexFormat.of().formatHex(raw.digest.digest());
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has it", e);
        }
    }

    /** Hashes what is read. */
    private static final class Hashing extends BlockInput {
        private final InputStream in;
        private final MessageDigest digest = newSha256();

        Hashing(InputStream in) {
            this.in = in;
        }

        /** The first bytes, which stay to be read. */
        byte[] peek() throws IOException {
            in.mark(Compression.HEAD);
            byte[] head = in.readNBytes(Compression.HEAD);
            in.reset();
            return head;
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            int count = in.read(b, off, len);
            if (count > 0) {
                digest.update(b, off, count);
            }
            return count;
        }
    }
}
