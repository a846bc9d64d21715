package dev.sparsam.web.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The files in the data folder from which an operator reads one-time passwords; a line goes when its password does. */
final class OneTimeFiles {
    static final String FIRST_ADMIN = "first-admin-password";
    static final String SAMPLES = "sample-accounts";

    private final Path folder;

    OneTimeFiles(Path folder) {
        this.folder = folder;
    }

    /** Writes a file that only its owner can read; it is there completely or not at all. */
    void write(String name, List<String> lines) {
        Path file = folder.resolve(name);
        Path part = folder.resolve(name + ".new");
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(part);
            Set<PosixFilePermission> owner =
                    EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
            boolean posix = Files.getFileStore(folder).supportsFileAttributeView("posix");
            try (FileChannel channel = posix
                    ? FileChannel.open(
                            part,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(owner))
                    : FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(String.join("\n", lines) + "\n");
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The one-time passwords cannot be written to " + file + ": make the folder writable", e);
        }
    }

    /** What a file says: with which one-time password somebody logs in. */
    record Entry(String login, String password) {}

    /** What is in a file; nothing when there is none. */
    List<Entry> entries(String name) {
        Path file = folder.resolve(name);
        try {
            return Files.exists(file)
                    ? Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                            .map(line -> line.split(" ", 3))
                            .filter(parts -> parts.length > 1)
                            .map(parts -> new Entry(parts[0], parts[1]))
                            .toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the one-time passwords in " + file, e);
        }
    }

    /** Takes out the line of a login whose one-time password has been replaced. */
    synchronized void forget(String login) {
        for (String name : List.of(FIRST_ADMIN, SAMPLES)) {
            Path file = folder.resolve(name);
            try {
                if (!Files.exists(file)) {
                    continue;
                }
                List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
                List<String> kept = lines.stream()
                        .filter(line -> !line.startsWith(login + " "))
                        .toList();
                if (kept.isEmpty()) {
                    Files.delete(file);
                } else if (kept.size() < lines.size()) {
                    write(name, kept);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot remove the used password from " + file, e);
            }
        }
    }
}
