package dev.sparsam.logs.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The second name of a log that has lost its first one, to its masked copy or because it is being deleted, and that has
 * still to be looked at: {@code .sparsam-DIGITS-PLANNED-MASKED-NAME.tmp}. The name itself says all that is needed to
 * settle what becomes of the file, so whoever finds it after a crash can do so, without a database.
 *
 * @param first the name that it had; of one found after a crash, cut when it is very long
 * @param second the name that it has
 * @param digits tell who gave the second name; see {@link TemporaryNames}
 * @param planned what tells the file that was planned
 * @param masked what tells the masked copy that was put in its place; {@code delete} when there is none
 */
record SecondName(Path first, Path second, String digits, String planned, String masked) implements Begun {
    private static final String NONE = "delete";
    private static final Pattern PATTERN = Pattern.compile(
            "\\.sparsam-([0-9a-f]{16})-([0-9a-f]{16})-([0-9a-f]{16}|" + NONE + ")-(.+)\\.tmp", Pattern.DOTALL);

    private static final String KEPT = ".kept-";
    private static final Pattern KEPT_NAME = Pattern.compile("(.+?)(\\.kept-[0-9a-f]{16})+", Pattern.DOTALL);

    /** No file system that holds logs takes fewer bytes for a name than the 64 of the pattern and these. */
    private static final int LONGEST = 190;

    /** The second name that a file is to have. */
    static SecondName of(Path first, String digits, Expectation planned, Optional<FileIdentity> copy) {
        String original = print(planned);
        String masked = copy.map(SecondName::print).orElse(NONE);
        String name = ".sparsam-" + digits + "-" + original + "-" + masked + "-" + shortName(first) + ".tmp";
        return new SecondName(first, first.resolveSibling(name), digits, original, masked);
    }

    /** What a second name says. */
    static Optional<SecondName> parse(Path second) {
        Matcher name = PATTERN.matcher(second.getFileName().toString());
        return name.matches()
                ? Optional.of(new SecondName(
                        second.resolveSibling(name.group(4)), second, name.group(1), name.group(2), name.group(3)))
                : Optional.empty();
    }

    /** The same names in another folder, or in the same by another path. */
    SecondName in(Path folder) {
        return new SecondName(
                folder.resolve(first.getFileName()), folder.resolve(second.getFileName()), digits, planned, masked);
    }

    /** The second names in a directory. */
    static List<SecondName> list(Path directory) throws IOException {
        List<SecondName> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, ".sparsam-*.tmp")) {
            entries.forEach(entry -> parse(entry).ifPresent(found::add));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }

    /** A visible name for the file, when its first one is not to be had. */
    Path kept(String unique) {
        return first.resolveSibling(shortName(first) + KEPT + unique);
    }

    /** The first name of a file that is {@linkplain #kept} under another one: by it the file is to be treated. */
    static Optional<String> firstOfKept(String name) {
        Matcher kept = KEPT_NAME.matcher(name);
        return kept.matches() ? Optional.of(kept.group(1)) : Optional.empty();
    }

    /** Whether it was given to the file of this plan. */
    boolean isOf(Expectation plan) {
        return planned.equals(print(plan));
    }

    /** Whether this file is as it was planned. */
    boolean isPlanned(FileIdentity found) {
        return planned.equals(print(found));
    }

    /** Whether a masked copy was put in its place. */
    boolean replaced() {
        return !masked.equals(NONE);
    }

    /** Whether the masked copy, as it was left, has the first name. */
    boolean isMaskedInPlace() throws IOException {
        return identity(first).filter(found -> masked.equals(print(found))).isPresent();
    }

    /** Whether the file (still, or again) has its first name as well. */
    boolean hasFirst() throws IOException {
        Optional<FileIdentity.Key> one = identity(first).map(FileIdentity::key);
        return one.isPresent() && one.equals(identity(second).map(FileIdentity::key));
    }

    /** What has a name; empty when nothing has. */
    static Optional<FileIdentity> identity(Path path) throws IOException {
        try {
            return Optional.of(FileIdentity.read(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** What tells a planned file in second names. */
    static String print(Expectation file) {
        return print(file.inode(), file.size(), file.modified());
    }

    private static String print(FileIdentity file) {
        return print(file.inode(), file.size(), file.modified());
    }

    /** Not by the device: its number may be another one after a restart. */
    private static String print(long inode, long size, Instant modified) {
        byte[] told = (inode + " " + size + " " + modified).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(LogInput.newSha256().digest(told), 0, 8);
    }

    private static String shortName(Path path) {
        String name = path.getFileName().toString();
        while (name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            name = name.substring(0, name.offsetByCodePoints(name.length(), -1));
        }
        return name;
    }
}
