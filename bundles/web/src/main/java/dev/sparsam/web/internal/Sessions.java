package dev.sparsam.web.internal;

import dev.sparsam.store.Database;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who is logged in. The database has the hash of a session's token only, so what leaks from it (a backup, a replica)
 * opens no session.
 */
final class Sessions {
    private static final Duration ABSOLUTE = Duration.ofHours(12);
    private static final Duration TOUCH = Duration.ofSeconds(60);
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final Database database;
    private final SecureRandom random;
    private final Duration idle;
    private final Clock clock;

    /** @param idle how long a session lives without a request */
    Sessions(Database database, SecureRandom random, Duration idle, Clock clock) {
        this.database = database;
        this.random = random;
        this.idle = idle;
        this.clock = clock;
    }

    /**
     * A session.
     *
     * @param token what the cookie holds
     * @param account whose it is
     * @param created when it began
     * @param flash what the next page says about the last act
     */
    record Session(String token, Account account, Instant created, Optional<String> flash) {}

    /** A random token of 256 bits. */
    String newToken() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Whether a text could be a token. */
    static boolean isToken(String text) {
        return TOKEN.matcher(text).matches();
    }

    /** The token that forms of a session carry; whoever knows it does not know the session's token. */
    static String formToken(String token) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of("form " + token));
    }

    /** Whether two secrets are equal, in a time that does not tell where they differ. */
    static boolean same(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Starts a session, and takes those away that have ended. What ends all sessions of an account (a new password, a
     * one-time password, a lock) holds the account's row until it has done so; this waits for that and looks again, so a
     * session is either there to be ended or not opened any more.
     *
     * @param stored what was stored of the password that was checked
     * @return the token; empty when the password has been replaced since, or the account locked
     */
    Optional<String> open(String login, String stored) {
        String token = newToken();
        Instant now = clock.instant();
        // Not in one transaction: the new row waits for whoever has locked its account, who may wait for an ended one.
        database.transaction(sql -> sql.update(
                "delete from web_session where seen_at < ? or created_at < ?", now.minus(idle), now.minus(ABSOLUTE)));
        return database.transaction(sql -> {
            sql.query("select login from web_account where login = ? for update", row -> row.text("login"), login);
            // Read again, as another may have changed it before it was locked.
            boolean usable = sql.first(
                            "select password, disabled, restricted from web_account where login = ?",
                            row -> row.text("password").equals(stored)
                                    && !row.flag("disabled")
                                    && !row.flag("restricted"),
                            login)
                    .orElse(false);
            if (!usable) {
                return Optional.empty();
            }
            sql.update(
                    "insert into web_session (token_hash, login, created_at, seen_at) values (?, ?, ?, ?)",
                    stored(token),
                    login,
                    now,
                    now);
            return Optional.of(token);
        });
    }

    /** The session of a token, when it still lives and its account may be used. */
    Optional<Session> find(String token) {
        if (!isToken(token)) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        byte[] hash = stored(token);
        return database.transaction(sql -> {
            record Found(Account account, Instant created, Instant seen, Optional<String> flash) {}
            Optional<Found> found = sql.first(
                    "select a.id, a.login, a.role, a.tenant, a.language, a.must_change, a.disabled, a.restricted,"
                            + " a.created_at, s.created_at as started_at, s.seen_at, s.flash"
                            + " from web_session s join web_account a on a.login = s.login where s.token_hash = ?",
                    row -> new Found(
                            Accounts.read(row),
                            row.instant("started_at"),
                            row.instant("seen_at"),
                            row.optionalText("flash")),
                    hash);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            Found session = found.get();
            if (session.seen().plus(idle).isBefore(now)
                    || session.created().plus(ABSOLUTE).isBefore(now)
                    || !session.account().usable()) {
                sql.update("delete from web_session where token_hash = ?", hash);
                return Optional.empty();
            }
            if (session.seen().plus(TOUCH).isBefore(now)) {
                sql.update("update web_session set seen_at = ? where token_hash = ?", now, hash);
            }
            return Optional.of(new Session(token, session.account(), session.created(), session.flash()));
        });
    }

    /**
     * What is stored of the password that a session was opened with; empty when the session has ended. It is the
     * account's: whatever replaces that ends all sessions in the same transaction.
     */
    Optional<String> openedWith(String token) {
        return database.transaction(sql -> sql.first(
                "select a.password from web_session s join web_account a on a.login = s.login where s.token_hash = ?",
                row -> row.text("password"),
                stored(token)));
    }

    /** Keeps what the next page says, or takes it away. */
    void flash(String token, Optional<String> text) {
        database.transaction(
                sql -> sql.update("update web_session set flash = ? where token_hash = ?", text, stored(token)));
    }

    /** Ends a session. */
    void close(String token) {
        database.transaction(sql -> sql.update("delete from web_session where token_hash = ?", stored(token)));
    }

    private static byte[] stored(String token) {
        return Sha256.of("session " + token);
    }
}
