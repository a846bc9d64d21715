package dev.sparsam.store.internal;

import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The data sources of the drivers, made directly: quicker than waiting for a DataSourceFactory service, and there is
 * nothing to be started before. Each driver is touched only when it is used.
 */
final class Drivers {
    private Drivers() {}

    static JdbcDataSource h2(ConnectionSettings settings) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(settings.url());
        source.setUser(settings.user());
        source.setPassword(settings.password());
        return source;
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
