package dev.sparsam.store.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the configuration says.
 *
 * @param connection where the database is
 * @param folder the folder of the embedded database; empty when another database is configured
 */
record StoreConfig(ConnectionSettings connection, Optional<Path> folder) {
    /**
     * Reads the configuration.
     *
     * @param data the data folder
     * @throws IllegalArgumentException when a value is wrong; the message names the field and what to write
     */
    static StoreConfig of(Path data, String url, String user, String password, String passwordFile, int poolSize) {
        if (url.isEmpty()) {
            Path folder = data.resolve("db");
            return new StoreConfig(ConnectionSettings.embedded(folder, poolSize), Optional.of(folder));
        }
        if (!password.isEmpty() && !passwordFile.isEmpty()) {
            throw new IllegalArgumentException(
                    "dev.sparsam.store has both password and passwordFile: leave one of them out");
        }
        String secret = passwordFile.isEmpty() ? password : firstLine(data.resolve(passwordFile));
        return new StoreConfig(new ConnectionSettings(url, user, secret, poolSize), Optional.empty());
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "passwordFile=" + file + " cannot be read (" + e
                            + "): make it readable for the user who runs Sparsam",
                    e);
        }
    }
}
