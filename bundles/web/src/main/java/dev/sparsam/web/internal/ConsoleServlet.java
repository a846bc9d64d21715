package dev.sparsam.web.internal;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Brings requests to the {@link Console} and its answers back. */
final class ConsoleServlet extends HttpServlet {
    /**
     * The most bytes of an inventory file: about 50,000 sites. To compare them with as many that there are, the panel has
     * both in memory; with 192 MB of it, 160 are known to be enough when every site has changed, and 75,000 sites are not.
     */
    static final long MAX_UPLOAD = 16_777_216;
    /** The most bytes of the other fields of a form with a file, and of what stands between them. */
    static final int MAX_FIELDS = 65_536;
    /** The most bytes of a form without a file: anyone may send one, and the longest of ours has a few thousand. */
    static final int MAX_FORM = 65_536;

    private static final long serialVersionUID = 1;

    private final transient Console console;
    private final transient AccountService accounts;
    private final transient Proxies proxies;
    private final transient Uploads uploads;

    /** @param folder where uploads wait; no other process uses it */
    ConsoleServlet(
            Services services, AccountService accounts, PagesConfig config, Path folder, ZoneId zone, Clock clock) {
        this.accounts = accounts;
        this.uploads = new Uploads(folder, clock);
        this.proxies = config.proxies();
        this.console = new Console(
                services,
                accounts.accounts(),
                accounts.sessions(),
                config.cookies(),
                uploads,
                config.publicUrl(),
                zone,
                clock);
    }

    @Override
    public void destroy() {
        uploads.close();
    }

    @Override
    protected void service(HttpServletRequest servletRequest, HttpServletResponse servletResponse) throws IOException {
        Response response;
        try {
            Request request = head(servletRequest);
            boolean early = request.path().equals("/ready") && !accounts.ready();
            response = early
                    ? console.starting(request)
                    : console.handle(request, takesFile -> body(request, servletRequest, takesFile));
        } catch (IllegalArgumentException e) {
            // A percent sign without two digits behind it, the character U+0000, or the like.
            response = console.badRequest(bare(servletRequest));
        }
        servletResponse.setStatus(response.status());
        for (Response.Header header : response.headers()) {
            servletResponse.addHeader(header.name(), header.value());
        }
        if (!servletRequest.getMethod().equals("HEAD")) {
            try (OutputStream stream = servletResponse.getOutputStream()) {
                response.body().writeTo(stream);
            }
        }
    }

    private Request bare(HttpServletRequest request) {
        return new Request(
                "GET",
                "/",
                Map.of(),
                Map.of(),
                Optional.empty(),
                cookies(request),
                headers(request),
                proxies.client(request.getRemoteAddr(), Collections.list(request.getHeaders("X-Forwarded-For"))),
                request.isSecure());
    }

    /** The request without its body. */
    private Request head(HttpServletRequest request) {
        String method = request.getMethod().equals("HEAD") ? "GET" : request.getMethod();
        String full = request.getRequestURI();
        String path =
                full.substring(Math.min(full.length(), request.getContextPath().length()));
        int parameters = path.indexOf(';');
        String plain = parameters < 0 ? path : path.substring(0, parameters);
        String query = request.getQueryString();
        return new Request(
                method,
                // A plus sign is itself in a path.
                plain.isEmpty() ? "/" : decode(plain.replace("+", "%2B")),
                query == null ? Map.of() : parse(query, new LinkedHashMap<>()),
                Map.of(),
                Optional.empty(),
                cookies(request),
                headers(request),
                proxies.client(request.getRemoteAddr(), Collections.list(request.getHeaders("X-Forwarded-For"))),
                request.isSecure());
    }

    private Request body(Request head, HttpServletRequest request, boolean takesFile) throws IOException {
        String type = Optional.ofNullable(request.getContentType()).orElse("");
        boolean multipart = type.toLowerCase(Locale.ROOT).startsWith("multipart/");
        long most = multipart && takesFile ? MAX_UPLOAD + MAX_FIELDS : MAX_FORM;
        if (request.getContentLengthLong() > most) {
            throw tooLarge();
        }
        Map<String, List<String>> form = new LinkedHashMap<>();
        try {
            if (!multipart) {
                parse(text(out -> request.getInputStream().transferTo(new Limited(out, MAX_FORM))), form);
                return head.with(form, Optional.empty());
            }
            if (!takesFile) {
                throw new PageException(415, "error.415.text");
            }
            return head.with(form, multipart(Multipart.of(request.getInputStream(), type), form));
        } catch (IllegalArgumentException e) {
            throw new PageException(400, "error.400.text");
        }
    }

    /** Reads fields into the form; a file goes to the disk, and so does its content where it has been pasted. */
    private Optional<Uploads.Upload> multipart(Multipart parts, Map<String, List<String>> form) throws IOException {
        Optional<Uploads.Upload> file = Optional.empty();
        long left = MAX_FIELDS;
        boolean done = false;
        try {
            for (Optional<String> name = parts.next(); name.isPresent(); name = parts.next()) {
                if (name.get().equals("file") || name.get().equals("content")) {
                    Uploads.Upload upload = uploads.spool(out -> parts.content(new Limited(out, MAX_UPLOAD)));
                    if (upload.size() == 0 || file.isPresent()) {
                        uploads.deleteUnlessKept(upload);
                    } else {
                        file = Optional.of(upload);
                    }
                } else {
                    long most = left;
                    String value = checked(text(out -> parts.content(new Limited(out, most))));
                    left -= value.length() + name.get().length();
                    form.computeIfAbsent(checked(name.get()), key -> new ArrayList<>())
                            .add(value);
                }
            }
            done = true;
            return file;
        } finally {
            if (!done) {
                file.ifPresent(uploads::deleteUnlessKept);
            }
        }
    }

    private static PageException tooLarge() {
        return new PageException(413, "error.413.text");
    }

    private static String text(Uploads.Source source) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        source.writeTo(text);
        return text.toString(StandardCharsets.UTF_8);
    }

    /** Refuses what is too large when the length was not said before. */
    private static final class Limited extends FilterOutputStream {
        private long left;

        Limited(OutputStream out, long most) {
            super(out);
            left = most;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            left -= length;
            if (left < 0) {
                throw tooLarge();
            }
            out.write(bytes, from, length);
        }
    }

    private static Map<String, List<String>> parse(String encoded, Map<String, List<String>> into) {
        for (String pair : encoded.split("&", 1_000)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
                into.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
            }
        }
        return into;
    }

    private static String decode(String text) {
        return checked(URLDecoder.decode(text, StandardCharsets.UTF_8));
    }

    /** No text of ours has the character U+0000, and not every database takes it; so it is refused at the door. */
    private static String checked(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("U+0000 in a request");
        }
        return text;
    }

    private static Map<String, String> cookies(HttpServletRequest request) {
        Map<String, String> cookies = new HashMap<>();
        Cookie[] sent = request.getCookies();
        if (sent != null) {
            for (Cookie cookie : sent) {
                cookies.putIfAbsent(cookie.getName(), cookie.getValue());
            }
        }
        return cookies;
    }

    private static Map<String, String> headers(HttpServletRequest request) {
        Map<String, String> headers = new HashMap<>();
        for (String name : List.of("accept-language", "origin", "sec-fetch-site", "host")) {
            String value = request.getHeader(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        return headers;
    }
}
