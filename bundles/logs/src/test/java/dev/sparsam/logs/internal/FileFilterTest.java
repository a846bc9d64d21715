package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.logs.internal.SweepIndex.LookedSite;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parts of the list of a sweep's files, on both databases. */
class FileFilterTest {
    /** More than a statement names. */
    private static final int SITES = 1_300;

    private final Random random = new Random(4);
    private final List<SweepFile> all = new ArrayList<>();

    private SweepFile file(SiteId site, int no) {
        return file(site, no, List.of(FileAction.values()).get(random.nextInt(3)));
    }

    /** What is left has no rows of its own, and so no outcome of its own. */
    private SweepFile file(SiteId site, int no, FileAction action) {
        boolean left = action == FileAction.LEAVE;
        return new SweepFile(
                site,
                LogKind.WEB_ACCESS,
                false,
                Path.of("/logs", site.value(), "access.log." + no),
                action,
                List.of(FileReason.values()).get(random.nextInt(FileReason.values().length)),
                List.of(),
                left ? 0 : 1,
                Optional.empty(),
                Optional.empty(),
                left ? 0 : 1,
                left ? 0 : 1,
                left
                        ? FileOutcome.OPEN
                        : List.of(FileOutcome.values()).get(random.nextInt(FileOutcome.values().length)));
    }

    private long fill(TestDatabase test) {
        return test.database().transaction(sql -> {
            SweepStore store = new SweepStore(sql);
            long before = store.create(Scope.parse("provider/p"), "test", false, Instant.EPOCH);
            long id = store.create(Scope.parse("provider/p"), "test", false, Instant.EPOCH);
            List<Cover.Member> same = new ArrayList<>();
            for (int i = 0; i < SITES; i++) {
                // Languages sort these differently from Java.
                SiteId site = new SiteId((i % 2 == 0 ? "d" : "D-") + i);
                SweptSite swept = new SweptSite(site, Rules.site(new RetentionRule.Days(7), AddressMasking.DEFAULT));
                boolean covered = random.nextInt(3) == 0;
                List<SweepFile> files = new ArrayList<>();
                for (int no = random.nextInt(4); no >= 0; no--) {
                    files.add(covered ? file(site, no, FileAction.LEAVE) : file(site, no));
                }
                store.addSites(covered ? before : id, List.of(swept), Optional.empty(), true);
                Look look = look(files);
                store.planned(
                        covered ? before : id, Instant.EPOCH, List.of(new LookedSite(swept, List.of(), look, "", "")));
                if (covered) {
                    same.add(new Cover.Member(swept, before, look.left(), Optional.empty()));
                } else {
                    files = become(store, id, swept, files);
                }
                all.addAll(files);
            }
            store.addSites(id, List.of(), new SweepIndex(sql).cover(id, same), true);
            return id;
        });
    }

    private List<SweepFile> become(SweepStore store, long id, SweptSite site, List<SweepFile> files) {
        return switch (random.nextInt(3)) {
            case 0 -> {
                store.close(id, List.of(site));
                yield files.stream()
                        .map(file ->
                                file.action() == FileAction.LEAVE ? file.became(FileOutcome.DONE, List.of()) : file)
                        .toList();
            }
            case 1 -> {
                store.overtake(id, site.site(), FileNote.Code.SITE_MOVED);
                List<FileNote> why =
                        List.of(FileNote.of(FileNote.Code.SITE_MOVED), FileNote.of(FileNote.Code.AS_BEFORE));
                yield files.stream()
                        .map(file -> file.outcome() == FileOutcome.OPEN ? file.became(FileOutcome.CHANGED, why) : file)
                        .toList();
            }
            default -> files;
        };
    }

    private static Look look(List<SweepFile> files) {
        List<Look.Seen> seen = new ArrayList<>();
        for (SweepFile file : files) {
            int no = Integer.parseInt(file.path().toString().replaceFirst(".*\\.", ""));
            seen.add(new Look.Seen(
                    new PlannedFile(no, file, "", "", Remains.NONE),
                    Optional.empty(),
                    Look.Doubt.NONE,
                    Optional.empty()));
        }
        return new Look(List.of(), seen, Optional.empty(), false);
    }

    private static int rank(SweepFile file) {
        return switch (file.action()) {
            case DELETE -> 0;
            case CUT, MASK -> 1;
            case LEAVE -> file.reason().isProblem() ? 2 : 3;
        };
    }

    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void everyPartIsListedAndCountedAsIfTheWholeListWereFiltered(TestDatabases kind) {
        try (TestDatabase test = kind.open(Path.of("src/main/resources/migrations"))) {
            long id = fill(test);
            all.sort(Comparator.comparingInt(FileFilterTest::rank)
                    .thenComparing(SweepFile::site)
                    .thenComparing(SweepFile::path));
            for (int size : new int[] {0, 1, 2, 30, 1_000, 1_001, SITES}) {
                Set<SiteId> sites = new TreeSet<>();
                while (sites.size() < size) {
                    sites.add(all.get(random.nextInt(all.size())).site());
                }
                for (FileFilter filter :
                        List.of(FileFilter.of(sites), FileFilter.of(sites).onlyProblems())) {
                    List<SweepFile> wanted = all.stream()
                            .filter(file -> sites.contains(file.site()))
                            .filter(file -> !filter.problems() || file.isProblem())
                            .toList();
                    assertThat(listed(test, id, filter)).as("%d sites", size).isEqualTo(wanted);
                }
            }
            assertThat(listed(test, id, FileFilter.ALL)).containsExactlyInAnyOrderElementsOf(all);
            assertThat(listed(test, id, FileFilter.ALL.onlyProblems()))
                    .containsExactlyInAnyOrderElementsOf(
                            all.stream().filter(SweepFile::isProblem).toList());
        }
    }

    /** Page by page, in pages of any size. */
    private List<SweepFile> listed(TestDatabase test, long id, FileFilter filter) {
        List<SweepFile> listed = new ArrayList<>();
        while (true) {
            int limit = 200 + random.nextInt(800);
            List<SweepFile> page =
                    test.database().transaction(sql -> new SweepReport(sql).files(id, filter, listed.size(), limit));
            listed.addAll(page);
            if (page.size() < limit) {
                break;
            }
        }
        assertThat(test.database().<Long>transaction(sql -> new SweepReport(sql).count(id, filter)))
                .isEqualTo(listed.size());
        return listed;
    }
}
