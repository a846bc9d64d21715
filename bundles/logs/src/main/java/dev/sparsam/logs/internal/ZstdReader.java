package dev.sparsam.logs.internal;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.util.Native;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads Zstandard (RFC 8878) with any number of frames, skippable ones among them. The window lies outside of the heap; the
 * biggest that is accepted is the one that the zstd command accepts.
 */
final class ZstdReader extends Decompressor {
    private static final long MAX_WINDOW = 128L << 20;
    private static final int MAGIC = 0xfd2fb528;
    private static final int SKIPPABLE = 0x184d2a50;
    private static final int MAX_HEADER = 18;

    /**
     * What the frame's header says.
     *
     * @param window how far back data may refer, bytes
     * @param single whether the window is the whole content, whatever the level
     * @param checksum whether a checksum follows
     */
    private record Frame(long window, boolean single, boolean checksum) {}

    private final ZstdDecompressCtx codec;
    private final ByteBuffer compressed = ByteBuffer.allocateDirect(1 << 16).limit(0);
    private final ByteBuffer content = ByteBuffer.allocateDirect(1 << 17).limit(0);
    private boolean inFrame;
    private boolean ended;
    /** Whether the codec may hold content for which there was no room. */
    private boolean full;

    private Optional<Frame> first = Optional.empty();

    /** Reads the first header. */
    ZstdReader(InputStream compressed) throws IOException {
        super(compressed);
        nextFrame();
        codec = new ZstdDecompressCtx();
    }

    /** Whether the library, which brings code of the machine, can be used here; tried only once. */
    static boolean isHere() {
        return Library.LOADED;
    }

    private static final class Library {
        static final boolean LOADED = load();

        private static boolean load() {
            try {
                Native.load();
                return true;
            } catch (LinkageError e) {
                // It is not made for this machine, or the folder for temporary files is mounted noexec.
                return false;
            }
        }
    }

    @Override
    int decompress(byte[] b, int off, int len) throws IOException {
        while (!content.hasRemaining()) {
            if (!inFrame) {
                if (!ended) {
                    nextFrame();
                }
                if (ended) {
                    return -1;
                }
            }
            if (!compressed.hasRemaining() && !full) {
                if (!in.more()) {
                    throw in.reason();
                }
                compressed.clear();
                compressed.put(in.buffer, in.position, in.limit - in.position);
                compressed.flip();
                in.position = in.limit;
            }
            step();
        }
        int count = Math.min(len, content.remaining());
        content.get(b, off, count);
        return count;
    }

    private void step() {
        content.clear();
        boolean done;
        try {
            done = codec.decompressDirectByteBufferStream(content, compressed);
        } finally {
            full = !content.hasRemaining();
            content.flip();
        }
        if (done) {
            inFrame = false;
            full = false;
            in.position = in.limit - compressed.remaining();
            compressed.limit(0);
        }
    }

    @Override
    IOException reason(Exception thrown) {
        if (thrown instanceof ZstdException told) {
            long at = in.offset() - compressed.remaining();
            return new DamagedException(
                    told.getErrorCode() == Zstd.errChecksumWrong() ? Code.WRONG_CHECKSUM : Code.DAMAGED_NEAR, at);
        }
        return super.reason(thrown);
    }

    /** Looks at the header of the next frame with content, and leaves it to the codec. */
    private void nextFrame() throws IOException {
        while (in.more()) {
            long at = in.offset();
            int magic = in.peek(4) == 4 ? (int) number(0, 4) : 0;
            if (magic == MAGIC) {
                Frame frame = frame(at);
                if (first.isEmpty()) {
                    first = Optional.of(frame);
                }
                inFrame = true;
                return;
            }
            if ((magic & 0xffff_fff0) != SKIPPABLE) {
                if (in.limit - in.position < 4 && startsMagic()) {
                    throw new DamagedException(Code.ENDS_EARLY, at + in.limit - in.position);
                }
                throw new DamagedException(Code.TRAILING_DATA, at);
            }
            in.little(4);
            pass(in.little(4));
        }
        ended = true;
    }

    private boolean startsMagic() {
        for (int i = 0; i < in.limit - in.position; i++) {
            if (in.buffer[in.position + i] != (byte) (MAGIC >>> (8 * i))) {
                return false;
            }
        }
        return true;
    }

    private void pass(long bytes) throws IOException {
        for (long left = bytes; left > 0; ) {
            if (!in.more()) {
                throw new DamagedException(Code.ENDS_EARLY, in.offset());
            }
            int count = (int) Math.min(left, in.limit - in.position);
            in.position += count;
            left -= count;
        }
    }

    private Frame frame(long at) throws IOException {
        int length = in.peek(MAX_HEADER);
        int flags = length > 4 ? in.buffer[in.position + 4] & 0xff : 0;
        boolean single = (flags & 0x20) != 0;
        int windowLength = single ? 0 : 1;
        int dictionaryLength = new int[] {0, 1, 2, 4}[flags & 3];
        int sizeLength = new int[] {single ? 1 : 0, 2, 4, 8}[flags >> 6];
        if (length < 5 + windowLength + dictionaryLength + sizeLength) {
            throw new DamagedException(Code.ENDS_EARLY, at + length);
        }
        if (number(5 + windowLength, dictionaryLength) != 0) {
            throw new DamagedException(FileNote.of(Code.UNSUPPORTED_OPTIONS, "zstd", at));
        }
        long window;
        if (single) {
            window = number(5 + dictionaryLength, sizeLength);
        } else {
            int told = in.buffer[in.position + 5] & 0xff;
            window = 1L << (10 + (told >> 3));
            window += window / 8 * (told & 7);
        }
        if (window < 0 || window > MAX_WINDOW) {
            long megabytes = window < 0 ? Long.MAX_VALUE >> 20 : window >> 20;
            throw new DamagedException(FileNote.of(Code.NEEDS_MEMORY, "zstd", megabytes, MAX_WINDOW >> 20));
        }
        return new Frame(window, single, (flags & 4) != 0);
    }

    /** A number in the buffer, the least byte first, without taking it. */
    private long number(int from, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (in.buffer[in.position + from + i] & 0xffL) << (8 * i);
        }
        return value;
    }

    /** With a checksum if there was one, and as much effort as the window speaks of. */
    @Override
    Compressor compressor(OutputStream out) {
        return new ZstdWriter(out, level(), first.isEmpty() || first.get().checksum());
    }

    /** The levels 1, 2, and 3 have windows of their own, as have those from 9 on; that of a short content tells nothing. */
    private int level() {
        if (first.isEmpty() || first.get().single()) {
            return 3;
        }
        long window = first.get().window();
        return window <= (512 << 10) ? 1 : window <= (1 << 20) ? 2 : window <= (2 << 20) ? 3 : 9;
    }

    @Override
    public void close() {
        codec.close();
    }
}
