package dev.sparsam.ledger.internal;

import dev.sparsam.ledger.Checkpoint;
import dev.sparsam.ledger.Hash;
import dev.sparsam.ledger.InclusionProof;
import dev.sparsam.ledger.MerkleProofs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks the proof of one receipt: its leaf hash, the way up to the root (RFC 9162 section 2.1.3.2) and the signature of
 * the checkpoint. The format is described in the bundle's README.
 */
final class ProofCheck {
    /** The name and version of the format. */
    static final String FORMAT = "sparsam-proof/1";

    /** More than any proof takes: the entry is quoted in it, and its quotes are escaped. */
    static final int LONGEST = 8 * EntryText.LONGEST;

    private static final Set<String> MEMBERS =
            Set.of("format", "index", "entry", "leafHash", "inclusion", "checkpoint", "verifierKey");

    private ProofCheck() {}

    /**
     * What is proven.
     *
     * @param entry the receipt
     * @param checkpoint the signed tree that it is in
     * @param key the key that signed it
     */
    record Proven(EntryText entry, Checkpoint checkpoint, VerifierKey key) {}

    /**
     * Checks a proof.
     *
     * @param pinned the key that must have signed it; empty to believe the key that it names
     */
    static Proven run(String text, Optional<VerifierKey> pinned) throws Misfit {
        Object parsed;
        try {
            parsed = CanonicalJson.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Misfit("proof.syntax", Misfit.reason(e));
        }
        // The file as a whole may be laid out in any way: only the entry's text is hashed.
        if (!(parsed instanceof Map<?, ?> proof) || !(proof.get("format") instanceof String format)) {
            throw new Misfit("proof.members", FORMAT);
        }
        if (!format.equals(FORMAT)) {
            throw new Misfit("header.format", format, FORMAT);
        }
        if (!proof.keySet().equals(MEMBERS)
                || !(proof.get("index") instanceof Long index)
                || !(proof.get("entry") instanceof String canonical)
                || !(proof.get("inclusion") instanceof Map<?, ?> inclusion)
                || !inclusion.keySet().equals(Set.of("treeSize", "hashes"))
                || !(inclusion.get("treeSize") instanceof Long size)
                || !(inclusion.get("hashes") instanceof List<?> hashes)
                || !(proof.get("checkpoint") instanceof String note)
                || !(proof.get("verifierKey") instanceof String verifierKey)) {
            throw new Misfit("proof.members", FORMAT);
        }
        VerifierKey key = VerifierKey.named(verifierKey, pinned);
        Hash leaf = Audit.hash(proof.get("leafHash")).orElseThrow(() -> new Misfit("entry.leaf"));
        EntryText entry = Audit.entry(content(canonical), leaf);
        if (entry.index() != index) {
            throw new Misfit("proof.index", index, entry.index());
        }
        Checkpoint checkpoint = key.open(note);
        if (checkpoint.size() != size) {
            throw new Misfit("proof.size", size, checkpoint.size());
        }
        List<Hash> path = new ArrayList<>();
        for (Object hash : hashes) {
            path.add(Audit.hash(hash).orElseThrow(() -> new Misfit("proof.hash")));
        }
        if (!MerkleProofs.verify(new InclusionProof(index, size, path), leaf, checkpoint.root())) {
            throw new Misfit("proof.path", size);
        }
        return new Proven(entry, checkpoint, key);
    }

    private static Map<?, ?> content(String text) throws Misfit {
        try {
            if (CanonicalJson.parse(text) instanceof Map<?, ?> content
                    && CanonicalJson.text(content).equals(text)) {
                return content;
            }
        } catch (IllegalArgumentException e) {
            throw new Misfit("entry.form", Misfit.reason(e));
        }
        throw new Misfit("proof.canonical");
    }
}
