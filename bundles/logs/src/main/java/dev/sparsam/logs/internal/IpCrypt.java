package dev.sparsam.logs.internal;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts addresses as draft-denis-ipcrypt says: the same address always gives the same pseudonym. Whoever has the key
 * can turn it back, so this is pseudonymisation (Art. 4 no. 5 GDPR) until the key is destroyed. What is returned here is
 * not thread-safe.
 */
final class IpCrypt {
    private static final int BLOCK = 16;

    private IpCrypt() {}

    /**
     * {@code ipcrypt-deterministic}: one block of AES-128. The pseudonym of an IPv4 address is an IPv6 address too.
     *
     * @param key 16 bytes
     */
    static UnaryOperator<Address> deterministic(byte[] key) {
        if (key.length != BLOCK) {
            throw new IllegalArgumentException("The key of ipcrypt-deterministic has 16 bytes, not " + key.length);
        }
        Cipher aes = aes(key);
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        return address -> {
            block.putLong(0, address.high()).putLong(8, address.low());
            encrypt(aes, block.array(), BLOCK, block.array());
            return new Address(block.getLong(0), block.getLong(8));
        };
    }

    /**
     * {@code ipcrypt-pfx}: addresses with the first n bits in common have pseudonyms with the first n bits in common, and
     * IPv4 stays IPv4.
     *
     * @param key 32 bytes, the two halves different
     */
    static UnaryOperator<Address> prefixPreserving(byte[] key) {
        byte[] first = Arrays.copyOf(key, BLOCK);
        byte[] second = Arrays.copyOfRange(key, Math.min(BLOCK, key.length), Math.max(key.length, BLOCK));
        if (key.length != 2 * BLOCK || MessageDigest.isEqual(first, second)) {
            throw new IllegalArgumentException("The key of ipcrypt-pfx has 32 bytes, and its two halves differ");
        }
        return new PrefixPreserving(aes(first), aes(second));
    }

    private static Cipher aes(byte[] key) {
        try {
            // Single blocks: the mode of operation is what the draft builds of them.
            Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
            aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
            return aes;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has AES", e);
        }
    }

    private static void encrypt(Cipher aes, byte[] from, int length, byte[] to) {
        try {
            aes.doFinal(from, 0, length, to);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("whole blocks, and room for them", e);
        }
    }

    private static final class PrefixPreserving implements UnaryOperator<Address> {
        private final Cipher first;
        private final Cipher second;
        private final ByteBuffer prefixes = ByteBuffer.allocate(128 * BLOCK);
        private final byte[] firsts = new byte[prefixes.capacity()];
        private final byte[] seconds = new byte[prefixes.capacity()];

        private PrefixPreserving(Cipher first, Cipher second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public Address apply(Address address) {
            int bits = address.isIpv4() ? 32 : 128;
            // The bits before the one in question, with a 1 in front that marks where they begin.
            long prefixHigh = address.isIpv4() ? 1L << 32 : 0;
            long prefixLow = address.isIpv4() ? 0xffffL : 1;
            // No prefix depends on an encrypted bit: all blocks are known before the first one is encrypted.
            for (int i = 0; i < bits; i++) {
                prefixes.putLong(i * BLOCK, prefixHigh).putLong(i * BLOCK + 8, prefixLow);
                int at = 128 - bits + i;
                long bit = (at < 64 ? address.high() >>> (63 - at) : address.low() >>> (127 - at)) & 1;
                prefixHigh = prefixHigh << 1 | prefixLow >>> 63;
                prefixLow = prefixLow << 1 | bit;
            }
            encrypt(first, prefixes.array(), bits * BLOCK, firsts);
            encrypt(second, prefixes.array(), bits * BLOCK, seconds);
            long flipHigh = 0;
            long flipLow = 0;
            for (int last = BLOCK - 1; last < bits * BLOCK; last += BLOCK) {
                flipHigh = flipHigh << 1 | flipLow >>> 63;
                flipLow = flipLow << 1 | ((firsts[last] ^ seconds[last]) & 1);
            }
            return new Address(address.high() ^ flipHigh, address.low() ^ flipLow);
        }
    }
}
