package dev.sparsam.store.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.store.Row;
import dev.sparsam.store.testing.PostgresServer;
import dev.sparsam.store.testing.TestDatabases;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes on one PostgreSQL. */
final class ClusterTest {
    private final Map<String, Process> nodes = new TreeMap<>();
    private Pool pool;
    private ConnectionSettings settings;
    private JobEngine client;

    private record Run(String job, String node, int attempt, Instant started, Optional<Instant> ended) {
        static Run of(Row row) {
            return new Run(
                    row.text("job"),
                    row.text("node"),
                    (int) row.number("attempt"),
                    row.instant("started"),
                    row.optionalInstant("ended"));
        }
    }

    @BeforeEach
    void startTwoNodes() throws IOException {
        settings = TestDatabases.POSTGRESQL.create();
        pool = Pool.open(settings);
        new Migrator(pool.dataSource()).migrate(Migrations.ofFolder("test", Path.of("src/test/resources/migrations")));
        client = new JobEngine(pool.database(), pool.dataSource(), JobNode.QUICK, "client", Clock.systemUTC());
        for (String node : List.of("one", "two")) {
            nodes.put(
                    node,
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                                    JobNode.class.getName(),
                                    settings.url(),
                                    node,
                                    // Not today while this test runs.
                                    LocalTime.now(ZoneOffset.UTC)
                                            .plusHours(12)
                                            .truncatedTo(ChronoUnit.HOURS)
                                            .toString())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start());
        }
        for (Process process : nodes.values()) {
            assertThat(new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                            .readLine())
                    .isEqualTo("ready");
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (Process process : nodes.values()) {
            process.getOutputStream().close();
        }
        for (Process process : nodes.values()) {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
        if (!PostgresServer.skipped()) {
            client.close();
            pool.close();
        }
    }

    private List<Run> runs(String handler) {
        return pool.database()
                .transaction(sql ->
                        sql.query("select * from test_run where job like ? order by started", Run::of, handler + "/%"));
    }

    @Test
    void eachSubmittedJobRunsOnceAndBothNodesWork() {
        IntStream.range(0, 100).forEach(i -> client.submit("quick", "job" + i, "x"));
        Await.until(
                "all jobs have ended",
                () -> JobTable.states(pool.database(), "quick").isEmpty());
        Map<String, Long> perJob =
                runs("quick").stream().collect(Collectors.groupingBy(Run::job, Collectors.counting()));
        assertThat(perJob).hasSize(100);
        assertThat(perJob.values()).containsOnly(1L);
        // On a machine with other work one node may be faster with all of them; then there is more to do.
        AtomicInteger more = new AtomicInteger();
        Await.until("both nodes have worked", () -> {
            client.submit("quick", "more" + more.incrementAndGet(), "x");
            return runs("quick").stream().map(Run::node).distinct().count() == 2;
        });
    }

    @Test
    void aRecurringJobRunsOncePerDueTime() {
        for (int i = 1; i <= 5; i++) {
            int times = i;
            Await.until(
                    "it waits",
                    () -> JobTable.states(pool.database(), "again").stream()
                            .anyMatch(state -> state.node().isEmpty()));
            // As if its time had come.
            pool.database()
                    .transaction(sql -> sql.update(
                            "update store_job set execution_time = ? where task_instance = 'again/recurring'"
                                    + " and picked = false",
                            Instant.now()));
            Await.until(
                    "run " + times + " has ended",
                    () -> runs("again").stream()
                                    .filter(run -> run.ended().isPresent())
                                    .count()
                            == times);
        }
        assertThat(runs("again")).hasSize(5);
        assertThat(JobTable.states(pool.database(), "again")).hasSize(1);
    }

    @Test
    void aJobWhoseNodeIsKilledIsTakenOverByTheOther() throws Exception {
        client.submit("slow", "a", "x");
        Await.until("a node has begun", () -> !runs("slow").isEmpty());
        String victim = runs("slow").get(0).node();
        Objects.requireNonNull(nodes.get(victim)).destroyForcibly().waitFor();
        Await.until(
                "the job has ended",
                () -> JobTable.states(pool.database(), "slow").isEmpty());
        List<Run> runs = runs("slow");
        assertThat(runs).hasSize(2);
        assertThat(runs.get(0).ended()).isEmpty();
        assertThat(runs.get(1).node()).isNotEqualTo(victim);
        assertThat(runs.get(1).attempt()).isEqualTo(2);
        assertThat(runs.get(1).ended()).isPresent();
    }
}
