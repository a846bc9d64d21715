package dev.sparsam.facts;

import java.util.Optional;

/**
 * Where data is kept.
 *
 * @param activity the id of the {@link Activity}
 * @param store which of its stores
 * @param country in which country
 * @param operator the id of the {@link Recipient} that runs the place; empty when it is the owner of the scope
 */
public record Location(String activity, Retention.Store store, Country country, Optional<String> operator)
        implements Fact {
    /** Checks the ids. */
    public Location {
        Checks.id("Location.activity", activity);
        Checks.optional("Location.operator", operator, Checks::id);
    }
}
