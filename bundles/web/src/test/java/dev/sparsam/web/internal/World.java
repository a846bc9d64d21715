package dev.sparsam.web.internal;

import dev.sparsam.facts.Cadence;
import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.Fact;
import dev.sparsam.facts.FactSource;
import dev.sparsam.facts.Findings;
import dev.sparsam.facts.LogFormat;
import dev.sparsam.facts.Provenance;
import dev.sparsam.facts.Retention;
import dev.sparsam.facts.Withheld;
import dev.sparsam.logs.SiteSweep;
import dev.sparsam.notice.Notices;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.PersonType;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantKind;
import dev.sparsam.panel.TenantStatus;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.panel.spi.InventoryPort;
import dev.sparsam.panel.spi.Page;
import dev.sparsam.panel.spi.PageRequest;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.settings.internal.SettingsService;
import dev.sparsam.store.StoreException;
import dev.sparsam.store.Wording;
import dev.sparsam.store.testing.SetClock;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A small provider with everything that the pages show; settings and accounts are the true ones, the rest is in memory. */
final class World implements AutoCloseable, TenantDirectory, SiteDirectory, InventoryPort, FactSource, Notices {
    static final String PASSWORD = "correct horse battery";

    final SetClock clock = new SetClock(Instant.parse("2026-06-15T10:00:00Z"));
    final List<Tenant> tenants = new ArrayList<>();
    final List<Site> sites = new ArrayList<>();
    final FakeLedger ledger = new FakeLedger(clock);
    final FakeSweeps sweeps = new FakeSweeps(() -> new TenantTree(tenants, sites), ledger, clock);
    final FakeHolds holds = new FakeHolds(() -> new TenantTree(tenants, sites), ledger, clock);
    final TestDatabase database;
    final SettingsService settings;
    final Accounts accounts;
    final Sessions sessions;
    final Path folder;
    boolean hasInventory = true;
    ImportReport report = new ImportReport(
            List.of(), List.of("customer Neu GmbH", "neu.example"), List.of(), List.of("alt.example"), 40);
    String applied = "";
    Cadence cadence = new Cadence.ByHand(ZoneOffset.UTC);
    final List<Withheld<?>> withheld = new ArrayList<>();
    final Set<SiteId> withoutLogs = new HashSet<>();
    Locale imported = Locale.ROOT;
    Optional<StoreException.Kind> down = Optional.empty();

    World(TestDatabases kind, Path folder) {
        this.folder = folder;
        database = kind.open(
                Path.of("src/main/resources/migrations"), Path.of("../settings/src/main/resources/migrations"));
        settings = new SettingsService(database.database(), ledger);
        OneTimeFiles files = new OneTimeFiles(folder);
        SecureRandom random = new SecureRandom();
        accounts = new Accounts(database.database(), ledger, passwords(), files, clock);
        sessions = new Sessions(database.database(), random, Duration.ofMinutes(30), clock);
    }

    /** At the least cost that Argon2 allows: hundreds of tests log in. PasswordsTest checks the true cost. */
    static Passwords passwords() {
        return new Passwords(new SecureRandom(), new Passwords.Cost(8, 1, 1));
    }

    /** The provider, two resellers, five customers, ten domains. */
    World fill() {
        tenant("p", TenantKind.PROVIDER, "", "Musterhost GmbH");
        tenant("r1", TenantKind.RESELLER, "p", "Nordlicht");
        tenant("r2", TenantKind.RESELLER, "p", "Südwind IT");
        tenant("c1", TenantKind.CUSTOMER, "r1", "Bäckerei Knusper");
        tenant("c2", TenantKind.CUSTOMER, "r1", "Dr. Anna Weiß");
        tenant("c3", TenantKind.CUSTOMER, "r2", "Radsport Huber KG");
        tenant("c4", TenantKind.CUSTOMER, "p", "Verein <b>Kultur</b> & Kino e. V.");
        tenant("c5", TenantKind.CUSTOMER, "r2", "Zahnarztpraxis am Markt");
        site("d1", "c1", "baeckerei-knusper.example");
        site("d2", "c1", "shop.baeckerei-knusper.example");
        site("d3", "c2", "praxis-weiss.example");
        site("d4", "c2", "blog.praxis-weiss.example");
        site("d5", "c3", "radsport-huber.example");
        site("d6", "c3", "xn--rder-huber-r5a.example");
        site("d7", "c4", "kultur-kino.example");
        site("d8", "c4", "blog.kultur-kino.example");
        site("d9", "c5", "zahnarzt-am-markt.example");
        site("d10", "c5", "termine.zahnarzt-am-markt.example");
        return this;
    }

    void tenant(String id, TenantKind kind, String parent, String label) {
        tenants.add(new Tenant(
                new TenantId(id),
                kind,
                parent.isEmpty() ? Optional.empty() : Optional.of(new TenantId(parent)),
                label,
                PersonType.UNKNOWN,
                Locale.GERMAN,
                TenantStatus.ACTIVE));
    }

    void site(String id, String tenant, String domain) {
        sites.add(new Site(new SiteId(id), new TenantId(tenant), "web1", domain, Optional.empty()));
    }

    void account(String login, Role role, String tenant) {
        Optional<TenantId> id = tenant.isEmpty() ? Optional.empty() : Optional.of(new TenantId(tenant));
        accounts.create(
                login, "not-used-again", role, id, dev.sparsam.panel.Principal.system("test", new TenantId("p")));
        accounts.changePassword(
                accounts.find(login).orElseThrow(),
                accounts.stored(login).orElseThrow(),
                PASSWORD,
                dev.sparsam.panel.Principal.system("test", new TenantId("p")));
    }

    /** Opens a session and gives its token. */
    String session(String login) {
        return sessions.open(login, accounts.stored(login).orElseThrow()).orElseThrow();
    }

    Services services() {
        return new Services(
                database.database(),
                new Actors(accounts),
                this,
                this,
                hasInventory ? Optional.of(this) : Optional.empty(),
                settings,
                sweeps,
                holds,
                ledger,
                List.of(this),
                this);
    }

    /** What has been uploaded waits in the folder of this name. */
    Uploads uploads() {
        return new Uploads(folder.resolve("uploads"), clock);
    }

    Console console() {
        return new Console(
                services(),
                accounts,
                sessions,
                new Cookies(Cookies.Mode.AUTO),
                uploads(),
                Optional.empty(),
                ZoneId.of("Europe/Berlin"),
                clock);
    }

    @Override
    public void close() {
        database.close();
    }

    @Override
    public Page<Tenant> tenants(PageRequest request) {
        if (down.isPresent()) {
            throw new StoreException(
                    down.get(),
                    new Wording("What the database said", "Was die Datenbank sagt"),
                    new SQLException("no such column"));
        }
        return new Page<>(tenants, Optional.empty());
    }

    @Override
    public Optional<Tenant> tenant(TenantId id) {
        return tenants.stream().filter(tenant -> tenant.id().equals(id)).findFirst();
    }

    @Override
    public Page<Site> sites(PageRequest request) {
        return new Page<>(sites, Optional.empty());
    }

    @Override
    public Optional<Site> site(SiteId id) {
        return sites.stream().filter(site -> site.id().equals(id)).findFirst();
    }

    @Override
    public List<LogStream> logStreams(SiteId id) {
        return site(id).filter(site -> !withoutLogs.contains(id))
                .map(site -> List.of(
                        new LogStream(id, LogKind.WEB_ACCESS, Path.of("/var/log/sites", site.domain()), "access.log*"),
                        new LogStream(id, LogKind.WEB_ERROR, Path.of("/var/log/sites", site.domain()), "error.log*")))
                .orElse(List.of());
    }

    @Override
    public ImportReport preview(InputStream file, Locale language) {
        imported = language;
        return report;
    }

    @Override
    public ImportReport apply(InputStream file, Locale language) throws IOException {
        applied = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        return report;
    }

    @Override
    public void export(OutputStream file) throws IOException {
        file.write("{\"format\":\"sparsam-panel/1\"}".getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Findings find(Collection<ScopePath> paths) {
        return new Findings(facts(paths), withheld(paths));
    }

    private List<Evidenced<?>> facts(Collection<ScopePath> paths) {
        List<Evidenced<?>> facts = new ArrayList<>();
        for (ScopePath path : paths) {
            if (!withheld(List.of(path)).isEmpty()) {
                continue;
            }
            SiteSweep last = sweeps.last(List.of(new SiteId(path.leaf().id())))
                    .get(new SiteId(path.leaf().id()));
            if (last != null) {
                facts.add(fact(
                        path,
                        last,
                        "logs.retention.WEB_ACCESS",
                        new Retention(
                                "web-access-log",
                                Retention.Store.LIVE,
                                new RetentionRule.Days(7),
                                Retention.Trigger.NEWEST_LINE,
                                Optional.of(6))));
                facts.add(fact(path, last, "logs.masking.WEB_ACCESS", masking(0)));
            }
        }
        return facts;
    }

    private List<Withheld<?>> withheld(Collection<ScopePath> paths) {
        return withheld.stream()
                .<Withheld<?>>map(each -> each)
                .filter(each -> paths.stream()
                        .anyMatch(path -> path.leaf().equals(each.last().scope())))
                .toList();
    }

    /** The site is set to another retention than its last sweep has followed, or files stood in the sweep's way. */
    void withhold(SiteId id, Optional<RetentionRule> instead, long obstacles) {
        withhold(id, instead, obstacles, false);
    }

    /** The panel names other files than the last sweep has looked at. */
    void move(SiteId id) {
        withhold(id, Optional.empty(), 0, true);
    }

    private void withhold(SiteId id, Optional<RetentionRule> instead, long obstacles, boolean moved) {
        ScopePath path = new TenantTree(tenants, sites).path(site(id).orElseThrow());
        SiteSweep last = Optional.ofNullable(sweeps.last(List.of(id)).get(id)).orElseThrow();
        for (String activity : List.of("web-access-log", "web-error-log")) {
            withheld.add(new Withheld<>(
                    fact(path, last, "logs.retention." + activity, retention(activity, new RetentionRule.Days(7))),
                    instead.map(rule -> retention(activity, rule)),
                    obstacles,
                    moved));
        }
    }

    /** Lines of the site's access log are to be masked at once, and were masked after a day. */
    void withholdMasking(SiteId id) {
        ScopePath path = new TenantTree(tenants, sites).path(site(id).orElseThrow());
        SiteSweep last = Optional.ofNullable(sweeps.last(List.of(id)).get(id)).orElseThrow();
        withheld.add(new Withheld<>(
                fact(path, last, "logs.masking.WEB_ACCESS", masking(24)), Optional.of(masking(0)), 0, false));
    }

    private static LogFormat masking(int rawHours) {
        return new LogFormat(
                LogKind.WEB_ACCESS,
                List.of("client-address"),
                new LogFormat.IpMode.Truncated(24, 48),
                LogFormat.Reach.LINE,
                List.of(),
                Optional.empty(),
                rawHours,
                Optional.empty());
    }

    private static Retention retention(String activity, RetentionRule rule) {
        return new Retention(activity, Retention.Store.LIVE, rule, Retention.Trigger.NEWEST_LINE, Optional.of(6));
    }

    private <F extends Fact> Evidenced<F> fact(ScopePath path, SiteSweep last, String id, F fact) {
        return new Evidenced<>(
                id,
                "dev.sparsam.logs 0.1.0",
                path.leaf(),
                fact,
                new Provenance.Enforced(last.receipt(), "0".repeat(64), last.at(), Duration.ofDays(2), cadence));
    }

    @Override
    public List<Locale> languages() {
        return List.of(Locale.GERMAN, Locale.ENGLISH);
    }

    @Override
    public Notice notice(SiteId site, Locale language) {
        ScopePath path = new TenantTree(tenants, sites).path(site(site).orElseThrow());
        List<Evidenced<?>> facts = facts(List.of(path)).stream()
                .filter(fact -> withheld(List.of(path)).isEmpty())
                .<Evidenced<?>>map(fact -> fact)
                .toList();
        List<Evidenced<?>> current =
                facts.stream().filter(fact -> fact.isCurrent(clock.instant())).toList();
        List<Evidenced<?>> stale =
                facts.stream().filter(fact -> !fact.isCurrent(clock.instant())).toList();
        boolean german = language.getLanguage().equals("de");
        List<Statement> statements = new ArrayList<>();
        if (!current.isEmpty()) {
            statements.add(new Statement(
                    "logs.retention.live@1",
                    german
                            ? "Zugriffsprotokolle dieser Website werden 7 Tage nach ihrer neuesten Zeile gelöscht."
                            : "Access logs of this website are deleted 7 days after their newest line.",
                    List.of(current.get(0))));
            statements.add(new Statement(
                    "logs.masking@1",
                    german
                            ? "IP-Adressen werden in abgeschlossenen Protokolldateien unumkehrbar gekürzt: Von IPv4 bleiben 24 Bit, von IPv6 48 Bit."
                            : "IP addresses in closed log files are irreversibly shortened: 24 bits of IPv4 and 48 bits of IPv6 remain.",
                    current));
        }
        return new Notice(site, language, clock.instant(), statements, stale, withheld(List.of(path)));
    }
}
