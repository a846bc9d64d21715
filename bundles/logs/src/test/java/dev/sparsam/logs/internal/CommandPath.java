package dev.sparsam.logs.internal;

import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The class path of {@code ./sparsam logs}: no logging, no panel and no database. */
final class CommandPath {
    /** As that script names them. */
    private static final Pattern GIVEN = Pattern.compile(
            ".*/(?:logs/target/classes|(?:jackson-core|commons-compress|commons-io|xz|zstd-jni)[^/]*\\.jar)");

    private CommandPath() {}

    /** The same, and where a class is. */
    static String with(Class<?> other) {
        return text()
                + File.pathSeparator
                + Path.of(URI.create(other.getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toString()));
    }

    static String text() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(all.split(File.pathSeparator, -1))
                .filter(entry -> GIVEN.matcher(entry).matches())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
