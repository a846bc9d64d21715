package dev.sparsam.store.internal;

import dev.sparsam.store.Row;
import dev.sparsam.store.StoreException;
import dev.sparsam.store.Wording;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;

/** The current row of a result. */
final class JdbcRow implements Row {
    private final ResultSet rows;

    JdbcRow(ResultSet rows) {
        this.rows = rows;
    }

    @Override
    public String text(String column) {
        return present(column, optionalText(column));
    }

    @Override
    public Optional<String> optionalText(String column) {
        return read(column, String.class, Function.identity());
    }

    @Override
    public long number(String column) {
        return present(column, optionalNumber(column));
    }

    @Override
    public Optional<Long> optionalNumber(String column) {
        try {
            // Not getObject(…, Long.class): PostgreSQL's driver gives that for bigint only.
            long number = rows.getLong(column);
            return rows.wasNull() ? Optional.empty() : Optional.of(number);
        } catch (SQLException e) {
            throw unreadable(column, e);
        }
    }

    @Override
    public boolean flag(String column) {
        return present(column, read(column, Boolean.class, Function.identity()));
    }

    @Override
    public Instant instant(String column) {
        return present(column, optionalInstant(column));
    }

    @Override
    public Optional<Instant> optionalInstant(String column) {
        return read(column, OffsetDateTime.class, time -> time.toInstant().truncatedTo(ChronoUnit.MICROS));
    }

    @Override
    public byte[] bytes(String column) {
        try {
            return present(column, Optional.ofNullable(rows.getBytes(column)));
        } catch (SQLException e) {
            throw unreadable(column, e);
        }
    }

    private <J, T> Optional<T> read(String column, Class<J> type, Function<J, T> convert) {
        try {
            return Optional.ofNullable(rows.getObject(column, type)).map(convert);
        } catch (SQLException e) {
            throw unreadable(column, e);
        }
    }

    private static <T> T present(String column, Optional<T> value) {
        return value.orElseThrow(() -> new StoreException("Column " + column + " is NULL where a value is expected"));
    }

    private static StoreException unreadable(String column, SQLException e) {
        return new StoreException(
                SqlErrors.kind(e), Wording.same("Column " + column + " cannot be read: " + e.getMessage()), e);
    }
}
