package dev.sparsam.panel.reference.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStorage;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.PersonType;
import dev.sparsam.panel.Rotation;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantKind;
import dev.sparsam.panel.TenantStatus;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IllformedLocaleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads an inventory file, token by token, and collects everything that is wrong with it. The README describes the
 * format; {@code schema/inventory.schema.json} too.
 */
final class InventoryReader {
    /** More than that nobody reads; a file of another kind would give millions. */
    static final int MOST_PROBLEMS = 1_000;

    static final Set<String> FIELDS = Set.of("format", "tenants", "sites");
    static final Set<String> TENANT_FIELDS =
            Set.of("id", "kind", "parent", "label", "personType", "language", "status");
    static final Set<String> SITE_FIELDS = Set.of("id", "tenant", "server", "domain", "parent", "logs");
    static final Set<String> LOG_FIELDS = Set.of("kind", "directory", "files", "storage", "rotation");

    private final JsonParser parser;
    private final Words words;
    private final List<String> problems = new ArrayList<>();
    private int moreProblems;
    private boolean tenantsIncomplete;
    private final List<Found<Tenant>> tenants = new ArrayList<>();
    private final List<Found<Inventory.SiteEntry>> sites = new ArrayList<>();
    // The first place of each id, also of entries that have other problems: what refers to them is not wrong.
    private final Map<TenantId, Place> tenantIds = new HashMap<>();
    private final Map<SiteId, Place> siteIds = new HashMap<>();

    /** What was read: no inventory when there are problems. */
    record Result(Optional<Inventory> inventory, List<String> problems) {}

    /** A place in the file. */
    private record Place(String path, int line, int column) {}

    /** What is wrong with a value, as a key of {@link Words}. */
    private static final class WrongException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient String key;
        private final transient String[] arguments;

        WrongException(String key, String... arguments) {
            super(key, null, false, false);
            this.key = key;
            this.arguments = arguments;
        }
    }

    private record Found<T>(T value, Place place) {}

    /** A text field, with the place of its value. */
    private record Text(String value, Place place) {}

    @FunctionalInterface
    private interface FieldReader {
        void read(String path) throws IOException;
    }

    private InventoryReader(JsonParser parser, Words words) {
        this.parser = parser;
        this.words = words;
    }

    /**
     * Reads a file to its end.
     *
     * @param words the language of the problems
     *
     * @throws IOException when the stream cannot be read
     */
    static Result read(InputStream file, Words words) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(file)) {
            InventoryReader reader = new InventoryReader(parser, words);
            try {
                reader.readAll();
                reader.checkTree();
            } catch (StreamConstraintsException e) {
                // It says no place.
                reader.problem(reader.here(""), "json.excess");
            } catch (JsonProcessingException e) {
                // What the decoder says of code points and tokens helps nobody who wrote the file.
                JsonLocation at = e.getLocation();
                reader.problem(
                        new Place("", at == null ? 1 : at.getLineNr(), at == null ? 1 : at.getColumnNr()),
                        String.valueOf(e.getOriginalMessage()).startsWith("Invalid UTF-8") ? "utf8" : "json");
            } catch (CharConversionException e) {
                reader.problem(reader.here(""), "utf8");
            }
            return reader.result();
        }
    }

    private Result result() {
        if (moreProblems > 0) {
            problems.add(words.say("more", Integer.toString(moreProblems)));
        }
        return new Result(
                problems.isEmpty()
                        ? Optional.of(Inventory.of(
                                tenants.stream().map(Found::value).toList(),
                                sites.stream().map(Found::value).toList()))
                        : Optional.empty(),
                problems);
    }

    private void readAll() throws IOException {
        if (parser.nextToken() == null) {
            problem(new Place("", 1, 1), "file.empty");
            return;
        }
        object(
                "",
                Map.of(
                        "format", this::readFormat,
                        "tenants", path -> array(path, this::readTenant),
                        "sites", path -> array(path, this::readSite)),
                List.of("format", "tenants", "sites"));
        if (parser.nextToken() != null) {
            problem(here(""), "file.rest");
        }
    }

    private void readFormat(String path) throws IOException {
        text(path)
                .filter(format -> !format.value().equals(Inventory.FORMAT))
                .ifPresent(format -> problem(format.place(), "format", format.value(), Inventory.FORMAT));
    }

    private void readTenant(String path) throws IOException {
        Map<String, Text> texts = new HashMap<>();
        Place place = here(path);
        int before = count();
        texts(path, texts, TENANT_FIELDS, List.of("id", "kind", "label"), Map.of());
        Optional<TenantId> id = parsed(texts.get("id"), InventoryReader::tenantId);
        id.ifPresent(value -> first(tenantIds, value, new Place(path, place.line(), place.column())));
        Optional<TenantKind> kind = constant(texts, "kind", TenantKind.values());
        Optional<TenantId> parent = parsed(texts.get("parent"), InventoryReader::tenantId);
        Optional<PersonType> person = constant(texts, "personType", PersonType.values());
        Optional<Locale> language = parsed(texts.get("language"), InventoryReader::locale);
        Optional<TenantStatus> status = constant(texts, "status", TenantStatus.values());
        if (count() == before) {
            boolean provider = kind.orElseThrow() == TenantKind.PROVIDER;
            String name = id.orElseThrow().value();
            if (provider && parent.isPresent()) {
                problem(place, "provider.parent", name);
            } else if (!provider && parent.isEmpty()) {
                problem(place, "parent.missing", name, kind.orElseThrow().name());
            } else {
                Tenant tenant = new Tenant(
                        id.orElseThrow(),
                        kind.orElseThrow(),
                        parent,
                        required(texts, "label").value(),
                        person.orElse(PersonType.UNKNOWN),
                        language.orElse(Locale.ENGLISH),
                        status.orElse(TenantStatus.ACTIVE));
                tenants.add(new Found<>(tenant, place));
            }
        }
        tenantsIncomplete |= count() > before;
    }

    private void readSite(String path) throws IOException {
        Map<String, Text> texts = new HashMap<>();
        List<LogEntry> logs = new ArrayList<>();
        Place place = here(path);
        int before = count();
        texts(
                path,
                texts,
                SITE_FIELDS,
                List.of("id", "tenant", "server", "domain"),
                Map.of(
                        "logs",
                        logsPath -> array(logsPath, logPath -> readLog(logPath).ifPresent(logs::add))));
        Optional<SiteId> id = parsed(texts.get("id"), InventoryReader::siteId);
        id.ifPresent(value -> first(siteIds, value, place));
        Optional<TenantId> tenant = parsed(texts.get("tenant"), InventoryReader::tenantId);
        Optional<SiteId> parent = parsed(texts.get("parent"), InventoryReader::siteId);
        if (count() == before) {
            SiteId site = id.orElseThrow();
            String server = required(texts, "server").value();
            parsed(required(texts, "domain"), domain -> site(site, tenant.orElseThrow(), server, domain, parent))
                    .ifPresent(value -> sites.add(new Found<>(
                            new Inventory.SiteEntry(
                                    value,
                                    logs.stream().map(log -> log.of(site)).toList()),
                            place)));
        }
    }

    private record LogEntry(
            LogKind kind, Path directory, String files, LogStorage storage, Optional<Rotation> rotation) {
        LogStream of(SiteId site) {
            return new LogStream(site, kind, directory, files, storage, rotation);
        }
    }

    private Optional<LogEntry> readLog(String path) throws IOException {
        Map<String, Text> texts = new HashMap<>();
        int before = count();
        texts(path, texts, LOG_FIELDS, List.of("kind", "directory", "files"), Map.of());
        Optional<LogKind> kind = constant(texts, "kind", LogKind.values());
        Optional<Path> directory = parsed(texts.get("directory"), value -> {
            // Without the NUL character, which no text has, every text is a path.
            Path folder = Path.of(value);
            if (!folder.isAbsolute()) {
                throw new WrongException("directory", value);
            }
            return folder;
        });
        Optional<String> files = parsed(texts.get("files"), InventoryReader::filePattern);
        Optional<LogStorage> storage = constant(texts, "storage", LogStorage.values());
        Optional<Rotation> rotation = parsed(texts.get("rotation"), InventoryReader::rotation);
        return count() == before
                ? Optional.of(new LogEntry(
                        kind.orElseThrow(),
                        directory.orElseThrow(),
                        files.orElseThrow(),
                        storage.orElse(LogStorage.LIVE),
                        rotation))
                : Optional.empty();
    }

    private static String filePattern(String value) {
        if (value.isBlank() || value.contains("/")) {
            throw new WrongException("pattern", value);
        }
        try {
            // Checks the syntax of the pattern.
            FileSystems.getDefault().getPathMatcher("glob:" + value);
        } catch (IllegalArgumentException e) {
            throw new WrongException("pattern.syntax", value);
        }
        return value;
    }

    private static Rotation rotation(String value) {
        try {
            return Rotation.parse(value);
        } catch (IllegalArgumentException e) {
            throw new WrongException("rotation", value);
        }
    }

    private static TenantId tenantId(String value) {
        try {
            return new TenantId(value);
        } catch (IllegalArgumentException e) {
            throw new WrongException("id.tenant", value);
        }
    }

    private static SiteId siteId(String value) {
        try {
            return new SiteId(value);
        } catch (IllegalArgumentException e) {
            throw new WrongException("id.site", value);
        }
    }

    private static Site site(SiteId id, TenantId tenant, String server, String domain, Optional<SiteId> parent) {
        try {
            return new Site(id, tenant, server, domain, parent);
        } catch (IllegalArgumentException e) {
            throw new WrongException("domain", domain);
        }
    }

    private static Locale locale(String tag) {
        try {
            return new Locale.Builder().setLanguageTag(tag).build();
        } catch (IllformedLocaleException e) {
            throw new WrongException("language", tag);
        }
    }

    /** What no entry shows by itself: duplicates, missing parents and owners, wrong levels, circles. */
    private void checkTree() {
        Map<TenantId, Tenant> known = new LinkedHashMap<>();
        List<Place> providers = new ArrayList<>();
        for (Found<Tenant> found : tenants) {
            known.putIfAbsent(found.value().id(), found.value());
            if (found.value().kind() == TenantKind.PROVIDER) {
                providers.add(found.place());
            }
        }
        if (providers.isEmpty() && !tenantsIncomplete) {
            problem(new Place("tenants", 1, 1), "provider.none");
        }
        for (Place more : providers.subList(Math.min(1, providers.size()), providers.size())) {
            problem(more, "provider.second", say(providers.get(0)));
        }
        for (Found<Tenant> found : tenants) {
            Tenant tenant = found.value();
            if (tenant.parent().isEmpty()) {
                continue;
            }
            TenantId parent = tenant.parent().get();
            Place at = found.place();
            if (!tenantIds.containsKey(parent)) {
                problem(below(at, "parent"), "tenant.unknown", parent.value());
            } else if (known.containsKey(parent) && kindOf(known, parent).compareTo(tenant.kind()) >= 0) {
                problem(
                        below(at, "parent"),
                        "tenant.level",
                        tenant.kind().name(),
                        kindOf(known, parent).name(),
                        parent.value());
            }
        }
        Map<SiteId, Site> sitesById = new HashMap<>();
        sites.forEach(found ->
                sitesById.putIfAbsent(found.value().site().id(), found.value().site()));
        Map<String, Place> domains = new HashMap<>();
        Map<Files, Place> files = new HashMap<>();
        for (Found<Inventory.SiteEntry> found : sites) {
            Site site = found.value().site();
            if (!tenantIds.containsKey(site.tenant())) {
                problem(
                        below(found.place(), "tenant"),
                        "tenant.unknown",
                        site.tenant().value());
            }
            Place first = domains.putIfAbsent(site.domain(), found.place());
            if (first != null) {
                problem(below(found.place(), "domain"), "domain.twice", site.domain(), say(first));
            }
            for (LogStream log : found.value().logs()) {
                Files same = new Files(site.server(), log.directory().normalize(), log.files());
                Place other = files.putIfAbsent(same, found.place());
                if (other != null && !other.equals(found.place())) {
                    problem(
                            below(found.place(), "logs"),
                            "logs.twice",
                            log.directory().toString(),
                            log.files(),
                            say(other));
                }
            }
            site.parent().ifPresent(parent -> {
                if (!siteIds.containsKey(parent)) {
                    problem(below(found.place(), "parent"), "site.unknown", parent.value());
                } else if (inCircle(site, sitesById)) {
                    problem(
                            below(found.place(), "parent"),
                            "site.circle",
                            site.id().value());
                }
            });
        }
    }

    /** The files of a log; with two sites, the stricter rules of one would delete the logs of the other. */
    private record Files(String server, Path directory, String pattern) {}

    private static TenantKind kindOf(Map<TenantId, Tenant> known, TenantId id) {
        return Optional.ofNullable(known.get(id)).orElseThrow().kind();
    }

    private static boolean inCircle(Site site, Map<SiteId, Site> sites) {
        Set<SiteId> seen = new HashSet<>();
        Optional<SiteId> above = site.parent();
        while (above.isPresent() && seen.add(above.get())) {
            if (above.get().equals(site.id())) {
                return true;
            }
            above = Optional.ofNullable(sites.get(above.get())).flatMap(Site::parent);
        }
        return false;
    }

    private <I> void first(Map<I, Place> ids, I id, Place place) {
        Place first = ids.putIfAbsent(id, place);
        if (first != null) {
            problem(below(place, "id"), "id.twice", id.toString(), say(first));
        }
    }

    /** Reads an object all of whose fields are texts, except the special ones. */
    private void texts(
            String path,
            Map<String, Text> texts,
            Set<String> fields,
            List<String> required,
            Map<String, FieldReader> special)
            throws IOException {
        Map<String, FieldReader> readers = new HashMap<>(special);
        for (String field : fields) {
            readers.putIfAbsent(field, fieldPath -> text(fieldPath).ifPresent(text -> texts.put(field, text)));
        }
        object(path, readers, required);
    }

    private void object(String path, Map<String, FieldReader> fields, List<String> required) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            wrongType(path, "type.object");
            return;
        }
        Place start = here(path);
        Set<String> seen = new HashSet<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            String fieldPath = path.isEmpty() ? name : path + "." + name;
            Place at = here(fieldPath);
            FieldReader reader = fields.get(name);
            boolean again = !seen.add(name);
            parser.nextToken();
            if (again) {
                problem(at, "field.twice");
                parser.skipChildren();
            } else if (reader == null) {
                problem(
                        at,
                        "field.unknown",
                        String.join(", ", fields.keySet().stream().sorted().toList()));
                parser.skipChildren();
            } else {
                reader.read(fieldPath);
            }
        }
        for (String field : required) {
            if (!seen.contains(field)) {
                problem(start, "field.missing", field);
            }
        }
    }

    private void array(String path, FieldReader element) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            wrongType(path, "type.list");
            return;
        }
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            element.read(path + "[" + i + "]");
        }
    }

    private Optional<Text> text(String path) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            wrongType(path, "type.text");
            return Optional.empty();
        }
        Text text = new Text(parser.getText(), here(path));
        if (text.value().isBlank() || text.value().indexOf('\0') >= 0) {
            problem(text.place(), "text.empty");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    private void wrongType(String path, String wanted) throws IOException {
        String is = switch (parser.currentToken()) {
            case VALUE_NULL -> "is.null";
            case VALUE_STRING -> "is.text";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "is.number";
            case VALUE_TRUE, VALUE_FALSE -> "is.boolean";
            case START_ARRAY -> "is.list";
            default -> "is.object";
        };
        problem(here(path), "type", words.say(wanted), words.say(is));
        parser.skipChildren();
    }

    private static Text required(Map<String, Text> texts, String field) {
        return Optional.ofNullable(texts.get(field)).orElseThrow();
    }

    private <T> Optional<T> parsed(@Nullable Text text, Function<String, T> parse) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(text.value()));
        } catch (WrongException e) {
            problem(text.place(), e.key, e.arguments);
            return Optional.empty();
        }
    }

    private <E extends Enum<E>> Optional<E> constant(Map<String, Text> texts, String field, E[] constants) {
        return parsed(
                texts.get(field),
                value -> Arrays.stream(constants)
                        .filter(constant -> constant.name().equals(value))
                        .findFirst()
                        .orElseThrow(() -> new WrongException(
                                "constant",
                                value,
                                String.join(
                                        ", ",
                                        Arrays.stream(constants).map(Enum::name).toList()))));
    }

    private Place here(String path) {
        JsonLocation at = parser.currentTokenLocation();
        return new Place(path, at.getLineNr(), at.getColumnNr());
    }

    private static Place below(Place place, String field) {
        return new Place(place.path() + "." + field, place.line(), place.column());
    }

    private int count() {
        return problems.size() + moreProblems;
    }

    private String say(Place place) {
        return (place.path().isEmpty() ? "" : place.path() + " ")
                + words.say("place", Integer.toString(place.line()), Integer.toString(place.column()));
    }

    private void problem(Place place, String key, String... arguments) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(say(place) + ": " + words.say(key, arguments));
        } else {
            moreProblems++;
        }
    }
}
