package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class IpCryptTest {
    private static final byte[] KEY = HexFormat.of().parseHex("2b7e151628aed2a6abf7158809cf4f3c");
    private static final byte[] KEYS =
            HexFormat.of().parseHex("2b7e151628aed2a6abf7158809cf4f3ca9f5ba40db214c3798f2e1c23456789a");

    /** The vectors of draft-denis-ipcrypt, as the authors publish them. */
    @Test
    void givesWhatTheDraftSays() throws IOException {
        Path file = Path.of(System.getProperty("sparsam.shared", "../shared"), "data/logs/ipcrypt/test_vectors.json");
        assumeTrue(Files.exists(file), () -> "Skipped: the shared test data is not there (" + file + ")");
        List<String> used = new ArrayList<>();
        for (JsonNode vector : new ObjectMapper().readTree(file.toFile())) {
            byte[] key = HexFormat.of().parseHex(vector.get("key").asText());
            String variant = vector.get("variant").asText();
            if (variant.endsWith("deterministic")) {
                assertThat(IpCrypt.deterministic(key)
                                .apply(address(vector.get("ip").asText())))
                        .as("%s", vector)
                        .isEqualTo(address(vector.get("encrypted_ip").asText()));
                used.add(variant);
            } else if (variant.endsWith("pfx")) {
                assertThat(IpCrypt.prefixPreserving(key)
                                .apply(address(vector.get("ip").asText())))
                        .as("%s", vector)
                        .isEqualTo(address(vector.get("encrypted_ip").asText()));
                used.add(variant);
            }
        }
        assertThat(used).hasSize(21);
    }

    @Test
    void prefixesInCommonStayInCommonAndNoMore() throws UnknownHostException {
        UnaryOperator<Address> crypt = IpCrypt.prefixPreserving(KEYS);
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            boolean ipv4 = random.nextBoolean();
            int bits = random.nextInt(ipv4 ? 32 : 128);
            byte[] one = new byte[ipv4 ? 4 : 16];
            random.nextBytes(one);
            if (!ipv4) {
                one[0] = 0x20;
            }
            byte[] two = new byte[one.length];
            random.nextBytes(two);
            for (int bit = 0; bit <= bits; bit++) {
                int mask = 0x80 >> (bit & 7);
                int wanted = (one[bit >> 3] ^ (bit < bits ? 0 : mask)) & mask;
                two[bit >> 3] = (byte) ((two[bit >> 3] & ~mask) | wanted);
            }
            assertThat(common(crypt.apply(address(one)), crypt.apply(address(two)), ipv4))
                    .isEqualTo(bits);
        }
    }

    @Test
    void differentAddressesHaveDifferentPseudonyms() throws UnknownHostException {
        UnaryOperator<Address> crypt = IpCrypt.deterministic(KEY);
        List<Address> all = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            all.add(crypt.apply(address("203.0.113." + i)));
        }
        assertThat(all).doesNotHaveDuplicates();
    }

    @Test
    void keysOfAnotherLengthAreRefused() {
        assertThatThrownBy(() -> IpCrypt.deterministic(KEYS)).hasMessageContaining("16 bytes");
        assertThatThrownBy(() -> IpCrypt.prefixPreserving(KEY)).hasMessageContaining("32 bytes");
        byte[] twice = ByteBuffer.allocate(32).put(KEY).put(KEY).array();
        assertThatThrownBy(() -> IpCrypt.prefixPreserving(twice)).hasMessageContaining("halves");
    }

    private static int common(Address one, Address two, boolean ipv4) {
        long high = one.high() ^ two.high();
        long low = one.low() ^ two.low();
        int bits = high != 0 ? Long.numberOfLeadingZeros(high) : 64 + Long.numberOfLeadingZeros(low);
        return ipv4 ? bits - 96 : bits;
    }

    private static Address address(String ip) throws UnknownHostException {
        ByteBuffer bytes = ByteBuffer.wrap(InetAddress.getByName(ip).getAddress());
        return bytes.capacity() == 4 ? Address.ipv4(bytes.getInt()) : new Address(bytes.getLong(), bytes.getLong());
    }

    private static Address address(byte[] ip) throws UnknownHostException {
        return address(InetAddress.getByAddress(ip).getHostAddress());
    }
}
