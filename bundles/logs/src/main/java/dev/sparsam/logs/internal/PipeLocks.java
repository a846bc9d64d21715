package dev.sparsam.logs.internal;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Which of the loggers of a machine appends to a log at the moment. Files of customers cannot be locked, as the customers
 * could lock them too; so there is one file in memory with a place for each log, or for a few. A place says who has it, so
 * that whoever has it next knows that the one before was killed.
 */
final class PipeLocks implements AutoCloseable {
    private static final int PLACES = 4096;
    private static final int PLACE = 64;

    private final FileChannel channel;
    private final MappedByteBuffer map;

    /** Opens the file, or makes it. */
    PipeLocks(Path folder) throws IOException {
        channel = FileChannel.open(
                folder.resolve("locks"),
                Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            map = channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) PLACES * PLACE);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Waits until nobody else appends to a log. */
    Held take(Path log) throws IOException {
        int place = log.toString().hashCode() & (PLACES - 1);
        return new Held(place, channel.lock(place, 1, false));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** The right to append. */
    final class Held implements AutoCloseable {
        private final int place;
        private final FileLock lock;

        Held(int place, FileLock lock) {
            this.place = place;
            this.lock = lock;
        }

        /** The name of whoever did not give it back; empty when he did. */
        String before() {
            byte[] name = new byte[Math.min(PLACE - 1, map.get(place * PLACE))];
            map.get(place * PLACE + 1, name, 0, name.length);
            return new String(name, StandardCharsets.US_ASCII);
        }

        /** Says who has it. */
        void mine(String name) {
            byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
            map.put(place * PLACE + 1, bytes, 0, bytes.length);
            java.lang.invoke.VarHandle.releaseFence();
            map.put(place * PLACE, (byte) bytes.length);
            java.lang.invoke.VarHandle.fullFence();
        }

        /** Says that nothing is left of whoever had it. */
        void settled() {
            java.lang.invoke.VarHandle.fullFence();
            map.put(place * PLACE, (byte) 0);
        }

        @Override
        public void close() throws IOException {
            lock.release();
        }
    }
}
