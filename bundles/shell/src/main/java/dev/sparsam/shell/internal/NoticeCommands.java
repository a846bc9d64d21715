package dev.sparsam.shell.internal;

import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.FactSource;
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
import org.apache.felix.service.command.CommandSession;
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
            CommandSession session,
            @Descriptor("de or en; your own when it is not given") @Parameter(names = "--lang", absentValue = "")
                    String language,
            @Descriptor("the domain") String domain) {
        Scope scope = Panel.path(panel.tree(), domain).leaf();
        if (scope.level() != ScopeLevel.DOMAIN) {
            throw new Refusal("notice.domain", scope);
        }
        Texts texts = Texts.of(session);
        SiteId site = new SiteId(scope.id());
        Notice notice = notices.notice(site, locale(language.isEmpty() ? texts.language() : language));
        FactWords facts = new FactWords(texts);
        StringBuilder text = new StringBuilder();
        for (Statement statement : notice.statements()) {
            text.append(statement.text())
                    .append("\n    [")
                    .append(statement.clause())
                    .append("; ")
                    .append(statement.facts().stream()
                            .map(fact -> facts.evidence(fact.provenance()))
                            .collect(Collectors.joining(", ")))
                    .append("]\n");
        }
        if (notice.statements().isEmpty()) {
            if (!panel.hasLogs(site)) {
                text.append(texts.text("notice.noLogs"));
            } else if (notice.withheld().isEmpty()) {
                text.append(texts.text("notice.empty", domain));
            } else {
                text.append(texts.text("notice.seeBelow"));
            }
            text.append('\n');
        }
        for (Withheld<?> withheld : notice.withheld()) {
            text.append(facts.why(withheld)).append('\n');
        }
        for (Evidenced<?> stale : notice.stale()) {
            text.append(texts.text("notice.stale", facts.name(stale.id()))).append('\n');
        }
        return text.toString().stripTrailing();
    }

    /** All facts of a scope. */
    @Descriptor("all facts of a scope with their evidence")
    public String facts(CommandSession session, @Descriptor("domain, tenant id or label, or level/id") String scope) {
        Texts texts = Texts.of(session);
        FactWords words = new FactWords(texts);
        TenantTree tree = panel.tree();
        Scope top = Panel.path(tree, scope).leaf();
        Instant now = Instant.now();
        Table table = texts.table("notice.facts.head");
        for (FactSource source : sources) {
            for (Evidenced<?> fact :
                    source.facts(tree.sitesBelow(top).stream().map(tree::path).toList())) {
                table.row(
                        tree.label(fact.scope()).orElse(fact.scope().toString()),
                        words.name(fact.id()),
                        words.of(fact.fact()),
                        words.evidence(fact.provenance()),
                        texts.text(fact.isCurrent(now) ? "fact.current" : "fact.stale"));
            }
        }
        return table.or(texts.text("fact.none", scope));
    }

    private Locale locale(String language) {
        Locale locale = Locale.forLanguageTag(language);
        if (!notices.languages().contains(locale)) {
            throw new Refusal(
                    "notice.language",
                    language,
                    notices.languages().stream().map(Locale::toLanguageTag).collect(Collectors.joining(", ")));
        }
        return locale;
    }
}
