package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The compressed bytes that a codec reads: buffered, counted so that damage can be located, and told from the codec: what
 * went wrong here is no damage.
 */
final class CompressedInput extends InputStream {
    private final InputStream in;
    /** What has been read; the bytes from {@link #position} to {@link #limit} are still to be taken. */
    final byte[] buffer = new byte[1 << 16];

    int position;
    int limit;
    private long before;
    private boolean ended;
    private Optional<IOException> failure = Optional.empty();

    CompressedInput(InputStream in) {
        this.in = in;
    }

    /** How many bytes have been taken. */
    long offset() {
        return before + position;
    }

    /** The next byte, which must be there. */
    int next() throws IOException {
        int next = read();
        if (next < 0) {
            throw new DamagedException(Code.ENDS_EARLY, offset());
        }
        return next;
    }

    /** The next bytes as a number, the least first. */
    long little(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) next() << (8 * i);
        }
        return value;
    }

    /** Makes sure that there is something to take; false at the end. */
    boolean more() throws IOException {
        if (position < limit) {
            return true;
        }
        before += limit;
        position = 0;
        limit = 0;
        int count = fill();
        ended = count < 0;
        return !ended;
    }

    /**
     * Reads on until so many bytes can be looked at in the buffer without being taken.
     *
     * @return how many can, at most as many as asked for; fewer at the end
     */
    int peek(int bytes) throws IOException {
        if (limit - position < bytes) {
            System.arraycopy(buffer, position, buffer, 0, limit - position);
            before += position;
            limit -= position;
            position = 0;
            while (limit < bytes && fill() > 0) {
                // Once more.
            }
        }
        return Math.min(bytes, limit - position);
    }

    private int fill() throws IOException {
        try {
            int count = in.read(buffer, limit, buffer.length - limit);
            limit += Math.max(0, count);
            return count;
        } catch (IOException e) {
            failure = Optional.of(e);
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        return more() ? buffer[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        if (len == 0) {
            return 0;
        }
        if (!more()) {
            return -1;
        }
        int count = Math.min(len, limit - position);
        System.arraycopy(buffer, position, b, off, count);
        position += count;
        return count;
    }

    @Override
    public int available() throws IOException {
        return position < limit ? limit - position : in.available();
    }

    /** What it means that a codec failed: the input did, or it ended before the codec had enough, or it is damaged. */
    IOException reason() {
        return failure.orElseGet(() -> new DamagedException(ended ? Code.ENDS_EARLY : Code.DAMAGED_NEAR, offset()));
    }
}
