package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.LogSettings;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.testing.SetClock;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which keys are left after a sweep. */
class SweepKeysTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final long TODAY = LocalDate.parse("2026-11-22").toEpochDay();
    private static final Principal ADMIN = Principal.user(7, Role.PROVIDER_ADMIN, House.PROVIDER);
    private static final Scope PROVIDER = new Scope(ScopeLevel.PROVIDER, House.PROVIDER.value());
    private static final SiteId D1 = new SiteId("d1");
    private static final SiteId D2 = new SiteId("d2");

    @TempDir
    Path logs;

    private final TestDatabase test = TestDatabases.H2.open(Path.of("src/main/resources/migrations"));
    private final House house = new House(test.database());
    private final SetClock clock = new SetClock(NOW);
    private final SweepService sweeps = house.sweeps(test.database(), clock);

    @BeforeEach
    void twoSites() throws IOException {
        house.accessOnly(house.site("d1", Files.createDirectory(logs.resolve("d1"))));
        house.accessOnly(house.site("d2", Files.createDirectory(logs.resolve("d2"))));
    }

    @AfterEach
    void close() {
        test.close();
    }

    private void keys(SiteId site, long... days) {
        KeyStore keys = new KeyStore(test.database(), new SecureRandom(), clock, ZoneOffset.UTC);
        for (long day : days) {
            keys.secret(site, day, new Forever());
        }
    }

    private List<Long> days(SiteId site) {
        return test.database()
                .transaction(sql -> sql.query(
                        "select epoch_day from logs_key where site = ? order by epoch_day",
                        row -> row.number("epoch_day"),
                        site.value()));
    }

    private void sweep(Scope scope) throws InterruptedException {
        long id = sweeps.plan(scope, ADMIN);
        sweeps.work("plan-" + id, id);
        assertThat(sweeps.run(id, ADMIN)).isEmpty();
        sweeps.work("run-" + id, id);
        house.submitted.clear();
    }

    private void kept(RetentionRule rule) {
        house.everywhere.put(LogSettings.KEYS, rule);
    }

    @Test
    void keysOfASiteThatThePanelHasRemovedAreKeptAsLongAsWasSetForIt() throws InterruptedException {
        kept(new Days(20));
        sweep(PROVIDER);
        keys(D1, TODAY - 21, TODAY - 20, TODAY);
        keys(D2, TODAY - 21, TODAY - 20, TODAY);
        house.sites.remove(D2);
        kept(new Days(3));

        sweep(PROVIDER);

        assertThat(days(D1)).containsExactly(TODAY);
        assertThat(days(D2)).containsExactly(TODAY - 20, TODAY);
        clock.pass(Duration.ofDays(21));
        sweep(PROVIDER);
        assertThat(days(D2)).isEmpty();
    }

    @Test
    void keysOfASiteUnderALegalHoldStayUntilItEnds() throws InterruptedException {
        Holds holds = house.holds(test.database(), clock);
        assertThat(holds.place(D1, "27 O 1/26", "Dr. Muster", holds.today().plusDays(3), ADMIN))
                .isEmpty();
        keys(D1, TODAY - 8, TODAY);
        keys(D2, TODAY - 8, TODAY);

        sweep(PROVIDER);

        assertThat(days(D1)).containsExactly(TODAY - 8, TODAY);
        assertThat(days(D2)).containsExactly(TODAY);
        clock.pass(Duration.ofDays(4));
        sweep(PROVIDER);
        assertThat(days(D1)).containsExactly(TODAY);
    }

    @Test
    void keysThatWereKeptForEverGoWhenTheSiteHasBeenGoneForLong() throws InterruptedException {
        kept(new Forever());
        sweep(PROVIDER);
        keys(D1, TODAY - 1_000);
        keys(D2, TODAY - 1_000, TODAY);
        house.sites.remove(D2);

        clock.pass(Duration.ofDays(30));
        sweep(PROVIDER);
        assertThat(days(D2)).hasSize(2);

        clock.pass(Duration.ofSeconds(1));
        sweep(PROVIDER);
        assertThat(days(D2)).isEmpty();
        assertThat(days(D1)).containsExactly(TODAY - 1_000);
    }

    @Test
    void keysOfASiteThatNoSweepHasSeenAreKeptForTheBuiltInPeriod() throws InterruptedException {
        SiteId gone = new SiteId("gone");
        keys(gone, TODAY - 8, TODAY - 7);

        sweep(PROVIDER);

        assertThat(days(gone)).containsExactly(TODAY - 7);
    }

    @Test
    void aSweepOfOneSiteLeavesTheKeysOfOthers() throws InterruptedException {
        keys(D1, TODAY - 8);
        keys(D2, TODAY - 8);

        sweep(new Scope(ScopeLevel.DOMAIN, D1.value()));

        assertThat(days(D1)).isEmpty();
        assertThat(days(D2)).containsExactly(TODAY - 8);
    }
}
