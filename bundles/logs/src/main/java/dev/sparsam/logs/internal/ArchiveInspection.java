package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.Inspection.State;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at archives. What is said of one is said as of a log: its scan is that of all logs in it together, its notes name
 * what in it cannot be masked, also when all else can; when some of that may hold lines, the last note is
 * {@link Code#NEWEST_UNREAD}.
 */
final class ArchiveInspection {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveInspection.class);

    private ArchiveInspection() {}

    /**
     * Looks at an archive without changing it.
     *
     * @param archive by which rules
     * @param largest how large it may be on disk when it begins with zeros: a hole is an empty archive with much behind it.
     *     Real ones have no bound: they are deleted by their age however large they are
     */
    static Inspection of(Path path, Archive archive, LargestLog largest) {
        Optional<FileIdentity> known = Optional.empty();
        try {
            FileIdentity before = FileIdentity.read(path);
            known = Optional.of(before);
            Optional<FileNote> odd = Inspector.oddity(before);
            if (odd.isEmpty() && before.size() > largest.bytes() && beginsEmpty(path)) {
                return Inspector.unread(path, State.TOO_LARGE, largest.note(), known);
            }
            return odd.isPresent()
                    ? Inspector.unread(path, State.NOT_PLAIN_FILE, odd.get(), known)
                    : look(path, archive, before);
        } catch (NoSuchFileException e) {
            return Inspector.unread(path, State.VANISHED, FileNote.of(Code.GONE), known);
        } catch (IOException e) {
            return Inspector.unreadable(path, e, known);
        }
    }

    /**
     * Looks once more at an archive that has been inspected, by other rules.
     *
     * @return nothing when it cannot be read any more; whoever changes it says what has happened meanwhile
     */
    static LogScan scan(Path path, Archive archive) {
        try (FileChannel channel = LogFile.open(path)) {
            return archive.look(channel).scan();
        } catch (IOException e) {
            LOG.debug("{}: it could be read a moment ago", path, e);
            return LogScan.NONE;
        }
    }

    private static boolean beginsEmpty(Path path) throws IOException {
        try (InputStream in = Channels.newInputStream(LogFile.open(path))) {
            return Arrays.equals(in.readNBytes(Tar.BLOCK), new byte[Tar.BLOCK]);
        }
    }

    private static Inspection look(Path path, Archive archive, FileIdentity before) throws IOException {
        State state = State.READ;
        LogScan scan = LogScan.NONE;
        List<FileNote> notes = new ArrayList<>();
        String sha256;
        try (FileChannel channel = LogFile.open(path)) {
            if (!before.same(FileIdentity.read(path))) {
                return Inspector.unread(
                        path, State.CHANGING, FileNote.of(Code.CHANGED_WHILE_OPENED), Optional.of(before));
            }
            try {
                Archive.Contents contents = archive.look(channel);
                scan = contents.scan();
                notes.addAll(contents.notes());
                contents.newestUnread().ifPresent(at -> notes.add(FileNote.of(Code.NEWEST_UNREAD, at)));
            } catch (DamagedException e) {
                state = Inspector.state(e.damage());
                notes.add(e.damage());
            }
            sha256 = LogInput.sha256(channel);
        }
        if (!before.same(FileIdentity.read(path))) {
            return Inspector.unread(path, State.CHANGING, FileNote.of(Code.CHANGED_WHILE_READ), Optional.of(before));
        }
        return new Inspection(path, state, notes, Optional.of(before), sha256, scan);
    }
}
