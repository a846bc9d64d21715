package dev.sparsam.store.internal;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.function.Consumer;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Connections that are made in a way of its own; tells when none can be had. */
final class WatchedDataSource implements DataSource {
    /** Makes a connection. */
    interface Connector {
        Connection connect() throws SQLException;
    }

    private final DataSource connections;
    private final Connector connector;
    private final Consumer<SQLException> lost;

    WatchedDataSource(DataSource connections, Connector connector, Consumer<SQLException> lost) {
        this.connections = connections;
        this.connector = connector;
        this.lost = lost;
    }

    @Override
    public Connection getConnection() throws SQLException {
        try {
            return connector.connect();
        } catch (SQLException e) {
            lost.accept(e);
            throw e;
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return connections.getConnection(user, password);
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return connections.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        connections.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        connections.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return connections.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return connections.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return connections.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return connections.isWrapperFor(type);
    }
}
