package dev.sparsam.logs.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * What a file has besides its content: owner, group, mode, time, and extended attributes, of which access control lists
 * are some. Java's own API names no list; but its copy of a file takes all extended attributes along on Linux. So a copy
 * of the whole file is made, and its content is replaced afterwards.
 *
 * <p>What is left: a file without a list, in a folder that gives new files one, gets that list.
 */
final class Attributes {
    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rw-------");

    private Attributes() {}

    /** Copies a file with all its attributes, for now for nobody but this process; a link is not followed. */
    static void copyWithContent(Path from, Path to) throws IOException {
        Files.createFile(to, PosixFilePermissions.asFileAttribute(OWN));
        FileIdentity own = FileIdentity.read(to);
        Files.copy(
                from,
                to,
                StandardCopyOption.COPY_ATTRIBUTES,
                StandardCopyOption.REPLACE_EXISTING,
                LinkOption.NOFOLLOW_LINKS);
        // Whoever may give files away does not need the right to write to others' files as well.
        if (FileIdentity.read(to).uid() != own.uid()) {
            Files.setAttribute(to, "unix:uid", own.uid(), LinkOption.NOFOLLOW_LINKS);
        }
        Files.setAttribute(to, "posix:permissions", OWN, LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes sure that a copy with another content has the owner, mode and time of the original, or fails. */
    static void settle(Path from, Path to) throws IOException {
        FileIdentity original = FileIdentity.read(from);
        FileIdentity copy = FileIdentity.read(to);
        if (copy.uid() != original.uid()) {
            Files.setAttribute(to, "unix:uid", original.uid(), LinkOption.NOFOLLOW_LINKS);
        }
        if (copy.gid() != original.gid()) {
            Files.setAttribute(to, "unix:gid", original.gid(), LinkOption.NOFOLLOW_LINKS);
        }
        // After the owner: a change of the owner takes bits away. Also when it is right: whoever may not set it could
        // not
        // set the access control list either, which the copy does not tell.
        Files.setAttribute(to, "unix:mode", original.mode() & 0xfff, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(to, "lastModifiedTime", FileTime.from(original.modified()), LinkOption.NOFOLLOW_LINKS);
    }
}
