package dev.sparsam.settings.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.panel.Principal;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.TenantId;
import dev.sparsam.settings.ChangeGate;
import dev.sparsam.settings.ChangeGate.Decision;
import dev.sparsam.settings.ChangeGate.Proposal;
import dev.sparsam.settings.Limits;
import dev.sparsam.settings.Limits.Limit;
import dev.sparsam.settings.Resolved;
import dev.sparsam.settings.Retentions;
import dev.sparsam.settings.ScopeRule;
import dev.sparsam.settings.Setting;
import dev.sparsam.settings.Settings.Change;
import dev.sparsam.settings.Settings.HistoryEntry;
import dev.sparsam.settings.Settings.Outcome;
import dev.sparsam.settings.Settings.Outcome.Applied;
import dev.sparsam.settings.Settings.Outcome.Refused;
import dev.sparsam.settings.Settings.Outcome.Waiting;
import dev.sparsam.settings.Settings.Problem;
import dev.sparsam.store.Database;
import dev.sparsam.store.Receipt;
import dev.sparsam.store.ReceiptBook;
import dev.sparsam.store.Row;
import dev.sparsam.store.Sql;
import dev.sparsam.store.StoreException;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsServiceTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Setting<RetentionRule> SETTING =
            Retentions.pair("test.retention", new Days(7), new Days(30)).live();
    private static final Scope PROVIDER = new Scope(ScopeLevel.PROVIDER, "p");
    private static final ScopePath TOP = ScopePath.of(PROVIDER);
    private static final ScopePath CUSTOMER = TOP.plus(new Scope(ScopeLevel.CUSTOMER, "c"));
    private static final ScopePath DOMAIN = CUSTOMER.plus(new Scope(ScopeLevel.DOMAIN, "d"));
    private static final Principal ADMIN =
            new Principal("user:7", Role.PROVIDER_ADMIN, new TenantId("p"), Optional.of("user:1"));

    private final List<Receipt> receipts = new ArrayList<>();
    private final List<Proposal> proposals = new ArrayList<>();
    private Decision decision = new Decision.Now();
    private Optional<TestDatabase> open = Optional.empty();

    private SettingsService service(TestDatabases kind) {
        return service(database(kind));
    }

    private Database database(TestDatabases kind) {
        TestDatabase test = kind.open(Path.of("src/main/resources/migrations"));
        open = Optional.of(test);
        return test.database();
    }

    private SettingsService service(Database database) {
        ReceiptBook book = added -> {
            List<Long> places = new ArrayList<>();
            for (Receipt receipt : added) {
                places.add((long) receipts.size());
                receipts.add(receipt);
            }
            return places;
        };
        ChangeGate gate = proposal -> {
            proposals.add(proposal);
            return decision;
        };
        return new SettingsService(database, book, List.of(gate), List.of(SETTING), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @AfterEach
    void close() {
        open.ifPresent(TestDatabase::close);
    }

    private static ScopeRule<RetentionRule> days(int days) {
        return ScopeRule.<RetentionRule>none().withValue(Optional.of(new Days(days)));
    }

    private static Change<RetentionRule> change(ScopePath path, ScopeRule<RetentionRule> rule, String reason) {
        return new Change<>(SETTING, path, rule, ADMIN, reason, Optional.empty());
    }

    private static Change<RetentionRule> change(ScopePath path, ScopeRule<RetentionRule> rule) {
        return change(path, rule, "because");
    }

    private static void expectRefusal(Outcome outcome, Problem problem, Optional<Scope> by, Optional<String> limit) {
        assertThat(outcome).isEqualTo(new Refused(problem, by, limit));
    }

    @ParameterizedTest
    @EnumSource
    void aChangeHoldsIsRememberedAndLeavesAReceipt(TestDatabases kind) {
        SettingsService service = service(kind);
        Outcome outcome = service.change(change(DOMAIN, days(3), " shorter is better "));
        assertThat(outcome).isEqualTo(new Applied("7d", "3d", Optional.of(0L)));
        Resolved<RetentionRule> resolved = service.resolve(SETTING, DOMAIN);
        assertThat(resolved.value()).isEqualTo(new Days(3));
        assertThat(resolved.source()).contains(DOMAIN.leaf());
        assertThat(service.history(DOMAIN.leaf(), SETTING, 10))
                .containsExactly(new HistoryEntry(
                        NOW,
                        "user:7 (by user:1)",
                        "shorter is better",
                        DOMAIN.leaf(),
                        "test.retention.live",
                        "inherit",
                        "3d",
                        "applied"));
        Receipt receipt = receipts.get(0);
        assertThat(receipt.act()).isEqualTo("settings.change");
        assertThat(receipt.subject()).isEqualTo("domain/d");
        assertThat(receipt.actor()).isEqualTo("user:7 (by user:1)");
        assertThat(receipt.values())
                .containsEntry("before", "inherit")
                .containsEntry("after", "3d")
                .containsEntry("setting", "test.retention.live");
    }

    @ParameterizedTest
    @EnumSource
    void aPreviewSaysTheSameAndChangesNothing(TestDatabases kind) {
        SettingsService service = service(kind);
        assertThat(service.preview(change(DOMAIN, days(3)))).isEqualTo(new Applied("7d", "3d", Optional.empty()));
        assertThat(service.resolve(SETTING, DOMAIN).value()).isEqualTo(new Days(7));
        assertThat(service.history(DOMAIN.leaf(), SETTING, 10)).isEmpty();
        assertThat(receipts).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aResetBringsBackWhatIsInherited(TestDatabases kind) {
        SettingsService service = service(kind);
        service.change(change(TOP, days(5)));
        service.change(change(DOMAIN, days(3)));
        service.change(change(DOMAIN, ScopeRule.none()));
        assertThat(service.resolve(SETTING, DOMAIN).value()).isEqualTo(new Days(5));
        assertThat(service.resolve(SETTING, DOMAIN).source()).contains(PROVIDER);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsSaidComesBackWhole(TestDatabases kind) {
        SettingsService service = service(kind);
        ScopeRule<RetentionRule> rule = new ScopeRule<>(
                Optional.of(new Days(9)), true, Optional.of(new Days(2)), Optional.of(new Forever()), true);
        service.change(change(TOP, rule));
        assertThat(service.resolve(SETTING, TOP).own().rule()).isEqualTo(rule);
        assertThat(service.history(PROVIDER, SETTING, 1).get(0).after())
                .isEqualTo("9d, locked, from 2d, to forever, relaxable");
    }

    @ParameterizedTest
    @EnumSource
    void aRelaxingValueIsRefusedWithTheScopeAndTheLimit(TestDatabases kind) {
        SettingsService service = service(kind);
        service.change(change(CUSTOMER, days(5)));
        expectRefusal(
                service.change(change(DOMAIN, days(6))),
                Problem.TOO_LAX,
                Optional.of(CUSTOMER.leaf()),
                Optional.of("5d"));
        assertThat(service.resolve(SETTING, DOMAIN).value()).isEqualTo(new Days(5));
    }

    @ParameterizedTest
    @EnumSource
    void whereNobodyHasAValueTheBuiltInOneLimitsThoseBelowTheProvider(TestDatabases kind) {
        SettingsService service = service(kind);
        assertThat(service.limits(SETTING, TOP)).isEqualTo(Limits.none());
        assertThat(service.limits(SETTING, DOMAIN))
                .isEqualTo(new Limits<>(
                        Optional.empty(), Optional.of(new Limit<>(new Days(7), PROVIDER, true)), Optional.empty()));
    }

    @ParameterizedTest
    @EnumSource
    void limitsNameTheScopeThatCouldAllowMore(TestDatabases kind) {
        SettingsService service = service(kind);
        service.change(change(
                TOP,
                new ScopeRule<>(Optional.empty(), false, Optional.of(new Days(2)), Optional.of(new Days(30)), true)));
        service.change(change(CUSTOMER, days(5)));
        service.change(change(DOMAIN, days(4)));
        assertThat(service.limits(SETTING, CUSTOMER).ceiling()).contains(new Limit<>(new Days(30), PROVIDER, false));
        assertThat(service.limits(SETTING, DOMAIN))
                .isEqualTo(new Limits<>(
                        Optional.empty(),
                        Optional.of(new Limit<>(new Days(5), CUSTOMER.leaf(), false)),
                        Optional.of(new Limit<>(new Days(2), PROVIDER, false))));
        service.change(change(
                CUSTOMER, new ScopeRule<>(Optional.of(new Days(5)), true, Optional.empty(), Optional.empty(), false)));
        assertThat(service.limits(SETTING, DOMAIN).locked()).contains(CUSTOMER.leaf());
        assertThat(service.limits(SETTING, CUSTOMER).locked()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aValueStricterThanABoundIsRefused(TestDatabases kind) {
        SettingsService service = service(kind);
        service.change(change(
                TOP, new ScopeRule<>(Optional.empty(), false, Optional.of(new Days(3)), Optional.empty(), false)));
        expectRefusal(
                service.change(change(DOMAIN, days(2))), Problem.TOO_STRICT, Optional.of(PROVIDER), Optional.of("3d"));
    }

    @ParameterizedTest
    @EnumSource
    void aLockedSettingIsRefusedButCanStillBeReset(TestDatabases kind) {
        SettingsService service = service(kind);
        service.change(change(DOMAIN, days(3)));
        service.change(change(TOP, new ScopeRule<>(Optional.empty(), true, Optional.empty(), Optional.empty(), false)));
        expectRefusal(service.change(change(DOMAIN, days(2))), Problem.LOCKED, Optional.of(PROVIDER), Optional.empty());
        assertThat(service.change(change(DOMAIN, ScopeRule.none()))).isInstanceOf(Applied.class);
    }

    @ParameterizedTest
    @EnumSource
    void aChangeThatRelaxesNeedsAReason(TestDatabases kind) {
        SettingsService service = service(kind);
        ScopeRule<RetentionRule> relaxable =
                new ScopeRule<>(Optional.empty(), false, Optional.empty(), Optional.of(new Days(30)), true);
        expectRefusal(
                service.change(change(TOP, relaxable, " ")),
                Problem.REASON_MISSING,
                Optional.empty(),
                Optional.empty());
        service.change(change(TOP, relaxable));
        expectRefusal(
                service.change(change(DOMAIN, days(14), "")),
                Problem.REASON_MISSING,
                Optional.empty(),
                Optional.empty());
        assertThat(service.change(change(DOMAIN, days(14), "attacks are investigated")))
                .isEqualTo(new Applied("7d", "14d", Optional.of(1L)));
    }

    @ParameterizedTest
    @EnumSource
    void boundsThatExcludeTheValueAreAContradiction(TestDatabases kind) {
        SettingsService service = service(kind);
        expectRefusal(
                service.change(change(
                        TOP,
                        new ScopeRule<>(
                                Optional.of(new Days(7)),
                                false,
                                Optional.of(new Days(9)),
                                Optional.of(new Days(20)),
                                true))),
                Problem.CONTRADICTION,
                Optional.empty(),
                Optional.of("7d"));
    }

    @ParameterizedTest
    @EnumSource
    void theSecondOfTwoWhoStartFromTheSameRuleIsTold(TestDatabases kind) {
        SettingsService service = service(kind);
        ScopeRule<RetentionRule> seen = ScopeRule.none();
        service.change(new Change<>(SETTING, DOMAIN, days(3), ADMIN, "first", Optional.of(seen)));
        expectRefusal(
                service.change(new Change<>(SETTING, DOMAIN, days(4), ADMIN, "second", Optional.of(seen))),
                Problem.CONFLICT,
                Optional.empty(),
                Optional.of("3d"));
        assertThat(service.resolve(SETTING, DOMAIN).value()).isEqualTo(new Days(3));
    }

    @ParameterizedTest
    @EnumSource
    void aChangeForTheBetterNeverAsksTheGate(TestDatabases kind) {
        SettingsService service = service(kind);
        decision = new Decision.Wait("never");
        assertThat(service.change(change(DOMAIN, days(3)))).isInstanceOf(Applied.class);
        assertThat(proposals).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aChangeForTheWorseWaitsUntilTheGateLetsItThrough(TestDatabases kind) {
        SettingsService service = service(kind);
        decision = new Decision.Wait("the notice of 6 December");
        Outcome outcome = service.change(change(TOP, days(14), "attacks"));
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Waiting.class, waiting -> assertThat(waiting.reason()).isEqualTo("the notice of 6 December"));
        assertThat(proposals).containsExactly(new Proposal("test.retention.live", PROVIDER, "7d", "14d"));
        assertThat(service.resolve(SETTING, DOMAIN).value()).isEqualTo(new Days(7));
        assertThat(service.pending(SETTING)).singleElement().satisfies(pending -> {
            assertThat(pending.wanted()).isEqualTo("14d");
            assertThat(pending.waitsFor()).isEqualTo("the notice of 6 December");
        });
        assertThat(service.applyDue()).isZero();

        decision = new Decision.Now();
        assertThat(service.applyDue()).isOne();
        assertThat(service.resolve(SETTING, DOMAIN).value()).isEqualTo(new Days(14));
        assertThat(service.pending(SETTING)).isEmpty();
        assertThat(service.history(PROVIDER, SETTING, 10))
                .extracting(HistoryEntry::event, HistoryEntry::by)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("applied", "user:7 (by user:1)"),
                        org.assertj.core.groups.Tuple.tuple("waiting", "user:7 (by user:1)"));
    }

    @ParameterizedTest
    @EnumSource
    void whatLoosensOnlyScopesBelowAsksTheGateToo(TestDatabases kind) {
        SettingsService service = service(kind);
        decision = new Decision.Wait("the notice");
        Outcome outcome = service.change(change(
                TOP, new ScopeRule<>(Optional.empty(), false, Optional.empty(), Optional.of(new Days(30)), true)));
        assertThat(outcome).isInstanceOf(Waiting.class);
    }

    @ParameterizedTest
    @EnumSource
    void aLockAndAFloorAskTheGateBecauseTheySetStricterValuesAside(TestDatabases kind) {
        SettingsService service = service(kind);
        service.change(change(DOMAIN, days(3)));
        decision = new Decision.Wait("the notice");
        assertThat(service.change(change(
                        TOP, new ScopeRule<>(Optional.empty(), true, Optional.empty(), Optional.empty(), false))))
                .isInstanceOf(Waiting.class);
        assertThat(service.change(change(
                        TOP,
                        new ScopeRule<>(Optional.empty(), false, Optional.of(new Days(5)), Optional.empty(), false))))
                .isInstanceOf(Waiting.class);
        assertThat(service.resolve(SETTING, DOMAIN).value()).isEqualTo(new Days(3));
    }

    @ParameterizedTest
    @EnumSource
    void aResetThatLiftsTheCeilingForScopesBelowAsksTheGate(TestDatabases kind) {
        SettingsService service = service(kind);
        service.change(change(
                TOP,
                new ScopeRule<>(Optional.of(new Days(7)), false, Optional.empty(), Optional.of(new Days(30)), true)));
        service.change(change(CUSTOMER, days(7)));
        decision = new Decision.Wait("the notice");
        assertThat(service.change(change(CUSTOMER, ScopeRule.none()))).isInstanceOf(Waiting.class);
    }

    @ParameterizedTest
    @EnumSource
    void aWaitingChangeCanBeWithdrawn(TestDatabases kind) {
        SettingsService service = service(kind);
        decision = new Decision.Wait("the notice");
        service.change(change(TOP, days(14)));
        long id = service.pending(SETTING).get(0).id();
        assertThat(service.withdraw(id, ADMIN, "no longer needed")).isTrue();
        assertThat(service.withdraw(id, ADMIN, "no longer needed")).isFalse();
        assertThat(service.pending(SETTING)).isEmpty();
        assertThat(service.history(PROVIDER, SETTING, 10))
                .extracting(HistoryEntry::event, HistoryEntry::before, HistoryEntry::after)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("withdrawn", "14d", "inherit"),
                        org.assertj.core.groups.Tuple.tuple("waiting", "inherit", "14d"));
    }

    @ParameterizedTest
    @EnumSource
    void aWaitingChangeDoesNotUndoANewerDecision(TestDatabases kind) {
        Database database = database(kind);
        SettingsService service = service(database);
        decision = new Decision.Wait("the notice");
        service.change(change(TOP, days(30), "attacks"));
        service.change(change(TOP, days(3)));
        assertThat(service.pending(SETTING)).isEmpty();

        decision = new Decision.Now();
        SettingsService restarted = service(database);
        assertThat(restarted.applyDue()).isZero();
        assertThat(restarted.resolve(SETTING, DOMAIN).value()).isEqualTo(new Days(3));
    }

    @ParameterizedTest
    @EnumSource
    void theHistorySaysWhoseDecisionSupersededAWaitingChange(TestDatabases kind) {
        SettingsService service = service(kind);
        decision = new Decision.Wait("the notice");
        service.change(change(TOP, days(30), "attacks"));
        service.change(change(TOP, days(3), "the attacks are over"));
        assertThat(service.history(PROVIDER, SETTING, 10))
                .extracting(HistoryEntry::event, HistoryEntry::before, HistoryEntry::after, HistoryEntry::reason)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("applied", "inherit", "3d", "the attacks are over"),
                        org.assertj.core.groups.Tuple.tuple("superseded", "30d", "inherit", "the attacks are over"),
                        org.assertj.core.groups.Tuple.tuple("waiting", "inherit", "30d", "attacks"));
        assertThat(service.history(PROVIDER, SETTING, 2).get(1)).satisfies(entry -> {
            assertThat(entry.by()).isEqualTo("user:7 (by user:1)");
            assertThat(entry.at()).isEqualTo(NOW);
        });
    }

    @ParameterizedTest
    @EnumSource
    void ofTwoChangesThatWaitAtOneScopeTheNewerTakesEffect(TestDatabases kind) {
        SettingsService service = service(kind);
        decision = new Decision.Wait("the notice");
        service.change(change(TOP, days(30), "attacks"));
        service.change(change(TOP, days(14), "fewer attacks"));
        assertThat(service.pending(SETTING))
                .singleElement()
                .satisfies(pending -> assertThat(pending.wanted()).isEqualTo("14d"));

        decision = new Decision.Now();
        assertThat(service.applyDue()).isOne();
        assertThat(service.history(PROVIDER, SETTING, 10))
                .extracting(HistoryEntry::event)
                .containsExactly("applied", "waiting", "superseded", "waiting");
    }

    @ParameterizedTest
    @EnumSource
    void whoDecidesThatAllStaysAsItIsSupersedesAWaitingChange(TestDatabases kind) {
        SettingsService service = service(kind);
        decision = new Decision.Wait("the notice");
        service.change(change(TOP, days(30), "attacks"));
        service.change(change(TOP, ScopeRule.none(), "we do without"));
        assertThat(service.pending(SETTING)).isEmpty();
        assertThat(service.history(PROVIDER, SETTING, 1).get(0).event()).isEqualTo("superseded");
    }

    @ParameterizedTest
    @EnumSource
    void aChangeThatIsRefusedLeavesTheWaitingOne(TestDatabases kind) {
        SettingsService service = service(kind);
        decision = new Decision.Wait("the notice");
        service.change(change(TOP, days(30), "attacks"));
        assertThat(service.change(change(TOP, days(31), ""))).isInstanceOf(Refused.class);
        assertThat(service.pending(SETTING)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void whatAGateHeldDoesNotSlipThroughWhileThatGateIsAway(TestDatabases kind) {
        Database database = database(kind);
        decision = new Decision.Wait("the notice");
        service(database).change(change(TOP, days(30), "attacks"));

        SettingsService ungated = new SettingsService(
                database, added -> List.of(0L), List.of(), List.of(SETTING), Clock.fixed(NOW, ZoneOffset.UTC));
        assertThat(ungated.applyDue()).isZero();
        assertThat(ungated.pending(SETTING)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void aWaitingChangeThatWasOvertakenIsRefusedAndRemembered(TestDatabases kind) {
        SettingsService service = service(kind);
        service.change(change(TOP, days(20)));
        service.change(change(DOMAIN, days(5)));
        decision = new Decision.Wait("the notice");
        service.change(change(DOMAIN, days(15)));
        decision = new Decision.Now();
        service.change(change(TOP, days(10)));
        assertThat(service.applyDue()).isZero();
        assertThat(service.pending(SETTING)).isEmpty();
        assertThat(service.history(DOMAIN.leaf(), SETTING, 1).get(0).event()).isEqualTo("refused");
        assertThat(service.resolve(SETTING, DOMAIN).value()).isEqualTo(new Days(5));
    }

    @ParameterizedTest
    @EnumSource
    void ofManyWhoMakeTheFirstRuleOfAScopeAtOnceOneMakesItAndTheOthersAreTold(TestDatabases kind) throws Exception {
        SettingsService service = service(kind);
        int people = 4;
        CyclicBarrier start = new CyclicBarrier(people);
        ExecutorService threads = Executors.newFixedThreadPool(people);
        try {
            List<Future<Outcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < people; i++) {
                Change<RetentionRule> change =
                        new Change<>(SETTING, DOMAIN, days(1 + i), ADMIN, "", Optional.of(ScopeRule.none()));
                outcomes.add(threads.submit(() -> {
                    start.await(30, TimeUnit.SECONDS);
                    return service.change(change);
                }));
            }
            int applied = 0;
            for (Future<Outcome> each : outcomes) {
                Outcome outcome = each.get(60, TimeUnit.SECONDS);
                if (outcome instanceof Applied) {
                    applied++;
                } else {
                    assertThat(outcome)
                            .isInstanceOfSatisfying(
                                    Refused.class,
                                    refused -> assertThat(refused.problem()).isEqualTo(Problem.CONFLICT));
                }
            }
            assertThat(applied).isOne();
            assertThat(receipts).hasSize(1);
        } finally {
            threads.shutdown();
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutItsReceiptAChangeIsNotMade(TestDatabases kind) {
        Database database = database(kind);
        SettingsService service = new SettingsService(
                database,
                added -> {
                    throw new StoreException("the ledger is away");
                },
                List.of(),
                List.of(),
                Clock.systemUTC());
        assertThatThrownBy(() -> service.change(change(DOMAIN, days(3)))).hasMessage("the ledger is away");
        assertThat(service.resolve(SETTING, DOMAIN).value()).isEqualTo(new Days(7));
        assertThat(service.history(DOMAIN.leaf(), SETTING, 10)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsResolvedForNoScope(TestDatabases kind) {
        assertThat(service(kind).resolveAll(SETTING, List.of())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void hundredThousandDomainsAreResolvedWithOneQuery(TestDatabases kind) {
        Database database = database(kind);
        AtomicInteger queries = new AtomicInteger();
        SettingsService service = service(new Counting(database, queries));
        List<ScopePath> paths = new ArrayList<>();
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            ScopePath customer = TOP.plus(new Scope(ScopeLevel.RESELLER, "r" + i % 100))
                    .plus(new Scope(ScopeLevel.CUSTOMER, "c" + i % 10_000));
            Scope domain = new Scope(ScopeLevel.DOMAIN, "d" + i);
            paths.add(customer.plus(domain));
            if (i % 10 == 0) {
                rows.add(new Object[] {SETTING.id(), domain.toString(), "3d", false, false});
            }
        }
        database.transaction(sql -> sql.batch(
                "insert into settings_rule (setting, scope, own_value, locked, relaxable) values (?, ?, ?, ?, ?)",
                rows));
        Map<Scope, Resolved<RetentionRule>> resolved = service.resolveAll(SETTING, paths);
        assertThat(queries).hasValue(1);
        assertThat(resolved).hasSize(100_000);
        assertThat(resolved.values().stream().filter(each -> each.value().equals(new Days(3))))
                .hasSize(10_000);
        // Of several runs each the fastest: what else the machine does only ever makes one slower.
        long all = Long.MAX_VALUE;
        long tenth = Long.MAX_VALUE;
        for (int i = 0; i < 7; i++) {
            all = Math.min(all, nanos(() -> service.resolveAll(SETTING, paths)));
            tenth = Math.min(tenth, nanos(() -> service.resolveAll(SETTING, paths.subList(0, 10_000))));
        }
        assertThat(all).as("nanoseconds for ten times the domains").isLessThan(20 * tenth);
    }

    private static long nanos(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }

    /** Counts statements. */
    private record Counting(Database database, AtomicInteger statements) implements Database {
        @Override
        public <T> T transaction(Work<T> work) {
            return database.transaction(sql -> work.run(new CountingSql(sql, statements)));
        }
    }

    private record CountingSql(Sql sql, AtomicInteger statements) implements Sql {
        @Override
        public int update(String statement, Object... arguments) {
            statements.incrementAndGet();
            return sql.update(statement, arguments);
        }

        @Override
        public long insert(String statement, Object... arguments) {
            statements.incrementAndGet();
            return sql.insert(statement, arguments);
        }

        @Override
        public int batch(String statement, List<Object[]> rows) {
            statements.incrementAndGet();
            return sql.batch(statement, rows);
        }

        @Override
        public <T> List<T> query(String statement, RowMapper<T> mapper, Object... arguments) {
            statements.incrementAndGet();
            return sql.query(statement, mapper, arguments);
        }

        @Override
        public <T> Optional<T> first(String statement, RowMapper<T> mapper, Object... arguments) {
            statements.incrementAndGet();
            return sql.first(statement, mapper, arguments);
        }

        @Override
        public void each(String statement, Consumer<Row> consumer, Object... arguments) {
            statements.incrementAndGet();
            sql.each(statement, consumer, arguments);
        }
    }
}
