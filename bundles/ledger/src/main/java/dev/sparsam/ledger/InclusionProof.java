package dev.sparsam.ledger;

import java.util.List;

/**
 * That an entry is in a tree (RFC 9162 section 2.1.3).
 *
 * @param index the entry's place
 * @param treeSize the size of the tree
 * @param hashes the audit path, from the leaf up
 */
public record InclusionProof(long index, long treeSize, List<Hash> hashes) {
    /** Keeps a copy. */
    public InclusionProof {
        hashes = List.copyOf(hashes);
    }
}
