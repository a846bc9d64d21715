package dev.sparsam.logs.internal;

import dev.sparsam.facts.FactSource;
import dev.sparsam.facts.Findings;
import dev.sparsam.ledger.Ledger;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.LegalHolds;
import dev.sparsam.logs.LineMasking;
import dev.sparsam.logs.LineOrigin;
import dev.sparsam.logs.LinesBefore;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.logs.MaskedLines;
import dev.sparsam.logs.Observation;
import dev.sparsam.logs.Refusal;
import dev.sparsam.logs.SiteSweep;
import dev.sparsam.logs.Sweep;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.logs.Sweeps;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.settings.Setting;
import dev.sparsam.settings.Settings;
import dev.sparsam.store.Configured;
import dev.sparsam.store.DataFolder;
import dev.sparsam.store.Database;
import dev.sparsam.store.JobHandler;
import dev.sparsam.store.JobSchedule;
import dev.sparsam.store.Jobs;
import dev.sparsam.store.ReceiptBook;
import dev.sparsam.store.Wording;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Reads the configuration and publishes sweeps, their facts and their job, and the masking of lines. */
@Component(
        configurationPid = "dev.sparsam.logs",
        service = {Sweeps.class, LegalHolds.class, FactSource.class, LineMasking.class},
        immediate = true)
@Designate(ocd = LogsComponent.Config.class)
public final class LogsComponent implements Sweeps, LegalHolds, FactSource, LineMasking {
    /** How sweeps are done. */
    @ObjectClassDefinition(name = "Sparsam: log files")
    @interface Config {
        /** Times of the daily sweeps. */
        @AttributeDefinition(
                name = "Daily sweep",
                description = "Time of day, for example 02:30, or several, separated by commas, at which everything is"
                        + " swept without a preview; empty: sweeps are only run by hand")
        String daily() default "";

        /** Zone of log times. */
        @AttributeDefinition(
                name = "Time zone",
                description = "Of log times that are written without one, and of the daily sweep, for example"
                        + " Europe/Berlin; empty: the server's")
        String zone() default "";

        /** The server's own formats. */
        @AttributeDefinition(
                name = "Formats of the web server",
                description = "Formats of access logs that the web server is configured with, as FILE#NAME, for example"
                        + " /etc/nginx/nginx.conf#main, separated by commas; without a name all of the file that tell"
                        + " a time. Usual formats are known anyway")
        String serverFormats() default "";

        /** Minutes without a change. */
        @AttributeDefinition(
                name = "Quiet minutes",
                description = "A file that changed within so many minutes is taken to be in use")
        int quietMinutes() default 5;

        /** Age of evidence. */
        @AttributeDefinition(
                name = "Evidence hours",
                description = "How long a sweep speaks for the present; older evidence is not stated in notices")
        int evidenceHours() default 48;

        /** How long the index is trusted. */
        @AttributeDefinition(
                name = "Trusted hours",
                description = "A scheduled sweep that comes within so many hours after one that has asked every file"
                        + " asks the folders only whether files have come or gone, and looks at what is due; 0: every"
                        + " sweep asks every file")
        int trustedHours() default 20;

        /** The file for loggers. */
        @AttributeDefinition(
                name = "Sites of loggers",
                description =
                        "The file in which 'sparsam logs pipe' reads where the lines of which host go, for example"
                                + " pipe/sites.json; below the data folder unless absolute; empty: none is written")
        String pipeSites() default "";

        /** How long sweeps are kept. */
        @AttributeDefinition(
                name = "Keep sweeps",
                description = "Days for which the list of a finished sweep's files is kept; receipts stay")
        int keepSweepsDays() default 90;
    }

    private final SweepService sweeps;
    private final Holds holds;
    private final LogFacts facts;
    private final StreamMasking masking;
    private final Configured configured;
    private final Optional<PipeSitesWriter> loggers;
    private final List<ServiceRegistration<?>> registered = new ArrayList<>();

    /** Wires the service. */
    @Activate
    public LogsComponent(
            @Reference(target = "(" + Database.SCHEMA + "=dev.sparsam.logs)") Database database,
            @Reference Jobs jobs,
            @Reference Settings settings,
            @Reference TenantDirectory tenants,
            @Reference SiteDirectory sites,
            @Reference ReceiptBook receipts,
            @Reference Ledger ledger,
            BundleContext context,
            Map<String, ?> properties) {
        Clock clock = Clock.systemUTC();
        configured = Configured.of(context, Config.class, properties);
        ZoneId zone = configured.value(
                "zone",
                () -> Wording.of(LogsComponent.class, "zone"),
                name -> name.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(name));
        Optional<JobSchedule> schedule =
                configured.value("daily", () -> Wording.of(LogsComponent.class, "daily"), text -> schedule(text, zone));
        OwnFormats formats = configured.value(
                "serverFormats",
                () -> Wording.of(
                        LogsComponent.class, "serverFormats", OwnFormats.reason(configured.text("serverFormats"))),
                text -> OwnFormats.of(text, clock));
        SweepWork work = new SweepWork(
                clock,
                zone,
                formats,
                Duration.ofMinutes(configured.whole("quietMinutes", 1, 1_440)),
                Duration.ofDays(configured.whole("keepSweepsDays", 1, 36_500)),
                Duration.ofHours(configured.whole("trustedHours", 0, 168)));
        holds = new Holds(database, sites, receipts, zone, clock);
        KeyStore keys = new KeyStore(database, new SecureRandom(), clock, zone);
        masking = new StreamMasking(new SitePolicies(settings, tenants, sites, clock), keys, zone, formats, clock);
        sweeps = new SweepService(database, jobs, settings, tenants, sites, receipts, ledger, work, holds, keys, clock);
        facts = new LogFacts(
                database,
                settings,
                sites,
                holds,
                schedule,
                zone,
                context.getBundle().getSymbolicName() + " "
                        + context.getBundle().getVersion(),
                Duration.ofHours(configured.whole("evidenceHours", 1, 8_760)),
                clock);
        String pipeSites = configured.text("pipeSites").strip();
        if (!pipeSites.isEmpty()) {
            PipeSitesFile file =
                    new PipeSitesFile(DataFolder.of(context).resolve(pipeSites), settings, tenants, sites, keys, zone);
            loggers = Optional.of(new PipeSitesWriter(file, Threads.PATIENCE));
        } else {
            loggers = Optional.empty();
        }
        for (Setting<?> setting : LogSettings.all()) {
            registered.add(context.registerService(
                    Setting.class.getName(), setting, FrameworkUtil.asDictionary(Map.of("setting.id", setting.id()))));
        }
        // By hand: the store asks for it on a thread of its own, and a component that is just being stopped would
        // answer with nothing, which the framework reports as an error.
        registered.add(context.registerService(JobHandler.class, new SweepJob(sweeps, schedule), null));
    }

    private static Optional<JobSchedule> schedule(String text, ZoneId zone) {
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(new JobSchedule(
                        Arrays.stream(text.split(",", -1))
                                .map(time -> LocalTime.parse(time.strip()))
                                .toList(),
                        zone));
    }

    @Deactivate
    void stop() {
        // First: whoever withdraws the job waits until it has ended.
        sweeps.stop();
        loggers.ifPresent(PipeSitesWriter::close);
        registered.forEach(ServiceRegistration::unregister);
        configured.close();
    }

    @Override
    public Findings find(Collection<ScopePath> paths) {
        return facts.find(paths);
    }

    @Override
    public MaskedLines mask(LineOrigin origin, LinesBefore before, InputStream lines, OutputStream masked)
            throws IOException {
        return masking.mask(origin, before, lines, masked);
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
    private record SweepJob(SweepService sweeps, Optional<JobSchedule> schedule) implements JobHandler {
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
            }
        }
    }
}
