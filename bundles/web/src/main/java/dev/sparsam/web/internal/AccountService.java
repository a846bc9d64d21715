package dev.sparsam.web.internal;

import dev.sparsam.facts.PersonalDataSource;
import dev.sparsam.facts.Subject;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Tenant;
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
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The accounts of the pages: makes the first one, and answers for the personal data in them. */
@Component(
        service = {AccountService.class, PersonalDataSource.class},
        immediate = true,
        configurationPid = "dev.sparsam.web")
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
        this.accounts = new Accounts(database, receipts, new Passwords(random, Passwords.Cost.USUAL), files, clock);
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

    /** The tenant with an id. */
    Optional<Tenant> tenant(TenantId id) {
        return tenants.tenant(id);
    }

    /** Who acts by commands: whoever can give them owns the installation. */
    Principal operator() {
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
    public List<DataRecord> export(Subject subject) {
        return data.export(subject);
    }

    @Override
    public Erasure erase(Subject subject, Principal by) {
        return data.erase(subject, by);
    }

    @Override
    public boolean restrict(Subject subject, boolean restricted, Principal by) {
        return data.restrict(subject, restricted, by);
    }
}
