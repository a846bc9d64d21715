package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command with nothing but what its script gives it. */
class CommandAloneTest {
    @TempDir
    Path folder;

    /** Runs it and gives what it has written. */
    private Path run(String out, String... options) throws IOException, InterruptedException {
        Path masked = folder.resolve(out);
        assertThat(runInto(masked, options))
                .as(Files.readString(folder.resolve("errors")))
                .isZero();
        assertThat(folder.resolve("errors")).isEmptyFile();
        return masked;
    }

    private int runInto(Path out, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-Duser.language=en",
                "-cp",
                CommandPath.text(),
                LogsCommand.class.getName(),
                "mask"));
        command.addAll(List.of(options));
        return new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start()
                .waitFor();
    }

    @Test
    void aLongLogIsMaskedByAsManyThreadsAsOneLikes() throws Exception {
        Path log = folder.resolve("access.log");
        try (BufferedWriter out = Files.newBufferedWriter(log, StandardCharsets.ISO_8859_1)) {
            // More than one thread is only then begun.
            for (int n = 0; n < 1_300_000; n++) {
                out.write((n % 3 == 0 ? "2001:db8::" + Integer.toHexString(1 + n % 65_535) : "203.0.113." + n % 256)
                        + " - - [22/Nov/2026:03:03:22 +0100] \"GET /" + n + " HTTP/1.1\" 200 5\n");
            }
        }
        assertThat(SideBySide.isWorth(Files.size(log))).isTrue();
        assertThat(runInto(Path.of("/dev/full"), log.toString())).isEqualTo(1);
        assertThat(Files.readAllLines(folder.resolve("errors")))
                .singleElement(STRING)
                .contains("device");
        Path alone = run("alone", log.toString());
        assertThat(run("together", "--threads", "3", log.toString())).hasSameBinaryContentAs(alone);
        try (BufferedReader lines = Files.newBufferedReader(alone, StandardCharsets.ISO_8859_1)) {
            for (int n = 0; n < 1_300_000; n++) {
                assertThat(lines.readLine())
                        .isEqualTo((n % 3 == 0 ? "2001:db8::" : "203.0.113.0")
                                + " - - [22/Nov/2026:03:03:22 +0100] \"GET /" + n + " HTTP/1.1\" 200 5");
            }
            assertThat(lines.readLine()).isNull();
        }
    }
}
