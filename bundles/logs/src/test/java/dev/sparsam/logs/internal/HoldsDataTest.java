package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.facts.PersonalDataSource.DataRecord;
import dev.sparsam.facts.PersonalDataSource.Erasure;
import dev.sparsam.facts.Subject;
import dev.sparsam.logs.LegalHold;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.testing.SetClock;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a person who is named in legal holds can ask for. */
class HoldsDataTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
    private static final Principal ADMIN = Principal.user(7, Role.PROVIDER_ADMIN, House.PROVIDER);
    private static final Subject FRANK = new Subject.Login("frank");
    private static final Subject CUSTOMER = new Subject.Tenant(House.CUSTOMER);

    private final TestDatabase test = TestDatabases.H2.open(Path.of("src/main/resources/migrations"));
    private final House house = new House(test.database());
    private final SetClock clock = new SetClock(Instant.parse("2026-11-22T12:00:00Z"));
    private final Holds holds = house.holds(test.database(), clock);
    private final HoldsData data =
            new HoldsData(test.database(), house.tenantDirectory(), house.siteDirectory(), house.receipts);
    private final Site site = house.site("d1", Path.of("/nowhere"));

    @AfterEach
    void close() {
        test.close();
    }

    private void place(String reason, String person) {
        assertThat(holds.place(site.id(), reason, person, TODAY, ADMIN)).isEmpty();
    }

    private void placeAndLift(String reason, String person) {
        place(reason, person);
        assertThat(holds.lift(site.id(), ADMIN)).isTrue();
    }

    private LegalHold newest() {
        return holds.history(site.id()).get(0);
    }

    @Test
    void whoIsNamedFindsTheHold() {
        place("LG Berlin 27 O 1/26", "Frank ");
        assertThat(data.export(FRANK))
                .containsExactly(new DataRecord(
                        "logs.holds",
                        Map.of(
                                "site", "d1",
                                "person", "Frank",
                                "reason", "LG Berlin 27 O 1/26",
                                "lastDay", "2026-11-22",
                                "placedAt", "2026-11-22T12:00:00Z")));
        assertThat(data.export(new Subject.Login("fran"))).isEmpty();
    }

    @Test
    void aTenantFindsTheHoldsOfItsSitesButNotWhoHasAskedForThem() {
        place("LG Berlin 27 O 1/26", "Frank");
        Site other = house.site("d2", Path.of("/nowhere"));
        house.giveAway(other);
        assertThat(holds.place(other.id(), "Az. 7", "Tenant c", TODAY, ADMIN)).isEmpty();
        assertThat(data.export(CUSTOMER))
                .extracting(
                        record -> record.fields().get("site"),
                        record -> record.fields().get("person"))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("d1", null),
                        org.assertj.core.groups.Tuple.tuple("d2", "Tenant c"));
    }

    @Test
    void aHoldThatHoldsKeepsTheName() {
        place("Az. 7", "Frank");
        Erasure erasure = data.erase(FRANK, ADMIN);
        assertThat(erasure.erased()).isZero();
        assertThat(erasure.kept()).singleElement().asString().contains("d1", "2026-11-22", "Art. 17(3)(e)");
        assertThat(holds.active().get(site.id())).extracting(LegalHold::person).isEqualTo("Frank");
    }

    @Test
    void ofAHoldThatHasEndedTheNameIsErased() {
        placeAndLift("frank against others, Az. 7", "Frank");
        Erasure erasure = data.erase(FRANK, ADMIN);
        assertThat(erasure.erased()).isOne();
        assertThat(erasure.kept()).singleElement().asString().contains("3 years");
        assertThat(newest().person()).isEmpty();
        assertThat(newest().reason()).isEqualTo("- against others, Az. 7");
        assertThat(data.export(FRANK)).isEmpty();
        assertThat(data.erase(FRANK, ADMIN).erased()).isZero();
        assertThat(house.receipts.all())
                .last()
                .asString()
                .contains("event=erased")
                .doesNotContain("Frank");
    }

    /** A reason is free text, and says a part of the name, or more than one. */
    @Test
    void partsOfTheNameDoNotStayInTheReason() {
        Subject max = new Subject.Login("Dr. Max M\u00fcster");
        String reason = "M\u00dcSTERs claim (M. M\u00fcster ./. Maxim Ltd), Az. 7; asked by Max";
        place(reason, "Dr. Max M\u00fcster");
        assertThat(data.restrict(max, true, ADMIN)).isTrue();
        String without = "- claim (M. - ./. Maxim Ltd), Az. 7; asked by -";
        assertThat(newest().reason()).isEqualTo(without);
        assertThat(holds.active().get(site.id())).extracting(LegalHold::reason).isEqualTo(without);
        assertThat(data.export(max))
                .extracting(record -> record.fields().get("reason"))
                .containsExactly(reason);
        assertThat(data.restrict(max, false, ADMIN)).isTrue();
        assertThat(newest().reason()).isEqualTo(reason);
        assertThat(holds.lift(site.id(), ADMIN)).isTrue();
        assertThat(data.erase(max, ADMIN).erased()).isOne();
        assertThat(newest().reason()).isEqualTo(without);
    }

    @Test
    void aTenantsHoldsThatNameSomebodyElseKeepThatName() {
        placeAndLift("Az. 7", "Frank");
        assertThat(data.erase(CUSTOMER, ADMIN).erased()).isZero();
        assertThat(newest().person()).isEqualTo("Frank");
    }

    @Test
    void aRestrictedNameIsKeptAndNotShown() {
        place("Az. 7", "Frank");
        assertThat(data.restrict(FRANK, true, ADMIN)).isTrue();
        assertThat(holds.active().get(site.id()))
                .extracting(LegalHold::person, LegalHold::reason)
                .containsExactly("", "Az. 7");
        assertThat(data.export(FRANK))
                .extracting(record -> record.fields().get("person"))
                .containsExactly("Frank");
        assertThat(data.restrict(FRANK, false, ADMIN)).isTrue();
        assertThat(holds.active().get(site.id())).extracting(LegalHold::person).isEqualTo("Frank");
        assertThat(data.restrict(new Subject.Login("other"), true, ADMIN)).isFalse();
    }

    // ---- the end of what is kept

    private Leftovers leftovers() {
        return new Leftovers(
                test.database(),
                house.tenantDirectory(),
                house.siteDirectory(),
                house.receipts,
                java.time.ZoneOffset.UTC,
                clock);
    }

    @Test
    void aHoldIsForgottenThreeYearsAfterTheYearOfItsEnd() {
        placeAndLift("Az. 7", "Frank");
        clock.set(Instant.parse("2029-12-31T23:59:59Z"));
        leftovers().delete();
        assertThat(holds.history(site.id())).hasSize(1);
        clock.set(Instant.parse("2030-01-01T00:00:00Z"));
        leftovers().delete();
        assertThat(holds.history(site.id())).isEmpty();
        assertThat(house.receipts.all()).last().asString().contains("domain/d1", "event=forgotten");
    }

    /** Another node on the same database, between what the first one reads and what it deletes. */
    @Test
    void whatAnotherNodeHasForgottenMeanwhileHasNoSecondReceipt() {
        placeAndLift("Az. 7", "Frank");
        placeAndLift("Az. 8", "Frank");
        clock.set(Instant.parse("2030-01-01T00:00:00Z"));
        new Leftovers(
                        new Meanwhile(test.database(), () -> leftovers().delete()),
                        house.tenantDirectory(),
                        house.siteDirectory(),
                        house.receipts,
                        java.time.ZoneOffset.UTC,
                        clock)
                .delete();
        assertThat(holds.history(site.id())).isEmpty();
        assertThat(house.receipts.all())
                .filteredOn(receipt -> receipt.contains("event=forgotten"))
                .hasSize(2);
    }

    @Test
    void aHoldThatNobodyHasEndedIsNeverForgotten() {
        place("Az. 7", "Frank");
        clock.pass(Duration.ofDays(3_000));
        leftovers().delete();
        assertThat(holds.history(site.id())).hasSize(1);
        assertThat(house.receipts.count()).isOne();
    }

    /** Of each table so many rows of the site. */
    private List<Long> rows(String id) {
        return test.database()
                .transaction(sql -> List.of("logs_status", "logs_index", "logs_look").stream()
                        .map(table -> sql.first(
                                        "select count(*) as n from " + table + " where site = ?",
                                        row -> row.number("n"),
                                        id)
                                .orElseThrow())
                        .toList());
    }

    private void sweep(SweepService sweeps) throws InterruptedException {
        sweeps.planAndRun("system:daily");
        while (!house.submitted.isEmpty()) {
            String[] job = house.submitted.remove(0);
            sweeps.work(job[0], Long.parseLong(job[1]));
        }
    }

    @Test
    void whatSweepsFoundOfASiteEndsAWhileAfterThePanelHasRemovedIt() throws Exception {
        house.site("d2", Path.of("/nowhere"));
        SweepService sweeps = house.sweeps(test.database(), clock);
        sweep(sweeps);
        assertThat(rows("d1")).isEqualTo(rows("d2")).doesNotContain(0L);
        List<Long> before = rows("d2");
        house.sites.remove(new SiteId("d1"));
        clock.pass(Leftovers.GONE);
        leftovers().delete();
        assertThat(rows("d1")).isEqualTo(before);
        clock.pass(Duration.ofSeconds(1));
        house.sites.clear();
        leftovers().delete();
        assertThat(rows("d1")).as("a panel without a site is not believed").isEqualTo(before);
        house.site("d2", Path.of("/nowhere"));
        test.database()
                .transaction(sql -> sql.update(
                        "insert into logs_key (site, epoch_day, secret) values ('d1', 1, ?)", new byte[] {1}));
        leftovers().delete();
        assertThat(rows("d1")).as("by what is known of it its keys end").isEqualTo(before);
        test.database().transaction(sql -> sql.update("delete from logs_key"));
        leftovers().delete();
        assertThat(rows("d1"))
                .as("but for the look that a sweep in the list shows")
                .isEqualTo(List.of(0L, 0L, 1L));
        assertThat(rows("d2")).isEqualTo(before);
        test.database().transaction(sql -> sql.update("delete from logs_sweep"));
    }

    @Test
    void whatFailsWaitsForTheNextTime() {
        placeAndLift("Az. 7", "Frank");
        clock.set(Instant.parse("2030-01-01T00:00:00Z"));
        Leftovers leftovers = leftovers();
        house.asked = () -> {
            throw new IllegalStateException("The panel is away");
        };
        leftovers.deleteNowAndAgain();
        assertThat(holds.history(site.id())).isEmpty();
    }
}
