package dev.sparsam.panel.reference.internal;

import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All tenants and sites, by id.
 *
 * @param tenants every tenant
 * @param sites every site with its log streams
 */
record Inventory(SortedMap<TenantId, Tenant> tenants, SortedMap<SiteId, SiteEntry> sites) {
    /** What the file says in its first field. */
    static final String FORMAT = "sparsam-panel/1";

    Inventory {
        tenants = Collections.unmodifiableSortedMap(tenants);
        sites = Collections.unmodifiableSortedMap(sites);
    }

    static Inventory of(Collection<Tenant> tenants, Collection<SiteEntry> sites) {
        SortedMap<TenantId, Tenant> tenantsById = new TreeMap<>();
        tenants.forEach(tenant -> tenantsById.put(tenant.id(), tenant));
        SortedMap<SiteId, SiteEntry> sitesById = new TreeMap<>();
        sites.forEach(entry -> sitesById.put(entry.site().id(), entry));
        return new Inventory(tenantsById, sitesById);
    }

    /** A site with its logs, in the order of the file. */
    record SiteEntry(Site site, List<LogStream> logs) {
        SiteEntry {
            logs = List.copyOf(logs);
        }
    }
}
