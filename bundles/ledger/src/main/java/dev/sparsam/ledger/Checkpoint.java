package dev.sparsam.ledger;

/**
 * A signed tree head.
 *
 * @param size how many entries the tree has
 * @param root the tree's root hash
 * @param note the signed note in the form of C2SP tlog-checkpoint: origin, size, root, an empty line, and the Ed25519
 *     signature line
 */
public record Checkpoint(long size, Hash root, String note) {}
