package dev.sparsam.logs.internal;

import dev.sparsam.facts.PersonalDataSource;
import dev.sparsam.facts.Subject;
import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.LegalHolds;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.panel.spi.TenantTrees;
import dev.sparsam.store.Database;
import dev.sparsam.store.Receipt;
import dev.sparsam.store.ReceiptBook;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The personal data in legal holds. A hold names a person in the words of whoever has placed it; a subject is that person when
 * these words are its login name, or its name in the panel. Of a tenant there are also the holds on the logs of its own sites;
 * who has asked for these is somebody else's name.
 */
final class HoldsData implements PersonalDataSource {
    private static final String HOLDS = "logs.holds";

    private final Database database;
    private final TenantDirectory tenants;
    private final SiteDirectory sites;
    private final ReceiptBook receipts;

    HoldsData(Database database, TenantDirectory tenants, SiteDirectory sites, ReceiptBook receipts) {
        this.database = database;
        this.tenants = tenants;
        this.sites = sites;
        this.receipts = receipts;
    }

    /**
     * A hold.
     *
     * @param number its number in the database
     * @param hold as it is stored
     * @param named whether it names the subject
     */
    private record Found(long number, LegalHold hold, boolean named) {}

    /** What a subject is called, and the sites that are its own. */
    private record Known(Optional<String> name, Set<SiteId> own) {}

    private Known known(Subject subject) {
        if (subject instanceof Subject.Login login) {
            return new Known(Optional.of(login.name()), Set.of());
        }
        Optional<TenantTree> tree = TenantTrees.read(tenants, sites);
        Optional<Tenant> tenant = tree.flatMap(each -> each.tenant(((Subject.Tenant) subject).id()));
        Set<SiteId> own = tree.stream()
                .flatMap(each -> each.sites().stream())
                .filter(site ->
                        tenant.filter(one -> site.tenant().equals(one.id())).isPresent())
                .map(Site::id)
                .collect(Collectors.toSet());
        return new Known(tenant.map(Tenant::label), own);
    }

    private List<Found> find(Subject subject) {
        Known known = known(subject);
        // Holds are few, whatever the number of sites.
        return database
                .transaction(sql -> sql.query(
                        "select * from logs_hold order by id",
                        row -> new Found(
                                row.number("id"),
                                Holds.hold(row, true),
                                known.name
                                        .filter(name -> name.strip().equalsIgnoreCase(row.text("person")))
                                        .isPresent())))
                .stream()
                .filter(found -> found.named || known.own.contains(found.hold.site()))
                .toList();
    }

    @Override
    public List<String> categories() {
        return List.of(HOLDS);
    }

    @Override
    public List<DataRecord> export(Subject subject) {
        return find(subject).stream()
                .map(found -> {
                    LegalHold hold = found.hold;
                    Map<String, String> fields = new LinkedHashMap<>();
                    fields.put("site", hold.site().value());
                    if (found.named) {
                        fields.put("person", hold.person());
                    }
                    fields.put("reason", hold.reason());
                    fields.put("lastDay", hold.lastDay().toString());
                    fields.put("placedAt", hold.placedAt().toString());
                    hold.ended().ifPresent(at -> fields.put("endedAt", at.toString()));
                    return new DataRecord(HOLDS, fields);
                })
                .toList();
    }

    @Override
    public Erasure erase(Subject subject, Principal by) {
        int erased = 0;
        List<String> kept = new ArrayList<>();
        for (Found found : find(subject)) {
            LegalHold hold = found.hold;
            if (hold.ended().isEmpty()) {
                kept.add("The legal hold of site " + hold.site() + " until " + hold.lastDay()
                        + ": it is needed to establish, exercise or defend legal claims (GDPR Art. 17(3)(e))");
            } else {
                boolean gone = found.named && erase(found, by);
                erased += gone ? 1 : 0;
                kept.add("That there was a legal hold of site " + hold.site() + " until " + hold.lastDay()
                        + ": it proves why logs were kept for longer (GDPR Art. 5(2), Art. 17(3)(e)), for "
                        + LegalHolds.KEPT_YEARS + " years from the end of the year in which it ended"
                        + (gone ? ", and nothing in it says any more who asked for it" : ""));
            }
        }
        return new Erasure(erased, kept);
    }

    /** Takes the name out, also where the reason repeats it or a part of it. */
    private boolean erase(Found found, Principal by) {
        String reason = Holds.without(found.hold.reason(), found.hold.person());
        return database.transaction(sql -> {
            int gone = sql.update(
                    "update logs_hold set person = '', reason = ? where id = ? and ended_at is not null and person <> ''",
                    reason,
                    found.number);
            if (gone > 0) {
                receipt(found, "erased", by);
            }
            return gone > 0;
        });
    }

    @Override
    public boolean restrict(Subject subject, boolean restricted, Principal by) {
        boolean any = false;
        for (Found found : find(subject)) {
            any |= found.named && restrict(found, restricted, by);
        }
        return any;
    }

    private boolean restrict(Found found, boolean restricted, Principal by) {
        return database.transaction(sql -> {
            int changed = sql.update(
                    "update logs_hold set restricted = ? where id = ? and restricted <> ?",
                    restricted,
                    found.number,
                    restricted);
            if (changed > 0) {
                receipt(found, restricted ? "restricted" : "unrestricted", by);
            }
            return true;
        });
    }

    private void receipt(Found found, String event, Principal by) {
        String site = new Scope(ScopeLevel.DOMAIN, found.hold.site().value()).toString();
        receipts.append(Receipt.of(LegalHolds.ACT, site, by.actor()).withValues(Map.of("event", event)));
    }
}
