package dev.sparsam.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.sparsam.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class EmbeddedDatabaseTest {
    @TempDir
    Path folder;

    private Process node(int first) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        CommitNode.class.getName(),
                        folder.toString(),
                        Integer.toString(first))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(said().toFile())
                .start();
    }

    private Path said() {
        return folder.resolve("said");
    }

    /** The last number that the process said to the end of the line. */
    private int lastSaid() {
        try {
            String text = Files.readString(said());
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .reduce((one, other) -> other)
                    .map(Integer::parseInt)
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Pool open() {
        return Pool.open(ConnectionSettings.embedded(folder, 4));
    }

    private void createTable() {
        try (Pool pool = open()) {
            pool.database().transaction(sql -> sql.update("create table pair (nr int, half int)"));
        }
    }

    @Test
    void thePoolHasAConnectionBeforeTheOneThatTriedTheDatabaseIsClosed() throws SQLException {
        try (Pool pool = open()) {
            HikariDataSource connections = pool.dataSource().unwrap(HikariDataSource.class);
            assertThat(connections.getHikariPoolMXBean().getTotalConnections()).isPositive();
        }
    }

    @Test
    void aKilledProcessLosesNothingCommittedAndKeepsNothingHalf() throws Exception {
        createTable();
        Random random = new Random(11);
        int next = 1;
        for (int round = 0; round < 5; round++) {
            Process process = node(next);
            int enough = next + random.nextInt(60);
            Await.until(enough + " is committed", () -> lastSaid() >= enough);
            process.destroyForcibly().waitFor();
            int last = lastSaid();
            try (Pool pool = open()) {
                List<Long> whole = pool.database()
                        .transaction(sql -> sql.query(
                                "select nr from pair group by nr having count(*) = 2 order by nr",
                                row -> row.number("nr")));
                List<Long> rows = pool.database()
                        .transaction(sql -> sql.query("select count(*) as n from pair", row -> row.number("n")));
                assertThat(rows).containsExactly(whole.size() * 2L);
                // The last commit may be there although the process could not say so any more.
                assertThat(whole.size()).isBetween(last, last + 1);
                next = whole.size() + 1;
            }
        }
    }

    @Test
    void aProcessKilledBeforeItCouldCloseLosesNothingAtTheNextKillEither() throws Exception {
        createTable();
        long committed = 0;
        int last = 0;
        for (int round = 0; round < 4; round++) {
            assertThat(EmbeddedDatabase.wasKilled(folder)).as("round %s", round).isEqualTo(round > 0);
            // Not those of the process before: its last commit may be there although it could not say so.
            int first = last + 10;
            Process process = node(first);
            Await.until("some are committed", () -> lastSaid() >= first + 20);
            process.destroyForcibly().waitFor();
            last = lastSaid();
            committed += last - first + 1;
        }
        try (Pool pool = open()) {
            long rows = pool.database()
                    .transaction(sql -> sql.first("select count(*) as n from pair", row -> row.number("n")))
                    .orElseThrow();
            assertThat(rows).isGreaterThanOrEqualTo(2 * committed);
        }
        assertThat(EmbeddedDatabase.wasKilled(folder)).isFalse();
    }

    @Test
    void aDatabaseThatWasClosedBelowItsConnectionsIsClosedProperlyBeforeItIsWrittenToAgain() throws SQLException {
        createTable();
        DataSource source = Drivers.h2(ConnectionSettings.embedded(folder, 4));
        List<Boolean> openedAsLeft = new ArrayList<>();
        DataSource recording = new WatchedDataSource(
                source,
                () -> {
                    openedAsLeft.add(EmbeddedDatabase.wasKilled(folder));
                    return source.getConnection();
                },
                e -> {});
        try (EmbeddedDatabase database = new EmbeddedDatabase(recording, folder)) {
            closeBelow(database.connect());
            openedAsLeft.clear();
            insert(database.connect());
            assertThat(openedAsLeft).startsWith(true, false);

            // And each time again.
            closeBelow(database.connect());
            openedAsLeft.clear();
            insert(database.connect());
            assertThat(openedAsLeft).startsWith(true, false);
        }
        assertThat(EmbeddedDatabase.wasKilled(folder)).isFalse();
        try (Pool pool = open()) {
            long rows = pool.database()
                    .transaction(sql -> sql.first("select count(*) as n from pair", row -> row.number("n")))
                    .orElseThrow();
            assertThat(rows).isEqualTo(4);
        }
    }

    private static void insert(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("insert into pair (nr, half) values (1, 1)");
        }
        connection.close();
    }

    /** After a commit, so that its file has been written to. */
    private static void closeBelow(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("insert into pair (nr, half) values (1, 1)");
            statement.execute("shutdown immediately");
        }
    }

    @Test
    void aClosedDatabaseIsNotOpenedAgainByALateCaller() throws SQLException {
        EmbeddedDatabase database = new EmbeddedDatabase(Drivers.h2(ConnectionSettings.embedded(folder, 4)), folder);
        database.connect().close();
        database.close();
        assertThat(EmbeddedDatabase.wasKilled(folder)).isFalse();
        assertThatThrownBy(database::connect).hasMessageContaining("was closed");
    }

    /** What happens when the disk is full, too: H2 closes the database, and its connections stay behind. */
    @Test
    void aDatabaseThatWasClosedBelowItsConnectionsIsOpenedAgain() {
        createTable();
        try (Pool pool = open()) {
            JdbcDatabase database = pool.database();
            // Several connections, so that one that is left behind is not found at once.
            for (int i = 0; i < 3; i++) {
                database.transaction(sql -> sql.update("insert into pair (nr, half) values (1, 1)"));
            }
            assertThatThrownBy(() -> database.transaction(sql -> sql.update("shutdown immediately")))
                    .isInstanceOf(StoreException.class);
            Await.until("the database is open again", () -> {
                try {
                    database.transaction(sql -> sql.update("insert into pair (nr, half) values (2, 1)"));
                    return true;
                } catch (StoreException e) {
                    return false;
                }
            });
        }
    }

    @Test
    void aSecondProcessIsToldWhatToDo() throws Exception {
        createTable();
        Process process = node(1);
        try {
            Await.until("the process has the database", () -> lastSaid() > 0);
            assertThatThrownBy(this::open)
                    .isInstanceOf(StoreException.class)
                    .hasMessageStartingWith("The database " + folder.resolve("sparsam")
                            + " is in use by another process. Stop that process or give this one a data folder of its"
                            + " own");
        } finally {
            process.destroyForcibly();
            process.waitFor(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void anInterruptedThreadDoesNotCloseTheDatabaseForOthers() throws Exception {
        createTable();
        try (Pool pool = open()) {
            JdbcDatabase database = pool.database();
            Thread interrupted = new Thread(() -> database.transaction(sql -> {
                Thread.currentThread().interrupt();
                return sql.update("insert into pair (nr, half) values (1, 1)");
            }));
            interrupted.start();
            interrupted.join();
            database.transaction(sql -> sql.update("insert into pair (nr, half) values (2, 1)"));
            List<Long> rows =
                    database.transaction(sql -> sql.query("select nr from pair order by nr", row -> row.number("nr")));
            assertThat(rows).containsExactly(1L, 2L);
        }
    }
}
