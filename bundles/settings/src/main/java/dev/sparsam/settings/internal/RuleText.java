package dev.sparsam.settings.internal;

import dev.sparsam.settings.ScopeRule;
import dev.sparsam.settings.Setting;
import dev.sparsam.settings.SettingType;
import dev.sparsam.store.Row;
import dev.sparsam.store.StoreException;
import java.util.List;
import java.util.Optional;

/** How what a scope says is written in columns of the database. */
final class RuleText {
    private RuleText() {}

    /** The columns {@code own_value, locked, strictest, laxest, relaxable}, in this order. */
    static <T> List<Object> columns(Setting<T> setting, ScopeRule<T> rule) {
        SettingType.Writer<T> text = setting.type().text();
        return List.of(
                rule.value().map(text::write),
                rule.lock(),
                rule.strictest().map(text::write),
                rule.laxest().map(text::write),
                rule.relaxable());
    }

    /** One line, without knowing the setting; see {@link ScopeRule#text}. */
    static String line(Row row) {
        return new ScopeRule<>(
                        row.optionalText("own_value"),
                        row.flag("locked"),
                        row.optionalText("strictest"),
                        row.optionalText("laxest"),
                        row.flag("relaxable"))
                .text(written -> written);
    }

    static <T> ScopeRule<T> read(Setting<T> setting, Row row) {
        return new ScopeRule<>(
                value(setting, row, "own_value"),
                row.flag("locked"),
                value(setting, row, "strictest"),
                value(setting, row, "laxest"),
                row.flag("relaxable"));
    }

    private static <T> Optional<T> value(Setting<T> setting, Row row, String column) {
        Optional<String> text = row.optionalText(column);
        try {
            return text.map(setting.type().parse()::read);
        } catch (IllegalArgumentException e) {
            throw new StoreException(
                    "The database holds a value of " + setting.id() + " in " + column + " that this version does not"
                            + " understand: " + e.getMessage(),
                    e);
        }
    }
}
