package dev.sparsam.logs.internal;

import dev.sparsam.logs.LegalHolds;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.settings.Settings;
import dev.sparsam.store.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells loggers which sites there are, when a file for that is configured. */
@Component(
        service = {},
        immediate = true)
public final class PipeSitesComponent {
    private static final Logger LOG = LoggerFactory.getLogger(PipeSitesComponent.class);

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
        WrittenSitesFiles written = new WrittenSitesFiles(configuration.writtenSites());
        leaveOthers(written, configuration.pipeSites());
        KeyStore keys = new KeyStore(database, new SecureRandom(), configuration.clock(), configuration.zone());
        writer = configuration
                .pipeSites()
                .map(path -> new PipeSitesWriter(
                        new PipeSitesFile(path, written, settings, tenants, sites, keys, holds, configuration.zone()),
                        Threads.PATIENCE));
    }

    private static void leaveOthers(WrittenSitesFiles written, Optional<Path> now) {
        try {
            written.leave(now);
        } catch (IOException e) {
            LOG.warn(
                    "Keys may be left in a file for loggers that is not written any more; it is tried again when this"
                            + " starts, or delete that file",
                    e);
        }
    }

    @Deactivate
    void stop() {
        writer.ifPresent(PipeSitesWriter::close);
    }
}
