package dev.sparsam.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Typos in the configuration files, as an administrator makes them: before the start and while it runs. */
class ConfigurationIT {

    /** A typo in every file, or several, and what is said about each. */
    private static final Map<String, List<String>> TYPOS = Map.of(
            "dev.sparsam.logs",
            List.of("daily = 25:99", "zone = Europa/Berlin", "quietMinutes = fuenf", "keepSweepsDays = 0", "dialy = 1"),
            "dev.sparsam.web",
            List.of(
                    "sessionIdleMinutes = abc",
                    "secureCookies = allways",
                    "publicUrl = privacy.example.net",
                    "sampleAccounts = vielleicht"),
            "dev.sparsam.store",
            List.of("poolSize = 1", "heartbeatSeconds = often"),
            "dev.sparsam.ledger",
            List.of("colour = red"),
            "dev.sparsam.panel.reference",
            List.of("importfile = nowhere.json"));

    @TempDir
    Path folder = Path.of("");

    private Path data = Path.of("");

    @BeforeEach
    void prepare() {
        data = folder.resolve("data");
    }

    private Distribution.Plan plan() {
        return Distribution.on(data);
    }

    private Path file(String pid) {
        return data.resolve("etc").resolve(pid + ".cfg");
    }

    private Path write(String pid, List<String> lines) throws IOException {
        Files.createDirectories(data.resolve("etc"));
        return Files.write(file(pid), lines);
    }

    @Test
    void typosOfTheStartAreToldWithFileAndLineAndTheDefaultsHold() throws IOException {
        for (Map.Entry<String, List<String>> typos : TYPOS.entrySet()) {
            write(typos.getKey(), typos.getValue());
        }
        try (Distribution sparsam = plan().start()) {
            assertWorks(sparsam);
            for (Map.Entry<String, List<String>> typos : TYPOS.entrySet()) {
                for (int i = 0; i < typos.getValue().size(); i++) {
                    String place = file(typos.getKey()) + ", line " + (i + 1) + ": ";
                    await(() -> sparsam.err().contains(place), sparsam);
                    assertThat(sparsam.log()).contains(place);
                }
            }
            assertThat(sparsam.err())
                    .contains(
                            "daily = 25:99 cannot be used; write times of day such as 02:30, 14:30",
                            "quietMinutes = fuenf cannot be used; write a whole number from 1 to 1440."
                                    + " Until then its default holds: 5.",
                            "there is no setting importfile, it has no effect; did you mean importFile?")
                    .doesNotContain("\tat ", "Exception");
            assertThat(sparsam.log()).doesNotContain("\tat ");
        }
    }

    @Test
    void configurationFilesAreUtf8() throws IOException {
        Path logs = write("dev.sparsam.logs", List.of("# früh", "daily = früh", "täglich = 1"));
        try (Distribution sparsam = plan().start()) {
            for (String said : List.of(
                    logs + ", line 2: daily = früh cannot be", logs + ", line 3: there is no setting täglich")) {
                await(() -> sparsam.err().contains(said), sparsam);
                await(() -> sparsam.log().contains(said), sparsam);
            }
        }
    }

    @Test
    void germanTerminalReadsWhatIsWrongInGerman() throws IOException {
        write("dev.sparsam.store", List.of("poolSize = 1"));
        write("dev.sparsam.logs", List.of("daily = 25:99", "dialy = 1"));
        write("dev.sparsam.web", List.of("secureCookies = allways"));
        Distribution.Plan german = plan().environment("LC_ALL", "de_DE.UTF-8");
        try (Distribution sparsam = german.start()) {
            for (String said : List.of(
                    "dev.sparsam.store.cfg, Zeile 1: poolSize = 1 ist nicht verwendbar; bitte schreiben: eine ganze",
                    "dev.sparsam.logs.cfg, Zeile 1: daily = 25:99 ist nicht verwendbar; bitte schreiben: Uhrzeiten",
                    "dev.sparsam.logs.cfg, Zeile 2: eine Einstellung dialy gibt es nicht, die Zeile bewirkt nichts; ist",
                    "dev.sparsam.web.cfg, Zeile 1: secureCookies = allways ist nicht verwendbar; bitte schreiben: auto")) {
                await(() -> sparsam.err().contains(said), sparsam);
            }
            assertThat(sparsam.err()).doesNotContain("cannot be used", "there is no", ", line ");
        }
        write("dev.sparsam.store", List.of("user = sparsam"));
        assertThat(german.run().err())
                .contains(", Zeile 1: user ist gesetzt, url aber nicht")
                .doesNotContain("is set");
        write("dev.sparsam.store", List.of());
        write("dev.sparsam.ledger", List.of("origin = a b"));
        assertThat(german.run().err())
                .contains("kann kein Belegbuch bezeichnen")
                .doesNotContain("cannot name");
    }

    @Test
    void typoInARunningSystemIsToldAndCorrectedWithoutARestart() throws IOException {
        try (Distribution sparsam = plan().start()) {
            Path logs = write("dev.sparsam.logs", List.of("# a comment", "daily = 25:99", "quietMinutes = fuenf"));
            write("dev.sparsam.web", List.of("sessionIdleMinutes = abc"));
            await(() -> sparsam.err().contains(logs + ", line 2: daily = 25:99 cannot be used"), sparsam);
            await(() -> sparsam.err().contains(logs + ", line 3: quietMinutes = fuenf cannot be used"), sparsam);
            await(() -> sparsam.err().contains(", line 1: sessionIdleMinutes = abc cannot be used"), sparsam);
            assertWorks(sparsam);

            Files.writeString(logs, "daily = 02:30\nquietMinutes = 7\n");
            Files.writeString(file("dev.sparsam.web"), "sessionIdleMinutes = 20\n");
            await(() -> sparsam.shell("lb").status() == 0, sparsam);
            assertWorks(sparsam);
            assertThat(sparsam.log()).doesNotContain("\tat ");
        }
    }

    /** A file that is written back has lost its comments, and for a moment its values: the default would hold. */
    @Test
    void filesOfTheAdministratorAreNeverWritten() throws IOException {
        FileTime longAgo = FileTime.from(Instant.parse("2020-02-20T20:20:20Z"));
        List<String> lines = List.of("# of our house", "poolSize=7", "heartbeatSeconds =  20");
        Path store = write("dev.sparsam.store", lines);
        Files.setLastModifiedTime(store, longAgo);
        for (int start = 1; start <= 2; start++) {
            try (Distribution sparsam = plan().start()) {
                assertWorks(sparsam);
            }
            assertThat(store).hasContent(String.join("\n", lines));
            assertThat(Files.getLastModifiedTime(store)).as("start %s", start).isEqualTo(longAgo);
        }
    }

    /** Going on with the default would be another database, or another key. */
    @ParameterizedTest
    @CsvSource({
        "dev.sparsam.store, url = jdbc:mysql://localhost/x, url = jdbc:mysql://localhost/x is not understood",
        "dev.sparsam.store, url = jdbc:postgresql://localhost:port/x, url = jdbc:postgresql://localhost:port/x is not",
        "dev.sparsam.store, ulr = jdbc:postgresql://localhost/x, 'there is no setting ulr; write url'",
        "dev.sparsam.store, user = sparsam, 'user is set, but url is not'",
        "dev.sparsam.ledger, keyFile = /proc/nowhere/ledger.key, /proc/nowhere/ledger.key",
        "dev.sparsam.ledger, keyfiel = /srv/ledger.key, 'there is no setting keyfiel; write keyFile'",
        "dev.sparsam.ledger, origin = example.org ledger, 'cannot name a ledger'"
    })
    void valueThatMustNotBeReplacedEndsTheStartInOneSentence(String pid, String line, String said) throws IOException {
        write(pid, List.of("# of our house", line));
        Distribution.Result result = plan().run();
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err().strip().lines()).as(result.err()).hasSize(1);
        assertThat(result.err()).contains(file(pid) + ", line 2: ", said);
        assertThat(result.out()).isEmpty();
        assertThat(Files.readString(data.resolve("logs").resolve("sparsam.log")))
                .contains(said)
                .doesNotContain("\tat ");
    }

    @Test
    void passwordFileThatCannotBeReadEndsTheStartInOneSentence() throws IOException {
        write("dev.sparsam.store", List.of("url = jdbc:postgresql://127.0.0.1/x", "passwordFile = pgpass"));
        Distribution.Result result = plan().run();
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err().strip().lines()).as(result.err()).hasSize(1);
        assertThat(result.err()).contains(file("dev.sparsam.store") + ", line 2: passwordFile = pgpass cannot be read");
    }

    @Test
    void databaseThatCannotBeReachedIsToldAndWaitedFor() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        write("dev.sparsam.store", List.of("url = jdbc:postgresql://127.0.0.1:" + port + "/x"));
        try (Distribution sparsam =
                plan().environment("SPARSAM_JAVA_OPTS", "-Dsparsam.patience=15").launched()) {
            await(
                    () -> sparsam.err().contains("Sparsam is waiting: The database jdbc:postgresql://127.0.0.1"),
                    sparsam);
            await(() -> status(sparsam, "/login") == 503, sparsam);
            assertThat(sparsam.get("/login").body()).contains("The database cannot be reached");
            assertThat(sparsam.shell("sweep:list").err()).contains("sweep:list cannot be had", "127.0.0.1:" + port);

            // Longer than anything else is waited for.
            TimeUnit.SECONDS.sleep(17);
            assertThat(sparsam.isRunning()).as(sparsam.err()).isTrue();
            assertThat(sparsam.err().strip().lines()).as(sparsam.err()).hasSize(1);

            // The wrong address corrected: here, by the embedded database.
            write("dev.sparsam.store", List.of("#url ="));
            sparsam.awaitBanner();
            assertWorks(sparsam);
        }
    }

    @Test
    void pagesAndShellSayWhyNothingRunsUntilTheValueIsCorrected() throws IOException {
        try (Distribution sparsam = plan().start()) {
            write("dev.sparsam.store", List.of("url = nonsense"));
            awaitStopped(sparsam);
            assertThat(sparsam.get("/login").body()).doesNotContain("nonsense", "cfg");
            assertThat(sparsam.get("/ready").statusCode()).isEqualTo(503);
            Distribution.Result list = sparsam.shell("sweep:list");
            assertThat(list.status()).isNotZero();
            assertThat(list.err())
                    .startsWith("sweep:list cannot be had: ")
                    .contains(file("dev.sparsam.store") + ", line 1: url = nonsense is not understood");

            write("dev.sparsam.store", List.of("url ="));
            await(() -> status(sparsam, "/ready") == 200, sparsam);
            assertWorks(sparsam);

            // The same for the key: it is asked for, not made anew.
            Path key = data.resolve("keys").resolve("ledger.key");
            write("dev.sparsam.ledger", List.of("keyFile = keys/ledgr.key"));
            awaitStopped(sparsam);
            assertThat(sparsam.shell("receipt:list").err())
                    .contains(file("dev.sparsam.ledger") + ", line 1: ", "ledgr.key is missing");
            write("dev.sparsam.ledger", List.of("keyFile = " + key));
            await(() -> status(sparsam, "/ready") == 200, sparsam);
            assertWorks(sparsam);
            assertThat(data.resolve("keys").resolve("ledgr.key")).doesNotExist();
            assertThat(sparsam.log()).doesNotContain("\tat ");
        }
    }

    private static void assertWorks(Distribution sparsam) {
        await(() -> status(sparsam, "/login") == 200, sparsam);
        await(() -> sparsam.shell("user:list").out().contains("admin"), sparsam);
        // There are no tenants yet: that is what the commands of a working system say. What has just been configured is
        // away for a moment.
        await(
                () -> {
                    Distribution.Result list = sparsam.shell("sweep:list");
                    return (list.err() + list.out()).contains("The panel has no tenants yet");
                },
                sparsam);
    }

    private static void awaitStopped(Distribution sparsam) {
        await(() -> sparsam.get("/login").body().contains("Part of Sparsam is not running"), sparsam);
        assertThat(sparsam.get("/login").statusCode()).isEqualTo(503);
    }

    private static int status(Distribution sparsam, String path) {
        try {
            return sparsam.get(path).statusCode();
        } catch (UncheckedIOException e) {
            return -1; // Nothing listens yet.
        }
    }

    private static void await(BooleanSupplier condition, Distribution sparsam) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Did not come:\n" + sparsam.out() + sparsam.err() + sparsam.log());
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
