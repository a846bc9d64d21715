package dev.sparsam.settings.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.panel.RetentionRule.NoLogging;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.settings.Resolved;
import dev.sparsam.settings.Resolved.Verdict;
import dev.sparsam.settings.Retentions;
import dev.sparsam.settings.ScopeRule;
import dev.sparsam.settings.Setting;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResolverTest {
    private static final Setting<RetentionRule> SETTING =
            Retentions.pair("test.retention", new Days(7), new Days(30)).live();
    private static final Scope PROVIDER = new Scope(ScopeLevel.PROVIDER, "p");
    private static final Scope RESELLER = new Scope(ScopeLevel.RESELLER, "r");
    private static final Scope CUSTOMER = new Scope(ScopeLevel.CUSTOMER, "c");
    private static final Scope DOMAIN = new Scope(ScopeLevel.DOMAIN, "d");
    private static final ScopePath PATH = ScopePath.of(PROVIDER, RESELLER, CUSTOMER, DOMAIN);

    private final Map<Scope, ScopeRule<RetentionRule>> rules = new HashMap<>();
    private final Resolver<RetentionRule> resolver = new Resolver<>(SETTING);

    private static ScopeRule<RetentionRule> value(int days) {
        return ScopeRule.<RetentionRule>none().withValue(Optional.of(new Days(days)));
    }

    private static ScopeRule<RetentionRule> locked(ScopeRule<RetentionRule> rule) {
        return new ScopeRule<>(rule.value(), true, rule.strictest(), rule.laxest(), rule.relaxable());
    }

    private static ScopeRule<RetentionRule> relaxable(ScopeRule<RetentionRule> rule) {
        return new ScopeRule<>(rule.value(), rule.lock(), rule.strictest(), rule.laxest(), true);
    }

    private static ScopeRule<RetentionRule> bounded(ScopeRule<RetentionRule> rule, int strictest, int laxest) {
        return new ScopeRule<>(
                rule.value(),
                rule.lock(),
                Optional.of(new Days(strictest)),
                Optional.of(new Days(laxest)),
                rule.relaxable());
    }

    private ScopeRule<RetentionRule> rule(Scope scope) {
        return rules.getOrDefault(scope, ScopeRule.none());
    }

    private Resolved<RetentionRule> resolve() {
        return resolver.resolve(PATH, this::rule);
    }

    private void expect(RetentionRule value, Optional<Scope> source, Verdict own) {
        Resolved<RetentionRule> resolved = resolve();
        assertThat(resolved.value()).isEqualTo(value);
        assertThat(resolved.source()).isEqualTo(source);
        assertThat(resolved.own().verdict()).isEqualTo(own);
    }

    @Test
    void theBuiltInValueHoldsWhereNobodySaysAnything() {
        expect(new Days(7), Optional.empty(), Verdict.NONE);
    }

    @Test
    void theNearestValueWinsAndIsNamedAsTheSource() {
        rules.put(PROVIDER, value(10));
        rules.put(RESELLER, value(5));
        expect(new Days(5), Optional.of(RESELLER), Verdict.NONE);
        rules.put(DOMAIN, value(3));
        expect(new Days(3), Optional.of(DOMAIN), Verdict.APPLIED);
    }

    @Test
    void theProviderMayRelaxTheBuiltInValue() {
        rules.put(PROVIDER, ScopeRule.<RetentionRule>none().withValue(Optional.of(new Forever())));
        expect(new Forever(), Optional.of(PROVIDER), Verdict.NONE);
    }

    @Test
    void nobodyBelowTheProviderMayRelaxWithoutPermission() {
        rules.put(DOMAIN, value(8));
        expect(new Days(7), Optional.empty(), Verdict.TOO_LAX);
    }

    @Test
    void aValueComesBackWhenTheDemandAboveIsTakenBack() {
        rules.put(PROVIDER, value(30));
        rules.put(DOMAIN, value(14));
        expect(new Days(14), Optional.of(DOMAIN), Verdict.APPLIED);
        rules.put(PROVIDER, value(10));
        expect(new Days(10), Optional.of(PROVIDER), Verdict.TOO_LAX);
        rules.put(PROVIDER, value(30));
        expect(new Days(14), Optional.of(DOMAIN), Verdict.APPLIED);
    }

    @Test
    void aPermissionToRelaxReachesAllScopesBelow() {
        rules.put(PROVIDER, relaxable(value(7)));
        rules.put(DOMAIN, value(60));
        expect(new Days(60), Optional.of(DOMAIN), Verdict.APPLIED);
    }

    @Test
    void aPermissionToRelaxEndsAtTheLaxestBound() {
        rules.put(PROVIDER, bounded(relaxable(value(7)), 2, 14));
        rules.put(DOMAIN, value(60));
        expect(new Days(14), Optional.of(DOMAIN), Verdict.BOUNDED);
    }

    @Test
    void aStricterValueInBetweenTakesThePermissionAway() {
        rules.put(PROVIDER, relaxable(value(7)));
        rules.put(RESELLER, value(5));
        rules.put(DOMAIN, value(6));
        expect(new Days(5), Optional.of(RESELLER), Verdict.TOO_LAX);
    }

    @Test
    void nobodyCanAllowMoreThanTheyMayDoThemselves() {
        rules.put(PROVIDER, value(7));
        rules.put(RESELLER, relaxable(value(3)));
        rules.put(DOMAIN, value(60));
        expect(new Days(7), Optional.of(DOMAIN), Verdict.BOUNDED);
    }

    @Test
    void aLockHoldsAgainstStricterValuesToo() {
        rules.put(RESELLER, locked(value(5)));
        rules.put(DOMAIN, value(1));
        expect(new Days(5), Optional.of(RESELLER), Verdict.LOCKED);
        assertThat(resolve().lockedBy()).contains(RESELLER);
    }

    @Test
    void aLockWithoutAValueLocksWhatIsInherited() {
        rules.put(PROVIDER, value(6));
        rules.put(RESELLER, locked(ScopeRule.none()));
        rules.put(DOMAIN, value(1));
        expect(new Days(6), Optional.of(PROVIDER), Verdict.LOCKED);
    }

    @Test
    void theStrictestBoundRaisesAValueBelow() {
        rules.put(PROVIDER, bounded(value(7), 3, 7));
        rules.put(DOMAIN, ScopeRule.<RetentionRule>none().withValue(Optional.of(new NoLogging())));
        expect(new Days(3), Optional.of(DOMAIN), Verdict.BOUNDED);
    }

    @Test
    void aLowerBoundNeverRelaxesWhatIsDemandedFurtherUp() {
        rules.put(PROVIDER, value(5));
        rules.put(RESELLER, bounded(ScopeRule.none(), 10, 20));
        rules.put(DOMAIN, value(1));
        expect(new Days(5), Optional.of(DOMAIN), Verdict.BOUNDED);
    }

    /** The rule said another way, on random rules: who relaxes a value has leave of the scope that it came from. */
    @Test
    void noValueIsRelaxedWithoutLeaveOfTheScopeItCameFrom() {
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            rules.clear();
            PATH.scopes().forEach(scope -> rules.put(scope, randomRule(random)));
            for (int above = 0; above < PATH.scopes().size() - 1; above++) {
                ScopePath upper = new ScopePath(PATH.scopes().subList(0, above + 1));
                ScopePath lower = new ScopePath(PATH.scopes().subList(0, above + 2));
                Resolved<RetentionRule> from = resolver.resolve(upper, this::rule);
                RetentionRule to = resolver.resolve(lower, this::rule).value();
                ScopeRule<RetentionRule> leave = rule(from.source().orElse(PROVIDER));
                if (SETTING.type().relaxes(to, from.value())) {
                    assertThat(leave.relaxable()).as("seed %d, %s", seed, from).isTrue();
                    RetentionRule bound = leave.laxest().orElse(new Forever());
                    assertThat(SETTING.type().relaxes(to, bound))
                            .as("seed %d, beyond %s", seed, bound)
                            .isFalse();
                    assertThat(from.lockedBy()).as("seed %d", seed).isEmpty();
                }
            }
        }
    }

    private static ScopeRule<RetentionRule> randomRule(Random random) {
        return new ScopeRule<>(
                random.nextBoolean() ? Optional.of(randomValue(random)) : Optional.empty(),
                random.nextInt(5) == 0,
                random.nextInt(4) == 0 ? Optional.of(randomValue(random)) : Optional.empty(),
                random.nextInt(4) == 0 ? Optional.of(randomValue(random)) : Optional.empty(),
                random.nextInt(3) == 0);
    }

    private static RetentionRule randomValue(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> new Forever();
            case 1 -> new NoLogging();
            default -> new Days(1 + random.nextInt(20));
        };
    }
}
