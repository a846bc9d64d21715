package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.SiteId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepWorkTest {
    @TempDir
    Path directory;

    private void cleanUp(Duration later) {
        Clock clock = Clock.fixed(Instant.now().plus(later), ZoneOffset.UTC);
        new SweepWork(clock, ZoneOffset.UTC, Duration.ofMinutes(5), Duration.ofDays(90))
                .cleanUp(List.of(new LogStream(new SiteId("d"), LogKind.WEB_ACCESS, directory, "access.log*")));
    }

    private Path leftBehind(String digits) throws IOException {
        return Files.writeString(directory.resolve(".sparsam-" + digits + ".tmp"), "192.0.2.0 - - …");
    }

    /** The digits that a process of this machine gives. */
    private static String digitsOf(Process process) {
        String machine = new TemporaryNames().next().substring(0, 6);
        return new TemporaryNames(machine, process.pid()).next();
    }

    @Test
    void whatAKilledProcessOfThisMachineLeftIsRemovedAtOnce() throws Exception {
        Process process = new ProcessBuilder("sleep", "60").start();
        Path left = leftBehind(digitsOf(process));
        cleanUp(Duration.ZERO);
        assertThat(left).exists();
        process.destroyForcibly().waitFor();
        cleanUp(Duration.ZERO);
        assertThat(left).doesNotExist();
    }

    @Test
    void whatAnotherMachineLeftIsRemovedWhenItHasNotChangedForLong() throws IOException {
        Path left = leftBehind("0123456789abcdef");
        cleanUp(Duration.ofMinutes(9));
        assertThat(left).exists();
        cleanUp(Duration.ofMinutes(11));
        assertThat(left).doesNotExist();
    }

    @Test
    void whatIsBeingWrittenStays() throws IOException {
        Path left = directory.resolve(".sparsam-0123456789abcdef.tmp");
        try (OutputStream writing = Files.newOutputStream(left)) {
            writing.write(1);
            cleanUp(Duration.ofMinutes(11));
            assertThat(left).exists();
        }
    }

    @Test
    void noTwoNamesOfAProcessAreTheSame() {
        TemporaryNames names = new TemporaryNames();
        assertThat(IntStream.range(0, 1_000).mapToObj(i -> names.next()))
                .doesNotHaveDuplicates()
                .allMatch(digits -> FileChanger.isOurs(".sparsam-" + digits + ".tmp"));
    }
}
