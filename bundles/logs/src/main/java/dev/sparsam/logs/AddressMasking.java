package dev.sparsam.logs;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What happens to addresses in log files that the server has closed. */
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
            return ipv4Bits == 0 && ipv6Bits == 0 ? "zero" : "truncate/" + ipv4Bits + "/" + ipv6Bits;
        }
    }

    /** In the place of the address, and of a port behind it, stands {@code -}. Irreversible. */
    record Remove() implements AddressMasking {
        @Override
        public String toString() {
            return "remove";
        }
    }

    /**
     * Another address stands in its place, always the same one within a site and a day. Whoever has the key of the site and
     * the day can turn it back, so this is pseudonymisation (Art. 4 no. 5 GDPR) until the key is destroyed.
     */
    record Pseudonym(Scheme scheme) implements AddressMasking {
        /** The ways of draft-denis-ipcrypt that give an address for an address. */
        public enum Scheme {
            /** {@code ipcrypt-deterministic}: any address becomes an IPv6 address that tells nothing. */
            DETERMINISTIC,
            /** {@code ipcrypt-pfx}: addresses of one network stay addresses of one network, and IPv4 stays IPv4. */
            PREFIX
        }

        @Override
        public String toString() {
            return "pseudonym/" + scheme.name().toLowerCase(Locale.ROOT);
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
     * Reads {@code keep}, {@code pseudonym/prefix}, {@code pseudonym/deterministic}, {@code truncate/24/48}, {@code zero}
     * (no bit is kept) or {@code remove}.
     *
     * @throws IllegalArgumentException when the text is none of them; the message says what to write instead
     */
    static AddressMasking parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        switch (word) {
            case "keep" -> {
                return new Keep();
            }
            case "zero" -> {
                return new Truncate(0, 0);
            }
            case "remove" -> {
                return new Remove();
            }
            case "pseudonym/prefix" -> {
                return new Pseudonym(Pseudonym.Scheme.PREFIX);
            }
            case "pseudonym/deterministic" -> {
                return new Pseudonym(Pseudonym.Scheme.DETERMINISTIC);
            }
            default -> {
                Matcher matcher =
                        Pattern.compile("truncate/([0-9]{1,3})/([0-9]{1,3})").matcher(word);
                if (matcher.matches()) {
                    return new Truncate(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
                }
                throw new IllegalArgumentException("Masking \"" + text.strip()
                        + "\" is not understood: write truncate/IPV4BITS/IPV6BITS, for example truncate/24/48, or one of"
                        + " zero, remove, pseudonym/prefix, pseudonym/deterministic, keep");
            }
        }
    }
}
