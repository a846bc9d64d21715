package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Optional;

/** What is done with the entries of an archive while {@link Tar} or {@link Zip} walks over it. */
interface ArchiveEntries {
    /**
     * An entry with content.
     *
     * @param number in which order they lie in the archive
     * @param name its path in the archive
     * @param modified when it was modified, as far as the archive says so in a way that all dialects share
     * @param obstacle why its content cannot be replaced
     * @param packing how the archive itself packs its content; empty when it does not
     */
    record Entry(long number, String name, Instant modified, Optional<FileNote> obstacle, Optional<Packing> packing) {}

    /** Packs content as the archive has it, always into the same bytes. */
    interface Packing {
        Compressor open(OutputStream out) throws IOException;
    }

    /**
     * What is to take the place of an entry's content.
     *
     * @param packed how many bytes as they lie in the archive
     * @param size how many unpacked
     * @param crc the CRC-32 of the unpacked ones
     */
    record Replacement(long packed, long size, int crc) {}

    /** What is to take the place of the content of the entry with this number; of one with an obstacle never anything. */
    Optional<Replacement> replacement(long number);

    /** Whether the content of the entry with this number and name has to be looked at. */
    boolean looksInto(long number, String name);

    /** Looks at the content of an entry, unpacked; need not read all of it. */
    void look(Entry entry, InputStream content) throws IOException;

    /** Writes the replacement, packed; not asked of who has none. */
    default void write(Entry entry, InputStream content, OutputStream out) throws IOException {
        throw new IllegalStateException("no replacement for " + entry);
    }
}
