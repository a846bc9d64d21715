package dev.sparsam.ledger.internal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Test data that is not ours to publish. */
final class SharedData {
    private SharedData() {}

    /** All files below a folder that end in a suffix; skips the test when the data is not there. */
    static List<Path> files(String folder, String suffix) throws IOException {
        Path path =
                Path.of(System.getProperty("sparsam.shared", "../../../shared")).resolve("data/license/" + folder);
        assumeTrue(Files.isDirectory(path), "Skipped: there is no test data in " + path);
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }
}
