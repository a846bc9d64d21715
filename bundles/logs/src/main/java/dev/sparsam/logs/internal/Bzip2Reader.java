package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;

/** Reads bzip2 with any number of streams, as {@code pbzip2} makes one of each block. Takes up to 5 MB, writing up to 12. */
final class Bzip2Reader extends Decompressor {
    private BZip2CompressorInputStream stream;
    private boolean ended;
    private final int blocks;

    /** Reads the first header. */
    Bzip2Reader(InputStream compressed) throws IOException {
        super(compressed);
        // "BZh", then how many 100,000 bytes a block has.
        blocks = in.peek(4) == 4 ? in.buffer[3] - '0' : 9;
        stream = open();
    }

    private BZip2CompressorInputStream open() throws IOException {
        try {
            // It takes no byte beyond its stream.
            return new BZip2CompressorInputStream(in, false);
        } catch (IOException e) {
            throw in.reason();
        }
    }

    @Override
    int decompress(byte[] b, int off, int len) throws IOException {
        while (!ended) {
            int count = stream.read(b, off, len);
            if (count > 0) {
                return count;
            }
            if (!in.more()) {
                ended = true;
            } else if (in.buffer[in.position] != 'B') {
                throw new DamagedException(Code.TRAILING_DATA, in.offset());
            } else {
                stream = open();
            }
        }
        return -1;
    }

    @Override
    Compressor compressor(OutputStream out) throws IOException {
        return new StreamCompressor<>(
                out, to -> new BZip2CompressorOutputStream(to, blocks), BZip2CompressorOutputStream::finish);
    }
}
