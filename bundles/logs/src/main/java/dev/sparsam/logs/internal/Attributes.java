package dev.sparsam.logs.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What a file has besides its content: owner, group, mode, time, and extended attributes, of which access control lists
 * are some. Java's own API names no list; but its copy of a file takes all extended attributes along on Linux, after the
 * content. So a copy of the whole file is made, and its content is replaced afterwards. Copying the content of a large file
 * takes longer than masking it, so there the {@code cp} of the system is asked first, which can do without.
 *
 * <p>What is left: a file without a list, in a folder that gives new files one, gets that list.
 */
final class Attributes {
    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rw-------");

    /** From this size on, starting a process takes less time than copying the content. */
    private static final long LARGE = 4 << 20;

    private static final String CP = "/bin/cp";
    /** What it may take when somebody has put a pipe in the place of the original. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Attributes() {}

    /**
     * Makes a file with all the attributes of another, for now for nobody but this process; a link is not followed. It may
     * have the content as well.
     */
    static void copy(Path from, Path to) throws IOException {
        Files.createFile(to, PosixFilePermissions.asFileAttribute(OWN));
        FileIdentity own = FileIdentity.read(to);
        if (FileIdentity.read(from).size() < LARGE || !copyWithoutContent(from, to)) {
            Files.copy(
                    from,
                    to,
                    StandardCopyOption.COPY_ATTRIBUTES,
                    StandardCopyOption.REPLACE_EXISTING,
                    LinkOption.NOFOLLOW_LINKS);
        }
        // Whoever may give files away does not need the right to write to others' files as well.
        if (FileIdentity.read(to).uid() != own.uid()) {
            Files.setAttribute(to, "unix:uid", (int) own.uid(), LinkOption.NOFOLLOW_LINKS);
        }
        Files.setAttribute(to, "posix:permissions", OWN, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Lets GNU's {@code cp} do it. It opens neither a link nor, as it removes what is there, a file that somebody has put in
     * the place of the new one.
     *
     * @return whether it could
     */
    private static boolean copyWithoutContent(Path from, Path to) {
        try {
            Process process = new ProcessBuilder(
                            CP,
                            "--attributes-only",
                            "--preserve=all",
                            "--no-dereference",
                            "--remove-destination",
                            "--",
                            from.toString(),
                            to.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                return process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) && process.exitValue() == 0;
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            // There is none, or this process may start no other.
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Makes sure that a copy with another content has the owner, mode and time of the original, or fails. */
    static void settle(Path from, Path to) throws IOException {
        FileIdentity original = FileIdentity.read(from);
        FileIdentity copy = FileIdentity.read(to);
        if (copy.uid() != original.uid()) {
            Files.setAttribute(to, "unix:uid", (int) original.uid(), LinkOption.NOFOLLOW_LINKS);
        }
        if (copy.gid() != original.gid()) {
            Files.setAttribute(to, "unix:gid", (int) original.gid(), LinkOption.NOFOLLOW_LINKS);
        }
        // After the owner: a change of the owner takes bits away. Also when it is right: whoever may not set it could
        // not set the access control list either, which the copy does not tell.
        Files.setAttribute(to, "unix:mode", original.mode() & 0xfff, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(to, "lastModifiedTime", FileTime.from(original.modified()), LinkOption.NOFOLLOW_LINKS);
    }
}
