package dev.sparsam.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.facts.Cadence;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.logs.Refusal;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantKind;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.store.Receipt;
import dev.sparsam.store.StoreException;
import dev.sparsam.store.testing.TestDatabases;
import dev.sparsam.web.internal.Client.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagesTest {
    private static final Principal ADMIN = Principal.user(1, Role.PROVIDER_ADMIN, new TenantId("p"));

    @TempDir
    Path folder;

    private World world;
    private Client client;

    @BeforeEach
    void open() {
        world = new World(TestDatabases.H2, folder).fill();
        world.account("admin", Role.PROVIDER_ADMIN, "");
        client = new Client(world.console()).login("admin");
    }

    @AfterEach
    void close() {
        world.close();
    }

    private RetentionRule retention(String scope) {
        return world.settings
                .resolve(
                        LogSettings.RETENTION.live(),
                        new TenantTree(world.tenants, world.sites)
                                .path(Scope.parse(scope))
                                .orElseThrow())
                .value();
    }

    /** Fills the form of a setting and sends it. */
    private Reply set(String scope, String setting, String... fields) {
        Reply page = client.get("/scope/" + scope);
        String[] all = new String[fields.length + 2];
        all[0] = "expected";
        all[1] = page.hidden(setting + "-form", "expected");
        System.arraycopy(fields, 0, all, 2, fields.length);
        return client.post("/scope/" + scope + "/" + setting, all);
    }

    /** Answers the second question. */
    private Reply confirm(Reply page, String scope, String setting, String... fields) {
        String[] all = new String[fields.length + 6];
        System.arraycopy(
                new String[] {
                    "rule", page.hidden("confirm-form", "rule"),
                    "expected", page.hidden("confirm-form", "expected"),
                    "asked", "yes"
                },
                0,
                all,
                0,
                6);
        System.arraycopy(fields, 0, all, 6, fields.length);
        return client.post("/scope/" + scope + "/" + setting + "/rule", all);
    }

    @Test
    void aShorterRetentionOfADomainHoldsAtOnceAndCanBeUndone() {
        Reply done = client.follow(set("domain/d1", "retention", "choice", "days", "days", "3"));

        assertThat(done.body()).contains("from now on 3 days", "Receipt #");
        assertThat(retention("domain/d1")).isEqualTo(new RetentionRule.Days(3));
        Matcher undo = Pattern.compile(
                        "name=\"rule\" value=\"([^\"]*)\"\\s*>\\s*<input type=\"hidden\" name=\"expected\" value=\"([^\"]*)\"")
                .matcher(done.body());
        assertThat(undo.find()).isTrue();
        assertThat(client.get("/scope/domain/d1").body()).as("said once").doesNotContain("from now on");
        client.follow(client.post(
                "/scope/domain/d1/retention/rule",
                "rule",
                undo.group(1),
                "expected",
                undo.group(2),
                "reason",
                "Undone",
                "asked",
                "undo"));
        assertThat(retention("domain/d1")).isEqualTo(new RetentionRule.Days(7));
    }

    @Test
    void anEmptyOrZeroNumberOfDaysIsRefusedWithASentenceAtTheField() {
        for (String days : List.of("", "0", "000", "-1", "1.5", "36501", "seven")) {
            Reply reply = set("domain/d1", "retention", "choice", "days", "days", days);
            assertThat(reply.status()).as(days).isEqualTo(422);
            assertThat(reply.body()).contains("id=\"days-error\"", "aria-invalid=\"true\"");
        }
        assertThat(set("domain/d1", "retention", "choice", "days", "days", "0").body())
                .contains("0 days is not possible");
        assertThat(set("domain/d1", "retention", "days", "5").body()).contains("Please choose one of these");
        assertThat(world.ledger.receipts()).extracting(receipt -> receipt.act()).doesNotContain("settings.change");
    }

    /** The page begins with what is wrong, the focus is there, and a link leads to each field. */
    private static void tellsFirst(Reply reply, String title, String... fields) {
        assertThat(reply.body()).contains("<title>" + title);
        Matcher summary = Pattern.compile(
                        "<div [^>]*role=\"alert\" id=\"errors\" tabindex=\"-1\" autofocus.*?</div>", Pattern.DOTALL)
                .matcher(reply.body());
        assertThat(summary.find()).as(reply.body()).isTrue();
        assertThat(summary.start()).isLessThan(reply.body().indexOf("<h1"));
        assertThat(Pattern.compile("href=\"#([^\"]*)\"")
                        .matcher(summary.group())
                        .results()
                        .map(link -> link.group(1)))
                .containsExactly(fields);
        for (String field : fields) {
            Matcher element =
                    Pattern.compile("<(\\w+) [^>]*id=\"" + field + "\"[^>]*>").matcher(reply.body());
            assertThat(element.find()).as(field).isTrue();
            if (element.group(1).equals("input") && !element.group().contains("type=\"radio\"")) {
                assertThat(element.group()).contains("aria-invalid=\"true\"");
                Matcher text = Pattern.compile("aria-describedby=\"[^\"]*?([a-z0-9-]+-error)\"")
                        .matcher(element.group());
                assertThat(text.find()).as(element.group()).isTrue();
                assertThat(reply.body()).contains("id=\"" + text.group(1) + "\"");
            }
        }
    }

    @Test
    void aFormThatIsRefusedBeginsWithWhatIsWrong() {
        tellsFirst(set("domain/d1", "retention", "choice", "days", "days", "0"), "Error: ", "days");
        tellsFirst(
                set("domain/d1", "masking", "choice", "truncate", "ipv4", "x", "ipv6", "", "reason", "y".repeat(501)),
                "Error: ",
                "ipv4",
                "ipv6",
                "masking-reason");
        tellsFirst(set("domain/d1", "retention", "days", "5"), "Error: ", "retention-inherit");
        tellsFirst(
                set("provider/p", "retention", "choice", "days", "days", "7", "relax", "bounded", "laxest-days", "0"),
                "Error: ",
                "retention-laxest-days");
        tellsFirst(
                set("domain/d1", "retention", "choice", "days", "days", "14", "reason", "abuse case"),
                "Error: ",
                "retention-refused");
        client.headers.put("accept-language", "de");
        Reply german = set("provider/p", "retention", "choice", "forever");
        tellsFirst(german, "Fehler: ", "retention-reason");
        assertThat(german.body()).contains("Bitte korrigieren Sie dies<");
        tellsFirst(
                confirm(
                        set("provider/p", "retention", "choice", "forever", "reason", "Streit"),
                        "provider/p",
                        "retention",
                        "reason",
                        "Streit"),
                "Fehler: ",
                "understood");
    }

    @Test
    void otherFormsThatAreRefusedBeginWithWhatIsWrongToo() {
        client.get("/users");
        tellsFirst(client.post("/users", "login", "", "tenant", ""), "Error: ", "login", "tenant");
        client.get("/inventory");
        tellsFirst(client.post("/inventory/preview", "content", ""), "Error: ", "file");
        client.get("/password");
        tellsFirst(
                client.post("/password", "current", World.PASSWORD, "new", "short", "repeat", "shorter"),
                "Error: ",
                "new",
                "repeat");
        Client stranger = new Client(world.console());
        stranger.get("/login");
        assertThat(stranger.post("/login", "login", "admin", "password", "wrong", "next", "")
                        .body())
                .contains("<title>Error: ", "id=\"error\"", "aria-describedby=\"error\"");
    }

    @Test
    void aPageThatIsInOrderHasNoSummaryOfErrors() {
        assertThat(client.get("/scope/domain/d1").body()).doesNotContain("id=\"errors\"", "<title>Error");
        assertThat(client.get("/nowhere").body()).doesNotContain("<title>Error: ");
    }

    @Test
    void forEverIsAskedTwice() {
        Reply question = set("provider/p", "retention", "choice", "forever", "reason", "legal dispute");
        assertThat(question.status()).isEqualTo(200);
        assertThat(question.body()).contains("nothing is deleted any more", "name=\"understood\"");
        assertThat(retention("provider/p")).isEqualTo(new RetentionRule.Days(7));

        Reply again = confirm(question, "provider/p", "retention", "reason", "legal dispute");
        assertThat(again.status()).isEqualTo(422);
        assertThat(again.body()).contains("Please tick the box");
        assertThat(retention("provider/p")).isEqualTo(new RetentionRule.Days(7));

        client.follow(confirm(again, "provider/p", "retention", "reason", "legal dispute", "understood", "yes"));
        assertThat(retention("provider/p")).isEqualTo(new RetentionRule.Forever());
    }

    @Test
    void aRuleSentWithoutTheQuestionStillAsksIt() {
        client.get("/scope/provider/p");
        Reply reply =
                client.post("/scope/provider/p/masking/rule", "rule", "keep||||", "expected", "||||", "reason", "x");
        assertThat(reply.body()).contains("visitors stay identifiable", "name=\"understood\"");
    }

    @Test
    void aChangeForOthersShowsHowManyDomainsFollow() {
        client.follow(set("domain/d1", "retention", "choice", "days", "days", "3"));
        Reply question = set("reseller/r1", "retention", "choice", "days", "days", "5");
        assertThat(question.body()).contains("4 domains lie below", "3 of them inherit from here");
        Reply done = client.follow(confirm(question, "reseller/r1", "retention"));
        assertThat(done.body()).contains("from now on 5 days");
        assertThat(retention("domain/d2")).isEqualTo(new RetentionRule.Days(5));
        assertThat(retention("domain/d1")).isEqualTo(new RetentionRule.Days(3));
    }

    @Test
    void whatRelaxesNeedsAReasonAtItsField() {
        client.follow(confirm(
                set(
                        "provider/p",
                        "retention",
                        "choice",
                        "days",
                        "days",
                        "7",
                        "relax",
                        "bounded",
                        "laxest-days",
                        "30",
                        "reason",
                        "agreed"),
                "provider/p",
                "retention",
                "reason",
                "agreed"));
        Reply refused = set("domain/d1", "retention", "choice", "days", "days", "20");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body()).contains("id=\"retention-reason-error\"");
        client.follow(set("domain/d1", "retention", "choice", "days", "days", "20", "reason", "abuse case"));
        assertThat(retention("domain/d1")).isEqualTo(new RetentionRule.Days(20));
    }

    @Test
    void aRefusalByTheBuiltInDefaultSaysSoAndLeadsToWhereMoreIsAllowed() {
        Reply refused = set("domain/d1", "retention", "choice", "days", "days", "14", "reason", "abuse case");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body())
                .contains(
                        "Not changed: Provider Musterhost GmbH has no value of its own. The built-in default of 7 days",
                        "href=\"/scope/provider/p?setting=retention&amp;allow=14d#retention-below\"");

        Reply proposal = client.get("/scope/provider/p?setting=retention&allow=14d");
        assertThat(proposal.body())
                .contains(
                        "id=\"retention-relax-bounded\" checked",
                        "name=\"laxest-days\" inputmode=\"numeric\" size=\"6\" maxlength=\"6\" value=\"14\"",
                        "A proposal, not applied yet");
        assertThat(retention("domain/d1")).isEqualTo(new RetentionRule.Days(7));
        client.follow(confirm(
                set(
                        "provider/p",
                        "retention",
                        "choice",
                        "inherit",
                        "relax",
                        "bounded",
                        "laxest-days",
                        "14",
                        "reason",
                        "agreed"),
                "provider/p",
                "retention",
                "reason",
                "agreed"));
        client.follow(set("domain/d1", "retention", "choice", "days", "days", "14", "reason", "abuse case"));
        assertThat(retention("domain/d1")).isEqualTo(new RetentionRule.Days(14));
        assertThat(client.get("/scope/provider/p?setting=retention&allow=nonsense")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void whoCannotAllowMoreLearnsWhomToAsk() {
        world.account("nord", Role.RESELLER, "r1");
        client = new Client(world.console()).login("nord");
        assertThat(client.get("/scope/domain/d1").body())
                .contains("Please ask: Provider Musterhost GmbH.")
                .doesNotContain("Allow more for the levels below");
        assertThat(set("domain/d1", "retention", "choice", "days", "days", "14", "reason", "x")
                        .body())
                .contains("has no value of its own", "Please ask: Provider Musterhost GmbH.")
                .doesNotContain("setting=retention&amp;allow");
    }

    @Test
    void whatWouldBeRefusedIsSaidBeforehand() {
        assertThat(client.get("/scope/domain/d1").body())
                .contains(
                        "At most 7 days: Provider Musterhost GmbH has no value of its own",
                        "id=\"retention-forever\" disabled",
                        "id=\"masking-keep\" disabled",
                        "1 to 7, counted from the newest line")
                .doesNotContain("needs a reason.");
        assertThat(client.get("/scope/provider/p").body())
                .contains("Keeping logs longer than 7 days needs a reason.", "1 to 36,500")
                .doesNotContain("disabled>", "At most 7 days");
        client.follow(
                confirm(set("reseller/r1", "retention", "choice", "days", "days", "5"), "reseller/r1", "retention"));
        assertThat(client.get("/scope/domain/d1").body())
                .contains("At most 5 days: Reseller Nordlicht does not allow keeping logs longer.");
    }

    @Test
    void relaxingWithoutALimitIsAskedTwice() {
        for (String setting : List.of("retention", "masking")) {
            Reply question = set("provider/p", setting, "choice", "inherit", "relax", "open", "reason", "agreed");
            assertThat(question.body()).contains("Without a limit means", "name=\"understood\"");
            Reply again = confirm(question, "provider/p", setting, "reason", "agreed");
            assertThat(again.status()).isEqualTo(422);
            assertThat(again.body()).contains("Please tick the box");
            client.follow(confirm(again, "provider/p", setting, "reason", "agreed", "understood", "yes"));
        }
        assertThat(client.get("/scope/domain/d1").body())
                .contains("Keeping logs longer than 7 days needs a reason.")
                .doesNotContain("id=\"retention-forever\" disabled");
        // What is open above needs no second question for one level to pass on.
        assertThat(set("provider/p", "retention", "choice", "days", "days", "5", "relax", "open")
                        .body())
                .doesNotContain("name=\"understood\"");
    }

    @Test
    void anEmptyUpperBoundIsAMistakeAndNotForEver() {
        Reply reply = set("provider/p", "retention", "choice", "inherit", "relax", "bounded", "laxest-days", "");
        assertThat(reply.status()).isEqualTo(422);
        assertThat(reply.body()).contains("id=\"retention-laxest-days-error\"");
    }

    @Test
    void theBoundsOfMaskingAreNumbersInFields() {
        client.follow(confirm(
                set(
                        "provider/p",
                        "masking",
                        "choice",
                        "truncate",
                        "ipv4",
                        "16",
                        "ipv6",
                        "32",
                        "relax",
                        "bounded",
                        "laxest-ipv4",
                        "24",
                        "laxest-ipv6",
                        "48",
                        "strict",
                        "bounded",
                        "strictest-ipv4",
                        "8",
                        "strictest-ipv6",
                        "16",
                        "reason",
                        "agreed"),
                "provider/p",
                "masking",
                "reason",
                "agreed"));
        String page = client.get("/scope/provider/p").body();
        assertThat(page)
                .contains(
                        "id=\"masking-laxest-ipv6\" name=\"laxest-ipv6\" inputmode=\"numeric\" size=\"3\" maxlength=\"3\" value=\"48\"")
                .doesNotContain("\"truncate/24");
        assertThat(client.get("/scope/domain/d1").body())
                .contains("At most “shortened to 8 / 16 bits”", "8 to 24 bits of IPv4, 16 to 48 bits of IPv6");
        // A form that is sent back as it came changes nothing.
        assertThat(client.get("/scope/provider/p").hidden("masking-form", "expected"))
                .isEqualTo("truncate/16/32||truncate/8/16|truncate/24/48|relaxable");
    }

    @Test
    void noLogsOnADomainIsAskedOnceWithWhatItDeletes() {
        world.sweeps.run(world.sweeps.plan(Scope.parse("domain/d1"), ADMIN), ADMIN);
        Reply question = set("domain/d1", "retention", "choice", "no-logging");
        assertThat(question.status()).isEqualTo(200);
        assertThat(question.body())
                .contains("all closed log files here are deleted", "After the last sweep there were")
                .containsPattern("<a href=\"/\" aria-current=\"page\">Domains");
        assertThat(retention("domain/d1")).isEqualTo(new RetentionRule.Days(7));
        Reply done = client.follow(confirm(question, "domain/d1", "retention"));
        assertThat(done.body()).contains("id=\"undo\"");
        assertThat(retention("domain/d1")).isEqualTo(new RetentionRule.NoLogging());
    }

    @Test
    void aLockedSettingSaysByWhomAndHasNoForm() {
        client.follow(confirm(
                set("reseller/r1", "retention", "choice", "days", "days", "5", "lock", "yes"),
                "reseller/r1",
                "retention"));
        assertThat(client.get("/scope/domain/d1").body())
                .contains("Reseller Nordlicht has locked this setting")
                .doesNotContain("id=\"retention-form\"");
        Reply refused = client.post("/scope/domain/d1/retention", "expected", "||||", "choice", "days", "days", "3");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(retention("domain/d1")).isEqualTo(new RetentionRule.Days(5));
    }

    @Test
    void whoeverWasOvertakenIsToldSo() {
        String expected = client.get("/scope/domain/d1").hidden("retention-form", "expected");
        client.follow(set("domain/d1", "retention", "choice", "days", "days", "3"));
        Reply late = client.post("/scope/domain/d1/retention", "expected", expected, "choice", "days", "days", "5");
        assertThat(late.status()).isEqualTo(422);
        assertThat(late.body()).contains("somebody else has changed");
        assertThat(retention("domain/d1")).isEqualTo(new RetentionRule.Days(3));
    }

    @Test
    void resetGoesBackToWhatIsInherited() {
        client.follow(confirm(set("domain/d1", "retention", "choice", "no-logging"), "domain/d1", "retention"));
        Reply page = client.get("/scope/domain/d1");
        assertThat(page.body()).contains("no logs are kept", "Reset to inherited");
        client.follow(client.post(
                "/scope/domain/d1/retention/rule",
                "rule",
                page.hidden("retention-reset", "rule"),
                "expected",
                page.hidden("retention-reset", "expected"),
                "reason",
                "Reset to inherited"));
        assertThat(retention("domain/d1")).isEqualTo(new RetentionRule.Days(7));
        assertThat(client.get("/scope/domain/d1").body())
                .contains("History")
                .doesNotContain("Reset to inherited</button>");
    }

    /** Presses the button that gives up the value of its own. */
    private Reply reset(String scope, String setting) {
        Reply page = client.get("/scope/" + scope);
        return client.post(
                "/scope/" + scope + "/" + setting + "/rule",
                "rule",
                page.hidden(setting + "-reset", "rule"),
                "expected",
                page.hidden(setting + "-reset", "expected"),
                "reason",
                "Reset to inherited");
    }

    private void provider(String setting, String choice) {
        Reply question = set("provider/p", setting, "choice", choice, "reason", "legal dispute");
        client.follow(confirm(question, "provider/p", setting, "reason", "legal dispute", "understood", "yes"));
    }

    @Test
    void goingBackToAnInheritedForEverIsAskedTwiceJustAsSettingIt() {
        client.follow(set("domain/d1", "retention", "choice", "days", "days", "3"));
        provider("retention", "forever");

        Reply question = reset("domain/d1", "retention");
        assertThat(question.status()).isEqualTo(200);
        assertThat(question.body()).contains("nothing is deleted any more", "name=\"understood\"");
        assertThat(retention("domain/d1")).isEqualTo(new RetentionRule.Days(3));
        Reply again = confirm(question, "domain/d1", "retention", "reason", "Reset to inherited");
        assertThat(again.status()).isEqualTo(422);
        assertThat(retention("domain/d1")).isEqualTo(new RetentionRule.Days(3));
        client.follow(confirm(again, "domain/d1", "retention", "reason", "Reset to inherited", "understood", "yes"));
        assertThat(retention("domain/d1")).isEqualTo(new RetentionRule.Forever());
    }

    @Test
    void choosingToInheritForEverInTheFormIsAskedTwiceToo() {
        client.follow(set("domain/d1", "retention", "choice", "days", "days", "3"));
        provider("retention", "forever");
        assertThat(set("domain/d1", "retention", "choice", "inherit").body()).contains("name=\"understood\"");
        assertThat(retention("domain/d1")).isEqualTo(new RetentionRule.Days(3));
    }

    @Test
    void goingBackToAnInheritedMaskingThatIsOffIsAskedTwice() {
        client.follow(set("domain/d1", "masking", "choice", "truncate", "ipv4", "16", "ipv6", "32"));
        provider("masking", "keep");
        assertThat(reset("domain/d1", "masking").body()).contains("visitors stay identifiable", "name=\"understood\"");
    }

    @Test
    void removingAddressesIsChosenAndShownAgain() {
        client.follow(confirm(
                set("provider/p", "masking", "choice", "remove", "relax", "none", "reason", "agreed"),
                "provider/p",
                "masking",
                "reason",
                "agreed"));
        assertThat(client.get("/scope/provider/p").body()).contains("value=\"remove\" id=\"masking-remove\" checked");
        assertThat(client.get("/scope/domain/d1").body())
                .contains("id=\"masking-keep\" disabled")
                .doesNotContain("id=\"masking-remove\" disabled");
    }

    @Test
    void aBoundThatTheFormHasNoFieldForStaysAsItIs() {
        client.follow(client.post(
                "/scope/provider/p/masking/rule",
                "rule",
                "remove|||remove|relaxable",
                "expected",
                client.get("/scope/provider/p").hidden("masking-form", "expected"),
                "asked",
                "yes",
                "reason",
                "agreed"));
        assertThat(client.get("/scope/provider/p").body())
                .contains("id=\"masking-relax-stored\" checked", "As before: up to “")
                .doesNotContain("id=\"masking-relax-open\" checked");
    }

    @Test
    void pseudonymsCanBeChosenAndHowLongTheirKeysAreKept() {
        assertThat(client.get("/scope/domain/d1").body())
                .contains("id=\"masking-pseudonym-prefix\" disabled", "id=\"keys-form\"");
        client.follow(confirm(
                set("provider/p", "masking", "choice", "pseudonym-prefix", "reason", "agreed"),
                "provider/p",
                "masking",
                "reason",
                "agreed"));
        assertThat(client.get("/scope/domain/d1").body())
                .contains("pseudonymised, networks recognisable")
                .doesNotContain("id=\"masking-pseudonym-deterministic\" disabled");
        client.follow(set("domain/d1", "masking", "choice", "pseudonym-deterministic"));
        Reply done = client.follow(set("domain/d1", "keys", "choice", "keys-days", "days", "3"));
        assertThat(done.body())
                .contains("Done: keys were kept 7 days, from now on 3 days.")
                .contains("id=\"masking-pseudonym-deterministic\" checked")
                .contains(
                        "id=\"keys-days\" name=\"days\" inputmode=\"numeric\" size=\"6\" maxlength=\"6\" value=\"3\"");
    }

    @Test
    void keysThatAreNotKeptDeleteNoLogs() {
        Reply done = client.follow(set("domain/d1", "keys", "choice", "keys-none"));
        assertThat(done.body()).contains("from now on not kept").doesNotContain("id=\"deletes\"");
    }

    @Test
    void aWrongNumberOfDaysIsSaidOfTheKeys() {
        Reply wrong = set("domain/d1", "keys", "choice", "keys-days", "days", "0");
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.body()).contains("choose “Do not keep keys”", "href=\"#keys-days\"");
    }

    @Test
    void whatElseOfMaskingWaitsIsNamedToo() {
        sweep("domain/d1");
        world.withholdMasking(new SiteId("d1"));
        assertThat(client.get("/notice/d1").body())
                .contains(
                        "Content and masking of access logs: set to “addresses irreversibly shortened to 24 bits",
                        "lines not masked for 1 day");
    }

    @Test
    void goingBackToAnInheritedNoLogsSaysWhatItDeletes() {
        client.follow(confirm(
                set("provider/p", "retention", "choice", "inherit", "relax", "open", "reason", "agreed"),
                "provider/p",
                "retention",
                "reason",
                "agreed",
                "understood",
                "yes"));
        client.follow(set("domain/d1", "retention", "choice", "days", "days", "3"));
        Reply above = set("customer/c1", "retention", "choice", "no-logging", "relax", "open", "reason", "agreed");
        client.follow(confirm(above, "customer/c1", "retention", "reason", "agreed", "understood", "yes"));
        assertThat(retention("domain/d1")).isEqualTo(new RetentionRule.Days(3));

        assertThat(reset("domain/d1", "retention").body()).contains("all closed log files here are deleted");
        assertThat(retention("domain/d1")).isEqualTo(new RetentionRule.Days(3));
    }

    @Test
    void garbageInHiddenFieldsIsABadRequest() {
        client.get("/scope/domain/d1");
        assertThat(client.post("/scope/domain/d1/retention", "expected", "x", "choice", "inherit")
                        .status())
                .isEqualTo(400);
        assertThat(client.post("/scope/domain/d1/retention/rule", "expected", "||||", "rule", "0|||||")
                        .status())
                .isEqualTo(400);
        assertThat(client.post("/scope/domain/d1/colour", "expected", "||||", "choice", "inherit")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void theTableSaysTheValueAndWhereItComesFrom() {
        client.follow(
                confirm(set("reseller/r1", "retention", "choice", "days", "days", "5"), "reseller/r1", "retention"));
        client.follow(set("domain/d1", "retention", "choice", "days", "days", "3"));
        String body = client.get("/?q=knusper").body();
        assertThat(body).contains("default of reseller Nordlicht", "own value", "2 domains", "never");
        assertThat(client.get("/?filter=own").body()).contains("1 domain<").doesNotContain("radsport");
        assertThat(client.get("/?filter=never").body()).contains("10 domains");
        assertThat(client.get("/?sort=retention&dir=down").body()).contains("aria-sort=\"descending\"");
        assertThat(client.get("/?scope=customer/c2").body()).contains("2 domains of Customer Dr. Anna Weiß");
        assertThat(client.get("/?q=zzz").body()).contains("Nothing found");
    }

    @Test
    void namesFromThePanelAreEscaped() {
        for (String path : List.of("/", "/tenants", "/scope/customer/c4", "/scope/domain/d7", "/users")) {
            assertThat(client.get(path).body())
                    .as(path)
                    .contains("&lt;b&gt;Kultur&lt;/b&gt;")
                    .doesNotContain("<b>Kultur");
        }
        assertThat(client.get("/?q=%22%3E%3Cscript%3E").body()).doesNotContain("<script>");
    }

    @Test
    void aLargeTableIsPagedWithAConstantNumberOfCalls() {
        for (int i = 0; i < 2_000; i++) {
            if (i % 100 == 0) {
                world.tenant("big" + i, TenantKind.CUSTOMER, "r2", "Kunde " + i);
            }
            world.site("big-" + i, "big" + (i - i % 100), "site-" + i + ".example");
        }
        world.clock.pass(Duration.ofSeconds(30));
        for (String path : List.of("/", "/?page=3", "/?filter=over", "/?sort=oldest", "/?q=site-1")) {
            world.sweeps.lastCalls = 0;
            assertThat(client.get(path).status()).isEqualTo(200);
            assertThat(world.sweeps.lastCalls).as(path).isEqualTo(1);
        }
        assertThat(client.get("/?page=3").body()).contains("101–150 of 2,010", "rel=\"prev\"", "rel=\"next\"");
        assertThat(client.get("/?page=999").body()).contains("2,001–2,010 of 2,010");
    }

    @Test
    void aFactIsNamedInTheLanguageOfThePage() {
        world.sweeps.run(world.sweeps.plan(Scope.parse("domain/d1"), ADMIN), ADMIN);
        assertThat(client.get("/facts").body())
                .contains("<strong>Retention of access logs</strong>", "<dt>Period starts with</dt>")
                .contains("<dt>IP address: Bits kept of IPv4</dt>");
        client.headers.put("accept-language", "de");
        assertThat(client.get("/facts").body())
                .contains("<strong>Speicherdauer der Zugriffsprotokolle</strong>", "<dt>Beginn der Frist</dt>")
                .contains("<dt>IP-Adresse: Von IPv4 bleiben (Bit)</dt>")
                .doesNotContain("oldestDays", "ipMode");
    }

    @Test
    void accountsArePagedAndFoundByLogin() {
        List<Object[]> rows = new ArrayList<>();
        for (int i = 100; i < 230; i++) {
            rows.add(new Object[] {"user-" + i + "%", i % 2 == 0 ? "c1" : "c3", Instant.EPOCH});
        }
        world.database
                .database()
                .transaction(sql -> sql.batch(
                        "insert into web_account (login, role, tenant, must_change, disabled, restricted, created_at,"
                                + " password) values (?, 'CUSTOMER', ?, false, false, false, ?, 'x')",
                        rows));
        assertThat(client.get("/users").body())
                .contains("1–50 of 131", "rel=\"next\"", ">user-100%")
                .doesNotContain("user-160%");
        assertThat(client.get("/users?page=3").body()).contains("101–131 of 131", ">user-229%");
        assertThat(client.get("/users?q=R-15").body())
                .contains(">user-150%", ">user-159%")
                .doesNotContain("user-160");
        assertThat(client.get("/users?q=1%25").body())
                .as("no wildcard")
                .contains(">user-101%")
                .doesNotContain("user-100%");
        assertThat(client.get("/users?q=%25&page=2").body()).contains("q=%25");
        assertThat(client.get("/users?q=zzz").body()).contains("Nothing found", "id=\"user-form\"");
        world.account("nordlicht", Role.RESELLER, "r1");
        Client reseller = new Client(world.console()).login("nordlicht");
        assertThat(reseller.get("/users").body()).contains("1–50 of 66").doesNotContain("user-101%");
        assertThat(reseller.get("/users?q=user-101").body())
                .contains("Nothing found")
                .doesNotContain("user-101%<");
    }

    @Test
    void aSweepIsPreviewedAndThenDoesExactlyThat() {
        world.sweeps.instant = false;
        client.get("/");
        Reply started = client.follow(client.post("/sweeps", "level", "reseller", "id", "r1"));
        assertThat(started.body()).contains("http-equiv=\"refresh\" content=\"2\"", "<progress");
        world.sweeps.finish(1);
        Reply preview = client.get("/sweeps/1");
        assertThat(preview.body())
                .contains(
                        "This is what would happen",
                        "access.log.9.gz",
                        "The newest line is 19 days old; kept for 7 days")
                .contains(
                        "18,204 addresses are",
                        "id=\"problems\"",
                        "ends early, at byte 12,288<",
                        "68 lines could be read before that",
                        "Run exactly this")
                .doesNotContain("http-equiv=\"refresh\"");
        assertThat(client.get("/sweeps/1?site=d1").body()).doesNotContain("praxis-weiss.example/access");
        client.follow(client.post("/sweeps/1/run"));
        world.sweeps.finish(1);
        Reply done = client.get("/sweeps/1");
        assertThat(done.body())
                .contains(
                        "This is what happened",
                        "not done: the file had changed",
                        "id=\"receipts\"",
                        "18,204 addresses were not masked before");
        assertThat(client.get("/scope/domain/d1").body()).contains("Swept just now", "access.log.9.gz");
        assertThat(client.get("/").body()).contains("1 problem");
    }

    @Test
    void problemsAreCountedOfAllFilesAndPlaces() {
        client.get("/");
        client.post("/sweeps", "level", "domain", "id", "d4");
        assertThat(client.get("/sweeps/1").body()).contains("<dt>problems in all</dt>");
        assertThat(in("de", "/sweeps/1")).contains("<dt>Probleme insgesamt</dt>");
        world.ledger.append(dev.sparsam.store.Receipt.of("logs.sweep", "domain/d1", "user:1")
                .withCounts(
                        Map.of("files.deleted", 42L, "files.left", 3L, "files.problems", 1L, "streams.missing", 2L)));
        assertThat(client.get("/receipts").body()).contains("1 problem", "2 places without a file");
        assertThat(in("de", "/receipts")).contains("1 Problem", "2 Orte ohne Datei");
    }

    @Test
    void aPlanThatHasNotCountedItsDomainsYetIsBeingPrepared() {
        world.sweeps.instant = false;
        world.sweeps.counted = false;
        client.get("/");
        String started = client.follow(client.post("/sweeps", "level", "reseller", "id", "r1"))
                .body();
        assertThat(started).contains("Being prepared").doesNotContain("0 of 0");
        assertThat(client.get("/sweeps").body()).contains("Being prepared").doesNotContain("0 of 0");
        assertThat(in("de", "/sweeps/1")).contains("Wird vorbereitet");
    }

    @Test
    void whatIsSaidAboutAFileIsInTheLanguageOfThePage() {
        client.get("/");
        client.post("/sweeps", "level", "domain", "id", "d4");
        client.headers.put("accept-language", "de");
        assertThat(client.get("/sweeps/1").body())
                .contains("Die komprimierten Daten enden zu früh, bei Byte 12.288<")
                .doesNotContain("<span class=\"muted\" lang=");
    }

    @Test
    void aNoteDoesNotRepeatTheReason() {
        Texts german = new Texts("de", ZoneOffset.UTC);
        assertThat(SweepPages.notes(
                        german, FileReason.NO_DIRECTORY, List.of(FileNote.of(FileNote.Code.DIRECTORY_MISSING))))
                .isEmpty();
        assertThat(SweepPages.notes(
                        german, FileReason.UNREADABLE, List.of(FileNote.of(FileNote.Code.DIRECTORY_MISSING))))
                .hasSize(1);
    }

    @Test
    void aSweepThatCannotBeRunSaysWhy() {
        client.get("/");
        client.post("/sweeps", "level", "domain", "id", "d1");
        world.sweeps.refuse = Optional.of(new Refusal(Refusal.Reason.OVERTAKEN, Optional.of(new SiteId("d1"))));
        Reply reply = client.post("/sweeps/1/run");
        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.body()).contains("the settings of baeckerei-knusper.example have changed");
        client.headers.put("accept-language", "de");
        assertThat(client.post("/sweeps/1/run").body())
                .contains("Die Einstellungen von baeckerei-knusper.example haben sich");
    }

    @Test
    void aSweepThatIsNotRunBecauseADomainHasMovedNamesNoForeignDomain() {
        client.get("/");
        client.post("/sweeps", "level", "reseller", "id", "r1");
        world.sweeps.refuse = Optional.of(new Refusal(Refusal.Reason.MOVED, Optional.of(new SiteId("d1"))));
        Reply reply = client.post("/sweeps/1/run");
        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.body()).contains("a domain of this preview belongs to somebody else now");
        client.headers.put("accept-language", "de");
        assertThat(client.post("/sweeps/1/run").body()).contains("Eine Domain dieser Vorschau gehört inzwischen");
    }

    /** It names none of the others. */
    @Test
    void theReceiptOfUnchangedSitesIsSeenByThoseBelow() {
        String provider = "provider/p";
        world.ledger.append(Receipt.of("logs.sweep", provider, "system:daily")
                .withHashes(Map.of("sites", "0".repeat(64)))
                .withValues(Map.of("unchanged", "folders")));
        world.ledger.append(Receipt.of("logs.sweep", provider, "system:daily"));
        int last = world.ledger.receipts().size() - 1;
        world.account("weiss", Role.CUSTOMER, "c1");
        Client weiss = new Client(world.console()).login("weiss");
        assertThat(weiss.get("/receipts/" + (last - 1)).body())
                .contains("Found unchanged by asking", "each folder", "The proof holds.");
        assertThat(weiss.get("/receipts/" + last).status()).isEqualTo(404);
    }

    @Test
    void aReceiptIsProvenStepByStep() {
        world.sweeps.run(world.sweeps.plan(Scope.parse("provider/p"), ADMIN), ADMIN);
        for (int i = 0; i < world.ledger.receipts().size(); i++) {
            assertThat(client.get("/receipts/" + i).body()).as("receipt " + i).contains("The proof holds.");
        }
        assertThat(client.get("/receipts/3").body()).contains("./sparsam ledger verify receipt-3.json --key ");
        Reply proof = client.get("/receipts/3/proof.json");
        assertThat(proof.header("Content-Disposition").orElse("")).contains("receipt-3.json");
        assertThat(proof.body()).contains("\"format\":\"sparsam-proof/1\"", "\"treeSize\":", "verifierKey");
        assertThat(client.get("/receipts").body()).contains("#3", "logs.sweep");
    }

    @Test
    void whoActedIsNamedAsLongAsThereIsTheAccount() {
        world.account("anna", Role.PROVIDER_ADMIN, "");
        Client anna = new Client(world.console()).login("anna");
        Reply page = anna.get("/scope/domain/d1");
        anna.post(
                "/scope/domain/d1/retention",
                "expected",
                page.hidden("retention-form", "expected"),
                "choice",
                "days",
                "days",
                "3");
        long receipt = world.ledger.receipts().size() - 1L;
        assertThat(world.ledger.receipts().get((int) receipt).actor()).isEqualTo("user:2");
        for (String path : List.of("/receipts", "/receipts/" + receipt, "/scope/domain/d1")) {
            assertThat(client.get(path).body()).as(path).contains("anna").doesNotContain("user:2<");
        }
        world.accounts.erase(world.accounts.find("anna").orElseThrow(), ADMIN);
        for (String path : List.of("/receipts", "/receipts/" + receipt, "/scope/domain/d1")) {
            assertThat(client.get(path).body())
                    .as(path)
                    .contains("deleted account 2")
                    .doesNotContain("anna");
        }
    }

    @Test
    void theWholeLedgerIsExportedAndVerified() {
        assertThat(client.get("/ledger/export").body()).contains("web.account.create");
        client.get("/receipts");
        assertThat(client.post("/ledger/verify").body()).contains("Intact:");
        client.get("/receipts");
        world.ledger.broken = true;
        assertThat(client.post("/ledger/verify").body()).contains("Broken: entry #3", "not that of its text");
    }

    @Test
    void aNoticeHoldsOnlyStatementsWithFootnotes() {
        Reply empty = client.get("/notice/d1");
        assertThat(empty.body()).contains("Nothing can be stated yet").doesNotContain("id=\"notice\"");
        world.sweeps.run(world.sweeps.plan(Scope.parse("domain/d1"), ADMIN), ADMIN);
        String german = client.get("/notice/d1?lang=de").body();
        String article = german.substring(german.indexOf("<article"), german.indexOf("</article>"));
        assertThat(article.replaceAll("<[^>]+>", " ").replaceAll("\\s+", " ").strip())
                .isEqualTo("Zugriffsprotokolle dieser Website werden 7 Tage nach ihrer neuesten Zeile gelöscht. 1"
                        + " IP-Adressen werden in abgeschlossenen Protokolldateien unumkehrbar gekürzt: Von IPv4 bleiben"
                        + " 24 Bit, von IPv6 48 Bit. 1 2");
        assertThat(german).contains("href=\"#note-1\"", "id=\"note-2\"", "lang=\"de\"", "Receipt #");
        world.clock.pass(Duration.ofDays(3));
        client = new Client(world.console()).login("admin");
        assertThat(client.get("/notice/d1").body())
                .contains("id=\"stale\"", "out of date", "Nothing can be stated yet");
    }

    @Test
    void aValueThatWaitsForTheNextSweepIsNamedWithTheOneThatWasEnforced() {
        sweep("domain/d1");
        world.withhold(new SiteId("d1"), Optional.of(new RetentionRule.Forever()), 0);
        for (String page : List.of("/notice/d1", "/scope/domain/d1")) {
            assertThat(client.get(page).body())
                    .contains(
                            "waits for the next sweep",
                            "Retention: set to “for ever”",
                            "Enforced was “7 days”, last on")
                    .doesNotContain("Run a sweep first");
        }
        assertThat(in("de", "/scope/domain/d1")).contains("Speicherdauer: Eingestellt ist „unbegrenzt“");
        assertThat(in("de", "/notice/d1")).contains("Durchgesetzt wurde „7 Tage“, zuletzt am 15. Juni 2026");
    }

    @Test
    void thePageOfFactsSaysWhatIsWithheldAndWhyInsteadOfThatThereAreNone() {
        sweep("domain/d1");
        world.withhold(new SiteId("d1"), Optional.of(new RetentionRule.Forever()), 0);
        assertThat(client.get("/facts").body())
                .contains("baeckerei-knusper.example", "Retention: set to “for ever”, which waits for the next sweep")
                .doesNotContain("No facts yet", "0 facts");
        world.withheld.clear();
        sweep("domain/d4");
        world.withhold(new SiteId("d4"), Optional.empty(), 1);
        assertThat(client.get("/facts?q=blog.praxis").body())
                .contains(
                        "nothing is stated about it",
                        "1 file was missing or could not be handled",
                        "/scope/domain/d4#sweep")
                .doesNotContain("No facts yet");
        assertThat(in("de", "/facts?q=blog.praxis")).contains("Hierzu wird nichts angegeben");
    }

    @Test
    void thePageOfFactsAsksForNoSweepWhereThereAreNoLogs() {
        world.withoutLogs.add(new SiteId("d1"));
        assertThat(client.get("/facts?q=baeckerei-knusper.example").body())
                .as("the shop has logs")
                .contains("Facts arise when");
        world.withoutLogs.add(new SiteId("d2"));
        assertThat(client.get("/facts?q=baeckerei-knusper.example").body())
                .contains("names no folder with log files here")
                .doesNotContain("run a sweep");
    }

    @Test
    void filesThatStandInTheWayOfAStatementAreListedInsteadOfAskingForASweep() {
        sweep("domain/d4");
        world.withhold(new SiteId("d4"), Optional.empty(), 1);
        String body = client.get("/notice/d4").body();
        assertThat(body)
                .contains(
                        "nothing is stated about it",
                        "Access log, Error log",
                        "error.log.3.gz",
                        "/scope/domain/d4#sweep")
                .doesNotContain("access.log.9.gz", "Run a sweep first");
        assertThat(in("de", "/notice/d4"))
                .contains("Hierzu wird nichts angegeben", "fehlte 1 Datei oder ließ sich nicht", "error.log.3.gz")
                .doesNotContain("Führen Sie zuerst eine Bereinigung aus");
    }

    @Test
    void thatThePanelNamesOtherFilesIsTheReasonWhyNothingIsStated() {
        sweep("domain/d4");
        world.move(new SiteId("d4"));
        for (String page : List.of("/notice/d4", "/scope/domain/d4", "/facts?q=")) {
            assertThat(client.get(page).body())
                    .as(page)
                    .contains("Access log, Error log: nothing is stated about it. The panel has named other log files")
                    .doesNotContain("Run a sweep first");
            assertThat(in("de", page)).as(page).contains("nennt seit der letzten Bereinigung andere Protokolldateien");
        }
    }

    @Test
    void aDomainWithoutLogsSaysSoAndNotThatItWasNeverSwept() {
        world.withoutLogs.add(new SiteId("d1"));
        assertThat(client.get("/notice/d1").body())
                .contains("This domain has no logs", "names no folder with log files")
                .doesNotContain("Run a sweep first");
        assertThat(client.get("/scope/domain/d1").body())
                .contains("names no folder with log files")
                .doesNotContain("has not been swept yet");
        assertThat(in("de", "/notice/d1")).contains("Diese Domain hat keine Protokolle");
        assertThat(in("de", "/scope/domain/d1")).doesNotContain("noch nie bereinigt");
    }

    @Test
    void theTableSaysNoLogsInsteadOfNeverWhereThereIsNothingToSweep() {
        world.withoutLogs.add(new SiteId("d1"));
        assertThat(client.get("/?q=shop.baeckerei").body()).contains(">never<").doesNotContain(">no logs<");
        assertThat(client.get("/?q=baeckerei-knusper.example").body()).contains(">no logs<");
        assertThat(client.get("/?filter=never").body())
                .as("only what there is to sweep has never been swept")
                .contains("shop.baeckerei", ">never<")
                .doesNotContain(">no logs<");
        sweep("provider/p");
        world.sweeps.lastOf(new SiteId("d1"), 1, world.clock.instant(), 1, Optional.empty(), 0);
        assertThat(client.get("/?q=baeckerei").body())
                .as("a sweep of all has found nothing there")
                .contains(">no logs<");
        assertThat(in("de", "/?q=baeckerei")).contains(">keine Protokolle<");
    }

    @Test
    void evidenceSaysWhetherAScheduleOrSomebodyEnforcedIt() {
        sweep("domain/d1");
        assertThat(client.get("/facts").body()).contains("Enforced by hand, without a schedule");
        world.cadence = new Cadence.Daily(List.of(LocalTime.of(2, 30)), ZoneOffset.UTC);
        assertThat(client.get("/facts").body()).contains("Enforced every day at 02:30 (");
        assertThat(in("de", "/facts")).containsPattern("Täglich um 02:30 Uhr \\([^)]+\\) durchgesetzt; zuletzt am");
    }

    private void sweep(String scope) {
        world.sweeps.run(world.sweeps.plan(Scope.parse(scope), ADMIN), ADMIN);
    }

    private String in(String language, String page) {
        client.headers.put("accept-language", language);
        try {
            return client.get(page).body();
        } finally {
            client.headers.put("accept-language", "en");
        }
    }

    @Test
    void aReceiptIsSaidInWordsWithoutZerosAndWithPlurals() {
        world.ledger.append(dev.sparsam.store.Receipt.of("logs.sweep", "domain/d1", "user:1")
                .withCounts(
                        Map.of("files.deleted", 1L, "files.masked", 0L, "addresses.masked", 1L, "lines.deleted", 2L)));
        client.follow(set("domain/d1", "retention", "choice", "days", "days", "3"));
        String list = client.get("/receipts").body();
        assertThat(list)
                .contains("1 file deleted, 2 lines deleted, 1 address masked<", ">Sweep of log files<")
                .doesNotContain("(s)", "0 file");
        String receipt =
                client.get("/receipts/" + (world.ledger.receipts().size() - 1)).body();
        assertThat(receipt)
                .contains("<dd>Retention of log files</dd>", "<dd>3 days</dd>", "<dd>Inherit</dd>")
                .containsSubsequence("<dt>Setting<", "<dt>Before<", "<dt>After<", "<dt>Effective before<");
    }

    @Test
    void filesThatAreCutHaveANumberOfTheirOwn() {
        world.sweeps.unlisted.put(dev.sparsam.logs.FileAction.CUT, 777L);
        long id = world.sweeps.plan(Scope.parse("domain/d1"), ADMIN);
        assertThat(client.get("/sweeps/" + id).body()).contains("<dt>to be cut</dt><dd>777</dd>");
        assertThat(in("de", "/sweeps/" + id)).contains("<dt>zu kürzen</dt><dd>777</dd>");
        assertThat(client.get("/sweeps").body()).contains("<td data-label=\"Cut\" class=\"num\">777</td>");
        world.sweeps.run(id, ADMIN);
        assertThat(client.get("/sweeps/" + id).body())
                .contains("<dt>cut</dt><dd>777</dd>")
                .doesNotContainPattern("<dt>unchanged</dt><dd>7\\d\\d");
        assertThat(in("de", "/sweeps/" + id)).contains("<dt>gekürzt</dt><dd>777</dd>");
    }

    @Test
    void whatASweepsReceiptSaysOfLogsIsSaidInWords() {
        world.ledger.append(dev.sparsam.store.Receipt.of("logs.sweep", "domain/d1", "user:1")
                .withCounts(Map.of("files.cut", 2L))
                .withRules(List.of(
                        "logs.retention.live=7d",
                        "logs.retention.backup=30d",
                        "logs.raw=none",
                        "logs.masking=truncate/24/48",
                        "logs.scope=line",
                        "logs.user=hash",
                        "logs.query=cut",
                        "logs.keys=7d",
                        "logs.held=2026-12-31",
                        "logs.mail.retention.live=3d",
                        "logs.web-access.raw=2d",
                        "logs.later.thing=9")));
        String path = "/receipts/" + (world.ledger.receipts().size() - 1);
        assertThat(client.get("/receipts").body()).contains("2 files cut");
        assertThat(client.get(path).body())
                .contains("<dt>Files cut</dt>")
                .contains(
                        "Retention in backups: 30 days",
                        "Unmasked at first: no",
                        "Addresses that are masked: every address",
                        "User names: hashed",
                        "Legal hold until: 31 Dec 2026",
                        "Mail log: Retention of log files: 3 days",
                        "Access log: Unmasked at first: 2 days",
                        ">logs.later.thing=9<");
        assertThat(in("de", path))
                .contains("<dt>Gekürzte Dateien</dt>")
                .contains(
                        "Speicherdauer in Datensicherungen: 30 Tage",
                        "Zunächst unmaskiert: nein",
                        "Maskierte Adressen: jede Adresse",
                        "Benutzernamen: gehasht",
                        "Löschsperre bis: 31.12.2026",
                        "Mailprotokoll: Speicherdauer der Protokolldateien: 3 Tage",
                        "Zugriffsprotokoll: Zunächst unmaskiert: 2 Tage");
    }

    @Test
    void germanDaysAreInTheRightCase() {
        assertThat(in("de", "/scope/domain/d1"))
                .contains("Grundeinstellung von 7 Tagen")
                .doesNotContain("Grundeinstellung von 7 Tage.");
    }

    @Test
    void aSearchThatFindsNothingDoesNotSpeakOfSweeps() {
        assertThat(client.get("/facts?q=zzz").body()).contains("Nothing found").doesNotContain("run a sweep");
    }

    @Test
    void aCustomersOwnPageIsNotHeadedCustomersAndResellers() {
        world.account("knusper", Role.CUSTOMER, "c1");
        assertThat(new Client(world.console()).login("knusper").get("/tenants").body())
                .contains("<h1>Your settings</h1>", ">Settings</a>")
                .doesNotContain("Customers and resellers");
    }

    @Test
    void longListsAreFoldedWithoutScripts() {
        world.sweeps.run(world.sweeps.plan(Scope.parse("provider/p"), ADMIN), ADMIN);
        assertThat(client.get("/sweeps/1").body()).contains("<details class=\"fold\"><summary>");
        assertThat(client.get("/sweeps/1?site=d1").body()).contains("<details class=\"fold\" open>");
        assertThat(client.get("/facts").body()).contains("<details class=\"fold\"><summary>2 facts");
        assertThat(client.get("/facts?q=kultur").body()).contains("<details class=\"fold\" open>");
    }

    @Test
    void filesOfADomainStandInTheOrderOfTheirNumbers() {
        assertThat(Words.naturally("access.log.2", "access.log.10")).isNegative();
        assertThat(Words.naturally("access.log.10", "access.log.2.gz")).isPositive();
        assertThat(Words.naturally("a", "a.1")).isNegative();
        assertThat(Words.naturally("a01", "a1")).isNotZero();
        assertThat(Words.naturally("x", "x")).isZero();
    }

    @Test
    void aNameBreaksAfterItsDotsOnly() {
        assertThat(Words.parts("buchung.moewennest.example")).containsExactly("buchung.", "moewennest.", "example");
        assertThat(Words.parts("/var/log/a.b/access.log"))
                .containsExactly("/", "var/", "log/", "a.", "b/", "access.", "log");
    }

    @Test
    void aLineOfTheFutureIsNotCalledYoung() {
        world.sweeps.lastOf(
                new dev.sparsam.panel.SiteId("d1"),
                1,
                world.clock.instant(),
                1,
                Optional.of(world.clock.instant().plus(Duration.ofDays(400))),
                0);
        assertThat(client.get("/scope/domain/d1").body()).contains("so it lies in the future");
        assertThat(client.get("/?q=knusper").body()).contains("in the future").doesNotContain("less than a day");
    }

    @Test
    void factsShowTheirEvidence() {
        assertThat(client.get("/facts").body()).contains("No facts yet");
        world.sweeps.run(world.sweeps.plan(Scope.parse("domain/d1"), ADMIN), ADMIN);
        assertThat(client.get("/facts").body())
                .contains("logs.retention.WEB_ACCESS", "Enforced", "current", "/receipts/");
    }

    /** What a reader sees: not what stands in attributes or as code. */
    private static String read(String body) {
        return body.replaceAll("(?s)<(code|pre)\\b[^>]*>.*?</\\1>", " ")
                .replaceAll("<[^>]+>", " ")
                .replaceAll("\\s+", " ");
    }

    @Test
    void factsAndReceiptsAreReadInWordsAndNotInCodes() {
        sweep("domain/d1");
        String receipt = "/receipts/" + (world.ledger.receipts().size() - 1);
        for (String language : List.of("en", "de")) {
            for (String page : List.of("/facts", "/notice/d1", receipt)) {
                assertThat(read(in(language, page)))
                        .as(language + " " + page)
                        .doesNotContain(
                                "LIVE",
                                "NEWEST_LINE",
                                "WEB_ACCESS",
                                "client-address",
                                "7d",
                                "Truncated",
                                "truncate/",
                                "logs.retention",
                                "logs.sweep",
                                "web-access-log");
            }
        }
        assertThat(read(in("de", "/facts")))
                .contains(
                        "Speicherdauer der Zugriffsprotokolle",
                        "in Gebrauch",
                        "Dauer 7 Tage",
                        "neueste Zeile einer Datei",
                        "IP-Adresse des Besuchers",
                        "unumkehrbar gekürzt");
        assertThat(read(in("en", "/notice/d1"))).contains("in use", "newest line of a file", "irreversibly shortened");
        assertThat(client.get("/facts").body()).contains("title=\"NEWEST_LINE\"");
        assertThat(read(in("de", receipt)))
                .contains(
                        "Speicherdauer der Protokolldateien: 7 Tage",
                        "Maskierung der IP-Adressen: gekürzt auf 24 / 48 Bit",
                        "Prüfsumme des Ergebnisses");
    }

    @Test
    void oneFileIsWorkedOnAtATime() throws Exception {
        Console console = world.console();
        Client provider = new Client(console).login("admin");
        provider.get("/inventory");
        console.uploads().alone(() -> {
            Reply preview = provider.post("/inventory/preview", "content", "{}");
            assertThat(preview.status()).isEqualTo(503);
            assertThat(preview.body()).contains("Another file of customers and domains");
            assertThat(provider.post("/inventory/apply", "sha256", "0").status())
                    .isEqualTo(503);
            return true;
        });
        assertThat(provider.post("/inventory/preview", "content", "{}").status())
                .isEqualTo(200);
    }

    @Test
    void anUploadThatHasWaitedAnHourIsDeleted() throws Exception {
        client.get("/inventory");
        client.post("/inventory/preview", "content", "{}");
        Path uploads = folder.resolve("uploads");
        assertThat(uploads).isNotEmptyDirectory();
        world.clock.set(world.clock.instant().plus(Uploads.KEPT).plusSeconds(1));
        client.get("/login");
        assertThat(uploads).isEmptyDirectory();
    }

    @Test
    void aResellerFindsTheirReceiptsBehindAnyNumberOfOthers() {
        List<Receipt> receipts = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            receipts.add(Receipt.of("logs.sweep", i % 2 == 0 ? "domain/d1" : "customer/c2", "system"));
        }
        for (int i = 0; i < 21_000; i++) {
            receipts.add(Receipt.of("logs.sweep", "domain/d5", "system"));
        }
        world.account("nordlicht", Role.RESELLER, "r1");
        int first = world.ledger.receipts().size();
        world.ledger.append(receipts);
        Client reseller = new Client(world.console()).login("nordlicht");
        world.ledger.queries = 0;
        Reply page = reseller.get("/receipts");
        assertThat(world.ledger.queries).isEqualTo(1);
        assertThat(page.body())
                .contains("#" + (first + 29) + "<", "#" + (first + 5) + "<")
                .doesNotContain("#" + (first + 4) + "<", "radsport");
        Reply older = reseller.get("/receipts?before=" + (first + 5));
        assertThat(page.body()).contains("href=\"/receipts?before=" + (first + 5) + "\"");
        assertThat(older.body())
                .contains("#" + (first + 4) + "<", "#" + first + "<")
                .doesNotContain("rel=\"next\"");
    }

    @Test
    void anInventoryIsPreviewedAndAppliedExactly() {
        client.get("/inventory");
        Reply preview = client.post("/inventory/preview", "content", "{\"format\":\"sparsam-panel/1\"}");
        assertThat(preview.body()).contains("neu.example", "alt.example", "Unchanged");
        client.follow(client.post("/inventory/apply", "sha256", preview.hidden("apply-form", "sha256")));
        assertThat(world.applied).isEqualTo("{\"format\":\"sparsam-panel/1\"}");
        client.get("/inventory");
        assertThat(client.post("/inventory/apply", "sha256", "0".repeat(64)).status())
                .isEqualTo(409);
        assertThat(client.post("/inventory/preview", "content", "").status()).isEqualTo(422);
    }

    @Test
    void anImportIsReportedInTheLanguageOfThePage() {
        client.get("/inventory");
        client.post("/language", "language", "de", "back", "/inventory");
        client.get("/inventory");
        client.post("/inventory/preview", "content", "{}");
        assertThat(world.imported).isEqualTo(java.util.Locale.GERMAN);
    }

    @Test
    void aFileWithProblemsIsNotOffered() {
        world.report = new dev.sparsam.panel.spi.InventoryPort.ImportReport(
                List.of("line 7: tenant \"c9\" has no parent"), List.of(), List.of(), List.of(), 0);
        client.get("/inventory");
        Reply reply = client.post("/inventory/preview", "content", "{}");
        assertThat(reply.status()).isEqualTo(422);
        assertThat(reply.body()).contains("line 7").doesNotContain("apply-form");
    }

    @Test
    void theTenantOfAnAccountIsNamedByIdLabelOrDomain() {
        String page = client.get("/users").body();
        assertThat(page).contains("<input id=\"tenant\"", "<datalist").doesNotContain("<select");
        int number = 0;
        for (String tenant : List.of("c2", " dr. anna weiß ", "Dr. Anna Weiß (c2)", "blog.praxis-weiss.example")) {
            String login = "weiss" + number++;
            assertThat(client.post("/users", "login", login, "tenant", tenant).status())
                    .as(tenant)
                    .isEqualTo(200);
            Account account = world.accounts.find(login).orElseThrow();
            assertThat(account.tenant()).contains(new TenantId("c2"));
            client.get("/users");
        }
        client.post("/users", "login", "boss", "tenant", "Musterhost GmbH");
        assertThat(world.accounts.find("boss").orElseThrow().role()).isEqualTo(Role.PROVIDER_ADMIN);
    }

    @Test
    void aTenantThatFitsNoneOrSeveralIsNotGuessed() {
        client.get("/users");
        Reply none = client.post("/users", "login", "weiss", "tenant", "nobody");
        assertThat(none.status()).isEqualTo(422);
        assertThat(none.body()).contains("No customer, reseller or domain fits \"nobody\"", "value=\"nobody\"");
        Reply part = client.post("/users", "login", "weiss", "tenant", "weiß");
        assertThat(part.status()).isEqualTo(422);
        assertThat(part.body()).contains("Did you mean Dr. Anna Weiß (c2)?");
        world.tenant("c6", TenantKind.CUSTOMER, "r2", "Dr. Anna Weiß");
        world.clock.pass(Duration.ofSeconds(30));
        Reply several = client.post("/users", "login", "weiss", "tenant", "Dr. Anna Weiß");
        assertThat(several.status()).isEqualTo(422);
        assertThat(several.body()).contains("Dr. Anna Weiß (c2), Dr. Anna Weiß (c6)");
        assertThat(world.accounts.find("weiss")).isEmpty();
    }

    @Test
    void theChoiceOfTenantsStaysShort() {
        for (int i = 0; i < 1_000; i++) {
            world.tenant("big" + i, TenantKind.CUSTOMER, "r2", "Kunde " + i);
        }
        world.clock.pass(Duration.ofSeconds(30));
        String page = client.get("/users").body();
        assertThat(page.split("<option", -1)).hasSize(51);
        String found = client.post("/users", "login", "x", "tenant", "Kunde 99").body();
        assertThat(found).contains("Kunde 990 (big990)").doesNotContain("Kunde 12 (");
    }

    @Test
    void anAccountIsOfferedFromTheCustomersPage() {
        assertThat(client.get("/scope/customer/c2").body()).contains("href=\"/users?tenant=c2#user-form\"");
        assertThat(client.get("/users?tenant=c2").body()).contains("value=\"Dr. Anna Weiß (c2)\"");
        world.account("nordlicht2", Role.RESELLER, "r1");
        Client reseller = new Client(world.console()).login("nordlicht2");
        assertThat(reseller.get("/scope/customer/c2").body()).contains("/users?tenant=c2");
        assertThat(reseller.get("/scope/reseller/r1").body()).doesNotContain("/users?tenant");
        assertThat(reseller.get("/users?tenant=c3").body()).doesNotContain("Radsport");
        assertThat(client.get("/scope/domain/d1").body()).doesNotContain("/users?tenant");
    }

    @Test
    void aFormThatIsOutdatedIsNotAMatterOfTheAccount() {
        client.get("/");
        Reply reply = client.send("POST", "/sweeps", Map.of("token", "old"));
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.body()).contains("This form is outdated").doesNotContain("not for your account");
    }

    @Test
    void thePageOfANoticeInAnotherLanguageKeepsItsOwnDates() {
        world.sweeps.run(world.sweeps.plan(Scope.parse("provider/p"), ADMIN), ADMIN);
        assertThat(client.get("/notice/d1?lang=de").body()).containsPattern("As of [0-9]+ [A-Z][a-z]+ [0-9]{4}");
    }

    @Test
    void theListOfSweepsTellsHowFarARunningOneIs() {
        world.sweeps.instant = false;
        long id = world.sweeps.plan(Scope.parse("provider/p"), ADMIN);
        assertThat(client.get("/sweeps").body()).contains("/sweeps/" + id, " of 10 domains done");
    }

    @Test
    void everyColumnOfADomainIsLabelledOnAPhone() {
        String body = client.get("/").body();
        String row = body.substring(body.indexOf("<tbody>"), body.indexOf("</tr>", body.indexOf("<tbody>")));
        assertThat(row)
                .contains("<td class=\"about\" data-label=\"Customer\"", "<td class=\"about\" data-label=\"Reseller\"")
                .contains(
                        "<td class=\"when\" data-label=\"Last sweep\"", "data-label=\"Oldest line\" class=\"num when");
    }

    @Test
    void anAccountStartsWithAOneTimePasswordThatMustBeChanged() {
        client.get("/users");
        Reply created = client.post("/users", "login", "Weiss", "tenant", "c2");
        Matcher password = Pattern.compile("id=\"onetime-password\" class=\"secret\">([^<]+)<")
                .matcher(created.body());
        assertThat(password.find()).isTrue();
        assertThat(client.post("/users", "login", "weiss", "tenant", "c2").body())
                .contains("with this name already");

        Client weiss = new Client(world.console());
        weiss.get("/login");
        Reply login = weiss.post("/login", "login", "weiss", "password", password.group(1), "next", "/facts");
        assertThat(login.location()).isEqualTo("/password");
        assertThat(weiss.get("/").location()).as("nothing else before").isEqualTo("/password");
        String before = weiss.cookies.getOrDefault("sparsam-session", "");
        weiss.get("/password");
        assertThat(weiss.get("/password").body()).as("it has just been typed").doesNotContain("id=\"current\"");
        for (String bad : List.of("short", "weiss", "aaaaaaaaaaaaaa", password.group(1))) {
            assertThat(weiss.post("/password", "new", bad, "repeat", bad).status())
                    .as(bad)
                    .isEqualTo(422);
        }
        Reply changed = weiss.post("/password", "new", World.PASSWORD, "repeat", World.PASSWORD);
        assertThat(weiss.follow(changed).body()).contains("praxis-weiss.example", "has been changed");
        assertThat(weiss.cookies.getOrDefault("sparsam-session", "")).isNotEqualTo(before);
        assertThat(world.sessions.find(before)).isEmpty();
    }

    @Test
    void aOneTimePasswordIsAskedForAgainWhenTheScreenWasLeftOpen() {
        String oneTime = world.accounts.reset("admin", ADMIN).orElseThrow();
        Client fresh = new Client(world.console());
        fresh.get("/login");
        fresh.post("/login", "login", "admin", "password", oneTime, "next", "");
        world.clock.pass(Duration.ofMinutes(11));
        assertThat(fresh.get("/password").body()).contains("id=\"current\"");
        assertThat(fresh.post("/password", "new", World.PASSWORD, "repeat", World.PASSWORD)
                        .status())
                .isEqualTo(422);
        assertThat(fresh.post("/password", "current", oneTime, "new", World.PASSWORD, "repeat", World.PASSWORD)
                        .status())
                .isEqualTo(303);
    }

    @Test
    void whoHasChosenAPasswordIsAlwaysAskedForIt() {
        assertThat(client.get("/password").body()).contains("id=\"current\"");
        assertThat(client.post("/password", "new", "another good phrase", "repeat", "another good phrase")
                        .status())
                .isEqualTo(422);
    }

    @Test
    void theLoginLeadsBackToThePageThatWasWantedAndNowhereElse() {
        Client fresh = new Client(world.console());
        assertThat(fresh.get("/receipts").location()).isEqualTo("/login?next=%2Freceipts");
        for (String next :
                List.of("https://evil.example", "//evil.example", "/\\evil.example", "/x\r\nSet-Cookie: a=b")) {
            assertThat(SignInPages.localPath(next)).as(next).isEqualTo("/");
        }
        fresh.get("/login");
        assertThat(fresh.post("/login", "login", "admin", "password", World.PASSWORD, "next", "/receipts")
                        .location())
                .isEqualTo("/receipts");
    }

    @Test
    void logoutEndsTheSession() {
        String token = client.cookies.getOrDefault("sparsam-session", "");
        client.get("/");
        client.post("/logout");
        assertThat(world.sessions.find(token)).isEmpty();
        assertThat(client.get("/").location()).isEqualTo("/login");
    }

    @Test
    void aLanguageIsRememberedForTheBrowserAndTheAccount() {
        client.get("/tenants");
        assertThat(client.follow(client.post("/language", "language", "de", "back", "/tenants"))
                        .body())
                .contains("lang=\"de\"", "Kunden und Reseller");
        Client elsewhere = new Client(world.console()).login("admin");
        assertThat(elsewhere.get("/").body()).contains("Speicherdauer");
    }

    @Test
    void cookiesAreStrictAndHaveTheHostPrefixThroughTls() {
        Client secure = new Client(world.console());
        secure.secure = true;
        secure.get("/login");
        Reply reply = secure.post("/login", "login", "admin", "password", World.PASSWORD, "next", "");
        assertThat(reply.header("Set-Cookie").orElse(""))
                .startsWith("__Host-sparsam-session=")
                .contains("; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure")
                .doesNotContain("Domain");
    }

    @Test
    void everyPageHasStrictHeadersALanguageATitleOneHeadingAndLabels() {
        world.sweeps.run(world.sweeps.plan(Scope.parse("provider/p"), ADMIN), ADMIN);
        world.sweeps.plan(Scope.parse("provider/p"), ADMIN);
        for (String language : List.of("en", "de")) {
            client.get("/");
            client.post("/language", "language", language, "back", "/");
            for (String path : List.of(
                    "/",
                    "/tenants",
                    "/scope/provider/p",
                    "/scope/reseller/r1",
                    "/scope/customer/c1",
                    "/scope/domain/d1",
                    "/sweeps",
                    "/sweeps/1",
                    "/sweeps/2",
                    "/receipts",
                    "/receipts/1",
                    "/facts",
                    "/notice/d1",
                    "/inventory",
                    "/users",
                    "/password",
                    "/nothing-here")) {
                Reply reply = client.get(path);
                String body = reply.body();
                assertThat(reply.status()).as(path).isEqualTo(path.equals("/nothing-here") ? 404 : 200);
                assertThat(reply.header("Content-Security-Policy").orElse(""))
                        .startsWith("default-src 'none'; style-src 'self'");
                assertThat(reply.header("Cache-Control")).contains("no-store");
                assertThat(reply.header("X-Content-Type-Options")).contains("nosniff");
                assertThat(reply.header("Referrer-Policy")).contains("no-referrer");
                assertThat(body).as(path).contains("<html lang=\"" + language + "\">", "<main id=\"main\"");
                assertThat(body).as(path).doesNotContain("<script", " style=\"", "onclick", "http://", "javascript:");
                assertThat(count(body, "<h1")).as(path + " headings").isEqualTo(1);
                labels(path, body);
            }
        }
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    private static void labels(String path, String body) {
        Set<String> ids = new HashSet<>();
        Matcher id = Pattern.compile(" id=\"([^\"]+)\"").matcher(body);
        while (id.find()) {
            assertThat(ids.add(id.group(1)) || path.equals("/facts"))
                    .as(path + " has the id " + id.group(1) + " once")
                    .isTrue();
        }
        Matcher field = Pattern.compile("<(input|select|textarea)\\b([^>]*)>").matcher(body);
        while (field.find()) {
            if (!field.group(2).contains("type=\"hidden\"")) {
                Matcher name = Pattern.compile(" id=\"([^\"]+)\"").matcher(field.group(2));
                assertThat(name.find()).as(path + " " + field.group()).isTrue();
                assertThat(body).as(path).contains("<label for=\"" + name.group(1) + "\">");
            }
        }
    }

    @Test
    void errorsArePagesWithoutTraces() {
        assertThat(client.get("/nothing-here").status()).isEqualTo(404);
        Reply wrong = client.post("/receipts");
        assertThat(wrong.status()).isEqualTo(405);
        assertThat(wrong.header("Allow")).contains("GET");
        down(StoreException.Kind.OUTAGE);
        Reply away = client.get("/");
        assertThat(away.status()).isEqualTo(503);
        assertThat(away.body())
                .contains("The database cannot be reached")
                .doesNotContain("Exception", "at dev.sparsam", "no such column");
        assertThat(away.header("Retry-After")).contains("5");
    }

    @Test
    void whatTheStoreSaysIsForTheProviderOnly() {
        world.account("nordlicht", Role.RESELLER, "r1");
        Client reseller = new Client(world.console()).login("nordlicht");
        down(StoreException.Kind.OUTAGE);
        assertThat(client.get("/").body()).contains("What the database said.");
        assertThat(in("de", "/")).contains("Was die Datenbank sagt.");
        assertThat(reseller.get("/").body())
                .contains("The database cannot be reached")
                .doesNotContain("What the database said");
    }

    @Test
    void aFullDatabaseIsNotSaidToBeAway() {
        down(StoreException.Kind.FULL);
        Reply full = client.get("/");
        assertThat(full.status()).isEqualTo(503);
        assertThat(full.body()).contains("no room to write").doesNotContain("cannot be reached");
    }

    @Test
    void aFaultOfOursIsNotBlamedOnTheDatabase() {
        down(StoreException.Kind.FAULT);
        Reply fault = client.get("/");
        assertThat(fault.status()).isEqualTo(500);
        assertThat(fault.body())
                .contains("The fault is on our side")
                .doesNotContain("Exception", "at dev.sparsam", "What the database said", "no such column");
        assertThat(fault.header("Retry-After")).isEmpty();
    }

    @Test
    void twoWhoChangeTheSameAtOnceAreNotToldThatTheDatabaseIsAway() {
        down(StoreException.Kind.CONFLICT);
        Reply conflict = client.get("/");
        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict.body()).contains("nothing was done here");
    }

    /** The panel fails, and what is remembered of it is too old. */
    private void down(StoreException.Kind kind) {
        world.down = Optional.of(kind);
        world.clock.pass(Duration.ofSeconds(30));
    }

    @Test
    void beforeTheFirstImportEveryPageSaysHowToBegin() {
        world.tenants.clear();
        world.sites.clear();
        world.clock.pass(Duration.ofSeconds(30));
        assertThat(client.get("/").body()).contains("Import the inventory");
        for (String path : List.of("/tenants", "/sweeps", "/receipts", "/facts", "/users", "/inventory")) {
            assertThat(client.get(path).status()).as(path).isEqualTo(200);
        }
        assertThat(client.get("/scope/provider/p").status()).isEqualTo(404);
    }

    @Test
    void theStyleSheetMayBeKeptForEver() {
        Matcher css = Pattern.compile("href=\"(/assets/[^\"]+\\.css)\"")
                .matcher(client.get("/").body());
        assertThat(css.find()).isTrue();
        Reply reply = client.send("GET", css.group(1), Map.of());
        assertThat(reply.header("Cache-Control").orElse("")).contains("immutable");
        assertThat(reply.header("Content-Type")).contains("text/css; charset=utf-8");
        assertThat(reply.body()).doesNotContain("url(", "@import");
        assertThat(client.get("/assets/x/../texts_en.properties").status()).isEqualTo(404);
    }
}
