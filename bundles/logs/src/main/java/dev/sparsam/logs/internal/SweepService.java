package dev.sparsam.logs.internal;

import dev.sparsam.ledger.Ledger;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.logs.Observation;
import dev.sparsam.logs.Refusal;
import dev.sparsam.logs.Refusal.Reason;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.logs.SiteSweep;
import dev.sparsam.logs.Sweep;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.logs.Sweeps;
import dev.sparsam.logs.internal.SweepStore.Control;
import dev.sparsam.logs.internal.SweepStore.LastKnown;
import dev.sparsam.logs.internal.SweepStore.LookedSite;
import dev.sparsam.logs.internal.SweepStore.NewestLook;
import dev.sparsam.logs.internal.SweepStore.PlannedFile;
import dev.sparsam.logs.internal.SweepStore.Status;
import dev.sparsam.logs.internal.SweepStore.Step;
import dev.sparsam.logs.internal.SweepStore.SweptSite;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.RetentionRule;
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
import dev.sparsam.store.Receipt;
import dev.sparsam.store.ReceiptBook;
import dev.sparsam.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sweeps kept in the database. What is done to files is {@link SweepWork}'s; here is what is asked for, in which order it
 * happens, and what is proven afterwards.
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

    /** So many sites are planned at a time, so many compared, and so many handled. */
    private static final int PLANNED_AT_ONCE = 64;

    private static final int COMPARED_AT_ONCE = 100;

    /** How long what is known of legal holds is taken for true while files are deleted. */
    private static final Duration HOLDS_ASKED = Duration.ofSeconds(1);

    private static final int RUN_AT_ONCE = 200;

    private final Database database;
    private final Jobs jobs;
    private final Settings settings;
    private final TenantDirectory tenants;
    private final SiteDirectory sites;
    private final ReceiptBook receipts;
    private final Ledger ledger;
    private final SweepWork work;
    private final Holds holds;
    private final KeyStore keys;
    private final PseudonymStore pseudonyms;
    private final Clock clock;
    private volatile boolean stopped;

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
        this.settings = settings;
        this.tenants = tenants;
        this.sites = sites;
        this.receipts = receipts;
        this.ledger = ledger;
        this.work = work;
        this.holds = holds;
        this.keys = keys;
        pseudonyms = new PseudonymStore(database);
        this.clock = clock;
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
        Map<SiteId, Reason> elsewhere =
                overtaken(sweep.orElseThrow().scope(), database.transaction(sql -> new SweepStore(sql).sites(id)));
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

    /** Sites that are not below the sweep's scope any more, or whose settings are not those that their plan follows. */
    private Map<SiteId, Reason> overtaken(Scope scope, List<SweptSite> planned) {
        List<ScopePath> paths = planned.size() <= RUN_AT_ONCE
                ? planned.stream()
                        .flatMap(site -> TenantTrees.path(site.site(), tenants, sites).stream())
                        .toList()
                : TenantTrees.read(tenants, sites).stream()
                        .flatMap(tree -> planned.stream()
                                .flatMap(site -> tree.site(site.site()).stream())
                                .map(tree::path))
                        .toList();
        Set<SweptSite> now = Set.copyOf(swept(paths));
        Map<SiteId, Reason> overtaken = new HashMap<>();
        planned.stream()
                .filter(site -> !now.contains(site))
                .forEach(site -> overtaken.put(site.site(), Reason.OVERTAKEN));
        paths.stream()
                .filter(path -> !path.contains(scope))
                .forEach(path -> overtaken.put(new SiteId(path.leaf().id()), Reason.MOVED));
        return overtaken;
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
        stopped = true;
    }

    /**
     * An interrupted read looks like a file that cannot be read; so whoever is to stop records nothing more, and the job
     * does the file again.
     */
    private void checkStopped() throws InterruptedException {
        if (stopped || Thread.currentThread().isInterrupted()) {
            throw new InterruptedException("This node stops");
        }
    }

    /**
     * Does a job; a second time it goes on with what the first has left.
     *
     * @throws InterruptedException when it is to stop before it is done
     */
    void work(String job, long id) throws InterruptedException {
        HeapRoom.within(() -> {
            if (job.startsWith("plan-")) {
                planSites(id);
            }
            // One that needs no leave is run by the job that has planned it.
            if (job.startsWith("run-") || control(id).filter(Control::autoRun).isPresent()) {
                runSites(id);
            }
        });
    }

    private void planSites(long id) throws InterruptedException {
        Optional<Control> control = control(id);
        if (control.isEmpty() || control.get().state() != State.PLANNING) {
            return;
        }
        try (Workers workers = new Workers()) {
            boolean begun = database.transaction(sql -> new SweepStore(sql).begun(id));
            if (!begun) {
                takeDown(id, control.get(), workers);
            }
            List<SweptSite> open = database.transaction(sql -> new SweepStore(sql).sites(id, Step.PLAN));
            for (List<SweptSite> some : parts(open, PLANNED_AT_ONCE)) {
                if (state(id) != State.PLANNING) {
                    return;
                }
                plan(id, control.get().createdAt(), some, workers);
            }
        }
        database.transaction(sql -> {
            SweepStore store = new SweepStore(sql);
            if (store.move(id, State.PLANNING, State.PLANNED, now())
                    && control.get().autoRun()) {
                store.move(id, State.PLANNED, State.RUNNING, now());
            }
            store.forget(now().minus(work.keepSweeps()));
            return id;
        });
    }

    /** Tells the sites that are as the last sweep left them from those that have to be looked at. */
    private void takeDown(long id, Control control, Workers workers) throws InterruptedException {
        holds.endThoseThatAreOver(control.actor());
        List<SweptSite> all = sitesBelow(control.scope());
        // A sweep of a part is small, and is listed site by site.
        Same same = control.scope().level() == ScopeLevel.PROVIDER
                ? same(all, control.autoRun(), workers)
                : new Same(List.of(), true);
        Set<SiteId> covered =
                same.members().stream().map(member -> member.site().site()).collect(Collectors.toSet());
        List<SweptSite> others =
                all.stream().filter(site -> !covered.contains(site.site())).toList();
        checkStopped();
        database.transaction(sql -> {
            SweepStore store = new SweepStore(sql);
            store.addSites(id, others, store.cover(id, same.members()), same.asked());
            return id;
        });
    }

    /**
     * Sites that are as the last sweep left them.
     *
     * @param asked whether each of their files was asked, or only the folders
     */
    private record Same(List<Cover.Member> members, boolean asked) {}

    /**
     * The sites with which there is nothing to do and of which nothing has changed since a sweep ended: no setting, no
     * folder, and no file.
     *
     * @param trusting whether folders alone are asked where files have been asked not long ago
     */
    private Same same(List<SweptSite> all, boolean trusting, Workers workers) throws InterruptedException {
        Map<SiteId, List<LogStream>> streams = streams(all);
        Map<SiteId, SweptSite> swept = new HashMap<>();
        all.forEach(site -> swept.put(site.site(), site));
        // Sites with the same rules share one object.
        IdentityHashMap<SiteRules, String> rules = new IdentityHashMap<>();
        IdentityHashMap<SiteRules, String> scans = new IdentityHashMap<>();
        Instant now = now();
        Comparison comparison = new Comparison(workers, !trusting, now.minus(work.trusted()));
        database.transaction(sql -> {
            new SweepStore(sql).eachIndexed(indexed -> {
                SiteId id = indexed.look().site();
                SweptSite site = swept.get(id);
                if (site != null
                        && indexed.due().filter(due -> !due.isAfter(now)).isEmpty()
                        && rules.computeIfAbsent(site.rules(), work::rules).equals(indexed.rules())
                        && Streams.text(streams.getOrDefault(id, List.of())).equals(indexed.streams())
                        && SweepWork.scan(
                                        scans.computeIfAbsent(site.rules(), work::scan),
                                        streams.getOrDefault(id, List.of()))
                                .equals(indexed.scan())) {
                    comparison.add(indexed.look());
                }
            });
            return comparison;
        });
        List<Cover.Member> same = new ArrayList<>();
        comparison
                .unchanged()
                .forEach(each -> same.add(new Cover.Member(
                        Objects.requireNonNull(swept.get(each.site())), each.number(), each.left(), each.cover())));
        checkStopped();
        // In the same order on every database.
        same.sort(Comparator.comparing(member -> member.site().site()));
        return new Same(same, comparison.asked);
    }

    /**
     * Compares sites with their newest looks. It begins while these are read, as soon as it is clear that files are to be
     * asked.
     */
    private final class Comparison {
        private final Workers workers;
        private final Instant trusted;
        private final List<Future<List<NewestLook>>> begun = new ArrayList<>();
        private List<NewestLook> waiting = new ArrayList<>();
        private boolean asked;

        /**
         * Makes one.
         *
         * @param asked whether files are asked in any case
         * @param trusted when the files of one must have been asked, or else those of all are asked now
         */
        Comparison(Workers workers, boolean asked, Instant trusted) {
            this.workers = workers;
            this.asked = asked;
            this.trusted = trusted;
        }

        void add(NewestLook look) {
            waiting.add(look);
            asked |= look.at().isBefore(trusted);
            if (asked && waiting.size() >= COMPARED_AT_ONCE) {
                begin();
            }
        }

        private void begin() {
            boolean files = asked;
            parts(waiting, COMPARED_AT_ONCE)
                    .forEach(some -> begun.add(workers.begin(() -> SweepService.this.unchanged(some, files))));
            waiting = new ArrayList<>();
        }

        List<NewestLook> unchanged() throws InterruptedException {
            begin();
            return Workers.results(begun);
        }
    }

    /** Those of these sites of which no folder has changed, and no file where these are asked. */
    private List<NewestLook> unchanged(List<NewestLook> some, boolean asked) {
        if (stopped) {
            return List.of();
        }
        Map<SiteId, byte[]> marks = asked ? database.transaction(sql -> new SweepStore(sql).marks(some)) : Map.of();
        return some.stream()
                .filter(each -> each.foldersAreUnchanged()
                        && (!asked || work.areUnchanged(Optional.ofNullable(marks.get(each.site())))))
                .toList();
    }

    private void plan(long id, Instant at, List<SweptSite> some, Workers workers) throws InterruptedException {
        // Where the panel fails for one, it is asked for each by itself, and says so for that one.
        Map<SiteId, List<LogStream>> streams = streams(some);
        // Most sites have the same rules, which are one object then.
        IdentityHashMap<SiteRules, Texts> once = new IdentityHashMap<>();
        Map<SiteId, Texts> texts = new HashMap<>();
        Map<SiteId, String> scans = new HashMap<>();
        Map<SiteId, String> rules = new HashMap<>();
        for (SweptSite site : some) {
            Texts own = once.computeIfAbsent(
                    site.rules(), any -> new Texts(work.scan(site.rules()), work.rules(site.rules())));
            texts.put(site.site(), own);
            scans.put(site.site(), SweepWork.scan(own.scan(), streams.getOrDefault(site.site(), List.of())));
            rules.put(site.site(), own.rules());
        }
        Map<SiteId, Map<Path, Look.Seen>> known =
                database.transaction(sql -> new SweepStore(sql).known(some, scans, rules));
        List<LookedSite> looked = workers.map(
                some,
                site -> contained(
                        "Site " + site.site() + " cannot be looked at",
                        () -> look(
                                site,
                                Optional.ofNullable(streams.get(site.site())),
                                at,
                                known.getOrDefault(site.site(), Map.of()),
                                Objects.requireNonNull(texts.get(site.site()))),
                        e -> looked(
                                site,
                                List.of(),
                                SweepWork.failed(
                                        site.site(),
                                        streams.getOrDefault(site.site(), List.of()),
                                        FileNote.of(Code.OTHER, e.toString())),
                                Objects.requireNonNull(texts.get(site.site())))));
        checkStopped();
        database.transaction(sql -> {
            new SweepStore(sql).planned(id, now(), looked);
            return id;
        });
    }

    /** What {@link SweepWork#scan(SiteRules)} and {@link SweepWork#rules} say of a site's rules. */
    private record Texts(String scan, String rules) {}

    private LookedSite look(
            SweptSite site, Optional<List<LogStream>> told, Instant at, Map<Path, Look.Seen> known, Texts texts) {
        List<LogStream> streams = told.orElseGet(() -> sites.logStreams(site.site()));
        Look look = work.look(streams, site.rules(), at, known, () -> pseudonyms.of(site.site()));
        return looked(site, streams, look, texts);
    }

    private static LookedSite looked(SweptSite site, List<LogStream> streams, Look look, Texts texts) {
        return new LookedSite(site, streams, look, SweepWork.scan(texts.scan(), streams), texts.rules());
    }

    private static <T> List<List<T>> parts(List<T> all, int size) {
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += size) {
            parts.add(all.subList(from, Math.min(all.size(), from + size)));
        }
        return parts;
    }

    private List<SweptSite> sitesBelow(Scope scope) {
        List<ScopePath> paths = scope.level() == ScopeLevel.DOMAIN
                ? TenantTrees.path(new SiteId(scope.id()), tenants, sites).stream()
                        .toList()
                : TenantTrees.read(tenants, sites).stream()
                        .flatMap(tree -> tree.sitesBelow(scope).stream().map(tree::path))
                        .toList();
        return swept(paths);
    }

    /** Sites with the settings and legal holds that hold for them now. */
    private List<SweptSite> swept(List<ScopePath> paths) {
        Map<SiteId, LegalHold> held = holds.active();
        List<SweptSite> swept = new ArrayList<>();
        SiteRules.resolve(settings, paths).forEach((scope, rules) -> {
            SiteId site = new SiteId(scope.id());
            LegalHold hold = held.get(site);
            swept.add(new SweptSite(site, hold == null ? rules : rules.held(hold.lastDay())));
        });
        return swept;
    }

    private Optional<Control> control(long id) {
        return database.transaction(sql -> new SweepStore(sql).control(id));
    }

    private State state(long id) {
        return control(id).map(Control::state).orElse(State.DISCARDED);
    }

    private void runSites(long id) throws InterruptedException {
        Optional<Control> control = control(id);
        if (control.isEmpty() || control.get().state() != State.RUNNING) {
            return;
        }
        List<SweptSite> open = database.transaction(sql -> new SweepStore(sql).sites(id, Step.PLANNED));
        for (List<SweptSite> some : parts(open, RUN_AT_ONCE)) {
            checkStopped();
            run(id, control.get(), some);
        }
        destroyKeys(id, control.get());
        database.transaction(sql -> {
            SweepStore store = new SweepStore(sql);
            store.openCover(id).ifPresent(cover -> cover(store, id, control.get(), cover));
            store.move(id, State.RUNNING, State.DONE, now());
            return store.forget(now().minus(work.keepSweeps()));
        });
    }

    /**
     * Destroys the keys of the sweep's sites whose time is over, and forgets their logs with pseudonyms of which there are no
     * copies any more; when it is a sweep of everything, also those of sites that the panel has no more.
     */
    private void destroyKeys(long id, Control control) {
        Set<SiteId> having = keys.sites();
        Set<SiteId> logs = pseudonyms.sites();
        having.addAll(logs);
        if (having.isEmpty()) {
            return;
        }
        Map<SiteId, SiteRules> swept = new HashMap<>();
        database.transaction(sql -> new SweepStore(sql).sites(id)).stream()
                .filter(site -> having.contains(site.site()))
                .forEach(site -> swept.put(site.site(), site.rules()));
        Map<SiteId, RetentionRule> kept = new HashMap<>();
        swept.forEach((site, rules) -> kept.put(site, rules.keys()));
        if (control.scope().level() == ScopeLevel.PROVIDER) {
            having.removeAll(swept.keySet());
            lastKnown(having).forEach((site, last) -> {
                boolean over = last.rules().keys() instanceof RetentionRule.Forever
                        && last.at().isBefore(now().minus(Leftovers.GONE));
                kept.put(
                        site,
                        over ? new RetentionRule.NoLogging() : last.rules().keys());
                if (logs.contains(site)) {
                    pseudonyms.forgetGone(site, last.rules(), Leftovers.GONE, now());
                }
            });
        }
        swept.keySet().retainAll(logs);
        pseudonyms.forget(swept, now());
        keys.destroy(kept);
    }

    /**
     * What held for sites that the panel has no more when a sweep last looked at them. By that their keys are destroyed, so
     * that it is not too early when the panel leaves a site out by mistake; if it says for ever, when nobody has looked at
     * the site for as long as backups are kept.
     */
    private Map<SiteId, LastKnown> lastKnown(Set<SiteId> gone) {
        Map<SiteId, LastKnown> known = database.transaction(sql -> new SweepStore(sql).lastKnown(gone));
        gone.forEach(site -> known.putIfAbsent(
                site, new LastKnown(SiteRules.of(LogRules.DEFAULT, LogSettings.KEYS.builtIn()), Instant.EPOCH)));
        return known;
    }

    private void run(long id, Control control, List<SweptSite> some) throws InterruptedException {
        Map<SiteId, List<LogStream>> streams = new HashMap<>();
        some.forEach(site -> streams.put(site.site(), streams(site.site())));
        Map<SiteId, Code> overtaken = new HashMap<>();
        database.transaction(sql -> new SweepStore(sql).newerDone(id, some))
                // What the newer one has masked would look like files that somebody has changed.
                .forEach(site -> overtaken.put(site, Code.SWEPT_SINCE));
        // What has been set since, perhaps to keep the files, must not be overrun by an old plan, nor what has become
        // somebody else's.
        overtaken(control.scope(), some)
                .forEach((site, reason) ->
                        overtaken.putIfAbsent(site, reason == Reason.MOVED ? Code.SITE_MOVED : Code.SETTINGS_CHANGED));
        Function<SiteId, PseudonymisedLogs> logs = pseudonyms.oneAfterTheOther();
        Map<SiteId, SweepWork.Orders> orders = new HashMap<>();
        some.forEach(site -> orders.put(
                site.site(),
                new SweepWork.Orders(
                        streams.getOrDefault(site.site(), List.of()),
                        site.rules(),
                        keys.ring(site.site(), site.rules().keys()),
                        control.createdAt(),
                        () -> logs.apply(site.site()))));
        List<PlannedFile> all = database.transaction(sql -> new SweepStore(sql).changes(id, some));
        takeBack(id, overtaken, all);
        List<PlannedFile> files = all.stream()
                .filter(planned -> !overtaken.containsKey(planned.file().site()))
                .toList();
        work.cleanUp(
                streams.values().stream().flatMap(List::stream).toList(),
                files,
                holds.active().keySet());
        change(
                id,
                orders,
                files.stream()
                        .filter(planned -> planned.file().outcome() == FileOutcome.OPEN
                                && planned.file().action() != FileAction.LEAVE)
                        .toList());
        checkStopped();
        finish(id, some, streams, control);
    }

    private void change(long id, Map<SiteId, SweepWork.Orders> orders, List<PlannedFile> files)
            throws InterruptedException {
        try (SweepWork.Batch batch = work.batch(this::kept)) {
            for (List<PlannedFile> some : parts(files, SweepWork.MOST_BEGUN)) {
                database.transaction(sql -> {
                    new SweepStore(sql)
                            .expect(
                                    id,
                                    some.stream()
                                            .filter(planned -> planned.file().action() == FileAction.DELETE)
                                            .toList(),
                                    SweepWork.DELETING);
                    return id;
                });
                Map<PlannedFile, SweepWork.Done> ended = new LinkedHashMap<>();
                Map<SiteId, LegalHold> held = holds.active();
                long asked = System.nanoTime();
                for (PlannedFile planned : some) {
                    checkStopped();
                    if (System.nanoTime() - asked > HOLDS_ASKED.toNanos()) {
                        held = holds.active();
                        asked = System.nanoTime();
                    }
                    LegalHold hold = held.get(planned.file().site());
                    if (hold != null && takesLines(planned)) {
                        // It was placed after this was planned, perhaps after it was begun and the process killed.
                        FileNote why = FileNote.of(Code.HELD_UNTIL, holds.end(hold));
                        ended.put(
                                planned,
                                takenBack(planned, why).orElse(new SweepWork.Done(FileOutcome.CHANGED, List.of(why))));
                        continue;
                    }
                    if (batch.isToBeSettledBefore(planned)) {
                        ended.putAll(batch.settle());
                        keep(id, ended);
                    }
                    SiteId site = planned.file().site();
                    ended.putAll(begin(id, planned, Objects.requireNonNull(orders.get(site)), batch));
                }
                ended.putAll(batch.settle());
                keep(id, ended);
            }
        }
    }

    /** Why the lines of a file must stay, by the legal holds that there are now. */
    private Function<PlannedFile, Optional<FileNote>> kept() {
        Map<SiteId, LegalHold> held = holds.active();
        return planned -> Optional.ofNullable(held.get(planned.file().site()))
                .filter(hold -> takesLines(planned))
                .map(hold -> FileNote.of(Code.HELD_UNTIL, holds.end(hold)));
    }

    /** Says what an earlier run has begun with files that are not to be changed any more, and takes back what can be. */
    private void takeBack(long id, Map<SiteId, Code> overtaken, List<PlannedFile> files) {
        if (overtaken.isEmpty()) {
            return;
        }
        // What a newer sweep has done looks like what this one has announced, and stands in the receipt of that one.
        Map<SiteId, Set<Path>> since = new HashMap<>();
        database.transaction(sql -> {
            overtaken.keySet().forEach(site -> since.put(site, new SweepStore(sql).changedSince(id, site)));
            return since;
        });
        Map<PlannedFile, SweepWork.Done> ended = new LinkedHashMap<>();
        files.stream()
                .filter(planned -> planned.file().outcome() == FileOutcome.OPEN
                        && !since.getOrDefault(planned.file().site(), Set.of())
                                .contains(planned.file().path()))
                .forEach(planned -> Optional.ofNullable(
                                overtaken.get(planned.file().site()))
                        .flatMap(why -> takenBack(planned, FileNote.of(why)))
                        .ifPresent(done -> ended.put(planned, done)));
        database.transaction(sql -> {
            SweepStore store = new SweepStore(sql);
            store.outcomes(id, ended);
            overtaken.forEach((site, why) -> store.overtake(id, site, why));
            return id;
        });
    }

    /** What became of a file with which an earlier run had begun; empty when it had not. */
    private Optional<SweepWork.Done> takenBack(PlannedFile planned, FileNote why) {
        return work.takeBack(planned)
                .map(done -> done.outcome() == FileOutcome.DONE
                        ? done
                        : new SweepWork.Done(
                                done.outcome(),
                                Stream.concat(Stream.of(why), done.notes().stream())
                                        .toList()));
    }

    private static boolean takesLines(PlannedFile planned) {
        return planned.file().action() == FileAction.DELETE || planned.file().action() == FileAction.CUT;
    }

    private Map<PlannedFile, SweepWork.Done> begin(
            long id, PlannedFile planned, SweepWork.Orders orders, SweepWork.Batch batch) {
        return contained(
                "File " + planned.file().path() + " cannot be changed",
                () -> batch.begin(
                        planned,
                        orders,
                        (result, logs) -> database.transaction(sql -> {
                            pseudonyms.keep(planned.file().site(), logs, now());
                            new SweepStore(sql).expect(id, List.of(planned), result);
                            return id;
                        })),
                e -> Map.of(
                        planned,
                        new SweepWork.Done(FileOutcome.FAILED, List.of(FileNote.of(Code.OTHER, e.toString())))));
    }

    /** Keeps what became of files, and forgets it here. */
    private void keep(long id, Map<PlannedFile, SweepWork.Done> ended) throws InterruptedException {
        if (ended.values().stream().anyMatch(done -> done.outcome() != FileOutcome.DONE)) {
            checkStopped();
        }
        if (!ended.isEmpty()) {
            database.transaction(sql -> {
                new SweepStore(sql).outcomes(id, ended);
                return id;
            });
            ended.clear();
        }
    }

    /**
     * What is wrong with one file or site must not keep all the others from being swept; without the database, nothing
     * goes on.
     *
     * @param failure what to say in the log
     * @param instead what becomes of the file or site
     */
    private static <T> T contained(String failure, Supplier<T> work, Function<RuntimeException, T> instead) {
        try {
            return work.get();
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("{}", failure, e);
            return instead.apply(e);
        }
    }

    /** The log streams of sites; none of any when the panel cannot say. */
    private Map<SiteId, List<LogStream>> streams(List<SweptSite> some) {
        return contained(
                "The panel does not say where all logs are",
                () -> sites.logStreams(some.stream().map(SweptSite::site).toList()),
                e -> Map.of());
    }

    /** The log streams of a site; none when the panel cannot say. */
    private List<LogStream> streams(SiteId site) {
        return contained(
                "The panel does not say where the logs of site " + site + " are",
                () -> sites.logStreams(site),
                e -> List.of());
    }

    /** Outcome, status and receipt of a site come into being together. */
    private void finish(long id, List<SweptSite> some, Map<SiteId, List<LogStream>> streams, Control control) {
        database.transaction(sql -> {
            SweepStore store = new SweepStore(sql);
            // Those that are missing, another node has ended that has taken this sweep over and was faster.
            List<SweptSite> own = store.close(id, some);
            if (own.isEmpty()) {
                return id;
            }
            Map<SiteId, List<PlannedFile>> files = store.files(id, own);
            Map<SiteId, String> looked = store.streams(id, own);
            List<Receipt> written = new ArrayList<>();
            IdentityHashMap<SiteRules, List<String>> rules = new IdentityHashMap<>();
            for (SweptSite site : own) {
                written.add(receipt(id, site, control.actor(), files(files, site))
                        .withRules(rules.computeIfAbsent(site.rules(), SiteRules::settings)));
            }
            List<Long> places = receipts.append(written);
            Map<Long, String> leaves = leaves(places);
            Map<SiteId, Long> kept = new LinkedHashMap<>();
            List<Status> statuses = new ArrayList<>();
            for (int i = 0; i < own.size(); i++) {
                SweptSite site = own.get(i);
                kept.put(site.site(), places.get(i));
                Set<LogPlace> found = new LinkedHashSet<>();
                streams.getOrDefault(site.site(), List.of()).forEach(stream -> found.add(LogPlace.of(stream)));
                List<PlannedFile> all = files.getOrDefault(site.site(), List.of());
                Map<LogPlace, List<PlannedFile>> byPlace =
                        all.stream().collect(Collectors.groupingBy(planned -> LogPlace.of(planned.file())));
                found.addAll(byPlace.keySet());
                for (LogPlace place : found) {
                    List<PlannedFile> there = byPlace.getOrDefault(place, List.of());
                    statuses.add(new Status(
                            site.site(),
                            place,
                            id,
                            now(),
                            places.get(i),
                            Objects.requireNonNull(leaves.get(places.get(i))),
                            place.in(site.rules()),
                            there.stream()
                                    .map(PlannedFile::file)
                                    .filter(SweepFile::isProblem)
                                    .count(),
                            Streams.kept(looked.getOrDefault(site.site(), ""), place),
                            site.rules().held(),
                            there.stream().map(PlannedFile::leaves).reduce(Remains.NONE, Remains::plus),
                            there.stream()
                                    .map(PlannedFile::file)
                                    .filter(SweepFile::isUnknown)
                                    .count()));
                }
            }
            store.done(id, own, kept, statuses);
            return id;
        });
    }

    private static List<SweepFile> files(Map<SiteId, List<PlannedFile>> files, SweptSite site) {
        return files.getOrDefault(site.site(), List.of()).stream()
                .map(PlannedFile::file)
                .toList();
    }

    /** The leaf hashes of receipts that have just been taken. */
    private Map<Long, String> leaves(List<Long> places) {
        Map<Long, String> leaves = new HashMap<>();
        if (!places.isEmpty()) {
            long last = places.get(places.size() - 1);
            // Nobody else's lie between: the ledger takes no others before this transaction has ended.
            ledger.entries(new Ledger.Query(Optional.empty(), Optional.empty(), Optional.of(last + 1), places.size()))
                    .forEach(entry -> leaves.put(entry.index(), entry.leafHash().toString()));
        }
        return leaves;
    }

    /** The receipt for all sites that are as they were. */
    private void cover(SweepStore store, long id, Control control, Cover cover) {
        boolean asked = control.asked();
        long place = receipts.append(Receipt.of(JOB, control.scope().toString(), control.actor())
                .withCounts(Map.of("sweep", id))
                .withHashes(Map.of("sites", cover.root()))
                .withValues(Map.of("unchanged", asked ? "files" : "folders")));
        store.covered(
                id,
                cover,
                asked ? control.plannedAt() : Optional.empty(),
                place,
                Objects.requireNonNull(leaves(List.of(place)).get(place)));
    }

    private static boolean remains(SweepFile file) {
        boolean deleted = file.action() == FileAction.DELETE && file.outcome() == FileOutcome.DONE;
        return !deleted && file.outcome() != FileOutcome.VANISHED;
    }

    private static Receipt receipt(long id, SweptSite site, String actor, List<SweepFile> files) {
        Map<String, Long> counts = new TreeMap<>();
        MessageDigest plan = LogInput.newSha256();
        MessageDigest result = LogInput.newSha256();
        Map<FileAction, Long> done = new EnumMap<>(FileAction.class);
        long addresses = 0;
        long lines = 0;
        long bytes = 0;
        for (SweepFile file : files) {
            byte[] line = (file.action() + " " + file.reason() + " " + file.size() + " " + file.path() + "\n")
                    .getBytes(StandardCharsets.UTF_8);
            plan.update(line);
            result.update((file.outcome() + " ").getBytes(StandardCharsets.UTF_8));
            result.update(line);
            if (file.outcome() != FileOutcome.DONE) {
                continue;
            }
            done.merge(file.action(), 1L, Long::sum);
            if (file.action() == FileAction.DELETE) {
                lines += file.lines();
                bytes += file.size();
            } else if (file.action() != FileAction.LEAVE) {
                lines += file.action() == FileAction.CUT ? file.lines() : 0;
                addresses += file.addresses();
            }
        }
        counts.put("files.deleted", done.getOrDefault(FileAction.DELETE, 0L));
        counts.put("files.cut", done.getOrDefault(FileAction.CUT, 0L));
        counts.put("files.masked", done.getOrDefault(FileAction.MASK, 0L));
        // Also what could not be done as planned; what was gone is neither.
        counts.put(
                "files.left",
                files.stream()
                        .filter(SweepService::remains)
                        .filter(file -> !file.reason().isWithoutFile())
                        .filter(file -> file.outcome() != FileOutcome.DONE || file.action() == FileAction.LEAVE)
                        .count());
        counts.put(
                "streams.missing",
                files.stream().filter(file -> file.reason().isWithoutFile()).count());
        counts.put("files.problems", files.stream().filter(SweepFile::isProblem).count());
        counts.put("lines.deleted", lines);
        counts.put("bytes.deleted", bytes);
        counts.put("addresses.masked", addresses);
        counts.put("sweep", id);
        return Receipt.of(JOB, new Scope(ScopeLevel.DOMAIN, site.site().value()).toString(), actor)
                .withCounts(counts)
                .withHashes(Map.of(
                        "plan", HexFormat.of().formatHex(plan.digest()),
                        "result", HexFormat.of().formatHex(result.digest())));
    }

    @Override
    public Optional<Sweep> sweep(long id) {
        return database.transaction(sql -> new SweepStore(sql).sweep(id, Optional.empty()));
    }

    @Override
    public Optional<Sweep> sweep(long id, Collection<SiteId> wanted) {
        Set<SiteId> some = Set.copyOf(wanted);
        return database.transaction(sql -> new SweepStore(sql).sweep(id, Optional.of(some)));
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
            List<Sweep> page = database.transaction(sql -> new SweepStore(sql).before(from, SCANNED));
            List<Sweep> touching =
                    page.stream().filter(sweep -> touches.test(sweep.scope())).toList();
            for (int next = 0; next < touching.size() && recent.size() < limit; ) {
                List<Sweep> some = touching.subList(
                        next, Math.min(touching.size(), next + Math.min(NUMBERED, limit - recent.size())));
                next += some.size();
                recent.addAll(database.transaction(sql -> numbered(new SweepStore(sql), some, path.get(), below)));
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
            SweepStore store, List<Sweep> sweeps, ScopePath path, Optional<Set<SiteId>> below) {
        Map<Boolean, List<Sweep>> fromAbove = sweeps.stream()
                .collect(Collectors.partitioningBy(
                        sweep -> path.contains(sweep.scope()) && !path.leaf().equals(sweep.scope())));
        return Stream.concat(
                        store.withNumbers(fromAbove.getOrDefault(false, List.of()), Optional.empty()).stream(),
                        store.withNumbers(fromAbove.getOrDefault(true, List.of()), below).stream()
                                .filter(sweep -> sweep.sites() > 0))
                .sorted(Comparator.comparingLong(Sweep::id).reversed())
                .toList();
    }

    @Override
    public List<SweepFile> files(long id, FileFilter filter, int offset, int limit) {
        return database.transaction(sql -> new SweepStore(sql).files(id, filter, offset, limit));
    }

    @Override
    public long count(long id, FileFilter filter) {
        return database.transaction(sql -> new SweepStore(sql).count(id, filter));
    }

    @Override
    public Map<SiteId, Long> receipts(long id) {
        return database.transaction(sql -> new SweepStore(sql).receipts(id));
    }

    @Override
    public Map<SiteId, List<Observation>> observed(Collection<SiteId> sites) {
        Map<SiteId, List<Observation>> observed = new HashMap<>();
        Set<SiteId> held = holds.active().keySet();
        database.transaction(sql -> new SweepStore(sql).statuses(sites))
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
        return database.transaction(sql -> new SweepStore(sql).last(wanted));
    }
}
