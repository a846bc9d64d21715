package dev.sparsam.launcher;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;

/**
 * The main class of the stand-alone distribution. Whatever keeps it from starting is one sentence on the error stream
 * and exit status 1 (2 for a wrong command line); a stop by Ctrl-C or SIGTERM is exit status 0.
 */
public final class Launcher {

    /** Where the reference panel of the demo finds its provider. */
    private static final String SAMPLE = "sample";

    /** So long the banner of a first start waits for them; the configuration may say that there are none. */
    private static final Duration SAMPLE_ACCOUNTS = Duration.ofSeconds(10);

    private final Options options;
    private final Messages messages;
    private final PrintStream out;
    private final PrintStream err;

    private Launcher(Options options, Messages messages, PrintStream out, PrintStream err) {
        this.options = options;
        this.messages = messages;
        this.out = out;
        this.err = err;
    }

    /** Starts, and returns only by ending the process. The options are in {@code ./sparsam help}. */
    public static void main(String[] arguments) {
        // Whatever the terminal's locale is called, our own text is UTF-8.
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        Map<String, String> environment = System.getenv();
        Messages messages = Messages.in(environment.getOrDefault("SPARSAM_LANGUAGE", "en"));
        int status;
        try {
            Options options = Options.parse(arguments, messages, environment);
            status = new Launcher(options, messages, out, err).run();
        } catch (LaunchException e) {
            err.println(e.sentence());
            status = e.exitCode();
        } catch (FileSystemException e) {
            err.println(messages.text("start.file", e.getFile(), DataFolder.reason(e, messages)));
            status = LaunchException.FAILED;
        } catch (IOException | BundleException e) {
            err.println(messages.text("start.failed", Container.reason(e)));
            status = LaunchException.FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            status = LaunchException.FAILED;
        }
        // A bundle's thread that is not a daemon must not keep a failed start alive.
        Runtime.getRuntime().halt(status);
    }

    private int run() throws LaunchException, IOException, BundleException, InterruptedException {
        try (DataFolder data = DataFolder.lock(options.data(), options.demo(), messages)) {
            // Before anything is made or, for a fresh demo, deleted.
            try {
                checkPort();
            } catch (LaunchException e) {
                data.discard();
                throw e;
            }
            data.prepare(options.home(), options.demo(), options.fresh(), messages);
            Optional<Process> sample = options.demo() ? generateSample(data) : Optional.empty();
            Container container = Container.prepare(bundles(options.home(), data), properties(data));
            // The reference panel imports it when it starts.
            if (sample.isPresent()) {
                awaitSample(sample.get(), data);
            }
            container.start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(container), "sparsam-stop"));
            return watch(container, data, sample.isPresent());
        }
    }

    /**
     * The folders whose bundles run: that of all, and of the optional ones those that are configured. A folder there is named
     * after what configures it, so that nobody starts, or waits for, what he does not use.
     */
    static List<Path> bundles(Path home, DataFolder data) throws IOException {
        List<Path> folders = new ArrayList<>(List.of(home.resolve("bundles")));
        Path optional = home.resolve("optional");
        if (Files.isDirectory(optional)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(optional)) {
                for (Path folder : all) {
                    if (Files.exists(data.resolve("etc").resolve(folder.getFileName() + ".cfg"))) {
                        folders.add(folder);
                    }
                }
            }
        }
        return folders;
    }

    private int watch(Container container, DataFolder data, boolean sample) throws InterruptedException {
        Troubles troubles = new Troubles(container.framework().getBundleContext(), messages, err);
        List<Container.Failure> failures = container.failures();
        if (failures.isEmpty() && ready(container, troubles)) {
            Duration startTime = Duration.between(options.started(), Instant.now());
            if (sample) {
                awaitSampleAccounts(data);
            }
            out.println(new Banner(options, messages, data).text(startTime));
            troubles.tellAlways();
            awaitStop(container);
            return 0;
        }
        List<String> stopped = troubles.texts(Troubles.Kind.STOPPED);
        if (!stopped.isEmpty()) {
            stopped.forEach(text -> err.println(messages.text("start.failed", text)));
            return LaunchException.FAILED;
        }
        if (failures.isEmpty()) {
            failures = container.failures();
        }
        if (failures.isEmpty()) {
            err.println(messages.text("start.late", patience().toSeconds()));
            lastErrors(data).forEach(line -> err.println("  " + line));
        }
        for (Container.Failure failure : failures) {
            err.println(messages.text("start.bundle", failure.bundle(), failure.reason()));
        }
        err.println(messages.text("start.log", data.resolve("logs").resolve("sparsam.log")));
        return LaunchException.FAILED;
    }

    /** They are made when the pages are there already: whoever starts the demo for the first time is to be told them. */
    private static void awaitSampleAccounts(DataFolder data) throws InterruptedException {
        Instant end = Instant.now().plus(SAMPLE_ACCOUNTS);
        while (data.lines("sample-accounts").isEmpty() && Instant.now().isBefore(end)) {
            Thread.sleep(15);
        }
    }

    private static void awaitStop(Container container) throws InterruptedException {
        IdleMemory memory = new IdleMemory(processorTime(), System::gc);
        Duration pause = Duration.ofSeconds(10);
        while (container.framework().waitForStop(pause.toMillis()).getType() == FrameworkEvent.WAIT_TIMEDOUT) {
            memory.look(pause, processorTime(), Runtime.getRuntime().totalMemory());
        }
    }

    private static Duration processorTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Ctrl-C and SIGTERM are the way to stop it, so they are a success, not 130 and 143. */
    private static void stop(Container container) {
        int status = 0;
        try {
            container.stop();
        } catch (BundleException | InterruptedException e) {
            status = LaunchException.FAILED;
        }
        Runtime.getRuntime().halt(status);
    }

    private Map<String, String> properties(DataFolder data) throws IOException {
        Map<String, String> properties = new HashMap<>();
        properties.put(
                "org.osgi.framework.storage", data.emptyCache("framework").toString());
        properties.put("sparsam.data", data.root().toString());
        properties.put("sparsam.demo", Boolean.toString(options.demo()));

        // As framework properties, not as a configuration: with one, Jetty first opens its default port, then restarts.
        properties.put("org.apache.felix.http.host", options.host());
        properties.put("org.osgi.service.http.port", Integer.toString(options.port()));
        properties.put("org.apache.felix.https.enable", "false");

        // Outside of the framework's own cache, which is thrown away.
        properties.put("felix.cm.dir", data.resolve("cache").resolve("config").toString());
        properties.put("felix.fileinstall.dir", data.resolve("etc").toString());
        properties.put(
                "felix.fileinstall.tmpdir", data.emptyCache("fileinstall").toString());
        properties.put("felix.fileinstall.filter", ".*\\.cfg");
        // It would read Latin-1, which no editor writes any more.
        properties.put("felix.fileinstall.configEncoding", "UTF-8");
        properties.put("felix.fileinstall.noInitialDelay", "true");
        properties.put("felix.fileinstall.poll", "1000");
        properties.put("felix.fileinstall.log.level", "1");
        // The files are the administrator's: File Install would write a configuration back into them, and not
        // atomically.
        properties.put("felix.fileinstall.enableConfigSave", "false");

        properties.put(
                "org.ops4j.pax.logging.StaticLogbackFile",
                data.resolve("etc").resolve("logback.xml").toString());
        // Until logback is up, Pax Logging writes to the console.
        properties.put("org.ops4j.pax.logging.DefaultServiceLog.level", "ERROR");
        // Nobody reads the last entries from the Log Reader Service (OSGi Compendium, 101), and the exceptions in them
        // would keep the classes of bundles that have been updated.
        properties.put("org.ops4j.pax.logging.logReaderEnabled", "false");
        // logback.xml names the data folder by it.
        System.setProperty("sparsam.data", data.root().toString());
        return properties;
    }

    private void checkPort() throws LaunchException {
        String port = Integer.toString(options.port());
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(options.host()), options.port()));
        } catch (UnknownHostException e) {
            throw LaunchException.failed(messages.text("host.unknown", options.host()));
        } catch (IOException e) {
            // The JDK has one exception for all of them; only its text, the operating system's, tells them apart.
            String said = DataFolder.reason(e, messages);
            String reason = said.toLowerCase(Locale.ROOT);
            if (reason.contains("permission denied")) {
                throw LaunchException.failed(messages.text("port.forbidden", port));
            }
            if (reason.contains("in use")) {
                throw LaunchException.failed(messages.text("port.used", port, options.host()));
            }
            throw LaunchException.failed(messages.text("port.other", port, options.host(), said));
        }
    }

    /**
     * In a process of its own, which keeps no memory of the framework's, while the framework starts.
     *
     * @return empty when there is a sample already
     */
    private Optional<Process> generateSample(DataFolder data) throws IOException {
        Path sample = data.resolve(SAMPLE);
        Path generator = options.home().resolve("lib").resolve("dev.sparsam.sample.jar");
        if (Files.exists(sample) || !Files.exists(generator)) {
            return Optional.empty();
        }
        out.println(messages.text("sample.generating", sample));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = List.of(
                java.toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                generator.toString(),
                "dev.sparsam.sample.SampleProvider",
                "--out",
                sample.toString());
        return Optional.of(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(sampleLog(data).toFile())
                .start());
    }

    private static Path sampleLog(DataFolder data) {
        return data.resolve("logs").resolve("sample.log");
    }

    private void awaitSample(Process generator, DataFolder data) throws LaunchException, InterruptedException {
        int status = generator.waitFor();
        if (status != 0) {
            throw LaunchException.failed(messages.text("sample.failed", status, sampleLog(data)));
        }
    }

    /** What waits for something, such as a database that comes up later, may take as long as it likes. */
    private boolean ready(Container container, Troubles troubles) throws InterruptedException {
        Instant end = Instant.now().plus(patience());
        while (Instant.now().isBefore(end) && container.failures().isEmpty() && !troubles.are(Troubles.Kind.STOPPED)) {
            if (answersReady()) {
                return true;
            }
            if (troubles.are(Troubles.Kind.WAITING)) {
                troubles.tell(Troubles.Kind.WAITING);
                end = Instant.now().plus(patience());
            }
            Thread.sleep(15);
        }
        return false;
    }

    private static Duration patience() {
        return Duration.ofSeconds(Long.getLong("sparsam.patience", 60));
    }

    /** Over the wire, as a user's browser would; by hand, because an HTTP client costs more than the answer. */
    private boolean answersReady() {
        try (Socket socket = new Socket()) {
            InetAddress address = InetAddress.getByName(options.host());
            InetAddress target = address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
            socket.setSoTimeout(5_000);
            socket.connect(new InetSocketAddress(target, options.port()), 1_000);
            socket.getOutputStream()
                    .write("GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            // To the end: who hangs up earlier makes the server log an error.
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.startsWith("HTTP/1.1 200");
        } catch (IOException e) {
            return false; // Not yet.
        }
    }

    private static List<String> lastErrors(DataFolder data) {
        List<String> errors = data.lines("logs/sparsam.log").stream()
                .filter(line -> line.contains(" ERROR "))
                .toList();
        return errors.subList(Math.max(0, errors.size() - 5), errors.size());
    }
}
