package dev.sparsam.logs.internal;

import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a line begins, or all of it: text, and holes for what changes from line to line. What follows the last part is free
 * text.
 *
 * <p>In data files a hole is written {@code {client}}, {@code {time:%d/%b/%Y:%H:%M:%S %z}}, {@code {word}} (no blank) or
 * {@code {number}}; other names are those of {@link Mark}. Behind {@code {text}} is free text, of which the template says
 * how it begins. A brace is written as two and a closing one. A hole ends where the text behind it
 * begins; between quotes, a quote with a backslash before it ends nothing. Not thread-safe: the times remember where they
 * ended.
 */
final class Template {
    private enum Kind {
        TEXT,
        WORD,
        NUMBER,
        TIME,
        HOLE,
        TEXT_FROM
    }

    private static final class Part {
        private final Kind kind;
        private final byte[] text;
        private final Mark mark;
        private final Optional<TimePattern> time;

        private Part(Kind kind, byte[] text, Mark mark, Optional<TimePattern> time) {
            this.kind = kind;
            this.text = text;
            this.mark = mark;
            this.time = time;
        }
    }

    private final String source;
    private final List<Part> parts;
    private int text;

    private Template(String source, List<Part> parts) {
        this.source = source;
        this.parts = List.copyOf(parts);
    }

    /**
     * Compiles a template.
     *
     * @throws IllegalArgumentException when it is not understood; the message says where
     */
    static Template of(String source) {
        List<Part> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c != '{' || source.startsWith("{{}", i)) {
                text.append(c);
                i += c == '{' ? 2 : 0;
                continue;
            }
            int close = source.indexOf('}', i);
            if (close < 0) {
                throw new IllegalArgumentException("\"" + source + "\": the brace at " + (i + 1) + " is not closed");
            }
            boolean adjacent = text.isEmpty() && !parts.isEmpty();
            if (adjacent && parts.get(parts.size() - 1).kind == Kind.HOLE) {
                throw new FormatException("adjacent", source, String.valueOf(i + 1));
            }
            addText(parts, text);
            parts.add(hole(source, source.substring(i + 1, close)));
            i = close;
        }
        addText(parts, text);
        return new Template(source, parts);
    }

    private static void addText(List<Part> parts, StringBuilder text) {
        if (!text.isEmpty()) {
            parts.add(new Part(
                    Kind.TEXT, text.toString().getBytes(StandardCharsets.ISO_8859_1), Mark.ANY, Optional.empty()));
            text.setLength(0);
        }
    }

    private static Part hole(String source, String name) {
        byte[] none = new byte[0];
        if (name.startsWith("time:")) {
            return new Part(Kind.TIME, none, Mark.ANY, Optional.of(TimePattern.of(name.substring(5))));
        }
        if (name.equals("word")) {
            return new Part(Kind.WORD, none, Mark.ANY, Optional.empty());
        }
        if (name.equals("number")) {
            return new Part(Kind.NUMBER, none, Mark.ANY, Optional.empty());
        }
        if (name.equals("text")) {
            return new Part(Kind.TEXT_FROM, none, Mark.ANY, Optional.empty());
        }
        Mark mark = Mark.named(name)
                .orElseThrow(() -> new IllegalArgumentException("\"" + source + "\": {" + name + "} is not known"));
        return new Part(Kind.HOLE, none, mark, Optional.empty());
    }

    @Override
    public String toString() {
        return source;
    }

    /** Whether it says where the client stands. */
    boolean hasClient() {
        return parts.stream().anyMatch(part -> part.mark == Mark.CLIENT);
    }

    /** Whether it says where one of these stands. */
    boolean hasAny(Set<Mark> marks) {
        return parts.stream().anyMatch(part -> marks.contains(part.mark));
    }

    /** Whether it marks something, and may fit a line that another one fits too. */
    boolean mayTellMoreThan(Template other) {
        if (parts.stream().noneMatch(part -> part.kind == Kind.HOLE)) {
            return false;
        }
        for (int i = 0; i < Math.min(parts.size(), other.parts.size()); i++) {
            Part mine = parts.get(i);
            Part its = other.parts.get(i);
            if (mine.kind == Kind.TEXT && its.kind == Kind.TEXT) {
                int length = Math.min(mine.text.length, its.text.length);
                if (!Arrays.equals(mine.text, 0, length, its.text, 0, length)) {
                    return false;
                }
                if (mine.text.length == its.text.length) {
                    continue;
                }
            }
            if (mine.kind != its.kind || mine.kind == Kind.HOLE || mine.kind == Kind.TEXT) {
                return true;
            }
        }
        return true;
    }

    /** Whether it says when a line was written. */
    boolean hasTime() {
        return parts.stream().anyMatch(part -> part.kind == Kind.TIME);
    }

    /**
     * Reads a line.
     *
     * @param spans gets what was found, and the time
     * @return where the free text begins; -1 when the line is another one, and {@code spans} is as before
     */
    int match(byte[] b, int from, int to, Spans spans, Clients clients, ZoneId zone, long reference) {
        int before = spans.count();
        text = -1;
        int end = match(0, b, from, to, spans, clients, zone, reference);
        if (end < 0) {
            spans.cutTo(before);
            return end;
        }
        return text < 0 ? end : text;
    }

    private int match(
            int first, byte[] b, int from, int to, Spans spans, Clients clients, ZoneId zone, long reference) {
        int p = from;
        for (int i = first; i < parts.size(); i++) {
            Part part = parts.get(i);
            switch (part.kind) {
                case TEXT -> {
                    if (!startsWith(b, p, to, part.text)) {
                        return -1;
                    }
                    p += part.text.length;
                }
                case WORD -> {
                    byte[] next = i + 1 < parts.size() ? parts.get(i + 1).text : part.text;
                    int start = p;
                    while (p < to && (b[p] & 0xff) > ' ' && (next.length == 0 || !startsWith(b, p, to, next))) {
                        p++;
                    }
                    if (p == start) {
                        return -1;
                    }
                }
                case NUMBER -> {
                    int start = p;
                    while (p < to && ((b[p] >= '0' && b[p] <= '9') || b[p] == '.' || b[p] == '-')) {
                        p++;
                    }
                    if (p == start) {
                        return -1;
                    }
                }
                case TIME -> {
                    TimePattern pattern = part.time.orElseThrow();
                    long read = pattern.read(b, p, to, zone, reference);
                    if (read == TimePattern.NONE) {
                        return -1;
                    }
                    spans.time(read);
                    p = pattern.end();
                }
                case TEXT_FROM -> text = p;
                case HOLE -> {
                    return hole(i, b, p, to, spans, clients, zone, reference);
                }
            }
        }
        return p;
    }

    /** Tries each place at which the hole may end. */
    private int hole(int i, byte[] b, int from, int to, Spans spans, Clients clients, ZoneId zone, long reference) {
        Mark mark = parts.get(i).mark;
        byte[] next = i + 1 < parts.size() ? parts.get(i + 1).text : new byte[0];
        boolean quoted = next.length > 0 && next[0] == '"' && i > 0 && endsWithQuote(parts.get(i - 1).text);
        boolean many = mark == Mark.USER && !quoted;
        int before = spans.count();
        for (int end = from; end <= to; end++) {
            if (quoted && end < to && b[end] == '\\') {
                end++;
                continue;
            }
            boolean here = next.length == 0 ? end == to : startsWith(b, end, to, next);
            boolean list = mark == Mark.CLIENT && end > from && b[Math.min(end, to) - 1] == ',';
            if (!here || list) {
                if (quoted && end < to && b[end] == '"') {
                    return -1;
                }
                continue;
            }
            if (mark == Mark.CLIENT && !clients.isList(b, from, end) && end > from) {
                return -1;
            }
            if (mark == Mark.SITE && (end == from || clients.kind(b, from, end) != Clients.Kind.HOST)) {
                return -1;
            }
            spans.add(mark, from, end);
            int matched = match(i + 1, b, end, to, spans, clients, zone, reference);
            if (matched >= 0 || !many) {
                return matched;
            }
            // A user name is the visitor's to choose, and may hold what stands behind it.
            spans.cutTo(before);
        }
        return -1;
    }

    private static boolean endsWithQuote(byte[] text) {
        return text.length > 0 && text[text.length - 1] == '"';
    }

    private static boolean startsWith(byte[] b, int at, int to, byte[] text) {
        // The first byte by itself: asked at every place of a hole, comparing ranges costs far more.
        return to - at >= text.length
                && (text.length == 0 || b[at] == text[0])
                && Arrays.equals(b, at, at + text.length, text, 0, text.length);
    }
}
