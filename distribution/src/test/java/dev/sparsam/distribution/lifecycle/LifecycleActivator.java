package dev.sparsam.distribution.lifecycle;

import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.wiring.FrameworkWiring;

/** Registers itself as the command {@code test:bundle STEP ID}. */
public final class LifecycleActivator implements BundleActivator {

    private BundleContext context =
            FrameworkUtil.getBundle(LifecycleActivator.class).getBundleContext();

    @Override
    public void start(BundleContext started) {
        context = started;
        started.registerService(
                LifecycleActivator.class,
                this,
                FrameworkUtil.asDictionary(
                        Map.of("osgi.command.scope", "test", "osgi.command.function", new String[] {"bundle"})));
    }

    @Override
    public void stop(BundleContext stopped) {
        // The framework unregisters the command.
    }

    /** Does one thing with one bundle, and throws what it throws. */
    public void bundle(String step, String id) throws Exception {
        Bundle bundle = context.getBundle(Long.parseLong(id));
        if (bundle == null) {
            throw new IllegalArgumentException("No bundle " + id);
        }
        switch (step) {
            case "stop" -> bundle.stop();
            case "update" -> bundle.update();
            case "start" -> bundle.start();
            // In the background: it takes along who uses an updated bundle, the shell too.
            case "refresh" -> bundle.adapt(FrameworkWiring.class).refreshBundles(null);
            default -> throw new IllegalArgumentException(step);
        }
    }
}
