package dev.sparsam.logs.internal;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Finds values in a JSON object (RFC 8259) by their keys, also in objects within it, without reading it as a whole: where it
 * is damaged, everything before is found all the same.
 */
final class JsonFields {
    private JsonFields() {}

    /**
     * Adds the text values of known keys to {@code spans}, without their quotes, and of an array of texts each.
     *
     * @return where the last of them ends; -1 when what begins at {@code from} is no object
     */
    static int find(Map<String, Mark> keys, byte[] b, int from, int to, Spans spans) {
        int first = blanks(b, from + 1, to);
        if (first == to || (b[first] != '"' && b[first] != '}')) {
            return -1;
        }
        int p = first;
        Mark mark = Mark.ANY;
        int depth = 0;
        while (p < to) {
            byte c = b[p];
            if (c == '"') {
                int end = stringEnd(b, p, to);
                int after = blanks(b, end, to);
                if (after < to && b[after] == ':') {
                    mark = mark(keys, new String(b, p + 1, Math.max(0, end - p - 2), StandardCharsets.UTF_8));
                    p = after + 1;
                    continue;
                }
                // A line that was cut off has no closing quote.
                int close = end > p + 1 && b[end - 1] == '"' ? end - 1 : end;
                if (mark != Mark.ANY && close > p + 1) {
                    spans.add(mark, p + 1, close);
                }
                if (depth == 0) {
                    mark = Mark.ANY;
                }
                p = end;
            } else {
                if (c == '[') {
                    depth++;
                } else if (c == ']' || c == '{') {
                    depth = 0;
                    mark = Mark.ANY;
                } else if (c == ',' && depth == 0) {
                    mark = Mark.ANY;
                }
                p++;
            }
        }
        return spans.count() == 0 ? from : spans.to(spans.count() - 1);
    }

    /** What a key stands for; {@code cookie_*} among the known ones is for all that begin so. */
    private static Mark mark(Map<String, Mark> keys, String key) {
        Mark mark = keys.getOrDefault(key, Mark.ANY);
        int group = mark == Mark.ANY ? key.indexOf('_') : -1;
        return group < 0 ? mark : keys.getOrDefault(key.substring(0, group + 1) + "*", Mark.ANY);
    }

    /** Behind the closing quote, or the end. */
    private static int stringEnd(byte[] b, int quote, int to) {
        int p = quote + 1;
        while (p < to && b[p] != '"') {
            p += b[p] == '\\' ? 2 : 1;
        }
        return Math.min(p + 1, to);
    }

    private static int blanks(byte[] b, int from, int to) {
        int p = from;
        while (p < to && (b[p] == ' ' || b[p] == '\t')) {
            p++;
        }
        return p;
    }
}
