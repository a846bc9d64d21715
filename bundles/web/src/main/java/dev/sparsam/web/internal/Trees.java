package dev.sparsam.web.internal;

import dev.sparsam.panel.Principal;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantKind;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.panel.spi.TenantTrees;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tenant tree, read again after a few seconds, with the sites that each tenant sees in the order of their names. */
final class Trees {
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final TenantDirectory tenants;
    private final SiteDirectory sites;
    private final Clock clock;
    private Snapshot last;

    Trees(TenantDirectory tenants, SiteDirectory sites, Clock clock) {
        this.tenants = tenants;
        this.sites = sites;
        this.clock = clock;
        this.last = new Snapshot(Optional.empty(), Instant.MIN);
    }

    /**
     * A domain with those above it.
     *
     * @param site the site
     * @param customer whose it is
     * @param reseller who sold it; empty for a customer of the provider
     * @param path the path for settings
     */
    record Place(Site site, Tenant customer, Optional<Tenant> reseller, ScopePath path) {}

    /** The tree as it was at a moment. */
    static final class Snapshot {
        private final Optional<TenantTree> tree;
        private final Instant at;
        private final Map<TenantId, List<Place>> visible = new HashMap<>();

        Snapshot(Optional<TenantTree> tree, Instant at) {
            this.tree = tree;
            this.at = at;
        }

        Optional<TenantTree> tree() {
            return tree;
        }

        /** The sites that a principal sees, by domain name. */
        synchronized List<Place> visible(Principal principal) {
            return tree.map(known -> visible.computeIfAbsent(principal.tenant(), id -> places(known, principal)))
                    .orElse(List.of());
        }

        private static List<Place> places(TenantTree tree, Principal principal) {
            List<Place> places = new ArrayList<>();
            for (Site site : tree.sites()) {
                if (tree.sees(principal, site.scope())) {
                    places.add(place(tree, site));
                }
            }
            places.sort(Comparator.comparing(place -> place.site().domain()));
            return List.copyOf(places);
        }
    }

    static Place place(TenantTree tree, Site site) {
        Tenant customer = tree.tenant(site.tenant()).orElseThrow();
        Optional<Tenant> reseller =
                customer.parent().flatMap(tree::tenant).filter(parent -> parent.kind() == TenantKind.RESELLER);
        return new Place(site, customer, reseller, tree.path(site));
    }

    synchronized Snapshot snapshot() {
        Instant now = clock.instant();
        if (last.at.isBefore(now.minus(FRESH)) || last.at.isAfter(now) || last.tree.isEmpty()) {
            last = new Snapshot(TenantTrees.read(tenants, sites), now);
        }
        return last;
    }

    /** Reads anew next time: the panel has just been changed. */
    synchronized void forget() {
        last = new Snapshot(Optional.empty(), Instant.MIN);
    }
}
