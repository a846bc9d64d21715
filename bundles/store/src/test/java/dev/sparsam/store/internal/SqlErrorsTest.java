package dev.sparsam.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sparsam.store.StoreException;
import dev.sparsam.store.StoreException.Kind;
import dev.sparsam.store.Wording;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlErrorsTest {
    private static Wording said(SQLException e) {
        return new SqlErrors("/data/db/sparsam").refused("select 1", e).wording();
    }

    /** As HikariCP words it. */
    private static SQLException timedOut(SQLException cause) {
        SQLException timedOut = new SQLTransientConnectionException(
                "sparsam-store - Connection is not available, request timed out after 5002ms (total=0, active=0,"
                        + " idle=0, waiting=1)");
        timedOut.initCause(cause);
        return timedOut;
    }

    @Test
    void poolThatHasNoneForAFullDiskSaysThatTheDiskIsFull() {
        SQLException full = new SQLException("x", "58030", 1, new IOException("No space left on device"));
        assertThat(said(timedOut(full)).english())
                .isEqualTo(
                        "The database /data/db/sparsam cannot be written or read: No space left on device. Nothing of"
                                + " this was saved; when that is mended, it goes on by itself");
        assertThat(said(timedOut(full)).german())
                .startsWith("Die Datenbank /data/db/sparsam kann nicht geschrieben oder gelesen werden:")
                .doesNotContain("sparsam-store", "total=");
    }

    @Test
    void poolThatIsUsedUpSaysSoInOurWords() {
        SQLException used =
                new SQLTransientConnectionException("sparsam-store - Connection is not available (total=4)");
        assertThat(said(used))
                .isEqualTo(new Wording(
                        "All connections to the database /data/db/sparsam are in use; nothing was changed, try it again",
                        "Alle Verbindungen zur Datenbank /data/db/sparsam sind in Gebrauch; es wurde nichts geändert,"
                                + " bitte noch einmal versuchen"));
    }

    private static Kind kind(SQLException e) {
        return new SqlErrors("/data/db/sparsam").refused("select 1", e).kind();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "08S01", "53300", "57P01", "57P03", "58030", "90067", "90098", "90121", ""})
    void databaseThatIsAwayComesBack(String state) {
        assertThat(kind(new SQLException("no", state))).isEqualTo(Kind.OUTAGE);
    }

    @Test
    void embeddedDatabaseThatAnotherProcessHasOpenComesBack() {
        assertThat(new SqlErrors("x")
                        .unreachable(new SQLException("locked", "90020", 90020))
                        .kind())
                .isEqualTo(Kind.OUTAGE);
    }

    @Test
    void poolWithoutAConnectionIsNoFault() {
        SQLException used = new SQLTransientConnectionException("sparsam-store - Connection is not available");
        assertThat(kind(used)).isEqualTo(Kind.OUTAGE);
        assertThat(kind(timedOut(new SQLException("the server is starting up", "57P03"))))
                .isEqualTo(Kind.OUTAGE);
        assertThat(new SqlErrors("x").unreachable(used).wording().english())
                .startsWith("All connections to the database x are in use")
                .doesNotContain("sparsam-store");
    }

    @Test
    void fullDiskIsToldFromOneThatCannotBeWritten() {
        assertThat(kind(new SQLException("could not extend file", "53100"))).isEqualTo(Kind.FULL);
        assertThat(kind(new SQLException("No disk space available", "90100", 90100)))
                .isEqualTo(Kind.FULL);
        assertThat(kind(new SQLException("IO", "90031", 90031, new IOException("No space left on device"))))
                .isEqualTo(Kind.FULL);
        assertThat(kind(new SQLException(
                        "IO",
                        "90031",
                        90031,
                        new FileSystemException("db", null, "Auf dem Gerät ist kein Speicherplatz mehr verfügbar"))))
                .isEqualTo(Kind.FULL);
        assertThat(kind(new SQLException("IO", "90031", 90031, new IOException("Input/output error"))))
                .isEqualTo(Kind.OUTAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01", "55P03", "HYT00"})
    void twoWhoChangeTheSameAtOnceMayTryAgain(String state) {
        assertThat(kind(new SQLException("no", state))).isEqualTo(Kind.CONFLICT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"42703", "42P01", "22023", "23505", "90028"})
    void statementThatIsRefusedIsAFault(String state) {
        assertThat(kind(new SQLException("no", state))).isEqualTo(Kind.FAULT);
    }

    @Test
    void whatTheDatabaseDidNotSayIsAFault() {
        assertThat(new StoreException("Column x is NULL where a value is expected").kind())
                .isEqualTo(Kind.FAULT);
    }

    @ParameterizedTest
    @EnumSource
    void mistakeInAStatementIsAFaultOnEveryDatabase(TestDatabases database) {
        try (TestDatabase open = database.open()) {
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() ->
                            open.database().transaction(sql -> sql.first("select nothing from nowhere", row -> 1)))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.FAULT));
        }
    }

    @Test
    void whatH2AppendsIsLeftOut() {
        assertThat(said(new SQLException("Value too long; SQL statement:\ninsert into x values ('secret')", "22001"))
                        .german())
                .isEqualTo("Die Datenbank hat eine Anweisung abgelehnt: Value too long (in: select 1)");
    }
}
