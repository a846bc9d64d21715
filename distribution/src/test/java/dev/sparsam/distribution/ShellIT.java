package dev.sparsam.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands through the script, the socket and Gogo. */
class ShellIT {

    @TempDir
    static Path folder = Path.of("");

    private static @Nullable Distribution started;

    @BeforeAll
    static void start() throws IOException {
        started = Distribution.on(folder.resolve("data")).home(Home.assembled()).start();
    }

    @AfterAll
    static void stop() {
        sparsam().close();
    }

    private static Distribution sparsam() {
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    @Test
    void helpListsTheCommandsWithWhatTheyDo() {
        Distribution.Result help = sparsam().shell("help");
        assertThat(help.err()).isEmpty();
        assertThat(help.status()).isZero();
        assertThat(help.out()).containsPattern("(?m)^  help +list the commands").doesNotContain("gogo:");
    }

    @Test
    void helpOfACommandTellsItsUsage() {
        assertThat(sparsam().shell("help", "help").out()).contains("help NAME");
    }

    @Test
    void helpOfNoCommandFails() {
        Distribution.Result help = sparsam().shell("help", "nonsense");
        assertThat(help.status()).isEqualTo(1);
        assertThat(help.err()).isEqualTo("There is no command nonsense; help lists them.\n");
    }

    @Test
    void bundlesCanBeLookedAt() {
        assertThat(sparsam().shell("lb").out()).contains("Active");
    }

    @Test
    void socketIsForItsOwnerAlone() throws IOException {
        Path socket = sparsam().data().resolve("run").resolve("shell.sock");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
    }

    @Test
    void nothingRunningIsOneSentence() {
        Distribution.Result result = Distribution.command(
                Map.of(), Home.assembled().resolve("sparsam"), "shell", "--data", folder.toString(), "help");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("No Sparsam is running on " + folder)
                .hasLineCount(1);
    }
}
