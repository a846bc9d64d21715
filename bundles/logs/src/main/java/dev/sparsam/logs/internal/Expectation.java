package dev.sparsam.logs.internal;

import java.time.Instant;

/**
 * The file that a plan speaks of; small, to be kept in the sweep's list.
 *
 * @param device the device's number
 * @param inode the number on that device
 * @param size bytes
 * @param modified when the content changed last
 * @param sha256 of the bytes on disk, hexadecimal
 */
record Expectation(long device, long inode, long size, Instant modified, String sha256) {
    /** Whether the file system shows this file, unchanged; the hash is not looked at. */
    boolean matches(FileIdentity found) {
        return found.regular()
                && found.device() == device
                && found.inode() == inode
                && found.size() == size
                && found.modified().equals(modified);
    }
}
