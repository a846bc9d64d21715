package dev.sparsam.settings;

import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.panel.RetentionRule.Inherit;
import dev.sparsam.panel.RetentionRule.NoLogging;
import java.util.Comparator;

/** Retention as settings: always in pairs, for the data in use and for its backups. */
public final class Retentions {
    /** Retention rules; nothing kept is strictest, for ever is least strict. */
    public static final SettingType<RetentionRule> TYPE = new SettingType<>(
            RetentionRule::toString, Retentions::read, Strictness.by(Comparator.comparingInt(Retentions::rank)));

    private Retentions() {}

    /**
     * A pair of settings with the ids {@code <name>.live} and {@code <name>.backup}.
     *
     * @param live how long what is in use is kept where no scope says otherwise
     * @param backup how long its backups are kept where no scope says otherwise
     */
    public static Pair pair(String name, RetentionRule live, RetentionRule backup) {
        return new Pair(new Setting<>(name + ".live", TYPE, live), new Setting<>(name + ".backup", TYPE, backup));
    }

    /**
     * Two settings that belong together.
     *
     * @param live the period of what is in use
     * @param backup the period of its backups
     */
    public record Pair(Setting<RetentionRule> live, Setting<RetentionRule> backup) {}

    private static RetentionRule read(String text) {
        RetentionRule rule = RetentionRule.parse(text);
        if (rule instanceof Inherit) {
            throw new IllegalArgumentException("\"inherit\" is no value of its own: reset the setting instead");
        }
        return rule;
    }

    private static int rank(RetentionRule rule) {
        if (rule instanceof NoLogging) {
            return 0;
        }
        if (rule instanceof Days days) {
            return days.days();
        }
        if (rule instanceof Forever) {
            return Integer.MAX_VALUE;
        }
        throw new IllegalArgumentException("\"inherit\" has no strictness: resolve it first");
    }
}
