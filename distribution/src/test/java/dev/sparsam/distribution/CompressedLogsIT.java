package dev.sparsam.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;

/** The libraries that compress are bundles of others: our bundle finds them, and can do without one of them. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class CompressedLogsIT {
    private final String line = DateTimeFormatter.ofPattern(
                    "' - - ['dd/MMM/yyyy:HH:mm:ss Z'] \"GET / HTTP/1.1\" 200 5\n'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC)
            .format(Instant.now().minus(Duration.ofHours(30)));

    private interface Packing {
        OutputStream into(OutputStream out) throws IOException;
    }

    private interface Unpacking {
        InputStream from(InputStream in) throws IOException;
    }

    private record Codec(String ending, Packing packing, Unpacking unpacking) {}

    private static final Codec ZSTD = new Codec("zst", ZstdOutputStream::new, ZstdInputStream::new);
    private static final List<Codec> OTHERS = List.of(
            new Codec("gz", GZIPOutputStream::new, GZIPInputStream::new),
            new Codec("xz", out -> new XZOutputStream(out, new LZMA2Options(1)), XZInputStream::new),
            new Codec("bz2", BZip2CompressorOutputStream::new, BZip2CompressorInputStream::new));

    @TempDir
    private Path folder;

    @Test
    void masksEachInItsOwnCompression() throws Exception {
        writeLogs();
        try (Distribution sparsam = Distribution.on(folder.resolve("data")).start()) {
            assertThat(sweep(sparsam)).contains("to mask: 4");
            assertThat(unpacked(ZSTD)).isEqualTo("203.0.113.0" + line);
            for (Codec codec : OTHERS) {
                assertThat(unpacked(codec)).as(codec.ending()).isEqualTo("203.0.113.0" + line);
            }
        }
    }

    /** As when the folder for temporary files forbids executing. */
    @Test
    void reportsZstdAndMasksTheOthersWhereItsLibraryCannotBeLoaded() throws Exception {
        writeLogs();
        try (Distribution sparsam = Distribution.on(folder.resolve("data"))
                .environment("SPARSAM_JAVA_OPTS", "-DZstdNativePath=/nowhere/libzstd.so")
                .start()) {
            assertThat(sweep(sparsam)).contains("to mask: 3");
            assertThat(sparsam.shell("sweep:show", "1", "--problems").out())
                    .contains("access.log.2.zst", "The library that decompresses zstd cannot be used here");
            assertThat(unpacked(ZSTD)).isEqualTo("203.0.113.77" + line);
            for (Codec codec : OTHERS) {
                assertThat(unpacked(codec)).as(codec.ending()).isEqualTo("203.0.113.0" + line);
            }
        }
    }

    private void writeLogs() throws IOException {
        Files.createDirectories(folder.resolve("logs"));
        write(ZSTD);
        for (Codec codec : OTHERS) {
            write(codec);
        }
    }

    private void write(Codec codec) throws IOException {
        Path log = log(codec);
        try (OutputStream out = codec.packing().into(Files.newOutputStream(log))) {
            out.write(("203.0.113.77" + line).getBytes(StandardCharsets.US_ASCII));
        }
        Files.setLastModifiedTime(log, FileTime.from(Instant.now().minus(Duration.ofHours(3))));
    }

    private Path log(Codec codec) {
        return folder.resolve("logs").resolve("access.log.2." + codec.ending());
    }

    private String unpacked(Codec codec) throws IOException {
        try (InputStream in = codec.unpacking().from(Files.newInputStream(log(codec)))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** What was planned, after it has been done. */
    private String sweep(Distribution sparsam) throws IOException {
        Path inventory = Files.writeString(
                folder.resolve("sites.json"),
                "{\"format\":\"sparsam-panel/1\",\"tenants\":[{\"id\":\"p\",\"kind\":\"PROVIDER\",\"label\":\"P\"}],"
                        + "\"sites\":[{\"id\":\"s\",\"tenant\":\"p\",\"server\":\"web1\",\"domain\":\"s.example\",\"logs\":"
                        + "[{\"kind\":\"WEB_ACCESS\",\"directory\":\"" + folder.resolve("logs")
                        + "\",\"files\":\"access.log*\"}]}]}");
        assertThat(sparsam.shell("panel:import", inventory.toString()).err()).isEmpty();
        String planned = sparsam.shell("sweep:plan", "s.example").out();
        sparsam.shell("sweep:run", "1");
        return planned;
    }
}
