package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressScope;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.NoLogging;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.Database;
import dev.sparsam.store.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What logs became when addresses in them were replaced by pseudonyms, in the database. It is kept as long as a copy of such a
 * log may lie anywhere: until the newest of its lines is past the longest period that the site has, in backups or not.
 */
final class PseudonymStore {
    /** A line may be written some time after its time, and a period ends when the sweep comes. */
    private static final Duration LONGER = Duration.ofDays(2);

    private final Database database;

    PseudonymStore(Database database) {
        this.database = database;
    }

    /** Those of a site. */
    PseudonymisedLogs of(SiteId site) {
        return new PseudonymisedLogs(database.transaction(sql ->
                sql.query("select * from logs_pseudonymised where site = ?", PseudonymStore::log, site.value())));
    }

    /** To ask for those of one site after the other; those of the last one are remembered. */
    Function<SiteId, PseudonymisedLogs> oneAfterTheOther() {
        return new Function<>() {
            private Optional<SiteId> last = Optional.empty();
            private PseudonymisedLogs logs = PseudonymisedLogs.NONE;

            @Override
            public PseudonymisedLogs apply(SiteId site) {
                if (!last.equals(Optional.of(site))) {
                    logs = of(site);
                    last = Optional.of(site);
                }
                return logs;
            }
        };
    }

    private static Pseudonymised log(Row row) {
        List<Long> turns = new ArrayList<>();
        Packed.Reader packed = new Packed.Reader(row.bytes("turns"));
        long turn = 0;
        while (packed.more()) {
            turn += packed.number();
            turns.add(turn);
        }
        return new Pseudonymised(
                row.number("length"),
                row.text("sha256"),
                AddressMasking.parse(row.text("masking")),
                AddressScope.parse(row.text("scope")),
                (int) row.number("version"),
                row.optionalInstant("newest"),
                turns);
    }

    /** Keeps what logs of a site are about to become. */
    void keep(SiteId site, Collection<Pseudonymised> logs, Instant now) {
        if (logs.isEmpty()) {
            return;
        }
        List<Object[]> keys = new ArrayList<>();
        List<Object[]> rows = new ArrayList<>();
        for (Pseudonymised log : logs) {
            Packed.Writer packed = new Packed.Writer();
            long before = 0;
            for (long turn : log.turns()) {
                packed.number(turn - before);
                before = turn;
            }
            keys.add(new Object[] {site.value(), log.length(), log.sha256()});
            rows.add(new Object[] {
                site.value(),
                log.length(),
                log.sha256(),
                log.masking().toString(),
                log.scope().toString(),
                log.version(),
                log.newest(),
                packed.toBytes(),
                now
            });
        }
        database.transaction(sql -> {
            sql.batch("delete from logs_pseudonymised where site = ? and length = ? and sha256 = ?", keys);
            return sql.batch(
                    "insert into logs_pseudonymised (site, length, sha256, masking, scope, version, newest, turns,"
                            + " made_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    rows);
        });
    }

    /** The sites of which there are some. */
    Set<SiteId> sites() {
        return new HashSet<>(database.transaction(
                sql -> sql.query("select distinct site from logs_pseudonymised", row -> new SiteId(row.text("site")))));
    }

    /**
     * Forgets logs of which there are no copies any more: those in which a line has a time.
     *
     * @param rules what holds for each site, after its files have been swept
     */
    void forget(Map<SiteId, SiteRules> rules, Instant now) {
        List<Object[]> rows = new ArrayList<>();
        rules.forEach((site, own) -> longest(own)
                .ifPresent(period -> rows.add(new Object[] {site.value(), now.minus(period.plus(LONGER))})));
        database.transaction(sql -> sql.batch("delete from logs_pseudonymised where site = ? and newest < ?", rows));
    }

    /**
     * Forgets logs of a site that the panel has no more: the same, and those in which no line has a time.
     *
     * @param rules what held for the site when it was swept last
     * @param otherwise takes the place of a period that never ends
     */
    void forgetGone(SiteId site, SiteRules rules, Duration otherwise, Instant now) {
        database.transaction(sql -> sql.update(
                "delete from logs_pseudonymised where site = ? and coalesce(newest, made_at) < ?",
                site.value(),
                now.minus(longest(rules).orElse(otherwise).plus(LONGER))));
    }

    /** The longest period of all kinds of logs of a site, in backups or not; empty when something is never deleted. */
    private static Optional<Duration> longest(SiteRules rules) {
        if (rules.held().isPresent()) {
            return Optional.empty();
        }
        return rules.kinds().values().stream()
                .flatMap(PseudonymStore::periods)
                .map(PseudonymStore::period)
                .reduce(
                        Optional.of(Duration.ZERO),
                        (one, other) ->
                                one.flatMap(first -> other.map(next -> first.compareTo(next) > 0 ? first : next)));
    }

    private static Stream<RetentionRule> periods(LogRules rules) {
        return Stream.of(rules.live(), rules.backup());
    }

    private static Optional<Duration> period(RetentionRule rule) {
        if (rule instanceof Days days) {
            return Optional.of(Duration.ofDays(days.days()));
        }
        return rule instanceof NoLogging ? Optional.of(Duration.ZERO) : Optional.empty();
    }
}
