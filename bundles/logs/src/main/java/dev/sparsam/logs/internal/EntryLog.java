package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.LineScanner.Stages;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** What in an archive is named like a log: read once, and decompressed when its first bytes say that it is compressed. */
final class EntryLog implements AutoCloseable {
    /** How much of it is enough to tell whether it is a log. */
    private static final int BEGINNING = 1 << 16;

    private static final int ZIP = 0x504b0304;

    private final Optional<Decompressor> decompressor;
    private final InputStream lines;
    private final byte[] beginning;

    private EntryLog(Optional<Decompressor> decompressor, InputStream lines, byte[] beginning) {
        this.decompressor = decompressor;
        this.lines = lines;
        this.beginning = beginning;
    }

    /**
     * Reads its beginning.
     *
     * @throws DamagedException when the very first header of what is compressed is damaged
     */
    static EntryLog open(InputStream content) throws IOException {
        BufferedInputStream raw = new BufferedInputStream(content, 1 << 16);
        raw.mark(Compression.HEAD);
        byte[] head = raw.readNBytes(Compression.HEAD);
        raw.reset();
        Optional<Compression> compression = Compression.of(head);
        Optional<Decompressor> decompressor =
                compression.isPresent() ? Optional.of(compression.get().open(raw)) : Optional.empty();
        try {
            BufferedInputStream lines =
                    new BufferedInputStream(new WideText(decompressor.isPresent() ? decompressor.get() : raw));
            lines.mark(BEGINNING);
            byte[] beginning = lines.readNBytes(BEGINNING);
            lines.reset();
            return new EntryLog(decompressor, new Whole(lines), beginning);
        } catch (IOException e) {
            decompressor.ifPresent(Decompressor::close);
            throw e;
        }
    }

    /**
     * Why it is no log, if it is none. It lies among files of a customer that only happen to be named so, and those must
     * not change; so more than for a file that the panel names is asked for: there must be times, and most lines must be
     * understood.
     */
    Optional<FileNote> unfit(LogMasker masker) throws IOException {
        if (beginning.length == 0) {
            return Optional.empty();
        }
        if (isArchive()) {
            return Optional.of(FileNote.of(Code.ENTRY_ARCHIVE));
        }
        int length = beginning.length;
        if (length == BEGINNING) {
            // The last line may be cut; of one that is longer than all this, what there is has to do.
            int end = length;
            while (end > 0 && beginning[end - 1] != '\n') {
                end--;
            }
            length = end > 0 ? end : length;
        }
        LogScan scan = masker.glance(new ByteArrayInputStream(beginning, 0, length));
        return scan.looksLikeLog() ? Optional.empty() : Optional.of(FileNote.of(Code.ENTRY_NO_LOG));
    }

    private boolean isArchive() {
        if (beginning.length < Tar.BLOCK) {
            return false;
        }
        byte[] block = java.util.Arrays.copyOf(beginning, Tar.BLOCK);
        return java.nio.ByteBuffer.wrap(block).getInt() == ZIP || (block[0] != 0 && Tar.begins(block));
    }

    /** Whether it is compressed itself, whatever the archive does. */
    boolean isCompressed() {
        return decompressor.isPresent();
    }

    /** What is known of it; its lines are not there any more then. */
    Pseudonymised beginning(LogMasker masker) throws IOException {
        return masker.beginning(lines);
    }

    /** Its lines, masked, and compressed as they were. */
    LogScan mask(LogMasker masker, Stages stages, Pseudonymised before, OutputStream out) throws IOException {
        if (decompressor.isEmpty()) {
            return masker.mask(lines, out, stages, before);
        }
        try (Compressor compressor = decompressor.get().compressor(out)) {
            LogScan scan = masker.mask(lines, compressor, stages, before);
            compressor.finish();
            return scan;
        }
    }

    /** What its lines hold, without having to compress anything; what is written goes nowhere. */
    LogScan look(LogMasker masker, Stages stages, Pseudonymised before, OutputStream uncompressed) throws IOException {
        return masker.mask(lines, uncompressed, stages, before);
    }

    @Override
    public void close() {
        decompressor.ifPresent(Decompressor::close);
    }

    /**
     * Never says that one would have to wait: what becomes of the lines must not depend on the portions in which they come,
     * as they come more than once.
     */
    private static final class Whole extends FilterInputStream {
        Whole(InputStream in) {
            super(in);
        }

        @Override
        public int available() {
            return 1;
        }
    }
}
