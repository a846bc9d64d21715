package dev.sparsam.logs.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What a file has besides its content: owner, group, mode, time, and extended attributes, of which access control lists
 * are some. Java's own API names no list; but its copy of a file takes all extended attributes along on Linux, after the
 * content. So a copy of the whole file is made, and its content is replaced afterwards. Copying the content of a large file
 * takes longer than masking it, so there the {@code cp} of the system is asked first, which can do without.
 *
 * <p>Whoever may change the folder may put something else in the place of either file at any moment. So both are held open,
 * and nothing is asked or set by a name.
 *
 * <p>What is left: a file without a list, in a folder that gives new files one, gets that list.
 */
final class Attributes {
    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rw-------");

    /**
     * Of the bits of a mode those that a log needs. One that starts programs with the rights of its owner or group is a
     * mistake, if nothing worse, and the copy is ours to answer for.
     */
    private static final int PERMISSIONS = 0777;

    /** From this size on, starting a process takes less time than copying the content. */
    private static final long LARGE = 4 << 20;

    private static final String CP = "/bin/cp";
    /** What it may take: more than a slow disk does. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Attributes() {}

    /**
     * Makes a file with all the attributes of another, for now for nobody but this process. It may have the content as well.
     *
     * @param to of which there is no file yet, in a folder that is held open
     * @param user whom files of this process belong to, if known
     * @param reserve asked before the content of a large file is copied, which takes the place of its holes as well
     * @return the file, held open; empty when somebody has put another one in its place
     */
    static Optional<Held> copy(Held from, Path to, Optional<Long> user, DiskReserve reserve) throws IOException {
        FileIdentity original = from.identity();
        boolean large = original.size() >= LARGE;
        if (!large || !copyWithoutContent(from, to)) {
            Files.deleteIfExists(to);
            if (large) {
                reserve.require(original.size());
            }
            // Never into a file that is there already.
            Files.copy(from.path(), to, StandardCopyOption.COPY_ATTRIBUTES);
        }
        Held copy = Held.file(to);
        boolean made = false;
        try {
            if (isCopy(copy.identity(), original, user)) {
                // Whoever may give files away does not need the right to write to others' files as well.
                if (user.isPresent() && user.get() != copy.identity().uid()) {
                    Files.setAttribute(copy.path(), "unix:uid", user.get().intValue());
                }
                Files.setPosixFilePermissions(copy.path(), OWN);
                made = true;
            }
        } finally {
            if (!made) {
                copy.close();
            }
        }
        return made ? Optional.of(copy) : Optional.empty();
    }

    /**
     * Whether this is what a copy has just made. Who could make another one that is like it in all this could have written to
     * the log as well.
     */
    private static boolean isCopy(FileIdentity copy, FileIdentity original, Optional<Long> user) {
        return copy.regular()
                && copy.links() == 1
                && !copy.sameFile(original)
                && (copy.size() == original.size() || copy.size() == 0)
                && (copy.uid() == original.uid() || user.equals(Optional.of(copy.uid())))
                && (copy.mode() & PERMISSIONS) == (original.mode() & PERMISSIONS)
                // Some versions of Java set it no more exactly.
                && copy.modified()
                        .truncatedTo(ChronoUnit.MICROS)
                        .equals(original.modified().truncatedTo(ChronoUnit.MICROS));
    }

    /**
     * Lets GNU's {@code cp} do it. As it removes what is there, it does not open a file that somebody has put in the place of
     * the new one.
     *
     * @return whether it could
     */
    private static boolean copyWithoutContent(Held from, Path to) {
        try {
            Process process = new ProcessBuilder(
                            CP,
                            "--attributes-only",
                            "--preserve=all",
                            "--dereference",
                            "--remove-destination",
                            "--",
                            Held.pathForOthers(from.path()).toString(),
                            Held.pathForOthers(to).toString())
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
    static void settle(Held from, Held to) throws IOException {
        FileIdentity original = from.identity();
        FileIdentity copy = to.identity();
        if (copy.uid() != original.uid()) {
            Files.setAttribute(to.path(), "unix:uid", (int) original.uid());
        }
        if (copy.gid() != original.gid()) {
            Files.setAttribute(to.path(), "unix:gid", (int) original.gid());
        }
        // After the owner: a change of the owner takes bits away. Also when it is right: whoever may not set it could
        // not set the access control list either, which the copy does not tell.
        Files.setAttribute(to.path(), "unix:mode", original.mode() & PERMISSIONS);
        Files.setAttribute(to.path(), "lastModifiedTime", FileTime.from(original.modified()));
    }
}
