package dev.sparsam.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sparsam.store.testing.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * H2 commits each statement that makes a table by itself. So a kill in the middle of a migration leaves a part of it, and
 * the next start does all of it once more: every script of every bundle must bear that.
 */
final class RepeatableMigrationsTest {

    @Test
    void everyScriptOfEveryBundleCanBeDoneOnceMore() throws IOException {
        List<Path> scripts;
        try (Stream<Path> found = Files.find(
                Path.of(".."),
                8,
                (path, attributes) -> path.toString().matches(".*/src/main/resources/migrations/V.*\\.sql"))) {
            scripts = found.sorted(
                            Comparator.comparing(Path::getParent).thenComparingInt(RepeatableMigrationsTest::version))
                    .toList();
        }
        assertThat(scripts).hasSizeGreaterThan(5);
        try (Pool pool = Pool.open(TestDatabases.H2.create())) {
            for (Path script : scripts) {
                // Comments may hold a semicolon; no statement of ours does.
                List<String> statements = Stream.of(Files.readString(script)
                                .replaceAll("--[^\n]*", "")
                                .split(";"))
                        .map(String::strip)
                        .filter(statement -> !statement.isEmpty())
                        .toList();
                for (int round = 0; round < 2; round++) {
                    for (String statement : statements) {
                        assertThatCode(() -> pool.database().transaction(sql -> sql.update(statement)))
                                .as("%s: %s", script, statement)
                                .doesNotThrowAnyException();
                    }
                }
            }
        }
    }

    private static int version(Path script) {
        String name = script.getFileName().toString();
        return Integer.parseInt(name.substring(1, name.indexOf("__")));
    }
}
