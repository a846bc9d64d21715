package dev.sparsam.ledger.internal;

import dev.sparsam.ledger.Checkpoint;
import dev.sparsam.ledger.ConsistencyProof;
import dev.sparsam.ledger.Entry;
import dev.sparsam.ledger.Hash;
import dev.sparsam.ledger.InclusionProof;
import dev.sparsam.ledger.Ledger;
import dev.sparsam.ledger.Verification;
import dev.sparsam.ledger.internal.Merkle.Node;
import dev.sparsam.ledger.internal.Merkle.Range;
import dev.sparsam.store.Database;
import dev.sparsam.store.Receipt;
import dev.sparsam.store.ReceiptBook;
import dev.sparsam.store.Row;
import dev.sparsam.store.Sql;
import dev.sparsam.store.StoreException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The ledger in the database. */
final class SqlLedger implements Ledger, ReceiptBook {
    /** Entries per query when all are read: entries are never changed, so that a long reading needs no transaction. */
    private static final long PAGE = 500;

    /** Up to so many subjects are named in a statement. */
    private static final int NAMED_SUBJECTS = 1_000;

    private static final int LONGEST_ACT = 200;
    private static final int LONGEST_SUBJECT = 300;

    private final Database database;
    private final SigningKey key;
    private final InstantSource clock;

    private SqlLedger(Database database, SigningKey key, InstantSource clock) {
        this.database = database;
        this.key = key;
        this.clock = clock;
    }

    /**
     * Opens the ledger of a database; the first node that does so makes the key and fixes the origin.
     *
     * @param origin the origin to fix, or that must have been fixed; empty to make one, or to take what there is
     * @throws KeyException when the key does not belong to the ledger; the message says what to do
     */
    static SqlLedger open(
            Database database, Path keyFile, Optional<String> origin, InstantSource clock, SecureRandom random) {
        // Within the transaction that locks the head: of several first nodes, one makes the key and the others find it.
        SigningKey key = database.transaction(sql -> {
            Head head = lock(sql);
            try {
                return head.verifierKey.isPresent()
                        ? known(head, keyFile, origin)
                        : fixed(sql, keyFile, origin, random);
            } catch (IOException e) {
                KeyException unusable = new KeyException("key.unusable", keyFile, e);
                unusable.initCause(e);
                throw unusable;
            }
        });
        return new SqlLedger(database, key, clock);
    }

    private static SigningKey known(Head head, Path keyFile, Optional<String> origin) throws IOException {
        VerifierKey stored = VerifierKey.parse(head.verifierKey.orElseThrow());
        if (origin.isPresent() && !origin.get().equals(stored.name())) {
            throw new OriginException(stored.name(), origin.get());
        }
        if (Files.notExists(keyFile)) {
            throw new KeyException("key.missing", stored.id(), keyFile);
        }
        SigningKey key = new SigningKey(stored.name(), KeyFile.read(keyFile));
        if (!key.verifier().equals(stored)) {
            throw new KeyException(
                    "key.other", stored.id(), keyFile, key.verifier().id());
        }
        return key;
    }

    private static SigningKey fixed(Sql sql, Path keyFile, Optional<String> origin, SecureRandom random)
            throws IOException {
        byte[] id = new byte[8];
        random.nextBytes(id);
        String name = VerifierKey.checkedName(
                origin.orElse("sparsam.invalid/ledger/" + HexFormat.of().formatHex(id)));
        SigningKey key =
                new SigningKey(name, Files.exists(keyFile) ? KeyFile.read(keyFile) : KeyFile.create(keyFile, random));
        sql.update(
                "update ledger_head set origin = ?, verifier_key = ? where id = 1",
                name,
                key.verifier().text());
        return key;
    }

    /** The head of the ledger, which no other node changes until the transaction ends. */
    private static Head lock(Sql sql) {
        return sql.first("select entries, verifier_key from ledger_head where id = 1 for update", Head::of)
                .orElseThrow(SqlLedger::headless);
    }

    private static long size(Sql sql) {
        return sql.first("select entries from ledger_head where id = 1", row -> row.number("entries"))
                .orElseThrow(SqlLedger::headless);
    }

    private static StoreException headless() {
        return new StoreException("The table ledger_head has lost its only row; restore the database from a backup");
    }

    private record Head(long entries, Optional<String> verifierKey) {
        static Head of(Row row) {
            return new Head(row.number("entries"), row.optionalText("verifier_key"));
        }
    }

    @Override
    public List<Long> append(List<Receipt> receipts) {
        if (receipts.isEmpty()) {
            return List.of();
        }
        return database.transaction(sql -> {
            Head head = lock(sql);
            if (!head.verifierKey.equals(Optional.of(key.verifier().text()))) {
                throw new StoreException("The ledger in the database is no longer the one that this node opened with"
                        + " the key " + key.verifier().id() + "; restart the node");
            }
            Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            Frontier tree = new Frontier(head.entries, hashes(sql, Frontier.nodes(head.entries))::get);
            List<Object[]> entries = new ArrayList<>();
            List<Object[]> nodes = new ArrayList<>();
            for (Receipt receipt : receipts) {
                String canonical = canonical(tree.size(), at, receipt);
                Hash leaf = Merkle.leaf(canonical);
                entries.add(new Object[] {tree.size(), at, receipt.act(), receipt.subject(), canonical, leaf.bytes()});
                tree.append(leaf, (node, hash) -> nodes.add(new Object[] {node.position(), hash.bytes()}));
            }
            sql.batch(
                    "insert into ledger_entry (idx, appended_at, act, subject, canonical, leaf_hash)"
                            + " values (?, ?, ?, ?, ?, ?)",
                    entries);
            if (!nodes.isEmpty()) {
                sql.batch("insert into ledger_node (position, hash) values (?, ?)", nodes);
            }
            sql.update(
                    "insert into ledger_checkpoint (tree_size, note) values (?, ?)",
                    tree.size(),
                    key.sign(tree.size(), tree.root()).note());
            sql.update("update ledger_head set entries = ? where id = 1", tree.size());
            return LongStream.range(head.entries, tree.size()).boxed().toList();
        });
    }

    private static String canonical(long index, Instant at, Receipt receipt) {
        checkLine("act", receipt.act(), LONGEST_ACT);
        checkLine("subject", receipt.subject(), LONGEST_SUBJECT);
        receipt.counts().forEach((name, count) -> {
            if (Math.abs((double) count) > CanonicalJson.LARGEST) {
                throw new IllegalArgumentException("The count \"" + name + "\" of a receipt is " + count
                        + ": a ledger can hold counts from -" + CanonicalJson.LARGEST + " to "
                        + CanonicalJson.LARGEST);
            }
        });
        String canonical = new EntryText(
                        index,
                        at,
                        receipt.act(),
                        receipt.subject(),
                        receipt.actor(),
                        receipt.counts(),
                        receipt.hashes(),
                        receipt.values(),
                        receipt.rules())
                .canonical();
        if (canonical.length() > EntryText.LONGEST) {
            throw new IllegalArgumentException("A receipt for " + receipt.act() + " takes " + canonical.length()
                    + " characters; a ledger can hold " + EntryText.LONGEST + ". Give a hash in place of long lists");
        }
        return canonical;
    }

    private static void checkLine(String name, String text, int longest) {
        if (text.length() > longest || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("The " + name + " of a receipt has up to " + longest
                    + " characters without control characters, not \"" + text + "\"");
        }
    }

    @Override
    public Optional<Checkpoint> latest() {
        return database.transaction(sql -> sql.first(
                        "select note from ledger_checkpoint where tree_size ="
                                + " (select entries from ledger_head where id = 1)",
                        row -> row.text("note")))
                .map(note -> {
                    try {
                        return key.verifier().open(note);
                    } catch (Misfit e) {
                        throw new StoreException(
                                "The newest checkpoint is damaged; verify the ledger: " + e.text(Locale.ENGLISH), e);
                    }
                });
    }

    @Override
    public Optional<Entry> entry(long index) {
        return database.transaction(sql ->
                sql.first("select canonical, leaf_hash from ledger_entry where idx = ?", SqlLedger::entry, index));
    }

    @Override
    public List<Entry> entries(Query query) {
        List<Object> arguments = new ArrayList<>();
        StringBuilder where = new StringBuilder();
        filter(where, arguments, "act = ?", query.act());
        filter(where, arguments, "idx < ?", query.before());
        String order = " order by idx desc limit ?";
        if (query.subjects().isEmpty()) {
            arguments.add(query.limit());
            return database.transaction(sql -> sql.query(
                    "select canonical, leaf_hash from ledger_entry" + where + order,
                    SqlLedger::entry,
                    arguments.toArray()));
        }
        // First the numbers alone, which the index has; the texts only of those that are wanted.
        String select = "select idx from ledger_entry" + (where.isEmpty() ? " where " : where + " and ");
        List<String> subjects = List.copyOf(query.subjects().get());
        return database.transaction(sql -> {
            List<Long> found = new ArrayList<>();
            for (int from = 0; from < subjects.size(); from += NAMED_SUBJECTS) {
                List<String> named = subjects.subList(from, Math.min(subjects.size(), from + NAMED_SUBJECTS));
                List<Object> all = new ArrayList<>(arguments);
                all.addAll(named);
                all.add(query.limit());
                found.addAll(sql.query(
                        select + "subject in " + marks(named) + order, row -> row.number("idx"), all.toArray()));
            }
            List<Long> newest = found.stream()
                    .sorted(Comparator.reverseOrder())
                    .limit(query.limit())
                    .toList();
            return newest.isEmpty()
                    ? List.<Entry>of()
                    : sql.query(
                            "select canonical, leaf_hash from ledger_entry where idx in " + marks(newest)
                                    + " order by idx desc",
                            SqlLedger::entry,
                            newest.toArray());
        });
    }

    private static String marks(List<?> values) {
        return values.stream().map(value -> "?").collect(Collectors.joining(", ", "(", ")"));
    }

    private static void filter(
            StringBuilder statement, List<Object> arguments, String condition, Optional<?> argument) {
        if (argument.isPresent()) {
            statement.append(arguments.isEmpty() ? " where " : " and ").append(condition);
            arguments.add(argument.get());
        }
    }

    private static Entry entry(Row row) {
        String canonical = row.text("canonical");
        try {
            EntryText text = EntryText.of((Map<?, ?>) CanonicalJson.parse(canonical));
            Receipt receipt = new Receipt(
                    text.act(),
                    text.subject(),
                    text.actor(),
                    new TreeMap<>(text.counts()),
                    new TreeMap<>(text.hashes()),
                    new TreeMap<>(text.values()),
                    text.rules());
            return new Entry(text.index(), text.at(), receipt, canonical, new Hash(row.bytes("leaf_hash")));
        } catch (IllegalArgumentException | ClassCastException e) {
            throw new StoreException("An entry of the ledger is damaged; verify the ledger: " + e.getMessage(), e);
        }
    }

    @Override
    public InclusionProof inclusion(long index, long treeSize) {
        return database.transaction(sql -> {
            long size = size(sql);
            if (index < 0 || index >= treeSize || treeSize > size) {
                throw new IllegalArgumentException("There is no proof that entry " + index + " is in the tree of "
                        + treeSize + " entries: the ledger has " + size);
            }
            return new InclusionProof(index, treeSize, hashesOf(sql, Merkle.inclusion(index, treeSize)));
        });
    }

    @Override
    public ConsistencyProof consistency(long size1, long size2) {
        return database.transaction(sql -> {
            long size = size(sql);
            if (size1 < 1 || size1 > size2 || size2 > size) {
                throw new IllegalArgumentException("There is no proof that the tree of " + size2
                        + " entries begins with that of " + size1 + ": the ledger has " + size);
            }
            return new ConsistencyProof(size1, size2, hashesOf(sql, Merkle.consistency(size1, size2)));
        });
    }

    private static List<Hash> hashesOf(Sql sql, List<Range> ranges) {
        Map<Node, Hash> hashes = hashes(
                sql, ranges.stream().flatMap(range -> range.nodes().stream()).toList());
        return ranges.stream().map(range -> range.hash(hashes::get)).toList();
    }

    /** The stored hashes of these nodes, with two queries whatever their number. */
    private static Map<Node, Hash> hashes(Sql sql, Collection<Node> nodes) {
        Map<Long, Hash> leaves = byNumber(
                sql,
                "select idx as number, leaf_hash as hash from ledger_entry where idx in ",
                nodes.stream()
                        .filter(node -> node.height() == 0)
                        .map(Node::index)
                        .toList());
        Map<Long, Hash> inner = byNumber(
                sql,
                "select position as number, hash from ledger_node where position in ",
                nodes.stream()
                        .filter(node -> node.height() > 0)
                        .map(Node::position)
                        .toList());
        Map<Node, Hash> hashes = new HashMap<>();
        for (Node node : nodes) {
            Hash hash = node.height() == 0 ? leaves.get(node.index()) : inner.get(node.position());
            if (hash == null) {
                throw new StoreException("The ledger has lost a hash above the entries " + node.firstLeaf() + " to "
                        + node.lastLeaf() + "; verify the ledger, and restore the database from a backup");
            }
            hashes.put(node, hash);
        }
        return hashes;
    }

    private static Map<Long, Hash> byNumber(Sql sql, String select, List<Long> numbers) {
        Map<Long, Hash> hashes = new HashMap<>();
        if (!numbers.isEmpty()) {
            sql.each(
                    select + marks(numbers),
                    row -> hashes.put(row.number("number"), new Hash(row.bytes("hash"))),
                    numbers.toArray());
        }
        return hashes;
    }

    @Override
    public Verification verify() {
        Audit audit = new Audit(key.verifier(), Optional.empty());
        try {
            long size = database.transaction(SqlLedger::size);
            for (long begin = 0; begin < size; begin += PAGE) {
                verifyPage(audit, begin, Math.min(begin + PAGE, size));
            }
            audit.end();
            verifyRest();
            return new Verification.Intact(audit.entries(), audit.checkpoints());
        } catch (Misfit e) {
            return new Verification.Broken(e.entry().orElse(audit.entries()), e.text(Locale.ENGLISH));
        }
    }

    private void verifyPage(Audit audit, long begin, long end) throws Misfit {
        Map<Long, Hash> stored = new HashMap<>();
        List<Line> lines = database.transaction(sql -> {
            sql.each(
                    "select position, hash from ledger_node where position >= ? and position < ?",
                    row -> stored.put(row.number("position"), new Hash(row.bytes("hash"))),
                    Merkle.inner(begin),
                    Merkle.inner(end));
            return lines(sql, begin, end);
        });
        for (Line line : lines) {
            long expected = audit.entries();
            if (line.index != expected) {
                throw new Misfit("entry.missing", expected, line.index).at(expected);
            }
            List<Node> wrong = new ArrayList<>();
            EntryText text = audit.entry(json(line, expected), line.leaf, (node, hash) -> {
                if (!Optional.ofNullable(stored.get(node.position())).equals(Optional.of(hash))) {
                    wrong.add(node);
                }
            });
            if (!wrong.isEmpty()) {
                Node first = wrong.get(0);
                throw new Misfit("stored.node", first.firstLeaf(), first.lastLeaf()).at(first.firstLeaf());
            }
            if (!text.at().equals(line.at)
                    || !text.act().equals(line.act)
                    || !text.subject().equals(line.subject)) {
                throw new Misfit("stored.columns").at(expected);
            }
            if (line.note.isPresent()) {
                audit.checkpoint(line.note.get());
            }
        }
        if (audit.entries() < end) {
            throw new Misfit("end.entries", end, audit.entries()).at(audit.entries());
        }
    }

    private static Map<?, ?> json(Line line, long index) throws Misfit {
        try {
            if (CanonicalJson.parse(line.canonical) instanceof Map<?, ?> json
                    && CanonicalJson.text(json).equals(line.canonical)) {
                return json;
            }
        } catch (IllegalArgumentException e) {
            // Said below: that the text is no JSON at all is no other finding.
        }
        throw new Misfit("stored.text").at(index);
    }

    /** Looks for rows that belong to no entry. The lock keeps other nodes from appending in between. */
    private void verifyRest() throws Misfit {
        List<Long> rest = database.transaction(sql -> {
            long size = lock(sql).entries;
            return List.of(
                    count(sql, "ledger_entry where idx < 0 or idx >= ?", size),
                    count(sql, "ledger_node where position < 0 or position >= ?", Merkle.inner(size)),
                    count(sql, "ledger_checkpoint where tree_size < 1 or tree_size > ?", size));
        });
        if (rest.stream().anyMatch(number -> number > 0)) {
            throw new Misfit("stored.rest", rest.toArray());
        }
    }

    private static long count(Sql sql, String rows, long argument) {
        return sql.query("select count(*) as number from " + rows, row -> row.number("number"), argument)
                .get(0);
    }

    /** An entry as it is stored, with the checkpoint that ends with it. */
    private record Line(
            long index, Instant at, String act, String subject, String canonical, Hash leaf, Optional<String> note) {}

    private static List<Line> lines(Sql sql, long begin, long end) {
        return sql.query(
                "select e.idx, e.appended_at, e.act, e.subject, e.canonical, e.leaf_hash, c.note from ledger_entry e"
                        + " left join ledger_checkpoint c on c.tree_size = e.idx + 1"
                        + " where e.idx >= ? and e.idx < ? order by e.idx",
                row -> new Line(
                        row.number("idx"),
                        row.instant("appended_at"),
                        row.text("act"),
                        row.text("subject"),
                        row.text("canonical"),
                        new Hash(row.bytes("leaf_hash")),
                        row.optionalText("note")),
                begin,
                end);
    }

    @Override
    public void export(OutputStream stream) throws IOException {
        BufferedOutputStream output = new BufferedOutputStream(stream, 1 << 16);
        VerifierKey verifier = key.verifier();
        long size = database.transaction(SqlLedger::size);
        long checkpoints = 0;
        writeLine(
                output,
                CanonicalJson.text(
                        Map.of("format", ExportCheck.FORMAT, "origin", verifier.name(), "key", verifier.text())));
        for (long begin = 0; begin < size; begin += PAGE) {
            long first = begin;
            long end = Math.min(begin + PAGE, size);
            for (Line line : database.transaction(sql -> lines(sql, first, end))) {
                writeLine(output, "{\"entry\":" + line.canonical + ",\"leafHash\":\"" + line.leaf + "\"}");
                if (line.note.isPresent()) {
                    writeLine(output, CanonicalJson.text(Map.of("checkpoint", line.note.get())));
                    checkpoints++;
                }
            }
        }
        writeLine(output, CanonicalJson.text(Map.of("end", Map.of("entries", size, "checkpoints", checkpoints))));
        output.flush();
    }

    private static void writeLine(OutputStream output, String line) throws IOException {
        output.write(line.getBytes(StandardCharsets.UTF_8));
        output.write('\n');
    }

    @Override
    public String verifierKey() {
        return key.verifier().text();
    }
}
