package dev.sparsam.panel.reference.internal;

import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.spi.InventoryPort;
import dev.sparsam.panel.spi.Page;
import dev.sparsam.panel.spi.PageRequest;
import dev.sparsam.panel.spi.PanelConnector;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers the panel's ports, and imports the configured file into an empty panel. */
@Component(
        service = {PanelConnector.class, TenantDirectory.class, SiteDirectory.class, InventoryPort.class},
        configurationPid = "dev.sparsam.panel.reference",
        immediate = true,
        property = PanelConnector.PANEL_ID + "=reference")
@Designate(ocd = ReferenceComponent.Config.class)
public final class ReferenceComponent implements PanelConnector, TenantDirectory, SiteDirectory, InventoryPort {
    private static final Logger LOG = LoggerFactory.getLogger(ReferenceComponent.class);

    /** What can be configured. */
    @ObjectClassDefinition(name = "Sparsam: reference panel")
    @interface Config {
        /** First inventory. */
        @AttributeDefinition(
                name = "Import file",
                description = "Inventory file that is imported at start while there are no tenants; absolute or below"
                        + " the data folder")
        String importFile() default "";
    }

    private static final long PAUSE_MILLIS = 1_000;

    private final ReferencePanel panel;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** Opens the panel on its tables. A database that does not answer now is no reason to be without a panel then. */
    @Activate
    public ReferenceComponent(
            @Reference(target = "(sparsam.schema=dev.sparsam.panel.reference)") DataSource connections,
            BundleContext context,
            Map<String, ?> properties) {
        panel = new ReferencePanel(connections);
        // Not through the annotation: with its default among them, properties that differ in case only, such as
        // importfile by mistake, could not be registered.
        String file = Optional.ofNullable(properties.get("importFile"))
                .map(value -> value.toString().strip())
                .orElse("");
        if (!file.isEmpty()) {
            Path inventory = Optional.ofNullable(context.getProperty("sparsam.data"))
                    .map(data -> Path.of(data, "").resolve(file))
                    .orElseGet(() -> Path.of(file));
            if (!importInto(panel, inventory)) {
                Thread thread = new Thread(() -> importLater(inventory), "sparsam-panel-import");
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    @Deactivate
    void stop() {
        stopped.countDown();
    }

    private void importLater(Path file) {
        try {
            boolean done = false;
            while (!done && !stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                done = importInto(panel, file);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * A problem is logged and leaves the panel as it is: empty, but there, so that a corrected file can be imported.
     *
     * @return false when the database has failed, so that it has to be tried again
     */
    static boolean importInto(ReferencePanel panel, Path file) {
        try {
            if (!panel.empty()) {
                return true;
            }
            ImportReport report;
            try (InputStream in = Files.newInputStream(file)) {
                report = panel.apply(in, Locale.ENGLISH);
            }
            if (report.problems().isEmpty()) {
                LOG.info("Imported {} tenants and sites from {}", report.added().size(), file);
            } else {
                LOG.error(
                        "Nothing was imported from {}; correct it and use panel:import:\n  {}",
                        file,
                        String.join("\n  ", report.problems()));
            }
        } catch (IOException e) {
            LOG.error(
                    "Nothing was imported, because importFile = {} in dev.sparsam.panel.reference.cfg cannot be read ({});"
                            + " name a file that the user who runs Sparsam can read, or import one with panel:import",
                    file,
                    e.toString());
        } catch (IllegalStateException e) {
            LOG.warn("Nothing is imported from {} yet; it is tried again by itself: {}", file, e.getMessage());
            LOG.debug("The import failed", e);
            return false;
        }
        return true;
    }

    @Override
    public PanelInfo info() {
        return panel.info();
    }

    @Override
    public Health health() {
        return panel.health();
    }

    @Override
    public Page<Tenant> tenants(PageRequest request) {
        return panel.tenants(request);
    }

    @Override
    public Optional<Tenant> tenant(TenantId id) {
        return panel.tenant(id);
    }

    @Override
    public Page<Site> sites(PageRequest request) {
        return panel.sites(request);
    }

    @Override
    public Optional<Site> site(SiteId id) {
        return panel.site(id);
    }

    @Override
    public List<LogStream> logStreams(SiteId id) {
        return panel.logStreams(id);
    }

    @Override
    public Map<SiteId, List<LogStream>> logStreams(Collection<SiteId> ids) {
        return panel.logStreams(ids);
    }

    @Override
    public ImportReport preview(InputStream file, Locale language) throws IOException {
        return panel.preview(file, language);
    }

    @Override
    public ImportReport apply(InputStream file, Locale language) throws IOException {
        return panel.apply(file, language);
    }

    @Override
    public void export(OutputStream file) throws IOException {
        panel.export(file);
    }
}
