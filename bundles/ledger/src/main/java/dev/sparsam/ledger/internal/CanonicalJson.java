package dev.sparsam.ledger.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Canonical JSON (RFC 8785) of objects, arrays, strings and integers; nothing else occurs in the ledger. In Java these
 * are {@link Map}, {@link List}, {@link String} and {@link Long}.
 */
final class CanonicalJson {
    /** The largest integer that every JSON reader keeps exactly (RFC 7493 section 2.2). */
    static final long LARGEST = (1L << 53) - 1;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // A name may be as long as a text; how much is read at all is bounded by whoever calls.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private CanonicalJson() {}

    /**
     * The canonical text.
     *
     * @throws IllegalArgumentException when an integer is beyond {@link #LARGEST} or a string has an unpaired surrogate
     */
    static String text(Object value) {
        StringBuilder text = new StringBuilder();
        write(value, text);
        return text.toString();
    }

    private static void write(Object value, StringBuilder text) {
        if (value instanceof Map<?, ?> map) {
            // String.compareTo compares UTF-16 code units, as section 3.2.3 demands.
            TreeMap<String, Object> sorted = new TreeMap<>();
            map.forEach((key, element) -> sorted.put((String) key, element));
            text.append('{');
            String separator = "";
            for (Map.Entry<String, Object> member : sorted.entrySet()) {
                text.append(separator);
                write(member.getKey(), text);
                text.append(':');
                write(member.getValue(), text);
                separator = ",";
            }
            text.append('}');
        } else if (value instanceof List<?> list) {
            text.append('[');
            for (Iterator<?> elements = list.iterator(); elements.hasNext(); ) {
                write(elements.next(), text);
                if (elements.hasNext()) {
                    text.append(',');
                }
            }
            text.append(']');
        } else if (value instanceof Long number) {
            if (number > LARGEST || number < -LARGEST) {
                throw new IllegalArgumentException("The number " + number
                        + " cannot be written exactly in JSON: numbers from -" + LARGEST + " to " + LARGEST + " can");
            }
            text.append(number.longValue());
        } else {
            write((String) value, text);
        }
    }

    private static void write(String string, StringBuilder text) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\b' -> text.append("\\b");
                case '\t' -> text.append("\\t");
                case '\n' -> text.append("\\n");
                case '\f' -> text.append("\\f");
                case '\r' -> text.append("\\r");
                default -> {
                    if (c < 0x20) {
                        text.append(String.format("\\u%04x", (int) c));
                    } else if (!Character.isSurrogate(c)) {
                        text.append(c);
                    } else if (i + 1 < string.length() && Character.isSurrogatePair(c, string.charAt(i + 1))) {
                        text.append(c).append(string.charAt(++i));
                    } else {
                        throw new IllegalArgumentException(String.format(
                                "A text holds half a character (U+%04X without its other half)", (int) c));
                    }
                }
            }
        }
        text.append('"');
    }

    /**
     * Reads JSON of the types above.
     *
     * @throws IllegalArgumentException when the text is something else; the message says what and at which column
     */
    static Object parse(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            try {
                parser.nextToken();
                Object value = read(parser);
                if (parser.nextToken() != null) {
                    throw unexpected(parser, "something follows the end");
                }
                return value;
            } catch (StreamConstraintsException e) {
                // It is no StreamReadException, does not say where, and names methods of the reader.
                throw unexpected(parser, "nested too deep, or a number or text that is too long");
            }
        } catch (StreamReadException e) {
            throw new IllegalArgumentException(
                    "column " + e.getLocation().getColumnNr() + ": " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("A text in memory could not be read", e);
        }
    }

    private static Object read(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, Object> map = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                map.put(name, read(parser));
            }
            return map;
        }
        if (token == JsonToken.START_ARRAY) {
            List<Object> list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                list.add(read(parser));
            }
            return list;
        }
        if (token == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        if (token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return parser.getLongValue();
        }
        throw unexpected(parser, "an object, array, text or integer is expected");
    }

    private static IllegalArgumentException unexpected(JsonParser parser, String what) {
        return new IllegalArgumentException(
                "column " + parser.currentTokenLocation().getColumnNr() + ": " + what);
    }
}
