package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A folder with backups, and what in it speaks of the exact content of others: checksums, signatures, and the stores of
 * backup programs. Who rewrote such a file would have a backup that looks broken when it is needed; and the checksum cannot
 * be changed at the same instant, a signature not at all. So such a file stays as it is until its end.
 *
 * <p>GNU tar's {@code .snar} files are no obstacle: they speak of the files that were archived, not of archives.
 */
final class BackupFolder {
    private static final Pattern SUM = Pattern.compile(
            "\\.(md5|sha1|sha224|sha256|sha384|sha512|sha|b2|b3|crc32?|sfv)(sums?)?(\\.txt)?|\\.(asc|sig|minisig|p7s)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern REPAIR = Pattern.compile("(\\.vol\\d+\\+\\d+)?\\.par2", Pattern.CASE_INSENSITIVE);
    private static final Pattern LIST = Pattern.compile(
            "((md5|sha\\d*|b2|blake2b?)[-_]?sums?|checksums?)([-_.].*)?|.*[-_.](md5|sha\\d*|b2)sums?(\\.txt)?|.*\\.sfv",
            Pattern.CASE_INSENSITIVE);
    /** What names an archive as such, and is left out by some who name a checksum. */
    private static final Pattern ENDING = Pattern.compile("(\\.(tar|t?gz|tbz2?|txz|tzst|zip|zst|xz|bz2))+$");

    private static final Pattern DUPLICITY =
            Pattern.compile(".*\\.(difftar|sigtar)(\\..*)?|duplicity-.*\\.manifest(\\..*)?");

    private static final Pattern VOLUME = Pattern.compile(".*\\.(z\\d\\d|r\\d\\d|\\d{3}|part-?\\d+|vol\\d+)");
    private static final Map<String, String> FOLDERS = Map.of(
            "Borg", "README config data",
            "restic", "config data index keys snapshots",
            "Kopia", "kopia.repository.f");

    /** No list of checksums is longer. */
    private static final int MAX_LIST = 16 << 20;

    private final Optional<String> store;
    private final Set<String> names = new HashSet<>();
    /** The words of each list of checksums. */
    private final Map<String, Set<String>> lists = new HashMap<>();

    private BackupFolder(Path folder) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        for (String name : names) {
            Path file = folder.resolve(name);
            if (LIST.matcher(name).matches()
                    && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && Files.size(file) <= MAX_LIST) {
                lists.put(name, words(LogFile.text(file, MAX_LIST)));
            }
        }
        store = store(folder);
    }

    private static Set<String> words(String text) {
        Set<String> words = new HashSet<>();
        for (String line : text.split("\\R", -1)) {
            // sha256sum: the sum, blanks or " *", the path. BSD: SHA256 (path) = sum. sfv: path sum.
            for (String word : line.split("[ ()]+\\*?", -1)) {
                words.add(word.substring(word.lastIndexOf('/') + 1));
            }
        }
        return words;
    }

    private Optional<String> store(Path folder) throws IOException {
        List<String> fitting = new ArrayList<>();
        for (Map.Entry<String, String> known : FOLDERS.entrySet()) {
            if (names.containsAll(List.of(known.getValue().split(" ")))) {
                fitting.add(known.getKey());
            }
        }
        if (fitting.contains("Borg")
                && !LogFile.text(folder.resolve("README"), MAX_LIST).contains("Borg")) {
            fitting.remove("Borg");
        }
        return fitting.stream().findFirst();
    }

    /** Looks at the names in a folder, and into lists of checksums. */
    static BackupFolder read(Path folder) throws IOException {
        return new BackupFolder(folder);
    }

    /** Why an archive in this folder must not be rewritten, whatever is in it. */
    Optional<FileNote> obstacle(String name) {
        if (store.isPresent()) {
            return Optional.of(FileNote.of(Code.BACKUP_STORE, store.get()));
        }
        if (DUPLICITY.matcher(name).matches()) {
            return Optional.of(FileNote.of(Code.BACKUP_STORE, "duplicity"));
        }
        if (VOLUME.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
            return Optional.of(FileNote.of(Code.ARCHIVE_VOLUMES));
        }
        String bare = ENDING.matcher(name).replaceFirst("");
        return names.stream()
                .filter(other -> !other.equals(name))
                .filter(other -> speaksOf(other, name, bare))
                .sorted()
                .findFirst()
                .map(other -> FileNote.of(Code.CHECKSUM_BESIDE, other));
    }

    private boolean speaksOf(String other, String name, String bare) {
        if (lists.getOrDefault(other, Set.of()).contains(name)) {
            return true;
        }
        if (other.startsWith(name)) {
            String rest = other.substring(name.length());
            return SUM.matcher(rest).matches() || REPAIR.matcher(rest).matches();
        }
        return other.startsWith(bare)
                && SUM.matcher(other.substring(bare.length())).matches();
    }
}
