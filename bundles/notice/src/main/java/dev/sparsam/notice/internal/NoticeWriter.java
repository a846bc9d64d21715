package dev.sparsam.notice.internal;

import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.FactSource;
import dev.sparsam.facts.Findings;
import dev.sparsam.facts.Withheld;
import dev.sparsam.notice.Notices;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.panel.spi.TenantTrees;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.FieldOption;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Writes notices from the facts of all capabilities that are there, and from nothing else. */
@Component(immediate = true)
public final class NoticeWriter implements Notices {
    private final TenantDirectory tenants;
    private final SiteDirectory sites;
    private final Clock clock;

    /** Capabilities come and go; what is not there states nothing. */
    @Reference(policy = ReferencePolicy.DYNAMIC, fieldOption = FieldOption.UPDATE)
    private final List<FactSource> sources;

    /** Wires the writer to the panel. */
    @Activate
    public NoticeWriter(@Reference TenantDirectory tenants, @Reference SiteDirectory sites) {
        this(tenants, sites, List.of(), Clock.systemUTC());
    }

    NoticeWriter(TenantDirectory tenants, SiteDirectory sites, List<FactSource> sources, Clock clock) {
        this.tenants = tenants;
        this.sites = sites;
        this.sources = new CopyOnWriteArrayList<>(sources);
        this.clock = clock;
    }

    @Override
    public List<Locale> languages() {
        return ClauseCatalogue.LANGUAGES;
    }

    @Override
    public Notice notice(SiteId site, Locale language) {
        if (!ClauseCatalogue.LANGUAGES.contains(language)) {
            throw new IllegalArgumentException("There is no notice in " + language + ", only in "
                    + ClauseCatalogue.LANGUAGES + ": choose one of these");
        }
        ScopePath path = TenantTrees.path(site, tenants, sites)
                .orElseThrow(() -> new IllegalArgumentException("The panel does not have a site " + site));
        Instant now = clock.instant();
        List<Evidenced<?>> stale = new ArrayList<>();
        List<Due> due = new ArrayList<>();
        Findings found = Findings.of(sources, List.of(path));
        for (Evidenced<?> fact : found.facts()) {
            List<Due> statements = due(fact);
            if (statements.isEmpty()) {
                continue;
            }
            if (fact.isCurrent(now)) {
                due.addAll(statements);
            } else {
                stale.add(fact);
            }
        }
        List<Withheld<?>> withheld = new ArrayList<>(found.withheld());
        withheld.removeIf(each -> due(each.last()).isEmpty());
        due.sort(Comparator.comparingInt((Due each) -> each.clause().order())
                .thenComparing(each -> each.fact().id()));
        List<Statement> statements = due.stream()
                .map(each -> new Statement(
                        each.clause().reference(),
                        ClauseCatalogue.render(each.clause(), language, each.bindings()),
                        List.of(each.fact())))
                .toList();
        return new Notice(site, language, now, statements, stale, withheld);
    }

    private static List<Due> due(Evidenced<?> fact) {
        return Bindings.of(fact).stream()
                .flatMap(bindings ->
                        ClauseCatalogue.all().find(bindings).stream().map(clause -> new Due(clause, bindings, fact)))
                .toList();
    }

    /** A clause that states a fact. */
    private record Due(Clause clause, Map<String, Object> bindings, Evidenced<?> fact) {}
}
