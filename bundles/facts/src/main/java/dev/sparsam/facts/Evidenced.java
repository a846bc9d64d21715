package dev.sparsam.facts;

import dev.sparsam.panel.Scope;
import java.time.Instant;

/**
 * A fact with its evidence.
 *
 * @param id stable and unique within the provider and scope, for example {@code logs.retention.WEB_ACCESS}
 * @param provider symbolic name and version of the bundle that states it, for example {@code dev.sparsam.logs 0.1.0}
 * @param scope for what part of the tree it holds
 * @param fact the fact
 * @param provenance how it is known
 */
public record Evidenced<F extends Fact>(String id, String provider, Scope scope, F fact, Provenance provenance) {
    /** Checks the form. */
    public Evidenced {
        Checks.id("Evidenced.id", id);
        Checks.text("Evidenced.provider", provider);
    }

    /** Whether the evidence still speaks for the present. */
    public boolean isCurrent(Instant now) {
        return provenance.validUntil().map(end -> !now.isAfter(end)).orElse(true);
    }
}
