package dev.sparsam.logs.internal;

/** The keys of a site. */
@FunctionalInterface
interface KeyRing {
    /** For what needs no keys. */
    KeyRing NONE = day -> {
        throw new IllegalStateException("There are no keys for pseudonyms and hashes");
    };

    /** For those who only look: what they would write is thrown away. */
    KeyRing NOBODYS = day -> new DayKeys(new byte[DayKeys.LENGTH]);

    /**
     * The keys of a day.
     *
     * @param epochDay days since 1970
     */
    DayKeys on(long epochDay);
}
