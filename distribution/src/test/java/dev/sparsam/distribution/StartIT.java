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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start script and the launcher as a user meets them. */
class StartIT {

    @TempDir
    static Path shared;

    /** The data folder of a demo that was started once, and what it said. Making the sample takes seconds. */
    private static Path demo = Path.of("");

    private static String saidByDemo = "";

    @TempDir
    Path folder;

    private Path home = Home.assembled();
    private Path data = Path.of("");

    @BeforeAll
    static void startDemo() {
        demo = shared.resolve("demo");
        try (Distribution sparsam = Distribution.on(demo).demo().start()) {
            saidByDemo = sparsam.out();
            sparsam.stop();
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        home = Home.assembled();
        data = folder.resolve("data");
    }

    private Distribution.Plan plan() {
        return Distribution.on(data).home(home);
    }

    /** Puts the data of that demo where {@link #plan()} looks. */
    private void copyDemo() {
        Distribution.Result copied =
                Distribution.command(Map.of(), Path.of("/bin/cp"), "--archive", demo.toString(), data.toString());
        assertThat(copied.status()).as(copied.err()).isZero();
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
            assertThat(sparsam.out())
                    .contains("Sparsam läuft: http://127.0.0.1:" + sparsam.port() + "/")
                    .containsPattern("gestartet in \\d+,\\d s");
        }
    }

    /** What an administrator copies to a second node, or brings back from a backup. */
    @Test
    void folderThatHoldsOnlyConfigurationAndKeysIsAnInstallation() throws IOException {
        byte[] key;
        try (Distribution sparsam = plan().start()) {
            sparsam.stop();
            key = Files.readAllBytes(data.resolve("keys").resolve("ledger.key"));
        }
        Path second = folder.resolve("second");
        Files.createDirectories(second.resolve("etc"));
        Files.createDirectories(second.resolve("logs"));
        Files.createDirectories(second.resolve("run"));
        Files.write(Files.createDirectories(second.resolve("keys")).resolve("ledger.key"), key);
        try (Distribution sparsam = Distribution.on(second).home(home).start()) {
            assertThat(sparsam.get("/ready").statusCode()).isEqualTo(200);
        }
        assertThat(Files.readAllBytes(second.resolve("keys").resolve("ledger.key")))
                .isEqualTo(key);
    }

    @Test
    void firstStartOfTheDemoNamesTheSampleAccounts() {
        assertThat(saidByDemo).containsPattern("reseller +password: .*\\n +customer +password: ");
        copyDemo();
        try (Distribution sparsam = plan().demo().start()) {
            assertThat(sparsam.out()).containsPattern("reseller +password: .*\\n +customer +password: ");
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
    void portInUseLeavesTheDataFolderAsItIs() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Distribution.Plan onPort = plan().demo().port(other.getLocalPort());
            assertThat(onPort.run().status()).isEqualTo(1);
            assertThat(data).doesNotExist();
            Path file = Files.writeString(
                    Files.createDirectories(data.resolve("etc")).resolve("mine.cfg"), "");
            assertThat(onPort.run().status()).isEqualTo(1);
            assertThat(files(data)).containsExactly(data, data.resolve("etc"), file);
            assertThat(data.resolve("run")).doesNotExist();
            Files.delete(file);
            Files.delete(data.resolve("etc"));
            Files.delete(data);
        }
        copyDemo();
        List<Path> before = files(data);
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertFailsInOneSentence(
                    plan().demo().options("--fresh").port(other.getLocalPort()).run(), "is in use by another program");
        }
        assertThat(files(data)).isEqualTo(before);
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
        copyDemo();
        Path old = Files.writeString(data.resolve("db").resolve("sparsam.trace.db"), "old");
        Path key = data.resolve("keys").resolve("ledger.key");
        byte[] before = Files.readAllBytes(key);
        try (Distribution sparsam = plan().demo().options("--fresh").start()) {
            assertThat(old).doesNotExist();
            assertThat(Files.readAllBytes(key)).isNotEqualTo(before);
            assertThat(sparsam.get("/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void freshDeletesNothingWhereForeignFilesLie() throws IOException {
        copyDemo();
        Path thesis =
                Files.writeString(Files.createDirectories(data.resolve("notes")).resolve("thesis.tex"), "precious");
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Path log = Files.writeString(elsewhere.resolve("access.log"), "precious");
        Path link = Files.createSymbolicLink(data.resolve("sample/logs/mine"), elsewhere);
        Path export = Files.writeString(data.resolve("db").resolve("export.sql"), "precious");
        List<Path> before = files(data);

        assertFailsInOneSentence(
                plan().demo().options("--fresh").run(),
                "Nothing was deleted: " + data + " also holds files that Sparsam did not make",
                "notes",
                "sample/logs/mine",
                "db/export.sql",
                "move them to another folder");
        assertThat(files(data)).isEqualTo(before).contains(thesis, link, export);
        assertThat(log).hasContent("precious");
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !file.startsWith(folder.resolve("run")))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void hintsWorkWhenTheyArePasted() throws IOException {
        data = folder.resolve("own Lücke's \"$HOME\"");
        try (Distribution sparsam = plan().start()) {
            assertThat(paste("Commands +(.*)", sparsam).out()).contains("help");
            sparsam.stop();
        }
        Files.delete(data.resolve("first-admin-password"));
        try (Distribution sparsam = plan().start()) {
            assertThat(paste("\\(reset it: (.*)\\)", sparsam).out()).startsWith("One-time password of admin: ");
        }
    }

    private static Distribution.Result paste(String hint, Distribution sparsam) {
        Matcher matcher = Pattern.compile(hint).matcher(sparsam.out());
        assertThat(matcher.find()).as(sparsam.out()).isTrue();
        Distribution.Result result = Distribution.command(Map.of(), Path.of("/bin/bash"), "-c", matcher.group(1));
        assertThat(result.status()).as(matcher.group(1) + "\n" + result.err()).isZero();
        return result;
    }

    /** What the script does first, such as building, is not the start of the product. */
    @Test
    void startTimeIsMeasuredFromTheCallOfJava() throws IOException {
        Path slow = Files.createDirectories(folder.resolve("slow")).resolve("locale");
        Files.writeString(slow, "#!/bin/sh\nsleep 5\nexec /usr/bin/locale \"$@\"\n");
        Files.setPosixFilePermissions(slow, PosixFilePermissions.fromString("rwxr-xr-x"));
        long begin = System.nanoTime();
        try (Distribution sparsam = plan().environment(
                        "PATH", slow.getParent() + ":" + System.getenv().getOrDefault("PATH", "/usr/bin:/bin"))
                .start()) {
            double all = (System.nanoTime() - begin) / 1e9;
            Matcher matcher = Pattern.compile("started in (\\d+\\.\\d) s").matcher(sparsam.out());
            assertThat(matcher.find()).isTrue();
            assertThat(Double.parseDouble(matcher.group(1))).isPositive().isLessThan(all - 4.5);
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
    void serviceUnitIsOneThatSystemdKnows() throws IOException {
        assumeThat(Path.of("/usr/bin/systemd-analyze"))
                .as("systemd checks its units itself, where it is installed")
                .exists();
        String unit = Files.readString(home.resolve("share").resolve("sparsam.service"));
        // The file that is called must be there.
        Path copy = Files.writeString(
                folder.resolve("sparsam.service"),
                unit.replace("/opt/sparsam/sparsam", home.resolve("sparsam").toString()));
        Distribution.Result result = Distribution.command(
                Map.of(), Path.of("/usr/bin/systemd-analyze"), "verify", "--man=no", copy.toString());
        assertThat(result.err() + result.out()).isEmpty();
        assertThat(result.status()).isZero();
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
