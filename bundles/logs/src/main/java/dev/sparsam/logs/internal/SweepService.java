package dev.sparsam.logs.internal;

import dev.sparsam.ledger.Ledger;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.Observation;
import dev.sparsam.logs.Refusal;
import dev.sparsam.logs.Refusal.Reason;
import dev.sparsam.logs.SiteSweep;
import dev.sparsam.logs.Sweep;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.logs.Sweeps;
import dev.sparsam.logs.internal.SweepStore.Control;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.panel.spi.TenantTrees;
import dev.sparsam.settings.Settings;
import dev.sparsam.store.Database;
import dev.sparsam.store.Jobs;
import dev.sparsam.store.ReceiptBook;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sweeps kept in the database: what is asked for and what is told of them. They are planned by {@link SweepPlanning} and done
 * by {@link SweepRun}; what is done to files is {@link SweepWork}'s.
 */
final class SweepService implements Sweeps {
    private static final Logger LOG = LoggerFactory.getLogger(SweepService.class);

    /** The name of the job; a sweep's number is the job's id, and what to do is its payload. */
    static final String JOB = "logs.sweep";

    /** A preview describes files that change by the hour; after a day it is not what would happen any more. */
    private static final Duration PLAN_HOLDS = Duration.ofDays(1);

    /** How many sweeps are read at a time to look for those that touch a scope, and of how many numbers are asked. */
    private static final int SCANNED = 1_000;

    private static final int NUMBERED = 100;

    private final Database database;
    private final Jobs jobs;
    private final TenantDirectory tenants;
    private final SiteDirectory sites;
    private final Holds holds;
    private final Clock clock;
    private final SweptSites swept;
    private final SweepPlanning planning;
    private final SweepRun running;
    private final StopFlag stop = new StopFlag();

    SweepService(
            Database database,
            Jobs jobs,
            Settings settings,
            TenantDirectory tenants,
            SiteDirectory sites,
            ReceiptBook receipts,
            Ledger ledger,
            SweepWork work,
            Holds holds,
            KeyStore keys,
            Clock clock) {
        this.database = database;
        this.jobs = jobs;
        this.tenants = tenants;
        this.sites = sites;
        this.holds = holds;
        this.clock = clock;
        swept = new SweptSites(settings, tenants, sites, holds);
        planning = new SweepPlanning(database, swept, work, holds, clock, stop);
        running = new SweepRun(database, swept, receipts, ledger, work, holds, keys, clock, stop);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    public long plan(Scope scope, Principal by) {
        boolean known = scope.level() == ScopeLevel.DOMAIN
                ? sites.site(new SiteId(scope.id())).isPresent()
                : tenants.tenant(new TenantId(scope.id()))
                        .map(Tenant::scope)
                        .filter(scope::equals)
                        .isPresent();
        if (!known) {
            throw new IllegalArgumentException("The panel does not have " + scope);
        }
        return database.transaction(sql -> {
            SweepStore store = new SweepStore(sql);
            return store.planning(scope, by.actor()).orElseGet(() -> start(store, scope, by.actor(), false));
        });
    }

    /**
     * Plans a sweep of the whole provider and runs it when it is planned. Does nothing while the last one is at work: it
     * may take longer than a day, and after a crash the schedule may call twice.
     */
    void planAndRun(String actor) {
        TenantTrees.read(tenants, sites)
                .map(TenantTree::provider)
                .ifPresent(provider -> database.transaction(sql -> {
                    SweepStore store = new SweepStore(sql);
                    if (store.isScheduledOpen()) {
                        LOG.info("The last scheduled sweep is still at work, so no other one is begun");
                        return -1L;
                    }
                    return start(store, provider.scope(), actor, true);
                }));
    }

    private long start(SweepStore store, Scope scope, String actor, boolean autoRun) {
        long id = store.create(scope, actor, autoRun, now());
        jobs.submit(JOB, "plan-" + id, Long.toString(id));
        return id;
    }

    @Override
    public Optional<Refusal> run(long id, Principal by) {
        Optional<Control> sweep = control(id);
        Optional<Refusal> stopped = stopped(sweep);
        if (stopped.isPresent()) {
            return stopped;
        }
        // The panel may be slow or have a database of its own, so it is not asked within a transaction. Settings that
        // change from here on are noticed when the run comes to their site.
        Map<SiteId, Reason> elsewhere = swept.overtaken(
                sweep.orElseThrow().scope(), database.transaction(sql -> new SweepStore(sql).sites(id)));
        Optional<Refusal> overtaken = elsewhere.entrySet().stream()
                .min(Map.Entry.<SiteId, Reason>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .map(site -> new Refusal(site.getValue(), Optional.of(site.getKey())))
                .or(() -> database.transaction(sql -> new SweepStore(sql).sweptSince(id))
                        .map(site -> new Refusal(Reason.OVERTAKEN, Optional.of(site))));
        if (overtaken.isPresent()) {
            return overtaken;
        }
        boolean begun = database.transaction(sql -> begin(new SweepStore(sql), id));
        // Somebody else was faster: by now it runs, has run, or is discarded.
        return begun ? Optional.empty() : stopped(control(id));
    }

    private Optional<Refusal> stopped(Optional<Control> sweep) {
        if (sweep.isEmpty()) {
            return refuse(Reason.UNKNOWN);
        }
        return switch (sweep.get().state()) {
            case PLANNING -> refuse(Reason.PLANNING);
            case PLANNED ->
                now().isAfter(sweep.get().plannedAt().orElse(Instant.EPOCH).plus(PLAN_HOLDS))
                        ? refuse(Reason.TOO_OLD)
                        : Optional.empty();
            case RUNNING -> refuse(Reason.RUNNING);
            case DONE -> refuse(Reason.DONE);
            case DISCARDED -> refuse(Reason.DISCARDED);
        };
    }

    private static Optional<Refusal> refuse(Reason reason) {
        return Optional.of(new Refusal(reason, Optional.empty()));
    }

    private boolean begin(SweepStore store, long id) {
        boolean begun = store.move(id, State.PLANNED, State.RUNNING, now());
        if (begun) {
            jobs.submit(JOB, "run-" + id, Long.toString(id));
        }
        return begun;
    }

    @Override
    public void discard(long id, Principal by) {
        database.transaction(sql -> {
            SweepStore store = new SweepStore(sql);
            return store.move(id, State.PLANNED, State.DISCARDED, now())
                    || store.move(id, State.PLANNING, State.DISCARDED, now());
        });
    }

    /** Ends the jobs of this node after the file that they are at; another node, or a later start, goes on. */
    void stop() {
        stop.set();
    }

    /**
     * Does a job; a second time it goes on with what the first has left.
     *
     * @throws InterruptedException when it is to stop before it is done
     */
    void work(String job, long id) throws InterruptedException {
        HeapRoom.within(() -> {
            if (job.startsWith("plan-")) {
                planning.plan(id);
            }
            // One that needs no leave is run by the job that has planned it.
            if (job.startsWith("run-") || control(id).filter(Control::autoRun).isPresent()) {
                running.run(id);
            }
        });
    }

    private Optional<Control> control(long id) {
        return database.transaction(sql -> new SweepStore(sql).control(id));
    }

    @Override
    public Optional<Sweep> sweep(long id) {
        return database.transaction(sql -> new SweepReport(sql).sweep(id, Optional.empty()));
    }

    @Override
    public Optional<Sweep> sweep(long id, Collection<SiteId> wanted) {
        Set<SiteId> some = Set.copyOf(wanted);
        return database.transaction(sql -> new SweepReport(sql).sweep(id, Optional.of(some)));
    }

    @Override
    public List<Sweep> recent(Scope scope, int limit) {
        Optional<TenantTree> tree = TenantTrees.read(tenants, sites);
        Optional<ScopePath> path = tree.flatMap(each -> each.path(scope));
        if (tree.isEmpty() || path.isEmpty()) {
            return List.of();
        }
        boolean all = scope.level() == ScopeLevel.PROVIDER;
        Optional<Set<SiteId>> below = all
                ? Optional.empty()
                : Optional.of(
                        tree.get().sitesBelow(scope).stream().map(Site::id).collect(Collectors.toSet()));
        Predicate<Scope> touches = other -> all
                || path.get().contains(other)
                || tree.get().path(other).filter(way -> way.contains(scope)).isPresent();
        List<Sweep> recent = new ArrayList<>();
        long before = Long.MAX_VALUE;
        while (recent.size() < limit) {
            long from = before;
            // There may be far more scopes than a statement can name, but never many sweeps: those that touch the
            // scope are picked here.
            List<Sweep> page = database.transaction(sql -> new SweepReport(sql).before(from, SCANNED));
            List<Sweep> touching =
                    page.stream().filter(sweep -> touches.test(sweep.scope())).toList();
            for (int next = 0; next < touching.size() && recent.size() < limit; ) {
                List<Sweep> some = touching.subList(
                        next, Math.min(touching.size(), next + Math.min(NUMBERED, limit - recent.size())));
                next += some.size();
                recent.addAll(database.transaction(sql -> numbered(new SweepReport(sql), some, path.get(), below)));
            }
            if (page.size() < SCANNED) {
                break;
            }
            before = page.get(page.size() - 1).id();
        }
        return List.copyOf(recent);
    }

    /** Of a sweep from above only what it did to these sites; one that is older than the first of them is left out. */
    private static List<Sweep> numbered(
            SweepReport report, List<Sweep> sweeps, ScopePath path, Optional<Set<SiteId>> below) {
        Map<Boolean, List<Sweep>> fromAbove = sweeps.stream()
                .collect(Collectors.partitioningBy(
                        sweep -> path.contains(sweep.scope()) && !path.leaf().equals(sweep.scope())));
        return Stream.concat(
                        report.withNumbers(fromAbove.getOrDefault(false, List.of()), Optional.empty()).stream(),
                        report.withNumbers(fromAbove.getOrDefault(true, List.of()), below).stream()
                                .filter(sweep -> sweep.sites() > 0))
                .sorted(Comparator.comparingLong(Sweep::id).reversed())
                .toList();
    }

    @Override
    public List<SweepFile> files(long id, FileFilter filter, int offset, int limit) {
        return database.transaction(sql -> new SweepReport(sql).files(id, filter, offset, limit));
    }

    @Override
    public long count(long id, FileFilter filter) {
        return database.transaction(sql -> new SweepReport(sql).count(id, filter));
    }

    @Override
    public Map<SiteId, Long> receipts(long id) {
        return database.transaction(sql -> new SweepReport(sql).receipts(id));
    }

    @Override
    public Map<SiteId, List<Observation>> observed(Collection<SiteId> sites) {
        Map<SiteId, List<Observation>> observed = new HashMap<>();
        Set<SiteId> held = holds.active().keySet();
        database.transaction(sql -> new SweepReport(sql).statuses(sites))
                .forEach(status -> observed.computeIfAbsent(status.site(), site -> new ArrayList<>())
                        .add(new Observation(
                                status.site(),
                                status.place().kind(),
                                status.place().backup(),
                                status.at(),
                                status.receipt(),
                                status.rules(),
                                // What a hold kept that somebody has lifted since is too old from then on.
                                status.held().filter(day -> held.contains(status.site())),
                                status.left().oldest(),
                                status.left().lines(),
                                status.left().unmasked(),
                                status.left().oldestUnmasked(),
                                status.unknown())));
        return observed;
    }

    @Override
    public Map<SiteId, SiteSweep> last(Collection<SiteId> wanted) {
        return database.transaction(sql -> new SweepReport(sql).last(wanted));
    }
}
