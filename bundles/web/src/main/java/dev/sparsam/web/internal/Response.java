package dev.sparsam.web.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * What is sent back.
 *
 * @param status the HTTP status
 * @param headers in order; a name may occur more than once
 * @param body writes the body
 */
record Response(int status, List<Header> headers, Body body) {
    /** Keeps a copy. */
    Response {
        headers = List.copyOf(headers);
    }

    /** A header line. */
    record Header(String name, String value) {}

    /** Writes a body. */
    @FunctionalInterface
    interface Body {
        /** Writes everything. */
        void writeTo(OutputStream stream) throws IOException;
    }

    Response with(String name, String value) {
        List<Header> more = new ArrayList<>(headers);
        more.add(new Header(name, value));
        return new Response(status, more, body);
    }
}
