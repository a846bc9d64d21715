package dev.sparsam.store.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the file of the embedded database, and gives connections to it.
 *
 * <p>What was committed to a file that had not been closed when it was opened is in danger: H2 finds all that was
 * committed before, but what it writes on top of that, without having closed the file once, it may not find after a
 * kill. Seen with H2 2.5.252: the commits of a whole process were gone; not seen with 2.4.240. So such a file is opened
 * and closed once before anybody writes to it: after a kill, and after H2 closed the database itself because it could
 * not write.
 */
final class EmbeddedDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);

    private static final int PROBE = 1 << 18;

    /** The first of the two copies of the header of an H2 file. */
    private static final int HEADER = 4_096;

    /** As PostgreSQL calls it. */
    private static final String IO_ERROR = "58030";

    private static final String CLOSED = "08003";

    private final DataSource connections;
    private final Path folder;
    private Optional<Anchor> anchor = Optional.empty();
    private boolean closed;

    EmbeddedDatabase(DataSource connections, Path folder) {
        this.connections = connections;
        this.folder = folder;
    }

    /** A connection that stays open, so that a database without it is known to have been opened by the one who looks. */
    private record Anchor(Connection connection, int session, OffsetDateTime since) {
        static Anchor of(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select session_id, session_start"
                            + " from information_schema.sessions where session_id = session_id()")) {
                row.next();
                return new Anchor(connection, row.getInt(1), row.getObject(2, OffsetDateTime.class));
            }
        }

        /** Asked of the other connection: a statement on one whose database was closed may never return. */
        boolean isSeenBy(Connection other) throws SQLException {
            try (PreparedStatement statement = other.prepareStatement("select count(*)"
                    + " from information_schema.sessions where session_id = ? and session_start = ?")) {
                statement.setInt(1, session);
                statement.setObject(2, since);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getInt(1) > 0;
                }
            }
        }
    }

    synchronized Connection connect() throws SQLException {
        while (true) {
            if (closed) {
                throw new SQLException("The database was closed", CLOSED);
            }
            checkSpace();
            if (anchor.isEmpty()) {
                if (wasKilled(folder)) {
                    connections.getConnection().close();
                }
                anchor = Optional.of(anchor());
            }
            Connection connection = connections.getConnection();
            if (isAnchored(connection)) {
                return connection;
            }
            // Closed by H2 and opened by this connection, which is the only one: with it, the file is closed.
            connection.close();
            abandon();
            anchor = Optional.of(anchor());
        }
    }

    private Anchor anchor() throws SQLException {
        Connection connection = connections.getConnection();
        try {
            return Anchor.of(connection);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private boolean isAnchored(Connection connection) throws SQLException {
        try {
            return anchor.isPresent() && anchor.get().isSeenBy(connection);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Gives back the anchor of a database that was closed below it; on a thread of its own, as it may not return. */
    private void abandon() {
        anchor.map(Anchor::connection).ifPresent(old -> {
            Thread closer = new Thread(() -> quietlyClose(old), "sparsam-store-closer");
            closer.setDaemon(true);
            closer.start();
        });
        anchor = Optional.empty();
    }

    private static void quietlyClose(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("A connection to a database that was closed", e);
        }
    }

    /** Closes the file, when all connections have been given back. */
    @Override
    public synchronized void close() {
        closed = true;
        anchor.map(Anchor::connection).ifPresent(EmbeddedDatabase::quietlyClose);
        anchor = Optional.empty();
    }

    /**
     * Whether the file has not been closed since it was written; it says so in its header. Only for a file that this
     * process has not opened: to read it besides would end the lock that H2 has on it.
     */
    static boolean wasKilled(Path folder) {
        Path file = folder.resolve(ConnectionSettings.FILE);
        if (!Files.exists(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
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
    private void checkSpace() throws SQLException {
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
}
