package dev.sparsam.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sparsam.store.testing.PostgresServer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the product stands on is taken away while it runs, and given back: it says so, loses nothing, and goes on. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class OutageIT {

    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    @TempDir
    Path folder;

    @Test
    void aDatabaseServerThatGoesIsToldAndWorksAgainWhenItIsBack() throws Exception {
        assumeThat(PostgresServer.skipped())
                .as("PostgreSQL is left out by -Dsparsam.postgres=skip")
                .isFalse();
        Path etc = Files.createDirectories(folder.resolve("data").resolve("etc"));
        try (PostgresServer server = PostgresServer.start()) {
            Files.writeString(
                    etc.resolve("dev.sparsam.store.cfg"),
                    "url = " + server.createDatabase() + "\nuser = " + PostgresServer.USER + "\n");
            try (Distribution sparsam = Distribution.on(folder.resolve("data")).start()) {
                server.stop();
                // At the same time: each waits some seconds for a connection.
                CompletableFuture<HttpResponse<String>> english =
                        CompletableFuture.supplyAsync(() -> page(sparsam, "en"));
                CompletableFuture<HttpResponse<String>> german =
                        CompletableFuture.supplyAsync(() -> page(sparsam, "de"));
                Distribution.Result command = sparsam.shell("user:list");
                assertThat(command.status()).isEqualTo(1);
                assertThat(command.err())
                        .startsWith("The ")
                        .contains("database jdbc:postgresql:")
                        .hasLineCount(1);
                assertThat(english.join().statusCode()).isEqualTo(503);
                assertThat(english.join().body()).contains("The database cannot be reached", "<main id=\"main\"");
                assertThat(german.join().statusCode()).isEqualTo(503);
                assertThat(german.join().body()).contains("Die Datenbank ist nicht erreichbar");
                server.resume();
                awaitReady(sparsam);
                assertThat(sparsam.shell("user:list").out()).contains("admin");
                // The scheduler of the jobs logs one for each of its threads, when an outage begins.
                assertThat(sparsam.log().lines().filter(line -> line.matches("\\S*Exception: .*")))
                        .as("stack traces")
                        .hasSizeLessThan(5);
            }
        }
    }

    @Test
    void aPartThatIsStartedAnewDuringAnOutageWorksWhenTheDatabaseIsBack() throws Exception {
        assumeThat(PostgresServer.skipped())
                .as("PostgreSQL is left out by -Dsparsam.postgres=skip")
                .isFalse();
        Path etc = Files.createDirectories(folder.resolve("data").resolve("etc"));
        Path logs = Files.createDirectories(folder.resolve("logs"));
        Path log = Files.writeString(logs.resolve("access.log.1"), line("203.0.113.77"));
        Files.setLastModifiedTime(log, FileTime.from(Instant.now().minus(Duration.ofHours(3))));
        try (PostgresServer server = PostgresServer.start()) {
            Files.writeString(
                    etc.resolve("dev.sparsam.store.cfg"),
                    "url = " + server.createDatabase() + "\nuser = " + PostgresServer.USER + "\n");
            try (Distribution sparsam = Distribution.on(folder.resolve("data")).start()) {
                assertThat(sparsam.shell("panel:import", inventory(logs).toString())
                                .err())
                        .isEmpty();
                server.stop();
                Files.writeString(etc.resolve("dev.sparsam.ledger.cfg"), "keyFile = keys/ledger.key\n");
                await(sparsam, () -> sparsam.log().contains("The ledger cannot be opened"));
                assertThat(page(sparsam, "de").body()).contains("Die Datenbank ist nicht erreichbar");
                assertThat(sparsam.shell("receipt:list").err()).contains("The ledger cannot be opened");
                server.resume();
                awaitReady(sparsam);
                assertThat(sparsam.shell("sweep:plan", "s.example").out()).contains("to mask: 1");
                assertThat(sparsam.shell("sweep:run", "1").out()).contains("Receipts");
                assertThat(sparsam.shell("receipt:verify").out()).startsWith("Intact");
                assertThat(sparsam.stop().status()).isZero();
            }
        }
    }

    private Path inventory(Path logs) throws IOException {
        return Files.writeString(
                folder.resolve("sites.json"),
                "{\"format\":\"sparsam-panel/1\",\"tenants\":[{\"id\":\"p\",\"kind\":\"PROVIDER\",\"label\":\"P\"}],"
                        + "\"sites\":[{\"id\":\"s\",\"tenant\":\"p\",\"server\":\"web1\",\"domain\":\"s.example\",\"logs\":"
                        + "[{\"kind\":\"WEB_ACCESS\",\"directory\":\"" + logs + "\",\"files\":\"access.log*\"}]}]}");
    }

    /** For the product every disk is full: it may write to no file beyond the first byte. */
    @Test
    void aFullDiskLosesNothingAndIsNoObstacleWhenThereIsSpaceAgain() throws Exception {
        Path logs = Files.createDirectories(folder.resolve("logs"));
        Path log = Files.writeString(logs.resolve("access.log.1"), line("203.0.113.77") + line("2001:db8::1:2"));
        Files.setLastModifiedTime(log, FileTime.from(Instant.now().minus(Duration.ofHours(3))));
        Path inventory = inventory(logs);
        try (Distribution sparsam = Distribution.on(folder.resolve("data")).start()) {
            assertThat(sparsam.shell("panel:import", inventory.toString()).err())
                    .isEmpty();
            assertThat(sparsam.shell("sweep:plan", "s.example").out()).contains("to mask: 1");
            byte[] before = Files.readAllBytes(log);

            fileSizeLimit(sparsam, "1");
            Distribution.Result set = sparsam.shell("setting:set", "s.example", "retention", "3d");
            assertThat(set.status()).isEqualTo(1);
            assertThat(set.err()).contains("cannot be written", "File too large", "Nothing of this was saved");
            Distribution.Result run = sparsam.shell("sweep:run", "1");
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).hasLineCount(1).contains("disk is full").doesNotContain("sparsam-store", "total=");
            assertThat(Files.readAllBytes(log)).isEqualTo(before);

            fileSizeLimit(sparsam, "unlimited");
            awaitReady(sparsam);
            assertThat(sparsam.shell("setting:show", "s.example").out()).contains("retention: 7d");
            assertThat(sparsam.shell("sweep:run", "1").err()).isEmpty();
            assertThat(Files.readString(log))
                    .isEqualTo(new String(before, StandardCharsets.UTF_8)
                            .replace("203.0.113.77", "203.0.113.0")
                            .replace("2001:db8::1:2", "2001:db8::"));
            assertThat(sparsam.shell("receipt:verify").out()).startsWith("Intact");
            assertThat(sparsam.stop().status()).isZero();
        }
    }

    private static String line(String client) {
        return client + " - - [" + LOG_TIME.format(Instant.now().minus(Duration.ofDays(2)))
                + "] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"\n";
    }

    private static void fileSizeLimit(Distribution sparsam, String bytes) throws IOException, InterruptedException {
        Process prlimit = new ProcessBuilder(
                        "prlimit", "--pid", Long.toString(sparsam.pid()), "--fsize=" + bytes + ":unlimited")
                .inheritIO()
                .start();
        assertThat(prlimit.waitFor()).isZero();
    }

    private static HttpResponse<String> page(Distribution sparsam, String language) {
        return sparsam.send(HttpRequest.newBuilder(sparsam.url("/ready"))
                .header("Accept-Language", language)
                .timeout(Duration.ofSeconds(60))
                .build());
    }

    private static void awaitReady(Distribution sparsam) throws InterruptedException {
        await(sparsam, () -> sparsam.get("/ready").statusCode() == 200);
    }

    private static void await(Distribution sparsam, BooleanSupplier done) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).as(sparsam.log()).isLessThan(end);
            Thread.sleep(100);
        }
    }
}
