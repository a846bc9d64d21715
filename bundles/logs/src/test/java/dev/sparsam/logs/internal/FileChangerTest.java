package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.Change.Kind;
import dev.sparsam.logs.internal.Change.Result;
import dev.sparsam.logs.internal.FileChanger.Fate;
import dev.sparsam.logs.internal.FileChanger.Step;
import dev.sparsam.logs.internal.FileChanger.Steps;
import dev.sparsam.logs.internal.Inspection.State;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileChangerTest {
    private static final String LINE = " - - [22/Nov/2026:03:03:22 +0100] \"GET / HTTP/1.1\" 200 5\n";
    private static final String BEFORE = "203.0.113.77" + LINE + "2001:db8::1" + LINE;
    private static final String AFTER = "203.0.113.0" + LINE + "2001:db8::" + LINE;
    private static final Instant OLD = Instant.parse("2026-11-20T01:02:03.123456Z");

    private static final Random RANDOM = new Random();

    @TempDir
    private Path directory;

    private Path file;
    private final List<Result> announced = new ArrayList<>();
    private FileChanger changer;

    RealFolders folders() {
        return new RealFolders(Optional.empty());
    }

    @BeforeEach
    void writeTheLog() throws IOException {
        changer = changer(new Steps() {});
        file = directory.resolve("access.log.1");
        write(BEFORE.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void masksAndKeepsModeOwnerAndTime() throws IOException {
        FileIdentity before = FileIdentity.read(file);
        Change change = mask(changer);
        assertThat(change).isEqualTo(Change.of(Kind.DONE));
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

    /** A log that starts programs with somebody's rights is a mistake, and the new file would be ours. */
    @ParameterizedTest
    @ValueSource(ints = {04755, 02771, 01777, 07640, 0600})
    void keepsPermissionsButNoBitsThatGiveRightsToPrograms(int mode) throws IOException {
        Files.setAttribute(file, "unix:mode", mode);
        assertThat(FileIdentity.read(file).mode() & 07777).isEqualTo(mode);
        Files.setLastModifiedTime(file, FileTime.from(OLD));
        assertThat(mask(changer)).isEqualTo(Change.of(Kind.DONE));
        assertThat(FileIdentity.read(file).mode() & 07777).isEqualTo(mode & 0777);
    }

    @Test
    void filesDeletedInManyFoldersAreSyncedOnce() throws IOException {
        AtomicInteger syncs = new AtomicInteger();
        FileChanger counting = unseeing(new Steps() {
            @Override
            public void before(Step step) {
                if (step == Step.SYNC) {
                    syncs.incrementAndGet();
                }
            }
        });
        List<SecondName> begun = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Path other = Files.createDirectory(directory.resolve("d" + i)).resolve("access.log.1");
            Files.copy(file, other, StandardCopyOption.COPY_ATTRIBUTES);
            FileIdentity found = FileIdentity.read(other);
            Expectation expected = new Expectation(found.device(), found.inode(), found.size(), found.modified(), "");
            begun.add((SecondName) counting.delete(other, expected, false));
        }
        assertThat(counting.settle(begun)).hasSize(100).allSatisfy((name, change) -> {
            assertThat(change).isEqualTo(Change.of(Kind.DONE));
            assertThat(directory(name)).isEmptyDirectory();
        });
        assertThat(syncs).hasValue(1);
    }

    @Test
    void whatIsToBeKeptMeanwhileIsPutBack() throws IOException {
        FileNote why = FileNote.of(Code.HELD_UNTIL, OLD);
        for (Supplier<SecondName> begins : List.<Supplier<SecondName>>of(this::beginDelete, this::beginMask)) {
            SecondName begun = begins.get();
            assertThat(changer.settle(List.of(begun), () -> name -> Optional.of(why)))
                    .containsExactly(Map.entry(begun, Change.of(Kind.CHANGED, why, FileNote.of(Code.AS_BEFORE))));
            assertThat(file).hasContent(BEFORE);
            assertNothingElse();
        }
    }

    /** A hold that nobody can ask for may be there. */
    @Test
    void whenNobodyCanTellAllIsPutBack() throws IOException {
        SecondName begun = beginDelete();
        assertThatThrownBy(() -> changer.settle(List.of(begun), () -> {
                    throw new IllegalStateException("no database");
                }))
                .hasMessage("no database");
        assertThat(file).hasContent(BEFORE);
        assertNothingElse();
    }

    private static Steps noLink(Exception error) {
        return new Steps() {
            @Override
            public void before(Step step) throws IOException {
                if (step == Step.LINK && error instanceof IOException io) {
                    throw io;
                }
                if (step == Step.LINK) {
                    throw (RuntimeException) error;
                }
            }
        };
    }

    @Test
    void withoutHardLinksALogIsMaskedAllTheSame() throws IOException {
        assertThat(mask(unseeing(noLink(new UnsupportedOperationException())))).isEqualTo(Change.of(Kind.DONE));
        assertThat(file).hasContent(AFTER);
        assertNothingElse();
    }

    /** Also a full disk makes no link; that is no reason to do without a way back. */
    @Test
    void anErrorThatIsNotAboutHardLinksStopsTheMasking() throws IOException {
        assumeTrue(
                Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs", "overlay")
                        .contains(Files.getFileStore(file).type()),
                "Skipped: a file system that may have no hard links");
        for (IOException error : List.of(
                new FileSystemException("x", null, "No space left on device"),
                new FileSystemException("x", null, "Eingabe-/Ausgabefehler"),
                new AccessDeniedException("x"))) {
            assertThat(mask(unseeing(noLink(error))))
                    .isEqualTo(Change.of(Kind.FAILED, Notes.of(error), FileNote.of(Code.AS_BEFORE)));
            assertThat(file).hasContent(BEFORE);
            assertNothingElse();
        }
    }

    /** Who is not root may not link to files of others where fs.protected_hardlinks says so. */
    @Test
    void aLogOfSomebodyElseIsMaskedWithoutALink() throws IOException {
        long owner = FileIdentity.read(file).uid();
        assumeTrue(owner == 0, "Skipped: only root can play somebody else");
        FileChanger other = new FileChanger(
                new TemporaryNames()::next,
                new RealFolders(Optional.of(owner + 1)),
                asked -> OpenFiles.unknown(),
                noLink(new FileSystemException("x", null, "Operation not permitted")));
        assertThat(mask(other)).isEqualTo(Change.of(Kind.DONE));
        assertThat(file).hasContent(AFTER);
    }

    /** Who is not root may give no file away. */
    @Test
    void aCopyThatCannotBeGivenItsOwnerIsClosed() throws IOException {
        long owner = FileIdentity.read(file).uid();
        assumeTrue(owner != 0, "Skipped: root may give files away");
        Path copy = directory.resolve("copy");
        try (Held log = Held.file(file)) {
            assertThatThrownBy(() -> Attributes.copy(
                            log, copy, Optional.of(owner + 1), new DiskReserve(DiskReserve.spaceOf(copy))))
                    .isInstanceOf(FileSystemException.class);
        }
        List<Path> held = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : descriptors.toList()) {
                // The one of the list is closed already.
                if (Files.exists(each)) {
                    held.add(Files.readSymbolicLink(each));
                }
            }
        }
        assertThat(held).isNotEmpty().doesNotContain(copy);
    }

    private static Path directory(SecondName name) {
        return Objects.requireNonNull(name.first().getParent());
    }

    private String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100_000})
    void keepsAccessControlListsAndUserAttributes(int times) throws IOException {
        write(BEFORE.repeat(times).getBytes(StandardCharsets.ISO_8859_1));
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/setfacl")), "needs setfacl and getfacl: apt install acl");
        String said = run("setfacl", "-m", "u:12345:r,g::-,g:23456:rw,o::-", "access.log.1");
        Assumptions.assumeTrue(said.isEmpty(), "the file system has no access control lists: " + said);
        UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        view.write("origin", ByteBuffer.wrap(new byte[] {7}));
        Files.setLastModifiedTime(file, FileTime.from(OLD));
        String before = run("getfacl", "-n", "access.log.1");
        assertThat(before).contains("user:12345:r--", "group::---", "group:23456:rw-");
        assertThat(mask(changer).kind()).isEqualTo(Kind.DONE);
        assertThat(Files.readString(file)).isEqualTo(AFTER.repeat(times));
        assertThat(run("getfacl", "-n", "access.log.1")).isEqualTo(before);
        assertThat(view.list()).containsExactly("origin");
        assertThat(FileIdentity.read(file).modified()).isEqualTo(OLD);
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
        Change first = maskAs(expected, Optional.empty(), announced::add);
        assertThat(first.kind()).isEqualTo(Kind.DONE);
        assertThat(maskAs(expected, Optional.of(announced.get(0)), announced::add)
                        .kind())
                .isEqualTo(Kind.DONE_BEFORE);
        assertThat(maskAs(expected, Optional.empty(), announced::add).kind()).isEqualTo(Kind.CHANGED);
    }

    @Test
    void leavesAFileThatIsNotTheExpectedOne() throws IOException {
        Expectation expected = inspect();
        Files.writeString(file, BEFORE + "203.0.113.77" + LINE);
        assertThat(maskAs(expected, Optional.empty(), announced::add).kind()).isEqualTo(Kind.CHANGED);
        assertThat(deleteAs(expected, false).kind()).isEqualTo(Kind.CHANGED);
        assertThat(file).hasContent(BEFORE + "203.0.113.77" + LINE);
        assertNothingElse();
    }

    @Test
    void leavesAFileWhoseContentChangedUnderTheSameTimeAndSize() throws IOException {
        Expectation expected = inspect();
        Files.writeString(file, BEFORE.replace("GET", "PUT"));
        Files.setLastModifiedTime(file, FileTime.from(OLD));
        assertThat(maskAs(expected, Optional.empty(), announced::add).kind()).isEqualTo(Kind.CHANGED);
        assertThat(file).hasContent(BEFORE.replace("GET", "PUT"));
    }

    @Test
    void leavesAFileThatGrowsBeforeTheRename() throws IOException {
        Expectation expected = inspect();
        Change change = maskAs(expected, Optional.empty(), result -> grow());
        assertThat(change.kind()).isEqualTo(Kind.CHANGED);
        assertThat(file).hasContent(BEFORE + "grown\n");
        assertNothingElse();
    }

    @Test
    void putsAFileBackThatGrowsAfterTheRename() throws IOException {
        SecondName begun;
        try (OutputStream writer = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            begun = beginMask();
            assertThat(file).hasContent(AFTER);
            writer.write("grown\n".getBytes(StandardCharsets.ISO_8859_1));
        }
        assertThat(end(changer, begun)).isEqualTo(Change.of(Kind.CHANGED, FileNote.of(Code.PUT_BACK)));
        assertThat(file).hasContent(BEFORE + "grown\n");
        assertNothingElse();
    }

    @Test
    void neverPutsAFileBackOverANewerOne() throws IOException {
        try (OutputStream writer = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            SecondName begun = beginMask();
            rotate();
            Change change = end(changer, begun);
            assertThat(change.kind()).isEqualTo(Kind.CHANGED);
            assertThat(change.notes()).extracting(FileNote::code).containsExactly(Code.OPEN_FOR_WRITING, Code.KEPT_AS);
            writer.write("grown\n".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(file).hasContent("the next log\n");
            assertThat(directory.resolve("access.log.2")).hasContent(AFTER);
            assertThat(kept(change)).hasContent(BEFORE + "grown\n");
        }
        assertThat(ourNames()).isEmpty();
    }

    @Test
    void neverPutsAFileBackOverItsMaskedCopyWithNewLines() throws IOException {
        try (OutputStream writer = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            SecondName begun = beginMask();
            grow();
            Change change = end(changer, begun);
            assertThat(change.kind()).isEqualTo(Kind.CHANGED);
            assertThat(file).hasContent(AFTER + "grown\n");
            writer.write("more\n".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(kept(change)).hasContent(BEFORE + "more\n");
        }
    }

    @Test
    void asksOnceWhoHasABatchOpen() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        FileChanger counting = new FileChanger(
                FileChangerTest::digits,
                folders(),
                keys -> {
                    asked.incrementAndGet();
                    return OpenFiles.read(Path.of("/proc"), keys::contains);
                },
                new Steps() {});
        List<SecondName> begun = new ArrayList<>();
        for (int i = 2; i < 22; i++) {
            Path next = Files.copy(file, directory.resolve("access.log." + i), StandardCopyOption.COPY_ATTRIBUTES);
            Expectation expected = inspect(next);
            begun.add((SecondName)
                    (i % 2 == 0
                            ? counting.delete(next, expected, false)
                            : counting.replace(
                                    next,
                                    expected,
                                    Rules.rewriting(AddressMasking.DEFAULT),
                                    Optional.empty(),
                                    announced::add)));
        }
        try (OutputStream writer =
                Files.newOutputStream(directory.resolve("access.log.3"), StandardOpenOption.APPEND)) {
            // That is the masked copy, which may be written to.
            assertThat(counting.settle(begun).values()).hasSize(20).containsOnly(Change.of(Kind.DONE));
            writer.write("grown\n".getBytes(StandardCharsets.ISO_8859_1));
        }
        assertThat(asked).hasValue(1);
        assertThat(directory.resolve("access.log.3")).hasContent(AFTER + "grown\n");
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries).hasSize(11);
        }
    }

    /** What somebody does to a file that has lost its name. */
    private enum Meanwhile {
        NOTHING,
        WRITES,
        ROTATES,
        WRITES_AND_ROTATES
    }

    /** Every step after the rename fails, alone and together with every other; once or always. */
    @Test
    void losesNothingAndTellsTheTruthWhateverFailsAfterTheRename() throws IOException {
        List<Step> after = List.of(Step.LOOK, Step.DROP, Step.PUT_BACK, Step.KEEP, Step.SYNC);
        for (int bits = 0; bits < 1 << after.size(); bits++) {
            Set<Step> failing = EnumSet.noneOf(Step.class);
            for (int i = 0; i < after.size(); i++) {
                if ((bits >> i & 1) == 1) {
                    failing.add(after.get(i));
                }
            }
            for (Meanwhile meanwhile : Meanwhile.values()) {
                for (boolean once : new boolean[] {true, false}) {
                    fail(true, failing, once, meanwhile);
                    fail(false, failing, once, meanwhile);
                }
            }
        }
    }

    private void fail(boolean mask, Set<Step> failing, boolean once, Meanwhile meanwhile) throws IOException {
        String when = (mask ? "mask" : "delete") + ", failing " + failing + (once ? " once, " : ", ") + meanwhile;
        empty();
        write(BEFORE.getBytes(StandardCharsets.ISO_8859_1));
        Set<Step> left = EnumSet.copyOf(failing.isEmpty() ? EnumSet.noneOf(Step.class) : failing);
        FileChanger failer = unseeing(new Steps() {
            @Override
            public void before(Step step) throws IOException {
                if (once ? left.remove(step) : left.contains(step)) {
                    throw new IOException("Input/output error");
                }
            }
        });
        OutputStream writer = Files.newOutputStream(file, StandardOpenOption.APPEND);
        SecondName begun = mask ? beginMask() : (SecondName) failer.delete(file, inspect(), false);
        String original = BEFORE;
        if (meanwhile == Meanwhile.WRITES || meanwhile == Meanwhile.WRITES_AND_ROTATES) {
            writer.write("grown\n".getBytes(StandardCharsets.ISO_8859_1));
            original += "grown\n";
        }
        writer.close();
        if (meanwhile == Meanwhile.ROTATES || meanwhile == Meanwhile.WRITES_AND_ROTATES) {
            rotate();
        }
        Change change = end(failer, begun);
        checkTruth(change, mask, original, when);
        // What is left is settled by the next sweep.
        Change last = unseeing(new Steps() {})
                .cleanUp(directory, digits -> true, Instant.now(), name -> Fate.SETTLE)
                .getOrDefault(begun, change);
        checkTruth(last, mask, original, when + ", then cleaned up");
        assertThat(ourNames()).as(when).isEmpty();
        if (Files.exists(directory.resolve("access.log.2"))) {
            assertThat(directory.resolve("access.log.2")).as(when).hasContent(AFTER);
        }
        if (meanwhile == Meanwhile.ROTATES || meanwhile == Meanwhile.WRITES_AND_ROTATES) {
            assertThat(file).as(when).hasContent("the next log\n");
        }
    }

    /** Where the original is, the change says; and when it is done, there is none. */
    private void checkTruth(Change change, boolean mask, String original, String when) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                if (Files.readString(entry).startsWith(BEFORE)) {
                    assertThat(entry).as(when).hasContent(original);
                    found.add(entry);
                }
            }
        }
        if (change.kind() == Kind.DONE) {
            assertThat(original).as(when).isEqualTo(BEFORE);
            assertThat(found).as("%s: %s", when, change).isEmpty();
            assertThat(ourNames()).as(when).isEmpty();
            assertThat(Files.exists(file) && Files.readString(file).equals(AFTER))
                    .as(when)
                    .isEqualTo(mask && Files.notExists(directory.resolve("access.log.2")));
            return;
        }
        Path told = change.notes().stream()
                .filter(note -> note.code() == Code.KEPT_AS || note.code() == Code.LEFT_AS)
                .map(note -> directory.resolve(note.arguments().get(0)))
                .findFirst()
                .orElse(file);
        assertThat(found).as("%s: %s", when, change).containsExactly(told);
        assertThat(change.notes()).as(when).isNotEmpty();
    }

    /** A sweep is killed before it has settled what it has begun; what becomes of it then. */
    private Change afterAKill(SecondName begun) throws IOException {
        return Objects.requireNonNull(changer.cleanUp(directory, digits -> true, Instant.now(), name -> Fate.SETTLE)
                .get(begun));
    }

    @Test
    void afterAKillDropsWhatNobodyHasTouched() throws IOException {
        assertThat(afterAKill(beginMask())).isEqualTo(Change.of(Kind.DONE));
        assertThat(file).hasContent(AFTER);
        assertNothingElse();
        write(BEFORE.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(afterAKill(beginDelete())).isEqualTo(Change.of(Kind.DONE));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void afterAKillPutsBackWhatSomebodyHasWrittenToAndClosed() throws IOException {
        for (boolean mask : new boolean[] {true, false}) {
            write(BEFORE.getBytes(StandardCharsets.ISO_8859_1));
            SecondName begun;
            try (OutputStream writer = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
                begun = mask ? beginMask() : beginDelete();
                writer.write("grown\n".getBytes(StandardCharsets.ISO_8859_1));
            }
            assertThat(afterAKill(begun)).isEqualTo(Change.of(Kind.CHANGED, FileNote.of(Code.PUT_BACK)));
            assertThat(file).hasContent(BEFORE + "grown\n");
            assertNothingElse();
        }
    }

    @Test
    void afterAKillPutsBackWhatSomebodyStillHasOpen() throws IOException {
        for (boolean mask : new boolean[] {true, false}) {
            write(BEFORE.getBytes(StandardCharsets.ISO_8859_1));
            try (OutputStream writer = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
                SecondName begun = mask ? beginMask() : beginDelete();
                assertThat(afterAKill(begun)).isEqualTo(Change.of(Kind.CHANGED, FileNote.of(Code.OPEN_FOR_WRITING)));
                writer.write("grown\n".getBytes(StandardCharsets.ISO_8859_1));
            }
            assertThat(file).hasContent(BEFORE + "grown\n");
            assertNothingElse();
        }
    }

    @Test
    void afterAKillKeepsWhatWasWrittenToWhenAnotherFileHasItsName() throws IOException {
        for (boolean mask : new boolean[] {true, false}) {
            empty();
            write(BEFORE.getBytes(StandardCharsets.ISO_8859_1));
            SecondName begun;
            try (OutputStream writer = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
                begun = mask ? beginMask() : beginDelete();
                writer.write("grown\n".getBytes(StandardCharsets.ISO_8859_1));
            }
            rotate();
            Change change = afterAKill(begun);
            assertThat(change.kind()).isEqualTo(Kind.CHANGED);
            assertThat(kept(change)).hasContent(BEFORE + "grown\n");
            assertThat(file).hasContent("the next log\n");
            assertThat(ourNames()).isEmpty();
        }
    }

    @Test
    void afterAKillPutsBackWhatItIsToldTo() throws IOException {
        for (boolean mask : new boolean[] {true, false}) {
            empty();
            write(BEFORE.getBytes(StandardCharsets.ISO_8859_1));
            SecondName begun = mask ? beginMask() : beginDelete();
            assertThat(changer.cleanUp(directory, digits -> true, Instant.now(), name -> Fate.LEAVE))
                    .isEmpty();
            assertThat(begun.second()).hasContent(BEFORE);
            assertThat(changer.cleanUp(directory, digits -> true, Instant.now(), name -> Fate.PUT_BACK))
                    .containsExactly(entry(begun, Change.of(Kind.CHANGED, FileNote.of(Code.AS_BEFORE))));
            assertThat(file).hasContent(BEFORE);
            assertNothingElse();
        }
    }

    @Test
    void afterAKillKeepsWhatItIsToldToPutBackWhenAnotherFileHasItsName() throws IOException {
        for (boolean mask : new boolean[] {true, false}) {
            empty();
            write(BEFORE.getBytes(StandardCharsets.ISO_8859_1));
            SecondName begun = mask ? beginMask() : beginDelete();
            rotate();
            Change change = Objects.requireNonNull(
                    changer.cleanUp(directory, digits -> true, Instant.now(), name -> Fate.PUT_BACK)
                            .get(begun));
            assertThat(kept(change)).hasContent(BEFORE);
            assertThat(file).hasContent("the next log\n");
        }
    }

    @Test
    void whatIsBegunAgainIsDeletedAlsoWhenAnotherFileHasItsName() throws IOException {
        Expectation expected = inspect();
        SecondName begun = beginDelete();
        rotate();
        assertThat(changer.delete(file, expected, true)).isEqualTo(begun);
        assertThat(end(changer, begun).kind()).isEqualTo(Kind.DONE);
        assertThat(file).hasContent("the next log\n");
        assertNothingElse();
    }

    @Test
    void whoRemovesOurCopyDoesNotMakeTheLogVanish() {
        FileChanger robbed = changer(new Steps() {
            @Override
            public OutputStream output(OutputStream out) {
                try {
                    for (String name : ourNames()) {
                        Files.delete(directory.resolve(name));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return out;
            }
        });
        Change change = mask(robbed);
        assertThat(change.kind()).isEqualTo(Kind.FAILED);
        assertThat(change.notes()).contains(FileNote.of(Code.AS_BEFORE));
        assertThat(file).hasContent(BEFORE);
    }

    @Test
    void afterAKillBeforeTheRenameOnlyTheSecondNameGoes() throws IOException {
        SecondName name = SecondName.of(file, digits(), inspect(), Optional.of(FileIdentity.read(file)));
        Files.createLink(name.second(), file);
        assertThat(changer.cleanUp(directory, digits -> true, Instant.now(), each -> Fate.SETTLE))
                .isEmpty();
        assertThat(file).hasContent(BEFORE);
        assertNothingElse();
    }

    @Test
    void anInterruptedChangeIsOnlyDoneWhenItsSecondNameIsGone() throws IOException {
        Expectation expected = inspect();
        SecondName masked = beginMask();
        Begun again = changer.replace(
                file, expected, Rules.rewriting(AddressMasking.DEFAULT), Optional.of(announced.get(0)), announced::add);
        assertThat(again).isEqualTo(masked);
        assertThat(end(changer, again).kind()).isEqualTo(Kind.DONE);
        assertNothingElse();
        write(BEFORE.getBytes(StandardCharsets.ISO_8859_1));
        Expectation next = inspect();
        SecondName deleted = beginDelete();
        assertThat(changer.delete(file, next, true)).isEqualTo(deleted);
        assertThat(end(changer, deleted).kind()).isEqualTo(Kind.DONE);
        assertThat(changer.delete(file, next, true)).isEqualTo(Change.of(Kind.DONE_BEFORE));
    }

    @Test
    void masksAndDeletesFilesWithTheLongestNames() throws IOException {
        file = directory.resolve("\u00e4".repeat(127));
        Files.delete(directory.resolve("access.log.1"));
        write(BEFORE.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(mask(changer).kind()).isEqualTo(Kind.DONE);
        assertThat(file).hasContent(AFTER);
        assertNothingElse();
        SecondName begun = beginDelete();
        assertThat(FileChanger.isOurs(begun.second().getFileName().toString())).isTrue();
        assertThat(end(changer, begun).kind()).isEqualTo(Kind.DONE);
        assertThat(directory).isEmptyDirectory();
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
        assertThatThrownBy(() -> maskAs(expected, Optional.empty(), result -> {
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
        SecondName name = SecondName.of(file, digits(), expected, Optional.empty());
        Files.createLink(name.second(), file);
        assertThat(Rules.inspect(file, AddressMasking.DEFAULT, ZoneOffset.UTC).state())
                .isEqualTo(State.NOT_PLAIN_FILE);
        assertThat(deleteAs(expected, false).kind()).isEqualTo(Kind.DONE);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void doesNotTouchAFileWithAnotherName() throws IOException {
        Expectation expected = inspect();
        Files.createLink(directory.resolve("other"), file);
        assertThat(deleteAs(expected, false).kind()).isEqualTo(Kind.CHANGED);
        assertThat(maskAs(expected, Optional.empty(), announced::add).kind()).isEqualTo(Kind.CHANGED);
        assertThat(file).hasContent(BEFORE);
    }

    @Test
    void deletesAndTellsWhatWasGone() throws IOException {
        Expectation expected = inspect();
        assertThat(deleteAs(expected, false).kind()).isEqualTo(Kind.DONE);
        assertThat(file).doesNotExist();
        assertThat(deleteAs(expected, true).kind()).isEqualTo(Kind.DONE_BEFORE);
        assertThat(deleteAs(expected, false).kind()).isEqualTo(Kind.VANISHED);
        assertThat(maskAs(expected, Optional.empty(), announced::add).kind()).isEqualTo(Kind.VANISHED);
    }

    @Test
    void doesNotMaskADamagedFile() throws IOException {
        byte[] whole = gzip(BEFORE);
        byte[] cut = Arrays.copyOf(whole, whole.length - 3);
        write(cut);
        FileIdentity found = FileIdentity.read(file);
        Expectation expected =
                new Expectation(found.device(), found.inode(), found.size(), found.modified(), LogInput.sha256(file));
        Change change = maskAs(expected, Optional.empty(), announced::add);
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
            Change masked = maskAs(expected, Optional.empty(), announced::add);
            assertThat(masked.kind()).isEqualTo(Kind.CHANGED);
            assertThat(masked.notes()).containsExactly(FileNote.of(Code.OPEN_FOR_WRITING));
            Change deleted = deleteAs(expected, false);
            assertThat(deleted.kind()).isEqualTo(Kind.CHANGED);
            assertThat(deleted.notes()).containsExactly(FileNote.of(Code.OPEN_FOR_WRITING));
            writer.write("one more line\n".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).isEqualTo(before + "one more line\n");
        assertNothingElse();
    }

    @Test
    void keepsAFileThatIsOpenedAndReplacedWhileItIsDeleted() throws IOException {
        try (OutputStream writer = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            SecondName begun = beginDelete();
            Files.writeString(file, "the next log\n");
            Change change = end(changer, begun);
            assertThat(change.kind()).isEqualTo(Kind.CHANGED);
            assertThat(file).hasContent("the next log\n");
            writer.write("grown\n".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(kept(change)).hasContent(BEFORE + "grown\n");
            assertThat(kept(change).getFileName().toString()).startsWith(file.getFileName() + ".kept-");
        }
        assertThat(ourNames()).isEmpty();
    }

    @Test
    void givesAFileItsNameBackThatIsNotTheOneToBeDeleted() throws IOException {
        FileChanger late = changer(new Steps() {
            @Override
            public void before(Step step) throws IOException {
                if (step == Step.RENAME) {
                    Files.delete(file);
                    Files.writeString(file, "another log\n");
                }
            }
        });
        assertThat(end(late, late.delete(file, inspect(), false)).kind()).isEqualTo(Kind.CHANGED);
        assertThat(file).hasContent("another log\n");
        assertNothingElse();
    }

    @Test
    void cleansUpOnlyItsOwnOldCopies() throws IOException {
        Files.delete(file);
        Path ours = Files.writeString(directory.resolve(".sparsam-0123456789abcdef.tmp"), "x");
        Path notOurs = Files.writeString(directory.resolve(".sparsam-x.tmp"), "x");
        Instant later = Instant.now().plusSeconds(60);
        changer.cleanUp(directory, digits -> false, Instant.now().minusSeconds(60), name -> Fate.SETTLE);
        assertThat(ours).exists();
        try (OutputStream writer = Files.newOutputStream(ours, StandardOpenOption.APPEND)) {
            changer.cleanUp(directory, digits -> true, later, name -> Fate.SETTLE);
            assertThat(ours).exists();
            writer.write(1);
        }
        changer.cleanUp(directory, digits -> false, later, name -> Fate.SETTLE);
        assertThat(ours).doesNotExist();
        assertThat(notOurs).exists();
    }

    /** At the last moment before the rename, too. */
    @Test
    void leavesAFileWhoseFolderIsReplacedByALinkWhileItIsChanged() throws IOException {
        Path folder = Files.createDirectories(directory.resolve("web/logs"));
        for (boolean mask : new boolean[] {true, false}) {
            file = folder.resolve("access.log.1");
            write(BEFORE.getBytes(StandardCharsets.ISO_8859_1));
            Path web = Objects.requireNonNull(folder.getParent());
            Path moved = directory.resolve("moved");
            FileChanger swapping = changer(new Steps() {
                @Override
                public void before(Step step) throws IOException {
                    if (step == Step.RENAME) {
                        Files.move(web, moved);
                        Files.createSymbolicLink(web, moved);
                        Assumptions.assumeTrue(
                                Files.getAttribute(web, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                                        .equals(0),
                                "only root can make links of other users");
                        Files.setAttribute(web, "unix:uid", 12_345, LinkOption.NOFOLLOW_LINKS);
                    }
                }
            });
            Change change = mask ? mask(swapping) : end(swapping, swapping.delete(file, inspect(), false));
            assertThat(change)
                    .isEqualTo(Change.of(
                            Kind.FAILED, FileNote.of(Code.FOREIGN_LINK, web, 12_345), FileNote.of(Code.AS_BEFORE)));
            assertThat(moved.resolve("logs/access.log.1")).hasContent(BEFORE);
            Files.delete(web);
            Files.move(moved, web);
        }
    }

    @Test
    void tellsWhenTheDirectoryIsGone() throws IOException {
        Expectation expected = inspect();
        Files.delete(file);
        Path elsewhere = directory.resolve("gone").resolve("access.log.1");
        assertThat(end(changer, changer.delete(elsewhere, expected, false)))
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

    /** As it is done at night: the masked file gets another name, and a new one comes. */
    private void rotate() throws IOException {
        if (Files.exists(file)) {
            Files.move(file, directory.resolve("access.log.2"));
        }
        Files.writeString(file, "the next log\n");
    }

    private void empty() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                Files.delete(entry);
            }
        }
    }

    private List<String> ourNames() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.startsWith(".sparsam"))
                    .toList();
        }
    }

    private Path kept(Change change) {
        FileNote note = change.notes().get(change.notes().size() - 1);
        assertThat(note.code()).isEqualTo(Code.KEPT_AS);
        return directory.resolve(note.arguments().get(0));
    }

    private Expectation inspect() {
        return inspect(file);
    }

    private static Expectation inspect(Path path) {
        Inspection inspection = Rules.inspect(path, AddressMasking.DEFAULT, ZoneOffset.UTC);
        assertThat(inspection.state()).as("%s", inspection.notes()).isEqualTo(State.READ);
        return inspection.expectation().orElseThrow();
    }

    private Change mask(FileChanger with) {
        return end(
                with,
                with.replace(
                        file, inspect(), Rules.rewriting(AddressMasking.DEFAULT), Optional.empty(), announced::add));
    }

    private Change maskAs(Expectation expected, Optional<Result> before, Consumer<Result> beforeCommit) {
        return end(
                changer,
                changer.replace(file, expected, Rules.rewriting(AddressMasking.DEFAULT), before, beforeCommit));
    }

    private Change deleteAs(Expectation expected, boolean begun) {
        return end(changer, changer.delete(file, expected, begun));
    }

    private SecondName beginMask() {
        Begun begun = changer.replace(
                file, inspect(), Rules.rewriting(AddressMasking.DEFAULT), Optional.empty(), announced::add);
        assertThat(begun).isInstanceOf(SecondName.class);
        return (SecondName) begun;
    }

    private SecondName beginDelete() {
        Begun begun = changer.delete(file, inspect(), false);
        assertThat(begun).isInstanceOf(SecondName.class);
        return (SecondName) begun;
    }

    private static Change end(FileChanger with, Begun begun) {
        return begun instanceof SecondName name
                ? Objects.requireNonNull(with.settle(List.of(name)).get(name))
                : (Change) begun;
    }

    private void assertNothingElse() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries).containsExactly(file);
        }
    }

    private static String digits() {
        return String.format("%016x", RANDOM.nextLong());
    }

    /** One that does not ask who has which files open, which is quick. */
    private FileChanger unseeing(Steps steps) {
        return new FileChanger(FileChangerTest::digits, folders(), asked -> OpenFiles.unknown(), steps);
    }

    private FileChanger changer(Steps steps) {
        return new FileChanger(
                FileChangerTest::digits, folders(), asked -> OpenFiles.read(Path.of("/proc"), asked::contains), steps);
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
