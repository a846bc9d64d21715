package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code logs pipe} says when it is not understood, or cannot begin. */
class PipeCommandTest {
    @TempDir
    Path folder;

    private String said = "";

    private int run(Locale locale, String... arguments) throws IOException {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        try (FileInputStream in = new FileInputStream("/dev/null")) {
            return new PipeCommand(
                            in, new PrintStream(errors, true, StandardCharsets.UTF_8), locale, new SecureRandom())
                    .run(List.of(arguments));
        } finally {
            said = errors.toString(StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | Which hosts are there? Say logs pipe --sites FILE | Welche Hosts gibt es? Bitte logs pipe --sites DATEI",
                "--site x | Unknown option --site; | Unbekannte Option --site;",
                "access.log | Unknown option access.log; | Unbekannte Option access.log;",
                "--sites | Option --sites needs a value; | Die Option --sites braucht einen Wert;",
                "--sites=x --full=wait | Option --full cannot be \"wait\": write one of block, drop."
                        + " | Die Option --full kann nicht \"wait\" sein; möglich sind: block, drop.",
                "--linger -1 | Option --linger cannot be \"-1\": write one of 0 ... 99999."
                        + " | Die Option --linger kann nicht \"-1\" sein; möglich sind: 0 ... 99999.",
                "--spool-size 1T | Option --spool-size cannot be \"1T\": write one of 1M ..."
                        + " | Die Option --spool-size kann nicht \"1T\" sein; möglich sind: 1M ...",
                "--keep 0 | Option --keep cannot be \"0\": write one of 1 ... 9999."
                        + " | Die Option --keep kann nicht \"0\" sein; möglich sind: 1 ... 9999.",
                "--memory-size 1M | Option --memory-size cannot be \"1M\": write one of 4M ... 1024M."
                        + " | Die Option --memory-size kann nicht \"1M\" sein; möglich sind: 4M ... 1024M.",
            })
    void saysWhatIsWrongWithAnOption(String arguments, String english, String german) throws IOException {
        String[] words = arguments.isEmpty() ? new String[0] : arguments.split(" ", -1);
        assertThat(run(Locale.ENGLISH, words)).isEqualTo(2);
        assertThat(said).startsWith(english);
        assertThat(run(Locale.GERMAN, words)).isEqualTo(2);
        assertThat(said).startsWith(german);
    }

    @Test
    void theHelpNamesEachOptionInBothLanguages() throws IOException {
        for (Locale locale : List.of(Locale.ENGLISH, Locale.GERMAN)) {
            assertThat(run(locale, "--help")).isZero();
            assertThat(said)
                    .contains("--sites", "--default", "--spool", "--spool-size", "--memory", "--memory-size")
                    .contains(
                            "--full",
                            "--default-size",
                            "--keep",
                            "--linger",
                            "--status",
                            "vhost_combined",
                            "HUP",
                            "TERM")
                    .doesNotContain("''", "--keys");
        }
    }

    @Test
    void keepsNothingUnmaskedOnADisk() throws IOException {
        Path memory = Files.createDirectory(
                folder.resolve("memory"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assumeThat(Files.getFileStore(memory).type())
                .as("the temporary folder is on a disk")
                .isNotEqualTo("tmpfs");
        String sites = folder.resolve("sites.json").toString();
        assertThat(run(Locale.GERMAN, "--sites", sites, "--memory", memory.toString()))
                .isEqualTo(2);
        assertThat(said).contains(memory.toString(), "Arbeitsspeicher", "--memory");
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void usesNoFolderThatOthersMayEnter() throws IOException {
        Path spool = Files.createDirectory(folder.resolve("spool"));
        Files.setPosixFilePermissions(spool, PosixFilePermissions.fromString("rwxr-x---"));
        Path shared = Path.of("/dev/shm");
        assumeThat(Files.isDirectory(shared)).as("there is /dev/shm").isTrue();
        Path memory = Files.createTempDirectory(shared, "sparsam-test");
        try {
            String sites = folder.resolve("sites.json").toString();
            assertThat(run(Locale.ENGLISH, "--sites", sites, "--memory", memory.toString()))
                    .isEqualTo(2);
            assertThat(said).contains(spool.toString(), "mode 700");
        } finally {
            Files.delete(memory);
        }
    }
}
