package dev.sparsam.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Progress progress = new Progress(
            new PrintStream(bytes, true, StandardCharsets.UTF_8),
            (done, all) -> "running: " + done + " of " + all + " sites");

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void tellsEachTenthOnceInAWholeLine() {
        for (int done = 0; done <= 200_000; done++) {
            progress.at(done, 200_000);
            progress.at(done, 200_000);
        }
        assertThat(printed())
                .startsWith("running: 20000 of 200000 sites\n")
                .endsWith("running: 200000 of 200000 sites\n")
                .doesNotContain("\r");
        assertThat(printed().lines()).hasSize(10);
    }

    @Test
    void tellsEachOfAFew() {
        for (int done = 0; done <= 3; done++) {
            progress.at(done, 3);
        }
        assertThat(printed()).isEqualTo("running: 1 of 3 sites\nrunning: 2 of 3 sites\nrunning: 3 of 3 sites\n");
    }

    @Test
    void tellsNothingOfOneOrOfNone() {
        progress.at(0, 0);
        progress.at(1, 1);
        assertThat(printed()).isEmpty();
    }
}
