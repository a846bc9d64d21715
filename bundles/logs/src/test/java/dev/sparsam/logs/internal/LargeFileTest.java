package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.logs.internal.Change.Kind;
import dev.sparsam.logs.internal.Change.Result;
import dev.sparsam.logs.internal.FileChanger.Steps;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStorage;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.SiteId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that a customer has made to be larger than the disk, or more than it can take. */
class LargeFileTest {
    private static final String LINE = " - - [22/Nov/2026:03:03:22 +0100] \"GET / HTTP/1.1\" 200 5\n";
    private static final String BEFORE = "203.0.113.77" + LINE;
    private static final String AFTER = "203.0.113.0" + LINE;

    @TempDir
    private Path directory;

    private Path file;
    private final List<Result> announced = new ArrayList<>();

    @BeforeEach
    void name() {
        file = directory.resolve("access.log.1");
    }

    private Change mask(Steps steps) {
        Random random = new Random();
        FileChanger changer = new FileChanger(
                () -> String.format("%016x", random.nextLong()),
                new RealFolders(Optional.empty()),
                asked -> OpenFiles.unknown(),
                steps);
        Inspection inspection = Rules.inspect(file, AddressMasking.DEFAULT, ZoneOffset.UTC);
        Begun begun = changer.replace(
                file,
                inspection.expectation().orElseThrow(),
                Rules.rewriting(AddressMasking.DEFAULT),
                Optional.empty(),
                announced::add);
        return begun instanceof SecondName name
                ? Objects.requireNonNull(changer.settle(List.of(name)).get(name))
                : (Change) begun;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** How many bytes a file takes on the disk. */
    private static long allocated(Path file) throws IOException {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        return 512 * Long.parseLong(blocks.strip());
    }

    @Test
    void holesAreKept() throws IOException {
        long hole = 1L << 28;
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap(bytes(BEFORE)));
            out.write(ByteBuffer.wrap(bytes("\n" + BEFORE)), BEFORE.length() + hole);
        }
        assertThat(mask(new Steps() {})).isEqualTo(Change.of(Kind.DONE));
        assertThat(Files.size(file)).isEqualTo(2L * AFTER.length() + hole + 1);
        assertThat(allocated(file)).isLessThan(1 << 20);
        assertThat(announced).containsExactly(new Result(Files.size(file), LogInput.sha256(file)));
        try (FileChannel in = FileChannel.open(file)) {
            ChannelInput content = new ChannelInput(in, 0, in.size());
            assertThat(content.readNBytes(AFTER.length())).isEqualTo(bytes(AFTER));
            byte[] zeros = new byte[1 << 20];
            for (long left = hole; left > 0; left -= zeros.length) {
                assertThat(Arrays.equals(content.readNBytes(zeros.length), zeros))
                        .isTrue();
            }
            assertThat(content.readAllBytes()).isEqualTo(bytes("\n" + AFTER));
        }
    }

    /** Also where a hole begins or ends at a block, at the buffer, or at the end of the file. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4_095, 4_096, 4_097, 65_535, 65_536, 65_537, 131_072, 200_000})
    void whateverIsWrittenIsThere(int length) throws IOException {
        Random random = new Random(length);
        for (int round = 0; round < 50; round++) {
            byte[] content = new byte[length];
            for (int at = 0; at < length; ) {
                int run = Math.min(length - at, 1 + random.nextInt(10_000));
                if (random.nextBoolean()) {
                    for (int i = 0; i < run; i++) {
                        content[at + i] = (byte) random.nextInt(2);
                    }
                }
                at += run;
            }
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                SparseOutput out = new SparseOutput(channel, new DiskReserve(space(1L << 40, 1L << 40)));
                for (int at = 0; at < length; ) {
                    int count = Math.min(length - at, 1 + random.nextInt(70_000));
                    out.write(content, at, count);
                    at += count;
                }
                out.finish();
            }
            assertThat(Arrays.equals(Files.readAllBytes(file), content)).isTrue();
        }
    }

    private static DiskReserve.Space space(long total, long usable) {
        return new DiskReserve.Space() {
            @Override
            public long total() {
                return total;
            }

            @Override
            public long usable() {
                return usable;
            }
        };
    }

    private static Steps withSpace(DiskReserve.Space space) {
        return new Steps() {
            @Override
            public DiskReserve.Space space(Path file) {
                return space;
            }
        };
    }

    private String lines(long bytes) {
        return BEFORE.repeat((int) (bytes / BEFORE.length()) + 1);
    }

    private void assertAsBefore(byte[] content) throws IOException {
        assertThat(Arrays.equals(Files.readAllBytes(file), content)).isTrue();
        assertThat(announced).isEmpty();
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries).containsExactly(file);
        }
    }

    @Test
    void aFileSystemKeepsAReserve() throws IOException {
        byte[] content = bytes(lines(DiskReserve.STEP + DiskReserve.STEP / 2));
        Files.write(file, content);
        // A twentieth of a small file system, and no more than 1 GiB of a large one.
        assertThat(mask(withSpace(space(2_000L << 20, 99L << 20))))
                .isEqualTo(Change.of(Kind.FAILED, FileNote.of(Code.DISK_RESERVE, 100), FileNote.of(Code.AS_BEFORE)));
        assertAsBefore(content);
        assertThat(mask(withSpace(space(1L << 42, 1_023L << 20))))
                .isEqualTo(Change.of(Kind.FAILED, FileNote.of(Code.DISK_RESERVE, 1_024), FileNote.of(Code.AS_BEFORE)));
        assertAsBefore(content);
        assertThat(mask(withSpace(space(1L << 42, 1L << 30)))).isEqualTo(Change.of(Kind.DONE));
    }

    @Test
    void aCompressedFileLeavesTheReserve() throws IOException {
        Random random = new Random(1);
        file = directory.resolve("access.log.1.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(bytes(BEFORE));
            byte[] noise = new byte[1 << 16];
            for (long left = 2 * DiskReserve.STEP; left > 0; left -= noise.length) {
                random.nextBytes(noise);
                out.write(noise);
            }
        }
        byte[] content = Files.readAllBytes(file);
        assertThat(mask(withSpace(space(1L << 42, 0))))
                .isEqualTo(Change.of(Kind.FAILED, FileNote.of(Code.DISK_RESERVE, 1_024), FileNote.of(Code.AS_BEFORE)));
        assertAsBefore(content);
    }

    /** Masking a small log frees as much as it takes. */
    @Test
    void aSmallFileIsMaskedWhateverIsLeft() throws IOException {
        Files.write(file, bytes(BEFORE));
        assertThat(mask(withSpace(space(1L << 42, 0)))).isEqualTo(Change.of(Kind.DONE));
        assertThat(file).hasContent(AFTER);
    }

    @Test
    void aFileSystemThatDoesNotTellItsSpaceIsWrittenTo() throws IOException {
        Files.write(file, bytes(lines(2 * DiskReserve.STEP)));
        assertThat(mask(withSpace(space(0, 0)))).isEqualTo(Change.of(Kind.DONE));
    }

    @Test
    void theSpaceIsNotAskedForEachWrite() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        DiskReserve reserve = new DiskReserve(new DiskReserve.Space() {
            @Override
            public long total() {
                return 1L << 42;
            }

            @Override
            public long usable() {
                asked.incrementAndGet();
                return 1L << 41;
            }
        });
        for (long left = 4 * DiskReserve.STEP; left > 0; left -= SparseOutput.BLOCK) {
            reserve.take(SparseOutput.BLOCK);
        }
        assertThat(asked).hasValue(4);
    }

    private Look look(LargestLog largest, LogStorage storage, Map<Path, Look.Seen> known) {
        Clock clock = Clock.fixed(Instant.now().plus(Duration.ofMinutes(30)), ZoneOffset.UTC);
        return work(clock, largest)
                .look(
                        List.of(new LogStream(
                                new SiteId("d"), LogKind.WEB_ACCESS, directory, "*", storage, Optional.empty())),
                        Rules.site(new RetentionRule.Days(7), AddressMasking.DEFAULT),
                        clock.instant(),
                        known,
                        () -> PseudonymisedLogs.NONE);
    }

    private static SweepWork work(Clock clock, LargestLog largest) {
        return new SweepWork(
                clock,
                ZoneOffset.UTC,
                OwnFormats.NONE,
                new SweepLimits(Duration.ofMinutes(5), Duration.ofDays(90), Duration.ZERO, largest),
                Optional.empty(),
                OpenFiles::unknown);
    }

    private static SweepFile only(Look look) {
        assertThat(look.planned()).hasSize(1);
        return look.planned().get(0).file();
    }

    private static void assertTooLarge(SweepFile file, LargestLog largest) {
        assertThat(file.action()).isEqualTo(FileAction.LEAVE);
        assertThat(file.reason()).isEqualTo(FileReason.TOO_LARGE);
        assertThat(file.notes()).containsExactly(largest.note());
        assertThat(file.isProblem()).isTrue();
        assertThat(file.isUnknown()).isTrue();
    }

    private void writeHole(long length) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap(new byte[1]), length - 1);
        }
    }

    /** Whoever read it would read for hours. */
    @Test
    void aFileThatIsLargerThanTheBoundIsNotRead() throws IOException {
        writeHole(4L << 40);
        LargestLog largest = new LargestLog(1L << 38);
        SweepFile found = only(look(largest, LogStorage.LIVE, Map.of()));
        assertTooLarge(found, largest);
        assertThat(found.notes()).containsExactly(FileNote.of(Code.TOO_LARGE, 256));
        assertThat(found.size()).isEqualTo(4L << 40);
    }

    @Test
    void aDumpThatIsLargerThanTheBoundIsNoLog() throws IOException {
        file = directory.resolve("dump.sql");
        writeHole(4L << 40);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap(bytes("-- a dump\n")));
        }
        assertThat(only(look(new LargestLog(1L << 38), LogStorage.BACKUP, Map.of()))
                        .reason())
                .isEqualTo(FileReason.NO_LOGS);
    }

    /** Its age decides, as of any other; else no backup that is larger would ever be deleted. */
    @Test
    void aBackupThatIsLargerThanTheBoundIsLookedInto() throws IOException, InterruptedException {
        Path log = Files.writeString(directory.resolve("access.log"), lines(1 << 16));
        file = directory.resolve("site.tar");
        assertThat(new ProcessBuilder("tar", "-C", directory.toString(), "-cf", file.toString(), "access.log")
                        .start()
                        .waitFor())
                .isZero();
        Files.delete(log);
        SweepFile found = only(look(new LargestLog(1_000), LogStorage.BACKUP, Map.of()));
        assertThat(found.reason()).isNotEqualTo(FileReason.TOO_LARGE);
        assertThat(found.lines()).isPositive();
    }

    @Test
    void aHoleThatIsLargerThanTheBoundIsNoBackup() throws IOException {
        file = directory.resolve("site.tar");
        writeHole(4L << 40);
        assertThat(only(look(new LargestLog(1L << 38), LogStorage.BACKUP, Map.of()))
                        .isProblem())
                .isTrue();
    }

    @Test
    void linesThatAreMoreThanTheBoundAreNotReadOn() throws IOException {
        file = directory.resolve("access.log.1.gz");
        byte[] lines = bytes(lines(1 << 20));
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(lines);
        }
        LargestLog less = new LargestLog(lines.length - 1);
        Look look = look(less, LogStorage.LIVE, Map.of());
        assertTooLarge(only(look), less);
        assertThat(only(look(new LargestLog(lines.length), LogStorage.LIVE, Map.of()))
                        .reason())
                .isNotEqualTo(FileReason.TOO_LARGE);
    }

    @Test
    void aFileThatIsTooLargeIsNotReadAgain() throws IOException {
        file = directory.resolve("access.log.1.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(bytes(lines(1 << 20)));
        }
        LargestLog largest = new LargestLog(1_000);
        Look look = look(largest, LogStorage.LIVE, Map.of());
        assertThat(look.steady()).isTrue();
        List<Look.Seen> kept = Look.files(new SiteId("d"), look.packedFiles());
        // Read again it would be none that is too large.
        assertTooLarge(only(look(LargestLog.ANY, LogStorage.LIVE, Look.known(kept))), largest);
        SiteRules rules = Rules.site(new RetentionRule.Days(7), AddressMasking.DEFAULT);
        assertThat(work(Clock.systemUTC(), largest).scan(rules))
                .isNotEqualTo(work(Clock.systemUTC(), LargestLog.ANY).scan(rules));
    }
}
