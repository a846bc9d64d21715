package dev.sparsam.facts;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WithheldTest {
    private static final Evidenced<Retention> LAST = new Evidenced<>(
            "logs.retention.WEB_ACCESS",
            "dev.sparsam.logs 0.1.0",
            new Scope(ScopeLevel.DOMAIN, "d-1"),
            retention(new Days(7)),
            new Provenance.Enforced(
                    0, Samples.SHA256, Instant.EPOCH, Duration.ofDays(2), new Cadence.ByHand(ZoneOffset.UTC)));

    private static Retention retention(RetentionRule period) {
        return new Retention(
                "access-log", Retention.Store.LIVE, period, Retention.Trigger.NEWEST_LINE, Optional.empty());
    }

    @Test
    void nothingIsWithheldWithoutAReason() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Withheld<>(LAST, Optional.empty(), 0))
                .withMessageContaining("then it is a fact");
    }

    @Test
    void whatIsStillSetIsNotOvertaken() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Withheld<>(LAST, Optional.of(retention(new Days(7))), 3))
                .withMessageContaining("not set to something else");
    }
}
