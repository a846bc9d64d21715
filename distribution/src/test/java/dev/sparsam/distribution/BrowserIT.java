package dev.sparsam.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;

/** The whole job in a real browser, on the demo as a newcomer starts it: first the admin, then reseller and customer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BrowserIT {
    private static final String PASSWORD = "correct horse battery";
    private static final String DOMAIN = "baeckerei-lindner.example";

    @TempDir
    static Path data;

    private static Distribution sparsam;
    private static Browser browser;

    @BeforeAll
    static void start() {
        sparsam = Distribution.on(data.resolve("demo")).demo().start();
        browser = new Browser(sparsam.url("/"), "en");
    }

    @AfterAll
    static void stop() {
        browser.close();
        assertThat(sparsam.stop().status()).isZero();
        assertThat(sparsam.log()).doesNotContain("ERROR");
    }

    private static void logIn(String login, String oneTime) {
        browser.open("/login");
        browser.type("#login", login);
        browser.type("#password", oneTime);
        browser.submit("#login-form button");
        assertThat(browser.has("#current")).as("asked for what was just typed").isFalse();
        browser.type("#new", PASSWORD);
        browser.type("#repeat", PASSWORD);
        browser.submit("#password-form button");
    }

    private static void openDomain() {
        browser.open("/");
        browser.type("#q", DOMAIN);
        browser.submit("#filter-form button");
        browser.clickLink(DOMAIN);
        assertThat(browser.text("h1")).isEqualTo(DOMAIN);
    }

    private static Map<String, String> sampleAccounts() throws IOException {
        return Files.readAllLines(sparsam.data().resolve("sample-accounts")).stream()
                .filter(line -> !line.isBlank())
                .map(line -> line.split(" ", 3))
                .collect(Collectors.toMap(part -> part[0], part -> part[1]));
    }

    @Test
    @Order(1)
    void aWrongPasswordIsRefusedInWords() {
        browser.open("/");
        assertThat(browser.path()).isEqualTo("/login");
        browser.picture("login-en");
        browser.type("#login", "admin");
        browser.type("#password", "wrong");
        browser.submit("#login-form button");
        assertThat(browser.text("#error")).contains("do not match");
    }

    @Test
    @Order(2)
    void theFirstAdminChangesTheOneTimePassword() {
        logIn("admin", sparsam.oneTimePassword().orElseThrow());
        assertThat(browser.text("h1")).isEqualTo("Domains");
        assertThat(sparsam.data().resolve("first-admin-password")).doesNotExist();
    }

    @Test
    @Order(3)
    void allDomainsAreListedWithWhereTheirRetentionComesFrom() {
        browser.open("/");
        assertThat(browser.mainText()).contains("60");
        browser.open("/?q=" + DOMAIN);
        assertThat(browser.all("#domains tbody tr").stream().map(WebElement::getText))
                .hasSizeLessThan(10)
                .anySatisfy(row -> assertThat(row)
                        .startsWith(DOMAIN)
                        .contains("Bäckerei Lindner", "Nordlicht", "7 days", "never"));
    }

    @Test
    @Order(4)
    void zeroAndNothingAreRefusedAtTheField() {
        for (String wrong : List.of("0", "")) {
            openDomain();
            browser.click("#retention-days");
            browser.type("#days", wrong);
            browser.submit("#retention-form button.primary");
            assertThat(browser.text("#days-error")).isNotBlank();
        }
        openDomain();
        assertThat(browser.text("#retention .effective")).contains("7 days");
    }

    @Test
    @Order(4)
    void whatWasRefusedIsSeenFirstAndLeadsToItsField() {
        for (int width : List.of(390, 1280)) {
            browser.size(width, 900);
            openDomain();
            browser.click("#retention-days");
            browser.type("#days", "0");
            browser.submit("#retention-form button.primary");
            assertThat(browser.title()).startsWith("Error: ");
            assertThat(browser.focus()).isEqualTo("errors");
            assertThat(browser.inSight("#errors")).isTrue();
            assertThat(browser.text("#errors")).contains("0 days is not possible");
            assertThat(browser.overflow()).isZero();
            browser.picture("refused-" + width);
            browser.click("#errors a");
            assertThat(browser.focus()).isEqualTo("days");
            assertThat(browser.inSight("#days")).isTrue();
        }
        browser.size(1280, 900);
    }

    @Test
    @Order(5)
    void aDomainGetsAStricterRetention() {
        openDomain();
        browser.click("#retention-days");
        browser.type("#days", "3");
        browser.type("#retention-reason", "We look at attacks the next working day");
        browser.submit("#retention-form button.primary");
        assertThat(browser.text("#message")).contains("3 days");
        assertThat(browser.text("#retention .effective")).contains("3 days");
        assertThat(browser.text("#retention .history")).contains("admin", "We look at attacks the next working day");
    }

    @Test
    @Order(6)
    void aSweepIsPreviewedAndDoesExactlyThat() throws IOException {
        Path logs = logDirectory();
        Map<String, String> before = contents(logs);
        openDomain();
        browser.submit("#preview-sweep");
        browser.await(".state-planned");
        browser.picture("sweep-en");
        assertThat(contents(logs)).as("a preview changes nothing").isEqualTo(before);
        assertThat(browser.text("#files")).contains("access.log");
        browser.submit("#run");
        browser.await(".state-done");
        Map<String, String> after = contents(logs);
        assertThat(after.size()).isLessThan(before.size()).isPositive();
        assertThat(after).isNotEqualTo(before);
        assertThat(browser.all("#receipts a")).hasSize(1);
    }

    @Test
    @Order(7)
    void theReceiptHoldsAndCanBeCheckedOffline() throws IOException {
        browser.submit("#receipts a");
        assertThat(browser.text("#canonical")).contains("logs.sweep", "logs.retention.live=3d");
        assertThat(browser.text("#proof-result")).contains("holds");
        Path proof = Files.writeString(data.resolve("receipt.json"), browser.download(browser.path() + "/proof.json"));
        Distribution.Result proven = Distribution.command(
                Map.of(), Home.assembled().resolve("sparsam"), "ledger", "verify", proof.toString());
        assertThat(proven.status()).as(proven.out() + proven.err()).isZero();
        assertThat(proven.out()).contains("Proven: receipt ", "logs.sweep");
        Path export = data.resolve("ledger.jsonl");
        assertThat(sparsam.shell("receipt:export", export.toString()).status()).isZero();
        Distribution.Result verified = Distribution.command(
                Map.of(), Home.assembled().resolve("sparsam"), "ledger", "verify", export.toString());
        assertThat(verified.status()).as(verified.err()).isZero();
        assertThat(verified.out()).contains("Intact");
        Files.writeString(
                export, Files.readString(export).replaceFirst("files\\.masked\\\\?\":(\\d)", "files.masked\":9$1"));
        assertThat(Distribution.command(
                                Map.of(), Home.assembled().resolve("sparsam"), "ledger", "verify", export.toString())
                        .status())
                .isEqualTo(1);
    }

    @Test
    @Order(8)
    void theNoticeStatesWhatTheReceiptProvesInBothLanguages() {
        openDomain();
        browser.submit("#notice-link");
        List<String> sentences =
                browser.all("#notice p").stream().map(WebElement::getText).toList();
        // Two kinds of logs: how long, what becomes of addresses, and of everything else.
        assertThat(sentences)
                .hasSize(6)
                .anySatisfy(text -> assertThat(text).contains("more than 3 days old"))
                .anySatisfy(text -> assertThat(text).contains("User names of logins"));
        browser.picture("notice-en");
        browser.submit("a[hreflang=de]");
        assertThat(browser.text("#notice")).contains("älter als 3 Tage", "unumkehrbar gekürzt");
    }

    @Test
    @Order(9)
    void aDomainThatWasNeverSweptHasNoSentence() {
        browser.open("/?q=brotkurs.example");
        browser.submit("#domains tbody a");
        browser.submit("#notice-link");
        assertThat(browser.has("#notice")).isFalse();
        assertThat(browser.text("#nothing")).contains("Nothing can be stated yet");
    }

    @Test
    @Order(10)
    void forEverIsAskedTwice() {
        browser.open("/tenants");
        browser.clickLink("Hafenkante Hosting GmbH");
        browser.click("#retention-forever");
        browser.type("#retention-reason", "A court asked us");
        browser.submit("#retention-form button.primary");
        assertThat(browser.mainText()).containsIgnoringCase("for ever");
        browser.submit("#confirm-form button.primary");
        assertThat(browser.has("#understood-error")).isTrue();
        browser.click("#understood");
        browser.submit("#confirm-form button.primary");
        assertThat(browser.text("#retention .effective")).containsIgnoringCase("for ever");
        openDomain();
        assertThat(browser.text("#retention .effective"))
                .as("the domain's own value holds")
                .contains("3 days");
    }

    @Test
    @Order(11)
    void aChangeCanBeUndoneAndAValueReset() {
        openDomain();
        browser.submit("#retention-reset button");
        assertThat(browser.has("#understood")).as("for ever is asked twice").isTrue();
        browser.click("#understood");
        browser.submit("#confirm-form button.primary");
        assertThat(browser.text("#retention .effective")).containsIgnoringCase("for ever");
        browser.submit("#undo");
        assertThat(browser.text("#retention .effective")).contains("3 days");
    }

    @Test
    @Order(12)
    void theFactsArePutBesideTheirEvidence() {
        browser.open("/facts");
        assertThat(browser.mainText()).contains("Retention", DOMAIN);
    }

    @Test
    @Order(13)
    void thePagesSpeakGermanAndFitAPhone() {
        browser.open("/");
        browser.submit("button[name=language][value=de]");
        assertThat(browser.language()).isEqualTo("de");
        browser.size(390, 844);
        for (String page : List.of("/", "/tenants", "/sweeps", "/receipts", "/facts", "/inventory", "/users")) {
            browser.open(page);
            assertThat(browser.overflow()).as(page + " at phone width").isZero();
            browser.picture("phone-de" + page.replace('/', '-'));
        }
        browser.open("/?q=" + DOMAIN);
        assertThat(browser.text("#domains tbody tr")).contains(DOMAIN, "Bäckerei Lindner", "Nordlicht", "Tage");
        assertThat(browser.find("#domains .source").isDisplayed()).isTrue();
        assertThat(browser.find("#domains td.num").isDisplayed()).isTrue();
        browser.picture("phone-de-domain");
        browser.size(1280, 900);
        browser.open("/receipts");
        browser.picture("receipts-de");
        openDomain();
        browser.picture("scope-de");
        browser.open("/receipts/1");
        browser.picture("receipt-de");
        browser.open("/");
        browser.submit("button[name=language][value=en]");
        browser.picture("domains-en");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    @Order(14)
    void aResellerSeesItsOwnTreeAndNothingElse() throws IOException {
        browser.click("#logout");
        Map.Entry<String, String> reseller = sampleAccounts().entrySet().stream()
                .filter(account -> account.getKey().contains("reseller"))
                .findFirst()
                .orElseThrow();
        logIn(reseller.getKey(), reseller.getValue());
        assertThat(browser.text("h1")).isEqualTo("Domains");
        assertThat(browser.mainText()).contains("19");
        browser.open("/scope/provider/hafenkante");
        assertThat(browser.has("#retention-form")).isFalse();
        browser.open("/scope/reseller/r-pixelmuehle");
        assertThat(browser.has("#retention-form")).isFalse();
        browser.open("/scope/reseller/r-nordlicht");
        assertThat(browser.has("#retention-form")).isTrue();
    }

    @Test
    @Order(15)
    void aCustomerSeesItsOwnDomains() throws IOException {
        browser.click("#logout");
        Map.Entry<String, String> customer = sampleAccounts().entrySet().stream()
                .filter(account -> account.getKey().contains("customer"))
                .findFirst()
                .orElseThrow();
        logIn(customer.getKey(), customer.getValue());
        assertThat(browser.all("#domains tbody tr")).hasSize(5);
        browser.open("/scope/reseller/r-nordlicht");
        assertThat(browser.has("#retention-form")).isFalse();
        browser.open("/users");
        assertThat(browser.has("table")).isFalse();
    }

    private static Path logDirectory() {
        return sparsam.data().resolve("sample/logs/web1").resolve(DOMAIN);
    }

    /** File name to a digest of its bytes. */
    private static Map<String, String> contents(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.collect(Collectors.toMap(file -> file.getFileName().toString(), BrowserIT::digest));
        }
    }

    private static String digest(Path file) {
        try {
            return java.util.HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
