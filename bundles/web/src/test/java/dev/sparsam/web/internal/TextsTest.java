package dev.sparsam.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.facts.Country;
import dev.sparsam.facts.Export;
import dev.sparsam.facts.Fact;
import dev.sparsam.facts.FactFields;
import dev.sparsam.facts.Transfer;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.Refusal;
import dev.sparsam.logs.Sweep;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.settings.Resolved;
import dev.sparsam.settings.Settings;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TextsTest {
    private static final Map<String, String> ENGLISH = Texts.load("en");
    private static final Map<String, String> GERMAN = Texts.load("de");

    @Test
    void bothLanguagesHaveTheSameTextsWithTheSamePlaces() {
        assertThat(GERMAN.keySet()).isEqualTo(ENGLISH.keySet());
        ENGLISH.forEach((key, text) ->
                assertThat(places(GERMAN.getOrDefault(key, ""))).as(key).isEqualTo(places(text)));
    }

    private static Set<Integer> places(String text) {
        Set<Integer> places = new TreeSet<>();
        Matcher matcher = Pattern.compile("\\{([0-9])").matcher(text);
        while (matcher.find()) {
            places.add(Integer.parseInt(matcher.group(1)));
        }
        return places;
    }

    @Test
    void noTextHoldsAStraightApostropheThatWouldSwallowItsPlaces() {
        assertThat(ENGLISH.values()).noneMatch(text -> text.contains("'"));
        assertThat(GERMAN.values()).noneMatch(text -> text.contains("'"));
    }

    @Test
    void everyTextIsAPattern() {
        Stream.concat(ENGLISH.values().stream(), GERMAN.values().stream())
                .forEach(text -> assertThat(new MessageFormat(text).toPattern()).isNotNull());
    }

    @Test
    void everyTextThatPagesNameExistsAndEveryTextIsNamed() throws IOException {
        StringBuilder sources = new StringBuilder();
        for (Path folder : new Path[] {Path.of("src/main/java"), Path.of("src/main/jte")}) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    sources.append(Files.readString(file));
                }
            }
        }
        Matcher named = Pattern.compile("(?:\\bt|\\bget|PageException)\\((?:[0-9]+, )?\"([a-z0-9.-]+[a-z0-9])\"[,)]")
                .matcher(sources);
        Set<String> used = new TreeSet<>();
        while (named.find()) {
            used.add(named.group(1));
        }
        used.removeIf(key -> !key.contains(".") && !ENGLISH.containsKey(key));
        assertThat(used).hasSizeGreaterThan(150);
        assertThat(ENGLISH.keySet()).containsAll(used);
        String text = sources.toString();
        assertThat(ENGLISH.keySet()).allSatisfy(key -> {
            boolean whole = text.contains("\"" + key + "\"");
            boolean built = prefixes(key).anyMatch(prefix -> text.contains("\"" + prefix));
            int dot = key.lastIndexOf('.');
            boolean ended = dot > 0
                    && text.contains("\"" + key.substring(0, dot) + "\"")
                    && text.contains("\"" + key.substring(dot) + "\"");
            assertThat(whole || built || ended).as(key + " is used").isTrue();
        });
    }

    /** The beginnings up to each dot, as in {@code "level." + level}. */
    private static Stream<String> prefixes(String key) {
        return Pattern.compile("\\.").matcher(key).results().map(dot -> key.substring(0, dot.end()) + "\"");
    }

    @Test
    void everyValueThatOtherPartsGiveHasItsText() {
        keys("reason.", FileReason.values());
        keys("action.", FileAction.values());
        keys("fileoutcome.", FileOutcome.values());
        keys("state.", Sweep.State.values());
        keys("refused.", Settings.Problem.values());
        keys("notrun.", Refusal.Reason.values());
        keys("verdict.", Resolved.Verdict.values());
        keys("kind.", LogKind.values());
        keys("level.", ScopeLevel.values());
        keys("role.", Role.values());
    }

    @Test
    void everyFactAndEveryFieldOfOneHasItsLabel() {
        Set<String> keys = new TreeSet<>();
        for (Class<?> type : Fact.class.getPermittedSubclasses()) {
            keys.add("fact.type." + type.getSimpleName());
            fields(type, keys);
        }
        assertThat(keys).hasSizeGreaterThan(100);
        for (Map<String, String> texts : List.of(ENGLISH, GERMAN)) {
            assertThat(texts.keySet().stream().filter(key -> key.matches("fact\\.(type|field)\\..*")))
                    .containsExactlyInAnyOrderElementsOf(keys);
        }
    }

    /** The components of a record and of what they are made of, as {@link FactFields} walks them. */
    private static void fields(Class<?> type, Set<String> keys) {
        if (type == Country.class || type == RetentionRule.class) {
            return;
        }
        if (type.isSealed()) {
            Stream.of(type.getPermittedSubclasses()).forEach(one -> fields(one, keys));
        }
        if (type.isRecord()) {
            for (RecordComponent component : type.getRecordComponents()) {
                keys.add("fact.field." + component.getName());
                Type declared = component.getGenericType();
                while (declared instanceof ParameterizedType list) {
                    declared = list.getActualTypeArguments()[0];
                }
                fields((Class<?>) declared, keys);
            }
        }
    }

    @Test
    void everyCodeInAFactHasItsWord() {
        Set<String> keys = new TreeSet<>();
        Stream.of(Fact.class.getPermittedSubclasses()).forEach(type -> codes(type, keys));
        assertThat(keys).hasSizeGreaterThan(100).contains("fact.value.trigger.NEWEST_LINE", "fact.value.ipMode.Full");
        for (Map<String, String> texts : List.of(ENGLISH, GERMAN)) {
            assertThat(texts.keySet().stream()
                            .filter(key -> key.startsWith("fact.value."))
                            // What is a text in a fact, and stated by us.
                            .filter(key -> !key.matches("fact\\.value\\.(activity|fields)\\..*")))
                    .containsExactlyInAnyOrderElementsOf(keys);
        }
    }

    private static void codes(Class<?> type, Set<String> keys) {
        if (type == Country.class || type == RetentionRule.class || !type.isRecord()) {
            return;
        }
        for (RecordComponent component : type.getRecordComponents()) {
            Type declared = component.getGenericType();
            while (declared instanceof ParameterizedType list) {
                declared = list.getActualTypeArguments()[0];
            }
            Class<?> value = (Class<?>) declared;
            String prefix = "fact.value." + component.getName() + ".";
            if (value.isEnum()) {
                Stream.of(value.getEnumConstants()).forEach(constant -> keys.add(prefix + ((Enum<?>) constant).name()));
            } else if (value.isSealed() && value != RetentionRule.class) {
                for (Class<?> one : value.getPermittedSubclasses()) {
                    keys.add(prefix + one.getSimpleName());
                    codes(one, keys);
                }
            } else {
                codes(value, keys);
            }
        }
    }

    @Test
    void valuesOfFactsAreSaidInTheLanguage() {
        Texts german = new Texts("de", ZoneOffset.UTC);
        Fact transfer = new Transfer(
                "cdn",
                new Country("US"),
                Transfer.Mechanism.STANDARD_CLAUSES,
                Optional.of(LocalDate.of(2026, 3, 1)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        assertThat(FactFields.of(transfer).stream()
                        .map(field -> FactWords.field(german, field))
                        .map(field -> field.label() + "=" + field.text() + "<" + field.code()))
                .contains(
                        "Empfänger=cdn<",
                        "Land=Vereinigte Staaten<US",
                        "Zulässig durch=Standarddatenschutzklauseln<STANDARD_CLAUSES",
                        "Geprüft am=01.03.2026<2026-03-01",
                        "Ersatzweise zulässig durch=<");
        Fact export = new Export("web.accounts", List.of(Export.Format.CSV, Export.Format.ZONE_FILE), true);
        assertThat(FactFields.of(export).stream()
                        .map(field -> FactWords.field(german, field).text()))
                .containsExactly("web.accounts", "CSV, Zonendatei", "ja");
    }

    private static void keys(String prefix, Enum<?>... values) {
        assertThat(values).isNotEmpty();
        assertThat(ENGLISH.keySet())
                .containsAll(Stream.of(values)
                        .map(value -> prefix + value.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    @Test
    void theLanguageFollowsTheBrowserAndIsEnglishOtherwise() {
        assertThat(Texts.negotiate("de-AT,de;q=0.9,en;q=0.8")).isEqualTo("de");
        assertThat(Texts.negotiate("fr,en;q=0.5,de;q=0.7")).isEqualTo("de");
        assertThat(Texts.negotiate("fr")).isEqualTo("en");
        assertThat(Texts.negotiate("")).isEqualTo("en");
        assertThat(Texts.negotiate("%%%;;q=9")).isEqualTo("en");
    }

    @Test
    void numbersDatesAndSizesAreWrittenAsTheLanguageDoes() {
        Texts german = new Texts("de", ZoneOffset.UTC);
        Texts english = new Texts("en", ZoneOffset.UTC);
        Instant at = Instant.parse("2026-03-01T12:30:00Z");

        assertThat(german.number(1_234_567)).isEqualTo("1.234.567");
        assertThat(english.number(1_234_567)).isEqualTo("1,234,567");
        assertThat(german.date(at)).isEqualTo("01.03.2026");
        assertThat(english.date(at)).isEqualTo("1 Mar 2026");
        assertThat(german.size(1_500)).isEqualTo("1,5\u00a0kB");
        assertThat(english.size(999_999)).isEqualTo("1\u00a0MB");
        assertThat(english.size(1)).isEqualTo("1\u00a0byte");
        assertThat(german.get("retention.days", 1)).isEqualTo("1 Tag");
        assertThat(german.get("retention.days", 3_650)).isEqualTo("3.650 Tage");
        assertThat(english.relative(at, at.plusSeconds(3 * 86_400))).isEqualTo("3 days ago");
    }

    @Test
    void anAgeIsRoundedUpAsFactsAre() {
        Texts german = new Texts("de", ZoneOffset.UTC);
        Instant at = Instant.parse("2026-03-01T12:30:00Z");
        assertThat(german.age(at.minus(Duration.ofDays(10)), at)).isEqualTo("10 Tage");
        assertThat(german.age(at.minus(Duration.ofDays(10).plusHours(3)), at)).isEqualTo("11 Tage");
        assertThat(german.age(at.minus(Duration.ofHours(3)), at)).isEqualTo("1 Tag");
    }

    @Test
    void whatLiesInTheFutureIsNotCalledYoung() {
        Instant at = Instant.parse("2026-03-01T12:30:00Z");
        assertThat(new Texts("de", ZoneOffset.UTC).age(at.plusSeconds(1), at)).isEqualTo("in der Zukunft");
        assertThat(new Texts("en", ZoneOffset.UTC).age(at.plusSeconds(1), at)).isEqualTo("in the future");
    }
}
