package dev.sparsam.logs.internal;

import dev.sparsam.ledger.Ledger;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.Observation;
import dev.sparsam.logs.Refusal;
import dev.sparsam.logs.SiteSweep;
import dev.sparsam.logs.Sweep;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.logs.Sweeps;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.settings.Settings;
import dev.sparsam.store.Database;
import dev.sparsam.store.JobHandler;
import dev.sparsam.store.JobSchedule;
import dev.sparsam.store.Jobs;
import dev.sparsam.store.ReceiptBook;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Publishes sweeps and their job. */
@Component(service = Sweeps.class, immediate = true)
public final class SweepsComponent implements Sweeps {
    private final SweepService sweeps;
    private final ServiceRegistration<JobHandler> job;

    /** Wires the service. */
    @Activate
    public SweepsComponent(
            @Reference LogsConfiguration configuration,
            @Reference(target = "(" + Database.SCHEMA + "=dev.sparsam.logs)") Database database,
            @Reference Jobs jobs,
            @Reference Settings settings,
            @Reference TenantDirectory tenants,
            @Reference SiteDirectory sites,
            @Reference ReceiptBook receipts,
            @Reference Ledger ledger,
            BundleContext context) {
        SweepWork work = new SweepWork(
                configuration.clock(), configuration.zone(), configuration.formats(), configuration.limits());
        sweeps = new SweepService(
                database,
                jobs,
                settings,
                tenants,
                sites,
                receipts,
                ledger,
                work,
                new Holds(database, sites, receipts, configuration.zone(), configuration.clock()),
                new KeyStore(database, new SecureRandom(), configuration.clock(), configuration.zone()),
                configuration.clock());
        Leftovers leftovers =
                new Leftovers(database, tenants, sites, receipts, configuration.zone(), configuration.clock());
        // By hand: the store asks for it on a thread of its own, and a component that is just being stopped would
        // answer with nothing, which the framework reports as an error. Last: when it fails, nothing has been begun.
        job = context.registerService(
                JobHandler.class, new SweepJob(sweeps, leftovers, configuration.schedule()), null);
    }

    @Deactivate
    void stop() {
        // First: whoever withdraws the job waits until it has ended.
        sweeps.stop();
        job.unregister();
    }

    @Override
    public long plan(Scope scope, Principal by) {
        return sweeps.plan(scope, by);
    }

    @Override
    public Optional<Refusal> run(long id, Principal by) {
        return sweeps.run(id, by);
    }

    @Override
    public void discard(long id, Principal by) {
        sweeps.discard(id, by);
    }

    @Override
    public Optional<Sweep> sweep(long id) {
        return sweeps.sweep(id);
    }

    @Override
    public Optional<Sweep> sweep(long id, Collection<SiteId> sites) {
        return sweeps.sweep(id, sites);
    }

    @Override
    public List<Sweep> recent(Scope scope, int limit) {
        return sweeps.recent(scope, limit);
    }

    @Override
    public List<SweepFile> files(long id, FileFilter filter, int offset, int limit) {
        return sweeps.files(id, filter, offset, limit);
    }

    @Override
    public long count(long id, FileFilter filter) {
        return sweeps.count(id, filter);
    }

    @Override
    public Map<SiteId, Long> receipts(long id) {
        return sweeps.receipts(id);
    }

    @Override
    public Map<SiteId, List<Observation>> observed(Collection<SiteId> sites) {
        return sweeps.observed(sites);
    }

    @Override
    public Map<SiteId, SiteSweep> last(Collection<SiteId> sites) {
        return sweeps.last(sites);
    }

    /** Sweeps by the clock, and those that were asked for. */
    private record SweepJob(SweepService sweeps, Leftovers leftovers, Optional<JobSchedule> schedule)
            implements JobHandler {
        @Override
        public String name() {
            return SweepService.JOB;
        }

        @Override
        public void run(JobRun run) throws InterruptedException {
            if (run.payload().isEmpty()) {
                sweeps.planAndRun("system:daily");
            } else {
                sweeps.work(run.id(), Long.parseLong(run.payload()));
                leftovers.deleteNowAndAgain();
            }
        }
    }
}
