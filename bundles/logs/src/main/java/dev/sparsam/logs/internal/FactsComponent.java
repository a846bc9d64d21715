package dev.sparsam.logs.internal;

import dev.sparsam.facts.FactSource;
import dev.sparsam.facts.Findings;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.settings.Settings;
import dev.sparsam.store.Database;
import dev.sparsam.store.ReceiptBook;
import java.util.Collection;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Publishes what sweeps have proven. */
@Component(service = FactSource.class, immediate = true)
public final class FactsComponent implements FactSource {
    private final LogFacts facts;

    /** Wires the facts. */
    @Activate
    public FactsComponent(
            @Reference LogsConfiguration configuration,
            @Reference(target = "(" + Database.SCHEMA + "=dev.sparsam.logs)") Database database,
            @Reference Settings settings,
            @Reference SiteDirectory sites,
            @Reference ReceiptBook receipts,
            BundleContext context) {
        facts = new LogFacts(
                database,
                settings,
                sites,
                new Holds(database, sites, receipts, configuration.zone(), configuration.clock()),
                configuration.schedule(),
                configuration.zone(),
                context.getBundle().getSymbolicName() + " "
                        + context.getBundle().getVersion(),
                configuration.evidence(),
                configuration.clock());
    }

    @Override
    public Findings find(Collection<ScopePath> paths) {
        return facts.find(paths);
    }
}
