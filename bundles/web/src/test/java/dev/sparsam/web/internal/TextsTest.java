package dev.sparsam.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.AddressMasking;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
        assertThat(german.retention(new RetentionRule.Days(1))).isEqualTo("1 Tag");
        assertThat(german.retention(new RetentionRule.Days(3_650))).isEqualTo("3.650 Tage");
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

    @Test
    void everyMaskingIsCalledWhatItIs() {
        Texts german = new Texts("de", ZoneOffset.UTC);
        Texts english = new Texts("en", ZoneOffset.UTC);
        List<AddressMasking> all = Stream.of(
                        "truncate/24/48", "remove", "pseudonym/deterministic", "pseudonym/prefix", "keep")
                .map(AddressMasking::parse)
                .toList();
        assertThat(all.stream().map(Object::getClass))
                .containsAll(List.of(AddressMasking.class.getPermittedSubclasses()));
        assertThat(all.stream().map(english::masking))
                .containsExactly(
                        "shortened to 24 / 48 bits",
                        "removed",
                        "pseudonymised",
                        "pseudonymised, networks recognisable",
                        "not masked");
        assertThat(all.stream().map(german::masking))
                .containsExactly(
                        "gekürzt auf 24 / 48 Bit",
                        "entfernt",
                        "pseudonymisiert",
                        "pseudonymisiert, Netze erkennbar",
                        "nicht maskiert");
    }
}
