package dev.sparsam.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.FileAction;
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

    @Test
    void filesThatAreCutHaveANumberOfTheirOwn() {
        Map<FileAction, Long> numbers =
                Map.of(FileAction.DELETE, 38L, FileAction.CUT, 2L, FileAction.MASK, 6L, FileAction.LEAVE, 3L);
        Sweep planned = sweep(State.PLANNED, numbers, Map.of());
        assertThat(SweepCommands.head(Texts.in("en"), "x", planned))
                .contains("To delete: 38, to cut: 2, to mask: 6, to leave: 3, ");
        assertThat(SweepCommands.head(Texts.in("de"), "x", planned))
                .contains("Zu löschen: 38, zu kürzen: 2, zu maskieren: 6, zu belassen: 3, ");
        Sweep done = sweep(State.DONE, numbers, numbers);
        assertThat(SweepCommands.head(Texts.in("en"), "x", done))
                .contains("Deleted: 38, cut: 2, masked: 6, unchanged: 3, ");
        assertThat(SweepCommands.head(Texts.in("de"), "x", done))
                .contains("Gelöscht: 38, gekürzt: 2, maskiert: 6, unverändert: 3, ");
        assertThat(Texts.in("en").text("sweep.list.head")).contains("|DELETE|CUT|MASK|LEAVE|");
        assertThat(Texts.in("de").text("sweep.list.head")).contains("|LÖSCHEN|KÜRZEN|MASKIEREN|BELASSEN|");
    }

    private static Sweep sweep(State state, Map<FileAction, Long> planned, Map<FileAction, Long> done) {
        return new Sweep(
                1,
                new Scope(ScopeLevel.PROVIDER, "p"),
                state,
                "admin",
                Instant.EPOCH,
                Optional.empty(),
                1,
                1,
                planned,
                done,
                0,
                0);
    }
}
