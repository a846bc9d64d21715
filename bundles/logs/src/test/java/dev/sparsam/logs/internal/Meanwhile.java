package dev.sparsam.logs.internal;

import dev.sparsam.store.Database;
import dev.sparsam.store.Sql;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A database on which somebody else does something after the first query, in a transaction of its own. */
final class Meanwhile implements Database {
    private final Database database;
    private final Runnable other;
    private final AtomicBoolean done = new AtomicBoolean();

    Meanwhile(Database database, Runnable other) {
        this.database = database;
        this.other = other;
    }

    @Override
    public <T> T transaction(Work<T> work) {
        return database.transaction(sql -> work.run(watched(sql)));
    }

    private Sql watched(Sql sql) {
        return (Sql) Proxy.newProxyInstance(
                Sql.class.getClassLoader(), new Class<?>[] {Sql.class}, (proxy, method, arguments) -> {
                    Object result;
                    try {
                        result = method.invoke(sql, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if ((method.getName().equals("query") || method.getName().equals("each"))
                            && done.compareAndSet(false, true)) {
                        // In another thread, as this one has a transaction.
                        CompletableFuture.runAsync(other).join();
                    }
                    return result;
                });
    }
}
