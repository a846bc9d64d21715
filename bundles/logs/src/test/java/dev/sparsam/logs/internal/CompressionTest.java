package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.Change.Kind;
import dev.sparsam.logs.internal.Inspection.State;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

class CompressionTest {
    private static final AddressMasking MASKING = AddressMasking.DEFAULT;
    private static final byte[] GARBAGE = ascii("203.0.113.7 was here\n");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Compression.class)
    void readsAnyNumberOfParts(Compression compression) throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 40; i++) {
            List<byte[]> parts = parts(random);
            byte[] packed = join(pack(compression, parts));
            byte[] whole = join(parts);
            assertThat(readAll(compression, trickling(packed, random))).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void findsEveryTruncation(Compression compression) throws IOException {
        Random random = new Random(2);
        for (int i = 0; i < 8; i++) {
            List<byte[]> parts = parts(random);
            List<byte[]> packed = pack(compression, parts);
            byte[] all = join(packed);
            List<Integer> ends = new ArrayList<>();
            packed.forEach(part -> ends.add(part.length + (ends.isEmpty() ? 0 : ends.get(ends.size() - 1))));
            for (int length = 1; length < all.length; length += 1 + random.nextInt(7)) {
                byte[] cut = Arrays.copyOf(all, length);
                if (ends.contains(length)) {
                    assertThat(readAll(compression, new ByteArrayInputStream(cut)))
                            .isEqualTo(join(parts.subList(0, ends.indexOf(length) + 1)));
                } else {
                    assertThatExceptionOfType(DamagedException.class)
                            .as("%d of %d bytes", length, all.length)
                            .isThrownBy(() -> readAll(compression, new ByteArrayInputStream(cut)))
                            .returns(FileNote.of(Code.ENDS_EARLY, length), DamagedException::damage);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void neverTakesDamageForContent(Compression compression) throws IOException {
        Random random = new Random(3);
        int found = 0;
        for (int i = 0; i < 600; i++) {
            List<byte[]> parts = parts(random);
            byte[] damaged = join(pack(compression, parts));
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                // Not every bit of a header counts.
                assertThat(readAll(compression, new ByteArrayInputStream(damaged)))
                        .isEqualTo(join(parts));
            } catch (DamagedException e) {
                found++;
                assertThat(Long.parseLong(e.damage()
                                .arguments()
                                .get(e.damage().arguments().size() - 1)))
                        .isBetween(0L, (long) Math.max(128, damaged.length));
            }
        }
        assertThat(found).isGreaterThan(500);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void survivesNoise(Compression compression) throws IOException {
        Random random = new Random(4);
        for (int i = 0; i < 3_000; i++) {
            byte[] head = pack(compression, ascii("x"));
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            byte[] all = join(List.of(Arrays.copyOf(head, Math.min(head.length, 4 + random.nextInt(20))), noise));
            try {
                assertThat(readAll(compression, new ByteArrayInputStream(all))).hasSizeLessThan(1_000_000);
            } catch (DamagedException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void findsWhatFollows(Compression compression) throws IOException {
        byte[] packed = pack(compression, log(new Random(5), 20));
        assertThatExceptionOfType(DamagedException.class)
                .isThrownBy(() -> readAll(compression, new ByteArrayInputStream(join(List.of(packed, GARBAGE)))))
                .returns(FileNote.of(Code.TRAILING_DATA, packed.length), DamagedException::damage);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void tellsAFailureOfTheDeviceFromDamage(Compression compression) throws IOException {
        byte[] packed = pack(compression, log(new Random(6), 50));
        InputStream failing = new FilterInputStream(new ByteArrayInputStream(packed, 0, packed.length / 2)) {
            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                int count = super.read(b, off, len);
                if (count < 0) {
                    throw new IOException("Input/output error");
                }
                return count;
            }
        };
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> readAll(compression, failing))
                .isExactlyInstanceOf(IOException.class)
                .withMessage("Input/output error");
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void masksIntoTheSameCompressionAndOnlyOnce(Compression compression) throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 10; i++) {
            List<byte[]> parts = new ArrayList<>(parts(random));
            parts.add(ascii("203.0.113.77 - - [22/Nov/2026:03:03:22 +0100] \"GET / HTTP/1.1\" 200 5\n"));
            byte[] original = join(pack(compression, parts));
            Path file = Files.write(directory.resolve("access.log.1." + suffix(compression)), original);
            Inspection before = Rules.inspect(file, MASKING, ZoneOffset.UTC);
            assertThat(before.state()).isEqualTo(State.READ);
            assertThat(mask(file).kind()).isEqualTo(Kind.DONE);
            byte[] masked = Files.readAllBytes(file);
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            LineScanner.mask(new ByteArrayInputStream(join(parts)), expected, MASKING, ZoneOffset.UTC);
            assertThat(readAll(compression, new ByteArrayInputStream(masked))).isEqualTo(expected.toByteArray());
            assertThat(Rules.inspect(file, MASKING, ZoneOffset.UTC).scan().lines())
                    .isEqualTo(before.scan().lines());
            assertThat(mask(file).notes()).containsExactly(FileNote.of(Code.NOTHING_TO_MASK));
            assertThat(file).hasBinaryContent(masked);
            Files.write(file, original);
            assertThat(mask(file).kind()).isEqualTo(Kind.DONE);
            assertThat(file).as("the same input gives the same bytes").hasBinaryContent(masked);
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void theUsualToolsReadWhatIsWritten(Compression compression) throws Exception {
        String tool = compression.label();
        assumeThat(Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool))))
                .as("%s is installed", tool)
                .isTrue();
        byte[] content = log(new Random(8), 3_000);
        Path file = directory.resolve("access.log.1." + suffix(compression));
        Files.write(file, pack(compression, content));
        assertThat(mask(file).kind()).isEqualTo(Kind.DONE);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        LineScanner.mask(new ByteArrayInputStream(content), expected, MASKING, ZoneOffset.UTC);
        assertThat(run(tool, "-dc", file.toString())).isEqualTo(expected.toByteArray());
        assertThat(run(tool, "-t", "-q", file.toString())).isEmpty();
        // And the other way round.
        Path other = Files.write(directory.resolve("other.log.1"), content);
        run(tool, "-9", "-k", "-q", other.toString());
        Path packed = directory.resolve("other.log.1." + suffix(compression));
        try (LogInput input = LogInput.open(packed)) {
            assertThat(input.lines().readAllBytes()).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void readsAFileWithoutContent(Compression compression) throws IOException {
        Path file = directory.resolve("access.log.1." + suffix(compression));
        Files.write(file, pack(compression, new byte[0]));
        Inspection found = Rules.inspect(file, MASKING, ZoneOffset.UTC);
        assertThat(found.state()).isEqualTo(State.READ);
        assertThat(found.scan().lines()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void reportsANameThatTheContentBelies(Compression compression) throws IOException {
        String name = "access.log.1." + suffix(compression);
        FileNote note = FileNote.of(Code.NOT_AS_NAMED, compression.label());
        assertThat(inspect(name, ascii("203.0.113.77 - - x\n")).notes()).containsExactly(note);
        Compression other = compression == Compression.XZ ? Compression.BZIP2 : Compression.XZ;
        assertThat(inspect(name, pack(other, ascii("x"))).notes()).containsExactly(note);
        assertThat(inspect(name, pack(other, ascii("x"))).state()).isEqualTo(State.UNKNOWN_FORMAT);
        assertThat(inspect(name, new byte[0]).notes())
                .containsExactly(FileNote.of(Code.EMPTY_COMPRESSED, compression.label()));
        // Without any such ending the content is enough.
        assertThat(inspect("access.log.1", pack(compression, GARBAGE)).state()).isEqualTo(State.READ);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void aFileCutWithinItsFirstBytesIsDamaged(Compression compression) throws IOException {
        String name = "access.log.1." + suffix(compression);
        byte[] packed = pack(compression, log(new Random(9), 5));
        for (int length = 1; length < 8; length++) {
            Inspection found = inspect(name, Arrays.copyOf(packed, length));
            assertThat(found.state()).as("%d bytes", length).isEqualTo(State.DAMAGED);
            assertThat(found.notes()).startsWith(FileNote.of(Code.ENDS_EARLY, length));
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void compressingAsideGivesTheSameBytes(Compression compression) throws IOException {
        byte[] original = pack(compression, log(new Random(15), 5));
        byte[] content = log(new Random(16), 15_000);
        byte[] here = compressed(compression, original, content, false);
        assertThat(compressed(compression, original, content, true)).isEqualTo(here);
        assertThat(readAll(compression, new ByteArrayInputStream(here))).isEqualTo(content);
    }

    private static byte[] compressed(Compression compression, byte[] original, byte[] content, boolean aside)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Decompressor like = compression.open(new ByteArrayInputStream(original));
                Compressor compressor = aside ? new AsideCompressor(like.compressor(out)) : like.compressor(out)) {
            for (int from = 0; from < content.length; from += 100_000) {
                compressor.write(content, from, Math.min(100_000, content.length - from));
            }
            compressor.finish();
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void whatFailsAsideIsThrown(Compression compression) throws IOException {
        byte[] original = pack(compression, log(new Random(17), 5));
        byte[] content = new byte[3_000_000];
        new Random(18).nextBytes(content);
        OutputStream full = new FilterOutputStream(new ByteArrayOutputStream()) {
            private int room = 500_000;

            @Override
            public void write(byte[] b, int off, int len) throws IOException {
                room -= len;
                if (room < 0) {
                    throw new IOException("No space left on device");
                }
            }
        };
        try (Decompressor like = compression.open(new ByteArrayInputStream(original));
                Compressor compressor = new AsideCompressor(like.compressor(full))) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> {
                        compressor.write(content, 0, content.length);
                        compressor.finish();
                    })
                    .withMessage("No space left on device");
        }
    }

    @Test
    void readsPastFramesOfZstdWithoutContent() throws IOException {
        byte[] skipped = ByteBuffer.allocate(8 + 70_000)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x184d2a53)
                .putInt(70_000)
                .array();
        byte[] frame = pack(Compression.ZSTD, GARBAGE);
        byte[] all = join(List.of(skipped, frame, skipped, skipped, frame, skipped));
        assertThat(inspect("access.log.1.zst", all).scan().lines()).isEqualTo(2);
        assertThat(inspect("access.log.1.zst", skipped).scan().lines()).isZero();
        assertThat(inspect("access.log.1.zst", Arrays.copyOf(all, all.length - 1))
                        .notes())
                .startsWith(FileNote.of(Code.ENDS_EARLY, all.length - 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 70_000})
    void readsThePaddingOfXz(int padding) throws IOException {
        byte[] stream = pack(Compression.XZ, GARBAGE);
        byte[] all = join(List.of(stream, new byte[padding], stream, new byte[padding]));
        assertThat(inspect("access.log.1.xz", all).scan().lines()).isEqualTo(2);
        assertThat(inspect("access.log.1.xz", Arrays.copyOf(all, all.length - 1))
                        .notes())
                .startsWith(FileNote.of(Code.TRAILING_DATA, all.length - padding));
    }

    @ParameterizedTest
    @ValueSource(ints = {XZ.CHECK_NONE, XZ.CHECK_CRC32, XZ.CHECK_CRC64, XZ.CHECK_SHA256})
    void keepsTheChecksumsOfXz(int check) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (XZOutputStream out = new XZOutputStream(bytes, new LZMA2Options(0), check)) {
            out.write(log(new Random(10), 5));
        }
        byte[] masked = maskedFile("access.log.1.xz", bytes.toByteArray());
        assertThat(masked[7]).isEqualTo((byte) check);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 9})
    void keepsTheSizeOfTheBlocksOfBzip2(int blocks) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new BZip2CompressorOutputStream(bytes, blocks)) {
            out.write(log(new Random(11), 5));
        }
        assertThat(maskedFile("access.log.1.bz2", bytes.toByteArray())[3]).isEqualTo((byte) ('0' + blocks));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keepsWhetherZstdHasAChecksum(boolean checksum) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZstdOutputStreamNoFinalizer out = new ZstdOutputStreamNoFinalizer(bytes, 3)) {
            out.setChecksum(checksum);
            out.write(log(new Random(12), 5));
        }
        byte[] masked = maskedFile("access.log.1.zst", bytes.toByteArray());
        assertThat((masked[4] & 4) != 0).isEqualTo(checksum);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 9})
    void keepsTheEffortOfZstdWhereItsWindowTells(int level) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZstdOutputStreamNoFinalizer out = new ZstdOutputStreamNoFinalizer(bytes, level)) {
            out.write(log(new Random(12), 3_000));
        }
        byte[] original = bytes.toByteArray();
        assertThat(maskedFile("access.log.1.zst", original)[5]).isEqualTo(original[5]);
    }

    /** 2 GB of window: a frame of ten bytes. */
    @Test
    void leavesZstdThatTakesTooMuchMemory() throws IOException {
        byte[] hostile = HexFormat.of().parseHex("28b52ffd00a8010000");
        Inspection found = inspect("access.log.1.zst", hostile);
        assertThat(found.state()).isEqualTo(State.UNKNOWN_FORMAT);
        assertThat(found.notes()).containsExactly(FileNote.of(Code.NEEDS_MEMORY, "zstd", 2048, 128));
        // Later on, and with the size in another place.
        byte[] second = join(
                List.of(pack(Compression.ZSTD, GARBAGE), HexFormat.of().parseHex("28b52ffde0ffffffffffffff7f010000")));
        found = inspect("access.log.1.zst", second);
        assertThat(found.state()).isEqualTo(State.UNKNOWN_FORMAT);
        assertThat(found.notes()).startsWith(FileNote.of(Code.NEEDS_MEMORY, "zstd", Long.MAX_VALUE >> 20, 128));
    }

    @Test
    void leavesZstdThatNeedsADictionary() throws IOException {
        Inspection found = inspect("access.log.1.zst", HexFormat.of().parseHex("28b52ffd015807010000"));
        assertThat(found.state()).isEqualTo(State.UNKNOWN_FORMAT);
        assertThat(found.notes()).containsExactly(FileNote.of(Code.UNSUPPORTED_OPTIONS, "zstd", 0));
    }

    /** As {@code xz -9} makes them; and 1.5 GB, of which nothing is needed. */
    @ParameterizedTest
    @ValueSource(bytes = {28, 37, 40})
    void readsXzThatDeclaresMoreMemoryThanItNeeds(byte dictionary) throws IOException {
        byte[] content = log(new Random(13), 50);
        byte[] packed = declare(pack(Compression.XZ, content), dictionary);
        assertThat(readAll(Compression.XZ, new ByteArrayInputStream(join(List.of(packed, packed)))))
                .isEqualTo(join(List.of(content, content)));
    }

    @Test
    void leavesXzThatTakesTooMuchMemory() throws Exception {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/xz")))
                .as("xz is installed")
                .isTrue();
        Path file = directory.resolve("access.log.1");
        byte[] start = new byte[100_000];
        new Random(14).nextBytes(start);
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(start);
            for (int i = 0; i < 33; i++) {
                out.write(new byte[1 << 20]);
            }
            out.write(start);
        }
        run("xz", "-T1", "--lzma2=preset=0,dict=64MiB", file.toString());
        Inspection found = Rules.inspect(directory.resolve("access.log.1.xz"), MASKING, ZoneOffset.UTC);
        assertThat(found.state()).isEqualTo(State.UNKNOWN_FORMAT);
        assertThat(found.notes()).startsWith(FileNote.of(Code.NEEDS_MEMORY, "xz", 64, 16));
    }

    /** Changes the dictionary of the first block, where a block header without sizes has it. */
    static byte[] declare(byte[] xz, byte dictionary) {
        byte[] changed = xz.clone();
        assertThat(changed[12]).as("header of 12 bytes").isEqualTo((byte) 2);
        changed[16] = dictionary;
        var crc = new java.util.zip.CRC32();
        crc.update(changed, 12, 8);
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(20, (int) crc.getValue());
        return changed;
    }

    private byte[] maskedFile(String name, byte[] content) throws IOException {
        Path file = Files.write(directory.resolve(name), content);
        assertThat(mask(file).kind()).isEqualTo(Kind.DONE);
        return Files.readAllBytes(file);
    }

    private Inspection inspect(String name, byte[] content) throws IOException {
        return Rules.inspect(Files.write(directory.resolve(name), content), MASKING, ZoneOffset.UTC);
    }

    private static Change mask(Path file) throws IOException {
        Random random = new Random();
        FileChanger changer =
                new FileChanger(() -> String.format("%016x", random.nextLong()), new RealFolders(Optional.empty()));
        FileIdentity found = FileIdentity.read(file);
        Expectation expected =
                new Expectation(found.device(), found.inode(), found.size(), found.modified(), LogInput.sha256(file));
        Begun begun = changer.replace(file, expected, Rules.rewriting(MASKING), Optional.empty(), result -> {});
        return begun instanceof SecondName name
                ? changer.settle(List.of(name)).values().iterator().next()
                : (Change) begun;
    }

    private byte[] run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .directory(directory.toFile())
                .start();
        byte[] said = process.getInputStream().readAllBytes();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(new String(said, StandardCharsets.UTF_8))
                .isZero();
        return said;
    }

    static byte[] readAll(Compression compression, InputStream in) throws IOException {
        try (Decompressor lines = compression.open(in)) {
            return lines.readAllBytes();
        }
    }

    /** Gives a few bytes at a time. */
    private static InputStream trickling(byte[] bytes, Random random) {
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                return super.read(b, off, Math.min(len, 1 + random.nextInt(50)));
            }
        };
    }

    private static List<byte[]> parts(Random random) {
        List<byte[]> parts = new ArrayList<>();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            parts.add(random.nextInt(8) == 0 ? new byte[0] : log(random, random.nextInt(40)));
        }
        return parts;
    }

    static byte[] log(Random random, int lines) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append("203.0.113." + random.nextInt(256) + " - - [22/Nov/2026:03:03:22 +0100] \"GET /"
                    + Long.toString(random.nextLong(), 36) + " HTTP/1.1\" 200 " + random.nextInt(100_000) + "\n");
        }
        return ascii(text.append("10.1.2." + random.nextInt(256)).toString());
    }

    private static String suffix(Compression compression) {
        return switch (compression) {
            case GZIP -> "gz";
            case ZSTD -> "zst";
            case XZ -> "xz";
            case BZIP2 -> "bz2";
        };
    }

    private static List<byte[]> pack(Compression compression, List<byte[]> parts) throws IOException {
        List<byte[]> packed = new ArrayList<>();
        for (byte[] part : parts) {
            packed.add(pack(compression, part));
        }
        return Collections.unmodifiableList(packed);
    }

    static byte[] pack(Compression compression, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = packing(compression, bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private static OutputStream packing(Compression compression, OutputStream to) throws IOException {
        return switch (compression) {
            case GZIP -> new GZIPOutputStream(to);
            case ZSTD -> {
                ZstdOutputStreamNoFinalizer out = new ZstdOutputStreamNoFinalizer(to, 3);
                out.setChecksum(true);
                yield out;
            }
            case XZ -> new XZOutputStream(to, new LZMA2Options(0));
            case BZIP2 -> new BZip2CompressorOutputStream(to, 1);
        };
    }

    private static byte[] join(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
