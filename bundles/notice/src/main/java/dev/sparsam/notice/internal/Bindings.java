package dev.sparsam.notice.internal;

import dev.sparsam.facts.Fact;
import dev.sparsam.facts.LogFormat;
import dev.sparsam.facts.LogFormat.IpMode;
import dev.sparsam.facts.Retention;
import dev.sparsam.panel.RetentionRule;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a fact offers to clauses: names for their conditions and slots. Values are texts and whole numbers. */
final class Bindings {
    private Bindings() {}

    /** Empty for a type of fact that no clause can state yet. */
    static Optional<Map<String, Object>> of(Fact fact) {
        Map<String, Object> names = new HashMap<>();
        if (fact instanceof Retention retention) {
            names.put("fact", "Retention");
            // Selectors in messages are identifiers, without hyphens.
            names.put("activity", retention.activity().replace('-', '_'));
            names.put("store", retention.store().name());
            if (retention.period() instanceof RetentionRule.Days days) {
                names.put("period", "days");
                names.put("days", days.days());
                // The day on which a period ends belongs to it: only what is older has been kept for longer.
                int oldest = retention.oldestDays().orElse(0);
                names.put("oldest", oldest);
                names.put("measured", oldest > days.days() + 1 ? "longer" : "within");
            } else if (retention.period() instanceof RetentionRule.Forever) {
                names.put("period", "forever");
            } else if (retention.period() instanceof RetentionRule.NoLogging) {
                names.put("period", "no-logging");
            }
            return Optional.of(names);
        }
        if (fact instanceof LogFormat format) {
            names.put("fact", "LogFormat");
            names.put("kind", format.kind().name());
            if (format.ipMode() instanceof IpMode.Truncated truncated) {
                names.put("ipMode", "truncated");
                names.put("ipv4", truncated.ipv4Bits());
                names.put("ipv6", truncated.ipv6Bits());
            } else {
                names.put("ipMode", "full");
            }
            return Optional.of(names);
        }
        return Optional.empty();
    }
}
