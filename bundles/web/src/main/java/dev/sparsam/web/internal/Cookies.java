package dev.sparsam.web.internal;

/** The names and attributes of our cookies. */
final class Cookies {
    /** Remembers the language that somebody chose. */
    static final String LANGUAGE = "sparsam-language";

    private final Mode mode;

    Cookies(Mode mode) {
        this.mode = mode;
    }

    /** When cookies carry the attribute Secure. */
    enum Mode {
        /** When the request came through TLS. */
        AUTO,
        /** Always: a proxy before us speaks TLS. */
        ALWAYS
    }

    private boolean secure(Request request) {
        return mode == Mode.ALWAYS || request.secure();
    }

    /** The name of the session's cookie. */
    String session(Request request) {
        return (secure(request) ? "__Host-" : "") + "sparsam-session";
    }

    /** The name of the cookie that ties the login form to the browser. */
    String visitor(Request request) {
        return (secure(request) ? "__Host-" : "") + "sparsam-visitor";
    }

    String session(Request request, String token) {
        return session(request) + "=" + token + "; Path=/; HttpOnly; SameSite=Lax" + secureAttribute(request);
    }

    String noSession(Request request) {
        return session(request) + "=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0" + secureAttribute(request);
    }

    String visitor(Request request, String token) {
        return visitor(request) + "=" + token + "; Path=/; HttpOnly; SameSite=Strict" + secureAttribute(request);
    }

    String language(Request request, String language) {
        return LANGUAGE + "=" + language + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000"
                + secureAttribute(request);
    }

    private String secureAttribute(Request request) {
        return secure(request) ? "; Secure" : "";
    }
}
