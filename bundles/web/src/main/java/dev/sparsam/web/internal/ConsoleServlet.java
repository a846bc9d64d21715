package dev.sparsam.web.internal;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
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
    /** The most bytes of an inventory file: about 100,000 sites. */
    static final int MAX_UPLOAD = 33_554_432;

    private static final int MAX_FORM = 2_097_152;
    private static final long serialVersionUID = 1;

    private final transient Console console;
    private final transient AccountService accounts;
    private final transient Proxies proxies;

    ConsoleServlet(Services services, AccountService accounts, PagesConfig config, ZoneId zone, Clock clock) {
        this.accounts = accounts;
        this.proxies = config.proxies();
        this.console = new Console(
                services, accounts.accounts(), accounts.sessions(), config.cookies(), config.publicUrl(), zone, clock);
    }

    @Override
    protected void service(HttpServletRequest servletRequest, HttpServletResponse servletResponse)
            throws ServletException, IOException {
        Response response;
        try {
            Request request = request(servletRequest);
            boolean early = request.path().equals("/ready") && !accounts.ready();
            response = early ? console.starting(request) : console.handle(request);
        } catch (TooLargeException e) {
            response = console.tooLarge(bare(servletRequest));
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

    /** A body larger than what is accepted. */
    private static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1;
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

    private Request request(HttpServletRequest request) throws IOException, ServletException {
        String method = request.getMethod().equals("HEAD") ? "GET" : request.getMethod();
        String full = request.getRequestURI();
        String path =
                full.substring(Math.min(full.length(), request.getContextPath().length()));
        int parameters = path.indexOf(';');
        String plain = parameters < 0 ? path : path.substring(0, parameters);
        String query = request.getQueryString();
        Map<String, List<String>> form = new LinkedHashMap<>();
        Optional<byte[]> file = Optional.empty();
        if (method.equals("POST")) {
            String type =
                    Optional.ofNullable(request.getContentType()).orElse("").toLowerCase(Locale.ROOT);
            if (type.startsWith("multipart/form-data")) {
                file = multipart(request, form);
            } else {
                parse(new String(limited(request.getInputStream(), MAX_FORM), StandardCharsets.UTF_8), form);
            }
        }
        return new Request(
                method,
                // A plus sign is itself in a path.
                plain.isEmpty() ? "/" : decode(plain.replace("+", "%2B")),
                query == null ? Map.of() : parse(query, new LinkedHashMap<>()),
                form,
                file,
                cookies(request),
                headers(request),
                proxies.client(request.getRemoteAddr(), Collections.list(request.getHeaders("X-Forwarded-For"))),
                request.isSecure());
    }

    private static Optional<byte[]> multipart(HttpServletRequest request, Map<String, List<String>> form)
            throws IOException, ServletException {
        if (request.getContentLengthLong() > MAX_UPLOAD + 65_536L) {
            throw new TooLargeException();
        }
        Optional<byte[]> file = Optional.empty();
        try {
            for (Part part : request.getParts()) {
                try (InputStream stream = part.getInputStream()) {
                    byte[] content = limited(stream, MAX_UPLOAD);
                    if (part.getSubmittedFileName() == null) {
                        form.computeIfAbsent(checked(part.getName()), name -> new ArrayList<>())
                                .add(checked(new String(content, StandardCharsets.UTF_8)));
                    } else if (content.length > 0) {
                        file = Optional.of(content);
                    }
                }
            }
        } catch (IllegalStateException e) {
            // What the servlet API says for a part that is too large.
            throw (TooLargeException) new TooLargeException().initCause(e);
        }
        return file;
    }

    private static byte[] limited(InputStream stream, int most) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] buffer = new byte[8_192];
        int read;
        while ((read = stream.read(buffer)) >= 0) {
            if (content.size() + read > most) {
                throw new TooLargeException();
            }
            content.write(buffer, 0, read);
        }
        return content.toByteArray();
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
