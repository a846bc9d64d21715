package dev.sparsam.panel.spi;

import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads the whole tree from a connector. */
public final class TenantTrees {
    /** So often a panel that is changed meanwhile is read. */
    private static final int READS = 3;

    private TenantTrees() {}

    /**
     * Reads all pages of both directories. Empty while the panel has no tenant yet. What does not fit together is read
     * again: a panel may be changed between the two, so that a site is of a tenant that was not there a moment ago.
     *
     * @throws IllegalArgumentException when what the panel says is no tree, see {@link TenantTree}; or when its pages have
     *     no end
     */
    public static Optional<TenantTree> read(TenantDirectory tenants, SiteDirectory sites) {
        for (int read = 1; ; read++) {
            try {
                List<Tenant> allTenants = all(tenants::tenants);
                return allTenants.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new TenantTree(allTenants, all(sites::sites)));
            } catch (IllegalArgumentException e) {
                if (read == READS) {
                    throw e;
                }
            }
        }
    }

    /**
     * The path to one site, without reading the whole tree.
     *
     * @throws IllegalArgumentException when the panel names a parent that it does not have, or one that is not of a level
     *     above
     */
    public static Optional<ScopePath> path(SiteId id, TenantDirectory tenants, SiteDirectory sites) {
        return sites.site(id).map(site -> {
            Deque<Scope> scopes = new ArrayDeque<>(List.of(site.scope()));
            Optional<TenantId> next = Optional.of(site.tenant());
            Optional<Tenant> below = Optional.empty();
            while (next.isPresent()) {
                TenantId tenantId = next.get();
                Tenant tenant = tenants.tenant(tenantId)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "The panel names tenant " + tenantId + " above site " + id + " but does not have it"));
                // As in a tree, levels go up strictly: tenants that are above each other would have no end.
                if (below.isPresent() && tenant.kind().compareTo(below.get().kind()) >= 0) {
                    throw new IllegalArgumentException("The panel names, above site " + id + ", the " + tenant.kind()
                            + " " + tenantId + " as parent of the "
                            + below.get().kind() + " "
                            + below.get().id() + ": correct the parent there");
                }
                below = Optional.of(tenant);
                scopes.addFirst(tenant.scope());
                next = tenant.parent();
            }
            return new ScopePath(List.copyOf(scopes));
        });
    }

    private static <T> List<T> all(Function<PageRequest, Page<T>> list) {
        List<T> all = new ArrayList<>();
        Set<String> tokens = new HashSet<>();
        Optional<PageRequest> request = Optional.of(PageRequest.first());
        while (request.isPresent()) {
            Page<T> page = list.apply(request.get());
            all.addAll(page.items());
            if (page.next().isPresent() && !tokens.add(page.next().get())) {
                throw new IllegalArgumentException("The panel's pages have no end: after " + all.size()
                        + " items it names the page '" + page.next().get() + "' as the next one again");
            }
            request = page.next().map(token -> new PageRequest(Optional.of(token), 10_000));
        }
        return all;
    }
}
