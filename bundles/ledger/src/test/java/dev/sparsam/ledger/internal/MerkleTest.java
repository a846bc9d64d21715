package dev.sparsam.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.ledger.ConsistencyProof;
import dev.sparsam.ledger.Hash;
import dev.sparsam.ledger.InclusionProof;
import dev.sparsam.ledger.MerkleProofs;
import dev.sparsam.ledger.internal.Merkle.Node;
import dev.sparsam.ledger.internal.Merkle.Range;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MerkleTest {
    private static final int SIZES = 70;
    private static final List<Hash> LEAVES =
            IntStream.range(0, 3_000).mapToObj(i -> Merkle.leaf("entry " + i)).toList();

    /** MTH of RFC 9162 section 2.1.1, word for word. */
    private static Hash naiveRoot(List<Hash> leaves) {
        if (leaves.isEmpty()) {
            return new Hash(Merkle.sha256().digest());
        }
        if (leaves.size() == 1) {
            return leaves.get(0);
        }
        int k = naiveSplit(leaves.size());
        return Merkle.node(naiveRoot(leaves.subList(0, k)), naiveRoot(leaves.subList(k, leaves.size())));
    }

    /** PATH of RFC 9162 section 2.1.3.1, word for word. */
    private static List<Hash> naivePath(int m, List<Hash> leaves) {
        List<Hash> path = new ArrayList<>();
        if (leaves.size() > 1) {
            int k = naiveSplit(leaves.size());
            List<Hash> left = leaves.subList(0, k);
            List<Hash> right = leaves.subList(k, leaves.size());
            path.addAll(m < k ? naivePath(m, left) : naivePath(m - k, right));
            path.add(naiveRoot(m < k ? right : left));
        }
        return path;
    }

    /** SUBPROOF of RFC 9162 section 2.1.4.1, word for word. */
    private static List<Hash> naiveSubproof(int m, List<Hash> leaves, boolean known) {
        List<Hash> proof = new ArrayList<>();
        if (m == leaves.size()) {
            if (!known) {
                proof.add(naiveRoot(leaves));
            }
            return proof;
        }
        int k = naiveSplit(leaves.size());
        List<Hash> left = leaves.subList(0, k);
        List<Hash> right = leaves.subList(k, leaves.size());
        if (m <= k) {
            proof.addAll(naiveSubproof(m, left, known));
            proof.add(naiveRoot(right));
        } else {
            proof.addAll(naiveSubproof(m - k, right, false));
            proof.add(naiveRoot(left));
        }
        return proof;
    }

    private static int naiveSplit(int n) {
        int k = 1;
        while (k * 2 < n) {
            k *= 2;
        }
        return k;
    }

    /** Every complete subtree of the first leaves, as the frontier reports it. */
    private static Map<Node, Hash> nodes(int size) {
        Map<Node, Hash> nodes = new HashMap<>();
        Frontier tree = new Frontier();
        for (int i = 0; i < size; i++) {
            nodes.put(new Node(0, i), LEAVES.get(i));
            tree.append(LEAVES.get(i), nodes::put);
        }
        return nodes;
    }

    private static List<Hash> hashes(List<Range> ranges, Map<Node, Hash> nodes) {
        return ranges.stream().map(range -> range.hash(nodes::get)).toList();
    }

    private static void checkInclusion(int index, int size, Map<Node, Hash> nodes) {
        List<Hash> leaves = LEAVES.subList(0, size);
        List<Hash> path = hashes(Merkle.inclusion(index, size), nodes);
        assertThat(path).isEqualTo(naivePath(index, leaves));
        assertThat(MerkleProofs.verify(new InclusionProof(index, size, path), LEAVES.get(index), naiveRoot(leaves)))
                .isTrue();
    }

    private static void checkConsistency(int size1, int size2, Map<Node, Hash> nodes) {
        List<Hash> leaves = LEAVES.subList(0, size2);
        List<Hash> path = hashes(Merkle.consistency(size1, size2), nodes);
        assertThat(path).isEqualTo(naiveSubproof(size1, leaves, true));
        assertThat(MerkleProofs.verify(
                        new ConsistencyProof(size1, size2, path),
                        naiveRoot(LEAVES.subList(0, size1)),
                        naiveRoot(leaves)))
                .isTrue();
    }

    @Test
    void theRootOfTheEmptyTreeIsTheHashOfNothing() {
        assertThat(new Frontier().root())
                .hasToString("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void theRootIsThatOfTheRfcForAllSmallSizes() {
        Frontier tree = new Frontier();
        for (int size = 1; size <= 300; size++) {
            tree.append(LEAVES.get(size - 1), (node, hash) -> {});
            assertThat(tree.root()).isEqualTo(naiveRoot(LEAVES.subList(0, size)));
        }
    }

    @Test
    void aFrontierCanBeTakenUpAtAnySize() {
        Map<Node, Hash> nodes = nodes(300);
        for (int size = 0; size < 300; size++) {
            Frontier tree = new Frontier(size, nodes::get);
            tree.append(LEAVES.get(size), (node, hash) -> assertThat(hash).isEqualTo(nodes.get(node)));
            assertThat(tree.root()).isEqualTo(naiveRoot(LEAVES.subList(0, size + 1)));
        }
    }

    @Test
    void subtreesAreNumberedWithoutGapsInTheOrderInWhichTheyBecomeComplete() {
        List<Long> positions = new ArrayList<>();
        Frontier tree = new Frontier();
        for (int i = 0; i < 2_000; i++) {
            assertThat((long) positions.size()).isEqualTo(Merkle.inner(i));
            tree.append(LEAVES.get(i), (node, hash) -> positions.add(node.position()));
        }
        for (int i = 0; i < positions.size(); i++) {
            assertThat(positions.get(i)).isEqualTo(i);
        }
    }

    @Test
    void inclusionProofsAreThoseOfTheRfcForAllSmallSizes() {
        Map<Node, Hash> nodes = nodes(SIZES);
        for (int size = 1; size <= SIZES; size++) {
            for (int index = 0; index < size; index++) {
                checkInclusion(index, size, nodes);
            }
        }
    }

    @Test
    void consistencyProofsAreThoseOfTheRfcForAllSmallSizes() {
        Map<Node, Hash> nodes = nodes(SIZES);
        for (int size2 = 1; size2 <= SIZES; size2++) {
            for (int size1 = 1; size1 <= size2; size1++) {
                checkConsistency(size1, size2, nodes);
            }
        }
    }

    @Test
    void proofsAreThoseOfTheRfcForRandomLargerSizes() {
        Map<Node, Hash> nodes = nodes(LEAVES.size());
        Random random = new Random(9162);
        for (int i = 0; i < 60; i++) {
            int size2 = 1 + random.nextInt(LEAVES.size());
            checkInclusion(random.nextInt(size2), size2, nodes);
            checkConsistency(1 + random.nextInt(size2), size2, nodes);
        }
    }

    @Test
    void anInclusionProofWithOneChangeIsRefused() {
        Map<Node, Hash> nodes = nodes(SIZES);
        Random random = new Random(1);
        for (int size = 2; size <= SIZES; size++) {
            int index = random.nextInt(size);
            Hash root = naiveRoot(LEAVES.subList(0, size));
            List<Hash> path = hashes(Merkle.inclusion(index, size), nodes);
            for (List<Hash> wrong : damaged(path, random)) {
                assertThat(MerkleProofs.verify(new InclusionProof(index, size, wrong), LEAVES.get(index), root))
                        .isFalse();
            }
            int other = (index + 1 + random.nextInt(size - 1)) % size;
            assertThat(MerkleProofs.verify(new InclusionProof(index, size, path), LEAVES.get(other), root))
                    .isFalse();
            assertThat(MerkleProofs.verify(new InclusionProof(other, size, path), LEAVES.get(index), root))
                    .isFalse();
            assertThat(MerkleProofs.verify(new InclusionProof(-1, size, path), LEAVES.get(index), root))
                    .isFalse();
            assertThat(MerkleProofs.verify(new InclusionProof(size, size, path), LEAVES.get(index), root))
                    .isFalse();
        }
    }

    @Test
    void aConsistencyProofWithOneChangeIsRefused() {
        Map<Node, Hash> nodes = nodes(SIZES);
        Random random = new Random(2);
        for (int size2 = 2; size2 <= SIZES; size2++) {
            int size1 = 1 + random.nextInt(size2 - 1);
            Hash root1 = naiveRoot(LEAVES.subList(0, size1));
            Hash root2 = naiveRoot(LEAVES.subList(0, size2));
            List<Hash> path = hashes(Merkle.consistency(size1, size2), nodes);
            for (List<Hash> wrong : damaged(path, random)) {
                assertThat(MerkleProofs.verify(new ConsistencyProof(size1, size2, wrong), root1, root2))
                        .isFalse();
            }
            assertThat(MerkleProofs.verify(new ConsistencyProof(size1, size2, path), root2, root1))
                    .isFalse();
            assertThat(MerkleProofs.verify(new ConsistencyProof(size2, size1, path), root1, root2))
                    .isFalse();
            assertThat(MerkleProofs.verify(new ConsistencyProof(0, size2, path), root1, root2))
                    .isFalse();
        }
    }

    private static List<List<Hash>> damaged(List<Hash> path, Random random) {
        List<Hash> flipped = new ArrayList<>(path);
        int at = random.nextInt(path.size());
        byte[] bytes = path.get(at).bytes();
        bytes[random.nextInt(32)] ^= (byte) (1 << random.nextInt(8));
        flipped.set(at, new Hash(bytes));
        List<Hash> longer = new ArrayList<>(path);
        longer.add(random.nextInt(path.size() + 1), LEAVES.get(0));
        return List.of(flipped, longer, path.subList(0, path.size() - 1), path.subList(1, path.size()));
    }
}
