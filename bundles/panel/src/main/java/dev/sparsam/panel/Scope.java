package dev.sparsam.panel;

import java.util.Locale;

/**
 * One place at which a setting can be made.
 *
 * @param level the level
 * @param id the tenant's or site's identifier
 */
public record Scope(ScopeLevel level, String id) implements Comparable<Scope> {
    /** Checks the identifier. */
    public Scope {
        Ids.checked("Scope id", id);
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException when the text is not of the form {@code level/id}
     */
    public static Scope parse(String text) {
        int slash = text.indexOf('/');
        if (slash > 0) {
            String name = text.substring(0, slash);
            for (ScopeLevel level : ScopeLevel.values()) {
                if (level.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return new Scope(level, text.substring(slash + 1));
                }
            }
        }
        throw new IllegalArgumentException(
                "\"" + text + "\" is no scope: write provider/ID, reseller/ID, customer/ID or domain/ID");
    }

    @Override
    public int compareTo(Scope other) {
        int byLevel = level.compareTo(other.level);
        return byLevel != 0 ? byLevel : id.compareTo(other.id);
    }

    /** The stable text form, for example {@code customer/c-17}. */
    @Override
    public String toString() {
        return level.name().toLowerCase(Locale.ROOT) + "/" + id;
    }
}
