package dev.sparsam.web.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Uploaded files, on disk and one after the other: a file of all tenants and sites is large, and what is made of it in
 * memory larger still. The folder is this process's own. A file holds tenants' names, so none stays longer than needed.
 */
final class Uploads implements AutoCloseable {
    /** How long a file waits to be applied. */
    static final Duration KEPT = Duration.ofHours(1);

    private final Path folder;
    private final Clock clock;
    private final Semaphore turn = new Semaphore(1);
    private final Map<String, Kept> kept = new HashMap<>();

    /** @param folder is made when it is not there; what is left in it of a process that was killed is deleted */
    Uploads(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
        clear();
    }

    /** An uploaded file. */
    record Upload(Path path, long size, String sha256) {
        InputStream open() throws IOException {
            return Files.newInputStream(path);
        }
    }

    private record Kept(Upload upload, Instant at) {}

    /**
     * A piece of work with a large file, of which there is one at a time.
     *
     * @param <T> what comes of it
     */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /**
     * Works with a large file.
     *
     * @throws PageException when somebody else does so now
     */
    <T> T alone(Work<T> work) throws IOException {
        if (!turn.tryAcquire()) {
            throw new PageException(503, "error.upload");
        }
        try {
            return work.run();
        } finally {
            turn.release();
        }
    }

    /** Writes a body to the disk. */
    interface Source {
        void writeTo(OutputStream file) throws IOException;
    }

    /** Makes a file of what is sent; when that fails, there is none. */
    Upload spool(Source source) throws IOException {
        Files.createDirectories(folder);
        // Only its owner can read what this method makes.
        Path file = Files.createTempFile(folder, "upload", ".part");
        boolean done = false;
        try (DigestOutputStream out = new DigestOutputStream(Files.newOutputStream(file), Sha256.digest())) {
            source.writeTo(out);
            done = true;
            return new Upload(
                    file,
                    Files.size(file),
                    HexFormat.of().formatHex(out.getMessageDigest().digest()));
        } finally {
            if (!done) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Lets a file wait for the session that sent it, in place of the one that has waited so far. */
    synchronized void keep(String session, Upload upload) {
        discard(session);
        kept.put(session, new Kept(upload, clock.instant()));
    }

    /** The file that waits for a session. */
    synchronized Optional<Upload> kept(String session, String sha256) {
        tidy();
        return Optional.ofNullable(kept.get(session))
                .map(Kept::upload)
                .filter(upload -> upload.sha256().equals(sha256));
    }

    /** Deletes the file that waits for a session. */
    synchronized void discard(String session) {
        Kept old = kept.remove(session);
        if (old != null) {
            delete(old.upload().path());
        }
    }

    /** Deletes a file unless it waits for its session. */
    synchronized void deleteUnlessKept(Upload upload) {
        if (kept.values().stream().noneMatch(each -> each.upload().equals(upload))) {
            delete(upload.path());
        }
    }

    /** Deletes what has waited too long. */
    synchronized void tidy() {
        Instant oldest = clock.instant().minus(KEPT);
        kept.values().removeIf(each -> {
            boolean old = each.at().isBefore(oldest);
            if (old) {
                delete(each.upload().path());
            }
            return old;
        });
    }

    /** Deletes all files. */
    @Override
    public synchronized void close() {
        kept.clear();
        clear();
    }

    private void clear() {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "upload*.part")) {
                files.forEach(Uploads::delete);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot look for old uploads in " + folder, e);
            }
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete the upload " + file, e);
        }
    }
}
