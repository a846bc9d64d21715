package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.Inspection.State;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Looks at one file without changing it, in one pass.
 *
 * <p>A customer may own the directory and swap the file at any moment. So the file is asked for what it is before it is
 * opened, it is {@linkplain LogFile opened} without following a link, and it is asked again afterwards.
 */
final class Inspector {
    /** How much of a file is enough to tell whether it is text. */
    private static final int BEGINNING = 1 << 16;

    /** Begins the colours of terminals, which programs do write to their logs. */
    private static final byte ESCAPE = 0x1b;

    private static final byte DELETE = 0x7f;

    private Inspector() {}

    /**
     * Looks at a file.
     *
     * @param maskers what its lines are read with, by the time at which it was modified
     * @param largest what is read of it at most
     */
    static Inspection inspect(Path path, Function<Instant, LogMasker> maskers, LargestLog largest) {
        Optional<FileIdentity> known = Optional.empty();
        try {
            FileIdentity before = FileIdentity.read(path);
            known = Optional.of(before);
            Optional<FileNote> odd = oddity(before);
            if (odd.isPresent()) {
                return unread(path, State.NOT_PLAIN_FILE, odd.get(), known);
            }
            if (before.size() > largest.bytes()) {
                return unread(path, State.TOO_LARGE, largest.note(), known);
            }
            LogMasker masker = maskers.apply(before.modified());
            try (LogInput input = LogInput.open(path)) {
                if (!grownFrom(before, FileIdentity.read(path))) {
                    return unread(path, State.CHANGING, FileNote.of(Code.CHANGED_WHILE_OPENED), known);
                }
                LogScan scan = input.unknown().isPresent()
                        ? LogScan.NONE
                        : masker.scan(largest.of(input.lines()), LineScanner.Stages.MASKED, masker.beginning(input));
                boolean wide = scan.damage()
                        .filter(note -> note.code() == Code.WIDE_TEXT)
                        .isPresent();
                if (wide) {
                    // Nothing is done to it, but what it holds counts as what is left unmasked.
                    scan = masker.scan(largest.of(input.narrowed()), LineScanner.Stages.MASKED, Pseudonymised.NOTHING);
                }
                if (scan.damage().filter(note -> note.code() == Code.TOO_LARGE).isPresent()) {
                    // What was read of it says nothing of the rest.
                    return unread(path, State.TOO_LARGE, largest.note(), known);
                }
                String sha256 = input.sha256();
                FileIdentity after = FileIdentity.read(path);
                if (!before.same(after)) {
                    // Whoever only adds lines takes none away: what was read is in the file, and there is more.
                    return new Inspection(
                            path,
                            State.CHANGING,
                            List.of(FileNote.of(Code.CHANGED_WHILE_READ)),
                            known,
                            "",
                            grownFrom(before, after) ? scan : LogScan.NONE);
                }
                if (input.unknown().isPresent()) {
                    return new Inspection(
                            path, State.UNKNOWN_FORMAT, List.of(input.unknown().get()), known, sha256, scan);
                }
                if (wide) {
                    return new Inspection(
                            path, State.UNKNOWN_FORMAT, List.of(FileNote.of(Code.WIDE_TEXT)), known, sha256, scan);
                }
                if (scan.damage().isPresent()) {
                    List<FileNote> notes = List.of(
                            scan.damage().get(), FileNote.of(Code.READ_BEFORE_DAMAGE, scan.lines(), before.size()));
                    return new Inspection(path, state(scan.damage().get()), notes, known, sha256, scan);
                }
                if (scan.newest().isEmpty() && scan.lines() > 0 && isBinary(input)) {
                    return new Inspection(
                            path, State.UNKNOWN_FORMAT, List.of(FileNote.of(Code.NO_LOG)), known, sha256, scan);
                }
                return new Inspection(path, State.READ, List.of(), known, sha256, scan);
            } catch (DamagedException e) {
                // The very first header; there is nothing to read, but the hash tells the file.
                return new Inspection(
                        path, state(e.damage()), List.of(e.damage()), known, LogInput.sha256(path), LogScan.NONE);
            }
        } catch (NoSuchFileException e) {
            return unread(path, State.VANISHED, FileNote.of(Code.GONE), known);
        } catch (IOException e) {
            return unreadable(path, e, known);
        }
    }

    /** Of a file that cannot be read, or changes while it is read. */
    static Inspection unreadable(Path path, IOException e, Optional<FileIdentity> known) {
        FileNote note = Notes.of(e);
        return unread(path, note.code() == Code.CHANGED_WHILE_READ ? State.CHANGING : State.UNREADABLE, note, known);
    }

    static State state(FileNote damage) {
        return switch (damage.code()) {
            case WIDE_TEXT, NEEDS_MEMORY, NO_CODEC, UNSUPPORTED_OPTIONS, NO_ARCHIVE, ARCHIVE_VOLUMES, ARCHIVE_ODD ->
                State.UNKNOWN_FORMAT;
            default -> State.DAMAGED;
        };
    }

    /** Whether a file is the same one, unchanged or longer. */
    static boolean grownFrom(FileIdentity before, FileIdentity after) {
        return before.same(after) || (before.sameFile(after) && after.size() > before.size());
    }

    /**
     * Whether a file without any time begins with what servers never write to a log, where they escape it. NUL bytes do not
     * count: a log that was truncated below its writer has them.
     */
    private static boolean isBinary(LogInput file) throws IOException {
        try (LogInput input = file.again()) {
            for (byte b : input.lines().readNBytes(BEGINNING)) {
                boolean blank = b >= '\t' && b <= '\r';
                if ((b > 0 && b < ' ' && !blank && b != ESCAPE) || b == DELETE) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Why a file must not be touched whatever it holds. */
    static Optional<FileNote> oddity(FileIdentity found) {
        return found.regular() && found.links() > 1
                ? Optional.of(FileNote.of(Code.HARD_LINKS, found.links()))
                : found.odd().map(FileNote::of);
    }

    static Inspection unread(Path path, State state, FileNote note, Optional<FileIdentity> known) {
        return new Inspection(path, state, List.of(note), known, "", LogScan.NONE);
    }
}
