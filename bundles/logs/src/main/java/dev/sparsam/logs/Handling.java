package dev.sparsam.logs;

import java.util.Locale;

/** What becomes of a {@link PersonalField}. Each is better for the people whose data it is than the one before. */
public enum Handling {
    /** It stays as it is. */
    KEEP,
    /**
     * A keyed hash stands in its place, the same one for the same text within a site and a day: pseudonymisation (Art. 4 no.
     * 5 GDPR) until the key is destroyed.
     */
    HASH,
    /** What tells least about a person is kept; {@link PersonalField} says what that is. */
    CUT,
    /** {@code -} stands in its place, or nothing where a log may have nothing. */
    DROP;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
