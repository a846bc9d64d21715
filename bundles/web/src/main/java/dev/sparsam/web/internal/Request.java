package dev.sparsam.web.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as far as the pages look at it.
 *
 * @param method upper case; HEAD arrives as GET
 * @param path the decoded path below the context, starting with {@code /}
 * @param query the parameters of the address
 * @param form the parameters of the body
 * @param file the uploaded file, when there is one with content
 * @param cookies by name
 * @param headers by lower-case name, the ones that the pages use
 * @param address the client's address
 * @param secure whether it came through TLS
 */
record Request(
        String method,
        String path,
        Map<String, List<String>> query,
        Map<String, List<String>> form,
        Optional<Uploads.Upload> file,
        Map<String, String> cookies,
        Map<String, String> headers,
        String address,
        boolean secure) {
    /** The same request with its body. */
    Request with(Map<String, List<String>> fields, Optional<Uploads.Upload> upload) {
        return new Request(method, path, query, fields, upload, cookies, headers, address, secure);
    }

    /** A parameter of the address, stripped; empty text when it is missing. */
    String query(String name) {
        return first(query, name);
    }

    /** A field of the form, stripped; empty text when it is missing. */
    String form(String name) {
        return first(form, name);
    }

    /** A field of the form exactly as it was sent. */
    String raw(String name) {
        List<String> values = form.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.get(0);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    Optional<String> cookie(String name) {
        return Optional.ofNullable(cookies.get(name));
    }

    private static String first(Map<String, List<String>> values, String name) {
        List<String> all = values.getOrDefault(name, List.of());
        return all.isEmpty() ? "" : all.get(0).strip();
    }
}
