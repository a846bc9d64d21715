package dev.sparsam.web.internal;

import dev.sparsam.facts.Subject;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.TenantId;
import dev.sparsam.store.Database;
import dev.sparsam.store.Receipt;
import dev.sparsam.store.ReceiptBook;
import dev.sparsam.store.Row;
import dev.sparsam.store.Sql;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The accounts of the pages. Every change of one leaves a receipt in the same transaction. */
final class Accounts {
    private static final Pattern LOGIN = Pattern.compile("[a-z0-9][a-z0-9._@-]{1,63}");
    private static final String COLUMNS =
            "id, login, role, tenant, language, must_change, disabled, restricted, created_at";

    private final Database database;
    private final ReceiptBook receipts;
    private final Passwords passwords;
    private final OneTimeFiles oneTimeFiles;
    private final Clock clock;
    /** Failures of one name from one place that cost nothing, and how many do while the name is tried from many. */
    private static final int FREE = 5;

    private static final int FREE_WHILE_TRIED = 1;

    private final Throttle pairs = new Throttle(FREE, Duration.ofMinutes(15));
    private final Throttle names = new Throttle(25, Duration.ZERO);
    private final Throttle places = new Throttle(30, Duration.ofMinutes(5));

    Accounts(Database database, ReceiptBook receipts, Passwords passwords, OneTimeFiles oneTimeFiles, Clock clock) {
        this.database = database;
        this.receipts = receipts;
        this.passwords = passwords;
        this.oneTimeFiles = oneTimeFiles;
        this.clock = clock;
    }

    /** What becomes of a try to log in. */
    sealed interface Login {
        /**
         * The password fits.
         *
         * @param account whose it is
         * @param stored what of it is stored, see {@link Sessions#open}
         */
        record Welcome(Account account, String stored) implements Login {}

        /** Name and password do not belong together, or the account is barred: which of these is not said. */
        record Wrong() implements Login {}

        /** Too many failures; try again later. */
        record Later(Duration pause) implements Login {}
    }

    /**
     * Tries to log in. Guessing is slowed down so that it slows nobody else down:
     *
     * <ul>
     *   <li>A name from a place (an IPv4 address, the /64 of an IPv6 address): after {@value #FREE} failures each further
     *       try waits, at first a second, then twice as long each time, up to 15 minutes.
     *   <li>A place, whatever the names: the same after 30 failures, up to 5 minutes. A success takes back its own try
     *       only, so an account of one's own does not help to guess others.
     *   <li>A name, whatever the places: never waits. After 25 failures each place has {@value #FREE_WHILE_TRIED} free
     *       failure of this name instead of {@value #FREE}. Whoever knows a login name can cost its owner free failures,
     *       and not a second as long as the owner types the right password.
     * </ul>
     *
     * Known and unknown names are treated alike. A name or place that has not failed for an hour begins anew.
     *
     * @param address where the try comes from
     */
    Login login(String name, String password, String address) {
        String login = normalized(name);
        String place = "from " + place(address);
        String pair = login + " " + place;
        Instant now = clock.instant();
        int free = names.isTired(login, now) ? FREE_WHILE_TRIED : FREE;
        Duration wait = longest(pairs.wait(pair, now, free), places.wait(place, now));
        if (!wait.isZero()) {
            return new Login.Later(wait);
        }
        // Counted before the slow part, so that many tries at once do not all go through.
        pairs.failed(pair, now);
        names.failed(login, now);
        places.failed(place, now);
        Optional<Account> account = find(login);
        Optional<String> stored = account.flatMap(found -> stored(login));
        boolean fits = matches(password, stored);
        if (fits && account.isPresent() && account.get().usable()) {
            pairs.succeeded(pair);
            names.succeeded(login);
            // Whoever has one account must not get rid of the failures with others.
            places.undo(place);
            return new Login.Welcome(account.get(), stored.orElseThrow());
        }
        return new Login.Wrong();
    }

    /** Whether a password is that of an account. */
    boolean fits(String login, String password) {
        return matches(password, stored(login));
    }

    /** Whether a password is the one-time password that an account waits for. */
    boolean isOneTime(String login, String password) {
        return database.transaction(sql -> sql.first(
                        "select one_time from web_account where login = ?", row -> row.optionalText("one_time"), login))
                .flatMap(Function.identity())
                .filter(Passwords.fingerprint(password)::equals)
                .isPresent();
    }

    private boolean matches(String password, Optional<String> stored) {
        boolean tooLong = password.length() > Passwords.MAX_LENGTH;
        return passwords.matches(tooLong ? "" : password, stored) && !tooLong;
    }

    /** What is stored of an account's password. */
    Optional<String> stored(String login) {
        return database.transaction(sql ->
                sql.first("select password from web_account where login = ?", row -> row.text("password"), login));
    }

    Optional<Account> find(String login) {
        return database.transaction(sql -> find(sql, login));
    }

    private static Optional<Account> find(Sql sql, String login) {
        return sql.first("select " + COLUMNS + " from web_account where login = ?", Accounts::read, login);
    }

    /** The account with a number, as long as there is one. */
    Optional<Account> find(long number) {
        return database.transaction(
                sql -> sql.first("select " + COLUMNS + " from web_account where id = ?", Accounts::read, number));
    }

    List<Account> all() {
        return database.transaction(
                sql -> sql.query("select " + COLUMNS + " from web_account order by login", Accounts::read));
    }

    /** The accounts whose login name contains a text, in any case; all for an empty one. */
    List<Account> matching(String part) {
        return database.transaction(sql -> sql.query(
                "select " + COLUMNS + " from web_account where position(cast(? as text) in login) > 0 order by login",
                Accounts::read,
                normalized(part)));
    }

    boolean none() {
        return database.transaction(sql -> sql.first("select count(*) as n from web_account", row -> row.number("n")))
                .orElse(0L)
                .equals(0L);
    }

    static Account read(Row row) {
        return new Account(
                row.number("id"),
                row.text("login"),
                Role.valueOf(row.text("role")),
                row.optionalText("tenant").map(TenantId::new),
                row.optionalText("language"),
                row.flag("must_change"),
                row.flag("disabled"),
                row.flag("restricted"),
                row.instant("created_at"));
    }

    /** Login names are one whatever the case in which they are typed. */
    static String normalized(String name) {
        String stripped = name.strip().toLowerCase(Locale.ROOT);
        return stripped.length() > 64 ? stripped.substring(0, 64) : stripped;
    }

    static boolean validLogin(String login) {
        return LOGIN.matcher(login).matches();
    }

    String newOneTimePassword() {
        return passwords.oneTime();
    }

    /**
     * Adds an account with a one-time password.
     *
     * @param tenant empty for a provider's account only
     * @return whether it was added; not when the name is taken
     */
    boolean create(String login, String oneTime, Role role, Optional<TenantId> tenant, Principal by) {
        if (!validLogin(login)) {
            throw new IllegalArgumentException(
                    "Login name \"" + login
                            + "\": use 2 to 64 lower-case letters, digits, '.', '_', '@' or '-', starting with a letter or digit");
        }
        if (tenant.isEmpty() != (role == Role.PROVIDER_ADMIN)) {
            throw new IllegalArgumentException("A reseller's or customer's account needs a tenant, a provider's none");
        }
        String hash = passwords.hash(oneTime);
        return database.transaction(sql -> {
            if (find(sql, login).isPresent()) {
                return false;
            }
            sql.update(
                    "insert into web_account (login, role, tenant, language, must_change, disabled, restricted,"
                            + " created_at, password, one_time) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    login,
                    role,
                    tenant.map(TenantId::value),
                    Optional.<String>empty(),
                    true,
                    false,
                    false,
                    clock.instant(),
                    hash,
                    Passwords.fingerprint(oneTime));
            receipt("web.account.create", subject(role, tenant, by), by, role);
            return true;
        });
    }

    /** Makes several changes in one transaction: all of them or none. */
    boolean together(BooleanSupplier changes) {
        return database.transaction(sql -> changes.getAsBoolean());
    }

    /** Replaces the password by a one-time password and ends all sessions; empty when there is no such account. */
    Optional<String> reset(String login, Principal by) {
        String oneTime = passwords.oneTime();
        String hash = passwords.hash(oneTime);
        boolean done = database.transaction(sql -> {
            Optional<Account> account = find(sql, login);
            account.ifPresent(found -> {
                sql.update(
                        "update web_account set password = ?, one_time = ?, must_change = ? where login = ?",
                        hash,
                        Passwords.fingerprint(oneTime),
                        true,
                        login);
                sql.update("delete from web_session where login = ?", login);
                receipt("web.account.reset", subject(found, by), by, found.role());
            });
            return account.isPresent();
        });
        if (done) {
            oneTimeFiles.forget(login);
        }
        return done ? Optional.of(oneTime) : Optional.empty();
    }

    /**
     * Sets the password that a person chose and ends all sessions of the account.
     *
     * @param verified what was stored of the password that the person has proven to know
     * @return what is stored of the new password; empty when the password has been replaced since
     */
    Optional<String> changePassword(Account account, String verified, String chosen, Principal by) {
        String hash = passwords.hash(chosen);
        boolean done = database.transaction(sql -> {
            int changed = sql.update(
                    "update web_account set password = ?, one_time = null, must_change = ? where login = ? and password = ?",
                    hash,
                    false,
                    account.login(),
                    verified);
            if (changed > 0) {
                sql.update("delete from web_session where login = ?", account.login());
                receipt("web.account.password", subject(account, by), by, account.role());
            }
            return changed > 0;
        });
        if (done) {
            oneTimeFiles.forget(account.login());
        }
        return done ? Optional.of(hash) : Optional.empty();
    }

    /**
     * Bars an account, or lets it in again.
     *
     * @return whether it was done; not for an unknown account, nor when no provider's account could log in afterwards
     */
    boolean disable(String login, boolean disabled, Principal by) {
        return database.transaction(sql -> {
            Optional<Account> account = find(sql, login);
            if (account.isEmpty() || (disabled && isLastAdmin(sql, account.get()))) {
                return false;
            }
            sql.update("update web_account set disabled = ? where login = ?", disabled, login);
            if (disabled) {
                sql.update("delete from web_session where login = ?", login);
            }
            receipt(
                    disabled ? "web.account.disable" : "web.account.enable",
                    subject(account.get(), by),
                    by,
                    account.get().role());
            return true;
        });
    }

    void language(String login, String language) {
        database.transaction(sql -> sql.update("update web_account set language = ? where login = ?", language, login));
    }

    /** The accounts of a subject: the one with that login name, or all of a tenant's. */
    List<Account> ofSubject(Subject subject) {
        if (subject instanceof Subject.Login login) {
            return find(login.name()).map(List::of).orElse(List.of());
        }
        TenantId tenant = ((Subject.Tenant) subject).id();
        return database.transaction(sql -> sql.query(
                "select " + COLUMNS + " from web_account where tenant = ? order by login",
                Accounts::read,
                tenant.value()));
    }

    /** Deletes an account with its sessions; not the last one of the provider that can log in. */
    boolean erase(Account account, Principal by) {
        return database.transaction(sql -> {
            if (isLastAdmin(sql, account)) {
                return false;
            }
            sql.update("delete from web_session where login = ?", account.login());
            int gone = sql.update("delete from web_account where login = ?", account.login());
            if (gone > 0) {
                receipt("web.account.erase", subject(account, by), by, account.role());
            }
            return gone > 0;
        });
    }

    /** Restricts an account to storage (it cannot log in then), or lifts that; not for the last one of the provider. */
    boolean restrict(Account account, boolean restricted, Principal by) {
        return database.transaction(sql -> {
            if (restricted && isLastAdmin(sql, account)) {
                return false;
            }
            sql.update("update web_account set restricted = ? where login = ?", restricted, account.login());
            if (restricted) {
                sql.update("delete from web_session where login = ?", account.login());
            }
            receipt(
                    restricted ? "web.account.restrict" : "web.account.unrestrict",
                    subject(account, by),
                    by,
                    account.role());
            return true;
        });
    }

    /**
     * Whether nobody else of the provider could log in. Asked first in a transaction: the provider's accounts stay locked
     * until its end, so of two who bar each other at once the second one sees what the first one did.
     */
    private static boolean isLastAdmin(Sql sql, Account account) {
        if (account.role() != Role.PROVIDER_ADMIN) {
            return false;
        }
        sql.query(
                "select login from web_account where role = ? order by login for update",
                row -> row.text("login"),
                Role.PROVIDER_ADMIN);
        // Read again, as another may have changed them before they were locked.
        List<Account> usable = sql
                .query("select " + COLUMNS + " from web_account where role = ?", Accounts::read, Role.PROVIDER_ADMIN)
                .stream()
                .filter(Account::usable)
                .toList();
        return usable.size() == 1 && usable.get(0).login().equals(account.login());
    }

    private void receipt(String act, String subject, Principal by, Role role) {
        receipts.append(Receipt.of(act, subject, by.actor())
                .withCounts(Map.of("accounts", 1L))
                .withValues(Map.of("role", role.name().toLowerCase(Locale.ROOT).replace('_', '-'))));
    }

    private static String subject(Account account, Principal by) {
        return subject(account.role(), account.tenant(), by);
    }

    private static String subject(Role role, Optional<TenantId> tenant, Principal by) {
        ScopeLevel level = switch (role) {
            case PROVIDER_ADMIN -> ScopeLevel.PROVIDER;
            case RESELLER -> ScopeLevel.RESELLER;
            case CUSTOMER -> ScopeLevel.CUSTOMER;
        };
        return new Scope(level, tenant.orElse(by.tenant()).value()).toString();
    }

    private static Duration longest(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /** An IPv6 customer has a whole /64 to guess from, so its addresses count as one. */
    private static String place(String address) {
        if (!address.contains(":")) {
            return address;
        }
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            return HexFormat.of().formatHex(bytes, 0, Math.min(8, bytes.length));
        } catch (UnknownHostException e) {
            // A container that gives something else than an address still gives the same text for the same place.
            return address;
        }
    }
}
