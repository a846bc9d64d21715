package dev.sparsam.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.logs.LogSettings;
import dev.sparsam.settings.Setting;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.felix.service.command.Descriptor;
import org.junit.jupiter.api.Test;

class SettingCommandsTest {
    /** An annotation takes no list, so the help's text is held to the settings here. */
    @Test
    void theHelpNamesEverySetting() {
        List<String> help = new ArrayList<>();
        for (Method method : SettingCommands.class.getMethods()) {
            for (Parameter parameter : method.getParameters()) {
                Descriptor said = parameter.getAnnotation(Descriptor.class);
                if (said != null && said.value().startsWith("retention")) {
                    help.add(said.value());
                }
            }
        }
        assertThat(help).hasSize(5);
        String[] names = LogSettings.all().stream()
                .map(setting -> setting.id().substring("logs.".length()))
                .filter(name -> Arrays.stream(dev.sparsam.panel.LogKind.values())
                        .noneMatch(kind -> name.startsWith(
                                kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + ".")))
                .map(name -> name.equals("retention.live") ? "retention" : name)
                .toArray(String[]::new);
        assertThat(help)
                .allSatisfy(text ->
                        assertThat(Pattern.compile("[^a-z.-]+").split(text)).contains(names));
    }

    @Test
    void whatIsNoValueIsRefusedWithWhatToWriteInstead() {
        for (Setting<?> setting : LogSettings.all()) {
            String name = setting.id().substring("logs.".length());
            assertThatThrownBy(() -> SettingCommands.value(name, setting, "nonsense"))
                    .as(name)
                    .isInstanceOf(Refusal.class)
                    .hasMessageStartingWith("\"nonsense\" ")
                    .hasMessageMatching(".*; write (a number|truncate|none|line|one of [a-z]+, [a-z]+).*");
        }
    }
}
