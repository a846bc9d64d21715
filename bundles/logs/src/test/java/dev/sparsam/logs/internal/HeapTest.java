package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.sparsam.logs.AddressMasking;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Large files and lines, in a process with a small heap. */
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
        mask("-Xmx32m");
        assertThat(Files.size(large)).isEqualTo(count * (LINE.length() - 1));
        assertThat(start(wide)).startsWith("203.0.113.0 - - ");
        assertThat(start(odd)).startsWith("203.0.113.0 x");
        long rest = 64L * part.length + 1;
        assertThat(Files.size(wide)).isEqualTo("203.0.113.0 - - [22/Nov/2026:03:03:22 +0100] \"GET /".length() + rest);
        assertThat(Files.size(odd)).isEqualTo("203.0.113.0 ".length() + rest);
    }

    /** The biggest windows and dictionaries that are accepted, and more than fits into them. */
    @Test
    @Timeout(240)
    void masksWhatIsCompressedInAnyWay() throws Exception {
        byte[] content = CompressionTest.log(new Random(1), 20_000);
        Map<Path, Compression> files = new HashMap<>();
        for (Compression compression : Compression.values()) {
            byte[] part = CompressionTest.pack(compression, content);
            byte[] whole = compression == Compression.XZ ? CompressionTest.declare(part, (byte) 28) : part;
            Path file = directory.resolve(compression.label() + ".log.1");
            files.put(file, compression);
            try (OutputStream out = Files.newOutputStream(file)) {
                for (int i = 0; i < 6; i++) {
                    out.write(whole);
                }
            }
        }
        Path far = directory.resolve("far.log.1");
        files.put(far, Compression.ZSTD);
        try (ZstdOutputStreamNoFinalizer out = new ZstdOutputStreamNoFinalizer(Files.newOutputStream(far), 1)) {
            out.setLong(27);
            for (int i = 0; i < 60; i++) {
                out.write(content);
            }
        }
        mask("-Xmx64m");
        long lines = LineScanner.inspect(new ByteArrayInputStream(content), AddressMasking.DEFAULT, ZoneOffset.UTC)
                .lines();
        for (Map.Entry<Path, Compression> file : files.entrySet()) {
            LogScan scan = Rules.inspect(file.getKey(), AddressMasking.DEFAULT, ZoneOffset.UTC)
                    .scan();
            assertThat(scan.addresses()).as("%s", file).isZero();
            // No last line end, so each first line of a part belongs to the last of the one before.
            assertThat(scan.lines()).isGreaterThanOrEqualTo((lines - 1) * 6);
        }
    }

    /** Archives larger than the heap, of one log that is, and of very many entries. */
    @Test
    @Timeout(240)
    void masksArchivesOf100Megabytes() throws Exception {
        byte[] lines = LINE.repeat(10_000).replace("22/Nov", "15/Nov").getBytes(StandardCharsets.ISO_8859_1);
        int repeated = 100_000_000 / lines.length;
        Path tar = directory.resolve("a.tar.gz");
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(tar)) {
            {
                def.setLevel(1);
            }
        })) {
            TarArchiveEntry entry = new TarArchiveEntry("log/large.log");
            entry.setSize((long) repeated * lines.length);
            out.putArchiveEntry(entry);
            for (int i = 0; i < repeated; i++) {
                out.write(lines);
            }
            out.closeArchiveEntry();
            for (int i = 0; i < 20_000; i++) {
                TarArchiveEntry small = new TarArchiveEntry("log/small" + i);
                small.setSize(LINE.length());
                out.putArchiveEntry(small);
                out.write(lines, 0, LINE.length());
                out.closeArchiveEntry();
            }
        }
        Path zip = directory.resolve("b.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.setLevel(1);
            out.putNextEntry(new ZipEntry("log/large.log"));
            for (int i = 0; i < repeated; i++) {
                out.write(lines);
            }
            out.closeEntry();
            for (int i = 0; i < 20_000; i++) {
                out.putNextEntry(new ZipEntry("log/small" + i));
                out.write(lines, 0, LINE.length());
            }
        }
        run("-Xmx48m", ArchiveProcess.class, directory);
        for (Path archive : List.of(tar, zip)) {
            Inspection found = ArchiveInspection.of(archive, ArchiveTest.archive(), LargestLog.ANY);
            assertThat(found.scan().addresses()).isZero();
            assertThat(found.scan().lines()).isEqualTo(20_000 + 10_000L * repeated);
        }
    }

    private void mask(String heap) throws Exception {
        Path journal = directory.resolveSibling(directory.getFileName() + ".journal");
        run(heap, SweepChild.class, directory, journal);
        Files.delete(journal);
    }

    private static void run(String heap, Class<?> main, Path... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                // As the product runs. Others cut the heap into regions in which a large dictionary may find no place
                // although there is room enough.
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        for (Path argument : arguments) {
            command.add(argument.toString());
        }
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output).isEqualTo("ready\nfinished\n");
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
