package dev.sparsam.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.LogRules;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.TenantId;
import dev.sparsam.store.testing.TestDatabases;
import dev.sparsam.web.internal.Client.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Legal holds, and what sweeps have found, on the pages. */
class HoldPagesTest {
    private static final Principal ADMIN = Principal.user(1, Role.PROVIDER_ADMIN, new TenantId("p"));
    private static final SiteId SITE = new SiteId("d1");
    private static final LocalDate TODAY = LocalDate.of(2026, 6, 15);

    @TempDir
    Path folder;

    private World world;
    private Client client;

    @BeforeEach
    void open() {
        world = new World(TestDatabases.H2, folder).fill();
        world.account("admin", Role.PROVIDER_ADMIN, "");
        world.account("nordlicht", Role.RESELLER, "r1");
        world.account("knusper", Role.CUSTOMER, "c1");
        client = as("admin");
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Client as(String login) {
        return new Client(world.console()).login(login);
    }

    private void hold(int days) {
        assertThat(world.holds.place(SITE, "Az. 7 O 1/26", "legal department", TODAY.plusDays(days), ADMIN))
                .isEmpty();
    }

    private LegalHold active() {
        return world.holds.active(List.of(SITE)).values().iterator().next();
    }

    /** Fills the form of a domain and sends it. */
    private Reply place(String reason, String person, String until) {
        Reply page = client.get("/scope/domain/d1");
        return client.post(
                "/scope/domain/d1/hold",
                "expected",
                page.hidden("hold-form", "expected"),
                "reason",
                reason,
                "person",
                person,
                "until",
                until);
    }

    @Test
    void theFormHasNoLastDayUntilOneIsChosen() {
        assertThat(client.get("/scope/domain/d1").body())
                .contains(
                        "No legal hold",
                        "min=\"2026-06-15\" max=\"2029-06-19\" value=\"\"",
                        "<details class=\"more\" id=\"hold-edit\">")
                .doesNotContain("id=\"hold-lift\"", "id=\"hold-history\"");
    }

    @Test
    void aHoldIsPlacedWithAReceiptAndShown() {
        Reply done = client.follow(place("Az. 7 O 1/26", "legal department", "2026-12-31"));
        assertThat(done.body())
                .contains(
                        "The legal hold applies to baeckerei-knusper.example from now on.",
                        "Receipt #",
                        "applies until 31 Dec 2026",
                        "<dd>Az. 7 O 1/26</dd>",
                        "<dd>legal department</dd>",
                        "<dd>admin, ")
                .doesNotContain("id=\"hold-soon\"");
        assertThat(active().lastDay()).isEqualTo(LocalDate.of(2026, 12, 31));
        long receipt = world.ledger.receipts().size() - 1L;
        assertThat(client.get("/receipts/" + receipt).body())
                .contains("Legal hold", "What happened", "placed", "Last day")
                .doesNotContain("Az. 7 O 1/26", "legal department");
    }

    @Test
    void aDayAsGermansWriteItIsUnderstood() {
        client.headers.put("accept-language", "de");
        Reply done = client.follow(place("Az. 7 O 1/26", "Rechtsabteilung", "31.12.2026"));
        assertThat(done.body()).contains("gilt ab jetzt die Löschsperre", "gilt bis 31.12.2026");
    }

    @Test
    void eachRefusalStandsAtItsFieldAndKeepsWhatWasTyped() {
        refused(place("", "", ""), "hold-reason", "hold-person", "hold-until");
        refused(place("x".repeat(501), "y".repeat(501), "2026-12-31"), "hold-reason", "hold-person");
        assertThat(refused(place("Az. <7>", "legal", "tomorrow"), "hold-until"))
                .contains("This is no day", "value=\"Az. &lt;7>\"", "value=\"legal\"", "value=\"tomorrow\"");
        assertThat(refused(place("a", "b", "2026-06-14"), "hold-until")).contains("This day is over");
        assertThat(refused(place("a", "b", "2029-06-20"), "hold-until"))
                .contains("too far away: 19 Jun 2029 is the last");
        assertThat(refused(place("a", "b", "2026-02-30"), "hold-until")).contains("This is no day");
        assertThat(world.holds.active()).isEmpty();
        client.follow(place("a", "b", "2026-06-15"));
        assertThat(client.get("/scope/domain/d1").body()).contains("This legal hold ends today");
    }

    private static String refused(Reply reply, String... fields) {
        assertThat(reply.status()).isEqualTo(422);
        assertThat(reply.body()).contains("id=\"hold-edit\" open", "<title>Error: ");
        for (String field : List.of("hold-reason", "hold-person", "hold-until")) {
            boolean wrong = List.of(fields).contains(field);
            assertThat(reply.body().contains("id=\"" + field + "-error\""))
                    .as(field)
                    .isEqualTo(wrong);
            assertThat(reply.body().contains("href=\"#" + field + "\""))
                    .as(field)
                    .isEqualTo(wrong);
        }
        return reply.body();
    }

    @Test
    void aHoldThatSomebodyElseHasPlacedInBetweenIsNotReplacedUnseen() {
        Reply page = client.get("/scope/domain/d1");
        String expected = page.hidden("hold-form", "expected");
        hold(30);
        Reply reply = client.post(
                "/scope/domain/d1/hold", "expected", expected, "reason", "a", "person", "b", "until", "2026-07-01");
        assertThat(reply.status()).isEqualTo(422);
        assertThat(reply.body()).contains("somebody else has just placed or lifted", "href=\"#hold-form\"");
        assertThat(active().reason()).isEqualTo("Az. 7 O 1/26");
    }

    @Test
    void liftingIsAskedFirst() {
        hold(30);
        client.get("/scope/domain/d1");
        Reply question = client.post("/scope/domain/d1/hold/lift");
        assertThat(question.status()).isEqualTo(200);
        assertThat(question.body())
                .contains("Lift this legal hold?", "The next sweep deletes what is due", "Az. 7 O 1/26");
        assertThat(world.holds.active()).containsKey(SITE);
        String expected = question.hidden("lift-form", "expected");
        Reply done = client.follow(client.post("/scope/domain/d1/hold/lift", "expected", expected, "asked", "yes"));
        assertThat(done.body()).contains("is lifted", "Receipt #", "Earlier legal holds (1)", "Lifted 15 Jun 2026");
        assertThat(world.holds.active()).isEmpty();
        assertThat(client.follow(client.post("/scope/domain/d1/hold/lift", "expected", expected, "asked", "yes"))
                        .body())
                .contains("there is no legal hold any more");
    }

    @Test
    void anotherHoldThanTheOneAskedAboutIsAskedAboutAgain() {
        hold(30);
        client.get("/scope/domain/d1");
        String expected = client.post("/scope/domain/d1/hold/lift").hidden("lift-form", "expected");
        world.clock.pass(Duration.ofMinutes(1));
        hold(60);
        Reply again = client.post("/scope/domain/d1/hold/lift", "expected", expected, "asked", "yes");
        assertThat(again.status()).isEqualTo(422);
        assertThat(again.body()).contains("somebody else has just placed");
        assertThat(active().lastDay()).isEqualTo(TODAY.plusDays(60));
    }

    @Test
    void theHistorySaysHowEachHoldEnded() {
        hold(1);
        world.clock.pass(Duration.ofDays(5));
        assertThat(world.holds.place(SITE, "second", "b", TODAY.plusDays(40), ADMIN))
                .isEmpty();
        world.clock.pass(Duration.ofDays(1));
        assertThat(world.holds.place(SITE, "third", "b", TODAY.plusDays(50), ADMIN))
                .isEmpty();
        world.clock.pass(Duration.ofDays(1));
        world.holds.lift(SITE, ADMIN);
        client = as("admin");
        assertThat(client.get("/scope/domain/d1").body())
                .contains("Earlier legal holds (3)")
                .containsSubsequence(
                        "third", "Lifted 22 Jun 2026", "second", "Replaced 21 Jun 2026", "Ran out after 16 Jun 2026.");
    }

    @Test
    void fromTwoWeeksBeforeItsEndAHoldIsPointedAt() {
        hold(15);
        assertThat(client.get("/scope/domain/d1").body()).doesNotContain("id=\"hold-soon\"");
        hold(14);
        assertThat(client.get("/scope/domain/d1").body())
                .contains("This legal hold ends in 14 days. From 30 Jun 2026 on each sweep deletes what is due again.");
        hold(1);
        assertThat(client.get("/scope/domain/d1").body()).contains("ends tomorrow");
        assertThat(client.get("/").body())
                .contains("<a class=\"badge warn\" href=\"/scope/domain/d1#hold\">Legal hold until 16 Jun 2026</a>");
    }

    @Test
    void aResellerPlacesHoldsBelowItselfOnly() {
        client = as("nordlicht");
        client.follow(place("Az. 7", "legal", "2026-12-31"));
        assertThat(world.holds.active()).containsOnlyKeys(SITE);
        client.get("/");
        assertThat(client.post("/scope/domain/d5/hold", "reason", "a", "person", "b", "until", "2026-12-31")
                        .status())
                .isEqualTo(404);
        assertThat(client.post("/scope/customer/c1/hold", "reason", "a", "person", "b", "until", "2026-12-31")
                        .status())
                .isEqualTo(404);
        assertThat(world.holds.active()).containsOnlyKeys(SITE);
    }

    @Test
    void aCustomerSeesTheHoldAndWhoCanLiftItAndHasNoForm() {
        hold(30);
        client = as("knusper");
        assertThat(client.get("/scope/domain/d1").body())
                .contains("Az. 7 O 1/26", "legal department", "the provider, ", "Please ask: Reseller Nordlicht.")
                .doesNotContain("id=\"hold-form\"", "id=\"hold-lift\"");
        assertThat(client.post("/scope/domain/d1/hold", "reason", "a", "person", "b", "until", "2026-12-31")
                        .status())
                .isEqualTo(403);
        assertThat(client.post("/scope/domain/d1/hold/lift", "asked", "yes").status())
                .isEqualTo(403);
        assertThat(world.holds.active()).containsKey(SITE);
    }

    @Test
    void aHoldIsShownInTheListOnTheNoticeAndOnThePagesAbove() {
        assertThat(client.get("/scope/reseller/r1").body()).doesNotContain("under legal hold");
        hold(200);
        assertThat(client.get("/").body()).contains("class=\"badge own\" href=\"/scope/domain/d1#hold\"");
        assertThat(client.get("/?filter=held").body())
                .contains("baeckerei-knusper.example", "1 domain<")
                .doesNotContain("praxis-weiss");
        assertThat(client.get("/notice/d1").body())
                .contains("A legal hold suspends deletion for this domain up to and including 1 Jan 2027.");
        assertThat(client.get("/notice/d2").body()).doesNotContain("legal hold");
        for (String scope : List.of("provider/p", "reseller/r1", "customer/c1")) {
            assertThat(client.get("/scope/" + scope).body())
                    .contains("1 domain under legal hold", "filter=held", scope);
        }
        assertThat(client.get("/?filter=held&scope=reseller/r2").body()).doesNotContain("baeckerei");
    }

    @Test
    void whatIsHeldIsNotTooOld() {
        world.sweeps.lastOf(
                SITE,
                1,
                world.clock.instant(),
                1,
                Optional.of(world.clock.instant().minus(Duration.ofDays(40))),
                0);
        assertThat(client.get("/?filter=over").body()).contains("baeckerei");
        hold(200);
        assertThat(client.get("/?filter=over").body()).doesNotContain("baeckerei");
        assertThat(client.get("/").body()).doesNotContain("Older than the retention allows");
    }

    @Test
    void whatWasFoundStandsNextToWhatIsSet() {
        world.sweeps.observe(SITE, false, Duration.ofDays(6), 12, Duration.ofHours(5), LogRules.DEFAULT);
        world.sweeps.observe(SITE, true, Duration.ofDays(6), 0, Duration.ZERO, LogRules.DEFAULT);
        assertThat(client.get("/scope/domain/d1").body())
                .contains(
                        "What was found",
                        ">6 days</span>",
                        ">7 days</span>",
                        "3% (12 of 400), the oldest 5 hours old",
                        "Access log in backups",
                        "0 of 400 lines",
                        "as soon as closed")
                .doesNotContain(">drift<");
        client = new Client(world.console());
        client.headers.put("accept-language", "de");
        client.login("admin");
        assertThat(client.get("/scope/domain/d1").body())
                .contains("3\u00a0% (12 von 400), die älteste 5 Stunden alt", "Zugriffsprotokoll in Datensicherungen");
    }

    @Test
    void driftIsSaidWithByHowMuch() {
        world.sweeps.observe(SITE, false, Duration.ofDays(33), 2, Duration.ofHours(30), LogRules.DEFAULT);
        assertThat(client.get("/scope/domain/d1").body())
                .contains(
                        ">drift<",
                        "The oldest line is 26 days older than set.",
                        "Lines stay unmasked 30 hours longer than set.",
                        "0.5% (2 of 400), the oldest 30 hours old");
        world.sweeps.lastOf(
                SITE,
                1,
                world.clock.instant(),
                1,
                Optional.of(world.clock.instant().minus(Duration.ofDays(33))),
                0);
        assertThat(client.get("/").body())
                .contains(
                        "href=\"/scope/domain/d1#observed\"",
                        "title=\"Access log: The oldest line is 26 days older than set. Lines stay unmasked 30 hours longer than set.\"")
                .doesNotContain("Older than the retention allows");
        assertThat(client.get("/?filter=over").body())
                .contains("baeckerei-knusper")
                .doesNotContain("radsport");
    }

    @Test
    void whatAHoldKeepsIsNoDrift() {
        world.sweeps.held = Optional.of(TODAY.plusDays(30));
        world.sweeps.observe(SITE, false, Duration.ofDays(33), 0, Duration.ZERO, LogRules.DEFAULT);
        assertThat(client.get("/scope/domain/d1").body())
                .contains("suspended: legal hold until 15 Jul 2026")
                .doesNotContain(">drift<");
    }

    @Test
    void aShareIsNeverRoundedToNothingOrAll() {
        Texts german = new Texts("de", ZoneOffset.UTC);
        assertThat(german.percent(0.00001)).isEqualTo("< 0,1\u00a0%");
        assertThat(german.percent(0.99999)).isEqualTo("99,9\u00a0%");
        assertThat(german.percent(1)).isEqualTo("100\u00a0%");
        assertThat(german.percent(0)).isEqualTo("0\u00a0%");
        assertThat(german.span(Duration.ofMinutes(61))).isEqualTo("2 Stunden");
        assertThat(german.span(Duration.ofHours(49))).isEqualTo("3 Tage");
    }
}
