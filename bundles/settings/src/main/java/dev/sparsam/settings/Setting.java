package dev.sparsam.settings;

import java.util.regex.Pattern;

/**
 * A setting that a capability defines and registers as a service (whiteboard). Two are equal when their ids are.
 *
 * @param id for example {@code logs.retention.live}
 * @param type what values it can have
 * @param builtIn the value where no scope has one
 */
public record Setting<T>(String id, SettingType<T> type, T builtIn) {
    private static final Pattern ID = Pattern.compile("[a-z0-9-]+(\\.[a-z0-9-]+)+");

    /** Checks the id. */
    public Setting {
        if (!ID.matcher(id).matches() || id.length() > 100) {
            throw new IllegalArgumentException("\"" + id + "\" is no setting id: use lower-case words joined by '.'");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Setting<?> setting && setting.id.equals(id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }
}
