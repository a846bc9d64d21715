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
}
