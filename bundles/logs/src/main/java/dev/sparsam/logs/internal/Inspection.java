package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What one look at a file found.
 *
 * @param path the file
 * @param state whether it could be read
 * @param notes what is wrong; empty when nothing is
 * @param identity what the file system says, if it could be asked
 * @param sha256 of the bytes on disk, hexadecimal; empty when they were not all read
 * @param scan what its lines hold; of a damaged file, of the part before the damage; of one that grew meanwhile, of what
 *     had been written until then
 */
record Inspection(
        Path path, State state, List<FileNote> notes, Optional<FileIdentity> identity, String sha256, LogScan scan) {
    /** Keeps a copy. */
    Inspection {
        notes = List.copyOf(notes);
    }

    /** Whether a file could be read. */
    enum State {
        /** All of it. */
        READ,
        /** The compressed data ends early, is damaged, or something else follows. */
        DAMAGED,
        /** Compressed in a way that is not supported, or no log. */
        UNKNOWN_FORMAT,
        /** A symbolic link, a file with more than one name, a directory, a pipe or a device. It was not opened. */
        NOT_PLAIN_FILE,
        /** It is larger than what is read of one. */
        TOO_LARGE,
        /** It was written to, or replaced, while being read. */
        CHANGING,
        /** It was gone. */
        VANISHED,
        /** Reading failed. */
        UNREADABLE
    }

    /** What to hand to {@link FileChanger}; only of a file that could be read. */
    Optional<Expectation> expectation() {
        return sha256.isEmpty()
                ? Optional.empty()
                : identity.map(found ->
                        new Expectation(found.device(), found.inode(), found.size(), found.modified(), sha256));
    }
}
