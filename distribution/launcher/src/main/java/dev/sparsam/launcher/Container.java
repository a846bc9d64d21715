package dev.sparsam.launcher;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;

/** The OSGi framework with every bundle of the distribution. */
final class Container {

    /** A bundle that did not come up, and why. */
    record Failure(String bundle, String reason) {}

    private static final int LOGGING = 2;
    private static final int LIBRARY = 5;
    private static final int OURS = 6;
    private static final int HTTP = 7;

    /**
     * Configuration has to be read before its consumers start: otherwise they would start with defaults, then again.
     * The store opens the database on a thread of its own; so it starts as early as it can, and the web server last:
     * they are what takes longest, and a browser that is too early is refused instead of getting a page "not found".
     * What is not named here is a library or service of somebody else's at {@link #LIBRARY}, or one of ours at
     * {@link #OURS}.
     */
    private static final Map<String, Integer> START_LEVELS = Map.of(
            "pax-logging-api", LOGGING,
            "pax-logging-logback", LOGGING,
            "org.apache.felix.configadmin", 3,
            "org.apache.felix.fileinstall", 4,
            "dev.sparsam.store", LIBRARY,
            "org.apache.felix.http.jetty12", HTTP);

    /** As Felix words it: {@code missing requirement [scr [24](R 24.0)] osgi.wiring.package; (&(...)(...))}. */
    private static final Pattern MISSING =
            Pattern.compile("missing requirement \\[.+?\\(R [\\d.]+\\)\\] ([\\w.]+); (\\(\\S+\\))");

    private static final Pattern PACKAGE = Pattern.compile("osgi\\.wiring\\.package=([\\w.]+)");

    private final Framework framework;
    private final List<Failure> failures;

    private Container(Framework framework, List<Failure> failures) {
        this.framework = framework;
        this.failures = failures;
    }

    /**
     * Installs all bundles and begins to start those that ours need: logging, configuration, libraries and the store.
     *
     * @param folders where they are
     * @param properties framework properties; ours are added to them
     */
    static Container prepare(List<Path> folders, Map<String, String> properties) throws BundleException, IOException {
        Map<String, String> configuration = new LinkedHashMap<>(properties);
        // A bundle sees the packages that it imports and no others.
        configuration.put("felix.bootdelegation.implicit", "false");
        // What goes wrong comes as a framework event, to us and to the log.
        configuration.put("felix.log.level", "0");

        Framework framework = new FrameworkFactory().newFramework(configuration);
        List<Failure> failures = Collections.synchronizedList(new ArrayList<>());
        framework.init();
        BundleContext context = framework.getBundleContext();
        context.addFrameworkListener(event -> {
            if (event.getType() == FrameworkEvent.ERROR) {
                failures.add(new Failure(name(event.getBundle()), reason(event.getThrowable())));
            }
        });

        framework.start();
        FrameworkStartLevel level = framework.adapt(FrameworkStartLevel.class);
        List<Path> jars = jars(folders);
        install(context, jars.stream().filter(jar -> startLevel(jar) == LOGGING).toList(), failures);
        // Returns at once: logging starts on a thread of the framework while the others are installed here.
        level.setStartLevel(LOGGING);
        install(context, jars.stream().filter(jar -> startLevel(jar) != LOGGING).toList(), failures);
        level.setStartLevel(LIBRARY);
        return new Container(framework, failures);
    }

    /** Starts the rest. */
    void start() throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        framework.adapt(FrameworkStartLevel.class).setStartLevel(HTTP, event -> reached.countDown());
        reached.await();
    }

    /** Installs bundles that start when the framework gets to their level. */
    private static void install(BundleContext context, List<Path> jars, List<Failure> failures) throws BundleException {
        for (Path jar : jars) {
            try {
                // Read in place: nothing is copied, and no copy can be older than the distribution.
                Bundle bundle = context.installBundle("reference:" + jar.toUri());
                bundle.adapt(BundleStartLevel.class).setStartLevel(startLevel(jar));
                if (bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null) {
                    // The level is not reached yet: this only says that it shall be started.
                    bundle.start(Bundle.START_ACTIVATION_POLICY);
                }
            } catch (BundleException e) {
                failures.add(new Failure(String.valueOf(jar.getFileName()), reason(e)));
            }
        }
    }

    List<Failure> failures() {
        return List.copyOf(failures);
    }

    Framework framework() {
        return framework;
    }

    void stop() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(20_000);
    }

    private static List<Path> jars(List<Path> folders) throws IOException {
        TreeSet<Path> jars = new TreeSet<>();
        for (Path folder : folders) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
                files.forEach(jars::add);
            }
        }
        return List.copyOf(jars);
    }

    private static int startLevel(Path jar) {
        String name = String.valueOf(jar.getFileName()).replace(".jar", "");
        return START_LEVELS.getOrDefault(name, name.startsWith("dev.sparsam.") ? OURS : LIBRARY);
    }

    private static String name(Bundle bundle) {
        String name = bundle.getSymbolicName();
        return name == null ? bundle.getLocation() : name;
    }

    /** The innermost cause in one line; for a bundle that does not resolve, the packages that nobody exports. */
    static String reason(Throwable throwable) {
        Throwable cause = throwable;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        if (message == null) {
            return cause.getClass().getName();
        }
        if (!(cause instanceof BundleException)) {
            return cause.getClass().getSimpleName() + ": " + message.strip();
        }
        // Felix nests the chain of requirements; the last one is the one that nothing satisfies.
        Matcher missing = MISSING.matcher(message);
        String reason = message.strip();
        while (missing.find()) {
            Matcher name = PACKAGE.matcher(missing.group(2));
            reason = name.find()
                    ? "Import-Package " + name.group(1) + ": " + missing.group(2)
                    : missing.group(1) + ": " + missing.group(2);
        }
        return reason;
    }
}
