package dev.sparsam.logs.internal;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes templates of the formats that web servers are configured with. */
final class ServerFormats {
    private static final String CLF_TIME = "[{time:%d/%b/%Y:%H:%M:%S %z}]";

    /** https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats */
    private static final Pattern APACHE =
            Pattern.compile("%(?:!?[0-9]{3}(?:,[0-9]{3})*+)?[<>]?(?:\\{([^}]*)\\})?[<>]?(\\^t[io]|[a-zA-Z%])");

    private static final Pattern NGINX = Pattern.compile("\\$(?:\\{([a-z0-9_]+)\\}|([a-z0-9_]+))");

    /** Request headers in which proxies and browsers name the client. */
    private static final Set<String> CLIENT_HEADERS = Set.of(
            "x_forwarded_for",
            "x_real_ip",
            "x_client_ip",
            "x_cluster_client_ip",
            "cf_connecting_ip",
            "true_client_ip",
            "fastly_client_ip",
            "client_ip");

    private static final Set<String> TOKEN_HEADERS =
            Set.of("cookie", "set_cookie", "authorization", "proxy_authorization", "x_api_key", "x_csrf_token");

    private static final Map<String, String> NGINX_VARIABLES = Map.ofEntries(
            Map.entry("remote_addr", "{client}"),
            Map.entry("realip_remote_addr", "{client}"),
            Map.entry("proxy_protocol_addr", "{client}"),
            Map.entry("remote_user", "{user}"),
            Map.entry("time_local", "{time:%d/%b/%Y:%H:%M:%S %z}"),
            Map.entry("time_iso8601", "{time:%Y-%m-%dT%H:%M:%S%z}"),
            Map.entry("msec", "{time:%s%f}"),
            Map.entry("request", "{request}"),
            Map.entry("request_uri", "{uri}"),
            Map.entry("uri", "{uri}"),
            Map.entry("document_uri", "{uri}"),
            Map.entry("args", "{query}"),
            Map.entry("query_string", "{query}"),
            Map.entry("http_referer", "{referrer}"),
            Map.entry("http_user_agent", "{agent}"));

    private ServerFormats() {}

    /**
     * An Apache {@code LogFormat}, as it stands in the configuration between its quotes.
     *
     * @throws FormatException when it is not understood; it says where
     */
    static Template apache(String format) {
        StringBuilder template = new StringBuilder();
        String plain = format.replace("\\\"", "\"").replace("\\t", "\t").replace("\\\\", "\\");
        Matcher matcher = APACHE.matcher(plain);
        int at = 0;
        while (matcher.find()) {
            template.append(text(plain.substring(at, matcher.start())));
            String argument = matcher.group(1) == null ? "" : matcher.group(1);
            template.append(apache(format, argument, matcher.group(2)));
            at = matcher.end();
        }
        String rest = plain.substring(at);
        if (rest.contains("%")) {
            throw new FormatException("LogFormat \"" + format + "\"", new FormatException("part", rest));
        }
        return compiled(template + text(rest));
    }

    private static String apache(String format, String argument, String letter) {
        String header = argument.toLowerCase(Locale.ROOT).replace('-', '_');
        return switch (letter) {
            case "%" -> "%";
            case "h", "a" -> "{client}";
            case "u" -> "{user}";
            case "r" -> "{request}";
            case "v", "V" -> "{site}";
            case "U" -> "{uri}";
            // With its question mark, or nothing.
            case "q" -> "{query}";
            case "t" -> apacheTime(format, argument);
            case "i", "o", "^ti", "^to" -> header(header);
            case "C" -> "{token}";
            case "e", "n" -> header.equals("remote_user") ? "{user}" : "{any}";
            case "A", "B", "b", "D", "f", "H", "I", "k", "L", "l", "m", "O", "p", "P", "R", "s", "S", "T", "X" ->
                letter.equals("f") ? "{any}" : "{word}";
            default ->
                throw new FormatException("LogFormat \"" + format + "\"", new FormatException("part", "%" + letter));
        };
    }

    private static String header(String header) {
        if (CLIENT_HEADERS.contains(header)) {
            return "{client}";
        }
        if (TOKEN_HEADERS.contains(header)) {
            return "{token}";
        }
        return switch (header) {
            case "referer" -> "{referrer}";
            case "user_agent" -> "{agent}";
            case "host" -> "{any}";
            case "from" -> "{email}";
            default -> "{any}";
        };
    }

    private static String apacheTime(String format, String argument) {
        String pattern = argument.replaceFirst("^(begin|end):", "");
        return switch (pattern) {
            case "" -> CLF_TIME;
            case "sec" -> "{time:%s}";
            case "msec", "usec", "msec_frac", "usec_frac" -> "{number}";
            default -> {
                try {
                    TimePattern.of(pattern);
                } catch (FormatException e) {
                    throw new FormatException("LogFormat \"" + format + "\"", e);
                }
                yield "{time:" + pattern + "}";
            }
        };
    }

    /**
     * An nginx {@code log_format}, its strings joined.
     *
     * @throws FormatException when it is not understood; it says where
     */
    static Template nginx(String format) {
        StringBuilder template = new StringBuilder();
        Matcher matcher = NGINX.matcher(format);
        int at = 0;
        while (matcher.find()) {
            template.append(text(format.substring(at, matcher.start())));
            String variable = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            template.append(nginxVariable(variable));
            at = matcher.end();
        }
        return compiled(template + text(format.substring(at)));
    }

    private static String nginxVariable(String variable) {
        String known = NGINX_VARIABLES.get(variable);
        if (known != null) {
            return known;
        }
        if (variable.startsWith("http_") || variable.startsWith("sent_http_")) {
            return header(variable.replaceFirst("^(sent_)?http_", ""));
        }
        return variable.startsWith("cookie_") ? "{token}" : "{any}";
    }

    /** Path and query, one behind the other, are a URI. */
    private static Template compiled(String template) {
        return Template.of(template.replace("{uri}{any}{query}", "{uri}").replace("{uri}{query}", "{uri}"));
    }

    private static String text(String text) {
        return text.replace("{", "{{}");
    }

    /** A format with these lines, as a server is configured. */
    static LogFormat of(String id, List<Template> lines) {
        return new LogFormat(id, lines, List.of(), Set.of(), List.of(), new Markers(List.of()), Map.of(), false, false);
    }
}
