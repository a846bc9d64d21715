package dev.sparsam.notice.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ibm.icu.text.MessagePattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every clause file is right; a new one needs no test of its own. */
class ClausesTest {
    private final ClauseCatalogue catalogue = ClauseCatalogue.load();

    @Test
    void theIndexNamesEveryFile() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/clauses"))) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".json"))
                            .map(name -> name.substring(0, name.length() - ".json".length())))
                    .containsExactlyInAnyOrderElementsOf(
                            catalogue.clauses().stream().map(Clause::id).toList());
        }
    }

    @Test
    void everyClauseExistsInEveryLanguageWithTheSameSlots() {
        for (Clause clause : catalogue.clauses()) {
            Set<String> languages =
                    ClauseCatalogue.LANGUAGES.stream().map(Locale::getLanguage).collect(Collectors.toSet());
            assertThat(clause.locales().keySet()).as(clause.id()).isEqualTo(languages);
            assertThat(clause.locales().values().stream()
                            .map(ClausesTest::slots)
                            .distinct())
                    .as(clause.id())
                    .hasSize(1);
        }
    }

    /** Also those within the branches of others. */
    private static Set<String> slots(String text) {
        MessagePattern pattern = new MessagePattern(text);
        return IntStream.range(0, pattern.countParts())
                .mapToObj(pattern::getPart)
                .filter(part -> part.getType() == MessagePattern.Part.Type.ARG_NAME)
                .map(pattern::getSubstring)
                .collect(Collectors.toSet());
    }

    @Test
    void everyClauseNamesItsLawAndItsReview() {
        for (Clause clause : catalogue.clauses()) {
            assertThat(clause.version()).as(clause.id()).isPositive();
            assertThat(clause.when()).as(clause.id()).containsKey("fact");
            assertThat(clause.legal())
                    .as(clause.id())
                    .isNotEmpty()
                    .allMatch(article -> article.matches("GDPR Art\\. [0-9]+(\\([0-9a-z]\\))*"));
            assertThat(clause.review().next())
                    .as(clause.id())
                    .isAfter(clause.review().on());
        }
    }

    @Test
    void noClauseHoldsMarkupOrHedging() {
        for (Clause clause : catalogue.clauses()) {
            assertThat(clause.locales().values())
                    .as(clause.id())
                    .allSatisfy(text -> assertThat(text)
                            .doesNotContain("<", ">", "&")
                            .doesNotContainIgnoringCase(
                                    "generally", "as a rule", "grundsätzlich", "in der Regel", "ggf")
                            // What comes at the end only sometimes is whole sentences too.
                            .matches(".*\\.(} other \\{}|})*"));
        }
    }

    @Test
    void aMisspeltFieldIsRefusedWithTheFileAndTheField() throws IOException {
        String good = Files.readString(Path.of("src/main/resources/clauses/logs.masking.full.json"));
        String bad = good.replace("\"review\":", "\"reviev\": {}, \"review\":");
        assertThatThrownBy(() -> ClauseCatalogue.read("clauses/x.json", bad))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("clauses/x.json")
                .hasMessageContaining("reviev");
    }

    @Test
    void termsAreTheSameInEveryLanguageAndEachIsUsed() throws IOException {
        Path resources = Path.of("src/main/resources");
        Map<String, Map<String, String>> terms = new ObjectMapper()
                .readValue(resources.resolve("clause-terms.json").toFile(), new TypeReference<>() {});
        assertThat(terms.keySet())
                .isEqualTo(ClauseCatalogue.LANGUAGES.stream()
                        .map(Locale::getLanguage)
                        .collect(Collectors.toSet()));
        assertThat(terms.values().stream().map(Map::keySet).distinct()).hasSize(1);
        StringBuilder all = new StringBuilder(terms.toString());
        for (Clause clause : catalogue.clauses()) {
            all.append(Files.readString(resources.resolve("clauses/" + clause.id() + ".json")));
            assertThat(clause.locales().values()).as(clause.id()).noneMatch(text -> text.contains("["));
        }
        terms.values()
                .forEach(names -> assertThat(names.keySet()).allMatch(name -> all.indexOf("[" + name + "]") >= 0));
    }

    @Test
    void anUnknownTermIsRefusedWithTheFileAndTheTerm() throws IOException {
        String good = Files.readString(Path.of("src/main/resources/clauses/logs.masking.full.json"));
        Clause clause = ClauseCatalogue.read("clauses/x.json", good);
        assertThatThrownBy(() -> ClauseCatalogue.expand("clauses/x.json", clause, Map.of("en", Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("clauses/x.json")
                .hasMessageContaining("[logs");
    }
}
