package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Keep;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.RawPeriod;
import dev.sparsam.logs.internal.Inspection.State;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.panel.RetentionRule.Inherit;
import dev.sparsam.panel.RetentionRule.NoLogging;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlannerTest {
    private static final Duration QUIET = Duration.ofMinutes(5);
    private static final Instant NOW = Instant.parse("2026-11-22T03:00:00Z");
    private static final RetentionRule WEEK = new Days(7);
    private static final Optional<FileNote> IDLE = Optional.empty();
    private static final Optional<FileNote> UNSURE = Optional.of(FileNote.of(Code.CURRENT_UNSURE));

    @Test
    void deletesExactlyWhenTheNewestLineIsAsOldAsTheRetention() {
        Instant edge = NOW.minus(Duration.ofDays(7));
        assertThat(plan(read(edge, 5), WEEK, IDLE)).isEqualTo(new Plan(FileAction.DELETE, FileReason.EXPIRED));
        assertThat(plan(read(edge.plusMillis(1), 0), WEEK, IDLE))
                .isEqualTo(new Plan(FileAction.LEAVE, FileReason.NOTHING_TO_MASK));
        assertThat(plan(read(edge, 0), new Forever(), IDLE).reason()).isEqualTo(FileReason.NOTHING_TO_MASK);
    }

    @Test
    void masksWhatIsKept() {
        assertThat(plan(read(NOW, 5), WEEK, IDLE)).isEqualTo(new Plan(FileAction.MASK, FileReason.UNMASKED_ADDRESSES));
        FilePlan kept = Planner.plan(read(NOW, 0), Rules.of(WEEK, new Keep()), IDLE, NOW);
        assertThat(kept.reason()).isEqualTo(FileReason.MASKING_OFF);
    }

    @Test
    void masksWithoutADateButDoesNotDelete() {
        Inspection undated = new Inspection(
                Path.of("/a"),
                State.READ,
                List.of(),
                Optional.empty(),
                "",
                new LogScan(3, Optional.empty(), Optional.empty(), 2, 3, 2, Optional.of(Instant.EPOCH)));
        assertThat(Planner.plan(undated, Rules.of(WEEK, AddressMasking.DEFAULT), IDLE, NOW)
                        .notes())
                .containsExactly(FileNote.of(Code.NO_TIMES, 3), FileNote.of(Code.NOT_UNDERSTOOD, 3));
        Inspection masked = new Inspection(
                Path.of("/a"),
                State.READ,
                List.of(),
                Optional.empty(),
                "",
                new LogScan(3, Optional.empty(), Optional.empty(), 0, 3, 0, Optional.empty()));
        assertThat(plan(masked, WEEK, IDLE)).isEqualTo(new Plan(FileAction.LEAVE, FileReason.NO_DATE));
    }

    @Test
    void masksWhatLiesInTheFutureButDoesNotDelete() {
        Instant future = NOW.plus(Duration.ofDays(1)).plusMillis(1);
        assertThat(plan(read(future, 5), WEEK, IDLE)).isEqualTo(new Plan(FileAction.MASK, FileReason.FUTURE_DATE));
        assertThat(plan(read(future, 0), WEEK, IDLE)).isEqualTo(new Plan(FileAction.LEAVE, FileReason.FUTURE_DATE));
        assertThat(Planner.plan(read(future, 5), Rules.of(WEEK, new Keep()), IDLE, NOW)
                        .action())
                .isEqualTo(FileAction.LEAVE);
        assertThat(plan(read(NOW.plus(Duration.ofDays(1)), 5), WEEK, IDLE).action())
                .isEqualTo(FileAction.MASK);
    }

    @Test
    void leavesWhatIsInUseWhateverItsAge() {
        for (RetentionRule rule : new RetentionRule[] {WEEK, new NoLogging(), new Forever()}) {
            assertThat(plan(read(Instant.EPOCH, 5), rule, Optional.of(FileNote.of(Code.OPEN_FOR_WRITING))))
                    .isEqualTo(new Plan(FileAction.LEAVE, FileReason.IN_USE));
        }
    }

    @Test
    void aFileThatMayBeInUseIsAProblemWhenSomethingIsDue() {
        Instant old = NOW.minus(Duration.ofDays(200));
        Plan problem = new Plan(FileAction.LEAVE, FileReason.MAY_BE_IN_USE);
        assertThat(problem.reason().isProblem()).isTrue();
        assertThat(plan(read(old, 0), WEEK, UNSURE)).isEqualTo(problem);
        assertThat(plan(read(NOW, 5), WEEK, UNSURE)).isEqualTo(problem);
        assertThat(plan(read(old, 5), new Forever(), UNSURE)).isEqualTo(problem);
        assertThat(plan(read(NOW, 0), new NoLogging(), UNSURE)).isEqualTo(problem);
        // What is wrong with it anyway is more to the point.
        assertThat(plan(state(State.DAMAGED), WEEK, UNSURE)).isEqualTo(new Plan(FileAction.LEAVE, FileReason.DAMAGED));
        assertThat(plan(state(State.UNKNOWN_FORMAT), WEEK, UNSURE))
                .isEqualTo(new Plan(FileAction.LEAVE, FileReason.UNKNOWN_FORMAT));
    }

    @Test
    void aFileThatMayBeInUseIsNoProblemWhenNothingIsDue() {
        Plan inUse = new Plan(FileAction.LEAVE, FileReason.IN_USE);
        assertThat(plan(read(NOW, 0), WEEK, UNSURE)).isEqualTo(inUse);
        assertThat(plan(read(Instant.EPOCH, 0), new Forever(), UNSURE)).isEqualTo(inUse);
        assertThat(Planner.plan(read(NOW, 5), Rules.of(WEEK, new Keep()), UNSURE, NOW)
                        .reason())
                .isEqualTo(FileReason.IN_USE);
        // An idle site of which no logs are kept has an empty current file for ever.
        assertThat(plan(state(State.READ), new NoLogging(), UNSURE)).isEqualTo(inUse);
    }

    @Test
    void aRotatedFileThatAnUnseenProcessMayWriteToIsInUseForAnHour() {
        Optional<FileNote> unsure = Optional.of(FileNote.of(Code.ROTATED_RECENT));
        assertThat(rotated(Duration.ofMinutes(59), false)).isEqualTo(unsure);
        assertThat(rotated(Duration.ofMinutes(61), false)).isEmpty();
        assertThat(rotated(Duration.ofMinutes(59), true)).isEmpty();
        Plan inUse = new Plan(FileAction.LEAVE, FileReason.IN_USE);
        assertThat(plan(read(NOW.minus(Duration.ofDays(200)), 0), WEEK, unsure)).isEqualTo(inUse);
        assertThat(plan(read(NOW, 5), WEEK, unsure)).isEqualTo(inUse);
    }

    private static Optional<FileNote> rotated(Duration since, boolean complete) {
        FileIdentity file = new FileIdentity(1, 2, 3, NOW.minus(since), Instant.EPOCH, 0x8000, 0, 0, 1);
        return InUse.check(
                "access.log.3", Set.of(), false, file, new OpenFiles(Set.of(), complete), QUIET, ZoneOffset.UTC, NOW);
    }

    @ParameterizedTest
    @CsvSource({"0.5, true, CURRENT_RECENT", "0.5, false, CURRENT_RECENT", "2, false, CURRENT_UNSURE"})
    void aFileThatChangedWithinADayIsInUseForSure(double days, boolean complete, Code code) {
        Instant modified = NOW.minusSeconds((long) (days * 86_400));
        FileIdentity file = new FileIdentity(1, 2, 3, modified, modified, 0x8000, 0, 0, 1);
        OpenFiles open = new OpenFiles(Set.of(), complete);
        assertThat(InUse.check("access.log", Set.of(), false, file, open, QUIET, ZoneOffset.UTC, NOW))
                .contains(FileNote.of(code));
    }

    @Test
    void deletesAllThatIsClosedWhenNoLogsAreKept() {
        assertThat(plan(read(NOW, 5), new NoLogging(), IDLE))
                .isEqualTo(new Plan(FileAction.DELETE, FileReason.NO_LOGGING));
        assertThat(plan(state(State.DAMAGED), new NoLogging(), IDLE).action()).isEqualTo(FileAction.DELETE);
    }

    @ParameterizedTest
    @CsvSource({
        "DAMAGED, DAMAGED",
        "UNKNOWN_FORMAT, UNKNOWN_FORMAT",
        "NOT_PLAIN_FILE, NOT_PLAIN_FILE",
        "CHANGING, IN_USE",
        "UNREADABLE, UNREADABLE"
    })
    void leavesWhatCannotBeRead(State state, FileReason reason) {
        assertThat(plan(state(state), WEEK, IDLE)).isEqualTo(new Plan(FileAction.LEAVE, reason));
    }

    @Test
    void wantsAResolvedRetention() {
        assertThatThrownBy(() -> plan(read(NOW, 0), new Inherit(), IDLE)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        // name, days since the last write, complete view, in use
        "access.log, 2, true, false",
        "access.log, 2, false, true",
        "access.log, 0.5, true, true",
        "access.log.1, 0.5, true, false",
        "access.log.1, 0.04, false, true",
        "access.log-1, 0.5, true, false",
        "access.log-20261119, 0.5, true, false",
        "access.log-20261119, 0.04, false, true",
        "access.log-20261119, 0.05, false, false",
        "access.log-20261122, 0.5, false, true",
        "20261122-access.log, 0.5, true, true",
        "20261121-access.log, 0.5, false, true",
        "20261120-access.log, 0.5, true, false",
        "access.2026-11-20.log, 0.5, true, false",
        "access.log-20261122.gz, 0.5, false, false",
        "access_log.1763000000, 0.5, true, false",
        "access_log.1795315000, 0.5, false, true",
        "site20269999.log, 0.5, false, true",
        "access.log.1, 0.001, true, true",
        // Ahead of the clock, by a little and by more than the quiet five minutes.
        "access.log.1, -0.003, true, true",
        "access.log.1, -0.004, true, false",
        "access.log.1, -1, true, false",
        "access.log.4.gz, -1, false, false",
        "access.log, -1, true, false",
        "access.log, -1, false, true",
        // Kept aside: nobody opens that name, whatever its digits look like.
        "access.log.kept-0c28a1b2c3d4e5f6, 0.5, true, false",
        "access.log.kept-0c28a1b2c3d4e5f6, 0.02, false, true",
        "access.log.kept-0c28a1b2c3d4e5f6, 0.5, false, false",
        "access.log.gz.kept-0c28a1b2c3d4e5f6.kept-0c28a1b2c3d4e5f7, 0.02, false, false",
        "access.log.kept-x, 0.5, true, true",
    })
    void knowsWhichFileIsCurrent(String name, double days, boolean complete, boolean inUse) {
        Instant modified = NOW.minusSeconds((long) (days * 86_400));
        FileIdentity file = new FileIdentity(1, 2, 3, modified, modified, 0x8000, 0, 0, 1);
        assertThat(InUse.check(
                                name,
                                Set.of(),
                                false,
                                file,
                                new OpenFiles(Set.of(), complete),
                                QUIET,
                                ZoneOffset.UTC,
                                NOW)
                        .isPresent())
                .isEqualTo(inUse);
        OpenFiles open = new OpenFiles(Set.of(new FileIdentity.Key(1, 2)), complete);
        assertThat(InUse.check(name, Set.of(), false, file, open, QUIET, ZoneOffset.UTC, NOW))
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        // name, another, in use
        "20261121-access.log, 20261122-access.log, false",
        "access.2026-11-21.log, access.2026-11-22.log, false",
        "20261122-access.log, 20261121-access.log, true",
        "20261121-access.log, 20261122-error.log, true",
        "20261121-access.log, 20261122-other-access.log, true",
        "20261121-access.log, 20261122-access.log.gz, true",
        "20261121-access.log, 20261121-access.log, true",
    })
    void knowsThatALaterFileHasTakenOver(String name, String another, boolean inUse) {
        Instant modified = NOW.minusSeconds(43_200);
        FileIdentity file = new FileIdentity(1, 2, 3, modified, modified, 0x8000, 0, 0, 1);
        assertThat(InUse.check(
                                name,
                                Set.copyOf(List.of(name, another)),
                                false,
                                file,
                                new OpenFiles(Set.of(), true),
                                QUIET,
                                ZoneOffset.UTC,
                                NOW)
                        .isPresent())
                .isEqualTo(inUse);
    }

    @Test
    void seesFilesThatAProcessHasOpenForWriting(@TempDir Path directory) throws IOException {
        Path written = directory.resolve("written");
        Path read = Files.writeString(directory.resolve("read"), "x");
        try (OutputStream out = Files.newOutputStream(written);
                var in = Files.newInputStream(read)) {
            out.write(1);
            assertThat(in.read()).isEqualTo('x');
            OpenFiles open = OpenFiles.read(Path.of("/proc"), key -> true);
            assertThat(open.writes(FileIdentity.read(written))).isTrue();
            assertThat(open.writes(FileIdentity.read(read))).isFalse();
        }
        assertThat(OpenFiles.read(Path.of("/proc"), key -> true).writes(FileIdentity.read(written)))
                .isFalse();
        assertThat(OpenFiles.read(directory, key -> true).complete()).isFalse();
    }

    @Test
    void aFileThatSpansTheRetentionIsCutAndNotDeleted() {
        Instant limit = NOW.minus(Duration.ofDays(7));
        assertThat(staged(limit, NOW, 0, RawPeriod.NONE).action()).isEqualTo(FileAction.CUT);
        assertThat(staged(limit, NOW, 5, RawPeriod.NONE).reason()).isEqualTo(FileReason.EXPIRED_LINES);
        assertThat(staged(limit.plusMillis(1), NOW, 0, RawPeriod.NONE).action()).isEqualTo(FileAction.LEAVE);
        assertThat(staged(limit, limit, 0, RawPeriod.NONE).action()).isEqualTo(FileAction.DELETE);
        assertThat(Planner.stages(rules(RawPeriod.NONE), NOW).keptFrom()).isEqualTo(limit.plusMillis(1));
    }

    @Test
    void linesAreMaskedWhenTheirRawPeriodIsOver() {
        RawPeriod day = RawPeriod.parse("24h");
        Instant limit = NOW.minus(Duration.ofHours(24));
        assertThat(staged(limit, NOW, 5, day).action()).isEqualTo(FileAction.MASK);
        FilePlan young = staged(limit.plusMillis(1), NOW, 5, day);
        assertThat(young.reason()).isEqualTo(FileReason.STILL_RAW);
        assertThat(young.notes()).containsExactly(FileNote.of(Code.MASKED_FROM, NOW.plusMillis(1)));
        assertThat(staged(limit, NOW, 0, day).reason()).isEqualTo(FileReason.NOTHING_TO_MASK);
        assertThat(Planner.stages(rules(day), NOW).maskedBefore()).isEqualTo(limit.plusMillis(1));
        assertThat(Planner.next(inspected(limit.plusMillis(1), NOW, 5), rules(day), NOW))
                .contains(NOW.plusMillis(1));
    }

    private static LogRules rules(RawPeriod raw) {
        return new LogRules(WEEK, WEEK, raw, MaskingPolicy.ofAddresses(AddressMasking.DEFAULT));
    }

    private static FilePlan staged(Instant oldest, Instant newest, long addresses, RawPeriod raw) {
        return Planner.plan(inspected(oldest, newest, addresses), rules(raw), IDLE, NOW);
    }

    private static Inspection inspected(Instant oldest, Instant newest, long addresses) {
        LogScan scan = new LogScan(
                9,
                Optional.of(oldest),
                Optional.of(newest),
                addresses,
                0,
                addresses,
                Optional.of(oldest).filter(any -> addresses > 0));
        return new Inspection(Path.of("/a"), State.READ, List.of(), Optional.empty(), "", scan);
    }

    private record Plan(FileAction action, FileReason reason) {}

    private static Plan plan(Inspection inspection, RetentionRule retention, Optional<FileNote> inUse) {
        FilePlan plan = Planner.plan(inspection, Rules.of(retention, AddressMasking.DEFAULT), inUse, NOW);
        return new Plan(plan.action(), plan.reason());
    }

    private static Inspection read(Instant newest, long addresses) {
        LogScan scan = new LogScan(
                9,
                Optional.of(newest),
                Optional.of(newest),
                addresses,
                0,
                addresses,
                Optional.of(newest).filter(any -> addresses > 0));
        return new Inspection(Path.of("/a"), State.READ, List.of(), Optional.empty(), "", scan);
    }

    private static Inspection state(State state) {
        return new Inspection(Path.of("/a"), state, List.of(), Optional.empty(), "", LogScan.NONE);
    }
}
