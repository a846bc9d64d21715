package dev.sparsam.settings;

import dev.sparsam.panel.Scope;
import java.util.Optional;

/**
 * What a scope may say about a setting, as those above it have it.
 *
 * @param locked the scope whose lock holds here; empty when the setting is not locked
 * @param ceiling the least strict value allowed; empty when nothing limits it
 * @param floor the strictest value allowed; empty when nothing limits it
 */
public record Limits<T>(Optional<Scope> locked, Optional<Limit<T>> ceiling, Optional<Limit<T>> floor) {
    /** Nothing stands against anything. */
    public static <T> Limits<T> none() {
        return new Limits<>(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * A value that must not be passed.
     *
     * @param value the value
     * @param by the scope whose value or bound it is, and which could allow more
     * @param builtIn whether that scope has no value of its own, so that the built-in value limits those below it
     */
    public record Limit<T>(T value, Scope by, boolean builtIn) {}
}
