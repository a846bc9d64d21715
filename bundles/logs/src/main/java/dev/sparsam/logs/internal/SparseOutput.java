package dev.sparsam.logs.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * Writes a file from its start and leaves out blocks of zeros, which are holes then, as {@code cp --sparse=always} does. A
 * customer can make a log of terabytes that are nothing but a hole; whoever wrote those zeros would fill the disk.
 */
final class SparseOutput extends BlockOutput {
    /** What is a hole or not: the block of the file systems that Linux writes to, most of the time. */
    static final int BLOCK = 1 << 12;

    private static final int BUFFER = 16 * BLOCK;
    private static final byte[] ZEROS = new byte[BLOCK];

    private final FileChannel channel;
    private final DiskReserve reserve;
    private final byte[] buffer = new byte[BUFFER];
    private int filled;
    private long flushed;
    /** Up to where the file has been written, and so how long it is by now. */
    private long end;

    /**
     * Makes one.
     *
     * @param channel an empty file; its position is not used
     * @param reserve is told what is written, before it is
     */
    SparseOutput(FileChannel channel, DiskReserve reserve) {
        this.channel = channel;
        this.reserve = reserve;
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
        for (int from = off; from < off + len; ) {
            int count = Math.min(BUFFER - filled, off + len - from);
            System.arraycopy(b, from, buffer, filled, count);
            filled += count;
            from += count;
            if (filled == BUFFER) {
                writeBuffer();
            }
        }
    }

    /** Blocks beside each other are written at once. */
    private void writeBuffer() throws IOException {
        int from = 0;
        for (int block = 0; block < filled; block += BLOCK) {
            int next = Math.min(block + BLOCK, filled);
            if (Arrays.equals(buffer, block, next, ZEROS, 0, next - block)) {
                write(from, block);
                from = next;
            }
        }
        write(from, filled);
        flushed += filled;
        filled = 0;
    }

    private void write(int from, int to) throws IOException {
        if (from == to) {
            return;
        }
        reserve.take(to - from);
        ByteBuffer bytes = ByteBuffer.wrap(buffer, from, to - from);
        while (bytes.hasRemaining()) {
            channel.write(bytes, flushed + bytes.position());
        }
        end = flushed + to;
    }

    /** Writes what is left, and gives the file its length when it ends with a hole. */
    void finish() throws IOException {
        writeBuffer();
        if (end < flushed) {
            // Java can make a file longer only by writing to it.
            channel.write(ByteBuffer.wrap(ZEROS, 0, 1), flushed - 1);
            end = flushed;
        }
    }
}
