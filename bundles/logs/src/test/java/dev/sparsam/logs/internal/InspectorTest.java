package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.Inspection.State;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.SiteId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class InspectorTest {
    private static final RealFolders FOLDERS = new RealFolders(Optional.empty());
    private static final String LINES = """
            203.0.113.77 - - [22/Nov/2026:03:03:22 +0100] "GET / HTTP/1.1" 200 5
            203.0.113.0 - - [20/Nov/2026:03:03:22 +0100] "GET / HTTP/1.1" 200 5
            odd
            """;

    @TempDir
    private Path directory;

    /** It is a problem, and what it holds counts as unmasked. */
    @Test
    void textOfTwoBytesPerCharacterIsNoFormatThatIsKnown() throws IOException {
        for (String mark : List.of("", "\ufeff")) {
            for (Charset wide : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
                Path log = Files.write(directory.resolve("log"), (mark + LINES).getBytes(wide));
                Inspection inspection = Rules.inspect(log, AddressMasking.DEFAULT, ZoneOffset.UTC);
                assertThat(inspection.state()).isEqualTo(State.UNKNOWN_FORMAT);
                assertThat(inspection.notes()).containsExactly(FileNote.of(Code.WIDE_TEXT));
                assertThat(Remains.of(inspection.scan()).lines()).isEqualTo(3);
                assertThat(Remains.of(inspection.scan()).unmasked()).isOne();
                assertThat(inspection.scan().oldest()).contains(Instant.parse("2026-11-20T02:03:22Z"));
                assertThat(inspection.sha256()).isEqualTo(LogInput.sha256(log));
            }
        }
    }

    @Test
    void aFileThatChangesWhileItIsReadIsNotUnreadable() {
        for (Code code : List.of(Code.CHANGED_WHILE_READ, Code.IO_ERROR)) {
            Inspection inspection =
                    Inspector.unreadable(Path.of("/log"), new NotedException(FileNote.of(code)), Optional.empty());
            assertThat(inspection.state()).isEqualTo(code == Code.IO_ERROR ? State.UNREADABLE : State.CHANGING);
            assertThat(inspection.notes()).containsExactly(FileNote.of(code));
        }
    }

    @Test
    void tellsTimesLinesAndAddresses() throws IOException {
        Inspection found = inspect("access.log.1", LINES.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(found.state()).isEqualTo(State.READ);
        assertThat(found.scan().oldest()).contains(Instant.parse("2026-11-20T02:03:22Z"));
        assertThat(found.scan().newest()).contains(Instant.parse("2026-11-22T02:03:22Z"));
        assertThat(found.scan().lines()).isEqualTo(3);
        assertThat(found.scan().addresses()).isOne();
        assertThat(found.scan().unparsed()).isOne();
        assertThat(found.sha256()).isEqualTo(sha256(found.path()));
        assertThat(inspect("access.log.2.gz", FileChangerTest.gzip(LINES)).scan())
                .isEqualTo(found.scan());
        assertThat(inspect("access.log.3", FileChangerTest.gzip(LINES)).scan()).isEqualTo(found.scan());
    }

    @Test
    void whatIsNoLogIsNotTakenForOne() throws IOException {
        String png = "\u0089PNG\r\n\u001a\n\0\0 1::2 \u00ff fe80::abcd \1\n";
        for (byte[] content : List.of(png.getBytes(StandardCharsets.ISO_8859_1), FileChangerTest.gzip(png))) {
            Inspection found = inspect("db.1", content);
            assertThat(found.state()).isEqualTo(State.UNKNOWN_FORMAT);
            assertThat(found.notes()).containsExactly(FileNote.of(Code.NO_LOG));
        }
        // With a time in one line, or with nothing but text, it may be one.
        assertThat(inspect("access.log.1", (png + LINES).getBytes(StandardCharsets.ISO_8859_1))
                        .state())
                .isEqualTo(State.READ);
        String odd = "\0\0\0" + "203.0.113.77 Gr\u00f6\u00dfe \u001b[31mred\u001b[0m\t\r\n";
        assertThat(inspect("odd.log", odd.getBytes(StandardCharsets.ISO_8859_1)).state())
                .isEqualTo(State.READ);
    }

    @Test
    void readsSeveralMembers() throws IOException {
        byte[] one = FileChangerTest.gzip(LINES);
        byte[] named = FileChangerTest.named(LINES, "access.log");
        Inspection found = inspect("a.gz", concat(one, concat(named, one)));
        assertThat(found.state()).isEqualTo(State.READ);
        assertThat(found.scan().lines()).isEqualTo(9);
    }

    @Test
    void findsEveryTruncation() throws IOException {
        byte[] whole = concat(FileChangerTest.gzip(LINES), FileChangerTest.named(LINES, "x"));
        int first = FileChangerTest.gzip(LINES).length;
        for (int length = 2; length < whole.length; length++) {
            Inspection found = inspect("a.gz", Arrays.copyOf(whole, length));
            if (length == first) {
                assertThat(found.state()).isEqualTo(State.READ);
            } else {
                assertThat(found.state()).as("%d bytes", length).isEqualTo(State.DAMAGED);
                assertThat(found.notes()).startsWith(FileNote.of(Code.ENDS_EARLY, length));
                assertThat(found.sha256()).isEqualTo(sha256(found.path()));
            }
        }
    }

    @Test
    void findsEveryDamagedByteOfTheContent() throws IOException {
        byte[] whole = FileChangerTest.gzip(LINES);
        for (int at = 10; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x55;
            assertThat(inspect("a.gz", damaged).state()).as("byte %d", at).isEqualTo(State.DAMAGED);
        }
    }

    @Test
    void findsWhatFollowsTheCompressedData() throws IOException {
        byte[] whole = FileChangerTest.gzip(LINES);
        Inspection found = inspect("a.gz", concat(whole, "203.0.113.7\n".getBytes(StandardCharsets.ISO_8859_1)));
        assertThat(found.state()).isEqualTo(State.DAMAGED);
        assertThat(found.notes())
                .containsExactly(
                        FileNote.of(Code.TRAILING_DATA, whole.length),
                        FileNote.of(Code.READ_BEFORE_DAMAGE, 3, whole.length + 12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.lz4", "a.lzma", "a.Z", "a.ZIP"})
    void doesNotKnowOtherCompressionByName(String name) throws IOException {
        assertThat(inspect(name, LINES.getBytes(StandardCharsets.ISO_8859_1)).state())
                .isEqualTo(State.UNKNOWN_FORMAT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"04224d18", "1f9d90", "504b0304"})
    void doesNotKnowOtherCompressionByContent(String head) throws IOException {
        assertThat(inspect("access.log.1", HexFormat.of().parseHex(head)).state())
                .isEqualTo(State.UNKNOWN_FORMAT);
    }

    /** A log so long that it is still being read when the next line comes. */
    private Path longLog() throws IOException {
        return Files.writeString(directory.resolve("access.log"), LINES.repeat(400_000), StandardCharsets.ISO_8859_1);
    }

    /** Looks at a file; as soon as it is open, something happens to it again and again. */
    private Inspection lookWhile(Path path, Callable<?> happens) throws Exception {
        AtomicBoolean looked = new AtomicBoolean();
        FutureTask<Boolean> meanwhile = new FutureTask<>(() -> {
            while (!looked.get()) {
                if (isOpen(path)) {
                    happens.call();
                }
                Thread.sleep(1);
            }
            return true;
        });
        new Thread(meanwhile, "meanwhile").start();
        try {
            return look(path);
        } finally {
            looked.set(true);
            assertThat(meanwhile.get()).isTrue();
        }
    }

    /** Whether this process has a file open, of that name or that had it when it was opened. */
    private static boolean isOpen(Path path) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.anyMatch(descriptor -> {
                try {
                    return Files.readSymbolicLink(descriptor).toString().startsWith(path.toString());
                } catch (IOException e) {
                    // Closed in the meantime.
                    return false;
                }
            });
        }
    }

    @Test
    void tellsTheOldestLineOfALogThatGrowsMeanwhile() throws Exception {
        Path path = longLog();
        Inspection found = lookWhile(path, () -> Files.writeString(path, LINES, StandardOpenOption.APPEND));
        assertThat(found.state()).isEqualTo(State.CHANGING);
        assertThat(found.notes()).containsExactly(FileNote.of(Code.CHANGED_WHILE_READ));
        assertThat(found.scan().oldest()).contains(Instant.parse("2026-11-20T02:03:22Z"));
        assertThat(found.scan().lines()).isGreaterThanOrEqualTo(1_200_000);
        assertThat(found.scan().addresses()).isGreaterThanOrEqualTo(400_000);
        assertThat(found.expectation()).as("what to change").isEmpty();
    }

    @Test
    void tellsNothingOfALogThatIsReplacedOrCutMeanwhile() throws Exception {
        Path path = longLog();
        AtomicInteger times = new AtomicInteger();
        Inspection replaced = lookWhile(path, () -> {
            Path next = Files.writeString(directory.resolve("next"), LINES + times.getAndIncrement());
            return Files.move(next, path, StandardCopyOption.REPLACE_EXISTING);
        });
        assertThat(replaced.state()).isEqualTo(State.CHANGING);
        assertThat(replaced.scan()).isEqualTo(LogScan.NONE);
        longLog();
        Inspection cut = lookWhile(path, () -> Files.writeString(path, LINES));
        assertThat(cut.state()).isEqualTo(State.CHANGING);
        assertThat(cut.scan()).isEqualTo(LogScan.NONE);
    }

    @Test
    void readsAnEmptyFile() throws IOException {
        Inspection found = inspect("access.log.1", new byte[0]);
        assertThat(found.state()).isEqualTo(State.READ);
        assertThat(found.scan()).isEqualTo(LogScan.NONE);
    }

    @Test
    void neverOpensWhatIsNoPlainFile() throws Exception {
        Path target = Files.writeString(directory.resolve("target"), LINES);
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        Path second = Files.createLink(directory.resolve("second"), target);
        Path pipe = directory.resolve("pipe");
        Process process = new ProcessBuilder("mkfifo", pipe.toString()).start();
        assumeTrue(process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0, "Skipped: there is no mkfifo");
        for (Path odd : new Path[] {link, second, pipe, directory}) {
            assertThat(look(odd).state()).as("%s", odd).isEqualTo(State.NOT_PLAIN_FILE);
        }
        assertThat(look(pipe).notes()).containsExactly(FileNote.of(Code.NAMED_PIPE));
        assertThat(look(directory.resolve("none")).state()).isEqualTo(State.VANISHED);
    }

    @Test
    void listsTheFilesOfAStream() throws IOException {
        Files.writeString(directory.resolve("access.log.10"), "");
        Files.writeString(directory.resolve("access.log"), "");
        Files.writeString(directory.resolve("error.log"), "");
        Files.writeString(directory.resolve(".sparsam-0123456789abcdef.tmp"), "");
        assertThat(LogFiles.list(stream(directory, "access.log*"), FOLDERS).files())
                .containsExactly(directory.resolve("access.log"), directory.resolve("access.log.10"));
        assertThat(LogFiles.list(stream(directory, "*"), FOLDERS).files()).hasSize(3);
    }

    @Test
    void filesAreListedInTheOrderOfTheirNumbers() throws IOException {
        List<String> names = List.of(
                "access.log",
                "access.log.1",
                "access.log.2.gz",
                "access.log.4.gz",
                "access.log.10.gz",
                "access.log.011.gz",
                "access.log.11.gz",
                "access.log.40.gz",
                "access.log.123456789012345678901234567890",
                "access.log.old");
        for (String name : names) {
            Files.writeString(directory.resolve(name), "");
        }
        assertThat(LogFiles.list(stream(directory, "*"), FOLDERS).files())
                .containsExactlyElementsOf(
                        names.stream().map(directory::resolve).toList());
    }

    @Test
    void orderOfNumbersIsAnOrder() {
        Random random = new Random(6);
        String letters = "a.-0129";
        for (int i = 0; i < 2_000; i++) {
            List<String> three = Stream.generate(() -> random.ints(random.nextInt(6), 0, letters.length())
                            .mapToObj(at -> letters.substring(at, at + 1))
                            .collect(Collectors.joining()))
                    .limit(3)
                    .toList();
            String a = three.get(0);
            String b = three.get(1);
            String c = three.get(2);
            int ab = LogFiles.inOrderOfNumbers(a, b);
            assertThat(Integer.signum(ab)).isEqualTo(-Integer.signum(LogFiles.inOrderOfNumbers(b, a)));
            assertThat(ab == 0).as("%s %s", a, b).isEqualTo(a.equals(b));
            if (ab < 0 && LogFiles.inOrderOfNumbers(b, c) < 0) {
                assertThat(LogFiles.inOrderOfNumbers(a, c)).as("%s", three).isNegative();
            }
        }
    }

    @Test
    void tellsWhyAStreamHasNoFiles() throws IOException {
        LogFiles missing = LogFiles.list(stream(directory.resolve("none"), "*"), FOLDERS);
        assertThat(missing.note()).contains(FileNote.of(Code.DIRECTORY_MISSING));
        assertThat(missing.problem()).isEmpty();
        Path plain = Files.writeString(directory.resolve("plain"), "");
        assertThat(LogFiles.list(stream(plain, "*"), FOLDERS).problem()).contains(FileNote.of(Code.NOT_DIRECTORY));
        assertThat(LogFiles.list(stream(directory, "["), FOLDERS).problem())
                .contains(FileNote.of(Code.INVALID_PATTERN, "["));
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
        assertThat(LogFiles.list(stream(link, "*"), FOLDERS).problem()).contains(FileNote.of(Code.DIRECTORY_IS_LINK));
    }

    @Test
    void gzipReaderGivesBackWhatWasWritten() throws IOException {
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GzipWriter writer = new GzipWriter(out, new GzipReader.Header(0, 4, 3, ""))) {
            writer.write(bytes);
            writer.finish();
        }
        try (GzipReader reader = new GzipReader(new ByteArrayInputStream(out.toByteArray()))) {
            assertThat(reader.readAllBytes()).isEqualTo(bytes);
        }
    }

    private static LogStream stream(Path directory, String files) {
        return new LogStream(new SiteId("s1"), LogKind.WEB_ACCESS, directory, files);
    }

    private Inspection inspect(String name, byte[] content) throws IOException {
        return look(Files.write(directory.resolve(name), content));
    }

    private static Inspection look(Path path) {
        return Rules.inspect(path, AddressMasking.DEFAULT, ZoneOffset.UTC);
    }

    private static String sha256(Path path) throws IOException {
        return HexFormat.of().formatHex(LogInput.newSha256().digest(Files.readAllBytes(path)));
    }

    private static byte[] concat(byte[] one, byte[] two) {
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }
}
