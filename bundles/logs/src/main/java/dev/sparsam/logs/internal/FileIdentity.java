package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What the file system says about a file; of a symbolic link, about the link.
 *
 * @param device the device's number
 * @param inode the number on that device
 * @param size bytes
 * @param modified when the content changed last, as exact as the file system has it
 * @param changed when content or attributes changed last; nobody can set it
 * @param mode kind and permissions as in {@code st_mode}
 * @param uid the owner, never negative
 * @param gid the group, likewise
 * @param links how many names it has
 */
record FileIdentity(
        long device,
        long inode,
        long size,
        Instant modified,
        Instant changed,
        int mode,
        long uid,
        long gid,
        int links) {
    private static final int KIND = 0xf000;
    private static final int REGULAR = 0x8000;
    private static final int LINK = 0xa000;

    /** Asks the file system; never follows or opens the file. */
    static FileIdentity read(Path path) throws IOException {
        return of(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** The same of what a path leads to, over links or, with the option, not over the last one. */
    static FileIdentity of(Path path, LinkOption... options) throws IOException {
        Map<String, Object> found =
                Files.readAttributes(path, "unix:dev,ino,size,lastModifiedTime,ctime,mode,uid,gid,nlink", options);
        return new FileIdentity(
                number(found, "dev"),
                number(found, "ino"),
                number(found, "size"),
                time(found, "lastModifiedTime"),
                time(found, "ctime"),
                (int) number(found, "mode"),
                unsigned(found, "uid"),
                unsigned(found, "gid"),
                (int) number(found, "nlink"));
    }

    /** Whether it is a regular file. */
    boolean regular() {
        return (mode & KIND) == REGULAR;
    }

    /** What it is when it is no regular file. */
    Optional<Code> odd() {
        return switch (mode & KIND) {
            case REGULAR -> Optional.empty();
            case LINK -> Optional.of(Code.SYMBOLIC_LINK);
            case 0x4000 -> Optional.of(Code.DIRECTORY);
            case 0x1000 -> Optional.of(Code.NAMED_PIPE);
            case 0xc000 -> Optional.of(Code.SOCKET);
            default -> Optional.of(Code.DEVICE);
        };
    }

    /** Whether it is a symbolic link. */
    boolean isLink() {
        return (mode & KIND) == LINK;
    }

    /** Whether it is the same file with, as far as the file system knows, the same content. */
    boolean same(FileIdentity other) {
        return sameFile(other) && size == other.size && modified.equals(other.modified) && other.regular();
    }

    /** Whether it is the same file, whatever has become of its content. */
    boolean sameFile(FileIdentity other) {
        return key().equals(other.key());
    }

    /** What tells it from every other file there is. */
    Key key() {
        return new Key(device, inode);
    }

    /** A file by device and inode. */
    record Key(long device, long inode) {}

    private static long number(Map<String, Object> found, String name) {
        return found.get(name) instanceof Number number ? number.longValue() : -1;
    }

    /** The JDK has these as numbers with a sign, so those from 2^31 on are negative there. */
    private static long unsigned(Map<String, Object> found, String name) {
        return Integer.toUnsignedLong((int) number(found, name));
    }

    private static Instant time(Map<String, Object> found, String name) {
        return found.get(name) instanceof FileTime time ? time.toInstant() : Instant.EPOCH;
    }
}
