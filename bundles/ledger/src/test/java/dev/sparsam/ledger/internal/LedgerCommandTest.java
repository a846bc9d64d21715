package dev.sparsam.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.core.JsonFactory;
import dev.sparsam.ledger.Checkpoint;
import dev.sparsam.ledger.Entry;
import dev.sparsam.ledger.Hash;
import dev.sparsam.ledger.InclusionProof;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerCommandTest {
    @TempDir
    static Path folder;

    private static String key = "";
    private static String note = "";
    private static String export = "";
    private static final List<String> proofs = new ArrayList<>();

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @BeforeAll
    static void export() throws IOException {
        try (TestDatabase database = Ledgers.database(TestDatabases.H2)) {
            SqlLedger ledger = Ledgers.open(database, folder);
            for (int i = 0; i < 20; i++) {
                ledger.append(Ledgers.receipt(i));
            }
            key = ledger.verifierKey();
            note = ledger.latest().orElseThrow().note();
            export = Ledgers.export(ledger);
            for (int i = 0; i < 20; i++) {
                proofs.add(proof(ledger, i));
            }
        }
        Files.writeString(folder.resolve("good.jsonl"), export);
        Files.writeString(folder.resolve("bad.jsonl"), export.replace("\"files\":17,", "\"files\":18,"));
        Files.writeString(folder.resolve("note"), note);
    }

    /** As the pages write it. */
    private static String proof(SqlLedger ledger, long index) {
        Entry entry = ledger.entry(index).orElseThrow();
        Checkpoint checkpoint = ledger.latest().orElseThrow();
        InclusionProof proof = ledger.inclusion(index, checkpoint.size());
        return "{\"format\":\"sparsam-proof/1\",\"index\":" + index
                + ",\"entry\":" + CanonicalJson.text(entry.canonical())
                + ",\"leafHash\":\"" + entry.leafHash()
                + "\",\"inclusion\":{\"treeSize\":" + proof.treeSize() + ",\"hashes\":"
                + CanonicalJson.text(proof.hashes().stream().map(Hash::toString).toList())
                + "},\"checkpoint\":" + CanonicalJson.text(checkpoint.note())
                + ",\"verifierKey\":" + CanonicalJson.text(ledger.verifierKey()) + "}\n";
    }

    private static String write(String content) throws IOException {
        return Files.writeString(folder.resolve("receipt.json"), content).toString();
    }

    private void proofBroken(String what, String content) throws IOException {
        assertThat(content).isNotEqualTo(proofs.get(17));
        assertThat(verify(write(content))).isEqualTo(1);
        assertThat(output()).startsWith("BROKEN: the proof does not hold: ").contains(what);
        output.reset();
    }

    @Test
    void theProofOfAReceiptIsChecked() throws IOException {
        for (int i = 0; i < 20; i++) {
            assertThat(verify(write(proofs.get(i)))).as(output()).isZero();
            assertThat(output())
                    .startsWith("Proven: receipt " + i + " of the ledger \"example.org/ledger\"")
                    .contains("domain/d-" + i % 5, "the signed tree of 20 entries", key, "--key");
            output.reset();
        }
    }

    @Test
    void theKeyOfAProofCanBePinned() throws IOException {
        assertThat(verify("--key", key, write(proofs.get(3)))).isZero();
        assertThat(output()).doesNotContain("--key");
        output.reset();
        String other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assertThat(verify("--key", other, write(proofs.get(3)))).isEqualTo(1);
        assertThat(output()).contains("BROKEN: ", "c74f20a3");
    }

    @Test
    void aProofMayBeLaidOutAnew() throws IOException {
        assertThat(verify(write(proofs.get(3).replace(",\"inclusion\":", "\n ,\n  \"inclusion\" : "))))
                .isZero();
    }

    @Test
    void scriptsGetAProofInJson() throws IOException {
        assertThat(verify("--json", write(proofs.get(3)))).isZero();
        assertThat(output())
                .startsWith("{\"result\":\"proven\",\"receipt\":3,\"ledger\":\"example.org/ledger\",\"treeSize\":20");
        output.reset();
        assertThat(verify("--json", write(proofs.get(3).replace("\"index\":3,\"entry", "\"index\":4,\"entry"))))
                .isEqualTo(1);
        assertThat(output()).startsWith("{\"result\":\"broken\",\"what\":\"the proof is for receipt 4");
    }

    @Test
    void whatWasChangedInAProofIsFound() throws IOException {
        String good = proofs.get(17);
        proofBroken("does not fit the leaf hash", good.replace("files\\\":17", "files\\\":18"));
        proofBroken("does not fit the leaf hash", good.replaceFirst("leafHash\":\"..", "leafHash\":\"00"));
        proofBroken("the path does not lead", good.replaceFirst("hashes\":\\[\"..", "hashes\":[\"00"));
        proofBroken("the path does not lead", good.replaceFirst("hashes\":\\[\"[0-9a-f]*\",", "hashes\":["));
        proofBroken("a hash of the path", good.replaceFirst("hashes\":\\[\"..", "hashes\":[\""));
        proofBroken(
                "a tree of 21 entries, but the checkpoint covers 20", good.replace("treeSize\":20", "treeSize\":21"));
        proofBroken("does not fit its signature", good.replace("ledger\\n20\\n", "ledger\\n19\\n"));
        proofBroken("not written in canonical form", good.replace("{\\\"act", "{ \\\"act"));
        proofBroken("is for receipt 16", good.replace("\"index\":17,\"entry", "\"index\":16,\"entry"));
        proofBroken("does not consist of the members", good.replace("\"inclusion\"", "\"inclusions\""));
        proofBroken("not JSON of this format", good.substring(0, good.length() - 3));
        proofBroken("sparsam-proof/2", good.replace("proof/1", "proof/2"));
    }

    @Test
    void aProofBeyondTheBoundsOfTheReaderIsBroken() throws IOException {
        String good = proofs.get(17);
        for (String json : List.of("[".repeat(2_000) + "]".repeat(2_000), "9".repeat(2_000))) {
            proofBroken("nested too deep", good.replace("\"treeSize\":20", "\"treeSize\":" + json));
            proofBroken(
                    "nested too deep",
                    good.replaceFirst("\"entry\":\"(?:[^\"\\\\]|\\\\.)*+\"", "\"entry\":\"" + json + "\""));
        }
    }

    @Test
    void anExportBeyondTheBoundsOfTheReaderIsBrokenInBothLanguages() throws IOException {
        String bad = write(export.replace("\"files\":17,", "\"files\":" + "9".repeat(2_000) + ","));
        assertThat(verify(bad)).isEqualTo(1);
        assertThat(output())
                .startsWith("BROKEN at entry 17 (line 36): the line is not JSON of this format (column ")
                .doesNotContain("StreamReadConstraints");
        output.reset();
        assertThat(run(Locale.GERMAN, "verify", bad)).isEqualTo(1);
        assertThat(output())
                .startsWith("GEBROCHEN bei Eintrag 17 (Zeile 36): die Zeile ist kein JSON dieses Formats (");
    }

    @Test
    void theEntryOfAnotherReceiptDoesNotFitThePath() throws IOException {
        int inclusion = proofs.get(17).indexOf("\"inclusion\"");
        int other = proofs.get(16).indexOf("\"inclusion\"");
        proofBroken(
                "the path does not lead",
                proofs.get(16).substring(0, other) + proofs.get(17).substring(inclusion));
    }

    @Test
    void aFileOfAnotherKindIsNotCalledBroken() throws IOException {
        refused("is neither an export of the ledger", "verify", write("{\"name\": \"x\"}\n"));
        refused("is neither an export of the ledger", "verify", write("hello\n"));
        refused("is neither an export of the ledger", "verify", write(""));
    }

    @Test
    void anExportWithoutItsFirstLineIsStillOne() throws IOException {
        assertThat(verify(write(export.substring(export.indexOf('\n') + 1)))).isEqualTo(1);
        assertThat(output()).contains("does not begin with the header");
    }

    @Test
    void aKeptCheckpointIsNoneOfASingleReceipt() throws IOException {
        refused("--checkpoint is for an export", "verify", "--checkpoint", file("note"), write(proofs.get(3)));
    }

    private int run(Locale locale, String... arguments) {
        return new LedgerCommand(
                        new ByteArrayInputStream(export.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(output, true, StandardCharsets.UTF_8),
                        new PrintStream(errors, true, StandardCharsets.UTF_8),
                        locale)
                .run(List.of(arguments));
    }

    private int verify(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "verify";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return run(Locale.ENGLISH, all);
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    private String output() {
        return output.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return errors.toString(StandardCharsets.UTF_8);
    }

    @Test
    void anIntactLedgerIsDescribed() {
        assertThat(verify(file("good.jsonl"))).isZero();
        assertThat(output())
                .startsWith("Intact: 20 entries and 20 checkpoints.")
                .contains("The newest checkpoint covers 20 entries")
                .contains(key)
                .contains("Signed by the key " + VerifierKey.parse(key).id())
                .contains("--key");
        assertThat(errors()).isEmpty();
    }

    @Test
    void aBrokenLedgerNamesTheFirstEntryAndItsLine() {
        assertThat(verify(file("bad.jsonl"))).isEqualTo(1);
        assertThat(output())
                .startsWith("BROKEN at entry 17 (line 36): the content does not fit the leaf hash")
                .contains("Proven are the entries before entry 17.");
    }

    @Test
    void thePersonsLanguageIsSpoken() {
        assertThat(run(Locale.GERMANY, "verify", file("bad.jsonl"))).isEqualTo(1);
        assertThat(output()).startsWith("GEBROCHEN bei Eintrag 17 (Zeile 36): der Inhalt passt nicht zum Blatt-Hash");
    }

    @Test
    void scriptsGetOneLineOfJson() {
        assertThat(run(Locale.GERMANY, "verify", "--json", file("good.jsonl"))).isZero();
        assertThat(output())
                .startsWith("{\"result\":\"intact\",\"entries\":20,\"checkpoints\":20,\"root\":\"")
                .endsWith("\"key\":\"" + key + "\",\"keyPinned\":false}\n");
    }

    @Test
    void jsonNamesTheFirstEntryThatDoesNotFit() {
        assertThat(verify("--json", file("bad.jsonl"))).isEqualTo(1);
        assertThat(output())
                .startsWith("{\"result\":\"broken\",\"entry\":17,\"line\":36,\"proven\":17,\"what\":\"the content");
    }

    @Test
    void anUnknownLanguageGetsEnglish() {
        assertThat(run(Locale.FRENCH, "verify", file("good.jsonl"))).isZero();
        assertThat(output()).startsWith("Intact:");
    }

    @Test
    void theStandardInputIsRead() {
        assertThat(verify("-")).isZero();
    }

    @Test
    void thePinnedKeyIsAccepted() {
        assertThat(verify("--key", key, file("good.jsonl"))).isZero();
        assertThat(output()).doesNotContain("--key");
    }

    @Test
    void anotherPinnedKeyBreaksTheLedger() {
        String other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assertThat(verify("--key", other, file("good.jsonl"))).isEqualTo(1);
        assertThat(output()).startsWith("BROKEN at line 1: ").contains("c74f20a3");
    }

    @Test
    void aKeptCheckpointIsLookedFor() {
        assertThat(verify("--checkpoint", file("note"), file("good.jsonl"))).isZero();
    }

    private void refused(String message, String... arguments) {
        assertThat(run(Locale.ENGLISH, arguments)).isEqualTo(2);
        assertThat(errors()).contains(message).doesNotContain("Exception", "\tat ");
        assertThat(output()).isEmpty();
    }

    @Test
    void withoutArgumentsTheCommandExplainsItself() {
        refused("Usage: ledger verify");
    }

    @Test
    void anUnknownCommandIsRefused() {
        refused("\"check\" is not known here.", "check");
    }

    @Test
    void anUnknownOptionIsRefused() {
        refused("\"--fast\" is not known here.", "verify", "--fast", "x");
    }

    @Test
    void anOptionWithoutValueIsRefused() {
        refused("--key needs a value.", "verify", file("good.jsonl"), "--key");
    }

    @Test
    void oneFileIsChecked() {
        refused("Name one file", "verify");
        refused("Name one file", "verify", "a", "b");
    }

    @Test
    void aMissingFileIsNamed() {
        refused("There is no file " + file("none"), "verify", file("none"));
    }

    @Test
    void aMissingCheckpointFileIsNamed() {
        refused("There is no file " + file("none"), "verify", "--checkpoint", file("none"), file("good.jsonl"));
    }

    @Test
    void aFolderIsRefused() {
        refused("is a folder", "verify", folder.toString());
    }

    @Test
    void aFileThatMayNotBeReadIsNamed() throws IOException {
        Path closed = Files.writeString(folder.resolve("closed"), export);
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(closed), "Skipped: this account may read everything");
        refused("access is denied", "verify", closed.toString());
    }

    @Test
    void aKeyThatIsNoneIsRefused() {
        refused("The value of --key is not valid", "verify", "--key", "x", file("good.jsonl"));
    }

    @Test
    void everyMessageExistsInBothLanguages() {
        assertThat(messages("_de")).isEqualTo(messages(""));
    }

    private static Set<String> messages(String language) {
        Set<String> keys = new TreeSet<>();
        String name = LedgerCommand.class.getPackageName() + ".messages" + language;
        for (Enumeration<String> all =
                        ResourceBundle.getBundle(name, Locale.ROOT).getKeys();
                all.hasMoreElements(); ) {
            keys.add(all.nextElement());
        }
        return keys;
    }

    @Test
    void theCommandNeedsOnlyItsOwnJarAndTwoLibraries() throws Exception {
        String classPath = location(LedgerCommand.class)
                + File.pathSeparator
                + location(Ed25519Signer.class)
                + File.pathSeparator
                + location(JsonFactory.class);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Duser.language=en",
                        "-cp",
                        classPath,
                        LedgerCommand.class.getName(),
                        "verify",
                        file("bad.jsonl"))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said).startsWith("BROKEN at entry 17 (line 36)");
        assertThat(process.exitValue()).isEqualTo(1);
    }

    private static Path location(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
