package dev.sparsam.ledger.internal;

import dev.sparsam.store.Receipt;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Ledgers for tests. */
final class Ledgers {
    static final Path MIGRATIONS = Path.of("src/main/resources/migrations");
    static final Instant NOW = Instant.parse("2026-11-22T03:04:05.678901Z");
    static final InstantSource CLOCK = InstantSource.fixed(NOW);

    private Ledgers() {}

    static TestDatabase database(TestDatabases kind) {
        return kind.open(MIGRATIONS);
    }

    static SqlLedger open(TestDatabase database, Path folder) {
        return SqlLedger.open(
                database.database(),
                folder.resolve("keys").resolve("ledger.key"),
                Optional.of("example.org/ledger"),
                CLOCK,
                new SecureRandom());
    }

    static Receipt receipt(int number) {
        return Receipt.of(number % 3 == 0 ? "settings.change" : "logs.sweep", "domain/d-" + number % 5, "müller")
                .withCounts(Map.of("files", (long) number, "lines", number * 1_000L))
                .withHashes(Map.of("before", "ab".repeat(32), "after", "cd".repeat(32)))
                .withValues(Map.of("before", "für immer", "after", "7d"))
                .withRules(List.of("retention.7d", "mask.ipv4.24"));
    }

    static List<Receipt> receipts(int from, int to) {
        List<Receipt> receipts = new ArrayList<>();
        for (int i = from; i < to; i++) {
            receipts.add(receipt(i));
        }
        return receipts;
    }

    static String export(SqlLedger ledger) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        ledger.export(stream);
        return stream.toString(StandardCharsets.UTF_8);
    }
}
