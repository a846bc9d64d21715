package dev.sparsam.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.store.JobHandler;
import dev.sparsam.store.JobSchedule;
import dev.sparsam.store.internal.JobTable.JobState;
import dev.sparsam.store.testing.SetClock;
import dev.sparsam.store.testing.TestDatabases;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class JobEngineTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private final List<AutoCloseable> open = new ArrayList<>();
    private Optional<JdbcDatabase> database = Optional.empty();

    private interface Work {
        void run(JobHandler.JobRun run) throws Exception;
    }

    private record Handler(String name, Optional<JobSchedule> schedule, Work work) implements JobHandler {
        @Override
        public void run(JobRun run) throws Exception {
            work.run(run);
        }
    }

    private static Handler handler(Work work) {
        return new Handler("test", Optional.empty(), work);
    }

    private static Handler recurring(JobSchedule schedule, Work work) {
        return new Handler("test", Optional.of(schedule), work);
    }

    private Pool pool(TestDatabases kind) {
        Pool pool = Pool.open(kind.create());
        open.add(0, pool);
        database = Optional.of(pool.database());
        assertThat(new Migrator(pool.dataSource())).isNotNull();
        return pool;
    }

    private List<JobState> states() {
        return JobTable.states(database.orElseThrow(), "test");
    }

    private JobEngine engine(Pool pool, Clock clock) {
        JobEngine engine = new JobEngine(pool.database(), pool.dataSource(), JobNode.QUICK, "n", clock);
        open.add(0, engine);
        return engine;
    }

    private JobEngine engine(Pool pool) {
        JobEngine engine = new JobEngine(pool.database(), pool.dataSource(), JobNode.QUICK, "n", Clock.systemUTC());
        open.add(0, engine);
        return engine;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSubmittedJobRunsWithItsPayloadAndIsGone(TestDatabases kind) {
        JobEngine engine = engine(pool(kind));
        List<JobHandler.JobRun> runs = new CopyOnWriteArrayList<>();
        engine.add(handler(runs::add));
        engine.start();
        assertThat(engine.submit("test", "a", "päyload")).isTrue();
        Await.until("it has run", () -> states().isEmpty());
        assertThat(runs).containsExactly(new JobHandler.JobRun("a", "päyload", 1));
    }

    @ParameterizedTest
    @EnumSource
    void aJobThatWaitsIsNotSubmittedTwice(TestDatabases kind) {
        JobEngine engine = engine(pool(kind));
        assertThat(engine.submit("test", "a", "first")).isTrue();
        assertThat(engine.submit("test", "a", "second")).isFalse();
        assertThat(states()).extracting(JobState::id).containsExactly("a");
    }

    @ParameterizedTest
    @EnumSource
    void aTransactionThatIsRolledBackSubmitsNothing(TestDatabases kind) {
        Pool pool = pool(kind);
        JdbcDatabase database = pool.database();
        JobEngine engine = new JobEngine(database, pool.dataSource(), JobNode.QUICK, "n", Clock.systemUTC());
        open.add(0, engine);
        assertThatThrownBy(() -> database.transaction(sql -> {
                    engine.submit("test", "a", "");
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(states()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aSecondSubmissionInATransactionDoesNotBreakIt(TestDatabases kind) {
        Pool pool = pool(kind);
        JdbcDatabase database = pool.database();
        JobEngine engine = new JobEngine(database, pool.dataSource(), JobNode.QUICK, "n", Clock.systemUTC());
        open.add(0, engine);
        boolean second = database.transaction(sql -> {
            engine.submit("test", "a", "");
            boolean added = engine.submit("test", "a", "");
            engine.submit("test", "b", "");
            return added;
        });
        assertThat(second).isFalse();
        assertThat(states()).extracting(JobState::id).containsExactlyInAnyOrder("a", "b");
    }

    @ParameterizedTest
    @EnumSource
    void aFailedJobIsTriedAgainAndShowsItsFailures(TestDatabases kind) throws Exception {
        JobEngine engine = engine(pool(kind));
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        CountDownLatch seen = new CountDownLatch(1);
        engine.add(handler(run -> {
            attempts.add(run.attempt());
            if (run.attempt() < 3) {
                throw new IllegalStateException("on purpose, attempt " + run.attempt());
            }
            seen.await();
        }));
        engine.start();
        engine.submit("test", "a", "");
        Await.until("it runs the third time", () -> attempts.size() == 3);
        assertThat(states()).singleElement().satisfies(state -> {
            assertThat(state.failures()).isEqualTo(2);
            assertThat(state.node()).contains("n");
        });
        seen.countDown();
        Await.until("it has ended", () -> states().isEmpty());
        assertThat(attempts).containsExactly(1, 2, 3);
    }

    @Test
    void thePauseAfterAFailureGrowsUpToTheLongest() {
        JobTimes times = JobTimes.standard(Duration.ofSeconds(10));
        assertThat(List.of(times.retry(1), times.retry(2), times.retry(3), times.retry(9), times.retry(1_000)))
                .containsExactly(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(40),
                        Duration.ofSeconds(2_560),
                        Duration.ofHours(1));
    }

    @ParameterizedTest
    @EnumSource
    void aJobWithoutHandlerWaitsWithoutFailing(TestDatabases kind) {
        JobEngine engine = engine(pool(kind));
        List<JobHandler.JobRun> runs = new CopyOnWriteArrayList<>();
        engine.start();
        Instant submitted = Instant.now();
        engine.submit("test", "a", "");
        Await.until("it was looked at", () -> states().get(0).due().isAfter(submitted.plusMillis(250)));
        assertThat(states().get(0).failures()).isZero();
        engine.add(handler(runs::add));
        Await.until("it has run", () -> states().isEmpty());
        assertThat(runs).containsExactly(new JobHandler.JobRun("a", "", 1));
    }

    @ParameterizedTest
    @EnumSource
    void aDailyJobRunsOnceEachDay(TestDatabases kind) {
        Instant evening = Instant.parse("2026-11-22T20:00:00Z");
        SetClock clock = new SetClock(evening);
        JobEngine engine = engine(pool(kind), clock);
        List<JobHandler.JobRun> runs = new CopyOnWriteArrayList<>();
        engine.add(recurring(new JobSchedule(List.of(LocalTime.of(3, 30)), BERLIN), runs::add));
        Await.until("it is in the table", () -> !states().isEmpty());
        assertThat(states().get(0).due()).isEqualTo(Instant.parse("2026-11-23T02:30:00Z"));
        engine.start();
        for (int day = 1; day <= 3; day++) {
            int days = day;
            clock.set(evening.plus(Duration.ofDays(day)));
            Await.until("it waits for the next day", () -> {
                // The scheduler waits by this clock: stopped, it would never look again when it looked a moment too
                // early.
                clock.set(clock.instant().plusSeconds(1));
                return runs.size() == days
                        && states().get(0)
                                .due()
                                .equals(Instant.parse("2026-11-23T02:30:00Z").plus(Duration.ofDays(days)));
            });
        }
        assertThat(runs).containsOnly(new JobHandler.JobRun("recurring", "", 1));
    }

    @ParameterizedTest
    @EnumSource
    void aJobOfSeveralTimesIsDueAtTheNextOfThem(TestDatabases kind) {
        SetClock clock = new SetClock(Instant.parse("2026-11-22T20:00:00Z"));
        JobEngine engine = engine(pool(kind), clock);
        List<JobHandler.JobRun> runs = new CopyOnWriteArrayList<>();
        engine.add(recurring(new JobSchedule(List.of(LocalTime.of(14, 0), LocalTime.of(2, 0)), BERLIN), runs::add));
        Await.until("it is in the table", () -> !states().isEmpty());
        engine.start();
        List<Instant> due = new ArrayList<>();
        for (int run = 1; run <= 3; run++) {
            int ran = run;
            due.add(states().get(0).due());
            clock.set(due.get(due.size() - 1));
            Await.until("it waits for the next time", () -> {
                clock.set(clock.instant().plusSeconds(1));
                return runs.size() == ran && states().get(0).due().isAfter(clock.instant());
            });
        }
        assertThat(due)
                .containsExactly(
                        Instant.parse("2026-11-23T01:00:00Z"),
                        Instant.parse("2026-11-23T13:00:00Z"),
                        Instant.parse("2026-11-24T01:00:00Z"));
    }

    @ParameterizedTest
    @EnumSource
    void aDailyJobIsDueAtItsTimeAndMovesWhenTheTimeChanges(TestDatabases kind) {
        JobEngine engine = engine(pool(kind));
        ZoneId zone = BERLIN;
        for (LocalTime time : List.of(LocalTime.of(3, 30), LocalTime.of(4, 45))) {
            engine.add(recurring(new JobSchedule(List.of(time), zone), run -> {}));
            Await.until(
                    "due at " + time,
                    () -> states().stream()
                            .anyMatch(state ->
                                    state.due().atZone(zone).toLocalTime().equals(time)
                                            && state.due().isAfter(Instant.now())
                                            && state.due()
                                                    .isBefore(Instant.now().plus(Duration.ofHours(26)))));
        }
        assertThat(states()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void aJobInterruptedByTheStopOfItsNodeRunsAgainAtOnceElsewhere(TestDatabases kind) throws Exception {
        Pool pool = pool(kind);
        JobEngine first = engine(pool);
        CountDownLatch began = new CountDownLatch(1);
        first.add(handler(run -> {
            began.countDown();
            Thread.sleep(60_000);
        }));
        first.start();
        first.submit("test", "a", "");
        began.await();
        first.close();
        open.remove(first);
        JobEngine second = engine(pool);
        List<JobHandler.JobRun> runs = new CopyOnWriteArrayList<>();
        second.add(handler(runs::add));
        second.start();
        Await.until("it has run", () -> states().isEmpty());
        assertThat(runs).containsExactly(new JobHandler.JobRun("a", "", 1));
    }

    @ParameterizedTest
    @EnumSource
    void aJobOfAnEndedProcessIsAdoptedByItsSuccessor(TestDatabases kind) {
        Pool pool = pool(kind);
        JobEngine engine = engine(pool);
        engine.submit("test", "a", "x");
        pool.database()
                .transaction(sql -> sql.update(
                        "update store_job set picked = true, picked_by = 'dead', last_heartbeat = ?", Instant.now()));
        List<JobHandler.JobRun> runs = new CopyOnWriteArrayList<>();
        engine.add(handler(runs::add));
        engine.adopt();
        assertThat(states()).singleElement().satisfies(state -> {
            assertThat(state.node()).isEmpty();
            assertThat(state.due()).isBeforeOrEqualTo(Instant.now());
        });
        engine.start();
        Await.until("it has run", () -> states().isEmpty());
        assertThat(runs).containsExactly(new JobHandler.JobRun("a", "x", 1));
    }

    @ParameterizedTest
    @EnumSource
    void aScheduleThatIsSwitchedOffRunsNoMore(TestDatabases kind) throws Exception {
        SetClock clock = new SetClock(Instant.parse("2026-11-22T20:00:00Z"));
        JobEngine engine = engine(pool(kind), clock);
        List<JobHandler.JobRun> runs = new CopyOnWriteArrayList<>();
        // Not started yet, so that what is due waits in the table.
        Handler scheduled = recurring(new JobSchedule(List.of(LocalTime.of(3, 30)), BERLIN), runs::add);
        engine.add(scheduled);
        Await.until("it is in the table", () -> !states().isEmpty());
        clock.set(Instant.parse("2026-11-23T20:00:00Z"));
        engine.remove(scheduled);
        engine.add(handler(runs::add));
        engine.start();
        Await.until("it is out of the table", () -> states().isEmpty());
        Thread.sleep(1_500);
        assertThat(runs).isEmpty();
    }

    @Test
    void aHandlerGoesWhenItsJobHasEnded() {
        JobEngine engine = engine(pool(TestDatabases.H2));
        AtomicBoolean asked = new AtomicBoolean();
        AtomicBoolean begun = new AtomicBoolean();
        AtomicBoolean ended = new AtomicBoolean();
        Handler slow = handler(run -> {
            begun.set(true);
            while (!asked.get()) {
                Thread.sleep(5);
            }
            Thread.sleep(300);
            ended.set(true);
        });
        engine.add(slow);
        engine.start();
        engine.submit("test", "a", "");
        Await.until("it runs", begun::get);
        asked.set(true);
        engine.remove(slow);
        assertThat(ended).isTrue();
    }

    @Test
    void aJobThatDoesNotEndIsInterruptedBeforeItsHandlerGoes() {
        JobEngine engine = engine(pool(TestDatabases.H2));
        AtomicBoolean begun = new AtomicBoolean();
        AtomicBoolean interrupted = new AtomicBoolean();
        Handler endless = handler(run -> {
            begun.set(true);
            try {
                Thread.sleep(600_000);
            } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
            }
        });
        engine.add(endless);
        engine.start();
        engine.submit("test", "a", "");
        Await.until("it runs", begun::get);
        engine.remove(endless);
        assertThat(interrupted).isTrue();
        assertThat(states())
                .singleElement()
                .satisfies(waits -> assertThat(waits.failures()).isZero());
    }

    @ParameterizedTest
    @EnumSource
    void aHandlerThatIsGoneIsNotUsed(TestDatabases kind) {
        JobEngine engine = engine(pool(kind));
        AtomicBoolean used = new AtomicBoolean();
        Handler gone = handler(run -> used.set(true));
        engine.add(gone);
        engine.remove(gone);
        engine.start();
        Instant submitted = Instant.now();
        engine.submit("test", "a", "");
        Await.until("it was looked at", () -> states().get(0).due().isAfter(submitted.plusMillis(250)));
        assertThat(used).isFalse();
    }
}
