package dev.sparsam.logs.internal;

import dev.sparsam.logs.LineMasking;
import dev.sparsam.logs.LineOrigin;
import dev.sparsam.logs.LinesBefore;
import dev.sparsam.logs.MaskedLines;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.settings.Settings;
import dev.sparsam.store.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Publishes the masking of lines that lie in no file; it needs neither jobs nor the ledger. */
@Component(service = LineMasking.class, immediate = true)
public final class MaskingComponent implements LineMasking {
    private final StreamMasking masking;

    /** Wires the masking. */
    @Activate
    public MaskingComponent(
            @Reference LogsConfiguration configuration,
            @Reference(target = "(" + Database.SCHEMA + "=dev.sparsam.logs)") Database database,
            @Reference Settings settings,
            @Reference TenantDirectory tenants,
            @Reference SiteDirectory sites) {
        masking = new StreamMasking(
                new SitePolicies(settings, tenants, sites, configuration.clock()),
                new KeyStore(database, new SecureRandom(), configuration.clock(), configuration.zone()),
                configuration.zone(),
                configuration.formats(),
                configuration.clock());
    }

    @Override
    public MaskedLines mask(LineOrigin origin, LinesBefore before, InputStream lines, OutputStream masked)
            throws IOException {
        return masking.mask(origin, before, lines, masked);
    }
}
