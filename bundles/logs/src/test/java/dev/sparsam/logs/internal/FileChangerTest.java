package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.Change.Kind;
import dev.sparsam.logs.internal.Change.Result;
import dev.sparsam.logs.internal.FileChanger.Steps;
import dev.sparsam.logs.internal.Inspection.State;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileChangerTest {
    private static final String LINE = " - - [22/Nov/2026:03:03:22 +0100] \"GET / HTTP/1.1\" 200 5\n";
    private static final String BEFORE = "203.0.113.77" + LINE + "2001:db8::1" + LINE;
    private static final String AFTER = "203.0.113.0" + LINE + "2001:db8::" + LINE;
    private static final Instant OLD = Instant.parse("2026-11-20T01:02:03.123456Z");

    @TempDir
    private Path directory;

    private Path file;
    private final List<Result> announced = new ArrayList<>();
    private final FileChanger changer = changer(new Steps() {});

    @BeforeEach
    void writeTheLog() throws IOException {
        file = directory.resolve("access.log.1");
        write(BEFORE.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void masksAndKeepsModeOwnerAndTime() throws IOException {
        FileIdentity before = FileIdentity.read(file);
        Change change = mask(changer);
        assertThat(change).isEqualTo(new Change(Kind.DONE, List.of(), 2));
        assertThat(file).hasContent(AFTER);
        FileIdentity after = FileIdentity.read(file);
        assertThat(after.mode()).isEqualTo(before.mode());
        assertThat(after.uid()).isEqualTo(before.uid());
        assertThat(after.gid()).isEqualTo(before.gid());
        assertThat(after.modified()).isEqualTo(before.modified()).isEqualTo(OLD);
        assertThat(after.links()).isOne();
        assertThat(announced).containsExactly(new Result(after.size(), LogInput.sha256(file)));
        assertNothingElse();
    }

    @Test
    void masksGzipToGzipWithTheSameHeader() throws IOException {
        ByteArrayOutputStream two = new ByteArrayOutputStream();
        two.write(named(BEFORE, "access.log"));
        two.write(gzip(BEFORE));
        write(two.toByteArray());
        assertThat(mask(changer).kind()).isEqualTo(Kind.DONE);
        byte[] masked = Files.readAllBytes(file);
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(masked))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
                    .isEqualTo(AFTER + AFTER);
        }
        try (GzipReader reader = new GzipReader(new ByteArrayInputStream(masked))) {
            assertThat(reader.header()).isEqualTo(new GzipReader.Header(77, 2, 3, "access.log"));
        }
        write(two.toByteArray());
        mask(changer);
        assertThat(file).as("the same input gives the same bytes").hasBinaryContent(masked);
    }

    @Test
    void anInterruptedMaskingIsKnownAgain() {
        Expectation expected = inspect();
        Change first = changer.mask(file, expected, AddressMasking.DEFAULT, Optional.empty(), announced::add);
        assertThat(first.kind()).isEqualTo(Kind.DONE);
        assertThat(changer.mask(file, expected, AddressMasking.DEFAULT, Optional.of(announced.get(0)), announced::add)
                        .kind())
                .isEqualTo(Kind.DONE_BEFORE);
        assertThat(changer.mask(file, expected, AddressMasking.DEFAULT, Optional.empty(), announced::add)
                        .kind())
                .isEqualTo(Kind.CHANGED);
    }

    @Test
    void leavesAFileThatIsNotTheExpectedOne() throws IOException {
        Expectation expected = inspect();
        Files.writeString(file, BEFORE + "203.0.113.77" + LINE);
        assertThat(changer.mask(file, expected, AddressMasking.DEFAULT, Optional.empty(), announced::add)
                        .kind())
                .isEqualTo(Kind.CHANGED);
        assertThat(changer.delete(file, expected, false).kind()).isEqualTo(Kind.CHANGED);
        assertThat(file).hasContent(BEFORE + "203.0.113.77" + LINE);
        assertNothingElse();
    }

    @Test
    void leavesAFileWhoseContentChangedUnderTheSameTimeAndSize() throws IOException {
        Expectation expected = inspect();
        Files.writeString(file, BEFORE.replace("GET", "PUT"));
        Files.setLastModifiedTime(file, FileTime.from(OLD));
        assertThat(changer.mask(file, expected, AddressMasking.DEFAULT, Optional.empty(), announced::add)
                        .kind())
                .isEqualTo(Kind.CHANGED);
        assertThat(file).hasContent(BEFORE.replace("GET", "PUT"));
    }

    @Test
    void leavesAFileThatGrowsBeforeTheRename() throws IOException {
        Expectation expected = inspect();
        Change change = changer.mask(file, expected, AddressMasking.DEFAULT, Optional.empty(), result -> grow());
        assertThat(change.kind()).isEqualTo(Kind.CHANGED);
        assertThat(file).hasContent(BEFORE + "grown\n");
        assertNothingElse();
    }

    @Test
    void putsAFileBackThatGrowsDuringTheRename() throws IOException {
        OutputStream writer = Files.newOutputStream(file, StandardOpenOption.APPEND);
        Change change = mask(changer(new Steps() {
            @Override
            public void afterRename() throws IOException {
                assertThat(file).hasContent(AFTER);
                writer.write("grown\n".getBytes(StandardCharsets.ISO_8859_1));
            }
        }));
        writer.close();
        assertThat(change.kind()).isEqualTo(Kind.CHANGED);
        assertThat(file).hasContent(BEFORE + "grown\n");
        assertNothingElse();
    }

    @Test
    void leavesTheFileWhenTheDiskIsFullAtAnyByte() throws IOException {
        for (int bytes = 0; bytes < AFTER.length(); bytes += 17) {
            int room = bytes;
            Change change = mask(changer(new Steps() {
                @Override
                public OutputStream output(OutputStream out) {
                    return new FilterOutputStream(out) {
                        private int left = room;

                        @Override
                        public void write(byte[] b, int off, int len) throws IOException {
                            out.write(b, off, Math.min(left, len));
                            left -= len;
                            if (left < 0) {
                                throw new IOException("No space left on device");
                            }
                        }
                    };
                }
            }));
            assertThat(change)
                    .isEqualTo(Change.of(Kind.FAILED, FileNote.of(Code.NO_SPACE), FileNote.of(Code.AS_BEFORE)));
            assertThat(file).hasContent(BEFORE);
            assertNothingElse();
        }
    }

    @Test
    void leavesTheFileWhenTheCallerCannotKeepTheResult() throws IOException {
        Expectation expected = inspect();
        assertThatThrownBy(() -> changer.mask(file, expected, AddressMasking.DEFAULT, Optional.empty(), result -> {
                    throw new IllegalStateException("no database");
                }))
                .hasMessage("no database");
        assertThat(file).hasContent(BEFORE);
        assertNothingElse();
    }

    @Test
    void doesNotRewriteAFileWithNothingToMask() throws IOException {
        write(AFTER.getBytes(StandardCharsets.ISO_8859_1));
        FileIdentity before = FileIdentity.read(file);
        assertThat(mask(changer).notes()).containsExactly(FileNote.of(Code.NOTHING_TO_MASK));
        assertThat(FileIdentity.read(file)).isEqualTo(before);
    }

    @Test
    void removesTheSecondNameOfAnInterruptedRun() throws IOException {
        Expectation expected = inspect();
        Files.createLink(directory.resolve(".sparsam-0123456789abcdef.tmp"), file);
        assertThat(Inspector.inspect(file, AddressMasking.DEFAULT, ZoneOffset.UTC)
                        .state())
                .isEqualTo(State.NOT_PLAIN_FILE);
        assertThat(changer.delete(file, expected, false).kind()).isEqualTo(Kind.DONE);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void doesNotTouchAFileWithAnotherName() throws IOException {
        Expectation expected = inspect();
        Files.createLink(directory.resolve("other"), file);
        assertThat(changer.delete(file, expected, false).kind()).isEqualTo(Kind.CHANGED);
        assertThat(changer.mask(file, expected, AddressMasking.DEFAULT, Optional.empty(), announced::add)
                        .kind())
                .isEqualTo(Kind.CHANGED);
        assertThat(file).hasContent(BEFORE);
    }

    @Test
    void deletesAndTellsWhatWasGone() throws IOException {
        Expectation expected = inspect();
        assertThat(changer.delete(file, expected, false).kind()).isEqualTo(Kind.DONE);
        assertThat(file).doesNotExist();
        assertThat(changer.delete(file, expected, true).kind()).isEqualTo(Kind.DONE_BEFORE);
        assertThat(changer.delete(file, expected, false).kind()).isEqualTo(Kind.VANISHED);
        assertThat(changer.mask(file, expected, AddressMasking.DEFAULT, Optional.empty(), announced::add)
                        .kind())
                .isEqualTo(Kind.VANISHED);
    }

    @Test
    void doesNotMaskADamagedFile() throws IOException {
        byte[] whole = gzip(BEFORE);
        byte[] cut = Arrays.copyOf(whole, whole.length - 3);
        write(cut);
        FileIdentity found = FileIdentity.read(file);
        Expectation expected =
                new Expectation(found.device(), found.inode(), found.size(), found.modified(), LogInput.sha256(file));
        Change change = changer.mask(file, expected, AddressMasking.DEFAULT, Optional.empty(), announced::add);
        assertThat(change.kind()).isEqualTo(Kind.FAILED);
        assertThat(change.notes())
                .containsExactly(FileNote.of(Code.ENDS_EARLY, cut.length), FileNote.of(Code.AS_BEFORE));
        assertThat(file).hasBinaryContent(cut);
        assertNothingElse();
    }

    @Test
    void leavesAFileThatIsOpenedForWritingAfterThePlan() throws IOException {
        Expectation expected = inspect();
        String before = Files.readString(file, StandardCharsets.ISO_8859_1);
        try (OutputStream writer = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            Change masked = changer.mask(file, expected, AddressMasking.DEFAULT, Optional.empty(), announced::add);
            assertThat(masked.kind()).isEqualTo(Kind.CHANGED);
            assertThat(masked.notes()).containsExactly(FileNote.of(Code.OPEN_FOR_WRITING));
            Change deleted = changer.delete(file, expected, false);
            assertThat(deleted.kind()).isEqualTo(Kind.CHANGED);
            assertThat(deleted.notes()).containsExactly(FileNote.of(Code.OPEN_FOR_WRITING));
            writer.write("one more line\n".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).isEqualTo(before + "one more line\n");
        assertNothingElse();
    }

    @Test
    void keepsAFileThatIsOpenedAndReplacedWhileItIsDeleted() throws IOException {
        Expectation expected = inspect();
        byte[] before = Files.readAllBytes(file);
        List<OutputStream> writers = new ArrayList<>();
        Change change = changer(new Steps() {
                    @Override
                    public void beforeRename() throws IOException {
                        writers.add(Files.newOutputStream(file, StandardOpenOption.APPEND));
                    }

                    @Override
                    public void afterRename() throws IOException {
                        Files.writeString(file, "the next log\n");
                    }
                })
                .delete(file, expected, false);
        for (OutputStream writer : writers) {
            writer.close();
        }
        assertThat(change.kind()).isEqualTo(Kind.CHANGED);
        assertThat(file).hasContent("the next log\n");
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries.filter(entry -> !entry.equals(file)))
                    .singleElement()
                    .satisfies(
                            kept -> assertThat(kept.getFileName().toString()).startsWith(file.getFileName() + ".kept-"))
                    .satisfies(kept -> assertThat(kept).hasBinaryContent(before));
        }
    }

    @Test
    void cleansUpOnlyItsOwnOldFiles() throws IOException {
        Path ours = Files.writeString(directory.resolve(".sparsam-0123456789abcdef.tmp"), "x");
        Path notOurs = Files.writeString(directory.resolve(".sparsam-x.tmp"), "x");
        Instant later = Instant.now().plusSeconds(60);
        assertThat(FileChanger.cleanUp(directory, digits -> false, Instant.now().minusSeconds(60), OpenFiles.unknown()))
                .isZero();
        FileIdentity identity = FileIdentity.read(ours);
        OpenFiles open = new OpenFiles(Set.of(new OpenFiles.Key(identity.device(), identity.inode())), true);
        assertThat(FileChanger.cleanUp(directory, digits -> true, later, open)).isZero();
        assertThat(FileChanger.cleanUp(directory, digits -> false, later, OpenFiles.unknown()))
                .isOne();
        assertThat(ours).doesNotExist();
        assertThat(notOurs).exists();
    }

    @Test
    void tellsWhenTheDirectoryIsGone() throws IOException {
        Expectation expected = inspect();
        Files.delete(file);
        Path elsewhere = directory.resolve("gone").resolve("access.log.1");
        assertThat(changer.delete(elsewhere, expected, false))
                .isEqualTo(Change.of(Kind.FAILED, FileNote.of(Code.DIRECTORY_GONE)));
    }

    private void grow() {
        try {
            Files.writeString(file, "grown\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(byte[] content) throws IOException {
        Files.write(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Files.setLastModifiedTime(file, FileTime.from(OLD));
    }

    private Expectation inspect() {
        Inspection inspection = Inspector.inspect(file, AddressMasking.DEFAULT, ZoneOffset.UTC);
        assertThat(inspection.state()).as("%s", inspection.notes()).isEqualTo(State.READ);
        return inspection.expectation().orElseThrow();
    }

    private Change mask(FileChanger with) {
        return with.mask(file, inspect(), AddressMasking.DEFAULT, Optional.empty(), announced::add);
    }

    private void assertNothingElse() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries).containsExactly(file);
        }
    }

    private static FileChanger changer(Steps steps) {
        Random random = new Random();
        Supplier<String> names = () -> String.format("%016x", random.nextLong());
        return new FileChanger(names, ZoneOffset.UTC, () -> OpenFiles.read(Path.of("/proc")), steps);
    }

    static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        return bytes.toByteArray();
    }

    static byte[] named(String text, String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GzipWriter out = new GzipWriter(bytes, new GzipReader.Header(77, 2, 3, name))) {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.finish();
        }
        return bytes.toByteArray();
    }
}
