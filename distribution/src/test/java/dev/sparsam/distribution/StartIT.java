package dev.sparsam.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start script and the launcher as a user meets them. */
class StartIT {

    @TempDir
    Path folder;

    private Path home = Home.assembled();
    private Path data = Path.of("");

    @BeforeEach
    void prepare() throws IOException {
        home = Home.assembled();
        data = folder.resolve("data");
    }

    private Distribution.Plan plan() {
        return Distribution.on(data).home(home);
    }

    @Test
    void bannerNamesTheAddressAndWhereDataConfigurationAndLogLie() {
        try (Distribution sparsam = plan().start()) {
            assertThat(sparsam.out())
                    .contains("http://127.0.0.1:" + sparsam.port() + "/")
                    .contains(data.toString())
                    .contains(data.resolve("etc").toString())
                    .contains(data.resolve("logs").resolve("sparsam.log").toString())
                    .containsPattern("started in \\d+\\.\\d s");
            assertThat(sparsam.err()).isEmpty();
            assertThat(sparsam.get("/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void bannerIsGermanInAGermanLocale() {
        try (Distribution sparsam = plan().environment("LC_ALL", "de_DE.UTF-8").start()) {
            assertThat(sparsam.out()).contains("Sparsam läuft: http://127.0.0.1:" + sparsam.port() + "/");
        }
    }

    @Test
    void stopEndsWithZero() {
        try (Distribution sparsam = plan().start()) {
            assertThat(sparsam.stop().status()).isZero();
        }
    }

    @Test
    void dataFolderIsForItsOwnerAlone() throws IOException {
        try (Distribution sparsam = plan().start()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(sparsam.data())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void startsAgainAfterBeingKilled() {
        try (Distribution sparsam = plan().start()) {
            sparsam.kill();
        }
        try (Distribution sparsam = plan().start()) {
            assertThat(sparsam.get("/ready").statusCode()).isEqualTo(200);
            assertThat(sparsam.stop().status()).isZero();
        }
    }

    @Test
    void configurationFilesOfTheUserStay() throws IOException {
        Files.createDirectories(data.resolve("etc"));
        Path logback = data.resolve("etc").resolve("logback.xml");
        Files.copy(home.resolve("etc").resolve("logback.xml"), logback);
        String changed = Files.readString(logback) + "<!-- mine -->\n";
        Files.writeString(logback, changed);
        try (Distribution sparsam = plan().start()) {
            sparsam.stop();
        }
        assertThat(logback).hasContent(changed);
    }

    @Test
    void settingsAndConfigurationHoldAfterARestart() throws IOException {
        Path inventory = Files.writeString(
                folder.resolve("sites.json"),
                "{\"format\":\"sparsam-panel/1\",\"tenants\":[{\"id\":\"p\",\"kind\":\"PROVIDER\",\"label\":\"P\"}],"
                        + "\"sites\":[{\"id\":\"s\",\"tenant\":\"p\",\"server\":\"w\",\"domain\":\"s.example\"}]}");
        Path file = data.resolve("etc").resolve("dev.sparsam.web.cfg");
        String configuration;
        try (Distribution sparsam = plan().start()) {
            assertThat(cookies(sparsam)).doesNotContain("Secure");
            sparsam.shell("panel:import", inventory.toString());
            assertThat(sparsam.shell("setting:set", "s.example", "retention", "3d")
                            .err())
                    .isEmpty();
            configuration = Files.readString(file) + "secureCookies = always\n";
            Files.writeString(file, configuration);
            awaitSecure(sparsam);
            sparsam.stop();
        }
        try (Distribution sparsam = plan().start()) {
            assertThat(cookies(sparsam)).contains("Secure");
            assertThat(sparsam.shell("setting:show", "s.example").out()).contains("retention: 3d");
        }
        assertThat(file).hasContent(configuration);
    }

    /** A change of a file is taken up within seconds; for a moment there may be no page. */
    private static void awaitSecure(Distribution sparsam) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!cookies(sparsam).contains("Secure")) {
            assertThat(System.nanoTime()).as("the change is taken up").isLessThan(end);
        }
    }

    private static String cookies(Distribution sparsam) {
        return sparsam.get("/login").headers().allValues("set-cookie").toString();
    }

    @Test
    void secondStartOnTheSameDataFolderIsOneSentence() {
        try (Distribution sparsam = plan().start()) {
            assertFailsInOneSentence(plan().run(), "Another Sparsam is running on the data folder " + data);
            assertThat(sparsam.get("/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void portInUseIsOneSentence() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertFailsInOneSentence(
                    plan().port(other.getLocalPort()).run(),
                    "Port " + other.getLocalPort() + " on 127.0.0.1 is in use by another program",
                    "--port");
        }
    }

    @Test
    void forbiddenPortIsOneSentence() throws IOException {
        assumeThat(Files.readString(Path.of("/proc/self/status")).contains("CapEff:\t0000000000000000"))
                .as("only a user without rights is refused a port below 1024")
                .isTrue();
        assertFailsInOneSentence(plan().port(81).run(), "Port 81 may not be opened by this user", "--port");
    }

    @Test
    void dataFolderBelowAFileIsOneSentence() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertFailsInOneSentence(
                Distribution.on(file.resolve("data")).home(home).run(),
                "The data folder " + file.resolve("data") + " cannot be written to",
                "--data");
    }

    /** Not a matter of rights, so it holds for root too: the kernel lets nobody create a folder there. */
    @Test
    void unwritableDataFolderIsOneSentence() {
        assertFailsInOneSentence(
                Distribution.on(Path.of("/proc/sparsam")).home(home).run(),
                "The data folder /proc/sparsam cannot be written to",
                "--data");
    }

    @Test
    void folderOfSomethingElseIsLeftAlone() throws IOException {
        Files.createDirectories(data);
        Path thesis = Files.writeString(data.resolve("thesis.tex"), "precious");
        assertFailsInOneSentence(
                Distribution.on(data).home(home).demo().options("--fresh").run(),
                data + " is no data folder of Sparsam and not empty (it holds thesis.tex)");
        assertThat(data.toFile().listFiles()).containsExactly(thesis.toFile());
    }

    @Test
    void freshEmptiesTheDemosFolder() throws IOException {
        try (Distribution sparsam = plan().demo().start()) {
            sparsam.stop();
        }
        Path old = Files.writeString(data.resolve("db").resolve("old"), "old");
        try (Distribution sparsam = plan().demo().options("--fresh").start()) {
            assertThat(old).doesNotExist();
            assertThat(sparsam.get("/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void anInstallationIsNeverADemo() {
        try (Distribution sparsam = plan().start()) {
            sparsam.stop();
        }
        assertFailsInOneSentence(plan().demo().options("--fresh").run(), "belongs to an installation, not to a demo");
        assertThat(data.resolve("db")).exists();
    }

    @Test
    void bundleThatDoesNotResolveIsNamedWithWhatItLacks() throws IOException {
        Path broken = BareBundle.write(
                folder.resolve("broken.jar"),
                Map.of("Bundle-SymbolicName", "broken", "Import-Package", "com.example.nowhere"),
                List.of());
        Path other = Home.variant(folder.resolve("other"), List.of(broken), List.of());
        Distribution.Result result = Distribution.on(data).home(other).run();
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err())
                .contains("The bundle broken did not start: Import-Package com.example.nowhere")
                .doesNotContain("\tat ");
    }

    @Test
    void missingPageIsReportedInsteadOfWaitedForForEver() throws IOException {
        Path mute = Home.mute(folder.resolve("mute"));
        Distribution.Result result = Distribution.on(data)
                .home(mute)
                .environment("SPARSAM_JAVA_OPTS", "-Dsparsam.patience=2")
                .run();
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("did not answer /ready with 200 within 2 seconds");
    }

    @Test
    void oldJavaIsOneSentence() throws IOException {
        Path java = fakeJava("openjdk version \"11.0.20\" 2023-07-18");
        assertFailsInOneSentence(
                plan().environment("JAVA_HOME", "")
                        .environment("PATH", java.getParent() + ":/usr/bin:/bin")
                        .run(),
                java + " is Java 11.0.20, but Sparsam needs 17 or newer");
    }

    @Test
    void ancientJavaIsOneSentence() throws IOException {
        Path java = fakeJava("java version \"1.8.0_392\"");
        assertFailsInOneSentence(
                plan().environment("JAVA_HOME", "")
                        .environment("PATH", java.getParent() + ":/usr/bin:/bin")
                        .run(),
                "is Java 1.8.0_392, but Sparsam needs 17 or newer");
    }

    @Test
    void missingJavaIsOneSentence() throws IOException {
        assertFailsInOneSentence(
                plan().environment("JAVA_HOME", "")
                        .environment("PATH", toolsWithoutJava().toString())
                        .run(),
                "There is no Java: install a JDK 17 or newer");
    }

    @Test
    void javaHomeWithoutJavaIsOneSentence() {
        assertFailsInOneSentence(
                plan().environment("JAVA_HOME", folder.toString()).run(),
                "JAVA_HOME is " + folder + ", but there is no bin/java in it.");
    }

    @Test
    void scriptWorksThroughASymbolicLinkFromAnotherFolder() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), home.resolve("sparsam"));
        Distribution.Result result = Distribution.command(Map.of("PWD", "/"), link, "help");
        assertThat(result.status()).isZero();
        assertThat(result.out()).contains("sparsam demo", "--port N");
    }

    @Test
    void wrongUseIsOneSentenceAndStatusTwo() {
        for (List<String> arguments : List.of(
                List.of("dmeo"),
                List.of("demo", "--prot", "1"),
                List.of("demo", "--port"),
                List.of("demo", "--port", "http"),
                List.of("demo", "--port", "0"),
                List.of("demo", "--port", "65536"),
                List.of("demo", "--data"),
                List.of("demo", "--data", ""),
                List.of("start", "--fresh"),
                List.of("ledger", "burn"),
                List.of("ledger", "verify"))) {
            Distribution.Result result =
                    Distribution.command(Map.of(), home.resolve("sparsam"), arguments.toArray(String[]::new));
            assertThat(result.status()).as("%s", arguments).isEqualTo(2);
            assertThat(result.err().strip().lines()).as("%s", arguments).hasSize(1);
            assertThat(result.out()).isEmpty();
        }
    }

    private static void assertFailsInOneSentence(Distribution.Result result, String... parts) {
        assertThat(result.err().strip().lines()).as(result.err()).hasSize(1);
        assertThat(result.err()).contains(parts);
        assertThat(result.status()).isEqualTo(1);
    }

    private Path fakeJava(String version) throws IOException {
        Path java = Files.createDirectories(folder.resolve("fake")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho '" + version + "' >&2\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return java;
    }

    /** A PATH with what the script calls, and no Java. */
    private Path toolsWithoutJava() throws IOException {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : List.of("env", "bash", "readlink", "sed", "head", "locale")) {
            Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
        }
        return tools;
    }
}
