package dev.sparsam.ledger;

import java.util.List;

/**
 * That a tree begins with a smaller one (RFC 9162 section 2.1.4).
 *
 * @param size1 the size of the smaller tree
 * @param size2 the size of the larger tree
 * @param hashes the proof, from the bottom up
 */
public record ConsistencyProof(long size1, long size2, List<Hash> hashes) {
    /** Keeps a copy. */
    public ConsistencyProof {
        hashes = List.copyOf(hashes);
    }
}
