package dev.sparsam.store;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Statements within a transaction. Statements are portable SQL with {@code ?} for arguments; arguments are
 * {@link String}, {@link Integer}, {@link Long}, {@link Boolean}, {@link java.time.Instant}, {@code byte[]}, an
 * {@link Enum} (stored by name), or an {@link Optional} of these (empty is NULL).
 *
 * <p>Every method throws {@link StoreException} when the database refuses the statement.
 */
@ProviderType
public interface Sql {
    /** Runs a statement that changes rows and returns how many. */
    int update(String statement, Object... arguments);

    /** Inserts one row into a table whose identity column is called {@code id} and returns the id that it got. */
    long insert(String statement, Object... arguments);

    /** Runs the same statement for each row of arguments, in few round trips, and returns how many rows changed. */
    int batch(String statement, List<Object[]> rows);

    /** All rows of a query. */
    <T> List<T> query(String statement, RowMapper<T> mapper, Object... arguments);

    /** The first row of a query. */
    <T> Optional<T> first(String statement, RowMapper<T> mapper, Object... arguments);

    /** Hands over the rows of a query one by one, without holding all of them in memory. */
    void each(String statement, Consumer<Row> consumer, Object... arguments);

    /**
     * Makes an object of a row.
     *
     * @param <T> what it makes
     */
    @FunctionalInterface
    interface RowMapper<T> {
        /** Reads what it needs; the row is not to be used afterwards. */
        T map(Row row);
    }
}
