package dev.sparsam.web.internal;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What a failure of the database means for whoever asked. The store says it in its message only, so this looks at what
 * the driver said: the classes of SQLSTATE (SQL standard, PostgreSQL appendix A) and what H2 has instead.
 */
enum Outage {
    /** The database cannot be reached or written to: the same will work as soon as that is mended. */
    AWAY,
    /** Somebody changed the same data at the same moment: the same will work when it is tried again. */
    CONFLICT,
    /** The statement itself is wrong, or the tables or what is stored in them: a fault of ours. */
    FAULT;

    static Outage of(Throwable failure) {
        Optional<SQLException> said = Optional.empty();
        boolean file = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                // The pool wraps what the driver said.
                said = Optional.of(sql);
            }
            file |= cause instanceof IOException;
        }
        return said.isEmpty() ? FAULT : file ? AWAY : of(said.get());
    }

    private static Outage of(SQLException said) {
        String state = said.getSQLState() == null ? "" : said.getSQLState();
        if (state.isEmpty()
                // Connection exception, insufficient resources (disk full, too many connections), operator
                // intervention (shutting down, starting up), system error.
                || state.startsWith("08")
                || state.startsWith("53")
                || state.startsWith("57P")
                || state.startsWith("58")
                // H2: connection broken, database closed, object closed, in use by another process.
                || state.equals("90067")
                || state.equals("90098")
                || state.equals("90121")
                || state.equals("90020")) {
            // A state is what a database gives with its answer: without one there was no answer.
            return AWAY;
        }
        // Serialization failure, deadlock, lock not available in time.
        return state.startsWith("40") || state.equals("55P03") || state.equals("HYT00") ? CONFLICT : FAULT;
    }
}
