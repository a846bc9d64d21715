package dev.sparsam.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sparsam.ledger.Checkpoint;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
    private static final SigningKey KEY = key("example.org/ledger", 7);

    private static SigningKey key(String name, int seed) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) seed);
        return new SigningKey(name, new Ed25519PrivateKeyParameters(bytes, 0));
    }

    private static void refused(String note, String message) {
        assertThatExceptionOfType(Misfit.class)
                .isThrownBy(() -> KEY.verifier().open(note))
                .satisfies(misfit -> assertThat(misfit.text(Locale.ENGLISH)).contains(message));
    }

    @Test
    void theExampleOfGosNotePackageIsVerified() {
        VerifierKey key = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        byte[] signature = Base64.getDecoder()
                .decode("x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=");
        String text = """
                If you think cryptography is the answer to your problem,
                then you don't know what your problem is.
                """;
        byte[] withoutMark = Arrays.copyOfRange(signature, 4, signature.length);
        assertThat(key.id()).isEqualTo("c74f20a3");
        assertThat(key.signed(text, withoutMark)).isTrue();
        assertThat(key.signed(text + "\n", withoutMark)).isFalse();
    }

    @Test
    void aCheckpointHasTheLinesOfTheSpecification() {
        String note = KEY.sign(3, Merkle.EMPTY).note();
        assertThat(note).endsWith("=\n");
        assertThat(note.lines().limit(4))
                .containsExactly("example.org/ledger", "3", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "");
        assertThat(note.lines().skip(4))
                .singleElement()
                .asString()
                .matches("— example[.]org/ledger [A-Za-z0-9+/]{91}=");
    }

    @Test
    void aSignedCheckpointIsReadBack() throws Misfit {
        Checkpoint checkpoint = KEY.sign(3, Merkle.EMPTY);
        assertThat(KEY.verifier().open(checkpoint.note())).isEqualTo(checkpoint);
    }

    @Test
    void aCheckpointInWhichAnyCharacterWasChangedIsRefused() {
        String note = KEY.sign(17, Merkle.leaf("x")).note();
        for (int i = 0; i < note.length(); i++) {
            String changed = note.substring(0, i) + (char) (note.charAt(i) ^ 1) + note.substring(i + 1);
            refused(changed, "checkpoint");
        }
    }

    @Test
    void aSignatureThatIsSpelledInAnotherWayIsRefused() {
        // The last base64 digit of 68 bytes has two bits that say nothing.
        String note = KEY.sign(17, Merkle.leaf("x")).note();
        int last = note.lastIndexOf('=') - 1;
        String changed = note.substring(0, last) + (char) (note.charAt(last) + 1) + note.substring(last + 1);
        assertThat(Base64.getDecoder()
                        .decode(changed.substring(changed.lastIndexOf(' ') + 1).strip()))
                .isEqualTo(Base64.getDecoder()
                        .decode(note.substring(note.lastIndexOf(' ') + 1).strip()));
        refused(changed, "the checkpoint is not well formed");
    }

    @Test
    void aCheckpointOfAnotherLedgerIsRefused() {
        refused(key("example.org/other", 7).sign(1, Merkle.EMPTY).note(), "is of the ledger \"example.org/other\"");
    }

    @Test
    void aCheckpointOfAnotherKeyWithTheSameNameIsRefusedWithBothKeyIds() {
        SigningKey other = key("example.org/ledger", 8);
        refused(
                other.sign(1, Merkle.EMPTY).note(),
                other.verifier().id() + ", not example.org/ledger "
                        + KEY.verifier().id());
    }

    @Test
    void aCheckpointWhoseMarkWasForgedIsRefused() {
        String forged = key("example.org/ledger", 8).sign(1, Merkle.EMPTY).note();
        byte[] signature = Base64.getDecoder()
                .decode(forged.substring(forged.lastIndexOf(' ') + 1).strip());
        byte[] own = Base64.getDecoder()
                .decode(KEY.sign(1, Merkle.EMPTY)
                        .note()
                        .replaceAll("(?s).* ", "")
                        .strip());
        System.arraycopy(own, 0, signature, 0, 4);
        refused(
                forged.substring(0, forged.lastIndexOf(' ') + 1)
                        + Base64.getEncoder().encodeToString(signature) + "\n",
                "does not fit its signature");
    }

    @Test
    void aVerifierKeyIsReadBack() {
        VerifierKey key = KEY.verifier();
        assertThat(VerifierKey.parse(key.text())).isEqualTo(key).hasToString(key.text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "a+b",
                "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "PeterNeumann+c74f20a3+!!"
            })
    void aTextThatIsNoVerifierKeyIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> VerifierKey.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with space", "with+plus", "with\nline"})
    void aNameThatWouldBreakTheTextFormsIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> key(name, 1))
                .withMessageContaining("cannot name a ledger");
    }
}
