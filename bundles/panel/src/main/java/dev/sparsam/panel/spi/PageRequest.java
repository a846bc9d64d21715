package dev.sparsam.panel.spi;

import java.util.Optional;

/**
 * Asks for a part of a long list.
 *
 * @param token what the page before gave as {@link Page#next}; empty for the first page
 * @param limit the most items wanted, 1 to 10,000; a connector may give fewer
 */
public record PageRequest(Optional<String> token, int limit) {
    /** Checks the limit. */
    public PageRequest {
        if (limit < 1 || limit > 10_000) {
            throw new IllegalArgumentException("A page has 1 to 10000 items, not " + limit);
        }
    }

    /** The first page, as large as allowed. */
    public static PageRequest first() {
        return new PageRequest(Optional.empty(), 10_000);
    }
}
