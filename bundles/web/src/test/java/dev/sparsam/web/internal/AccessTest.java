package dev.sparsam.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.Sweep;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.TenantId;
import dev.sparsam.store.Receipt;
import dev.sparsam.store.testing.TestDatabases;
import dev.sparsam.web.internal.Client.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Who may call what: every route with every role, and with ids that are not theirs. */
@TestInstance(Lifecycle.PER_CLASS)
class AccessTest {
    private static final Principal ADMIN = Principal.user(1, Role.PROVIDER_ADMIN, new TenantId("p"));

    private World world;
    private Console console;

    AccessTest(@TempDir Path folder) {
        world = new World(TestDatabases.H2, folder).fill();
        console = world.console();
    }

    @BeforeAll
    void prepare() {
        world.account("admin", Role.PROVIDER_ADMIN, "");
        world.account("nordlicht", Role.RESELLER, "r1");
        world.account("knusper", Role.CUSTOMER, "c1");
        world.account("huber", Role.CUSTOMER, "c3");
        // Sweep 1 and its receipts are about the other reseller's customer.
        world.sweeps.run(world.sweeps.plan(Scope.parse("customer/c3"), ADMIN), ADMIN);
        world.sweeps.run(world.sweeps.plan(Scope.parse("reseller/r1"), ADMIN), ADMIN);
        // Sweep 3 has been run for everybody, sweep 4 has only been planned.
        world.sweeps.run(world.sweeps.plan(Scope.parse("provider/p"), ADMIN), ADMIN);
        world.sweeps.plan(Scope.parse("provider/p"), ADMIN);
        world.ledger.append(Receipt.of("store.backup", "installation", "system:store"));
    }

    @AfterAll
    void close() {
        world.close();
    }

    private Client as(String login) {
        return new Client(console).login(login);
    }

    /** Ids that the reseller r1 and its customer c1 must not see, and ids that nobody has. */
    private List<String> paths(String pattern, boolean foreign) {
        List<String> paths = new ArrayList<>();
        if (pattern.startsWith("/scope/")) {
            for (String scope : foreign
                    ? List.of("provider/p", "reseller/r2", "customer/c3", "domain/d5")
                    : List.of("provider/x", "reseller/c1", "customer/r1", "domain/nope", "planet/d1", "domain/a%20b")) {
                for (String setting : List.of("retention", "masking")) {
                    paths.add(pattern.replace("{level}/{id}", scope).replace("{setting}", setting));
                }
            }
        } else if (pattern.startsWith("/sweeps/{")) {
            paths.add(pattern.replace("{id}", foreign ? "1" : "77"));
            if (!foreign) {
                paths.add(pattern.replace("{id}", "x"));
            }
        } else if (pattern.startsWith("/receipts/{")) {
            long receipt = world.sweeps.receipts(1).values().iterator().next();
            paths.add(pattern.replace("{index}", foreign ? Long.toString(receipt) : "9999"));
            paths.add(pattern.replace(
                    "{index}",
                    foreign ? Integer.toString(world.ledger.receipts().size() - 1) : "-1"));
        } else if (pattern.startsWith("/notice/")) {
            paths.add(pattern.replace("{site}", foreign ? "d5" : "nope"));
        } else if (pattern.startsWith("/users/")) {
            paths.add(pattern.replace("{login}", foreign ? "huber" : "nobody"));
            if (foreign) {
                paths.add(pattern.replace("{login}", "admin"));
            }
        }
        return paths.stream().distinct().toList();
    }

    @TestFactory
    Stream<DynamicTest> whatIsForeignIsNotFoundJustAsWhatDoesNotExist() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String login : List.of("nordlicht", "knusper")) {
            Client client = as(login);
            Role role = world.accounts.find(login).orElseThrow().role();
            for (Route route : console.routes()) {
                boolean withId =
                        route.pattern().contains("{") && !route.pattern().startsWith("/assets/");
                if (!withId || !route.roles().contains(role)) {
                    continue;
                }
                String unknown =
                        body(client, route, paths(route.pattern(), false).get(0));
                for (boolean foreign : new boolean[] {true, false}) {
                    for (String path : paths(route.pattern(), foreign)) {
                        tests.add(DynamicTest.dynamicTest(login + " " + route.method() + " " + path, () -> {
                            Reply reply = call(client, route, path);
                            assertThat(reply.status()).isEqualTo(404);
                            assertThat(body(client, route, path)).isEqualTo(unknown);
                        }));
                    }
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(80);
        return tests.stream();
    }

    private static Reply call(Client client, Route route, String path) {
        return route.method().equals("GET") ? client.get(path) : client.post(path, "expected", "||||", "rule", "||||");
    }

    /** The page without what names the address or the form's token. */
    private static String body(Client client, Route route, String path) {
        return call(client, route, path).body().replaceAll("name=\"(back|token)\" value=\"[^\"]*\"", "");
    }

    @TestFactory
    Stream<DynamicTest> aRouteForOthersIsForbiddenAndWithoutLoginLeadsToTheLogin() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String login : List.of("nordlicht", "knusper", "")) {
            Client client = login.isEmpty() ? new Client(console) : as(login);
            client.get("/login");
            Optional<Role> role = world.accounts.find(login).map(Account::role);
            for (Route route : console.routes()) {
                boolean allowed = route.roles().isEmpty()
                        || role.filter(route.roles()::contains).isPresent();
                if (!allowed) {
                    String path = route.pattern().replaceAll("\\{[a-z]+}", "x");
                    tests.add(DynamicTest.dynamicTest(login + " " + route.method() + " " + path, () -> {
                        Reply reply = call(client, route, path);
                        assertThat(reply.status()).isEqualTo(login.isEmpty() ? 303 : 403);
                        if (login.isEmpty()) {
                            assertThat(reply.location()).startsWith("/login");
                        }
                    }));
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(30);
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> everyFormNeedsTheTokenOfItsSession() {
        Client client = as("admin");
        Client other = as("nordlicht");
        String foreign = Sessions.formToken(other.cookies.getOrDefault("sparsam-session", ""));
        return console.routes().stream()
                .filter(route -> route.method().equals("POST"))
                .map(route -> DynamicTest.dynamicTest(route.pattern(), () -> {
                    String path = route.pattern().replaceAll("\\{[a-z]+}", "x");
                    assertThat(client.send("POST", path, Map.of()).status()).isEqualTo(403);
                    assertThat(client.send("POST", path, Map.of("token", foreign))
                                    .status())
                            .isEqualTo(403);
                }));
    }

    @Test
    void aFormFromAnotherSiteIsRefusedEvenWithTheRightToken() {
        Client client = as("admin");
        client.get("/");
        client.headers.put("sec-fetch-site", "cross-site");
        assertThat(client.post("/sweeps", "level", "provider", "id", "p").status())
                .isEqualTo(403);
        client.headers.remove("sec-fetch-site");
        client.headers.put("origin", "https://evil.example");
        assertThat(client.post("/sweeps", "level", "provider", "id", "p").status())
                .isEqualTo(403);
        client.headers.put("origin", "http://panel.example");
        assertThat(client.post("/sweeps", "level", "provider", "id", "p").status())
                .isEqualTo(303);
        client.headers.put("origin", "null");
        assertThat(client.post("/sweeps", "level", "provider", "id", "p").status())
                .isEqualTo(303);
    }

    @Test
    void aResellerSeesItsOwnTreeOnly() {
        Client client = as("nordlicht");
        assertThat(client.get("/").body()).contains("praxis-weiss.example").doesNotContain("radsport", "kultur");
        assertThat(client.get("/tenants").body())
                .contains("Knusper", "Weiß")
                .doesNotContain("Südwind", "Huber", "Musterhost</a>");
        assertThat(client.get("/facts").body()).contains("baeckerei").doesNotContain("radsport");
        assertThat(client.get("/receipts").body()).contains("Knusper").doesNotContain("radsport", "installation");
        assertThat(client.get("/sweeps").body()).doesNotContain("Huber");
        assertThat(client.get("/users").body()).contains("knusper").doesNotContain(">huber<", ">admin<");
    }

    @Test
    void ofASweepFromAboveEverybodySeesTheirOwnDomainsOnly() {
        for (Map.Entry<String, Integer> person :
                Map.of("nordlicht", 4, "knusper", 2).entrySet()) {
            Client client = as(person.getKey());
            assertThat(client.get("/sweeps").body())
                    .contains("/sweeps/3\"", "/sweeps/4\"", "Provider Musterhost GmbH")
                    .doesNotContain("/sweeps/1\"");
            int domains = person.getValue();
            for (String path : List.of("/sweeps/3", "/sweeps/4", "/sweeps/4?page=2", "/sweeps/3?site=d1")) {
                String body = client.get(path).body();
                // When sweep 3 was run, a file of the shop had changed.
                int masked = path.startsWith("/sweeps/3") ? domains - 1 : domains;
                assertThat(body)
                        .as(person.getKey() + " " + path)
                        .contains("baeckerei-knusper.example/access.log.9.gz", "id=\"from-above\"")
                        .contains("<dd>" + 2 * domains + "</dd>", "<dd>" + masked + "</dd>")
                        .doesNotContain("radsport", "kultur", "zahnarzt", "huber", "Huber", "admin")
                        .doesNotContain("id=\"run\"", "id=\"discard\"");
            }
            world.sweeps.receipts(3).forEach((site, receipt) -> {
                boolean own =
                        List.of("d1", "d2", "d3", "d4").subList(0, domains).contains(site.value());
                assertThat(client.get("/sweeps/3").body().contains("\"/receipts/" + receipt + "\""))
                        .as(person.getKey() + " " + site)
                        .isEqualTo(own);
            });
            assertThat(client.get("/sweeps/3?site=d5").status()).isEqualTo(404);
            assertThat(client.get("/sweeps/3?site=radsport-huber.example").status())
                    .isEqualTo(404);
        }
    }

    @Test
    void whoActedFromAboveIsARoleAndNoLoginName() {
        long admin = world.accounts.find("admin").orElseThrow().number();
        long reseller = world.accounts.find("nordlicht").orElseThrow().number();
        long customer = world.accounts.find("knusper").orElseThrow().number();
        Map<String, Long> receipts = new java.util.HashMap<>();
        receipts.put("admin", world.ledger.append(Receipt.of("logs.sweep", "domain/d1", "user:" + admin)));
        receipts.put("nordlicht", world.ledger.append(Receipt.of("logs.sweep", "domain/d1", "user:" + reseller)));
        receipts.put("knusper", world.ledger.append(Receipt.of("logs.sweep", "domain/d1", "user:" + customer)));

        assertThat(actor("admin", receipts, "admin")).isEqualTo("admin");
        assertThat(actor("admin", receipts, "knusper")).isEqualTo("knusper");
        assertThat(actor("nordlicht", receipts, "admin")).isEqualTo("the provider");
        assertThat(actor("nordlicht", receipts, "nordlicht")).isEqualTo("nordlicht");
        assertThat(actor("nordlicht", receipts, "knusper")).isEqualTo("knusper");
        assertThat(actor("knusper", receipts, "admin")).isEqualTo("the provider");
        assertThat(actor("knusper", receipts, "nordlicht")).isEqualTo("the reseller");
        assertThat(actor("knusper", receipts, "knusper")).isEqualTo("knusper");
        for (String path : List.of("/receipts", "/sweeps", "/scope/domain/d1")) {
            assertThat(as("knusper").get(path).body()).as(path).doesNotContain("admin", "nordlicht");
        }
    }

    private String actor(String viewer, Map<String, Long> receipts, String actor) {
        String body = as(viewer).get("/receipts/" + receipts.get(actor)).body();
        java.util.regex.Matcher by =
                java.util.regex.Pattern.compile("<dt>By</dt><dd>([^<]*)</dd>").matcher(body);
        assertThat(by.find()).as(body).isTrue();
        return by.group(1);
    }

    @Test
    void onlyWhoSeesAllOfASweepRunsOrDiscardsIt() {
        for (String login : List.of("nordlicht", "knusper")) {
            Client client = as(login);
            client.get("/sweeps/4");
            assertThat(client.post("/sweeps/4/run").status()).isEqualTo(404);
            assertThat(client.post("/sweeps/4/discard").status()).isEqualTo(404);
        }
        assertThat(world.sweeps.sweep(4).orElseThrow().state()).isEqualTo(Sweep.State.PLANNED);
    }

    @Test
    void ofADomainThatHasMovedAwayASweepShowsNothingAnyMore(@TempDir Path other) {
        try (World moving = new World(TestDatabases.H2, other).fill()) {
            moving.account("nordlicht", Role.RESELLER, "r1");
            moving.account("admin", Role.PROVIDER_ADMIN, "");
            moving.sweeps.run(moving.sweeps.plan(Scope.parse("reseller/r1"), ADMIN), ADMIN);
            moving.sweeps.plan(Scope.parse("reseller/r1"), ADMIN);
            moving.sites.removeIf(site -> site.id().value().equals("d4"));
            moving.site("d4", "c3", "blog.praxis-weiss.example");
            Client client = new Client(moving.console()).login("nordlicht");
            long receipt = moving.sweeps.receipts(1).getOrDefault(new SiteId("d4"), -1L);
            assertThat(receipt).isNotNegative();
            for (String path : List.of("/sweeps/1", "/sweeps/2", "/sweeps/2?page=2")) {
                assertThat(client.get(path).body())
                        .as(path)
                        .contains("/praxis-weiss.example/access.log.9.gz")
                        .doesNotContain("blog.praxis-weiss", "\"/receipts/" + receipt + "\"");
            }
            assertThat(client.get("/sweeps/2?site=d4").status()).isEqualTo(404);
            assertThat(new Client(moving.console())
                            .login("admin")
                            .get("/sweeps/2")
                            .body())
                    .contains("blog.praxis-weiss.example/access.log.9.gz");
        }
    }

    @Test
    void aSweepFromAboveThatCoversNoneOfTheirDomainsIsNotThere() {
        world.tenant("c9", dev.sparsam.panel.TenantKind.CUSTOMER, "p", "Leer");
        world.clock.pass(Duration.ofSeconds(30));
        world.account("leer", Role.CUSTOMER, "c9");
        Client client = as("leer");
        assertThat(client.get("/sweeps").body()).doesNotContain("/sweeps/3\"");
        assertThat(client.get("/sweeps/3").status()).isEqualTo(404);
    }

    @Test
    void aResellerMakesAccountsForItsCustomersOnly() {
        Client client = as("nordlicht");
        client.get("/users");
        assertThat(client.post("/users", "login", "weiss", "tenant", "c2").status())
                .isEqualTo(200);
        client.get("/users");
        for (String tenant : List.of("c3", "r1", "r2", "p", "+provider", "nope")) {
            assertThat(client.post("/users", "login", "sneaky", "tenant", tenant)
                            .status())
                    .as(tenant)
                    .isEqualTo(422);
            client.get("/users");
        }
        assertThat(world.accounts.find("weiss").orElseThrow().role()).isEqualTo(Role.CUSTOMER);
        assertThat(world.accounts.find("sneaky")).isEmpty();
    }

    @Test
    void theTenantThatHasGoneShowsNothing() {
        world.account("ghost", Role.CUSTOMER, "gone");
        Client client = as("ghost");
        assertThat(client.get("/").body()).contains("No domains yet").doesNotContain(".example");
        assertThat(client.get("/scope/customer/gone").status()).isEqualTo(404);
    }
}
