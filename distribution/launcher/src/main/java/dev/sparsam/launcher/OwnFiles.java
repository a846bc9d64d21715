package dev.sparsam.launcher;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What Sparsam itself has put into a demo's data folder, known by its names, and what somebody else has. Symbolic links
 * are somebody else's, but for the one of the sample; what they lead to is never looked at.
 */
final class OwnFiles {

    /** Relative paths; what a folder of ours may hold under any name are only caches, which every start empties. */
    private static final Pattern OWN = Pattern.compile("(first-admin-password|sample-accounts)(\\.new)?"
            + "|db/sparsam\\.[^/]*"
            + "|keys/ledger\\.key(\\.[0-9]+\\.new)?"
            + "|logs/(sample\\.log|sparsam\\.log|sparsam\\.[^/]*\\.log\\.gz)"
            + "|etc/\\.[^/]*\\.part"
            + "|cache/.*"
            + "|sample/(\\.sparsam-sample|provider\\.json|planted\\.json)"
            + "|sample/logs/.*/([^/]*access\\.log|(error|mail|proftpd|vsftpd|auth|php-fpm)\\.log|xferlog)[^/]*"
            + "|sample/logs/(.*/)?\\.sparsam-[^/]*");

    /** The sample has a web server that keeps a link to the file that it writes. */
    private static final Pattern LINK = Pattern.compile("sample/logs/[^/]+/[^/]+/current-access\\.log");

    private static final Pattern FOLDER = Pattern.compile("db|keys|logs|etc|sample|(sample/logs|cache)(/.*)?");

    private final List<Path> own = new ArrayList<>();
    private final List<Path> strangers = new ArrayList<>();

    private OwnFiles() {}

    /** @param home the distribution: the configuration files that it has are ours */
    static OwnFiles of(Path root, Path home) throws IOException {
        Set<String> configuration = new HashSet<>();
        for (String folder : List.of("etc", "demo")) {
            try (Stream<Path> files = Files.list(home.resolve(folder))) {
                files.forEach(file -> configuration.add("etc/" + file.getFileName()));
            }
        }
        OwnFiles result = new OwnFiles();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = name(root, folder);
                if (name.equals("run") || name.equals("lost+found")) {
                    return FileVisitResult
                            .SKIP_SUBTREE; // The lock is in the one, the other belongs to the file system.
                }
                if (name.isEmpty() || FOLDER.matcher(name).matches()) {
                    return FileVisitResult.CONTINUE;
                }
                result.strangers.add(folder);
                return FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = name(root, file);
                boolean ours = attributes.isSymbolicLink()
                        ? LINK.matcher(name).matches()
                        : attributes.isRegularFile() && (OWN.matcher(name).matches() || configuration.contains(name));
                if (ours) {
                    result.own.add(file);
                } else if (!name.equals(DataFolder.MARKER)) {
                    result.strangers.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                if (!folder.equals(root)) {
                    result.own.add(folder);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return result;
    }

    private static String name(Path root, Path path) {
        return root.relativize(path).toString();
    }

    /** What is not ours, the topmost of each. */
    List<Path> strangers() {
        return List.copyOf(strangers);
    }

    /** Only what was found to be ours: a folder into which something has come since stays, and is an error. */
    void delete() throws IOException {
        for (Path path : own) {
            Files.deleteIfExists(path);
        }
    }
}
