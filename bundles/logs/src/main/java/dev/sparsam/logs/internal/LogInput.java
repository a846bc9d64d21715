package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
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
 * A log file opened for one pass: its lines, decompressed when its first bytes say gzip, and the hash of its bytes on
 * disk.
 */
final class LogInput implements AutoCloseable {
    private static final List<String> UNKNOWN_ENDINGS =
            List.of(".zst", ".xz", ".bz2", ".lz4", ".lzma", ".lz", ".z", ".zip", ".7z", ".br", ".lzo");

    /** How compressed files start, hexadecimal; a dot stands for any digit. */
    private static final Map<String, String> MAGIC = Map.ofEntries(
            Map.entry("28b52ffd", "zstd"),
            Map.entry("fd377a585a00", "xz"),
            Map.entry("425a683.31415926", "bzip2"),
            Map.entry("04224d18", "lz4"),
            Map.entry("1f9d", "compress"),
            Map.entry("504b0304", "zip"));

    private final FileChannel channel;
    private final Hashing raw;
    private final InputStream lines;
    private final Optional<GzipReader> gzip;
    private final Optional<FileNote> unknown;

    private LogInput(
            FileChannel channel,
            Hashing raw,
            InputStream lines,
            Optional<GzipReader> gzip,
            Optional<FileNote> unknown) {
        this.channel = channel;
        this.raw = raw;
        this.lines = lines;
        this.gzip = gzip;
        this.unknown = unknown;
    }

    /** Opens a regular file; the last part of the path is not followed when it is a symbolic link. */
    static LogInput open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            Hashing raw = new Hashing(new BufferedInputStream(Channels.newInputStream(channel), 1 << 16));
            byte[] head = raw.peek();
            String name = path.getFileName().toString();
            if (starts(head, "1f8b")) {
                GzipReader reader = new GzipReader(raw);
                return new LogInput(channel, raw, reader, Optional.of(reader), Optional.empty());
            }
            return new LogInput(channel, raw, raw, Optional.empty(), unknown(name, head));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Whether a file is compressed, by its name: then nobody appends to it. */
    static boolean isCompressed(String name) {
        return isGzip(name) || unknownEnding(name).isPresent();
    }

    private static boolean isGzip(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".gz");
    }

    private static Optional<String> unknownEnding(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return UNKNOWN_ENDINGS.stream().filter(lower::endsWith).findFirst();
    }

    private static Optional<FileNote> unknown(String name, byte[] head) {
        if (isGzip(name)) {
            return Optional.of(FileNote.of(head.length == 0 ? Code.EMPTY_GZIP : Code.NOT_GZIP));
        }
        Optional<String> ending = unknownEnding(name);
        if (ending.isPresent()) {
            return Optional.of(FileNote.of(Code.UNSUPPORTED_ENDING, ending.get()));
        }
        return MAGIC.entrySet().stream()
                .filter(magic -> starts(head, magic.getKey()))
                .findFirst()
                .map(magic -> FileNote.of(Code.UNSUPPORTED_CONTENT, magic.getValue()));
    }

    private static boolean starts(byte[] head, String hex) {
        return HexFormat.of().formatHex(head).matches(hex + ".*");
    }

    /** The lines; reading may throw {@link DamagedException}. */
    InputStream lines() {
        return lines;
    }

    /** The header of the file when it is gzip. */
    Optional<GzipReader.Header> gzip() {
        return gzip.map(GzipReader::header);
    }

    /** Why the compression is not supported, if so. */
    Optional<FileNote> unknown() {
        return unknown;
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
        gzip.ifPresent(GzipReader::close);
        channel.close();
    }

    /** The hash of a file's bytes. */
    static String sha256(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try (Hashing raw = new Hashing(Channels.newInputStream(channel))) {
            raw.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(raw.digest.digest());
        }
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has it", e);
        }
    }

    /** Hashes what is read. */
    private static final class Hashing extends FilterInputStream {
        private final MessageDigest digest = newSha256();

        Hashing(InputStream in) {
            super(in);
        }

        /** The first bytes, at most eight, which stay to be read. */
        byte[] peek() throws IOException {
            in.mark(8);
            byte[] head = in.readNBytes(8);
            in.reset();
            return head;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
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
