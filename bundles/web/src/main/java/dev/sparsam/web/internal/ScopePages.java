package dev.sparsam.web.internal;

import dev.sparsam.facts.Findings;
import dev.sparsam.facts.Withheld;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.Observation;
import dev.sparsam.logs.SiteSweep;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.panel.LogStorage;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.NoLogging;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.settings.Limits;
import dev.sparsam.settings.Limits.Limit;
import dev.sparsam.settings.Resolved;
import dev.sparsam.settings.Resolved.Step;
import dev.sparsam.settings.Resolved.Verdict;
import dev.sparsam.settings.ScopeRule;
import dev.sparsam.settings.Settings.Change;
import dev.sparsam.settings.Settings.HistoryEntry;
import dev.sparsam.settings.Settings.Outcome;
import dev.sparsam.settings.Settings.Outcome.Applied;
import dev.sparsam.settings.Settings.Outcome.Refused;
import dev.sparsam.settings.Settings.Outcome.Waiting;
import dev.sparsam.settings.Settings.Pending;
import dev.sparsam.settings.Settings.Problem;
import dev.sparsam.web.internal.Answer.Crumb;
import dev.sparsam.web.internal.Answer.Mistake;
import dev.sparsam.web.internal.Answer.Redirect;
import dev.sparsam.web.internal.SweepPages.FileRow;
import dev.sparsam.web.internal.Trees.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One scope of the tree: what holds there and why, and changing it. */
final class ScopePages {
    private static final int HISTORY = 20;
    private static final int MAX_REASON = 500;

    private final Services services;
    private final HoldPanel hold;

    ScopePages(Services services) {
        this.services = services;
        this.hold = new HoldPanel(services);
    }

    List<Route> routes() {
        return List.of(
                Route.get("/scope/{level}/{id}", Route.ANYONE, visit -> page(visit, scope(visit), proposal(visit))),
                // Before the settings, of which none is called that.
                Route.post("/scope/{level}/{id}/hold", Route.SELLERS, this::place),
                Route.post("/scope/{level}/{id}/hold/lift", Route.SELLERS, this::lift),
                Route.post("/scope/{level}/{id}/{setting}", Route.ANYONE, visit -> form(visit, editable(visit))),
                Route.post("/scope/{level}/{id}/{setting}/rule", Route.ANYONE, visit -> rule(visit, editable(visit))),
                Route.post(
                        "/scope/{level}/{id}/{setting}/withdraw",
                        Route.ANYONE,
                        visit -> withdraw(visit, editable(visit))));
    }

    /**
     * The page of a scope.
     *
     * @param scope the scope
     * @param level its level in words
     * @param label what it is called
     * @param cards its settings
     * @param domains how many domains lie below it (1 for a domain)
     * @param domainsHref the table of these
     * @param held how many of them are under a legal hold
     * @param heldHref the table of these
     * @param accountHref where an account for this tenant is made; empty when the person may not
     * @param site what only a domain has
     */
    record Model(
            Scope scope,
            String level,
            String label,
            List<Card> cards,
            int domains,
            String domainsHref,
            int held,
            String heldHref,
            Optional<String> accountHref,
            Optional<SiteModel> site) {}

    /**
     * A setting of the scope.
     *
     * @param key its name
     * @param effective the effective value in words
     * @param source where it comes from
     * @param bad whether the value is bad for people
     * @param path what each scope says, from the provider down
     * @param lockedBy who above has locked it; empty when it can be changed here
     * @param inherited what would hold without a value of its own, and from where
     * @param choices the choices besides inheriting
     * @param fields what the form is filled with
     * @param errors sentences about wrong fields
     * @param refused why the change before was refused; empty for nothing
     * @param mend how that can be mended
     * @param limits what may be said here, and what needs a reason
     * @param barred the choices that the limits exclude
     * @param hint which numbers fit
     * @param stored the strictest value below, where it is none that the form has fields for
     * @param storedLaxest the least strict value that is allowed below, where it is none that the form has fields for
     * @param proposed whether the form is filled with a proposal
     * @param unbounded whether scopes below could be allowed even what is asked for twice
     * @param forTenant whether the form has what applies to scopes below
     * @param more whether something of that is set
     * @param action where the form goes
     * @param expected the rule as it is, for a hidden field
     * @param reset the rule without a value of its own; empty when there is none
     * @param pending changes that wait
     * @param history the newest changes
     */
    record Card(
            String key,
            String effective,
            String source,
            boolean bad,
            List<StepRow> path,
            Optional<String> lockedBy,
            String inherited,
            List<String> choices,
            Map<String, String> fields,
            Map<String, String> errors,
            String refused,
            Optional<Mend> mend,
            List<LimitRow> limits,
            Set<String> barred,
            String hint,
            String stored,
            String storedLaxest,
            boolean proposed,
            boolean unbounded,
            boolean forTenant,
            boolean more,
            String action,
            String expected,
            Optional<String> reset,
            List<PendingRow> pending,
            List<HistoryRow> history) {
        String field(String name) {
            return fields.getOrDefault(name, "");
        }

        String error(String name) {
            return errors.getOrDefault(name, "");
        }
    }

    /**
     * A limit of what may be said.
     *
     * @param text the limit, and whose it is
     * @param mend how it can be moved; empty when nobody needs to
     */
    record LimitRow(String text, Optional<Mend> mend) {}

    /**
     * How more can be allowed.
     *
     * @param href the form that does it, for those who may
     * @param text what the link says, or whom others can ask
     */
    record Mend(Optional<String> href, String text) {}

    /** A step of the path of inheritance. */
    record StepRow(
            String scope,
            Optional<String> href,
            String says,
            List<String> rules,
            String effective,
            String verdict,
            boolean here) {}

    /** A change that waits. */
    record PendingRow(long id, Words.Moment since, String by, String reason, String wanted, String waitsFor) {}

    /** A change that was made. */
    record HistoryRow(Words.Moment at, String by, String reason, String before, String after, String event) {}

    /**
     * What only a domain has.
     *
     * @param id the site's id
     * @param streams where its logs lie
     * @param swept its last sweep
     * @param receipt the receipt of that sweep
     * @param problems how many files could not be handled
     * @param oldest a sentence about the oldest line that was left
     * @param tooOld whether it is older than the retention
     * @param waiting values that wait for the next sweep
     * @param moved what is not stated because the panel names other files now, in words; empty for nothing
     * @param files the files of the last sweep
     * @param moreFiles whether there are more of them
     * @param hold its legal hold
     * @param observed what its last sweep has found, by kind of log
     */
    record SiteModel(
            String id,
            String server,
            List<StreamRow> streams,
            Optional<Words.Moment> swept,
            Optional<Long> receipt,
            long problems,
            Optional<String> oldest,
            boolean tooOld,
            List<Words.Waiting> waiting,
            String moved,
            List<FileRow> files,
            boolean moreFiles,
            HoldPanel.Model hold,
            List<Observed.Row> observed) {}

    /**
     * A log stream.
     *
     * @param notes what else is to be said of it
     */
    record StreamRow(String kind, List<String> notes, String directory, String files) {}

    /** What a form said that is shown again with its mistakes. */
    private record Again(
            String key,
            Map<String, String> fields,
            Map<String, String> errors,
            String refused,
            Optional<Mend> mend,
            boolean proposed) {}

    private static Scope scope(Visit visit) {
        return visit.scope(visit.values().get(0), visit.values().get(1));
    }

    private static Editable<?> editable(Visit visit) {
        // The scope first: whoever may not see it learns nothing about it.
        scope(visit);
        return Editable.of(visit.values().get(2));
    }

    /** What a link proposed to allow for the scopes below, filled into the form; nothing is changed by following it. */
    private static Optional<Again> proposal(Visit visit) {
        boolean forTenant = !visit.values().get(0).equals("domain");
        String key = visit.request().query("setting");
        return forTenant && !key.isEmpty() ? proposal(visit, Editable.of(key)) : Optional.empty();
    }

    private static <T> Optional<Again> proposal(Visit visit, Editable<T> editable) {
        Map<String, String> fields = new HashMap<>();
        String wanted = visit.request().query("allow");
        fields.put("relax", "bounded");
        if (!wanted.isEmpty()) {
            try {
                editable.allow(Optional.of(editable.setting().type().parse().read(wanted)), fields);
            } catch (IllegalArgumentException e) {
                throw new PageException(400, "error.400.text");
            }
        }
        return Optional.of(new Again(editable.key(), fields, Map.of(), "", Optional.empty(), true));
    }

    private Answer.Page page(Visit visit, Scope scope, Optional<Again> again) {
        return page(visit, scope, again, Optional.empty());
    }

    private Answer.Page page(Visit visit, Scope scope, Optional<Again> again, Optional<HoldPanel.Again> holdAgain) {
        ScopePath path = visit.tree().path(scope).orElseThrow(PageException::notFound);
        List<Card> cards = List.of(
                card(visit, path, Editable.RETENTION, again),
                card(visit, path, Editable.MASKING, again),
                card(visit, path, Editable.KEYS, again));
        List<Place> below = below(visit, scope);
        Optional<SiteModel> site = scope.level() == ScopeLevel.DOMAIN
                ? visit.tree().site(new SiteId(scope.id())).map(known -> site(visit, known, holdAgain))
                : Optional.empty();
        String label = Words.label(visit, scope);
        Model model = new Model(
                scope,
                visit.texts().level(scope.level()),
                label,
                cards,
                below.size(),
                Paging.link("/", Map.of(), "scope", scope.toString()),
                services.holds()
                        .active(below.stream().map(place -> place.site().id()).toList())
                        .size(),
                Paging.link("/", Map.of("filter", "held"), "scope", scope.toString()),
                UserPages.accountHref(visit, scope),
                site);
        return Answer.Page.of("scope", model, section(scope), label).crumbs(crumbs(visit, path));
    }

    private static String section(Scope scope) {
        return scope.level() == ScopeLevel.DOMAIN ? "domains" : "tenants";
    }

    /** The scopes above one, as steps on the way to its page. */
    static List<Crumb> crumbs(Visit visit, ScopePath path) {
        List<Crumb> crumbs = new ArrayList<>();
        for (Scope above : path.scopes().subList(0, path.scopes().size() - 1)) {
            crumbs.add(new Crumb(Words.label(visit, above), Words.link(visit, above)));
        }
        return crumbs;
    }

    private static List<Place> below(Visit visit, Scope scope) {
        return visit.visible().stream()
                .filter(place -> place.path().contains(scope))
                .toList();
    }

    private <T> Card card(Visit visit, ScopePath path, Editable<T> editable, Optional<Again> any) {
        Scope scope = path.leaf();
        Resolved<T> resolved = services.settings().resolve(editable.setting(), path);
        ScopeRule<T> own = resolved.own().rule();
        Texts texts = visit.texts();
        Optional<Again> again = any.filter(form -> form.key().equals(editable.key()));
        boolean forTenant = scope.level() != ScopeLevel.DOMAIN;
        Limits<T> limits = services.settings().limits(editable.setting(), path);
        Map<String, String> fields = new HashMap<>(editable.fields(own, resolved.value()));
        again.ifPresent(form -> fields.putAll(form.fields()));
        UnaryOperator<String> who = services.actors().names(visit);
        List<PendingRow> pending = services.settings().pending(editable.setting()).stream()
                .filter(waiting -> waiting.scope().equals(scope))
                .map(waiting -> pending(visit, editable, waiting, who))
                .toList();
        List<HistoryRow> history = services.settings().history(scope, editable.setting(), HISTORY).stream()
                .map(entry -> history(visit, editable, entry, who))
                .toList();
        return new Card(
                editable.key(),
                editable.words().say(texts, resolved.value()),
                Words.source(visit, resolved),
                editable.grave().test(resolved.value()),
                resolved.steps().stream()
                        .map(step -> step(visit, editable, step, scope))
                        .toList(),
                limits.locked().map(by -> Words.scope(visit, by)),
                inherited(visit, path, editable),
                editable.choices(),
                fields,
                again.map(Again::errors).orElse(Map.of()),
                again.map(Again::refused).orElse(""),
                again.flatMap(Again::mend),
                limits(visit, path, editable, limits),
                editable.choices().stream()
                        .filter(choice -> editable.barred(choice, limits))
                        .collect(Collectors.toUnmodifiableSet()),
                editable.hint().say(texts, limits),
                own.strictest().map(value -> editable.words().say(texts, value)).orElse(""),
                own.laxest().map(value -> editable.words().say(texts, value)).orElse(""),
                again.filter(Again::proposed).isPresent(),
                limits.ceiling()
                        .map(limit -> editable.grave().test(limit.value()))
                        .orElse(true),
                forTenant,
                own.lock()
                        || own.strictest().isPresent()
                        || own.relaxable()
                        || !fields.getOrDefault("relax", "none").equals("none"),
                Words.href(scope) + "/" + editable.key(),
                editable.write(own),
                own.value().isPresent()
                        ? Optional.of(editable.write(own.withValue(Optional.empty())))
                        : Optional.empty(),
                pending,
                history);
    }

    /** What may be said here: both limits with those who set them, and from where on a reason is needed. */
    private <T> List<LimitRow> limits(Visit visit, ScopePath path, Editable<T> editable, Limits<T> limits) {
        List<LimitRow> rows = new ArrayList<>();
        if (limits.locked().isPresent()) {
            Scope by = limits.locked().get();
            rows.add(new LimitRow(
                    visit.t("locked.by", Words.scope(visit, by)),
                    Optional.of(
                            visit.sees(by)
                                    ? new Mend(
                                            Optional.of(Words.href(by) + "#" + editable.key() + "-form"),
                                            visit.t("locked.open"))
                                    : ask(visit, by))));
            return rows;
        }
        Optional<Limit<T>> ceiling =
                limits.ceiling().filter(limit -> !editable.grave().test(limit.value()));
        ceiling.ifPresent(limit -> rows.add(new LimitRow(
                visit.t(
                        (limit.builtIn() ? "limit.built-in." : "limit.ceiling.") + editable.key(),
                        editable.words().say(visit.texts(), limit.value()),
                        Words.scope(visit, limit.by()),
                        days(limit)),
                Optional.of(mend(visit, editable, limit, Optional.empty())))));
        limits.floor()
                .ifPresent(limit -> rows.add(new LimitRow(
                        visit.t(
                                "limit.floor." + editable.key(),
                                editable.words().say(visit.texts(), limit.value()),
                                Words.scope(visit, limit.by())),
                        Optional.empty())));
        T inherited = inherited(path, editable);
        boolean mayRelax = ceiling.map(limit -> editable.setting().type().relaxes(limit.value(), inherited))
                .orElse(true);
        if (mayRelax && !editable.grave().test(inherited)) {
            rows.add(new LimitRow(
                    visit.t("limit.reason." + editable.key(), editable.words().say(visit.texts(), inherited)),
                    Optional.empty()));
        }
        return rows;
    }

    /** What would hold without a value of its own. */
    private <T> T inherited(ScopePath path, Editable<T> editable) {
        return path.scopes().size() == 1
                ? editable.setting().builtIn()
                : services.settings().resolve(editable.setting(), above(path)).value();
    }

    private static ScopePath above(ScopePath path) {
        return new ScopePath(path.scopes().subList(0, path.scopes().size() - 1));
    }

    /** Where more can be allowed, by whoever may do so; the others learn whom to ask. */
    private static <T> Mend mend(Visit visit, Editable<T> editable, Limit<T> limit, Optional<T> wanted) {
        if (!visit.sees(limit.by())) {
            return ask(visit, limit.by());
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("setting", editable.key());
        String href = Paging.link(
                Words.href(limit.by()),
                parameters,
                "allow",
                wanted.map(editable::text).orElse(""));
        return new Mend(Optional.of(href + "#" + editable.key() + "-below"), visit.t("limit.mend"));
    }

    private static Mend ask(Visit visit, Scope by) {
        return new Mend(Optional.empty(), visit.t("limit.ask", Words.scope(visit, by)));
    }

    /** The same in words: "7 days, default of reseller Nordlicht". */
    private <T> String inherited(Visit visit, ScopePath path, Editable<T> editable) {
        if (path.scopes().size() == 1) {
            return visit.t(
                    "inherit.now",
                    editable.words().say(visit.texts(), editable.setting().builtIn()),
                    visit.t("source.built-in"));
        }
        Resolved<T> resolved = services.settings().resolve(editable.setting(), above(path));
        String source = resolved.source()
                .map(from ->
                        visit.t("source." + from.level().name().toLowerCase(Locale.ROOT), Words.label(visit, from)))
                .orElseGet(() -> visit.t("source.built-in"));
        return visit.t("inherit.now", editable.words().say(visit.texts(), resolved.value()), source);
    }

    private static <T> StepRow step(Visit visit, Editable<T> editable, Step<T> step, Scope here) {
        String effective = editable.words().say(visit.texts(), step.effective());
        String own = step.rule()
                .value()
                .map(value -> editable.words().say(visit.texts(), value))
                .orElse("");
        Verdict verdict = step.verdict();
        List<String> rules = DomainPages.own(
                        visit,
                        step.rule().withValue(Optional.empty()),
                        value -> editable.words().say(visit.texts(), value))
                .toList();
        return new StepRow(
                Words.scope(visit, step.scope()),
                step.scope().equals(here) ? Optional.empty() : Words.link(visit, step.scope()),
                visit.t("verdict." + verdict.name().toLowerCase(Locale.ROOT), own, effective),
                rules,
                effective,
                verdict.name().toLowerCase(Locale.ROOT),
                step.scope().equals(here));
    }

    private static PendingRow pending(Visit visit, Editable<?> editable, Pending waiting, UnaryOperator<String> who) {
        return new PendingRow(
                waiting.id(),
                Words.moment(visit, waiting.since()),
                who.apply(waiting.by()),
                waiting.reason(),
                editable.say(visit.texts(), waiting.wanted()),
                waiting.waitsFor());
    }

    private static HistoryRow history(
            Visit visit, Editable<?> editable, HistoryEntry entry, UnaryOperator<String> who) {
        return new HistoryRow(
                Words.moment(visit, entry.at()),
                who.apply(entry.by()),
                entry.reason(),
                editable.say(visit.texts(), entry.before()),
                editable.say(visit.texts(), entry.after()),
                visit.t("event." + entry.event()));
    }

    private Site holdSite(Visit visit) {
        // The scope first: whoever may not see it learns nothing about it.
        Scope scope = scope(visit);
        if (scope.level() != ScopeLevel.DOMAIN) {
            throw PageException.notFound();
        }
        return visit.site(scope.id());
    }

    private Answer place(Visit visit) {
        Site site = holdSite(visit);
        Optional<HoldPanel.Again> again = hold.place(visit, site);
        return again.isEmpty()
                ? hold.placed(visit, site)
                : page(visit, site.scope(), Optional.empty(), again)
                        .wrong(again.get().mistakes());
    }

    private Answer lift(Visit visit) {
        Site site = holdSite(visit);
        Optional<Answer> answer = hold.lift(visit, site);
        if (answer.isPresent() && answer.get() instanceof Answer.Page page) {
            List<Crumb> crumbs = new ArrayList<>(crumbs(visit, visit.tree().path(site)));
            crumbs.add(Crumb.of(site.domain(), Words.href(site.scope())));
            return page.crumbs(crumbs);
        }
        return answer.orElseGet(
                () -> Redirect.to(Words.href(site.scope())).saying(Flash.bad(visit.t("hold.not-lifted"))));
    }

    private SiteModel site(Visit visit, Site site, Optional<HoldPanel.Again> again) {
        List<StreamRow> streams = new ArrayList<>();
        for (LogStream stream : services.sites().logStreams(site.id())) {
            Texts texts = visit.texts();
            List<String> notes = new ArrayList<>();
            if (stream.storage() == LogStorage.BACKUP_BY_AGE) {
                notes.add(texts.get("stream.by-age"));
            }
            stream.rotation()
                    .ifPresent(rotation ->
                            notes.add(texts.get("stream.rotation", rotation.toString(), rotation.worstCaseDays())));
            streams.add(new StreamRow(
                    stream.storage().isBackup() ? texts.inBackups(stream.kind()) : texts.kind(stream.kind()),
                    notes,
                    stream.directory().toString(),
                    stream.files()));
        }
        Optional<SiteSweep> last =
                Optional.ofNullable(services.sweeps().last(List.of(site.id())).get(site.id()));
        ScopePath path = visit.tree().path(site);
        RetentionRule rule =
                services.settings().resolve(Editable.RETENTION.setting(), path).value();
        List<Withheld<?>> withheld =
                Findings.of(services.facts(), List.of(path)).withheld();
        List<Observation> observed =
                services.sweeps().observed(List.of(site.id())).getOrDefault(site.id(), List.of());
        List<SweepFile> files = last.map(
                        sweep -> services.sweeps().files(sweep.sweep(), FileFilter.of(List.of(site.id())), 0, 51))
                .orElse(List.of());
        List<FileRow> rows = files.stream()
                .limit(50)
                // What is cut off goes by the order of the sweep.
                .sorted(
                        files.size() > 50
                                ? Comparator.comparing(file -> 0)
                                : Comparator.comparing(file -> file.path().toString(), Words::naturally))
                .map(file -> SweepPages.row(
                        visit, file, last.map(SiteSweep::at).orElse(visit.now()), Optional.empty(), true))
                .toList();
        return new SiteModel(
                site.id().value(),
                site.server(),
                streams,
                last.map(sweep -> Words.moment(visit, sweep.at())),
                last.map(SiteSweep::receipt),
                last.map(SiteSweep::problems).orElse(0L),
                // The table of what was found says it, where there is one.
                last.filter(any -> observed.isEmpty())
                        .flatMap(SiteSweep::oldestLine)
                        .map(at -> visit.t(
                                at.isAfter(visit.now()) ? "site.oldest.future" : "site.oldest",
                                visit.texts().dateTime(at),
                                visit.texts().age(at, visit.now()))),
                last.flatMap(SiteSweep::oldestLine)
                        .filter(at -> Words.over(rule, at, visit.now()))
                        .isPresent(),
                Words.waiting(visit, withheld),
                Words.moved(visit, withheld),
                rows,
                files.size() > 50,
                hold.model(visit, site, again),
                Observed.rows(visit, observed));
    }

    /** The form of a setting has been sent. */
    private <T> Answer form(Visit visit, Editable<T> editable) {
        Scope scope = scope(visit);
        ScopeRule<T> expected = editable.read(visit.request().raw("expected"));
        Map<String, String> errors = new HashMap<>();
        ScopeRule<T> wanted = editable.readRule(visit, expected, scope.level() != ScopeLevel.DOMAIN, errors);
        if (visit.request().form("reason").length() > MAX_REASON) {
            errors.put("reason", visit.t("form.reason.long", MAX_REASON));
        }
        if (!errors.isEmpty()) {
            return again(visit, scope, editable, errors, "", Optional.empty());
        }
        return decide(visit, scope, editable, wanted, expected, true);
    }

    /** A whole rule has been sent: by the second question, by undoing, or by going back to inheriting. */
    private <T> Answer rule(Visit visit, Editable<T> editable) {
        ScopeRule<T> wanted = editable.read(visit.request().raw("rule"));
        ScopeRule<T> expected = editable.read(visit.request().raw("expected"));
        if (visit.request().form("reason").length() > MAX_REASON) {
            throw new PageException(400, "error.400.text");
        }
        return decide(visit, scope(visit), editable, wanted, expected, false);
    }

    /**
     * The second question.
     *
     * @param key the setting
     * @param scope the scope in words
     * @param back the page of the scope
     * @param action where the form goes
     * @param before what holds
     * @param after what would hold
     * @param rules what would be said to the scopes below
     * @param rule the rule wanted
     * @param expected the rule as it is
     * @param reason the reason given
     * @param graves what has to be said to be understood, as names of texts
     * @param warnDeletes whether all log files will go
     * @param files how many files a domain had after its last sweep
     * @param below how many domains lie below
     * @param follow how many of them have no value of their own
     * @param waits what it would wait for; empty when it holds at once
     * @param error what is missing; empty for nothing
     * @param reasonError what is wrong with the reason
     */
    record Confirm(
            String key,
            String scope,
            String back,
            String action,
            String before,
            String after,
            List<String> rules,
            String rule,
            String expected,
            String reason,
            List<String> graves,
            boolean warnDeletes,
            Optional<Long> files,
            int below,
            int follow,
            String waits,
            String error,
            String reasonError) {}

    private <T> Answer decide(
            Visit visit,
            Scope scope,
            Editable<T> editable,
            ScopeRule<T> wanted,
            ScopeRule<T> expected,
            boolean fromForm) {
        ScopePath path = visit.tree().path(scope).orElseThrow(PageException::notFound);
        Request request = visit.request();
        String reason = request.form("reason");
        Change<T> change =
                new Change<>(editable.setting(), path, wanted, visit.principal(), reason, Optional.of(expected));
        Limits<T> limits = services.settings().limits(editable.setting(), path);
        T now = services.settings().resolve(editable.setting(), path).value();
        // Giving up a value of one's own means to choose the inherited one, with all that it does.
        T chosen = wanted.value().orElseGet(() -> inherited(path, editable));
        boolean chooses =
                !wanted.value().equals(expected.value()) && (wanted.value().isPresent() || !chosen.equals(now));
        List<String> graves = new ArrayList<>();
        if (chooses && editable.grave().test(chosen)) {
            graves.add(editable.key());
        }
        if (editable.opens(wanted, limits) && !editable.opens(expected, limits)) {
            graves.add(editable.key() + ".open");
        }
        boolean deletes =
                chooses && chosen instanceof NoLogging && editable.key().equals(Editable.RETENTION.key());
        boolean forOthers = scope.level() != ScopeLevel.DOMAIN;
        boolean asked = List.of("yes", "undo").contains(request.form("asked"));
        boolean understood = request.form("understood").equals("yes");
        Outcome preview = services.settings().preview(change);
        if (preview instanceof Refused refused) {
            if (refused.problem() == Problem.REASON_MISSING && !fromForm) {
                return confirm(
                        visit,
                        editable,
                        change,
                        expected,
                        preview,
                        graves,
                        deletes,
                        "",
                        problem(visit, editable, refused, limits));
            }
            return refuse(visit, editable, change, refused, limits);
        }
        // The file that a domain without logs deletes does not come back by undoing.
        boolean first = (forOthers || deletes) && !asked;
        if (first || (!graves.isEmpty() && !(asked && understood))) {
            String error = request.form("asked").equals("yes") ? visit.t("confirm.missing") : "";
            return confirm(visit, editable, change, expected, preview, graves, deletes, error, "");
        }
        Outcome outcome = services.settings().change(change);
        String back = Words.href(scope);
        if (outcome instanceof Applied applied) {
            String text = applied.before().equals(applied.after())
                    ? visit.t("outcome.same." + editable.key(), editable.say(visit.texts(), applied.after()))
                    : visit.t(
                            "outcome.applied." + editable.key(),
                            editable.say(visit.texts(), applied.before()),
                            editable.say(visit.texts(), applied.after()));
            Optional<Flash.Undo> undo = applied.receipt().isPresent()
                    ? Optional.of(new Flash.Undo(
                            back + "/" + editable.key() + "/rule", editable.write(expected), editable.write(wanted)))
                    : Optional.empty();
            return Redirect.to(back).saying(new Flash("ok", text, applied.receipt(), undo));
        }
        if (outcome instanceof Waiting waiting) {
            String text = visit.t("outcome.waiting", waiting.reason());
            return Redirect.to(back).saying(new Flash("wait", text, Optional.empty(), Optional.empty()));
        }
        return refuse(visit, editable, change, (Refused) outcome, limits);
    }

    private <T> Answer confirm(
            Visit visit,
            Editable<T> editable,
            Change<T> change,
            ScopeRule<T> expected,
            Outcome preview,
            List<String> graves,
            boolean deletes,
            String error,
            String reasonError) {
        Scope scope = change.path().leaf();
        List<Place> places = below(visit, scope);
        Map<Scope, Resolved<T>> below = services.settings()
                .resolveAll(editable.setting(), places.stream().map(Place::path).toList());
        int follow = (int) below.values().stream()
                .filter(resolved -> follows(resolved, change.path()))
                .count();
        Texts texts = visit.texts();
        String before = preview instanceof Applied applied
                ? editable.say(texts, applied.before())
                : editable.words()
                        .say(
                                texts,
                                services.settings()
                                        .resolve(editable.setting(), change.path())
                                        .value());
        String after = preview instanceof Applied applied
                ? editable.say(texts, applied.after())
                : change.rule()
                        .value()
                        .map(value -> editable.words().say(texts, value))
                        .orElse(visit.t("choice.inherit"));
        Confirm model = new Confirm(
                editable.key(),
                Words.scope(visit, scope),
                Words.href(scope),
                Words.href(scope) + "/" + editable.key() + "/rule",
                before,
                after,
                DomainPages.own(
                                visit,
                                change.rule().withValue(Optional.empty()),
                                value -> editable.words().say(texts, value))
                        .toList(),
                editable.write(change.rule()),
                editable.write(expected),
                change.reason(),
                graves,
                deletes,
                scope.level() == ScopeLevel.DOMAIN ? files(new SiteId(scope.id())) : Optional.empty(),
                places.size(),
                follow,
                preview instanceof Waiting waiting ? waiting.reason() : "",
                error,
                reasonError);
        List<Crumb> crumbs = new ArrayList<>(crumbs(visit, change.path()));
        crumbs.add(Crumb.of(Words.label(visit, scope), Words.href(scope)));
        Answer.Page page = Answer.Page.of("confirm", model, section(scope), visit.t("confirm.title"))
                .crumbs(crumbs);
        List<Mistake> mistakes =
                Mistake.of(Map.of("understood", error, "reason", reasonError), List.of("understood", "reason"));
        return mistakes.isEmpty() ? page : page.wrong(mistakes);
    }

    /** How many files a site had after its last sweep. */
    private Optional<Long> files(SiteId site) {
        return Optional.ofNullable(services.sweeps().last(List.of(site)).get(site))
                .map(last -> left(last.sweep(), FileFilter.of(List.of(site))));
    }

    private long left(long sweep, FileFilter filter) {
        long left = 0;
        List<SweepFile> page;
        int offset = 0;
        do {
            page = services.sweeps().files(sweep, filter, offset, 1_000);
            left += page.stream()
                    .filter(file -> !(file.action() == FileAction.DELETE && file.outcome() == FileOutcome.DONE))
                    .count();
            offset += page.size();
        } while (page.size() == 1_000);
        return left;
    }

    /** Whether nothing below the changed scope stands between it and a domain. */
    private static boolean follows(Resolved<?> resolved, ScopePath changed) {
        return resolved.steps().stream()
                .skip(changed.scopes().size())
                .allMatch(step -> step.rule().value().isEmpty());
    }

    private <T> Answer refuse(Visit visit, Editable<T> editable, Change<T> change, Refused refused, Limits<T> limits) {
        Scope scope = change.path().leaf();
        String text = problem(visit, editable, refused, limits);
        if (refused.problem() == Problem.REASON_MISSING) {
            return again(visit, scope, editable, Map.of("reason", text), "", Optional.empty());
        }
        Optional<Mend> mend = limits.ceiling()
                .filter(limit -> refused.problem() == Problem.TOO_LAX)
                .map(limit -> mend(
                        visit,
                        editable,
                        limit,
                        Stream.of(change.rule().value(), change.rule().laxest())
                                .flatMap(Optional::stream)
                                .filter(value -> editable.setting().type().relaxes(value, limit.value()))
                                .findFirst()));
        return again(visit, scope, editable, Map.of(), text, mend);
    }

    private static <T> String problem(Visit visit, Editable<T> editable, Refused refused, Limits<T> limits) {
        String by = refused.by().map(scope -> Words.scope(visit, scope)).orElse("");
        String limit =
                refused.limit().map(value -> editable.say(visit.texts(), value)).orElse("");
        if (refused.problem() == Problem.TOO_LAX
                && limits.ceiling().filter(Limit::builtIn).isPresent()) {
            return visit.t(
                    "refused.too_lax.built-in." + editable.key(),
                    by,
                    limit,
                    limits.ceiling().map(ScopePages::days).orElse(0));
        }
        return visit.t("refused." + refused.problem().name().toLowerCase(Locale.ROOT), by, limit);
    }

    /** Of a limit in days how many: some languages say them in another case within a sentence. */
    private static int days(Limit<?> limit) {
        return limit.value() instanceof RetentionRule.Days days ? days.days() : 0;
    }

    private Answer again(
            Visit visit,
            Scope scope,
            Editable<?> editable,
            Map<String, String> errors,
            String refused,
            Optional<Mend> mend) {
        Map<String, String> fields = new HashMap<>();
        boolean wholeRule = visit.request().form().containsKey("rule");
        if (!wholeRule) {
            for (String name : List.of("choice", "lock", "relax", "strict")) {
                fields.put(name, visit.request().form(name));
            }
            for (String name : List.of("days", "ipv4", "ipv6")) {
                for (String prefix : List.of("", "laxest-", "strictest-")) {
                    if (visit.request().form().containsKey(prefix + name)) {
                        fields.put(prefix + name, visit.request().form(prefix + name));
                    }
                }
            }
        }
        fields.put("reason", visit.request().form("reason"));
        return page(visit, scope, Optional.of(new Again(editable.key(), fields, errors, refused, mend, false)))
                .wrong(mistakes(editable.key(), errors, refused));
    }

    /** What is wrong with the form of a setting, in its order, with the ids that the page has. */
    private static List<Mistake> mistakes(String key, Map<String, String> errors, String refused) {
        Map<String, String> ids = new LinkedHashMap<>();
        ids.put("choice", key + "-inherit");
        for (String prefix : List.of("", "laxest-", "strictest-")) {
            for (String name : List.of("days", "ipv4", "ipv6")) {
                boolean plain = prefix.isEmpty() && !key.equals(Editable.KEYS.key());
                ids.put(prefix + name, plain ? name : key + "-" + prefix + name);
            }
        }
        ids.put("reason", key + "-reason");
        Map<String, String> texts = new HashMap<>();
        errors.forEach((name, text) -> texts.put(ids.getOrDefault(name, key + "-form"), text));
        texts.put(key + "-refused", refused);
        List<String> order = new ArrayList<>(ids.values());
        order.addAll(List.of(key + "-form", key + "-refused"));
        return Mistake.of(texts, order);
    }

    private Answer withdraw(Visit visit, Editable<?> editable) {
        Scope scope = scope(visit);
        long id = Visit.number(visit.request().form("pending"));
        boolean known = services.settings().pending(editable.setting()).stream()
                .anyMatch(waiting -> waiting.id() == id && waiting.scope().equals(scope));
        if (!known) {
            throw PageException.notFound();
        }
        boolean withdrawn = services.settings()
                .withdraw(id, visit.principal(), visit.request().form("reason"));
        return Redirect.to(Words.href(scope))
                .saying(
                        withdrawn
                                ? Flash.ok(visit.t("outcome.withdrawn"))
                                : Flash.bad(visit.t("outcome.not-withdrawn")));
    }
}
