package dev.sparsam.logs.internal;

import java.io.IOException;
import java.io.OutputStream;

/** A stream that is written in blocks; one byte is a block of one. */
abstract class BlockOutput extends OutputStream {
    @Override
    public final void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public abstract void write(byte[] b, int off, int len) throws IOException;
}
