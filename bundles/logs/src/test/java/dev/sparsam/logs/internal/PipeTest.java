package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sparsam.logs.internal.PipeFiles.Disk;
import dev.sparsam.logs.internal.PipeWriter.Step;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of {@code logs pipe} together, without a process of its own. */
class PipeTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
    private static final String REST = " - - [22/Nov/2026:03:03:22 +0100] \"GET /%d HTTP/1.1\" 200 5\n";
    private static final Disk GOOD = FileChannel::write;

    @TempDir
    Path folder;

    private final PipeStatus status = new PipeStatus(Path.of("unused"), NOW);
    private final List<String> problems = new ArrayList<>();
    private Optional<PipeHand> hand = Optional.empty();
    private Optional<PipeFiles> files = Optional.empty();
    private Optional<PipeWriter> writer = Optional.empty();
    private Disk disk = GOOD;
    private long nanos;
    private boolean drops;
    private long spoolSize = 1 << 20;
    private String extra = "";

    @BeforeEach
    void open() throws IOException {
        for (String name : List.of("memory", "spool", "keys", "a", "b", "unknown")) {
            Files.createDirectories(folder.resolve(name));
        }
        start();
    }

    @AfterEach
    void close() throws IOException {
        files.orElseThrow().close();
        hand.orElseThrow().close();
    }

    private void start() throws IOException {
        PipeHand taken =
                PipeHand.take(folder.resolve("memory"), "pipe-1", 4 << 20).orElseThrow();
        hand = Optional.of(taken);
        long user = Owners.of(Path.of("/proc/self/status")).orElseThrow().user();
        PipeFiles opened = new PipeFiles(
                taken,
                new PipeFiles.Places(
                        folder.resolve("memory"), user, folder.resolve("spool"), spoolSize, folder.resolve("unknown")),
                (channel, bytes, at) -> disk.write(channel, bytes, at),
                () -> nanos);
        opened.onProblem((target, problem) -> problems.add(target.file() + ": " + problem.getMessage()));
        files = Optional.of(opened);
        writer = Optional.of(new PipeWriter(
                taken,
                opened,
                this::sites,
                new PipeKeys(folder.resolve("keys"), TODAY, new Random(1), e -> problems.add(e.getMessage())),
                folder.resolve("unknown"),
                status,
                Clock.fixed(NOW, ZoneOffset.UTC),
                () -> drops));
    }

    /** As when the process was killed: nothing is said to anybody. */
    private void killAndStart() throws IOException {
        close();
        start();
    }

    private PipeSites sites() {
        try {
            return PipeSites.read(
                    Files.writeString(folder.resolve("sites.json"), """
                    {"format":"sparsam-pipe/1","zone":"UTC","default":{"file":"other.log"},"sites":[
                     {"domain":"a.example","hosts":["a.example","*.a.example"],"directory":"%s/a"%s},
                     {"domain":"b.example","directory":"%s/b","file":"access.log","masking":"user=keep"},
                     {"domain":"none.example","directory":"%s/b","log":false}]}
                    """.formatted(folder, extra, folder, folder)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void receive(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("in"), text, StandardCharsets.ISO_8859_1);
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            FileChannel channel = in.getChannel();
            int count = 0;
            while (count >= 0) {
                count = hand.orElseThrow().read(channel, 1 << 16);
            }
        }
    }

    private Step work() throws IOException {
        Step step = Step.DONE;
        while (step == Step.DONE) {
            step = writer.orElseThrow().step(false);
        }
        return step;
    }

    private String read(String file) throws IOException {
        return Files.readString(folder.resolve(file), StandardCharsets.ISO_8859_1);
    }

    private static String line(int number) {
        return "203.0.113.77" + REST.formatted(number);
    }

    private static String masked(int number) {
        return "203.0.113.0" + REST.formatted(number);
    }

    // ---- where lines go

    @Test
    void sortsByHostHoweverItIsWrittenAndMasks() throws IOException {
        receive("a.example " + line(1) + "WWW.A.example:443 " + line(2) + "b.example. " + line(3) + "b.example "
                + line(4));
        assertThat(work()).isEqualTo(Step.NOTHING);
        assertThat(read("a/20261122-access.log")).isEqualTo(masked(1) + masked(2));
        assertThat(read("b/access.log")).isEqualTo(masked(3) + masked(4));
        assertThat(status.of("a.example").lines()).isEqualTo(2);
        assertThat(folder.resolve("spool")).isEmptyDirectory();
    }

    @Test
    void namesFilesByTheDayThatTheLineSays() throws IOException {
        receive("a.example " + line(1).replace("22/Nov", "21/Nov") + "a.example " + line(2) + "a.example no time\n");
        work();
        assertThat(read("a/20261121-access.log")).isEqualTo(masked(1).replace("22/Nov", "21/Nov"));
        assertThat(read("a/20261122-access.log")).isEqualTo(masked(2) + "no time\n");
    }

    @Test
    void doesNotBelieveATimeThatIsFarAway() throws IOException {
        receive("a.example " + line(1).replace("2026", "1999") + "a.example " + line(2).replace("22/Nov", "25/Nov"));
        work();
        assertThat(folder.resolve("a")).isDirectoryContaining("glob:**/20261122-access.log");
        assertThat(read("a/20261122-access.log").lines()).hasSize(2);
        assertThat(status.strangeTimes()).isEqualTo(2);
    }

    @Test
    void keepsLinesOfUnknownHostsApartAndMaskedAsStrictlyAsPossible() throws IOException {
        String strange =
                "203.0.113.77 - frank [22/Nov/2026:03:03:22 +0100] \"GET /?q=x HTTP/1.1\" 200 5 \"-\" \"x/1\"\n";
        receive("c.example " + strange + "\nnoblank\n");
        work();
        assertThat(read("unknown/other.log"))
                .isEqualTo("c.example "
                        + strange.replace(".77", ".0")
                                .replace("frank", "-")
                                .replace("q=x", "q=-")
                                .replace("x/1", "other")
                        + "\nnoblank\n");
        assertThat(status.unknownLines()).isEqualTo(3);
    }

    @Test
    void writesNothingForASiteWithoutLogs() throws IOException {
        receive("none.example " + line(1));
        work();
        assertThat(folder.resolve("b")).isEmptyDirectory();
        assertThat(status.of("none.example").notKept()).isOne();
    }

    @Test
    void carriageReturnsAndNulsStay() throws IOException {
        receive("b.example x\u0000y 203.0.113.77\r\n");
        work();
        assertThat(read("b/access.log")).isEqualTo("x\u0000y 203.0.113.0\r\n");
    }

    @Test
    void aLineOfMoreThanAMegabyteIsWhole() throws IOException {
        String longLine =
                "203.0.113.77 - - [22/Nov/2026:03:03:22 +0100] \"GET /" + "x".repeat(1_500_000) + "\" 200 5\n";
        receive("b.example " + longLine);
        work();
        assertThat(read("b/access.log").equals(longLine.replace(".77", ".0"))).isTrue();
    }

    @Test
    void aLineThatIsTooLongIsCutAtABlankAndReported() throws IOException {
        receive("b.example " + "x".repeat(PipeWriter.LONGEST_LINE - 15) + " 203.0.113.77\nb.example " + line(1));
        work();
        assertThat(status.cutLines()).isOne();
        assertThat(read("b/access.log")).endsWith("x \n" + masked(1));
        assertThat(read("unknown/other.log")).isEqualTo("203.0.113.0\n");
    }

    @Test
    void waitsForTheRestOfALine() throws IOException {
        receive("b.example 203.0.113.77");
        assertThat(work()).isEqualTo(Step.NOTHING);
        assertThat(folder.resolve("b/access.log")).doesNotExist();
        receive(REST.formatted(1));
        work();
        assertThat(read("b/access.log")).isEqualTo(masked(1));
    }

    // ---- when it cannot be written

    private static Disk fullAfter(int bytes, String name) {
        return new Disk() {
            private int left = bytes;

            @Override
            public int write(FileChannel channel, ByteBuffer from, long at) throws IOException {
                if (left == 0) {
                    throw new IOException("No space left on device");
                }
                int count = Math.min(left, from.remaining());
                ByteBuffer piece = from.slice(from.position(), count);
                int written = channel.write(piece, at);
                from.position(from.position() + written);
                left -= written;
                return written;
            }

            @Override
            public String toString() {
                return name;
            }
        };
    }

    @Test
    void aDiskThatFillsInTheMiddleOfALineLeavesNoHalfLine() throws IOException {
        receive("b.example " + line(1));
        work();
        disk = fullAfter(20, "full");
        receive("b.example " + line(2) + "b.example " + line(3));
        assertThat(work()).isEqualTo(Step.STUCK);
        assertThat(read("b/access.log")).isEqualTo(masked(1));
        disk = GOOD;
        assertThat(work()).isEqualTo(Step.NOTHING);
        assertThat(read("b/access.log")).isEqualTo(masked(1) + masked(2) + masked(3));
    }

    @Test
    void whatCannotBeWrittenWaitsMaskedInTheSpoolAndComesBeforeWhatIsNewer() throws IOException {
        Files.move(folder.resolve("b"), folder.resolve("away"));
        receive("b.example " + line(1) + "a.example " + line(2));
        assertThat(work()).isEqualTo(Step.NOTHING);
        assertThat(read("a/20261122-access.log")).isEqualTo(masked(2));
        try (var spooled = Files.list(folder.resolve("spool"))) {
            assertThat(Files.readString(spooled.findFirst().orElseThrow()))
                    .contains("203.0.113.0")
                    .doesNotContain("203.0.113.77");
        }
        Files.move(folder.resolve("away"), folder.resolve("b"));
        receive("b.example " + line(3));
        work();
        killAndStart();
        nanos += 60_000_000_000L;
        files.orElseThrow().drain();
        assertThat(read("b/access.log")).isEqualTo(masked(1) + masked(3));
        assertThat(folder.resolve("spool")).isEmptyDirectory();
    }

    @Test
    void withDropOnlyWhatCannotBeKeptIsGivenUpAndCounted() throws IOException {
        disk = fullAfter(0, "full");
        receive("b.example " + line(1));
        assertThat(work()).isEqualTo(Step.STUCK);
        drops = true;
        assertThat(work()).isEqualTo(Step.NOTHING);
        assertThat(status.of("b.example").lost()).isOne();
    }

    @Test
    void oneFolderThatCannotBeWrittenDoesNotStopTheOthers() throws IOException {
        close();
        spoolSize = 4_000;
        start();
        Files.move(folder.resolve("b"), folder.resolve("away"));
        for (int i = 0; i < 20; i++) {
            receive("b.example " + line(i));
            assertThat(work()).isEqualTo(Step.NOTHING);
        }
        assertThat(status.of("b.example").spooled()).isPositive();
        assertThat(status.of("b.example").diverted()).isPositive();
        assertThat(read("unknown/b.example-access.log")).contains("203.0.113.0");
    }

    @Test
    void goesOnInANewFileWhenTheOldOneIsRenamed() throws IOException {
        receive("b.example " + line(1));
        work();
        Files.move(folder.resolve("b/access.log"), folder.resolve("b/access.log.1"));
        nanos += 2_000_000_000;
        receive("b.example " + line(2));
        work();
        assertThat(read("b/access.log.1")).isEqualTo(masked(1));
        assertThat(read("b/access.log")).isEqualTo(masked(2));
    }

    @Test
    void goesOnInANewFileAtOnceWhenItIsTold() throws IOException {
        receive("b.example " + line(1));
        work();
        Files.move(folder.resolve("b/access.log"), folder.resolve("b/access.log.1"));
        files.orElseThrow().reopen();
        receive("b.example " + line(2));
        work();
        assertThat(read("b/access.log")).isEqualTo(masked(2));
    }

    @Test
    void aHalfLineThatSomebodyElseLeftIsEndedFirst() throws IOException {
        Files.writeString(folder.resolve("b/access.log"), "half");
        receive("b.example " + line(1));
        work();
        assertThat(read("b/access.log")).isEqualTo("half\n" + masked(1));
    }

    // ---- what somebody else has put there

    @Test
    void neverWritesThroughALink() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "");
        Files.createSymbolicLink(folder.resolve("b/access.log"), victim);
        receive("b.example " + line(1));
        work();
        assertThat(victim).isEmptyFile();
        assertThat(problems).containsExactly("access.log: SYMBOLIC_LINK");
        assertThat(status.of("b.example").spooled()).isOne();
    }

    @Test
    void neverWritesToAFileWithTwoNames() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "");
        Files.createLink(folder.resolve("b/access.log"), victim);
        receive("b.example " + line(1));
        work();
        assertThat(victim).isEmptyFile();
        assertThat(problems).containsExactly("access.log: HARD_LINKS");
    }

    @Test
    void neverWaitsAtAPipe() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", folder.resolve("b/access.log").toString())
                        .start()
                        .waitFor())
                .isZero();
        receive("b.example " + line(1));
        work();
        assertThat(problems).containsExactly("access.log: NAMED_PIPE");
    }

    @Test
    void neverWritesBelowAFolderThatIsALink() throws IOException {
        Files.delete(folder.resolve("b"));
        Path victim = Files.createDirectory(folder.resolve("victim"));
        Files.createSymbolicLink(folder.resolve("b"), victim);
        receive("b.example " + line(1));
        work();
        assertThat(victim).isEmptyDirectory();
        assertThat(problems).containsExactly("access.log: DIRECTORY_IS_LINK");
    }

    @Test
    void givesNewFilesToTheOwnerAndWritesToNoneOfSomebodyElse() throws IOException {
        assumeThat(Files.getAttribute(folder, "unix:uid"))
                .as("only root gives files away")
                .isEqualTo(0);
        extra = ",\"owner\":4711,\"group\":4712,\"mode\":\"644\"";
        receive("a.example " + line(1));
        work();
        Path log = folder.resolve("a/20261122-access.log");
        assertThat(Files.readAttributes(log, "unix:uid,gid,mode"))
                .containsEntry("uid", 4711)
                .containsEntry("gid", 4712)
                .containsEntry("mode", 0100644);
        Files.setAttribute(log, "unix:uid", 4713);
        files.orElseThrow().reopen();
        receive("a.example " + line(2));
        work();
        assertThat(read("a/20261122-access.log")).isEqualTo(masked(1));
        assertThat(problems).containsExactly("20261122-access.log: FOREIGN_OWNER");
    }

    @Test
    void aReallyFullFileSystemLosesNothing() throws Exception {
        Path mount = folder.resolve("b");
        boolean mounted = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=256k", "none", mount.toString())
                        .start()
                        .waitFor()
                == 0;
        assumeThat(mounted).as("a small file system can be mounted").isTrue();
        try {
            Files.write(mount.resolve("filler"), new byte[230 << 10]);
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 3_000; i++) {
                receive("b.example " + line(i));
                all.append(masked(i));
                if (i % 50 == 0) {
                    work();
                }
            }
            work();
            assertThat(status.of("b.example").spooled()).isPositive();
            assertThat(read("b/access.log")).endsWith("\n").isNotEqualTo(all.toString());
            Files.delete(mount.resolve("filler"));
            for (int i = 0; i < 100; i++) {
                nanos += 31_000_000_000L;
                files.orElseThrow().drain();
            }
            assertThat(read("b/access.log").equals(all.toString())).isTrue();
            assertThat(folder.resolve("spool")).isEmptyDirectory();
        } finally {
            files.orElseThrow().reopen();
            assertThat(new ProcessBuilder("umount", mount.toString()).start().waitFor())
                    .isZero();
        }
    }

    // ---- killed

    @Test
    void whatWasReadBeforeAKillIsWrittenAfterIt() throws IOException {
        receive("b.example " + line(1) + "b.example 203.0.113.77");
        killAndStart();
        receive(REST.formatted(2));
        work();
        assertThat(read("b/access.log")).isEqualTo(masked(1) + masked(2));
    }

    @Test
    void anAppendThatAKillHasCutIsMadeOnce() throws IOException {
        for (int kept : List.of(0, 1, 30, masked(2).length())) {
            Path log = Files.writeString(folder.resolve("b/access.log"), masked(1));
            disk = (channel, bytes, at) -> {
                channel.write(bytes.slice(bytes.position(), kept), at);
                // An error is no exception that anything is done about, as if the process were gone.
                throw new AssertionError("killed");
            };
            receive("b.example " + line(2));
            assertThatThrownBy(this::work).hasMessage("killed");
            disk = GOOD;
            killAndStart();
            work();
            assertThat(Files.readString(log)).as("%d bytes", kept).isEqualTo(masked(1) + masked(2));
            Files.delete(log);
        }
    }

    @Test
    void anAppendThatAKillHasCutIsTakenBackAlsoAfterARename() throws IOException {
        Path log = Files.writeString(folder.resolve("b/access.log"), masked(1));
        disk = (channel, bytes, at) -> {
            channel.write(bytes.slice(bytes.position(), 9), at);
            throw new AssertionError("killed");
        };
        receive("b.example " + line(2));
        assertThatThrownBy(this::work).hasMessage("killed");
        disk = GOOD;
        Files.move(log, folder.resolve("b/access.log.1"));
        killAndStart();
        work();
        assertThat(read("b/access.log.1")).isEqualTo(masked(1));
        assertThat(read("b/access.log")).isEqualTo(masked(2));
    }

    // ---- sites and keys

    @Test
    void saysWhatIsWrongInTheSitesFile() throws IOException {
        assertWrong("{\"format\":\"x\"}", "sparsam-pipe/1");
        assertWrong("{\"format\":\"sparsam-pipe/1\",\"sites\":[{\"domain\":\"a.example\"}]}", "site a.example");
        assertWrong(
                "{\"format\":\"sparsam-pipe/1\",\"sites\":[{\"domain\":\"a\",\"directory\":\"/x\",\"file\":\"../y\"}]}",
                "\"file\" cannot be \"../y\"");
        assertWrong(
                "{\"format\":\"sparsam-pipe/1\",\"sites\":[{\"domain\":\"a\",\"directory\":\"x\"}]}", "absolute path");
        assertWrong(
                "{\"format\":\"sparsam-pipe/1\",\"sites\":[{\"domain\":\"a\",\"directory\":\"/x\"},"
                        + "{\"domain\":\"b\",\"hosts\":[\"a\"],\"directory\":\"/x\"}]}",
                "belongs to a already");
        assertWrong("{", "no JSON");
    }

    private void assertWrong(String text, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("wrong.json"), text);
        assertThatThrownBy(() -> PipeSites.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void keysHoldForADayAndADomainAndAreDeletedInTime() throws IOException {
        long day = TODAY.toEpochDay();
        PipeKeys keys = keys(2);
        String one = hash(keys.of("a", 7), day);
        assertThat(hash(keys(3).of("a", 7), day)).isEqualTo(one);
        assertThat(hash(keys.of("b", 7), day)).isNotEqualTo(one);
        assertThat(hash(keys.of("a", 7), day - 1)).isNotEqualTo(one);
        assertThat(folder.resolve("keys/20261122-7")).exists();
        keys.today(TODAY.plusDays(7));
        assertThat(hash(keys.of("a", 7), day)).isEqualTo(one);
        keys.today(TODAY.plusDays(8));
        assertThat(folder.resolve("keys/20261122-7")).doesNotExist();
        assertThat(hash(keys.of("a", 7), day)).isNotEqualTo(one);
        assertThat(folder.resolve("keys/20261122-7")).doesNotExist();
    }

    private PipeKeys keys(long seed) {
        return new PipeKeys(folder.resolve("keys"), TODAY, new Random(seed), e -> problems.add(e.getMessage()));
    }

    private static String hash(KeyRing ring, long day) {
        byte[] name = "frank".getBytes(StandardCharsets.US_ASCII);
        return new String(ring.on(day).hash(name, 0, name.length), StandardCharsets.US_ASCII);
    }

    @Test
    void findsAFileNameThatThePanelsPatternFits() {
        assertThat(PipeSitesFile.file("*-access.log*")).isEqualTo("%Y%m%d-access.log");
        assertThat(PipeSitesFile.file("access.log*")).isEqualTo("access.log-%Y%m%d");
        assertThat(PipeSitesFile.file("access.log")).isEqualTo("access.log");
    }
}
