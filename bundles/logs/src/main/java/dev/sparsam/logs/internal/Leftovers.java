package dev.sparsam.logs.internal;

import dev.sparsam.logs.LegalHolds;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.panel.spi.TenantTrees;
import dev.sparsam.store.Database;
import dev.sparsam.store.Receipt;
import dev.sparsam.store.ReceiptBook;
import dev.sparsam.store.Row;
import dev.sparsam.store.Sql;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of what the database keeps of sites that the panel has removed, and of legal holds that ended long ago. Of a site it
 * goes when no sweep has looked at it for {@link #GONE}, so that a site which the panel has left out by mistake is not begun
 * anew; but not as long as there are keys of it, or logs with pseudonyms, which end by what was set for the site last, or a
 * hold that nobody has ended.
 */
final class Leftovers {
    /** As long as backups are kept, if nobody says otherwise. */
    static final Duration GONE = Duration.ofDays(30);

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
    /** Who ends what nobody has asked for. */
    private static final String ACTOR = "system:retention";

    private static final Duration PAUSE = Duration.ofHours(12);

    private final Database database;
    private final TenantDirectory tenants;
    private final SiteDirectory sites;
    private final ReceiptBook receipts;
    private final ZoneId zone;
    private final Clock clock;
    private Optional<Instant> last = Optional.empty();

    /** @param zone by which years end */
    Leftovers(
            Database database,
            TenantDirectory tenants,
            SiteDirectory sites,
            ReceiptBook receipts,
            ZoneId zone,
            Clock clock) {
        this.database = database;
        this.tenants = tenants;
        this.sites = sites;
        this.receipts = receipts;
        this.zone = zone;
        this.clock = clock;
    }

    /** Deletes what is due, when that has not been done some hours ago. Throws nothing: it can wait for the next time. */
    synchronized void deleteNowAndAgain() {
        Instant now = clock.instant();
        if (last.isPresent() && now.isBefore(last.get().plus(PAUSE))) {
            return;
        }
        last = Optional.of(now);
        try {
            delete();
        } catch (RuntimeException e) {
            LOG.warn("What is kept of sites that are gone, and of old legal holds, cannot be deleted now", e);
        }
    }

    /** Deletes what is due. */
    void delete() {
        deleteHolds();
        // One without a site has not been filled yet, or cannot be read.
        Set<SiteId> there = TenantTrees.read(tenants, sites).map(TenantTree::sites).orElse(List.of()).stream()
                .map(Site::id)
                .collect(Collectors.toSet());
        if (!there.isEmpty()) {
            deleteSites(there);
        }
    }

    private void deleteHolds() {
        int year = LocalDate.ofInstant(clock.instant(), zone).getYear() - LegalHolds.KEPT_YEARS;
        Instant before = LocalDate.of(year, 1, 1).atStartOfDay(zone).toInstant();
        database.transaction(sql -> {
            Map<Long, String> over = new LinkedHashMap<>();
            sql.each(
                    "select id, site from logs_hold where ended_at < ? order by id",
                    row -> over.put(row.number("id"), row.text("site")),
                    before);
            over.forEach((id, site) -> {
                // Whoever has deleted it meanwhile, on another node, has written the receipt.
                if (sql.update("delete from logs_hold where id = ?", id) == 1) {
                    receipts.append(Receipt.of(LegalHolds.ACT, new Scope(ScopeLevel.DOMAIN, site).toString(), ACTOR)
                            .withValues(Map.of("event", "forgotten")));
                }
            });
            return over;
        });
    }

    private void deleteSites(Set<SiteId> there) {
        Instant before = clock.instant().minus(GONE);
        database.transaction(sql -> {
            Map<SiteId, Instant> seen = new HashMap<>();
            for (String table : List.of("logs_index t", "logs_status t")) {
                sql.each(
                        "select t.site, " + (table.startsWith("logs_index") ? "t.looked_at" : "t.at")
                                + " as seen, c.at as covered from " + table
                                + " left join logs_cover c on c.id = t.cover",
                        row -> note(seen, row));
            }
            seen.keySet().removeAll(there);
            seen.values().removeIf(at -> !at.isBefore(before));
            for (String table : List.of("logs_key", "logs_pseudonymised", "logs_hold where ended_at is null")) {
                seen.keySet()
                        .removeAll(
                                sql.query("select distinct site from " + table, row -> new SiteId(row.text("site"))));
            }
            delete(sql, seen.keySet());
            return seen;
        });
    }

    private static void note(Map<SiteId, Instant> seen, Row row) {
        Instant at = row.instant("seen");
        Instant covered = row.optionalInstant("covered").orElse(at);
        seen.merge(
                new SiteId(row.text("site")),
                at.isAfter(covered) ? at : covered,
                (one, other) -> one.isAfter(other) ? one : other);
    }

    private static void delete(Sql sql, Set<SiteId> gone) {
        if (gone.isEmpty()) {
            return;
        }
        List<Object[]> rows = new ArrayList<>();
        gone.forEach(site -> rows.add(new Object[] {site.value()}));
        sql.batch("delete from logs_status where site = ?", rows);
        sql.batch("delete from logs_index where site = ?", rows);
        // What a sweep in the list still shows goes with it.
        sql.batch(
                "delete from logs_look where site = ? and not exists (select 1 from logs_sweep s where s.id = logs_look.sweep)"
                        + " and not exists (select 1 from logs_cover_site c where c.look = logs_look.sweep"
                        + " and c.site = logs_look.site)",
                rows);
        LOG.info("{} sites are gone; what sweeps had found of them has been deleted", gone.size());
    }
}
