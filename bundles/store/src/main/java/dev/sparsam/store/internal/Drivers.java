package dev.sparsam.store.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The data sources of the drivers, made directly: quicker than waiting for a DataSourceFactory service, and there is
 * nothing to be started before. Each driver is touched only when it is used.
 */
final class Drivers {
    private static final int PROBE = 1 << 18;

    /** The first of the two copies of the header of an H2 file. */
    private static final int HEADER = 4_096;

    /** As PostgreSQL calls it. */
    private static final String IO_ERROR = "58030";

    private Drivers() {}

    static DataSource h2(ConnectionSettings settings) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(settings.url());
        source.setUser(settings.user());
        source.setPassword(settings.password());
        return settings.folder()
                .<DataSource>map(folder -> new WatchedDataSource(source, () -> checkSpace(folder), e -> {}))
                .orElse(source);
    }

    /** Whether the file of the embedded database has not been closed since it was written; it says so in its header. */
    static boolean wasKilled(ConnectionSettings settings) {
        Optional<Path> file = settings.folder().map(folder -> folder.resolve(ConnectionSettings.FILE));
        if (file.isEmpty() || !Files.exists(file.get())) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file.get())) {
            String header = new String(in.readNBytes(HEADER), StandardCharsets.ISO_8859_1);
            return !header.contains(",clean:1");
        } catch (IOException e) {
            // Whoever opens it says why it cannot be read.
            return false;
        }
    }

    /**
     * Opened on a full disk, H2 fails while it opens, and whoever then reads from it never comes back. So a connection,
     * which may open it, is made only where something can be written; far more than H2 writes at once.
     */
    private static synchronized void checkSpace(Path folder) throws SQLException {
        Path probe = folder.resolve("space.tmp");
        try {
            try {
                Files.write(probe, new byte[PROBE]);
            } finally {
                Files.deleteIfExists(probe);
            }
        } catch (IOException e) {
            throw new SQLException("The folder " + folder + " cannot be written to", IO_ERROR, 1, e);
        }
    }

    static DataSource postgresql(ConnectionSettings settings) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setConnectTimeout(5);
        source.setTcpKeepAlive(true);
        source.setApplicationName("sparsam");
        // After the defaults: what the URL says wins.
        source.setURL(settings.url());
        if (!settings.user().isEmpty()) {
            source.setUser(settings.user());
        }
        if (!settings.password().isEmpty()) {
            source.setPassword(settings.password());
        }
        return source;
    }
}
