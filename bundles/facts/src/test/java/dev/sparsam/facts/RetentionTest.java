package dev.sparsam.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final Instant THEN = Instant.parse("2026-11-01T12:00:00Z");

    private static int age(Duration passed) {
        return Retention.age(THEN, THEN.plus(passed));
    }

    @Test
    void aDayThatHasBegunCounts() {
        assertThat(age(Duration.ZERO)).isZero();
        assertThat(age(Duration.ofNanos(1))).isEqualTo(1);
        assertThat(age(Duration.ofDays(7))).isEqualTo(7);
        assertThat(age(Duration.ofDays(7).plusNanos(1))).isEqualTo(8);
    }

    @Test
    void whatLiesInTheFutureIsNotOld() {
        assertThat(age(Duration.ofDays(-399))).isZero();
    }

    @Test
    void noAgeIsUnderstatedNorOverstatedByADay() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            Duration passed = Duration.ofSeconds(random.nextLong(3_000_000_000L), random.nextLong(1_000_000_000L));
            Duration told = Duration.ofDays(age(passed));
            assertThat(told).isGreaterThanOrEqualTo(passed).isLessThan(passed.plusDays(1));
        }
    }

    @Test
    void theDayOnWhichAPeriodEndsBelongsToIt() {
        assertThat(Retention.exceeds(new Days(7), 8)).isFalse();
        assertThat(Retention.exceeds(new Days(7), 9)).isTrue();
        assertThat(Retention.exceeds(new Forever(), 40_000)).isFalse();
    }
}
