package dev.sparsam.store.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.store.StoreException;
import dev.sparsam.store.Trouble;
import dev.sparsam.store.Wording;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class StoreTest {
    private static StoreException failure(String state) {
        return new StoreException(
                new Wording("The database cannot be reached", "Die Datenbank ist weg"), new SQLException("no", state));
    }

    @Test
    void serverThatIsNotThereYetIsWaitedFor() {
        assertThat(Store.trouble(failure("08001"), false))
                .isEqualTo(new Trouble(
                        Trouble.Kind.WAITING,
                        new Wording(
                                "The database cannot be reached. Sparsam tries again by itself until it works.",
                                "Die Datenbank ist weg. Sparsam versucht es von selbst immer wieder, bis es geht.")));
    }

    @Test
    void refusedLoginNeedsSomebody() {
        assertThat(Store.trouble(failure("28P01"), false))
                .isEqualTo(new Trouble(
                        Trouble.Kind.STOPPED,
                        new Wording("The database cannot be reached.", "Die Datenbank ist weg.")));
    }

    @Test
    void embeddedDatabaseThatCannotBeOpenedNeedsSomebody() {
        assertThat(Store.trouble(failure("90020"), true).kind()).isEqualTo(Trouble.Kind.STOPPED);
    }
}
