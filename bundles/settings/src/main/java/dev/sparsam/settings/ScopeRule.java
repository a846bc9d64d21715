package dev.sparsam.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one scope says about a setting.
 *
 * @param value its value; empty to inherit
 * @param lock whether scopes below must not have a value of their own
 * @param strictest the strictest value allowed below
 * @param laxest the least strict value allowed below, where {@code relaxable} lets scopes below relax at all
 * @param relaxable whether scopes below may have a less strict value than this scope's: as lax as this scope itself may
 *     be, or {@code laxest}. Otherwise values may only become stricter on the way down
 */
public record ScopeRule<T>(
        Optional<T> value, boolean lock, Optional<T> strictest, Optional<T> laxest, boolean relaxable) {
    /** The text of a rule that says nothing. */
    public static final String NOTHING = "inherit";

    /** Says nothing: everything is inherited. */
    public static <T> ScopeRule<T> none() {
        return new ScopeRule<>(Optional.empty(), false, Optional.empty(), Optional.empty(), false);
    }

    /** The same with another value. */
    public ScopeRule<T> withValue(Optional<T> other) {
        return new ScopeRule<>(other, lock, strictest, laxest, relaxable);
    }

    /** One line: {@code 7d, locked, from 3d, to 14d, relaxable}; {@code inherit} in place of a value that is not there. */
    public String text(SettingType.Writer<T> writer) {
        List<String> parts = new ArrayList<>();
        parts.add(value.map(writer::write).orElse(NOTHING));
        if (lock) {
            parts.add("locked");
        }
        strictest.ifPresent(bound -> parts.add("from " + writer.write(bound)));
        laxest.ifPresent(bound -> parts.add("to " + writer.write(bound)));
        if (relaxable) {
            parts.add("relaxable");
        }
        return String.join(", ", parts);
    }

    /** Whether nothing is said. */
    public boolean isNone() {
        return value.isEmpty() && !lock && strictest.isEmpty() && laxest.isEmpty() && !relaxable;
    }
}
