package dev.sparsam.store.internal;

import dev.sparsam.store.Database;
import dev.sparsam.store.StoreException;
import dev.sparsam.store.StoreException.Kind;
import dev.sparsam.store.Wording;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Transactions bound to the thread. All bundles share one object, so that their work joins one transaction. */
public final class JdbcDatabase implements Database {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcDatabase.class);

    private final ThreadLocal<Optional<Running>> current = ThreadLocal.withInitial(Optional::empty);
    private final DataSource connections;
    private final SqlErrors errors;

    JdbcDatabase(DataSource connections, SqlErrors errors) {
        this.connections = connections;
        this.errors = errors;
    }

    @Override
    public <T> T transaction(Work<T> work) {
        Optional<Running> running = current.get();
        return running.isPresent() ? join(running.get(), work) : begin(work);
    }

    /** Runs something when the thread's transaction has been committed; at once when there is none. */
    void afterCommit(Runnable action) {
        current.get().ifPresentOrElse(running -> running.afterCommit.add(action), action);
    }

    private static <T> T join(Running running, Work<T> work) {
        try {
            return work.run(running.sql);
        } catch (Throwable e) {
            // The outer work may catch this; what was done so far is lost all the same.
            running.sql.fail(e);
            throw e;
        }
    }

    private <T> T begin(Work<T> work) {
        Running running;
        T result;
        try (Connection connection = connect()) {
            running = new Running(new JdbcSql(connection, errors));
            boolean committed = false;
            try {
                connection.setAutoCommit(false);
                current.set(Optional.of(running));
                result = work.run(running.sql);
                Optional<Throwable> failure = running.sql.failure();
                if (failure.isPresent()) {
                    throw new StoreException(
                            failure.get() instanceof StoreException before ? before.kind() : Kind.FAULT,
                            Wording.same("Nothing was saved: a part of this transaction had failed before ("
                                    + failure.get().getMessage() + ")"),
                            failure.get());
                }
                connection.commit();
                committed = true;
            } finally {
                current.remove();
                running.sql.end();
                if (!committed) {
                    rollback(connection);
                }
            }
        } catch (SQLException e) {
            throw errors.refused("commit", e);
        }
        for (Runnable action : running.afterCommit) {
            action.run();
        }
        return result;
    }

    private Connection connect() {
        try {
            return connections.getConnection();
        } catch (SQLException e) {
            throw errors.unreachable(e);
        }
    }

    private static void rollback(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // The server rolls back by itself when the connection is gone; the cause is on its way to the caller.
            LOG.debug("Rollback on a lost connection", e);
        }
    }

    private record Running(JdbcSql sql, List<Runnable> afterCommit) {
        Running(JdbcSql sql) {
            this(sql, new ArrayList<>());
        }
    }
}
