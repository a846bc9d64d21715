package dev.sparsam.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.store.Database;
import dev.sparsam.store.Row;
import dev.sparsam.store.Sql;
import dev.sparsam.store.StoreException;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DatabaseTest {
    private static final Path TABLES = Path.of("src/test/resources/migrations");

    private enum Colour {
        GREEN
    }

    private static int insert(Sql sql, String id) {
        return sql.update("insert into test_thing (id) values (?)", id);
    }

    private static List<String> ids(Database database) {
        return database.transaction(sql -> sql.query("select id from test_thing order by id", row -> row.text("id")));
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeComesBackAsItWent(TestDatabases kind) {
        try (TestDatabase test = kind.open(TABLES)) {
            byte[] bytes = {0, 1, -1};
            Instant time = Instant.parse("2026-03-29T01:30:00.123456Z");
            test.database()
                    .transaction(sql -> sql.update(
                            "insert into test_thing (id, name, size, amount, flag, at, data) values (?,?,?,?,?,?,?)",
                            "a",
                            Colour.GREEN,
                            7,
                            1L << 40,
                            true,
                            time,
                            bytes));
            test.database()
                    .transaction(sql -> sql.first("select * from test_thing", row -> {
                        assertThat(row.text("id")).isEqualTo("a");
                        assertThat(row.text("name")).isEqualTo("GREEN");
                        assertThat(row.number("size")).isEqualTo(7);
                        assertThat(row.number("amount")).isEqualTo(1L << 40);
                        assertThat(row.flag("flag")).isTrue();
                        assertThat(row.instant("at")).isEqualTo(time);
                        assertThat(row.bytes("data")).isEqualTo(bytes);
                        return row;
                    }));
        }
    }

    @ParameterizedTest
    @EnumSource
    void emptyOptionalsAreNullAndPresentOnesTheirValue(TestDatabases kind) {
        try (TestDatabase test = kind.open(TABLES)) {
            test.database()
                    .transaction(sql -> sql.update(
                            "insert into test_thing (id, name, amount, at, data) values (?, ?, ?, ?, ?)",
                            "a",
                            Optional.of("x"),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty()));
            test.database()
                    .transaction(sql -> sql.first("select * from test_thing", row -> {
                        assertThat(row.optionalText("name")).contains("x");
                        assertThat(row.optionalNumber("amount")).isEmpty();
                        assertThat(row.optionalInstant("at")).isEmpty();
                        assertThatThrownBy(() -> row.bytes("data"))
                                .isInstanceOf(StoreException.class)
                                .hasMessage("Column data is NULL where a value is expected");
                        return row;
                    }));
        }
    }

    @ParameterizedTest
    @EnumSource
    void timesAreCutToMicroseconds(TestDatabases kind) {
        try (TestDatabase test = kind.open(TABLES)) {
            test.database()
                    .transaction(sql -> sql.update(
                            "insert into test_thing (id, at) values ('a', ?)",
                            Instant.parse("2026-01-01T00:00:00.999999999Z")));
            Optional<Instant> at = test.database()
                    .transaction(sql -> sql.first("select at from test_thing", row -> row.instant("at")));
            assertThat(at).contains(Instant.parse("2026-01-01T00:00:00.999999Z"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExceptionRollsBackAndIsPassedOn(TestDatabases kind) {
        try (TestDatabase test = kind.open(TABLES)) {
            IllegalStateException failure = new IllegalStateException("no");
            assertThatThrownBy(() -> test.database().transaction(sql -> {
                        insert(sql, "a");
                        throw failure;
                    }))
                    .isSameAs(failure);
            assertThat(ids(test.database())).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void innerTransactionsJoinTheOuterOne(TestDatabases kind) {
        try (TestDatabase test = kind.open(TABLES)) {
            Database database = test.database();
            assertThatThrownBy(() -> database.transaction(sql -> {
                        insert(sql, "outer");
                        database.transaction(inner -> insert(inner, "inner"));
                        throw new IllegalStateException("after both");
                    }))
                    .hasMessage("after both");
            assertThat(ids(database)).isEmpty();
            database.transaction(sql -> insert(sql, "outer") + database.transaction(inner -> insert(inner, "inner")));
            assertThat(ids(database)).containsExactly("inner", "outer");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailedInnerTransactionLosesTheOuterOneEvenWhenCaught(TestDatabases kind) {
        try (TestDatabase test = kind.open(TABLES)) {
            Database database = test.database();
            assertThatThrownBy(() -> database.transaction(sql -> {
                        insert(sql, "outer");
                        try {
                            database.transaction(inner -> {
                                throw new IllegalStateException("inner");
                            });
                        } catch (IllegalStateException e) {
                            return "caught";
                        }
                        return "not thrown";
                    }))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("Nothing was saved")
                    .hasMessageContaining("(inner)");
            assertThat(ids(database)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRefusedStatementLosesTheTransactionEvenWhenCaught(TestDatabases kind) {
        try (TestDatabase test = kind.open(TABLES)) {
            Database database = test.database();
            assertThatThrownBy(() -> database.transaction(sql -> {
                        insert(sql, "a");
                        try {
                            return insert(sql, "a");
                        } catch (StoreException e) {
                            return 0;
                        }
                    }))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("A rule of the tables does not allow this change");
            assertThat(ids(database)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSyntaxErrorNamesTheStatement(TestDatabases kind) {
        try (TestDatabase test = kind.open(TABLES)) {
            assertThatThrownBy(() -> test.database().transaction(sql -> sql.update("selekt 1")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("selekt 1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStatementAfterTheEndIsRefused(TestDatabases kind) {
        try (TestDatabase test = kind.open(TABLES)) {
            Sql kept = test.database().transaction(sql -> sql);
            assertThatThrownBy(() -> insert(kept, "a"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("has ended");
        }
    }

    @ParameterizedTest
    @EnumSource
    void batchesAndLongResultsKeepEveryRow(TestDatabases kind) {
        try (TestDatabase test = kind.open(TABLES)) {
            List<Object[]> rows = new ArrayList<>();
            for (int i = 0; i < 2_500; i++) {
                rows.add(new Object[] {"id" + i, i});
            }
            int changed = test.database()
                    .transaction(sql -> sql.batch("insert into test_thing (id, size) values (?, ?)", rows));
            assertThat(changed).isEqualTo(2_500);
            long[] sum = {0, 0};
            test.database().transaction(sql -> {
                sql.each("select size from test_thing", (Row row) -> {
                    sum[0] += row.number("size");
                    sum[1]++;
                });
                return sum;
            });
            assertThat(sum).containsExactly(2_499L * 2_500 / 2, 2_500);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInsertedRowSaysItsId(TestDatabases kind) {
        try (TestDatabase test = kind.open(TABLES)) {
            String insert = "insert into test_numbered (name) values (?)";
            long one = test.database().transaction(sql -> sql.insert(insert, "one"));
            long two = test.database().transaction(sql -> sql.insert(insert, "two"));
            List<Long> ids = test.database()
                    .transaction(
                            sql -> sql.query("select id from test_numbered order by name", row -> row.number("id")));
            assertThat(ids).containsExactly(one, two).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotCommittedIsNotSeenByOthers(TestDatabases kind) throws Exception {
        try (TestDatabase test = kind.open(TABLES)) {
            ExecutorService other = Executors.newSingleThreadExecutor();
            try {
                test.database().transaction(sql -> {
                    insert(sql, "a");
                    Future<List<String>> seen = other.submit(() -> ids(test.database()));
                    try {
                        assertThat(seen.get(20, TimeUnit.SECONDS)).isEmpty();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                    return sql;
                });
                assertThat(other.submit(() -> ids(test.database())).get(20, TimeUnit.SECONDS))
                        .containsExactly("a");
            } finally {
                other.shutdown();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoTransactionsThatBlockEachOtherEndWithAClearMessageForOne(TestDatabases kind) throws Exception {
        try (TestDatabase test = kind.open(TABLES)) {
            test.database().transaction(sql -> insert(sql, "a") + insert(sql, "b"));
            CyclicBarrier both = new CyclicBarrier(2);
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try {
                List<Future<String>> results = new ArrayList<>();
                for (String[] order : new String[][] {{"a", "b"}, {"b", "a"}}) {
                    results.add(threads.submit(() -> {
                        try {
                            return test.database().transaction(sql -> {
                                sql.update("update test_thing set size = 1 where id = ?", order[0]);
                                try {
                                    both.await(20, TimeUnit.SECONDS);
                                } catch (Exception e) {
                                    throw new AssertionError(e);
                                }
                                sql.update("update test_thing set size = 2 where id = ?", order[1]);
                                return "saved";
                            });
                        } catch (StoreException e) {
                            return String.valueOf(e.getMessage());
                        }
                    }));
                }
                List<String> said = List.of(
                        results.get(0).get(60, TimeUnit.SECONDS), results.get(1).get(60, TimeUnit.SECONDS));
                assertThat(said).contains("saved").anyMatch(text -> text.contains("try it again"));
            } finally {
                threads.shutdown();
            }
        }
    }
}
