package dev.sparsam.web.internal;

import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.Observation;
import dev.sparsam.logs.Refusal;
import dev.sparsam.logs.SiteSweep;
import dev.sparsam.logs.Sweep;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.logs.Sweeps;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.store.Receipt;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Sweeps in memory: a plan or run ends when it is told to. */
final class FakeSweeps implements Sweeps {
    private final Supplier<TenantTree> tree;
    private final FakeLedger ledger;
    private final Clock clock;
    private final Map<Long, Sweep> sweeps = new TreeMap<>();
    private final Map<Long, List<SweepFile>> files = new HashMap<>();
    private final Map<Long, Map<SiteId, Long>> receipts = new HashMap<>();
    private final Map<SiteId, SiteSweep> last = new HashMap<>();
    final Map<SiteId, List<Observation>> observed = new HashMap<>();
    /** Whether planning and running end at once. */
    boolean instant = true;
    /** Whether a plan that has begun knows its domains. */
    boolean counted = true;

    /** The last day of the legal hold that was followed by what is {@link #observe}d next. */
    Optional<LocalDate> held = Optional.empty();

    Optional<Refusal> refuse = Optional.empty();
    int lastCalls;

    FakeSweeps(Supplier<TenantTree> tree, FakeLedger ledger, Clock clock) {
        this.tree = tree;
        this.ledger = ledger;
        this.clock = clock;
    }

    @Override
    public long plan(Scope scope, Principal by) {
        long id = sweeps.size() + 1L;
        List<Site> sites = tree.get().sitesBelow(scope);
        sweeps.put(
                id,
                new Sweep(
                        id,
                        scope,
                        State.PLANNING,
                        by.actor(),
                        clock.instant(),
                        Optional.empty(),
                        counted ? sites.size() : 0,
                        counted ? sites.size() / 3 : 0,
                        Map.of(),
                        Map.of(),
                        0,
                        0));
        if (instant) {
            finish(id);
        }
        return id;
    }

    /** How many files there are in a plan besides those that are listed. */
    final Map<FileAction, Long> unlisted = new HashMap<>();

    /** Ends planning or running. */
    void finish(long id) {
        Sweep sweep = sweep(id).orElseThrow();
        if (sweep.state() == State.PLANNING) {
            List<SweepFile> planned = new ArrayList<>();
            tree.get().sitesBelow(sweep.scope()).forEach(site -> planned.addAll(plan(site)));
            planned.sort(java.util.Comparator.comparingInt(FakeSweeps::rank)
                    .thenComparing(SweepFile::site)
                    .thenComparing(SweepFile::path));
            files.put(id, planned);
            Map<FileAction, Long> counts = new HashMap<>();
            planned.forEach(file -> counts.merge(file.action(), 1L, Long::sum));
            unlisted.forEach((action, files) -> counts.merge(action, files, Long::sum));
            long problems = planned.stream().filter(SweepFile::isProblem).count();
            sweeps.put(id, with(sweep, State.PLANNED, Optional.empty(), counts, problems));
        } else if (sweep.state() == State.RUNNING) {
            List<SweepFile> done = new ArrayList<>();
            for (SweepFile file : files.getOrDefault(id, List.of())) {
                done.add(outcome(
                        file,
                        file.path().toString().contains("shop") && file.action() == FileAction.MASK
                                ? FileOutcome.CHANGED
                                : FileOutcome.DONE));
            }
            files.put(id, done);
            Map<SiteId, Long> written = new TreeMap<>();
            for (Site site : tree.get().sitesBelow(sweep.scope())) {
                long receipt =
                        ledger.append(Receipt.of("logs.sweep", site.scope().toString(), sweep.by())
                                .withCounts(Map.of("files.deleted", 2L, "files.masked", 1L, "files.left", 3L))
                                .withHashes(Map.of(
                                        "result", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"))
                                .withRules(List.of("logs.retention.live=7d", "logs.masking=truncate/24/48")));
                written.put(site.id(), receipt);
                long problems = done.stream()
                        .filter(file -> file.site().equals(site.id()))
                        .filter(SweepFile::isProblem)
                        .count();
                last.put(
                        site.id(),
                        new SiteSweep(
                                site.id(),
                                id,
                                clock.instant(),
                                receipt,
                                Optional.of(clock.instant().minus(Duration.ofDays(6))),
                                problems));
            }
            receipts.put(id, written);
            sweeps.put(id, with(sweep, State.DONE, Optional.of(clock.instant()), sweep.planned(), sweep.problems()));
        }
    }

    void lastOf(SiteId site, long sweep, Instant at, long receipt, Optional<Instant> oldest, long problems) {
        last.put(site, new SiteSweep(site, sweep, at, receipt, oldest, problems));
    }

    private static int rank(SweepFile file) {
        return file.action() != FileAction.LEAVE ? 0 : file.isProblem() ? 1 : 2;
    }

    private List<SweepFile> plan(Site site) {
        Path folder = Path.of("/var/log/sites", site.domain());
        List<SweepFile> planned = new ArrayList<>(List.of(
                file(
                        site,
                        folder.resolve("access.log.9.gz"),
                        FileAction.DELETE,
                        FileReason.EXPIRED,
                        812_345,
                        20,
                        19,
                        0),
                file(
                        site,
                        folder.resolve("access.log.8.gz"),
                        FileAction.DELETE,
                        FileReason.EXPIRED,
                        645_120,
                        13,
                        12,
                        0),
                file(
                        site,
                        folder.resolve("access.log.1"),
                        FileAction.MASK,
                        FileReason.UNMASKED_ADDRESSES,
                        4_812_345,
                        2,
                        1,
                        18_204),
                file(
                        site,
                        folder.resolve("access.log.2.gz"),
                        FileAction.LEAVE,
                        FileReason.NOTHING_TO_MASK,
                        512_000,
                        3,
                        2,
                        0),
                file(site, folder.resolve("access.log"), FileAction.LEAVE, FileReason.IN_USE, 96_000, 1, 0, 911)));
        if (site.domain().startsWith("blog")) {
            planned.add(new SweepFile(
                    site.id(),
                    LogKind.WEB_ERROR,
                    false,
                    folder.resolve("error.log.3.gz"),
                    FileAction.LEAVE,
                    FileReason.DAMAGED,
                    List.of(
                            FileNote.of(FileNote.Code.ENDS_EARLY, 12_288),
                            FileNote.of(FileNote.Code.READ_BEFORE_DAMAGE, 68, 12_288)),
                    12_288,
                    Optional.empty(),
                    Optional.empty(),
                    0,
                    0,
                    FileOutcome.OPEN));
        }
        return planned;
    }

    private SweepFile file(
            Site site, Path path, FileAction action, FileReason reason, long size, int from, int to, long addresses) {
        Instant now = clock.instant();
        return new SweepFile(
                site.id(),
                LogKind.WEB_ACCESS,
                false,
                path,
                action,
                reason,
                List.of(),
                size,
                Optional.of(now.minus(Duration.ofDays(from))),
                Optional.of(now.minus(Duration.ofDays(to))),
                size / 180,
                addresses,
                FileOutcome.OPEN);
    }

    private static SweepFile outcome(SweepFile file, FileOutcome outcome) {
        return file.became(outcome, file.notes());
    }

    private Map<FileAction, Long> done(long id, FileFilter filter) {
        Map<FileAction, Long> done = new HashMap<>();
        filtered(id, filter)
                .filter(file -> file.outcome() == FileOutcome.DONE)
                .forEach(file -> done.merge(file.action(), 1L, Long::sum));
        unlisted.forEach((action, files) -> done.merge(action, files, Long::sum));
        return done;
    }

    private Sweep with(
            Sweep sweep, State state, Optional<Instant> ended, Map<FileAction, Long> planned, long problems) {
        return new Sweep(
                sweep.id(),
                sweep.scope(),
                state,
                sweep.by(),
                sweep.createdAt(),
                ended,
                sweep.sites(),
                state == State.RUNNING ? sweep.sites() / 2 : sweep.sites(),
                planned,
                state == State.DONE ? done(sweep.id(), FileFilter.ALL) : Map.of(),
                problems,
                sweep.missing());
    }

    @Override
    public Optional<Refusal> run(long id, Principal by) {
        if (refuse.isPresent()) {
            return refuse;
        }
        Sweep sweep = sweep(id).orElseThrow();
        sweeps.put(id, with(sweep, State.RUNNING, Optional.empty(), sweep.planned(), sweep.problems()));
        if (instant) {
            finish(id);
        }
        return Optional.empty();
    }

    @Override
    public void discard(long id, Principal by) {
        Sweep sweep = sweep(id).orElseThrow();
        sweeps.put(id, with(sweep, State.DISCARDED, Optional.of(clock.instant()), sweep.planned(), sweep.problems()));
    }

    @Override
    public Optional<Sweep> sweep(long id) {
        return Optional.ofNullable(sweeps.get(id));
    }

    @Override
    public List<Sweep> recent(Scope scope, int limit) {
        List<SiteId> own = tree.get().sitesBelow(scope).stream().map(Site::id).toList();
        List<Sweep> newest = new ArrayList<>(sweeps.values());
        java.util.Collections.reverse(newest);
        return newest.stream()
                .flatMap(sweep -> {
                    boolean below = tree.get().path(sweep.scope()).orElseThrow().contains(scope);
                    boolean above = tree.get().path(scope).orElseThrow().contains(sweep.scope());
                    return below
                            ? Stream.of(sweep)
                            : above
                                    ? sweep(sweep.id(), own).filter(some -> some.sites() > 0).stream()
                                    : Stream.<Sweep>empty();
                })
                .limit(limit)
                .toList();
    }

    @Override
    public Optional<Sweep> sweep(long id, Collection<SiteId> sites) {
        return sweep(id).map(sweep -> {
            int covered = (int) tree.get().sitesBelow(sweep.scope()).stream()
                    .filter(site -> sites.contains(site.id()))
                    .count();
            Map<FileAction, Long> planned = new HashMap<>();
            filtered(id, FileFilter.of(sites)).forEach(file -> planned.merge(file.action(), 1L, Long::sum));
            return new Sweep(
                    id,
                    sweep.scope(),
                    sweep.state(),
                    sweep.by(),
                    sweep.createdAt(),
                    sweep.endedAt(),
                    covered,
                    covered,
                    planned,
                    done(id, FileFilter.of(sites)),
                    count(id, FileFilter.of(sites).onlyProblems()),
                    sweep.missing());
        });
    }

    @Override
    public List<SweepFile> files(long id, FileFilter filter, int offset, int limit) {
        return filtered(id, filter).skip(offset).limit(limit).toList();
    }

    @Override
    public long count(long id, FileFilter filter) {
        return filtered(id, filter).count();
    }

    private Stream<SweepFile> filtered(long id, FileFilter filter) {
        return files.getOrDefault(id, List.of()).stream()
                .filter(file ->
                        filter.sites().map(sites -> sites.contains(file.site())).orElse(true))
                .filter(file -> !filter.problems() || file.isProblem());
    }

    @Override
    public Map<SiteId, Long> receipts(long id) {
        return receipts.getOrDefault(id, Map.of());
    }

    @Override
    public Map<SiteId, List<Observation>> observed(Collection<SiteId> sites) {
        Map<SiteId, List<Observation>> found = new HashMap<>(observed);
        found.keySet().retainAll(sites);
        return found;
    }

    /** What the last sweep found in a site's access logs: ages, and how many of 400 lines stood unmasked. */
    void observe(SiteId site, boolean backup, Duration oldest, long unmasked, Duration oldestUnmasked, LogRules rules) {
        Instant now = clock.instant();
        observed.computeIfAbsent(site, any -> new ArrayList<>())
                .add(new Observation(
                        site,
                        LogKind.WEB_ACCESS,
                        backup,
                        now,
                        1,
                        rules,
                        held,
                        Optional.of(now.minus(oldest)),
                        400,
                        unmasked,
                        unmasked == 0 ? Optional.empty() : Optional.of(now.minus(oldestUnmasked)),
                        0));
    }

    @Override
    public Map<SiteId, SiteSweep> last(Collection<SiteId> sites) {
        lastCalls++;
        Map<SiteId, SiteSweep> found = new HashMap<>();
        for (SiteId site : sites) {
            SiteSweep sweep = last.get(site);
            if (sweep != null) {
                found.put(site, sweep);
            }
        }
        return found;
    }
}
