package dev.sparsam.store.internal;

import dev.sparsam.store.StoreException;
import dev.sparsam.store.Wording;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;

/** Turns what a driver says into what people understand. */
final class SqlErrors {
    /** H2: the database is open in another process. */
    private static final int H2_ALREADY_OPEN = 90020;

    private final String database;

    SqlErrors(String database) {
        this.database = database;
    }

    /** The database could not be reached to begin with. */
    StoreException unreachable(SQLException e) {
        SQLException deepest = e;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                deepest = sql;
            }
        }
        if (deepest.getErrorCode() == H2_ALREADY_OPEN) {
            return new StoreException(said("database.open", database), e);
        }
        Optional<IOException> file = file(deepest);
        if (file.isPresent()) {
            return unwritable(file.get(), e);
        }
        return new StoreException(said("database.unreachable", database, reason(deepest)), e);
    }

    /** A statement, or the commit, was refused. */
    StoreException refused(String statement, SQLException e) {
        if (e instanceof SQLTransientConnectionException
                && String.valueOf(e.getMessage()).startsWith(Pool.NAME)) {
            // The pool speaks of itself and its numbers; why it has no connection says what it has met last.
            return e.getCause() instanceof SQLException cause
                    ? refused(statement, cause)
                    : new StoreException(said("database.busy", database), e);
        }
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        Optional<IOException> file = file(e);
        if (file.isPresent()) {
            return unwritable(file.get(), e);
        }
        if (lostConnection(e)) {
            return new StoreException(said("database.lost", database, reason(e)), e);
        }
        if (state.startsWith("40") || state.equals("55P03") || state.equals("HYT00")) {
            return new StoreException(said("statement.overtaken", reason(e)), e);
        }
        if (state.startsWith("23")) {
            return new StoreException(said("statement.rule", reason(e)), e);
        }
        return new StoreException(said("statement.refused", reason(e), shortened(statement)), e);
    }

    /** What the operating system said about the file of the embedded database; PostgreSQL has no error codes. */
    static Optional<IOException> file(SQLException e) {
        if (e.getErrorCode() != 0) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof IOException io) {
                    return Optional.of(io);
                }
            }
        }
        return Optional.empty();
    }

    private StoreException unwritable(IOException reason, SQLException e) {
        Object why = reason instanceof FileSystemException file && file.getReason() != null
                ? file.getReason()
                : String.valueOf(reason.getMessage());
        return new StoreException(said("database.unwritable", database, why), e);
    }

    private static Wording said(String key, Object... arguments) {
        return Wording.of(SqlErrors.class, key, arguments);
    }

    static boolean lostConnection(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return e instanceof SQLTransientConnectionException
                || state.startsWith("08")
                || state.startsWith("57P")
                // H2: connection broken, database closed, object closed
                || state.equals("90067")
                || state.equals("90098")
                || state.equals("90121");
    }

    private static String reason(SQLException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        // H2 appends the statement and PostgreSQL details on further lines; both may hold values.
        int statement = message.indexOf("; SQL statement:");
        return shortened((statement < 0 ? message : message.substring(0, statement))
                        .lines()
                        .findFirst()
                        .orElse(""))
                .replaceFirst("\\.$", "");
    }

    private static String shortened(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= 300 ? line : line.substring(0, 300) + "…";
    }
}
