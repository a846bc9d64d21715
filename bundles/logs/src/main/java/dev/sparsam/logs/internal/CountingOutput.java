package dev.sparsam.logs.internal;

import java.io.IOException;
import java.io.OutputStream;

/** Writes on, and counts; it neither flushes nor closes. */
final class CountingOutput extends BlockOutput {
    private final OutputStream out;
    private long count;

    CountingOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
        out.write(b, off, len);
        count += len;
    }

    /** How many bytes have been written. */
    long count() {
        return count;
    }
}
