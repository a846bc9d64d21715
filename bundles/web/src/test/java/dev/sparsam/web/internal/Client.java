package dev.sparsam.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A browser without a screen: keeps cookies, sends the token of the page it saw last. */
final class Client {
    private final Console console;
    final Map<String, String> cookies = new HashMap<>();
    final Map<String, String> headers = new HashMap<>(Map.of("host", "panel.example", "accept-language", "en"));
    boolean secure;
    String address = "192.0.2.1";
    private String token = "";
    private String last = "";

    Client(Console console) {
        this.console = console;
    }

    /** An answer as text. */
    record Reply(int status, String body, Response response) {
        Optional<String> header(String name) {
            return response.headers().stream()
                    .filter(header -> header.name().equals(name))
                    .map(Response.Header::value)
                    .findFirst();
        }

        String location() {
            return header("Location").orElse("");
        }

        /** The value of a hidden field. */
        String hidden(String form, String name) {
            Matcher matcher = Pattern.compile(
                            "id=\"" + form + "\".*?name=\"" + name + "\" value=\"([^\"]*)\"", Pattern.DOTALL)
                    .matcher(body);
            assertThat(matcher.find())
                    .as("a field " + name + " in the form " + form)
                    .isTrue();
            return matcher.group(1).replace("&#34;", "\"").replace("&amp;", "&");
        }
    }

    Client login(String login) {
        get("/login");
        Reply reply = post("/login", "login", login, "password", World.PASSWORD, "next", "");
        assertThat(reply.status()).as(reply.body()).isEqualTo(303);
        get("/");
        return this;
    }

    Reply get(String path) {
        return send("GET", path, Map.of());
    }

    /** Sends a form with the token of the last page. */
    Reply post(String path, String... fields) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("token", token);
        for (int i = 0; i < fields.length; i += 2) {
            form.put(fields[i], fields[i + 1]);
        }
        return send("POST", path, form);
    }

    /** Goes where the answer leads. */
    Reply follow(Reply reply) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(303);
        return get(reply.location());
    }

    /** Without a token of ours. */
    Reply send(String method, String target, Map<String, String> form) {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        Map<String, List<String>> query = new HashMap<>();
        if (question >= 0) {
            for (String pair : target.substring(question + 1).split("&", -1)) {
                int equals = pair.indexOf('=');
                query.put(
                        pair.substring(0, equals),
                        List.of(URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8)));
            }
        }
        Map<String, List<String>> fields = new HashMap<>();
        form.forEach((name, value) -> fields.put(name, List.of(value)));
        Request head = new Request(
                method,
                path,
                query,
                Map.of(),
                Optional.empty(),
                Map.copyOf(cookies),
                Map.copyOf(headers),
                address,
                secure);
        Response response;
        try {
            response = console.handle(head, takesFile -> {
                String content = form.getOrDefault("content", "");
                return head.with(
                        fields,
                        takesFile && !content.isEmpty()
                                ? Optional.of(console.uploads()
                                        .spool(out -> out.write(content.getBytes(StandardCharsets.UTF_8))))
                                : Optional.empty());
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (Response.Header header : response.headers()) {
            if (header.name().equals("Set-Cookie")) {
                String cookie = header.value().substring(0, header.value().indexOf(';'));
                int equals = cookie.indexOf('=');
                if (header.value().contains("Max-Age=0")) {
                    cookies.remove(cookie.substring(0, equals));
                } else {
                    cookies.put(cookie.substring(0, equals), cookie.substring(equals + 1));
                }
            }
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            response.body().writeTo(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Where a line may end is for the eyes only.
        last = body.toString(StandardCharsets.UTF_8).replace("<wbr>", "");
        Matcher matcher = Pattern.compile("name=\"token\" value=\"([^\"]+)\"").matcher(last);
        if (matcher.find()) {
            token = matcher.group(1);
        }
        return new Reply(response.status(), last, response);
    }
}
