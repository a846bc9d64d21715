package dev.sparsam.shell.internal;

import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.FactSource;
import dev.sparsam.facts.FactWords;
import dev.sparsam.facts.Findings;
import dev.sparsam.facts.Provenance;
import dev.sparsam.facts.Withheld;
import dev.sparsam.notice.Notices;
import dev.sparsam.notice.Notices.Notice;
import dev.sparsam.notice.Notices.Statement;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.TenantTree;
import java.time.Instant;
import java.time.ZoneOffset;
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
        FactWords facts = words(texts);
        StringBuilder text = new StringBuilder();
        for (Statement statement : notice.statements()) {
            text.append(statement.text())
                    .append("\n    [")
                    .append(statement.clause())
                    .append("; ")
                    .append(statement.facts().stream()
                            .map(fact -> evidence(texts, facts, fact.provenance()))
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
            text.append(why(texts, facts, withheld)).append('\n');
        }
        for (Evidenced<?> stale : notice.stale()) {
            text.append(texts.text("notice.stale", facts.name(stale.fact()))).append('\n');
        }
        return text.toString().stripTrailing();
    }

    /** All facts of a scope. */
    @Descriptor("all facts of a scope with their evidence")
    public String facts(CommandSession session, @Descriptor(Panel.SCOPE) String scope) {
        Texts texts = Texts.of(session);
        FactWords words = words(texts);
        TenantTree tree = panel.tree();
        Scope top = Panel.path(tree, scope).leaf();
        Instant now = Instant.now();
        Table table = texts.table("notice.facts.head");
        List<ScopePath> paths = tree.sitesBelow(top).stream().map(tree::path).toList();
        for (Evidenced<?> fact : Findings.of(sources, paths).facts()) {
            table.row(
                    tree.label(fact.scope()).orElse(fact.scope().toString()),
                    words.name(fact.fact()),
                    words.sentence(fact.fact()),
                    evidence(texts, words, fact.provenance()),
                    words.state(fact.isCurrent(now)));
        }
        return table.or(texts.text("fact.none", scope));
    }

    /** With times as {@link Texts#time} tells them. */
    private static FactWords words(Texts texts) {
        return FactWords.of(Locale.forLanguageTag(texts.language()), ZoneOffset.UTC);
    }

    /** How something is known, with the receipt that proves it. */
    static String evidence(Texts texts, FactWords facts, Provenance provenance) {
        String known = facts.evidence(provenance);
        return provenance instanceof Provenance.Enforced enforced
                ? texts.text("fact.receipt", known, enforced.receipt())
                : known;
    }

    /** Why something is not stated. */
    static String why(Texts texts, FactWords facts, Withheld<?> withheld) {
        String what = texts.text(
                "notice.withheld",
                facts.name(withheld.last().fact()),
                evidence(texts, facts, withheld.last().provenance()));
        String instead = withheld.instead()
                .map(now -> " "
                        + texts.text(
                                "notice.instead", facts.sentence(withheld.last().fact()), facts.sentence(now)))
                .orElse("");
        String obstacles = withheld.obstacles() > 0 ? " " + texts.text("notice.obstacles", withheld.obstacles()) : "";
        String moved = withheld.moved() ? " " + texts.text("notice.moved") : "";
        return what + instead + obstacles + moved;
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
