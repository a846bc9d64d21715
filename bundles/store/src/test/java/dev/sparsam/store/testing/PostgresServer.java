package dev.sparsam.store.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A real PostgreSQL server on a free loopback port, with its files in a temporary folder. It ends with this process,
 * whatever way this process ends.
 */
public final class PostgresServer implements AutoCloseable {
    /** The login name; no password is asked for. */
    public static final String USER = "sparsam";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final Path programs;
    private final Path folder;
    private int port;
    private Optional<Process> process = Optional.empty();

    private PostgresServer(Path programs, Path folder) {
        this.programs = programs;
        this.folder = folder;
    }

    /** Whether the person who runs the tests does without PostgreSQL ({@code -Dsparsam.postgres=skip}). */
    public static boolean skipped() {
        return "skip".equals(System.getProperty("sparsam.postgres"));
    }

    /**
     * Makes a server and starts it.
     *
     * @throws IllegalStateException when there is no PostgreSQL on this machine, or it does not start
     */
    public static PostgresServer start() {
        Path programs = programs();
        Path folder = Path.of(output(asServerUser(List.of("mktemp", "-d", "/tmp/sparsam-postgres-XXXXXX")))
                .strip());
        PostgresServer server = new PostgresServer(programs, folder);
        output(asServerUser(List.of(
                programs.resolve("initdb").toString(),
                "-D",
                folder.resolve("data").toString(),
                "-U",
                USER,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
                "--no-instructions")));
        server.port = Ports.free();
        server.resume();
        return server;
    }

    /** Starts again on the same port and files after {@link #stop}. */
    public void resume() {
        Path log = folder.resolve("log");
        // The shell ends the server when its own input ends, that is: when this process ends, even when it is killed.
        String script = "\"$0\" -D \"$1/data\" -p \"$2\" -c listen_addresses=127.0.0.1 -c unix_socket_directories= "
                + "-c fsync=off -c max_connections=100 >>\"$1/log\" 2>&1 & "
                + "p=$!; read -r how || how=remove; kill -INT $p; wait $p; [ \"$how\" = keep ] || rm -rf \"$1\"";
        try {
            process = Optional.of(new ProcessBuilder(asServerUser(List.of(
                            "/bin/sh",
                            "-c",
                            script,
                            programs.resolve("postgres").toString(),
                            folder.toString(),
                            Integer.toString(port))))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            try (Connection connection = DriverManager.getConnection(url("postgres"), USER, "")) {
                connection.isValid(1);
                return;
            } catch (SQLException e) {
                if (Instant.now().isAfter(end)) {
                    throw new IllegalStateException("PostgreSQL does not start: " + readable(log), e);
                }
                pause();
            }
        }
    }

    /** A new empty database; the JDBC URL to it. */
    public String createDatabase() {
        String name = "test" + DATABASES.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(url("postgres"), USER, "");
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return url(name);
    }

    /** Stops the server as if its machine had been switched off, and keeps its files. */
    public void stop() {
        end("keep\n");
    }

    /** Stops the server and removes its files. */
    @Override
    public void close() {
        end("");
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private void end(String how) {
        if (process.isEmpty()) {
            return;
        }
        Process running = process.get();
        process = Optional.empty();
        try (OutputStream in = running.getOutputStream()) {
            in.write(how.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                running.destroyForcibly();
                throw new IllegalStateException("PostgreSQL does not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Path programs() {
        Optional<Path> installed = Optional.empty();
        Path versions = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(versions)) {
            try (Stream<Path> list = Files.list(versions)) {
                installed = list.filter(
                                version -> version.getFileName().toString().matches("[0-9]+"))
                        .max(Comparator.comparingInt(version ->
                                Integer.parseInt(version.getFileName().toString())))
                        .map(version -> version.resolve("bin"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        List<Path> candidates = new ArrayList<>(installed.stream().toList());
        for (String entry : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            candidates.add(Path.of(entry));
        }
        return candidates.stream()
                .filter(folder ->
                        Files.isExecutable(folder.resolve("initdb")) && Files.isExecutable(folder.resolve("postgres")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "These tests need a PostgreSQL server: apt-get install postgresql (or leave them out with"
                                + " -Dsparsam.postgres=skip)"));
    }

    /** PostgreSQL refuses to run as root. */
    private static List<String> asServerUser(List<String> command) {
        if (!"root".equals(System.getProperty("user.name"))) {
            return command;
        }
        List<String> all = new ArrayList<>(List.of("runuser", "-u", "postgres", "--"));
        all.addAll(command);
        return all;
    }

    private static String output(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(new java.io.File("/tmp"))
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IllegalStateException(command + " ended with " + exit + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String readable(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
