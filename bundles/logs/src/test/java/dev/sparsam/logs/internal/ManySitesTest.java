package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.Sweep;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.TenantId;
import dev.sparsam.store.Database;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A customer with more sites than a statement can name, on both databases. */
class ManySitesTest {
    private static final int SITES = 200_000;
    private static final Scope CUSTOMER = Scope.parse("customer/c");

    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void theSweepsOfAScopeAreFoundHoweverManySitesItHas(TestDatabases kind) {
        try (TestDatabase test = kind.open(Path.of("src/main/resources/migrations"))) {
            House house = new House(test.database());
            for (int i = 0; i < SITES; i++) {
                SiteId id = new SiteId("d" + i);
                house.sites.put(id, new Site(id, new TenantId("c"), "web1", "d" + i + ".test", Optional.empty()));
            }
            AtomicInteger transactions = new AtomicInteger();
            Database counting = new Database() {
                @Override
                public <T> T transaction(Work<T> work) {
                    transactions.incrementAndGet();
                    return test.database().transaction(work);
                }
            };
            SweepService sweeps = house.sweeps(counting, Clock.systemUTC());
            Principal admin = Principal.user(1, Role.PROVIDER_ADMIN, House.PROVIDER);
            long first = sweeps.plan(Scope.parse("domain/d7"), admin);
            List<Object[]> others = Collections.nCopies(2_500, new Object[] {Instant.EPOCH});
            test.database()
                    .transaction(sql -> sql.batch(
                            "insert into logs_sweep (scope, state, actor, auto_run, created_at, sites)"
                                    + " values ('customer/other', 'DONE', 'x', false, ?, 0)",
                            others));
            long last = sweeps.plan(CUSTOMER, admin);
            transactions.set(0);

            assertThat(sweeps.recent(CUSTOMER, 10)).extracting(Sweep::id).containsExactly(last, first);
            assertThat(transactions.get()).isLessThan(10);
            assertThat(sweeps.recent(CUSTOMER, 1)).extracting(Sweep::id).containsExactly(last);
            assertThat(sweeps.recent(Scope.parse("domain/d8"), 10)).isEmpty();
            assertThat(sweeps.recent(Scope.parse("provider/p"), 2_600)).hasSize(2_502);
        }
    }
}
