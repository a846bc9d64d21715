package dev.sparsam.store;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What an act leaves behind as proof: counts, hashes, settings and rule ids. It never holds the personal data itself,
 * because it can never be erased: free text, addresses and names of people do not belong here, and who acted is a
 * number that its account explains as long as there is one.
 *
 * @param act what was done, for example {@code logs.sweep} or {@code settings.change}
 * @param subject what it was done to, as a scope's text form, for example {@code domain/d-7}
 * @param actor who did it: an account's number or a part of the system, such as {@code user:7} or {@code system:sweep}
 * @param counts how much, by name
 * @param hashes SHA-256 values in lower-case hex, by name
 * @param values short texts with a closed set of forms, such as the value of a setting, by name
 * @param rules the ids of the rules that were applied
 */
public record Receipt(
        String act,
        String subject,
        String actor,
        SortedMap<String, Long> counts,
        SortedMap<String, String> hashes,
        SortedMap<String, String> values,
        List<String> rules) {
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    /** Keeps copies; names must not be empty, and hashes are hashes. */
    public Receipt {
        if (act.isBlank() || subject.isBlank() || actor.isBlank()) {
            throw new IllegalArgumentException("A receipt names its act, subject and actor");
        }
        counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
        hashes = Collections.unmodifiableSortedMap(new TreeMap<>(hashes));
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        rules = List.copyOf(rules);
        hashes.forEach((name, hash) -> {
            if (!SHA_256.matcher(hash).matches()) {
                throw new IllegalArgumentException(
                        "\"" + name + "\" of a receipt is no SHA-256 value in lower-case hex: " + hash);
            }
        });
    }

    /** A receipt with nothing but what was done, to what, and by whom. */
    public static Receipt of(String act, String subject, String actor) {
        return new Receipt(act, subject, actor, new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), List.of());
    }

    /** The same with these counts. */
    public Receipt withCounts(Map<String, Long> given) {
        return new Receipt(act, subject, actor, new TreeMap<>(given), hashes, values, rules);
    }

    /** The same with these hashes. */
    public Receipt withHashes(Map<String, String> given) {
        return new Receipt(act, subject, actor, counts, new TreeMap<>(given), values, rules);
    }

    /** The same with these values. */
    public Receipt withValues(Map<String, String> given) {
        return new Receipt(act, subject, actor, counts, hashes, new TreeMap<>(given), rules);
    }

    /** The same with these rules. */
    public Receipt withRules(List<String> given) {
        return new Receipt(act, subject, actor, counts, hashes, values, given);
    }
}
