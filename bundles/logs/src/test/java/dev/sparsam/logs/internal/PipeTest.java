package dev.sparsam.logs.internal;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sparsam.logs.internal.PipeFiles.Disk;
import dev.sparsam.logs.internal.PipeWriter.Step;
import dev.sparsam.store.testing.SetClock;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of {@code logs pipe} together, without a process of its own. */
class PipeTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final String REST = " - - [22/Nov/2026:03:03:22 +0100] \"GET /%d HTTP/1.1\" 200 5\n";
    private static final Disk GOOD = FileChannel::write;

    @TempDir
    Path folder;

    private final PipeStatus status = new PipeStatus(NOW);
    private final List<String> problems = new ArrayList<>();
    private Optional<PipeHand> hand = Optional.empty();
    private Optional<PipeFiles> files = Optional.empty();
    private Optional<PipeWriter> writer = Optional.empty();
    private Disk disk = GOOD;
    private long nanos;
    private boolean drops;
    private long spoolSize = 1 << 20;
    private long othersSize = 16 << 20;
    private String extra = "";
    private String otherDays = "";
    private String otherFile = "other.log";
    private String bFile = "access.log";
    private int starts;
    private final List<String> keyless = new ArrayList<>();
    private final SetClock clock = new SetClock(NOW);
    private Optional<String> known = Optional.empty();
    private PipeSites sites = PipeSites.NONE;

    @BeforeEach
    void open() throws IOException {
        for (String name : List.of("memory", "spool", "a", "b", "unknown")) {
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
                        folder.resolve("memory"),
                        user,
                        folder.resolve("spool"),
                        spoolSize,
                        folder.resolve("unknown"),
                        othersSize),
                (channel, bytes, at) -> disk.write(channel, bytes, at),
                () -> nanos);
        opened.onProblem((target, problem) -> problems.add(target.file() + ": " + problem.getMessage()));
        files = Optional.of(opened);
        writer = Optional.of(new PipeWriter(
                taken,
                opened,
                this::sites,
                new PipeKeys(new Random(starts++), keyless::add),
                folder.resolve("unknown"),
                status,
                clock,
                () -> drops));
    }

    /** As when the process was killed: nothing is said to anybody. */
    private void killAndStart() throws IOException {
        close();
        start();
    }

    private PipeSites sites() {
        if (!known.equals(Optional.of(extra))) {
            known = Optional.of(extra);
            sites = readSites();
        }
        return sites;
    }

    private PipeSites readSites() {
        Path file = folder.resolve("sites.json");
        try {
            Files.writeString(file, """
                    {"format":"sparsam-pipe/1","zone":"UTC","default":{"file":"%s"%s},"sites":[
                     {"domain":"a.example","hosts":["a.example","*.a.example"],"directory":"%s/a"%s},
                     {"domain":"b.example","directory":"%s/b","file":"%s","masking":"user=keep"},
                     {"domain":"none.example","directory":"%s/b","log":false}]}
                    """.formatted(otherFile, otherDays, folder, extra, folder, bFile, folder));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            return PipeSites.read(file);
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

    @Test
    void whatALoggerWasAboutToCallASpoolFileWhenItWasKilledIsRemovedByTheNextOne() throws IOException {
        Path ours = Files.writeString(spooled("0000.spool.pipe-1"), "half a header");
        Path anothers = Files.writeString(spooled("0000.spool.pipe-10"), "of one that is at work");

        killAndStart();

        assertThat(ours).doesNotExist();
        assertThat(anothers).exists();
    }

    // ---- where lines go

    /** Of what does not reach the next page the kernel says whether it came; of the rest it may have copied a part. */
    @Test
    void whatIsReadAtOnceNeverLiesInTwoPages() throws IOException {
        Path lines = Files.write(folder.resolve("lines"), new byte[20_000]);
        try (FileChannel in = FileChannel.open(lines)) {
            PipeHand taken = hand.orElseThrow();
            assertThat(taken.read(in, 100)).isEqualTo(100);
            assertThat(taken.read(in, 19_900)).isEqualTo(PipeHand.BLOCK - 100);
            assertThat(taken.read(in, 15_904)).isEqualTo(PipeHand.BLOCK);
            assertThat(taken.waiting()).isEqualTo(2 * PipeHand.BLOCK);
        }
    }

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

    @Test
    void aNewDayBeginsANewFile() throws IOException {
        receive("a.example one\n");
        work();
        clock.set(NOW.plus(Duration.ofHours(12)));
        receive("a.example two\n");
        work();
        assertThat(read("a/20261122-access.log")).isEqualTo("one\n");
        assertThat(read("a/20261123-access.log")).isEqualTo("two\n");
    }

    @Test
    void whoLeavesOutTheHostHasNoAddressInTheStatus() throws IOException {
        receive(line(1) + "2001:db8::7 x\n203-0-113-77.isp.example x\nshop.example x\n");
        work();
        Path file = folder.resolve("status.json");
        status.write(file, NOW, 0, 0, 0, true);
        assertThat(Files.readString(file))
                .contains("\"203.0.113.0\" : 1", "\"shop.example\" : 1")
                .doesNotContain("113.77", "db8::7", "113-77");
        assertThat(read("unknown/other.log")).doesNotContain("113.77", "db8::7", "113-77");
    }

    @Test
    void eachLogHasItsLinesInOrderHoweverTheyAreMixed() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] hosts = {
            "", "a.example", "www.A.example:80", "x.a.example", "b.example", "none.example", "c.example", "d"
        };
        Map<String, StringBuilder> expected = new TreeMap<>();
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            String host = hosts[random.nextInt(hosts.length)];
            String date = random.nextInt(9) == 0 ? "21/Nov/2026" : "22/Nov/2026";
            String filler = random.nextInt(500) == 0 ? "y".repeat(random.nextInt(90_000)) : "\u00e4\u0001\t";
            String rest = "%s - - [" + date + ":00:00:00 +0000] \"GET /" + i + filler + " HTTP/1.1\" 200 5\n";
            all.append(host).append(' ').append(rest.formatted("203.0.113.77"));
            String day = date.startsWith("21") ? "20261121" : "20261122";
            String masked = rest.formatted("203.0.113.0");
            String file = switch (host) {
                case "b.example" -> "b/access.log";
                case "none.example" -> "nowhere";
                case "", "c.example", "d" -> "unknown/other.log";
                default -> "a/" + day + "-access.log";
            };
            expected.computeIfAbsent(file, any -> new StringBuilder())
                    .append(file.startsWith("unknown") ? host + " " + masked : masked);
            if (random.nextInt(1_000) == 0) {
                receive(all.toString());
                all.setLength(0);
                work();
            }
        }
        receive(all.toString());
        work();
        for (Map.Entry<String, StringBuilder> log : expected.entrySet()) {
            if (!log.getKey().equals("nowhere")) {
                String written = read(log.getKey());
                int same = Arrays.mismatch(
                        written.toCharArray(), log.getValue().toString().toCharArray());
                assertThat(same)
                        .as(
                                "seed %d: %s from here on: %s",
                                seed,
                                log.getKey(),
                                written.substring(
                                        Math.max(0, same - 90), Math.min(written.length(), Math.max(0, same) + 90)))
                        .isEqualTo(-1);
            }
        }
    }

    @Test
    void whatComesLastNeedsNoLineEnd() throws IOException {
        receive("b.example " + line(1) + "b.example 203.0.113.77 x");
        work();
        writer.orElseThrow().step(true);
        assertThat(read("b/access.log")).isEqualTo(masked(1) + "203.0.113.0 x\n");
        assertThat(hand.orElseThrow().waiting()).isZero();
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
    void aSpoolFileThatCannotBeMadeLeavesNothingBehind() throws IOException {
        disk = fullAfter(3, "full");
        receive("b.example " + line(2));
        assertThat(work()).isEqualTo(Step.STUCK);
        assertThat(folder.resolve("spool")).isEmptyDirectory();
    }

    /** What the administrator wants may be stricter, but not laxer. */
    @Test
    void linesOfUnknownHostsAreNeverMaskedLessThanThat() throws IOException {
        otherDays = ",\"masking\":\"address=keep user=keep referrer=drop\"";
        extra = " ";
        receive("c.example 203.0.113.77 - frank [22/Nov/2026:00:00:00 +0000] \"GET /?q=joe@example.org HTTP/1.1\" 200 5"
                + " \"https://example.net/x\" \"Mozilla/5.0 (X11; Linux x86_64) Firefox/115.0\"\n");
        work();
        assertThat(read("unknown/other.log"))
                .startsWith("c.example 203.0.113.0 - - [")
                .doesNotContain("frank", "joe", "h-", "example.net", "X11");
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
        // At once: whoever has renamed it may have read it for the last time.
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

    private boolean isOpen(String file) throws IOException {
        FileIdentity.Key key = FileIdentity.read(folder.resolve(file)).key();
        return OpenFiles.read(Path.of("/proc"), key::equals).writing().contains(key);
    }

    /** Sweeps leave alone what somebody has open for writing, and what is deleted while it is open keeps its room. */
    @Test
    void aLogThatGetsNoMoreLinesIsNotKeptOpen() throws IOException {
        receive("a.example " + line(1) + "b.example " + line(2));
        work();
        nanos += 59_000_000_000L;
        receive("b.example " + line(3));
        work();
        files.orElseThrow().closeIdle();
        assertThat(isOpen("a/20261122-access.log")).isTrue();
        nanos += 1_000_000_000;
        files.orElseThrow().closeIdle();
        assertThat(isOpen("a/20261122-access.log")).isFalse();
        assertThat(isOpen("b/access.log")).as("is written to").isTrue();
        receive("a.example " + line(4));
        work();
        assertThat(read("a/20261122-access.log")).isEqualTo(masked(1) + masked(4));
        assertThat(problems).isEmpty();
    }

    @Test
    void aLogWhosePartOfALineCouldNotBeTakenBackIsRepairedAlsoWhenItHasBeenClosed() throws IOException {
        receive("b.example " + line(1));
        work();
        Path log = folder.resolve("b/access.log");
        FileIdentity.Key key = FileIdentity.read(log).key();
        hand.orElseThrow()
                .begin(new PipeHand.Append(
                        log, key, masked(1).length(), masked(2).length(), Optional.empty(), 0));
        Files.writeString(log, masked(2).substring(0, 9), APPEND);
        nanos += 60_000_000_000L;
        files.orElseThrow().closeIdle();
        assertThat(isOpen("b/access.log")).isFalse();
        receive("b.example " + line(3));
        work();
        assertThat(read("b/access.log")).isEqualTo(masked(1) + masked(3));
    }

    @Test
    void aHalfLineThatSomebodyElseLeftIsEndedFirst() throws IOException {
        Files.writeString(folder.resolve("b/access.log"), "half");
        receive("b.example " + line(1));
        work();
        assertThat(read("b/access.log")).isEqualTo("half\n" + masked(1));
    }

    // ---- bounds and ends of what the logger keeps itself

    private static String daysAgo(int days) {
        return DateTimeFormatter.ofPattern("dd/MMM/yyyy", Locale.ENGLISH)
                .format(LocalDate.ofInstant(NOW, ZoneOffset.UTC).minusDays(days));
    }

    private Path aged(String file, int days, String text) throws IOException {
        Path path = Files.writeString(folder.resolve(file), text);
        Files.setLastModifiedTime(path, FileTime.from(NOW.minus(Duration.ofDays(days))));
        return path;
    }

    private void expire() throws IOException {
        expire(true);
    }

    private void expire(boolean knowsHolds) throws IOException {
        new PipeRetention(
                        files.orElseThrow(),
                        folder.resolve("unknown"),
                        Owners.of(Path.of("/proc/self/status")).orElseThrow().user(),
                        7)
                .expire(sites(), knowsHolds, clock.instant(), status);
    }

    private Path spooled() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("spool"))) {
            return all.filter(file -> !file.getFileName().toString().startsWith("000"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void strangersNeitherFillTheDiskNorMakeTheWebServerWait() throws IOException {
        close();
        othersSize = 400;
        start();
        for (int i = 0; i < 20; i++) {
            receive("c.example " + line(i) + "b.example " + line(i));
            assertThat(work()).isEqualTo(Step.NOTHING);
        }
        assertThat(Files.size(folder.resolve("unknown/other.log"))).isBetween(300L, 400L);
        assertThat(read("b/access.log").lines()).hasSize(20);
        assertThat(status.crowdedLines())
                .isBetween(10L, 19L)
                .isEqualTo(status.all().lost());
        Files.delete(folder.resolve("unknown/other.log"));
        nanos += 1_000_000_000;
        receive("c.example " + line(1));
        work();
        assertThat(read("unknown/other.log")).as("as soon as there is room").hasLineCount(1);
    }

    @Test
    void aFolderThatCannotBeWrittenStopsNobodyAlsoWhenThereIsNoRoomForItsLines() throws IOException {
        close();
        spoolSize = 4_000;
        othersSize = 200;
        start();
        Files.move(folder.resolve("b"), folder.resolve("away"));
        for (int i = 0; i < 30; i++) {
            receive("b.example " + line(i) + "a.example " + line(i));
            assertThat(work()).isEqualTo(Step.NOTHING);
        }
        assertThat(read("a/20261122-access.log").lines()).hasSize(30);
        assertThat(status.of("b.example").lost()).isPositive().isEqualTo(status.crowdedLines());
    }

    @Test
    void linesOfUnknownHostsAreDeletedWhenTheirTimeIsOver() throws IOException {
        Path old = aged("unknown/20261114-access.log", 8, "x");
        Path diverted = aged("unknown/b.example-20261114-access.log", 8, "y");
        Path renamed = aged("unknown/other.log-20261114", 8, "z");
        List<Path> others = List.of(
                aged("unknown/20261116-access.log", 6, "x"),
                aged("unknown/20261114-access.log.gz", 8, "somebody else's"),
                aged("unknown/notes.txt", 8, "somebody else's"));
        expire();
        assertThat(List.of(old, diverted, renamed)).noneMatch(Files::exists);
        assertThat(others).allMatch(Files::exists);
        assertThat(status.expiredBytes()).isEqualTo(3);
        assertThat(status.abandonedBytes()).isZero();
    }

    @Test
    void aFileThatHasNoDayInItsNameGetsOneWhenTheDayIsOver() throws IOException {
        receive("c.example " + line(1).replace("22/Nov/2026", daysAgo(1)));
        work();
        expire();
        assertThat(read("unknown/other.log-20261121")).hasLineCount(1);
        receive("c.example " + line(2));
        work();
        Files.setLastModifiedTime(folder.resolve("unknown/other.log"), FileTime.from(NOW));
        aged("unknown/20261122.example-access.log", 1, "no time\n");
        aged("unknown/20261122.example-20261121-access.log", 1, "no time\n");
        aged("unknown/20261121-access.log", 1, "no time\n");
        expire();
        assertThat(read("unknown/other.log")).hasLineCount(1);
        try (Stream<Path> all = Files.list(folder.resolve("unknown"))) {
            assertThat(all.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            PipeNames.FILE,
                            "other.log",
                            "other.log-20261121",
                            "20261122.example-access.log-20261121",
                            "20261122.example-20261121-access.log",
                            "20261121-access.log");
        }
        assertThat(status.expiredBytes()).isZero();
    }

    @Test
    void whatStrangersSayTheTimeWasMakesNoFiles() throws IOException {
        for (int i = 0; i < 5; i++) {
            receive("c.example " + line(i).replace("22/Nov/2026", daysAgo(20 + i)));
            work();
            expire();
        }
        try (Stream<Path> all = Files.list(folder.resolve("unknown"))) {
            assertThat(all.filter(file -> !file.endsWith(PipeNames.FILE))).hasSize(2);
        }
    }

    /** Those that the sites file named so before, and of domains that it no longer has. */
    @Test
    void linesOfUnknownHostsAreDeletedAlsoWhenFilesAreNamedOtherwiseByNow() throws IOException {
        bFile = "b.%Y.log";
        receive("c.example " + line(1));
        work();
        Path half = Files.writeString(folder.resolve("unknown").resolve(PipeNames.FILE), "\n=hal", APPEND);
        killAndStart();
        otherFile = "new.log";
        bFile = "access.log";
        extra = " ";
        known = Optional.empty();
        receive("c.example " + line(2));
        work();
        List<Path> ours = List.of(
                aged("unknown/other.log", 8, "x"),
                aged("unknown/other.log-20261113", 8, "x"),
                aged("unknown/gone.example-b.2026.log", 8, "x"),
                aged("unknown/new.log", 8, "x"));
        List<Path> others = List.of(
                aged("unknown/hal", 8, "somebody else's"),
                aged("unknown/mine-other.log", 8, "somebody else's"),
                aged("unknown/other.log.gz", 8, "somebody else's"),
                aged("unknown/Other.log", 8, "somebody else's"));
        expire();
        assertThat(ours).noneMatch(Files::exists);
        assertThat(others).allMatch(Files::exists);
        assertThat(half).exists();
    }

    @Test
    void oneFileThatCannotBeDeletedDoesNotKeepTheOthers() throws IOException {
        Files.writeString(folder.resolve("spool/0000.spool"), "no header");
        Files.createDirectory(folder.resolve("spool/0001.spool"));
        Files.move(folder.resolve("b"), folder.resolve("away"));
        receive("b.example " + line(1));
        work();
        for (Path file : List.of(spooled("0000.spool"), spooled("0001.spool"), spooled())) {
            Files.setLastModifiedTime(file, FileTime.from(NOW.minus(Duration.ofDays(8))));
        }
        Files.createFile(folder.resolve("spool/0001.spool/x"));
        Files.setLastModifiedTime(spooled("0001.spool"), FileTime.from(NOW.minus(Duration.ofDays(8))));
        assertThatThrownBy(this::expire).isInstanceOf(IOException.class);
        try (Stream<Path> all = Files.list(folder.resolve("spool"))) {
            assertThat(all).containsExactly(spooled("0001.spool"));
        }
    }

    private Path spooled(String name) {
        return folder.resolve("spool").resolve(name);
    }

    @Test
    void nothingIsKeptForLongerThanTheSitesFileSays() throws IOException {
        Path log = aged("unknown/20261120-access.log", 2, "x");
        Files.move(folder.resolve("a"), folder.resolve("away"));
        receive("a.example " + line(1));
        work();
        Files.setLastModifiedTime(spooled(), FileTime.from(NOW.minus(Duration.ofDays(2))));
        expire();
        assertThat(log).exists();
        assertThat(status.abandonedBytes()).isZero();
        extra = ",\"days\":1";
        otherDays = ",\"days\":1";
        expire();
        assertThat(log).doesNotExist();
        assertThat(folder.resolve("spool")).isEmptyDirectory();
    }

    @Test
    void whatCannotBeWrittenForTooLongIsDeletedAndCounted() throws IOException {
        Files.move(folder.resolve("b"), folder.resolve("away"));
        receive("b.example " + line(1) + "b.example " + line(2));
        work();
        Files.setLastModifiedTime(spooled(), FileTime.from(NOW.minus(Duration.ofDays(8))));
        expire();
        assertThat(folder.resolve("spool")).isEmptyDirectory();
        assertThat(files.orElseThrow().spooled()).isZero();
        assertThat(status.abandonedBytes()).isEqualTo(2L * masked(1).length());
        Files.move(folder.resolve("away"), folder.resolve("b"));
        nanos += 60_000_000_000L;
        receive("b.example " + line(3));
        work();
        assertThat(read("b/access.log")).isEqualTo(masked(3));
    }

    @Test
    void ofALogThatGetsLinesEveryDayOnlyTheOldOnesAreDeleted() throws IOException {
        Files.move(folder.resolve("b"), folder.resolve("away"));
        receive("b.example " + line(1).replace("22/Nov/2026", daysAgo(9)) + "b.example "
                + line(2).replace("22/Nov/2026", daysAgo(6)) + "b.example " + line(3));
        work();
        Files.setLastModifiedTime(spooled(), FileTime.from(NOW));
        expire();
        assertThat(status.abandonedBytes()).isEqualTo(masked(1).length());
        killAndStart();
        receive("b.example " + line(4));
        work();
        expire();
        Files.move(folder.resolve("away"), folder.resolve("b"));
        nanos += 60_000_000_000L;
        files.orElseThrow().drain();
        assertThat(read("b/access.log"))
                .isEqualTo(masked(2).replace("22/Nov/2026", daysAgo(6)) + masked(3) + masked(4));
    }

    /** A visitor can write any day into a line. */
    @Test
    void noLineEndsOthersByWhatItSays() throws IOException {
        Files.move(folder.resolve("b"), folder.resolve("away"));
        String today = "{\"time_iso8601\":\"2026-11-22T03:03:22+01:00\",\"status\":200}\n";
        String none = "a line without a time\n";
        String forged = "GET /?[01/Jan/2020:00:00:00 +0000] HTTP/1.1\n";
        receive("b.example " + today.replace("2026-11-22", "2026-11-02") + "b.example " + today + "b.example " + none
                + "b.example " + forged + "b.example " + today);
        work();
        Files.setLastModifiedTime(spooled(), FileTime.from(NOW));
        expire();
        assertThat(Files.readString(spooled())).endsWith(today + none + forged + today);
        assertThat(status.abandonedBytes()).isEqualTo(today.length());
    }

    /** One of the future would keep all behind it. */
    @Test
    void whatCannotBeADayOfALineIsNone() throws IOException {
        Files.move(folder.resolve("b"), folder.resolve("away"));
        String old = line(1).replace("22/Nov/2026", daysAgo(9));
        receive("b.example " + old.replace(" - - ", " - [01/Jan/2099:00:00:00 +0000] ") + "b.example " + line(2));
        work();
        Files.setLastModifiedTime(spooled(), FileTime.from(NOW));
        expire();
        assertThat(Files.readString(spooled())).doesNotContain("2099").endsWith(masked(2));
    }

    @Test
    void nothingIsDeletedOfAHeldDomain() throws IOException {
        extra = ",\"held\":\"2026-11-22\"";
        Files.move(folder.resolve("a"), folder.resolve("away"));
        receive("a.example " + line(1).replace("22/Nov/2026", daysAgo(9)));
        work();
        Path spooled = spooled();
        Files.setLastModifiedTime(spooled, FileTime.from(NOW.minus(Duration.ofDays(9))));
        Path diverted = aged("unknown/a.example-20261113-access.log", 9, "x\n");
        Path others = aged("unknown/b.example-access.log", 9, "x\n");
        Path unreadable = aged("spool/0000.spool", 9, "no header");
        expire();
        assertThat(List.of(spooled, diverted, unreadable)).allMatch(Files::exists);
        assertThat(others).doesNotExist();
        extra = ",\"held\":\"2026-11-21\"";
        expire();
        assertThat(List.of(spooled, diverted, unreadable)).noneMatch(Files::exists);
    }

    @Test
    void nothingIsDeletedWhileNotAllHoldsAreKnown() throws IOException {
        Files.move(folder.resolve("a"), folder.resolve("away"));
        receive("a.example " + line(1).replace("22/Nov/2026", daysAgo(9)));
        work();
        List<Path> due = List.of(
                spooled(),
                aged("unknown/a.example-20261113-access.log", 9, "x\n"),
                aged("unknown/20261113-access.log", 9, "x\n"),
                aged("spool/0000.spool", 9, "no header"));
        Files.setLastModifiedTime(spooled(), FileTime.from(NOW.minus(Duration.ofDays(9))));
        Path ofADay = aged("unknown/other.log", 1, "no time\n");
        expire(false);
        assertThat(due).allMatch(Files::exists);
        assertThat(status.expiredBytes() + status.abandonedBytes()).isZero();
        assertThat(ofADay)
                .as("gets the name of its day all the same, so that it ends")
                .doesNotExist();
        expire();
        assertThat(due).noneMatch(Files::exists);
    }

    /** A full disk is what they wait for. */
    @Test
    void oldLinesAreDeletedAlsoWhenThereIsNoRoom() throws IOException {
        Files.move(folder.resolve("b"), folder.resolve("away"));
        receive("b.example " + line(1).replace("22/Nov/2026", daysAgo(9)) + "b.example " + line(2));
        work();
        Path spooled = spooled();
        Files.setLastModifiedTime(spooled, FileTime.from(NOW));
        disk = fullAfter(0, "full");
        expire();
        assertThat(status.abandonedBytes()).isEqualTo(masked(1).length());
        assertThat(Files.readString(spooled))
                .doesNotContain(daysAgo(9), "GET /1 ")
                .endsWith(masked(2));
        expire();
        assertThat(status.abandonedBytes()).as("once").isEqualTo(masked(1).length());
        disk = GOOD;
        killAndStart();
        Files.move(folder.resolve("away"), folder.resolve("b"));
        files.orElseThrow().drain();
        assertThat(read("b/access.log")).isEqualTo(masked(2));
    }

    @Test
    void whatHasBeenTakenOverIsNotKeptInTheSpoolEither() throws IOException {
        Files.move(folder.resolve("b"), folder.resolve("away"));
        receive("b.example " + line(1).replace("22/Nov/2026", daysAgo(9)) + "b.example " + line(2));
        work();
        PipeFiles.Header header = PipeFiles.header(spooled());
        try (FileChannel taken = FileChannel.open(spooled(), WRITE)) {
            String position = String.format(
                    Locale.ROOT, "%020d", header.start() + masked(1).length());
            taken.write(ByteBuffer.wrap(position.getBytes(StandardCharsets.US_ASCII)), 0);
        }
        Files.setLastModifiedTime(spooled(), FileTime.from(NOW));
        expire();
        assertThat(Files.readString(spooled())).doesNotContain(daysAgo(9)).endsWith(masked(2));
        assertThat(status.abandonedBytes()).isZero();
    }

    @Test
    void whatLoggersLeftInTheSpoolThatNeverComeBackCountsAndGoes() throws IOException {
        String name = "0123456789abcdef01234567.spool.pipe-12-345";
        Path left = aged("spool/" + name, 1, "x".repeat(1 << 20));
        Path atWork = aged("spool/" + name + "6", 0, "y");
        Path others = aged("spool/notes.txt", 9, "z");
        killAndStart();
        Files.move(folder.resolve("b"), folder.resolve("away"));
        receive("b.example " + line(1));
        assertThat(work()).as("as much as may be there is").isEqualTo(Step.STUCK);
        expire();
        assertThat(left).doesNotExist();
        assertThat(List.of(atWork, others)).allMatch(Files::exists);
        assertThat(files.orElseThrow().left()).isEqualTo(2);
        assertThat(work()).isEqualTo(Step.NOTHING);
        assertThat(status.of("b.example").spooled()).isOne();
    }

    @Test
    void whatIsInTheSpoolOfSomebodyElseIsTold() throws IOException {
        assumeThat(Files.getAttribute(folder, "unix:uid"))
                .as("only root gives files away")
                .isEqualTo(0);
        Path others = aged("spool/0123456789abcdef01234567.spool.pipe-1-2", 9, "z");
        Files.setAttribute(others, "unix:uid", 4713);
        expire();
        assertThat(problems).containsExactly(others.getFileName() + ": FOREIGN_OWNER");
        assertThat(others).exists();
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
        // The JDK has numbers with a sign.
        extra = ",\"owner\":3000000000,\"group\":4000000000,\"mode\":\"644\"";
        receive("a.example " + line(1));
        work();
        Path log = folder.resolve("a/20261122-access.log");
        assertThat(Files.readAttributes(log, "unix:uid,gid,mode"))
                .containsEntry("uid", (int) 3_000_000_000L)
                .containsEntry("gid", (int) 4_000_000_000L)
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

    /** Whoever may write to the folder could have any file cut whose name he may link. */
    @Test
    void anAppendThatAKillHasCutIsNotTakenBackInAFileWithTwoNames() throws IOException {
        Path log = Files.writeString(folder.resolve("b/access.log"), masked(1));
        disk = (channel, bytes, at) -> {
            channel.write(bytes.slice(bytes.position(), 9), at);
            throw new AssertionError("killed");
        };
        receive("b.example " + line(2));
        assertThatThrownBy(this::work).hasMessage("killed");
        disk = GOOD;
        Files.createLink(folder.resolve("second"), log);
        killAndStart();
        work();
        assertThat(Files.readString(log)).isEqualTo(masked(1) + masked(2).substring(0, 9));
        assertThat(problems).containsExactly("access.log: HARD_LINKS", "access.log: HARD_LINKS");
        assertThat(Files.readString(spooled())).endsWith(masked(2));
    }

    /** A race that is lost every time it is tried for long enough, unless what was opened is looked at. */
    @Test
    void whatSomebodyPutsInThePlaceOfALogMeanwhileIsNotCut() throws Exception {
        Path log = Files.write(folder.resolve("b/access.log"), new byte[120]);
        Path victim = Files.write(folder.resolve("b/victim"), new byte[130]);
        Path aside = folder.resolve("b/aside");
        FileIdentity.Key key = FileIdentity.read(log).key();
        AtomicBoolean stop = new AtomicBoolean();
        Thread swapping = new Thread(() -> {
            while (!stop.get()) {
                try {
                    Files.move(log, aside);
                    Files.move(victim, log);
                    Files.move(log, victim);
                    Files.move(aside, log);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        swapping.start();
        try {
            for (long until = System.nanoTime() + 2_000_000_000L; System.nanoTime() < until; ) {
                hand.orElseThrow().begin(new PipeHand.Append(log, key, 100, 50, Optional.empty(), 0));
                files.orElseThrow().repair();
            }
        } finally {
            stop.set(true);
            swapping.join();
        }
        assertThat(log).hasSize(100);
        assertThat(victim).hasSize(130);
    }

    // ---- sites and keys

    @Test
    void saysWhatIsWrongInTheSitesFile() throws IOException {
        assertWrong("{\"format\":\"x\"}", "sparsam-pipe/1");
        assertWrong("{", "no JSON");
    }

    private PipeSites readSites(String sites, PipeSites before) throws IOException {
        Path file = Files.writeString(
                folder.resolve("some.json"), "{\"format\":\"sparsam-pipe/1\",\"sites\":[" + sites + "]}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return PipeSites.read(file, before);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`\"directory\":\"/x\",\"owner\":-2`, `\"owner\" cannot be -2`",
                "`\"directory\":\"/x\",\"group\":4294967295`, `\"group\" cannot be 4294967295`",
                "`\"directory\":\"/x\",\"file\":\"../y\"`, `\"file\" cannot be \"../y\"`",
                "`\"directory\":\"x\"`, `\"directory\" must be an absolute path`",
                "`\"directory\":\"/x\\u0001\"`, `\"directory\" must be an absolute path`",
                "`\"directory\":\"/x\\u0000\"`, `Nul character`",
                "`\"file\":\"x\"`, `there is no \"directory\"`",
                "`\"directory\":\"/x\",\"hosts\":[\"bad\",\"good\"]`, `good belongs to good already`",
            })
    void aSiteThatIsWrongDoesNotHarmTheOthers(String wrong, String problem) throws IOException {
        String good = "{\"domain\":\"good\",\"directory\":\"/good\"},";
        PipeSites read = readSites(good + "{\"domain\":\"bad\"," + wrong + "}", PipeSites.NONE);
        assertThat(read.of("good").map(PipeSites.Site::domain)).contains("good");
        assertThat(read.of("bad")).isEmpty();
        assertThat(read.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.name()).isEqualTo("bad");
            assertThat(fault.problem()).contains(problem);
            assertThat(fault.kept()).isFalse();
        });
    }

    @Test
    void aSiteThatIsWrongStaysAsItWasButForKeysThatAreGone() throws IOException {
        String stays = "\"2026-11-22\":\"" + key('x') + "\"";
        String goes = "\"2026-11-21\":\"" + key('y') + "\"";
        String site = "{\"domain\":\"a\",\"hosts\":[\"a\",\"b\"],\"directory\":\"/x\",\"keys\":{";
        PipeSites before = readSites(site + stays + "," + goes + "}}", PipeSites.NONE);
        PipeSites after = readSites(site + stays + "},\"owner\":-2},{\"domain\":\"b\",\"directory\":\"/b\"}", before);
        assertThat(after.faults()).singleElement().matches(PipeSites.Fault::kept);
        assertThat(after.of("a").orElseThrow().directory()).isEqualTo(Path.of("/x"));
        assertThat(after.of("a").orElseThrow().keys().values()).containsExactly(key('x'));
        assertThat(after.of("b").orElseThrow().directory()).isEqualTo(Path.of("/b"));
    }

    private PipeSites readWhole(String fields, PipeSites before) throws IOException {
        Path file = Files.writeString(folder.resolve("some.json"), """
                {"format":"sparsam-pipe/1",%s,"sites":[{"domain":"good","directory":"/good"}]}""".formatted(fields));
        return PipeSites.read(file, before);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`\"zone\":\"Mars/Base\"`, zone",
                "`\"default\":{\"masking\":\"address=a bit\"}`, default.masking",
                "`\"default\":{\"file\":\"../x\"}`, default.file",
                "`\"default\":{\"days\":0}`, default.days",
                "`\"default\":\"20261122.log\"`, default",
            })
    void aFieldThatIsWrongDoesNotHarmTheSites(String wrong, String field) throws IOException {
        PipeSites first = readWhole(wrong, PipeSites.NONE);
        assertThat(first.of("good")).isPresent();
        assertThat(first.other()).isEqualTo(UnknownHosts.LEAST);
        assertThat(first.otherFile()).isEqualTo(PipeSites.DAILY);
        assertThat(first.zone()).isEqualTo(ZoneId.systemDefault());
        assertThat(first.faults())
                .singleElement()
                .extracting(PipeSites.Fault::part, PipeSites.Fault::name, PipeSites.Fault::kept)
                .containsExactly(PipeSites.Part.FIELD, field, false);
        assertThat(readWhole(wrong + ",\"x\":1", first).faults())
                .as("still nothing to keep")
                .noneMatch(PipeSites.Fault::kept);
        PipeSites good = readWhole(
                "\"zone\":\"Asia/Tokyo\",\"default\":{\"masking\":\"address=zero\",\"file\":\"x.log\",\"days\":3}",
                PipeSites.NONE);
        PipeSites after = readWhole(wrong, good);
        assertThat(after.faults()).singleElement().matches(PipeSites.Fault::kept);
        switch (field) {
            case "zone" -> assertThat(after.zone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
            case "default.masking" -> assertThat(after.other()).isEqualTo(good.other());
            case "default.file" -> assertThat(after.otherFile()).isEqualTo("x.log");
            case "default.days" -> assertThat(after.otherDays()).contains(3L);
            default ->
                assertThat(after)
                        .isEqualTo(new PipeSites(
                                after.zone(), good.other(), "x.log", Optional.of(3L), good.hosts(), after.faults()));
        }
    }

    @Test
    void whatIsNotSaidIsNoFault() throws IOException {
        PipeSites good =
                readWhole("\"zone\":\"Asia/Tokyo\",\"default\":{\"masking\":\"address=zero\"}", PipeSites.NONE);
        PipeSites after = readWhole("\"default\":{}", good);
        assertThat(after.faults()).isEmpty();
        assertThat(after.zone()).isEqualTo(ZoneId.systemDefault());
        assertThat(after.other()).isEqualTo(UnknownHosts.LEAST);
    }

    @Test
    void aFieldThatIsWrongIsInTheStatus() throws IOException {
        status.faults(readWhole("\"zone\":\"Mars/Base\"", PipeSites.NONE).faults());
        Path file = folder.resolve("status.json");
        status.write(file, NOW, 0, 0, 0, true);
        assertThat(Files.readString(file)).containsPattern("\"wrongFields\" : \\{\\s+\"zone\" : .*Mars/Base");
    }

    /** Else all lines would go to the folder for unknown hosts, and nobody would be told. */
    @Test
    void sitesThatAreNoListAreNotTakenForNone() throws IOException {
        assertWrong("{\"format\":\"sparsam-pipe/1\",\"sites\":{\"domain\":\"a\"}}", "\"sites\" must be a list");
    }

    @Test
    void ownersHaveNoSign() throws IOException {
        PipeSites read = readSites(
                "{\"domain\":\"a\",\"directory\":\"/x\",\"owner\":3000000000,\"group\":4294967294}", PipeSites.NONE);
        PipeTarget target = read.of("a").orElseThrow().target(LocalDate.EPOCH);
        assertThat(target.owner()).contains(3_000_000_000L);
        assertThat(target.group()).contains(4_294_967_294L);
        assertThat(PipeTarget.read(target.text())).isEqualTo(target);
    }

    @Test
    void aFileThatWasRefusedForItsModeIsReadAfterAChmod() throws IOException {
        Path file = Files.writeString(
                folder.resolve("keys.json"),
                "{\"format\":\"sparsam-pipe/1\",\"sites\":[{\"domain\":\"a\",\"directory\":\"/x\",\"keys\":{\"2026-11-22\":\""
                        + key('x') + "\"}}]}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        List<String> told = new ArrayList<>();
        KnownSites known = new KnownSites(file, () -> nanos, problem -> told.add(String.valueOf(problem.getMessage())));
        assertThat(known.now().of("a")).isEmpty();
        assertThat(told).singleElement().asString().contains("chmod 600");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        nanos += 1_000_000_000;
        assertThat(known.now().of("a")).isPresent();
    }

    private KnownSites known(String sites) throws IOException {
        Path file = folder.resolve("known.json");
        replace(file, sites);
        return new KnownSites(file, () -> nanos, problem -> {});
    }

    private void replace(Path file, String sites) throws IOException {
        Path fresh = Files.writeString(
                folder.resolve("known.new"), "{\"format\":\"sparsam-pipe/1\",\"sites\":[" + sites + "]}");
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
        nanos += 1_000_000_000;
    }

    @Test
    void holdsAreUnknownUntilAFileHasBeenRead() throws IOException {
        KnownSites sites = known("no site");
        sites.now();
        assertThat(sites.knowsHolds()).isFalse();
        Files.delete(folder.resolve("known.json"));
        nanos += 1_000_000_000;
        sites.now();
        assertThat(sites.knowsHolds()).isFalse();
        replace(folder.resolve("known.json"), "");
        sites.now();
        assertThat(sites.knowsHolds()).isTrue();
        Files.delete(folder.resolve("known.json"));
        nanos += 1_000_000_000;
        sites.now();
        assertThat(sites.knowsHolds()).as("what was known before holds").isTrue();
    }

    @Test
    void holdsAreUnknownWhileNothingIsKnownOfASite() throws IOException {
        String good = "{\"domain\":\"good\",\"directory\":\"/good\"}";
        String wrong = "{\"domain\":\"bad\",\"directory\":\"bad\",\"held\":\"2026-12-31\"}";
        KnownSites sites = known(good + "," + wrong);
        sites.now();
        assertThat(sites.knowsHolds()).isFalse();
        replace(folder.resolve("known.json"), good + "," + wrong.replace("\"bad\",\"held", "\"/bad\",\"held"));
        assertThat(sites.now().faults()).isEmpty();
        assertThat(sites.knowsHolds()).isTrue();
        replace(folder.resolve("known.json"), good + "," + wrong);
        assertThat(sites.now().faults()).singleElement().matches(PipeSites.Fault::kept);
        assertThat(sites.knowsHolds()).as("what was known of it before holds").isTrue();
    }

    @Test
    void aNameOfAnyLengthIsReadOrRefused() {
        assertThat(PipeSites.isFile("%Y%m%d-x".repeat(10_000))).isTrue();
        assertThat(PipeSites.isFile("%Y%m%d-x".repeat(10_000) + "/")).isFalse();
    }

    private void assertWrong(String text, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("wrong.json"), text);
        assertThatThrownBy(() -> PipeSites.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static String key(char letter) {
        return Base64.getEncoder()
                .encodeToString(String.valueOf(letter).repeat(32).getBytes(StandardCharsets.US_ASCII));
    }

    private static String frank(String date) {
        return "a.example 203.0.113.77 - frank [" + date + ":03:03:22 +0000] \"GET / HTTP/1.1\" 200 5\n";
    }

    private List<String> users(String file) throws IOException {
        return read(file).lines().map(line -> line.split(" ", -1)[2]).toList();
    }

    private static String hash(char key) {
        byte[] name = "frank".getBytes(StandardCharsets.US_ASCII);
        byte[] secret = Base64.getDecoder().decode(key(key));
        return new String(new DayKeys(secret).hash(name, 0, name.length), StandardCharsets.US_ASCII);
    }

    @Test
    void hashesWithTheKeyOfTheDayThatIsHandedOut() throws IOException {
        extra = ",\"masking\":\"user=hash\",\"keys\":{\"2026-11-21\":\"" + key('x') + "\",\"2026-11-22\":\"" + key('y')
                + "\"}";
        receive(frank("21/Nov/2026") + frank("22/Nov/2026"));
        work();
        assertThat(users("a/20261121-access.log")).containsExactly(hash('x'));
        assertThat(users("a/20261122-access.log")).containsExactly(hash('y'));
        assertThat(keyless).isEmpty();
    }

    @Test
    void aKeyThatIsHandedOutNoLongerIsForgotten() throws IOException {
        extra = ",\"masking\":\"user=hash\",\"keys\":{\"2026-11-22\":\"" + key('y') + "\"}";
        receive(frank("22/Nov/2026"));
        work();
        extra = ",\"masking\":\"user=hash\",\"keys\":{\"2026-11-21\":\"" + key('x') + "\"}";
        receive(frank("22/Nov/2026") + frank("22/Nov/2026"));
        work();
        killAndStart();
        receive(frank("22/Nov/2026"));
        work();
        List<String> users = users("a/20261122-access.log");
        assertThat(users.get(0)).isEqualTo(hash('y'));
        assertThat(users.get(1)).isEqualTo(users.get(2)).isNotEqualTo(hash('y')).startsWith(DayKeys.PREFIX);
        assertThat(users.get(3)).as("nothing of it outlives the process").isNotEqualTo(users.get(2));
        assertThat(keyless).contains("a.example");
    }

    @Test
    void believesNoKeysThatOthersMayRead() throws IOException {
        Path file = Files.writeString(folder.resolve("wrong.json"), """
                {"format":"sparsam-pipe/1","sites":[{"domain":"a","directory":"/x","keys":{"2026-11-22":"%s"}}]}
                """.formatted(key('x')));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> PipeSites.read(file)).hasMessageContaining("chmod 600");
    }

    @Test
    void aWrongKeyIsNotRepeatedInTheMessage() throws IOException {
        PipeSites read = readSites(
                "{\"domain\":\"a\",\"directory\":\"/x\",\"keys\":{\"2026-11-22\":\"c2VjcmV0\"}}", PipeSites.NONE);
        assertThat(read.faults())
                .singleElement()
                .asString()
                .contains("2026-11-22", "name=a")
                .doesNotContain("c2VjcmV0");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "*-access.log*, %Y%m%d-access.log",
                "????????-access.log, %Y%m%d-access.log",
                "20??????-access.log, %Y%m%d-access.log",
                "access.log*, access.log-%Y%m%d",
                "access.log, access.log",
                "access_*.log, access_%Y%m%d.log",
                "access_*.log*, access_%Y%m%d.log",
                "*_access.log, %Y%m%d_access.log",
                "ex*-access_log, ex%Y%m%d-access_log",
                "access-????????.log, access-%Y%m%d.log",
                "access-????????.log*, access-%Y%m%d.log",
                "`access.log{,.*}`, access.log",
            })
    void findsAFileNameThatThePanelsPatternFits(String pattern, String name) {
        assertThat(PipeSitesFile.file(pattern)).contains(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"access[0-9].log", "*access?.log", "z\u00fcrich.log", "access{.log"})
    void findsNoFileNameThatThePanelsPatternDoesNotFit(String pattern) {
        assertThat(PipeSitesFile.file(pattern)).isEmpty();
    }
}
