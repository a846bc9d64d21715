package dev.sparsam.ledger.internal;

import dev.sparsam.ledger.Hash;
import dev.sparsam.ledger.internal.Merkle.Node;
import dev.sparsam.ledger.internal.Merkle.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The right edge of a growing tree: all that is needed to append, and to know the root, in O(log n). */
final class Frontier {
    private long size;
    /** The hashes of the complete subtrees, from the left. */
    private final List<Hash> complete = new ArrayList<>();

    /** The empty tree. */
    Frontier() {}

    /** The tree of a size, from the hashes of the nodes that {@link #nodes} names. */
    Frontier(long size, Function<Node, Hash> hashes) {
        this.size = size;
        nodes(size).forEach(node -> complete.add(hashes.apply(node)));
    }

    /** The complete subtrees that a tree of this size consists of. */
    static List<Node> nodes(long size) {
        return new Range(0, size).nodes();
    }

    long size() {
        return size;
    }

    Hash root() {
        return Merkle.fold(complete);
    }

    /** Appends a leaf and names each subtree above it that became complete. */
    void append(Hash leaf, BiConsumer<Node, Hash> completed) {
        Hash hash = leaf;
        int height = 0;
        for (long rest = size; (rest & 1) == 1; rest >>= 1) {
            hash = Merkle.node(complete.remove(complete.size() - 1), hash);
            height++;
            completed.accept(new Node(height, size >> height), hash);
        }
        complete.add(hash);
        size++;
    }
}
