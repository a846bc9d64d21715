package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be opened is tried again each second, for as long as the web server runs: nothing of it may stay open. */
class PipeHandTest {
    private static final Path OPEN = Path.of("/proc/self/fd");

    @TempDir
    Path folder;

    @BeforeEach
    void proc() {
        assumeThat(Files.isDirectory(OPEN)).as("the kernel says what is open").isTrue();
    }

    private long open() throws IOException {
        long count = 0;
        try (var files = Files.newDirectoryStream(OPEN)) {
            for (Path file : files) {
                try {
                    count += Files.readSymbolicLink(file).startsWith(folder) ? 1 : 0;
                } catch (IOException e) {
                    // It was that of the list itself.
                }
            }
        }
        return count;
    }

    @Test
    void whatCannotBeTakenWhollyIsClosed() throws IOException {
        PipeHand.take(folder, "pipe-1", 1 << 20).orElseThrow().close();
        Files.delete(folder.resolve("pipe-1.out"));
        Files.createDirectory(folder.resolve("pipe-1.out"));
        assertThatThrownBy(() -> PipeHand.take(folder, "pipe-1", 1 << 20)).isInstanceOf(IOException.class);
        assertThat(open()).isZero();
        assertThatThrownBy(() -> PipeHand.look(folder, "pipe-1")).isInstanceOf(IOException.class);
        assertThat(open()).isZero();
    }

    @Test
    void whatThisProcessHasLockedItselfIsClosed() throws IOException {
        try (FileChannel own =
                FileChannel.open(folder.resolve("pipe-1"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            own.lock();
            long before = open();
            assertThatThrownBy(() -> PipeHand.take(folder, "pipe-1", 1 << 20))
                    .isInstanceOf(OverlappingFileLockException.class);
            assertThat(open()).isEqualTo(before);
        }
    }

    @Test
    void whatIsNoneIsClosed() throws IOException {
        Files.writeString(folder.resolve("pipe-1"), "");
        assertThatThrownBy(() -> PipeHand.look(folder, "pipe-1")).isInstanceOf(Exception.class);
        assertThat(open()).isZero();
    }
}
