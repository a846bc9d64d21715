package dev.sparsam.store.internal;

import dev.sparsam.store.Row;
import dev.sparsam.store.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Statements on the connection of one transaction. */
final class JdbcSql implements Sql {
    /** Rows per round trip. */
    private static final int CHUNK = 1_000;

    private final Thread owner = Thread.currentThread();
    private final Connection connection;
    private final SqlErrors errors;
    private Optional<Throwable> failure = Optional.empty();
    private boolean ended;

    JdbcSql(Connection connection, SqlErrors errors) {
        this.connection = connection;
        this.errors = errors;
    }

    /** Why this transaction can only be rolled back. */
    Optional<Throwable> failure() {
        return failure;
    }

    void fail(Throwable cause) {
        if (failure.isEmpty()) {
            failure = Optional.of(cause);
        }
    }

    void end() {
        ended = true;
    }

    @Override
    public int update(String statement, Object... arguments) {
        return run(statement, prepared -> {
            bind(prepared, arguments);
            return prepared.executeUpdate();
        });
    }

    @Override
    public long insert(String statement, Object... arguments) {
        return run(statement, () -> connection.prepareStatement(statement, new String[] {"id"}), prepared -> {
            bind(prepared, arguments);
            prepared.executeUpdate();
            try (ResultSet keys = prepared.getGeneratedKeys()) {
                if (!keys.next()) {
                    throw new IllegalArgumentException("No row was inserted: " + statement);
                }
                return keys.getLong(1);
            }
        });
    }

    @Override
    public int batch(String statement, List<Object[]> rows) {
        return run(statement, prepared -> {
            int changed = 0;
            int waiting = 0;
            for (Object[] row : rows) {
                bind(prepared, row);
                prepared.addBatch();
                if (++waiting == CHUNK) {
                    changed += sum(prepared.executeBatch());
                    waiting = 0;
                }
            }
            return waiting == 0 ? changed : changed + sum(prepared.executeBatch());
        });
    }

    @Override
    public <T> List<T> query(String statement, RowMapper<T> mapper, Object... arguments) {
        List<T> all = new ArrayList<>();
        each(statement, row -> all.add(mapper.map(row)), arguments);
        return all;
    }

    @Override
    public <T> Optional<T> first(String statement, RowMapper<T> mapper, Object... arguments) {
        return run(statement, prepared -> {
            prepared.setMaxRows(1);
            bind(prepared, arguments);
            try (ResultSet rows = prepared.executeQuery()) {
                return rows.next() ? Optional.of(mapper.map(new JdbcRow(rows))) : Optional.empty();
            }
        });
    }

    @Override
    public void each(String statement, Consumer<Row> consumer, Object... arguments) {
        run(statement, prepared -> {
            // PostgreSQL then sends the rows in parts; H2 keeps a long result in a file.
            prepared.setFetchSize(CHUNK);
            bind(prepared, arguments);
            try (ResultSet rows = prepared.executeQuery()) {
                Row row = new JdbcRow(rows);
                while (rows.next()) {
                    consumer.accept(row);
                }
            }
            return true;
        });
    }

    private <T> T run(String statement, Execution<T> execution) {
        return run(statement, () -> connection.prepareStatement(statement), execution);
    }

    private <T> T run(String statement, Preparation preparation, Execution<T> execution) {
        if (ended || Thread.currentThread() != owner) {
            throw new IllegalStateException(
                    ended
                            ? "This transaction has ended: run the statement in a transaction of its own"
                            : "This transaction belongs to the thread " + owner.getName());
        }
        try (PreparedStatement prepared = preparation.prepare()) {
            return execution.run(prepared);
        } catch (SQLException e) {
            // PostgreSQL refuses everything after a refused statement; the transaction ends the same way on H2.
            RuntimeException refused = errors.refused(statement, e);
            fail(refused);
            throw refused;
        }
    }

    private static int sum(int[] counts) {
        int sum = 0;
        for (int count : counts) {
            sum += count == Statement.SUCCESS_NO_INFO ? 1 : count;
        }
        return sum;
    }

    private static void bind(PreparedStatement prepared, Object[] arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            bind(prepared, i + 1, arguments[i]);
        }
    }

    private static void bind(PreparedStatement prepared, int index, Object argument) throws SQLException {
        if (argument instanceof Optional<?> optional) {
            if (optional.isPresent()) {
                bind(prepared, index, optional.get());
            } else {
                prepared.setNull(index, Types.NULL);
            }
        } else if (argument instanceof String text) {
            prepared.setString(index, text);
        } else if (argument instanceof Integer number) {
            prepared.setInt(index, number);
        } else if (argument instanceof Long number) {
            prepared.setLong(index, number);
        } else if (argument instanceof Boolean flag) {
            prepared.setBoolean(index, flag);
        } else if (argument instanceof Instant instant) {
            // Cut here: databases round, and a time would then differ from the one that was given, or lie ahead of it.
            prepared.setObject(index, OffsetDateTime.ofInstant(instant.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC));
        } else if (argument instanceof byte[] bytes) {
            prepared.setBytes(index, bytes);
        } else if (argument instanceof Enum<?> constant) {
            prepared.setString(index, constant.name());
        } else {
            throw new IllegalArgumentException("Argument " + index + " of a statement is "
                    + (argument == null ? "null: use Optional.empty()" : "of " + argument.getClass())
                    + "; see Sql for the types that can be stored");
        }
    }

    @FunctionalInterface
    private interface Preparation {
        PreparedStatement prepare() throws SQLException;
    }

    @FunctionalInterface
    private interface Execution<T> {
        T run(PreparedStatement prepared) throws SQLException;
    }
}
