package dev.sparsam.store.internal;

import dev.sparsam.store.StoreException;
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
            return new StoreException(
                    "The database " + database + " is in use by another process. Stop that process or give this one"
                            + " a data folder of its own; several nodes need PostgreSQL (url in dev.sparsam.store.cfg)",
                    e);
        }
        Optional<IOException> file = file(deepest);
        if (file.isPresent()) {
            return unwritable(file.get(), e);
        }
        return new StoreException(
                "The database " + database + " cannot be reached: " + reason(deepest)
                        + ". Check that it runs and that url, user and password in dev.sparsam.store.cfg are right",
                e);
    }

    /** A statement, or the commit, was refused. */
    StoreException refused(String statement, SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        Optional<IOException> file = file(e);
        if (file.isPresent()) {
            return unwritable(file.get(), e);
        }
        if (lostConnection(e)) {
            return new StoreException(
                    "The connection to the database " + database + " was lost: " + reason(e)
                            + ". It is made again by itself as soon as the database is back",
                    e);
        }
        if (state.startsWith("40") || state.equals("55P03") || state.equals("HYT00")) {
            return new StoreException(
                    "Another change of the same data was made at the same time; nothing of this one was saved, try it"
                            + " again (" + reason(e) + ")",
                    e);
        }
        if (state.startsWith("23")) {
            return new StoreException("A rule of the tables does not allow this change: " + reason(e), e);
        }
        return new StoreException(
                "The database refused a statement: " + reason(e) + " (in: " + shortened(statement) + ")", e);
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
        return new StoreException(
                "The database " + database + " cannot be written or read: "
                        + (reason instanceof FileSystemException file && file.getReason() != null
                                ? file.getReason()
                                : reason.getMessage())
                        + ". Nothing of this was saved; when that is mended, it goes on by itself",
                e);
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
