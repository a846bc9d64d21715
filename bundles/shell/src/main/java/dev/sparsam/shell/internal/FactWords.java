package dev.sparsam.shell.internal;

import dev.sparsam.facts.Cadence;
import dev.sparsam.facts.Fact;
import dev.sparsam.facts.FactFields;
import dev.sparsam.facts.LogFormat;
import dev.sparsam.facts.Provenance;
import dev.sparsam.facts.Retention;
import dev.sparsam.facts.Withheld;
import dev.sparsam.panel.RetentionRule;
import java.util.List;
import java.util.stream.Collectors;

/** Facts in the words of one language. A kind of fact without words of its own is told by its fields' names. */
final class FactWords {

    private final Texts texts;

    FactWords(Texts texts) {
        this.texts = texts;
    }

    /** What a fact's id such as {@code logs.retention.WEB_ACCESS} stands for. */
    String name(String id) {
        return texts.optional("fact." + id).orElse(id);
    }

    String of(Fact fact) {
        if (fact instanceof Retention retention) {
            return of(retention);
        }
        if (fact instanceof LogFormat format) {
            return of(format);
        }
        return FactFields.of(fact).stream()
                .filter(field -> !field.text().isEmpty())
                .map(field -> field.name() + ": " + field.text())
                .collect(Collectors.joining("; "));
    }

    private String of(Retention retention) {
        String period = period(retention.period());
        String store = texts.word(retention.store());
        String trigger = texts.word(retention.trigger());
        return texts.text("fact.retention", period, store, trigger)
                + retention
                        .oldestDays()
                        .map(days -> "; " + texts.text("fact.oldest", days))
                        .orElse("");
    }

    private String period(RetentionRule rule) {
        return rule instanceof RetentionRule.Days days
                ? texts.text("fact.days", days.days())
                : texts.word("Period", rule.toString());
    }

    private String of(LogFormat format) {
        LogFormat.IpMode mode = format.ipMode();
        String addresses = mode instanceof LogFormat.IpMode.Truncated truncated
                ? texts.text("fact.truncated", truncated.ipv4Bits(), truncated.ipv6Bits())
                : texts.text("fact.full");
        List<String> fields = format.fields().stream()
                .map(field -> texts.word("Field", field))
                .toList();
        return fields.isEmpty() ? addresses : addresses + "; " + texts.text("fact.fields", String.join(", ", fields));
    }

    /** Why something is not stated. */
    String why(Withheld<?> withheld) {
        String what = texts.text(
                "notice.withheld",
                name(withheld.last().id()),
                evidence(withheld.last().provenance()));
        String instead = withheld.instead()
                .map(now ->
                        " " + texts.text("notice.instead", of(withheld.last().fact()), of(now)))
                .orElse("");
        String obstacles = withheld.obstacles() > 0 ? " " + texts.text("notice.obstacles", withheld.obstacles()) : "";
        String moved = withheld.moved() ? " " + texts.text("notice.moved") : "";
        return what + instead + obstacles + moved;
    }

    String evidence(Provenance provenance) {
        if (provenance instanceof Provenance.Enforced enforced) {
            return enforced.cadence() instanceof Cadence.Daily daily
                    ? texts.text("evidence.daily", enforced.receipt(), daily.time())
                    : texts.text("evidence.byHand", enforced.receipt());
        }
        if (provenance instanceof Provenance.Observed observed) {
            return texts.text("evidence.observed", observed.probe());
        }
        if (provenance instanceof Provenance.Declared declared) {
            return texts.text("evidence.declared", declared.confirmedBy());
        }
        return ((Provenance.Statute) provenance).reference();
    }
}
