package dev.sparsam.logs.internal;

import dev.sparsam.logs.LogSettings;
import dev.sparsam.settings.Setting;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Publishes what can be set. */
@Component(
        service = {},
        immediate = true)
public final class SettingsComponent {
    private final Deque<ServiceRegistration<?>> registered = new ArrayDeque<>();

    /** Registers each setting. */
    @Activate
    public SettingsComponent(BundleContext context) {
        try {
            for (Setting<?> setting : LogSettings.all()) {
                registered.push(context.registerService(
                        Setting.class.getName(),
                        setting,
                        FrameworkUtil.asDictionary(Map.of("setting.id", setting.id()))));
            }
        } catch (RuntimeException | Error e) {
            stop();
            throw e;
        }
    }

    @Deactivate
    void stop() {
        registered.forEach(ServiceRegistration::unregister);
    }
}
