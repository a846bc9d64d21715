package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.Retention;
import dev.sparsam.facts.Withheld;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.LegalHolds;
import dev.sparsam.logs.LegalHolds.Objection;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.Database;
import dev.sparsam.store.testing.SetClock;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a legal hold does to sweeps, facts and receipts. Logs are kept for 7 days. */
class HoldsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
    private static final Principal ADMIN = Principal.user(7, Role.PROVIDER_ADMIN, House.PROVIDER);
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    @TempDir
    Path logs;

    private final TestDatabase test = TestDatabases.H2.open(Path.of("src/main/resources/migrations"));
    private final House house = new House(test.database()).nobodyWrites();
    private final SetClock clock = new SetClock(NOW);
    private final Holds holds = house.holds(test.database(), clock);
    private final SweepService sweeps = house.sweeps(test.database(), clock);
    private final LogFacts facts = new LogFacts(
            test.database(),
            house.settings(),
            house.siteDirectory(),
            holds,
            Optional.empty(),
            ZoneOffset.UTC,
            "dev.sparsam.logs 0.1.0",
            Duration.ofDays(2),
            clock);
    private Site site = new Site(new SiteId("unset"), House.PROVIDER, "web1", "unset.test", Optional.empty());

    @BeforeEach
    void oneSite() {
        site = house.site("d1", logs);
        house.accessOnly(site);
    }

    @AfterEach
    void close() {
        test.close();
    }

    private Path file(String name, int... ages) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int age : ages) {
            lines.append("203.0.113.9 - - [")
                    .append(LOG_TIME.format(NOW.minus(Duration.ofDays(age))))
                    .append("] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"\n");
        }
        Path file = Files.writeString(logs.resolve(name), lines);
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(Duration.ofHours(3))));
        return file;
    }

    private void place(LocalDate lastDay) {
        assertThat(holds.place(site.id(), " LG Berlin 27 O 1/26 ", "Dr. Muster", lastDay, ADMIN))
                .isEmpty();
    }

    /** Two that are placed at the same moment do not know of each other. */
    @Test
    void theEndOfOneHoldEndsNoOther() {
        place(LocalDate.of(2026, 12, 31));
        test.database()
                .transaction(
                        sql -> sql.update("insert into logs_hold (site, reason, person, last_day, placed_at, placed_by)"
                                + " select site, reason, person, '2026-11-22', placed_at, placed_by from logs_hold"));
        clock.set(Instant.parse("2026-11-23T12:00:00Z"));
        holds.endThoseThatAreOver("system:daily");
        assertThat(holds.active().get(site.id())).extracting(LegalHold::lastDay).isEqualTo(LocalDate.of(2026, 12, 31));
    }

    private List<String> over() {
        return house.receipts.all().stream()
                .filter(receipt -> receipt.contains("event=over"))
                .toList();
    }

    /** Another node on the same database, between what the first one reads and what it writes. */
    @Test
    void whatAnotherNodeHasEndedMeanwhileHasNoSecondReceipt() {
        place(TODAY);
        clock.set(Instant.parse("2026-11-23T12:00:00Z"));
        house.holds(new Meanwhile(test.database(), () -> holds.endThoseThatAreOver("system:daily")), clock)
                .endThoseThatAreOver("system:daily");
        assertThat(holds.active()).isEmpty();
        assertThat(over()).hasSize(1);
    }

    @Test
    void whatAnotherNodeHasLiftedMeanwhileHasNoSecondReceipt() {
        place(TODAY);
        LegalHolds other = house.holds(new Meanwhile(test.database(), () -> holds.lift(site.id(), ADMIN)), clock);
        assertThat(other.lift(site.id(), ADMIN)).isFalse();
        assertThat(house.receipts.all().stream().filter(receipt -> receipt.contains("event=lifted")))
                .hasSize(1);
    }

    @Test
    void ofTwoHoldsWithTheSameLastDayEachHasItsReceipt() {
        place(TODAY);
        test.database()
                .transaction(
                        sql -> sql.update("insert into logs_hold (site, reason, person, last_day, placed_at, placed_by)"
                                + " select site, reason, person, last_day, placed_at, placed_by from logs_hold"));
        clock.set(Instant.parse("2026-11-23T12:00:00Z"));
        holds.endThoseThatAreOver("system:daily");
        assertThat(over()).hasSize(2);
    }

    private long planned() throws InterruptedException {
        long id = sweeps.plan(site.scope(), ADMIN);
        work();
        return id;
    }

    private long swept() throws InterruptedException {
        long id = planned();
        assertThat(sweeps.run(id, ADMIN)).isEmpty();
        work();
        return id;
    }

    private void work() throws InterruptedException {
        while (!house.submitted.isEmpty()) {
            String[] job = house.submitted.remove(0);
            sweeps.work(job[0], Long.parseLong(job[1]));
        }
    }

    private List<SweepFile> files(long id) {
        return sweeps.files(id, FileFilter.ALL, 0, 1000);
    }

    private List<Retention> stated() {
        return facts.find(List.of(ScopePath.of(new Scope(ScopeLevel.PROVIDER, "p"), site.scope()))).facts().stream()
                .map(Evidenced::fact)
                .filter(Retention.class::isInstance)
                .map(Retention.class::cast)
                .toList();
    }

    @Test
    void itHoldsUntilTheEndOfItsLastDayInTheConfiguredZone() {
        Holds tokyo = house.holds(test.database(), ZoneId.of("Asia/Tokyo"), clock);
        clock.set(Instant.parse("2026-11-22T14:59:00Z"));
        assertThat(tokyo.today()).isEqualTo(TODAY);
        assertThat(tokyo.place(site.id(), "Az. 7", "Dr. Muster", TODAY, ADMIN)).isEmpty();
        assertThat(tokyo.active()).containsKey(site.id());
        clock.set(Instant.parse("2026-11-22T15:00:00Z"));
        assertThat(tokyo.today()).isEqualTo(TODAY.plusDays(1));
        assertThat(tokyo.active()).isEmpty();
        assertThat(tokyo.place(site.id(), "Az. 7", "Dr. Muster", TODAY, ADMIN)).contains(LegalHolds.Objection.OVER);
    }

    @Test
    void nothingIsDeletedNorCutAndAddressesAreMaskedAllTheSame() throws Exception {
        Path old = file("access.log.2", 9, 8);
        Path half = file("access.log.1", 9, 2);
        place(TODAY.plusDays(30));
        long id = swept();
        assertThat(files(id))
                .extracting(SweepFile::action, SweepFile::reason, SweepFile::outcome)
                .containsOnly(tuple(FileAction.MASK, FileReason.UNMASKED_ADDRESSES, FileOutcome.DONE));
        assertThat(Files.readString(old)).hasLineCount(2).doesNotContain("203.0.113.9 ");
        assertThat(Files.readString(half)).hasLineCount(2).doesNotContain("203.0.113.9 ");
        assertThat(files(swept()))
                .extracting(SweepFile::action, SweepFile::reason, SweepFile::notes)
                .containsOnly(tuple(
                        FileAction.LEAVE,
                        FileReason.HELD,
                        List.of(FileNote.of(Code.HELD_UNTIL, Instant.parse("2026-12-23T00:00:00Z")))));
        assertThat(house.receipts.all())
                .first()
                .asString()
                .contains("event=placed", "until=2026-12-22")
                .doesNotContain("27 O 1/26", "Muster");
    }

    @Test
    void itEndsWithItsLastDayAndTheNextSweepSaysSo() throws Exception {
        Path old = file("access.log.2", 9);
        place(TODAY.plusDays(1));
        swept();
        clock.set(Instant.parse("2026-11-23T23:59:59Z"));
        swept();
        assertThat(old).exists();
        assertThat(holds.active()).containsOnlyKeys(site.id());
        clock.set(Instant.parse("2026-11-24T00:00:00Z"));
        assertThat(holds.active()).isEmpty();
        swept();
        assertThat(old).doesNotExist();
        assertThat(house.receipts.all())
                .anySatisfy(receipt ->
                        assertThat(receipt.toString()).contains("domain/d1", "event=over", "until=2026-11-23"));
        assertThat(holds.history(site.id()))
                .singleElement()
                .satisfies(hold -> assertThat(hold.ended()).contains(clock.instant()));
    }

    @Test
    void aHoldThatIsPlacedAfterThePlanKeepsTheFilesOfThePlan() throws Exception {
        Path old = file("access.log.2", 9);
        long id = planned();
        place(TODAY);
        assertThat(sweeps.run(id, ADMIN)).isPresent();
        assertThat(old).exists();
    }

    @Test
    void aHoldThatIsPlacedWhileASweepRunsKeepsWhatHasNotBegun() throws Exception {
        Path old = file("access.log.2", 9);
        long id = planned();
        assertThat(sweeps.run(id, ADMIN)).isEmpty();
        place(TODAY);
        work();
        assertThat(old).exists();
        assertThat(files(id)).extracting(SweepFile::outcome).containsOnly(FileOutcome.CHANGED);
    }

    /** As a process leaves it that is killed after it has renamed a file that it deletes. */
    private static void killedWhileDeleting(Path file) throws Exception {
        Files.move(
                file,
                SecondName.of(file, digitsOfDead(), expected(file), Optional.empty())
                        .second());
    }

    private static String digitsOfDead() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        return new TemporaryNames(new TemporaryNames().next().substring(0, 6), process.pid()).next();
    }

    private static Expectation expected(Path file) throws IOException {
        FileIdentity found = FileIdentity.read(file);
        return new Expectation(found.device(), found.inode(), found.size(), found.modified(), LogInput.sha256(file));
    }

    /** A sweep that has kept that it is about to delete; where its process is killed. */
    private long deleting() throws InterruptedException {
        long id = planned();
        assertThat(sweeps.run(id, ADMIN)).isEmpty();
        test.database()
                .transaction(sql ->
                        sql.update("update logs_sweep_file set result = ? where sweep = ?", SweepWork.DELETING, id));
        return id;
    }

    @Test
    void aHoldThatIsPlacedAfterAKillPutsBackWhatWasBeingDeleted() throws Exception {
        Path old = file("access.log.2", 9);
        long id = deleting();
        killedWhileDeleting(old);
        place(TODAY);
        work();
        assertThat(logs).isDirectoryContaining(old::equals);
        assertThat(old).content().contains("203.0.113.9 ");
        assertThat(files(id)).extracting(SweepFile::outcome).containsOnly(FileOutcome.CHANGED);
        assertThat(house.receipts.all()).last().asString().contains("files.deleted=0", "files.left=1");
    }

    @Test
    void whatWasDeletedBeforeAKillAndAHoldIsCounted() throws Exception {
        Path old = file("access.log.2", 9);
        deleting();
        Files.delete(old);
        place(TODAY);
        work();
        assertThat(house.receipts.all()).last().asString().contains("files.deleted=1", "files.left=0");
    }

    /** Before any of the transactions of the run. */
    @Test
    void wheneverAHoldIsPlacedAfterAKillTheReceiptTellsTheTruth() throws Exception {
        Path folder = logs;
        int[] transactions = new int[1];
        int[] placed = new int[1];
        Database placing = new Database() {
            @Override
            public <T> T transaction(Work<T> work) {
                if (transactions[0]++ == placed[0]) {
                    place(TODAY);
                }
                return test.database().transaction(work);
            }
        };
        SweepService service = house.sweeps(placing, clock);
        boolean reached = true;
        while (reached) {
            logs = Files.createDirectory(folder.resolve("d" + placed[0]));
            site = house.site("d" + placed[0], logs);
            house.accessOnly(site);
            Path old = file("access.log.2", 9);
            long id = deleting();
            assertThat(files(id)).extracting(SweepFile::action).containsExactly(FileAction.DELETE);
            killedWhileDeleting(old);
            transactions[0] = 0;
            house.submitted.clear();
            service.work("run-" + id, id);
            reached = transactions[0] > placed[0]++;
            boolean deleted = files(id).get(0).outcome() == FileOutcome.DONE;
            assertThat(logs).as("%d", placed[0]).satisfies(each -> {
                if (deleted) {
                    assertThat(each).isEmptyDirectory();
                } else {
                    assertThat(old).exists();
                }
            });
            assertThat(house.receipts.all())
                    .filteredOn(receipt -> receipt.toString().contains("files.deleted"))
                    .last()
                    .asString()
                    .contains(deleted ? "files.deleted=1" : "files.deleted=0");
            assertThat(deleted || reached).isTrue();
        }
    }

    @Test
    void aSweepUnderAHoldPutsBackWhatAKilledOneWasDeleting() throws Exception {
        Path old = file("access.log.2", 9);
        killedWhileDeleting(old);
        place(TODAY.plusDays(1));
        swept();
        assertThat(old).content().contains("203.0.113.9 ");
        assertThat(files(swept()))
                .extracting(SweepFile::path, SweepFile::action, SweepFile::outcome)
                .containsExactly(tuple(old, FileAction.MASK, FileOutcome.DONE));
        assertThat(old).content().contains("203.0.113.0 ");
    }

    @Test
    void aSweepUnderAHoldPutsBackWhatAKilledOneMayHaveCut() throws Exception {
        Path half = file("access.log.1", 9, 2);
        String before = Files.readString(half);
        Expectation expected = expected(half);
        Path copy = file("copy", 2);
        SecondName name = SecondName.of(half, digitsOfDead(), expected, Optional.of(FileIdentity.read(copy)));
        Files.move(half, name.second());
        Files.move(copy, half);
        place(TODAY.plusDays(1));
        swept();
        assertThat(half).hasContent(before);
        assertThat(name.second()).doesNotExist();
    }

    @Test
    void liftedItHoldsNoMore() throws Exception {
        Path old = file("access.log.2", 9);
        place(TODAY.plusDays(30));
        swept();
        assertThat(holds.lift(site.id(), ADMIN)).isTrue();
        assertThat(holds.lift(site.id(), ADMIN)).isFalse();
        swept();
        assertThat(old).doesNotExist();
        assertThat(house.receipts.all())
                .anySatisfy(receipt -> assertThat(receipt.toString()).contains("domain/d1", "event=lifted"));
    }

    @Test
    void anotherOneTakesThePlaceOfTheFirst() {
        place(TODAY.plusDays(30));
        place(TODAY.plusDays(60));
        assertThat(holds.active(List.of(site.id(), new SiteId("other"))).values())
                .extracting(LegalHold::lastDay, LegalHold::reason, LegalHold::person, LegalHold::placedBy)
                .containsExactly(tuple(TODAY.plusDays(60), "LG Berlin 27 O 1/26", "Dr. Muster", ADMIN.actor()));
        assertThat(holds.history(site.id()))
                .extracting(LegalHold::lastDay)
                .containsExactly(TODAY.plusDays(60), TODAY.plusDays(30));
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        SiteId id = site.id();
        assertThat(holds.place(id, " ", "x", TODAY, ADMIN)).contains(Objection.MISSING);
        assertThat(holds.place(id, "x", "", TODAY, ADMIN)).contains(Objection.MISSING);
        assertThat(holds.place(id, "x".repeat(501), "x", TODAY, ADMIN)).contains(Objection.TOO_LONG);
        assertThat(holds.place(id, "x", "x", TODAY.minusDays(1), ADMIN)).contains(Objection.OVER);
        assertThat(holds.place(id, "x", "x", TODAY.plusDays(1_101), ADMIN)).contains(Objection.TOO_FAR);
        assertThat(holds.place(new SiteId("nowhere"), "x", "x", TODAY, ADMIN)).contains(Objection.NO_SITE);
        assertThat(holds.active()).isEmpty();
        assertThat(house.receipts.count()).isZero();
    }

    @Test
    void theFactSaysUntilWhenAndIsWithheldBeforeTheNextSweep() throws Exception {
        file("access.log.2", 5);
        swept();
        assertThat(stated()).extracting(Retention::heldUntil).containsExactly(Optional.empty());
        place(TODAY.plusDays(30));
        assertThat(stated()).isEmpty();
        assertThat(
                        facts
                                .find(List.of(ScopePath.of(new Scope(ScopeLevel.PROVIDER, "p"), site.scope())))
                                .withheld()
                                .stream()
                                .flatMap((Withheld<?> each) -> each.instead().stream())
                                .filter(Retention.class::isInstance)
                                .map(each -> ((Retention) each).heldUntil()))
                .containsExactly(Optional.of(TODAY.plusDays(30)));
        swept();
        assertThat(stated())
                .extracting(Retention::period, Retention::heldUntil)
                .containsExactly(tuple(new Days(7), Optional.of(TODAY.plusDays(30))));
    }
}
