package dev.sparsam.logs.internal;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Compresses with a library's stream, which may write byte by byte. */
final class StreamCompressor<T extends OutputStream> extends Compressor {
    /** Makes a library's stream. */
    interface Opening<T> {
        T open(OutputStream out) throws IOException;
    }

    /** Ends the compressed data without closing what it is written to. */
    interface Ending<T> {
        void end(T stream) throws IOException;
    }

    private final OutputStream out;
    private final T stream;
    private final Ending<T> ending;

    StreamCompressor(OutputStream out, Opening<T> opening, Ending<T> ending) throws IOException {
        this.out = new BufferedOutputStream(out, 1 << 16);
        this.stream = opening.open(this.out);
        this.ending = ending;
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
        stream.write(b, off, len);
    }

    @Override
    void finish() throws IOException {
        ending.end(stream);
        out.flush();
    }
}
