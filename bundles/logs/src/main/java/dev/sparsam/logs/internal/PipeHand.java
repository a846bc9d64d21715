package dev.sparsam.logs.internal;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a logger has in hand: lines that it has read and not yet handed to the file system. They lie in a file in memory
 * (tmpfs), not in the process, so that whoever reads the same pipe next finds them when the process is killed. Nothing in it
 * ever reaches a disk.
 *
 * <p>A ring takes what comes from the pipe: the kernel copies it there itself, so there is no instant at which bytes are
 * neither in the pipe nor in the ring. How many were asked for is noted before, and what is free in the ring is
 * {@link #FREE}; so after a kill it can be told how many came. Into one {@link #BLOCK} at a time: when a page is not there,
 * and cannot be fetched any more because the process is being killed, the kernel leaves in the pipe what it has just copied to
 * the page before; whoever counted that would have it twice. Masked lines are put, all at once, into the output; from then
 * on what they were made of is gone from the ring. Of each append to a file it is noted before where it begins and how long
 * it is; after a kill a file that has only a part of it is cut back.
 *
 * <p>One thread reads, another one writes. What is left: should the very last byte before a kill be a byte of the value
 * {@link #FREE} (no text in UTF-8 has it, and web servers escape it), that byte is missing.
 */
final class PipeHand implements AutoCloseable {
    /** What is in the ring where nothing is. */
    static final byte FREE = (byte) 0xff;

    /** Never lies in two pages of memory, whose size is a multiple of it, as is that of the header. */
    static final int BLOCK = 4096;

    private static final long MAGIC = 0x53706172_50697031L;
    private static final int HEADER = 1 << 14;
    private static final int FILE_AT = 1 << 10;
    private static final int SPOOL_AT = 1 << 13;
    private static final int LONGEST_PATH = 4096;
    private static final String OUTPUT = ".out";
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** Where the numbers in the header are. */
    private static final class Word {
        static final int MAGIC = 0;
        /** Size of the ring. */
        static final int RING = 8;
        /** So many bytes have been read, ever. */
        static final int HEAD = 16;
        /** So many of them are done with. */
        static final int TAIL = 24;
        /** So many were asked for, and may have come. */
        static final int ASKED = 32;
        /** What is in the output was made of the bytes before this one. */
        static final int CONSUMED = 40;
        /** The length of the output, and one more; 0 when there is none. */
        static final int OUTPUT = 48;
        /** So many bytes of the output have been delivered. */
        static final int DONE = 56;
        /** Whether an append is under way. */
        static final int ACTIVE = 64;

        static final int OFFSET = 72;
        static final int LENGTH = 80;
        static final int DEVICE = 88;
        static final int INODE = 96;
        /** What is to be noted when the append is done. */
        static final int NEXT = 104;
        /** The file is being deleted. */
        static final int DEAD = 112;
    }

    /**
     * An append.
     *
     * @param file to what
     * @param key which file that was
     * @param offset where it begins
     * @param length bytes
     * @param spool the spool file that they come from; empty when they come from the output
     * @param next what of the spool file, or of the output, is done when it is
     */
    record Append(Path file, FileIdentity.Key key, long offset, long length, Optional<Path> spool, long next) {}

    private final String name;
    private final Path path;
    private final FileChannel channel;
    private final MappedByteBuffer map;
    private final int ring;
    private FileChannel outputChannel;
    private MappedByteBuffer output;
    private boolean ended;
    private boolean closed;
    private boolean reading;
    /** So much must be in the ring before whoever waits for it is told. */
    private volatile long wanted;

    private PipeHand(String name, Path path, FileChannel channel, FileChannel outputChannel) throws IOException {
        this.name = name;
        this.path = path;
        this.channel = channel;
        map = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
        ring = (int) get(Word.RING);
        this.outputChannel = outputChannel;
        output = outputChannel.map(FileChannel.MapMode.READ_WRITE, 0, outputChannel.size());
    }

    /**
     * Takes the one of this name, or makes it; what an earlier process had in hand is there.
     *
     * @param folder in memory
     * @param size of the ring of a new one, in bytes
     * @return empty while another process has it
     */
    static Optional<PipeHand> take(Path folder, String name, int size) throws IOException {
        return opened(folder, name, (channel, out) -> {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                return Optional.empty();
            }
            if (channel.size() < HEADER || first(channel) != MAGIC) {
                initialise(channel, size);
            }
            PipeHand hand = new PipeHand(name, folder.resolve(name), channel, out);
            if (hand.get(Word.DEAD) != 0) {
                return Optional.empty();
            }
            hand.recover();
            return Optional.of(hand);
        });
    }

    /** What is made of two open files. */
    @FunctionalInterface
    private interface Opening {
        Optional<PipeHand> of(FileChannel channel, FileChannel output) throws IOException;
    }

    /** Opens both files; when nothing is made of them, they are closed. */
    private static Optional<PipeHand> opened(Path folder, String name, Opening opening) throws IOException {
        FileChannel channel = open(folder.resolve(name));
        Optional<PipeHand> hand = Optional.empty();
        try {
            FileChannel out = open(folder.resolve(name + OUTPUT));
            try {
                hand = opening.of(channel, out);
            } finally {
                if (hand.isEmpty()) {
                    out.close();
                }
            }
        } finally {
            if (hand.isEmpty()) {
                channel.close();
            }
        }
        return hand;
    }

    /** Looks at the one of another process, dead or alive, to end an append that it began; empty when there is none. */
    static Optional<PipeHand> look(Path folder, String name) throws IOException {
        Path path = folder.resolve(name);
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        return opened(folder, name, (channel, out) -> Optional.of(new PipeHand(name, path, channel, out)));
    }

    /** Whether a file name in the folder is one of a hand. */
    static boolean isHand(String fileName) {
        return fileName.startsWith("pipe-") && !fileName.endsWith(OUTPUT);
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(
                path,
                java.util.Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static long first(FileChannel channel) throws IOException {
        ByteBuffer word = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
        channel.read(word, 0);
        return word.getLong(0);
    }

    /** Writes all of it, so that memory which is not there is an error now and not when it is needed. */
    private static void initialise(FileChannel channel, int ring) throws IOException {
        channel.truncate(0);
        write(channel, ByteBuffer.allocate(HEADER), 0);
        byte[] free = new byte[1 << 16];
        Arrays.fill(free, FREE);
        for (int at = 0; at < ring; at += free.length) {
            write(channel, ByteBuffer.wrap(free, 0, Math.min(free.length, ring - at)), HEADER + (long) at);
        }
        write(channel, word(ring), Word.RING);
        // Last: without it all of this is done again.
        write(channel, word(MAGIC), Word.MAGIC);
    }

    private static ByteBuffer word(long value) {
        return ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(0, value);
    }

    private static void write(FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
        long at = offset;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    private void recover() {
        if (get(Word.OUTPUT) != 0) {
            release();
        }
        long asked = get(Word.ASKED);
        if (asked != 0) {
            long head = get(Word.HEAD);
            int at = (int) (head % ring);
            int came = (int) Math.min(asked, room());
            while (came > 0 && map.get(HEADER + at + came - 1) == FREE) {
                came--;
            }
            set(Word.HEAD, head + came);
            set(Word.ASKED, 0);
        }
    }

    String name() {
        return name;
    }

    // ---- the ring

    /** How many bytes are in the ring. */
    long waiting() {
        return get(Word.HEAD) - get(Word.TAIL);
    }

    int size() {
        return ring;
    }

    /** How many bytes can be read in one go. */
    private int room() {
        long head = get(Word.HEAD);
        long free = ring - (head - get(Word.TAIL));
        return (int) Math.min(free, ring - head % ring);
    }

    /**
     * Reads from the pipe, up to the end of a block at most; waits when there is nothing. Must not be called while the
     * ring is full.
     *
     * @param available how many bytes are known to be there; 0 when that is not known
     * @return how many came, or -1 at the end
     * @throws ClosedChannelException when no more is to be read
     */
    int read(FileChannel in, int available) throws IOException {
        synchronized (this) {
            if (closed) {
                throw new ClosedChannelException();
            }
            reading = true;
        }
        try {
            return readNow(in, available);
        } finally {
            synchronized (this) {
                reading = false;
                notifyAll();
            }
        }
    }

    private int readNow(FileChannel in, int available) throws IOException {
        long head = get(Word.HEAD);
        int at = (int) (head % ring);
        // One byte when it is not known how many: so it is known how many come, whenever that is.
        int asked = Math.min(Math.max(1, available), Math.min(room(), BLOCK - at % BLOCK));
        ByteBuffer into = map.duplicate().position(HEADER + at).limit(HEADER + at + asked);
        set(Word.ASKED, asked);
        int count = in.read(into);
        if (count > 0) {
            set(Word.HEAD, head + count);
        }
        set(Word.ASKED, 0);
        if (count < 0 || waiting() > wanted) {
            signal(count < 0);
        }
        return count;
    }

    private synchronized void signal(boolean end) {
        ended |= end;
        notifyAll();
    }

    /** Waits until more than so many bytes are in the ring, or the pipe has ended; for so long. */
    synchronized void awaitMore(long than, long millis) throws InterruptedException {
        long until = System.nanoTime() + millis * 1_000_000;
        wanted = than;
        while (waiting() <= than && !ended) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    /** Waits until there is room. Returns whether there is: nothing more is to be read when it is being closed. */
    synchronized boolean awaitRoom() throws InterruptedException {
        while (room() == 0 && !closed) {
            wait(1_000);
        }
        return !closed;
    }

    /** Copies what came first. Returns how much that is. */
    int peek(byte[] into, int most) {
        long tail = get(Word.TAIL);
        int length = (int) Math.min(most, get(Word.HEAD) - tail);
        int at = (int) (tail % ring);
        int one = Math.min(length, ring - at);
        map.get(HEADER + at, into, 0, one);
        map.get(HEADER, into, one, length - one);
        return length;
    }

    // ---- the output

    /** From now on these bytes are what has become of the next {@code consumed} bytes in the ring. */
    void commit(byte[] bytes, int length, int consumed) throws IOException {
        if (length > output.capacity()) {
            int size = Math.max(1 << 20, Integer.highestOneBit(Math.max(1, length - 1)) << 1);
            write(outputChannel, ByteBuffer.allocate(size), 0);
            output = outputChannel.map(FileChannel.MapMode.READ_WRITE, 0, size);
        }
        output.put(0, bytes, 0, length);
        set(Word.CONSUMED, get(Word.TAIL) + consumed);
        set(Word.DONE, 0);
        set(Word.OUTPUT, length + 1L);
        release();
    }

    /** Wipes what the output was made of. */
    private void release() {
        long consumed = get(Word.CONSUMED);
        long tail = get(Word.TAIL);
        byte[] free = new byte[1 << 14];
        Arrays.fill(free, FREE);
        while (tail < consumed) {
            int at = (int) (tail % ring);
            int length = (int) Math.min(Math.min(free.length, consumed - tail), ring - at);
            map.put(HEADER + at, free, 0, length);
            tail += length;
        }
        set(Word.TAIL, consumed);
        signal(false);
    }

    /** What of the output has not been delivered; empty when there is none. */
    Optional<ByteBuffer> output() {
        long length = get(Word.OUTPUT);
        return length == 0
                ? Optional.empty()
                : Optional.of(output.duplicate().position((int) get(Word.DONE)).limit((int) length - 1));
    }

    /** All of the output before this has been delivered, or given up. */
    void done(long before) {
        set(Word.DONE, before);
    }

    /** The output is no longer needed. */
    void clear() {
        set(Word.OUTPUT, 0);
    }

    // ---- the append under way

    /** Notes an append. */
    void begin(Append append) throws IOException {
        put(FILE_AT, append.file.toString());
        put(SPOOL_AT, append.spool.map(Path::toString).orElse(""));
        set(Word.OFFSET, append.offset);
        set(Word.LENGTH, append.length);
        set(Word.DEVICE, append.key.device());
        set(Word.INODE, append.key.inode());
        set(Word.NEXT, append.next);
        set(Word.ACTIVE, 1);
    }

    /** The append that has neither ended nor been undone. */
    Optional<Append> append() {
        if (get(Word.ACTIVE) == 0) {
            return Optional.empty();
        }
        String spool = text(SPOOL_AT);
        return Optional.of(new Append(
                Path.of(text(FILE_AT)),
                new FileIdentity.Key(get(Word.DEVICE), get(Word.INODE)),
                get(Word.OFFSET),
                get(Word.LENGTH),
                spool.isEmpty() ? Optional.empty() : Optional.of(Path.of(spool)),
                get(Word.NEXT)));
    }

    /** There is nothing of the append in the file. */
    void undone() {
        set(Word.ACTIVE, 0);
    }

    private void put(int at, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LONGEST_PATH) {
            throw new IOException("File name too long");
        }
        map.putInt(at, bytes.length);
        map.put(at + 4, bytes, 0, bytes.length);
    }

    private String text(int at) {
        byte[] bytes = new byte[Math.max(0, Math.min(LONGEST_PATH, map.getInt(at)))];
        map.get(at + 4, bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    // ---- words

    private long get(int word) {
        return (long) LONGS.getVolatile(map, word);
    }

    private void set(int word, long value) {
        LONGS.setVolatile(map, word, value);
    }

    /** Removes the file; nothing must be in it. */
    void delete() throws IOException {
        set(Word.DEAD, 1);
        Files.deleteIfExists(path);
        Files.deleteIfExists(path.resolveSibling(name + OUTPUT));
    }

    /** From now on no more is read; what is being read still comes. */
    synchronized void readNoMore() {
        closed = true;
        notifyAll();
    }

    /**
     * Leaves it to others. Waits until nothing is being read any more, which whoever reads must see to: another one who
     * takes it reads to the same place.
     */
    @Override
    public void close() throws IOException {
        boolean interrupted = false;
        synchronized (this) {
            readNoMore();
            while (reading) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        closeChannels();
    }

    private void closeChannels() throws IOException {
        outputChannel.close();
        channel.close();
    }
}
