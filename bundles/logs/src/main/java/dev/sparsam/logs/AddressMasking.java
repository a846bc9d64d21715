package dev.sparsam.logs;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What happens to client addresses in log files that the server has closed. */
public sealed interface AddressMasking {
    /** The default: 24 bits of IPv4 and 48 bits of IPv6 are kept. */
    AddressMasking DEFAULT = new Truncate(24, 48);

    /**
     * Only the leading bits are kept, the others become zero. Irreversible.
     *
     * @param ipv4Bits bits kept of an IPv4 address, 0 to 24
     * @param ipv6Bits bits kept of an IPv6 address, 0 to 64
     */
    record Truncate(int ipv4Bits, int ipv6Bits) implements AddressMasking {
        /** Checks the bits: with more than 24 and 64 bits a single line of a customer would still be told apart. */
        public Truncate {
            if (ipv4Bits < 0 || ipv4Bits > 24 || ipv6Bits < 0 || ipv6Bits > 64) {
                throw new IllegalArgumentException("truncate/" + ipv4Bits + "/" + ipv6Bits
                        + ": keep 0 to 24 bits of IPv4 and 0 to 64 bits of IPv6, for example truncate/24/48");
            }
        }

        @Override
        public String toString() {
            return "truncate/" + ipv4Bits + "/" + ipv6Bits;
        }
    }

    /** Addresses stay as they are. */
    record Keep() implements AddressMasking {
        @Override
        public String toString() {
            return "keep";
        }
    }

    /**
     * Reads {@code keep} or {@code truncate/24/48}.
     *
     * @throws IllegalArgumentException when the text is neither; the message says what to write instead
     */
    static AddressMasking parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (word.equals("keep")) {
            return new Keep();
        }
        Matcher matcher = Pattern.compile("truncate/([0-9]{1,3})/([0-9]{1,3})").matcher(word);
        if (matcher.matches()) {
            return new Truncate(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        }
        throw new IllegalArgumentException("Masking \"" + text.strip()
                + "\" is not understood: write truncate/IPV4BITS/IPV6BITS, for example truncate/24/48, or keep");
    }
}
