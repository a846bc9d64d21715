package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.FileReason;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.testing.SetClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepWorkTest {
    @TempDir
    Path directory;

    private void cleanUp(Duration later) {
        Clock clock = Clock.fixed(Instant.now().plus(later), ZoneOffset.UTC);
        new SweepWork(clock, ZoneOffset.UTC, OwnFormats.NONE, Rules.LIMITS)
                .cleanUp(
                        List.of(new LogStream(new SiteId("d"), LogKind.WEB_ACCESS, directory, "access.log*")),
                        List.of(),
                        Set.of());
    }

    private Path leftBehind(String digits) throws IOException {
        return Files.writeString(directory.resolve(".sparsam-" + digits + ".tmp"), "192.0.2.0 - - …");
    }

    /** The digits that a process of this machine gives. */
    private static String digitsOf(Process process) {
        String machine = new TemporaryNames().next().substring(0, 6);
        return new TemporaryNames(machine, process.pid()).next();
    }

    @Test
    void whatAKilledProcessOfThisMachineLeftIsRemovedAtOnce() throws Exception {
        Process process = new ProcessBuilder("sleep", "60").start();
        Path left = leftBehind(digitsOf(process));
        cleanUp(Duration.ZERO);
        assertThat(left).exists();
        process.destroyForcibly().waitFor();
        cleanUp(Duration.ZERO);
        assertThat(left).doesNotExist();
    }

    @Test
    void whatAnotherMachineLeftIsRemovedWhenItHasNotChangedForLong() throws IOException {
        Path left = leftBehind("0123456789abcdef");
        cleanUp(Duration.ofMinutes(9));
        assertThat(left).exists();
        cleanUp(Duration.ofMinutes(11));
        assertThat(left).doesNotExist();
    }

    @Test
    void whatIsBeingWrittenStays() throws IOException {
        Path left = directory.resolve(".sparsam-0123456789abcdef.tmp");
        try (OutputStream writing = Files.newOutputStream(left)) {
            writing.write(1);
            cleanUp(Duration.ofMinutes(11));
            assertThat(left).exists();
        }
    }

    private List<PlannedFile> plan(Optional<Owners> owners) {
        Clock clock = Clock.fixed(Instant.now().plus(Duration.ofMinutes(30)), ZoneOffset.UTC);
        return new SweepWork(clock, ZoneOffset.UTC, OwnFormats.NONE, Rules.LIMITS, owners, House::openFiles)
                .look(
                        List.of(new LogStream(new SiteId("d"), LogKind.WEB_ACCESS, directory, "access.log*")),
                        Rules.site(new RetentionRule.Days(7), new AddressMasking.Truncate(24, 48)),
                        clock.instant(),
                        Map.of(),
                        () -> PseudonymisedLogs.NONE)
                .planned();
    }

    private SweepWork work(Clock clock, Supplier<OpenFiles> open) {
        return new SweepWork(clock, ZoneOffset.UTC, OwnFormats.NONE, Rules.LIMITS, Optional.empty(), open);
    }

    private Look look(SweepWork work, Instant planned, Map<Path, Look.Seen> known) {
        return work.look(
                List.of(new LogStream(new SiteId("d"), LogKind.WEB_ACCESS, directory, "access.log*")),
                Rules.site(new RetentionRule.Days(7), AddressMasking.DEFAULT),
                planned,
                known,
                () -> PseudonymisedLogs.NONE);
    }

    @Test
    void onlyFilesThatAreDueAreDecidedAgain() throws IOException {
        SetClock clock = new SetClock(Instant.now().plus(Duration.ofMinutes(30)));
        Instant newest = clock.instant().minus(Duration.ofDays(6)).truncatedTo(ChronoUnit.SECONDS);
        log(newest);
        AtomicInteger asked = new AtomicInteger();
        SweepWork work = work(clock, () -> {
            asked.incrementAndGet();
            return House.openFiles();
        });
        mask();
        Look first = look(work, clock.instant(), Map.of());
        assertThat(first.planned())
                .singleElement()
                .satisfies(planned -> assertThat(planned.file().action()).isEqualTo(FileAction.LEAVE));
        assertThat(asked).hasValue(1);
        Map<Path, Look.Seen> known = Look.known(Look.files(new SiteId("d"), first.packedFiles()));
        clock.pass(Duration.ofHours(23));
        Look second = look(work, clock.instant(), known);
        assertThat(asked).as("who has it open was not asked").hasValue(1);
        assertThat(second.files()).isEqualTo(first.files());
        assertThat(second.due()).isEqualTo(first.due()).contains(newest.plus(Duration.ofDays(7)));
        clock.pass(Duration.ofHours(1));
        assertThat(look(work, clock.instant(), known).planned())
                .singleElement()
                .satisfies(planned -> assertThat(planned.file().action()).isEqualTo(FileAction.DELETE));
        assertThat(asked).hasValue(2);
        Path file = directory.resolve("access.log.1");
        Files.writeString(file, Files.readString(file).replace("192.0.2.0", "192.0.2.9"));
        clock.set(Instant.now().plus(Duration.ofMinutes(30)));
        assertThat(look(work, clock.instant(), known).planned())
                .as("what has changed is read again")
                .singleElement()
                .satisfies(planned -> assertThat(planned.file().action()).isEqualTo(FileAction.MASK));
    }

    @Test
    void whatBecomesDueWhileASweepIsPlannedIsDueForTheNextOne() throws IOException {
        Instant planned = Instant.now().plus(Duration.ofMinutes(30)).truncatedTo(ChronoUnit.SECONDS);
        Instant over = planned.plusSeconds(30);
        log(over.minus(Duration.ofDays(7)));
        mask();
        Look look = look(work(new SetClock(planned.plusSeconds(60)), House::openFiles), planned, Map.of());
        assertThat(look.planned())
                .singleElement()
                .satisfies(file -> assertThat(file.file().action()).isEqualTo(FileAction.LEAVE));
        assertThat(look.due()).contains(over);
    }

    private void mask() throws IOException {
        Path file = directory.resolve("access.log.1");
        Files.writeString(file, Files.readString(file).replace("192.0.2.7", "192.0.2.0"));
    }

    private Path log(Instant time) throws IOException {
        String when = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
                .format(time.atZone(ZoneOffset.UTC));
        return Files.writeString(
                directory.resolve("access.log.1"),
                "192.0.2.7 - - [" + when + "] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"\n");
    }

    /** Begins files until they are to be settled; says how many that took. */
    private int begin(SweepWork work, List<PlannedFile> files) {
        int begun = 0;
        try (SweepWork.Batch batch = work.batch(() -> planned -> Optional.empty())) {
            for (PlannedFile file : files) {
                if (batch.isToBeSettledBefore(file)) {
                    assertThat(batch.settle())
                            .hasSize(begun)
                            .allSatisfy((planned, done) ->
                                    assertThat(done.outcome()).isEqualTo(FileOutcome.DONE));
                    assertThat(batch.isToBeSettledBefore(file)).isFalse();
                    return begun;
                }
                assertThat(batch.begin(
                                file,
                                new SweepWork.Orders(
                                        List.of(),
                                        Rules.site(new RetentionRule.Forever(), AddressMasking.DEFAULT),
                                        KeyRing.NONE,
                                        Instant.EPOCH,
                                        () -> PseudonymisedLogs.NONE),
                                (result, logs) -> {}))
                        .as("ended at once")
                        .isEmpty();
                begun++;
            }
        }
        return begun;
    }

    @Test
    void filesWaitForOneAnotherOnlyWhileTheyAreFewAndForShort() throws IOException {
        Path first = log(Instant.now());
        for (int i = 2; i <= 1_100; i++) {
            Files.copy(first, directory.resolve("access.log." + i));
        }
        Clock still = Clock.fixed(Instant.now(), ZoneOffset.UTC);
        assertThat(begin(at(still), plan(Optional.empty()))).isEqualTo(1_000);
        Clock moving = new SetClock(Instant.now()) {
            @Override
            public Instant instant() {
                pass(Duration.ofMillis(500));
                return super.instant();
            }
        };
        List<PlannedFile> left = plan(Optional.empty()).stream()
                .filter(planned -> planned.file().action() == FileAction.MASK)
                .toList();
        // It is asked once or twice for each file.
        assertThat(begin(at(moving), left)).isBetween(2, 4);
    }

    @Test
    void filesDoNotWaitForALargeOne() throws IOException {
        Path first = log(Instant.now());
        Files.writeString(
                directory.resolve("access.log.2"), Files.readString(first).repeat(400_000));
        assertThat(begin(at(Clock.fixed(Instant.now(), ZoneOffset.UTC)), plan(Optional.empty())))
                .isOne();
    }

    /** It is many times as large as it looks. */
    @Test
    void filesDoNotWaitForACompressedOneEither() throws IOException {
        String line = Files.readString(log(Instant.now()));
        byte[] noise = new byte[1_000_000];
        new Random(7).nextBytes(noise);
        String incompressible =
                line.replace("GET /", "GET /" + Base64.getUrlEncoder().encodeToString(noise));
        Files.write(directory.resolve("access.log.2.gz"), FileChangerTest.gzip(line + incompressible + line));
        List<PlannedFile> planned = plan(Optional.empty());
        assertThat(planned)
                .hasSize(2)
                .allSatisfy(file -> assertThat(file.file().action()).isEqualTo(FileAction.MASK));
        assertThat(begin(at(Clock.fixed(Instant.now(), ZoneOffset.UTC)), planned))
                .isOne();
    }

    @Test
    void whatIsNotSettledIsSettledInTheEnd() throws IOException {
        Path log = log(Instant.now());
        List<PlannedFile> planned = plan(Optional.empty());
        assertThat(begin(at(Clock.systemUTC()), planned)).isOne();
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries).containsExactly(log);
        }
        assertThat(log).content().startsWith("192.0.2.0 ");
    }

    private static SweepWork at(Clock clock) {
        return new SweepWork(clock, ZoneOffset.UTC, OwnFormats.NONE, Rules.LIMITS);
    }

    private static Owners processOf(FileIdentity file, long anotherUser, long anotherGroup) {
        return new Owners(file.uid() + anotherUser, Set.of(file.gid() + anotherGroup, 77_777L), false);
    }

    @Test
    void fileWhoseOwnerCannotBeKeptIsForeseenToBeLeft() throws IOException {
        FileIdentity file = FileIdentity.read(log(Instant.now()));
        for (Owners other : List.of(processOf(file, 1, 0), processOf(file, 0, 1))) {
            assertThat(plan(Optional.of(other))).singleElement().satisfies(planned -> {
                assertThat(planned.file().action()).isEqualTo(FileAction.LEAVE);
                assertThat(planned.file().reason()).isEqualTo(FileReason.FOREIGN_OWNER);
                assertThat(planned.file().isProblem()).isTrue();
                assertThat(planned.file().notes())
                        .containsExactly(FileNote.of(FileNote.Code.FOREIGN_OWNER, file.uid(), file.gid()));
            });
        }
    }

    @Test
    void fileWhoseOwnerCanBeKeptIsMasked() throws IOException {
        FileIdentity file = FileIdentity.read(log(Instant.now()));
        for (Optional<Owners> process : List.of(
                Optional.of(processOf(file, 0, 0)),
                Optional.of(new Owners(file.uid() + 1, Set.of(), true)),
                Optional.<Owners>empty())) {
            assertThat(plan(process))
                    .extracting(planned -> planned.file().action())
                    .containsExactly(FileAction.MASK);
        }
    }

    /** As the system's own groups for logs do it: whoever writes there writes for that group. */
    @Test
    void groupThatTheDirectoryGivesCanBeKept() throws IOException {
        FileIdentity file = FileIdentity.read(log(Instant.now()));
        Files.setAttribute(directory, "unix:mode", 02755);
        assertThat(plan(Optional.of(processOf(file, 0, 1))))
                .extracting(planned -> planned.file().action())
                .containsExactly(FileAction.MASK);
    }

    /** To delete takes no right to the file. */
    @Test
    void expiredFileOfAnotherOwnerIsDeleted() throws IOException {
        FileIdentity file = FileIdentity.read(log(Instant.now().minus(Duration.ofDays(30))));
        assertThat(plan(Optional.of(processOf(file, 1, 1))))
                .extracting(planned -> planned.file().action())
                .containsExactly(FileAction.DELETE);
    }

    @Test
    void whatAProcessMayGiveAwayIsReadFromTheKernel() throws IOException {
        Path status = directory.resolve("status");
        String text = "Name:\tjava\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t%s \nCapEff:\t%s\n";
        Files.writeString(status, text.formatted("9 10", "0000000000000000"));
        assertThat(Owners.of(status)).contains(new Owners(4, Set.of(8L, 9L, 10L), false));
        Files.writeString(status, text.formatted("", "000001ffffffffff"));
        assertThat(Owners.of(status)).contains(new Owners(4, Set.of(8L), true));
        Files.writeString(status, text.formatted("", "0000000000000001"));
        assertThat(Owners.of(status)).contains(new Owners(4, Set.of(8L), false));
        Files.writeString(status, "nothing");
        assertThat(Owners.of(status)).isEmpty();
        assertThat(Owners.of(directory.resolve("none"))).isEmpty();
    }

    @Test
    void fileWhoseNameIsNoTextIsReportedAndLeft() throws Exception {
        // Java cannot write such a name itself.
        new ProcessBuilder("sh", "-c", "printf '203.0.113.9 - - x\\n' > \"$(printf 'access.log.\\351.1')\"")
                .directory(directory.toFile())
                .start()
                .waitFor();
        List<PlannedFile> planned = plan(Optional.empty());
        assertThat(planned).singleElement().satisfies(found -> {
            assertThat(found.file().action()).isEqualTo(FileAction.LEAVE);
            assertThat(found.file().isProblem()).isTrue();
            assertThat(found.file().notes()).containsExactly(FileNote.of(FileNote.Code.NAME_NOT_TEXT));
        });
    }

    @Test
    void folderThatCannotBeReadIsOneSentenceInTheLog() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("---------"));
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            assumeThat(Files.isReadable(directory))
                    .as("whoever may read everything cannot see this")
                    .isFalse();
            System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
            cleanUp(Duration.ZERO);
        } finally {
            System.setErr(before);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
        assertThat(said.toString(StandardCharsets.UTF_8))
                .hasLineCount(1)
                .contains(directory + ": could not look for files", "permission denied");
    }

    @Test
    void noTwoNamesOfAProcessAreTheSame() {
        TemporaryNames names = new TemporaryNames();
        assertThat(IntStream.range(0, 1_000).mapToObj(i -> names.next()))
                .doesNotHaveDuplicates()
                .allMatch(digits -> FileChanger.isOurs(".sparsam-" + digits + ".tmp"));
    }
}
