package dev.sparsam.logs.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes one gzip member with the header fields of the file that it replaces, so that the same content always gives the
 * same bytes.
 */
final class GzipWriter extends Compressor {
    private static final int BEST = 2;
    private static final int FASTEST = 4;

    private final OutputStream out;
    private final Deflater deflater;
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[1 << 16];
    private long size;

    GzipWriter(OutputStream out, GzipReader.Header header) throws IOException {
        this.out = out;
        int level = switch (header.effort()) {
            case BEST -> Deflater.BEST_COMPRESSION;
            case FASTEST -> Deflater.BEST_SPEED;
            default -> Deflater.DEFAULT_COMPRESSION;
        };
        boolean named = !header.name().isEmpty();
        out.write(new byte[] {0x1f, (byte) 0x8b, 8, (byte) (named ? 8 : 0)});
        little(header.modified());
        out.write(header.effort());
        out.write(header.system());
        if (named) {
            out.write(header.name().getBytes(StandardCharsets.ISO_8859_1));
            out.write(0);
        }
        deflater = new Deflater(level, true);
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
        crc.update(b, off, len);
        size += len;
        deflater.setInput(b, off, len);
        while (!deflater.needsInput()) {
            drain();
        }
    }

    @Override
    void finish() throws IOException {
        deflater.finish();
        while (!deflater.finished()) {
            drain();
        }
        little((int) crc.getValue());
        little((int) size);
    }

    private void drain() throws IOException {
        int count = deflater.deflate(buffer, 0, buffer.length);
        out.write(buffer, 0, count);
    }

    private void little(int value) throws IOException {
        out.write(new byte[] {(byte) value, (byte) (value >>> 8), (byte) (value >>> 16), (byte) (value >>> 24)});
    }

    @Override
    public void close() {
        deflater.end();
    }
}
