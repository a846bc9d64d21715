package dev.sparsam.logs.internal;

import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.Refusal.Reason;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.panel.spi.TenantTrees;
import dev.sparsam.settings.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The sites of sweeps: which there are, what holds for them now, and where their logs are. */
final class SweptSites {
    /** Up to so many sites are looked for one by one; for more it is cheaper to read all. */
    private static final int ONE_BY_ONE = 200;

    private final Settings settings;
    private final TenantDirectory tenants;
    private final SiteDirectory sites;
    private final Holds holds;

    SweptSites(Settings settings, TenantDirectory tenants, SiteDirectory sites, Holds holds) {
        this.settings = settings;
        this.tenants = tenants;
        this.sites = sites;
        this.holds = holds;
    }

    /** The sites below a scope. */
    List<SweptSite> below(Scope scope) {
        List<ScopePath> paths = scope.level() == ScopeLevel.DOMAIN
                ? TenantTrees.path(new SiteId(scope.id()), tenants, sites).stream()
                        .toList()
                : TenantTrees.read(tenants, sites).stream()
                        .flatMap(tree -> tree.sitesBelow(scope).stream().map(tree::path))
                        .toList();
        return swept(paths);
    }

    /** Sites that are not below the sweep's scope any more, or whose settings are not those that their plan follows. */
    Map<SiteId, Reason> overtaken(Scope scope, List<SweptSite> planned) {
        List<ScopePath> paths = planned.size() <= ONE_BY_ONE
                ? planned.stream()
                        .flatMap(site -> TenantTrees.path(site.site(), tenants, sites).stream())
                        .toList()
                : TenantTrees.read(tenants, sites).stream()
                        .flatMap(tree -> planned.stream()
                                .flatMap(site -> tree.site(site.site()).stream())
                                .map(tree::path))
                        .toList();
        Set<SweptSite> now = Set.copyOf(swept(paths));
        Map<SiteId, Reason> overtaken = new HashMap<>();
        planned.stream()
                .filter(site -> !now.contains(site))
                .forEach(site -> overtaken.put(site.site(), Reason.OVERTAKEN));
        paths.stream()
                .filter(path -> !path.contains(scope))
                .forEach(path -> overtaken.put(new SiteId(path.leaf().id()), Reason.MOVED));
        return overtaken;
    }

    /** Sites with the settings and legal holds that hold for them now. */
    private List<SweptSite> swept(List<ScopePath> paths) {
        Map<SiteId, LegalHold> held = holds.active();
        List<SweptSite> swept = new ArrayList<>();
        SiteRules.resolve(settings, paths).forEach((scope, rules) -> {
            SiteId site = new SiteId(scope.id());
            LegalHold hold = held.get(site);
            swept.add(new SweptSite(site, hold == null ? rules : rules.held(hold.lastDay())));
        });
        return swept;
    }

    /** The log streams of sites; none of any when the panel cannot say. */
    Map<SiteId, List<LogStream>> streams(List<SweptSite> some) {
        return Containment.within(
                "The panel does not say where all logs are",
                () -> sites.logStreams(some.stream().map(SweptSite::site).toList()),
                e -> Map.of());
    }

    /** The log streams of a site; none when the panel cannot say. */
    List<LogStream> streams(SiteId site) {
        return Containment.within(
                "The panel does not say where the logs of site " + site + " are", () -> asked(site), e -> List.of());
    }

    /** The log streams of a site; an exception when the panel cannot say. */
    List<LogStream> asked(SiteId site) {
        return sites.logStreams(site);
    }
}
