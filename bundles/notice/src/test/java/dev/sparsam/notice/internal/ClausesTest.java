package dev.sparsam.notice.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ibm.icu.text.MessageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
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
                            .map(text -> new MessageFormat(text).getArgumentNames())
                            .distinct())
                    .as(clause.id())
                    .hasSize(1);
        }
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
                            .endsWith("."));
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
}
