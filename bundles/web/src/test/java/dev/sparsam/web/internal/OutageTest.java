package dev.sparsam.web.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sparsam.store.Database;
import dev.sparsam.store.StoreException;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutageTest {
    private static StoreException failure(SQLException cause) {
        return new StoreException("words", cause);
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "08S01", "53100", "53300", "57P01", "57P03", "58030", "90067", "90098", "90121"})
    void aDatabaseThatIsAwayOrFullComesBack(String state) {
        assertThat(Outage.of(failure(new SQLException("no", state)))).isEqualTo(Outage.AWAY);
    }

    @Test
    void aPoolWithoutAConnectionIsNoFault() {
        assertThat(Outage.of(failure(new SQLTransientConnectionException("timed out"))))
                .isEqualTo(Outage.AWAY);
        assertThat(Outage.of(failure(new SQLTransientConnectionException(
                        "timed out", "", new SQLException("the server is starting up", "57P03")))))
                .isEqualTo(Outage.AWAY);
    }

    @Test
    void aFileThatCannotBeWrittenIsNoFault() {
        SQLException h2 = new SQLException("IO", "90031", 90031, new IOException("No space left on device"));
        assertThat(Outage.of(failure(h2))).isEqualTo(Outage.AWAY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01", "55P03", "HYT00"})
    void twoWhoChangeTheSameAtOnceMayTryAgain(String state) {
        assertThat(Outage.of(failure(new SQLException("no", state)))).isEqualTo(Outage.CONFLICT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"42703", "42P01", "22023", "23505", "90028"})
    void aStatementThatIsRefusedIsAFault(String state) {
        assertThat(Outage.of(failure(new SQLException("no", state)))).isEqualTo(Outage.FAULT);
    }

    @Test
    void whatTheDatabaseDidNotSayIsAFault() {
        assertThat(Outage.of(new StoreException("Column x is NULL where a value is expected")))
                .isEqualTo(Outage.FAULT);
    }

    @ParameterizedTest
    @EnumSource
    void aMistakeInAStatementIsAFaultOnEveryDatabase(TestDatabases kind) {
        try (TestDatabase open = kind.open(Path.of("src/main/resources/migrations"))) {
            Database database = open.database();
            Throwable thrown = catchThrowable(
                    () -> database.transaction(sql -> sql.first("select nothing from web_account", row -> 1)));
            assertThat(thrown).isInstanceOf(StoreException.class);
            assertThat(Outage.of(thrown)).isEqualTo(Outage.FAULT);
            Throwable missing = catchThrowable(() -> database.transaction(
                    sql -> sql.first("select login from web_account where login = ? and role = ?", row -> 1, "a")));
            assertThat(Outage.of(missing)).isEqualTo(Outage.FAULT);
        }
    }
}
