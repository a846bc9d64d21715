package dev.sparsam.logs.internal;

import dev.sparsam.ledger.Ledger;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.logs.Refusal.Reason;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.logs.internal.SweepIndex.LastKnown;
import dev.sparsam.logs.internal.SweepStore.Control;
import dev.sparsam.logs.internal.SweepStore.Status;
import dev.sparsam.logs.internal.SweepStore.Step;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.Database;
import dev.sparsam.store.Receipt;
import dev.sparsam.store.ReceiptBook;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Does what sweeps have planned, and proves it: outcome, status and receipt of a site come into being together. */
final class SweepRun {
    /** How long what is known of legal holds is taken for true while files are deleted. */
    private static final Duration HOLDS_ASKED = Duration.ofSeconds(1);

    /** So many sites are handled at a time. */
    private static final int RUN_AT_ONCE = 200;

    private final Database database;
    private final SweptSites sites;
    private final ReceiptBook receipts;
    private final Ledger ledger;
    private final SweepWork work;
    private final Holds holds;
    private final KeyStore keys;
    private final PseudonymStore pseudonyms;
    private final Clock clock;
    private final StopFlag stop;

    SweepRun(
            Database database,
            SweptSites sites,
            ReceiptBook receipts,
            Ledger ledger,
            SweepWork work,
            Holds holds,
            KeyStore keys,
            Clock clock,
            StopFlag stop) {
        this.database = database;
        this.sites = sites;
        this.receipts = receipts;
        this.ledger = ledger;
        this.work = work;
        this.holds = holds;
        this.keys = keys;
        pseudonyms = new PseudonymStore(database);
        this.clock = clock;
        this.stop = stop;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * Does what is planned, or goes on with it; does nothing unless the sweep runs.
     *
     * @throws InterruptedException when it is to stop before it is done
     */
    void run(long id) throws InterruptedException {
        Optional<Control> control = control(id);
        if (control.isEmpty() || control.get().state() != State.RUNNING) {
            return;
        }
        List<SweptSite> open = database.transaction(sql -> new SweepStore(sql).sites(id, Step.PLANNED));
        for (List<SweptSite> some : Parts.of(open, RUN_AT_ONCE)) {
            stop.check();
            run(id, control.get(), some);
        }
        destroyKeys(id, control.get());
        database.transaction(sql -> {
            SweepStore store = new SweepStore(sql);
            new SweepIndex(sql).openCover(id).ifPresent(cover -> cover(new SweepIndex(sql), id, control.get(), cover));
            store.move(id, State.RUNNING, State.DONE, now());
            return store.forget(now().minus(work.keepSweeps()));
        });
    }

    /**
     * Destroys the keys of the sweep's sites whose time is over, but for sites under a legal hold, and forgets their logs with pseudonyms of which there are no
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
        // Lines of which nobody can tell any more whose they are would be lost as evidence.
        kept.keySet().removeAll(holds.active().keySet());
        keys.destroy(kept);
    }

    /**
     * What held for sites that the panel has no more when a sweep last looked at them. By that their keys are destroyed, so
     * that it is not too early when the panel leaves a site out by mistake; if it says for ever, when nobody has looked at
     * the site for as long as backups are kept.
     */
    private Map<SiteId, LastKnown> lastKnown(Set<SiteId> gone) {
        Map<SiteId, LastKnown> known = database.transaction(sql -> new SweepIndex(sql).lastKnown(gone));
        gone.forEach(site -> known.putIfAbsent(
                site, new LastKnown(SiteRules.of(LogRules.DEFAULT, LogSettings.KEYS.builtIn()), Instant.EPOCH)));
        return known;
    }

    private void run(long id, Control control, List<SweptSite> some) throws InterruptedException {
        Map<SiteId, List<LogStream>> streams = new HashMap<>();
        some.forEach(site -> streams.put(site.site(), sites.streams(site.site())));
        Map<SiteId, Code> overtaken = new HashMap<>();
        database.transaction(sql -> new SweepStore(sql).newerDone(id, some))
                // What the newer one has masked would look like files that somebody has changed.
                .forEach(site -> overtaken.put(site, Code.SWEPT_SINCE));
        // What has been set since, perhaps to keep the files, must not be overrun by an old plan, nor what has become
        // somebody else's.
        sites.overtaken(control.scope(), some)
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
        List<PlannedFile> all = database.transaction(sql -> new SweepFiles(sql).changes(id, some));
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
        stop.check();
        finish(id, some, streams, control);
    }

    private void change(long id, Map<SiteId, SweepWork.Orders> orders, List<PlannedFile> files)
            throws InterruptedException {
        try (SweepWork.Batch batch = work.batch(this::kept)) {
            for (List<PlannedFile> some : Parts.of(files, SweepWork.MOST_BEGUN)) {
                database.transaction(sql -> {
                    new SweepFiles(sql)
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
                    stop.check();
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
            overtaken.keySet().forEach(site -> since.put(site, new SweepFiles(sql).changedSince(id, site)));
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
            new SweepFiles(sql).outcomes(id, ended);
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
        return Containment.within(
                "File " + planned.file().path() + " cannot be changed",
                () -> batch.begin(
                        planned,
                        orders,
                        (result, logs) -> database.transaction(sql -> {
                            pseudonyms.keep(planned.file().site(), logs, now());
                            new SweepFiles(sql).expect(id, List.of(planned), result);
                            return id;
                        })),
                e -> Map.of(
                        planned,
                        new SweepWork.Done(FileOutcome.FAILED, List.of(FileNote.of(Code.OTHER, e.toString())))));
    }

    /** Keeps what became of files, and forgets it here. */
    private void keep(long id, Map<PlannedFile, SweepWork.Done> ended) throws InterruptedException {
        if (ended.values().stream().anyMatch(done -> done.outcome() != FileOutcome.DONE)) {
            stop.check();
        }
        if (!ended.isEmpty()) {
            database.transaction(sql -> {
                new SweepFiles(sql).outcomes(id, ended);
                return id;
            });
            ended.clear();
        }
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
            Map<SiteId, List<PlannedFile>> files = new SweepFiles(sql).files(id, own);
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
                            Optional.of(site.rules().keys()),
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
    private void cover(SweepIndex index, long id, Control control, Cover cover) {
        boolean asked = control.asked();
        long place =
                receipts.append(Receipt.of(SweepService.JOB, control.scope().toString(), control.actor())
                        .withCounts(Map.of("sweep", id))
                        .withHashes(Map.of("sites", cover.root()))
                        .withValues(Map.of("unchanged", asked ? "files" : "folders")));
        index.covered(
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
        // Hashing costs more than all else here: a folder is named once, and what was planned is hashed once.
        StringBuilder plan = new StringBuilder();
        StringBuilder outcomes = new StringBuilder();
        Path folder = Path.of("/");
        Map<FileAction, Long> done = new EnumMap<>(FileAction.class);
        long addresses = 0;
        long lines = 0;
        long bytes = 0;
        for (SweepFile file : files) {
            Path parent = Objects.requireNonNull(file.path().getParent(), "whatever is swept has a name");
            if (!parent.equals(folder)) {
                folder = parent;
                plan.append(folder).append('\n');
            }
            plan.append(file.action())
                    .append(' ')
                    .append(file.reason())
                    .append(' ')
                    .append(file.size())
                    .append(' ')
                    .append(file.path().getFileName())
                    .append('\n');
            outcomes.append(file.outcome()).append('\n');
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
                        .filter(SweepRun::remains)
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
        String planned = sha256(plan.toString());
        return Receipt.of(
                        SweepService.JOB,
                        new Scope(ScopeLevel.DOMAIN, site.site().value()).toString(),
                        actor)
                .withCounts(counts)
                .withHashes(Map.of("plan", planned, "result", sha256(planned + "\n" + outcomes)));
    }

    private static String sha256(String text) {
        return HexFormat.of().formatHex(LogInput.newSha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Optional<Control> control(long id) {
        return database.transaction(sql -> new SweepStore(sql).control(id));
    }
}
