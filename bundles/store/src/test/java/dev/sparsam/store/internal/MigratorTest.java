package dev.sparsam.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.store.StoreException;
import dev.sparsam.store.testing.TestDatabases;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MigratorTest {
    private static Migrations migrations(Map<String, String> files) {
        return new Migrations("dev.example.demo", new TreeMap<>(files));
    }

    @ParameterizedTest
    @EnumSource
    void newMigrationsAreAppliedAfterOldOnes(TestDatabases kind) {
        try (Pool pool = Pool.open(kind.create())) {
            Migrator migrator = new Migrator(pool.dataSource());
            migrator.migrate(migrations(Map.of("V1__a.sql", "create table demo (a int)")));
            new Migrator(pool.dataSource())
                    .migrate(migrations(Map.of(
                            "V1__a.sql",
                            "create table demo (a int)",
                            "V2__b.sql",
                            "alter table demo add column b int")));
            int added = pool.database().transaction(sql -> sql.update("insert into demo (a, b) values (1, 2)"));
            assertThat(added).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMigrationChangedAfterwardsIsRefused(TestDatabases kind) {
        try (Pool pool = Pool.open(kind.create())) {
            Migrator migrator = new Migrator(pool.dataSource());
            migrator.migrate(migrations(Map.of("V1__a.sql", "create table demo (a int)")));
            assertThatThrownBy(() -> migrator.migrate(migrations(Map.of("V1__a.sql", "create table demo (b int)"))))
                    .isInstanceOf(StoreException.class)
                    .hasMessageStartingWith("The migrations of dev.example.demo cannot be applied")
                    .hasMessageContaining("checksum");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsAppliedAlreadyNeedsNoHistory(TestDatabases kind) {
        try (Pool pool = Pool.open(kind.create())) {
            Migrations demo = migrations(Map.of("V1__a.sql", "create table demo (a int)"));
            new Migrator(pool.dataSource()).migrate(demo);
            // Flyway would now apply the migration again, and fail.
            pool.database().transaction(sql -> sql.update("drop table flyway_demo"));
            assertThatCode(() -> new Migrator(pool.dataSource()).migrate(demo)).doesNotThrowAnyException();
        }
    }

    @RepeatedTest(5)
    void nodesThatStartAtTheSameTimeOnAnEmptyServerDoNotDisturbEachOther() throws Exception {
        ConnectionSettings settings = TestDatabases.POSTGRESQL.create();
        int nodes = 4;
        CyclicBarrier start = new CyclicBarrier(nodes);
        ExecutorService threads = Executors.newFixedThreadPool(nodes);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                done.add(threads.submit(() -> {
                    try (Pool pool = Pool.open(settings)) {
                        start.await(30, TimeUnit.SECONDS);
                        Migrator migrator = new Migrator(pool.dataSource());
                        migrator.migrate(migrations(Map.of("V1__a.sql", "create table demo (a int)")));
                        return pool.database().transaction(sql -> sql.update("insert into demo (a) values (1)"));
                    }
                }));
            }
            for (Future<?> each : done) {
                assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(1);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aFileNameThatFlywayWouldLeaveOutIsRefused() {
        assertThatThrownBy(() -> migrations(Map.of("V1_a.sql", "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("write V<number>__<what>.sql");
    }
}
