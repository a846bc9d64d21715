package dev.sparsam.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sparsam.store.testing.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stock Karaf, as it is downloaded, and our KAR in its deploy folder, or our feature repository. */
class KarafIT {

    /** What every Karaf brings itself. */
    private static final List<String> OF_THE_HOST = List.of(
            "org.apache.felix.configadmin",
            "org.apache.felix.fileinstall",
            "org.apache.felix.gogo.command",
            "org.apache.felix.gogo.runtime",
            "pax-logging-api",
            "pax-logging-logback");

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void servesTheFirstPageFromTheKar() throws Exception {
        Path karaf = unpack();
        int port = Ports.free();
        configure(karaf, port, "");
        Path kar = Files.copy(
                Path.of(property("sparsam.kar")), karaf.resolve("deploy").resolve("sparsam.kar"));
        assertThat(kar).isNotEmptyFile();
        servesTheFirstPage(karaf, port, process -> {});
    }

    /** As features/README.md says. */
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void servesTheFirstPageFromTheFeatureRepository() throws Exception {
        Path karaf = unpack();
        int port = Ports.free();
        configure(karaf, port, Path.of(property("sparsam.repository")).toUri() + "@id=built@snapshots");
        servesTheFirstPage(karaf, port, process -> {
            client(
                    karaf,
                    process,
                    "feature:repo-add mvn:dev.sparsam/dev.sparsam.features/" + property("sparsam.version")
                            + "/xml/features");
            client(karaf, process, "feature:install sparsam");
            client(karaf, process, "feature:install sparsam-logs-kafka");
            // Refused until its component is there.
            client(karaf, process, "logs:kafka");
            client(karaf, process, "bundle:list -t 0 --no-format");
            assertThat(Files.readString(folder.resolve("client")).lines())
                    .anyMatch(line -> line.contains("Active") && line.contains("Sparsam: Logs on Kafka"));
        });
    }

    private interface Step {
        void with(Process karaf) throws Exception;
    }

    private void servesTheFirstPage(Path karaf, int port, Step install) throws Exception {
        // Karaf 4.4 asks for the security manager, which newer Java no longer has.
        assumeThat(Runtime.version().feature())
                .as("Karaf 4.4 runs on Java up to 23")
                .isLessThan(24);
        Path output = folder.resolve("output");
        Process process = command(karaf, "karaf", "server")
                .redirectOutput(output.toFile())
                .start();
        try {
            install.with(process);
            awaitReady(process, karaf, output, port);
            assertThat(get(port, "/login").statusCode()).isEqualTo(200);
            assertThat(ourErrors(karaf)).isEmpty();
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("Karaf stops").isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Types a command in Karaf's shell, once that answers. */
    private void client(Path karaf, Process server, String line) throws Exception {
        Path output = folder.resolve("client");
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (command(karaf, "client", "-r", "60", "-d", "1", line)
                        .redirectOutput(output.toFile())
                        .start()
                        .waitFor()
                != 0) {
            if (!server.isAlive() || System.nanoTime() > end) {
                throw new AssertionError(line + "\n" + Files.readString(output) + log(karaf));
            }
            Thread.sleep(500);
        }
    }

    private static ProcessBuilder command(Path karaf, String name, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(karaf.resolve("bin").resolve(name).toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // Otherwise the script stays between us and Java, and stopping it would leave Java behind.
        builder.environment().put("KARAF_EXEC", "exec");
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder;
    }

    @Test
    void karHoldsWhatTheDistributionHolds() throws IOException {
        TreeSet<String> inKar = new TreeSet<>();
        Pattern jar = Pattern.compile("repository/.*/([^/]+)/[^/]+/[^/]+\\.jar");
        try (ZipFile kar = new ZipFile(property("sparsam.kar"))) {
            kar.stream().forEach(entry -> {
                var matcher = jar.matcher(entry.getName());
                if (matcher.matches()) {
                    inKar.add(matcher.group(1));
                }
            });
        }
        TreeSet<String> inDistribution = new TreeSet<>();
        try (Stream<Path> bundles = Files.walk(Path.of(property("sparsam.home"), "bundles"));
                Stream<Path> optional = Files.walk(Path.of(property("sparsam.home"), "optional"))) {
            Stream.concat(bundles, optional)
                    .filter(path -> path.toString().endsWith(".jar"))
                    .map(path -> String.valueOf(path.getFileName()).replace(".jar", ""))
                    .filter(name -> !OF_THE_HOST.contains(name))
                    .forEach(inDistribution::add);
        }
        assertThat(inKar).isEqualTo(inDistribution);
    }

    private Path unpack() throws Exception {
        Process tar = new ProcessBuilder("tar", "xzf", property("karaf.archive"), "-C", folder.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        try (Stream<Path> unpacked = Files.list(folder)) {
            return unpacked.filter(path -> String.valueOf(path.getFileName()).startsWith("apache-karaf"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Ports of our own for everything that listens, and no repository but what is on the disk. */
    private static void configure(Path karaf, int port, String repositories) throws IOException {
        Path etc = karaf.resolve("etc");
        set(etc.resolve("org.apache.karaf.shell.cfg"), "sshPort", Ports.free());
        set(etc.resolve("org.apache.karaf.management.cfg"), "rmiRegistryPort", Ports.free());
        set(etc.resolve("org.apache.karaf.management.cfg"), "rmiServerPort", Ports.free());
        set(etc.resolve("org.ops4j.pax.url.mvn.cfg"), "org.ops4j.pax.url.mvn.repositories", repositories);
        // Not what this machine has built or downloaded for others.
        set(etc.resolve("org.ops4j.pax.url.mvn.cfg"), "org.ops4j.pax.url.mvn.localRepository", karaf.resolve("m2"));
        // The client logs in as this user; on loopback, in a folder that is deleted.
        set(etc.resolve("users.properties"), "karaf", "karaf,_g_:admingroup");
        set(etc.resolve("users.properties"), "_g_\\:admingroup", "group,admin,manager,viewer,systembundles,ssh");
        set(etc.resolve("config.properties"), "karaf.shutdown.port", Ports.free());
        Files.writeString(
                etc.resolve("org.apache.felix.http.cfg"),
                "org.apache.felix.http.host = 127.0.0.1\norg.osgi.service.http.port = " + port + "\n");
        Files.writeString(
                etc.resolve("system.properties"),
                Files.readString(etc.resolve("system.properties")) + "\norg.apache.felix.http.require.config = true\n");
    }

    private static void set(Path file, String key, Object value) throws IOException {
        // A value may go on in the next lines.
        String text = Files.readString(file).replaceAll("(?m)^" + Pattern.quote(key) + "\\s*=(.*\\\\\\R)*.*$", "");
        Files.writeString(file, text + "\n" + key + " = " + value + "\n");
    }

    private static void awaitReady(Process process, Path karaf, Path output, int port) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
        while (!isReady(port)) {
            if (!process.isAlive() || System.nanoTime() > end || log(karaf).contains("Unable to resolve root")) {
                throw new AssertionError("Karaf did not serve /ready:\n" + Files.readString(output) + log(karaf));
            }
            Thread.sleep(250);
        }
    }

    private static boolean isReady(int port) throws InterruptedException {
        try {
            return get(port, "/ready").statusCode() == 200;
        } catch (IOException e) {
            return false; // Not yet.
        }
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .timeout(Duration.ofSeconds(30))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static List<String> ourErrors(Path karaf) throws IOException {
        return log(karaf)
                .lines()
                .filter(line -> line.contains("ERROR") && line.contains("sparsam"))
                .toList();
    }

    private static String log(Path karaf) throws IOException {
        Path log = karaf.resolve("data").resolve("log").resolve("karaf.log");
        return Files.exists(log) ? Files.readString(log) : "(no log)";
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("The build sets " + name);
        }
        return value;
    }
}
