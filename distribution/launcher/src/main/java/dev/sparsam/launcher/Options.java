package dev.sparsam.launcher;

import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * The command line.
 *
 * @param home the unpacked distribution
 * @param data the data folder, absolute
 * @param demo whether a sample provider is generated when there is none
 * @param fresh whether a demo's data folder is emptied first
 * @param command how the user calls the start script, for the hints
 * @param usualData the data folder that the script's shell takes when it is told none; empty when that may be another's
 * @param started when Java was called
 */
record Options(
        Path home,
        Path data,
        String host,
        int port,
        boolean demo,
        boolean fresh,
        String command,
        String usualData,
        Instant started) {

    static Options parse(String[] arguments, Messages messages, Map<String, String> environment)
            throws LaunchException {
        Path home = ownFolder();
        Path data = null;
        String host = "127.0.0.1";
        int port = 8080;
        boolean demo = false;
        boolean fresh = false;
        for (int i = 0; i < arguments.length; i++) {
            String option = arguments[i];
            switch (option) {
                case "--demo" -> demo = true;
                case "--fresh" -> fresh = true;
                case "--home", "--data", "--host", "--port" -> {
                    if (++i == arguments.length || arguments[i].isEmpty()) {
                        throw LaunchException.usage(messages.text("option.value", option));
                    }
                    String value = arguments[i];
                    switch (option) {
                        case "--home" -> home = path(option, value, messages);
                        case "--data" -> data = path(option, value, messages);
                        case "--host" -> host = value;
                        default -> port = port(value, messages);
                    }
                }
                default -> throw LaunchException.usage(messages.text("option.unknown", option));
            }
        }
        if (data == null) {
            throw LaunchException.usage(messages.text("option.data"));
        }
        return new Options(
                home,
                data,
                host,
                port,
                demo,
                fresh,
                environment.getOrDefault("SPARSAM_COMMAND", "./sparsam"),
                environment.getOrDefault("SPARSAM_USUAL_DATA", ""),
                started(environment.getOrDefault("SPARSAM_STARTED", "")));
    }

    /** The script says it, in microseconds: this process is older than Java, it was the script and may have built first. */
    private static Instant started(String microseconds) {
        return microseconds.matches("[0-9]{1,18}")
                ? Instant.EPOCH.plus(Long.parseLong(microseconds), ChronoUnit.MICROS)
                : ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
    }

    private static Path path(String option, String value, Messages messages) throws LaunchException {
        try {
            return Path.of(value).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw LaunchException.usage(messages.text("option.path", option, value));
        }
    }

    private static int port(String value, Messages messages) throws LaunchException {
        try {
            int port = Integer.parseInt(value);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Answered below, together with a number that is no port.
        }
        throw LaunchException.usage(messages.text("option.port", value));
    }

    private static Path ownFolder() {
        try {
            Path jar = Path.of(Options.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path lib = jar.getParent();
            Path home = lib == null ? null : lib.getParent();
            return home == null ? Path.of("").toAbsolutePath() : home;
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    String url() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return "http://" + name + ":" + port + "/";
    }
}
