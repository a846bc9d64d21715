package dev.sparsam.web.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the parts of a form with a file (RFC 7578) one after the other from a stream, so that none of them need be in
 * memory. The container could do so too, but it reads all parts before anyone can say where they go.
 */
final class Multipart {
    private static final int MOST_HEADERS = 8_192;
    private static final Pattern BOUNDARY =
            Pattern.compile(";\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME = Pattern.compile(
            "^content-disposition:\\s*form-data\\s*;(?:.*;)?\\s*name=\"([^\"]*)\"", Pattern.CASE_INSENSITIVE);

    private final InputStream stream;
    private final byte[] delimiter;
    private final byte[] buffer = new byte[65_536];
    private int from;
    private int to;
    private boolean begun;

    private Multipart(InputStream stream, String boundary) {
        this.stream = stream;
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        // What stands before the first delimiter may be nothing, not even the line break that belongs to it.
        buffer[0] = '\r';
        buffer[1] = '\n';
        to = 2;
    }

    /**
     * Begins to read.
     *
     * @throws IllegalArgumentException when the content type names no boundary
     */
    static Multipart of(InputStream stream, String contentType) {
        Matcher matcher = BOUNDARY.matcher(contentType);
        if (!matcher.find()) {
            throw new IllegalArgumentException("A form with a file needs a boundary in its content type");
        }
        return new Multipart(stream, Optional.ofNullable(matcher.group(1)).orElseGet(() -> matcher.group(2)));
    }

    /**
     * Goes on to the next part; the one before must have been read.
     *
     * @return its name; empty when there is none any more
     */
    Optional<String> next() throws IOException {
        if (!begun) {
            begun = true;
            content(OutputStream.nullOutputStream());
        }
        int left = MOST_HEADERS;
        if (line(left).startsWith("--")) {
            return Optional.empty();
        }
        Optional<String> name = Optional.empty();
        for (String line = line(left); !line.isEmpty(); line = line(left)) {
            left -= line.length();
            Matcher matcher = NAME.matcher(line);
            if (matcher.find()) {
                name = Optional.of(matcher.group(1));
            }
        }
        return Optional.of(name.orElseThrow(Multipart::broken));
    }

    /** Writes the content of the part. */
    void content(OutputStream out) throws IOException {
        int found = delimiterAt();
        while (found < 0) {
            int safe = Math.max(from, to - delimiter.length + 1);
            out.write(buffer, from, safe - from);
            from = safe;
            if (!fill()) {
                throw broken();
            }
            found = delimiterAt();
        }
        out.write(buffer, from, found - from);
        from = found + delimiter.length;
    }

    private int delimiterAt() {
        for (int at = from; at <= to - delimiter.length; at++) {
            int same = 0;
            while (same < delimiter.length && buffer[at + same] == delimiter[same]) {
                same++;
            }
            if (same == delimiter.length) {
                return at;
            }
        }
        return -1;
    }

    /** A line without its break; the last one of all may end with the body. */
    private String line(int most) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (from < to || fill()) {
            byte next = buffer[from++];
            if (next == '\n') {
                break;
            }
            if (line.size() >= most) {
                throw broken();
            }
            line.write(next);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        if (text.isEmpty()) {
            throw broken();
        }
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private boolean fill() throws IOException {
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
        int read = stream.read(buffer, to, buffer.length - to);
        to += Math.max(0, read);
        return read > 0;
    }

    private static IllegalArgumentException broken() {
        return new IllegalArgumentException("A form with a file is cut off or malformed");
    }
}
