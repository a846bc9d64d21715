package dev.sparsam.settings;

import dev.sparsam.panel.Scope;
import java.util.List;
import java.util.Optional;

/**
 * The effective value of a setting at a scope, and why.
 *
 * @param value the effective value
 * @param source the scope it came from; empty when it is the built-in value
 * @param steps what each scope on the path says about it, from the provider down
 */
public record Resolved<T>(T value, Optional<Scope> source, List<Step<T>> steps) {
    /** Keeps a copy. */
    public Resolved {
        steps = List.copyOf(steps);
    }

    /** The scope that this was resolved for. */
    public Scope scope() {
        return steps.get(steps.size() - 1).scope();
    }

    /** What the scope itself says. */
    public Step<T> own() {
        return steps.get(steps.size() - 1);
    }

    /** The nearest scope above (or the scope itself) whose lock holds here. */
    public Optional<Scope> lockedBy() {
        return steps.stream()
                .filter(step -> step.rule().lock())
                .map(Step::scope)
                .findFirst();
    }

    /**
     * One scope on the path.
     *
     * @param scope the scope
     * @param rule what the scope says: value, lock, bounds
     * @param verdict what became of its value
     * @param effective the effective value at this scope
     */
    public record Step<T>(Scope scope, ScopeRule<T> rule, Verdict verdict, T effective) {}

    /** What became of a scope's own value. */
    public enum Verdict {
        /** It has none. */
        NONE,
        /** It holds. */
        APPLIED,
        /** It lies outside the bounds of a scope above; the nearest bound holds instead. */
        BOUNDED,
        /** A scope above has locked the setting. */
        LOCKED,
        /** It would relax what a scope above demands, and none above allows that. */
        TOO_LAX
    }
}
