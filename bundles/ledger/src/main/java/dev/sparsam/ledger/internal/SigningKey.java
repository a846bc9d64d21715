package dev.sparsam.ledger.internal;

import dev.sparsam.ledger.Checkpoint;
import dev.sparsam.ledger.Hash;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** The private half of a ledger's key and its name: signs checkpoints (C2SP tlog-checkpoint). */
final class SigningKey {
    private final Ed25519PrivateKeyParameters key;
    private final VerifierKey verifier;

    SigningKey(String name, Ed25519PrivateKeyParameters key) {
        this.key = key;
        this.verifier = VerifierKey.of(name, key.generatePublicKey());
    }

    VerifierKey verifier() {
        return verifier;
    }

    Checkpoint sign(long size, Hash root) {
        String text = verifier.name() + "\n" + size + "\n" + root.base64() + "\n";
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, key);
        signer.update(message, 0, message.length);
        byte[] signature = signer.generateSignature();
        byte[] marked = new byte[4 + signature.length];
        System.arraycopy(HexFormat.of().parseHex(verifier.id()), 0, marked, 0, 4);
        System.arraycopy(signature, 0, marked, 4, signature.length);
        String note =
                text + "\n— " + verifier.name() + " " + Base64.getEncoder().encodeToString(marked) + "\n";
        return new Checkpoint(size, root, note);
    }
}
