package dev.sparsam.distribution;

import dev.sparsam.store.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The distribution as a process of its own, started by its script on a random port.
 *
 * <pre>{@code
 * try (Distribution sparsam = Distribution.on(dataFolder).demo().start()) {
 *     sparsam.get("/login");
 *     sparsam.shell("domains");
 *     sparsam.kill(); // or stop()
 * }
 * }</pre>
 */
public final class Distribution implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** How a process ended and what it said. */
    public record Result(int status, String out, String err) {}

    /** What is to be started. */
    public static final class Plan {

        private Path home = Home.assembled();
        private final Path data;
        private String command = "start";
        private int port = Ports.free();
        private final List<String> options = new ArrayList<>();
        private final Map<String, String> environment = new HashMap<>(Map.of("LC_ALL", "C.UTF-8"));

        private Plan(Path data) {
            this.data = data;
        }

        /** With the sample provider. */
        public Plan demo() {
            command = "demo";
            return this;
        }

        /** Another folder than the one that the build assembled. */
        public Plan home(Path home) {
            this.home = home;
            return this;
        }

        /** Another port than a free one. */
        public Plan port(int port) {
            this.port = port;
            return this;
        }

        /** More options for the script. */
        public Plan options(String... more) {
            options.addAll(List.of(more));
            return this;
        }

        /** A variable that the script sees. */
        public Plan environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** Starts it and waits for the banner; fails with what it said when it ends before. */
        public Distribution start() {
            Distribution sparsam = launched();
            sparsam.awaitBanner();
            return sparsam;
        }

        /** Starts it and waits for nothing: for starts that wait themselves. */
        public Distribution launched() {
            return new Distribution(this, launch());
        }

        /** Starts it and waits for its end: for starts that are to fail. */
        public Result run() {
            return new Distribution(this, launch()).awaitEnd();
        }

        private Launched launch() {
            List<String> line = new ArrayList<>(List.of(home.resolve("sparsam").toString(), command));
            line.addAll(List.of("--data", data.toString(), "--port", Integer.toString(port)));
            line.addAll(options);
            return Launched.of(line, environment);
        }
    }

    private record Launched(Process process, Path out, Path err) {

        static Launched of(List<String> line, Map<String, String> environment) {
            try {
                Path out = Files.createTempFile("sparsam", ".out");
                Path err = Files.createTempFile("sparsam", ".err");
                out.toFile().deleteOnExit();
                err.toFile().deleteOnExit();
                ProcessBuilder builder =
                        new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
                builder.environment().putAll(environment);
                return new Launched(builder.start(), out, err);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final Plan plan;
    private final Launched launched;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private Distribution(Plan plan, Launched launched) {
        this.plan = plan;
        this.launched = launched;
    }

    /** A distribution on this data folder; {@link Plan#start()} starts it. */
    public static Plan on(Path data) {
        return new Plan(data);
    }

    /** Runs the script with any arguments and waits for its end. */
    public static Result command(Map<String, String> environment, Path script, String... arguments) {
        List<String> line = new ArrayList<>(List.of(script.toString()));
        line.addAll(List.of(arguments));
        Map<String, String> variables = new HashMap<>(Map.of("LC_ALL", "C.UTF-8"));
        variables.putAll(environment);
        return end(Launched.of(line, variables));
    }

    public Path data() {
        return plan.data;
    }

    public int port() {
        return plan.port;
    }

    public long pid() {
        return launched.process().pid();
    }

    public boolean isRunning() {
        return launched.process().isAlive();
    }

    /** The address of a page; {@code path} begins with a slash. */
    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + plan.port + path);
    }

    /** One page, without a session and without following redirections. */
    public HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(url(path))
                .timeout(Duration.ofSeconds(30))
                .build());
    }

    /** Any request, with a client that keeps no cookies. */
    public HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** One command of the shell, such as {@code shell("user:reset", "admin")}. */
    public Result shell(String... command) {
        List<String> line = new ArrayList<>(List.of(plan.home.resolve("sparsam").toString(), "shell"));
        line.addAll(List.of("--data", plan.data.toString()));
        line.addAll(List.of(command));
        return end(Launched.of(line, plan.environment));
    }

    /** The first admin's one-time password, as the banner names it. */
    public Optional<String> oneTimePassword() {
        Matcher matcher =
                Pattern.compile("(?:one-time password|Einmalpasswort): (\\S+)").matcher(out());
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    public String out() {
        return read(launched.out());
    }

    public String err() {
        return read(launched.err());
    }

    /** Its own log so far. */
    public String log() {
        return read(plan.data.resolve("logs").resolve("sparsam.log"));
    }

    /** SIGTERM, then the end. */
    public Result stop() {
        launched.process().destroy();
        return awaitEnd();
    }

    /** SIGKILL: it has no chance to write anything. */
    public void kill() {
        launched.process().destroyForcibly();
        awaitEnd();
    }

    @Override
    public void close() {
        if (isRunning()) {
            kill();
        }
    }

    /** Waits until the address is told; fails with what was said when it ends before. */
    public void awaitBanner() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!out().contains("http://")) {
            if (!isRunning() || System.nanoTime() > end) {
                kill();
                throw new AssertionError("Sparsam did not start:\n" + out() + err());
            }
            pause();
        }
    }

    private Result awaitEnd() {
        return end(launched);
    }

    private static Result end(Launched launched) {
        try {
            if (!launched.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                launched.process().destroyForcibly().waitFor();
                throw new AssertionError(
                        "Still running after " + PATIENCE + ":\n" + read(launched.out()) + read(launched.err()));
            }
            return new Result(launched.process().exitValue(), read(launched.out()), read(launched.err()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
