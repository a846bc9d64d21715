package dev.sparsam.store.internal;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Tells the pool which connections are of no use any more. When one is lost, so are the others: the server has gone, or H2
 * has closed the database because it could not write; a statement on one of its old connections may then never return.
 */
final class LostConnections implements SQLExceptionOverride {
    private volatile Optional<HikariDataSource> pool = Optional.empty();

    void watch(HikariDataSource connections) {
        pool = Optional.of(connections);
    }

    // Qualified: the interface has an Override of its own.
    @java.lang.Override
    public SQLExceptionOverride.Override adjudicate(SQLException e) {
        if (!SqlErrors.lostConnection(e) && SqlErrors.file(e).isEmpty()) {
            return SQLExceptionOverride.Override.CONTINUE_EVICT;
        }
        pool.map(HikariDataSource::getHikariPoolMXBean).ifPresent(HikariPoolMXBean::softEvictConnections);
        return SQLExceptionOverride.Override.MUST_EVICT;
    }
}
