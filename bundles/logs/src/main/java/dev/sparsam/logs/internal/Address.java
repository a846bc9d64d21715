package dev.sparsam.logs.internal;

/**
 * An IPv6 address, or an IPv4 address as {@code ::ffff:a.b.c.d} (RFC 4291 section 2.5.5.2).
 *
 * @param high the first 64 bits
 * @param low the last 64 bits
 */
record Address(long high, long low) {
    /** @param bits the 32 bits of an IPv4 address */
    static Address ipv4(int bits) {
        return new Address(0, 0xffff_0000_0000L | (bits & 0xffff_ffffL));
    }

    boolean isIpv4() {
        return high == 0 && low >>> 32 == 0xffffL;
    }
}
