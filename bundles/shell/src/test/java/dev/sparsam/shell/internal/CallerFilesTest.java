package dev.sparsam.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallerFilesTest {

    @TempDir
    Path folder;

    private final CommandProcessorImpl processor = new CommandProcessorImpl(new ThreadIOImpl());
    private final CommandSession session = processor.createSession(
            new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream(), new ByteArrayOutputStream());
    private final CallerFiles files = new CallerFiles(session);

    @BeforeEach
    void here() {
        session.currentDir(folder);
    }

    @AfterEach
    void stop() {
        session.close();
        processor.stop();
    }

    private String read(String file) throws IOException {
        return files.read(file, in -> new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void relativePathsAreMeantInTheCallersFolder() throws IOException {
        Files.writeString(folder.resolve("größe.json"), "here");
        assertThat(read("größe.json")).isEqualTo("here");
        assertThat(files.write("x/../out", out -> out.write('a'))).isEqualTo(folder.resolve("out"));
    }

    @Test
    void missingFileIsNamedByTheWholePath() {
        assertThatThrownBy(() -> read("none"))
                .hasMessageStartingWith("There is no file " + folder.resolve("none") + ".");
    }

    @Test
    void folderIsNoFile() {
        assertThatThrownBy(() -> read(".")).hasMessage(folder + " is a folder; name a file.");
        assertThatThrownBy(() -> files.write(".", out -> {})).hasMessage(folder + " is a folder; name a file.");
    }

    @Test
    void existingFileIsLeftAlone() throws IOException {
        Files.writeString(folder.resolve("old"), "precious");
        assertThatThrownBy(() -> files.write("old", out -> out.write('a')))
                .hasMessageStartingWith(
                        folder.resolve("old") + " exists already, and nothing was written; name a file");
        assertThat(folder.resolve("old")).hasContent("precious");
    }

    @Test
    void folderThatDoesNotExistIsTold() {
        assertThatThrownBy(() -> files.write("no/where", out -> {}))
                .hasMessageStartingWith("There is no folder for " + folder.resolve("no/where"));
    }

    @Test
    void halfAFileIsNotLeftBehind() {
        assertThatThrownBy(() -> files.write("half", out -> {
                    out.write('a');
                    throw new IOException("the database is gone");
                }))
                .hasMessage("the database is gone");
        assertThat(folder.resolve("half")).doesNotExist();
    }

    @Test
    void nameThatIsNoneIsTold() {
        assertThatThrownBy(() -> read("a\0b")).isInstanceOf(Refusal.class);
    }
}
