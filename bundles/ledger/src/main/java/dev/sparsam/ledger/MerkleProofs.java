package dev.sparsam.ledger;

import dev.sparsam.ledger.internal.Merkle;
import java.util.ArrayList;
import java.util.List;

/** Checks proofs, for whoever holds a signed tree head and trusts nobody. */
public final class MerkleProofs {
    private MerkleProofs() {}

    /**
     * Whether an entry is in a tree (RFC 9162 section 2.1.3.2).
     *
     * @param leaf the entry's leaf hash, computed from its canonical text
     * @param root the root hash of the tree of the proof's size
     */
    public static boolean verify(InclusionProof proof, Hash leaf, Hash root) {
        if (proof.index() < 0 || proof.index() >= proof.treeSize()) {
            return false;
        }
        long fn = proof.index();
        long sn = proof.treeSize() - 1;
        Hash computed = leaf;
        for (Hash sibling : proof.hashes()) {
            if (sn == 0) {
                return false;
            }
            if ((fn & 1) == 1 || fn == sn) {
                computed = Merkle.node(sibling, computed);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                computed = Merkle.node(computed, sibling);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && computed.equals(root);
    }

    /**
     * Whether a tree begins with a smaller one (RFC 9162 section 2.1.4.2). Nothing is proven about an empty tree.
     *
     * @param root1 the root hash of the smaller tree
     * @param root2 the root hash of the larger tree
     */
    public static boolean verify(ConsistencyProof proof, Hash root1, Hash root2) {
        long size1 = proof.size1();
        long size2 = proof.size2();
        if (size1 < 1 || size1 > size2) {
            return false;
        }
        if (size1 == size2) {
            return proof.hashes().isEmpty() && root1.equals(root2);
        }
        if (proof.hashes().isEmpty()) {
            return false;
        }
        List<Hash> path = new ArrayList<>(proof.hashes());
        if (Long.bitCount(size1) == 1) {
            path.add(0, root1);
        }
        long fn = size1 - 1;
        long sn = size2 - 1;
        while ((fn & 1) == 1) {
            fn >>= 1;
            sn >>= 1;
        }
        Hash computed1 = path.get(0);
        Hash computed2 = path.get(0);
        for (Hash hash : path.subList(1, path.size())) {
            if (sn == 0) {
                return false;
            }
            if ((fn & 1) == 1 || fn == sn) {
                computed1 = Merkle.node(hash, computed1);
                computed2 = Merkle.node(hash, computed2);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                computed2 = Merkle.node(computed2, hash);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && computed1.equals(root1) && computed2.equals(root2);
    }
}
