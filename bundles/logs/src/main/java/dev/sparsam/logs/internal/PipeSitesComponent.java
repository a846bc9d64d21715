package dev.sparsam.logs.internal;

import dev.sparsam.logs.LegalHolds;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.settings.Settings;
import dev.sparsam.store.Database;
import java.security.SecureRandom;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Tells loggers which sites there are, when a file for that is configured. */
@Component(
        service = {},
        immediate = true)
public final class PipeSitesComponent {
    private final Optional<PipeSitesWriter> writer;

    /** Begins to write. */
    @Activate
    public PipeSitesComponent(
            @Reference LogsConfiguration configuration,
            @Reference(target = "(" + Database.SCHEMA + "=dev.sparsam.logs)") Database database,
            @Reference Settings settings,
            @Reference TenantDirectory tenants,
            @Reference SiteDirectory sites,
            @Reference LegalHolds holds) {
        KeyStore keys = new KeyStore(database, new SecureRandom(), configuration.clock(), configuration.zone());
        writer = configuration
                .pipeSites()
                .map(path -> new PipeSitesWriter(
                        new PipeSitesFile(path, settings, tenants, sites, keys, holds, configuration.zone()),
                        Threads.PATIENCE));
    }

    @Deactivate
    void stop() {
        writer.ifPresent(PipeSitesWriter::close);
    }
}
