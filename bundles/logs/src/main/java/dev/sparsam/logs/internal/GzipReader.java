package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote.Code;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads gzip (RFC 1952) with any number of members. The JDK's reader takes what follows the last member for an end and
 * does not say where damage is; this one reports both as {@link DamagedException}. Closing it leaves the source open.
 */
final class GzipReader extends InputStream {
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int HEADER_CRC = 2;
    private static final int RESERVED = 0xe0;
    private static final int MAX_NAME = 4096;

    /**
     * The fields of a member's header that a rewritten file keeps.
     *
     * @param modified seconds since 1970 as four bytes, 0 for unknown
     * @param effort the compressor's hint: 2 best, 4 fastest
     * @param system the file system it was made on
     * @param name the original file name in Latin-1, empty when there is none
     */
    record Header(int modified, int effort, int system, String name) {}

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;
    private long consumed;
    private long inflated;
    private boolean ended;
    private final Header header;

    /** Reads the first header. */
    GzipReader(InputStream in) throws IOException {
        this.in = in;
        try {
            header = readHeader();
            feed();
        } catch (IOException e) {
            inflater.end();
            throw e;
        }
    }

    /** The header of the first member. */
    Header header() {
        return header;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        if (len == 0) {
            return 0;
        }
        while (!ended) {
            try {
                int count = inflater.inflate(b, off, len);
                if (count > 0) {
                    crc.update(b, off, count);
                    inflated += count;
                    return count;
                }
            } catch (DataFormatException e) {
                position = limit - inflater.getRemaining();
                throw new DamagedException(Code.DAMAGED_NEAR, offset());
            }
            if (inflater.finished()) {
                nextMember();
            } else if (inflater.needsDictionary()) {
                throw new DamagedException(Code.DAMAGED_AT, offset());
            } else {
                fill();
                feed();
            }
        }
        return -1;
    }

    private void nextMember() throws IOException {
        position = limit - inflater.getRemaining();
        long at = offset();
        if (little(4) != (crc.getValue() & 0xffff_ffffL) || little(4) != (inflated & 0xffff_ffffL)) {
            throw new DamagedException(Code.WRONG_CHECKSUM, at);
        }
        if (position == limit && !more()) {
            ended = true;
            return;
        }
        readHeader();
        inflater.reset();
        crc.reset();
        inflated = 0;
        feed();
    }

    /** Hands what the buffer holds to the inflater. */
    private void feed() {
        inflater.setInput(buffer, position, limit - position);
        position = limit;
    }

    private Header readHeader() throws IOException {
        long start = offset();
        if (next() != 0x1f || next() != 0x8b) {
            throw new DamagedException(Code.TRAILING_DATA, start);
        }
        int method = next();
        int flags = next();
        if (method != 8 || (flags & RESERVED) != 0) {
            throw new DamagedException(Code.DAMAGED_HEADER, start);
        }
        int modified = (int) little(4);
        int effort = next();
        int system = next();
        if ((flags & EXTRA) != 0) {
            for (long length = little(2); length > 0; length--) {
                next();
            }
        }
        String name = (flags & NAME) != 0 ? terminated() : "";
        if ((flags & COMMENT) != 0) {
            terminated();
        }
        if ((flags & HEADER_CRC) != 0) {
            little(2);
        }
        return new Header(modified, effort, system, name);
    }

    private String terminated() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int c = next(); c != 0; c = next()) {
            if (bytes.size() == MAX_NAME) {
                throw new DamagedException(Code.NAME_TOO_LONG, offset());
            }
            bytes.write(c);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private long little(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) next() << (8 * i);
        }
        return value;
    }

    private int next() throws IOException {
        if (position == limit) {
            fill();
        }
        return buffer[position++] & 0xff;
    }

    private void fill() throws IOException {
        if (!more()) {
            throw new DamagedException(Code.ENDS_EARLY, offset());
        }
    }

    private boolean more() throws IOException {
        consumed += limit;
        position = 0;
        limit = 0;
        int count = in.read(buffer, 0, buffer.length);
        if (count < 0) {
            return false;
        }
        limit = count;
        return true;
    }

    private long offset() {
        return consumed + position;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
