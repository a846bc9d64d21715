package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps a part of a file system free while one file on it is rewritten. A customer can make a file that becomes larger than
 * the disk (a hole, or terabytes of the same line that were compressed to nothing); all others need the disk, too.
 *
 * <p>A file of which less than {@link #STEP} is written is never refused: masking a small log must also work where little is
 * left, and takes the place only for a moment.
 */
final class DiskReserve {
    /** In bytes: after so many the file system is asked again. */
    static final long STEP = 16L << 20;

    /** At most so many bytes stay free, of a small file system the {@link #PART}th part. */
    private static final long MOST = 1L << 30;

    private static final int PART = 20;

    /** A file system. */
    interface Space {
        /** How many bytes it has; 0 when it does not tell. */
        long total();

        /** How many bytes can still be written. */
        long usable();
    }

    private final Space space;
    private long taken;

    /** @param space where the file lies */
    DiskReserve(Space space) {
        this.space = space;
    }

    /**
     * Of the file system of a file, asked by its path: {@link Files#getFileStore} would look for where it is
     * mounted, which cannot be found everywhere, such as in containers.
     */
    static Space spaceOf(Path file) {
        File there = file.toFile();
        return new Space() {
            @Override
            public long total() {
                return there.getTotalSpace();
            }

            @Override
            public long usable() {
                return there.getUsableSpace();
            }
        };
    }

    /**
     * Before so many bytes are written.
     *
     * @throws NotedException when too little is left
     */
    void take(long bytes) throws IOException {
        long asked = taken / STEP;
        taken += bytes;
        if (taken / STEP > asked) {
            require(0);
        }
    }

    /**
     * Before a file is made that may take so many bytes.
     *
     * @throws NotedException when too little would be left
     */
    void require(long bytes) throws IOException {
        long total = space.total();
        long reserve = Math.min(total / PART, MOST);
        if (total > 0 && space.usable() - bytes < reserve) {
            throw new NotedException(FileNote.of(Code.DISK_RESERVE, reserve >> 20));
        }
    }
}
