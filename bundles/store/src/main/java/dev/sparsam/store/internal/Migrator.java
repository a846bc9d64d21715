package dev.sparsam.store.internal;

import dev.sparsam.store.StoreException;
import java.io.Reader;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.plugin.PluginRegister;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies migrations with Flyway, one history table per bundle.
 *
 * <p>To start Flyway takes longer than everything else that the store does at start. So the store keeps a fingerprint
 * of the migrations that it applied last for each bundle; a bundle whose migrations have the same fingerprint needs
 * nothing, and Flyway is not even loaded.
 */
public final class Migrator {
    private static final Logger LOG = LoggerFactory.getLogger(Migrator.class);

    /** Any number, as long as it is the same on all nodes and no other program's on this database. */
    private static final long LOCK = 0x5370_6172_7361_6d01L;

    private final DataSource connections;
    private final Map<String, String> applied;
    private final PluginRegister plugins = new Plugins();

    /**
     * Reads what has been applied, and makes the store's own tables.
     *
     * @throws StoreException when the database cannot be reached or refuses a migration
     */
    public Migrator(DataSource connections) {
        this.connections = connections;
        this.applied = fingerprints();
        migrate(Migrations.own());
    }

    /**
     * Applies what is missing of a bundle's migrations. Several nodes may do this at the same time: one waits for the
     * other.
     *
     * @throws StoreException when a migration is refused or was changed after it had been applied
     */
    public synchronized void migrate(Migrations migrations) {
        String fingerprint = migrations.fingerprint();
        if (fingerprint.equals(applied.get(migrations.owner()))) {
            return;
        }
        try (Connection turn = turn()) {
            flyway(migrations).migrate();
            turn.rollback();
        } catch (SQLException e) {
            throw new StoreException(
                    "The migrations of " + migrations.owner() + " cannot be applied: " + e.getMessage(), e);
        } catch (FlywayException e) {
            forgetFailure(migrations);
            throw new StoreException(
                    "The migrations of " + migrations.owner() + " cannot be applied: " + oneLine(e)
                            + ". What was applied is listed in the table " + migrations.historyTable(),
                    e);
        }
        remember(migrations.owner(), fingerprint);
        applied.put(migrations.owner(), fingerprint);
    }

    /**
     * One node after the other. Flyway has a lock of its own, but makes its history table before it takes it, and a node
     * that finds the table of another still empty gives up. This lock ends with the transaction, so it is let go when
     * this process dies, and it works behind a pooler that gives each transaction another session.
     */
    private Connection turn() throws SQLException {
        Connection connection = connections.getConnection();
        try {
            connection.setAutoCommit(false);
            // The embedded database has this process alone.
            if (connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("select pg_advisory_xact_lock(" + LOCK + ")");
                }
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private Flyway flyway(Migrations migrations) {
        // The loader of this class instead of the thread's context loader: Flyway is inside this bundle.
        ClassicConfiguration flyway = new ClassicConfiguration(Migrator.class.getClassLoader());
        flyway.setPluginRegister(plugins);
        flyway.setLoggers(FlywayLog.Creator.class.getName());
        flyway.setDataSource(connections);
        flyway.setResourceProvider(new Files(migrations));
        flyway.setJavaMigrationClassProvider(List::of);
        flyway.setLocations(new Location[0]);
        flyway.setSkipDefaultCallbacks(true);
        flyway.setTable(migrations.historyTable());
        // The tables of other bundles are in the same schema: "not empty" means nothing here.
        flyway.setBaselineOnMigrate(true);
        flyway.setBaselineVersionAsString("0");
        flyway.setPlaceholderReplacement(false);
        return new Flyway(flyway);
    }

    /**
     * Flyway's parts, found once for all bundles. It would copy them, several times for each, by writing them as JSON
     * and reading that again: nobody changes them here, and Jackson would take a good part of the first start.
     */
    private static final class Plugins extends PluginRegister {
        @Override
        public PluginRegister getCopy() {
            return this;
        }
    }

    private Map<String, String> fingerprints() {
        Map<String, String> found = new HashMap<>();
        try (Connection connection = connections.getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet table = statement.executeQuery("select 1 from information_schema.tables"
                    + " where table_schema = current_schema and table_name = 'store_migrations'")) {
                if (!table.next()) {
                    return found;
                }
            }
            try (ResultSet rows = statement.executeQuery("select owner, fingerprint from store_migrations")) {
                while (rows.next()) {
                    found.put(rows.getString(1), rows.getString(2));
                }
            }
            return found;
        } catch (SQLException e) {
            throw new StoreException("What has been migrated cannot be read: " + e.getMessage(), e);
        }
    }

    private void remember(String owner, String fingerprint) {
        try (Connection connection = connections.getConnection();
                PreparedStatement update =
                        connection.prepareStatement("update store_migrations set fingerprint = ? where owner = ?");
                PreparedStatement insert = connection.prepareStatement(
                        "insert into store_migrations (fingerprint, owner) values (?, ?) on conflict do nothing")) {
            for (PreparedStatement statement : List.of(update, insert)) {
                statement.setString(1, fingerprint);
                statement.setString(2, owner);
                if (statement.executeUpdate() > 0) {
                    return;
                }
            }
        } catch (SQLException e) {
            throw new StoreException("That " + owner + " has been migrated cannot be stored: " + e.getMessage(), e);
        }
    }

    /**
     * On H2, where a table is made outside of transactions, Flyway writes a failed migration down and then waits for
     * somebody to repair. Forgotten, it is tried again, and a corrected one is applied.
     */
    private void forgetFailure(Migrations migrations) {
        try (Connection connection = connections.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("delete from " + migrations.historyTable() + " where success = false");
        } catch (SQLException e) {
            // There is no history when the database cannot be reached or the very first step failed.
            LOG.debug("No failed migration to forget", e);
        }
    }

    private static String oneLine(Throwable e) {
        return String.valueOf(e.getMessage())
                .replaceAll("-{5,}", "")
                .replace("Run Flyway with -X option to see the actual statement causing the problem", "")
                .strip()
                .replaceAll("\\s+", " ");
    }

    /** Flyway's view of the files. */
    private record Files(Migrations migrations) implements ResourceProvider {
        @Override
        public @Nullable LoadableResource getResource(String name) {
            // Also asked for settings of single scripts (NAME.conf), which there are none of: null by its contract.
            String sql = migrations.files().get(name);
            return sql == null ? null : new File(name, sql);
        }

        @Override
        public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
            return migrations.files().entrySet().stream()
                    .filter(file -> file.getKey().startsWith(prefix)
                            && Arrays.stream(suffixes).anyMatch(file.getKey()::endsWith))
                    .<LoadableResource>map(file -> new File(file.getKey(), file.getValue()))
                    .toList();
        }
    }

    private static final class File extends LoadableResource {
        private final String name;
        private final String sql;

        File(String name, String sql) {
            this.name = name;
            this.sql = sql;
        }

        @Override
        public Reader read() {
            return new StringReader(sql);
        }

        @Override
        public String getAbsolutePath() {
            return name;
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return name;
        }

        @Override
        public String getFilename() {
            return name;
        }

        @Override
        public String getRelativePath() {
            return name;
        }
    }
}
