package dev.sparsam.settings;

import java.util.Comparator;

/**
 * Which values are better for the people whose data it is. Stricter means shorter, more masked, less. Two values need
 * not be comparable (one may keep less of IPv4 and the other less of IPv6), so this is a lattice and no
 * {@link Comparator}.
 */
public interface Strictness<T> {
    /** Whether {@code value} is nowhere worse for people than {@code than}; equal values are. */
    boolean atLeast(T value, T than);

    /** The least strict value that is at least as strict as both. */
    T stricter(T one, T other);

    /** The strictest value that both are at least as strict as. */
    T laxer(T one, T other);

    /** For values of which one is always stricter than the other: the stricter comes first. */
    static <T> Strictness<T> by(Comparator<T> order) {
        return new Strictness<>() {
            @Override
            public boolean atLeast(T value, T than) {
                return order.compare(value, than) <= 0;
            }

            @Override
            public T stricter(T one, T other) {
                return order.compare(one, other) <= 0 ? one : other;
            }

            @Override
            public T laxer(T one, T other) {
                return order.compare(one, other) <= 0 ? other : one;
            }
        };
    }
}
