package dev.sparsam.ledger;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** Reads and proves receipts. They are appended through {@link dev.sparsam.store.ReceiptBook}. */
@ProviderType
public interface Ledger {
    /** The newest signed tree head; empty while there is no receipt. */
    Optional<Checkpoint> latest();

    /** One entry. */
    Optional<Entry> entry(long index);

    /** Entries, the newest first. */
    List<Entry> entries(Query query);

    /**
     * Proves that an entry is in the tree of a given size (RFC 9162 section 2.1.3).
     *
     * @throws IllegalArgumentException unless {@code 0 <= index < treeSize <= size of the latest checkpoint}
     */
    InclusionProof inclusion(long index, long treeSize);

    /**
     * Proves that the tree of one size begins with the tree of a smaller size (RFC 9162 section 2.1.4).
     *
     * @throws IllegalArgumentException unless {@code 0 < size1 <= size2 <= size of the latest checkpoint}
     */
    ConsistencyProof consistency(long size1, long size2);

    /** Recomputes everything from the stored entries and checks every signature. */
    Verification verify();

    /**
     * Writes all entries and checkpoints as lines of JSON that {@code sparsam ledger verify FILE} checks offline; the
     * format is described in the bundle's README.
     *
     * @throws IOException when the stream cannot be written
     */
    void export(OutputStream stream) throws IOException;

    /** The public key as a verifier line of a signed note: {@code name+hash+base64} (C2SP signed-note). */
    String verifierKey();

    /**
     * Which entries.
     *
     * @param act only this act
     * @param subjects only about one of these; thousands are few enough, and none finds nothing
     * @param before only entries with a smaller index, for paging
     * @param limit the most entries, 1 to 1,000
     */
    record Query(Optional<String> act, Optional<Set<String>> subjects, Optional<Long> before, int limit) {
        /** Checks the limit and keeps a copy. */
        public Query {
            subjects = subjects.map(Set::copyOf);
            if (limit < 1 || limit > 1_000) {
                throw new IllegalArgumentException("Ask for 1 to 1000 entries, not " + limit);
            }
        }
    }
}
