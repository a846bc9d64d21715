package dev.sparsam.logs.internal;

import dev.sparsam.logs.SiteRules;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.Row;
import dev.sparsam.store.Sql;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The newest look at each site, by which the next sweep tells what it need not read again, and the sites that sweeps found
 * unchanged. Every method is called within a transaction.
 */
final class SweepIndex {
    private final Sql sql;

    SweepIndex(Sql sql) {
        this.sql = sql;
    }

    /**
     * What a look at a site found.
     *
     * @param streams the streams that were looked at
     * @param scan what a scan depended on
     * @param rules what the plan depended on besides
     */
    record LookedSite(SweptSite site, List<LogStream> streams, Look look, String scan, String rules) {}

    /** Keeps looks at sites; each becomes the newest of its site. */
    void add(long sweep, Instant now, List<LookedSite> sites) {
        List<Object[]> looks = new ArrayList<>();
        List<Object[]> before = new ArrayList<>();
        List<Object[]> index = new ArrayList<>();
        for (LookedSite looked : sites) {
            String site = looked.site().site().value();
            Look look = looked.look();
            Look.Left left = look.left();
            looks.add(new Object[] {sweep, site, look.packedFiles()});
            before.add(new Object[] {site});
            index.add(new Object[] {
                site,
                sweep,
                now,
                looked.scan(),
                looked.rules(),
                Streams.text(looked.streams()),
                look.steady(),
                false,
                look.due(),
                look.packedFolders(),
                look.packedMarks(),
                left.files(),
                left.missing(),
                left.problems()
            });
        }
        sql.batch("insert into logs_look (sweep, site, files) values (?, ?, ?)", looks);
        sql.batch("delete from logs_index where site = ?", before);
        sql.batch(
                "insert into logs_index (site, look, looked_at, scan, rules, streams, steady, swept, due_at, folders,"
                        + " marks, files, missing, problems) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                index);
    }

    /** The sweep that looked at these sites has ended. */
    void swept(long sweep, List<SiteId> sites) {
        sql.batch(
                "update logs_index set swept = true where site = ? and look = ?",
                sites.stream().map(site -> new Object[] {site.value(), sweep}).toList());
    }

    /**
     * The newest look at a site: what tells whether the site still is what it was. Of large providers there are many at a
     * time.
     *
     * @param number the sweep whose look it is
     * @param at when the site was looked at, or last found unchanged by asking each of its files
     * @param folders gives them; until then they are kept packed
     */
    record NewestLook(
            SiteId site,
            long number,
            Instant at,
            Supplier<List<Look.Folder>> folders,
            Look.Left left,
            Optional<Long> cover) {
        /** Whether no folder has changed since. */
        boolean foldersAreUnchanged() {
            return folders.get().stream().allMatch(Look.Folder::isUnchanged);
        }
    }

    /** The newest look at a site with what it depended on, and when it has to be done again although nothing changes. */
    record Indexed(NewestLook look, String scan, String rules, String streams, Optional<Instant> due) {}

    /** Of all sites with which there was nothing to do, and whose look has been followed by a sweep; in their order. */
    void eachIndexed(Consumer<Indexed> consumer) {
        sql.each(
                "select i.site, i.look, i.looked_at, i.scan, i.rules, i.streams, i.due_at, i.folders, i.files, i.missing,"
                        + " i.problems, i.cover, c.at from logs_index i left join logs_cover c on c.id = i.cover"
                        + " where i.steady and i.swept order by i.site",
                row -> consumer.accept(new Indexed(
                        new NewestLook(
                                new SiteId(row.text("site")),
                                row.number("look"),
                                later(row.instant("looked_at"), row.optionalInstant("at")),
                                packed(row.bytes("folders")),
                                new Look.Left((int) row.number("files"), (int) row.number("missing"), (int)
                                        row.number("problems")),
                                row.optionalNumber("cover")),
                        row.text("scan"),
                        row.text("rules"),
                        row.text("streams"),
                        row.optionalInstant("due_at"))));
    }

    private static Supplier<List<Look.Folder>> packed(byte[] folders) {
        return () -> Look.folders(folders);
    }

    /**
     * What held for a site when a sweep looked at it last.
     *
     * @param at when that was
     */
    record LastKnown(SiteRules rules, Instant at) {}

    /** Of those of these sites that a sweep has looked at. */
    Map<SiteId, LastKnown> lastKnown(Collection<SiteId> sites) {
        Map<SiteId, LastKnown> known = new HashMap<>();
        if (sites.isEmpty()) {
            return known;
        }
        boolean named = sites.size() <= NamedSites.MOST;
        sql.each(
                "select i.site, i.rules, i.looked_at, c.at from logs_index i left join logs_cover c on c.id = i.cover"
                        + (named ? " where i.site in (" + NamedSites.marks(sites) + ")" : ""),
                row -> SweepWork.rules(row.text("rules"))
                        .ifPresent(rules -> known.put(
                                new SiteId(row.text("site")),
                                new LastKnown(rules, later(row.instant("looked_at"), row.optionalInstant("at"))))),
                named ? NamedSites.arguments(List.of(), List.copyOf(sites)) : new Object[0]);
        known.keySet().retainAll(Set.copyOf(sites));
        return known;
    }

    private static Instant later(Instant one, Optional<Instant> other) {
        return other.filter(one::isBefore).orElse(one);
    }

    /**
     * What the newest looks at sites found in their files, where a scan depended on the same; and decided, where a plan did
     * as well.
     */
    Map<SiteId, Map<Path, Look.Seen>> known(
            List<SweptSite> sites, Map<SiteId, String> scans, Map<SiteId, String> rules) {
        Map<SiteId, Map<Path, Look.Seen>> known = new HashMap<>();
        eachLook(sites.get(0).site(), sites.get(sites.size() - 1).site(), row -> {
            SiteId site = new SiteId(row.text("site"));
            if (row.text("scan").equals(scans.get(site))) {
                Map<Path, Look.Seen> files = Look.known(Look.files(site, row.bytes("files")));
                if (!row.text("rules").equals(rules.get(site))) {
                    files.replaceAll((path, seen) -> seen.undecided());
                }
                known.put(site, files);
            }
        });
        return known;
    }

    /** The marks of looks, by site; they stand together in the order of {@link #eachIndexed}. */
    Map<SiteId, byte[]> marks(List<NewestLook> wanted) {
        Map<SiteId, byte[]> marks = new HashMap<>();
        sql.each(
                "select site, marks from logs_index where site >= ? and site <= ?",
                row -> marks.put(new SiteId(row.text("site")), row.bytes("marks")),
                wanted.get(0).site().value(),
                wanted.get(wanted.size() - 1).site().value());
        return marks;
    }

    private void eachLook(SiteId first, SiteId last, Consumer<Row> consumer) {
        sql.each(
                "select i.site, i.scan, i.rules, (select l.files from logs_look l where l.sweep = i.look and l.site = i.site)"
                        + " as files from logs_index i where i.site >= ? and i.site <= ?",
                consumer,
                first.value(),
                last.value());
    }

    /** The sites that a sweep found as they were, as one; the one that the last sweep found when it is the same. */
    Optional<Cover> cover(long sweep, List<Cover.Member> members) {
        if (members.isEmpty()) {
            return Optional.empty();
        }
        Set<Optional<Long>> before = members.stream().map(Cover.Member::cover).collect(Collectors.toSet());
        if (before.size() == 1 && before.iterator().next().isPresent()) {
            Optional<Cover> same =
                    cover(before.iterator().next().get()).filter(cover -> cover.sites() == members.size());
            if (same.isPresent()) {
                return same;
            }
        }
        String root = Cover.root(members);
        long id = sql.insert(
                "insert into logs_cover (sites, files, missing, problems, root, sweep) values (?, ?, ?, ?, ?, ?)",
                members.size(),
                members.stream().mapToLong(member -> member.left().files()).sum(),
                members.stream().mapToLong(member -> member.left().missing()).sum(),
                members.stream().mapToLong(member -> member.left().problems()).sum(),
                root,
                sweep);
        List<Object[]> rows = new ArrayList<>();
        for (Cover.Member member : members) {
            rows.add(new Object[] {
                id,
                member.site().site().value(),
                member.look(),
                member.site().rules().toString(),
                member.left().files(),
                member.left().missing(),
                member.left().problems()
            });
        }
        sql.batch(
                "insert into logs_cover_site (cover, site, look, rules, files, missing, problems)"
                        + " values (?, ?, ?, ?, ?, ?, ?)",
                rows);
        return Optional.of(new Cover(id, members.size(), root, false));
    }

    private Optional<Cover> cover(long id) {
        return sql.first("select * from logs_cover where id = ?", SweepIndex::cover, id);
    }

    private static Cover cover(Row row) {
        return new Cover(
                row.number("id"),
                (int) row.number("sites"),
                row.text("root"),
                row.optionalNumber("receipt").isPresent());
    }

    /** The cover of a sweep whose receipt has not been kept. */
    Optional<Cover> openCover(long sweep) {
        return sql.first(
                "select c.* from logs_sweep s join logs_cover c on c.id = s.cover where s.id = ? and s.receipt is null",
                SweepIndex::cover,
                sweep);
    }

    /**
     * Keeps the evidence for the sites that a sweep found as they were.
     *
     * @param at when they were asked; empty when only their folders were, which proves nothing new
     */
    void covered(long sweep, Cover cover, Optional<Instant> at, long receipt, String leafHash) {
        sql.update("update logs_sweep set receipt = ? where id = ?", receipt, sweep);
        if (at.isEmpty()) {
            return;
        }
        sql.update(
                "update logs_cover set sweep = ?, at = ?, receipt = ?, leaf_hash = ? where id = ? and sweep <= ?",
                sweep,
                at,
                receipt,
                leafHash,
                cover.id(),
                sweep);
        if (cover.proven()) {
            return;
        }
        // Of those whose newest look is still the one that was found to hold.
        sql.update(
                "update logs_index set cover = ? where (cover is null or cover < ?) and exists (select 1"
                        + " from logs_cover_site c where c.cover = ? and c.site = logs_index.site"
                        + " and c.look = logs_index.look)",
                cover.id(),
                cover.id(),
                cover.id());
        sql.update(
                "update logs_status set cover = ? where (cover is null or cover < ?) and exists (select 1"
                        + " from logs_index i where i.site = logs_status.site and i.cover = ?)",
                cover.id(),
                cover.id(),
                cover.id());
    }
}
