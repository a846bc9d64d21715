package dev.sparsam.ledger.internal;

import dev.sparsam.ledger.Checkpoint;
import dev.sparsam.ledger.Hash;
import dev.sparsam.ledger.internal.Merkle.Node;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Checks entries and checkpoints one after the other, wherever they come from, in constant memory. */
final class Audit {
    private final VerifierKey key;
    private final Optional<Checkpoint> kept;
    private final Frontier tree = new Frontier();
    private long checkpoints;
    private Optional<Checkpoint> newest = Optional.empty();

    /** @param kept a checkpoint that was kept elsewhere and that the ledger must still contain */
    Audit(VerifierKey key, Optional<Checkpoint> kept) {
        this.key = key;
        this.kept = kept;
    }

    /** How many entries were checked. */
    long entries() {
        return tree.size();
    }

    /** How many checkpoints were checked. */
    long checkpoints() {
        return checkpoints;
    }

    /** The newest checkpoint that was checked. */
    Optional<Checkpoint> newest() {
        return newest;
    }

    /** How many of the entries, from the first, are proven by a signed checkpoint. */
    long proven() {
        return newest.map(Checkpoint::size).orElse(0L);
    }

    /**
     * Checks the next entry.
     *
     * @param json its parsed content
     * @param leaf the leaf hash that is stored with it
     * @param completed is told of each subtree that the entry completes
     * @return its content
     */
    EntryText entry(Map<?, ?> json, Hash leaf, BiConsumer<Node, Hash> completed) throws Misfit {
        long expected = entries();
        EntryText entry;
        try {
            entry = entry(json, leaf);
        } catch (Misfit e) {
            throw e.at(expected);
        }
        if (entry.index() > expected) {
            throw new Misfit("entry.missing", expected, entry.index()).at(expected);
        }
        if (entry.index() < expected) {
            // Of two lines for one entry, nobody can say which is right, unless a checkpoint has settled it.
            throw new Misfit("entry.again", entry.index()).at(entry.index() < proven() ? expected : entry.index());
        }
        tree.append(leaf, completed);
        if (kept.isPresent()
                && kept.get().size() == entries()
                && !kept.get().root().equals(tree.root())) {
            throw new Misfit("kept.root", entries()).at(proven());
        }
        return entry;
    }

    /** Reads the content of an entry, wherever it stands, and checks its leaf hash. */
    static EntryText entry(Map<?, ?> json, Hash leaf) throws Misfit {
        EntryText entry;
        String canonical;
        try {
            entry = EntryText.of(json);
            canonical = entry.canonical();
        } catch (IllegalArgumentException e) {
            throw new Misfit("entry.form", Misfit.reason(e));
        }
        if (!Merkle.leaf(canonical).equals(leaf)) {
            throw new Misfit("entry.hash");
        }
        return entry;
    }

    /** Reads a hash of 64 lower-case hex digits; empty when the value is something else. */
    static Optional<Hash> hash(@Nullable Object value) {
        return value instanceof String text && text.matches("[0-9a-f]{64}")
                ? Optional.of(new Hash(HexFormat.of().parseHex(text)))
                : Optional.empty();
    }

    /** Checks a checkpoint that covers exactly the entries so far. */
    void checkpoint(String note) throws Misfit {
        long first = proven();
        Checkpoint checkpoint;
        try {
            checkpoint = key.open(note);
        } catch (Misfit e) {
            throw e.at(first);
        }
        if (checkpoint.size() > entries()) {
            throw new Misfit("checkpoint.ahead", checkpoint.size(), entries()).at(entries());
        }
        if (checkpoint.size() < entries() || checkpoint.size() == first) {
            throw new Misfit("checkpoint.behind", checkpoint.size(), entries()).at(first);
        }
        if (!checkpoint.root().equals(tree.root())) {
            throw (entries() - first == 1
                            ? new Misfit("checkpoint.root.one", checkpoint.size(), first)
                            : new Misfit("checkpoint.root", checkpoint.size(), first, entries() - 1))
                    .at(first);
        }
        newest = Optional.of(checkpoint);
        checkpoints++;
    }

    /** Checks that nothing is missing at the end. */
    void end() throws Misfit {
        if (proven() < entries()) {
            throw new Misfit("end.uncovered", proven(), entries() - 1).at(proven());
        }
        if (kept.isPresent() && kept.get().size() > entries()) {
            throw new Misfit("kept.missing", kept.get().size(), entries()).at(entries());
        }
    }
}
