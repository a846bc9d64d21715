package dev.sparsam.panel;

/**
 * The identifier of a site, as the panel knows it. It stays the same when the site's domain name changes.
 *
 * @param value 1 to 128 letters, digits, {@code . _ -}, starting with a letter or digit
 */
public record SiteId(String value) implements Comparable<SiteId> {
    /** Checks the identifier; an {@link IllegalArgumentException} says what is wrong with it. */
    public SiteId {
        Ids.checked("Site id", value);
    }

    @Override
    public int compareTo(SiteId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
