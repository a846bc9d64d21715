package dev.sparsam.web.internal;

import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.Refusal;
import dev.sparsam.logs.Sweep;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.settings.Resolved;
import dev.sparsam.web.internal.Answer.Crumb;
import dev.sparsam.web.internal.Answer.Redirect;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Sweeps: previewing one, running exactly that, and what became of it. */
final class SweepPages {
    private static final int SIZE = 100;
    private static final int LISTED = 100;
    private static final int PROBLEMS = 50;
    private static final int CHOICES = 300;

    private final Services services;

    SweepPages(Services services) {
        this.services = services;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/sweeps", Route.ANYONE, this::list),
                Route.post("/sweeps", Route.ANYONE, this::plan),
                Route.get("/sweeps/{id}", Route.ANYONE, visit -> page(visit, sweep(visit), "")),
                Route.post("/sweeps/{id}/run", Route.ANYONE, this::run),
                Route.post("/sweeps/{id}/discard", Route.ANYONE, this::discard));
    }

    /**
     * A sweep in a list.
     *
     * @param state its state as a text key
     * @param stateText its state in words
     * @param progress how many sites are done, while it is busy; otherwise empty
     */
    record Item(
            long id,
            String scope,
            String state,
            String stateText,
            String progress,
            String by,
            Words.Moment created,
            long delete,
            long cut,
            long mask,
            long problems) {}

    /**
     * The list of sweeps.
     *
     * @param items the newest
     * @param scope what the person could sweep
     * @param scopeLabel what that is called
     */
    record Items(List<Item> items, Optional<Scope> scope, String scopeLabel) {}

    /**
     * A sweep.
     *
     * @param item the sweep in short
     * @param whole whether its scope is the person's, so that they may run it
     * @param scopeHref the page of its scope
     * @param ended when it ended
     * @param sites how many sites it covers
     * @param sitesDone how many are done
     * @param leave how many files stay
     * @param problems files with problems
     * @param groups the files of this page, by site
     * @param paging which part
     * @param missing how many places have no file
     * @param site the site filtered by
     * @param choices the sites to filter by; empty when there are too many to choose from
     * @param receipts the receipts by site
     * @param error why the last act was refused
     */
    record Model(
            Item item,
            boolean whole,
            Optional<String> scopeHref,
            Optional<Words.Moment> ended,
            int sites,
            int sitesDone,
            long leave,
            long missing,
            List<FileRow> problems,
            List<Group> groups,
            Paging paging,
            String site,
            List<Choice> choices,
            List<ReceiptRow> receipts,
            String error) {}

    /** A site to filter by. */
    record Choice(String id, String domain) {}

    /** A receipt of a site. */
    record ReceiptRow(String domain, String href, long receipt) {}

    /** The files of one site. */
    record Group(String domain, Optional<String> href, String retention, List<FileRow> files) {}

    /**
     * A file.
     *
     * @param action {@code delete}, {@code mask} or {@code leave}
     * @param outcome its outcome in words; empty before the sweep came to it
     * @param good whether the outcome is as planned
     */
    record FileRow(
            String domain,
            String path,
            String kind,
            String action,
            String actionText,
            String reason,
            List<Note> notes,
            String size,
            String oldest,
            String newest,
            long lines,
            long addresses,
            boolean problem,
            String outcome,
            boolean good) {}

    /**
     * More about a file.
     *
     * @param english whether it came in English, whatever the language of the page
     */
    record Note(String text, boolean english) {}

    /** What there is to say besides the reason: a note that only repeats it is left out. */
    static List<Note> notes(Texts texts, FileReason reason, List<FileNote> notes) {
        return notes.stream()
                .filter(note -> reason != FileReason.NO_DIRECTORY || note.code() != FileNote.Code.DIRECTORY_MISSING)
                .map(note -> new Note(texts.note(note), note.code() == FileNote.Code.OTHER))
                .toList();
    }

    private Answer list(Visit visit) {
        Optional<Scope> own = visit.snapshot()
                .tree()
                .flatMap(tree -> tree.tenant(visit.principal().tenant()))
                .map(tenant -> tenant.scope());
        UnaryOperator<String> who = services.actors().names(visit);
        List<Item> items = own.map(scope -> services.sweeps().recent(scope, LISTED).stream()
                        .map(sweep -> item(visit, sweep, who))
                        .toList())
                .orElse(List.of());
        Items model = new Items(
                items, own, own.map(scope -> Words.scope(visit, scope)).orElse(""));
        return Answer.Page.of("sweeps", model, "sweeps", visit.t("sweeps.title"));
    }

    private static Item item(Visit visit, Sweep sweep, UnaryOperator<String> who) {
        String state = sweep.state().name().toLowerCase(Locale.ROOT);
        return new Item(
                sweep.id(),
                Words.scope(visit, sweep.scope()),
                state,
                visit.t("state." + state),
                state.equals("running") || state.equals("planning") ? progress(visit, sweep) : "",
                by(visit, sweep, who),
                Words.moment(visit, sweep.createdAt()),
                sweep.numbers().getOrDefault(FileAction.DELETE, 0L),
                sweep.numbers().getOrDefault(FileAction.CUT, 0L),
                sweep.numbers().getOrDefault(FileAction.MASK, 0L),
                sweep.problems());
    }

    /** How far a sweep is; before its domains are counted it is being prepared. */
    private static String progress(Visit visit, Sweep sweep) {
        return sweep.sites() == 0
                ? visit.t("sweep.preparing")
                : visit.t("sweep.progress", sweep.sitesDone(), sweep.sites());
    }

    /** Who of those above asked for a sweep is not for those below. */
    private static String by(Visit visit, Sweep sweep, UnaryOperator<String> who) {
        return visit.sees(sweep.scope()) || sweep.by().startsWith("system:")
                ? who.apply(sweep.by())
                : Words.scope(visit, sweep.scope());
    }

    private Answer plan(Visit visit) {
        Scope scope = visit.scope(visit.request().form("level"), visit.request().form("id"));
        long id = services.sweeps().plan(scope, visit.principal());
        return Redirect.to("/sweeps/" + id);
    }

    /**
     * A sweep that the person may see: one of theirs, or one from above; in either case only what it does to the domains
     * that are theirs now. A domain may have moved since.
     */
    private Sweep sweep(Visit visit) {
        if (visit.isProvider()) {
            return whole(visit);
        }
        return services.sweeps()
                .sweep(Visit.number(visit.values().get(0)), visibleSites(visit))
                .filter(sweep -> visit.sees(sweep.scope()) || (sweep.sites() > 0 && isFromAbove(visit, sweep)))
                .orElseThrow(PageException::notFound);
    }

    /** A sweep that the person may run and discard, because its scope is theirs. */
    private Sweep whole(Visit visit) {
        return services.sweeps()
                .sweep(Visit.number(visit.values().get(0)))
                .filter(sweep -> visit.sees(sweep.scope()))
                .orElseThrow(PageException::notFound);
    }

    private static boolean isFromAbove(Visit visit, Sweep sweep) {
        return !visit.sees(sweep.scope())
                && visit.snapshot()
                        .tree()
                        .flatMap(tree -> tree.tenant(visit.principal().tenant()).flatMap(own -> tree.path(own.scope())))
                        .filter(path -> path.contains(sweep.scope()))
                        .isPresent();
    }

    private static List<SiteId> visibleSites(Visit visit) {
        return visit.visible().stream().map(place -> place.site().id()).toList();
    }

    private Answer run(Visit visit) {
        Sweep sweep = whole(visit);
        Optional<Refusal> refusal = services.sweeps().run(sweep.id(), visit.principal());
        if (refusal.isPresent()) {
            return page(visit, sweep(visit), refusal(visit, refusal.get())).status(409);
        }
        return Redirect.to("/sweeps/" + sweep.id());
    }

    private static String refusal(Visit visit, Refusal refusal) {
        String about = refusal.site()
                .map(site -> Words.label(visit, new Scope(ScopeLevel.DOMAIN, site.value())))
                .orElse("");
        return visit.t("notrun." + refusal.reason().name().toLowerCase(Locale.ROOT), about);
    }

    private Answer discard(Visit visit) {
        Sweep sweep = whole(visit);
        services.sweeps().discard(sweep.id(), visit.principal());
        return Redirect.to("/sweeps/" + sweep.id());
    }

    private Answer.Page page(Visit visit, Sweep sweep, String error) {
        boolean busy = sweep.state() == State.PLANNING || sweep.state() == State.RUNNING;
        ScopePath path = visit.tree().path(sweep.scope()).orElseThrow(PageException::notFound);
        List<Trees.Place> places = visit.visible().stream()
                .filter(place -> place.path().contains(sweep.scope()))
                .toList();
        Optional<SiteId> filter =
                visit.request().query("site").isEmpty() ? Optional.empty() : Optional.of(filter(visit, places));
        long all = sweep.planned().values().stream().mapToLong(Long::longValue).sum() + sweep.missing();
        boolean whole = visit.sees(sweep.scope());
        FileFilter seen = visit.isProvider() ? FileFilter.ALL : FileFilter.of(visibleSites(visit));
        FileFilter listed = filter.map(site -> FileFilter.of(List.of(site))).orElse(seen);
        List<SweepFile> problems = busy || sweep.problems() == 0
                ? List.of()
                : services.sweeps().files(sweep.id(), seen.onlyProblems(), 0, PROBLEMS);
        long total = filter.isPresent() ? services.sweeps().count(sweep.id(), listed) : all;
        String address = "/sweeps/" + sweep.id();
        Paging paging = Paging.of(
                visit.request().query("page"),
                busy ? 0 : (int) Math.min(Integer.MAX_VALUE, total),
                SIZE,
                address,
                Map.of("site", filter.map(SiteId::value).orElse("")));
        List<SweepFile> files =
                paging.from() == 0 ? List.of() : services.sweeps().files(sweep.id(), listed, paging.from() - 1, SIZE);
        List<ReceiptRow> receipts = new ArrayList<>();
        if (sweep.state() == State.DONE) {
            services.sweeps().receipts(sweep.id()).forEach((site, receipt) -> {
                Scope scope = new Scope(ScopeLevel.DOMAIN, site.value());
                if (visit.isProvider() || visit.sees(scope)) {
                    receipts.add(new ReceiptRow(Words.label(visit, scope), "/receipts/" + receipt, receipt));
                }
            });
            receipts.sort(Comparator.comparing(ReceiptRow::domain));
        }
        Instant asOf = sweep.createdAt();
        Model model = new Model(
                item(visit, sweep, services.actors().names(visit)),
                whole,
                Words.link(visit, sweep.scope()),
                sweep.endedAt().map(at -> Words.moment(visit, at)),
                sweep.sites(),
                sweep.sitesDone(),
                sweep.unchanged(),
                sweep.missing(),
                problems.stream()
                        .map(file -> row(visit, file, asOf, Optional.empty(), sweep.state() == State.DONE))
                        .toList(),
                groups(visit, sweep, files),
                paging,
                filter.map(SiteId::value).orElse(""),
                places.size() > CHOICES
                        ? List.of()
                        : places.stream()
                                .map(place -> new Choice(
                                        place.site().id().value(), place.site().domain()))
                                .toList(),
                receipts,
                error);
        List<Crumb> crumbs = List.of(Crumb.of(visit.t("nav.sweeps"), "/sweeps"));
        Answer.Page page = Answer.Page.of(
                        "sweep",
                        model,
                        "sweeps",
                        visit.t("sweep.title", Long.toString(sweep.id()), Words.scope(visit, path.leaf())))
                .crumbs(crumbs);
        return busy ? page.refresh(2) : page;
    }

    /** The site of the filter, by id or by domain name. */
    private static SiteId filter(Visit visit, List<Trees.Place> places) {
        String asked = visit.request().query("site").toLowerCase(Locale.ROOT);
        return places.stream()
                .map(Trees.Place::site)
                .filter(site -> site.id().value().equalsIgnoreCase(asked)
                        || site.domain().equals(asked))
                .map(Site::id)
                .findFirst()
                .orElseThrow(PageException::notFound);
    }

    private List<Group> groups(Visit visit, Sweep sweep, List<SweepFile> files) {
        Set<SiteId> sites = new LinkedHashSet<>();
        files.forEach(file -> sites.add(file.site()));
        List<ScopePath> paths = sites.stream()
                .flatMap(id -> visit.tree().site(id).stream())
                .map(site -> visit.tree().path(site))
                .toList();
        // While the preview can be run, no setting has changed since; afterwards today's rule would not explain it.
        Map<Scope, Resolved<RetentionRule>> rules = sweep.state() == State.PLANNED
                ? services.settings().resolveAll(Editable.RETENTION.setting(), paths)
                : Map.of();
        List<Group> groups = new ArrayList<>();
        for (SiteId id : sites) {
            Scope scope = new Scope(ScopeLevel.DOMAIN, id.value());
            Optional<RetentionRule> rule = Optional.ofNullable(rules.get(scope)).map(Resolved::value);
            groups.add(new Group(
                    Words.label(visit, scope),
                    Words.link(visit, scope),
                    rule.map(visit.texts()::retention).orElse(""),
                    files.stream()
                            .filter(file -> file.site().equals(id))
                            .map(file -> row(visit, file, sweep.createdAt(), rule, sweep.state() == State.DONE))
                            .toList()));
        }
        return groups;
    }

    static FileRow row(
            Visit visit, SweepFile file, Instant asOf, Optional<RetentionRule> retention, boolean withOutcome) {
        Texts texts = visit.texts();
        String action = file.action().name().toLowerCase(Locale.ROOT);
        String outcome = file.outcome().name().toLowerCase(Locale.ROOT);
        return new FileRow(
                Words.label(visit, new Scope(ScopeLevel.DOMAIN, file.site().value())),
                file.path().toString(),
                file.backup() ? texts.inBackups(file.kind()) : texts.kind(file.kind()),
                action,
                visit.t("action." + action + (withOutcome && file.outcome() == FileOutcome.DONE ? ".done" : "")),
                Words.reason(visit, file, asOf, retention.filter(live -> !file.backup())),
                notes(texts, file.reason(), file.notes()),
                texts.size(file.size()),
                file.oldest().map(texts::date).orElse(""),
                file.newest().map(texts::date).orElse(""),
                file.lines(),
                file.addresses(),
                file.isProblem(),
                withOutcome ? visit.t("fileoutcome." + outcome) : "",
                outcome.equals("done"));
    }
}
