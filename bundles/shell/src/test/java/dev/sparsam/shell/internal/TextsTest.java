package dev.sparsam.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.Sweep;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.settings.Resolved;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.Test;

class TextsTest {

    /** English ones stand in the code, where a host's own shell finds them. */
    private static final Pattern DECLARED = Pattern.compile("(command|argument|placeholder)\\..*");

    private static final Pattern ARGUMENT = Pattern.compile("\\{(\\d)");

    private static final List<Class<?>> TYPES = List.of(
            Help.class,
            HoldCommands.class,
            NoticeCommands.class,
            PanelCommands.class,
            ReceiptCommands.class,
            SettingCommands.class,
            SiteCommands.class,
            SiteCommands.TenantCommands.class,
            SweepCommands.class);

    /** They come from other bundles, which say in English what they do; in German they are described here. */
    private static final Set<String> OF_OTHERS =
            Set.of("logs:kafka", "user:add", "user:disable", "user:list", "user:reset");

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
        for (Class<?> type : TYPES) {
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

    @Test
    void everySentenceIsUsed() throws IOException {
        StringBuilder sources = new StringBuilder();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sources.append(Files.readString(file));
            }
        }
        String text = sources.toString();
        assertThat(keys(english)).hasSizeGreaterThan(150).allSatisfy(key -> {
            int dot = key.lastIndexOf('.');
            // Whole, or built as in "setting.refused." + problem or "setting." + tense + ".apply".
            boolean begun = dot > 0 && text.contains("\"" + key.substring(0, dot + 1) + "\"");
            boolean around = dot > 0
                    && text.contains("\"" + key.substring(0, key.indexOf('.') + 1) + "\"")
                    && text.contains("\"" + key.substring(dot) + "\"");
            assertThat(text.contains("\"" + key + "\"")
                            || begun
                            || around
                            || constants().contains(key))
                    .as(key)
                    .isTrue();
        });
    }

    @Test
    void everyConstantHasItsWord() {
        assertThat(keys(english)).containsAll(constants());
    }

    /** What {@link Texts#word} looks for. */
    private static Set<String> constants() {
        Set<String> constants = new TreeSet<>(
                Set.of("Event.applied", "Event.waiting", "Event.withdrawn", "Event.superseded", "Event.refused"));
        for (Class<? extends Enum<?>> type : List.of(
                ScopeLevel.class,
                Resolved.Verdict.class,
                Sweep.State.class,
                FileAction.class,
                FileOutcome.class,
                FileReason.class,
                LogKind.class)) {
            for (Enum<?> constant : type.getEnumConstants()) {
                constants.add(type.getSimpleName() + "." + constant.name());
            }
        }
        return constants;
    }

    @Test
    void englishDescriptionsStandInTheCodeOnly() {
        assertThat(english.stringPropertyNames())
                .noneMatch(key -> key.startsWith("argument.") || key.matches("command\\..*:.*"));
    }

    @Test
    void nothingIsDescribedThatIsNoCommand() {
        Set<String> described = new TreeSet<>(OF_OTHERS);
        Set<String> parameters = new TreeSet<>(List.of("login", "tenant"));
        Set<String> arguments = new TreeSet<>(parameters);
        for (Class<?> type : TYPES) {
            for (Command command : commands(type)) {
                described.add(command.name());
                command.methods().stream()
                        .flatMap(method -> Arrays.stream(method.getParameters()))
                        .forEach(parameter -> {
                            parameters.add(parameter.getName());
                            arguments.add(parameter.getName());
                            arguments.add(command.name() + "." + parameter.getName());
                        });
            }
        }
        assertThat(described).containsAll(rest("command.", key -> !english.containsKey(key)));
        assertThat(arguments).containsAll(rest("argument.", key -> true));
        assertThat(parameters).containsAll(rest("placeholder.", key -> true));
    }

    private Set<String> rest(String prefix, Predicate<String> wanted) {
        return german.stringPropertyNames().stream()
                .filter(key -> key.startsWith(prefix))
                .filter(wanted)
                .map(key -> key.substring(prefix.length()))
                .collect(Collectors.toCollection(TreeSet::new));
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
