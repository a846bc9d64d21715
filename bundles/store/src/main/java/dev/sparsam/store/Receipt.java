package dev.sparsam.store;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an act leaves behind as proof: counts, hashes and rule ids. It never holds the personal data itself, so free
 * text, addresses and names of data subjects do not belong here.
 *
 * @param act what was done, for example {@code logs.sweep} or {@code settings.change}
 * @param subject what it was done to, as a scope's text form, for example {@code domain/d-7}
 * @param actor who did it, the login name or {@code system:part}
 * @param counts how much, by name
 * @param hashes SHA-256 values in lower-case hex, and other short identifiers, by name
 * @param rules the ids of the rules that were applied
 */
public record Receipt(
        String act,
        String subject,
        String actor,
        SortedMap<String, Long> counts,
        SortedMap<String, String> hashes,
        List<String> rules) {
    /** Keeps copies; names must not be empty. */
    public Receipt {
        if (act.isBlank() || subject.isBlank() || actor.isBlank()) {
            throw new IllegalArgumentException("A receipt names its act, subject and actor");
        }
        counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
        hashes = Collections.unmodifiableSortedMap(new TreeMap<>(hashes));
        rules = List.copyOf(rules);
    }

    /** A receipt from maps in any order. */
    public static Receipt of(
            String act,
            String subject,
            String actor,
            Map<String, Long> counts,
            Map<String, String> hashes,
            List<String> rules) {
        return new Receipt(act, subject, actor, new TreeMap<>(counts), new TreeMap<>(hashes), rules);
    }
}
