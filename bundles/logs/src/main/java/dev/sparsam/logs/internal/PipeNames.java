package dev.sparsam.logs.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * How loggers have named the files that they keep themselves, also before the sites file said something else: else whoever
 * looks for what is over would not know the earlier ones for theirs. It is a list in the folder of these files; several
 * loggers may add to it at a time, and one that is killed leaves at most half a line, which counts for nothing.
 */
final class PipeNames {
    static final String FILE = ".names";

    /** What stands before the name of a domain's files, in the place of the domain. */
    static final String DOMAIN = "*-";

    /** What need not be noted. */
    private static final Set<String> USUAL = Set.of(PipeSites.DAILY, DOMAIN + PipeSites.DAILY);

    /** More is no list of ours. */
    private static final int LONGEST = 1 << 20;

    private final Path file;
    private final long user;
    private final Set<String> noted = new HashSet<>();

    /**
     * Makes one.
     *
     * @param user whose list is believed
     */
    PipeNames(Path folder, long user) {
        file = folder.resolve(FILE);
        this.user = user;
    }

    /** Adds those that are new; to be done before a file is named so. */
    void add(Collection<String> patterns) throws IOException {
        Set<String> fresh = new HashSet<>(patterns);
        fresh.removeAll(USUAL);
        fresh.removeAll(noted);
        if (fresh.isEmpty()) {
            return;
        }
        noted.addAll(all());
        fresh.removeAll(noted);
        StringBuilder lines = new StringBuilder();
        fresh.stream()
                .sorted()
                .forEach(pattern -> lines.append("\n=").append(pattern).append("=\n"));
        if (lines.isEmpty()) {
            return;
        }
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND,
                        StandardOpenOption.CREATE,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        noted.addAll(fresh);
    }

    /** All that have ever been added. */
    Set<String> all() throws IOException {
        Set<String> all = new HashSet<>(USUAL);
        try {
            FileIdentity found = FileIdentity.read(file);
            if (!found.regular() || found.uid() != user || found.size() > LONGEST) {
                return all;
            }
            for (String line :
                    Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", -1)) {
                if (line.length() > 2 && line.startsWith("=") && line.endsWith("=")) {
                    String pattern = line.substring(1, line.length() - 1);
                    if (PipeSites.isFile(pattern.startsWith(DOMAIN) ? pattern.substring(DOMAIN.length()) : pattern)) {
                        all.add(pattern);
                    }
                }
            }
        } catch (NoSuchFileException e) {
            // Nothing but the usual has been written yet.
        }
        return all;
    }
}
