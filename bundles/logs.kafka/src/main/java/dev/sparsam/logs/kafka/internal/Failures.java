package dev.sparsam.logs.kafka.internal;

import dev.sparsam.store.Wording;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What went wrong and what to do about it, in our languages. */
final class Failures {
    private final String servers;
    private final Route route;
    private final String instance;

    Failures(String servers, Route route, String instance) {
        this.servers = servers;
        this.route = route;
        this.instance = instance;
    }

    Wording wording(Throwable failure) {
        if (failure instanceof MissingTopicException missing) {
            return said("topic", missing.topic(), servers);
        }
        if (failure instanceof RecordException record) {
            return said("record", record.place(), text(innermost(record)));
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthenticationException) {
                return said("login", servers, text(cause));
            }
            if (cause instanceof AuthorizationException) {
                return said("rights", servers, text(cause));
            }
            if (cause instanceof ProducerFencedException
                    || cause instanceof InvalidProducerEpochException
                    || cause instanceof FencedInstanceIdException) {
                return said("fenced", instance);
            }
            if (cause instanceof RecordTooLargeException) {
                return said("large", route.output(), text(cause));
            }
            if (cause instanceof UnknownTopicOrPartitionException || cause instanceof InvalidTopicException) {
                return said("topic", route.input() + ", " + route.output(), servers);
            }
            if (cause instanceof ConfigException) {
                return said("config", text(cause));
            }
            if (cause instanceof LinkageError) {
                return said("codec", text(cause));
            }
        }
        Throwable cause = innermost(failure);
        if (cause instanceof RetriableException) {
            return said("away", servers, text(cause));
        }
        return cause instanceof ApiException
                ? said("refused", servers, text(cause))
                : said("other", cause.getClass().getSimpleName() + ": " + text(cause));
    }

    private static Throwable innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String text(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message.strip();
    }

    private static Wording said(String key, Object... arguments) {
        return Wording.of(Failures.class, key, arguments);
    }
}
