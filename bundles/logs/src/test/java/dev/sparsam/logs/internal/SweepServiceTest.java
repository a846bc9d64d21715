package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.LogFormat;
import dev.sparsam.facts.LogFormat.IpMode;
import dev.sparsam.facts.Provenance.Enforced;
import dev.sparsam.facts.Retention;
import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.logs.Observation;
import dev.sparsam.logs.RawPeriod;
import dev.sparsam.logs.Refusal;
import dev.sparsam.logs.Refusal.Reason;
import dev.sparsam.logs.SiteSweep;
import dev.sparsam.logs.Sweep;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.panel.RetentionRule.NoLogging;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.TenantId;
import dev.sparsam.store.Database;
import dev.sparsam.store.testing.SetClock;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job, from plan to facts, on real files and a real database. */
class SweepServiceTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Principal ADMIN = Principal.user(7, Role.PROVIDER_ADMIN, House.PROVIDER);
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    @TempDir
    Path logs;

    private final TestDatabase test = TestDatabases.H2.open(Path.of("src/main/resources/migrations"));
    private final House house = new House(test.database());
    private final SetClock clock = new SetClock(NOW);
    private int transactions;
    private final SweepService sweeps = service();
    private final LogFacts facts = new LogFacts(
            test.database(),
            house.settings(),
            house.siteDirectory(),
            house.holds(test.database(), clock),
            Optional.empty(),
            ZoneOffset.UTC,
            "dev.sparsam.logs 0.1.0",
            Duration.ofDays(2),
            Clock.fixed(NOW, ZoneOffset.UTC));
    private Site site =
            new Site(new dev.sparsam.panel.SiteId("unset"), House.PROVIDER, "web1", "unset.test", Optional.empty());

    private SweepService service() {
        Database counting = new Database() {
            @Override
            public <T> T transaction(Work<T> work) {
                transactions++;
                try {
                    return test.database().transaction(work);
                } finally {
                    transactions--;
                }
            }
        };
        return house.sweeps(counting, clock);
    }

    @BeforeEach
    void oneSite() {
        site = house.site("d1", logs);
        house.accessOnly(site);
    }

    @AfterEach
    void close() {
        test.close();
    }

    private static String line(String client, Duration age) {
        return client + " - - [" + LOG_TIME.format(NOW.minus(age)) + "] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"\n";
    }

    private Path file(String name, String... lines) {
        Path path = logs.resolve(name);
        try (OutputStream out = name.endsWith(".gz")
                ? new GZIPOutputStream(Files.newOutputStream(path))
                : Files.newOutputStream(path)) {
            out.write(String.join("", lines).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return aged(path);
    }

    private static Path aged(Path path) {
        try {
            Files.setLastModifiedTime(path, FileTime.from(NOW.minus(Duration.ofHours(3))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return path;
    }

    /** What the cluster would do with what was submitted. */
    private void doJobs() {
        while (!house.submitted.isEmpty()) {
            String[] job = house.submitted.remove(0);
            try {
                sweeps.work(job[0], Long.parseLong(job[1]));
            } catch (InterruptedException e) {
                house.submitted.add(0, job);
                return;
            }
        }
    }

    private long planned() {
        long id = sweeps.plan(site.scope(), ADMIN);
        doJobs();
        return id;
    }

    private long swept() {
        long id = planned();
        sweeps.run(id, ADMIN);
        doJobs();
        return id;
    }

    private Map<String, SweepFile> files(long id) {
        return sweeps.files(id, FileFilter.ALL, 0, 1000).stream()
                .collect(java.util.stream.Collectors.toMap(
                        file -> file.path().getFileName().toString(), file -> file));
    }

    private SweepFile file(long id, String name) {
        return Optional.ofNullable(files(id).get(name)).orElseThrow();
    }

    private SiteSweep last() {
        return Optional.ofNullable(sweeps.last(List.of(site.id())).get(site.id()))
                .orElseThrow();
    }

    private SweepFile only(long id) {
        List<SweepFile> all = sweeps.files(id, FileFilter.ALL, 0, 1000);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private List<Evidenced<?>> facts() {
        return facts.find(List.of(ScopePath.of(new Scope(ScopeLevel.PROVIDER, "p"), site.scope())))
                .facts();
    }

    /** Anybody who can make a server write a line may have made that one: it must not keep the others as they are. */
    @Test
    void aFileWithALineOfTheFutureIsMaskedAndStays() throws IOException {
        house.everywhere.put(LogSettings.RAW.all(), new RawPeriod(48));
        Path log = file(
                "access.log.1",
                line("203.0.113.9", Duration.ofDays(30)),
                line("203.0.113.8", Duration.ofHours(1)),
                line("203.0.113.7", Duration.ofDays(-300)));
        long id = swept();
        assertThat(only(id).reason()).isEqualTo(FileReason.FUTURE_DATE);
        assertThat(only(id).outcome()).isEqualTo(FileOutcome.DONE);
        assertThat(Files.readString(log))
                .isEqualTo(line("203.0.113.0", Duration.ofDays(30))
                        + line("203.0.113.0", Duration.ofHours(1))
                        + line("203.0.113.0", Duration.ofDays(-300)));
        assertThat(only(swept()).action()).isEqualTo(FileAction.LEAVE);
        assertThat(last().problems()).as("it is to be looked at").isOne();
    }

    @Test
    void aPlanSaysWhatWouldHappenAndWhyAndChangesNothing() throws IOException {
        Path old = file(
                "access.log.2.gz", line("203.0.113.9", Duration.ofDays(9)), line("203.0.113.9", Duration.ofDays(8)));
        Path young =
                file("access.log.1", line("203.0.113.9", Duration.ofDays(3)), line("2001:db8::1", Duration.ofDays(2)));
        byte[] before = Files.readAllBytes(young);
        long id = planned();
        Sweep sweep = sweeps.sweep(id).orElseThrow();
        assertThat(sweep.state()).isEqualTo(State.PLANNED);
        assertThat(sweep.planned()).isEqualTo(Map.of(FileAction.DELETE, 1L, FileAction.MASK, 1L));
        assertThat(files(id).values())
                .extracting(SweepFile::path, SweepFile::action, SweepFile::reason, SweepFile::addresses)
                .containsExactlyInAnyOrder(
                        tuple(old, FileAction.DELETE, FileReason.EXPIRED, 2L),
                        tuple(young, FileAction.MASK, FileReason.UNMASKED_ADDRESSES, 2L));
        assertThat(old).exists();
        assertThat(Files.readAllBytes(young)).isEqualTo(before);
        assertThat(house.receipts.count()).isZero();
    }

    @Test
    void aFileThatSpansTheRetentionIsCutAtTheLine() throws IOException {
        Path file = file(
                "access.log.1",
                line("203.0.113.9", Duration.ofDays(9)),
                line("203.0.113.9", Duration.ofDays(8)),
                line("2001:db8::1", Duration.ofDays(2)));
        long id = planned();
        assertThat(files(id).values())
                .extracting(SweepFile::action, SweepFile::reason, SweepFile::lines, SweepFile::addresses)
                .containsExactly(tuple(FileAction.CUT, FileReason.EXPIRED_LINES, 2L, 1L));
        assertThat(swept()).isGreaterThan(id);
        assertThat(file).hasContent(line("2001:db8::", Duration.ofDays(2)));
        assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(NOW.minus(Duration.ofHours(3)));
        assertThat(house.receipts.all())
                .singleElement()
                .asString()
                .contains("files.cut=1", "lines.deleted=2", "addresses.masked=1");
        assertThat(files(swept()).values()).extracting(SweepFile::reason).containsExactly(FileReason.NOTHING_TO_MASK);
    }

    @Test
    void whatWasKeptUnderAnotherNameIsSweptLikeTheLogThatItWas() throws IOException {
        house.streams.put(
                site.id(), List.of(new LogStream(site.id(), LogKind.WEB_ACCESS, logs, "*-access.{log,log.gz}")));
        String suffix = ".kept-0c28a1b2c3d4e5f6";
        Path old = logs.resolve("20261101-access.log" + suffix);
        Files.move(file("20261101-access.log", line("203.0.113.9", Duration.ofDays(9))), old);
        Path young = logs.resolve("20261122-access.log.gz" + suffix);
        Files.move(file("20261122-access.log.gz", line("203.0.113.9", Duration.ofDays(2))), young);
        Path other = file("access.log" + suffix, line("203.0.113.9", Duration.ofDays(9)));
        swept();
        assertThat(old).doesNotExist();
        try (LogInput masked = LogInput.open(young)) {
            assertThat(masked.lines()).hasContent(line("203.0.113.0", Duration.ofDays(2)));
        }
        assertThat(other).content().contains("203.0.113.9 ");
    }

    @Test
    void aRunDoesExactlyThePlanAndLeavesOneReceiptForEachSite() throws IOException {
        Path old = file("access.log.2.gz", line("203.0.113.9", Duration.ofDays(8)));
        Path young = file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        long id = swept();
        assertThat(sweeps.sweep(id).orElseThrow().state()).isEqualTo(State.DONE);
        assertThat(old).doesNotExist();
        assertThat(young).hasContent(line("203.0.113.0", Duration.ofDays(2)));
        assertThat(Files.getLastModifiedTime(young).toInstant()).isEqualTo(NOW.minus(Duration.ofHours(3)));
        assertThat(house.receipts.all())
                .singleElement()
                .asString()
                .contains(
                        "domain/d1",
                        "files.deleted=1",
                        "files.masked=1",
                        "addresses.masked=1",
                        "lines.deleted=1",
                        "logs.retention.live=7d",
                        "logs.masking=truncate/24/48");
        assertThat(sweeps.receipts(id)).isEqualTo(Map.of(site.id(), 0L));
    }

    @Test
    void aReceiptCountsNoAddressesOfAFileThatIsLeftAsItIs() throws IOException {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        Path current = file(
                "access.log", line("203.0.113.9", Duration.ofMinutes(2)), line("203.0.113.8", Duration.ofMinutes(1)));
        long id = swept();
        assertThat(files(id).values())
                .filteredOn(file -> file.path().equals(current))
                .extracting(SweepFile::action, SweepFile::addresses)
                .containsExactly(tuple(FileAction.LEAVE, 2L));
        assertThat(house.receipts.all()).singleElement().asString().contains("files.masked=1", "addresses.masked=1,");
    }

    @Test
    void whatIsMaskedAlreadyIsLeft() {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        swept();
        SweepFile second = only(planned());
        assertThat(second.action()).isEqualTo(FileAction.LEAVE);
        assertThat(second.reason()).isEqualTo(FileReason.NOTHING_TO_MASK);
    }

    @Test
    void theNewestLineDecidesAndNotTheTimeOfTheFile() throws IOException {
        Path touched = file("access.log.1", line("203.0.113.9", Duration.ofDays(8)));
        Files.setLastModifiedTime(touched, FileTime.from(NOW.minus(Duration.ofMinutes(30))));
        assertThat(only(planned()).action()).isEqualTo(FileAction.DELETE);
    }

    @Test
    void foreverKeepsAndNoLoggingDeletes() {
        file("access.log.1", line("203.0.113.0", Duration.ofDays(400)));
        house.retention.put(site.scope(), new Forever());
        assertThat(only(planned()).action()).isEqualTo(FileAction.LEAVE);
        house.retention.put(site.scope(), new NoLogging());
        SweepFile deleted = only(planned());
        assertThat(deleted.action()).isEqualTo(FileAction.DELETE);
        assertThat(deleted.reason()).isEqualTo(FileReason.NO_LOGGING);
    }

    @Test
    void withMaskingOffAddressesStay() {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        house.masking.put(site.scope(), new AddressMasking.Keep());
        SweepFile left = only(planned());
        assertThat(left.action()).isEqualTo(FileAction.LEAVE);
        assertThat(left.reason()).isEqualTo(FileReason.MASKING_OFF);
    }

    @Test
    void aFileThatChangedSinceItWasPlannedIsLeftAlone() throws IOException {
        Path path = file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        long id = planned();
        Files.writeString(path, line("203.0.113.9", Duration.ofDays(1)), StandardCharsets.UTF_8);
        sweeps.run(id, ADMIN);
        doJobs();
        assertThat(only(id).outcome()).isEqualTo(FileOutcome.CHANGED);
        Sweep sweep = sweeps.sweep(id).orElseThrow();
        assertThat(sweep.planned()).isEqualTo(Map.of(FileAction.MASK, 1L));
        assertThat(sweep.done()).isEmpty();
        assertThat(house.receipts.all())
                .singleElement()
                .asString()
                .contains("files.left=1", "files.masked=0", "files.problems=1");
        assertThat(path).hasContent(line("203.0.113.9", Duration.ofDays(1)));
        assertThat(sweeps.sweep(id).orElseThrow().problems()).isEqualTo(1);
    }

    @Test
    void aFileThatVanishedIsReportedAndTheRestGoesOn() throws IOException {
        Path gone = file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        Path there = file("access.log.2", line("203.0.113.9", Duration.ofDays(3)));
        long id = planned();
        Files.delete(gone);
        sweeps.run(id, ADMIN);
        doJobs();
        assertThat(file(id, "access.log.1").outcome()).isEqualTo(FileOutcome.VANISHED);
        assertThat(file(id, "access.log.2").outcome()).isEqualTo(FileOutcome.DONE);
        assertThat(there).hasContent(line("203.0.113.0", Duration.ofDays(3)));
        // Renamed or compressed by others, it may still be there as it was.
        assertThat(file(id, "access.log.1").isProblem()).isTrue();
        assertThat(sweeps.sweep(id).orElseThrow().problems()).isEqualTo(1);
    }

    @Test
    void aSiteThatThePanelCannotTellAboutIsReportedAndTheRestGoesOn() throws IOException {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        Site first = house.site("a-first", logs.resolve("elsewhere"));
        house.broken.add(first.id());
        long id = sweeps.plan(new Scope(ScopeLevel.PROVIDER, House.PROVIDER.value()), ADMIN);
        doJobs();
        sweeps.run(id, ADMIN);
        doJobs();
        assertThat(sweeps.sweep(id).orElseThrow().state()).isEqualTo(Sweep.State.DONE);
        assertThat(sweeps.files(id, FileFilter.of(List.of(site.id())), 0, 10))
                .anyMatch(file -> file.action() == FileAction.MASK && file.outcome() == FileOutcome.DONE);
        assertThat(sweeps.files(id, FileFilter.of(List.of(first.id())), 0, 10))
                .hasSize(LogKind.values().length)
                .allMatch(SweepFile::isProblem)
                .allSatisfy(file -> assertThat(file.notes().toString()).contains("knows nothing of"));
        assertThat(sweeps.receipts(id)).containsKeys(first.id());
    }

    @Test
    void aDamagedFileIsReportedAndTheRestGoesOn() throws IOException {
        Path damaged =
                file("access.log.3.gz", line("203.0.113.9", Duration.ofDays(3)).repeat(1000));
        byte[] whole = Files.readAllBytes(damaged);
        Files.write(damaged, java.util.Arrays.copyOf(whole, whole.length / 2));
        aged(damaged);
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        long id = swept();
        assertThat(file(id, "access.log.3.gz").reason()).isEqualTo(FileReason.DAMAGED);
        assertThat(file(id, "access.log.3.gz").notes())
                .extracting(FileNote::code)
                .containsExactly(FileNote.Code.ENDS_EARLY, FileNote.Code.READ_BEFORE_DAMAGE);
        assertThat(file(id, "access.log.1").outcome()).isEqualTo(FileOutcome.DONE);
        assertThat(last().problems()).isEqualTo(1);
    }

    @Test
    void aSentenceOfAnEarlierVersionIsStillShown() {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        long id = planned();
        test.database().transaction(sql -> sql.update("update logs_sweep_file set detail = 'It is gone; or not'"));
        assertThat(only(id).notes()).containsExactly(FileNote.of(FileNote.Code.OTHER, "It is gone; or not"));
    }

    @Test
    void aMissingDirectoryIsNamed() {
        site = house.site("d2", logs.resolve("nowhere"));
        long id = swept();
        assertThat(sweeps.files(id, FileFilter.ALL, 0, 10))
                .extracting(SweepFile::reason, SweepFile::path)
                .containsOnly(tuple(FileReason.NO_DIRECTORY, logs.resolve("nowhere")));
    }

    @Test
    void aPlaceWithoutAFileIsNoFileThatWasLeft() {
        house.site("d1", logs);
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        Sweep sweep = sweeps.sweep(swept()).orElseThrow();
        assertThat(sweep.planned()).isEqualTo(Map.of(FileAction.MASK, 1L));
        assertThat(sweep.done()).isEqualTo(Map.of(FileAction.MASK, 1L));
        assertThat(sweep.unchanged()).isZero();
        assertThat(sweep.missing()).isEqualTo(1);
        assertThat(sweep.problems()).isEqualTo(1);
        assertThat(house.receipts.all())
                .singleElement()
                .asString()
                .contains("files.left=0", "streams.missing=1", "files.problems=1", "files.masked=1");
    }

    private static void giveAway(Path link) throws IOException {
        Assumptions.assumeTrue(
                Files.getAttribute(link, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(0),
                "only root can make links of other users");
        Files.setAttribute(link, "unix:uid", 12_345, LinkOption.NOFOLLOW_LINKS);
    }

    @Test
    void aCustomersLinkDoesNotTurnHisRulesAgainstTheLogsOfAnother() throws IOException {
        Path victim = Files.createDirectories(logs.resolve("victim/logs"));
        Path others = file("victim/logs/access.log.1", line("203.0.113.9", Duration.ofDays(8)));
        Path link = Files.createSymbolicLink(
                Files.createDirectory(logs.resolve("attacker")).resolve("web"), victim.getParent());
        giveAway(link);
        site = house.site("d1", link.resolve("logs"));
        house.accessOnly(site);
        long id = swept();
        assertThat(others).exists();
        assertThat(only(id).reason()).isEqualTo(FileReason.UNREADABLE);
        assertThat(only(id).notes()).containsExactly(FileNote.of(FileNote.Code.FOREIGN_LINK, link, 12_345));
        assertThat(last().problems()).isEqualTo(1);
    }

    @Test
    void aFolderThatACustomerReplacesByALinkAfterThePlanIsNotTouched() throws IOException {
        Path web = logs.resolve("attacker/web");
        Files.createDirectories(web.resolve("logs"));
        site = house.site("d1", web.resolve("logs"));
        house.accessOnly(site);
        file("attacker/web/logs/access.log.1", line("203.0.113.9", Duration.ofDays(8)));
        file("attacker/web/logs/access.log.2", line("203.0.113.9", Duration.ofDays(2)));
        long id = planned();
        Path moved = Files.move(web, logs.resolve("moved"));
        Files.createSymbolicLink(web, moved);
        giveAway(web);
        sweeps.run(id, ADMIN);
        doJobs();
        assertThat(moved.resolve("logs/access.log.1")).exists();
        assertThat(moved.resolve("logs/access.log.2")).content().contains("203.0.113.9");
        assertThat(files(id).values()).hasSize(2).allSatisfy(file -> {
            assertThat(file.outcome()).isEqualTo(FileOutcome.FAILED);
            assertThat(file.notes())
                    .containsExactly(
                            FileNote.of(FileNote.Code.FOREIGN_LINK, web, 12_345), FileNote.of(FileNote.Code.AS_BEFORE));
        });
    }

    @Test
    void linksOfTheProvidersOwnOnTheWayAreFollowed() throws IOException {
        Path real = Files.createDirectories(logs.resolve("disk2/d1"));
        Files.createSymbolicLink(logs.resolve("vhosts"), Path.of("./disk1/../disk2"));
        Files.createDirectory(logs.resolve("disk1"));
        file("disk2/d1/access.log.1", line("203.0.113.9", Duration.ofDays(8)));
        site = house.site("d1", logs.resolve("vhosts/d1"));
        house.accessOnly(site);
        assertThat(only(swept()).outcome()).isEqualTo(FileOutcome.DONE);
        assertThat(real.resolve("access.log.1")).doesNotExist();
    }

    @Test
    void whereALinkOfTheProvidersOwnLeadsOverOneOfACustomerNothingIsTouched() throws IOException {
        Path other = Files.createDirectories(logs.resolve("other/logs"));
        Path customers = Files.createSymbolicLink(logs.resolve("customers"), other.getParent());
        Files.createSymbolicLink(logs.resolve("vhosts"), customers);
        giveAway(customers);
        file("other/logs/access.log.1", line("203.0.113.9", Duration.ofDays(8)));
        site = house.site("d1", logs.resolve("vhosts/logs"));
        house.accessOnly(site);
        assertThat(only(swept()).notes()).containsExactly(FileNote.of(FileNote.Code.FOREIGN_LINK, customers, 12_345));
    }

    @Test
    void aPatternThatMatchesNoFileIsNamed() {
        file("acces.log", line("203.0.113.9", Duration.ofDays(2)));
        SweepFile none = only(swept());
        assertThat(none.reason()).isEqualTo(FileReason.NO_FILES);
        assertThat(none.path()).isEqualTo(logs);
        assertThat(none.notes()).containsExactly(FileNote.of(FileNote.Code.NO_FILE_MATCHES, "*access.log*"));
        assertThat(last().problems()).isEqualTo(1);
        assertThat(facts()).isEmpty();
    }

    @Test
    void aSiteWithoutLogsGetsItsReceiptAndStatesNothing() {
        house.streams.put(site.id(), List.of());
        long id = swept();
        assertThat(sweeps.sweep(id).orElseThrow().state()).isEqualTo(State.DONE);
        assertThat(house.receipts.count()).isEqualTo(1);
        assertThat(facts()).isEmpty();
    }

    @Test
    void aPlanThatTheSettingsHaveOvertakenIsNotRun() {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        long id = planned();
        house.retention.put(site.scope(), new Days(3));
        assertThat(sweeps.run(id, ADMIN)).contains(new Refusal(Reason.OVERTAKEN, Optional.of(site.id())));
        assertThat(house.submitted).isEmpty();
        assertThat(only(id).outcome()).isEqualTo(FileOutcome.OPEN);
    }

    @Test
    void aPreviewThatNobodyRanIsForgottenAfterAWhile() {
        long id = planned();
        clock.set(NOW.plus(Duration.ofDays(89)));
        planned();
        assertThat(sweeps.sweep(id)).isPresent();
        clock.set(NOW.plus(Duration.ofDays(91)));
        planned();
        assertThat(sweeps.sweep(id)).isEmpty();
    }

    @Test
    void aPlanIsRunOnceAndNotAfterADay() {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        long id = swept();
        assertThat(refusal(id)).contains(Reason.DONE);
        long late = planned();
        clock.set(NOW.plus(Duration.ofHours(24)));
        assertThat(refusal(late)).isEmpty();
        assertThat(refusal(late)).contains(Reason.RUNNING);
        clock.set(NOW);
        long later = planned();
        clock.set(NOW.plus(Duration.ofHours(24)).plusSeconds(1));
        assertThat(refusal(later)).contains(Reason.TOO_OLD);
        assertThat(refusal(4711)).contains(Reason.UNKNOWN);
        assertThat(refusal(sweeps.plan(site.scope(), ADMIN))).contains(Reason.PLANNING);
    }

    /** Each plan reads all log files of its scope: whoever asks again and again gets the plan that is being made. */
    @Test
    void theSameSweepIsNotPlannedTwiceAtOnce() {
        long id = sweeps.plan(site.scope(), ADMIN);
        assertThat(sweeps.plan(site.scope(), ADMIN)).isEqualTo(id);
        assertThat(sweeps.plan(site.scope(), Principal.user(99, Role.CUSTOMER, new TenantId("c"))))
                .isNotEqualTo(id);
        assertThat(sweeps.plan(new Scope(ScopeLevel.CUSTOMER, "c"), ADMIN)).isNotEqualTo(id);
        doJobs();
        assertThat(sweeps.plan(site.scope(), ADMIN)).isGreaterThan(id);
    }

    private Optional<Reason> refusal(long id) {
        return sweeps.run(id, ADMIN).map(Refusal::reason);
    }

    @Test
    void thePanelIsNotAskedWithinATransaction() {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        long id = planned();
        List<Boolean> asked = new ArrayList<>();
        house.asked = () -> asked.add(transactions > 0);
        assertThat(refusal(id)).isEmpty();
        assertThat(asked).isNotEmpty().containsOnly(false);
    }

    @Test
    void ofTwoWhoRunAPlanAtOnceOneIsRefused() {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        long id = planned();
        List<Optional<Refusal>> inner = new ArrayList<>();
        house.asked = () -> {
            house.asked = () -> {};
            inner.add(sweeps.run(id, ADMIN));
        };
        assertThat(refusal(id)).contains(Reason.RUNNING);
        assertThat(inner).containsExactly(Optional.empty());
        assertThat(house.submitted).hasSize(1);
    }

    @Test
    void settingsThatChangeWhileASweepWaitsToRunAreNotOverrun() {
        Path path = file("access.log.1", line("203.0.113.9", Duration.ofDays(8)));
        long id = planned();
        sweeps.run(id, ADMIN);
        house.retention.put(site.scope(), new Forever());
        doJobs();
        assertThat(path).exists();
        assertThat(only(id).outcome()).isEqualTo(FileOutcome.CHANGED);
        assertThat(only(id).notes())
                .containsExactly(FileNote.of(FileNote.Code.SETTINGS_CHANGED), FileNote.of(FileNote.Code.AS_BEFORE));
        assertThat(sweeps.sweep(id).orElseThrow().state()).isEqualTo(State.DONE);
    }

    @Test
    void aPlanOfASiteThatHasMovedIsNotRun() {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        house.site("second", logs.resolveSibling("second"));
        for (Scope scope : List.of(new Scope(ScopeLevel.CUSTOMER, "c"), new Scope(ScopeLevel.PROVIDER, "p"))) {
            long id = sweeps.plan(scope, ADMIN);
            doJobs();
            house.giveAway(site);
            assertThat(sweeps.run(id, ADMIN))
                    .isEqualTo(
                            scope.level() == ScopeLevel.PROVIDER
                                    ? Optional.empty()
                                    : Optional.of(new Refusal(Reason.MOVED, Optional.of(site.id()))));
            house.sites.put(site.id(), site);
        }
    }

    @Test
    void aSiteThatMovesWhileASweepWaitsToRunIsLeftAlone() {
        Path path = file("access.log.1", line("203.0.113.9", Duration.ofDays(8)));
        long id = sweeps.plan(new Scope(ScopeLevel.CUSTOMER, "c"), ADMIN);
        doJobs();
        assertThat(sweeps.run(id, ADMIN)).isEmpty();
        house.giveAway(site);
        doJobs();
        assertThat(path).exists();
        assertThat(only(id).outcome()).isEqualTo(FileOutcome.CHANGED);
        assertThat(only(id).notes())
                .containsExactly(FileNote.of(FileNote.Code.SITE_MOVED), FileNote.of(FileNote.Code.AS_BEFORE));
        assertThat(sweeps.sweep(id).orElseThrow().state()).isEqualTo(State.DONE);
    }

    @Test
    void aPlanIsNotRunAfterANewerSweepOfItsSite() {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        long old = planned();
        long newer = swept();
        assertThat(sweeps.run(old, ADMIN)).contains(new Refusal(Reason.OVERTAKEN, Optional.of(site.id())));
        assertThat(house.submitted).isEmpty();
        assertThat(last().sweep()).isEqualTo(newer);
        assertThat(facts()).isNotEmpty();
    }

    @Test
    void aPlanIsNotRunAfterAnOlderSweepThatHasEndedSince() {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        long old = planned();
        long newer = planned();
        clock.set(NOW.plusSeconds(1));
        assertThat(refusal(old)).isEmpty();
        doJobs();
        assertThat(refusal(newer)).contains(Reason.OVERTAKEN);
        assertThat(last().problems()).isZero();
    }

    @Test
    void aSweepThatANewerOneOvertakesLeavesItsStatus() throws InterruptedException {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        long old = planned();
        assertThat(refusal(old)).isEmpty();
        String[] late = house.submitted.remove(0);
        long newer = swept();
        List<Evidenced<?>> stated = facts();
        sweeps.work(late[0], old);
        assertThat(only(old).outcome()).isEqualTo(FileOutcome.CHANGED);
        assertThat(only(old).notes())
                .containsExactly(FileNote.of(FileNote.Code.SWEPT_SINCE), FileNote.of(FileNote.Code.AS_BEFORE));
        assertThat(sweeps.sweep(old).orElseThrow().state()).isEqualTo(State.DONE);
        assertThat(sweeps.receipts(old)).containsKey(site.id());
        assertThat(last().sweep()).isEqualTo(newer);
        assertThat(last().problems()).isZero();
        assertThat(stated).isNotEmpty();
        assertThat(facts()).isEqualTo(stated);
    }

    @Test
    void aNodeThatStopsRecordsNothingAndAnotherGoesOn() {
        Path path = file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        long id = planned();
        sweeps.run(id, ADMIN);
        Thread.currentThread().interrupt();
        doJobs();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(only(id).outcome()).isEqualTo(FileOutcome.OPEN);
        assertThat(house.receipts.count()).isZero();
        doJobs();
        assertThat(only(id).outcome()).isEqualTo(FileOutcome.DONE);
        assertThat(path).hasContent(line("203.0.113.0", Duration.ofDays(2)));
    }

    @Test
    void aStoppedServiceLeavesItsJobsToOthers() {
        Path path = file("access.log.1", line("203.0.113.9", Duration.ofDays(8)));
        long id = planned();
        sweeps.run(id, ADMIN);
        sweeps.stop();
        doJobs();
        assertThat(path).exists();
        assertThat(sweeps.sweep(id).orElseThrow().state()).isEqualTo(State.RUNNING);
    }

    @Test
    void aSiteThatAnotherNodeHasEndedGetsNoSecondReceipt() throws InterruptedException {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        long id = swept();
        test.database().transaction(sql -> sql.update("update logs_sweep set state = 'RUNNING' where id = ?", id));
        sweeps.work("run-" + id, id);
        assertThat(house.receipts.count()).isEqualTo(1);
    }

    @Test
    void aDirectoryThatIsGoneIsAProblemAndNoFact() throws IOException {
        Path file = file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        long id = planned();
        Files.delete(file);
        Files.delete(logs);
        sweeps.run(id, ADMIN);
        doJobs();
        assertThat(only(id).outcome()).isEqualTo(FileOutcome.FAILED);
        assertThat(facts().stream().map(Evidenced::id)).doesNotContain("logs.retention.WEB_ACCESS");
        Files.createDirectory(logs);
    }

    @Test
    void anUndatedFileIsMaskedButItsRetentionIsNoFact() {
        house.site("d1", logs);
        Path path = file("error.log.1", "[client 203.0.113.9:1] AH00128: no time\n");
        swept();
        assertThat(path).content().doesNotContain("203.0.113.9");
        assertThat(facts().stream().map(Evidenced::id)).doesNotContain("logs.retention.WEB_ERROR");
    }

    @Test
    void aDiscardedPlanIsNotRun() {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        long id = planned();
        sweeps.discard(id, ADMIN);
        assertThat(sweeps.sweep(id).orElseThrow().state()).isEqualTo(State.DISCARDED);
        assertThat(refusal(id)).contains(Reason.DISCARDED);
    }

    @Test
    void ofASweepFromAboveASiteSeesItsOwnNumbersOnly() throws IOException {
        Path other = Files.createDirectory(logs.resolve("other"));
        Site second = house.site("d2", other);
        house.accessOnly(second);
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        aged(Files.writeString(other.resolve("access.log.1"), line("203.0.113.9", Duration.ofDays(9))));
        aged(Files.writeString(other.resolve("access.log.2"), "no time\n"));
        sweeps.planAndRun("system:daily");
        doJobs();
        Sweep whole = sweeps.recent(new Scope(ScopeLevel.PROVIDER, "p"), 10).get(0);
        assertThat(whole.sites()).isEqualTo(2);
        assertThat(whole.problems()).isEqualTo(1);
        Sweep own = sweeps.recent(site.scope(), 10).get(0);
        assertThat(own).isEqualTo(sweeps.sweep(whole.id(), List.of(site.id())).orElseThrow());
        assertThat(own.planned()).isEqualTo(Map.of(FileAction.MASK, 1L));
        assertThat(own.sites()).isEqualTo(1);
        assertThat(own.sitesDone()).isEqualTo(1);
        assertThat(own.problems()).isZero();
        assertThat(sweeps.recent(second.scope(), 10).get(0).planned())
                .isEqualTo(Map.of(FileAction.DELETE, 1L, FileAction.LEAVE, 1L));
        Site late = house.site("d3", logs.resolve("late"));
        assertThat(sweeps.recent(late.scope(), 10)).isEmpty();
        assertThat(sweeps.sweep(whole.id(), List.of(late.id())).orElseThrow().sites())
                .isZero();
    }

    @Test
    void theDailySweepPlansAndRunsByItself() {
        Path young = file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        sweeps.planAndRun("system:daily");
        doJobs();
        assertThat(young).hasContent(line("203.0.113.0", Duration.ofDays(2)));
        assertThat(sweeps.recent(new Scope(ScopeLevel.PROVIDER, "p"), 10))
                .extracting(Sweep::by, Sweep::state)
                .containsExactly(tuple("system:daily", State.DONE));
    }

    @Test
    void aSecondDailySweepDoesNotBeginBeforeTheFirstHasEnded() throws InterruptedException {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        Scope provider = new Scope(ScopeLevel.PROVIDER, "p");
        sweeps.planAndRun("system:daily");
        sweeps.planAndRun("system:daily");
        assertThat(sweeps.recent(provider, 10)).extracting(Sweep::state).containsExactly(State.PLANNING);
        doJobs();
        assertThat(sweeps.recent(provider, 10)).extracting(Sweep::state).containsExactly(State.DONE);
        test.database().transaction(sql -> sql.update("update logs_sweep set state = 'RUNNING'"));
        sweeps.planAndRun("system:daily");
        assertThat(sweeps.recent(provider, 10)).extracting(Sweep::state).containsExactly(State.RUNNING);
        test.database().transaction(sql -> sql.update("update logs_sweep set state = 'DONE'"));
        // A preview by hand does not stand in the way.
        planned();
        sweeps.planAndRun("system:daily");
        assertThat(sweeps.recent(provider, 10))
                .extracting(Sweep::state)
                .containsExactly(State.PLANNING, State.PLANNED, State.DONE);
    }

    @Test
    void theLastSweepNamesTheOldestLineThatWasLeft() {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(6)), line("203.0.113.9", Duration.ofDays(1)));
        file("access.log.2", line("203.0.113.9", Duration.ofDays(8)));
        swept();
        SiteSweep last = last();
        assertThat(last.oldestLine()).contains(NOW.minus(Duration.ofDays(6)));
        assertThat(last.at()).isEqualTo(NOW);
        assertThat(last.problems()).isZero();
    }

    private Observation observed() {
        return Objects.requireNonNull(sweeps.observed(List.of(site.id())).get(site.id())).stream()
                .filter(each -> !each.backup())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theLinesThatACutFileKeepsAreMeasured() {
        house.everywhere.put(LogSettings.RAW.all(), new RawPeriod(24));
        Path cut = file(
                "access.log.1",
                line("203.0.113.9", Duration.ofDays(9)),
                line("203.0.113.9", Duration.ofDays(8)),
                line("203.0.113.9", Duration.ofDays(6)),
                line("203.0.113.9", Duration.ofHours(7)),
                line("203.0.113.9", Duration.ofHours(5)));
        swept();
        assertThat(cut)
                .hasContent(line("203.0.113.0", Duration.ofDays(6))
                        + line("203.0.113.9", Duration.ofHours(7))
                        + line("203.0.113.9", Duration.ofHours(5)));
        Observation measured = observed();
        assertThat(measured.oldestLine()).contains(NOW.minus(Duration.ofDays(6)));
        assertThat(measured.lines()).isEqualTo(3);
        assertThat(measured.unmasked()).isEqualTo(2);
        assertThat(measured.oldestUnmasked()).contains(NOW.minus(Duration.ofHours(7)));
        swept();
        assertThat(observed().oldestLine()).as("read again").isEqualTo(measured.oldestLine());
        assertThat(observed().oldestUnmasked()).isEqualTo(measured.oldestUnmasked());
    }

    @Test
    void theLinesThatAMaskedFileKeepsAsTheyWereAreMeasured() {
        house.everywhere.put(LogSettings.RAW.all(), new RawPeriod(24));
        file(
                "access.log.1",
                line("203.0.113.9", Duration.ofDays(6)),
                line("203.0.113.0", Duration.ofHours(9)),
                line("203.0.113.9", Duration.ofHours(7)));
        swept();
        assertThat(observed().oldestLine()).contains(NOW.minus(Duration.ofDays(6)));
        assertThat(observed().unmasked()).isOne();
        assertThat(observed().oldestUnmasked()).contains(NOW.minus(Duration.ofHours(7)));
    }

    @Test
    void nothingIsUnmaskedWhereACutFileHoldsNothingYoung() {
        file(
                "access.log.1.gz",
                line("203.0.113.9", Duration.ofDays(9)),
                line("203.0.113.9", Duration.ofDays(6)),
                line("203.0.113.9", Duration.ofHours(5)));
        swept();
        assertThat(observed().oldestLine()).contains(NOW.minus(Duration.ofDays(6)));
        assertThat(observed().lines()).isEqualTo(2);
        assertThat(observed().unmasked()).isZero();
        assertThat(observed().oldestUnmasked()).isEmpty();
    }

    @Test
    void whatAHoldHasKeptIsTooOldOnceItIsLifted() {
        Holds holds = house.holds(test.database(), clock);
        assertThat(holds.place(site.id(), "27 O 1/26", "Dr. Muster", LocalDate.of(2026, 12, 31), ADMIN))
                .isEmpty();
        file("access.log.1", line("203.0.113.0", Duration.ofDays(20)));
        swept();
        assertThat(observed().held()).contains(LocalDate.of(2026, 12, 31));
        assertThat(observed().isAsSet()).isTrue();
        assertThat(holds.lift(site.id(), ADMIN)).isTrue();
        assertThat(observed().held()).isEmpty();
        assertThat(observed().tooOld()).contains(Duration.ofDays(13));
        swept();
        assertThat(observed().isAsSet()).isTrue();
    }

    @Test
    void whatNobodyCouldTellIsNotAsSet() throws IOException {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        swept();
        assertThat(observed().isAsSet()).isTrue();
        file("access.log.2", "no time at all\n");
        Files.createLink(logs.resolve("second"), logs.resolve("access.log.1"));
        swept();
        assertThat(observed().unknown()).isEqualTo(2);
        assertThat(observed().drifts()).isFalse();
        assertThat(observed().isAsSet()).isFalse();
        Files.delete(logs.resolve("second"));
        Files.delete(logs.resolve("access.log.2"));
        swept();
        assertThat(observed().isAsSet()).isTrue();
    }

    @Test
    void beforeTheFirstSweepNothingIsAFact() {
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        planned();
        assertThat(facts()).isEmpty();
    }

    @Test
    void aSweepStatesWhatItEnforcedWithItsReceipt() {
        house.site("d1", logs);
        file("access.log.1", line("203.0.113.9", Duration.ofDays(2)));
        file("error.log");
        swept();
        assertThat(facts()).hasSize(4).allSatisfy(fact -> {
            assertThat(fact.scope()).isEqualTo(site.scope());
            assertThat(fact.provenance()).isInstanceOfSatisfying(Enforced.class, enforced -> {
                assertThat(enforced.receipt()).isZero();
                assertThat(enforced.collectedAt()).isEqualTo(NOW);
                assertThat(enforced.sha256()).hasSize(64);
            });
        });
        assertThat(facts().stream().<Object>map(Evidenced::fact))
                .contains(
                        new Retention(
                                "web-access-log",
                                Retention.Store.LIVE,
                                new Days(7),
                                Retention.Trigger.LINE,
                                Optional.of(2)),
                        new LogFormat(
                                dev.sparsam.panel.LogKind.WEB_ERROR,
                                List.of("client-address"),
                                new IpMode.Truncated(24, 48),
                                LogFormat.Reach.LINE,
                                List.of(
                                        treated(LogFormat.Datum.USER, LogFormat.Handling.HASHED),
                                        treated(LogFormat.Datum.EMAIL, LogFormat.Handling.HASHED),
                                        treated(LogFormat.Datum.TOKEN, LogFormat.Handling.DROPPED),
                                        treated(LogFormat.Datum.QUERY, LogFormat.Handling.KEPT),
                                        treated(LogFormat.Datum.REFERRER, LogFormat.Handling.KEPT),
                                        treated(LogFormat.Datum.AGENT, LogFormat.Handling.KEPT),
                                        treated(LogFormat.Datum.DEVICE, LogFormat.Handling.CUT)),
                                Optional.of(7),
                                0,
                                Optional.empty()));
    }

    private static LogFormat.Treatment treated(LogFormat.Datum datum, LogFormat.Handling handling) {
        return new LogFormat.Treatment(datum, handling);
    }

    @Test
    void whatASweepCouldNotEnforceIsNoFact() throws IOException {
        house.site("d1", logs);
        file("error.log");
        Path directory = logs.resolve("access.log.1");
        Files.createSymbolicLink(directory, Path.of("/nowhere/elsewhere"));
        swept();
        assertThat(facts().stream().map(Evidenced::id))
                .containsExactly("logs.retention.WEB_ERROR", "logs.masking.WEB_ERROR");
    }
}
