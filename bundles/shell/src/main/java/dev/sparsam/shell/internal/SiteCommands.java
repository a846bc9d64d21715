package dev.sparsam.shell.internal;

import dev.sparsam.facts.Retention;
import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.LegalHolds;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.logs.Observation;
import dev.sparsam.logs.SiteSweep;
import dev.sparsam.logs.Sweeps;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.settings.Resolved;
import dev.sparsam.settings.Settings;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The domains and tenants. */
@Component(
        service = SiteCommands.class,
        property = {"osgi.command.scope=site", "osgi.command.function=list", "osgi.command.function=observe"})
public final class SiteCommands {
    private final Panel panel;
    private final Settings settings;
    private final Sweeps sweeps;
    private final LegalHolds holds;

    /** Wires the services. */
    @Activate
    public SiteCommands(
            @Reference Panel panel,
            @Reference Settings settings,
            @Reference Sweeps sweeps,
            @Reference LegalHolds holds) {
        this.panel = panel;
        this.settings = settings;
        this.sweeps = sweeps;
        this.holds = holds;
    }

    /** The domains of a scope. */
    @Descriptor("the domains with owner, effective retention and its source, last sweep, oldest line")
    public String list(
            CommandSession session,
            @Descriptor("only domains whose name or owner contains this text")
                    @Parameter(names = "--find", absentValue = "")
                    String find,
            @Descriptor("at most so many (default: all)") @Parameter(names = "--limit", absentValue = "2147483647")
                    int limit) {
        Texts texts = Texts.of(session);
        TenantTree tree = panel.tree();
        String wanted = find.toLowerCase(Locale.ROOT);
        List<Site> found = tree.sites().stream()
                .filter(site -> site.domain().contains(wanted)
                        || owners(tree, site).toLowerCase(Locale.ROOT).contains(wanted))
                .sorted(Comparator.comparing(Site::domain))
                .toList();
        List<Site> shown = found.stream().limit(Texts.checkedLimit(limit)).toList();
        Map<Scope, Resolved<RetentionRule>> retention = settings.resolveAll(
                LogSettings.RETENTION.live(), shown.stream().map(tree::path).toList());
        Map<SiteId, SiteSweep> last = sweeps.last(shown.stream().map(Site::id).toList());
        Map<SiteId, LegalHold> held = holds.active(shown.stream().map(Site::id).toList());
        Table table = texts.table("site.list.head");
        for (Site site : shown) {
            Optional<Resolved<RetentionRule>> resolved = Optional.ofNullable(retention.get(site.scope()));
            Optional<SiteSweep> sweep = Optional.ofNullable(last.get(site.id()));
            table.row(
                    site.domain(),
                    owners(tree, site),
                    resolved.map(each -> each.value().toString()).orElse("-")
                            + Optional.ofNullable(held.get(site.id()))
                                    .map(hold -> " " + texts.text("site.held", hold.lastDay()))
                                    .orElse(""),
                    resolved.map(each -> source(texts, tree, each)).orElse("-"),
                    sweep.map(each -> Texts.time(each.at())
                                    + (each.problems() > 0 ? " " + texts.text("site.problems", each.problems()) : ""))
                            .orElseGet(() -> texts.text("site.never")),
                    sweep.flatMap(SiteSweep::oldestLine)
                            .map(line -> age(texts, line, Instant.now()))
                            .orElse("-"));
        }
        if (found.size() > shown.size()) {
            texts.tellMore(shown.size());
        }
        return table.or(texts.text("site.none"));
    }

    /** The domains that drift. */
    @Descriptor(
            "what the last sweeps found next to what is set: of a domain, or of all that drift or could not be read as a"
                    + " whole; exit status 3 when one drifts or could not")
    public String observe(CommandSession session) {
        List<Site> sites = byDomain(panel.tree().sites());
        return Observed.drifting(Texts.of(session), sites, observed(session, sites));
    }

    /** One domain, or those of a scope. */
    public String observe(CommandSession session, @Descriptor(Panel.SCOPE) String scope) {
        TenantTree tree = panel.tree();
        List<Site> sites = byDomain(tree.sitesBelow(Panel.path(tree, scope).leaf()));
        return Observed.all(Texts.of(session), sites, observed(session, sites));
    }

    private static List<Site> byDomain(Collection<Site> sites) {
        return sites.stream().sorted(Comparator.comparing(Site::domain)).toList();
    }

    private Map<SiteId, List<Observation>> observed(CommandSession session, List<Site> sites) {
        Map<SiteId, List<Observation>> observed =
                sweeps.observed(sites.stream().map(Site::id).toList());
        if (observed.values().stream().flatMap(List::stream).anyMatch(found -> !found.isAsSet())) {
            GogoSession.incomplete(session);
        }
        return observed;
    }

    private static String owners(TenantTree tree, Site site) {
        List<Scope> scopes = tree.path(site).scopes();
        StringBuilder owners = new StringBuilder();
        for (int i = scopes.size() - 2; i > 0; i--) {
            owners.append(owners.isEmpty() ? "" : " < ")
                    .append(tree.label(scopes.get(i)).orElse("?"));
        }
        return owners.toString();
    }

    static <T> String source(Texts texts, TenantTree tree, Resolved<T> resolved) {
        return resolved.source()
                .map(scope -> scope.equals(resolved.scope())
                        ? texts.text("source.own")
                        : texts.word(scope.level()) + " " + tree.label(scope).orElse(scope.id()))
                .orElseGet(() -> texts.text("source.builtIn"));
    }

    /** Days as everywhere, a begun one counts; a line of tomorrow, from a clock that is wrong, has no age. */
    static String age(Texts texts, Instant line, Instant now) {
        return line.isAfter(now)
                ? texts.text("age.future", Texts.time(line))
                : texts.text("age.days", Retention.age(line, now), Texts.time(line));
    }

    /** The tenants, as commands of a scope of their own. */
    @Component(
            service = TenantCommands.class,
            property = {"osgi.command.scope=tenant", "osgi.command.function=list"})
    public static final class TenantCommands {
        private final Panel panel;

        /** Wires the panel. */
        @Activate
        public TenantCommands(@Reference Panel panel) {
            this.panel = panel;
        }

        /** The tree of tenants. */
        @Descriptor("the provider, its resellers and customers")
        public String list(CommandSession session) {
            TenantTree tree = panel.tree();
            Table table = Texts.of(session).table("tenant.list.head");
            rows(tree, tree.provider(), 0, table);
            return table.toString();
        }

        private static void rows(TenantTree tree, Tenant tenant, int depth, Table table) {
            table.row(
                    "  ".repeat(depth) + tenant.label(),
                    tenant.scope(),
                    tree.sitesBelow(tenant.scope()).size());
            tree.tenants().stream()
                    .filter(each -> each.parent().equals(Optional.of(tenant.id())))
                    .forEach(each -> rows(tree, each, depth + 1, table));
        }
    }
}
