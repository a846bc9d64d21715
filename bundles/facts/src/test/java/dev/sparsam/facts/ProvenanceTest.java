package dev.sparsam.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ProvenanceTest {
    private static final Instant THEN = Instant.parse("2026-11-01T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Cadence BY_HAND = new Cadence.ByHand(ZoneOffset.UTC);

    private static Evidenced<?> evidenced(Provenance provenance) {
        return new Evidenced<>(
                "logs.retention.WEB_ACCESS",
                "dev.sparsam.logs 0.1.0",
                new Scope(ScopeLevel.DOMAIN, "d-1"),
                Samples.all().get(0),
                provenance);
    }

    @Test
    void anEnforcedFactIsCurrentUntilItsReceiptIsTooOld() {
        Evidenced<?> fact = evidenced(new Provenance.Enforced(0, Samples.SHA256, THEN, DAY, BY_HAND));
        assertThat(fact.isCurrent(THEN.plus(DAY))).isTrue();
        assertThat(fact.isCurrent(THEN.plus(DAY).plusNanos(1))).isFalse();
    }

    @Test
    void anObservedFactIsCurrentUntilTheMeasurementIsTooOld() {
        Evidenced<?> fact = evidenced(new Provenance.Observed("tls", Samples.SHA256, THEN, DAY));
        assertThat(fact.isCurrent(THEN.plus(DAY))).isTrue();
        assertThat(fact.isCurrent(THEN.plus(DAY).plusNanos(1))).isFalse();
    }

    @Test
    void aDeclaredFactIsCurrentUntilItExpires() {
        Evidenced<?> fact = evidenced(new Provenance.Declared("admin", Samples.SHA256, THEN, THEN.plus(DAY)));
        assertThat(fact.isCurrent(THEN.plus(DAY))).isTrue();
        assertThat(fact.isCurrent(THEN.plus(DAY).plusNanos(1))).isFalse();
    }

    @Test
    void aStatuteDoesNotAge() {
        assertThat(evidenced(new Provenance.Statute("GDPR Art. 77", THEN))
                        .isCurrent(THEN.plus(Duration.ofDays(99_999))))
                .isTrue();
    }

    @Test
    void aDeclarationThatExpiresBeforeItIsConfirmedIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Provenance.Declared("admin", Samples.SHA256, THEN, THEN))
                .withMessageContaining("Provenance.Declared.expires");
    }

    @Test
    void evidenceWithoutAHashIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Provenance.Enforced(0, "", THEN, DAY, BY_HAND))
                .withMessageContaining("Provenance.Enforced.sha256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Provenance.Observed("tls", "x", THEN, DAY))
                .withMessageContaining("Provenance.Observed.sha256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Provenance.Declared("admin", "x", THEN, THEN.plus(DAY)))
                .withMessageContaining("Provenance.Declared.sha256");
    }

    @Test
    void aReceiptBeforeTheFirstIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Provenance.Enforced(-1, Samples.SHA256, THEN, DAY, BY_HAND))
                .withMessageContaining("Provenance.Enforced.receipt is -1");
    }

    @Test
    void evidenceThatSpeaksForNoTimeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Provenance.Enforced(0, Samples.SHA256, THEN, Duration.ZERO, BY_HAND))
                .withMessageContaining("Provenance.Enforced.maxAge is PT0S");
    }

    @Test
    void aStatuteNamesItsArticle() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Provenance.Statute(" ", THEN))
                .withMessageContaining("Provenance.Statute.reference is empty");
    }
}
