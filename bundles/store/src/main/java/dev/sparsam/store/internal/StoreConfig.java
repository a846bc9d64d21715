package dev.sparsam.store.internal;

import dev.sparsam.store.Configured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the configuration says.
 *
 * @param connection where the database is
 * @param folder the folder of the embedded database; empty when another database is configured
 */
record StoreConfig(ConnectionSettings connection, Optional<Path> folder) {
    /**
     * Reads the configuration. What names the database is never replaced by a default: that would be another database.
     *
     * @param data the data folder
     * @return empty when a value was refused
     */
    static Optional<StoreConfig> of(Path data, Configured configured) {
        String url = configured.text("url");
        String user = configured.text("user");
        String password = configured.text("password");
        String passwordFile = configured.text("passwordFile");
        int poolSize = configured.whole("poolSize", ConnectionSettings.LEAST, ConnectionSettings.MOST);
        if (configured.refuseMisspelt("url", "user", "password", "passwordFile")) {
            return Optional.empty();
        }
        try {
            if (url.isEmpty()) {
                for (String key : List.of("user", "password", "passwordFile")) {
                    if (!configured.text(key).isEmpty()) {
                        configured.refuse(
                                key,
                                key + " is set, but url is not; write url = jdbc:postgresql://HOST:PORT/DATABASE, or"
                                        + " take " + key + " out for the embedded database.");
                        return Optional.empty();
                    }
                }
                Path folder = data.resolve("db");
                return Optional.of(new StoreConfig(ConnectionSettings.embedded(folder, poolSize), Optional.of(folder)));
            }
            if (!password.isEmpty() && !passwordFile.isEmpty()) {
                configured.refuse("passwordFile", "both password and passwordFile are set; take one of them out.");
                return Optional.empty();
            }
            ConnectionSettings connection = new ConnectionSettings(
                    url, user, passwordFile.isEmpty() ? password : firstLine(data.resolve(passwordFile)), poolSize);
            connection.check();
            return Optional.of(new StoreConfig(connection, Optional.empty()));
        } catch (IllegalArgumentException e) {
            configured.refuse("url", e.getMessage() + ".");
        } catch (IOException e) {
            configured.refuse(
                    "passwordFile",
                    "passwordFile = " + passwordFile + " cannot be read (" + e
                            + "); name a file that the user who runs Sparsam can read.");
        }
        return Optional.empty();
    }

    private static String firstLine(Path file) throws IOException {
        return Files.readString(file).lines().findFirst().orElse("");
    }
}
