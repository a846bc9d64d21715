package dev.sparsam.store.testing;

import dev.sparsam.store.Database;
import dev.sparsam.store.internal.Pool;
import javax.sql.DataSource;

/** An open database of a test; closing it closes its connections. */
public final class TestDatabase implements AutoCloseable {
    private final Pool pool;
    private final Database database;

    TestDatabase(Pool pool) {
        this.pool = pool;
        this.database = pool.database();
    }

    /** Transactions. */
    public Database database() {
        return database;
    }

    /** Plain connections. */
    public DataSource dataSource() {
        return pool.dataSource();
    }

    @Override
    public void close() {
        pool.close();
    }
}
