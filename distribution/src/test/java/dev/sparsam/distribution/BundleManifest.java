package dev.sparsam.distribution;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/** What a bundle says about itself: its name and the packages that it shares. */
record BundleManifest(String name, Map<String, String> headers) {

    /** A comma that stands in no quoted string. */
    private static final Pattern COMMA = Pattern.compile(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)");

    private static final Pattern SEMICOLON = Pattern.compile(";");

    static BundleManifest of(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            Map<String, String> headers = new TreeMap<>();
            file.getManifest()
                    .getMainAttributes()
                    .forEach((name, value) -> headers.put(name.toString(), value.toString()));
            return of(headers);
        }
    }

    static BundleManifest of(Map<String, String> headers) {
        String name = headers.getOrDefault("Bundle-SymbolicName", "");
        return new BundleManifest(beforeSemicolon(name), Map.copyOf(headers));
    }

    Set<String> imports() {
        return packages("Import-Package");
    }

    Set<String> exports() {
        return packages("Export-Package");
    }

    boolean has(String header) {
        return headers.containsKey(header);
    }

    private Set<String> packages(String header) {
        Set<String> packages = new TreeSet<>();
        for (String clause :
                COMMA.splitAsStream(headers.getOrDefault(header, "")).toList()) {
            // One clause may name several packages, then come the attributes.
            List<String> paths = SEMICOLON
                    .splitAsStream(clause)
                    .map(String::strip)
                    .takeWhile(path -> !path.contains("="))
                    .filter(path -> !path.isEmpty())
                    .toList();
            packages.addAll(paths);
        }
        return packages;
    }

    private static String beforeSemicolon(String text) {
        int semicolon = text.indexOf(';');
        return (semicolon < 0 ? text : text.substring(0, semicolon)).strip();
    }
}
