package dev.sparsam.store.internal;

import dev.sparsam.store.Configured;
import dev.sparsam.store.StoreException;
import dev.sparsam.store.Wording;
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
                        configured.refuse(key, Wording.of(StoreConfig.class, "url.missing", key));
                        return Optional.empty();
                    }
                }
                Path folder = data.resolve("db");
                return Optional.of(new StoreConfig(ConnectionSettings.embedded(folder, poolSize), Optional.of(folder)));
            }
            if (!password.isEmpty() && !passwordFile.isEmpty()) {
                configured.refuse("passwordFile", Wording.of(StoreConfig.class, "password.twice"));
                return Optional.empty();
            }
            ConnectionSettings connection = new ConnectionSettings(
                    url, user, passwordFile.isEmpty() ? password : firstLine(data.resolve(passwordFile)), poolSize);
            connection.check();
            return Optional.of(new StoreConfig(connection, Optional.empty()));
        } catch (StoreException e) {
            configured.refuse("url", e.wording().then("."));
        } catch (IOException e) {
            configured.refuse("passwordFile", Wording.of(StoreConfig.class, "password.unreadable", passwordFile, e));
        }
        return Optional.empty();
    }

    private static String firstLine(Path file) throws IOException {
        return Files.readString(file).lines().findFirst().orElse("");
    }
}
