package dev.sparsam.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same sources give the same bytes, wherever and whenever they are built. Shown for the API alone and for the bundle
 * that takes libraries along, component XML and metatype among its entries. Not built here, because each needs the other
 * bundles to be built before: the bundles above these two (those with pages also have generated templates), the
 * distribution's archive and the Karaf archive.
 */
class ReproducibleIT {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"bundles/panel", "bundles/store"})
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void bundleBuiltInAnotherFolderAtAnotherTimeIsTheSame(String module) throws Exception {
        Path checkout = Path.of("..").toAbsolutePath().normalize();
        Path built = jar(checkout.resolve(module));
        for (String part : List.of(".mvn", "pom.xml", module + "/pom.xml", module + "/bnd.bnd", module + "/src/main")) {
            if (Files.exists(checkout.resolve(part))) {
                copy(checkout.resolve(part), folder.resolve(part));
            }
        }
        // Its dependencies are there already: they have built the checkout.
        Process maven = new ProcessBuilder(
                        "mvn",
                        "-o",
                        "-q",
                        "-f",
                        folder.resolve(module).resolve("pom.xml").toString(),
                        "-Dmaven.test.skip=true",
                        "-Dspotless.check.skip=true",
                        "package")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("maven.log").toFile())
                .start();
        assertThat(maven.waitFor())
                .as(() -> {
                    try {
                        return Files.readString(folder.resolve("maven.log"));
                    } catch (IOException e) {
                        return e.toString();
                    }
                })
                .isZero();
        assertThat(jar(folder.resolve(module))).isNotEqualTo(built).hasSameBinaryContentAs(built);
    }

    /** It is there: this test runs after the modules are packaged. */
    private static Path jar(Path module) throws IOException {
        try (Stream<Path> files = Files.list(module.resolve("target"))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .filter(file -> !file.toString().endsWith("-tests.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.toAbsolutePath().getParent());
                    Files.copy(path, target);
                }
            }
        }
    }
}
