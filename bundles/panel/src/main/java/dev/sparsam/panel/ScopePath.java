package dev.sparsam.panel;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A scope with all scopes above it: the way along which a setting is resolved.
 *
 * @param scopes from the provider down to the scope itself, each level at most once
 */
public record ScopePath(List<Scope> scopes) {
    /** Checks the order of the levels. */
    public ScopePath {
        scopes = List.copyOf(scopes);
        if (scopes.isEmpty() || scopes.get(0).level() != ScopeLevel.PROVIDER) {
            throw new IllegalArgumentException("A scope path starts at the provider: " + scopes);
        }
        for (int i = 1; i < scopes.size(); i++) {
            if (scopes.get(i).level().compareTo(scopes.get(i - 1).level()) <= 0) {
                throw new IllegalArgumentException("A scope path goes down: " + scopes);
            }
        }
    }

    /** A path of the given scopes, from the provider down. */
    public static ScopePath of(Scope... scopes) {
        return new ScopePath(List.of(scopes));
    }

    /** The scope that this path leads to. */
    public Scope leaf() {
        return scopes.get(scopes.size() - 1);
    }

    /** This path with one more scope below its leaf. */
    public ScopePath plus(Scope below) {
        return new ScopePath(java.util.stream.Stream.concat(scopes.stream(), java.util.stream.Stream.of(below))
                .toList());
    }

    /** Whether the path leads to or through a scope. */
    public boolean contains(Scope scope) {
        return scopes.contains(scope);
    }

    @Override
    public String toString() {
        return scopes.stream().map(Scope::toString).collect(Collectors.joining(" > "));
    }
}
