package dev.sparsam.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.distribution.StartBench.Limit;
import dev.sparsam.distribution.StartBench.Run;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartBenchTest {
    private static List<Boolean> kept(double bareSeconds, Run ours) {
        return StartBench.limits(new Run(bareSeconds, 1, 100), ours).stream()
                .map(Limit::kept)
                .toList();
    }

    @Test
    void figuresBelowTheLimitsAreKept() {
        assertThat(kept(1.2, new Run(2.4, 9, 159))).containsExactly(true, true, true);
    }

    @Test
    void eachLimitIsMissedByItself() {
        assertThat(kept(1.25, new Run(2.5, 1, 159))).containsExactly(false, true, true);
        assertThat(kept(1.0, new Run(2.4, 1, 159))).containsExactly(true, false, true);
        assertThat(kept(1.2, new Run(2.4, 1, 160))).containsExactly(true, true, false);
    }

    @Test
    void theLimitIsPrintedBesideTheFigure() {
        assertThat(StartBench.limits(new Run(1.2, 1, 100), new Run(3, 1, 150)).get(0))
                .hasToString("  MISSED  3.00 s to the first page, limit: under 2.5 s");
    }
}
