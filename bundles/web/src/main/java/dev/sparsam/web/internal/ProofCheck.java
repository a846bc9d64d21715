package dev.sparsam.web.internal;

import dev.sparsam.ledger.Checkpoint;
import dev.sparsam.ledger.Entry;
import dev.sparsam.ledger.Hash;
import dev.sparsam.ledger.InclusionProof;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Checks a receipt by itself, with nothing of the ledger but what it hands out: the hash of the text (RFC 9162 section
 * 2.1.1), the way up to the signed root (section 2.1.3.2), and the signature of the checkpoint (C2SP signed-note).
 *
 * @param leafFits whether the text has the hash that is stated
 * @param steps each step up the tree
 * @param rootFits whether the way ends at the checkpoint's root
 * @param signatureFits whether the key signed the checkpoint
 */
record ProofCheck(boolean leafFits, List<Step> steps, boolean rootFits, boolean signatureFits) {
    /** What stands before an Ed25519 key in its X.509 form (RFC 8410). */
    private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final String DASH = "\u2014 ";

    /**
     * One step.
     *
     * @param fromLeft whether the neighbour stands on the left
     * @param neighbour the neighbour's hash
     * @param result the hash of both
     */
    record Step(boolean fromLeft, String neighbour, String result) {}

    boolean holds() {
        return leafFits && rootFits && signatureFits;
    }

    static ProofCheck of(Entry entry, InclusionProof proof, Checkpoint checkpoint, String verifierKey) {
        byte[] leaf = Sha256.of(new byte[] {0}, entry.canonical().getBytes(StandardCharsets.UTF_8));
        boolean leafFits = Arrays.equals(leaf, entry.leafHash().bytes());
        List<Step> steps = new ArrayList<>();
        Optional<byte[]> root = climb(leaf, proof, steps);
        boolean rootFits = proof.index() == entry.index()
                && proof.treeSize() == checkpoint.size()
                && root.filter(hash -> Arrays.equals(hash, checkpoint.root().bytes()))
                        .isPresent();
        return new ProofCheck(leafFits, List.copyOf(steps), rootFits, signed(checkpoint, verifierKey));
    }

    private static Optional<byte[]> climb(byte[] leaf, InclusionProof proof, List<Step> steps) {
        long position = proof.index();
        long last = proof.treeSize() - 1;
        if (position > last) {
            return Optional.empty();
        }
        byte[] hash = leaf;
        for (Hash neighbour : proof.hashes()) {
            if (last == 0) {
                return Optional.empty();
            }
            boolean fromLeft = (position & 1) == 1 || position == last;
            if (fromLeft) {
                hash = Sha256.of(new byte[] {1}, neighbour.bytes(), hash);
                while ((position & 1) == 0 && position != 0) {
                    position >>= 1;
                    last >>= 1;
                }
            } else {
                hash = Sha256.of(new byte[] {1}, hash, neighbour.bytes());
            }
            position >>= 1;
            last >>= 1;
            steps.add(new Step(fromLeft, neighbour.toString(), HexFormat.of().formatHex(hash)));
        }
        return last == 0 ? Optional.of(hash) : Optional.empty();
    }

    private static boolean signed(Checkpoint checkpoint, String verifierKey) {
        String[] parts = verifierKey.split("\\+", 3);
        int text = checkpoint.note().indexOf("\n\n");
        if (parts.length != 3 || text < 0) {
            return false;
        }
        String signedText = checkpoint.note().substring(0, text + 1);
        List<String> head = signedText.lines().toList();
        if (head.size() < 3
                || !head.get(1).equals(Long.toString(checkpoint.size()))
                || !head.get(2).equals(checkpoint.root().base64())) {
            return false;
        }
        try {
            byte[] key = Base64.getDecoder().decode(parts[2]);
            byte[] encoded = Arrays.copyOf(ED25519, ED25519.length + 32);
            if (key.length != 33 || key[0] != 1) {
                return false;
            }
            System.arraycopy(key, 1, encoded, ED25519.length, 32);
            PublicKey publicKey = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
            for (String line : checkpoint.note().substring(text + 2).lines().toList()) {
                if (line.startsWith(DASH + parts[0] + " ")
                        && verifies(publicKey, signedText, line.substring(line.lastIndexOf(' ') + 1))) {
                    return true;
                }
            }
            return false;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // A key or signature that cannot be read is none that fits.
            return false;
        }
    }

    private static boolean verifies(PublicKey key, String text, String base64) throws GeneralSecurityException {
        byte[] keyIdAndSignature = Base64.getDecoder().decode(base64);
        if (keyIdAndSignature.length != 68) {
            return false;
        }
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(key);
        signature.update(text.getBytes(StandardCharsets.UTF_8));
        return signature.verify(keyIdAndSignature, 4, 64);
    }
}
