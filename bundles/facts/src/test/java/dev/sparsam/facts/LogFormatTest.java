package dev.sparsam.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.facts.LogFormat.Unmasked;
import dev.sparsam.panel.LogKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogFormatTest {
    private static LogFormat format(int rawHours, int oldestHours) {
        return new LogFormat(
                LogKind.WEB_ACCESS,
                List.of(),
                new LogFormat.IpMode.Removed(),
                LogFormat.Reach.LINE,
                List.of(),
                Optional.empty(),
                rawHours,
                Optional.of(new Unmasked(1, 2, oldestHours)));
    }

    @Test
    void linesAreBehindWhenTheyAreADayOlderThanTheyMayBe() {
        assertThat(format(0, 24).isBehind()).isFalse();
        assertThat(format(0, 25).isBehind()).isTrue();
        assertThat(format(48, 72).isBehind()).isFalse();
        assertThat(format(48, 73).isBehind()).isTrue();
    }

    @Test
    void noAgeIsUnderstated() {
        Instant at = Instant.parse("2026-11-22T12:00:00Z");
        assertThat(Unmasked.age(at.minus(Duration.ofHours(3)), at)).isEqualTo(3);
        assertThat(Unmasked.age(at.minus(Duration.ofHours(3)).minusNanos(1), at))
                .isEqualTo(4);
        assertThat(Unmasked.age(at.plusSeconds(1), at)).isZero();
        assertThat(new Unmasked(1, 1, 24).oldestDays()).isEqualTo(1);
        assertThat(new Unmasked(1, 1, 25).oldestDays()).isEqualTo(2);
    }

    @Test
    void noShareIsUnderstated() {
        assertThat(new Unmasked(1, 1_000_000, 1).percent()).isEqualTo(1);
        assertThat(new Unmasked(501, 1000, 1).percent()).isEqualTo(51);
        assertThat(new Unmasked(7, 100, 1).percent()).isEqualTo(7);
        assertThat(new Unmasked(1000, 1000, 1).percent()).isEqualTo(100);
    }
}
