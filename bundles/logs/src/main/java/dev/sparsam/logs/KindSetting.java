package dev.sparsam.logs;

import dev.sparsam.panel.LogKind;
import dev.sparsam.settings.Setting;
import dev.sparsam.settings.SettingType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A setting of logs, for all kinds together and for each kind: of the two values the stricter one holds, so that what is said
 * of all kinds is a promise about each.
 *
 * @param all the setting for all kinds, for example {@code logs.user}
 * @param kinds those for one kind, for example {@code logs.mail.user}
 */
public record KindSetting<T>(Setting<T> all, Map<LogKind, Setting<T>> kinds) {
    /** Keeps a copy. */
    public KindSetting {
        kinds = Map.copyOf(kinds);
    }

    /**
     * Makes the settings.
     *
     * @param name what follows {@code logs.}
     * @param builtIn the value where no scope has one
     * @param laxest what no value is less strict than: a kind without a value of its own adds nothing
     */
    static <T> KindSetting<T> of(String name, SettingType<T> type, T builtIn, T laxest) {
        Map<LogKind, Setting<T>> kinds = new EnumMap<>(LogKind.class);
        for (LogKind kind : LogKind.values()) {
            kinds.put(kind, new Setting<>("logs." + word(kind) + "." + name, type, laxest));
        }
        return new KindSetting<>(new Setting<>("logs." + name, type, builtIn), kinds);
    }

    /** How a kind of logs is called in the names of settings: {@code web-access}. */
    public static String word(LogKind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The setting for one kind. */
    public Setting<T> of(LogKind kind) {
        return Objects.requireNonNull(kinds.get(kind));
    }

    /** All of them; first that for all kinds. */
    public List<Setting<?>> settings() {
        List<Setting<?>> settings = new ArrayList<>(List.of(all));
        for (LogKind kind : LogKind.values()) {
            settings.add(of(kind));
        }
        return settings;
    }
}
