package dev.sparsam.shell.internal;

import dev.sparsam.facts.Cadence;
import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.Fact;
import dev.sparsam.facts.FactFields;
import dev.sparsam.facts.FactSource;
import dev.sparsam.facts.Provenance;
import dev.sparsam.facts.Retention;
import dev.sparsam.facts.Withheld;
import dev.sparsam.notice.Notices;
import dev.sparsam.notice.Notices.Notice;
import dev.sparsam.notice.Notices.Statement;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.TenantTree;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.FieldOption;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Facts, and the notice that is written from them. */
@Component(
        service = NoticeCommands.class,
        property = {"osgi.command.scope=notice", "osgi.command.function=show", "osgi.command.function=facts"})
public final class NoticeCommands {
    private final Panel panel;
    private final Notices notices;

    @Reference(policy = ReferencePolicy.DYNAMIC, fieldOption = FieldOption.UPDATE)
    private final List<FactSource> sources = new CopyOnWriteArrayList<>();

    /** Wires the services. */
    @Activate
    public NoticeCommands(@Reference Panel panel, @Reference Notices notices) {
        this.panel = panel;
        this.notices = notices;
    }

    /** The notice of a domain. */
    @Descriptor("the notice of a domain, each statement with its evidence")
    public String show(
            @Descriptor("de or en (default en)") @Parameter(names = "--lang", absentValue = "en") String language,
            @Descriptor("the domain") String domain) {
        Scope scope = Panel.path(panel.tree(), domain).leaf();
        if (scope.level() != ScopeLevel.DOMAIN) {
            throw new IllegalArgumentException("A notice belongs to a domain; " + scope + " is none");
        }
        SiteId site = new SiteId(scope.id());
        Notice notice = notices.notice(site, Locale.forLanguageTag(language));
        StringBuilder text = new StringBuilder();
        for (Statement statement : notice.statements()) {
            text.append(statement.text())
                    .append("\n    [")
                    .append(statement.clause())
                    .append("; ")
                    .append(statement.facts().stream()
                            .map(fact -> evidence(fact.provenance()))
                            .toList())
                    .append("]\n");
        }
        if (notice.statements().isEmpty()) {
            text.append("There is nothing to state: ");
            if (!panel.hasLogs(site)) {
                text.append("the panel names no logs of this domain.");
            } else if (notice.withheld().isEmpty()) {
                text.append("no current fact about this domain. Run a sweep: sweep:plan ")
                        .append(domain);
            } else {
                text.append("see why below.");
            }
            text.append('\n');
        }
        for (Withheld<?> withheld : notice.withheld()) {
            text.append(why(withheld)).append('\n');
        }
        for (Evidenced<?> stale : notice.stale()) {
            text.append("Not stated, the evidence is too old: ")
                    .append(stale.id())
                    .append('\n');
        }
        return text.toString().stripTrailing();
    }

    /** All facts of a scope. */
    @Descriptor("all facts of a scope with their evidence")
    public String facts(@Descriptor("domain, tenant id or label, or level/id") String scope) {
        TenantTree tree = panel.tree();
        Scope top = Panel.path(tree, scope).leaf();
        Instant now = Instant.now();
        Table table = new Table("SCOPE", "FACT", "FIELDS", "EVIDENCE", "STATE");
        for (FactSource source : sources) {
            for (Evidenced<?> fact :
                    source.facts(tree.sitesBelow(top).stream().map(tree::path).toList())) {
                table.row(
                        tree.label(fact.scope()).orElse(fact.scope().toString()),
                        fact.id(),
                        FactFields.of(fact.fact()),
                        evidence(fact.provenance()),
                        fact.isCurrent(now) ? "current" : "stale");
            }
        }
        return table.or("No facts yet.");
    }

    private static String why(Withheld<?> withheld) {
        StringBuilder text = new StringBuilder("Not stated: ")
                .append(withheld.last().id())
                .append(" (")
                .append(evidence(withheld.last().provenance()))
                .append(")");
        withheld.instead()
                .ifPresent(now -> text.append("; it said ")
                        .append(values(withheld.last().fact()))
                        .append(", and what is set now waits for the next sweep: ")
                        .append(values(now)));
        if (withheld.obstacles() > 0) {
            text.append("; the last sweep could not handle ")
                    .append(withheld.obstacles())
                    .append(withheld.obstacles() == 1 ? " file" : " files")
                    .append(", sweep:list and sweep:show name ")
                    .append(withheld.obstacles() == 1 ? "it" : "them");
        }
        return text.toString();
    }

    private static String values(Fact fact) {
        if (fact instanceof Retention retention) {
            return retention.period().toString();
        }
        return FactFields.of(fact).stream()
                .map(field -> field.name() + "=" + field.text())
                .collect(Collectors.joining(" "));
    }

    private static String evidence(Provenance provenance) {
        if (provenance instanceof Provenance.Enforced enforced) {
            return "enforced "
                    + (enforced.cadence() instanceof Cadence.Daily daily ? "every day at " + daily.time() : "by hand")
                    + ", receipt " + enforced.receipt();
        }
        if (provenance instanceof Provenance.Observed observed) {
            return "observed by " + observed.probe();
        }
        if (provenance instanceof Provenance.Declared declared) {
            return "declared by " + declared.confirmedBy();
        }
        return ((Provenance.Statute) provenance).reference();
    }
}
