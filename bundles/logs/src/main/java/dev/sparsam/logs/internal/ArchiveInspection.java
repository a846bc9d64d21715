package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.internal.Inspection.State;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one look at an archive found.
 *
 * @param file what is said of the file, as of a log; its scan is that of all logs in it together, its notes name what in it
 *     cannot be masked, also when all else can
 * @param logs how many logs are in it
 * @param obstacles how many of what is named like a log cannot be replaced, or is none
 * @param newestUnread when the newest of those that may hold lines was modified
 */
record ArchiveInspection(Inspection file, long logs, long obstacles, Optional<Instant> newestUnread) {
    /**
     * Looks at an archive without changing it.
     *
     * @param archive by which rules
     */
    static ArchiveInspection of(Path path, Archive archive) {
        Optional<FileIdentity> known = Optional.empty();
        try {
            FileIdentity before = FileIdentity.read(path);
            known = Optional.of(before);
            Optional<FileNote> odd = Inspector.oddity(before);
            if (odd.isPresent()) {
                return unread(path, State.NOT_PLAIN_FILE, odd.get(), known);
            }
            return look(path, archive, before);
        } catch (NoSuchFileException e) {
            return unread(path, State.VANISHED, FileNote.of(FileNote.Code.GONE), known);
        } catch (IOException e) {
            return unread(path, State.UNREADABLE, Notes.of(e), known);
        }
    }

    private static ArchiveInspection look(Path path, Archive archive, FileIdentity before) throws IOException {
        State state = State.READ;
        Archive.Contents contents = new Archive.Contents(0, LogScan.NONE, 0, List.of(), Optional.empty());
        List<FileNote> notes;
        String sha256;
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            if (!before.same(FileIdentity.read(path))) {
                return unread(
                        path, State.CHANGING, FileNote.of(FileNote.Code.CHANGED_WHILE_OPENED), Optional.of(before));
            }
            try {
                contents = archive.look(channel);
                notes = contents.notes();
            } catch (DamagedException e) {
                state = Inspector.state(e.damage());
                notes = List.of(e.damage());
            }
            sha256 = LogInput.sha256(channel);
        }
        if (!before.same(FileIdentity.read(path))) {
            return unread(path, State.CHANGING, FileNote.of(FileNote.Code.CHANGED_WHILE_READ), Optional.of(before));
        }
        return new ArchiveInspection(
                new Inspection(path, state, notes, Optional.of(before), sha256, contents.scan()),
                contents.logs(),
                contents.obstacles(),
                contents.newestUnread());
    }

    private static ArchiveInspection unread(Path path, State state, FileNote note, Optional<FileIdentity> known) {
        return new ArchiveInspection(Inspector.unread(path, state, note, known), 0, 0, Optional.empty());
    }

    /**
     * When the archive as a whole is to be deleted, so that nothing in it is kept longer: a period after its newest line. What
     * could not be read counts as written when it was modified last. Whether there is anything to
     * delete it for, the numbers say.
     */
    Optional<Instant> ends(Duration kept) {
        Optional<Instant> modified = file.identity().map(FileIdentity::modified);
        Stream<Instant> times = file.state() == State.READ
                ? Stream.concat(file.scan().newest().stream(), newestUnread.stream())
                        // Later than the archive nothing in it was written; a time that is not known counts as the
                        // latest.
                        .map(at -> at.equals(Instant.EPOCH) ? modified.orElse(at) : at)
                : Stream.empty();
        return times.max(Instant::compareTo).or(() -> modified).map(at -> at.plus(kept));
    }
}
