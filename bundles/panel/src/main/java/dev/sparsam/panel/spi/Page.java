package dev.sparsam.panel.spi;

import java.util.List;
import java.util.Optional;

/**
 * A part of a long list.
 *
 * @param items the items of this page
 * @param next the token that asks for the page after this one; empty at the end
 */
public record Page<T>(List<T> items, Optional<String> next) {
    /** Keeps a copy of the items. */
    public Page {
        items = List.copyOf(items);
    }
}
