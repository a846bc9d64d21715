package dev.sparsam.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataFolderTest {

    @TempDir
    Path folder = Path.of("");

    private static void refused(Path data, String english, String german) {
        assertThatThrownBy(() -> DataFolder.lock(data, false, Messages.in("en")))
                .hasMessageContaining(data + " cannot be written to (" + english + ")");
        assertThatThrownBy(() -> DataFolder.lock(data, false, Messages.in("de")))
                .hasMessageContaining("(" + german + ")");
    }

    @Test
    void aFileInPlaceOfTheFolderIsSaidInWords() throws IOException {
        refused(Files.createFile(folder.resolve("file")), "it is not a folder", "es ist kein Ordner");
    }

    @Test
    void aFolderThatCannotBeThereIsSaidInWords() {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "Skipped: only Linux has a folder where none can be made");
        refused(
                Path.of("/proc/none"),
                "it does not exist, or a folder above it is missing",
                "nicht vorhanden, oder ein Ordner darüber fehlt");
    }

    @Test
    void aFolderThatMayNotBeWrittenIsSaidInWords() throws IOException {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
        assumeFalse(Files.isWritable(closed), "Skipped: this account may write everything");
        refused(closed.resolve("data"), "access is denied", "der Zugriff ist verweigert");
        assertThat(closed).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"etc", "keys", "db", "logs", "run", "cache", "lost+found"})
    void whatADataFolderHoldsMayBeThereBeforeTheFirstStart(String name) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(Files.createDirectory(data.resolve(name)).resolve("file"), "mine");
        DataFolder.lock(data, false, Messages.in("en")).close();
        assertThat(data.resolve(name).resolve("file")).hasContent("mine");
        assertThat(data.resolve(DataFolder.MARKER)).exists();
    }

    @Test
    void whatElseIsThereIsForeign() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.createDirectory(data.resolve("keys"));
        Files.createDirectory(data.resolve("www"));
        assertThatThrownBy(() -> DataFolder.lock(data, false, Messages.in("en")))
                .hasMessageContaining("it holds www");
    }

    /** A demo's folder may be emptied later, with the key in it. */
    @Test
    void folderWithKeysNeverBecomesADemos() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.createDirectory(data.resolve("keys"));
        assertThatThrownBy(() -> DataFolder.lock(data, true, Messages.in("en"))).hasMessageContaining("it holds keys");
    }

    private static void discarded(Path data) throws Exception {
        try (DataFolder locked = DataFolder.lock(data, false, Messages.in("en"))) {
            locked.discard();
        }
    }

    @Test
    void discardTakesBackOnlyWhatTheLockMade() throws Exception {
        Path below = folder.resolve("a/b/data");
        discarded(below);
        assertThat(folder).isEmptyDirectory();

        Files.createDirectories(below.resolve("etc"));
        discarded(below);
        assertThat(below.toFile().list()).containsExactly("etc");

        DataFolder.lock(below, false, Messages.in("en")).close();
        discarded(below);
        assertThat(below.toFile().list()).containsExactlyInAnyOrder("etc", "run", DataFolder.MARKER);
    }
}
