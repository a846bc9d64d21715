package dev.sparsam.store.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** A store that is stopped while its thread still opens the database. */
@Timeout(120)
final class StoreStopTest {
    @TempDir
    Path folder;

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile Optional<Store> stopped = Optional.empty();

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("sparsam-") || name.startsWith("db-scheduler"))
                .toList();
    }

    /** A context on which a call stops the bundle; what is asked of it afterwards is refused, as by a framework. */
    private BundleContext stoppedAt(String method) {
        return (BundleContext) Proxy.newProxyInstance(
                BundleContext.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, called, arguments) -> {
                    if (called.getDeclaringClass() == Object.class) {
                        return called.getName().equals("hashCode") ? 1 : (Object) (proxy == arguments[0]);
                    }
                    boolean over = calls.contains(method);
                    calls.add(called.getName());
                    if (over) {
                        throw new IllegalStateException("The bundle has been stopped");
                    }
                    if (called.getName().equals(method)) {
                        Thread stop = new Thread(() -> stopped.ifPresent(Store::close));
                        stop.start();
                        stop.join();
                        if (!method.equals("createFilter")) {
                            throw new IllegalStateException("The bundle has been stopped");
                        }
                    }
                    return switch (called.getName()) {
                        case "createFilter" -> FrameworkUtil.createFilter((String) arguments[0]);
                        case "getBundles" -> new Bundle[0];
                        default -> null;
                    };
                });
    }

    private void stopAt(String method) {
        StoreConfig config = new StoreConfig(ConnectionSettings.embedded(folder, 4), Optional.of(folder));
        Store store =
                new Store(stoppedAt(method), config, JobTimes.standard(Duration.ofSeconds(10)), Duration.ofMillis(1));
        stopped = Optional.of(store);
        store.open();
        Await.until("it is stopped", () -> calls.contains(method));
        Await.until("no thread is left of " + threads(), () -> threads().isEmpty());
    }

    @Test
    void whatWasOpenedTooLateIsClosedAndNotStarted() {
        stopAt("createFilter");
        assertThat(calls).containsExactly("createFilter");
        assertThat(EmbeddedDatabase.wasKilled(folder)).isFalse();
    }

    @Test
    void whatIsStoppedWhileItStartsIsClosed() {
        stopAt("registerService");
        assertThat(calls).doesNotContain("addServiceListener");
        assertThat(EmbeddedDatabase.wasKilled(folder)).isFalse();
    }

    @Test
    void anInterruptedThreadClosesAllConnections() {
        Pool pool = Pool.open(ConnectionSettings.embedded(folder, 4));
        Thread.currentThread().interrupt();
        pool.close();
        boolean interrupted = Thread.interrupted();
        Await.until("no thread is left of " + threads(), () -> threads().isEmpty());
        assertThat(EmbeddedDatabase.wasKilled(folder)).isFalse();
        assertThat(interrupted).isTrue();
    }
}
