package dev.sparsam.shell.internal;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.felix.service.command.CommandSession;

/**
 * Files that are named in a command. Relative paths are meant in the caller's folder, but it is the server that reads and
 * writes, with its own user's rights: so every message says the whole path and who was refused.
 */
final class CallerFiles {

    /** What reads a file. */
    interface Reader<T> {
        T read(InputStream in) throws IOException;
    }

    /** What writes one. */
    interface Writer {
        void write(OutputStream out) throws IOException;
    }

    private final CommandSession session;

    CallerFiles(CommandSession session) {
        this.session = session;
    }

    private Path path(String file) {
        try {
            return session.currentDir().resolve(file).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new Refusal("file.name", file);
        }
    }

    <T> T read(String file, Reader<T> reader) throws IOException {
        Path path = path(file);
        if (Files.isDirectory(path)) {
            throw new Refusal("file.folder", path);
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            return reader.read(in);
        } catch (NoSuchFileException e) {
            throw new Refusal("file.missing", path);
        } catch (AccessDeniedException e) {
            throw new Refusal("file.unreadable", path, user());
        }
    }

    /** Writes a new file, wholly or not at all. */
    Path write(String file, Writer writer) throws IOException {
        Path path = path(file);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path, StandardOpenOption.CREATE_NEW))) {
            writeOrDelete(path, writer, out);
        } catch (FileAlreadyExistsException e) {
            throw new Refusal(Files.isDirectory(path) ? "file.folder" : "file.exists", path);
        } catch (NoSuchFileException e) {
            throw new Refusal("file.nowhere", path);
        } catch (AccessDeniedException e) {
            throw new Refusal("file.unwritable", path, user());
        } catch (FileSystemException e) {
            String reason = e.getReason();
            throw new Refusal("file.failed", path, reason == null ? "" : reason);
        }
        return path;
    }

    private static void writeOrDelete(Path path, Writer writer, OutputStream out) throws IOException {
        boolean whole = false;
        try {
            writer.write(out);
            out.flush();
            whole = true;
        } finally {
            if (!whole) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static String user() {
        return System.getProperty("user.name", "?");
    }
}
