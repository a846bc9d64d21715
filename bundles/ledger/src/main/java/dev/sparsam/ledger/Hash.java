package dev.sparsam.ledger;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** A SHA-256 value. */
public final class Hash {
    private final byte[] value;

    /**
     * Takes a copy.
     *
     * @throws IllegalArgumentException unless it has 32 bytes
     */
    public Hash(byte[] value) {
        if (value.length != 32) {
            throw new IllegalArgumentException("A SHA-256 value has 32 bytes, not " + value.length);
        }
        this.value = value.clone();
    }

    /** Reads standard base64. */
    public static Hash ofBase64(String text) {
        return new Hash(Base64.getDecoder().decode(text));
    }

    /** A copy of the 32 bytes. */
    public byte[] bytes() {
        return value.clone();
    }

    /** Standard base64, as in checkpoints. */
    public String base64() {
        return Base64.getEncoder().encodeToString(value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hash hash && Arrays.equals(value, hash.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    /** Lower-case hex. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(value);
    }
}
