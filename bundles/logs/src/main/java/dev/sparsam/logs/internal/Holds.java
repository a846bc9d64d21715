package dev.sparsam.logs.internal;

import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.LegalHolds;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.store.Database;
import dev.sparsam.store.Receipt;
import dev.sparsam.store.ReceiptBook;
import dev.sparsam.store.Row;
import dev.sparsam.store.Sql;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Legal holds, in the database. A hold and its receipt come into being together. */
final class Holds implements LegalHolds {
    /** A word of a name that is shorter, an initial or a title, says nothing by itself. */
    private static final int SHORTEST = 3;

    private static final String OPEN = "select * from logs_hold where ended_at is null order by id";

    private final Database database;
    private final SiteDirectory sites;
    private final ReceiptBook receipts;
    private final ZoneId zone;
    private final Clock clock;

    /** @param zone by which days end */
    Holds(Database database, SiteDirectory sites, ReceiptBook receipts, ZoneId zone, Clock clock) {
        this.database = database;
        this.sites = sites;
        this.receipts = receipts;
        this.zone = zone;
        this.clock = clock;
    }

    @Override
    public LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), zone);
    }

    /** The first moment at which a hold does not hold any more. */
    Instant end(LegalHold hold) {
        return end(hold.lastDay(), zone);
    }

    /** The same by its last day. */
    static Instant end(LocalDate lastDay, ZoneId zone) {
        return lastDay.plusDays(1).atStartOfDay(zone).toInstant();
    }

    private boolean isOver(LegalHold hold) {
        return hold.lastDay().isBefore(today());
    }

    @Override
    public Optional<Objection> place(SiteId site, String reason, String person, LocalDate lastDay, Principal by) {
        String why = reason.strip();
        String who = person.strip();
        Optional<Objection> refusal = refusal(site, why, who, lastDay);
        if (refusal.isPresent()) {
            return refusal;
        }
        database.transaction(sql -> {
            end(sql, site, by.actor());
            sql.update(
                    "insert into logs_hold (site, reason, person, last_day, placed_at, placed_by)"
                            + " values (?, ?, ?, ?, ?, ?)",
                    site.value(),
                    why,
                    who,
                    lastDay.toString(),
                    clock.instant(),
                    by.actor());
            receipts.append(Receipt.of(ACT, subject(site), by.actor())
                    // No receipt is ever forgotten: who and why stand in the list of holds only.
                    .withValues(Map.of("event", "placed", "until", lastDay.toString())));
            return site;
        });
        return Optional.empty();
    }

    private Optional<Objection> refusal(SiteId site, String reason, String person, LocalDate lastDay) {
        if (reason.isEmpty() || person.isEmpty()) {
            return Optional.of(Objection.MISSING);
        }
        if (reason.length() > MAX_TEXT || person.length() > MAX_TEXT) {
            return Optional.of(Objection.TOO_LONG);
        }
        if (lastDay.isBefore(today())) {
            return Optional.of(Objection.OVER);
        }
        if (lastDay.isAfter(today().plusDays(MAX_DAYS))) {
            return Optional.of(Objection.TOO_FAR);
        }
        return sites.site(site).isEmpty() ? Optional.of(Objection.NO_SITE) : Optional.empty();
    }

    @Override
    public boolean lift(SiteId site, Principal by) {
        return database.transaction(sql -> {
            // Whoever has lifted it meanwhile, on another node, has written the receipt.
            boolean held = open(sql).anyMatch(hold -> hold.site().equals(site) && !isOver(hold))
                    && end(sql, site, by.actor()) > 0;
            if (held) {
                receipts.append(Receipt.of(ACT, subject(site), by.actor()).withValues(Map.of("event", "lifted")));
            }
            return held;
        });
    }

    /** Returns how many there were. */
    private int end(Sql sql, SiteId site, String actor) {
        return sql.update(
                "update logs_hold set ended_at = ?, ended_by = ? where site = ? and ended_at is null",
                clock.instant(),
                actor,
                site.value());
    }

    /** Ends the holds of which the last day is over, each with a receipt. */
    void endThoseThatAreOver(String actor) {
        database.transaction(sql -> {
            Map<Long, LegalHold> open = new LinkedHashMap<>();
            sql.each(OPEN, row -> open.put(row.number("id"), hold(row)));
            open.values().removeIf(hold -> !isOver(hold));
            open.forEach((id, hold) -> {
                // Not any other: of two that were placed at the same moment, the longer one goes on. And whoever has
                // ended it meanwhile, on another node, has written the receipt.
                int ended = sql.update(
                        "update logs_hold set ended_at = ?, ended_by = ? where id = ? and ended_at is null",
                        clock.instant(),
                        actor,
                        id);
                if (ended == 1) {
                    receipts.append(Receipt.of(ACT, subject(hold.site()), actor)
                            .withValues(Map.of(
                                    "event", "over", "until", hold.lastDay().toString())));
                }
            });
            return open;
        });
    }

    /** Those that nobody has ended, in the order in which they were placed. Holds are few, whatever the number of sites. */
    private static Stream<LegalHold> open(Sql sql) {
        return sql.query(OPEN, Holds::hold).stream();
    }

    private static String subject(SiteId site) {
        return new Scope(ScopeLevel.DOMAIN, site.value()).toString();
    }

    @Override
    public Map<SiteId, LegalHold> active() {
        Map<SiteId, LegalHold> active = new HashMap<>();
        database.transaction(sql -> open(sql).filter(hold -> !isOver(hold)).toList())
                .forEach(hold -> active.put(hold.site(), hold));
        return active;
    }

    @Override
    public Map<SiteId, LegalHold> active(Collection<SiteId> wanted) {
        Map<SiteId, LegalHold> active = active();
        active.keySet().retainAll(Set.copyOf(wanted));
        return active;
    }

    @Override
    public List<LegalHold> history(SiteId site) {
        return database.transaction(
                sql -> sql.query("select * from logs_hold where site = ? order by id desc", Holds::hold, site.value()));
    }

    private static LegalHold hold(Row row) {
        return hold(row, false);
    }

    /** @param whole also with a name that only is kept: storage is not what it may be restricted to otherwise */
    static LegalHold hold(Row row, boolean whole) {
        boolean shown = whole || !row.flag("restricted");
        String person = row.text("person");
        return new LegalHold(
                new SiteId(row.text("site")),
                shown ? row.text("reason") : without(row.text("reason"), person),
                shown ? person : "",
                LocalDate.parse(row.text("last_day")),
                row.instant("placed_at"),
                row.text("placed_by"),
                row.optionalInstant("ended_at"),
                row.text("ended_by"));
    }

    /**
     * A text without a name: neither the whole of it, nor its words by themselves, as a reason is free text and says "Muster"
     * where the person is "Dr. Max Muster". A word more that goes does less harm than one that stays.
     */
    static String without(String text, String name) {
        String rest = text;
        List<String> words = Stream.of(name.split("[^\\p{L}\\p{M}\\p{N}]+"))
                .filter(word -> word.codePointCount(0, word.length()) >= SHORTEST)
                .toList();
        for (String each :
                Stream.concat(Stream.of(name.strip()), words.stream()).toList()) {
            if (!each.isEmpty()) {
                rest = named(each).matcher(rest).replaceAll("-");
            }
        }
        return rest;
    }

    /** Where a name stands as such, also in the genitive, and not within another word. */
    private static Pattern named(String name) {
        return Pattern.compile(
                "(?<![\\p{L}\\p{M}\\p{N}])" + Pattern.quote(name) + "(['\u2019]?s)?(?![\\p{L}\\p{M}\\p{N}])",
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }
}
