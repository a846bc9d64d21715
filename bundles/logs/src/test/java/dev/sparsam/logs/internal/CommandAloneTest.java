package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

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
        Path masked = folder.resolve(out);
        Process process = new ProcessBuilder(command)
                .redirectOutput(masked.toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("errors")))
                .isZero();
        assertThat(folder.resolve("errors")).isEmptyFile();
        return masked;
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
        Path alone = run("alone", log.toString());
        assertThat(run("together", "--threads", "3", log.toString())).hasSameBinaryContentAs(alone);
        try (var lines = Files.lines(alone, StandardCharsets.ISO_8859_1)) {
            assertThat(lines.limit(3))
                    .containsExactly(
                            "2001:db8:: - - [22/Nov/2026:03:03:22 +0100] \"GET /0 HTTP/1.1\" 200 5",
                            "203.0.113.0 - - [22/Nov/2026:03:03:22 +0100] \"GET /1 HTTP/1.1\" 200 5",
                            "203.0.113.0 - - [22/Nov/2026:03:03:22 +0100] \"GET /2 HTTP/1.1\" 200 5");
        }
    }
}
