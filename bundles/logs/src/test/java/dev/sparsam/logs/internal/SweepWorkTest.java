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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepWorkTest {
    private static final String OTHER_MACHINE = "0123456789abcdef";

    @TempDir
    Path directory;

    private void cleanUp(Duration later) {
        Clock clock = Clock.fixed(Instant.now().plus(later), ZoneOffset.UTC);
        new SweepWork(clock, ZoneOffset.UTC, Duration.ofMinutes(5), Duration.ofDays(90))
                .cleanUp(List.of(new LogStream(new SiteId("d"), LogKind.WEB_ACCESS, directory, "access.log*")));
    }

    private Path leftBehind(String random) throws IOException {
        return Files.writeString(directory.resolve(".sparsam-" + random + ".tmp"), "192.0.2.0 - - …");
    }

    @Test
    void whatAKilledProcessOfThisMachineLeftIsRemovedByWhoeverTakesOver() throws IOException {
        Path here = leftBehind(SweepWork.here() + "89abcdef");
        Path elsewhere = leftBehind(OTHER_MACHINE);
        cleanUp(Duration.ofSeconds(20));
        assertThat(here).exists();
        cleanUp(Duration.ofSeconds(35));
        assertThat(here).doesNotExist();
        assertThat(elsewhere).exists();
    }

    @Test
    void whatAnotherMachineLeftIsRemovedWhenItHasNotChangedForLong() throws IOException {
        Path elsewhere = leftBehind(OTHER_MACHINE);
        cleanUp(Duration.ofMinutes(11));
        assertThat(elsewhere).doesNotExist();
    }

    @Test
    void whatIsBeingWrittenStays() throws IOException {
        Path here = directory.resolve(".sparsam-" + SweepWork.here() + "89abcdef.tmp");
        try (OutputStream writing = Files.newOutputStream(here)) {
            writing.write(1);
            cleanUp(Duration.ofMinutes(11));
            assertThat(here).exists();
        }
    }
}
