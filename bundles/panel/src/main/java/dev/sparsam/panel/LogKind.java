package dev.sparsam.panel;

/** What a log stream records. */
public enum LogKind {
    /** Requests to the web server. */
    WEB_ACCESS,
    /** Errors of the web server. */
    WEB_ERROR
}
