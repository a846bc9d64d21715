package dev.sparsam.store.internal;

import dev.sparsam.store.StoreException;
import dev.sparsam.store.Wording;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the database is.
 *
 * @param url JDBC URL of H2 or PostgreSQL
 * @param user login name; may be empty when the URL or the server needs none
 * @param password may be empty
 * @param poolSize the most connections at a time
 */
public record ConnectionSettings(String url, String user, String password, int poolSize) {
    /** The fewest connections: a migration takes three, one of which holds the turn, and two are Flyway's. */
    static final int LEAST = 3;

    /** The most connections. */
    static final int MOST = 1000;

    private static final String NAME = "sparsam";

    /** The file of the embedded database in its folder. */
    static final String FILE = NAME + ".mv.db";

    private static final String EMBEDDED = "jdbc:h2:retry:";
    private static final Pattern SECRETS = Pattern.compile("(?i)(password=)[^&;]*");

    /** Checks the URL and the pool size; the message says what to write instead. */
    public ConnectionSettings {
        if (!url.startsWith("jdbc:h2:") && !url.startsWith("jdbc:postgresql:")) {
            throw notUnderstood(url);
        }
        if (poolSize < LEAST || poolSize > MOST) {
            throw new StoreException(Wording.of(ConnectionSettings.class, "pool.size", poolSize, LEAST, MOST));
        }
    }

    /**
     * The embedded database in a folder.
     *
     * @param folder absolute folder; the files in it are called {@code sparsam.*}
     */
    public static ConnectionSettings embedded(Path folder, int poolSize) {
        Path file = folder.resolve(NAME).toAbsolutePath();
        if (file.toString().contains(";")) {
            throw new StoreException(Wording.of(ConnectionSettings.class, "folder.semicolon", folder));
        }
        // retry: a thread that is interrupted while it writes would close the file for all; so it is opened again.
        // MODE, DATABASE_TO_LOWER, DEFAULT_NULL_ORDERING: the same SQL gives the same result as on PostgreSQL.
        // WRITE_DELAY=0: a commit is in the file when it returns, so that a killed process loses nothing committed.
        // DB_CLOSE_ON_EXIT=FALSE: the store closes the database; a shutdown hook of the driver would do it too early.
        // CACHE_SIZE (KiB): the operating system caches the file too; without it, a sixteenth of the heap is filled.
        return new ConnectionSettings(
                EMBEDDED + file + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH"
                        + ";WRITE_DELAY=0;LOCK_TIMEOUT=10000;DB_CLOSE_ON_EXIT=FALSE;CACHE_SIZE=4096",
                "sa",
                "",
                poolSize);
    }

    /**
     * Asks the driver whether it understands the URL.
     *
     * @throws StoreException when it does not; the message says what to write
     */
    void check() {
        try {
            if (!h2()) {
                Drivers.postgresql(this);
            }
        } catch (IllegalArgumentException e) {
            // What the driver says holds the whole URL, maybe with a password.
            throw notUnderstood(url);
        } catch (NoClassDefFoundError e) {
            // Opening the connections will say that the driver is missing.
            return;
        }
    }

    private static StoreException notUnderstood(String url) {
        return new StoreException(Wording.of(
                ConnectionSettings.class, "url.unknown", SECRETS.matcher(url).replaceAll("$1…")));
    }

    /** Whether the database runs in this process. */
    boolean h2() {
        return url.startsWith("jdbc:h2:");
    }

    /** The folder of the embedded database; none for one in memory or on a server. */
    Optional<Path> folder() {
        return url.startsWith(EMBEDDED) ? Optional.ofNullable(Path.of(display()).getParent()) : Optional.empty();
    }

    /** The URL for people: without options and secrets; of the embedded database, its file. */
    String display() {
        int options = url.indexOf(h2() ? ';' : '?');
        String plain = options < 0 ? url : url.substring(0, options);
        return plain.startsWith(EMBEDDED) ? plain.substring(EMBEDDED.length()) : plain;
    }

    @Override
    public String toString() {
        return display();
    }
}
