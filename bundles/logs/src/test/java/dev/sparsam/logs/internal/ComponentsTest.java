package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.logs.LogSettings;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** A component that cannot be started leaves nothing behind: it is started again, and would be there twice. */
class ComponentsTest {
    private final List<Object> registered = new ArrayList<>();
    private int most = Integer.MAX_VALUE;

    /** Of a framework that registers so many services. */
    private final BundleContext context = proxy(BundleContext.class, (name, arguments) -> switch (name) {
        case "getBundle" -> proxy(Bundle.class, (method, none) -> "dev.sparsam.logs");
        case "getProperty" -> "/nowhere";
        case "registerService" -> register(arguments[1]);
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

    private ServiceRegistration<?> register(Object service) {
        if (registered.size() == most) {
            throw new IllegalStateException("The bundle is being stopped");
        }
        registered.add(service);
        return proxy(ServiceRegistration.class, (name, arguments) -> registered.remove(service));
    }

    @Test
    void settingsAreAllThereOrNone() {
        SettingsComponent component = new SettingsComponent(context);
        assertThat(registered).containsExactlyElementsOf(LogSettings.all());
        component.stop();
        assertThat(registered).isEmpty();
        for (most = 0; most < LogSettings.all().size(); most++) {
            assertThatThrownBy(() -> new SettingsComponent(context)).hasMessage("The bundle is being stopped");
            assertThat(registered).as("of %d", most).isEmpty();
        }
    }

    @Test
    void troublesOfAConfigurationThatCannotBeReadAreTakenBack() {
        Object unreadable = new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("unreadable");
            }
        };
        new LogsConfiguration(context, Map.of("daily", "late")).stop();
        assertThat(registered).isEmpty();
        assertThatThrownBy(() -> new LogsConfiguration(context, Map.of("daily", "late", "evidenceHours", unreadable)))
                .hasMessage("unreadable");
        assertThat(registered).isEmpty();
    }

    @Test
    void aWrongValueIsToldOnceForAllComponents() {
        LogsConfiguration configuration = new LogsConfiguration(context, Map.of("zone", "Mars", "pipeSites", " x "));
        assertThat(registered).singleElement().asString().contains("Mars", "Europe/Berlin");
        assertThat(configuration.pipeSites()).contains(java.nio.file.Path.of("/nowhere/x"));
    }
}
