package dev.sparsam.logs.internal;

import dev.sparsam.panel.SiteId;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Sites, and other things, as arguments of statements. */
final class NamedSites {
    /** Up to so many sites are named in a query; for more it is cheaper to read all. */
    static final int MOST = 1_000;

    private NamedSites() {}

    /** Sites in pieces that a statement can name. */
    static List<List<SiteId>> batches(Collection<SiteId> sites) {
        return Parts.of(List.copyOf(sites), MOST);
    }

    /** As many question marks. */
    static String marks(Collection<?> values) {
        return String.join(", ", Collections.nCopies(values.size(), "?"));
    }

    /** What a statement is given that names sites last. */
    static Object[] arguments(List<?> first, List<SiteId> sites) {
        return Stream.concat(first.stream(), sites.stream().map(SiteId::value)).toArray();
    }
}
