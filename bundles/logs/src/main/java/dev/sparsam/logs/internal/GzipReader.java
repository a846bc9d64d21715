package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote.Code;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads gzip (RFC 1952) with any number of members. The JDK's reader takes what follows the last member for an end and
 * does not say where damage is; this one reports both as {@link DamagedException}. Closing it leaves the source open.
 */
final class GzipReader extends Decompressor {
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

    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private long inflated;
    private boolean ended;
    private final Header header;

    /** Reads the first header. */
    GzipReader(InputStream compressed) throws IOException {
        super(compressed);
        try {
            header = readHeader();
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
    int decompress(byte[] b, int off, int len) throws IOException {
        while (!ended) {
            try {
                int count = inflater.inflate(b, off, len);
                if (count > 0) {
                    crc.update(b, off, count);
                    inflated += count;
                    return count;
                }
            } catch (DataFormatException e) {
                giveBack();
                throw new DamagedException(Code.DAMAGED_NEAR, in.offset());
            }
            if (inflater.finished()) {
                nextMember();
            } else if (inflater.needsDictionary()) {
                throw new DamagedException(Code.DAMAGED_AT, in.offset());
            } else {
                feed();
            }
        }
        return -1;
    }

    private void nextMember() throws IOException {
        giveBack();
        long at = in.offset();
        if (in.little(4) != (crc.getValue() & 0xffff_ffffL) || in.little(4) != (inflated & 0xffff_ffffL)) {
            throw new DamagedException(Code.WRONG_CHECKSUM, at);
        }
        if (!in.more()) {
            ended = true;
            return;
        }
        readHeader();
        inflater.reset();
        crc.reset();
        inflated = 0;
    }

    /** Hands what the buffer holds to the inflater. */
    private void feed() throws IOException {
        if (!in.more()) {
            throw new DamagedException(Code.ENDS_EARLY, in.offset());
        }
        inflater.setInput(in.buffer, in.position, in.limit - in.position);
        in.position = in.limit;
    }

    /** Takes back what the inflater has not used. */
    private void giveBack() {
        in.position = in.limit - inflater.getRemaining();
    }

    private Header readHeader() throws IOException {
        long start = in.offset();
        if (in.next() != 0x1f || in.next() != 0x8b) {
            throw new DamagedException(Code.TRAILING_DATA, start);
        }
        int method = in.next();
        int flags = in.next();
        if (method != 8 || (flags & RESERVED) != 0) {
            throw new DamagedException(Code.DAMAGED_HEADER, start);
        }
        int modified = (int) in.little(4);
        int effort = in.next();
        int system = in.next();
        if ((flags & EXTRA) != 0) {
            for (long length = in.little(2); length > 0; length--) {
                in.next();
            }
        }
        String name = (flags & NAME) != 0 ? terminated() : "";
        if ((flags & COMMENT) != 0) {
            terminated();
        }
        if ((flags & HEADER_CRC) != 0) {
            in.little(2);
        }
        return new Header(modified, effort, system, name);
    }

    private String terminated() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int c = in.next(); c != 0; c = in.next()) {
            if (bytes.size() == MAX_NAME) {
                throw new DamagedException(Code.NAME_TOO_LONG, in.offset());
            }
            bytes.write(c);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** With the same header. */
    @Override
    Compressor compressor(OutputStream out) throws IOException {
        return new GzipWriter(out, header);
    }

    @Override
    public void close() {
        inflater.end();
    }
}
