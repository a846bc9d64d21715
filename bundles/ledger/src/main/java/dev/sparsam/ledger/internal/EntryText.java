package dev.sparsam.ledger.internal;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The content of an entry and its canonical text. It repeats the components of a receipt, so that an export can be
 * checked with nothing of ours but this bundle.
 */
record EntryText(
        long index,
        Instant at,
        String act,
        String subject,
        String actor,
        Map<String, Long> counts,
        Map<String, String> hashes,
        Map<String, String> values,
        List<String> rules) {
    /** The most UTF-16 units of a canonical text; the column of the table is as wide. */
    static final int LONGEST = 1_000_000;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final Set<String> NAMES =
            Set.of("index", "at", "act", "subject", "actor", "counts", "hashes", "values", "rules");

    /** The text that is hashed: RFC 8785 canonical JSON. */
    String canonical() {
        return CanonicalJson.text(Map.of(
                "index", index,
                "at", TIME.format(at),
                "act", act,
                "subject", subject,
                "actor", actor,
                "counts", counts,
                "hashes", hashes,
                "values", values,
                "rules", rules));
    }

    /**
     * Reads parsed JSON.
     *
     * @throws IllegalArgumentException when it is not the content of an entry; the message says what is wrong
     */
    static EntryText of(Map<?, ?> json) {
        if (!json.keySet().equals(NAMES)) {
            throw new IllegalArgumentException(
                    "an entry has the members " + NAMES.stream().sorted().toList() + " and no others");
        }
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Map.Entry<?, ?> count : ((Map<?, ?>) member(json, "counts", Map.class)).entrySet()) {
            counts.put((String) count.getKey(), cast("counts", count.getValue(), Long.class));
        }
        List<String> rules = new ArrayList<>();
        for (Object rule : (List<?>) member(json, "rules", List.class)) {
            rules.add(cast("rules", rule, String.class));
        }
        return new EntryText(
                member(json, "index", Long.class),
                time(member(json, "at", String.class)),
                member(json, "act", String.class),
                member(json, "subject", String.class),
                member(json, "actor", String.class),
                counts,
                texts(json, "hashes"),
                texts(json, "values"),
                rules);
    }

    private static Map<String, String> texts(Map<?, ?> json, String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<?, ?> text : ((Map<?, ?>) member(json, name, Map.class)).entrySet()) {
            texts.put((String) text.getKey(), cast(name, text.getValue(), String.class));
        }
        return texts;
    }

    private static <T> T member(Map<?, ?> json, String name, Class<T> type) {
        // The names were checked before: each is there.
        return cast(name, Objects.requireNonNull(json.get(name)), type);
    }

    private static <T> T cast(String name, Object value, Class<T> type) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("a value of \"" + name + "\" is of the wrong type");
        }
        return type.cast(value);
    }

    private static Instant time(String text) {
        try {
            Instant time = TIME.parse(text, Instant::from);
            if (TIME.format(time).equals(text)) {
                return time;
            }
        } catch (DateTimeException e) {
            // Said below, in our own words.
        }
        throw new IllegalArgumentException("\"at\" is no time like 2026-01-31T12:00:00.000Z");
    }
}
