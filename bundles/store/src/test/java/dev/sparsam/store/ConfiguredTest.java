package dev.sparsam.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfiguredTest {
    @interface Config {
        String url() default "";

        String user() default "";

        String daily() default "";

        String mode() default "auto";

        int minutes() default 5;

        boolean fast() default true;
    }

    @TempDir
    Path folder = Path.of("");

    private final List<Trouble> troubles = new ArrayList<>();

    private Configured configured(Map<String, ?> properties) {
        return new Configured("dev.sparsam.x", Config.class, properties, trouble -> {
            troubles.add(trouble);
            return () -> troubles.remove(trouble);
        });
    }

    /** As File Install reads it. */
    private Configured file(String... lines) throws IOException {
        Path file = Files.write(folder.resolve("dev.sparsam.x.cfg"), List.of(lines));
        Map<String, Object> properties = new HashMap<>();
        for (String line : lines) {
            if (!line.startsWith("#") && line.contains("=")) {
                properties.put(
                        line.substring(0, line.indexOf('=')).strip(),
                        line.substring(line.indexOf('=') + 1).strip());
            }
        }
        properties.put("felix.fileinstall.filename", file.toUri().toString());
        return configured(properties);
    }

    private static Optional<LocalTime> time(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(LocalTime.parse(text));
    }

    @Test
    void whatIsNotWrittenHasItsDefault() {
        Configured configured = configured(Map.of("service.pid", "dev.sparsam.x"));
        assertThat(configured.text("mode")).isEqualTo("auto");
        assertThat(configured.whole("minutes", 1, 60)).isEqualTo(5);
        assertThat(configured.flag("fast")).isTrue();
        assertThat(configured.value("daily", () -> Wording.same("a time"), ConfiguredTest::time))
                .isEmpty();
        assertThat(troubles).isEmpty();
    }

    @Test
    void rightValuesHold() {
        Configured configured = configured(
                Map.of("mode", " always ", "minutes", " 60 ", "fast", "false", "daily", "02:30", "url", "jdbc:x"));
        assertThat(configured.text("mode")).isEqualTo("always");
        assertThat(configured.whole("minutes", 1, 60)).isEqualTo(60);
        assertThat(configured.flag("fast")).isFalse();
        assertThat(configured.value("daily", () -> Wording.same("a time"), ConfiguredTest::time))
                .contains(LocalTime.of(2, 30));
        assertThat(troubles).isEmpty();
    }

    /** Other sources of configurations than text files have types. */
    @Test
    void typedValuesHold() {
        Configured configured = configured(Map.of("minutes", 7, "fast", false, "mode", new String[] {"a", "b"}));
        assertThat(configured.whole("minutes", 1, 60)).isEqualTo(7);
        assertThat(configured.flag("fast")).isFalse();
        assertThat(configured.text("mode")).isEqualTo("a, b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fuenf", "", "1.5", "0", "-1", "61", "3000000000", "5 # five"})
    void wrongNumberIsReportedAndItsDefaultHolds(String written) throws IOException {
        Configured configured = file("# how long", "", "minutes = " + written);
        assertThat(configured.whole("minutes", 1, 60)).isEqualTo(5);
        assertThat(troubles)
                .singleElement()
                .returns(Trouble.Kind.DEFAULT, Trouble::kind)
                .extracting(Trouble::text)
                .isEqualTo(folder.resolve("dev.sparsam.x.cfg") + ", line 3: minutes = " + written
                        + " cannot be used; write a whole number from 1 to 60."
                        + " Until then its default holds: 5.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vielleicht", "yes", "TRUE", "0", ""})
    void wrongWordIsNotSilentlyFalse(String written) throws IOException {
        assertThat(file("fast = " + written).flag("fast")).isTrue();
        assertThat(troubles)
                .singleElement()
                .extracting(Trouble::text)
                .asString()
                .contains("line 1: fast = " + written + " cannot be used; write true or false.", "default holds: true");
    }

    @Test
    void valueThatOnlyTheComponentCanJudgeIsReportedToo() throws IOException {
        assertThat(file("daily = 25:99")
                        .value("daily", () -> Wording.same("a time of day such as 02:30"), ConfiguredTest::time))
                .isEmpty();
        assertThat(troubles)
                .singleElement()
                .extracting(Trouble::text)
                .asString()
                .endsWith(", line 1: daily = 25:99 cannot be used; write a time of day such as 02:30."
                        + " Until then it is taken to be empty, its default.");
    }

    @Test
    void germansReadWhatIsWrongInGerman() throws IOException {
        Configured configured = file("minutes = fuenf", "ulr = x", "daily = 25:99");
        configured.whole("minutes", 1, 60);
        configured.refuseMisspelt("url");
        configured.value("daily", () -> new Wording("a time", "eine Uhrzeit"), ConfiguredTest::time);
        String file = folder.resolve("dev.sparsam.x.cfg").toString();
        assertThat(troubles)
                .extracting(trouble -> trouble.wording().in(Locale.GERMANY))
                .containsExactly(
                        file + ", Zeile 1: minutes = fuenf ist nicht verwendbar; bitte schreiben: eine ganze Zahl von 1"
                                + " bis 60. Bis dahin gilt die Vorgabe: 5.",
                        file + ", Zeile 2: eine Einstellung ulr gibt es nicht; bitte url schreiben oder die Zeile"
                                + " entfernen.",
                        file + ", Zeile 3: daily = 25:99 ist nicht verwendbar; bitte schreiben: eine Uhrzeit. Bis dahin"
                                + " gilt der Wert als leer, das ist die Vorgabe.");
    }

    @Test
    void withoutAFileTheConfigurationIsNamedInGermanToo() {
        configured(Map.of("minutes", "x")).whole("minutes", 1, 60);
        assertThat(troubles)
                .singleElement()
                .extracting(trouble -> trouble.wording().german())
                .asString()
                .startsWith("Konfiguration dev.sparsam.x: minutes = x ist nicht verwendbar");
    }

    @Test
    void lineThatHoldsIsTheLastOne() throws IOException {
        file("#minutes = 1", "minutes = a", "minutes: b", "minutes = c").whole("minutes", 1, 60);
        assertThat(troubles)
                .singleElement()
                .extracting(Trouble::text)
                .asString()
                .contains(", line 4: minutes = c");
    }

    @Test
    void withoutAFileTheConfigurationIsNamed() {
        configured(Map.of("minutes", "x")).whole("minutes", 1, 60);
        assertThat(troubles)
                .singleElement()
                .extracting(Trouble::text)
                .asString()
                .startsWith("configuration dev.sparsam.x: minutes = x cannot be used");
    }

    @Test
    void refusedValueStopsTheComponent() throws IOException {
        file("url = secret").refuse("url", Wording.same("url is not understood; write another one."));
        assertThat(troubles)
                .singleElement()
                .returns(Trouble.Kind.STOPPED, Trouble::kind)
                .extracting(Trouble::text)
                .isEqualTo(folder.resolve("dev.sparsam.x.cfg") + ", line 1: url is not understood; write another one.");
    }

    @Test
    void misspeltNameOfWhatMustNotHaveItsDefaultIsRefused() throws IOException {
        assertThat(file("ulr = jdbc:postgresql://db/x", "minuts = 3").refuseMisspelt("url"))
                .isTrue();
        assertThat(troubles)
                .singleElement()
                .extracting(Trouble::text)
                .asString()
                .endsWith(", line 1: there is no setting ulr; write url, or take the line out.");
    }

    @Test
    void otherNamesAreNotTakenForMisspelt() {
        assertThat(configured(Map.of(
                                "service.pid",
                                "x",
                                "component.id",
                                1L,
                                "minuts",
                                "3",
                                "colour",
                                "red",
                                "url",
                                "jdbc:x"))
                        .refuseMisspelt("url"))
                .isFalse();
        assertThat(troubles).isEmpty();
    }

    @Test
    void closingTakesBackWhatWasReported() {
        Configured configured = configured(Map.of("minutes", "x", "fast", "x"));
        configured.whole("minutes", 1, 60);
        configured.flag("fast");
        assertThat(troubles).hasSize(2);
        configured.close();
        assertThat(troubles).isEmpty();
    }

    @Test
    void settingThatDoesNotExistIsAMistakeOfTheProgrammer() {
        Configured configured = configured(Map.of());
        assertThatThrownBy(() -> configured.text("nope")).hasMessageContaining("no setting nope");
    }

    @Test
    void aLineThatIsNoSettingIsFoundHoweverItIsWritten() throws IOException {
        Path file = Files.write(
                folder.resolve("words.cfg"), List.of("a = 1", " this is no line", "that\tis none", "\tlast"));
        ConfigFile config = ConfigFile.of("pid", Map.of("felix.fileinstall.filename", file.toString()));
        assertThat(config.place("this").in(Locale.ENGLISH)).endsWith("line 2");
        assertThat(config.place("that").in(Locale.ENGLISH)).endsWith("line 3");
        assertThat(config.place("last").in(Locale.ENGLISH)).endsWith("line 4");
        assertThat(config.place("is").in(Locale.ENGLISH)).endsWith("words.cfg");
    }

    /** When one component starts anew, those that need it do too, some of them before they hear of the change. */
    @Test
    void whatTheFileDoesNotSayAnyMoreIsNotReported() throws IOException {
        Map<String, String> before = Map.of(
                "minutes",
                "five",
                "felix.fileinstall.filename",
                folder.resolve("dev.sparsam.x.cfg").toUri().toString());
        file("minutes = five");
        assertThat(configured(before).whole("minutes", 1, 60)).isEqualTo(5);
        assertThat(troubles).hasSize(1);
        troubles.clear();

        file("mode = always", "#minutes = 5");
        assertThat(configured(before).whole("minutes", 1, 60)).isEqualTo(5);
        file("minutes = 7");
        assertThat(configured(before).whole("minutes", 1, 60)).isEqualTo(5);
        assertThat(troubles).isEmpty();
    }

    @Test
    void aKeyThatIsSetTwiceOrToNothingIsOdd() throws IOException {
        Path cfg = folder.resolve("dev.sparsam.x.cfg");
        file(
                "# daily",
                "daily = 02:30",
                "mode",
                "url = a \\",
                "  mode",
                "daily: 03:30",
                "other = 1",
                "other = 2",
                "user =");
        ConfigFile file = ConfigFile.of(
                "dev.sparsam.x",
                Map.of("felix.fileinstall.filename", cfg.toUri().toString()));
        assertThat(file.oddities(List.of("daily", "mode", "url", "user")))
                .extracting(wording -> wording.in(Locale.ENGLISH))
                .containsExactly(
                        cfg + ", line 3: mode has no value; write mode = VALUE, or put # before it.",
                        cfg + ", line 6: daily is set once more, after line 2; only the last one holds, so remove the"
                                + " other.");
    }
}
