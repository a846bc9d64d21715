package dev.sparsam.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.panel.spi.InventoryPort;
import dev.sparsam.panel.spi.PanelConnector;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PanelCommandsTest {

    /** Whose problems are the lines of the file that begin with a question mark. */
    private static final class Lines implements PanelConnector, InventoryPort {

        @Override
        public PanelInfo info() {
            return new PanelInfo("Lines", "1");
        }

        @Override
        public Health health() {
            return new Health(true, "well");
        }

        @Override
        public ImportReport preview(InputStream file, Locale language) throws IOException {
            List<String> lines = new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            List<String> problems = lines.stream()
                    .filter(line -> line.startsWith("?"))
                    .map(line -> language + line)
                    .toList();
            return new ImportReport(problems, problems.isEmpty() ? lines : List.of(), List.of(), List.of(), 0);
        }

        @Override
        public ImportReport apply(InputStream file, Locale language) throws IOException {
            return preview(file, language);
        }

        @Override
        public void export(OutputStream file) throws IOException {
            file.write("a\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    @TempDir
    Path folder;

    private final CommandProcessorImpl processor = new CommandProcessorImpl(new ThreadIOImpl());
    private final CommandSession session = processor.createSession(
            new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream(), new ByteArrayOutputStream());
    private final PanelCommands commands = new PanelCommands(new Lines(), new Lines());

    @BeforeEach
    void here() {
        session.currentDir(folder);
        session.put(GogoSession.LANGUAGE, "de");
    }

    @AfterEach
    void stop() {
        session.close();
        processor.stop();
    }

    @Test
    void fileWithProblemsIsRefusedWithAllOfThem() throws IOException {
        Files.writeString(folder.resolve("in"), "a\n?b\n?c\n");
        assertThatThrownBy(() -> commands._import(session, "in"))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.text(Texts.in("de")))
                                .isEqualTo("Es wurde nichts geändert, denn die Datei hat 2 Fehler:\n  de?b\n  de?c"));
    }

    @Test
    void longListIsCutAndSaysSo() throws IOException {
        Files.writeString(
                folder.resolve("in"),
                IntStream.range(0, 25).mapToObj(i -> "site " + i + "\n").reduce("", String::concat));
        assertThat(commands.preview(session, "in"))
                .startsWith("25 kämen hinzu\n  site 0\n")
                .contains("\n  ... und 5 weitere\n0 würden geändert\n")
                .endsWith("\n0 unverändert");
        assertThat(commands._import(session, "in")).startsWith("25 hinzugekommen\n");
    }

    @Test
    void exportSaysTheWholePath() throws IOException {
        assertThat(commands.export(session, "out")).isEqualTo("Geschrieben: " + folder.resolve("out"));
        assertThat(folder.resolve("out")).hasContent("a\n");
    }
}
