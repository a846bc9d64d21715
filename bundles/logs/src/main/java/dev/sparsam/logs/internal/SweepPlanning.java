package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.logs.internal.SweepIndex.LookedSite;
import dev.sparsam.logs.internal.SweepIndex.NewestLook;
import dev.sparsam.logs.internal.SweepStore.Control;
import dev.sparsam.logs.internal.SweepStore.Step;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.Database;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Plans sweeps: tells the sites of which nothing has changed, looks at the others, and keeps what is to be done. */
final class SweepPlanning {
    /** So many sites are planned at a time, and so many compared. */
    private static final int PLANNED_AT_ONCE = 64;

    private static final int COMPARED_AT_ONCE = 100;

    private final Database database;
    private final SweptSites sites;
    private final SweepWork work;
    private final Holds holds;
    private final PseudonymStore pseudonyms;
    private final Clock clock;
    private final StopFlag stop;

    SweepPlanning(Database database, SweptSites sites, SweepWork work, Holds holds, Clock clock, StopFlag stop) {
        this.database = database;
        this.sites = sites;
        this.work = work;
        this.holds = holds;
        pseudonyms = new PseudonymStore(database);
        this.clock = clock;
        this.stop = stop;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * Plans a sweep, or goes on with it; does nothing when it is planned.
     *
     * @throws InterruptedException when it is to stop before it is done
     */
    void plan(long id) throws InterruptedException {
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
            for (List<SweptSite> some : Parts.of(open, PLANNED_AT_ONCE)) {
                if (control(id).filter(each -> each.state() == State.PLANNING).isEmpty()) {
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
        List<SweptSite> all = sites.below(control.scope());
        // A sweep of a part is small, and is listed site by site.
        Same same = control.scope().level() == ScopeLevel.PROVIDER
                ? same(all, control.autoRun(), workers)
                : new Same(List.of(), true);
        Set<SiteId> covered =
                same.members().stream().map(member -> member.site().site()).collect(Collectors.toSet());
        List<SweptSite> others =
                all.stream().filter(site -> !covered.contains(site.site())).toList();
        stop.check();
        database.transaction(sql -> {
            SweepStore store = new SweepStore(sql);
            store.addSites(id, others, new SweepIndex(sql).cover(id, same.members()), same.asked());
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
        Map<SiteId, List<LogStream>> streams = sites.streams(all);
        Map<SiteId, SweptSite> swept = new HashMap<>();
        all.forEach(site -> swept.put(site.site(), site));
        // Sites with the same rules share one object.
        IdentityHashMap<SiteRules, String> rules = new IdentityHashMap<>();
        IdentityHashMap<SiteRules, String> scans = new IdentityHashMap<>();
        Instant now = now();
        List<NewestLook> candidates = new ArrayList<>();
        database.transaction(sql -> {
            new SweepIndex(sql).eachIndexed(indexed -> {
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
                    candidates.add(indexed.look());
                }
            });
            return candidates;
        });
        boolean asked =
                !trusting || candidates.stream().anyMatch(each -> each.at().isBefore(now.minus(work.trusted())));
        List<Cover.Member> same = new ArrayList<>();
        workers.map(Parts.of(candidates, COMPARED_AT_ONCE), some -> unchanged(some, asked)).stream()
                .flatMap(List::stream)
                .forEach(each -> same.add(new Cover.Member(
                        Objects.requireNonNull(swept.get(each.site())), each.number(), each.left(), each.cover())));
        stop.check();
        // In the same order on every database.
        same.sort(Comparator.comparing(member -> member.site().site()));
        return new Same(same, asked);
    }

    /** Those of these sites of which no folder has changed, and no file where these are asked. */
    private List<NewestLook> unchanged(List<NewestLook> some, boolean asked) {
        if (stop.isSet()) {
            return List.of();
        }
        Map<SiteId, byte[]> marks = asked ? database.transaction(sql -> new SweepIndex(sql).marks(some)) : Map.of();
        return some.stream()
                .filter(each -> each.foldersAreUnchanged()
                        && (!asked || work.areUnchanged(Optional.ofNullable(marks.get(each.site())))))
                .toList();
    }

    private void plan(long id, Instant at, List<SweptSite> some, Workers workers) throws InterruptedException {
        // Where the panel fails for one, it is asked for each by itself, and says so for that one.
        Map<SiteId, List<LogStream>> streams = sites.streams(some);
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
                database.transaction(sql -> new SweepIndex(sql).known(some, scans, rules));
        List<LookedSite> looked = workers.map(
                some,
                site -> Containment.within(
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
        stop.check();
        database.transaction(sql -> {
            new SweepStore(sql).planned(id, now(), looked);
            return id;
        });
    }

    /** What {@link SweepWork#scan(SiteRules)} and {@link SweepWork#rules} say of a site's rules. */
    private record Texts(String scan, String rules) {}

    private LookedSite look(
            SweptSite site, Optional<List<LogStream>> told, Instant at, Map<Path, Look.Seen> known, Texts texts) {
        List<LogStream> streams = told.orElseGet(() -> sites.asked(site.site()));
        Look look = work.look(streams, site.rules(), at, known, () -> pseudonyms.of(site.site()));
        return looked(site, streams, look, texts);
    }

    private static LookedSite looked(SweptSite site, List<LogStream> streams, Look look, Texts texts) {
        return new LookedSite(site, streams, look, SweepWork.scan(texts.scan(), streams), texts.rules());
    }

    private Optional<Control> control(long id) {
        return database.transaction(sql -> new SweepStore(sql).control(id));
    }
}
