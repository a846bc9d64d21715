package dev.sparsam.notice.internal;

import dev.sparsam.facts.Cadence;
import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.Fact;
import dev.sparsam.facts.LogFormat;
import dev.sparsam.facts.LogFormat.Datum;
import dev.sparsam.facts.LogFormat.Handling;
import dev.sparsam.facts.LogFormat.IpMode;
import dev.sparsam.facts.LogFormat.Treatment;
import dev.sparsam.facts.Provenance.Enforced;
import dev.sparsam.facts.Retention;
import dev.sparsam.panel.RetentionRule;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a fact and its evidence offer to clauses: names for their conditions and slots. Values are texts, whole numbers
 * and days.
 */
final class Bindings {
    private Bindings() {}

    /** One for each statement that a fact is due; none for a type of fact that no clause can state yet. */
    static List<Map<String, Object>> of(Evidenced<?> evidenced) {
        Fact fact = evidenced.fact();
        if (fact instanceof Retention retention) {
            return List.of(names(evidenced, names -> retention(retention, names)));
        }
        if (fact instanceof LogFormat format) {
            Map<String, Object> addresses = names(evidenced, names -> addresses(format, names));
            return format.others().stream().allMatch(other -> other.handling() == Handling.KEPT)
                    ? List.of(addresses)
                    : List.of(addresses, names(evidenced, names -> others(format, names)));
        }
        return List.of();
    }

    private static Map<String, Object> names(Evidenced<?> evidenced, Consumer<Map<String, Object>> more) {
        Map<String, Object> names = new HashMap<>();
        if (evidenced.provenance() instanceof Enforced enforced) {
            // A text: a receipt's number is a name, and gets no separators of thousands.
            names.put("receipt", Long.toString(enforced.receipt()));
            names.put(
                    "at",
                    enforced.collectedAt().atZone(enforced.cadence().zone()).toLocalDate());
            if (enforced.cadence() instanceof Cadence.Daily daily) {
                names.put("cadence", "daily");
                names.put("time", daily.timesText());
                names.put("zone", daily.zoneName());
            } else {
                names.put("cadence", "by-hand");
            }
        }
        more.accept(names);
        return names;
    }

    private static void retention(Retention retention, Map<String, Object> names) {
        names.put("fact", "Retention");
        // An activity that is the writing of a log is named after the log's kind.
        names.put(
                "kind",
                retention.activity().replaceFirst("-log$", "").replace('-', '_').toUpperCase(Locale.ROOT));
        names.put("store", retention.store().name());
        names.put("trigger", retention.trigger().name());
        int oldest = retention.oldestDays().orElse(0);
        names.put("oldest", oldest);
        names.put("held", retention.heldUntil().isPresent() ? "yes" : "no");
        retention.heldUntil().ifPresent(day -> names.put("until", day));
        if (retention.period() instanceof RetentionRule.Days days) {
            names.put("period", "days");
            names.put("days", days.days());
            names.put("measured", Retention.exceeds(days, oldest) ? "longer" : "within");
        } else if (retention.period() instanceof RetentionRule.Forever) {
            names.put("period", "forever");
        } else if (retention.period() instanceof RetentionRule.NoLogging) {
            names.put("period", "no-logging");
        }
    }

    private static void addresses(LogFormat format, Map<String, Object> names) {
        format(format, "addresses", format.ipMode() instanceof IpMode.Pseudonymised, names);
        names.put("reach", format.reach().name());
        if (format.ipMode() instanceof IpMode.Truncated truncated) {
            names.put("ipMode", "truncated");
            names.put("ipv4", truncated.ipv4Bits());
            names.put("ipv6", truncated.ipv6Bits());
        } else if (format.ipMode() instanceof IpMode.Pseudonymised pseudonymised) {
            names.put("ipMode", "pseudonymised");
            names.put("networks", pseudonymised.networks() ? "yes" : "no");
        } else {
            names.put("ipMode", format.ipMode() instanceof IpMode.Removed ? "removed" : "full");
        }
    }

    private static void others(LogFormat format, Map<String, Object> names) {
        boolean keyed = format.others().stream().anyMatch(other -> other.handling() == Handling.HASHED);
        format(format, "others", keyed, names);
        if (!(format.ipMode() instanceof IpMode.Full)) {
            // The statement about addresses says so already.
            names.put("behind", "no");
        }
        for (Datum datum : Datum.values()) {
            names.put(word(datum), word(Handling.KEPT));
        }
        for (Treatment other : format.others()) {
            names.put(word(other.datum()), word(other.handling()));
        }
    }

    /** @param keyed whether what is told was made with keys */
    private static void format(LogFormat format, String about, boolean keyed, Map<String, Object> names) {
        names.put("fact", "LogFormat");
        names.put("about", about);
        names.put("kind", format.kind().name());
        names.put("raw", format.rawHours() == 0 ? "none" : format.rawHours() % 24 == 0 ? "days" : "hours");
        names.put("rawHours", format.rawHours());
        names.put("rawDays", format.rawHours() / 24);
        names.put(
                "keys",
                !keyed
                        ? "no"
                        : format.keyDays()
                                .map(days -> days == 0 ? "discarded" : "destroyed")
                                .orElse("kept"));
        names.put("keyDays", format.keyDays().orElse(0));
        names.put("behind", format.isBehind() ? "yes" : "no");
        format.unmasked().ifPresent(found -> {
            names.put("percent", found.percent());
            names.put("oldest", found.oldestDays());
        });
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
