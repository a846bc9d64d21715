package dev.sparsam.web.internal;

import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantKind;
import dev.sparsam.web.internal.Answer.Crumb;
import dev.sparsam.web.internal.Answer.Redirect;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Accounts: the provider manages all, a reseller those of its customers. */
final class UserPages {
    private static final int SIZE = 50;

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
     * @param tenants for whom accounts can be made
     * @param provider whether accounts of the provider can be made
     * @param login the name typed before
     * @param tenant the tenant chosen before
     * @param errors sentences about wrong fields
     */
    record Model(
            List<Row> rows,
            Paging paging,
            String q,
            List<Choice> tenants,
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

    /** A tenant to choose. */
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
        List<Choice> choices = visit.snapshot()
                .tree()
                .map(tree -> tree.tenants().stream()
                        .filter(tenant -> tenant.kind() != TenantKind.PROVIDER)
                        .filter(tenant -> mayHaveAccount(visit, tenant))
                        .sorted(Comparator.comparing(Tenant::kind)
                                .thenComparing(Tenant::label, String.CASE_INSENSITIVE_ORDER))
                        .limit(5_000)
                        .map(tenant -> new Choice(tenant.id().value(), Words.scope(visit, tenant.scope())))
                        .toList())
                .orElse(List.of());
        Model model = new Model(
                rows,
                paging,
                q,
                choices,
                visit.isProvider(),
                visit.request().form("login"),
                visit.request().form("tenant"),
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
        String chosen = visit.request().form("tenant");
        Optional<Tenant> tenant = Optional.empty();
        Role role = Role.PROVIDER_ADMIN;
        if (chosen.isEmpty()) {
            errors.put("tenant", visit.t("users.tenant.missing"));
        } else if (!chosen.equals("+provider") || !visit.isProvider()) {
            tenant = visit.snapshot()
                    .tree()
                    .flatMap(tree -> tree.tenants().stream()
                            .filter(known -> known.id().value().equals(chosen))
                            .filter(known -> known.kind() != TenantKind.PROVIDER)
                            .filter(known -> mayHaveAccount(visit, known))
                            .findFirst());
            role = tenant.orElseThrow(PageException::notFound).kind() == TenantKind.RESELLER
                    ? Role.RESELLER
                    : Role.CUSTOMER;
        }
        if (!errors.isEmpty()) {
            return page(visit, errors).status(422);
        }
        String password = accounts.newOneTimePassword();
        if (!accounts.create(login, password, role, tenant.map(Tenant::id), visit.principal())) {
            return page(visit, Map.of("login", visit.t("users.login.taken"))).status(422);
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
