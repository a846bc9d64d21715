package dev.sparsam.store.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.store.StoreException;
import dev.sparsam.store.Trouble;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class StoreTest {
    private static StoreException failure(String state) {
        return new StoreException("The database cannot be reached", new SQLException("no", state));
    }

    @Test
    void serverThatIsNotThereYetIsWaitedFor() {
        assertThat(Store.trouble(failure("08001"), false))
                .isEqualTo(new Trouble(
                        Trouble.Kind.WAITING,
                        "The database cannot be reached. Sparsam tries again by itself until it works."));
    }

    @Test
    void refusedLoginNeedsSomebody() {
        assertThat(Store.trouble(failure("28P01"), false))
                .isEqualTo(new Trouble(Trouble.Kind.STOPPED, "The database cannot be reached."));
    }

    @Test
    void embeddedDatabaseThatCannotBeOpenedNeedsSomebody() {
        assertThat(Store.trouble(failure("90020"), true).kind()).isEqualTo(Trouble.Kind.STOPPED);
    }
}
