package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackupFolderTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "web.tar.gz.md5",
                "web.tar.gz.sha256sum",
                "web.sha512",
                "web.tar.gz.asc",
                "web.tar.gz.vol03+04.par2"
            })
    void aChecksumBesideIsAnObstacle(String checksum) throws IOException {
        Files.createFile(directory.resolve(checksum));
        assertThat(BackupFolder.read(directory).obstacle("web.tar.gz"))
                .hasValue(FileNote.of(Code.CHECKSUM_BESIDE, checksum));
        assertThat(BackupFolder.read(directory).obstacle("web2.tar.gz")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0123  ./web.tar.gz", "0123 *web.tar.gz", "SHA256 (web.tar.gz) = 0123", "web.tar.gz 0123"})
    void soIsALineInAListOfChecksums(String line) throws IOException {
        Files.writeString(directory.resolve("SHA256SUMS"), "4567  other.zip\n" + line + "\n");
        assertThat(BackupFolder.read(directory).obstacle("web.tar.gz"))
                .hasValue(FileNote.of(Code.CHECKSUM_BESIDE, "SHA256SUMS"));
        assertThat(BackupFolder.read(directory).obstacle("web.tar")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "duplicity-full.20261101T000000Z.vol1.difftar.gz, duplicity",
        "duplicity-inc.20261101T000000Z.to.20261102T000000Z.vol1.difftar, duplicity",
        "duplicity-full-signatures.20261101T000000Z.sigtar.gz, duplicity"
    })
    void aPartOfADuplicityBackupIsKnownByItsName(String name, String program) throws IOException {
        assertThat(BackupFolder.read(directory).obstacle(name)).hasValue(FileNote.of(Code.BACKUP_STORE, program));
    }

    @Test
    void theStoreOfABackupProgramIsKnownByWhatIsInIt() throws IOException {
        for (String name : new String[] {"config", "data", "index", "keys", "snapshots"}) {
            Files.createDirectory(directory.resolve(name));
        }
        assertThat(BackupFolder.read(directory).obstacle("x.tar")).hasValue(FileNote.of(Code.BACKUP_STORE, "restic"));
        Files.writeString(directory.resolve("README"), "About us\n");
        assertThat(BackupFolder.read(directory).obstacle("x.tar")).hasValue(FileNote.of(Code.BACKUP_STORE, "restic"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"web.z01", "web.zip.001", "web.tar.part2"})
    void aVolumeIsKnownByItsName(String name) throws IOException {
        assertThat(BackupFolder.read(directory).obstacle(name)).hasValue(FileNote.of(Code.ARCHIVE_VOLUMES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"web.tar.gz", "backup-2026-11-22.zip", "vzdump-lxc-101.tar.zst", "home.tar.gz.1"})
    void anyOtherArchiveMayBeRewritten(String name) throws IOException {
        Files.createFile(directory.resolve("home.snar"));
        Files.createFile(directory.resolve("readme.txt"));
        assertThat(BackupFolder.read(directory).obstacle(name)).isEmpty();
    }
}
