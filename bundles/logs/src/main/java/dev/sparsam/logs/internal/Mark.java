package dev.sparsam.logs.internal;

import java.util.Locale;
import java.util.Optional;

/** What a part of a line is, as far as a format says it. Formats name it in lower case. */
enum Mark {
    /** The client, or a list of clients: addresses, with ports or without, or host names. */
    CLIENT,
    /** The host of the client, if what stands there is the name of one; anything else is text. */
    HOST,
    /** A site of the server, with a port or without. */
    SITE,
    /** A user name. */
    USER,
    /** User names with a colon between them: who has become whom. */
    USERS,
    /** An HTTP request line: method, URI, version. */
    REQUEST,
    /** A URI, or its path and query. */
    URI,
    /** A query string. */
    QUERY,
    /** The URI of the page that the visitor came from. */
    REFERRER,
    /** What the visitor's program says of itself. */
    AGENT,
    /** An e-mail address, also one without a domain. */
    EMAIL,
    /** The path of a file: in {@code /home/NAME/} a user name. */
    PATH,
    /** A session, a token, a password, cookies. */
    TOKEN,
    /** What ModSecurity says of a parameter: where it was found, its name, and its value. */
    ARGUMENT,
    /** A hardware address. */
    DEVICE,
    /** What a device is called. */
    DEVICE_NAME,
    /** A text of its own within a line, in which the markers of the format count. */
    MESSAGE,
    /** Anything else. */
    ANY;

    /** The mark with that name. */
    static Optional<Mark> named(String name) {
        for (Mark mark : values()) {
            if (mark.name().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(mark);
            }
        }
        return Optional.empty();
    }
}
