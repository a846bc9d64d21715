package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import org.tukaani.xz.CorruptedInputException;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.SingleXZInputStream;
import org.tukaani.xz.UnsupportedOptionsException;
import org.tukaani.xz.XZOutputStream;

/**
 * Reads xz (the .xz file format 1.2.1) with any number of streams and padding.
 *
 * <p>Memory is what its dictionary takes: up to {@value #DICTIONARY} bytes. A file may declare a bigger one, as those of
 * {@code xz -9} do, however little they hold; then the first block is read with this much, which is enough unless its data
 * refers to what lies farther back.
 */
final class XzReader extends Decompressor {
    private static final int DICTIONARY = 16 << 20;
    /** The same as the format has it: a byte. */
    private static final byte DICTIONARY_CODE = 24;
    /** In KiB, with what is needed besides. */
    private static final int MEMORY = (DICTIONARY >> 10) + 512;

    /** As {@code xz} has it unless told otherwise. */
    private static final int USUAL_DICTIONARY = 8 << 20;

    private static final int STREAM_HEADER = 12;
    private static final int LZMA2 = 0x21;

    private SingleXZInputStream stream;
    private boolean ended;
    private final int check;
    private final long declared;
    /** What the block that is being read declares, when that is too much. */
    private OptionalLong excess = OptionalLong.empty();

    /** Reads the first header. */
    XzReader(InputStream compressed) throws IOException {
        super(compressed);
        check = in.peek(STREAM_HEADER) == STREAM_HEADER ? in.buffer[7] & 0xf : 0;
        declared = dictionary().orElse(USUAL_DICTIONARY);
        stream = open();
    }

    private SingleXZInputStream open() throws IOException {
        excess = OptionalLong.empty();
        OptionalLong dictionary = dictionary();
        if (dictionary.isPresent() && dictionary.getAsLong() > DICTIONARY) {
            excess = dictionary;
            shrink();
        }
        try {
            // It takes no byte beyond its stream.
            return new SingleXZInputStream(in, MEMORY);
        } catch (IOException e) {
            throw reason(e);
        }
    }

    /** Where the code of the first block's dictionary stands in the buffer; -1 when there is no block, or a damaged one. */
    private int dictionaryAt() throws IOException {
        if (in.peek(STREAM_HEADER + 1) <= STREAM_HEADER || in.buffer[in.position + STREAM_HEADER] == 0) {
            return -1;
        }
        int length = blockHeader();
        if (in.peek(STREAM_HEADER + length) < STREAM_HEADER + length
                || checksum() != numbers().getInt(checksumAt())) {
            return -1;
        }
        int start = in.position + STREAM_HEADER;
        int flags = in.buffer[start + 1];
        int at = start + 2;
        // The sizes of the block, which may be told, are numbers whose last byte has no upper bit.
        for (int sizes = Integer.bitCount(flags & 0xc0); sizes > 0; sizes--) {
            while (at < start + length && in.buffer[at] < 0) {
                at++;
            }
            at++;
        }
        boolean alone = (flags & 3) == 0 && at + 2 < start + length;
        return alone && in.buffer[at] == LZMA2 && in.buffer[at + 1] == 1 ? at + 2 : -1;
    }

    private OptionalLong dictionary() throws IOException {
        int at = dictionaryAt();
        if (at < 0 || in.buffer[at] < 0 || in.buffer[at] > 40) {
            return OptionalLong.empty();
        }
        int code = in.buffer[at];
        return OptionalLong.of((2L | (code & 1)) << (code / 2 + 11));
    }

    /** Makes the first block declare the biggest dictionary that may be had. Only in the buffer, of course. */
    private void shrink() throws IOException {
        in.buffer[dictionaryAt()] = DICTIONARY_CODE;
        numbers().putInt(checksumAt(), checksum());
    }

    private int blockHeader() {
        return ((in.buffer[in.position + STREAM_HEADER] & 0xff) + 1) * 4;
    }

    private int checksum() {
        CRC32 crc = new CRC32();
        crc.update(in.buffer, in.position + STREAM_HEADER, blockHeader() - 4);
        return (int) crc.getValue();
    }

    private int checksumAt() {
        return in.position + STREAM_HEADER + blockHeader() - 4;
    }

    private ByteBuffer numbers() {
        return ByteBuffer.wrap(in.buffer).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    int decompress(byte[] b, int off, int len) throws IOException {
        while (!ended) {
            int count = stream.read(b, off, len);
            if (count > 0) {
                return count;
            }
            nextStream();
        }
        return -1;
    }

    private void nextStream() throws IOException {
        long at = in.offset();
        while (in.more() && in.buffer[in.position] == 0) {
            in.position++;
        }
        boolean padded = (in.offset() - at) % 4 == 0;
        if (!in.more()) {
            if (!padded) {
                throw new DamagedException(Code.TRAILING_DATA, at);
            }
            ended = true;
        } else if (!padded || in.buffer[in.position] != (byte) 0xfd) {
            throw new DamagedException(Code.TRAILING_DATA, at);
        } else {
            stream = open();
        }
    }

    @Override
    IOException reason(Exception thrown) {
        if (thrown instanceof MemoryLimitException limit) {
            return tooLarge((long) limit.getMemoryNeeded() << 10);
        }
        if (thrown instanceof UnsupportedOptionsException) {
            return new DamagedException(FileNote.of(Code.UNSUPPORTED_OPTIONS, "xz", in.offset()));
        }
        if (thrown instanceof CorruptedInputException && excess.isPresent()) {
            // Most likely not damaged: it refers to what is not kept.
            return tooLarge(excess.getAsLong());
        }
        return super.reason(thrown);
    }

    private static DamagedException tooLarge(long bytes) {
        return new DamagedException(FileNote.of(Code.NEEDS_MEMORY, "xz", bytes >> 20, DICTIONARY >> 20));
    }

    /**
     * With the same checksums, and as much effort as the dictionary speaks of, but with a smaller one: writing takes eleven
     * times as much memory as the dictionary, besides what reading takes. That makes logs about a tenth longer.
     */
    @Override
    Compressor compressor(OutputStream out) throws IOException {
        // The dictionaries that xz -0 to -6 declare.
        long megabytes = declared >> 20;
        int preset = megabytes < 1 ? 0 : megabytes < 2 ? 1 : megabytes < 4 ? 2 : megabytes < 8 ? 4 : 6;
        LZMA2Options options = new LZMA2Options(preset);
        options.setDictSize(Math.min(options.getDictSize(), declared <= USUAL_DICTIONARY ? 2 << 20 : 1 << 20));
        return new StreamCompressor<>(out, to -> new XZOutputStream(to, options, check), XZOutputStream::finish);
    }
}
