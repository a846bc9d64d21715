package dev.sparsam.settings.internal;

import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.settings.Limits;
import dev.sparsam.settings.Limits.Limit;
import dev.sparsam.settings.Resolved;
import dev.sparsam.settings.Resolved.Step;
import dev.sparsam.settings.Resolved.Verdict;
import dev.sparsam.settings.ScopeRule;
import dev.sparsam.settings.Setting;
import dev.sparsam.settings.Strictness;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Resolves a setting along a path.
 *
 * <p>Going down, four things are carried: the value so far, whether it is locked, and the two limits of what a scope may
 * say. The upper limit (the ceiling) is the heart of the stricter-downwards rule: below a scope that has a value and does
 * not allow relaxing it is that value; below one that allows it, it stays what it was for that scope itself, within the
 * scope's own bound. So nobody can allow more than they may do. A scope without a value passes the limits on; the
 * provider counts as having one, if only the built-in. Where a lower limit contradicts the ceiling the ceiling wins:
 * privacy is not to be bounded away.
 *
 * <p>What is stored may be overtaken by later changes further up. It is then overruled here, at every resolution, rather
 * than rewritten; a scope's own value comes back when the change further up is undone.
 */
final class Resolver<T> {
    private final Setting<T> setting;
    private final Strictness<T> strictness;

    Resolver(Setting<T> setting) {
        this.setting = setting;
        this.strictness = setting.type().strictness();
    }

    /**
     * The resolution.
     *
     * @param limits what the path's leaf may say
     * @param below what scopes below the leaf may say
     */
    record Resolution<T>(Resolved<T> resolved, Limits<T> limits, Limits<T> below) {}

    Resolved<T> resolve(ScopePath path, Function<Scope, ScopeRule<T>> rules) {
        return resolution(path, rules).resolved();
    }

    Resolution<T> resolution(ScopePath path, Function<Scope, ScopeRule<T>> rules) {
        T value = setting.builtIn();
        Optional<Scope> source = Optional.empty();
        Limits<T> limits = Limits.none();
        Limits<T> own = limits;
        List<Step<T>> steps = new ArrayList<>(path.scopes().size());
        for (Scope scope : path.scopes()) {
            own = limits;
            ScopeRule<T> rule = rules.apply(scope);
            if (rule.isNone() && !steps.isEmpty()) {
                // Most scopes say nothing; they pass on what they get.
                value = atMost(own, value);
                steps.add(new Step<>(scope, rule, Verdict.NONE, value));
                continue;
            }
            Verdict verdict = Verdict.NONE;
            if (rule.value().isPresent()) {
                T wanted = rule.value().get();
                T allowed = within(own, wanted);
                if (own.locked().isPresent()) {
                    verdict = Verdict.LOCKED;
                } else if (allowed.equals(wanted)) {
                    verdict = Verdict.APPLIED;
                } else if (allowed.equals(value)) {
                    verdict = strictness.atLeast(wanted, value) ? Verdict.BOUNDED : Verdict.TOO_LAX;
                } else {
                    verdict = Verdict.BOUNDED;
                }
                if (verdict == Verdict.APPLIED || verdict == Verdict.BOUNDED) {
                    value = allowed;
                    source = Optional.of(scope);
                }
            }
            // A bound from further up holds for what is merely inherited too, but only towards stricter values.
            value = atMost(own, value);
            steps.add(new Step<>(scope, rule, verdict, value));
            boolean demands = verdict == Verdict.APPLIED || verdict == Verdict.BOUNDED || steps.size() == 1;
            limits = below(scope, rule, own, demands ? Optional.of(value) : Optional.empty());
        }
        return new Resolution<>(new Resolved<>(value, source, steps), own, limits);
    }

    private T within(Limits<T> limits, T wanted) {
        T raised = limits.floor()
                .map(floor -> strictness.laxer(wanted, floor.value()))
                .orElse(wanted);
        return atMost(limits, raised);
    }

    private T atMost(Limits<T> limits, T wanted) {
        return limits.ceiling()
                .map(ceiling -> strictness.stricter(wanted, ceiling.value()))
                .orElse(wanted);
    }

    private Limits<T> below(Scope scope, ScopeRule<T> rule, Limits<T> own, Optional<T> demanded) {
        Optional<Scope> locked = own.locked().isPresent() || !rule.lock() ? own.locked() : Optional.of(scope);
        Optional<T> upper = rule.relaxable() ? rule.laxest() : demanded;
        boolean builtIn = !rule.relaxable() && rule.value().isEmpty();
        Optional<Limit<T>> ceiling = upper.map(value -> tighter(own.ceiling(), new Limit<>(value, scope, builtIn)))
                .or(own::ceiling);
        Optional<Limit<T>> floor = rule.strictest()
                .map(strictest -> own.floor()
                        .filter(above -> strictness.atLeast(strictest, above.value()))
                        .orElse(new Limit<>(strictest, scope, false)))
                .or(own::floor);
        return new Limits<>(locked, ceiling, floor);
    }

    private Limit<T> tighter(Optional<Limit<T>> above, Limit<T> here) {
        if (above.isEmpty()) {
            return here;
        }
        T both = strictness.stricter(above.get().value(), here.value());
        // Who is named as standing against a change: the scope further up, where both say the same.
        return both.equals(above.get().value()) ? above.get() : new Limit<>(both, here.by(), here.builtIn());
    }
}
