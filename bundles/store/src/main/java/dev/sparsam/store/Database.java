package dev.sparsam.store;

import org.osgi.annotation.versioning.ProviderType;

/** The one database of this installation. Everything is done in a transaction. */
@ProviderType
public interface Database {
    /** The service property that names the bundle whose migrations have been applied. */
    String SCHEMA = "sparsam.schema";

    /**
     * Runs work in a transaction and commits it. When the thread is in a transaction already, also one of another
     * bundle, the work joins it and the outermost call commits. An exception rolls everything back and is passed on.
     *
     * @throws StoreException when the database cannot be reached or refuses a statement
     */
    <T> T transaction(Work<T> work);

    /**
     * What is done in a transaction.
     *
     * @param <T> what it returns
     */
    @FunctionalInterface
    interface Work<T> {
        /** Does the work. The {@link Sql} is not to be used after it returns. */
        T run(Sql sql);
    }
}
