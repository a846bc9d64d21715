package dev.sparsam.shell.internal;

import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.panel.spi.TenantTrees;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What commands need of the panel: the tree, and scopes by the names that people use. */
@Component(service = Panel.class)
public final class Panel {
    /** How to write a scope, for the help. */
    static final String SCOPE = "domain, tenant id or label, level/id, or provider";

    /** How to write a scope that is no domain, for the help. */
    static final String TENANT_SCOPE = "tenant id or label, level/id, or provider";

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private final TenantDirectory tenants;
    private final SiteDirectory sites;

    /** Wires the panel's directories. */
    @Activate
    public Panel(@Reference TenantDirectory tenants, @Reference SiteDirectory sites) {
        this.tenants = tenants;
        this.sites = sites;
    }

    TenantTree tree() {
        return TenantTrees.read(tenants, sites).orElseThrow(() -> new Refusal("panel.empty"));
    }

    boolean hasLogs(SiteId site) {
        return !sites.logStreams(site).isEmpty();
    }

    /**
     * A scope by what people write: {@code level/id}, a domain name, a tenant's id or label, or {@code provider}, as
     * there is only one.
     *
     * @throws IllegalArgumentException when the panel has nothing of that name, or more than one
     */
    static ScopePath path(TenantTree tree, String name) {
        Optional<ScopePath> path = Optional.empty();
        if (name.contains("/")) {
            path = parse(name).flatMap(tree::path);
        } else {
            path = tree.siteByDomain(name.toLowerCase(Locale.ROOT)).map(tree::path);
            if (path.isEmpty() && ID.matcher(name).matches()) {
                path = tree.tenant(new TenantId(name))
                        .map(Tenant::scope)
                        .or(() -> tree.site(new SiteId(name)).map(Site::scope))
                        .flatMap(tree::path);
            }
            if (path.isEmpty()) {
                var labelled = tree.tenants().stream()
                        .filter(tenant -> tenant.label().equalsIgnoreCase(name))
                        .toList();
                if (labelled.size() > 1) {
                    throw new Refusal(
                            "scope.several",
                            name,
                            labelled.stream()
                                    .map(tenant -> tenant.scope().toString())
                                    .collect(Collectors.joining(", ")));
                }
                path = labelled.stream().findFirst().map(Tenant::scope).flatMap(tree::path);
            }
        }
        if (path.isEmpty() && name.equalsIgnoreCase("provider")) {
            path = tree.path(tree.provider().scope());
        }
        return path.orElseThrow(() -> new Refusal("scope.unknown", name));
    }

    private static Optional<Scope> parse(String name) {
        try {
            return Optional.of(Scope.parse(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // Told like any other name that is not there.
        }
    }

    /** Who acts here: whoever can open the shell's socket owns the installation. */
    static Principal operator(TenantTree tree) {
        return Principal.system("shell", tree.provider().id());
    }
}
