package dev.sparsam.web.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantKind;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.settings.ScopeRule;
import dev.sparsam.settings.Setting;
import dev.sparsam.settings.Settings.Change;
import dev.sparsam.store.testing.TestDatabases;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** All pages in a true servlet container with made-up data: for the eyes, and for tests of the servlet itself. */
final class DevServer implements AutoCloseable {
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final AccountService service;

    DevServer(World world) throws Exception {
        service = new AccountService(
                world.database.database(),
                world.ledger,
                world,
                world,
                false,
                Duration.ofMinutes(30),
                world.folder,
                new SecureRandom(),
                Clock.systemUTC());
        connector.setHost("127.0.0.1");
        connector.setPort(0);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        ServletHolder holder = new ServletHolder(new ConsoleServlet(
                world.services(),
                service,
                new PagesConfig(new Cookies(Cookies.Mode.AUTO), Optional.empty(), Proxies.of("")),
                world.folder.resolve("uploads"),
                ZoneId.of("Europe/Berlin"),
                Clock.systemUTC()));
        context.addServlet(holder, "/*");
        server.setHandler(context);
        server.start();
    }

    int port() {
        return connector.getLocalPort();
    }

    AccountService service() {
        return service;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The server does not stop", e);
        } finally {
            service.stop();
        }
    }

    /** Runs until it is ended; prints the address. */
    public static void main(String[] arguments) throws Exception {
        World world = new World(TestDatabases.H2, Files.createTempDirectory("sparsam-dev")).fill();
        world.clock.set(Instant.now());
        world.account("admin", Role.PROVIDER_ADMIN, "");
        world.account("nordlicht", Role.RESELLER, "r1");
        world.account("knusper", Role.CUSTOMER, "c1");
        world.tenant("c6", TenantKind.CUSTOMER, "p", "Ferienwohnungen Möwennest GbR");
        world.site("d11", "c6", "kinderbuchwerkstatt.example");
        world.site("d12", "c6", "buchung.ferienwohnungen-moewennest-am-deich.example");
        sample(world);
        int many = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0;
        for (int i = 0; i < many; i++) {
            if (i % 10 == 0) {
                world.tenant("x" + i, TenantKind.CUSTOMER, i % 20 == 0 ? "r1" : "r2", "Kunde Nummer " + i);
            }
            world.site("y" + i, "x" + (i - i % 10), "domain-" + i + ".example");
        }
        try (DevServer server = new DevServer(world)) {
            System.out.println("http://127.0.0.1:" + server.port() + "/ admin, nordlicht, knusper: " + World.PASSWORD);
            Files.writeString(Path.of("target/dev-server"), Integer.toString(server.port()));
            server.server.join();
        }
    }

    private static void sample(World world) {
        Principal admin = Principal.user(1, Role.PROVIDER_ADMIN, new TenantId("p"));
        TenantTree tree = new TenantTree(world.tenants, world.sites);
        set(
                world,
                tree,
                LogSettings.RETENTION.live(),
                "provider/p",
                new ScopeRule<>(
                        Optional.of(new RetentionRule.Days(14)), false, Optional.empty(), Optional.empty(), true),
                admin);
        set(world, tree, LogSettings.RETENTION.live(), "reseller/r1", value(new RetentionRule.Days(7)), admin);
        set(
                world,
                tree,
                LogSettings.RETENTION.live(),
                "customer/c5",
                new ScopeRule<RetentionRule>(
                        Optional.of(new RetentionRule.Days(3)), true, Optional.empty(), Optional.empty(), false),
                admin);
        set(world, tree, LogSettings.RETENTION.live(), "domain/d2", value(new RetentionRule.Days(5)), admin);
        set(world, tree, LogSettings.RETENTION.live(), "domain/d7", value(new RetentionRule.Forever()), admin);
        set(world, tree, LogSettings.RETENTION.live(), "domain/d8", value(new RetentionRule.NoLogging()), admin);
        set(
                world,
                tree,
                LogSettings.MASKING,
                "provider/p",
                new ScopeRule<>(
                        Optional.empty(), false, Optional.empty(), Optional.of(new AddressMasking.Keep()), true),
                admin);
        set(world, tree, LogSettings.MASKING, "domain/d7", value(new AddressMasking.Keep()), admin);
        set(world, tree, LogSettings.MASKING, "reseller/r2", value(new AddressMasking.Truncate(16, 32)), admin);
        Instant now = world.clock.instant();
        world.sweeps.run(world.sweeps.plan(Scope.parse("reseller/r1"), admin), admin);
        world.sweeps.lastOf(
                new SiteId("d5"), 1, now.minus(Duration.ofDays(3)), 2, Optional.of(now.minus(Duration.ofDays(33))), 0);
        world.sweeps.lastOf(
                new SiteId("d4"), 1, now.minus(Duration.ofHours(5)), 3, Optional.of(now.minus(Duration.ofDays(6))), 2);
        world.holds.place(
                new SiteId("d1"), "Az. 12 O 345/26", "Kanzlei Vogt", LocalDate.ofInstant(now, ZoneOffset.UTC), admin);
        world.holds.place(
                new SiteId("d1"),
                "Schadensersatzklage, Az. 12 O 345/26 (Landgericht Musterstadt)",
                "Rechtsabteilung",
                LocalDate.ofInstant(now, ZoneOffset.UTC).plusDays(9),
                admin);
        world.holds.place(
                new SiteId("d5"),
                "Ermittlungsverfahren",
                "Rechtsabteilung",
                LocalDate.ofInstant(now, ZoneOffset.UTC).plusDays(200),
                admin);
        world.sweeps.observe(new SiteId("d4"), false, Duration.ofDays(33), 12, Duration.ofDays(9), LogRules.DEFAULT);
        world.sweeps.observe(
                new SiteId("d4"), true, Duration.ofDays(6), 0, Duration.ZERO, LogRules.DEFAULT.inBackups());
        world.sweeps.observe(new SiteId("d2"), false, Duration.ofDays(6), 12, Duration.ofHours(5), LogRules.DEFAULT);
        world.sweeps.held = Optional.of(LocalDate.ofInstant(now, ZoneOffset.UTC).plusDays(9));
        world.sweeps.observe(new SiteId("d1"), false, Duration.ofDays(40), 0, Duration.ZERO, LogRules.DEFAULT);
        world.sweeps.plan(Scope.parse("provider/p"), admin);
        world.sweeps.instant = false;
        world.sweeps.plan(Scope.parse("customer/c4"), admin);
    }

    private static <T> ScopeRule<T> value(T value) {
        return ScopeRule.<T>none().withValue(Optional.of(value));
    }

    private static <T> void set(
            World world, TenantTree tree, Setting<T> setting, String scope, ScopeRule<T> rule, Principal by) {
        var outcome = world.settings.change(new Change<>(
                setting,
                tree.path(Scope.parse(scope)).orElseThrow(),
                rule,
                by,
                "agreed with the customer by phone",
                Optional.empty()));
        if (outcome instanceof dev.sparsam.settings.Settings.Outcome.Refused) {
            System.out.println(scope + ": " + outcome);
        }
    }
}
