package dev.sparsam.store.testing;

import dev.sparsam.store.internal.ConnectionSettings;
import dev.sparsam.store.internal.Migrations;
import dev.sparsam.store.internal.Migrator;
import dev.sparsam.store.internal.Pool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;

/**
 * The databases that Sparsam runs on, for tests with {@code @ParameterizedTest @EnumSource}:
 *
 * <pre>{@code
 * try (TestDatabase test = kind.open(Path.of("src/main/resources/migrations"))) {
 *     Database database = test.database();
 * }
 * }</pre>
 */
public enum TestDatabases {
    /** The embedded database, in memory. */
    H2 {
        @Override
        public ConnectionSettings create() {
            return new ConnectionSettings(
                    "jdbc:h2:mem:" + UUID.randomUUID()
                            + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;LOCK_TIMEOUT=10000"
                            + ";DB_CLOSE_DELAY=-1",
                    "sa",
                    "",
                    8);
        }
    },
    /** A real server, started at the first use in a process and stopped at its end. */
    POSTGRESQL {
        @Override
        public ConnectionSettings create() {
            Assumptions.assumeFalse(PostgresServer.skipped(), "PostgreSQL is left out by -Dsparsam.postgres=skip");
            return new ConnectionSettings(server().createDatabase(), PostgresServer.USER, "", 8);
        }
    };

    private static Optional<PostgresServer> shared = Optional.empty();

    /** A fresh, empty database. */
    public abstract ConnectionSettings create();

    /** A fresh database with the store's own tables and those of the given folders, applied in this order. */
    public TestDatabase open(Path... migrationFolders) {
        return open(create(), migrationFolders);
    }

    /** The embedded database in a folder, for tests of processes that are killed; otherwise like {@link #open}. */
    public static TestDatabase embedded(Path folder, Path... migrationFolders) {
        return open(ConnectionSettings.embedded(folder, 8), migrationFolders);
    }

    private static TestDatabase open(ConnectionSettings settings, Path... migrationFolders) {
        Pool pool = Pool.open(settings);
        Migrator migrator = new Migrator(pool.dataSource());
        for (int i = 0; i < migrationFolders.length; i++) {
            if (!Files.isDirectory(migrationFolders[i])) {
                pool.close();
                throw new IllegalArgumentException("There is no folder " + migrationFolders[i].toAbsolutePath());
            }
            migrator.migrate(Migrations.ofFolder("test" + i, migrationFolders[i]));
        }
        return new TestDatabase(pool);
    }

    private static synchronized PostgresServer server() {
        if (shared.isEmpty()) {
            PostgresServer server = PostgresServer.start();
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            shared = Optional.of(server);
        }
        return shared.get();
    }
}
