package dev.sparsam.web.internal;

import dev.sparsam.facts.Retention;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.settings.Resolved;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What we know, put into words for a person. */
final class Words {
    private Words() {}

    /**
     * A moment as pages show it.
     *
     * @param relative such as "3 days ago"
     * @param exact day and time
     * @param iso for machines
     */
    record Moment(String relative, String exact, String iso) {}

    static Moment moment(Visit visit, Instant at) {
        return new Moment(visit.texts().relative(at, visit.now()), visit.texts().dateTime(at), at.toString());
    }

    /** Such as "reseller Nordlicht". */
    static String scope(Visit visit, Scope scope) {
        String label = label(visit, scope);
        return scope.level() == ScopeLevel.DOMAIN
                ? label
                : visit.t("scope.named", visit.texts().level(scope.level()), label);
    }

    static String label(Visit visit, Scope scope) {
        return visit.snapshot().tree().flatMap(tree -> tree.label(scope)).orElse(scope.id());
    }

    static String href(Scope scope) {
        return "/scope/" + scope;
    }

    /** The page of a scope, when the person may see it. */
    static Optional<String> link(Visit visit, Scope scope) {
        return visit.sees(scope) ? Optional.of(href(scope)) : Optional.empty();
    }

    /** Where an effective value comes from. */
    static String source(Visit visit, Resolved<?> resolved) {
        if (resolved.source().isEmpty()) {
            return visit.t("source.built-in");
        }
        Scope source = resolved.source().get();
        return source.equals(resolved.scope())
                ? visit.t("source.own")
                : visit.t("source." + source.level().name().toLowerCase(Locale.ROOT), label(visit, source));
    }

    /** Whether an age is more than a rule allows. */
    static boolean over(RetentionRule rule, Instant oldest, Instant now) {
        return Retention.exceeds(rule, Retention.age(oldest, now));
    }

    /** Why a sweep does with a file what it does, with the numbers. */
    static String reason(Visit visit, SweepFile file, Instant asOf, Optional<RetentionRule> retention) {
        String key = "reason." + file.reason().name().toLowerCase(Locale.ROOT);
        String rule = retention.map(visit.texts()::retention).orElse("");
        String age = file.newest().map(newest -> visit.texts().age(newest, asOf)).orElse("");
        return switch (file.reason()) {
            case EXPIRED -> rule.isEmpty() ? visit.t(key + ".past", age) : visit.t(key, age, rule);
            case UNMASKED_ADDRESSES -> visit.t(key, file.addresses());
            default -> visit.t(key);
        };
    }
}
