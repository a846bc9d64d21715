package dev.sparsam.logs.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** A component that cannot be started leaves nothing behind. */
class KafkaComponentTest {
    private final List<Object> registered = new ArrayList<>();

    private final BundleContext context = proxy(BundleContext.class, (name, arguments) -> switch (name) {
        case "getBundle" -> proxy(Bundle.class, (method, none) -> "dev.sparsam.logs.kafka");
        case "registerService" -> {
            registered.add(arguments[1]);
            yield proxy(ServiceRegistration.class, (method, none) -> registered.remove(arguments[1]));
        }
        default -> throw new UnsupportedOperationException(name);
    });

    private interface Answers {
        Object answer(String method, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> answers.answer(method.getName(), arguments)));
    }

    @Test
    void troublesOfAConfigurationThatCannotBeReadAreTakenBack() {
        Object unreadable = new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("unreadable");
            }
        };
        assertThatThrownBy(() -> new KafkaComponent(
                        (origin, before, lines, masked) -> {
                            throw new AssertionError("nothing comes");
                        },
                        context,
                        Map.of("bootstrapServers", "localhost:1", "kind", "news", "group", unreadable)))
                .hasMessage("unreadable");
        assertThat(registered).isEmpty();
    }
}
