package dev.sparsam.web.internal;

import dev.sparsam.panel.Role;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The accounts as commands. What is refused is an exception whose message is in the language of whoever gave the
 * command: the shell prints it and answers with the exit status 1.
 */
@Component(
        service = UserCommands.class,
        property = {
            "osgi.command.scope=user",
            "osgi.command.function=list",
            "osgi.command.function=add",
            "osgi.command.function=reset",
            "osgi.command.function=disable"
        })
public final class UserCommands {
    /** The variable in which our shell keeps the language of its client; a host's own shell is in English. */
    private static final String LANGUAGE = ".sparsam.language";

    private final AccountService service;

    /** Wires the accounts. */
    @Activate
    public UserCommands(@Reference AccountService service) {
        this.service = service;
    }

    /** The accounts, one per line. */
    @Descriptor("the accounts, their roles and tenants")
    public String list(CommandSession session) {
        Texts texts = texts(session);
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(texts.get("command.list.head").split("\\|", -1)));
        for (Account account : service.accounts().all()) {
            List<String> state = new ArrayList<>();
            if (account.disabled()) {
                state.add(texts.get("users.disabled"));
            }
            if (account.restricted()) {
                state.add(texts.get("users.restricted"));
            }
            if (account.mustChange()) {
                state.add(texts.get("users.onetime"));
            }
            rows.add(List.of(
                    account.login(),
                    "user:" + account.number(),
                    texts.role(account.role()),
                    account.tenant().map(TenantId::value).orElse("-"),
                    state.isEmpty() ? texts.get("users.active") : String.join(", ", state)));
        }
        return table(rows);
    }

    /** Columns under each other; login names and ids have letters of one width only. */
    private static String table(List<List<String>> rows) {
        return rows.stream()
                .map(row -> {
                    StringBuilder line = new StringBuilder();
                    for (int i = 0; i < row.size(); i++) {
                        int column = i;
                        int width = rows.stream()
                                .mapToInt(each -> each.get(column).length())
                                .max()
                                .orElse(0);
                        line.append(row.get(i))
                                .append(" ".repeat(width - row.get(i).length() + 2));
                    }
                    return line.toString().stripTrailing();
                })
                .collect(Collectors.joining("\n"));
    }

    /** Adds an account of the provider and says its one-time password. */
    @Descriptor("add an account of the provider or of a tenant (its id); says a one-time password")
    public String add(CommandSession session, @Descriptor("the account's name") String login) {
        return add(texts(session), login, Role.PROVIDER_ADMIN, Optional.empty());
    }

    /** Adds an account of a reseller or customer and says its one-time password. */
    @Descriptor("add an account of the provider or of a tenant (its id); says a one-time password")
    public String add(
            CommandSession session,
            @Descriptor("the account's name") String login,
            @Descriptor("the tenant's id") String tenant) {
        Texts texts = texts(session);
        Tenant known = tenant(tenant).orElseThrow(() -> refused(texts, "command.tenant", tenant));
        Role role = switch (known.kind()) {
            case PROVIDER -> Role.PROVIDER_ADMIN;
            case RESELLER -> Role.RESELLER;
            case CUSTOMER -> Role.CUSTOMER;
        };
        return add(texts, login, role, role == Role.PROVIDER_ADMIN ? Optional.empty() : Optional.of(known.id()));
    }

    private Optional<Tenant> tenant(String id) {
        try {
            return service.tenant(new TenantId(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // Told like any other id that is not there.
        }
    }

    private String add(Texts texts, String name, Role role, Optional<TenantId> tenant) {
        String login = Accounts.normalized(name);
        if (!Accounts.validLogin(login)) {
            throw refused(texts, "command.login", name);
        }
        String password = service.accounts().newOneTimePassword();
        if (!service.accounts().create(login, password, role, tenant, service.operator())) {
            throw refused(texts, "command.taken", login);
        }
        return texts.get("command.password", login, password);
    }

    /** Gives an account a new one-time password, says it, and ends its sessions. */
    @Descriptor("give an account a new one-time password and end its sessions")
    public String reset(CommandSession session, @Descriptor("the account's name") String login) {
        Texts texts = texts(session);
        String name = Accounts.normalized(login);
        return service.accounts()
                .reset(name, service.operator())
                .map(password -> texts.get("command.password", name, password))
                .orElseThrow(() -> refused(texts, "command.unknown", login));
    }

    /** Bars an account and ends its sessions. */
    @Descriptor("bar an account and end its sessions")
    public String disable(CommandSession session, @Descriptor("the account's name") String login) {
        Texts texts = texts(session);
        String name = Accounts.normalized(login);
        if (service.accounts().find(name).isEmpty()) {
            throw refused(texts, "command.unknown", login);
        }
        if (!service.accounts().disable(name, true, service.operator())) {
            throw refused(texts, "command.last", name);
        }
        return texts.get("users.disabled.done", name);
    }

    private static Texts texts(CommandSession session) {
        boolean known = session.get(LANGUAGE) instanceof String language && Texts.LANGUAGES.contains(language);
        return new Texts(
                known ? String.valueOf(session.get(LANGUAGE)) : Texts.LANGUAGES.get(0), ZoneId.systemDefault());
    }

    private static IllegalArgumentException refused(Texts texts, String key, String argument) {
        return new IllegalArgumentException(texts.get(key, argument));
    }
}
