package dev.sparsam.web.internal;

import dev.sparsam.facts.FactWords;
import dev.sparsam.facts.Retention;
import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Pseudonym;
import dev.sparsam.logs.AddressMasking.Remove;
import dev.sparsam.logs.AddressMasking.Truncate;
import dev.sparsam.logs.FileNote;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Inherit;
import dev.sparsam.panel.RetentionRule.NoLogging;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.ScopeLevel;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/** The texts of one language, and how that language writes dates, numbers and our values. */
final class Texts {
    /** The languages of the pages; the first is for those who speak none of them. */
    static final List<String> LANGUAGES = List.of("en", "de");

    private static final Map<String, Map<String, String>> LOADED = new ConcurrentHashMap<>();

    private final Locale locale;
    private final ZoneId zone;
    private final Map<String, String> texts;
    private final FactWords facts;

    Texts(String language, ZoneId zone) {
        // British dates and German dates: the pages are for people in Europe.
        this.locale = language.equals("de") ? Locale.GERMANY : Locale.UK;
        this.zone = zone;
        this.texts = LOADED.computeIfAbsent(locale.getLanguage(), Texts::load);
        this.facts = FactWords.of(locale, zone);
    }

    /** All texts of a language by key. */
    static Map<String, String> load(String language) {
        Properties properties = new Properties();
        try (InputStream stream = Texts.class.getResourceAsStream("texts_" + language + ".properties")) {
            if (stream == null) {
                throw new IllegalStateException("The texts of language " + language + " are missing in the bundle");
            }
            try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
                properties.load(reader);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The texts of language " + language + " cannot be read", e);
        }
        return properties.stringPropertyNames().stream()
                .collect(java.util.stream.Collectors.toUnmodifiableMap(key -> key, properties::getProperty));
    }

    /** The first of the languages of an {@code Accept-Language} header that the pages have. */
    static String negotiate(String acceptLanguage) {
        if (acceptLanguage.isBlank() || acceptLanguage.length() > 500) {
            return LANGUAGES.get(0);
        }
        try {
            String found = Locale.lookupTag(Locale.LanguageRange.parse(acceptLanguage), LANGUAGES);
            return found == null ? LANGUAGES.get(0) : found;
        } catch (IllegalArgumentException e) {
            // A header that is none says nothing about the language.
            return LANGUAGES.get(0);
        }
    }

    /** The same in another language. */
    Texts in(String language) {
        return new Texts(language, zone);
    }

    String language() {
        return locale.getLanguage();
    }

    /** A text; {@code {0}} and so on stand for the arguments, which are numbers or texts. */
    String get(String key, Object... arguments) {
        String pattern = texts.get(key);
        if (pattern == null) {
            throw new IllegalArgumentException("No text \"" + key + "\" in language " + language());
        }
        return arguments.length == 0 ? pattern : new MessageFormat(pattern, locale).format(arguments);
    }

    /** A text that need not exist, because others may give new keys; otherwise the fallback. */
    String find(String key, String fallback) {
        return texts.getOrDefault(key, fallback);
    }

    /** The same with arguments. */
    String find(String key, String fallback, Object... arguments) {
        return new MessageFormat(find(key, fallback), locale).format(arguments);
    }

    String number(long value) {
        return NumberFormat.getIntegerInstance(locale).format(value);
    }

    String date(Instant at) {
        return day(dayOf(at));
    }

    String day(LocalDate day) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                .withLocale(locale)
                .format(day);
    }

    Locale locale() {
        return locale;
    }

    /** Facts in this language. */
    FactWords facts() {
        return facts;
    }

    /** The day on which a moment lies here. */
    LocalDate dayOf(Instant at) {
        return at.atZone(zone).toLocalDate();
    }

    /** A share of 0 to 1; what is not nothing or not all is not written as if it were. */
    String percent(double share) {
        NumberFormat format = NumberFormat.getPercentInstance(locale);
        format.setMaximumFractionDigits(1);
        double least = 0.001;
        if (share > 0 && share < least) {
            return "< " + format.format(least);
        }
        return format.format(share < 1 ? Math.min(share, 1 - least) : 1);
    }

    /** A span of time in hours, or in days from two on; one that has begun counts, as for {@link #age}. */
    String span(Duration span) {
        long hours = Math.max(0, span.plusHours(1).minusNanos(1).toHours());
        return hours < 48 ? get("span.hours", hours) : get("span.days", (hours + 23) / 24);
    }

    /** Day and time with the zone. */
    String dateTime(Instant at) {
        return DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm:ss z".replace("d MMM", dayMonth()), locale)
                .format(at.atZone(zone));
    }

    private String dayMonth() {
        return language().equals("de") ? "d. MMM" : "d MMM";
    }

    /** Such as "3 days ago". */
    String relative(Instant at, Instant now) {
        Duration ago = Duration.between(at, now);
        if (ago.isNegative() || ago.toMinutes() < 1) {
            return get("ago.now");
        }
        if (ago.toHours() < 1) {
            return get("ago.minutes", ago.toMinutes());
        }
        if (ago.toDays() < 1) {
            return get("ago.hours", ago.toHours());
        }
        return get("ago.days", ago.toDays());
    }

    /** How old something is, by the one rule for ages, {@link Retention#age}. */
    String age(Instant since, Instant at) {
        return since.isAfter(at) ? get("age.future") : get("age.days", Retention.age(since, at));
    }

    String size(long bytes) {
        if (bytes < 1_000) {
            return get("size.bytes", bytes).replace(' ', '\u00a0');
        }
        double value = bytes / 1_000.0;
        int unit = 0;
        List<String> units = List.of("kB", "MB", "GB", "TB");
        while (value >= 999.95 && unit < units.size() - 1) {
            value /= 1_000;
            unit++;
        }
        NumberFormat format = NumberFormat.getNumberInstance(locale);
        format.setMaximumFractionDigits(1);
        return format.format(value) + "\u00a0" + units.get(unit);
    }

    String retention(RetentionRule rule) {
        // The word of a choice, not of a fact: nothing that is enforced is inherited.
        return rule instanceof Inherit ? get("choice.inherit") : facts.period(rule);
    }

    /** How long keys are kept. */
    String keys(RetentionRule rule) {
        return rule instanceof NoLogging ? get("keys.none") : retention(rule);
    }

    String masking(AddressMasking masking) {
        if (masking instanceof Truncate truncate) {
            return get("masking.truncate", truncate.ipv4Bits(), truncate.ipv6Bits());
        }
        if (masking instanceof Pseudonym pseudonym) {
            return get(
                    pseudonym.scheme() == Pseudonym.Scheme.PREFIX
                            ? "masking.pseudonym-prefix"
                            : "masking.pseudonym-deterministic");
        }
        return get(masking instanceof Remove ? "masking.remove" : "masking.keep");
    }

    String level(ScopeLevel level) {
        return get("level." + level.name().toLowerCase(Locale.ROOT));
    }

    String role(Role role) {
        return get("role." + role.name().toLowerCase(Locale.ROOT));
    }

    String note(FileNote note) {
        return note.in(locale, zone);
    }

    /** A kind of log among the backups. */
    String inBackups(LogKind kind) {
        return get("kind.backup", kind(kind));
    }

    String kind(LogKind kind) {
        return get("kind." + kind.name().toLowerCase(Locale.ROOT));
    }
}
