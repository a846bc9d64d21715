package dev.sparsam.web.internal;

import dev.sparsam.facts.PersonalDataSource;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.panel.spi.TenantTrees;
import dev.sparsam.store.Configured;
import dev.sparsam.store.DataFolder;
import dev.sparsam.store.Database;
import dev.sparsam.store.ReceiptBook;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * The accounts of the pages: makes the first one, answers for the personal data in them, and is the shell's commands
 * {@code user:list}, {@code user:add}, {@code user:reset} and {@code user:disable}.
 */
@Component(
        service = {AccountService.class, PersonalDataSource.class},
        immediate = true,
        configurationPid = "dev.sparsam.web",
        property = {
            "osgi.command.scope=user",
            "osgi.command.function=list",
            "osgi.command.function=add",
            "osgi.command.function=reset",
            "osgi.command.function=disable"
        })
public final class AccountService implements PersonalDataSource {
    private final Accounts accounts;
    private final Sessions sessions;
    private final AccountData data;
    private final TenantDirectory tenants;
    private final SiteDirectory sites;
    private final FirstAccounts first;
    private final Optional<Configured> configured;

    /** Wires the accounts and starts to make the first ones. */
    @Activate
    public AccountService(
            @Reference(target = "(sparsam.schema=dev.sparsam.web)") Database database,
            @Reference ReceiptBook receipts,
            @Reference TenantDirectory tenants,
            @Reference SiteDirectory sites,
            Map<String, ?> properties,
            BundleContext context) {
        this(
                context,
                Configured.of(context, PagesComponent.Config.class, properties),
                database,
                receipts,
                tenants,
                sites);
    }

    private AccountService(
            BundleContext context,
            Configured configured,
            Database database,
            ReceiptBook receipts,
            TenantDirectory tenants,
            SiteDirectory sites) {
        this(
                database,
                receipts,
                tenants,
                sites,
                configured.flag("sampleAccounts"),
                Duration.ofMinutes(configured.whole("sessionIdleMinutes", 1, 10_080)),
                DataFolder.of(context),
                new SecureRandom(),
                Clock.systemUTC(),
                Optional.of(configured));
    }

    AccountService(
            Database database,
            ReceiptBook receipts,
            TenantDirectory tenants,
            SiteDirectory sites,
            boolean samples,
            Duration idle,
            Path folder,
            SecureRandom random,
            Clock clock) {
        this(database, receipts, tenants, sites, samples, idle, folder, random, clock, Optional.empty());
    }

    private AccountService(
            Database database,
            ReceiptBook receipts,
            TenantDirectory tenants,
            SiteDirectory sites,
            boolean samples,
            Duration idle,
            Path folder,
            SecureRandom random,
            Clock clock,
            Optional<Configured> configured) {
        this.configured = configured;
        this.tenants = tenants;
        this.sites = sites;
        OneTimeFiles files = new OneTimeFiles(folder);
        this.accounts = new Accounts(database, receipts, random, files, clock);
        this.sessions = new Sessions(database, random, idle, clock);
        this.data = new AccountData(accounts, database);
        this.first = new FirstAccounts(accounts, files, samples, () -> TenantTrees.read(tenants, sites));
        this.first.start();
    }

    @Deactivate
    void stop() {
        first.stop();
        configured.ifPresent(Configured::close);
    }

    Accounts accounts() {
        return accounts;
    }

    Sessions sessions() {
        return sessions;
    }

    /** Whether somebody could log in: the first account is there, or there were accounts already. */
    boolean ready() {
        return first.done();
    }

    /** The accounts, one per line. */
    public String list() {
        StringBuilder lines = new StringBuilder();
        for (Account account : accounts.all()) {
            lines.append(account.login())
                    .append("  user:")
                    .append(account.number())
                    .append("  ")
                    .append(account.role().name().toLowerCase(Locale.ROOT))
                    .append(account.tenant().map(id -> "  of " + id).orElse(""))
                    .append(account.mustChange() ? "  one-time password" : "")
                    .append(account.disabled() ? "  disabled" : "")
                    .append(account.restricted() ? "  restricted" : "")
                    .append(System.lineSeparator());
        }
        return lines.toString().stripTrailing();
    }

    /** Adds an account of the provider and says its one-time password. */
    public String add(String login) {
        return add(login, Role.PROVIDER_ADMIN, Optional.empty());
    }

    /** Adds an account of a reseller or customer and says its one-time password. */
    public String add(String login, String tenant) {
        TenantId id = new TenantId(tenant);
        Role role = switch (tenants.tenant(id)
                .orElseThrow(() -> new IllegalArgumentException("The panel has no tenant " + tenant))
                .kind()) {
            case PROVIDER -> Role.PROVIDER_ADMIN;
            case RESELLER -> Role.RESELLER;
            case CUSTOMER -> Role.CUSTOMER;
        };
        return add(login, role, role == Role.PROVIDER_ADMIN ? Optional.empty() : Optional.of(id));
    }

    private String add(String name, Role role, Optional<TenantId> tenant) {
        String login = Accounts.normalized(name);
        String password = accounts.newOneTimePassword();
        if (!accounts.create(login, password, role, tenant, shell())) {
            throw new IllegalArgumentException("There is an account " + login + " already");
        }
        return "One-time password of " + login + ": " + password;
    }

    /** Gives an account a new one-time password, says it, and ends its sessions. */
    public String reset(String login) {
        return accounts.reset(Accounts.normalized(login), shell())
                .map(password -> "One-time password of " + login + ": " + password)
                .orElseThrow(
                        () -> new IllegalArgumentException("There is no account " + login + "; user:list shows them"));
    }

    /** Bars an account and ends its sessions. */
    public String disable(String login) {
        if (!accounts.disable(Accounts.normalized(login), true, shell())) {
            throw new IllegalArgumentException(
                    login + " is not disabled: there is no such account, or no other of the provider could log in");
        }
        return login + " is disabled";
    }

    private Principal shell() {
        return Principal.system(
                "shell",
                TenantTrees.read(tenants, sites)
                        .map(tree -> tree.provider().id())
                        .orElse(Account.UNBOUND));
    }

    @Override
    public List<String> categories() {
        return data.categories();
    }

    @Override
    public List<DataRecord> export(String subject) {
        return data.export(subject);
    }

    @Override
    public Erasure erase(String subject, Principal by) {
        return data.erase(subject, by);
    }

    @Override
    public boolean restrict(String subject, boolean restricted, Principal by) {
        return data.restrict(subject, restricted, by);
    }
}
