package dev.sparsam.store.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.store.Wording;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;

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

    @Test
    void whatH2AppendsIsLeftOut() {
        assertThat(said(new SQLException("Value too long; SQL statement:\ninsert into x values ('secret')", "22001"))
                        .german())
                .isEqualTo("Die Datenbank hat eine Anweisung abgelehnt: Value too long (in: select 1)");
    }
}
