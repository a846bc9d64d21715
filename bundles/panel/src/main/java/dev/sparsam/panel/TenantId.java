package dev.sparsam.panel;

/**
 * The identifier of a tenant, as the panel knows it.
 *
 * @param value 1 to 128 letters, digits, {@code . _ -}, starting with a letter or digit
 */
public record TenantId(String value) implements Comparable<TenantId> {
    /** Checks the identifier; an {@link IllegalArgumentException} says what is wrong with it. */
    public TenantId {
        Ids.checked("Tenant id", value);
    }

    @Override
    public int compareTo(TenantId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
