package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.logs.internal.SweepIndex.LookedSite;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.Sql;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The tables of sweeps. Every method is called within a transaction. */
final class SweepStore {
    /** What is known of sites; where they were found as they were, by the newest sweep that did. */
    static final String STATUS = "(select t.site, t.kind, coalesce(c.sweep, t.sweep) as sweep,"
            + " coalesce(c.at, t.at) as at, coalesce(c.receipt, t.receipt) as receipt,"
            + " coalesce(c.leaf_hash, t.leaf_hash) as leaf_hash, t.rules, t.oldest_line, t.problems,"
            + " t.streams, t.held, t.left_lines, t.left_unmasked, t.left_oldest, t.unknown_files, t.keys_kept"
            + " from logs_status t left join logs_cover c on c.id = t.cover) as status";

    private final Sql sql;

    SweepStore(Sql sql) {
        this.sql = sql;
    }

    /** The steps of a site in a sweep. */
    enum Step {
        /** Its files are to be looked at. */
        PLAN,
        /** Its files are planned. */
        PLANNED,
        /** Its files have been handled. */
        DONE
    }

    /**
     * What is known of a site's logs of one kind, live or in backups, after a sweep, which looked at the streams of this
     * hash, was kept from deleting until this day, and could not tell of some files what is in them.
     *
     * @param keys how long keys are kept since; empty when an older version has swept
     */
    record Status(
            SiteId site,
            LogPlace place,
            long sweep,
            Instant at,
            long receipt,
            String leafHash,
            LogRules rules,
            Optional<RetentionRule> keys,
            long problems,
            String streams,
            Optional<LocalDate> held,
            Remains left,
            long unknown) {}

    long create(Scope scope, String actor, boolean autoRun, Instant now) {
        return sql.insert(
                "insert into logs_sweep (scope, state, actor, auto_run, created_at, sites)"
                        + " values (?, ?, ?, ?, ?, ?)",
                scope.toString(),
                State.PLANNING,
                actor,
                autoRun,
                now,
                0);
    }

    /**
     * Takes the sites of a sweep down; done once, before its first site is planned.
     *
     * @param sites those to be planned
     * @param cover those that are as they were
     * @param asked whether each file of these was asked, or only the folders
     */
    void addSites(long sweep, Collection<SweptSite> sites, Optional<Cover> cover, boolean asked) {
        List<Object[]> rows = new ArrayList<>();
        for (SweptSite site : sites) {
            rows.add(new Object[] {
                sweep, site.site().value(), Step.PLAN, site.rules().toString()
            });
        }
        sql.batch("insert into logs_sweep_site (sweep, site, step, rules) values (?, ?, ?, ?)", rows);
        sql.update(
                "update logs_sweep set sites = ?, cover = ?, asked = ? where id = ?",
                rows.size() + cover.map(Cover::sites).orElse(0),
                cover.map(Cover::id),
                asked,
                sweep);
    }

    List<SweptSite> sites(long sweep, Step step) {
        return sites("select site, rules from logs_sweep_site where sweep = ? and step = ? order by site", sweep, step);
    }

    /** All sites of a sweep, also those that are as they were. */
    List<SweptSite> sites(long sweep) {
        return sites(
                "select site, rules from logs_sweep_site where sweep = ?"
                        + " union all select c.site, c.rules"
                        + " from logs_sweep s join logs_cover_site c on c.cover = s.cover where s.id = ? order by 1",
                sweep,
                sweep);
    }

    private List<SweptSite> sites(String query, Object... arguments) {
        // Most sites have the same rules: they are parsed once, and share one object.
        Map<String, SiteRules> rules = new HashMap<>();
        return sql.query(
                query,
                row -> new SweptSite(
                        new SiteId(row.text("site")), rules.computeIfAbsent(row.text("rules"), SiteRules::parse)),
                arguments);
    }

    /** Keeps what is planned for sites; each look becomes the newest of its site. */
    void planned(long sweep, Instant now, List<LookedSite> sites) {
        new SweepFiles(sql)
                .add(
                        sweep,
                        sites.stream()
                                .flatMap(looked -> looked.look().planned().stream())
                                .filter(planned -> planned.file().action() != FileAction.LEAVE)
                                .toList());
        List<Object[]> steps = new ArrayList<>();
        for (LookedSite looked : sites) {
            Look.Left left = looked.look().left();
            steps.add(new Object[] {
                Step.PLANNED,
                Streams.hashes(looked.streams()),
                left.files(),
                left.missing(),
                left.problems(),
                sweep,
                looked.site().site().value()
            });
        }
        sql.batch(
                "update logs_sweep_site set step = ?, streams = ?, left_files = ?, left_missing = ?, left_problems = ?"
                        + " where sweep = ? and site = ?",
                steps);
        new SweepIndex(sql).add(sweep, now, sites);
    }

    /** The streams' hashes that {@link #planned} kept. */
    Map<SiteId, String> streams(long sweep, List<SweptSite> sites) {
        Map<SiteId, String> streams = new HashMap<>();
        sql.each(
                "select site, streams from logs_sweep_site where sweep = ?" + SweepFiles.Range.CONDITION,
                row -> streams.put(new SiteId(row.text("site")), row.text("streams")),
                new SweepFiles.Range(sites).arguments(sweep));
        return streams;
    }

    /** Something else counts for the site by now: what is still open is not done. */
    int overtake(long sweep, SiteId site, Code why) {
        sql.update(
                "update logs_sweep_site set left_outcome = ?, left_why = ?"
                        + " where sweep = ? and site = ? and left_outcome = ?",
                FileOutcome.CHANGED,
                why,
                sweep,
                site.value(),
                FileOutcome.OPEN);
        return sql.update(
                "update logs_sweep_file set outcome = ?, detail = ? where sweep = ? and site = ? and outcome = ?",
                FileOutcome.CHANGED,
                Notes.write(List.of(FileNote.of(why), FileNote.of(Code.AS_BEFORE))),
                sweep,
                site.value(),
                FileOutcome.OPEN);
    }

    /** Claims the end of sites; those that another node has ended already are not among what it returns. */
    List<SweptSite> close(long sweep, List<SweptSite> sites) {
        Set<SiteId> open = new HashSet<>();
        Object[] arguments = new SweepFiles.Range(sites).arguments(sweep, Step.PLANNED);
        String among = " where sweep = ? and step = ?" + SweepFiles.Range.CONDITION;
        sql.each(
                "select site from logs_sweep_site" + among + " for update",
                row -> open.add(new SiteId(row.text("site"))),
                arguments);
        sql.update(
                "update logs_sweep_site set step = '" + Step.DONE + "', left_outcome = case when left_outcome = '"
                        + FileOutcome.OPEN + "' then '" + FileOutcome.DONE + "' else left_outcome end" + among,
                arguments);
        // Rows of an older version.
        sql.update(
                "update logs_sweep_file set outcome = ? where sweep = ? and action = ? and outcome = ?"
                        + SweepFiles.Range.CONDITION,
                new SweepFiles.Range(sites).arguments(FileOutcome.DONE, sweep, FileAction.LEAVE, FileOutcome.OPEN));
        return sites.stream().filter(site -> open.contains(site.site())).toList();
    }

    /** Those of these sites, or of those among them, that a newer sweep has handled. */
    Set<SiteId> newerDone(long sweep, List<SweptSite> sites) {
        return Set.copyOf(sql.query(
                "select site from " + STATUS + " where sweep > ?" + SweepFiles.Range.CONDITION,
                row -> new SiteId(row.text("site")),
                new SweepFiles.Range(sites).arguments(sweep)));
    }

    /** A site of a planned sweep that a newer sweep has handled, or an older one since this one was planned. */
    Optional<SiteId> sweptSince(long sweep) {
        return sql.first(
                "select status.site from logs_sweep s, " + STATUS
                        + " where s.id = ? and (status.sweep > s.id or (status.sweep < s.id and status.at > s.planned_at))"
                        + " and (exists (select 1 from logs_sweep_site p where p.sweep = s.id and p.site = status.site)"
                        + " or exists (select 1 from logs_cover_site c where c.cover = s.cover"
                        + " and c.site = status.site)) order by status.site limit 1",
                row -> new SiteId(row.text("site")),
                sweep);
    }

    /** The sweep of this scope that is being planned for somebody. */
    Optional<Long> planning(Scope scope, String actor) {
        return sql.first(
                "select id from logs_sweep where scope = ? and actor = ? and state = ? and auto_run = false"
                        + " order by id desc limit 1",
                row -> row.number("id"),
                scope.toString(),
                actor,
                State.PLANNING);
    }

    /** Whether a sweep that the schedule has begun has not ended. */
    boolean isScheduledOpen() {
        return sql.first(
                        "select id from logs_sweep where auto_run = true and state in (?, ?, ?) limit 1",
                        row -> row.number("id"),
                        State.PLANNING,
                        State.PLANNED,
                        State.RUNNING)
                .isPresent();
    }

    /** Keeps the receipts of sites, and their status unless that of a newer sweep is there. */
    void done(long sweep, List<SweptSite> sites, Map<SiteId, Long> receipts, List<Status> statuses) {
        List<Object[]> kept = new ArrayList<>();
        receipts.forEach((site, receipt) -> kept.add(new Object[] {receipt, sweep, site.value()}));
        sql.batch("update logs_sweep_site set receipt = ? where sweep = ? and site = ?", kept);
        Set<SiteId> newer = newerDone(sweep, sites);
        List<SiteId> own = sites.stream()
                .map(SweptSite::site)
                .filter(site -> !newer.contains(site))
                .toList();
        sql.batch(
                "delete from logs_status where site = ?",
                own.stream().map(site -> new Object[] {site.value()}).toList());
        new SweepIndex(sql).swept(sweep, own);
        List<Object[]> rows = new ArrayList<>();
        for (Status status : statuses) {
            if (!newer.contains(status.site())) {
                rows.add(new Object[] {
                    status.site().value(),
                    status.place().toString(),
                    status.sweep(),
                    status.at(),
                    status.receipt(),
                    status.leafHash(),
                    status.rules().toString(),
                    status.left().oldest(),
                    status.problems(),
                    status.streams(),
                    status.held().map(LocalDate::toString).orElse(""),
                    status.left().lines(),
                    status.left().unmasked(),
                    status.left().oldestUnmasked(),
                    status.unknown(),
                    status.keys().map(RetentionRule::toString).orElse("")
                });
            }
        }
        sql.batch(
                "insert into logs_status (site, kind, sweep, at, receipt, leaf_hash, rules,"
                        + " oldest_line, problems, streams, held, left_lines, left_unmasked, left_oldest,"
                        + " unknown_files, keys_kept) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows);
    }

    /** Moves a sweep on, unless another node was faster; says whether it did. */
    boolean move(long sweep, State from, State to, Instant now) {
        String time = switch (to) {
            case PLANNED -> ", planned_at = ?";
            case DONE, DISCARDED -> ", ended_at = ?";
            case PLANNING, RUNNING -> "";
        };
        List<Object> arguments = new ArrayList<>(List.<Object>of(to));
        if (!time.isEmpty()) {
            arguments.add(now);
        }
        arguments.addAll(List.of(sweep, from));
        return sql.update("update logs_sweep set state = ?" + time + " where id = ? and state = ?", arguments.toArray())
                == 1;
    }

    /** What only the service needs to know of a sweep. */
    record Control(
            Instant createdAt,
            State state,
            Scope scope,
            String actor,
            boolean autoRun,
            Optional<Instant> plannedAt,
            boolean asked) {}

    Optional<Control> control(long sweep) {
        return sql.first(
                "select * from logs_sweep where id = ?",
                row -> new Control(
                        row.instant("created_at"),
                        State.valueOf(row.text("state")),
                        Scope.parse(row.text("scope")),
                        row.text("actor"),
                        row.flag("auto_run"),
                        row.optionalInstant("planned_at"),
                        row.flag("asked")),
                sweep);
    }

    /** Whether the sites of a sweep have been taken down. */
    boolean begun(long sweep) {
        return sql.first("select sites from logs_sweep where id = ?", row -> row.number("sites"), sweep)
                        .orElse(0L)
                > 0;
    }

    /**
     * Forgets sweeps that ended, or were planned and never run, long ago; what the last one found for each site is kept
     * apart.
     */
    int forget(Instant before) {
        int forgotten = sql.update(
                "delete from logs_sweep where ended_at < ? or (state = ? and planned_at < ?)",
                before,
                State.PLANNED,
                before);
        if (forgotten > 0) {
            sql.update(
                    "delete from logs_cover where not exists (select 1 from logs_sweep s where s.cover = logs_cover.id)"
                            + " and not exists (select 1 from logs_status t where t.cover = logs_cover.id)"
                            + " and not exists (select 1 from logs_index i where i.cover = logs_cover.id)");
            sql.update(
                    "delete from logs_look where not exists (select 1 from logs_sweep s where s.id = logs_look.sweep)"
                            + " and not exists (select 1 from logs_index i where i.site = logs_look.site"
                            + " and i.look = logs_look.sweep)"
                            + " and not exists (select 1 from logs_cover_site c where c.look = logs_look.sweep"
                            + " and c.site = logs_look.site)");
        }
        return forgotten;
    }
}
