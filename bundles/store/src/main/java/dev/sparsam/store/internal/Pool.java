package dev.sparsam.store.internal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.sparsam.store.StoreException;
import dev.sparsam.store.Wording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/** The connections to the database. */
public final class Pool implements AutoCloseable {
    /** What the pool says begins with it. */
    static final String NAME = "sparsam-store";

    private final HikariDataSource connections;
    private final Optional<EmbeddedDatabase> embedded;
    private final ConnectionSettings settings;

    private Pool(HikariDataSource connections, Optional<EmbeddedDatabase> embedded, ConnectionSettings settings) {
        this.connections = connections;
        this.embedded = embedded;
        this.settings = settings;
    }

    /**
     * Connects.
     *
     * @throws StoreException when the database cannot be reached; the message says what to do
     */
    public static Pool open(ConnectionSettings settings) {
        SqlErrors errors = new SqlErrors(settings.display());
        HikariConfig config = new HikariConfig();
        config.setPoolName(NAME);
        Optional<EmbeddedDatabase> embedded;
        try {
            DataSource source = settings.h2() ? Drivers.h2(settings) : Drivers.postgresql(settings);
            embedded = settings.folder().map(folder -> new EmbeddedDatabase(source, folder));
            config.setDataSource(
                    embedded.<DataSource>map(database -> new WatchedDataSource(source, database::connect, e -> {}))
                            .orElse(source));
        } catch (NoClassDefFoundError e) {
            // The drivers are bundles of their own; imports of them are optional.
            throw new StoreException(
                    Wording.of(
                            Pool.class,
                            "driver.missing",
                            settings.display(),
                            settings.h2() ? "com.h2database" : "org.postgresql.jdbc"),
                    e);
        }
        config.setMaximumPoolSize(settings.poolSize());
        config.setMinimumIdle(1);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setConnectionTimeout(5_000);
        config.setValidationTimeout(2_500);
        // A connection whose database is gone is not used again: H2 has codes of its own for that, and its isValid says
        // yes even when the database was closed because its disk is full. A new connection opens it again.
        LostConnections lost = new LostConnections();
        config.setExceptionOverride(lost);
        if (settings.h2()) {
            config.setConnectionTestQuery("select 1");
        }
        // A connection from this pool is tried below, where a failure gets a message of ours.
        config.setInitializationFailTimeout(-1);
        Optional<Pool> pool = Optional.empty();
        boolean done = false;
        try {
            try (Connection first = config.getDataSource().getConnection()) {
                if (!first.isValid(2)) {
                    throw new SQLException("it does not answer");
                }
                pool = Optional.of(new Pool(filled(config, lost), embedded, settings));
            }
            done = true;
            return pool.get();
        } catch (HikariPool.PoolInitializationException e) {
            throw new StoreException(
                    StoreException.Kind.OUTAGE,
                    Wording.of(Pool.class, "database.unreachable", settings.display(), String.valueOf(e.getMessage())),
                    e);
        } catch (SQLException e) {
            throw errors.unreachable(e);
        } finally {
            if (!done) {
                pool.ifPresent(Pool::close);
                embedded.ifPresent(failed -> uninterrupted(failed::close));
            }
        }
    }

    /**
     * The pool with its first connection, which it opens in the background: when the caller closed its own before that,
     * the embedded database would be closed, compacted and opened once more.
     */
    private static HikariDataSource filled(HikariConfig config, LostConnections lost) throws SQLException {
        HikariDataSource connections = new HikariDataSource(config);
        try {
            connections.getConnection().close();
            lost.watch(connections);
            return connections;
        } catch (SQLException | RuntimeException | Error e) {
            uninterrupted(connections::close);
            throw e;
        }
    }

    /** Makes the folder of the embedded database, for its owner only. */
    static void createFolder(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new StoreException(Wording.of(Pool.class, "folder.failed", folder, e), e);
        }
    }

    /** Hands out connections; each is closed by who asked for it. */
    public DataSource dataSource() {
        return connections;
    }

    /** Transactions on these connections. */
    public JdbcDatabase database() {
        return new JdbcDatabase(connections, new SqlErrors(settings.display()));
    }

    @Override
    public void close() {
        uninterrupted(() -> {
            try {
                connections.close();
            } finally {
                embedded.ifPresent(EmbeddedDatabase::close);
            }
        });
    }

    /** On a thread that is interrupted, HikariCP would leave its threads and connections behind. */
    private static void uninterrupted(Runnable closing) {
        boolean interrupted = Thread.interrupted();
        try {
            closing.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
