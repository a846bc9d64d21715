package dev.sparsam.store.internal;

import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Flyway's messages: warnings for everybody, the rest for who looks for it. Errors also come as exceptions. */
final class FlywayLog implements Log {
    /** Made by Flyway, by its name. */
    public static final class Creator implements LogCreator {
        @Override
        public Log createLogger(Class<?> source) {
            return new FlywayLog(source);
        }
    }

    private final Logger log;

    FlywayLog(Class<?> source) {
        log = LoggerFactory.getLogger(source);
    }

    @Override
    public void debug(String message) {
        log.trace(message);
    }

    @Override
    public void info(String message) {
        log.debug(message);
    }

    @Override
    public void warn(String message) {
        // It says so for each database that is younger than itself; our tests run on the versions we ship.
        if (message.contains("newer than the version Flyway has been verified with")
                || message.startsWith("Flyway upgrade recommended")) {
            log.debug(message);
        } else {
            log.warn(message);
        }
    }

    @Override
    public void error(String message) {
        log.debug(message);
    }

    @Override
    public void error(String message, Exception e) {
        log.debug(message, e);
    }

    @Override
    public void notice(String message) {
        log.debug(message);
    }
}
