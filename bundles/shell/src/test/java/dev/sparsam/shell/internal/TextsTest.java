package dev.sparsam.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.Test;

class TextsTest {

    /** English ones stand in the code, where a host's own shell finds them. */
    private static final Pattern DECLARED = Pattern.compile("(command|argument|placeholder)\\..*");

    private static final Pattern ARGUMENT = Pattern.compile("\\{(\\d)");

    private final Properties english = load("texts.properties");
    private final Properties german = load("texts_de.properties");

    private static Properties load(String file) {
        Properties texts = new Properties();
        try (InputStream in = TextsTest.class.getResourceAsStream(file)) {
            texts.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return texts;
    }

    private static Set<String> keys(Properties texts) {
        Set<String> keys = new TreeSet<>(texts.stringPropertyNames());
        keys.removeIf(key ->
                DECLARED.matcher(key).matches() && !key.startsWith("command.usage") && !key.equals("command.failed"));
        return keys;
    }

    @Test
    void everySentenceExistsInBothLanguages() {
        assertThat(keys(german)).isEqualTo(keys(english));
    }

    @Test
    void bothLanguagesHaveTheSamePlaceholders() {
        for (String key : keys(english)) {
            assertThat(placeholders(german, key)).as(key).isEqualTo(placeholders(english, key));
        }
    }

    private static Set<String> placeholders(Properties texts, String key) {
        String text = texts.getProperty(key);
        assertThat(new MessageFormat(text, Locale.ROOT)).as(key).isNotNull();
        Set<String> found = new TreeSet<>();
        ARGUMENT.matcher(text).results().forEach(result -> found.add(result.group(1)));
        return found;
    }

    @Test
    void tablesHaveTheSameColumnsInBothLanguages() {
        for (String key : keys(english)) {
            if (key.endsWith(".head")) {
                assertThat(german.getProperty(key).split("\\|"))
                        .as(key)
                        .hasSameSizeAs(english.getProperty(key).split("\\|"));
            }
        }
    }

    @Test
    void everyCommandAndEachOfItsArgumentsIsDescribedInGerman() {
        for (Class<?> type : List.of(
                Help.class,
                NoticeCommands.class,
                PanelCommands.class,
                ReceiptCommands.class,
                SettingCommands.class,
                SiteCommands.class,
                SiteCommands.TenantCommands.class,
                SweepCommands.class)) {
            for (Command command : commands(type)) {
                assertThat(german).containsKey("command." + command.name());
                command.methods().stream()
                        .flatMap(method -> Arrays.stream(method.getParameters()))
                        .filter(parameter -> parameter.getType() != CommandSession.class)
                        .forEach(parameter -> assertThat(Optional.ofNullable(german.getProperty(
                                                "argument." + command.name() + "." + parameter.getName()))
                                        .or(() -> Optional.ofNullable(
                                                german.getProperty("argument." + parameter.getName()))))
                                .as("%s %s", command.name(), parameter.getName())
                                .isPresent());
            }
        }
    }

    private static List<Command> commands(Class<?> type) {
        // The annotation is not kept in the class file, so: what is public and not of Object is a command.
        String scope = type == Help.class
                ? "sparsam"
                : type.getSimpleName().replaceAll("Commands$", "").toLowerCase(Locale.ROOT);
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> java.lang.reflect.Modifier.isPublic(method.getModifiers()))
                .map(method -> method.getName().replaceFirst("^_", ""))
                .distinct()
                .map(name -> Command.of(scope, name, type))
                .toList();
    }

    @Test
    void numbersStayAsTheyAreTyped() {
        assertThat(Texts.in("en").text("receipt.unknown", 12345)).contains("12345");
    }

    @Test
    void formsFollowTheNumber() {
        Texts texts = Texts.in("en");
        assertThat(texts.text("receipt.intact", 1L, 1L)).isEqualTo("Intact: 1 receipt, 1 signed checkpoint.");
        assertThat(texts.text("receipt.intact", 0L, 12345L))
                .isEqualTo("Intact: no receipts, 12,345 signed checkpoints.");
        assertThat(Texts.in("de").text("receipt.intact", 1L, 12345L))
                .isEqualTo("Unversehrt: 1 Beleg, 12.345 signierte Prüfpunkte.");
    }
}
