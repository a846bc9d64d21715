package dev.sparsam.logs.internal;

import dev.sparsam.facts.PersonalDataSource;
import dev.sparsam.facts.Subject;
import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.LegalHolds;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.store.Database;
import dev.sparsam.store.ReceiptBook;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Publishes legal holds, and answers for the personal data in them. */
@Component(
        service = {LegalHolds.class, PersonalDataSource.class},
        immediate = true)
public final class HoldsComponent implements LegalHolds, PersonalDataSource {
    private final Holds holds;
    private final HoldsData data;

    /** Wires the holds. */
    @Activate
    public HoldsComponent(
            @Reference LogsConfiguration configuration,
            @Reference(target = "(" + Database.SCHEMA + "=dev.sparsam.logs)") Database database,
            @Reference TenantDirectory tenants,
            @Reference SiteDirectory sites,
            @Reference ReceiptBook receipts) {
        data = new HoldsData(database, tenants, sites, receipts);
        holds = new Holds(database, sites, receipts, configuration.zone(), configuration.clock());
    }

    @Override
    public List<String> categories() {
        return data.categories();
    }

    @Override
    public List<DataRecord> export(Subject subject) {
        return data.export(subject);
    }

    @Override
    public Erasure erase(Subject subject, Principal by) {
        return data.erase(subject, by);
    }

    @Override
    public boolean restrict(Subject subject, boolean restricted, Principal by) {
        return data.restrict(subject, restricted, by);
    }

    @Override
    public LocalDate today() {
        return holds.today();
    }

    @Override
    public Optional<LegalHolds.Objection> place(
            SiteId site, String reason, String person, LocalDate lastDay, Principal by) {
        return holds.place(site, reason, person, lastDay, by);
    }

    @Override
    public boolean lift(SiteId site, Principal by) {
        return holds.lift(site, by);
    }

    @Override
    public Map<SiteId, LegalHold> active() {
        return holds.active();
    }

    @Override
    public Map<SiteId, LegalHold> active(Collection<SiteId> sites) {
        return holds.active(sites);
    }

    @Override
    public List<LegalHold> history(SiteId site) {
        return holds.history(site);
    }
}
