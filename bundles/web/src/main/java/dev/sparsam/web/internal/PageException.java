package dev.sparsam.web.internal;

/** Ends a request with an error page. Carries no stack: it is an answer, not a fault. */
final class PageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String key;

    /**
     * @param status the HTTP status
     * @param key the key of the sentence that says what is wrong and what to do
     */
    PageException(int status, String key) {
        super(status + " " + key, null, false, false);
        this.status = status;
        this.key = key;
    }

    /** What does not exist and what is not to be seen is answered alike. */
    static PageException notFound() {
        return new PageException(404, "error.404.text");
    }

    int status() {
        return status;
    }

    String key() {
        return key;
    }
}
