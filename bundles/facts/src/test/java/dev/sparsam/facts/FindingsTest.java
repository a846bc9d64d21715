package dev.sparsam.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.ScopePath;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FindingsTest {
    private static final List<ScopePath> PATHS = List.of(
            ScopePath.of(new Scope(ScopeLevel.PROVIDER, "p")),
            ScopePath.of(new Scope(ScopeLevel.PROVIDER, "p"), new Scope(ScopeLevel.DOMAIN, "d-1")));

    private final List<Collection<ScopePath>> asked = new ArrayList<>();

    private static Evidenced<Retention> fact(String id) {
        Retention week = new Retention(
                "access-log", Retention.Store.LIVE, new Days(7), Retention.Trigger.NEWEST_LINE, Optional.empty());
        return new Evidenced<>(
                id,
                "dev.sparsam.logs 0.1.0",
                new Scope(ScopeLevel.DOMAIN, "d-1"),
                week,
                new Provenance.Enforced(
                        0, Samples.SHA256, Instant.EPOCH, Duration.ofDays(2), new Cadence.ByHand(ZoneOffset.UTC)));
    }

    private FactSource source(Findings findings) {
        return paths -> {
            asked.add(paths);
            return findings;
        };
    }

    /** A source reads the database: two questions could be answered with two states of it. */
    @Test
    void eachSourceIsAskedOnceForAllPathsAndAnswersInItsPlace() {
        Evidenced<Retention> first = fact("a.1");
        Evidenced<Retention> second = fact("b.1");
        Withheld<Retention> withheld = new Withheld<>(fact("b.2"), Optional.empty(), 1);

        Findings findings = Findings.of(
                List.of(
                        source(new Findings(List.of(first), List.of())),
                        source(new Findings(List.of(second), List.of(withheld)))),
                PATHS);

        assertThat(findings).isEqualTo(new Findings(List.of(first, second), List.of(withheld)));
        assertThat(asked).containsExactly(PATHS, PATHS);
    }

    @Test
    void withoutSourcesNothingIsKnown() {
        assertThat(Findings.of(List.of(), PATHS)).isEqualTo(new Findings(List.of(), List.of()));
    }
}
