package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which owners and groups a process may give the files that it makes: capabilities(7), chown(2), chmod(2).
 *
 * @param user whom new files belong to
 * @param groups the process's own
 * @param any whether it may give them to anybody
 */
record Owners(long user, Set<Long> groups, boolean any) {
    private static final long CHOWN = 1;
    private static final long FOWNER = 1 << 3;
    private static final int FILE_SYSTEM = 3;
    private static final int SET_GROUP_ID = 02000;

    /** Keeps a copy. */
    Owners {
        groups = Set.copyOf(groups);
    }

    /**
     * Of a process; empty where the kernel does not say, as on other systems than Linux.
     *
     * @param status such as {@code /proc/self/status}
     */
    static Optional<Owners> of(Path status) {
        try {
            Map<String, List<String>> values = new HashMap<>();
            for (String line : Files.readAllLines(status)) {
                String[] words = line.split("[:\\s]+");
                values.put(words[0], Arrays.asList(words).subList(1, words.length));
            }
            long capabilities = Long.parseUnsignedLong(first(values, "CapEff"), 16);
            // It takes both: who has given a file away may set its mode and time only as if it were its own.
            long both = CHOWN | FOWNER;
            return Optional.of(new Owners(
                    Long.parseLong(values.getOrDefault("Uid", List.of()).get(FILE_SYSTEM)),
                    Stream.concat(
                                    Stream.of(values.getOrDefault("Gid", List.of())
                                            .get(FILE_SYSTEM)),
                                    values.getOrDefault("Groups", List.of()).stream())
                            .map(Long::valueOf)
                            .collect(Collectors.toSet()),
                    (capabilities & both) == both));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            // Then nothing is foreseen, and what cannot be done fails when it is tried.
            return Optional.empty();
        }
    }

    /** The same text for the same, also in another process. */
    String text() {
        return user + " " + new TreeSet<>(groups) + " " + any;
    }

    private static String first(Map<String, List<String>> values, String name) {
        return values.getOrDefault(name, List.of()).get(0);
    }

    /** Why a file cannot be replaced by a new one of the same owner and group; empty when it can. */
    Optional<FileNote> obstacle(Path path, FileIdentity file) {
        if (any || (file.uid() == user && (groups.contains(file.gid()) || givesGroup(path, file)))) {
            return Optional.empty();
        }
        return Optional.of(FileNote.of(Code.FOREIGN_OWNER, file.uid(), file.gid()));
    }

    /** Whether the directory gives new files its own group, and it is this one. */
    private static boolean givesGroup(Path path, FileIdentity file) {
        try {
            Map<String, Object> directory =
                    Files.readAttributes(path.toAbsolutePath().getParent(), "unix:gid,mode", LinkOption.NOFOLLOW_LINKS);
            return directory.get("gid") instanceof Integer group
                    && Integer.toUnsignedLong(group) == file.gid()
                    && directory.get("mode") instanceof Integer mode
                    && (mode & SET_GROUP_ID) != 0;
        } catch (IOException e) {
            // It has just gone.
            return false;
        }
    }
}
