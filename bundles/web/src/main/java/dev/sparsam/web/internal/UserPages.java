package dev.sparsam.web.internal;

import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantKind;
import dev.sparsam.web.internal.Answer.Crumb;
import dev.sparsam.web.internal.Answer.Mistake;
import dev.sparsam.web.internal.Answer.Redirect;
import dev.sparsam.web.internal.Trees.Place;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Accounts: the provider manages all, a reseller those of its customers. */
final class UserPages {
    /** Of the form for a new account, in its order. */
    private static final List<String> FIELDS = List.of("login", "tenant");

    private static final int SIZE = 50;
    /** So many tenants are offered while typing; a browser shows no more at a glance. */
    private static final int CHOICES = 50;
    /** So many are named in a sentence. */
    private static final int NAMED = 5;

    private final Accounts accounts;

    UserPages(Accounts accounts) {
        this.accounts = accounts;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/users", Route.SELLERS, visit -> page(visit, Map.of())),
                Route.post("/users", Route.SELLERS, this::create),
                Route.post("/users/{login}/reset", Route.SELLERS, this::reset),
                Route.post("/users/{login}/disable", Route.SELLERS, visit -> disable(visit, true)),
                Route.post("/users/{login}/enable", Route.SELLERS, visit -> disable(visit, false)));
    }

    /**
     * The page.
     *
     * @param rows the accounts of this page
     * @param paging which part
     * @param q what is searched for
     * @param tenants some of those for whom accounts can be made, to choose from while typing
     * @param any whether there is anybody for whom accounts can be made
     * @param provider whether the person is the provider
     * @param login the name typed before
     * @param tenant the tenant typed before
     * @param errors sentences about wrong fields
     */
    record Model(
            List<Row> rows,
            Paging paging,
            String q,
            List<Choice> tenants,
            boolean any,
            boolean provider,
            String login,
            String tenant,
            Map<String, String> errors) {
        String error(String field) {
            return errors.getOrDefault(field, "");
        }
    }

    /** An account. */
    record Row(
            String login,
            String action,
            String role,
            String tenant,
            Optional<String> tenantHref,
            Words.Moment created,
            boolean mustChange,
            boolean disabled,
            boolean restricted,
            boolean self) {}

    /**
     * A tenant to choose.
     *
     * @param value what is typed for it
     * @param label who that is
     */
    record Choice(String value, String label) {}

    /** A one-time password, shown once. */
    record OneTime(String login, String password, boolean fresh) {}

    private Answer.Page page(Visit visit, Map<String, String> errors) {
        String q = visit.request().query("q");
        List<Account> found = accounts.matching(q).stream()
                .filter(account -> manages(visit, account)
                        || account.login().equals(visit.account().login()))
                .toList();
        Paging paging = Paging.of(visit.request().query("page"), found.size(), SIZE, "/users", Map.of("q", q));
        List<Row> rows =
                paging.cut(found).stream().map(account -> row(visit, account)).toList();
        List<Tenant> known = tenants(visit);
        String typed = visit.request().form("tenant");
        if (typed.isEmpty()) {
            String asked = visit.request().query("tenant");
            typed = known.stream()
                    .filter(tenant -> tenant.id().value().equals(asked))
                    .map(tenant -> called(visit, tenant))
                    .findFirst()
                    .orElse("");
        }
        List<Tenant> near = typed.isEmpty() ? List.of() : near(visit, known, typed);
        List<Choice> choices = (near.isEmpty() ? known : near)
                .stream()
                        .limit(CHOICES)
                        .map(tenant -> new Choice(
                                called(visit, tenant),
                                tenant.kind() == TenantKind.PROVIDER
                                        ? visit.t("users.tenant.provider", called(visit, tenant))
                                        : Words.scope(visit, tenant.scope())))
                        .toList();
        Model model = new Model(
                rows,
                paging,
                q,
                choices,
                !known.isEmpty(),
                visit.isProvider(),
                visit.request().form("login"),
                typed,
                errors);
        return Answer.Page.of("users", model, "users", visit.t("users.title"));
    }

    private static Row row(Visit visit, Account account) {
        Optional<Scope> scope = account.tenant()
                .or(() -> visit.snapshot().tree().map(tree -> tree.provider().id()))
                .flatMap(id -> visit.snapshot().tree().flatMap(tree -> tree.tenant(id)))
                .map(Tenant::scope);
        return new Row(
                account.login(),
                "/users/" + account.login(),
                visit.texts().role(account.role()),
                scope.map(known -> Words.label(visit, known))
                        .orElse(account.tenant().map(TenantId::value).orElse("")),
                scope.flatMap(known -> Words.link(visit, known)),
                Words.moment(visit, account.createdAt()),
                account.mustChange(),
                account.disabled(),
                account.restricted(),
                account.login().equals(visit.account().login()));
    }

    /** Accounts are managed from above: a reseller manages those of its customers, not its own. */
    private static boolean manages(Visit visit, Account account) {
        if (visit.isProvider()) {
            return true;
        }
        return account.role() == Role.CUSTOMER
                && account.tenant()
                        .flatMap(id -> visit.snapshot().tree().flatMap(tree -> tree.tenant(id)))
                        .filter(tenant -> mayHaveAccount(visit, tenant))
                        .isPresent();
    }

    private static boolean mayHaveAccount(Visit visit, Tenant tenant) {
        return visit.sees(tenant.scope())
                && (visit.isProvider() || !tenant.id().equals(visit.principal().tenant()));
    }

    /** For whom the person can make accounts, the provider first, then by kind and name. */
    private static List<Tenant> tenants(Visit visit) {
        return visit.snapshot()
                .tree()
                .map(tree -> tree.tenants().stream()
                        .filter(tenant -> mayHaveAccount(visit, tenant))
                        .sorted(Comparator.comparing(Tenant::kind)
                                .thenComparing(Tenant::label, String.CASE_INSENSITIVE_ORDER)
                                .thenComparing(tenant -> tenant.id().value()))
                        .toList())
                .orElse(List.of());
    }

    /** A tenant by its name and, as names need not be unique, its id. */
    private static String called(Visit visit, Tenant tenant) {
        return Words.label(visit, tenant.scope()) + " (" + tenant.id().value() + ")";
    }

    /** Those that a text names: by id, by name, or by one of their domains. */
    private static List<Tenant> named(Visit visit, List<Tenant> known, String text) {
        Optional<TenantId> owner = visit.snapshot()
                .tree()
                .flatMap(tree -> tree.siteByDomain(text.toLowerCase(Locale.ROOT)))
                .map(Site::tenant);
        return Stream.<Predicate<Tenant>>of(
                        tenant -> tenant.id().value().equals(text)
                                || called(visit, tenant).equalsIgnoreCase(text),
                        tenant -> tenant.label().equalsIgnoreCase(text),
                        tenant -> owner.equals(Optional.of(tenant.id())))
                .map(fits -> known.stream().filter(fits).toList())
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    /** Those whose name, id or domains contain a text; they are proposed, never taken. */
    private static List<Tenant> near(Visit visit, List<Tenant> known, String text) {
        String part = text.toLowerCase(Locale.ROOT);
        Set<TenantId> owners = visit.visible().stream()
                .map(Place::site)
                .filter(site -> site.domain().contains(part))
                .map(Site::tenant)
                .collect(Collectors.toSet());
        return known.stream()
                .filter(tenant ->
                        called(visit, tenant).toLowerCase(Locale.ROOT).contains(part) || owners.contains(tenant.id()))
                .toList();
    }

    private static String listed(Visit visit, List<Tenant> tenants) {
        return tenants.stream()
                        .limit(NAMED)
                        .map(tenant -> called(visit, tenant))
                        .collect(Collectors.joining(", "))
                + (tenants.size() > NAMED ? ", …" : "");
    }

    /** The address that makes an account for a tenant; empty when the person may not. */
    static Optional<String> accountHref(Visit visit, Scope scope) {
        return visit.account().role() == Role.CUSTOMER
                ? Optional.empty()
                : tenants(visit).stream()
                        .filter(tenant -> tenant.scope().equals(scope))
                        .map(tenant -> Paging.link(
                                        "/users",
                                        Map.of(),
                                        "tenant",
                                        tenant.id().value())
                                + "#user-form")
                        .findFirst();
    }

    private Account managed(Visit visit) {
        return accounts.find(visit.values().get(0))
                .filter(account -> manages(visit, account))
                .orElseThrow(PageException::notFound);
    }

    private Answer create(Visit visit) {
        Map<String, String> errors = new HashMap<>();
        String login = Accounts.normalized(visit.request().form("login"));
        if (!Accounts.validLogin(login)) {
            errors.put("login", visit.t("users.login.wrong"));
        }
        String typed = visit.request().form("tenant").strip();
        List<Tenant> known = tenants(visit);
        List<Tenant> found = named(visit, known, typed);
        if (typed.isEmpty()) {
            errors.put("tenant", visit.t("users.tenant.missing"));
        } else if (found.size() > 1) {
            errors.put("tenant", visit.t("users.tenant.several", typed, listed(visit, found)));
        } else if (found.isEmpty()) {
            List<Tenant> near = near(visit, known, typed);
            errors.put(
                    "tenant",
                    near.isEmpty()
                            ? visit.t("users.tenant.none", typed)
                            : visit.t("users.tenant.meant", typed, listed(visit, near)));
        }
        if (!errors.isEmpty()) {
            return page(visit, errors).wrong(Mistake.of(errors, FIELDS));
        }
        Tenant tenant = found.get(0);
        Role role = switch (tenant.kind()) {
            case PROVIDER -> Role.PROVIDER_ADMIN;
            case RESELLER -> Role.RESELLER;
            case CUSTOMER -> Role.CUSTOMER;
        };
        String password = accounts.newOneTimePassword();
        Optional<TenantId> of = role == Role.PROVIDER_ADMIN ? Optional.empty() : Optional.of(tenant.id());
        if (!accounts.create(login, password, role, of, visit.principal())) {
            Map<String, String> taken = Map.of("login", visit.t("users.login.taken"));
            return page(visit, taken).wrong(Mistake.of(taken, FIELDS));
        }
        return oneTime(visit, login, password, true);
    }

    private Answer reset(Visit visit) {
        Account account = managed(visit);
        if (account.login().equals(visit.account().login())) {
            return Redirect.to("/password");
        }
        String password = accounts.reset(account.login(), visit.principal()).orElseThrow(PageException::notFound);
        return oneTime(visit, account.login(), password, false);
    }

    private static Answer oneTime(Visit visit, String login, String password, boolean fresh) {
        return Answer.Page.of(
                "oneTime",
                new OneTime(login, password, fresh),
                "users",
                visit.t("onetime.title"),
                Crumb.of(visit.t("nav.users"), "/users"));
    }

    private Answer disable(Visit visit, boolean disabled) {
        Account account = managed(visit);
        if (account.login().equals(visit.account().login())) {
            return Redirect.to("/users").saying(Flash.bad(visit.t("users.self")));
        }
        boolean done = accounts.disable(account.login(), disabled, visit.principal());
        return Redirect.to("/users")
                .saying(
                        done
                                ? Flash.ok(visit.t(
                                        disabled ? "users.disabled.done" : "users.enabled.done", account.login()))
                                : Flash.bad(visit.t("users.last")));
    }
}
