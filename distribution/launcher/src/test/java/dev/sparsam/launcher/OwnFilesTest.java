package dev.sparsam.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnFilesTest {

    private static final List<String> OURS = List.of(
            "first-admin-password",
            "sample-accounts",
            "etc/dev.sparsam.logs.cfg",
            "etc/dev.sparsam.web.cfg",
            "db/sparsam.mv.db",
            "db/sparsam.trace.db",
            "keys/ledger.key",
            "logs/sparsam.log",
            "logs/sparsam.2026-03-10.0.log.gz",
            "logs/sample.log",
            "cache/framework/bundle1/bundle.info",
            "sample/.sparsam-sample",
            "sample/provider.json",
            "sample/planted.json",
            "sample/logs/web1/shop.example/access.log.2.gz",
            "sample/logs/web1/shop.example/.sparsam-0123456789abcdef.tmp",
            "sample/logs/web2/shop.example/1741600000-access.log",
            "sample/logs/web3/shop.example/error.log-20260310.gz",
            "sample/logs/web3/shop.example/mail.log.2.gz",
            "sample/logs/web3/shop.example/xferlog");

    @TempDir
    Path folder;

    private Path root = Path.of("");
    private Path home = Path.of("");

    @BeforeEach
    void demo() throws IOException {
        root = folder.resolve("demo");
        home = folder.resolve("home");
        write(home.resolve("etc/dev.sparsam.logs.cfg"));
        write(home.resolve("demo/dev.sparsam.web.cfg"));
        write(root.resolve(DataFolder.MARKER));
        write(root.resolve("run/lock"));
        for (String file : OURS) {
            write(root.resolve(file));
        }
    }

    private static Path write(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        return Files.writeString(file, "x");
    }

    private List<String> strangers() throws IOException {
        return OwnFiles.of(root, home).strangers().stream()
                .map(path -> root.relativize(path).toString())
                .sorted()
                .toList();
    }

    @Test
    void everythingOfOursIsDeletedButTheMarkerAndTheLock() throws IOException {
        OwnFiles own = OwnFiles.of(root, home);
        assertThat(own.strangers()).isEmpty();
        own.delete();
        assertThat(root.toFile().list()).containsExactlyInAnyOrder(DataFolder.MARKER, "run");
        assertThat(root.resolve("run/lock")).exists();
    }

    @Test
    void otherFilesAreStrangersInWhateverFolder() throws IOException {
        List<String> foreign = List.of(
                "db/export.sql",
                "etc/my.cfg",
                "keys/id_ed25519",
                "logs/apache.log",
                "sample/logs/web1/shop.example/notes.txt",
                "sample/thesis.tex",
                "thesis.tex");
        for (String file : foreign) {
            write(root.resolve(file));
        }
        assertThat(strangers()).isEqualTo(foreign);
    }

    @Test
    void foreignFolderIsNamedOnce() throws IOException {
        write(root.resolve("photos/a.jpg"));
        write(root.resolve("photos/b.jpg"));
        assertThat(strangers()).containsExactly("photos");
    }

    @Test
    void symbolicLinksAreStrangersAndNotFollowed() throws IOException {
        Path precious = write(folder.resolve("elsewhere/access.log"));
        Files.createSymbolicLink(root.resolve("sample/logs/access.log"), precious);
        Files.createSymbolicLink(root.resolve("cache/elsewhere"), folder.resolve("elsewhere"));
        assertThat(strangers()).containsExactly("cache/elsewhere", "sample/logs/access.log");
    }

    @Test
    void linkOfTheSampleIsDeletedAndNotWhatItLeadsTo() throws IOException {
        Path precious = write(folder.resolve("elsewhere/access.log"));
        Path link =
                Files.createSymbolicLink(root.resolve("sample/logs/web1/shop.example/current-access.log"), precious);
        OwnFiles own = OwnFiles.of(root, home);
        assertThat(own.strangers()).isEmpty();
        own.delete();
        assertThat(link).doesNotExist();
        assertThat(precious).exists();
    }

    @Test
    void whatComesInBetweenStays() throws IOException {
        OwnFiles own = OwnFiles.of(root, home);
        Path late = write(root.resolve("db/late"));
        assertThatThrownBy(own::delete).isInstanceOf(IOException.class);
        assertThat(late).exists();
    }
}
