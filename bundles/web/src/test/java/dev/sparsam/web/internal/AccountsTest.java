package dev.sparsam.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.facts.Subject;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.store.Receipt;
import dev.sparsam.store.ReceiptBook;
import dev.sparsam.store.StoreException;
import dev.sparsam.store.testing.TestDatabases;
import dev.sparsam.web.internal.Accounts.Login;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AccountsTest {
    private static final Principal ADMIN = Principal.user(1, Role.PROVIDER_ADMIN, new TenantId("p"));

    @TempDir
    Path folder;

    private Optional<World> open = Optional.empty();

    private World world(TestDatabases kind) {
        World world = new World(kind, folder).fill();
        open = Optional.of(world);
        return world;
    }

    @AfterEach
    void close() {
        open.ifPresent(World::close);
    }

    @ParameterizedTest
    @EnumSource
    void anAccountLogsInWithItsPasswordAndWithNoOther(TestDatabases kind) {
        World world = world(kind);
        world.account("anna", Role.CUSTOMER, "c2");

        assertThat(world.accounts.login("anna", World.PASSWORD, "192.0.2.1")).isInstanceOf(Login.Welcome.class);
        assertThat(world.accounts.login(" Anna ", World.PASSWORD, "192.0.2.1")).isInstanceOf(Login.Welcome.class);
        assertThat(world.accounts.login("anna", World.PASSWORD + "x", "192.0.2.1"))
                .isInstanceOf(Login.Wrong.class);
        assertThat(world.accounts.login("anna", "", "192.0.2.1")).isInstanceOf(Login.Wrong.class);
    }

    @Test
    void anUnknownNameIsAnsweredLikeAWrongPassword() {
        World world = world(TestDatabases.H2);
        world.account("anna", Role.CUSTOMER, "c2");

        assertThat(world.accounts.login("nobody", World.PASSWORD, "192.0.2.1"))
                .isEqualTo(world.accounts.login("anna", "wrong", "192.0.2.1"))
                .isInstanceOf(Login.Wrong.class);
    }

    @Test
    void aDisabledOrRestrictedAccountIsAnsweredLikeAWrongPassword() {
        World world = world(TestDatabases.H2);
        world.account("boss", Role.PROVIDER_ADMIN, "");
        world.account("anna", Role.CUSTOMER, "c2");

        world.accounts.disable("anna", true, ADMIN);
        assertThat(world.accounts.login("anna", World.PASSWORD, "192.0.2.1")).isInstanceOf(Login.Wrong.class);
        world.accounts.disable("anna", false, ADMIN);
        world.accounts.restrict(world.accounts.find("anna").orElseThrow(), true, ADMIN);
        assertThat(world.accounts.login("anna", World.PASSWORD, "192.0.2.1")).isInstanceOf(Login.Wrong.class);
    }

    @Test
    void afterFiveFailuresTheWaitGrowsForKnownAndUnknownNamesAlike() {
        World world = world(TestDatabases.H2);
        world.account("anna", Role.CUSTOMER, "c2");
        for (String name : List.of("anna", "nobody")) {
            for (int i = 0; i < 5; i++) {
                assertThat(world.accounts.login(name, "wrong", "192.0.2.7")).isInstanceOf(Login.Wrong.class);
            }
            assertThat(world.accounts.login(name, World.PASSWORD, "192.0.2.7"))
                    .isEqualTo(new Login.Later(Duration.ofSeconds(1)));
        }
        world.clock.pass(Duration.ofSeconds(1));
        assertThat(world.accounts.login("nobody", "wrong", "192.0.2.7")).isInstanceOf(Login.Wrong.class);
        assertThat(world.accounts.login("nobody", "wrong", "192.0.2.7"))
                .isEqualTo(new Login.Later(Duration.ofSeconds(2)));
        assertThat(world.accounts.login("anna", World.PASSWORD, "192.0.2.8"))
                .as("the same person from another address")
                .isInstanceOf(Login.Welcome.class);
    }

    @Test
    void whoeverHasAnAccountIsStillSlowedWhenGuessingThatOfOthers() {
        World world = world(TestDatabases.H2);
        world.account("anna", Role.CUSTOMER, "c2");
        for (int i = 0; i < 30; i++) {
            assertThat(world.accounts.login("name" + i, "wrong", "192.0.2.7")).isInstanceOf(Login.Wrong.class);
            if (i % 10 == 0) {
                assertThat(world.accounts.login("anna", World.PASSWORD, "192.0.2.7"))
                        .isInstanceOf(Login.Welcome.class);
            }
        }
        assertThat(world.accounts.login("name30", "wrong", "192.0.2.7")).isInstanceOf(Login.Later.class);
    }

    @Test
    void nobodyWhoKnowsALoginNameCanDelayItsOwner() {
        World world = world(TestDatabases.H2);
        world.account("anna", Role.CUSTOMER, "c2");
        for (int i = 0; i < 60; i++) {
            world.accounts.login("anna", "wrong", "198.51.100." + i);
        }
        assertThat(world.accounts.login("anna", World.PASSWORD, "192.0.2.1")).isInstanceOf(Login.Welcome.class);
    }

    @Test
    void aNameThatIsTriedFromManyPlacesHasOneFreeFailureFromEach() {
        World world = world(TestDatabases.H2);
        for (int i = 0; i < 25; i++) {
            assertThat(world.accounts.login("anna", "wrong", "198.51.100." + i)).isInstanceOf(Login.Wrong.class);
        }
        assertThat(world.accounts.login("anna", "wrong", "192.0.2.1")).isInstanceOf(Login.Wrong.class);
        assertThat(world.accounts.login("anna", "wrong", "192.0.2.1"))
                .isEqualTo(new Login.Later(Duration.ofSeconds(1)));
        assertThat(world.accounts.login("bert", "wrong", "192.0.2.1"))
                .as("another name from there")
                .isInstanceOf(Login.Wrong.class);
        world.clock.pass(Duration.ofMinutes(61));
        for (int i = 0; i < 5; i++) {
            assertThat(world.accounts.login("anna", "wrong", "192.0.2.1")).isInstanceOf(Login.Wrong.class);
        }
    }

    @Test
    void addressesOfOneIpv6CustomerCountAsOne() {
        World world = world(TestDatabases.H2);
        for (int i = 0; i < 5; i++) {
            world.accounts.login("anna", "wrong", "2001:db8:1:2::" + i);
        }
        assertThat(world.accounts.login("anna", "wrong", "2001:db8:1:2:ffff::9"))
                .isInstanceOf(Login.Later.class);
        assertThat(world.accounts.login("anna", "wrong", "2001:db8:1:3::9")).isInstanceOf(Login.Wrong.class);
    }

    @ParameterizedTest
    @EnumSource
    void theDatabaseHoldsNoPasswordAndNoSessionToken(TestDatabases kind) {
        World world = world(kind);
        world.account("anna", Role.CUSTOMER, "c2");
        String token = world.session("anna");

        String password = world.database
                .database()
                .transaction(sql -> sql.first("select password from web_account", row -> row.text("password")))
                .orElseThrow();
        byte[] hash = world.database
                .database()
                .transaction(sql -> sql.first("select token_hash from web_session", row -> row.bytes("token_hash")))
                .orElseThrow();
        assertThat(password).startsWith("$argon2id$").doesNotContain(World.PASSWORD);
        assertThat(hash).hasSize(32);
        assertThat(Arrays.equals(hash, java.util.Base64.getUrlDecoder().decode(token)))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aSessionEndsWhenIdleAndAfterTwelveHoursInAnyCase(TestDatabases kind) {
        World world = world(kind);
        world.account("anna", Role.CUSTOMER, "c2");
        String idle = world.session("anna");
        world.clock.pass(Duration.ofMinutes(29));
        assertThat(world.sessions.find(idle)).isPresent();
        world.clock.pass(Duration.ofMinutes(29));
        assertThat(world.sessions.find(idle)).as("used in between").isPresent();
        world.clock.pass(Duration.ofMinutes(31));
        assertThat(world.sessions.find(idle)).isEmpty();

        String busy = world.session("anna");
        for (int i = 0; i < 12 * 3; i++) {
            assertThat(world.sessions.find(busy)).isPresent();
            world.clock.pass(Duration.ofMinutes(20));
        }
        world.clock.pass(Duration.ofMinutes(1));
        assertThat(world.sessions.find(busy)).isEmpty();
    }

    @Test
    void aNewPasswordEndsAllSessions() {
        World world = world(TestDatabases.H2);
        world.account("anna", Role.CUSTOMER, "c2");
        String first = world.session("anna");
        String second = world.session("anna");
        String oneTime = world.accounts.reset("anna", ADMIN).orElseThrow();

        assertThat(world.sessions.find(first)).isEmpty();
        assertThat(world.sessions.find(second)).isEmpty();
        assertThat(world.accounts.login("anna", oneTime, "192.0.2.1"))
                .isInstanceOfSatisfying(
                        Login.Welcome.class,
                        welcome -> assertThat(welcome.account().mustChange()).isTrue());
    }

    @ParameterizedTest
    @EnumSource
    void noSessionIsOpenedWithAPasswordThatHasBeenReplacedOrOfALockedAccount(TestDatabases kind) {
        World world = world(kind);
        world.account("anna", Role.CUSTOMER, "c2");
        Account anna = world.accounts.find("anna").orElseThrow();
        String chosen = world.accounts
                .changePassword(anna, world.accounts.stored("anna").orElseThrow(), "a new long password", ADMIN)
                .orElseThrow();
        world.accounts.reset("anna", ADMIN);

        assertThat(world.sessions.open("anna", chosen)).isEmpty();
        String current = world.accounts.stored("anna").orElseThrow();
        world.accounts.disable("anna", true, ADMIN);
        assertThat(world.sessions.open("anna", current)).isEmpty();
        world.accounts.disable("anna", false, ADMIN);
        assertThat(world.sessions.open("anna", current)).isPresent();
    }

    @ParameterizedTest
    @EnumSource
    void aSessionThatIsOpenedWhileAllAreBeingEndedDoesNotLiveOn(TestDatabases kind) throws Exception {
        World world = world(kind);
        world.account("anna", Role.CUSTOMER, "c2");
        String stored = world.accounts.stored("anna").orElseThrow();
        List<CompletableFuture<Optional<String>>> opened = new ArrayList<>();
        // The receipt comes last: the sessions are gone already, and the transaction is not committed yet.
        Accounts slow = accounts(world, receipts -> {
            CompletableFuture<Optional<String>> opening =
                    CompletableFuture.supplyAsync(() -> world.sessions.open("anna", stored), AccountsTest::inThread);
            opened.add(opening);
            try {
                opening.get(1, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                // It waits for this transaction, as it should.
                assertThat(opening).isNotDone();
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
            return world.ledger.append(receipts);
        });
        slow.reset("anna", ADMIN);

        assertThat(opened.get(0).get(30, TimeUnit.SECONDS).flatMap(world.sessions::find))
                .isEmpty();
        assertThat(sessions(world)).isZero();
    }

    @Test
    void theLastAccountOfTheProviderStays() {
        World world = world(TestDatabases.H2);
        world.account("boss", Role.PROVIDER_ADMIN, "");
        Account boss = world.accounts.find("boss").orElseThrow();

        assertThat(world.accounts.disable("boss", true, ADMIN)).isFalse();
        assertThat(world.accounts.erase(boss, ADMIN)).isFalse();
        assertThat(world.accounts.restrict(boss, true, ADMIN)).isFalse();
        world.account("deputy", Role.PROVIDER_ADMIN, "");
        assertThat(world.accounts.disable("boss", true, ADMIN)).isTrue();
    }

    @Test
    void everyChangeLeavesAReceiptWithoutPersonalData() {
        World world = world(TestDatabases.H2);
        world.account("anna", Role.CUSTOMER, "c2");
        world.accounts.reset("anna", ADMIN);
        world.accounts.disable("anna", true, ADMIN);
        world.accounts.erase(world.accounts.find("anna").orElseThrow(), ADMIN);

        List<Receipt> receipts = world.ledger.receipts();
        assertThat(receipts)
                .extracting(Receipt::act)
                .containsExactly(
                        "web.account.create",
                        "web.account.password",
                        "web.account.reset",
                        "web.account.disable",
                        "web.account.erase");
        assertThat(receipts).allSatisfy(receipt -> {
            assertThat(receipt.subject()).isEqualTo("customer/c2");
            assertThat(receipt.toString()).doesNotContain("anna");
        });
    }

    @ParameterizedTest
    @EnumSource
    void personalDataIsExportedRestrictedAndErased(TestDatabases kind) {
        World world = world(kind);
        world.account("boss", Role.PROVIDER_ADMIN, "");
        world.account("anna", Role.CUSTOMER, "c2");
        world.session("anna");
        AccountData data = new AccountData(world.accounts, world.database.database());

        assertThat(data.export(login("anna")))
                .extracting(record -> record.category())
                .containsExactly("web.accounts", "web.sessions");
        assertThat(data.export(tenant("c2"))).isEqualTo(data.export(login("anna")));
        assertThat(data.export(login("anna")).toString()).doesNotContain("argon2");
        assertThat(data.restrict(login("anna"), true, ADMIN)).isTrue();
        assertThat(data.export(login("anna"))).as("its sessions have ended").hasSize(1);
        assertThat(data.erase(tenant("c2"), ADMIN).erased()).isEqualTo(1);
        assertThat(data.export(login("anna"))).isEmpty();
        assertThat(data.erase(login("boss"), ADMIN).kept())
                .singleElement()
                .asString()
                .contains("no other account");
        assertThat(data.restrict(login("nobody"), true, ADMIN)).isFalse();
    }

    private static Subject login(String name) {
        return new Subject.Login(name);
    }

    private static Subject tenant(String id) {
        return new Subject.Tenant(new TenantId(id));
    }

    @ParameterizedTest
    @EnumSource
    void whoseLoginNameIsATenantsIdIsNotThatTenant(TestDatabases kind) {
        World world = world(kind);
        world.account("c2", Role.CUSTOMER, "c1");
        world.account("anna", Role.CUSTOMER, "c2");
        AccountData data = new AccountData(world.accounts, world.database.database());

        assertThat(data.export(login("c2")))
                .extracting(record -> record.fields().get("tenant"))
                .containsExactly("c1");
        assertThat(data.export(tenant("c2")))
                .extracting(record -> record.fields().get("login"))
                .containsExactly("anna");
        assertThat(data.erase(tenant("c2"), ADMIN).erased()).isEqualTo(1);
        assertThat(data.export(login("c2"))).hasSize(1);
    }

    @Test
    void theFirstStartMakesAnAdminWhosePasswordIsInAFileUntilItIsChanged() throws Exception {
        World world = world(TestDatabases.H2);
        OneTimeFiles files = new OneTimeFiles(folder);
        FirstAccounts first = new FirstAccounts(
                world.accounts, files, true, () -> Optional.of(new TenantTree(world.tenants, world.sites)));
        first.start();
        for (int i = 0; i < 1_200 && !Files.exists(folder.resolve("sample-accounts")); i++) {
            Thread.sleep(50);
        }
        for (int i = 0; i < 1_200 && world.accounts.find("customer").isEmpty(); i++) {
            Thread.sleep(50);
        }
        first.stop();

        assertThat(first.done()).isTrue();
        Path file = folder.resolve("first-admin-password");
        assertThat(java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        String[] line = Files.readString(file).strip().split(" ", 2);
        assertThat(line[0]).isEqualTo("admin");
        assertThat(world.accounts.login("admin", line[1], "192.0.2.1")).isInstanceOf(Login.Welcome.class);
        List<String> samples = Files.readAllLines(folder.resolve("sample-accounts"));
        assertThat(samples.get(0)).matches("reseller \\S+ Nordlicht");
        assertThat(samples.get(1)).matches("customer \\S+ Bäckerei Knusper");

        for (String login : List.of("admin", "reseller")) {
            world.accounts.changePassword(
                    world.accounts.find(login).orElseThrow(),
                    world.accounts.stored(login).orElseThrow(),
                    "a new long password",
                    ADMIN);
        }
        assertThat(file).doesNotExist();
        assertThat(Files.readAllLines(folder.resolve("sample-accounts"))).hasSize(1);
    }

    @Test
    void aSecondStartLeavesTheAccountsAsTheyAre() throws Exception {
        World world = world(TestDatabases.H2);
        world.account("boss", Role.PROVIDER_ADMIN, "");
        FirstAccounts first = new FirstAccounts(world.accounts, new OneTimeFiles(folder), false, Optional::empty);
        first.start();
        for (int i = 0; i < 1_200 && !first.done(); i++) {
            Thread.sleep(50);
        }
        first.stop();

        assertThat(world.accounts.all()).hasSize(1);
        assertThat(folder.resolve("first-admin-password")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void aNodeThatIsNotTheFirstKeepsNoPasswordOfTheFirstAccount(TestDatabases kind) throws Exception {
        World world = world(kind);
        // Asked for between the file and the account: then the other node makes its own.
        FirstAccounts second = new FirstAccounts(world.accounts, new OneTimeFiles(folder), false, () -> {
            world.accounts.create("admin", "of the other node", Role.PROVIDER_ADMIN, Optional.empty(), ADMIN);
            return Optional.empty();
        });
        start(second);

        assertThat(world.accounts.fits("admin", "of the other node")).isTrue();
        assertThat(folder.resolve("first-admin-password")).doesNotExist();
    }

    @Test
    void aPasswordLeftByAKillWhileAnotherNodeWasFasterGoesAtTheNextStart() throws Exception {
        World world = world(TestDatabases.H2);
        new OneTimeFiles(folder).write("first-admin-password", List.of("admin never-used"));
        world.accounts.create("admin", "of the other node", Role.PROVIDER_ADMIN, Optional.empty(), ADMIN);
        start(new FirstAccounts(world.accounts, new OneTimeFiles(folder), false, Optional::empty));

        assertThat(folder.resolve("first-admin-password")).doesNotExist();
    }

    @Test
    void aPasswordOfTheFirstAccountThatHoldsStaysOverAStart() throws Exception {
        World world = world(TestDatabases.H2);
        start(new FirstAccounts(world.accounts, new OneTimeFiles(folder), false, Optional::empty));
        String before = Files.readString(folder.resolve("first-admin-password"));
        start(new FirstAccounts(world.accounts, new OneTimeFiles(folder), false, Optional::empty));

        assertThat(folder.resolve("first-admin-password")).hasContent(before);
    }

    @ParameterizedTest
    @EnumSource
    void aPasswordThatWasResetElsewhereGoesAtTheNextStart(TestDatabases kind) throws Exception {
        World world = world(kind);
        start(new FirstAccounts(world.accounts, new OneTimeFiles(folder), false, Optional::empty));
        String shown = Files.readString(folder.resolve("first-admin-password"));
        // On another node, whose files are elsewhere.
        assertThat(world.accounts.reset("admin", ADMIN)).isPresent();
        Files.writeString(folder.resolve("first-admin-password"), shown);
        start(new FirstAccounts(world.accounts, new OneTimeFiles(folder), false, Optional::empty));

        assertThat(folder.resolve("first-admin-password")).doesNotExist();
    }

    private static void start(FirstAccounts accounts) throws InterruptedException {
        accounts.start();
        for (int i = 0; i < 1_200 && !accounts.done(); i++) {
            Thread.sleep(50);
        }
        accounts.stop();
        assertThat(accounts.done()).isTrue();
    }

    @Test
    void sampleAccountsThatAKillLeftUnmadeAreMadeAtTheNextStart() throws Exception {
        World world = world(TestDatabases.H2);
        world.account("boss", Role.PROVIDER_ADMIN, "");
        new OneTimeFiles(folder)
                .write("sample-accounts", List.of("reseller never-used Nordlicht", "customer never-used Knusper"));
        startWithSamples(world);

        List<String> lines = Files.readAllLines(folder.resolve("sample-accounts"));
        assertThat(lines).hasSize(2).allSatisfy(line -> {
            String[] parts = line.split(" ", 3);
            assertThat(world.accounts.fits(parts[0], parts[1])).isTrue();
        });
    }

    @Test
    void sampleAccountsAreMadeTogetherOrNotAtAll() throws Exception {
        World world = world(TestDatabases.H2);
        world.account("boss", Role.PROVIDER_ADMIN, "");
        CountDownLatch failed = new CountDownLatch(1);
        ReceiptBook failing = receipts -> {
            if (receipts.get(0).subject().startsWith("customer/")) {
                failed.countDown();
                throw new StoreException("The process dies here");
            }
            return world.ledger.append(receipts);
        };
        FirstAccounts first = new FirstAccounts(
                accounts(world, failing),
                new OneTimeFiles(folder),
                true,
                () -> Optional.of(new TenantTree(world.tenants, world.sites)));
        first.start();
        assertThat(failed.await(60, TimeUnit.SECONDS)).isTrue();
        first.stop();
        assertThat(world.accounts.find("reseller")).isEmpty();

        startWithSamples(world);
        assertThat(world.accounts.find("reseller")).isPresent();
    }

    @Test
    void theFileOfSampleAccountsHoldsNoPasswordThatDoesNotFit() throws Exception {
        World world = world(TestDatabases.H2);
        world.account("boss", Role.PROVIDER_ADMIN, "");
        world.account("customer", Role.CUSTOMER, "c1");
        new OneTimeFiles(folder)
                .write("sample-accounts", List.of("reseller never-used Nordlicht", "customer replaced Knusper"));
        FirstAccounts first = new FirstAccounts(
                world.accounts,
                new OneTimeFiles(folder),
                true,
                () -> Optional.of(new TenantTree(world.tenants, world.sites)));
        first.start();
        for (int i = 0; i < 1_200 && Files.exists(folder.resolve("sample-accounts")); i++) {
            Thread.sleep(50);
        }
        first.stop();

        assertThat(folder.resolve("sample-accounts")).doesNotExist();
        assertThat(world.accounts.find("reseller")).isEmpty();
    }

    private void startWithSamples(World world) throws InterruptedException {
        FirstAccounts first = new FirstAccounts(
                world.accounts,
                new OneTimeFiles(folder),
                true,
                () -> Optional.of(new TenantTree(world.tenants, world.sites)));
        first.start();
        for (int i = 0; i < 200 && world.accounts.find("customer").isEmpty(); i++) {
            Thread.sleep(50);
        }
        first.stop();
        assertThat(world.accounts.find("customer")).isPresent();
    }

    private static long sessions(World world) {
        return world.database
                .database()
                .transaction(sql -> sql.first("select count(*) as n from web_session", row -> row.number("n")))
                .orElseThrow();
    }

    private Accounts accounts(World world, ReceiptBook receipts) {
        return new Accounts(
                world.database.database(), receipts, World.passwords(), new OneTimeFiles(folder), world.clock);
    }

    @ParameterizedTest
    @EnumSource
    void twoAdminsWhoBarEachOtherAtOnceDoNotBothSucceed(TestDatabases kind) throws Exception {
        World world = world(kind);
        // Whoever comes so far has seen another admin; the second one would come while the first one waits here.
        Semaphore arrived = new Semaphore(0);
        Accounts slow = accounts(world, receipts -> {
            arrived.release();
            try {
                if (arrived.tryAcquire(2, 1, TimeUnit.SECONDS)) {
                    arrived.release(2);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return world.ledger.append(receipts);
        });
        List<BiPredicate<Accounts, String>> ways = List.of(
                (accounts, login) -> accounts.disable(login, true, ADMIN),
                (accounts, login) -> accounts.restrict(accounts.find(login).orElseThrow(), true, ADMIN),
                (accounts, login) -> accounts.erase(accounts.find(login).orElseThrow(), ADMIN));
        for (int way = 0; way < ways.size(); way++) {
            world.database.database().transaction(sql -> sql.update("delete from web_account"));
            world.account("anna", Role.PROVIDER_ADMIN, "");
            world.account("bert", Role.PROVIDER_ADMIN, "");
            arrived.drainPermits();
            BiPredicate<Accounts, String> one = ways.get(way);
            BiPredicate<Accounts, String> other = ways.get((way + 1) % ways.size());
            CompletableFuture<Boolean> first =
                    CompletableFuture.supplyAsync(() -> one.test(slow, "anna"), AccountsTest::inThread);
            CompletableFuture<Boolean> second =
                    CompletableFuture.supplyAsync(() -> other.test(slow, "bert"), AccountsTest::inThread);

            assertThat(List.of(first.get(30, TimeUnit.SECONDS), second.get(30, TimeUnit.SECONDS)))
                    .as("way %d", way)
                    .containsExactlyInAnyOrder(true, false);
            assertThat(world.accounts.all().stream().filter(Account::usable)).hasSize(1);
        }
    }

    private static void inThread(Runnable work) {
        new Thread(work, "test-admin").start();
    }

    @ParameterizedTest
    @EnumSource
    void aPasswordChosenWhileAnotherWasGivenDoesNotReplaceIt(TestDatabases kind) {
        World world = world(kind);
        world.account("anna", Role.CUSTOMER, "c2");
        Account anna = world.accounts.find("anna").orElseThrow();
        String verified = world.accounts.stored("anna").orElseThrow();
        String oneTime = world.accounts.reset("anna", ADMIN).orElseThrow();
        String token = world.session("anna");
        int receipts = world.ledger.receipts().size();

        assertThat(world.accounts.changePassword(anna, verified, "a new long password", ADMIN))
                .isEmpty();
        assertThat(world.accounts.fits("anna", oneTime)).isTrue();
        assertThat(world.accounts.find("anna").orElseThrow().mustChange()).isTrue();
        assertThat(world.sessions.find(token)).as("of the new password").isPresent();
        assertThat(world.ledger.receipts()).hasSize(receipts);
    }

    @ParameterizedTest
    @EnumSource
    void aSessionKnowsThePasswordItWasOpenedWithUntilThatIsReplaced(TestDatabases kind) {
        World world = world(kind);
        world.account("anna", Role.CUSTOMER, "c2");
        String token = world.session("anna");

        assertThat(world.sessions.openedWith(token)).isEqualTo(world.accounts.stored("anna"));
        world.accounts.reset("anna", ADMIN);
        assertThat(world.sessions.openedWith(token)).isEmpty();
    }
}
