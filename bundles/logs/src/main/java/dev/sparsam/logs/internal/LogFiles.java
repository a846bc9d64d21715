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
 * @param files whatever matches the stream's pattern, by name and the numbers in it: files, but also links and directories
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
        files.sort(Comparator.comparing(Path::toString, LogFiles::inOrderOfNumbers));
        return new LogFiles(files, Optional.empty(), Optional.empty());
    }

    /** As people count: {@code access.log.9} before {@code access.log.10}. */
    static int inOrderOfNumbers(String one, String other) {
        int i = 0;
        int j = 0;
        while (i < one.length() && j < other.length()) {
            int compared;
            if (isDigit(one.charAt(i)) && isDigit(other.charAt(j))) {
                String number = digits(one, i);
                String second = digits(other, j);
                i += number.length();
                j += second.length();
                compared = compareNumbers(number, second);
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

    private static int compareNumbers(String one, String other) {
        // Not parsed: a name may hold more digits than any type of number.
        String number = one.replaceFirst("^0+", "");
        String second = other.replaceFirst("^0+", "");
        int compared = Integer.compare(number.length(), second.length());
        return compared != 0 ? compared : number.compareTo(second);
    }

    private static String digits(String text, int from) {
        int end = from;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return text.substring(from, end);
    }

    private static boolean isDigit(char letter) {
        return letter >= '0' && letter <= '9';
    }

    private static LogFiles problem(FileNote problem) {
        return new LogFiles(List.of(), Optional.of(problem), Optional.empty());
    }
}
