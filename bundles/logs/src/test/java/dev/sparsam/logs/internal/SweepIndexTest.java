package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.logs.SiteSweep;
import dev.sparsam.logs.Sweep;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.logs.internal.Look.Found;
import dev.sparsam.logs.internal.Look.Seen;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.Database;
import dev.sparsam.store.Sql;
import dev.sparsam.store.testing.SetClock;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a sweep need not look at again, and what it must; on both databases. */
class SweepIndexTest {
    private static final SiteRules RULES = SiteRules.of(LogRules.DEFAULT, new RetentionRule.Days(7));
    private static final Principal ADMIN = Principal.user(7, Role.PROVIDER_ADMIN, House.PROVIDER);
    private static final Scope PROVIDER = new Scope(ScopeLevel.PROVIDER, House.PROVIDER.value());
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** So many lines no file has: a look that says so is not one at the file. */
    private static final long FORGED = 4_711;

    private static final SiteId D1 = new SiteId("d1");
    private static final SiteId D2 = new SiteId("d2");

    @TempDir
    Path logs;

    /** The time of files is the kernel's, so the clock is that of the machine, a little ahead: no change is recent. */
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private final SetClock clock = new SetClock(now.plusSeconds(60));
    private final List<TestDatabase> opened = new ArrayList<>();

    /** What was made for a test. */
    private record World(TestDatabase test, House house, SweepService sweeps) {}

    private World world(TestDatabases kind) throws IOException {
        TestDatabase test = kind.open(Path.of("src/main/resources/migrations"));
        opened.add(test);
        House house = new House(test.database());
        house.accessOnly(house.site("d1", Files.createDirectory(logs.resolve("d1"))));
        house.accessOnly(house.site("d2", Files.createDirectory(logs.resolve("d2"))));
        file("d1/access.log.1", Duration.ofDays(2));
        file("d2/access.log.1", Duration.ofDays(3));
        return new World(test, house, house.sweeps(test.database(), clock));
    }

    @AfterEach
    void close() {
        opened.forEach(TestDatabase::close);
    }

    private String line(Duration age) {
        return "203.0.113.0 - - [" + LOG_TIME.format(now.minus(age)) + "] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"\n";
    }

    private Path file(String name, Duration age) throws IOException {
        return aged(Files.writeString(logs.resolve(name), line(age), StandardCharsets.UTF_8));
    }

    private Path aged(Path path) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(now.minus(Duration.ofHours(30))));
        return path;
    }

    private static void doJobs(World world) {
        while (!world.house().submitted.isEmpty()) {
            String[] job = world.house().submitted.remove(0);
            try {
                world.sweeps().work(job[0], Long.parseLong(job[1]));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static Sweep daily(World world) {
        world.sweeps().planAndRun("system:daily");
        doJobs(world);
        Sweep sweep = world.sweeps().recent(PROVIDER, 1).get(0);
        assertThat(sweep.state()).isEqualTo(State.DONE);
        return sweep;
    }

    private static List<SweepFile> planned(World world, String site) {
        long id = world.sweeps().plan(new Scope(ScopeLevel.DOMAIN, site), ADMIN);
        doJobs(world);
        return files(world, id, site);
    }

    private static List<SweepFile> files(World world, long id, String site) {
        return world.sweeps().files(id, FileFilter.of(List.of(new SiteId(site))), 0, 1_000);
    }

    /** How many sites a sweep has looked at one by one. */
    private static long lookedAt(World world, Sweep sweep) {
        return world.test()
                .database()
                .transaction(sql -> sql.first(
                                "select count(*) as n from logs_sweep_site where sweep = ?",
                                row -> row.number("n"),
                                sweep.id())
                        .orElseThrow());
    }

    private static SiteSweep last(World world, SiteId site) {
        return Optional.ofNullable(world.sweeps().last(List.of(site)).get(site)).orElseThrow();
    }

    /** Puts a number into what is known of all files that no file has. */
    private static void forge(World world) {
        world.test().database().transaction(sql -> {
            Map<String, byte[]> looks = new java.util.HashMap<>();
            sql.each("select site, files from logs_look", row -> looks.put(row.text("site"), row.bytes("files")));
            looks.forEach((site, packed) -> {
                List<Seen> forged = Look.files(new SiteId(site), packed).stream()
                        .map(SweepIndexTest::forged)
                        .toList();
                sql.update(
                        "update logs_look set files = ? where site = ?",
                        new Look(List.of(), forged, Optional.empty(), true).packedFiles(),
                        site);
            });
            return looks.size();
        });
    }

    private static Seen forged(Seen seen) {
        return new Seen(
                seen.planned(),
                seen.found().map(found -> {
                    Inspection i = found.inspection();
                    LogScan scan =
                            new LogScan(FORGED, i.scan().oldest(), i.scan().newest(), 0, 0, 0, Optional.empty());
                    return new Found(
                            new Inspection(i.path(), i.state(), i.notes(), i.identity(), i.sha256(), scan),
                            found.settled());
                }),
                seen.doubt(),
                seen.next());
    }

    private static void assertRead(World world, boolean read) {
        assertThat(planned(world, "d1"))
                .singleElement()
                .satisfies(file -> assertThat(file.lines() != FORGED).isEqualTo(read));
    }

    /** Lets statements through and takes them down. */
    private static Database noting(Database database, List<String> statements) {
        return new Database() {
            @Override
            public <T> T transaction(Work<T> work) {
                return database.transaction(sql -> work.run((Sql) Proxy.newProxyInstance(
                        Sql.class.getClassLoader(), new Class<?>[] {Sql.class}, (proxy, method, arguments) -> {
                            statements.add((String) arguments[0]);
                            try {
                                return method.invoke(sql, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        })));
            }
        };
    }

    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void whereNothingHasChangedTheDatabaseIsAskedAsOftenForManySitesAsForFew(TestDatabases kind) throws IOException {
        World world = world(kind);
        world.house().trusted = Duration.ZERO;
        List<String> statements = Collections.synchronizedList(new ArrayList<>());
        World noted = new World(
                world.test(),
                world.house(),
                world.house().sweeps(noting(world.test().database(), statements), clock));
        daily(noted);
        clock.pass(Duration.ofMinutes(1));
        daily(noted);
        clock.pass(Duration.ofMinutes(1));
        statements.clear();
        assertThat(lookedAt(noted, daily(noted))).isZero();
        assertThat(statements).as("files are asked").anyMatch(statement -> statement.contains("select site, marks"));
        assertThat(statements).noneMatch(statement -> statement.contains("logs_look"));
        int few = statements.size();
        for (int i = 3; i < 40; i++) {
            world.house().accessOnly(world.house().site("d" + i, Files.createDirectory(logs.resolve("d" + i))));
            file("d" + i + "/access.log.1", Duration.ofDays(2));
        }
        daily(noted);
        clock.pass(Duration.ofMinutes(1));
        daily(noted);
        clock.pass(Duration.ofMinutes(1));
        statements.clear();
        assertThat(lookedAt(noted, daily(noted))).isZero();
        assertThat(statements).hasSize(few);
    }

    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void anUnchangedFileIsNotReadAgain(TestDatabases kind) throws IOException {
        World world = world(kind);
        daily(world);
        forge(world);
        assertRead(world, false);
    }

    @ParameterizedTest
    @EnumSource(value = TestDatabases.class, names = "H2")
    void aFileThatWasAppendedToIsReadAgain(TestDatabases kind) throws IOException {
        World world = world(kind);
        daily(world);
        forge(world);
        Files.writeString(logs.resolve("d1/access.log.1"), line(Duration.ofDays(1)), StandardOpenOption.APPEND);
        assertRead(world, true);
    }

    @ParameterizedTest
    @EnumSource(value = TestDatabases.class, names = "H2")
    void aFileThatWasChangedInPlaceIsReadAgainThoughItsSizeAndTimeAreTheSame(TestDatabases kind) throws IOException {
        World world = world(kind);
        daily(world);
        forge(world);
        Path path = logs.resolve("d1/access.log.1");
        FileIdentity before = FileIdentity.read(path);
        Files.writeString(path, line(Duration.ofDays(1)), StandardOpenOption.WRITE);
        aged(path);
        assertThat(before.same(FileIdentity.read(path))).isTrue();
        assertRead(world, true);
    }

    @ParameterizedTest
    @EnumSource(value = TestDatabases.class, names = "H2")
    void aFileThatWasReplacedByRenamingIsReadAgain(TestDatabases kind) throws IOException {
        World world = world(kind);
        daily(world);
        forge(world);
        Path other = file("d1/other", Duration.ofDays(2));
        Files.move(other, logs.resolve("d1/access.log.1"), StandardCopyOption.REPLACE_EXISTING);
        assertRead(world, true);
    }

    @ParameterizedTest
    @EnumSource(value = TestDatabases.class, names = "H2")
    void aFileThatHadJustChangedWhenItWasLookedAtIsReadAgain(TestDatabases kind) throws IOException {
        World world = world(kind);
        Path path = logs.resolve("d1/access.log.1");
        clock.set(FileIdentity.read(path).changed().plus(Look.SETTLED));
        daily(world);
        forge(world);
        clock.set(now.plusSeconds(60));
        assertRead(world, true);
    }

    @ParameterizedTest
    @EnumSource(value = TestDatabases.class, names = "H2")
    void underAnotherMaskingFilesAreReadAgain(TestDatabases kind) throws IOException {
        World world = world(kind);
        daily(world);
        forge(world);
        world.house().masking.put(new Scope(ScopeLevel.DOMAIN, "d1"), new AddressMasking.Truncate(16, 48));
        assertRead(world, true);
    }

    @ParameterizedTest
    @EnumSource(value = TestDatabases.class, names = "H2")
    void whatAnotherVersionOrZoneHasFoundIsReadAgain(TestDatabases kind) throws IOException {
        World world = world(kind);
        SweepWork utc = new SweepWork(clock, ZoneOffset.UTC, OwnFormats.NONE, Rules.LIMITS);
        SweepWork east = new SweepWork(clock, ZoneOffset.ofHours(3), OwnFormats.NONE, Rules.LIMITS);
        String own = utc.scan(RULES);
        assertThat(own).startsWith(LineScanner.VERSION + " Z ").isNotEqualTo(east.scan(RULES));
        daily(world);
        forge(world);
        world.test()
                .database()
                .transaction(sql -> sql.update("update logs_index set scan = ?", own.replaceFirst("^[0-9]+", "0")));
        assertRead(world, true);
    }

    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void sitesWithNothingToDoHaveOneReceiptTogetherAndAreListedAllTheSame(TestDatabases kind) throws IOException {
        World world = world(kind);
        Sweep first = daily(world);
        assertThat(lookedAt(world, first)).isEqualTo(2);
        assertThat(world.house().receipts.count()).isEqualTo(2);
        clock.pass(Duration.ofHours(24));
        Sweep second = daily(world);
        assertThat(lookedAt(world, second)).isZero();
        assertThat(world.house().receipts.all())
                .hasSize(3)
                .last()
                .asString()
                .startsWith("provider/p {sweep=" + second.id() + "} {sites=")
                .contains("{unchanged=files}");
        assertThat(world.sweeps().receipts(second.id())).isEqualTo(Map.of(D1, 2L, D2, 2L));
        assertThat(second.sites()).isEqualTo(2);
        assertThat(second.sitesDone()).isEqualTo(2);
        assertThat(second.done()).isEqualTo(Map.of(FileAction.LEAVE, 2L));
        assertThat(world.sweeps().sweep(second.id(), List.of(D1)).orElseThrow().done())
                .isEqualTo(Map.of(FileAction.LEAVE, 1L));
        assertThat(files(world, second.id(), "d1")).isNotEmpty().isEqualTo(files(world, first.id(), "d1"));
        assertThat(world.sweeps().files(second.id(), FileFilter.ALL, 0, 10)).hasSize(2);
        assertThat(world.sweeps().count(second.id(), FileFilter.ALL)).isEqualTo(2);
        assertThat(last(world, D1).sweep()).isEqualTo(second.id());
        assertThat(last(world, D1).at()).isEqualTo(clock.instant());
        assertThat(last(world, D1).receipt()).isEqualTo(2);
        assertThat(last(world, D1).oldestLine()).isEqualTo(last(world, D1).oldestLine());
    }

    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void folderThatIsAskedAloneProvesNothingNew(TestDatabases kind) throws IOException {
        World world = world(kind);
        daily(world);
        SiteSweep before = last(world, D1);
        clock.pass(Duration.ofHours(1));
        Sweep second = daily(world);
        assertThat(lookedAt(world, second)).isZero();
        assertThat(second.sites()).isEqualTo(2);
        assertThat(world.house().receipts.all()).last().asString().contains("{unchanged=folders}");
        assertThat(last(world, D1)).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void changeInPlaceIsFoundWhenFilesAreAskedAgain(TestDatabases kind) throws IOException {
        World world = world(kind);
        daily(world);
        Path path = logs.resolve("d1/access.log.1");
        Files.writeString(path, line(Duration.ofDays(2)).replace("113.0", "113.9"), StandardOpenOption.WRITE);
        aged(path);
        clock.pass(Duration.ofHours(19));
        daily(world);
        assertThat(path).content().startsWith("203.0.113.9 ");
        clock.pass(Duration.ofHours(2));
        assertThat(lookedAt(world, daily(world))).isEqualTo(1);
        assertThat(path).content().startsWith("203.0.113.0 ");
        // What was masked is looked at once more, and then found as it was.
        assertThat(lookedAt(world, daily(world))).isEqualTo(1);
        assertThat(lookedAt(world, daily(world))).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = TestDatabases.class, names = "H2")
    void newFileIsFoundByItsFolder(TestDatabases kind) throws IOException {
        World world = world(kind);
        daily(world);
        Path added = file("d1/access.log.2", Duration.ofDays(9));
        Sweep second = daily(world);
        assertThat(lookedAt(world, second)).isEqualTo(1);
        assertThat(added).doesNotExist();
        assertThat(second.done()).isEqualTo(Map.of(FileAction.DELETE, 1L, FileAction.LEAVE, 2L));
        assertThat(world.sweeps().receipts(second.id())).containsOnlyKeys(D1, D2);
        assertThat(world.sweeps().files(second.id(), FileFilter.ALL, 0, 10))
                .extracting(file -> file.site() + " " + file.action() + " " + file.outcome())
                .containsExactly("d1 DELETE DONE", "d1 LEAVE DONE", "d2 LEAVE DONE");
    }

    @ParameterizedTest
    @EnumSource(value = TestDatabases.class, names = "H2")
    void vanishedFileIsFoundByItsFolder(TestDatabases kind) throws IOException {
        World world = world(kind);
        daily(world);
        Files.delete(logs.resolve("d1/access.log.1"));
        assertThat(files(world, daily(world).id(), "d1"))
                .extracting(SweepFile::reason)
                .containsExactly(FileReason.NO_FILES);
    }

    @ParameterizedTest
    @EnumSource(value = TestDatabases.class, names = "H2")
    void folderThatIsReplacedByALinkIsReported(TestDatabases kind) throws IOException {
        World world = world(kind);
        daily(world);
        Files.move(logs.resolve("d1"), logs.resolve("moved"));
        Files.createSymbolicLink(logs.resolve("d1"), logs.resolve("d2"));
        assertThat(files(world, daily(world).id(), "d1")).singleElement().satisfies(place -> {
            assertThat(place.isProblem()).isTrue();
            assertThat(place.notes()).containsExactly(FileNote.of(FileNote.Code.DIRECTORY_IS_LINK));
        });
    }

    @ParameterizedTest
    @EnumSource(value = TestDatabases.class, names = "H2")
    void fileThatComesDueIsDeletedThoughNothingHasChanged(TestDatabases kind) throws IOException {
        World world = world(kind);
        daily(world);
        world.house().retention.put(new Scope(ScopeLevel.DOMAIN, "d1"), new Days(3));
        daily(world);
        clock.set(now.plus(Duration.ofHours(23)));
        assertThat(daily(world).done()).isEqualTo(Map.of(FileAction.LEAVE, 2L));
        clock.set(now.plus(Duration.ofHours(24)));
        assertThat(daily(world).done()).isEqualTo(Map.of(FileAction.DELETE, 1L, FileAction.LEAVE, 1L));
        assertThat(logs.resolve("d1/access.log.1")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(value = TestDatabases.class, names = "H2")
    void siteWithANewRuleOrOtherStreamsIsLookedAt(TestDatabases kind) throws IOException {
        World world = world(kind);
        daily(world);
        world.house().retention.put(new Scope(ScopeLevel.DOMAIN, "d1"), new Days(5));
        assertThat(lookedAt(world, daily(world))).isEqualTo(1);
        world.house().move(Optional.ofNullable(world.house().sites.get(D2)).orElseThrow(), logs);
        assertThat(lookedAt(world, daily(world))).isEqualTo(1);
        assertThat(lookedAt(world, daily(world))).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = TestDatabases.class, names = "H2")
    void previewThatNobodyRanIsNoEvidence(TestDatabases kind) throws IOException {
        World world = world(kind);
        long preview = world.sweeps().plan(PROVIDER, ADMIN);
        doJobs(world);
        world.sweeps().discard(preview, ADMIN);
        Sweep first = daily(world);
        assertThat(lookedAt(world, first)).isEqualTo(2);
        assertThat(last(world, D1).sweep()).isEqualTo(first.id());
    }

    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void previewOfUnchangedSitesIsRefusedWhenTheirSettingsChange(TestDatabases kind) throws IOException {
        World world = world(kind);
        daily(world);
        long preview = world.sweeps().plan(PROVIDER, ADMIN);
        doJobs(world);
        assertThat(lookedAt(world, world.sweeps().sweep(preview).orElseThrow())).isZero();
        world.house().retention.put(new Scope(ScopeLevel.DOMAIN, "d2"), new Days(5));
        assertThat(world.sweeps().run(preview, ADMIN)).isPresent();
        world.house().retention.clear();
        assertThat(world.sweeps().run(preview, ADMIN)).isEmpty();
        doJobs(world);
        assertThat(last(world, D2).sweep()).isEqualTo(preview);
    }

    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void siteThatThePanelHasNoMoreIsCoveredNoMore(TestDatabases kind) throws IOException {
        World world = world(kind);
        daily(world);
        clock.pass(Duration.ofHours(24));
        daily(world);
        SiteSweep gone = last(world, D2);
        world.house().sites.remove(D2);
        clock.pass(Duration.ofHours(24));
        Sweep third = daily(world);
        assertThat(third.sites()).isEqualTo(1);
        assertThat(last(world, D1).sweep()).isEqualTo(third.id());
        assertThat(last(world, D2)).isEqualTo(gone);
    }

    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void forgottenSweepLeavesWhatLaterOnesRestOn(TestDatabases kind) throws IOException {
        World world = world(kind);
        Sweep first = daily(world);
        clock.pass(Duration.ofDays(1));
        Sweep second = daily(world);
        List<SweepFile> listed = files(world, second.id(), "d1");
        world.test()
                .database()
                .transaction(sql -> sql.update(
                        "update logs_sweep set ended_at = ? where id = ?", now.minus(Duration.ofDays(99)), first.id()));
        clock.pass(Duration.ofHours(21));
        Sweep third = daily(world);
        assertThat(world.sweeps().sweep(first.id())).isEmpty();
        assertThat(lookedAt(world, third)).isZero();
        assertThat(files(world, second.id(), "d1")).isNotEmpty().isEqualTo(listed);
        assertThat(last(world, D1).sweep()).isEqualTo(third.id());
    }

    @ParameterizedTest
    @EnumSource(value = TestDatabases.class, names = "H2")
    void runThatFailsInTheMiddleClaimsNothingItHasNotSeen(TestDatabases kind) throws IOException {
        World world = world(kind);
        SweepService broken = world.house()
                .sweeps(
                        new dev.sparsam.store.Database() {
                            @Override
                            public <T> T transaction(Work<T> work) {
                                return world.test().database().transaction(sql -> {
                                    T result = work.run(sql);
                                    boolean indexed = sql.first("select 1 as n from logs_index", row -> true)
                                            .isPresent();
                                    if (indexed) {
                                        throw new dev.sparsam.store.StoreException("killed before the commit");
                                    }
                                    return result;
                                });
                            }
                        },
                        clock);
        broken.planAndRun("system:daily");
        String[] job = world.house().submitted.get(0);
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> broken.work(job[0], Long.parseLong(job[1])))
                .hasMessageContaining("killed");
        Sweep open = world.sweeps().recent(PROVIDER, 1).get(0);
        assertThat(open.state()).isEqualTo(State.PLANNING);
        assertThat(world.test()
                        .database()
                        .<Long>transaction(
                                sql -> sql.first("select count(*) as n from logs_look", row -> row.number("n"))
                                        .orElseThrow()))
                .isZero();
        doJobs(world);
        assertThat(world.sweeps().sweep(open.id()).orElseThrow().state()).isEqualTo(State.DONE);
        assertThat(world.house().receipts.count()).isEqualTo(2);
    }
}
