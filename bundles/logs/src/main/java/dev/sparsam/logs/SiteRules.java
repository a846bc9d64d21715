package dev.sparsam.logs;

import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.settings.Resolved;
import dev.sparsam.settings.Setting;
import dev.sparsam.settings.Settings;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What holds for the logs of a site.
 *
 * @param kinds the rules of each kind of log
 * @param keys how long the keys of pseudonyms and hashes are kept, counted from their day
 * @param held the last day of a legal hold, until which nothing is deleted whatever the rules of a kind say
 */
public record SiteRules(Map<LogKind, LogRules> kinds, RetentionRule keys, Optional<LocalDate> held) {
    private static final String HELD = " held=";

    /** Keeps a copy. */
    public SiteRules {
        kinds = Map.copyOf(kinds);
        if (kinds.size() != LogKind.values().length) {
            throw new IllegalArgumentException("There are rules for " + kinds.keySet() + " only");
        }
    }

    /** Of a site that no legal hold keeps. */
    public SiteRules(Map<LogKind, LogRules> kinds, RetentionRule keys) {
        this(kinds, keys, Optional.empty());
    }

    /** The same rules under a legal hold. */
    public SiteRules held(LocalDate lastDay) {
        return new SiteRules(kinds, keys, Optional.of(lastDay));
    }

    /** The same rules for each kind. */
    public static SiteRules of(LogRules rules, RetentionRule keys) {
        Map<LogKind, LogRules> kinds = new EnumMap<>(LogKind.class);
        for (LogKind kind : LogKind.values()) {
            kinds.put(kind, rules);
        }
        return new SiteRules(kinds, keys);
    }

    /** The rules of one kind of log. */
    public LogRules of(LogKind kind) {
        return Objects.requireNonNull(kinds.get(kind));
    }

    /**
     * What the settings say of sites now. The number of queries depends on how many settings are used, not on the sites.
     *
     * @param paths the sites
     */
    public static Map<Scope, SiteRules> resolve(Settings settings, Collection<ScopePath> paths) {
        Resolver resolver = new Resolver(settings, paths);
        Map<Scope, SiteRules> rules = new LinkedHashMap<>();
        // Most sites have the same: each set of rules is made once.
        Map<List<?>, SiteRules> once = new HashMap<>();
        for (ScopePath path : paths) {
            Scope site = path.leaf();
            rules.put(site, once.computeIfAbsent(resolver.said(site), any -> resolver.rules(site)));
        }
        return rules;
    }

    /** The values of all settings for all sites. */
    private static final class Resolver {
        private final Map<Setting<?>, Map<Scope, ?>> values = new HashMap<>();

        Resolver(Settings settings, Collection<ScopePath> paths) {
            Set<Setting<?>> said = settings.said(LogSettings.all());
            for (Setting<?> setting : said) {
                values.put(setting, resolve(settings, setting, paths));
            }
        }

        private static <T> Map<Scope, Resolved<T>> resolve(
                Settings settings, Setting<T> setting, Collection<ScopePath> paths) {
            return settings.resolveAll(setting, paths);
        }

        /** The values of all settings that anybody has said something of: sites with the same have the same rules. */
        List<?> said(Scope site) {
            return values.keySet().stream().map(setting -> value(setting, site)).toList();
        }

        SiteRules rules(Scope site) {
            Map<LogKind, LogRules> kinds = new EnumMap<>(LogKind.class);
            for (LogKind kind : LogKind.values()) {
                kinds.put(kind, rules(site, kind));
            }
            return new SiteRules(kinds, value(LogSettings.KEYS, site));
        }

        private LogRules rules(Scope site, LogKind kind) {
            Map<PersonalField, Handling> fields = new EnumMap<>(PersonalField.class);
            for (PersonalField field : PersonalField.values()) {
                fields.put(field, value(LogSettings.field(field), kind, site));
            }
            return new LogRules(
                    value(LogSettings.LIVE, kind, site),
                    value(LogSettings.BACKUP, kind, site),
                    value(LogSettings.RAW, kind, site),
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

        @SuppressWarnings("unchecked") // put there under this setting
        private <T> T value(Setting<T> setting, Scope site) {
            Map<Scope, ?> said = values.get(setting);
            Resolved<T> resolved = said == null ? null : (Resolved<T>) said.get(site);
            return resolved == null ? setting.builtIn() : resolved.value();
        }
    }

    /**
     * The values as settings, for receipts: {@code logs.retention.live=7d}, {@code logs.masking=truncate/24/48}, …; of a kind
     * of log only what differs from most kinds, as {@code logs.mail.retention.live=14d}.
     */
    public List<String> settings() {
        LogRules most = groups().keySet().iterator().next();
        Map<KindSetting<?>, String> usual = most.values();
        List<String> settings = new ArrayList<>();
        usual.forEach((setting, value) -> settings.add(setting.all().id() + "=" + value));
        settings.add(LogSettings.KEYS.id() + "=" + keys);
        held.ifPresent(day -> settings.add("logs.held=" + day));
        for (LogKind kind : LogKind.values()) {
            of(kind).values().forEach((setting, value) -> {
                if (!value.equals(usual.get(setting))) {
                    settings.add(setting.of(kind).id() + "=" + value);
                }
            });
        }
        return settings;
    }

    /** The kinds that have the same rules, those of the most kinds first. */
    private Map<LogRules, List<LogKind>> groups() {
        Map<LogRules, List<LogKind>> groups = new LinkedHashMap<>();
        for (LogKind kind : LogKind.values()) {
            groups.computeIfAbsent(of(kind), any -> new ArrayList<>()).add(kind);
        }
        Map<LogRules, List<LogKind>> sorted = new LinkedHashMap<>();
        groups.entrySet().stream()
                .sorted(Comparator.comparingInt(group -> -group.getValue().size()))
                .forEach(group -> sorted.put(group.getKey(), group.getValue()));
        return sorted;
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException when the text is not understood
     */
    public static SiteRules parse(String text) {
        List<String> groups = Arrays.asList(text.split(" \\| ", -1));
        if (groups.size() < 2 || !groups.get(0).startsWith("keys=")) {
            throw new IllegalArgumentException("\"" + text + "\" does not say what holds for a site");
        }
        LogRules most = LogRules.parse(groups.get(1));
        Map<LogKind, LogRules> kinds = new EnumMap<>(LogKind.class);
        for (LogKind kind : LogKind.values()) {
            kinds.put(kind, most);
        }
        for (String group : groups.subList(2, groups.size())) {
            int colon = group.indexOf(": ");
            LogRules rules = LogRules.parse(group.substring(colon + 2));
            for (String kind : group.substring(0, colon).split(",", -1)) {
                kinds.put(LogKind.valueOf(kind), rules);
            }
        }
        String first = groups.get(0);
        int held = first.indexOf(HELD);
        return new SiteRules(
                kinds,
                RetentionRule.parse(first.substring(5, held < 0 ? first.length() : held)),
                held < 0 ? Optional.empty() : Optional.of(LocalDate.parse(first.substring(held + HELD.length()))));
    }

    /** The rules, those of the most kinds first: {@code keys=7d held=2027-01-31 | live=7d … | MAIL,FTP: live=14d …}. */
    @Override
    public String toString() {
        Map<LogRules, List<LogKind>> groups = groups();
        LogRules most = groups.keySet().iterator().next();
        String others = groups.entrySet().stream()
                .skip(1)
                .map(group -> " | "
                        + group.getValue().stream().map(LogKind::name).collect(Collectors.joining(",")) + ": "
                        + group.getKey())
                .collect(Collectors.joining());
        return "keys=" + keys + held.map(day -> HELD + day).orElse("") + " | " + most + others;
    }
}
