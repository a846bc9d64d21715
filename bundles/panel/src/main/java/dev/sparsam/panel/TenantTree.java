package dev.sparsam.panel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A snapshot of all tenants and sites, for walking up and down. Immutable.
 */
public final class TenantTree {
    private final Map<TenantId, Tenant> tenants = new LinkedHashMap<>();
    private final Map<SiteId, Site> sites = new LinkedHashMap<>();
    private final Map<TenantId, ScopePath> paths = new LinkedHashMap<>();
    private final Tenant provider;

    /**
     * Builds the tree.
     *
     * @throws IllegalArgumentException when there is not exactly one provider, an id occurs twice, a parent or owner
     *     is missing, or the levels do not go down; the message names the entry
     */
    public TenantTree(Collection<Tenant> allTenants, Collection<Site> allSites) {
        List<Tenant> providers = new ArrayList<>();
        for (Tenant tenant : allTenants) {
            if (tenants.put(tenant.id(), tenant) != null) {
                throw new IllegalArgumentException("Tenant id " + tenant.id() + " occurs twice");
            }
            if (tenant.kind() == TenantKind.PROVIDER) {
                providers.add(tenant);
            }
        }
        if (providers.size() != 1) {
            throw new IllegalArgumentException("A tree has exactly one provider, not " + providers.size());
        }
        provider = providers.get(0);
        for (Tenant tenant : allTenants) {
            pathTo(tenant);
        }
        for (Site site : allSites) {
            Tenant owner = tenants.get(site.tenant());
            if (owner == null) {
                throw new IllegalArgumentException(
                        "Site " + site.id() + " (" + site.domain() + "): its tenant " + site.tenant() + " is missing");
            }
            if (sites.put(site.id(), site) != null) {
                throw new IllegalArgumentException("Site id " + site.id() + " occurs twice");
            }
        }
    }

    private ScopePath pathTo(Tenant tenant) {
        ScopePath known = paths.get(tenant.id());
        if (known != null) {
            return known;
        }
        ScopePath path;
        if (tenant.parent().isEmpty()) {
            path = ScopePath.of(tenant.scope());
        } else {
            TenantId parentId = tenant.parent().get();
            Tenant parent = tenants.get(parentId);
            if (parent == null) {
                throw new IllegalArgumentException(
                        "Tenant " + tenant.id() + ": its parent " + parentId + " is missing");
            }
            // Levels go down strictly, so a parent of the same or a lower level is refused before a cycle can form.
            if (parent.kind().compareTo(tenant.kind()) >= 0) {
                throw new IllegalArgumentException("Tenant " + tenant.id() + ": a " + tenant.kind()
                        + " cannot be below the " + parent.kind() + " " + parentId);
            }
            path = pathTo(parent).plus(tenant.scope());
        }
        paths.put(tenant.id(), path);
        return path;
    }

    /** The root of the tree. */
    public Tenant provider() {
        return provider;
    }

    /** All tenants, in the order in which they came. */
    public Collection<Tenant> tenants() {
        return Collections.unmodifiableCollection(tenants.values());
    }

    /** All sites, in the order in which they came. */
    public Collection<Site> sites() {
        return Collections.unmodifiableCollection(sites.values());
    }

    /** The tenant with this id. */
    public Optional<Tenant> tenant(TenantId id) {
        return Optional.ofNullable(tenants.get(id));
    }

    /** The site with this id. */
    public Optional<Site> site(SiteId id) {
        return Optional.ofNullable(sites.get(id));
    }

    /** The site with this domain name. */
    public Optional<Site> siteByDomain(String domain) {
        return sites.values().stream()
                .filter(site -> site.domain().equals(domain))
                .findFirst();
    }

    /** The path to a scope; empty when the tree does not have it. */
    public Optional<ScopePath> path(Scope scope) {
        if (scope.level() == ScopeLevel.DOMAIN) {
            return site(new SiteId(scope.id())).map(this::path);
        }
        return Optional.ofNullable(paths.get(new TenantId(scope.id())))
                .filter(path -> path.leaf().equals(scope));
    }

    /**
     * The path to a site of this tree.
     *
     * @throws IllegalArgumentException when the site's tenant is not in this tree
     */
    public ScopePath path(Site site) {
        ScopePath owner = paths.get(site.tenant());
        if (owner == null) {
            throw new IllegalArgumentException("Site " + site.id() + " is not of this tree");
        }
        return owner.plus(site.scope());
    }

    /** The sites at or below a scope, in the order in which they came. */
    public List<Site> sitesBelow(Scope scope) {
        return sites.values().stream()
                .filter(site -> path(site).contains(scope))
                .toList();
    }

    /** Whether a principal sees a scope: it is its tenant's own scope or lies below it. */
    public boolean sees(Principal principal, Scope scope) {
        Tenant own = tenants.get(principal.tenant());
        return own != null
                && path(scope).filter(path -> path.contains(own.scope())).isPresent();
    }

    /** What a scope is called: a tenant's label or a site's domain; empty when the tree does not have it. */
    public Optional<String> label(Scope scope) {
        if (scope.level() == ScopeLevel.DOMAIN) {
            return site(new SiteId(scope.id())).map(Site::domain);
        }
        return tenant(new TenantId(scope.id())).map(Tenant::label);
    }
}
