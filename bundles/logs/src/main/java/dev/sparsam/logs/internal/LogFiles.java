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
 * @param files whatever matches the stream's pattern, by name and the numbers in it: files, but also links and directories;
 *     and what a sweep has kept aside of files that did
 * @param problem why the directory could not be read
 * @param note what else is to be told: the directory is missing
 */
record LogFiles(List<Path> files, Optional<FileNote> problem, Optional<FileNote> note) {
    /** Keeps a copy. */
    LogFiles {
        files = List.copyOf(files);
    }

    /** Lists them. Our own temporary files are never among them. */
    static LogFiles list(LogStream stream, RealFolders folders) {
        Path directory = stream.directory();
        Optional<FileNote> obstacle = folders.obstacle(directory);
        if (obstacle.isPresent()) {
            return problem(obstacle.get());
        }
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS) && Files.notExists(directory)) {
            return new LogFiles(List.of(), Optional.empty(), Optional.of(FileNote.of(Code.DIRECTORY_MISSING)));
        }
        List<Named> files = new ArrayList<>();
        try {
            PathMatcher matcher = directory.getFileSystem().getPathMatcher("glob:" + stream.files());
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                for (Path entry : entries) {
                    Named file = new Named(entry.getFileName().toString(), entry);
                    boolean matches = matcher.matches(entry.getFileName())
                            || SecondName.firstOfKept(file.name())
                                    .filter(first -> matcher.matches(
                                            entry.resolveSibling(first).getFileName()))
                                    .isPresent();
                    if (matches && !FileChanger.isOurs(file.name())) {
                        files.add(file);
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
        files.sort(Comparator.comparing(Named::name, LogFiles::inOrderOfNumbers));
        return new LogFiles(files.stream().map(Named::path).toList(), Optional.empty(), Optional.empty());
    }

    private record Named(String name, Path path) {}

    /** As people count: {@code access.log.9} before {@code access.log.10}. */
    static int inOrderOfNumbers(String one, String other) {
        int i = 0;
        int j = 0;
        while (i < one.length() && j < other.length()) {
            int compared;
            if (isDigit(one.charAt(i)) && isDigit(other.charAt(j))) {
                int end = digits(one, i);
                int otherEnd = digits(other, j);
                compared = compareNumbers(one, i, end, other, j, otherEnd);
                i = end;
                j = otherEnd;
            } else {
                compared = Character.compare(one.charAt(i++), other.charAt(j++));
            }
            if (compared != 0) {
                return compared;
            }
        }
        int compared = Integer.compare(one.length() - i, other.length() - j);
        // Names that differ in leading zeros only.
        return compared != 0 ? compared : one.compareTo(other);
    }

    /** Not parsed: a name may hold more digits than any type of number. */
    private static int compareNumbers(String one, int start, int end, String other, int otherStart, int otherEnd) {
        int i = zeros(one, start, end);
        int j = zeros(other, otherStart, otherEnd);
        int compared = Integer.compare(end - i, otherEnd - j);
        while (compared == 0 && i < end) {
            compared = Character.compare(one.charAt(i++), other.charAt(j++));
        }
        return compared;
    }

    private static int zeros(String text, int from, int end) {
        int i = from;
        while (i < end && text.charAt(i) == '0') {
            i++;
        }
        return i;
    }

    /** Where the digits end that begin here. */
    private static int digits(String text, int from) {
        int end = from;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isDigit(char letter) {
        return letter >= '0' && letter <= '9';
    }

    private static LogFiles problem(FileNote problem) {
        return new LogFiles(List.of(), Optional.of(problem), Optional.empty());
    }
}
