package dev.sparsam.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.store.JobHandler;
import dev.sparsam.store.JobSchedule;
import dev.sparsam.store.StoreException;
import dev.sparsam.store.testing.PostgresServer;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class OutageTest {
    private record Handler(List<String> runs) implements JobHandler {
        @Override
        public String name() {
            return "test";
        }

        @Override
        public Optional<JobSchedule> schedule() {
            return Optional.empty();
        }

        @Override
        public void run(JobRun run) {
            runs.add(run.id());
        }
    }

    @Test
    void transactionsAndJobsWorkAgainWhenTheDatabaseIsBack() {
        Assumptions.assumeFalse(PostgresServer.skipped(), "PostgreSQL is left out by -Dsparsam.postgres=skip");
        try (PostgresServer server = PostgresServer.start()) {
            ConnectionSettings settings = new ConnectionSettings(server.createDatabase(), PostgresServer.USER, "", 4);
            List<String> runs = new CopyOnWriteArrayList<>();
            try (Pool pool = Pool.open(settings);
                    JobEngine engine = engine(pool)) {
                engine.add(new Handler(runs));
                engine.start();
                engine.submit("test", "before", "");
                Await.until("it has run", () -> runs.contains("before"));
                // A job of which it is not written down that it has ended is run again, and rightly.
                Await.until("it has ended", () -> jobs(pool) == 0);
                server.stop();
                for (int i = 0; i < 2; i++) {
                    assertThatThrownBy(() -> engine.submit("test", "during", ""))
                            .isInstanceOf(StoreException.class)
                            .hasMessageContaining(settings.display());
                }
                server.resume();
                Await.until("it can be submitted", () -> {
                    try {
                        return engine.submit("test", "after", "");
                    } catch (StoreException e) {
                        return false;
                    }
                });
                Await.until("it has run", () -> runs.contains("after"));
                assertThat(runs).containsExactly("before", "after");
            }
        }
    }

    private static long jobs(Pool pool) {
        return pool.database()
                .transaction(sql -> sql.first("select count(*) as n from store_job", row -> row.number("n")))
                .orElseThrow();
    }

    private static JobEngine engine(Pool pool) {
        assertThat(new Migrator(pool.dataSource())).isNotNull();
        return new JobEngine(pool.database(), pool.dataSource(), JobNode.QUICK, "n", Clock.systemUTC());
    }

    @Test
    void aServerThatIsNotThereIsNamedWithWhatToDo() {
        assertThatThrownBy(() ->
                        Pool.open(new ConnectionSettings("jdbc:postgresql://127.0.0.1:1/x?password=s", "u", "", 3)))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("The database jdbc:postgresql://127.0.0.1:1/x cannot be reached: Connection to"
                        + " 127.0.0.1:1 refused")
                .hasMessageEndingWith("url, user and password in dev.sparsam.store.cfg are right");
    }
}
