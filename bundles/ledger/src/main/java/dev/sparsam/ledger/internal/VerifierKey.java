package dev.sparsam.ledger.internal;

import dev.sparsam.ledger.Checkpoint;
import dev.sparsam.ledger.Hash;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * The public half of a ledger's key and its name (C2SP signed-note, algorithm 1: Ed25519). Equal keys have equal texts.
 *
 * @param text {@code name+hash+base64}, the form in which verifiers are given the key
 * @param name the key's name, which is also the origin line of the checkpoints
 * @param id the first four bytes of the hash of name and key, in hex: they mark its signatures and tell keys apart
 * @param key the key
 */
record VerifierKey(String text, String name, String id, Ed25519PublicKeyParameters key) {
    /** The algorithm's number in the key's bytes. */
    private static final byte ED25519 = 1;
    /** What a key may be called: the text forms use the space and the plus sign. */
    private static final Pattern NAME = Pattern.compile("[^\\s+\\p{C}]{1,200}");

    private static final Pattern NOTE = Pattern.compile(
            "(([^\n]+)\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)\n)\n— ([^ \n]+) ([A-Za-z0-9+/]+=*)\n");

    static VerifierKey of(String name, Ed25519PublicKeyParameters key) {
        byte[] bytes = new byte[1 + Ed25519PublicKeyParameters.KEY_SIZE];
        bytes[0] = ED25519;
        key.encode(bytes, 1);
        MessageDigest digest = Merkle.sha256();
        digest.update(checkedName(name).getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        String id = HexFormat.of().formatHex(digest.digest(bytes), 0, 4);
        String text = name + "+" + id + "+" + Base64.getEncoder().encodeToString(bytes);
        return new VerifierKey(text, name, id, key);
    }

    static String checkedName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name
                    + "\" cannot name a ledger: use 1 to 200 characters without spaces and without +,"
                    + " for example example.org/ledger");
        }
        return name;
    }

    /**
     * Reads what {@link #text} holds.
     *
     * @throws IllegalArgumentException when it is no verifier key for Ed25519, or its hash is not that of the key
     */
    static VerifierKey parse(String text) {
        String[] parts = text.split("\\+", 3);
        if (parts.length == 3) {
            byte[] bytes = Base64.getDecoder().decode(parts[2]);
            if (bytes.length == 1 + Ed25519PublicKeyParameters.KEY_SIZE && bytes[0] == ED25519) {
                VerifierKey key = of(parts[0], new Ed25519PublicKeyParameters(bytes, 1));
                if (key.text.equals(text)) {
                    return key;
                }
            }
        }
        throw new IllegalArgumentException(
                "\"" + text + "\" is no verifier key: it has the form name+hash+base64 and fits its own hash");
    }

    /**
     * Reads the key that a file names as the one that signed it.
     *
     * @param pinned the key that must have signed it; empty to believe the file
     */
    static VerifierKey named(String text, Optional<VerifierKey> pinned) throws Misfit {
        VerifierKey key;
        try {
            key = parse(text);
        } catch (IllegalArgumentException e) {
            throw new Misfit("header.key", Misfit.reason(e));
        }
        if (pinned.isPresent() && !pinned.get().equals(key)) {
            throw new Misfit("header.pinned", key.id(), pinned.get().id());
        }
        return key;
    }

    /**
     * Reads a checkpoint and checks that this key has signed it.
     *
     * @throws Misfit when it is no checkpoint of this ledger
     */
    Checkpoint open(String note) throws Misfit {
        Matcher match = NOTE.matcher(note);
        if (!match.matches()) {
            throw new Misfit("checkpoint.form");
        }
        long size = Long.parseLong(match.group(3));
        byte[] signature;
        Hash root;
        try {
            root = Hash.ofBase64(match.group(4));
            signature = Base64.getDecoder().decode(match.group(6));
        } catch (IllegalArgumentException e) {
            throw new Misfit("checkpoint.form");
        }
        if (signature.length != 4 + Ed25519PublicKeyParameters.KEY_SIZE * 2
                || !Base64.getEncoder().encodeToString(signature).equals(match.group(6))) {
            throw new Misfit("checkpoint.form");
        }
        if (!match.group(2).equals(name)) {
            throw new Misfit("checkpoint.origin", size, match.group(2), name);
        }
        String mark = HexFormat.of().formatHex(signature, 0, 4);
        if (!match.group(5).equals(name) || !mark.equals(id)) {
            throw new Misfit("checkpoint.key", size, match.group(5), mark, name, id);
        }
        if (!signed(match.group(1), Arrays.copyOfRange(signature, 4, signature.length))) {
            throw new Misfit("checkpoint.signature", size, id);
        }
        return new Checkpoint(size, root, note);
    }

    /** Whether this key has signed the text of a note. */
    boolean signed(String text, byte[] signature) {
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(false, key);
        signer.update(message, 0, message.length);
        return signer.verifySignature(signature);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifierKey that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
