package dev.sparsam.logs.internal;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which files were open for writing at one moment, by any process.
 *
 * @param writing the files
 * @param complete whether every process of the machine could be looked at: only for root, outside a container
 */
record OpenFiles(Set<Key> writing, boolean complete) {
    /** The kernel's fixed number of the first process namespace. */
    private static final String WHOLE_MACHINE = "pid:[4026531836]";

    /** A file by device and inode. */
    record Key(long device, long inode) {}

    /** Keeps a copy. */
    OpenFiles {
        writing = Set.copyOf(writing);
    }

    /** Nothing is known. */
    static OpenFiles unknown() {
        return new OpenFiles(Set.of(), false);
    }

    /** Whether a process had the file open for writing. */
    boolean writes(FileIdentity file) {
        return writing.contains(new Key(file.device(), file.inode()));
    }

    /**
     * Looks at all processes.
     *
     * @param proc the proc file system, {@code /proc}
     */
    static OpenFiles read(Path proc) {
        Set<Key> writing = new HashSet<>();
        boolean complete = wholeMachine(proc) && Files.isReadable(proc.resolve("1/fd"));
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                complete &= process(process, writing);
            }
        } catch (IOException | DirectoryIteratorException e) {
            complete = false;
        }
        return new OpenFiles(writing, complete);
    }

    private static boolean wholeMachine(Path proc) {
        try {
            return Files.readSymbolicLink(proc.resolve("self/ns/pid"))
                    .toString()
                    .equals(WHOLE_MACHINE);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean process(Path process, Set<Key> writing) {
        boolean complete = true;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                complete &= descriptor(descriptor, writing);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // A process that has ended holds nothing.
            complete = !Files.exists(process);
        }
        return complete;
    }

    private static boolean descriptor(Path descriptor, Set<Key> writing) {
        try {
            // The permissions of the link say how the file was opened.
            boolean write = Files.readAttributes(descriptor, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .permissions()
                    .contains(PosixFilePermission.OWNER_WRITE);
            if (write && Files.readSymbolicLink(descriptor).toString().startsWith("/")) {
                Map<String, Object> file = Files.readAttributes(descriptor, "unix:dev,ino");
                if (file.get("dev") instanceof Long device && file.get("ino") instanceof Long inode) {
                    writing.add(new Key(device, inode));
                }
            }
            return true;
        } catch (IOException e) {
            // Closed in the meantime: nothing is missed.
            return !Files.exists(descriptor, LinkOption.NOFOLLOW_LINKS);
        }
    }
}
