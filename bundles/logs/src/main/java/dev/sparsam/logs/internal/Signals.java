package dev.sparsam.logs.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * What is done on signals. The JDK has it for programs outside of it in {@code jdk.unsupported} only, where the compiler
 * warns of each use; so it is looked for when the program runs.
 */
final class Signals {
    private Signals() {}

    /**
     * Has something done on a signal, instead of what is usual.
     *
     * @param name such as {@code HUP}
     */
    static void on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        return switch (method.getName()) {
                            case "handle" -> {
                                action.run();
                                yield null;
                            }
                            case "equals" -> self == arguments[0];
                            case "hashCode" -> System.identityHashCode(self);
                            default -> "on " + name;
                        };
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            if (e instanceof InvocationTargetException wrapped && wrapped.getCause() instanceof Error error) {
                throw error;
            }
            // A JVM without it, or a signal that it keeps for itself: it then does what it does to any process, and as
            // nothing is lost when a logger is killed, that is enough.
        }
    }
}
