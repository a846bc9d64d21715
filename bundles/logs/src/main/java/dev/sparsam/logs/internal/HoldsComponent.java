package dev.sparsam.logs.internal;

import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.LegalHolds;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.spi.SiteDirectory;
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

/** Publishes legal holds. */
@Component(service = LegalHolds.class, immediate = true)
public final class HoldsComponent implements LegalHolds {
    private final Holds holds;

    /** Wires the holds. */
    @Activate
    public HoldsComponent(
            @Reference LogsConfiguration configuration,
            @Reference(target = "(" + Database.SCHEMA + "=dev.sparsam.logs)") Database database,
            @Reference SiteDirectory sites,
            @Reference ReceiptBook receipts) {
        holds = new Holds(database, sites, receipts, configuration.zone(), configuration.clock());
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
