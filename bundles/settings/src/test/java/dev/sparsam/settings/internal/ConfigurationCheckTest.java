package dev.sparsam.settings.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.store.ConfigFile;
import dev.sparsam.store.Wording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationCheckTest {

    private static final Map<String, Set<String>> KNOWN = Map.of(
            "dev.sparsam.store",
            new TreeSet<>(List.of("url", "poolSize", "ratio", "fast", "mode")),
            "dev.sparsam.logs",
            Set.of(),
            "dev.sparsam.logs.kafka",
            Set.of("client."));

    @TempDir
    Path folder = Path.of("");

    /** Of a file with these lines, and the names that are set in it. */
    private List<String> problems(String name, String... lines) throws IOException {
        return wordings(name, lines).stream().map(Wording::english).toList();
    }

    private List<Wording> wordings(String name, String... lines) throws IOException {
        Path file = Files.write(folder.resolve(name + ".cfg"), List.of(lines));
        return ConfigurationCheck.problems(
                name,
                ConfigFile.of(
                        name, Map.of("felix.fileinstall.filename", file.toUri().toString())),
                new TreeSet<>(Arrays.stream(lines)
                        .filter(line -> line.contains("=") && !line.startsWith("#"))
                        .map(line -> line.substring(0, line.indexOf('=')).strip())
                        .toList()),
                KNOWN);
    }

    private String file() {
        return folder.resolve("dev.sparsam.store.cfg").toString();
    }

    @Test
    void namesThatAreKnownAreNoProblem() throws IOException {
        assertThat(problems("dev.sparsam.store", "url =", "poolSize = 20")).isEmpty();
    }

    @Test
    void namesBelowAPrefixAreKnown() throws IOException {
        assertThat(problems("dev.sparsam.logs.kafka", "client.security.protocol = SSL"))
                .isEmpty();
        assertThat(problems("dev.sparsam.logs.kafka", "clients = 2")).hasSize(1);
    }

    @Test
    void unknownKeyIsNamedWithFileLineAndTheLikelyOne() throws IOException {
        assertThat(problems("dev.sparsam.store", "# the pool", "", "pollSize = 20"))
                .containsExactly(
                        file() + ", line 3: there is no setting pollSize, it has no effect; did you mean poolSize?");
    }

    @Test
    void keyThatIsLikeNoOtherGetsTheListOfThem() throws IOException {
        assertThat(problems("dev.sparsam.store", "colour=red"))
                .containsExactly(file() + ", line 1: there is no setting colour, it has no effect;"
                        + " there are fast, mode, poolSize, ratio, url.");
    }

    @Test
    void commentedLineIsNotTheOne() throws IOException {
        assertThat(problems("dev.sparsam.store", "#pool = 1", "pool=x"))
                .singleElement()
                .asString()
                .startsWith(file() + ", line 2: ");
    }

    @Test
    void fileThatConfiguresNothingIsNamedWithTheLikelyOne() throws IOException {
        assertThat(problems("dev.sparsam.stroe", "url = x"))
                .containsExactly(folder.resolve("dev.sparsam.stroe.cfg") + ": nothing is configured by a file of this"
                        + " name; did you mean dev.sparsam.store.cfg?");
    }

    @Test
    void germansReadWhatIsWrongInGerman() throws IOException {
        assertThat(wordings("dev.sparsam.store", "pollSize = 20", "colour = red"))
                .extracting(Wording::german)
                .containsExactlyInAnyOrder(
                        file() + ", Zeile 1: eine Einstellung pollSize gibt es nicht, die Zeile bewirkt nichts; ist"
                                + " poolSize gemeint?",
                        file() + ", Zeile 2: eine Einstellung colour gibt es nicht, die Zeile bewirkt nichts; es gibt"
                                + " fast, mode, poolSize, ratio, url.");
        assertThat(wordings("dev.sparsam.stroe", "url = x"))
                .extracting(Wording::german)
                .containsExactly(folder.resolve("dev.sparsam.stroe.cfg")
                        + ": eine Datei dieses Namens konfiguriert nichts; ist dev.sparsam.store.cfg gemeint?");
    }

    @Test
    void everyProblemOfAFileIsNamed() throws IOException {
        assertThat(problems("dev.sparsam.store", "a = 1", "colour = x", "fats = y"))
                .hasSize(3);
    }
}
