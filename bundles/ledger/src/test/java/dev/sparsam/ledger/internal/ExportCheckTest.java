package dev.sparsam.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.ledger.Hash;
import dev.sparsam.ledger.internal.ExportCheck.Outcome;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The export of these tests: a header, the entries 0 to 2 one by one, each with its checkpoint, the entries 3 to 9 in a
 * batch with a checkpoint of size 10, the entry 10 with its checkpoint, the end.
 */
class ExportCheckTest {
    @TempDir
    static Path folder;

    private static List<String> lines = List.of();
    private static Optional<SigningKey> key = Optional.empty();

    @BeforeAll
    static void export() throws IOException {
        try (TestDatabase database = Ledgers.database(TestDatabases.H2)) {
            SqlLedger ledger = Ledgers.open(database, folder);
            for (int i = 0; i < 3; i++) {
                ledger.append(Ledgers.receipt(i));
            }
            ledger.append(Ledgers.receipts(3, 10));
            ledger.append(Ledgers.receipt(10));
            lines = Ledgers.export(ledger).lines().toList();
            key = Optional.of(new SigningKey(
                    "example.org/ledger", KeyFile.read(folder.resolve("keys").resolve("ledger.key"))));
        }
    }

    private static final int HEADER = 0;

    private static int entry(int index) {
        return index < 3 ? 1 + 2 * index : index < 10 ? 4 + index : 15;
    }

    private static int checkpoint(int size) {
        return size <= 3 ? 2 * size : size == 10 ? 14 : 16;
    }

    private static final int END = 17;

    private static Outcome check(List<String> export) {
        return check((String.join("\n", export) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static Outcome check(byte[] export) {
        return check(new ByteArrayInputStream(export), Optional.empty(), Optional.empty());
    }

    private static Outcome check(InputStream export, Optional<VerifierKey> pinned, Optional<String> kept) {
        try {
            return ExportCheck.run(export, pinned, kept);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static InputStream stream(List<String> export) {
        return new ByteArrayInputStream((String.join("\n", export) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void broken(List<String> export, int index, int line, String what) {
        broken(check(export), index, line, what);
    }

    private static void broken(Outcome outcome, int index, int line, String what) {
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Broken.class, broken -> {
            assertThat(broken.misfit().text(Locale.ENGLISH)).contains(what);
            assertThat(broken.entry()).hasValue(index);
            assertThat(broken.line()).isEqualTo(line + 1);
        });
    }

    private static void brokenOutsideOfEntries(List<String> export, int line, String what) {
        assertThat(check(export)).isInstanceOfSatisfying(Outcome.Broken.class, broken -> {
            assertThat(broken.misfit().text(Locale.ENGLISH)).contains(what);
            assertThat(broken.entry()).isEmpty();
            assertThat(broken.line()).isEqualTo(line + 1);
        });
    }

    private static List<String> with(int line, String text) {
        List<String> changed = new ArrayList<>(lines);
        changed.set(line, text);
        return changed;
    }

    private static List<String> without(int line) {
        List<String> changed = new ArrayList<>(lines);
        changed.remove(line);
        return changed;
    }

    private static List<String> inserted(int line, String text) {
        List<String> changed = new ArrayList<>(lines);
        changed.add(line, text);
        return changed;
    }

    /** An entry's line with other content and the leaf hash that fits it. */
    private static String forged(int index, String from, String to) {
        String canonical = canonical(index).replace(from, to);
        assertThat(canonical).isNotEqualTo(canonical(index));
        return line(canonical, Merkle.leaf(canonical));
    }

    private static String line(String canonical, Hash leaf) {
        return "{\"entry\":" + canonical + ",\"leafHash\":\"" + leaf + "\"}";
    }

    private static String canonical(int index) {
        String text = lines.get(entry(index));
        return text.substring("{\"entry\":".length(), text.indexOf(",\"leafHash\":"));
    }

    private static String note(int size) {
        Map<?, ?> json = (Map<?, ?>) CanonicalJson.parse(lines.get(checkpoint(size)));
        return String.valueOf(json.get("checkpoint"));
    }

    private static String checkpointLine(String note) {
        return CanonicalJson.text(Map.of("checkpoint", note));
    }

    @Test
    void theExportHasTheLinesThatTheseTestsExpect() {
        assertThat(lines).hasSize(END + 1);
        for (int index = 0; index <= 10; index++) {
            assertThat(lines.get(entry(index))).contains("\"index\":" + index + ",");
        }
        for (int size : new int[] {1, 2, 3, 10, 11}) {
            assertThat(lines.get(checkpoint(size))).contains("ledger\\n" + size + "\\n");
        }
        assertThat(lines.get(END)).isEqualTo("{\"end\":{\"checkpoints\":5,\"entries\":11}}");
    }

    @Test
    void anExportIsIntact() {
        assertThat(check(lines)).isInstanceOfSatisfying(Outcome.Intact.class, intact -> {
            assertThat(intact.entries()).isEqualTo(11);
            assertThat(intact.checkpoints()).isEqualTo(5);
            assertThat(intact.newest().orElseThrow().note()).isEqualTo(note(11));
            assertThat(intact.key()).isEqualTo(key.orElseThrow().verifier());
        });
    }

    @Test
    void noChangedByteIsEverCalledIntact() {
        byte[] export = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        Random random = new Random(8785);
        int line = 0;
        for (int i = 0; i < export.length; i++) {
            byte[] changed = export.clone();
            do {
                changed[i] = (byte) random.nextInt(256);
            } while (changed[i] == export[i]);
            Outcome outcome = check(changed);
            assertThat(outcome).as("byte %d of line %d", i, line + 1).isInstanceOf(Outcome.Broken.class);
            assertRightPlace((Outcome.Broken) outcome, line, "byte " + i);
            if (export[i] == '\n') {
                line++;
            }
        }
    }

    @Test
    void noMissingByteIsEverCalledIntactButTheLastLineEnd() {
        byte[] export = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < export.length; i++) {
            byte[] changed = new byte[export.length - 1];
            System.arraycopy(export, 0, changed, 0, i);
            System.arraycopy(export, i + 1, changed, i, changed.length - i);
            assertThat(check(changed) instanceof Outcome.Intact)
                    .as("without byte %d", i)
                    .isEqualTo(i == export.length - 1);
        }
    }

    @Test
    void noTruncatedFileIsEverCalledIntact() {
        byte[] export = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < export.length - 1; length++) {
            assertThat(check(Arrays.copyOf(export, length)))
                    .as("%d bytes", length)
                    .isInstanceOf(Outcome.Broken.class);
        }
    }

    @Test
    void noMissingLineIsEverCalledIntact() {
        for (int line = 0; line < lines.size(); line++) {
            assertThat(check(without(line))).as("without line %d", line + 1).isInstanceOf(Outcome.Broken.class);
        }
    }

    @Test
    void noDoubledLineIsEverCalledIntact() {
        for (int line = 0; line < lines.size(); line++) {
            for (int at = 0; at <= lines.size(); at++) {
                assertThat(check(inserted(at, lines.get(line))))
                        .as("line %d again before line %d", line + 1, at + 1)
                        .isInstanceOf(Outcome.Broken.class);
            }
        }
    }

    @Test
    void noSwappedLinesAreEverCalledIntact() {
        for (int one = 0; one < lines.size(); one++) {
            for (int other = one + 1; other < lines.size(); other++) {
                List<String> swapped = with(one, lines.get(other));
                swapped.set(other, lines.get(one));
                assertThat(check(swapped))
                        .as("lines %d and %d swapped", one + 1, other + 1)
                        .isInstanceOf(Outcome.Broken.class);
            }
        }
    }

    /** A change in one line is found there, or at the next checkpoint; never before it and never far behind it. */
    private static void assertRightPlace(Outcome.Broken broken, int line, String what) {
        assertThat(broken.line()).as(what).isGreaterThanOrEqualTo(line + 1);
        if (line == HEADER) {
            // A changed key is found out by the first checkpoint that it has not signed.
            assertThat(broken.line()).as(what).isLessThanOrEqualTo(checkpoint(1) + 1L);
        } else {
            assertThat(broken.line()).as(what).isEqualTo(line + 1L);
        }
        for (int index = 0; index <= 10; index++) {
            if (line == entry(index) && broken.misfit().entry().isPresent()) {
                long first = index < 3 || index == 10 ? index : 3;
                assertThat(broken.misfit().entry().getAsLong()).as(what).isBetween(first, (long) index);
            }
        }
    }

    @Test
    void everyChangeOfAnEntrysContentNamesExactlyThatEntry() {
        Random random = new Random(17);
        for (int index = 0; index <= 10; index++) {
            String text = lines.get(entry(index));
            for (int i = 0; i < 40; i++) {
                int at =
                        "{\"entry\":".length() + random.nextInt(canonical(index).length());
                String changed = text.substring(0, at) + (char) (text.charAt(at) ^ 1) + text.substring(at + 1);
                Outcome.Broken broken = (Outcome.Broken) check(with(entry(index), changed));
                assertThat(broken.entry()).as(changed).hasValue(index);
                assertThat(broken.line()).isEqualTo(entry(index) + 1);
            }
        }
    }

    @Test
    void anAlteredEntryIsNamed() {
        broken(
                with(entry(7), lines.get(entry(7)).replace("\"files\":7", "\"files\":8")),
                7,
                entry(7),
                "does not fit the leaf hash");
    }

    @Test
    void anAlteredLeafHashIsNamed() {
        String text = lines.get(entry(7)).replaceAll("leafHash\":\"[0-9a-f]{4}", "leafHash\":\"0000");
        broken(with(entry(7), text), 7, entry(7), "does not fit the leaf hash");
    }

    @Test
    void anEntryThatWasAlteredWithItsHashIsFoundByItsCheckpoint() {
        broken(with(entry(1), forged(1, "\"files\":1", "\"files\":2")), 1, checkpoint(2), "entry 1 was altered");
    }

    @Test
    void anEntryOfABatchThatWasAlteredWithItsHashGivesTheRangeOfItsCheckpoint() {
        broken(
                with(entry(7), forged(7, "\"files\":7", "\"files\":8")),
                3,
                checkpoint(10),
                "at least one of the entries 3 to 9");
    }

    @Test
    void aMissingEntryIsNamed() {
        broken(without(entry(7)), 7, entry(7), "entry 7 is missing here; entry 8 stands in its place");
    }

    @Test
    void aMissingEntryBeforeItsCheckpointIsNamed() {
        broken(without(entry(9)), 9, entry(9), "covers 10 entries, but only 9 stand before it");
    }

    @Test
    void swappedEntriesAreNamed() {
        List<String> changed = with(entry(5), lines.get(entry(6)));
        changed.set(entry(6), lines.get(entry(5)));
        broken(changed, 5, entry(5), "entry 5 is missing here");
    }

    @Test
    void aDoubledEntryIsNamed() {
        broken(inserted(entry(6), lines.get(entry(5))), 5, entry(6), "entry 5 stands here again");
    }

    @Test
    void aDoubledEntryThatIsProvenLeavesTheNextOneOpen() {
        broken(inserted(entry(3), lines.get(entry(2))), 3, entry(3), "entry 2 stands here again");
    }

    @Test
    void anInsertedEntryThatTakesTheNextNumberIsFoundByTheNumberAfterIt() {
        String inserted = forged(5, "logs.sweep", "other");
        broken(inserted(entry(5), inserted), 5, entry(6), "entry 5 stands here again");
    }

    @Test
    void insertedEntriesWithAllLaterOnesRenumberedAreFoundByTheNextCheckpoint() {
        List<String> changed = inserted(entry(9) + 1, forged(9, "\"index\":9", "\"index\":10"));
        broken(changed, 3, checkpoint(10) + 1, "covers 10 entries, but 11 stand before it");
    }

    @Test
    void aMissingCheckpointIsNoticedAtTheEnd() {
        brokenOutsideOfEntries(without(checkpoint(2)), END - 1, "there should be 5 checkpoints, but there are 4");
    }

    @Test
    void aMissingNewestCheckpointLeavesItsEntriesOpen() {
        broken(without(checkpoint(11)), 10, END - 1, "the entries 10 to 10 are not covered");
    }

    @Test
    void aCheckpointThatStandsTooLateIsFound() {
        List<String> changed = without(checkpoint(10));
        changed.add(entry(10), lines.get(checkpoint(10)));
        broken(changed, 3, entry(10), "covers 10 entries, but 11 stand before it");
    }

    @Test
    void aDoubledCheckpointIsFound() {
        broken(
                inserted(checkpoint(10), lines.get(checkpoint(10))),
                10,
                checkpoint(10) + 1,
                "covers 10 entries, but 10 stand before it");
    }

    @Test
    void aCheckpointOfAnotherKeyIsFound() {
        byte[] seed = new byte[32];
        SigningKey other = new SigningKey("example.org/ledger", new Ed25519PrivateKeyParameters(seed, 0));
        Hash root = open(10);
        broken(
                with(checkpoint(10), checkpointLine(other.sign(10, root).note())),
                3,
                checkpoint(10),
                "was signed by another key");
    }

    @Test
    void aHistoryThatWasRewrittenAndSignedByAnotherKeyIsFoundByThePinnedKey() throws IOException {
        SigningKey other = new SigningKey("example.org/ledger", new Ed25519PrivateKeyParameters(new byte[32], 0));
        List<String> rewritten = rewritten(other);
        assertThat(check(rewritten)).isInstanceOf(Outcome.Intact.class);
        Outcome outcome = check(stream(rewritten), Optional.of(key.orElseThrow().verifier()), Optional.empty());
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Broken.class,
                        broken -> assertThat(broken.misfit().text(Locale.ENGLISH))
                                .contains(
                                        other.verifier().id(),
                                        "not by the key "
                                                + key.orElseThrow().verifier().id()));
    }

    @Test
    void aHistoryThatTheKeysOwnerHasRewrittenIsFoundByAKeptCheckpoint() {
        List<String> rewritten = rewritten(key.orElseThrow());
        assertThat(check(rewritten)).isInstanceOf(Outcome.Intact.class);
        broken(check(stream(rewritten), Optional.empty(), Optional.of(note(2))), 1, entry(1), "history was rewritten");
    }

    @Test
    void aHistoryThatTheKeysOwnerHasCutOffIsFoundByAKeptCheckpoint() {
        List<String> cut = new ArrayList<>(lines.subList(0, checkpoint(10) + 1));
        cut.add("{\"end\":{\"checkpoints\":4,\"entries\":10}}");
        assertThat(check(cut)).isInstanceOf(Outcome.Intact.class);
        broken(
                check(stream(cut), Optional.empty(), Optional.of(note(11))),
                10,
                cut.size() - 1,
                "covers 11 entries, but there are only 10");
    }

    @Test
    void aKeptCheckpointThatIsStillContainedIsNoHindrance() {
        for (int size : new int[] {1, 2, 3, 10, 11}) {
            assertThat(check(stream(lines), Optional.empty(), Optional.of(note(size))))
                    .isInstanceOf(Outcome.Intact.class);
        }
    }

    /** All of the export again, with an altered entry 1. */
    private static List<String> rewritten(SigningKey signer) {
        List<String> rewritten = new ArrayList<>();
        rewritten.add(CanonicalJson.text(Map.of(
                "format", ExportCheck.FORMAT,
                "origin", signer.verifier().name(),
                "key", signer.verifier().text())));
        Frontier tree = new Frontier();
        for (int index = 0; index <= 10; index++) {
            String canonical = canonical(index).replace("\"files\":1,", "\"files\":2,");
            Hash leaf = Merkle.leaf(canonical);
            tree.append(leaf, (node, hash) -> {});
            rewritten.add(line(canonical, leaf));
            if (index < 3 || index >= 9) {
                rewritten.add(
                        checkpointLine(signer.sign(tree.size(), tree.root()).note()));
            }
        }
        rewritten.add(lines.get(END));
        return rewritten;
    }

    private static Hash open(int size) {
        try {
            return key.orElseThrow().verifier().open(note(size)).root();
        } catch (Misfit e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void entriesThatAreMissingAtTheEndAreFoundByTheLastLine() {
        List<String> cut = new ArrayList<>(lines.subList(0, checkpoint(10) + 1));
        cut.add(lines.get(END));
        broken(cut, 10, cut.size() - 1, "there should be 11 entries, but there are 10");
    }

    @Test
    void aFileThatEndsAtALineEndIsFound() {
        broken(lines.subList(0, checkpoint(10) + 1), 10, checkpoint(10), "ends after 10 entries without its last line");
        broken(lines.subList(0, entry(9) + 1), 3, entry(9), "the entries 3 to 9 are not covered");
    }

    @Test
    void aFileThatEndsInTheMiddleOfALineIsFound() {
        byte[] export = String.join("\n", lines.subList(0, entry(9) + 1)).getBytes(StandardCharsets.UTF_8);
        broken(check(Arrays.copyOf(export, export.length - 5)), 9, entry(9), "ends in the middle of this line");
    }

    @Test
    void somethingAfterTheEndIsFound() {
        brokenOutsideOfEntries(inserted(END + 1, lines.get(entry(0))), END + 1, "something stands after the end");
    }

    @Test
    void aLineThatIsNotCanonicalIsFound() {
        broken(with(entry(7), lines.get(entry(7)).replace(":", ": ")), 7, entry(7), "not written in canonical form");
        broken(
                with(entry(7), lines.get(entry(7)).replace("\"index\":7,", "\"index\": 7,")),
                7,
                entry(7),
                "not written in canonical form");
        broken(with(entry(7), lines.get(entry(7)) + "\r"), 7, entry(7), "not written in canonical form");
    }

    @Test
    void aMemberThatDoesNotBelongInAnEntryIsFound() {
        String canonical = canonical(7).replace("\"index\":7", "\"index\":7,\"more\":1");
        broken(with(entry(7), line(canonical, Merkle.leaf(canonical))), 7, entry(7), "an entry has the members");
    }

    @Test
    void aTimeThatIsNotWrittenInTheOneWayIsFound() {
        broken(with(entry(7), forged(7, "05.678Z", "05.6780Z")), 7, entry(7), "\"at\" is no time");
        broken(with(entry(7), forged(7, "2026-11-22", "2026-02-30")), 7, entry(7), "\"at\" is no time");
    }

    @Test
    void aHeaderOfAnotherFormatIsFound() {
        brokenOutsideOfEntries(
                with(HEADER, lines.get(HEADER).replace("sparsam-ledger/1", "sparsam-ledger/2")),
                HEADER,
                "the format is \"sparsam-ledger/2\"; this program reads sparsam-ledger/1");
    }

    @Test
    void aFileOfAnotherKindIsFound() {
        brokenOutsideOfEntries(List.of("Hello"), 0, "not JSON of this format");
        brokenOutsideOfEntries(List.of("{}"), 0, "does not begin with the header");
        assertThat(check(new byte[0]))
                .isInstanceOfSatisfying(
                        Outcome.Broken.class,
                        broken -> assertThat(broken.misfit().text(Locale.ENGLISH))
                                .contains("does not begin with the header"));
    }

    @Test
    void aHeaderWithADifferentOriginIsFound() {
        brokenOutsideOfEntries(
                with(HEADER, lines.get(HEADER).replace("\"origin\":\"example.org", "\"origin\":\"example.net")),
                HEADER,
                "is not the name of the key");
    }

    @Test
    void aLineThatIsLongerThanAnyEntryIsNotReadToItsEnd() {
        broken(with(entry(0), "a".repeat(4_000_001)), 0, entry(0), "longer than 4000000 bytes");
    }

    /** What the JSON reader has bounds for. */
    private static List<String> excessive() {
        return List.of(
                "[".repeat(2_000) + "]".repeat(2_000),
                "{\"a\":".repeat(2_000) + "1" + "}".repeat(2_000),
                "9".repeat(2_000));
    }

    @Test
    void aLineBeyondTheBoundsOfTheReaderIsFound() {
        String excess = "nested too deep, or a number or text that is too long";
        for (String json : excessive()) {
            broken(with(entry(7), line(json, Merkle.leaf(json))), 7, entry(7), excess);
            broken(with(checkpoint(3), json), 2, checkpoint(3), excess);
            brokenOutsideOfEntries(with(HEADER, json), HEADER, excess);
        }
    }

    @Test
    void anEntryMayHaveALongName() {
        String name = "f".repeat(60_000);
        String canonical = canonical(10).replace("\"files\":", "\"" + name + "\":");
        List<String> changed = with(entry(10), line(canonical, Merkle.leaf(canonical)));
        // It is well formed; that it is not what was signed is found by the checkpoint.
        broken(changed, 10, checkpoint(11), "entry 10 was altered");
    }

    @Test
    void anEmptyLedgerIsIntact() throws IOException {
        Path other = Files.createDirectory(folder.resolve("empty"));
        try (TestDatabase database = Ledgers.database(TestDatabases.H2)) {
            assertThat(check(Ledgers.export(Ledgers.open(database, other)).getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOfSatisfying(Outcome.Intact.class, intact -> {
                        assertThat(intact.entries()).isZero();
                        assertThat(intact.newest()).isEmpty();
                    });
        }
    }
}
