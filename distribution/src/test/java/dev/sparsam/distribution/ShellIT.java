package dev.sparsam.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands through the script, the socket and Gogo. */
class ShellIT {

    @TempDir
    static Path folder = Path.of("");

    private static final String INVENTORY = """
            {"format":"sparsam-panel/1","tenants":[
              {"id":"p","kind":"PROVIDER","label":"Anbieter"},
              {"id":"c-1","kind":"CUSTOMER","parent":"p","label":"Müller"}],
             "sites":[{"id":"d-1","tenant":"c-1","server":"web1","domain":"shop.example",
              "logs":[{"kind":"WEB_ACCESS","directory":"%s","files":"access.log*"}]}]}
            """;

    private static @Nullable Distribution started;

    @BeforeAll
    static void start() throws IOException {
        started = Distribution.on(folder.resolve("data")).home(Home.assembled()).start();
        Files.createDirectories(folder.resolve("logs"));
        Files.writeString(folder.resolve("own größe.json"), INVENTORY.formatted(folder.resolve("logs")));
        Files.writeString(
                folder.resolve("bad.json"),
                INVENTORY.replace("CUSTOMER", "KUNDE").formatted("logs"));
        assertThat(in("en", "panel:import", "own größe.json").status()).isZero();
    }

    @AfterAll
    static void stop() {
        sparsam().close();
    }

    private static Distribution sparsam() {
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    /** A command that is given in the folder of the inventory files. */
    private static Distribution.Result in(String language, String... command) {
        List<String> line = new ArrayList<>(List.of(
                "-c",
                "cd \"$1\" && shift && exec \"$@\"",
                "bash",
                folder.toString(),
                Home.assembled().resolve("sparsam").toString(),
                "shell",
                "--data",
                sparsam().data().toString()));
        line.addAll(List.of(command));
        return Distribution.command(locale(language), Path.of("/bin/bash"), line.toArray(String[]::new));
    }

    /** The name of the locale is enough; it need not be installed. */
    private static Map<String, String> locale(String language) {
        return Map.of("LC_ALL", "", "LANG", language.equals("de") ? "de_DE.UTF-8" : "C.UTF-8");
    }

    private static void refused(String sentence, Distribution.Result result) {
        assertThat(result.err()).contains(sentence).doesNotContain("Exception", "coerce");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void whatWasNotDoneIsNotSuccess() {
        refused("Nothing was changed, because the file has", in("en", "panel:import", "bad.json"));
        refused("Nothing was changed, because the file has", in("en", "panel:preview", "bad.json"));
        refused("--confirm forever", in("en", "setting:set", "d-1", "retention", "forever"));
        refused(
                "--confirm forever",
                in("en", "setting:bound", "--laxest", "forever", "--reason", "r", "p", "retention"));
        refused(
                "\"sieben\" is no retention; write a number of days such as 7d",
                in("en", "setting:set", "d-1", "retention", "sieben"));
        refused("There is no setting \"retentoin\"", in("en", "setting:set", "d-1", "retentoin", "7d"));
        refused("The panel has nothing called \"nowhere\"", in("en", "setting:show", "nowhere"));
        refused("The panel has nothing called \"a/b/c\"", in("en", "setting:show", "a/b/c"));
        Distribution.Result apart = in("en", "setting:set", "customer", "c-1", "retention", "7d");
        assertThat(apart.err()).isEqualTo("setting:set: a level and its id are one word: customer/c-1\n");
        assertThat(apart.status()).isEqualTo(2);
        refused("There is no receipt 4711", in("en", "receipt:show", "4711"));
        refused("There is no notice in \"fr\"", in("en", "notice:show", "--lang", "fr", "d-1"));
        refused("There is no account nobody", in("en", "user:reset", "nobody"));
        refused("there is an account admin already", in("en", "user:add", "admin"));
        refused("There is no account nobody", in("en", "user:disable", "nobody"));
        refused("admin is not disabled", in("en", "user:disable", "admin"));
    }

    @Test
    void problemsOfASweepAreShownApart() throws IOException {
        String line = "192.0.2.1 - - [10/Oct/2020:13:55:36 +0000] \"GET / HTTP/1.1\" 200 1\n";
        Path logs = folder.resolve("logs");
        for (Map.Entry<String, String> file : Map.of(
                        "access.log.10", line, "access.log.4", line, "access.log.5.gz", "no gzip")
                .entrySet()) {
            // What has just been written would be taken to be in use.
            Files.setLastModifiedTime(
                    Files.writeString(logs.resolve(file.getKey()), file.getValue()), FileTime.from(Instant.EPOCH));
        }
        Distribution.Result planned = in("en", "sweep:plan", "d-1");
        assertThat(planned.out()).contains("problems in all: 1").containsSubsequence("log.4", "log.10", "log.5.gz");
        String id = planned.out().replaceAll("(?s).*sweep:run (\\d+).*", "$1");

        assertThat(in("en", "sweep:show", id, "--problems").out())
                .contains("access.log.5.gz")
                .doesNotContain("access.log.4", "access.log.10");
        assertThat(in("de", "sweep:show", "--problems", id).out()).contains("Probleme insgesamt: 1", "access.log.5.gz");
        assertThat(in("en", "help", "sweep:show").out()).contains("[--problems]", "only what needs attention");
        assertThat(in("de", "help", "sweep:show").out()).contains("[--problems]", "nur, was Aufmerksamkeit braucht");
        Files.delete(logs.resolve("access.log.5.gz"));
        String without = in("en", "sweep:plan", "d-1").out().replaceAll("(?s).*sweep:run (\\d+).*", "$1");
        assertThat(in("en", "sweep:show", "--problems", without).out()).contains("No file has a problem.");
    }

    @Test
    void listsAreWholeOrSayThatTheyAreNot() throws IOException {
        StringBuilder sites = new StringBuilder();
        for (int i = 0; i < 150; i++) {
            sites.append(sites.isEmpty() ? "" : ",")
                    .append("{\"id\":\"m-" + i + "\",\"tenant\":\"c-1\",\"server\":\"web1\",\"domain\":\"many-" + i
                            + ".example\"}");
        }
        Files.writeString(
                folder.resolve("many.json"),
                INVENTORY.formatted(folder.resolve("logs")).replace("\"sites\":[", "\"sites\":[" + sites + ","));
        assertThat(in("en", "panel:import", "many.json").status()).isZero();
        assertThat(in("en", "site:list").out().lines().filter(line -> line.startsWith("many-")))
                .hasSize(150);
        Distribution.Result cut = in("en", "site:list", "--limit", "100");
        assertThat(cut.out().lines()).hasSize(101);
        assertThat(cut.err()).contains("There are more than these 100");
        assertThat(in("en", "setting:set", "m-0", "retention", "5d").status()).isZero();
        assertThat(in("en", "setting:set", "m-0", "retention", "4d").status()).isZero();
        assertThat(in("en", "panel:import", "own größe.json").status()).isZero();
        Distribution.Result receipts = in("en", "receipt:list", "--limit", "1");
        assertThat(receipts.out().lines()).hasSize(2);
        assertThat(receipts.err()).contains("There are more than these 1; --limit or --all shows them.");
        assertThat(in("en", "receipt:list", "--all").err()).isEmpty();
        refused("0 is no number of rows", in("en", "sweep:list", "--limit", "0"));
    }

    @Test
    void legalHoldIsPlacedShownAndLifted() {
        String day = LocalDate.now(ZoneOffset.UTC).plusDays(10).toString();
        refused("--person is missing", in("en", "hold:place", "--until", day, "--reason", "Az. 7", "shop.example"));
        refused(
                "\"soon\" is no day",
                in("en", "hold:place", "--until", "soon", "--reason", "r", "--person", "p", "shop.example"));
        refused(
                "--until 2020-01-31 is over",
                in("en", "hold:place", "--until", "2020-01-31", "--reason", "r", "--person", "p", "shop.example"));
        refused("shop.example has no legal hold", in("en", "hold:lift", "shop.example"));

        Distribution.Result placed =
                in("en", "hold:place", "--until", day, "--reason", "Az. 7 O 1", "--person", "Recht", "shop.example");
        assertThat(placed.err()).isEmpty();
        assertThat(placed.out())
                .startsWith("shop.example: nothing is deleted up to and including " + day)
                .contains("(receipt ");
        assertThat(in("de", "hold:list").out())
                .containsPattern("shop.example +" + day + " +endet in .* Tagen +Az. 7 O 1 +Recht");
        assertThat(in("de", "site:list").out()).contains("(Löschsperre bis " + day + ")");
        assertThat(in("de", "hold:lift", "shop.example").out()).contains("Die Löschsperre ist aufgehoben");
        assertThat(in("en", "hold:list").out()).isEqualTo("No legal hold.\n");
    }

    @Test
    void whatSweepsFoundIsToldInTheCallersLanguage() {
        assertThat(in("de", "site:observe").out()).contains("Wie festgelegt:");
        assertThat(in("en", "site:observe", "shop.example").err()).isEmpty();
        assertThat(in("en", "help", "site:observe").out()).contains("exit status 3 when one drifts");
    }

    @Test
    void takingBackWhatWasNotSetSaysSo() {
        assertThat(in("en", "setting:reset", "d-1", "masking").out())
                .startsWith("Nothing was set at shop.example, so nothing was changed;");
        refused("(at most 36500d)", in("en", "setting:set", "d-1", "retention", "99999999999d"));
        assertThat(in("en", "help", "user:add").out()).contains("the account's name");
    }

    @Test
    void builtInDefaultIsToldAsSuchWithTheWayToMore() {
        refused(
                "has no value of its own, so the built-in default of truncate/24/48 holds there",
                in("en", "setting:bound", "--laxest", "truncate/24/64", "--reason", "r", "c-1", "masking"));
        Distribution.Result refused = in("en", "setting:set", "--reason", "r", "d-1", "masking", "truncate/24/64");
        refused("setting:bound --laxest VALUE --reason \"...\" provider masking", refused);

        assertThat(in("en", "setting:bound", "--laxest", "truncate/24/64", "--reason", "r", "provider", "masking"))
                .returns(0, Distribution.Result::status);
        assertThat(in("en", "setting:set", "--reason", "r", "d-1", "masking", "truncate/24/64"))
                .returns(0, Distribution.Result::status);
        assertThat(in("en", "setting:reset", "d-1", "masking").status()).isZero();
        assertThat(in("en", "setting:bound", "provider", "masking").status()).isZero();
    }

    @Test
    void refusalsAreGermanInAGermanLocale() {
        refused("Es wurde nichts geändert, denn die Datei hat", in("de", "panel:import", "bad.json"));
        refused("Abgelehnt:", in("de", "setting:set", "d-1", "retention", "400d"));
        refused("Ein Konto nobody gibt es nicht", in("de", "user:reset", "nobody"));
        refused("Ein Konto admin gibt es schon", in("de", "user:add", "admin"));
    }

    @Test
    void tablesAreGermanInAGermanLocale() {
        assertThat(in("de", "site:list").out())
                .startsWith("DOMAIN        KUNDE < RESELLER  SPEICHERDAUER  VON")
                .contains("shop.example  Müller            7d             eingebaut  nie");
        assertThat(in("de", "setting:show", "d-1").out()).contains("sagt nichts");
        assertThat(in("en", "setting:show", "provider").out())
                .contains("provider/p")
                .isEqualTo(in("en", "setting:show", "p").out());
        assertThat(in("de", "user:list").out()).startsWith("KONTO").contains("admin", "Anbieter");
    }

    @Test
    void filesAreMeantInTheCallersFolder() throws IOException {
        assertThat(in("en", "panel:preview", "own größe.json").out()).contains("3 unchanged");
        assertThat(in("en", "panel:export", "out.json").out())
                .isEqualTo("Written: " + folder.resolve("out.json") + "\n");
        assertThat(folder.resolve("out.json")).content().contains("shop.example");
        refused("There is no file " + folder.resolve("none.json"), in("en", "panel:import", "none.json"));
    }

    @Test
    void existingFileIsNotOverwritten() throws IOException {
        Path file = Files.writeString(folder.resolve("ledger.jsonl"), "precious");
        refused(file + " exists already, and nothing was written", in("en", "receipt:export", "ledger.jsonl"));
        refused(file + " gibt es schon, und es wurde nichts geschrieben", in("de", "receipt:export", "ledger.jsonl"));
        assertThat(file).hasContent("precious");
    }

    @Test
    void ledgerOnTheStandardOutputIsWhatTheVerifierReads() throws IOException {
        assertThat(in("en", "setting:set", "p", "retention", "6d").status()).isZero();
        Path file = Files.writeString(
                folder.resolve("export.jsonl"), in("en", "receipt:export", "-").out());
        Distribution.Result verified = Distribution.command(
                locale("de"), Home.assembled().resolve("sparsam"), "ledger", "verify", file.toString());
        assertThat(verified.err()).isEmpty();
        assertThat(verified.status()).isZero();
        assertThat(verified.out()).contains("Einträge", "Prüfpunkt");
    }

    /** Whatever command it is: too much is misuse, and said with the usage. */
    @Test
    void tooManyArgumentsAreMisuseOfEveryCommand() {
        for (String command : sparsam()
                .shell("help")
                .out()
                .lines()
                .filter(line -> line.startsWith("  "))
                .map(line -> line.strip().replaceFirst(" .*", ""))
                .toList()) {
            Distribution.Result result = sparsam().shell(command, "a", "b", "c", "d", "e", "f");
            assertThat(result.status()).as(command).isEqualTo(2);
            assertThat(result.err()).as(command).startsWith(command + ": ").doesNotContain("coerce", "Exception");
        }
    }

    @Test
    void helpListsTheCommandsWithWhatTheyDo() {
        Distribution.Result help = sparsam().shell("help");
        assertThat(help.err()).isEmpty();
        assertThat(help.status()).isZero();
        assertThat(help.out()).containsPattern("(?m)^  help +list the commands").doesNotContain("gogo:");
    }

    @Test
    void helpOfACommandTellsItsUsage() {
        assertThat(sparsam().shell("help", "help").out()).contains("help NAME");
    }

    @Test
    void helpOfNoCommandFails() {
        Distribution.Result help = sparsam().shell("help", "nonsense");
        assertThat(help.status()).isEqualTo(1);
        assertThat(help.err()).isEqualTo("There is no command nonsense; help lists them.\n");
        assertThat(sparsam().shell("help", "site:lst").err()).contains("did you mean site:list?");
    }

    @Test
    void bundlesCanBeLookedAt() {
        assertThat(sparsam().shell("lb").out()).contains("Active");
    }

    @Test
    void socketIsForItsOwnerAlone() throws IOException {
        Path socket = sparsam().data().resolve("run").resolve("shell.sock");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
    }

    @Test
    void nothingRunningIsOneSentence() {
        Distribution.Result result = Distribution.command(
                Map.of(), Home.assembled().resolve("sparsam"), "shell", "--data", folder.toString(), "help");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("No Sparsam is running on " + folder)
                .hasLineCount(1);
    }
}
