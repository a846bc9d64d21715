package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.internal.Inspection.State;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Looks at one file without changing it, in one pass.
 *
 * <p>A customer may own the directory and swap the file at any moment. So the file is asked for what it is before it is
 * opened, it is opened without following a link, and it is asked again afterwards. What is left: a pipe put in its place
 * in the microseconds between asking and opening would be opened, and would hold the reader until someone writes to it.
 */
final class Inspector {
    private Inspector() {}

    /**
     * Looks at a file.
     *
     * @param masking the rule by which addresses count as masked or not
     * @param zone the zone of times that say none
     */
    static Inspection inspect(Path path, AddressMasking masking, ZoneId zone) {
        Optional<FileIdentity> known = Optional.empty();
        try {
            FileIdentity before = FileIdentity.read(path);
            known = Optional.of(before);
            Optional<String> odd = oddity(before);
            if (odd.isPresent()) {
                return unread(path, State.NOT_PLAIN_FILE, odd.get(), known);
            }
            try (LogInput input = LogInput.open(path)) {
                if (!before.same(FileIdentity.read(path))) {
                    return unread(path, State.CHANGING, "It changed while being opened", known);
                }
                LogScan scan =
                        input.unknown().isPresent() ? LogScan.NONE : LineScanner.inspect(input.lines(), masking, zone);
                String sha256 = input.sha256();
                if (!before.same(FileIdentity.read(path))) {
                    return unread(path, State.CHANGING, "It changed while being read", known);
                }
                if (input.unknown().isPresent()) {
                    return new Inspection(
                            path, State.UNKNOWN_FORMAT, input.unknown().get(), known, sha256, scan);
                }
                if (scan.damage().isPresent()) {
                    String detail = scan.damage().get() + " of " + before.size() + "; " + scan.lines()
                            + " lines before that could be read";
                    return new Inspection(path, State.DAMAGED, detail, known, sha256, scan);
                }
                return new Inspection(path, State.READ, "", known, sha256, scan);
            } catch (DamagedException e) {
                // The very first header; there is nothing to read, but the hash tells the file.
                return new Inspection(path, State.DAMAGED, e.damage(), known, LogInput.sha256(path), LogScan.NONE);
            }
        } catch (NoSuchFileException e) {
            return unread(path, State.VANISHED, "It is gone", known);
        } catch (IOException e) {
            return unread(path, State.UNREADABLE, reason(e), known);
        }
    }

    /** Why a file must not be touched whatever it holds. */
    static Optional<String> oddity(FileIdentity found) {
        String kind = switch (found.mode() & 0xf000) {
            case 0x8000 -> "";
            case 0xa000 -> "It is a symbolic link";
            case 0x4000 -> "It is a directory";
            case 0x1000 -> "It is a named pipe";
            case 0xc000 -> "It is a socket";
            default -> "It is a device";
        };
        if (!kind.isEmpty()) {
            return Optional.of(kind);
        }
        return found.links() > 1
                ? Optional.of("It has " + found.links()
                        + " names (hard links); what is done to one would not reach the others")
                : Optional.empty();
    }

    /** What went wrong, for people, without the path. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "Permission denied";
        }
        if (e instanceof NotDirectoryException) {
            return "Not a directory";
        }
        if (e instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return e.getMessage() == null || e.getMessage().isEmpty() ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static Inspection unread(Path path, State state, String detail, Optional<FileIdentity> known) {
        return new Inspection(path, state, detail, known, "", LogScan.NONE);
    }
}
