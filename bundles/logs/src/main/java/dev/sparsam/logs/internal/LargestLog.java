package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.io.InputStream;

/**
 * How much of one log is read at most. A customer can make one of terabytes, compressed to little or of nothing but a hole;
 * while it is read, no other one is.
 *
 * @param bytes on disk, and of lines when it is decompressed
 */
record LargestLog(long bytes) {
    /** No bound. */
    static final LargestLog ANY = new LargestLog(Long.MAX_VALUE);

    /** What is said of a larger one. */
    FileNote note() {
        return FileNote.of(Code.TOO_LARGE, bytes >> 30);
    }

    /** Lines, of which reading more throws {@link DamagedException} with the {@link #note}. */
    InputStream of(InputStream lines) {
        return new BlockInput() {
            private long left = bytes;

            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                if (left == 0 && len > 0) {
                    if (lines.read() < 0) {
                        return -1;
                    }
                    throw new DamagedException(note());
                }
                int count = lines.read(b, off, (int) Math.min(len, left));
                left -= Math.max(0, count);
                return count;
            }

            @Override
            public int available() throws IOException {
                return lines.available();
            }
        };
    }
}
