package dev.sparsam.web.internal;

import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.FactWords;
import dev.sparsam.facts.Findings;
import dev.sparsam.facts.Provenance;
import dev.sparsam.facts.Provenance.Enforced;
import dev.sparsam.facts.Provenance.Statute;
import dev.sparsam.facts.Withheld;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.SiteSweep;
import dev.sparsam.notice.Notices;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.web.internal.Answer.Crumb;
import dev.sparsam.web.internal.SweepPages.FileRow;
import dev.sparsam.web.internal.Trees.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is known with evidence, and the notice that is written from it. */
final class FactPages {
    private static final int SIZE = 25;
    private static final int OBSTACLES = 50;

    private final Services services;

    FactPages(Services services) {
        this.services = services;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/facts", Route.ANYONE, this::facts),
                Route.get("/notice/{site}", Route.ANYONE, this::notice));
    }

    /**
     * All facts.
     *
     * @param groups the facts of this page's domains
     * @param paging which domains
     * @param q what is searched for
     * @param sources how many parts of the system state facts
     * @param withoutLogs whether none of this page's domains has logs, so that there is nothing to state
     */
    record Model(List<Group> groups, Paging paging, String q, int sources, boolean withoutLogs) {}

    /**
     * The facts of one scope.
     *
     * @param facts what is stated
     * @param waiting values that wait for the next sweep
     * @param moved what is not stated because the panel names other files now, in words; empty for nothing
     * @param hindered what is not stated because files stood in the way, in words; empty for nothing
     */
    record Group(
            String scope,
            Optional<String> href,
            List<Row> facts,
            List<Words.Waiting> waiting,
            String moved,
            String hindered) {
        /** That some of the facts are stale, in a word; empty when none is. */
        String stale() {
            return facts.stream()
                    .filter(fact -> !fact.current())
                    .map(Row::state)
                    .findFirst()
                    .orElse("");
        }
    }

    /**
     * A fact.
     *
     * @param number its number on the page
     * @param id its id, and who states it as {@code provider}: for those who look into the log
     * @param type what kind of fact it is
     * @param name what kind of fact it is, and of what it speaks
     * @param fields what it says
     * @param how how it is known, in words
     * @param receipt the receipt that proves it
     * @param current whether the evidence still speaks for the present
     * @param state the same in words
     */
    record Row(
            int number,
            String id,
            String type,
            String name,
            String provider,
            List<FactWords.Field> fields,
            String how,
            Words.Moment at,
            String until,
            Optional<Long> receipt,
            boolean current,
            String state) {}

    private Answer facts(Visit visit) {
        String q = visit.request().query("q").toLowerCase(Locale.ROOT);
        List<Place> found = visit.visible().stream()
                .filter(place -> place.site().domain().contains(q))
                .toList();
        Paging paging = Paging.of(visit.request().query("page"), found.size(), SIZE, "/facts", Map.of("q", q));
        List<ScopePath> paths = paging.cut(found).stream().map(Place::path).toList();
        Map<Scope, List<Row>> rows = new LinkedHashMap<>();
        Map<Scope, List<Withheld<?>>> withheld = new LinkedHashMap<>();
        if (!paths.isEmpty()) {
            Findings known = Findings.of(services.facts(), paths);
            for (Evidenced<?> fact : known.facts()) {
                // A source may answer with facts of scopes above, of which not everybody sees the page.
                List<Row> same = rows.computeIfAbsent(fact.scope(), scope -> new ArrayList<>());
                same.add(row(visit, fact, same.size() + 1));
            }
            for (Withheld<?> each : known.withheld()) {
                withheld.computeIfAbsent(each.last().scope(), scope -> new ArrayList<>())
                        .add(each);
            }
        }
        Set<Scope> scopes = paths.stream().map(ScopePath::leaf).collect(Collectors.toCollection(LinkedHashSet::new));
        scopes.addAll(rows.keySet());
        scopes.addAll(withheld.keySet());
        scopes.removeIf(scope -> !rows.containsKey(scope) && !withheld.containsKey(scope));
        Map<SiteId, SiteSweep> last = services.sweeps().last(hindered(withheld));
        List<Group> listed = new ArrayList<>();
        for (Scope scope : scopes) {
            List<Withheld<?>> not = withheld.getOrDefault(scope, List.of());
            listed.add(new Group(
                    Words.scope(visit, scope),
                    Words.link(visit, scope),
                    rows.getOrDefault(scope, List.of()),
                    Words.waiting(visit, not),
                    Words.moved(visit, not),
                    scope.level() == ScopeLevel.DOMAIN
                            ? Optional.ofNullable(last.get(new SiteId(scope.id())))
                                    .map(sweep -> hindered(visit, sweep, not))
                                    .orElse("")
                            : ""));
        }
        boolean withoutLogs = listed.isEmpty()
                && !paths.isEmpty()
                && services.sites()
                        .logStreams(paging.cut(found).stream()
                                .map(place -> place.site().id())
                                .toList())
                        .isEmpty();
        Model model = new Model(
                listed, paging, visit.request().query("q"), services.facts().size(), withoutLogs);
        return Answer.Page.of("facts", model, "facts", visit.t("facts.title"));
    }

    private static Row row(Visit visit, Evidenced<?> fact, int number) {
        FactWords words = visit.texts().facts();
        Provenance provenance = fact.provenance();
        return new Row(
                number,
                fact.id(),
                words.type(fact.fact()),
                words.name(fact.fact()),
                fact.provider(),
                words.fields(fact.fact()),
                how(visit, provenance),
                Words.moment(visit, provenance.collectedAt()),
                provenance.validUntil().map(visit.texts()::dateTime).orElse(""),
                provenance instanceof Enforced enforced ? Optional.of(enforced.receipt()) : Optional.empty(),
                fact.isCurrent(visit.now()),
                words.state(fact.isCurrent(visit.now())));
    }

    /** How it is known, up to when: that follows. */
    private static String how(Visit visit, Provenance provenance) {
        String evidence = visit.texts().facts().evidence(provenance);
        String known = evidence.substring(0, 1).toUpperCase(Locale.ROOT) + evidence.substring(1);
        return visit.t(
                provenance instanceof Enforced
                        ? "evidence.last"
                        : provenance instanceof Statute ? "evidence.reviewed" : "evidence.on",
                known);
    }

    /**
     * A notice.
     *
     * @param language its language
     * @param heading its heading, in its language
     * @param statements its sentences
     * @param footnotes the evidence of these
     * @param stale facts that are too old to be stated
     * @param asOf as of when, in the page's language
     * @param hasLogs whether the panel names logs of the domain
     * @param waiting values that wait for the next sweep
     * @param moved what is not stated because the panel names other files now, in words; empty for nothing
     * @param hindered what is not stated because files stood in the way, in words; empty for nothing
     * @param obstacles these files
     * @param held the last day of its legal hold
     */
    record NoticeModel(
            String domain,
            String siteHref,
            String href,
            String language,
            List<String> languages,
            String heading,
            List<Sentence> statements,
            List<Row> footnotes,
            List<Row> stale,
            String asOf,
            boolean hasLogs,
            List<Words.Waiting> waiting,
            String moved,
            String hindered,
            List<FileRow> obstacles,
            Optional<String> held) {}

    /** A sentence with the numbers of its footnotes. */
    record Sentence(String text, String clause, List<Integer> footnotes) {}

    private Answer notice(Visit visit) {
        Site site = visit.site(visit.values().get(0));
        List<String> languages = services.notices().languages().stream()
                .map(Locale::getLanguage)
                .distinct()
                .toList();
        String asked = visit.request().query("lang");
        String language = languages.contains(asked)
                ? asked
                : languages.contains(visit.texts().language())
                        ? visit.texts().language()
                        : languages.stream().findFirst().orElse("en");
        Notices.Notice notice = services.notices().notice(site.id(), Locale.forLanguageTag(language));
        Texts noticeTexts = visit.texts().in(language);
        List<Evidenced<?>> noted = new ArrayList<>();
        List<Sentence> sentences = new ArrayList<>();
        for (Notices.Statement statement : notice.statements()) {
            List<Integer> numbers = new ArrayList<>();
            for (Evidenced<?> fact : statement.facts()) {
                if (!noted.contains(fact)) {
                    noted.add(fact);
                }
                numbers.add(noted.indexOf(fact) + 1);
            }
            sentences.add(new Sentence(statement.text(), statement.clause(), List.copyOf(numbers)));
        }
        Optional<SiteSweep> last = notice.withheld().stream().noneMatch(withheld -> withheld.obstacles() > 0)
                ? Optional.empty()
                : Optional.ofNullable(services.sweeps().last(List.of(site.id())).get(site.id()));
        NoticeModel model = new NoticeModel(
                site.domain(),
                Words.href(site.scope()),
                "/notice/" + site.id(),
                language,
                languages,
                noticeTexts.get("notice.heading", site.domain()),
                sentences,
                numbered(visit, noted),
                numbered(visit, notice.stale()),
                visit.texts().dateTime(notice.asOf()),
                !services.sites().logStreams(site.id()).isEmpty(),
                Words.waiting(visit, notice.withheld()),
                Words.moved(visit, notice.withheld()),
                last.map(sweep -> hindered(visit, sweep, notice.withheld())).orElse(""),
                last.map(sweep -> obstacles(visit, sweep)).orElse(List.of()),
                Optional.ofNullable(services.holds().active(List.of(site.id())).get(site.id()))
                        .map(hold -> visit.texts().day(hold.lastDay())));
        return Answer.Page.of(
                "notice",
                model,
                "domains",
                visit.t("notice.title", site.domain()),
                Crumb.of(visit.t("nav.domains"), "/"),
                Crumb.of(site.domain(), Words.href(site.scope())));
    }

    /** The domains of which something is withheld because of files. */
    private static List<SiteId> hindered(Map<Scope, List<Withheld<?>>> withheld) {
        return withheld.entrySet().stream()
                .filter(each -> each.getKey().level() == ScopeLevel.DOMAIN
                        && each.getValue().stream().anyMatch(one -> one.obstacles() > 0))
                .map(each -> new SiteId(each.getKey().id()))
                .toList();
    }

    private static String hindered(Visit visit, SiteSweep last, List<Withheld<?>> withheld) {
        return visit.t(
                "withheld.hindered",
                Words.kinds(visit, withheld, each -> each.obstacles() > 0),
                visit.texts().dateTime(last.at()),
                last.problems());
    }

    /** The files that the last sweep could not handle, as far as a page can show them. */
    private List<FileRow> obstacles(Visit visit, SiteSweep last) {
        FileFilter filter = FileFilter.of(List.of(last.site())).onlyProblems();
        return services.sweeps().files(last.sweep(), filter, 0, OBSTACLES).stream()
                .map(file -> SweepPages.row(visit, file, last.at(), Optional.empty(), true))
                .toList();
    }

    private static List<Row> numbered(Visit visit, List<Evidenced<?>> facts) {
        List<Row> rows = new ArrayList<>();
        for (Evidenced<?> fact : facts) {
            rows.add(row(visit, fact, rows.size() + 1));
        }
        return rows;
    }
}
