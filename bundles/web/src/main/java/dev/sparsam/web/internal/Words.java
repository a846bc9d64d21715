package dev.sparsam.web.internal;

import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.Fact;
import dev.sparsam.facts.FactWords;
import dev.sparsam.facts.LogFormat;
import dev.sparsam.facts.LogFormat.IpMode;
import dev.sparsam.facts.Provenance.Enforced;
import dev.sparsam.facts.Retention;
import dev.sparsam.facts.Withheld;
import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.settings.Resolved;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

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

    /** The pieces of a domain name or path, after each of which a line may end. */
    static List<String> parts(String name) {
        return List.of(name.split("(?<=[./])(?=[^./])"));
    }

    /** The order of people: {@code access.log.2} before {@code access.log.10}. */
    static int naturally(String one, String other) {
        int i = 0;
        int j = 0;
        while (i < one.length() && j < other.length()) {
            if (Character.isDigit(one.charAt(i)) && Character.isDigit(other.charAt(j))) {
                int endOne = endOfDigits(one, i);
                int endOther = endOfDigits(other, j);
                int compared = new BigInteger(one.substring(i, endOne))
                        .compareTo(new BigInteger(other.substring(j, endOther)));
                if (compared != 0) {
                    return compared;
                }
                i = endOne;
                j = endOther;
            } else if (one.charAt(i) != other.charAt(j)) {
                return Character.compare(one.charAt(i), other.charAt(j));
            } else {
                i++;
                j++;
            }
        }
        int left = Integer.compare(one.length() - i, other.length() - j);
        return left != 0 ? left : one.compareTo(other);
    }

    private static int endOfDigits(String text, int from) {
        int end = from;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** Whether an age is more than a rule allows. */
    static boolean over(RetentionRule rule, Instant oldest, Instant now) {
        return Retention.exceeds(rule, Retention.age(oldest, now));
    }

    /** Why a sweep does with a file what it does, with the numbers. */
    static String reason(Visit visit, SweepFile file, Instant asOf, Optional<RetentionRule> retention) {
        String key = "reason." + file.reason().name().toLowerCase(Locale.ROOT);
        String rule = retention.map(visit.texts()::retention).orElse("");
        String age =
                file.newest().map(newest -> visit.texts().age(newest, asOf)).orElse("");
        return switch (file.reason()) {
            case EXPIRED -> rule.isEmpty() ? visit.t(key + ".past", age) : visit.t(key, age, rule);
            case UNMASKED_ADDRESSES ->
                visit.t(file.outcome() == FileOutcome.DONE ? key + ".past" : key, file.addresses());
            default -> visit.t(key);
        };
    }

    /**
     * A value that is set and waits for the next sweep.
     *
     * @param text which one, and what was enforced instead, and until when
     * @param receipt the receipt of what was enforced
     */
    record Waiting(String text, Optional<Long> receipt) {}

    /** The values that wait; each once, though it may hold for several kinds of logs. */
    static List<Waiting> waiting(Visit visit, List<Withheld<?>> withheld) {
        return withheld.stream()
                .flatMap(each -> each.instead().stream().map(now -> waiting(visit, each.last(), now)))
                .distinct()
                .toList();
    }

    private static Waiting waiting(Visit visit, Evidenced<?> last, Fact now) {
        // What is said in short may be the same where something else has changed.
        boolean alike = value(visit, now).equals(value(visit, last.fact()));
        FactWords facts = visit.texts().facts();
        return new Waiting(
                visit.t(
                        "withheld.waiting",
                        alike ? facts.name(now) : what(visit, now),
                        alike ? facts.sentence(now) : value(visit, now),
                        alike ? facts.sentence(last.fact()) : value(visit, last.fact()),
                        visit.texts().dateTime(last.provenance().collectedAt())),
                last.provenance() instanceof Enforced enforced ? Optional.of(enforced.receipt()) : Optional.empty());
    }

    private static String what(Visit visit, Fact fact) {
        return visit.texts()
                .find(
                        "what." + fact.getClass().getSimpleName().toLowerCase(Locale.ROOT),
                        fact.getClass().getSimpleName());
    }

    /** That the panel names other files than the last sweep has looked at; empty when it does not. */
    static String moved(Visit visit, List<Withheld<?>> withheld) {
        return withheld.stream().noneMatch(Withheld::moved)
                ? ""
                : visit.t("withheld.moved", kinds(visit, withheld, Withheld::moved));
    }

    /** The kinds of logs that some of what is withheld speaks of. */
    static String kinds(Visit visit, List<Withheld<?>> withheld, Predicate<Withheld<?>> some) {
        return withheld.stream()
                .filter(some)
                .map(each -> kind(visit, each.last().fact()))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** The kind of log that a fact speaks of. */
    private static String kind(Visit visit, Fact fact) {
        String subject = visit.texts().facts().subject(fact);
        return subject.isEmpty() ? what(visit, fact) : subject;
    }

    private static String value(Visit visit, Fact fact) {
        if (fact instanceof Retention retention) {
            return visit.texts().retention(retention.period());
        }
        if (fact instanceof LogFormat format) {
            return visit.texts().masking(masking(format.ipMode()));
        }
        return visit.texts().facts().sentence(fact);
    }

    /** The setting that a fact follows. */
    private static AddressMasking masking(IpMode mode) {
        if (mode instanceof IpMode.Truncated bits) {
            return new AddressMasking.Truncate(bits.ipv4Bits(), bits.ipv6Bits());
        }
        if (mode instanceof IpMode.Pseudonymised pseudonymised) {
            return new AddressMasking.Pseudonym(
                    pseudonymised.networks()
                            ? AddressMasking.Pseudonym.Scheme.PREFIX
                            : AddressMasking.Pseudonym.Scheme.DETERMINISTIC);
        }
        return mode instanceof IpMode.Removed ? new AddressMasking.Remove() : new AddressMasking.Keep();
    }
}
