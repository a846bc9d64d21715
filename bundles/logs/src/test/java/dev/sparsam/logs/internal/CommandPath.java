package dev.sparsam.logs.internal;

import dev.sparsam.panel.RetentionRule;
import dev.sparsam.settings.Setting;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The class path of {@code ./sparsam logs}: no logging and no database. */
final class CommandPath {
    /** As that script names them. */
    private static final Pattern GIVEN =
            Pattern.compile(".*/(?:jackson-core|commons-compress|commons-io|xz|zstd-jni)[^/]*\\.jar");

    private CommandPath() {}

    /** The same, and where a class is. */
    static String with(Class<?> other) {
        return text() + File.pathSeparator + place(other);
    }

    /** Where it was loaded from: a folder or the bundle. */
    private static String place(Class<?> loaded) {
        return Path.of(URI.create(loaded.getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toString()))
                .toString();
    }

    static String text() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(
                        Stream.of(place(LogsCommand.class)),
                        Arrays.stream(all.split(File.pathSeparator, -1))
                                .filter(entry -> GIVEN.matcher(entry).matches()),
                        Stream.of(place(Setting.class), place(RetentionRule.class)))
                .flatMap(each -> each)
                .collect(Collectors.joining(File.pathSeparator));
    }
}
