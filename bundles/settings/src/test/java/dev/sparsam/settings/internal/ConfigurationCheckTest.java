package dev.sparsam.settings.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.service.metatype.AttributeDefinition;

class ConfigurationCheckTest {

    private static final String FILE = "/data/etc/dev.sparsam.store.cfg";

    private static final Map<String, Map<String, ConfigurationCheck.Key>> KNOWN = Map.of(
            "dev.sparsam.store",
            new TreeMap<>(Map.of(
                    "url", new ConfigurationCheck.Key(AttributeDefinition.STRING, false, List.of()),
                    "poolSize", new ConfigurationCheck.Key(AttributeDefinition.INTEGER, false, List.of()),
                    "ratio", new ConfigurationCheck.Key(AttributeDefinition.DOUBLE, false, List.of()),
                    "fast", new ConfigurationCheck.Key(AttributeDefinition.BOOLEAN, false, List.of()),
                    "mode", new ConfigurationCheck.Key(AttributeDefinition.STRING, false, List.of("auto", "always")))),
            "dev.sparsam.logs",
            Map.of());

    private static List<String> problems(Map<String, Object> values, String... lines) {
        return ConfigurationCheck.problems("dev.sparsam.store", FILE, List.of(lines), values, KNOWN);
    }

    @Test
    void rightValuesAreNoProblem() {
        assertThat(problems(Map.of("url", "", "poolSize", " 20 ", "ratio", "0.5", "fast", "false", "mode", "always")))
                .isEmpty();
    }

    @Test
    void unknownKeyIsNamedWithFileLineAndTheLikelyOne() {
        assertThat(problems(Map.of("pollSize", "20"), "# the pool", "", "pollSize = 20"))
                .containsExactly(
                        FILE + ", line 3: there is no setting pollSize, it has no effect; did you mean poolSize?");
    }

    @Test
    void keyThatIsLikeNoOtherGetsTheListOfThem() {
        assertThat(problems(Map.of("colour", "red"), "colour=red"))
                .containsExactly(FILE + ", line 1: there is no setting colour, it has no effect;"
                        + " there are fast, mode, poolSize, ratio, url");
    }

    @Test
    void commentedLineIsNotTheOne() {
        assertThat(problems(Map.of("poolSize", "x"), "#poolSize = 1", "poolSize: x"))
                .singleElement()
                .asString()
                .startsWith(FILE + ", line 2: ");
    }

    @ParameterizedTest
    @CsvSource({
        "poolSize, ten, a whole number from -2147483648 to 2147483647",
        "poolSize, 3000000000, a whole number from -2147483648 to 2147483647",
        "poolSize, 1.5, a whole number from -2147483648 to 2147483647",
        "ratio, half, a number such as 0.5",
        "fast, yes, true or false",
        "mode, never, 'one of auto, always'"
    })
    void valueOfTheWrongTypeIsNamedWithWhatIsAllowed(String key, String value, String allowed) {
        assertThat(problems(Map.of(key, value), key + " = " + value))
                .containsExactly(FILE + ", line 1: " + key + " = " + value + ", but it must be " + allowed);
    }

    @Test
    void fileThatConfiguresNothingIsNamedWithTheLikelyOne() {
        assertThat(ConfigurationCheck.problems(
                        "dev.sparsam.stroe", "/data/etc/dev.sparsam.stroe.cfg", List.of(), Map.of("url", "x"), KNOWN))
                .containsExactly("/data/etc/dev.sparsam.stroe.cfg: nothing is configured by a file of this name;"
                        + " did you mean dev.sparsam.store.cfg?");
    }

    @Test
    void everyProblemOfAFileIsNamed() {
        assertThat(problems(Map.of("a", "1", "fast", "x", "poolSize", "y"))).hasSize(3);
    }
}
