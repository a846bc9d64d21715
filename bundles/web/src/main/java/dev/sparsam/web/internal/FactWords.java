package dev.sparsam.web.internal;

import dev.sparsam.facts.Fact;
import dev.sparsam.facts.FactFields;
import dev.sparsam.facts.LogFormat;
import dev.sparsam.facts.Retention;
import dev.sparsam.panel.RetentionRule;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Facts in the words of one language. What another version of the facts has in addition is shown as it is. */
final class FactWords {
    private FactWords() {}

    /**
     * A part of a fact.
     *
     * @param label what it is
     * @param text its value in words
     * @param code its value as it stands in the fact, where that is something else; otherwise empty
     */
    record Field(String label, String text, String code) {}

    /** What kind of fact it is. */
    static String type(Texts texts, Fact fact) {
        String type = fact.getClass().getSimpleName();
        return texts.find("fact.type." + type, type);
    }

    /** Of what it speaks; empty for those facts of which there is one. */
    static String subject(Texts texts, Fact fact) {
        return fact instanceof LogFormat format
                ? value(texts, "kind", format.kind().name())
                : fact instanceof Retention retention ? value(texts, "activity", retention.activity()) : "";
    }

    static Field field(Texts texts, FactFields.Field field) {
        String said = value(texts, key(field.name()), field.text());
        return new Field(label(texts, field.name()), said, said.equals(field.text()) ? "" : field.text());
    }

    /** A field of a field is named after both, one of several has its number. */
    private static String label(Texts texts, String name) {
        StringBuilder label = new StringBuilder();
        for (String part : name.split("\\.", -1)) {
            if (isNumber(part)) {
                label.append(' ').append(Integer.parseInt(part) + 1);
            } else {
                label.append(label.isEmpty() ? "" : ": ").append(texts.find("fact.field." + part, part));
            }
        }
        return label.toString();
    }

    /** The last part of a name that is none of the numbers of a list. */
    private static String key(String name) {
        return Stream.of(name.split("\\.", -1))
                .filter(part -> !isNumber(part))
                .reduce((first, second) -> second)
                .orElse(name);
    }

    private static boolean isNumber(String part) {
        return part.matches("[0-9]+");
    }

    /** A value in the form of {@link FactFields}, said. */
    private static String value(Texts texts, String key, String text) {
        return switch (key) {
            case "period" -> texts.retention(RetentionRule.parse(text));
            case "country" ->
                text.isEmpty()
                        ? ""
                        : new Locale.Builder().setRegion(text).build().getDisplayCountry(texts.locale());
            default ->
                word(texts, key, text)
                        .or(() -> list(texts, key, text))
                        .or(() -> plain(texts, text))
                        .orElse(text);
        };
    }

    private static Optional<String> word(Texts texts, String key, String text) {
        String found = texts.find("fact.value." + key + "." + text, "");
        return found.isEmpty() ? Optional.empty() : Optional.of(found);
    }

    /** A list of which at least one element has a word. */
    private static Optional<String> list(Texts texts, String key, String text) {
        List<String> parts = List.of(text.split(", ", -1));
        return parts.stream().anyMatch(part -> word(texts, key, part).isPresent())
                ? Optional.of(parts.stream()
                        .map(part -> word(texts, key, part).orElse(part))
                        .collect(Collectors.joining(", ")))
                : Optional.empty();
    }

    private static Optional<String> plain(Texts texts, String text) {
        if (text.equals("true") || text.equals("false")) {
            return Optional.of(texts.get(text.equals("true") ? "yes" : "no"));
        }
        if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
            return Optional.of(texts.day(LocalDate.parse(text)));
        }
        return text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")
                ? Optional.of(texts.dateTime(Instant.parse(text)))
                : Optional.empty();
    }
}
