package dev.sparsam.logs.internal;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Compresses, in bounded memory; the same content gives the same bytes. {@link #finish} must be called; closing it only
 * frees memory and leaves the target open.
 */
abstract class Compressor extends OutputStream {
    /** Ends the compressed data. */
    abstract void finish() throws IOException;

    @Override
    public final void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public abstract void write(byte[] b, int off, int len) throws IOException;

    @Override
    public void close() {}
}
