package dev.sparsam.ledger.internal;

import dev.sparsam.ledger.Ledger;
import dev.sparsam.store.Database;
import dev.sparsam.store.ReceiptBook;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;

/** The real ledger, without the framework. */
public final class BenchLedger {
    private final SqlLedger ledger;

    /** Opens one with a key of its own. */
    public BenchLedger(Database database, Path keyFile) {
        ledger = SqlLedger.open(database, keyFile, Optional.empty(), Clock.systemUTC(), new SecureRandom());
    }

    /** To read it. */
    public Ledger ledger() {
        return ledger;
    }

    /** To write it. */
    public ReceiptBook receipts() {
        return ledger;
    }
}
