package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same in folders that only root could put elsewhere, as most of a server's are: they are not held open. */
class FileChangerInFixedFolderTest extends FileChangerTest {
    private static final int FOR_ALL = 01777;
    private static final int OWN = 0755;

    @TempDir
    private Path directory;

    /** Folders for everybody's files, in which tests are run, pass for folders of root. */
    @Override
    RealFolders folders() {
        return new RealFolders(Optional.empty(), FileChangerInFixedFolderTest::identity, System::nanoTime);
    }

    private static FileIdentity identity(Path path) {
        try {
            FileIdentity found = FileIdentity.read(path);
            return found.odd().isPresent() && !found.isLink()
                    ? new FileIdentity(
                            found.device(),
                            found.inode(),
                            found.size(),
                            found.modified(),
                            found.changed(),
                            (found.mode() & ~FOR_ALL) | OWN,
                            0,
                            0,
                            found.links())
                    : found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theFolderIsNotHeldOpen() throws IOException {
        try (Held held = folders().hold(directory)) {
            assertThat(held.path()).isEqualTo(directory);
        }
    }

    /** Only root could do that here, and then sees what it has done. */
    @Override
    void leavesAFileWhoseFolderIsReplacedByALinkWhileItIsChanged() {
        // Not a test of this class.
    }
}
