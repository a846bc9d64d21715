package dev.sparsam.distribution;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.launch.Framework;

/** Nothing but the framework and the bundles of a folder: {@code BareFelix BUNDLES CACHE PORT}. */
public final class BareFelix {

    private BareFelix() {}

    /** Runs until it is killed. */
    public static void main(String[] arguments) throws Exception {
        Framework framework = new FrameworkFactory()
                .newFramework(Map.of(
                        "org.osgi.framework.storage", arguments[1],
                        "org.osgi.framework.storage.clean", "onFirstInit",
                        "org.apache.felix.http.host", "127.0.0.1",
                        "org.osgi.service.http.port", arguments[2],
                        "org.ops4j.pax.logging.DefaultServiceLog.level", "ERROR",
                        "felix.log.level", "1"));
        framework.init();
        List<Bundle> bundles = new ArrayList<>();
        // Logging first, as in the product: without it, the HTTP bundle would spend its time on writing debug lines.
        Comparator<Path> order = Comparator.comparing((Path jar) -> !jar.endsWith("pax-logging-api.jar"))
                .thenComparing(Comparator.naturalOrder());
        try (Stream<Path> jars = Files.list(Path.of(arguments[0])).sorted(order)) {
            for (Path jar : jars.toList()) {
                bundles.add(framework.getBundleContext().installBundle("reference:" + jar.toUri()));
            }
        }
        for (Bundle bundle : bundles) {
            bundle.start();
        }
        framework.start();
        framework.waitForStop(0);
    }
}
