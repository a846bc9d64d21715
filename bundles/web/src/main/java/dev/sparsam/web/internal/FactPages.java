package dev.sparsam.web.internal;

import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.FactFields;
import dev.sparsam.facts.FactSource;
import dev.sparsam.facts.Provenance;
import dev.sparsam.facts.Provenance.Declared;
import dev.sparsam.facts.Provenance.Enforced;
import dev.sparsam.facts.Provenance.Observed;
import dev.sparsam.facts.Provenance.Statute;
import dev.sparsam.notice.Notices;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.web.internal.Answer.Crumb;
import dev.sparsam.web.internal.Trees.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is known with evidence, and the notice that is written from it. */
final class FactPages {
    private static final int SIZE = 25;

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
     */
    record Model(List<Group> groups, Paging paging, String q, int sources) {}

    /** The facts of one scope. */
    record Group(String scope, Optional<String> href, List<Row> facts) {}

    /**
     * A fact.
     *
     * @param number its number on the page
     * @param fields what it says, as far as the facts bundle tells
     * @param how how it is known, in words
     * @param receipt the receipt that proves it
     * @param current whether the evidence still speaks for the present
     */
    record Row(
            int number,
            String id,
            String type,
            String provider,
            List<FactFields.Field> fields,
            String how,
            Words.Moment at,
            String until,
            Optional<Long> receipt,
            boolean current) {}

    private Answer facts(Visit visit) {
        String q = visit.request().query("q").toLowerCase(Locale.ROOT);
        List<Place> found = visit.visible().stream()
                .filter(place -> place.site().domain().contains(q))
                .toList();
        Paging paging = Paging.of(visit.request().query("page"), found.size(), SIZE, "/facts", Map.of("q", q));
        List<ScopePath> paths = paging.cut(found).stream().map(Place::path).toList();
        Map<Scope, List<Row>> groups = new LinkedHashMap<>();
        if (!paths.isEmpty()) {
            for (FactSource source : services.facts()) {
                for (Evidenced<?> fact : source.facts(paths)) {
                    // A source may answer with facts of scopes above, of which not everybody sees the page.
                    List<Row> rows = groups.computeIfAbsent(fact.scope(), scope -> new ArrayList<>());
                    rows.add(row(visit, fact, rows.size() + 1));
                }
            }
        }
        List<Group> listed = groups.entrySet().stream()
                .map(group -> new Group(
                        Words.scope(visit, group.getKey()), Words.link(visit, group.getKey()), group.getValue()))
                .toList();
        Model model = new Model(
                listed, paging, visit.request().query("q"), services.facts().size());
        return Answer.Page.of("facts", model, "facts", visit.t("facts.title"));
    }

    private static Row row(Visit visit, Evidenced<?> fact, int number) {
        Provenance provenance = fact.provenance();
        return new Row(
                number,
                fact.id(),
                fact.fact().getClass().getSimpleName(),
                fact.provider(),
                FactFields.of(fact.fact()),
                how(visit, provenance),
                Words.moment(visit, provenance.collectedAt()),
                provenance.validUntil().map(visit.texts()::dateTime).orElse(""),
                provenance instanceof Enforced enforced ? Optional.of(enforced.receipt()) : Optional.empty(),
                fact.isCurrent(visit.now()));
    }

    private static String how(Visit visit, Provenance provenance) {
        if (provenance instanceof Enforced) {
            return visit.t("how.enforced");
        }
        if (provenance instanceof Observed observed) {
            return visit.t("how.observed", observed.probe());
        }
        if (provenance instanceof Declared declared) {
            return visit.t("how.declared", declared.confirmedBy());
        }
        return visit.t("how.statute", ((Statute) provenance).reference());
    }

    /**
     * A notice.
     *
     * @param language its language
     * @param heading its heading, in its language
     * @param statements its sentences
     * @param footnotes the evidence of these
     * @param stale facts that are too old to be stated
     * @param asOf as of when, in its language
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
            String asOf) {}

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
                noticeTexts.dateTime(notice.asOf()));
        return Answer.Page.of(
                "notice",
                model,
                "domains",
                visit.t("notice.title", site.domain()),
                Crumb.of(visit.t("nav.domains"), "/"),
                Crumb.of(site.domain(), Words.href(site.scope())));
    }

    private static List<Row> numbered(Visit visit, List<Evidenced<?>> facts) {
        List<Row> rows = new ArrayList<>();
        for (Evidenced<?> fact : facts) {
            rows.add(row(visit, fact, rows.size() + 1));
        }
        return rows;
    }
}
