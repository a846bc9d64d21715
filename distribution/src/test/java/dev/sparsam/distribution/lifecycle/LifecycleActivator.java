package dev.sparsam.distribution.lifecycle;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * Does with bundles what it is told through a socket, so that the shell too can be stopped: a line such as {@code stop 5},
 * answered by nothing, or by what was thrown. {@code loaders 0} is answered by a line for each bundle of ours, its name and
 * how many class loaders that it had before and no longer has are still in memory. The port is in the file that the system
 * property {@code test.driver} names.
 */
public final class LifecycleActivator implements BundleActivator {

    private BundleContext context =
            FrameworkUtil.getBundle(LifecycleActivator.class).getBundleContext();
    private ServerSocket server;

    /** The class loaders that our bundles have had, by the name of the bundle; the last is the present one. */
    private final Map<String, List<WeakReference<ClassLoader>>> loaders = new TreeMap<>();

    /** Makes the socket. */
    public LifecycleActivator() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @Override
    public void start(BundleContext started) throws IOException {
        context = started;
        Thread thread = new Thread(this::serve, "test-driver");
        thread.setDaemon(true);
        thread.start();
        Path file = Path.of(System.getProperty("test.driver"));
        Path part = file.resolveSibling("part");
        Files.writeString(part, Integer.toString(server.getLocalPort()));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void stop(BundleContext stopped) throws IOException {
        server.close();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept();
                    BufferedReader in =
                            new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                    PrintStream out = new PrintStream(socket.getOutputStream(), true, StandardCharsets.UTF_8)) {
                String[] words = String.valueOf(in.readLine()).split(" ", 2);
                try {
                    if (words[0].equals("loaders")) {
                        old().forEach((name, count) -> out.println(name + " " + count));
                    } else {
                        bundle(words[0], words[1]);
                        remember();
                    }
                } catch (Exception e) {
                    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                        out.println(cause);
                    }
                }
            } catch (IOException e) {
                // The test has gone, or this bundle was stopped: the loop goes on, or ends.
            }
        }
    }

    private void bundle(String step, String id) throws Exception {
        Bundle bundle = context.getBundle(Long.parseLong(id));
        if (bundle == null) {
            throw new IllegalArgumentException("No bundle " + id);
        }
        switch (step) {
            case "stop" -> bundle.stop();
            case "update" -> bundle.update();
            case "start" -> bundle.start();
            case "refresh" -> refresh(bundle);
            default -> throw new IllegalArgumentException(step);
        }
    }

    private void remember() {
        for (Bundle bundle : context.getBundles()) {
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            ClassLoader now = wiring == null ? null : wiring.getClassLoader();
            if (now == null || !bundle.getSymbolicName().startsWith("dev.sparsam.")) {
                continue; // Updated and not yet resolved, or none of ours.
            }
            List<WeakReference<ClassLoader>> had =
                    loaders.computeIfAbsent(bundle.getSymbolicName(), name -> new ArrayList<>());
            if (had.isEmpty() || had.get(had.size() - 1).get() != now) {
                had.add(new WeakReference<>(now));
            }
        }
    }

    private Map<String, Long> old() {
        remember();
        // What a cleared reference or a cleaner lets go of is gone after the second.
        System.gc();
        System.gc();
        Map<String, Long> old = new TreeMap<>();
        loaders.forEach((name, had) -> old.put(
                name,
                had.subList(0, had.size() - 1).stream()
                        .filter(loader -> loader.get() != null)
                        .count()));
        return old;
    }

    /**
     * Waits until the store registers no services: to stop one of their users meanwhile makes Declarative Services log an
     * exception of the framework's.
     */
    private static void awaitStore() throws InterruptedException {
        // Between two bundles it has nothing to do for a moment.
        for (int quiet = 0; quiet < 10; quiet++) {
            if (Thread.getAllStackTraces().values().stream()
                    .flatMap(Arrays::stream)
                    .anyMatch(frame -> frame.getClassName().equals("dev.sparsam.store.internal.Background"))) {
                quiet = 0;
            }
            Thread.sleep(20);
        }
    }

    /** Takes along who uses an updated bundle, and waits until all of them are back. */
    private static void refresh(Bundle system) throws InterruptedException {
        awaitStore();
        CountDownLatch done = new CountDownLatch(1);
        system.adapt(FrameworkWiring.class).refreshBundles(null, event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                done.countDown();
            }
        });
        if (!done.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The bundles are not refreshed after a minute");
        }
    }
}
