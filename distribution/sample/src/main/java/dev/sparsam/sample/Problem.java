package dev.sparsam.sample;

import java.util.Locale;

/** What is planted on purpose, each at a place that {@code planted.json} names. */
enum Problem {
    /** Clients by a name instead of an address. */
    HOST_NAME_CLIENT(Place.ACCESS_ROTATED, "lines whose client is a host name"),
    ZONE_ID(Place.ACCESS_ROTATED, "lines whose client is an IPv6 address with a zone id"),
    ADDRESS_IN_QUERY(Place.ACCESS_ROTATED, "lines with an address in the query string"),
    EMAIL_IN_QUERY(Place.ACCESS_ROTATED, "lines with an e-mail address in the query string"),
    LATIN1_BYTES(Place.ACCESS_ROTATED, "lines with bytes that are no UTF-8"),
    LONG_LINE(Place.ACCESS_ROTATED, "a line of more than 100,000 bytes"),
    NUL_HOLE(Place.ACCESS_ROTATED, "4,096 NUL bytes in front of the first line, as copytruncate leaves them"),
    CRLF_LINES(Place.ACCESS_ROTATED, "lines that end with carriage return and line feed"),
    NO_FINAL_NEWLINE(Place.ACCESS_ROTATED, "the last line has no line end"),
    STACK_TRACE(Place.ERROR_ROTATED, "entries of several lines"),
    TOUCHED_MTIME(Place.ACCESS_OLDEST, "modified long after its newest line, as after a restore"),
    /** Only with {@code --damage}. */
    TRUNCATED_GZIP(Place.ACCESS_MIDDLE, "compressed data that ends early"),
    EMPTY_FILE(Place.ERROR_CURRENT, "a current log without a line"),
    SYMBOLIC_LINK(Place.SITE, "a symbolic link to the current log"),
    EMPTY_DIRECTORY(Place.SITE, "a log directory without a file"),
    MISSING_DIRECTORY(Place.SITE, "a log directory that does not exist"),
    NO_LOGS(Place.SITE, "a site for which the panel names no logs");

    /** Which file of a site it is planted in. */
    enum Place {
        /** The newest rotated access log. */
        ACCESS_ROTATED,
        ACCESS_MIDDLE,
        ACCESS_OLDEST,
        /** The newest rotated error log. */
        ERROR_ROTATED,
        ERROR_CURRENT,
        /** The site as a whole. */
        SITE
    }

    final Place place;
    final String text;

    Problem(Place place, String text) {
        this.place = place;
        this.text = text;
    }

    /** The name in {@code planted.json}. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it is planted in this file of a stream. */
    boolean isIn(boolean error, int index, int files) {
        return switch (place) {
            case ACCESS_ROTATED -> !error && index == Math.min(1, files - 1);
            case ACCESS_MIDDLE -> !error && index == files / 2;
            case ACCESS_OLDEST -> !error && index == files - 1;
            case ERROR_ROTATED -> error && index == Math.min(1, files - 1);
            case ERROR_CURRENT -> error && index == 0;
            case SITE -> false;
        };
    }
}
