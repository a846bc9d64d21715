package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.Inspection.State;
import dev.sparsam.logs.internal.LineScanner.Context;
import dev.sparsam.logs.internal.LineScanner.Stages;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.zip.CRC32;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    /** Kept for ten days, masked after two. */
    static final Stages STAGES = new Stages(NOW.minus(Duration.ofDays(10)), NOW.minus(Duration.ofDays(2)));

    static final Predicate<String> LOGS = name -> name.contains("log/") || name.contains(".log");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

    @TempDir
    private Path directory;

    static Archive archive() {
        Archive.Reading reading = new Archive.Reading(
                LogMasker.looking(Context.of(AddressMasking.DEFAULT, ZoneOffset.UTC), () -> PseudonymisedLogs.NONE),
                STAGES);
        return new Archive(path -> Optional.of(reading).filter(any -> LOGS.test(path)), false);
    }

    /** A log before and after. */
    static final class Log {
        private final byte[] before;
        private final byte[] after;

        Log(byte[] before, byte[] after) {
            this.before = before;
            this.after = after;
        }

        byte[] before() {
            return before;
        }

        byte[] after() {
            return after;
        }

        static Log of(Random random, int lines) {
            ByteArrayOutputStream before = new ByteArrayOutputStream();
            ByteArrayOutputStream after = new ByteArrayOutputStream();
            // Often all lines are over, or none is due.
            double newest = random.nextInt(15);
            double days = random.nextInt(3) == 0 ? 12 : 1;
            for (int i = 0; i < lines; i++) {
                Instant time = NOW.minusSeconds((long) ((newest + days - days * i / lines) * 86_400));
                String rest = " - - [" + TIME.format(time) + "] \"GET /f\u00fcr/" + random.nextInt() + "?" + i
                        + " HTTP/1.1\" 200 7 \"-\" \"agent\"\n";
                String address = random.nextBoolean() ? "203.0.113." + (1 + random.nextInt(254)) : "2001:db8:7::1f";
                String masked = address.contains(":") ? "2001:db8:7::" : "203.0.113.0";
                before.writeBytes(latin(address + rest));
                if (!time.isBefore(STAGES.keptFrom())) {
                    after.writeBytes(latin((time.isBefore(STAGES.maskedBefore()) ? masked : address) + rest));
                }
            }
            return new Log(before.toByteArray(), after.toByteArray());
        }
    }

    static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] noise(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** What is in an archive before and after, by path. */
    private final Map<String, Log> contents = new LinkedHashMap<>();

    /** A path and what stands there. */
    private static void content(Map<String, Log> contents, Random random, int number) throws IOException {
        String wide = random.nextInt(3) == 0 ? "d\u00e4/" + "long-".repeat(10 + random.nextInt(40)) + "/" : "web/";
        switch (random.nextInt(6)) {
            case 0, 1 -> contents.put(wide + "log/access.log." + number, Log.of(random, random.nextInt(60)));
            case 2 -> {
                Log log = Log.of(random, 1 + random.nextInt(40));
                Compression compression = List.of(Compression.values()).get(random.nextInt(4));
                contents.put(
                        wide + "log/error.log." + number + "." + compression.label(),
                        new Log(CompressionTest.pack(compression, log.before), log.after));
            }
            case 3 -> {
                byte[] picture = noise(random, random.nextInt(3000));
                contents.put("web/log/picture" + number + ".png", new Log(picture, picture));
            }
            default -> {
                // Nobody looks into what has no log's name.
                byte[] page = random.nextBoolean() ? Log.of(random, 9).before : noise(random, random.nextInt(2000));
                contents.put(wide + "page" + number, new Log(page, page));
            }
        }
    }

    /** An archive in which something is due. */
    static byte[] sample(Random random, boolean zip) throws IOException {
        Map<String, Log> contents = new LinkedHashMap<>();
        for (int i = 0; i < 8; i++) {
            content(contents, random, i);
        }
        contents.put("web/log/large.log", Log.of(random, 300));
        contents.put("web/log/due.log", new Log(RAW, MASKED));
        return zip ? zip(contents, random) : tar(contents, random);
    }

    static byte[] plain(byte[] content) throws IOException {
        Optional<Compression> compression = Compression.of(Arrays.copyOf(content, Compression.HEAD));
        if (compression.isEmpty()) {
            return content;
        }
        try (Decompressor decompressor = compression.get().open(new ByteArrayInputStream(content))) {
            return decompressor.readAllBytes();
        }
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(directory.resolve("archive"), bytes);
    }

    /** What becomes of an archive; empty when nothing is due. */
    private Optional<byte[]> rewrite(byte[] bytes) throws IOException {
        try (LogInput source = LogInput.open(write(bytes))) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            LogScan scan = archive().rewriting().write(source, out);
            if (scan.damage().isPresent()) {
                throw new DamagedException(scan.damage().get());
            }
            boolean due = scan.addresses() > 0 || scan.expired() > 0;
            assertThat(out.size() > 0).isEqualTo(due);
            return due ? Optional.of(out.toByteArray()) : Optional.empty();
        }
    }

    // ---- tar

    private static byte[] tar(Map<String, Log> contents, Random random) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int block = random.nextBoolean() ? 10_240 : 512;
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, block, "UTF-8")) {
            boolean posix = random.nextBoolean();
            out.setLongFileMode(posix ? TarArchiveOutputStream.LONGFILE_POSIX : TarArchiveOutputStream.LONGFILE_GNU);
            out.setBigNumberMode(
                    posix ? TarArchiveOutputStream.BIGNUMBER_POSIX : TarArchiveOutputStream.BIGNUMBER_STAR);
            out.setAddPaxHeadersForNonAsciiNames(posix);
            for (Map.Entry<String, Log> one : contents.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(one.getKey());
                entry.setSize(one.getValue().before.length);
                entry.setMode(0100000 | random.nextInt(07777));
                entry.setIds(random.nextInt(1 << 20), random.nextInt(1 << 23));
                entry.setNames("user" + random.nextInt(9), "group");
                entry.setLastModifiedTime(FileTime.from(NOW.minusSeconds(random.nextInt(1 << 20))));
                if (posix && random.nextBoolean()) {
                    entry.addPaxHeader("SCHILY.xattr.user.origin", "a=b\n" + random.nextInt());
                }
                if (posix && random.nextBoolean()) {
                    entry.addPaxHeader("size", Integer.toString(one.getValue().before.length));
                }
                out.putArchiveEntry(entry);
                out.write(one.getValue().before);
                out.closeArchiveEntry();
                if (random.nextInt(4) == 0) {
                    TarArchiveEntry link = new TarArchiveEntry("web/link" + random.nextInt(), TarConstants.LF_LINK);
                    link.setLinkName(one.getKey());
                    out.putArchiveEntry(link);
                    out.closeArchiveEntry();
                }
            }
        }
        return bytes.toByteArray();
    }

    /** All that is said of each entry, and its content. */
    private static Map<List<Object>, byte[]> readTar(byte[] bytes) throws IOException {
        Map<List<Object>, byte[]> found = new LinkedHashMap<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(bytes), "UTF-8")) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Map<String, String> headers = new LinkedHashMap<>(entry.getExtraPaxHeaders());
                headers.remove("size");
                found.put(
                        List.of(
                                entry.getName(),
                                entry.getLinkName(),
                                entry.getMode(),
                                entry.getLongUserId(),
                                entry.getLongGroupId(),
                                entry.getUserName(),
                                entry.getLastModifiedTime(),
                                entry.getLinkFlag(),
                                headers),
                        in.readAllBytes());
            }
        }
        return found;
    }

    @Test
    void masksTheLogsInATarOfAnyDialectAndNothingElse() throws IOException {
        int rewritten = 0;
        for (long seed = 1; seed <= 150; seed++) {
            Random random = new Random(seed);
            contents.clear();
            int count = random.nextInt(9);
            for (int i = 0; i < count; i++) {
                content(contents, random, i);
            }
            byte[] before = tar(contents, random);
            byte[] after = rewrite(before).orElse(before);
            Map<List<Object>, byte[]> expected = readTar(before);
            expected.replaceAll((entry, content) -> {
                Log log = contents.get(entry.get(0));
                return log == null ? content : log.after;
            });
            Map<List<Object>, byte[]> found = readTar(after);
            assertThat(found.keySet()).as("seed %d", seed).containsExactlyElementsOf(expected.keySet());
            for (Map.Entry<List<Object>, byte[]> entry : found.entrySet()) {
                assertThat(plain(entry.getValue()))
                        .as("seed %d: %s", seed, entry.getKey())
                        .isEqualTo(expected.get(entry.getKey()));
            }
            assertThat(after.length % 10_240 == 0 || before.length % 10_240 != 0)
                    .as("seed %d: whole records", seed)
                    .isTrue();
            assertThat(rewrite(after)).as("seed %d: a second pass", seed).isEmpty();
            rewritten += Arrays.equals(before, after) ? 0 : 1;
        }
        assertThat(rewritten).isBetween(80, 149);
    }

    private static byte[] header(String name, int size, char type) {
        byte[] block = new byte[512];
        System.arraycopy(latin(name), 0, block, 0, name.length());
        System.arraycopy(latin("0000644\0" + "0000000\0" + "0000000\0"), 0, block, 100, 24);
        System.arraycopy(latin(String.format("%011o ", size) + "14740000000 "), 0, block, 124, 24);
        block[156] = (byte) type;
        System.arraycopy(latin("ustar\00000"), 0, block, 257, 8);
        return sign(block);
    }

    private static byte[] sign(byte[] block) {
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        System.arraycopy(latin(String.format("%06o\0 ", sum)), 0, block, 148, 8);
        return block;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
            all.writeBytes(new byte[(512 - part.length % 512) % 512]);
        }
        return all.toByteArray();
    }

    private static final String LINE = " - - [15/Nov/2026:03:03:22 +0000] \"GET / HTTP/1.1\" 200 5\n";
    private static final byte[] RAW = latin("203.0.113.77" + LINE);
    private static final byte[] MASKED = latin("203.0.113.0" + LINE);
    private static final byte[] OLD = latin("203.0.113.77" + LINE.replace("15/Nov", "15/Oct"));

    @Test
    void onlyTheSizeAndTheChecksumOfAReplacedEntryChange() throws IOException {
        byte[] odd = header("log/access.log", RAW.length, '0');
        // Whatever it may mean, in a place of which no dialect says anything.
        System.arraycopy(latin("our own"), 0, odd, 500, 7);
        byte[] expected = odd.clone();
        System.arraycopy(latin(String.format("%011o ", MASKED.length)), 0, expected, 124, 12);
        byte[] other = header("index.html", 5, '0');
        assertThat(rewrite(join(sign(odd), RAW, other, latin("<html"), new byte[1024])))
                .hasValue(join(sign(expected), MASKED, other, latin("<html"), new byte[1024]));
    }

    @Test
    void aLogOfWhichNoLineIsLeftStaysAsAnEmptyOne() throws IOException {
        byte[] link = header("copy", 0, '1');
        byte[] tar = join(header("log/access.log", OLD.length, '0'), OLD, link, new byte[1024]);
        assertThat(rewrite(tar)).hasValue(join(header("log/access.log", 0, '0'), link, new byte[1024]));
    }

    @Test
    void anotherArchiveAfterTheEndIsMaskedAsWell() throws IOException {
        byte[] one = join(header("log/access.log", RAW.length, '0'), RAW, new byte[1024]);
        byte[] masked = join(header("log/access.log", MASKED.length, '0'), MASKED, new byte[1024]);
        assertThat(rewrite(join(one, one))).hasValue(join(masked, masked));
    }

    @Test
    void whatFollowsTheEndAndIsNoArchiveIsReported() {
        byte[] tar = join(header("log/access.log", RAW.length, '0'), RAW, new byte[1024], latin("rest"));
        assertDamaged(tar, FileNote.of(Code.TRAILING_DATA, tar.length - 512));
    }

    private void assertDamaged(byte[] archive, FileNote damage) {
        assertThatThrownBy(() -> rewrite(archive))
                .isInstanceOfSatisfying(
                        DamagedException.class, e -> assertThat(e.damage()).isEqualTo(damage));
    }

    @ParameterizedTest
    @ValueSource(chars = {'1', '2', '5'})
    void whatMayOrMayNotHaveContentIsNotTouched(char type) {
        byte[] tar = join(header("log/access.log", RAW.length, type), RAW, new byte[1024]);
        assertDamaged(tar, FileNote.of(Code.ARCHIVE_ODD, 0));
    }

    @Test
    void aVolumeOfSeveralIsReported() throws IOException {
        Inspection found =
                look(join(header("log/access.log", RAW.length, 'M'), RAW, new byte[1024]), STAGES.maskedBefore());
        assertThat(found.state()).isEqualTo(State.UNKNOWN_FORMAT);
        assertThat(found.notes()).containsExactly(FileNote.of(Code.ARCHIVE_VOLUMES));
    }

    @Test
    void aPageWithAFewLinesOfALogInItIsNoLog() throws IOException {
        byte[] page = latin("# How to read logs\n\nOur servers write this to their logs:\n"
                + new String(RAW, StandardCharsets.ISO_8859_1)
                + "First comes the address,\nthen the time,\nand so on\n");
        byte[] tar = join(header("web/log/howto.md", page.length, '0'), page, new byte[1024]);
        assertThat(rewrite(tar)).isEmpty();
        assertThat(look(tar, NOW).notes())
                .containsExactly(FileNote.of(Code.IN_ENTRY, "web/log/howto.md"), FileNote.of(Code.ENTRY_NO_LOG));
    }

    @Test
    void theSizeInAPaxHeaderIsReplacedAndAllElseInItStays() throws IOException {
        byte[] pax = latin("22 path=log/long.logs\n11 size=%d\n30 mtime=1763176000.123456789\n".formatted(RAW.length));
        byte[] paxAfter =
                latin("22 path=log/long.logs\n11 size=%d\n30 mtime=1763176000.123456789\n".formatted(MASKED.length));
        byte[] tar = join(header("PaxHeaders", pax.length, 'x'), pax, header("log/x.log", 0, '0'), RAW, new byte[1024]);
        assertThat(rewrite(tar))
                .hasValue(join(
                        header("PaxHeaders", paxAfter.length, 'x'),
                        paxAfter,
                        header("log/x.log", 0, '0'),
                        MASKED,
                        new byte[1024]));
    }

    // ---- zip

    private static byte[] zip(Map<String, Log> contents, Random random) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Zip64Mode wide = random.nextBoolean() ? Zip64Mode.Always : Zip64Mode.Never;
        // With wide numbers the library that reads it again knows no prefix.
        if (wide == Zip64Mode.Never && random.nextBoolean()) {
            bytes.writeBytes(latin("#!/bin/sh\nexec unzip \"$0\"\n"));
        }
        // Over a stream that cannot go back, sizes follow the data.
        try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(bytes)) {
            out.setUseZip64(wide);
            out.setComment("made " + random.nextInt());
            out.setLevel(random.nextInt(10));
            for (Map.Entry<String, Log> one : contents.entrySet()) {
                byte[] content = one.getValue().before;
                ZipArchiveEntry entry = new ZipArchiveEntry(one.getKey());
                entry.setTime(NOW.minusSeconds(random.nextInt(1 << 20)).toEpochMilli());
                entry.setUnixMode(random.nextInt(0777));
                entry.setComment("comment " + random.nextInt());
                if (random.nextBoolean()) {
                    entry.setMethod(ZipMethod.STORED.getCode());
                    entry.setSize(content.length);
                    CRC32 crc = new CRC32();
                    crc.update(content);
                    entry.setCrc(crc.getValue());
                }
                out.putArchiveEntry(entry);
                out.write(content);
                out.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private Map<List<Object>, byte[]> readZip(byte[] bytes) throws IOException {
        Map<List<Object>, byte[]> found = new LinkedHashMap<>();
        Path file = Files.write(directory.resolve("read.zip"), bytes);
        try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
            for (ZipArchiveEntry entry : java.util.Collections.list(zip.getEntriesInPhysicalOrder())) {
                List<String> extra = new ArrayList<>();
                Arrays.stream(entry.getExtraFields())
                        .filter(field -> field.getHeaderId().getValue() != 1)
                        .forEach(field -> extra.add(Arrays.toString(field.getCentralDirectoryData())));
                try (InputStream in = zip.getInputStream(entry)) {
                    found.put(
                            List.of(
                                    entry.getName(),
                                    entry.getMethod(),
                                    entry.getTime(),
                                    entry.getUnixMode(),
                                    Optional.ofNullable(entry.getComment()),
                                    extra),
                            in.readAllBytes());
                }
            }
        }
        return found;
    }

    @Test
    void masksTheLogsInAZipOfAnyKindAndNothingElse() throws IOException {
        int rewritten = 0;
        int readInOrder = 0;
        for (long seed = 1; seed <= 150; seed++) {
            Random random = new Random(seed);
            contents.clear();
            int count = random.nextInt(9);
            for (int i = 0; i < count; i++) {
                content(contents, random, i);
            }
            byte[] before = zip(contents, random);
            byte[] after = rewrite(before).orElse(before);
            Map<List<Object>, byte[]> expected = readZip(before);
            expected.replaceAll(
                    (entry, content) -> contents.getOrDefault(entry.get(0), new Log(content, content)).after);
            Map<List<Object>, byte[]> found = readZip(after);
            assertThat(found.keySet()).as("seed %d", seed).containsExactlyElementsOf(expected.keySet());
            for (Map.Entry<List<Object>, byte[]> entry : found.entrySet()) {
                assertThat(plain(entry.getValue()))
                        .as("seed %d: %s", seed, entry.getKey())
                        .isEqualTo(expected.get(entry.getKey()));
            }
            assertThat(before[0] == '#').isEqualTo(after[0] == '#');
            if (readInOrder(before) == count) {
                assertThat(readInOrder(after)).as("seed %d", seed).isEqualTo(count);
                readInOrder += count;
            }
            assertThat(rewrite(after)).as("seed %d: a second pass", seed).isEmpty();
            rewritten += Arrays.equals(before, after) ? 0 : 1;
        }
        assertThat(rewritten).isBetween(80, 149);
        assertThat(readInOrder).isPositive();
    }

    /** How many entries are found by one who goes by what stands before and behind each, not by the directory. */
    private static int readInOrder(byte[] bytes) throws IOException {
        int count = 0;
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            while (in.getNextEntry() != null) {
                in.transferTo(OutputStream.nullOutputStream());
                count++;
            }
        } catch (ZipException e) {
            // The JDK does not know all kinds.
            return count;
        }
        return count;
    }

    // ---- both

    @ParameterizedTest
    @EnumSource(Compression.class)
    void masksACompressedTarInItsPlaceAndKeepsItsAttributes(Compression compression) throws IOException {
        Log log = Log.of(new Random(4), 500);
        byte[] tar =
                join(header("log/a.log", RAW.length, '0'), RAW, header("x", 5, '0'), latin("<html"), new byte[1024]);
        assertThat(log.before.length).isPositive();
        Path file = write(CompressionTest.pack(compression, tar));
        Files.setLastModifiedTime(file, FileTime.from(NOW));
        FileIdentity before = FileIdentity.read(file);
        Inspection found = ArchiveInspection.of(file, archive(), LargestLog.ANY);
        FileChanger changer = new FileChanger(new TemporaryNames()::next, new RealFolders(Optional.empty()));
        Begun begun = changer.replace(
                file, found.expectation().orElseThrow(), archive().rewriting(), Optional.empty(), result -> {});
        assertThat(begun).isInstanceOf(SecondName.class);
        assertThat(changer.settle(List.of((SecondName) begun)).values()).containsExactly(Change.of(Change.Kind.DONE));
        assertThat(plain(Files.readAllBytes(file)))
                .isEqualTo(join(
                        header("log/a.log", MASKED.length, '0'),
                        MASKED,
                        header("x", 5, '0'),
                        latin("<html"),
                        new byte[1024]));
        assertThat(Compression.of(Files.readAllBytes(file))).hasValue(compression);
        assertThat(FileIdentity.read(file).modified()).isEqualTo(before.modified());
        assertThat(FileIdentity.read(file).mode()).isEqualTo(before.mode());
        assertThat(ArchiveInspection.of(file, archive(), LargestLog.ANY).scan().addresses())
                .isZero();
    }

    @Test
    void damageAnywhereIsToldAndNothingElseGoesWrong() throws IOException {
        int told = 0;
        for (long seed = 1; seed <= 400; seed++) {
            Random random = new Random(seed);
            contents.clear();
            for (int i = 0; i < 4; i++) {
                content(contents, random, i);
            }
            byte[] whole = random.nextBoolean() ? tar(contents, random) : zip(contents, random);
            byte[] broken = random.nextBoolean() ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            for (int i = random.nextInt(4); i >= 0 && broken.length > 0 && broken.length == whole.length; i--) {
                broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Inspection found = look(broken, NOW);
            assertThat(found.state())
                    .as("seed %d: %s", seed, found)
                    .isIn(State.READ, State.DAMAGED, State.UNKNOWN_FORMAT);
            assertThat(found.sha256()).isNotEmpty();
            try {
                Optional<byte[]> after = rewrite(broken);
                if (after.isPresent()) {
                    assertThat(found.state()).as("seed %d", seed).isEqualTo(State.READ);
                    assertThat(rewrite(after.get())).as("seed %d", seed).isEmpty();
                }
            } catch (DamagedException e) {
                told++;
            }
        }
        assertThat(told).isGreaterThan(100);
    }

    private Inspection look(byte[] bytes, Instant modified) throws IOException {
        Path file = write(bytes);
        Files.setLastModifiedTime(file, FileTime.from(modified));
        return ArchiveInspection.of(file, archive(), LargestLog.ANY);
    }

    @Test
    void aDamagedLogInAnArchiveStaysAndTheOthersAreMasked() throws IOException {
        byte[] packed = CompressionTest.pack(Compression.GZIP, RAW);
        byte[] cut = Arrays.copyOf(packed, packed.length - 6);
        byte[] tar = join(
                header("log/a.gz", cut.length, '0'),
                cut,
                header("log/access.log", RAW.length, '0'),
                RAW,
                new byte[1024]);
        assertThat(rewrite(tar))
                .hasValue(join(
                        header("log/a.gz", cut.length, '0'),
                        cut,
                        header("log/access.log", MASKED.length, '0'),
                        MASKED,
                        new byte[1024]));
        Inspection found = look(tar, NOW);
        assertThat(found.notes())
                .containsExactly(
                        FileNote.of(Code.IN_ENTRY, "log/a.gz"),
                        FileNote.of(Code.ENDS_EARLY, cut.length),
                        FileNote.of(Code.NEWEST_UNREAD, Instant.ofEpochSecond(014740000000L)));
        assertThat(found.scan().unmasked()).isOne();
    }

    @Test
    void anArchiveInAnArchiveIsNamed() throws IOException {
        byte[] inner = join(header("log/access.log", RAW.length, '0'), RAW, new byte[1024]);
        byte[] packed = CompressionTest.pack(Compression.GZIP, inner);
        byte[] tar = join(header("log/logs.tgz", packed.length, '0'), packed, new byte[1024]);
        assertThat(look(tar, NOW).notes())
                .containsExactly(
                        FileNote.of(Code.IN_ENTRY, "log/logs.tgz"),
                        FileNote.of(Code.ENTRY_ARCHIVE),
                        FileNote.of(Code.NEWEST_UNREAD, Instant.ofEpochSecond(014740000000L)));
    }
}
