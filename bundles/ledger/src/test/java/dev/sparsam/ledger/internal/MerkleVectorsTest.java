package dev.sparsam.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparsam.ledger.ConsistencyProof;
import dev.sparsam.ledger.Hash;
import dev.sparsam.ledger.InclusionProof;
import dev.sparsam.ledger.MerkleProofs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * The vectors of the transparency-dev project. Its folders subtreeinclusion and subtreeconsistency are left out: they
 * are about proofs for ranges of leaves, which RFC 9162 does not have and which we do not offer.
 */
class MerkleVectorsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void everyInclusionVectorIsJudgedAsItSays() throws IOException {
        List<Path> files = SharedData.files("merkle/testdata/inclusion", ".json");
        assertThat(files).hasSizeGreaterThanOrEqualTo(98);
        for (Path file : files) {
            JsonNode vector = JSON.readTree(file.toFile());
            assertThat(includes(vector))
                    .as(file.toString())
                    .isEqualTo(!vector.path("wantErr").asBoolean());
        }
    }

    @Test
    void everyConsistencyVectorIsJudgedAsItSays() throws IOException {
        List<Path> files = SharedData.files("merkle/testdata/consistency", ".json");
        assertThat(files).hasSizeGreaterThanOrEqualTo(98);
        for (Path file : files) {
            JsonNode vector = JSON.readTree(file.toFile());
            assertThat(isConsistent(vector))
                    .as(file.toString())
                    .isEqualTo(!vector.path("wantErr").asBoolean());
        }
    }

    private static boolean includes(JsonNode vector) {
        try {
            return MerkleProofs.verify(
                    new InclusionProof(
                            vector.path("leafIdx").asLong(),
                            vector.path("treeSize").asLong(),
                            proof(vector, MerkleVectorsTest::hash)),
                    hash(vector.path("leafHash")),
                    hash(vector.path("root")));
        } catch (IllegalArgumentException e) {
            // Some vectors have hashes that are no SHA-256 values: those are refused before there is a proof.
            return false;
        }
    }

    private static boolean isConsistent(JsonNode vector) {
        return MerkleProofs.verify(
                new ConsistencyProof(
                        vector.path("size1").asLong(),
                        vector.path("size2").asLong(),
                        proof(vector, MerkleVectorsTest::hashOrText)),
                hashOrText(vector.path("root1")),
                hashOrText(vector.path("root2")));
    }

    private static List<Hash> proof(JsonNode vector, Function<JsonNode, Hash> reader) {
        List<Hash> hashes = new ArrayList<>();
        vector.path("proof").forEach(hash -> hashes.add(reader.apply(hash)));
        return hashes;
    }

    private static Hash hash(JsonNode base64) {
        return Hash.ofBase64(base64.asText());
    }

    /** Some vectors use other texts as roots; their hashes are equal exactly when the texts are. */
    private static Hash hashOrText(JsonNode base64) {
        byte[] bytes = Base64.getDecoder().decode(base64.asText());
        return bytes.length == 32 ? new Hash(bytes) : Merkle.leaf("no hash: " + base64);
    }
}
