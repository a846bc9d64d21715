package dev.sparsam.ledger.internal;

import dev.sparsam.ledger.Hash;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/** The Merkle tree of RFC 9162 section 2.1, as functions of hashes and positions. */
public final class Merkle {
    /** The root hash of the empty tree. */
    static final Hash EMPTY = new Hash(sha256().digest());

    private Merkle() {}

    /**
     * A complete subtree: its leaves are {@code index << height} and the {@code (1 << height) - 1} next ones.
     *
     * @param height 0 for a leaf
     * @param index its place among the subtrees of its height, from 0
     */
    record Node(int height, long index) {
        long firstLeaf() {
            return index << height;
        }

        long lastLeaf() {
            return ((index + 1) << height) - 1;
        }

        /** Its place among all subtrees of two and more leaves, in the order in which they become complete. */
        long position() {
            return inner(lastLeaf()) + height - 1;
        }
    }

    /** How many complete subtrees of two and more leaves a tree of this size has. */
    static long inner(long size) {
        return size - Long.bitCount(size);
    }

    /**
     * A part of the leaves that is a subtree.
     *
     * @param begin the first leaf
     * @param end the leaf after the last
     */
    record Range(long begin, long end) {
        /** The complete subtrees that the range consists of, from the left, that is, from the highest. */
        List<Node> nodes() {
            List<Node> nodes = new ArrayList<>();
            long at = begin;
            while (at < end) {
                int height = 63 - Long.numberOfLeadingZeros(end - at);
                nodes.add(new Node(height, at >> height));
                at += 1L << height;
            }
            return nodes;
        }

        /** The hash of the subtree, from the hashes of the complete subtrees that it consists of. */
        Hash hash(Function<Node, Hash> hashes) {
            return fold(nodes().stream().map(hashes).toList());
        }
    }

    /** The hash of a leaf with this content. */
    static Hash leaf(String content) {
        MessageDigest digest = sha256();
        digest.update((byte) 0);
        return new Hash(digest.digest(content.getBytes(StandardCharsets.UTF_8)));
    }

    /** The hash of a node with these children. */
    public static Hash node(Hash left, Hash right) {
        MessageDigest digest = sha256();
        digest.update((byte) 1);
        digest.update(left.bytes());
        return new Hash(digest.digest(right.bytes()));
    }

    /** The hash of a subtree, from its complete subtrees from left to right; the empty tree's when there are none. */
    static Hash fold(List<Hash> complete) {
        if (complete.isEmpty()) {
            return EMPTY;
        }
        Hash hash = complete.get(complete.size() - 1);
        for (int i = complete.size() - 2; i >= 0; i--) {
            hash = node(complete.get(i), hash);
        }
        return hash;
    }

    /** The subtrees whose hashes are the inclusion proof {@code PATH(index, D[size])}, from the leaf up. */
    static List<Range> inclusion(long index, long size) {
        List<Range> path = new ArrayList<>();
        long begin = 0;
        long end = size;
        while (end - begin > 1) {
            long middle = begin + split(end - begin);
            if (index < middle) {
                path.add(new Range(middle, end));
                end = middle;
            } else {
                path.add(new Range(begin, middle));
                begin = middle;
            }
        }
        Collections.reverse(path);
        return path;
    }

    /** The subtrees whose hashes are the consistency proof {@code PROOF(size1, D[size2])}, from the bottom up. */
    static List<Range> consistency(long size1, long size2) {
        List<Range> path = new ArrayList<>();
        long begin = 0;
        long end = size2;
        while (end != size1) {
            long middle = begin + split(end - begin);
            if (size1 <= middle) {
                path.add(new Range(middle, end));
                end = middle;
            } else {
                path.add(new Range(begin, middle));
                begin = middle;
            }
        }
        // The verifier knows the root of the smaller tree already: it is only sent as a part of that tree.
        if (begin != 0) {
            path.add(new Range(begin, end));
        }
        Collections.reverse(path);
        return path;
    }

    /** The largest power of two smaller than n. */
    private static long split(long n) {
        return Long.highestOneBit(n - 1);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
