package dev.sparsam.facts;

import dev.sparsam.panel.RetentionRule;
import java.text.MessageFormat;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Facts in the words of one language, for those who look after them: each type, each component and each code has one
 * word, the same on pages and in commands. The sentences of a notice are not made of these.
 *
 * <p>What has no word, such as an id that a provider chose, is told as it stands in the fact.
 */
public final class FactWords {
    private static final String WORDS = FactWords.class.getPackageName() + ".words";

    private final Locale locale;
    private final ZoneId zone;
    private final ResourceBundle words;

    private FactWords(Locale locale, ZoneId zone, ResourceBundle words) {
        this.locale = locale;
        this.zone = zone;
        this.words = words;
    }

    /**
     * The words of a language.
     *
     * @param locale German, or English for everybody else; it also says how numbers and days are written
     * @param zone in which days and times are told
     */
    public static FactWords of(Locale locale, ZoneId zone) {
        boolean german = locale.getLanguage().equals(Locale.GERMAN.getLanguage());
        return new FactWords(
                german || locale.getLanguage().equals(Locale.ENGLISH.getLanguage()) ? locale : Locale.ENGLISH,
                zone,
                ResourceBundle.getBundle(
                        WORDS,
                        german ? Locale.GERMAN : Locale.ENGLISH,
                        FactWords.class.getClassLoader(),
                        // Without the fallback to the server's own locale.
                        Control.getNoFallbackControl(Control.FORMAT_PROPERTIES)));
    }

    /** What kind of fact it is, such as "Retention". */
    public String type(Fact fact) {
        String type = fact.getClass().getSimpleName();
        return word("type." + type).orElse(type);
    }

    /** Of what it speaks, such as "Access log"; empty for those facts of which there is one. */
    public String subject(Fact fact) {
        String of = of(fact);
        return of.isEmpty() ? "" : word("value." + of).orElse(of.substring(of.indexOf('.') + 1));
    }

    /** What kind of fact it is and of what it speaks, such as "Retention of access logs". */
    public String name(Fact fact) {
        String of = of(fact);
        return of.isEmpty()
                ? type(fact)
                : word("name." + fact.getClass().getSimpleName() + "." + of.substring(of.indexOf('.') + 1))
                        .orElseGet(() -> type(fact) + ": " + subject(fact));
    }

    /** The component that says of what a fact speaks, with its value. */
    private static String of(Fact fact) {
        return fact instanceof LogFormat format
                ? "kind." + format.kind().name()
                : fact instanceof Retention retention ? "activity." + retention.activity() : "";
    }

    /** What holds, in one line; {@link #name} says about what. */
    public String sentence(Fact fact) {
        if (fact instanceof Retention retention) {
            return sentence(retention);
        }
        if (fact instanceof LogFormat format) {
            return sentence(format);
        }
        return fields(fact).stream()
                .filter(field -> !field.text().isEmpty())
                .map(field -> field.label() + ": " + field.text())
                .collect(Collectors.joining("; "));
    }

    private String sentence(Retention retention) {
        String store = value("store", retention.store().name());
        // What never ends or is never kept has no beginning that anybody counts from.
        String holds = retention.period() instanceof RetentionRule.Days
                ? text(
                        "sentence.retention",
                        period(retention.period()),
                        store,
                        value("trigger", retention.trigger().name()))
                : period(retention.period()) + " (" + store + ")";
        return Stream.of(
                        Optional.of(holds),
                        retention
                                .heldUntil()
                                .map(day -> text(
                                        "sentence.held", plain(day.toString()).orElseThrow())),
                        retention.oldestDays().map(days -> text("sentence.oldest", days)))
                .flatMap(Optional::stream)
                .collect(Collectors.joining("; "));
    }

    private String sentence(LogFormat format) {
        List<String> parts = new ArrayList<>();
        parts.add(addresses(format.ipMode()));
        if (format.reach() == LogFormat.Reach.CLIENT && !(format.ipMode() instanceof LogFormat.IpMode.Full)) {
            parts.add(text("sentence.client"));
        }
        for (LogFormat.Treatment other : format.others()) {
            parts.add(value("datum", other.datum().name()) + ": "
                    + value("handling", other.handling().name()));
        }
        format.keyDays().ifPresent(days -> parts.add(text("sentence.keys", days)));
        if (format.rawHours() > 0) {
            parts.add(
                    format.rawHours() % 24 == 0
                            ? text("sentence.raw.days", format.rawHours() / 24)
                            : text("sentence.raw.hours", format.rawHours()));
        }
        format.unmasked().ifPresent(found -> parts.add(text("sentence.unmasked", found.percent(), found.oldestDays())));
        if (!format.fields().isEmpty()) {
            parts.add(text("sentence.fields", value("fields", String.join(", ", format.fields()))));
        }
        return String.join("; ", parts);
    }

    private String addresses(LogFormat.IpMode mode) {
        if (mode instanceof LogFormat.IpMode.Truncated bits) {
            return text("sentence.truncated", bits.ipv4Bits(), bits.ipv6Bits());
        }
        if (mode instanceof LogFormat.IpMode.Pseudonymised pseudonym) {
            return text(pseudonym.networks() ? "sentence.pseudonymised.networks" : "sentence.pseudonymised");
        }
        return text(mode instanceof LogFormat.IpMode.Removed ? "sentence.removed" : "sentence.full");
    }

    /** The components of a fact as {@link FactFields} walks them. */
    public List<Field> fields(Fact fact) {
        return FactFields.of(fact).stream().map(this::field).toList();
    }

    private Field field(FactFields.Field field) {
        String said = value(key(field.name()), field.text());
        return new Field(label(field.name()), said, said.equals(field.text()) ? "" : field.text());
    }

    /** A period, such as "7 days". */
    public String period(RetentionRule rule) {
        return rule instanceof RetentionRule.Days days ? text("period.days", days.days()) : text("period." + rule);
    }

    /** How a fact is known, such as "enforced every day at 02:30"; when it was learned is told apart. */
    public String evidence(Provenance provenance) {
        if (provenance instanceof Provenance.Enforced enforced) {
            return enforced.cadence() instanceof Cadence.Daily daily
                    ? text("evidence.daily", daily.timesText(), daily.zoneName())
                    : text("evidence.byHand");
        }
        if (provenance instanceof Provenance.Observed observed) {
            return text("evidence.observed", observed.probe());
        }
        if (provenance instanceof Provenance.Declared declared) {
            return text("evidence.declared", declared.confirmedBy());
        }
        return text("evidence.statute", ((Provenance.Statute) provenance).reference());
    }

    /** Whether the evidence of a fact {@linkplain Evidenced#isCurrent still speaks for the present}. */
    public String state(boolean current) {
        return text(current ? "state.current" : "state.stale");
    }

    /**
     * A component of a fact.
     *
     * @param label what it is
     * @param text its value in words; may be empty
     * @param code its value as it stands in the fact, where that is something else; otherwise empty
     */
    public record Field(String label, String text, String code) {}

    /** A field of a field is named after both, one of several has its number. */
    private String label(String name) {
        StringBuilder label = new StringBuilder();
        for (String part : name.split("\\.", -1)) {
            if (isNumber(part)) {
                label.append(' ').append(Integer.parseInt(part) + 1);
            } else {
                label.append(label.isEmpty() ? "" : ": ")
                        .append(word("field." + part).orElse(part));
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
    private String value(String key, String text) {
        return switch (key) {
            case "period" -> period(RetentionRule.parse(text));
            case "country" ->
                text.isEmpty()
                        ? ""
                        : new Locale.Builder().setRegion(text).build().getDisplayCountry(locale);
            default ->
                word("value." + key + "." + text)
                        .or(() -> list(key, text))
                        .or(() -> plain(text))
                        .orElse(text);
        };
    }

    /** A list of which at least one element has a word. */
    private Optional<String> list(String key, String text) {
        List<String> parts = List.of(text.split(", ", -1));
        return parts.stream().anyMatch(part -> word("value." + key + "." + part).isPresent())
                ? Optional.of(parts.stream()
                        .map(part -> word("value." + key + "." + part).orElse(part))
                        .collect(Collectors.joining(", ")))
                : Optional.empty();
    }

    private Optional<String> plain(String text) {
        if (text.equals("true") || text.equals("false")) {
            return word("plain." + text);
        }
        if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
            return Optional.of(DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                    .withLocale(locale)
                    .format(LocalDate.parse(text)));
        }
        return text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")
                ? Optional.of(DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.LONG)
                        .withLocale(locale)
                        .format(Instant.parse(text).atZone(zone)))
                : Optional.empty();
    }

    private Optional<String> word(String key) {
        return words.containsKey(key) ? Optional.of(words.getString(key)) : Optional.empty();
    }

    private String text(String key, Object... arguments) {
        return new MessageFormat(words.getString(key), locale).format(arguments);
    }
}
