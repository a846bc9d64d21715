package dev.sparsam.web.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Truncate;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.panel.RetentionRule.NoLogging;
import dev.sparsam.settings.ScopeRule;
import dev.sparsam.settings.Setting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A setting that the pages can change: how its form is read and filled, and which of its values are asked for twice.
 *
 * @param key its name in addresses and texts
 * @param setting the setting
 * @param choices the choices of the form, besides inheriting
 * @param words how a value is said
 * @param grave whether a value is so bad for people that it is asked for twice
 * @param choice the choice that stands for a value
 * @param fill puts the numbers of a value into the form's fields
 * @param read reads the value of a choice from the form; puts sentences about wrong fields into the map
 */
record Editable<T>(
        String key,
        Setting<T> setting,
        List<String> choices,
        Words<T> words,
        Predicate<T> grave,
        java.util.function.Function<T, String> choice,
        Fill<T> fill,
        Read<T> read) {
    /** Says a value. */
    @FunctionalInterface
    interface Words<T> {
        /** In the language of the texts. */
        String say(Texts texts, T value);
    }

    /** Fills fields. */
    @FunctionalInterface
    interface Fill<T> {
        /** Puts fields by name. */
        void fill(T value, Map<String, String> fields);
    }

    /** Reads fields. */
    @FunctionalInterface
    interface Read<T> {
        /** The value, or empty with a sentence in {@code errors}. */
        Optional<T> read(Visit visit, String choice, Map<String, String> errors);
    }

    /** How long log files are kept. */
    static final Editable<RetentionRule> RETENTION = new Editable<>(
            "retention",
            LogSettings.RETENTION.live(),
            List.of("days", "no-logging", "forever"),
            Texts::retention,
            rule -> rule instanceof Forever,
            rule -> rule instanceof Days ? "days" : rule instanceof NoLogging ? "no-logging" : "forever",
            (rule, fields) -> {
                if (rule instanceof Days days) {
                    fields.put("days", Integer.toString(days.days()));
                }
            },
            Editable::readRetention);

    /** What happens to client addresses. */
    static final Editable<AddressMasking> MASKING = new Editable<>(
            "masking",
            LogSettings.MASKING,
            List.of("truncate", "keep"),
            Texts::masking,
            masking -> masking instanceof AddressMasking.Keep,
            masking -> masking instanceof Truncate ? "truncate" : "keep",
            (masking, fields) -> {
                if (masking instanceof Truncate truncate) {
                    fields.put("ipv4", Integer.toString(truncate.ipv4Bits()));
                    fields.put("ipv6", Integer.toString(truncate.ipv6Bits()));
                }
            },
            Editable::readMasking);

    static Editable<?> of(String key) {
        return switch (key) {
            case "retention" -> RETENTION;
            case "masking" -> MASKING;
            default -> throw PageException.notFound();
        };
    }

    private static Optional<RetentionRule> readRetention(Visit visit, String choice, Map<String, String> errors) {
        return switch (choice) {
            case "days" -> number(visit, "days", 1, 36_500, "form.days", errors).map(Days::new);
            case "no-logging" -> Optional.of(new NoLogging());
            case "forever" -> Optional.of(new Forever());
            default -> wrongChoice(visit, errors);
        };
    }

    private static Optional<AddressMasking> readMasking(Visit visit, String choice, Map<String, String> errors) {
        return switch (choice) {
            case "truncate" -> {
                Optional<Integer> ipv4 = number(visit, "ipv4", 0, 24, "form.ipv4", errors);
                Optional<Integer> ipv6 = number(visit, "ipv6", 0, 64, "form.ipv6", errors);
                yield ipv4.flatMap(four -> ipv6.map(six -> new Truncate(four, six)));
            }
            case "keep" -> Optional.of(new AddressMasking.Keep());
            default -> wrongChoice(visit, errors);
        };
    }

    private static <V> Optional<V> wrongChoice(Visit visit, Map<String, String> errors) {
        errors.put("choice", visit.t("form.choice"));
        return Optional.empty();
    }

    private static Optional<Integer> number(
            Visit visit, String field, int least, int most, String key, Map<String, String> errors) {
        String text = visit.request().form(field);
        if (text.matches("[0-9]{1,6}")) {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return Optional.of(value);
            }
        }
        errors.put(
                field, visit.t(text.isEmpty() ? key + ".empty" : text.matches("0+") ? key + ".zero" : key + ".wrong"));
        return Optional.empty();
    }

    /** The whole rule of the form; sentences about wrong fields go into the map. */
    ScopeRule<T> readRule(Visit visit, ScopeRule<T> now, boolean forTenant, Map<String, String> errors) {
        String chosen = visit.request().form("choice");
        Optional<T> value = chosen.equals("inherit") ? Optional.empty() : read.read(visit, chosen, errors);
        if (!forTenant) {
            return now.withValue(value);
        }
        return new ScopeRule<>(
                value,
                visit.request().form("lock").equals("yes"),
                bound(visit, "strictest", errors),
                bound(visit, "laxest", errors),
                visit.request().form("relaxable").equals("yes"));
    }

    private Optional<T> bound(Visit visit, String field, Map<String, String> errors) {
        String text = visit.request().form(field);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(setting.type().parse().read(text));
        } catch (IllegalArgumentException e) {
            errors.put(field, visit.t("form.bound." + key));
            return Optional.empty();
        }
    }

    /** The fields of the form for a rule. */
    Map<String, String> fields(ScopeRule<T> rule) {
        Map<String, String> fields = new HashMap<>();
        fill.fill(setting.builtIn(), fields);
        rule.value().ifPresent(value -> fill.fill(value, fields));
        fields.put("choice", rule.value().map(choice).orElse("inherit"));
        fields.put("lock", rule.lock() ? "yes" : "");
        fields.put("relaxable", rule.relaxable() ? "yes" : "");
        fields.put("strictest", rule.strictest().map(this::text).orElse(""));
        fields.put("laxest", rule.laxest().map(this::text).orElse(""));
        return fields;
    }

    private String text(T value) {
        return setting.type().text().write(value);
    }

    /** The stable text of a rule, for hidden fields. */
    String write(ScopeRule<T> rule) {
        return String.join(
                "|",
                rule.value().map(this::text).orElse(""),
                rule.lock() ? "lock" : "",
                rule.strictest().map(this::text).orElse(""),
                rule.laxest().map(this::text).orElse(""),
                rule.relaxable() ? "relaxable" : "");
    }

    /** Reads what {@link #write} wrote. */
    ScopeRule<T> read(String text) {
        String[] parts = text.split("\\|", -1);
        if (parts.length != 5) {
            throw new PageException(400, "error.400.text");
        }
        try {
            return new ScopeRule<>(
                    value(parts[0]),
                    parts[1].equals("lock"),
                    value(parts[2]),
                    value(parts[3]),
                    parts[4].equals("relaxable"));
        } catch (IllegalArgumentException e) {
            throw new PageException(400, "error.400.text");
        }
    }

    private Optional<T> value(String text) {
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(setting.type().parse().read(text));
    }

    /**
     * Says a value, or what a scope says in one line ({@code 7d, locked, from 3d, to 14d, relaxable}), that came as
     * text; a text that is neither stays as it is (a history may hold older forms).
     */
    String say(Texts texts, String line) {
        List<String> parts = new ArrayList<>();
        for (String part : line.strip().split(", ", -1)) {
            parts.add(sayPart(texts, part));
        }
        return String.join(", ", parts);
    }

    private String sayPart(Texts texts, String part) {
        if (part.isEmpty() || part.equals("inherit")) {
            return texts.get("choice.inherit");
        }
        if (part.equals("locked")) {
            return texts.get("own.lock");
        }
        if (part.equals("relaxable")) {
            return texts.get("own.relaxable");
        }
        try {
            if (part.startsWith("from ")) {
                return texts.get(
                        "own.strictest", words.say(texts, setting.type().parse().read(part.substring(5))));
            }
            if (part.startsWith("to ")) {
                return texts.get(
                        "own.laxest", words.say(texts, setting.type().parse().read(part.substring(3))));
            }
            return words.say(texts, setting.type().parse().read(part));
        } catch (IllegalArgumentException e) {
            return part;
        }
    }
}
