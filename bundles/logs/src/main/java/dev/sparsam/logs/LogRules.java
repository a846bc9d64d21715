package dev.sparsam.logs;

import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.settings.Resolved;
import dev.sparsam.settings.Setting;
import dev.sparsam.settings.Settings;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What holds for one kind of log of a site: the stages of its lines, and what masking means.
 *
 * @param raw how long lines stay as they were written
 * @param live when they are deleted from the files of the server
 * @param backup when they are deleted from backups
 * @param masking what happens between the two
 */
public record LogRules(RawPeriod raw, RetentionRule live, RetentionRule backup, MaskingPolicy masking) {
    /**
     * What holds for sites, by kind of log; with a constant number of queries.
     *
     * @param paths the sites
     */
    public static Map<Scope, Map<LogKind, LogRules>> resolve(Settings settings, Collection<ScopePath> paths) {
        Resolver resolver = new Resolver(settings, paths);
        Map<Scope, Map<LogKind, LogRules>> rules = new LinkedHashMap<>();
        for (ScopePath path : paths) {
            Map<LogKind, LogRules> kinds = new EnumMap<>(LogKind.class);
            for (LogKind kind : LogKind.values()) {
                kinds.put(kind, resolver.rules(path.leaf(), kind));
            }
            rules.put(path.leaf(), Map.copyOf(kinds));
        }
        return rules;
    }

    /** The values of all settings for all sites. */
    private static final class Resolver {
        private final Map<Setting<?>, Map<Scope, ?>> values = new LinkedHashMap<>();

        Resolver(Settings settings, Collection<ScopePath> paths) {
            for (Setting<?> setting : LogSettings.all()) {
                values.put(setting, resolve(settings, setting, paths));
            }
        }

        private static <T> Map<Scope, Resolved<T>> resolve(
                Settings settings, Setting<T> setting, Collection<ScopePath> paths) {
            return settings.resolveAll(setting, paths);
        }

        LogRules rules(Scope site, LogKind kind) {
            Map<PersonalField, Handling> fields = new EnumMap<>(PersonalField.class);
            for (PersonalField field : PersonalField.values()) {
                fields.put(field, value(LogSettings.field(field), kind, site));
            }
            return new LogRules(
                    value(LogSettings.RAW, kind, site),
                    value(LogSettings.LIVE, kind, site),
                    value(LogSettings.BACKUP, kind, site),
                    new MaskingPolicy(
                            value(LogSettings.ADDRESS, kind, site), value(LogSettings.SCOPE, kind, site), fields));
        }

        /** What is said of one kind can only be stricter than what is said of all. */
        private <T> T value(KindSetting<T> setting, LogKind kind, Scope site) {
            return setting.all()
                    .type()
                    .strictness()
                    .stricter(value(setting.all(), site), value(setting.of(kind), site));
        }

        @SuppressWarnings("unchecked")
        private <T> T value(Setting<T> setting, Scope site) {
            Resolved<T> resolved =
                    (Resolved<T>) Objects.requireNonNull(values.get(setting)).get(site);
            return resolved == null ? setting.builtIn() : resolved.value();
        }
    }
}
