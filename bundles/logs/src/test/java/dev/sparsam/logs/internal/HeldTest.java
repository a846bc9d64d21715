package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class HeldTest {
    private static final int THREADS = 8;
    private static final int TIMES = 200;

    @TempDir
    private Path directory;

    @Test
    void itsPathLeadsThereWhateverBecomesOfItsNames() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("logs"));
        Path moved = directory.resolve("moved");
        try (Held held = Held.folder(folder)) {
            Files.writeString(folder.resolve("one"), "1");
            assertThat(held.place()).isEqualTo(folder.toRealPath());
            Files.move(folder, moved);
            Files.createDirectory(folder);
            Files.writeString(held.at(Path.of("elsewhere/two")), "2");
            assertThat(held.place()).isEqualTo(moved.toRealPath());
            assertThat(moved).isDirectoryContaining("glob:**/{one,two}");
            assertThat(moved.resolve("two")).hasContent("2");
            assertThat(folder).isEmptyDirectory();
            assertThat(held.identity().key()).isEqualTo(FileIdentity.read(moved).key());
        }
    }

    @Test
    void aLinkIsNotOpenedAsAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "content");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        Assertions.assertThatThrownBy(() -> Held.file(link)).isInstanceOf(IOException.class);
        try (Held held = Held.file(file)) {
            Files.delete(file);
            assertThat(held.path()).hasContent("content");
        }
    }

    /** To open a pipe for reading would wait for somebody who writes. */
    @Test
    @Timeout(60)
    void whatIsNoFolderIsNotWaitedFor() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Assertions.assertThatThrownBy(() -> Held.folder(pipe))
                .isInstanceOfAny(NotDirectoryException.class, IOException.class)
                .hasMessageContaining("pipe");
    }

    /** Whoever is to stop has still to end what has been begun. */
    @Test
    void anInterruptedThreadOpensToo() throws IOException {
        Thread.currentThread().interrupt();
        try (Held held = Held.folder(directory)) {
            assertThat(held.place()).isEqualTo(directory.toRealPath());
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void whatAnInterruptedThreadHasDoneIsSynced() throws IOException {
        try (Held held = Held.folder(directory);
                Held fixed = Held.fixed(directory)) {
            for (Held each : List.of(held, fixed)) {
                Thread.currentThread().interrupt();
                each.force();
                assertThat(Thread.interrupted()).isTrue();
                each.force();
            }
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void othersAreToldAPathThatLeadsThereForThem() throws IOException {
        try (Held held = Held.folder(directory)) {
            assertThat(Held.pathForOthers(held.path().resolve("log")))
                    .isEqualTo(Path.of(
                                    "/proc",
                                    Long.toString(ProcessHandle.current().pid()),
                                    "fd")
                            .resolve(held.path().getFileName())
                            .resolve("log"));
        }
        assertThat(Held.pathForOthers(directory.resolve("log"))).isEqualTo(directory.resolve("log"));
    }

    /** Of small blocks, file systems have small files: 16 GB with ext3, less than 4 with FAT. */
    @Test
    void anyFileSystemTakesThePosition() throws IOException {
        try (Held held = Held.file(Files.createFile(directory.resolve("file")))) {
            String number = held.path().getFileName().toString();
            assertThat(Files.readAllLines(Path.of("/proc/self/fdinfo", number)))
                    .first(InstanceOfAssertFactories.STRING)
                    .satisfies(pos -> assertThat(Long.parseLong(pos.replaceAll("[^0-9]", "")))
                            .isBetween(1L, (1L << 32) - 2));
        }
    }

    @Test
    void manyThreadsHoldTheirOwn() throws Exception {
        List<Callable<Integer>> all = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            Path folder = Files.createDirectory(directory.resolve("d" + thread));
            all.add(() -> {
                for (int i = 0; i < TIMES; i++) {
                    try (Held held = Held.folder(folder)) {
                        assertThat(held.place()).isEqualTo(folder.toRealPath());
                    }
                }
                return TIMES;
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (Future<Integer> each : threads.invokeAll(all)) {
                assertThat(each.get()).isEqualTo(TIMES);
            }
        } finally {
            threads.shutdown();
        }
    }
}
