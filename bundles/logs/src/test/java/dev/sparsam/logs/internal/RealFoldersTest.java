package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which names of a path are looked at, on a file system that is a map. */
class RealFoldersTest {
    private static final int FOLDER = 0x4000;
    private static final int LINK = 0xa000;
    private static final int ROOT = 0;
    private static final int CUSTOMER = 1000;
    private static final Path LOGS = Path.of("/srv/web/c/logs");

    private final Map<Path, FileIdentity> files = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private long nanoTime = 5;
    private final RealFolders folders = new RealFolders(
            Optional.of(7L),
            path -> {
                asked.add(path.toString());
                FileIdentity found = files.get(path);
                if (found == null) {
                    throw new UncheckedIOException(new NoSuchFileException(path.toString()));
                }
                return found;
            },
            () -> nanoTime);

    RealFoldersTest() {
        put("/", FOLDER | 0755, ROOT);
        put("/srv", FOLDER | 0755, ROOT);
        put("/srv/web", FOLDER | 0755, 7);
        put("/srv/web/c", FOLDER | 0755, CUSTOMER);
        put("/srv/web/c/logs", FOLDER | 0755, ROOT);
    }

    private void put(String path, int mode, int uid) {
        files.put(Path.of(path), new FileIdentity(1, path.length(), 0, Instant.EPOCH, Instant.EPOCH, mode, uid, 0, 1));
    }

    private List<String> asked(Path folder) {
        asked.clear();
        assertThat(folders.obstacle(folder)).isEmpty();
        return List.copyOf(asked);
    }

    @Test
    void whatNobodyElseCanSwapIsAskedOnce() {
        assertThat(asked(LOGS)).containsExactly("/", "/srv", "/srv/web", "/srv/web/c", "/srv/web/c/logs");
        assertThat(asked(LOGS)).containsExactly("/srv/web/c/logs");
        put("/srv/web/d", FOLDER | 0755, ROOT);
        assertThat(asked(Path.of("/srv/web/d"))).containsExactly("/srv/web/d");
        assertThat(asked(Path.of("/srv/web/d"))).isEmpty();
    }

    @Test
    void whatOthersMayWriteToIsAskedAgain() {
        for (int mode : new int[] {0775, 0757, 01777}) {
            put("/srv/web", FOLDER | mode, ROOT);
            nanoTime += Duration.ofHours(1).toNanos();
            asked(LOGS);
            assertThat(asked(LOGS)).containsExactly("/srv/web/c", "/srv/web/c/logs");
        }
    }

    @Test
    void aFolderThatItsOwnerSwapsForALinkIsNoticedAtOnce() {
        asked(LOGS);
        put("/srv/web/c/logs", LINK | 0777, CUSTOMER);
        assertThat(folders.obstacle(LOGS))
                .get()
                .satisfies(note -> assertThat(note.code()).isEqualTo(Code.DIRECTORY_IS_LINK));
    }

    /** Of the map, none can be opened. */
    @Test
    void onlyAFolderThatOthersCouldSwapIsOpened() throws IOException {
        put("/srv/web/d", FOLDER | 0777, CUSTOMER);
        try (Held held = folders.hold(Path.of("/srv/web/d"))) {
            assertThat(held.at(Path.of("/elsewhere/log"))).isEqualTo(Path.of("/srv/web/d/log"));
            assertThat(held.place()).isEqualTo(Path.of("/srv/web/d"));
        }
        for (int mode : new int[] {0775, 0757, 01777}) {
            nanoTime += Duration.ofSeconds(1).toNanos();
            put("/srv/web", FOLDER | mode, ROOT);
            assertThatThrownBy(() -> folders.hold(Path.of("/srv/web/d"))).isInstanceOf(NoSuchFileException.class);
        }
        assertThatThrownBy(() -> folders.hold(LOGS)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void afterASecondAllIsAskedAgain() {
        asked(LOGS);
        nanoTime += Duration.ofSeconds(1).toNanos() - 1;
        assertThat(asked(LOGS)).hasSize(1);
        nanoTime += 1;
        assertThat(asked(LOGS)).hasSize(5);
    }
}
