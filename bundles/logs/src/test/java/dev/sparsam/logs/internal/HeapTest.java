package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Large files and lines, in a process with a heap of 32 MB. */
class HeapTest {
    private static final String LINE =
            "203.0.113.77 - - [22/Nov/2026:03:03:22 +0100] \"GET /index.php HTTP/1.1\" 200 5123 \"-\" \"Mozilla/5.0\"\n";

    @TempDir
    private Path directory;

    @Test
    @Timeout(240)
    void masksAFileOf300MegabytesAndALineOf64() throws Exception {
        Path large = directory.resolve("large.log.1");
        Path wide = directory.resolve("wide.log.1");
        Path odd = directory.resolve("wider.log.1");
        byte[] lines = LINE.repeat(10_000).getBytes(StandardCharsets.ISO_8859_1);
        byte[] part = "x".repeat(1 << 20).getBytes(StandardCharsets.ISO_8859_1);
        long count = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(large))) {
            for (long size = 0; size < 300_000_000; size += lines.length) {
                out.write(lines);
                count += 10_000;
            }
        }
        writeWide(wide, "203.0.113.77 - - [22/Nov/2026:03:03:22 +0100] \"GET /", part);
        writeWide(odd, "203.0.113.77 ", part);
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SweepChild.class.getName(),
                        directory.toString(),
                        directory
                                .resolveSibling(directory.getFileName() + ".journal")
                                .toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output).isEqualTo("ready\nfinished\n");
        assertThat(Files.size(large)).isEqualTo(count * (LINE.length() - 1));
        assertThat(start(wide)).startsWith("203.0.113.0 - - ");
        assertThat(start(odd)).startsWith("203.0.113.0 x");
        long rest = 64L * part.length + 1;
        assertThat(Files.size(wide)).isEqualTo("203.0.113.0 - - [22/Nov/2026:03:03:22 +0100] \"GET /".length() + rest);
        assertThat(Files.size(odd)).isEqualTo("203.0.113.0 ".length() + rest);
        Files.delete(directory.resolveSibling(directory.getFileName() + ".journal"));
    }

    private static void writeWide(Path file, String head, byte[] part) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(head.getBytes(StandardCharsets.ISO_8859_1));
            for (int i = 0; i < 64; i++) {
                out.write(part);
            }
            out.write('\n');
        }
    }

    private static String start(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(40), StandardCharsets.ISO_8859_1);
        }
    }
}
