package dev.sparsam.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same sources give the same bytes, wherever and whenever they are built. */
class ReproducibleIT {
    private static final String MODULE = "bundles/panel";

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void bundleBuiltInAnotherFolderAtAnotherTimeIsTheSame() throws Exception {
        Path checkout = Path.of("..").toAbsolutePath().normalize();
        Path built = jar(checkout);
        for (String part : new String[] {".mvn", "pom.xml", MODULE + "/pom.xml", MODULE + "/src/main"}) {
            copy(checkout.resolve(part), folder.resolve(part));
        }
        // Its dependencies are there already: they have built the checkout.
        Process maven = new ProcessBuilder(
                        "mvn",
                        "-o",
                        "-q",
                        "-f",
                        folder.resolve(MODULE).resolve("pom.xml").toString(),
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
        assertThat(jar(folder)).isNotEqualTo(built).hasSameBinaryContentAs(built);
    }

    /** It is there: this test runs after the modules are packaged. */
    private static Path jar(Path checkout) throws IOException {
        try (Stream<Path> files = Files.list(checkout.resolve(MODULE).resolve("target"))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
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
