package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The ways in which logs are compressed; told by the first bytes. The libraries are touched only when one is met. */
enum Compression {
    GZIP("gzip", ".gz", "1f8b"),
    /** A frame, or one that holds no content but precedes it. */
    ZSTD("zstd", ".zst", "28b52ffd|5.2a4d18"),
    XZ("xz", ".xz", "fd377a585a00"),
    /** The size of blocks, then the first one; or the end, when there is nothing in it. */
    BZIP2("bzip2", ".bz2", "425a683[1-9](31415926|17724538)");

    /** How many of the first bytes tell. */
    static final int HEAD = 8;

    private final String label;
    private final String ending;

    @SuppressWarnings("ImmutableEnumChecker") // a pattern cannot be changed
    private final Pattern magic;

    Compression(String label, String ending, String magic) {
        this.label = label;
        this.ending = ending;
        this.magic = Pattern.compile(magic);
    }

    /** What it is called. */
    String label() {
        return label;
    }

    /** What the name of a file says. */
    static Optional<Compression> named(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return Stream.of(values()).filter(one -> lower.endsWith(one.ending)).findFirst();
    }

    /** What the first bytes say. */
    static Optional<Compression> of(byte[] head) {
        return Stream.of(values()).filter(one -> one.begins(head)).findFirst();
    }

    private boolean begins(byte[] head) {
        return magic.matcher(HexFormat.of().formatHex(head)).lookingAt();
    }

    /** Whether a file that is named so may have been one, and was cut within its first bytes. */
    boolean cut(byte[] head) {
        var matcher = magic.matcher(HexFormat.of().formatHex(head));
        return head.length > 0 && !matcher.lookingAt() && matcher.hitEnd();
    }

    /**
     * Reads the first header.
     *
     * @throws DamagedException when it is damaged, or says that the rest cannot be read
     */
    Decompressor open(InputStream in) throws IOException {
        return switch (this) {
            case GZIP -> new GzipReader(in);
            case XZ -> new XzReader(in);
            case BZIP2 -> new Bzip2Reader(in);
            case ZSTD -> zstd(in);
        };
    }

    private static Decompressor zstd(InputStream in) throws IOException {
        try {
            if (ZstdReader.isHere()) {
                return new ZstdReader(in);
            }
        } catch (NoClassDefFoundError e) {
            // The library is not installed, or the framework cannot use it on this machine.
        }
        throw new DamagedException(FileNote.of(Code.NO_CODEC, ZSTD.label));
    }
}
