package dev.sparsam.store.internal;

import dev.sparsam.store.StoreException;
import dev.sparsam.store.StoreException.Kind;
import dev.sparsam.store.Wording;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.Set;

/** Turns what a driver says into what people understand. */
final class SqlErrors {
    /** H2: the database is open in another process. */
    private static final int H2_ALREADY_OPEN = 90020;

    /** The C library speaks the language that the process was started in. */
    private static final Set<String> NO_SPACE = Set.of(
            "No space left on device",
            "Auf dem Gerät ist kein Speicherplatz mehr verfügbar",
            "Disk quota exceeded",
            "Der zugewiesene Plattenplatz (Quota) ist überschritten");

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
            return new StoreException(Kind.OUTAGE, said("database.open", database), e);
        }
        if (isPool(deepest)) {
            return busy(e);
        }
        Optional<IOException> file = file(deepest);
        if (file.isPresent()) {
            return unwritable(file.get(), e);
        }
        return new StoreException(Kind.OUTAGE, said("database.unreachable", database, reason(deepest)), e);
    }

    /** A statement, or the commit, was refused. */
    StoreException refused(String statement, SQLException e) {
        if (isPool(e)) {
            // Why it has no connection says what it has met last.
            return e.getCause() instanceof SQLException cause ? refused(statement, cause) : busy(e);
        }
        Optional<IOException> file = file(e);
        if (file.isPresent()) {
            return unwritable(file.get(), e);
        }
        Kind kind = kind(e);
        Wording said = switch (kind) {
            case OUTAGE -> said("database.lost", database, reason(e));
            case FULL -> said("database.unwritable", database, reason(e));
            case CONFLICT -> said("statement.overtaken", reason(e));
            case FAULT ->
                state(e).startsWith("23")
                        ? said("statement.rule", reason(e))
                        : said("statement.refused", reason(e), shortened(statement));
        };
        return new StoreException(kind, said, e);
    }

    /**
     * What a driver's answer means: by the classes of SQLSTATE (SQL standard; PostgreSQL, appendix A) and what H2 has
     * instead.
     */
    static Kind kind(SQLException e) {
        String state = state(e);
        Optional<IOException> file = file(e);
        // PostgreSQL: disk full. H2: no disk space available.
        if (state.equals("53100")
                || state.equals("90100")
                || file.filter(SqlErrors::isFull).isPresent()) {
            return Kind.FULL;
        }
        if (file.isPresent()
                || lostConnection(e)
                // A state is what a database gives with its answer: without one there was no answer.
                || state.isEmpty()
                // Insufficient resources (such as too many connections), system error.
                || state.startsWith("53")
                || state.startsWith("58")
                || e.getErrorCode() == H2_ALREADY_OPEN) {
            return Kind.OUTAGE;
        }
        // Serialization failure, deadlock, lock not available in time.
        return state.startsWith("40") || state.equals("55P03") || state.equals("HYT00") ? Kind.CONFLICT : Kind.FAULT;
    }

    /** The pool speaks of itself and its numbers. */
    private static boolean isPool(SQLException e) {
        return e instanceof SQLTransientConnectionException
                && String.valueOf(e.getMessage()).startsWith(Pool.NAME);
    }

    private StoreException busy(SQLException e) {
        return new StoreException(Kind.OUTAGE, said("database.busy", database), e);
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
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
                isFull(reason) ? Kind.FULL : Kind.OUTAGE, said("database.unwritable", database, why(reason)), e);
    }

    private static boolean isFull(IOException reason) {
        return NO_SPACE.contains(why(reason));
    }

    private static String why(IOException reason) {
        return reason instanceof FileSystemException file && file.getReason() != null
                ? file.getReason()
                : String.valueOf(reason.getMessage());
    }

    private static Wording said(String key, Object... arguments) {
        return Wording.of(SqlErrors.class, key, arguments);
    }

    static boolean lostConnection(SQLException e) {
        String state = state(e);
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
