package dev.sparsam.logs.internal;

import dev.sparsam.store.StoreException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what is wrong with one thing from stopping the work on all others. */
final class Containment {
    private static final Logger LOG = LoggerFactory.getLogger(Containment.class);

    private Containment() {}

    /**
     * What is wrong with one file or site must not keep all the others from being swept; without the database, nothing
     * goes on.
     *
     * @param failure what to say in the log
     * @param instead what becomes of the file or site
     */
    static <T> T within(String failure, Supplier<T> work, Function<RuntimeException, T> instead) {
        try {
            return work.get();
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("{}", failure, e);
            return instead.apply(e);
        }
    }
}
