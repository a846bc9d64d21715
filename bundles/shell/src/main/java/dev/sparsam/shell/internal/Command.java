package dev.sparsam.shell.internal;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A command by the name that is typed.
 *
 * @param methods what it may be called with, the one with the fewest arguments first
 */
record Command(String name, List<Method> methods) {

    /** @param scope as it is registered; commands of {@code sparsam} are called without it */
    static Command of(String scope, String function, Class<?> type) {
        List<Method> methods = new ArrayList<>();
        for (Method method : type.getMethods()) {
            // Gogo calls x, _x, getX and isX; ours are called what they are.
            if (!method.isBridge()
                    && (method.getName().equals(function) || method.getName().equals("_" + function))) {
                methods.add(method);
            }
        }
        methods.sort(Comparator.comparingInt(Method::getParameterCount));
        return new Command(scope.equals("sparsam") ? function : scope + ":" + function, List.copyOf(methods));
    }

    /** The name without its scope. */
    String function() {
        return name.substring(name.indexOf(':') + 1);
    }
}
