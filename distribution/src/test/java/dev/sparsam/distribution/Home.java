package dev.sparsam.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The assembled distribution, or a variant of it. */
final class Home {

    private Home() {}

    /** What the build assembled, as the users get it. */
    static Path assembled() {
        String home = System.getProperty("sparsam.home");
        return Path.of(home == null ? "target/sparsam" : home).toAbsolutePath();
    }

    /** The same distribution in another folder with more bundles, or without some. */
    static Path variant(Path folder, List<Path> added, List<String> removed) throws IOException {
        Path home = assembled();
        Path bundles = Files.createDirectories(folder.resolve("bundles"));
        Files.copy(home.resolve("sparsam"), folder.resolve("sparsam"));
        Files.createSymbolicLink(folder.resolve("lib"), home.resolve("lib"));
        Files.createSymbolicLink(folder.resolve("etc"), home.resolve("etc"));
        Files.createSymbolicLink(folder.resolve("optional"), home.resolve("optional"));
        Files.createSymbolicLink(folder.resolve("demo"), home.resolve("demo"));
        for (Path jar : bundles(home)) {
            if (!removed.contains(jar.getFileName().toString())) {
                Files.createSymbolicLink(bundles.resolve(jar.getFileName()), jar);
            }
        }
        for (Path jar : added) {
            Files.copy(jar, bundles.resolve(jar.getFileName()));
        }
        return folder;
    }

    /** The distribution without anything that answers a request. */
    static Path mute(Path folder) throws IOException {
        return variant(folder, List.of(), ours());
    }

    private static List<String> ours() throws IOException {
        return bundles(assembled()).stream()
                .map(jar -> jar.getFileName().toString())
                .filter(name -> name.startsWith("dev.sparsam."))
                .toList();
    }

    static List<Path> bundles(Path home) throws IOException {
        return jars(home.resolve("bundles"));
    }

    /** All that ships, also what runs only where it is configured. */
    static List<Path> shipped(Path home) throws IOException {
        List<Path> all = new ArrayList<>(bundles(home));
        try (Stream<Path> optional = Files.list(home.resolve("optional"))) {
            for (Path folder : optional.toList()) {
                all.addAll(jars(folder));
            }
        }
        return all;
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> jars = Files.list(folder)) {
            return jars.filter(jar -> jar.toString().endsWith(".jar")).sorted().toList();
        }
    }
}
