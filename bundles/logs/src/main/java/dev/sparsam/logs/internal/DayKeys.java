package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking.Pseudonym.Scheme;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the key of a site and a day makes of addresses and names. The keys for the different uses are derived from it as in
 * HKDF-Expand (RFC 5869 section 2.3). Not thread-safe.
 */
final class DayKeys {
    /** How long a key is, in bytes. */
    static final int LENGTH = 32;

    /** How the hash of a text begins; by this a second pass knows it again. */
    static final String PREFIX = "h-";

    /** How many digits of 5 bits follow: 65 bits. */
    static final int DIGITS = 13;

    private static final byte[] ALPHABET = "abcdefghijklmnopqrstuvwxyz234567".getBytes(StandardCharsets.US_ASCII);
    private static final int REMEMBERED = 1 << 14;

    private final Mac hash;
    private final byte[] key;
    private final Map<Address, Address> addresses = new LastUsed<>(REMEMBERED);
    private final Map<String, byte[]> hashes = new LastUsed<>(REMEMBERED);
    private UnaryOperator<Address> deterministic = this::newDeterministic;
    private UnaryOperator<Address> prefix = this::newPrefix;
    private Scheme remembered = Scheme.PREFIX;

    /**
     * Derives the keys.
     *
     * @param key {@link #LENGTH} random bytes
     */
    DayKeys(byte[] key) {
        if (key.length != LENGTH) {
            throw new IllegalArgumentException("A day's key has " + LENGTH + " bytes, not " + key.length);
        }
        this.key = key.clone();
        hash = hmac(derived("hash"));
    }

    /** The keys of a day, from a key for all days. */
    static DayKeys derived(byte[] secret, long epochDay) {
        Mac mac = hmac(secret);
        return new DayKeys(mac.doFinal(("day " + epochDay).getBytes(StandardCharsets.US_ASCII)));
    }

    /** The pseudonym of an address. */
    Address address(Address address, Scheme scheme) {
        if (scheme != remembered) {
            addresses.clear();
            remembered = scheme;
        }
        return addresses.computeIfAbsent(
                address, scheme == Scheme.PREFIX ? it -> prefix.apply(it) : it -> deterministic.apply(it));
    }

    /** The hash of a text: {@link #PREFIX} and {@link #DIGITS} characters of a to z and 2 to 7. */
    byte[] hash(byte[] b, int from, int to) {
        return hashes.computeIfAbsent(new String(b, from, to - from, StandardCharsets.ISO_8859_1), text -> {
            byte[] digest = hash.doFinal(text.getBytes(StandardCharsets.ISO_8859_1));
            byte[] written = Arrays.copyOf(PREFIX.getBytes(StandardCharsets.US_ASCII), PREFIX.length() + DIGITS);
            for (int i = 0; i < DIGITS; i++) {
                int bit = 5 * i;
                int two = (digest[bit / 8] & 0xff) << 8 | (digest[bit / 8 + 1] & 0xff);
                written[PREFIX.length() + i] = ALPHABET[two >>> (11 - bit % 8) & 31];
            }
            return written;
        });
    }

    /** Whether a text begins with what {@link #hash} writes. */
    static boolean isHash(byte[] b, int from, int to) {
        if (to - from < PREFIX.length() + DIGITS || b[from] != 'h' || b[from + 1] != '-') {
            return false;
        }
        for (int p = from + PREFIX.length(); p < from + PREFIX.length() + DIGITS; p++) {
            if ((b[p] < 'a' || b[p] > 'z') && (b[p] < '2' || b[p] > '7')) {
                return false;
            }
        }
        return true;
    }

    private Address newDeterministic(Address address) {
        deterministic = IpCrypt.deterministic(Arrays.copyOf(derived("ipcrypt-deterministic"), 16));
        return deterministic.apply(address);
    }

    private Address newPrefix(Address address) {
        prefix = IpCrypt.prefixPreserving(derived("ipcrypt-pfx"));
        return prefix.apply(address);
    }

    private byte[] derived(String use) {
        Mac mac = hmac(key);
        mac.update(use.getBytes(StandardCharsets.US_ASCII));
        mac.update((byte) 1);
        return mac.doFinal();
    }

    private static Mac hmac(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has it", e);
        }
    }
}
