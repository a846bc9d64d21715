package dev.sparsam.logs.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An object in a JSON file, such as those in {@code formats}. What is missing although it must be there is an
 * {@link IllegalStateException}; of those files the schema is checked in the build.
 *
 * @param name what it is, for messages
 * @param values texts, lists and maps
 */
record DataFile(String name, Map<String, Object> values) {
    private static final String FOLDER = "/dev/sparsam/logs/formats/";
    private static final Map<String, DataFile> READ = new ConcurrentHashMap<>();

    /** Reads a file; once. */
    static DataFile read(String name) {
        return READ.computeIfAbsent(name, DataFile::resource);
    }

    private static DataFile resource(String name) {
        try (InputStream in = DataFile.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("There is no " + FOLDER + name);
            }
            return parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(FOLDER + name + " cannot be read", e);
        }
    }

    /** Reads an object from elsewhere. */
    static DataFile parse(String name, String json) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            parser.nextToken();
            return new DataFile(name, object(parser));
        }
    }

    Optional<String> text(String key) {
        return values.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    String required(String key) {
        return text(key).orElseThrow(() -> new IllegalStateException(name + ": there is no \"" + key + "\""));
    }

    /** Texts; none when there is no such key. */
    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (Object item : items(key)) {
            if (item instanceof String text) {
                texts.add(text);
            }
        }
        return texts;
    }

    /** Objects; none when there is no such key. A text {@code t} counts as an object whose {@code value} is {@code t}. */
    List<DataFile> objects(String key) {
        List<DataFile> objects = new ArrayList<>();
        for (Object item : items(key)) {
            objects.add(item instanceof String text ? new DataFile(name, Map.of("value", text)) : of(item));
        }
        return objects;
    }

    /** An object; without values when there is no such key. */
    DataFile object(String key) {
        Object value = values.get(key);
        return value == null ? new DataFile(name, Map.of()) : of(value);
    }

    private List<?> items(String key) {
        return values.get(key) instanceof List<?> list ? list : List.of();
    }

    private DataFile of(Object item) {
        Map<String, Object> copy = new LinkedHashMap<>();
        if (item instanceof Map<?, ?> map) {
            map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        }
        return new DataFile(name, copy);
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            parser.nextToken();
            map.put(key, value(parser));
        }
        return map;
    }

    private static Object value(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            return object(parser);
        }
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            List<Object> list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(parser));
            }
            return list;
        }
        return parser.getText();
    }
}
