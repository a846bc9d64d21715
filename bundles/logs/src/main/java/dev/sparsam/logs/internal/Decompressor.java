package dev.sparsam.logs.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Reads a compressed file to its very end, through all its parts, in bounded memory. Damage, also something that follows
 * the last part, is told by {@link DamagedException} with its place. Closing it leaves the source open.
 */
abstract class Decompressor extends BlockInput {
    final CompressedInput in;

    Decompressor(InputStream in) {
        this.in = new CompressedInput(in);
    }

    /** Like {@link #read(byte[], int, int)}, never for no bytes; may throw what the codec throws. */
    abstract int decompress(byte[] b, int off, int len) throws IOException;

    /** Compresses into one part in the same way, as far as the first part tells the way. */
    abstract Compressor compressor(OutputStream out) throws IOException;

    /** What it means that the codec threw this. */
    IOException reason(Exception thrown) {
        return thrown instanceof DamagedException damaged ? damaged : in.reason();
    }

    @Override
    public final int read(byte[] b, int off, int len) throws IOException {
        if (len == 0) {
            return 0;
        }
        try {
            return decompress(b, off, len);
        } catch (IOException | RuntimeException e) {
            // Also what is thrown unchecked: the codecs do not check each index that damaged data leads them to.
            throw reason(e);
        }
    }

    @Override
    public final int available() throws IOException {
        return in.available();
    }

    @Override
    public void close() {}
}
