package dev.sparsam.web.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.logs.Observation;
import dev.sparsam.logs.SiteSweep;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.Tenant;
import dev.sparsam.settings.Resolved;
import dev.sparsam.settings.Resolved.Verdict;
import dev.sparsam.settings.ScopeRule;
import dev.sparsam.web.internal.Trees.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The table of domains, and the tree of tenants above them. */
final class DomainPages {
    private static final int SIZE = 50;
    private static final List<String> FILTERS = List.of("own", "never", "problems", "over", "held");
    private static final List<String> SORTS = List.of("domain", "customer", "reseller", "retention", "sweep", "oldest");

    private final Services services;

    DomainPages(Services services) {
        this.services = services;
    }

    List<Route> routes() {
        return List.of(Route.get("/", Route.ANYONE, this::domains), Route.get("/tenants", Route.ANYONE, this::tenants));
    }

    /**
     * The domains page.
     *
     * @param rows the domains of this page
     * @param paging which part
     * @param all how many domains the person sees
     * @param q what is searched for
     * @param filter the filter chosen
     * @param filters all filters
     * @param sort what is sorted by
     * @param down whether downwards
     * @param sortLinks the address that sorts by each column
     * @param resellers whether there is more than one level to show
     * @param scope the scope to sweep: what is filtered by, or everything the person sees
     * @param scopeLabel what it is called
     * @param limited whether only the domains of a scope are shown
     * @param canImport whether the person can fill an empty panel
     */
    record Table(
            List<Row> rows,
            Paging paging,
            int all,
            String q,
            String filter,
            List<String> filters,
            String sort,
            boolean down,
            Map<String, String> sortLinks,
            boolean resellers,
            Optional<Scope> scope,
            String scopeLabel,
            boolean limited,
            boolean canImport) {}

    /**
     * A row of the table.
     *
     * @param own whether the domain has a value of its own that holds
     * @param overruled whether it has one that does not hold
     * @param warn whether the retention deserves attention
     * @param tooOld whether the oldest line is older than what is set now
     * @param drift by how much the last sweep found more than is set, in sentences; empty when it did not
     * @param held the last day of its legal hold
     * @param heldSoon whether that is soon
     * @param logs whether the panel names logs of the domain; without, there is nothing to sweep
     */
    record Row(
            String domain,
            String href,
            String customer,
            Optional<String> customerHref,
            String reseller,
            Optional<String> resellerHref,
            String retention,
            String source,
            boolean own,
            boolean overruled,
            boolean locked,
            boolean warn,
            String masking,
            boolean unmasked,
            Optional<Words.Moment> swept,
            String sweepHref,
            long problems,
            Optional<String> oldest,
            boolean tooOld,
            String drift,
            Optional<String> held,
            boolean heldSoon,
            boolean logs) {}

    private Answer domains(Visit visit) {
        Request request = visit.request();
        String q = request.query("q");
        String filter = FILTERS.contains(request.query("filter")) ? request.query("filter") : "";
        String sort = SORTS.contains(request.query("sort")) ? request.query("sort") : "domain";
        boolean down = request.query("dir").equals("down");
        Optional<Scope> limit =
                request.query("scope").isEmpty() ? Optional.empty() : Optional.of(visit.scope(request.query("scope")));
        List<Place> all = visit.visible();
        List<Place> found = all.stream()
                .filter(place -> limit.map(place.path()::contains).orElse(true))
                .filter(place -> matches(place, q.toLowerCase(Locale.ROOT)))
                .toList();
        Comparator<Place> plain = plain(sort);
        Map<Scope, Resolved<RetentionRule>> retention;
        Map<SiteId, SiteSweep> sweeps;
        Map<SiteId, List<LogStream>> streams;
        Map<SiteId, List<Observation>> observed;
        Map<SiteId, LegalHold> holds = services.holds().active(ids(found));
        boolean needsAll =
                !filter.isEmpty() || List.of("retention", "sweep", "oldest").contains(sort);
        if (needsAll) {
            // Such an order or filter is known only when all are known: few calls for all, none per row.
            retention = resolve(found);
            sweeps = services.sweeps().last(ids(found));
            streams = filter.equals("never") ? services.sites().logStreams(ids(found)) : Map.of();
            observed = filter.equals("over") ? services.sweeps().observed(ids(found)) : Map.of();
            Map<Scope, Resolved<RetentionRule>> rules = retention;
            Map<SiteId, SiteSweep> last = sweeps;
            Set<SiteId> withLogs = streams.keySet();
            Map<SiteId, List<Observation>> seen = observed;
            Predicate<Place> wanted = place -> wanted(
                    filter,
                    known(rules, place),
                    Optional.ofNullable(last.get(place.site().id())),
                    withLogs.contains(place.site().id()),
                    holds.containsKey(place.site().id()),
                    seen.getOrDefault(place.site().id(), List.of()),
                    visit);
            Comparator<Place> order = switch (sort) {
                case "retention" -> Comparator.comparingInt(place -> length(value(rules, place)));
                case "sweep" ->
                    Comparator.comparing(
                            place -> Optional.ofNullable(last.get(place.site().id()))
                                    .map(SiteSweep::at)
                                    .orElse(Instant.MIN));
                case "oldest" ->
                    Comparator.comparing(
                            place -> Optional.ofNullable(last.get(place.site().id()))
                                    .flatMap(SiteSweep::oldestLine)
                                    .orElse(Instant.MAX));
                default -> plain;
            };
            found = found.stream()
                    .filter(wanted)
                    .sorted(down ? order.reversed() : order)
                    .toList();
        } else {
            if (!sort.equals("domain") || down) {
                found = found.stream().sorted(down ? plain.reversed() : plain).toList();
            }
            retention = Map.of();
            sweeps = Map.of();
            streams = Map.of();
            observed = Map.of();
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("q", q);
        parameters.put("filter", filter);
        parameters.put("scope", limit.map(Scope::toString).orElse(""));
        parameters.put("sort", sort.equals("domain") ? "" : sort);
        parameters.put("dir", down ? "down" : "");
        Paging paging = Paging.of(request.query("page"), found.size(), SIZE, "/", parameters);
        List<Place> shown = paging.cut(found);
        if (!needsAll) {
            retention = resolve(shown);
            sweeps = services.sweeps().last(ids(shown));
        }
        if (!filter.equals("over")) {
            observed = services.sweeps().observed(ids(shown));
        }
        if (!filter.equals("never")) {
            streams = services.sites().logStreams(ids(shown));
        }
        Map<Scope, Resolved<AddressMasking>> masking = services.settings()
                .resolveAll(LogSettings.MASKING, shown.stream().map(Place::path).toList());
        List<Row> rows = new ArrayList<>();
        for (Place place : shown) {
            Optional<SiteSweep> sweep =
                    Optional.ofNullable(sweeps.get(place.site().id()));
            boolean logs = sweep.flatMap(SiteSweep::oldestLine).isPresent()
                    || streams.containsKey(place.site().id());
            rows.add(row(
                    visit,
                    place,
                    known(retention, place),
                    known(masking, place),
                    sweep,
                    logs,
                    observed.getOrDefault(place.site().id(), List.of()),
                    Optional.ofNullable(holds.get(place.site().id()))));
        }
        Map<String, String> sortLinks = new HashMap<>();
        for (String column : SORTS) {
            Map<String, String> changed = new LinkedHashMap<>(parameters);
            changed.put("sort", column.equals("domain") ? "" : column);
            sortLinks.put(column, Paging.link("/", changed, "dir", column.equals(sort) && !down ? "down" : ""));
        }
        Optional<Scope> own = visit.snapshot()
                .tree()
                .flatMap(tree -> tree.tenant(visit.principal().tenant()))
                .map(Tenant::scope);
        Optional<Scope> scope = limit.or(() -> own);
        Table table = new Table(
                rows,
                paging,
                all.size(),
                q,
                filter,
                FILTERS,
                sort,
                down,
                sortLinks,
                visit.isProvider(),
                scope,
                scope.map(known -> Words.scope(visit, known)).orElse(""),
                limit.isPresent(),
                visit.isProvider() && services.inventory().isPresent());
        return Answer.Page.of("domains", table, "domains", visit.t("domains.title"));
    }

    private static Comparator<Place> plain(String sort) {
        Comparator<Place> byDomain = Comparator.comparing(place -> place.site().domain());
        return switch (sort) {
            case "customer" ->
                Comparator.<Place, String>comparing(place -> place.customer().label(), String.CASE_INSENSITIVE_ORDER)
                        .thenComparing(byDomain);
            case "reseller" ->
                Comparator.<Place, String>comparing(
                                place -> place.reseller().map(Tenant::label).orElse(""), String.CASE_INSENSITIVE_ORDER)
                        .thenComparing(byDomain);
            default -> byDomain;
        };
    }

    private static boolean matches(Place place, String q) {
        return q.isEmpty()
                || place.site().domain().contains(q)
                || place.customer().label().toLowerCase(Locale.ROOT).contains(q)
                || place.reseller()
                        .filter(reseller ->
                                reseller.label().toLowerCase(Locale.ROOT).contains(q))
                        .isPresent();
    }

    private static boolean wanted(
            String filter,
            Resolved<RetentionRule> rule,
            Optional<SiteSweep> sweep,
            boolean logs,
            boolean held,
            List<Observation> observed,
            Visit visit) {
        return switch (filter) {
            case "own" -> rule.own().verdict() != Verdict.NONE;
            // Where there are no logs there is nothing to sweep.
            case "never" -> logs && sweep.isEmpty();
            case "problems" -> sweep.filter(last -> last.problems() > 0).isPresent();
            case "over" -> observed.stream().anyMatch(Observation::drifts) || tooOld(rule.value(), sweep, held, visit);
            case "held" -> held;
            default -> true;
        };
    }

    /** What a legal hold keeps is not too old. */
    private static boolean tooOld(RetentionRule rule, Optional<SiteSweep> sweep, boolean held, Visit visit) {
        return !held
                && sweep.flatMap(SiteSweep::oldestLine)
                        .filter(oldest -> Words.over(rule, oldest, visit.now()))
                        .isPresent();
    }

    private Map<Scope, Resolved<RetentionRule>> resolve(List<Place> places) {
        return services.settings()
                .resolveAll(
                        LogSettings.RETENTION.live(),
                        places.stream().map(Place::path).toList());
    }

    private static List<SiteId> ids(List<Place> places) {
        return places.stream().map(place -> place.site().id()).toList();
    }

    private static RetentionRule value(Map<Scope, Resolved<RetentionRule>> rules, Place place) {
        return known(rules, place).value();
    }

    private static int length(RetentionRule rule) {
        return rule instanceof Days days ? days.days() : rule instanceof Forever ? Integer.MAX_VALUE : 0;
    }

    private static <T> Resolved<T> known(Map<Scope, Resolved<T>> all, Place place) {
        Resolved<T> resolved = all.get(place.site().scope());
        if (resolved == null) {
            throw new IllegalStateException("The settings did not resolve " + place.path());
        }
        return resolved;
    }

    private Row row(
            Visit visit,
            Place place,
            Resolved<RetentionRule> retention,
            Resolved<AddressMasking> masking,
            Optional<SiteSweep> sweep,
            boolean logs,
            List<Observation> observed,
            Optional<LegalHold> hold) {
        Verdict verdict = retention.own().verdict();
        Optional<Instant> oldest = sweep.flatMap(SiteSweep::oldestLine);
        return new Row(
                place.site().domain(),
                Words.href(place.site().scope()),
                place.customer().label(),
                Words.link(visit, place.customer().scope()),
                place.reseller().map(Tenant::label).orElse(""),
                place.reseller().flatMap(reseller -> Words.link(visit, reseller.scope())),
                visit.texts().retention(retention.value()),
                Words.source(visit, retention),
                verdict == Verdict.APPLIED,
                verdict != Verdict.APPLIED && verdict != Verdict.NONE,
                retention.lockedBy().filter(by -> !by.equals(retention.scope())).isPresent(),
                retention.value() instanceof Forever,
                visit.texts().masking(masking.value()),
                masking.value() instanceof AddressMasking.Keep,
                sweep.map(last -> Words.moment(visit, last.at())),
                Words.href(place.site().scope()) + "#sweep",
                sweep.map(SiteSweep::problems).orElse(0L),
                oldest.map(at -> visit.texts().age(at, visit.now())),
                tooOld(retention.value(), sweep, hold.isPresent(), visit),
                Observed.drift(visit, observed),
                hold.map(LegalHold::lastDay).map(visit.texts()::day),
                hold.filter(each -> !HoldPanel.soon(
                                        visit, each, services.holds().today())
                                .isEmpty())
                        .isPresent(),
                logs);
    }

    /**
     * The tenants page.
     *
     * @param rows the tenants of this page
     * @param paging which part
     * @param q what is searched for
     * @param canImport whether the person can fill an empty panel
     * @param customer whether the person has nobody below, so that this is about itself
     */
    record Tenants(List<TenantRow> rows, Paging paging, String q, boolean canImport, boolean customer) {}

    /**
     * A tenant.
     *
     * @param depth how deep it stands in the tree, from 0
     * @param own what it sets itself; empty for nothing
     */
    record TenantRow(
            String label,
            String href,
            String level,
            int depth,
            int domains,
            String domainsHref,
            String retention,
            String source,
            List<String> own,
            boolean warn,
            String masking,
            boolean unmasked) {}

    private Answer tenants(Visit visit) {
        String q = visit.request().query("q").toLowerCase(Locale.ROOT);
        List<Tenant> seen = visit
                .snapshot()
                .tree()
                .map(tree -> inOrder(tree.tenants().stream()
                        .filter(tenant -> visit.sees(tenant.scope()))
                        .toList()))
                .orElse(List.of())
                .stream()
                .filter(tenant -> tenant.label().toLowerCase(Locale.ROOT).contains(q))
                .toList();
        Paging paging = Paging.of(visit.request().query("page"), seen.size(), 100, "/tenants", Map.of("q", q));
        List<Tenant> shown = paging.cut(seen);
        Map<Scope, Integer> domains = new HashMap<>();
        for (Place place : visit.visible()) {
            place.path().scopes().forEach(scope -> domains.merge(scope, 1, Integer::sum));
        }
        List<ScopePath> paths = shown.stream()
                .map(tenant -> visit.tree().path(tenant.scope()).orElseThrow())
                .toList();
        Map<Scope, Resolved<RetentionRule>> retention =
                services.settings().resolveAll(LogSettings.RETENTION.live(), paths);
        Map<Scope, Resolved<AddressMasking>> masking = services.settings().resolveAll(LogSettings.MASKING, paths);
        List<TenantRow> rows = new ArrayList<>();
        for (ScopePath path : paths) {
            Scope scope = path.leaf();
            Resolved<RetentionRule> rule = retention.get(scope);
            Resolved<AddressMasking> mask = masking.get(scope);
            if (rule == null || mask == null) {
                throw new IllegalStateException("The settings did not resolve " + path);
            }
            List<String> own = new ArrayList<>();
            own(visit, rule.own().rule(), visit.texts()::retention).forEach(own::add);
            own(visit, mask.own().rule(), visit.texts()::masking).forEach(own::add);
            rows.add(new TenantRow(
                    Words.label(visit, scope),
                    Words.href(scope),
                    visit.texts().level(scope.level()),
                    path.scopes().size() - 1,
                    domains.getOrDefault(scope, 0),
                    Paging.link("/", Map.of(), "scope", scope.toString()),
                    visit.texts().retention(rule.value()),
                    Words.source(visit, rule),
                    own,
                    rule.value() instanceof Forever,
                    visit.texts().masking(mask.value()),
                    mask.value() instanceof AddressMasking.Keep));
        }
        Tenants model = new Tenants(
                rows,
                paging,
                visit.request().query("q"),
                visit.isProvider() && services.inventory().isPresent(),
                visit.account().role() == Role.CUSTOMER);
        String title = switch (visit.account().role()) {
            case PROVIDER_ADMIN -> visit.t("tenants.title");
            case RESELLER -> visit.t("tenants.title.reseller");
            case CUSTOMER -> visit.t("tenants.title.customer");
        };
        return Answer.Page.of("tenants", model, "tenants", title);
    }

    /** What a scope says itself, in words. */
    static <T> Stream<String> own(Visit visit, ScopeRule<T> rule, java.util.function.Function<T, String> words) {
        return Stream.of(
                        rule.value().map(value -> visit.t("own.value", words.apply(value))),
                        rule.lock() ? Optional.of(visit.t("own.lock")) : Optional.<String>empty(),
                        rule.strictest().map(value -> visit.t("own.strictest", words.apply(value))),
                        rule.laxest().map(value -> visit.t("own.laxest", words.apply(value))),
                        rule.relaxable() ? Optional.of(visit.t("own.relaxable")) : Optional.<String>empty())
                .flatMap(Optional::stream);
    }

    /** The provider, its own customers, then each reseller with its customers; by name. */
    private static List<Tenant> inOrder(List<Tenant> tenants) {
        Map<String, List<Tenant>> byParent = new HashMap<>();
        List<Tenant> roots = new ArrayList<>();
        Map<String, Tenant> seen = new HashMap<>();
        tenants.forEach(tenant -> seen.put(tenant.id().value(), tenant));
        for (Tenant tenant : tenants) {
            Optional<String> parent = tenant.parent().map(id -> id.value()).filter(seen::containsKey);
            parent.map(id -> byParent.computeIfAbsent(id, key -> new ArrayList<>()))
                    .orElse(roots)
                    .add(tenant);
        }
        List<Tenant> ordered = new ArrayList<>();
        roots.forEach(root -> append(root, byParent, ordered));
        return ordered;
    }

    private static void append(Tenant tenant, Map<String, List<Tenant>> byParent, List<Tenant> ordered) {
        ordered.add(tenant);
        byParent.getOrDefault(tenant.id().value(), List.of()).stream()
                .sorted(Comparator.comparing(Tenant::kind)
                        .reversed()
                        .thenComparing(Tenant::label, String.CASE_INSENSITIVE_ORDER))
                .forEach(child -> append(child, byParent, ordered));
    }
}
