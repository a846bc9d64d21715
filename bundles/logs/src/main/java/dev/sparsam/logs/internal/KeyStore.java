package dev.sparsam.logs.internal;

import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.Database;
import dev.sparsam.store.Sql;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keys of sites and days, in the database: all nodes use the same. A key is made when it is first asked for. It is
 * destroyed when its day lies further back than the site's keys are kept; then what it has made is anonymous, also in
 * backups of the logs. Days after tomorrow have no key that is kept: a clock set wrong may say any of them, and such a key
 * would outlive all that it is for. A backup of the database holds the keys of its day: it must not be kept longer than they are.
 */
final class KeyStore {
    /** Of so many days the key that nobody keeps stays the same. */
    private static final int DAYS = 4_096;

    private final Database database;
    private final SecureRandom random;
    private final Clock clock;
    private final ZoneId zone;

    /** @param zone by which days begin */
    KeyStore(Database database, SecureRandom random, Clock clock, ZoneId zone) {
        this.database = database;
        this.random = random;
        this.clock = clock;
        this.zone = zone;
    }

    /**
     * The keys of a site. For a day whose key has been destroyed, or would be at once, there is another one that nobody
     * keeps.
     *
     * @param kept how long the keys of the site are kept
     */
    KeyRing ring(SiteId site, RetentionRule kept) {
        Map<Long, byte[]> secrets = new LastUsed<>(DAYS);
        return new LastDays(day -> secrets.computeIfAbsent(day, any -> secret(site, day, kept)));
    }

    /** The key of a site and day; one that nobody keeps when it has been destroyed, or would be at once. */
    byte[] secret(SiteId site, long day, RetentionRule kept) {
        byte[] secret = new byte[DayKeys.LENGTH];
        random.nextBytes(secret);
        if (day < first(kept) || day > last()) {
            return secret;
        }
        return database.transaction(sql -> {
            sql.update(
                    "insert into logs_key (site, epoch_day, secret) values (?, ?, ?) on conflict do nothing",
                    site.value(),
                    day,
                    secret);
            // Another node may have been first.
            return sql.first(
                            "select secret from logs_key where site = ? and epoch_day = ?",
                            row -> row.bytes("secret"),
                            site.value(),
                            day)
                    .orElse(secret);
        });
    }

    /**
     * The keys of yesterday, today and tomorrow, for those who mask without the database; what is missing is made. Of days
     * whose keys are not kept there are none.
     *
     * @param kept how long the keys of each site are kept
     */
    Map<SiteId, Map<LocalDate, byte[]>> around(Map<SiteId, RetentionRule> kept) {
        long today = today();
        Map<SiteId, RetentionRule> having = new HashMap<>(kept);
        having.values().removeIf(rule -> !(rule instanceof Days || rule instanceof Forever));
        List<Object[]> wanted = new ArrayList<>();
        having.forEach((site, rule) -> {
            for (long day = Math.max(today - 1, first(rule)); day <= today + 1; day++) {
                byte[] secret = new byte[DayKeys.LENGTH];
                random.nextBytes(secret);
                wanted.add(new Object[] {site.value(), day, secret});
            }
        });
        if (wanted.isEmpty()) {
            return Map.of();
        }
        return database.transaction(sql -> {
            Map<SiteId, Map<LocalDate, byte[]>> keys = read(sql, having, today);
            if (keys.values().stream().mapToInt(Map::size).sum() == wanted.size()) {
                return keys;
            }
            sql.batch("insert into logs_key (site, epoch_day, secret) values (?, ?, ?) on conflict do nothing", wanted);
            return read(sql, having, today);
        });
    }

    /** The first of the days of {@link #around}. */
    LocalDate firstAround() {
        return LocalDate.ofEpochDay(today() - 1);
    }

    private Map<SiteId, Map<LocalDate, byte[]>> read(Sql sql, Map<SiteId, RetentionRule> kept, long today) {
        Map<SiteId, Map<LocalDate, byte[]>> keys = new HashMap<>();
        sql.each(
                "select site, epoch_day, secret from logs_key where epoch_day between ? and ?",
                row -> {
                    SiteId site = new SiteId(row.text("site"));
                    RetentionRule rule = kept.get(site);
                    long day = row.number("epoch_day");
                    if (rule != null && day >= first(rule)) {
                        keys.computeIfAbsent(site, any -> new HashMap<>())
                                .put(LocalDate.ofEpochDay(day), row.bytes("secret"));
                    }
                },
                today - 1,
                today + 1);
        return keys;
    }

    /** The sites that have keys. */
    Set<SiteId> sites() {
        return new HashSet<>(database.transaction(
                sql -> sql.query("select distinct site from logs_key", row -> new SiteId(row.text("site")))));
    }

    /**
     * Destroys the keys of sites that are no longer kept, and those of days after tomorrow, which were made while the clock was
     * set wrong.
     *
     * @param kept how long the keys of each site are kept
     * @return how many there were
     */
    int destroy(Map<SiteId, RetentionRule> kept) {
        List<Object[]> rows = new ArrayList<>();
        kept.forEach((site, rule) -> rows.add(new Object[] {site.value(), first(rule), last()}));
        return database.transaction(
                sql -> sql.batch("delete from logs_key where site = ? and (epoch_day < ? or epoch_day > ?)", rows));
    }

    /** The first day whose key is kept. */
    private long first(RetentionRule kept) {
        if (kept instanceof Forever) {
            return Long.MIN_VALUE;
        }
        long today = today();
        // Without keys there is nothing that today's lines could be turned back with either.
        return kept instanceof Days days ? today - days.days() : today + 1;
    }

    /** The last one: elsewhere tomorrow may have begun. */
    private long last() {
        return today() + 1;
    }

    private long today() {
        return LocalDate.now(clock.withZone(zone)).toEpochDay();
    }
}
