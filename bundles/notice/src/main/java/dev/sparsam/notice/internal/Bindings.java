package dev.sparsam.notice.internal;

import dev.sparsam.facts.Cadence;
import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.Fact;
import dev.sparsam.facts.LogFormat;
import dev.sparsam.facts.LogFormat.IpMode;
import dev.sparsam.facts.Provenance.Enforced;
import dev.sparsam.facts.Retention;
import dev.sparsam.panel.RetentionRule;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a fact and its evidence offer to clauses: names for their conditions and slots. Values are texts, whole numbers
 * and days.
 */
final class Bindings {
    private Bindings() {}

    /** Empty for a type of fact that no clause can state yet. */
    static Optional<Map<String, Object>> of(Evidenced<?> evidenced) {
        Map<String, Object> names = new HashMap<>();
        if (evidenced.provenance() instanceof Enforced enforced) {
            // A text: a receipt's number is a name, and gets no separators of thousands.
            names.put("receipt", Long.toString(enforced.receipt()));
            names.put(
                    "at",
                    enforced.collectedAt().atZone(enforced.cadence().zone()).toLocalDate());
            if (enforced.cadence() instanceof Cadence.Daily daily) {
                names.put("cadence", "daily");
                names.put("time", daily.time().toString());
                names.put("zone", daily.zoneName());
            } else {
                names.put("cadence", "by-hand");
            }
        }
        return of(evidenced.fact(), names) ? Optional.of(names) : Optional.empty();
    }

    private static boolean of(Fact fact, Map<String, Object> names) {
        if (fact instanceof Retention retention) {
            names.put("fact", "Retention");
            // Selectors in messages are identifiers, without hyphens.
            names.put("activity", retention.activity().replace('-', '_'));
            names.put("store", retention.store().name());
            int oldest = retention.oldestDays().orElse(0);
            names.put("oldest", oldest);
            if (retention.period() instanceof RetentionRule.Days days) {
                names.put("period", "days");
                names.put("days", days.days());
                names.put("measured", Retention.exceeds(days, oldest) ? "longer" : "within");
            } else if (retention.period() instanceof RetentionRule.Forever) {
                names.put("period", "forever");
            } else if (retention.period() instanceof RetentionRule.NoLogging) {
                names.put("period", "no-logging");
            }
            return true;
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
            return true;
        }
        return false;
    }
}
