package dev.sparsam.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.facts.LogFormat.IpMode;
import dev.sparsam.facts.LogFormat.Reach;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.RetentionRule;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FactWordsTest {
    private static final Map<String, String> ENGLISH = load("words.properties");
    private static final Map<String, String> GERMAN = load("words_de.properties");

    private final FactWords english = FactWords.of(Locale.UK, ZoneOffset.UTC);
    private final FactWords german = FactWords.of(Locale.GERMANY, ZoneOffset.UTC);

    @Test
    void bothLanguagesHaveTheSameWordsWithTheSamePlaces() {
        assertThat(GERMAN.keySet()).isEqualTo(ENGLISH.keySet());
        ENGLISH.forEach((key, text) ->
                assertThat(places(GERMAN.getOrDefault(key, ""))).as(key).isEqualTo(places(text)));
    }

    @Test
    void everyWordCanBeAPattern() {
        for (Map<String, String> words : List.of(ENGLISH, GERMAN)) {
            // A straight apostrophe would swallow the places behind it.
            assertThat(words.values()).isNotEmpty().noneMatch(text -> text.contains("'") || text.isBlank());
            words.values()
                    .forEach(text ->
                            assertThat(new MessageFormat(text).toPattern()).isNotEmpty());
        }
    }

    @Test
    void everyFactAndEveryFieldOfOneHasItsLabelAndNothingElseHas() {
        Set<String> keys = new TreeSet<>();
        for (Class<?> type : Fact.class.getPermittedSubclasses()) {
            keys.add("type." + type.getSimpleName());
            fields(type, keys);
        }
        assertThat(keys).hasSizeGreaterThan(100);
        for (Map<String, String> words : List.of(ENGLISH, GERMAN)) {
            assertThat(words.keySet().stream().filter(key -> key.matches("(type|field)\\..*")))
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
                keys.add("field." + component.getName());
                fields(element(component), keys);
            }
        }
    }

    @Test
    void everyCodeInAFactHasItsWordAndNothingElseHas() {
        Set<String> keys = new TreeSet<>();
        Stream.of(Fact.class.getPermittedSubclasses()).forEach(type -> codes(type, keys));
        assertThat(keys).hasSizeGreaterThan(100).contains("value.trigger.NEWEST_LINE", "value.ipMode.Full");
        for (Map<String, String> words : List.of(ENGLISH, GERMAN)) {
            assertThat(words.keySet().stream()
                            .filter(key -> key.startsWith("value."))
                            // What is a text in a fact, and stated by us.
                            .filter(key -> !key.matches("value\\.(activity|fields)\\..*")))
                    .containsExactlyInAnyOrderElementsOf(keys);
        }
    }

    private static void codes(Class<?> type, Set<String> keys) {
        if (type == Country.class || type == RetentionRule.class || !type.isRecord()) {
            return;
        }
        for (RecordComponent component : type.getRecordComponents()) {
            Class<?> value = element(component);
            String prefix = "value." + component.getName() + ".";
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

    private static Class<?> element(RecordComponent component) {
        Type declared = component.getGenericType();
        while (declared instanceof ParameterizedType list) {
            declared = list.getActualTypeArguments()[0];
        }
        return (Class<?>) declared;
    }

    @Test
    void everyLogHasANameForWhatIsSaidOfIt() {
        for (LogKind kind : LogKind.values()) {
            assertThat(ENGLISH).containsKey("name.LogFormat." + kind);
        }
        assertThat(keys("value.activity.")).isEqualTo(keys("name.Retention."));
    }

    private static Set<String> keys(String prefix) {
        return ENGLISH.keySet().stream()
                .filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()))
                .collect(Collectors.toSet());
    }

    @Test
    void everyFactIsToldInBothLanguages() {
        for (Fact fact : Samples.all()) {
            for (FactWords words : List.of(english, german)) {
                assertThat(words.name(fact)).isNotBlank().doesNotContain("_");
                assertThat(words.sentence(fact)).isNotBlank().doesNotContain("[", "Optional");
                assertThat(words.fields(fact))
                        .hasSameSizeAs(FactFields.of(fact))
                        .allSatisfy(field -> assertThat(field.label()).isNotBlank());
            }
        }
    }

    @Test
    void factsHaveNames() {
        assertThat(german.name(retention("web-access-log", new RetentionRule.Days(7))))
                .isEqualTo("Speicherdauer der Zugriffsprotokolle");
        assertThat(german.name(retention("dns-log", new RetentionRule.Days(7)))).isEqualTo("Speicherdauer: dns-log");
        assertThat(english.name(new NegativeClaim(NegativeClaim.Claim.NO_SALE, Optional.empty())))
                .isEqualTo("What is not done");
    }

    @Test
    void retentionIsASentence() {
        Retention retention = retention("web-access-log", new RetentionRule.Days(10));
        assertThat(english.sentence(retention))
                .isEqualTo("10 days in use, counted from the newest line of a file;"
                        + " the oldest content that was found: 1 day old");
        assertThat(german.sentence(retention))
                .isEqualTo("10 Tage in Gebrauch, Beginn der Frist: neueste Zeile einer Datei;"
                        + " ältester gefundener Inhalt: 1 Tag alt");
        assertThat(german.sentence(retention("web-access-log", new RetentionRule.Forever())))
                .startsWith("unbegrenzt (in Gebrauch);");
    }

    @Test
    void everyPeriodHasWords() {
        assertThat(Stream.of(
                                new RetentionRule.Days(3_650),
                                new RetentionRule.NoLogging(),
                                new RetentionRule.Forever(),
                                new RetentionRule.Inherit())
                        .map(german::period))
                .containsExactly("3.650 Tage", "keine Protokolle", "unbegrenzt", "geerbt");
        assertThat(english.period(new RetentionRule.Days(1))).isEqualTo("1 day");
    }

    @Test
    void aLegalHoldIsSaidWithItsLastDay() {
        assertThat(german.sentence(new Retention(
                        "mail-log",
                        Retention.Store.BACKUP,
                        new RetentionRule.Days(30),
                        Retention.Trigger.LINE,
                        Optional.of(40),
                        Optional.of(LocalDate.of(2027, 3, 31)))))
                .isEqualTo("30 Tage in Datensicherungen, Beginn der Frist: Zeit der jeweiligen Zeile; Löschung bis"
                        + " einschließlich 31.03.2027 ausgesetzt (Löschsperre); ältester gefundener Inhalt: 40 Tage"
                        + " alt");
    }

    private static LogFormat format(IpMode mode, Reach reach, String... fields) {
        return new LogFormat(
                LogKind.WEB_ACCESS, List.of(fields), mode, reach, List.of(), Optional.empty(), 0, Optional.empty());
    }

    @Test
    void maskingSaysWhatIsKeptOfAddresses() {
        assertThat(german.sentence(format(new IpMode.Truncated(24, 48), Reach.LINE, "client-address")))
                .isEqualTo("Adressen unumkehrbar auf 24 Bit (IPv4) und 48 Bit (IPv6) gekürzt; protokolliert:"
                        + " IP-Adresse des Besuchers");
        assertThat(english.sentence(format(new IpMode.Full(), Reach.CLIENT))).isEqualTo("addresses kept in full");
        assertThat(english.sentence(format(new IpMode.Removed(), Reach.CLIENT)))
                .isEqualTo("addresses irreversibly removed; only that of the client");
        assertThat(german.sentence(format(new IpMode.Pseudonymised(false), Reach.LINE)))
                .isEqualTo("Adressen durch Pseudonyme ersetzt");
        assertThat(german.sentence(format(new IpMode.Pseudonymised(true), Reach.LINE)))
                .isEqualTo("Adressen durch Pseudonyme ersetzt, die zeigen, welche zu einem Netz gehören");
    }

    @Test
    void maskingSaysWhenAndWhatElseAndWhatWasFoundUnmasked() {
        LogFormat format = new LogFormat(
                LogKind.MAIL,
                List.of("remote-address"),
                new IpMode.Truncated(24, 48),
                Reach.LINE,
                List.of(
                        new LogFormat.Treatment(LogFormat.Datum.USER, LogFormat.Handling.HASHED),
                        new LogFormat.Treatment(LogFormat.Datum.EMAIL, LogFormat.Handling.CUT)),
                Optional.of(7),
                36,
                Optional.of(new LogFormat.Unmasked(21, 1000, 50)));
        assertThat(english.sentence(format))
                .isEqualTo("addresses irreversibly shortened to 24 bits (IPv4) and 48 bits (IPv6); user name: replaced"
                        + " by a keyed hash; e-mail address: shortened; keys of pseudonyms kept for 7 days; lines not"
                        + " masked for 36 hours; found unmasked: up to 3 % of the lines, the oldest up to 3 days old;"
                        + " logged: IP address of the remote side");
        assertThat(german.sentence(format))
                .isEqualTo("Adressen unumkehrbar auf 24 Bit (IPv4) und 48 Bit (IPv6) gekürzt; Benutzername: durch einen"
                        + " Hash mit Schlüssel ersetzt; E-Mail-Adresse: gekürzt; Schlüssel der Pseudonyme 7 Tage"
                        + " gespeichert; Zeilen 36 Stunden lang unmaskiert; unmaskiert gefunden: bis zu 3 % der Zeilen,"
                        + " die älteste bis zu 3 Tage alt; protokolliert: IP-Adresse der Gegenstelle");
    }

    @Test
    void valuesAreSaidInTheLanguageAndKeepTheirCodes() {
        Fact transfer = new Transfer(
                "cdn",
                new Country("US"),
                Transfer.Mechanism.STANDARD_CLAUSES,
                Optional.of(LocalDate.of(2026, 3, 1)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        assertThat(german.fields(transfer))
                .contains(
                        new FactWords.Field("Empfänger", "cdn", ""),
                        new FactWords.Field("Land", "Vereinigte Staaten", "US"),
                        new FactWords.Field("Zulässig durch", "Standarddatenschutzklauseln", "STANDARD_CLAUSES"),
                        new FactWords.Field("Geprüft am", "01.03.2026", "2026-03-01"),
                        new FactWords.Field("Ersatzweise zulässig durch", "", ""));
        Fact export = new Export("web.accounts", List.of(Export.Format.CSV, Export.Format.ZONE_FILE), true);
        assertThat(german.fields(export))
                .extracting(FactWords.Field::text)
                .containsExactly("web.accounts", "CSV, Zonendatei", "ja");
    }

    @Test
    void evidenceOfEveryKindHasWords() {
        String hash = Samples.SHA256;
        assertThat(Stream.of(
                                new Provenance.Enforced(
                                        1,
                                        hash,
                                        Instant.EPOCH,
                                        Duration.ofDays(2),
                                        new Cadence.Daily(List.of(LocalTime.of(2, 30)), ZoneOffset.UTC)),
                                new Provenance.Enforced(
                                        1, hash, Instant.EPOCH, Duration.ofDays(2), new Cadence.ByHand(ZoneOffset.UTC)),
                                new Provenance.Observed("tls", hash, Instant.EPOCH, Duration.ofDays(2)),
                                new Provenance.Declared("Anna", hash, Instant.EPOCH, Instant.MAX),
                                new Provenance.Statute("Art. 77 DSGVO", Instant.EPOCH))
                        .map(german::evidence))
                .containsExactly(
                        "täglich um 02:30 Uhr (UTC) durchgesetzt",
                        "von Hand durchgesetzt, ohne Zeitplan",
                        "gemessen von tls",
                        "erklärt von Anna",
                        "kraft Gesetzes (Art. 77 DSGVO)");
    }

    @Test
    void whoReadsNeitherLanguageReadsEnglish() {
        FactWords french = FactWords.of(Locale.FRANCE, ZoneOffset.UTC);
        assertThat(french.state(true)).isEqualTo("current");
        assertThat(french.period(new RetentionRule.Days(3_650))).isEqualTo("3,650 days");
    }

    private static Retention retention(String activity, RetentionRule rule) {
        return new Retention(activity, Retention.Store.LIVE, rule, Retention.Trigger.NEWEST_LINE, Optional.of(1));
    }

    private static Set<Integer> places(String text) {
        Set<Integer> places = new TreeSet<>();
        Matcher matcher = Pattern.compile("\\{([0-9])").matcher(text);
        while (matcher.find()) {
            places.add(Integer.parseInt(matcher.group(1)));
        }
        return places;
    }

    private static Map<String, String> load(String name) {
        Properties properties = new Properties();
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(FactWords.class.getResourceAsStream(name), name), StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return properties.stringPropertyNames().stream().collect(Collectors.toMap(key -> key, properties::getProperty));
    }
}
