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
import java.util.function.Predicate;

/**
 * Which files were open for writing at one moment, by any process.
 *
 * @param writing the files
 * @param complete whether every process of the machine could be looked at: only for root, outside a container
 */
record OpenFiles(Set<FileIdentity.Key> writing, boolean complete) {
    /** The kernel's fixed number of the first process namespace. */
    private static final String WHOLE_MACHINE = "pid:[4026531836]";

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
        return writing.contains(file.key());
    }

    /**
     * Looks at all processes: a question to the kernel for each descriptor, and one more for each that is wanted. A busy
     * machine has 100,000 of them.
     *
     * @param proc the proc file system, {@code /proc}
     * @param wanted which files are asked about
     */
    static OpenFiles read(Path proc, Predicate<FileIdentity.Key> wanted) {
        Set<FileIdentity.Key> writing = new HashSet<>();
        boolean complete = wholeMachine(proc) && Files.isReadable(proc.resolve("1/fd"));
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                complete &= process(process, wanted, writing);
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

    private static boolean process(Path process, Predicate<FileIdentity.Key> wanted, Set<FileIdentity.Key> writing) {
        boolean complete = true;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                complete &= descriptor(descriptor, wanted, writing);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // A process that has ended holds nothing.
            complete = !Files.exists(process);
        }
        return complete;
    }

    private static boolean descriptor(
            Path descriptor, Predicate<FileIdentity.Key> wanted, Set<FileIdentity.Key> writing) {
        try {
            Map<String, Object> file = Files.readAttributes(descriptor, "unix:dev,ino");
            if (file.get("dev") instanceof Long device && file.get("ino") instanceof Long inode) {
                FileIdentity.Key key = new FileIdentity.Key(device, inode);
                if (wanted.test(key) && isForWriting(descriptor)) {
                    writing.add(key);
                }
            }
            return true;
        } catch (IOException e) {
            // Closed in the meantime, or only read, which is no matter: nothing is missed.
            return !isForWriting(descriptor);
        }
    }

    /** The permissions of the link say how the file was opened. */
    private static boolean isForWriting(Path descriptor) {
        try {
            return Files.readAttributes(descriptor, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .permissions()
                    .contains(PosixFilePermission.OWNER_WRITE);
        } catch (IOException e) {
            // Closed in the meantime.
            return false;
        }
    }
}
