package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.panel.LogStream;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;

/**
 * The files of a log stream.
 *
 * @param files whatever matches the stream's pattern, by name: files, but also links and directories
 * @param problem why the directory could not be read
 * @param note what else is to be told: the directory is missing
 */
record LogFiles(List<Path> files, Optional<FileNote> problem, Optional<FileNote> note) {
    /** Keeps a copy. */
    LogFiles {
        files = List.copyOf(files);
    }

    /** Lists them. Our own temporary files are never among them. */
    static LogFiles list(LogStream stream) {
        Path directory = stream.directory();
        if (Files.isSymbolicLink(directory)) {
            // Whoever may set the link could turn the rules of one site against the logs of another.
            return problem(FileNote.of(Code.DIRECTORY_IS_LINK));
        }
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS) && Files.notExists(directory)) {
            return new LogFiles(List.of(), Optional.empty(), Optional.of(FileNote.of(Code.DIRECTORY_MISSING)));
        }
        List<Path> files = new ArrayList<>();
        try {
            PathMatcher matcher = directory.getFileSystem().getPathMatcher("glob:" + stream.files());
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                for (Path entry : entries) {
                    Path name = entry.getFileName();
                    if (matcher.matches(name) && !FileChanger.isOurs(name.toString())) {
                        files.add(entry);
                    }
                }
            }
        } catch (PatternSyntaxException e) {
            return problem(FileNote.of(Code.INVALID_PATTERN, stream.files()));
        } catch (DirectoryIteratorException e) {
            return problem(Notes.of(Objects.requireNonNull(e.getCause())));
        } catch (IOException e) {
            return problem(Notes.of(e));
        }
        files.sort(Comparator.naturalOrder());
        return new LogFiles(files, Optional.empty(), Optional.empty());
    }

    private static LogFiles problem(FileNote problem) {
        return new LogFiles(List.of(), Optional.of(problem), Optional.empty());
    }
}
