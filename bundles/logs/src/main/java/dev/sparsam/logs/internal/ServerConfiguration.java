package dev.sparsam.logs.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The formats of logs that a web server's configuration file names: {@code LogFormat} of Apache and {@code log_format} of
 * nginx. Files that it includes are not read.
 */
final class ServerConfiguration {
    // Loops over alternatives are possessive: a greedy one keeps a stack frame for each round, and would overflow the
    // stack.

    /** A directive ends with its line, unless a backslash stands before the line end. */
    private static final Pattern CONTINUED = Pattern.compile("\\\\\\r?\\n");

    private static final Pattern APACHE = Pattern.compile(
            "^[ \\t]*+LogFormat[ \\t]++(?:\"((?:[^\"\\\\\\n]++|\\\\.)*+)\"|([^\\s\"]++))[ \\t]++([^\\s\"]++)[ \\t]*+\\r?$",
            Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    private static final Pattern COMMENT = Pattern.compile("^[ \\t]*#.*$", Pattern.MULTILINE);
    private static final String PART = "'((?:[^'\\\\]++|\\\\.)*+)'|\"((?:[^\"\\\\]++|\\\\.)*+)\"|([^\\s;'\"]++)";
    private static final Pattern PARTS = Pattern.compile(PART);

    private static final Pattern NGINX =
            Pattern.compile("(?<![\\w$])log_format\\s++(\\S++)\\s++(?:escape=\\w+\\s+)?((?:" + PART + "|\\s++)++);");

    private ServerConfiguration() {}

    /**
     * Reads a file.
     *
     * @return by name
     * @throws FormatException when a format is not understood
     */
    static Map<String, Template> formats(Path file) throws IOException {
        // Whatever else stands in it, the formats are ASCII in practice.
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        Map<String, Template> formats = new TreeMap<>();
        Matcher apache = APACHE.matcher(CONTINUED.matcher(text).replaceAll(""));
        while (apache.find()) {
            add(
                    formats,
                    apache.group(3),
                    apache.group(1) == null ? apache.group(2) : apache.group(1),
                    ServerFormats::apache);
        }
        Matcher nginx = NGINX.matcher(COMMENT.matcher(text).replaceAll(""));
        while (nginx.find()) {
            add(formats, nginx.group(1), joined(nginx.group(2)), ServerFormats::nginx);
        }
        return formats;
    }

    private static void add(
            Map<String, Template> formats, String name, String format, Function<String, Template> template) {
        try {
            formats.put(name, template.apply(format));
        } catch (FormatException e) {
            throw new FormatException(name, e);
        }
    }

    /** nginx takes the parts of a format together as they stand. */
    private static String joined(String parts) {
        StringBuilder joined = new StringBuilder();
        Matcher part = PARTS.matcher(parts);
        while (part.find()) {
            for (int group = 1; group <= 3; group++) {
                String text = part.group(group);
                if (text != null) {
                    joined.append(group == 3 ? text : text.replaceAll("\\\\(['\"\\\\])", "$1"));
                }
            }
        }
        return joined.toString();
    }
}
