package dev.sparsam.logs.internal;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes one Zstandard frame. */
final class ZstdWriter extends Compressor {
    private final OutputStream out;
    private final ZstdCompressCtx codec;
    private final ByteBuffer content = ByteBuffer.allocateDirect(1 << 17);
    private final ByteBuffer compressed = ByteBuffer.allocateDirect(1 << 17);
    private final byte[] buffer = new byte[1 << 17];

    ZstdWriter(OutputStream out, int level, boolean checksum) {
        this.out = out;
        codec = new ZstdCompressCtx().setLevel(level).setChecksum(checksum);
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
        for (int from = off; from < off + len; ) {
            int count = Math.min(content.remaining(), off + len - from);
            content.put(b, from, count);
            from += count;
            if (!content.hasRemaining()) {
                step(EndDirective.CONTINUE);
            }
        }
    }

    @Override
    void finish() throws IOException {
        step(EndDirective.END);
    }

    /** Hands over what has been collected, until it is taken or, at the end, all is written. */
    private void step(EndDirective directive) throws IOException {
        content.flip();
        boolean done;
        do {
            compressed.clear();
            done = codec.compressDirectByteBufferStream(compressed, content, directive);
            compressed.flip();
            int count = compressed.remaining();
            compressed.get(buffer, 0, count);
            out.write(buffer, 0, count);
        } while (directive == EndDirective.END ? !done : content.hasRemaining());
        content.clear();
    }

    @Override
    public void close() {
        codec.close();
    }
}
