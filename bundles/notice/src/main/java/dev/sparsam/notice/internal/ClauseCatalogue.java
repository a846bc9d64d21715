package dev.sparsam.notice.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.databind.util.LookupCache;
import com.ibm.icu.text.MessageFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** All clauses, read from the files of this bundle. */
final class ClauseCatalogue {
    /** Every clause exists in these. */
    static final List<Locale> LANGUAGES = List.of(Locale.GERMAN, Locale.ENGLISH);

    /** Read with the first notice: the start of the framework does not wait for it. */
    private static final class All {
        private static final ClauseCatalogue CATALOGUE = load();
    }

    /** Jackson's own would remember our classes, and with them this bundle, after it was updated. */
    private static final LookupCache<Object, JavaType> TYPES = new LRUMap<>(16, 64);

    private static final ObjectMapper JSON = JsonMapper.builder()
            .typeFactory(TypeFactory.defaultInstance().withCache(TYPES))
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            .addModule(new SimpleModule().addDeserializer(LocalDate.class, new IsoDate()))
            .build();

    private static final String TERMS = "clause-terms.json";
    private static final Pattern TERM = Pattern.compile("\\[([a-z-]+)]");

    private final List<Clause> clauses;

    private ClauseCatalogue(List<Clause> clauses) {
        this.clauses = List.copyOf(clauses);
    }

    /** The clauses of this bundle. */
    static ClauseCatalogue all() {
        return All.CATALOGUE;
    }

    /** Reads the files that {@code clauses/index} names. A file that is not right fails the build's tests. */
    static ClauseCatalogue load() {
        try {
            Map<String, Map<String, String>> terms = JSON.readValue(text(TERMS), new TypeReference<>() {});
            List<Clause> clauses = new ArrayList<>();
            for (String id : text("clauses/index").lines().toList()) {
                String file = "clauses/" + id + ".json";
                clauses.add(expand(file, read(file, text(file)), terms));
            }
            clauses.sort(Comparator.comparingInt(Clause::order).thenComparing(Clause::id));
            return new ClauseCatalogue(clauses);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Clause read(String file, String json) {
        try {
            return JSON.readValue(json, Clause.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    /** The clause with its terms in their places. */
    static Clause expand(String file, Clause clause, Map<String, Map<String, String>> terms) {
        Map<String, String> locales = new HashMap<>();
        clause.locales()
                .forEach((language, text) ->
                        locales.put(language, expand(file, text, terms.getOrDefault(language, Map.of()))));
        return new Clause(
                clause.id(),
                clause.version(),
                clause.order(),
                clause.when(),
                clause.legal(),
                Map.copyOf(locales),
                clause.review());
    }

    private static String expand(String file, String text, Map<String, String> terms) {
        String expanded = text;
        // A term may be made of terms, and these of terms; what is nested deeper goes round in circles.
        for (int depth = 0; depth < 4; depth++) {
            expanded = TERM.matcher(expanded)
                    .replaceAll(term -> Matcher.quoteReplacement(Optional.ofNullable(terms.get(term.group(1)))
                            .orElseThrow(() -> new IllegalArgumentException(
                                    file + ": " + TERMS + " does not have the term " + term.group()))));
        }
        return expanded;
    }

    private static String text(String resource) throws IOException {
        try (InputStream stream = ClauseCatalogue.class.getClassLoader().getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IOException(resource + " is missing in the bundle");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    List<Clause> clauses() {
        return clauses;
    }

    /** The clause that states what these bindings say. */
    Optional<Clause> find(Map<String, Object> bindings) {
        return clauses.stream().filter(clause -> clause.states(bindings)).findFirst();
    }

    /** The clause's sentence with its slots filled. */
    static String render(Clause clause, Locale language, Map<String, Object> bindings) {
        String pattern = clause.locales().get(language.getLanguage());
        if (pattern == null) {
            throw new IllegalArgumentException("Clause " + clause.reference() + " has no text in " + language);
        }
        Map<String, Object> slots = new HashMap<>(bindings);
        // Told in the zone of who enforces it; a format within the message would tell it in that of this machine.
        slots.replaceAll(
                (name, value) -> value instanceof LocalDate day ? day(language).format(day) : value);
        return new MessageFormat(pattern, language).format(slots);
    }

    private static DateTimeFormatter day(Locale language) {
        return DateTimeFormatter.ofPattern(language.equals(Locale.GERMAN) ? "d. MMMM uuuu" : "d MMMM uuuu", language);
    }

    /** An ISO 8601 date; saves a library for the one date type that clause files use. */
    private static final class IsoDate extends FromStringDeserializer<LocalDate> {
        private static final long serialVersionUID = 1;

        private IsoDate() {
            super(LocalDate.class);
        }

        @Override
        protected LocalDate _deserialize(String value, DeserializationContext context) {
            return LocalDate.parse(value);
        }
    }
}
