package dev.sparsam.distribution.bare;

import jakarta.servlet.Servlet;
import java.util.Map;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** Registers the servlet with the whiteboard, with nothing in between. */
public final class BareActivator implements BundleActivator {

    @Override
    public void start(BundleContext context) {
        context.registerService(
                Servlet.class,
                new BareServlet(),
                FrameworkUtil.asDictionary(
                        Map.of("osgi.http.whiteboard.servlet.pattern", new String[] {"/ready", "/login"})));
    }

    @Override
    public void stop(BundleContext context) {
        // The framework unregisters the servlet.
    }
}
