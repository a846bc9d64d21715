package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.logs.internal.SweepStore.PlannedFile;
import dev.sparsam.logs.internal.SweepStore.SweptSite;
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
        FileAction action = List.of(FileAction.values()).get(random.nextInt(3));
        return new SweepFile(
                site,
                LogKind.WEB_ACCESS,
                Path.of("/logs", site.value(), "access.log." + no),
                action,
                List.of(FileReason.values()).get(random.nextInt(FileReason.values().length)),
                List.of(),
                1,
                Optional.empty(),
                Optional.empty(),
                1,
                1,
                List.of(FileOutcome.values()).get(random.nextInt(FileOutcome.values().length)));
    }

    private long fill(TestDatabase test) {
        return test.database().transaction(sql -> {
            SweepStore store = new SweepStore(sql);
            long id = store.create(Scope.parse("provider/p"), "test", false, Instant.EPOCH);
            for (int i = 0; i < SITES; i++) {
                // Languages sort these differently from Java.
                SiteId site = new SiteId((i % 2 == 0 ? "d" : "D-") + i);
                store.addSites(id, List.of(new SweptSite(site, new RetentionRule.Days(7), AddressMasking.DEFAULT)));
                List<PlannedFile> planned = new ArrayList<>();
                for (int no = random.nextInt(4); no >= 0; no--) {
                    SweepFile file = file(site, no);
                    planned.add(new PlannedFile(no, file, "", ""));
                    all.add(file);
                }
                store.planned(id, site, planned, "");
            }
            return id;
        });
    }

    private static int rank(SweepFile file) {
        return switch (file.action()) {
            case DELETE -> 0;
            case MASK -> 1;
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
                    test.database().transaction(sql -> new SweepStore(sql).files(id, filter, listed.size(), limit));
            listed.addAll(page);
            if (page.size() < limit) {
                break;
            }
        }
        assertThat(test.database().<Long>transaction(sql -> new SweepStore(sql).count(id, filter)))
                .isEqualTo(listed.size());
        return listed;
    }
}
