package dev.sparsam.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sparsam.ledger.Checkpoint;
import dev.sparsam.ledger.Entry;
import dev.sparsam.ledger.Hash;
import dev.sparsam.ledger.Ledger.Query;
import dev.sparsam.ledger.MerkleProofs;
import dev.sparsam.ledger.Verification;
import dev.sparsam.store.Receipt;
import dev.sparsam.store.StoreException;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SqlLedgerTest {
    @TempDir
    Path folder;

    private static Query all(int limit) {
        return new Query(Optional.empty(), Optional.empty(), Optional.empty(), limit);
    }

    private static void tamper(TestDatabase database, String statement, Object... arguments) {
        int changed = database.database().transaction(sql -> sql.update(statement, arguments));
        assertThat(changed).as(statement).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void aNewLedgerIsEmptyAndIntact(TestDatabases kind) {
        try (TestDatabase database = Ledgers.database(kind)) {
            SqlLedger ledger = Ledgers.open(database, folder);
            assertThat(ledger.latest()).isEmpty();
            assertThat(ledger.entry(0)).isEmpty();
            assertThat(ledger.entries(all(10))).isEmpty();
            assertThat(ledger.verify()).isEqualTo(new Verification.Intact(0, 0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEntryHoldsItsReceiptAndTheTextThatIsHashed(TestDatabases kind) {
        try (TestDatabase database = Ledgers.database(kind)) {
            SqlLedger ledger = Ledgers.open(database, folder);
            Receipt receipt = Receipt.of("logs.sweep", "domain/d-1", "user:7")
                    .withCounts(Map.of("z", 2L, "a", 1L))
                    .withValues(Map.of("v", "7d"))
                    .withRules(List.of("r"));
            assertThat(ledger.append(List.of(receipt))).containsExactly(0L);
            Entry entry = ledger.entry(0).orElseThrow();
            assertThat(entry.receipt()).isEqualTo(receipt);
            assertThat(entry.at()).isEqualTo(Ledgers.NOW.truncatedTo(ChronoUnit.MILLIS));
            assertThat(entry.canonical())
                    .isEqualTo("{\"act\":\"logs.sweep\",\"actor\":\"user:7\",\"at\":\"2026-11-22T03:04:05.678Z\","
                            + "\"counts\":{\"a\":1,\"z\":2},\"hashes\":{},\"index\":0,\"rules\":[\"r\"],"
                            + "\"subject\":\"domain/d-1\",\"values\":{\"v\":\"7d\"}}");
            assertThat(entry.leafHash()).isEqualTo(Merkle.leaf(entry.canonical()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyTreeSizeHasItsProofs(TestDatabases kind) throws Misfit {
        try (TestDatabase database = Ledgers.database(kind)) {
            SqlLedger ledger = Ledgers.open(database, folder);
            VerifierKey key = VerifierKey.parse(ledger.verifierKey());
            List<Checkpoint> checkpoints = new ArrayList<>();
            Random random = new Random(3);
            int size = 0;
            while (size < 70) {
                int more = 1 + random.nextInt(4);
                ledger.append(Ledgers.receipts(size, size + more));
                size += more;
                Checkpoint latest = ledger.latest().orElseThrow();
                assertThat(latest.size()).isEqualTo(size);
                assertThat(key.open(latest.note())).isEqualTo(latest);
                checkpoints.add(latest);
            }
            for (Checkpoint larger : checkpoints) {
                for (int i = 0; i < 3; i++) {
                    long index = random.nextInt((int) larger.size());
                    Hash leaf = ledger.entry(index).orElseThrow().leafHash();
                    assertThat(MerkleProofs.verify(ledger.inclusion(index, larger.size()), leaf, larger.root()))
                            .isTrue();
                }
                Checkpoint smaller = checkpoints.get(random.nextInt(checkpoints.indexOf(larger) + 1));
                assertThat(MerkleProofs.verify(
                                ledger.consistency(smaller.size(), larger.size()), smaller.root(), larger.root()))
                        .isTrue();
            }
            assertThat(ledger.verify()).isEqualTo(new Verification.Intact(size, checkpoints.size()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBatchMakesOneCheckpoint(TestDatabases kind) {
        try (TestDatabase database = Ledgers.database(kind)) {
            SqlLedger ledger = Ledgers.open(database, folder);
            assertThat(ledger.append(Ledgers.receipts(0, 1_200)))
                    .hasSize(1_200)
                    .startsWith(0L, 1L)
                    .endsWith(1_199L);
            assertThat(ledger.append(List.of())).isEmpty();
            assertThat(ledger.verify()).isEqualTo(new Verification.Intact(1_200, 1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void entriesAreFilteredAndPaged(TestDatabases kind) {
        try (TestDatabase database = Ledgers.database(kind)) {
            SqlLedger ledger = Ledgers.open(database, folder);
            ledger.append(Ledgers.receipts(0, 20));
            assertThat(ledger.entries(all(3))).extracting(Entry::index).containsExactly(19L, 18L, 17L);
            assertThat(ledger.entries(new Query(Optional.empty(), Optional.empty(), Optional.of(3L), 10)))
                    .extracting(Entry::index)
                    .containsExactly(2L, 1L, 0L);
            assertThat(ledger.entries(
                            new Query(Optional.of("settings.change"), Optional.empty(), Optional.empty(), 100)))
                    .extracting(Entry::index)
                    .containsExactly(18L, 15L, 12L, 9L, 6L, 3L, 0L);
            assertThat(ledger.entries(new Query(
                            Optional.of("settings.change"), Optional.of(Set.of("domain/d-0")), Optional.of(15L), 100)))
                    .extracting(Entry::index)
                    .containsExactly(0L);
        }
    }

    /** More subjects than a statement names, with entries about the first and the last of them. */
    @ParameterizedTest
    @EnumSource
    void entriesAboutOneOfThousandsOfSubjectsAreFoundTheNewestFirst(TestDatabases kind) {
        try (TestDatabase database = Ledgers.database(kind)) {
            SqlLedger ledger = Ledgers.open(database, folder);
            List<Receipt> receipts = new ArrayList<>(Ledgers.receipts(0, 10));
            Set<String> subjects = new LinkedHashSet<>();
            for (int i = 0; i < 3_500; i++) {
                subjects.add("domain/own-" + i);
                if (i % 500 == 0) {
                    receipts.add(Receipt.of(i % 1_000 == 0 ? "a" : "b", "domain/own-" + i, "system"));
                }
            }
            ledger.append(receipts);
            ledger.append(Ledgers.receipts(0, 1_200));
            Query query = new Query(Optional.empty(), Optional.of(subjects), Optional.empty(), 4);
            assertThat(ledger.entries(query)).extracting(Entry::index).containsExactly(16L, 15L, 14L, 13L);
            assertThat(ledger.entries(new Query(Optional.of("a"), Optional.of(subjects), Optional.of(16L), 1_000)))
                    .extracting(Entry::index)
                    .containsExactly(14L, 12L, 10L);
            assertThat(ledger.entries(new Query(Optional.empty(), Optional.of(Set.of()), Optional.empty(), 4)))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void proofsBeyondTheLedgerAreRefused(TestDatabases kind) {
        try (TestDatabase database = Ledgers.database(kind)) {
            SqlLedger ledger = Ledgers.open(database, folder);
            ledger.append(Ledgers.receipts(0, 5));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ledger.inclusion(0, 6))
                    .withMessageContaining("the ledger has 5");
            assertThatIllegalArgumentException().isThrownBy(() -> ledger.inclusion(5, 5));
            assertThatIllegalArgumentException().isThrownBy(() -> ledger.inclusion(-1, 5));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ledger.consistency(0, 5))
                    .withMessageContaining("the ledger has 5");
            assertThatIllegalArgumentException().isThrownBy(() -> ledger.consistency(4, 3));
            assertThatIllegalArgumentException().isThrownBy(() -> ledger.consistency(4, 6));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReceiptGoesWithTheTransactionAroundIt(TestDatabases kind) {
        try (TestDatabase database = Ledgers.database(kind)) {
            SqlLedger ledger = Ledgers.open(database, folder);
            ledger.append(Ledgers.receipts(0, 3));
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> database.database().transaction(sql -> {
                        assertThat(ledger.append(Ledgers.receipt(3))).isEqualTo(3);
                        throw new IllegalStateException("the act failed");
                    }));
            assertThat(ledger.latest().orElseThrow().size()).isEqualTo(3);
            assertThat(ledger.append(Ledgers.receipt(3))).isEqualTo(3);
            assertThat(ledger.verify()).isEqualTo(new Verification.Intact(4, 2));
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoAppendsInOneTransactionFollowEachOther(TestDatabases kind) {
        try (TestDatabase database = Ledgers.database(kind)) {
            SqlLedger ledger = Ledgers.open(database, folder);
            List<Long> places = database.database()
                    .transaction(sql -> List.of(ledger.append(Ledgers.receipt(0)), ledger.append(Ledgers.receipt(1))));
            assertThat(places).containsExactly(0L, 1L);
            assertThat(ledger.verify()).isEqualTo(new Verification.Intact(2, 2));
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyNodesAppendAtTheSameTime(TestDatabases kind) throws Exception {
        int threads = 6;
        int appends = 25;
        try (TestDatabase database = Ledgers.database(kind)) {
            List<SqlLedger> nodes = List.of(Ledgers.open(database, folder), Ledgers.open(database, folder));
            Set<Long> places = ConcurrentHashMap.newKeySet();
            ExecutorService pool = Executors.newFixedThreadPool(threads);
            List<Future<Boolean>> done = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                SqlLedger node = nodes.get(thread % 2);
                Callable<Boolean> work = () -> {
                    for (int i = 0; i < appends; i++) {
                        places.addAll(node.append(Ledgers.receipts(i, i + 1 + i % 3)));
                    }
                    return true;
                };
                done.add(pool.submit(work));
            }
            for (Future<Boolean> future : done) {
                assertThat(future.get(60, TimeUnit.SECONDS)).isTrue();
            }
            pool.shutdown();
            long size = 0;
            for (int i = 0; i < appends; i++) {
                size += threads * (1L + i % 3);
            }
            assertThat((long) places.size()).isEqualTo(size);
            assertThat(nodes.get(0).verify()).isEqualTo(new Verification.Intact(size, (long) threads * appends));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCountThatJsonCannotHoldIsRefusedAndNothingIsAppended(TestDatabases kind) {
        try (TestDatabase database = Ledgers.database(kind)) {
            SqlLedger ledger = Ledgers.open(database, folder);
            Receipt receipt = Receipt.of("a", "b", "c").withCounts(Map.of("bytes", Long.MAX_VALUE));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ledger.append(receipt))
                    .withMessageContaining("count \"bytes\"")
                    .withMessageContaining("9007199254740991");
            assertThat(ledger.latest()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReceiptThatDoesNotFitIsRefused(TestDatabases kind) {
        try (TestDatabase database = Ledgers.database(kind)) {
            SqlLedger ledger = Ledgers.open(database, folder);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ledger.append(Receipt.of("a".repeat(201), "b", "c")))
                    .withMessageContaining("The act of a receipt has up to 200 characters");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ledger.append(Receipt.of("a", "b\u0000", "c")))
                    .withMessageContaining("The subject of a receipt");
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> ledger.append(Receipt.of("a", "b", "c").withRules(List.of("r".repeat(1_000_000)))))
                    .withMessageContaining("a ledger can hold 1000000");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theLargestReceiptIsStoredAndVerified(TestDatabases kind) {
        try (TestDatabase database = Ledgers.database(kind)) {
            SqlLedger ledger = Ledgers.open(database, folder);
            String rule = "€\n\"\ud83d\ude02".repeat(125_000);
            ledger.append(Receipt.of("a", "b", "c\u0000").withRules(List.of(rule)));
            assertThat(ledger.verify()).isEqualTo(new Verification.Intact(1, 1));
            assertThat(ledger.entry(0).orElseThrow().receipt().rules()).containsExactly(rule);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAlteredEntryIsNamed(TestDatabases kind) {
        broken(
                kind,
                17,
                "does not fit the leaf hash",
                database -> tamper(
                        database,
                        "update ledger_entry set canonical = replace(canonical, 'ller', 'ler') where idx = 17"));
    }

    @ParameterizedTest
    @EnumSource
    void anEntryThatWasAlteredWithItsHashIsFoundByTheTreeAboveIt(TestDatabases kind) {
        broken(kind, 18, "does not fit the entries 18 to 19", database -> {
            String canonical = database.database()
                    .transaction(sql -> sql.query(
                                    "select canonical from ledger_entry where idx = 18", row -> row.text("canonical"))
                            .get(0))
                    .replace("müller", "mueller");
            tamper(
                    database,
                    "update ledger_entry set canonical = ?, leaf_hash = ? where idx = 18",
                    canonical,
                    Merkle.leaf(canonical).bytes());
        });
    }

    @ParameterizedTest
    @EnumSource
    void aColumnThatDiffersFromTheTextIsFound(TestDatabases kind) {
        broken(
                kind,
                17,
                "columns to search by",
                database -> tamper(database, "update ledger_entry set subject = 'domain/other' where idx = 17"));
    }

    @ParameterizedTest
    @EnumSource
    void aMissingEntryIsNamed(TestDatabases kind) {
        broken(
                kind,
                17,
                "entry 17 is missing",
                database -> tamper(database, "delete from ledger_entry where idx = 17"));
    }

    @ParameterizedTest
    @EnumSource
    void missingNewestEntriesAreFound(TestDatabases kind) {
        broken(
                kind,
                28,
                "there should be 30 entries",
                database -> tamper(database, "delete from ledger_entry where idx >= 28"));
    }

    @ParameterizedTest
    @EnumSource
    void aDamagedNodeOfTheTreeIsFound(TestDatabases kind) {
        broken(
                kind,
                8,
                "does not fit the entries 8 to 15",
                database -> tamper(
                        database,
                        "update ledger_node set hash = ? where position = ?",
                        Merkle.EMPTY.bytes(),
                        new Merkle.Node(3, 1).position()));
    }

    @ParameterizedTest
    @EnumSource
    void aMissingNodeOfTheTreeIsFound(TestDatabases kind) {
        broken(
                kind,
                8,
                "does not fit the entries 8 to 9",
                database -> tamper(
                        database, "delete from ledger_node where position = ?", new Merkle.Node(1, 4).position()));
    }

    @ParameterizedTest
    @EnumSource
    void anAlteredCheckpointIsFound(TestDatabases kind) {
        broken(
                kind,
                10,
                "the checkpoint is not well formed",
                database -> tamper(database, "update ledger_checkpoint set note = 'x' where tree_size = 20"));
    }

    @ParameterizedTest
    @EnumSource
    void aMissingNewestCheckpointIsFound(TestDatabases kind) {
        broken(
                kind,
                20,
                "the entries 20 to 29 are not covered",
                database -> tamper(database, "delete from ledger_checkpoint where tree_size = 30"));
    }

    @ParameterizedTest
    @EnumSource
    void rowsBeyondTheEndAreFound(TestDatabases kind) {
        broken(
                kind,
                30,
                "0 entries, 0 hashes, 1 checkpoints",
                database -> tamper(database, "insert into ledger_checkpoint (tree_size, note) values (31, 'x')"));
    }

    private void broken(TestDatabases kind, long index, String what, Consumer<TestDatabase> tampering) {
        try (TestDatabase database = Ledgers.database(kind)) {
            SqlLedger ledger = Ledgers.open(database, folder);
            ledger.append(Ledgers.receipts(0, 10));
            ledger.append(Ledgers.receipts(10, 20));
            ledger.append(Ledgers.receipts(20, 30));
            assertThat(ledger.verify()).isEqualTo(new Verification.Intact(30, 3));
            tampering.accept(database);
            assertThat(ledger.verify()).isInstanceOfSatisfying(Verification.Broken.class, broken -> {
                assertThat(broken.what()).contains(what);
                assertThat(broken.index()).isEqualTo(index);
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void appendingToALedgerWhoseTreeIsDamagedIsRefused(TestDatabases kind) {
        try (TestDatabase database = Ledgers.database(kind)) {
            SqlLedger ledger = Ledgers.open(database, folder);
            ledger.append(Ledgers.receipts(0, 8));
            tamper(database, "delete from ledger_node where position = ?", new Merkle.Node(3, 0).position());
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> ledger.append(Ledgers.receipt(8)))
                    .withMessageContaining("has lost a hash above the entries 0 to 7");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExportIsWhatTheCommandCallsIntact(TestDatabases kind) throws Exception {
        try (TestDatabase database = Ledgers.database(kind)) {
            SqlLedger ledger = Ledgers.open(database, folder);
            ledger.append(Ledgers.receipts(0, 1_100));
            ledger.append(Ledgers.receipt(1_100));
            String export = Ledgers.export(ledger);
            assertThat(ExportCheck.run(
                            new ByteArrayInputStream(export.getBytes(StandardCharsets.UTF_8)),
                            Optional.of(VerifierKey.parse(ledger.verifierKey())),
                            Optional.of(ledger.latest().orElseThrow().note())))
                    .isEqualTo(new ExportCheck.Outcome.Intact(
                            1_101, 2, ledger.latest(), VerifierKey.parse(ledger.verifierKey())));
        }
    }
}
