package dev.sparsam.web.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Pseudonym;
import dev.sparsam.logs.AddressMasking.Pseudonym.Scheme;
import dev.sparsam.logs.AddressMasking.Truncate;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.panel.RetentionRule.NoLogging;
import dev.sparsam.settings.Limits;
import dev.sparsam.settings.Limits.Limit;
import dev.sparsam.settings.ScopeRule;
import dev.sparsam.settings.Setting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A setting that the pages can change: how its form is read and filled, and which of its values are asked for twice.
 *
 * @param key its name in addresses and texts
 * @param setting the setting
 * @param choices the choices of the form, besides inheriting; the first has fields for numbers, so it can be a bound
 * @param extremes the strictest and the least strict value of each choice
 * @param words how a value is said
 * @param grave whether a value is so bad for people that it is asked for twice
 * @param choice the choice that stands for a value
 * @param fill puts the numbers of a value into the form's fields
 * @param read reads the value of a choice from the form; puts sentences about wrong fields into the map
 * @param hint says which numbers the fields take within the limits
 */
record Editable<T>(
        String key,
        Setting<T> setting,
        List<String> choices,
        Map<String, Extremes<T>> extremes,
        Words<T> words,
        Predicate<T> grave,
        java.util.function.Function<T, String> choice,
        Fill<T> fill,
        Read<T> read,
        Hint<T> hint) {
    /** The values between which a choice lies. */
    record Extremes<T>(T strictest, T laxest) {}

    /** Says a value. */
    @FunctionalInterface
    interface Words<T> {
        /** In the language of the texts. */
        String say(Texts texts, T value);
    }

    /** Fills fields. */
    @FunctionalInterface
    interface Fill<T> {
        /** Puts fields by name, each with a prefix: none for the value itself. */
        void fill(T value, String prefix, Map<String, String> fields);
    }

    /** Reads fields. */
    @FunctionalInterface
    interface Read<T> {
        /** The value, or empty with a sentence in {@code errors}. */
        Optional<T> read(Visit visit, String choice, String prefix, Map<String, String> errors);
    }

    /** Says which numbers fit. */
    @FunctionalInterface
    interface Hint<T> {
        /** In the language of the texts. */
        String say(Texts texts, Limits<T> limits);
    }

    private static final int MOST_DAYS = 36_500;

    /** How long log files are kept. */
    static final Editable<RetentionRule> RETENTION = new Editable<>(
            "retention",
            LogSettings.RETENTION.live(),
            List.of("days", "no-logging", "forever"),
            Map.of(
                    "days", new Extremes<>(new Days(1), new Days(MOST_DAYS)),
                    "no-logging", new Extremes<>(new NoLogging(), new NoLogging()),
                    "forever", new Extremes<>(new Forever(), new Forever())),
            Texts::retention,
            rule -> rule instanceof Forever,
            rule -> rule instanceof Days ? "days" : rule instanceof NoLogging ? "no-logging" : "forever",
            Editable::fillDays,
            Editable::readRetention,
            (texts, limits) -> daysHint(texts, limits, "form.days.hint"));

    /** What happens to client addresses. */
    static final Editable<AddressMasking> MASKING = new Editable<>(
            "masking",
            LogSettings.MASKING,
            List.of("truncate", "remove", "pseudonym-deterministic", "pseudonym-prefix", "keep"),
            Map.of(
                    "truncate", new Extremes<>(new Truncate(0, 0), new Truncate(24, 64)),
                    "remove", only(new AddressMasking.Remove()),
                    "pseudonym-deterministic", only(new Pseudonym(Scheme.DETERMINISTIC)),
                    "pseudonym-prefix", only(new Pseudonym(Scheme.PREFIX)),
                    "keep", only(new AddressMasking.Keep())),
            Texts::masking,
            masking -> masking instanceof AddressMasking.Keep,
            Editable::maskingChoice,
            (masking, prefix, fields) -> {
                if (masking instanceof Truncate truncate) {
                    fields.put(prefix + "ipv4", Integer.toString(truncate.ipv4Bits()));
                    fields.put(prefix + "ipv6", Integer.toString(truncate.ipv6Bits()));
                }
            },
            Editable::readMasking,
            Editable::bitsHint);

    /** How long the keys of pseudonyms and hashes are kept. */
    static final Editable<RetentionRule> KEYS = new Editable<>(
            "keys",
            LogSettings.KEYS,
            List.of("keys-days", "keys-none", "keys-forever"),
            Map.of(
                    "keys-days", new Extremes<>(new Days(1), new Days(MOST_DAYS)),
                    "keys-none", new Extremes<>(new NoLogging(), new NoLogging()),
                    "keys-forever", new Extremes<>(new Forever(), new Forever())),
            Texts::keys,
            rule -> rule instanceof Forever,
            rule -> rule instanceof Days ? "keys-days" : rule instanceof NoLogging ? "keys-none" : "keys-forever",
            Editable::fillDays,
            Editable::readKeys,
            (texts, limits) -> daysHint(texts, limits, "form.keys.hint"));

    static Editable<?> of(String key) {
        return switch (key) {
            case "retention" -> RETENTION;
            case "masking" -> MASKING;
            case "keys" -> KEYS;
            default -> throw PageException.notFound();
        };
    }

    /** The setting with an id, if the pages can change it. */
    static Optional<Editable<?>> ofId(String id) {
        return Stream.<Editable<?>>of(RETENTION, MASKING, KEYS)
                .filter(known -> known.setting().id().equals(id))
                .findFirst();
    }

    private static Optional<RetentionRule> readRetention(
            Visit visit, String choice, String prefix, Map<String, String> errors) {
        return switch (choice) {
            case "days" ->
                number(visit, prefix + "days", 1, MOST_DAYS, "form.days", errors)
                        .map(Days::new);
            case "no-logging" -> Optional.of(new NoLogging());
            case "forever" -> Optional.of(new Forever());
            default -> wrongChoice(visit, errors);
        };
    }

    private static Optional<RetentionRule> readKeys(
            Visit visit, String choice, String prefix, Map<String, String> errors) {
        return switch (choice) {
            case "keys-days" ->
                number(visit, prefix + "days", 1, MOST_DAYS, "form.keys", errors)
                        .map(Days::new);
            case "keys-none" -> Optional.of(new NoLogging());
            case "keys-forever" -> Optional.of(new Forever());
            default -> wrongChoice(visit, errors);
        };
    }

    private static void fillDays(RetentionRule rule, String prefix, Map<String, String> fields) {
        if (rule instanceof Days days) {
            fields.put(prefix + "days", Integer.toString(days.days()));
        }
    }

    private static Extremes<AddressMasking> only(AddressMasking value) {
        return new Extremes<>(value, value);
    }

    private static String maskingChoice(AddressMasking masking) {
        if (masking instanceof Truncate) {
            return "truncate";
        }
        if (masking instanceof Pseudonym pseudonym) {
            return pseudonym.scheme() == Scheme.PREFIX ? "pseudonym-prefix" : "pseudonym-deterministic";
        }
        return masking instanceof AddressMasking.Remove ? "remove" : "keep";
    }

    private static Optional<AddressMasking> readMasking(
            Visit visit, String choice, String prefix, Map<String, String> errors) {
        return switch (choice) {
            case "truncate" -> {
                Optional<Integer> ipv4 = number(visit, prefix + "ipv4", 0, 24, "form.ipv4", errors);
                Optional<Integer> ipv6 = number(visit, prefix + "ipv6", 0, 64, "form.ipv6", errors);
                yield ipv4.flatMap(four -> ipv6.map(six -> new Truncate(four, six)));
            }
            case "remove" -> Optional.of(new AddressMasking.Remove());
            case "pseudonym-deterministic" -> Optional.of(new Pseudonym(Scheme.DETERMINISTIC));
            case "pseudonym-prefix" -> Optional.of(new Pseudonym(Scheme.PREFIX));
            case "keep" -> Optional.of(new AddressMasking.Keep());
            default -> wrongChoice(visit, errors);
        };
    }

    private static String daysHint(Texts texts, Limits<RetentionRule> limits, String key) {
        int least = limits.floor()
                .map(Limit::value)
                .map(value -> value instanceof Days days ? days.days() : 1)
                .orElse(1);
        int most = limits.ceiling()
                .map(Limit::value)
                .map(value -> value instanceof Days days ? days.days() : MOST_DAYS)
                .orElse(MOST_DAYS);
        return texts.get(key, least, most);
    }

    private static String bitsHint(Texts texts, Limits<AddressMasking> limits) {
        Truncate least = limits.floor()
                .map(Limit::value)
                .map(value -> value instanceof Truncate bits ? bits : new Truncate(0, 0))
                .orElse(new Truncate(0, 0));
        Truncate most = limits.ceiling()
                .map(Limit::value)
                .map(value -> value instanceof Truncate bits ? bits : new Truncate(24, 64))
                .orElse(new Truncate(24, 64));
        return texts.get("form.ip.hint", least.ipv4Bits(), most.ipv4Bits(), least.ipv6Bits(), most.ipv6Bits());
    }

    /** Whether nothing of a choice lies within the limits. */
    boolean barred(String choice, Limits<T> limits) {
        Extremes<T> range = Optional.ofNullable(extremes.get(choice)).orElseThrow();
        return limits.ceiling()
                        .filter(most -> setting.type().relaxes(range.strictest(), most.value()))
                        .isPresent()
                || limits.floor()
                        .filter(least -> setting.type().relaxes(least.value(), range.laxest()))
                        .isPresent();
    }

    /**
     * Whether a rule lets scopes below have the value that is asked for twice: a bound is missing here, and further up.
     */
    boolean opens(ScopeRule<T> rule, Limits<T> limits) {
        return rule.relaxable()
                && rule.laxest().map(grave::test).orElse(true)
                && limits.ceiling().map(limit -> grave.test(limit.value())).orElse(true);
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
        Optional<T> value = chosen.equals("inherit") ? Optional.empty() : read.read(visit, chosen, "", errors);
        if (!forTenant) {
            return now.withValue(value);
        }
        String relax = visit.request().form("relax");
        Optional<T> laxest = relax.equals("bounded")
                ? read.read(visit, bounded(), "laxest-", errors)
                : now.laxest().filter(bound -> relax.equals("stored") || (relax.equals("open") && grave.test(bound)));
        Optional<T> strictest = switch (visit.request().form("strict")) {
            case "bounded" -> read.read(visit, bounded(), "strictest-", errors);
            case "stored" -> now.strictest();
            default -> Optional.empty();
        };
        return new ScopeRule<>(
                value,
                visit.request().form("lock").equals("yes"),
                strictest,
                laxest,
                List.of("bounded", "open", "stored").contains(relax));
    }

    /** The choice that has fields for numbers. */
    String bounded() {
        return choices.get(0);
    }

    /**
     * The fields of the form for a rule.
     *
     * @param effective what numbers are proposed where the rule has none
     */
    Map<String, String> fields(ScopeRule<T> rule, T effective) {
        Map<String, String> fields = new HashMap<>();
        for (String prefix : List.of("", "laxest-", "strictest-")) {
            fill.fill(setting.builtIn(), prefix, fields);
            fill.fill(effective, prefix, fields);
        }
        rule.value().ifPresent(value -> fill.fill(value, "", fields));
        fields.put("choice", rule.value().map(choice).orElse("inherit"));
        fields.put("lock", rule.lock() ? "yes" : "");
        fields.put("relax", "none");
        if (rule.relaxable()) {
            allow(rule.laxest(), fields);
        }
        fields.put("strict", "none");
        rule.strictest().ifPresent(bound -> {
            fill.fill(bound, "strictest-", fields);
            fields.put("strict", choice.apply(bound).equals(bounded()) ? "bounded" : "stored");
        });
        return fields;
    }

    /** Puts what scopes below may have at the most. */
    void allow(Optional<T> laxest, Map<String, String> fields) {
        laxest.ifPresent(bound -> fill.fill(bound, "laxest-", fields));
        fields.put(
                "relax",
                laxest.filter(bound -> !grave.test(bound))
                        .map(bound -> choice.apply(bound).equals(bounded()) ? "bounded" : "stored")
                        .orElse("open"));
    }

    String text(T value) {
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
