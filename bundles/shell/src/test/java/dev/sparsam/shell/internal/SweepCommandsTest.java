package dev.sparsam.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.Sweep;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SweepCommandsTest {

    private static String state(String language, State state, int done, int sites) {
        Sweep sweep = new Sweep(
                1,
                new Scope(ScopeLevel.PROVIDER, "p"),
                state,
                "admin",
                Instant.EPOCH,
                Optional.empty(),
                sites,
                done,
                Map.of(),
                Map.of(),
                0,
                0);
        return SweepCommands.state(Texts.in(language), sweep);
    }

    @Test
    void planThatHasNotCountedItsSitesYetIsBeingPrepared() {
        assertThat(state("en", State.PLANNING, 0, 0)).isEqualTo("planning, being prepared");
        assertThat(state("de", State.PLANNING, 0, 0)).isEqualTo("wird geplant, in Vorbereitung");
        assertThat(state("en", State.PLANNING, 0, 60)).isEqualTo("planning, 0 of 60 sites done");
        assertThat(state("en", State.RUNNING, 3, 60)).isEqualTo("running, 3 of 60 sites done");
        assertThat(state("en", State.PLANNED, 60, 60)).isEqualTo("planned");
    }
}
