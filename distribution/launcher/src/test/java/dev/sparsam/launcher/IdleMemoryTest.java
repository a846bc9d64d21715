package dev.sparsam.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class IdleMemoryTest {
    private static final Duration ELAPSED = Duration.ofSeconds(10);
    private static final long MUCH = 1L << 40;

    private final AtomicInteger collections = new AtomicInteger();
    private final IdleMemory memory = new IdleMemory(Duration.ofSeconds(2), collections::incrementAndGet);

    @Test
    void whoWorksIsNotDisturbed() {
        assertThat(memory.look(ELAPSED, Duration.ofSeconds(3), MUCH)).isFalse();
        assertThat(collections).hasValue(0);
    }

    @Test
    void afterWorkMemoryIsGivenBack() {
        memory.look(ELAPSED, Duration.ofSeconds(9), MUCH);
        assertThat(memory.look(ELAPSED, Duration.ofMillis(9_100), MUCH)).isTrue();
        assertThat(collections).hasValue(1);
    }

    @Test
    void whatIsSettledIsLeftInPeace() {
        memory.look(ELAPSED, Duration.ofSeconds(2), MUCH);
        long settled = Runtime.getRuntime().totalMemory();
        assertThat(memory.look(ELAPSED, Duration.ofSeconds(2), settled)).isFalse();
        assertThat(memory.look(ELAPSED, Duration.ofSeconds(2), settled + (16L << 20)))
                .isTrue();
    }
}
