package dev.sparsam.sample;

import java.util.Locale;
import java.util.SplittableRandom;

/** Client addresses of the documentation ranges (RFC 5737, 3849, 9637), in the spellings that logs hold. */
final class Addresses {
    private static final int[] IPV4_NETS = {0xC0000200, 0xC6336400, 0xCB007100};

    private Addresses() {}

    /** What a log says of a new client: an address. */
    static String client(SplittableRandom random) {
        int roll = random.nextInt(1000);
        if (roll < 620) {
            return ipv4(random);
        }
        if (roll < 960) {
            return ipv6(random);
        }
        if (roll < 980) {
            return mapped(random);
        }
        return roll < 990 ? sixToFour(random) : teredo(random);
    }

    static String ipv4(SplittableRandom random) {
        return dotted(ipv4Bits(random));
    }

    static String ipv6(SplittableRandom random) {
        int[] groups = new int[8];
        if (random.nextInt(4) == 0) {
            groups[0] = 0x3fff;
            groups[1] = random.nextInt(0x1000);
        } else {
            groups[0] = 0x2001;
            groups[1] = 0x0db8;
        }
        groups[2] = random.nextInt(4) == 0 ? 0 : random.nextInt(0x10000);
        groups[3] = random.nextInt(3) == 0 ? 0 : random.nextInt(0x200);
        switch (random.nextInt(4)) {
            case 0 -> groups[7] = 1 + random.nextInt(0xff);
            case 1 -> {
                // Made from a network card's address (RFC 4291, appendix A).
                groups[4] = 0x200 | random.nextInt(0x100);
                groups[5] = random.nextInt(0x100) << 8 | 0xff;
                groups[6] = 0xfe00 | random.nextInt(0x100);
                groups[7] = random.nextInt(0x10000);
            }
            default -> {
                for (int i = 4; i < 8; i++) {
                    groups[i] = random.nextInt(0x10000);
                }
            }
        }
        return switch (random.nextInt(25)) {
            case 0, 1 -> compressed(groups).toUpperCase(Locale.ROOT);
            case 2 -> joined(groups, 4);
            case 3 -> joined(groups, 4).toUpperCase(Locale.ROOT);
            case 4 -> joined(groups, 1);
            default -> compressed(groups);
        };
    }

    /** RFC 4291, section 2.5.5.2. */
    static String mapped(SplittableRandom random) {
        int bits = ipv4Bits(random);
        return switch (random.nextInt(4)) {
            case 0 -> "::FFFF:" + dotted(bits);
            case 1 -> String.format(Locale.ROOT, "::ffff:%x:%x", bits >>> 16, bits & 0xffff);
            default -> "::ffff:" + dotted(bits);
        };
    }

    /** RFC 3056. */
    static String sixToFour(SplittableRandom random) {
        int bits = ipv4Bits(random);
        return compressed(
                new int[] {0x2002, bits >>> 16, bits & 0xffff, random.nextInt(3), 0, 0, 0, 1 + random.nextInt(0xffff)});
    }

    /** RFC 4380, section 4: the client's port and address are inverted. */
    static String teredo(SplittableRandom random) {
        int server = ipv4Bits(random);
        int client = ~ipv4Bits(random);
        int port = ~port(random) & 0xffff;
        return compressed(
                new int[] {0x2001, 0, server >>> 16, server & 0xffff, 0x8000, port, client >>> 16, client & 0xffff});
    }

    /** An address with the name of an interface (RFC 4007, section 11). */
    static String zoned(SplittableRandom random) {
        return ipv6(random) + "%eth" + random.nextInt(2);
    }

    /** A name that an access network gives to an address; it repeats the address. */
    static String hostName(SplittableRandom random) {
        int bits = ipv4Bits(random);
        return random.nextBoolean()
                ? String.format(Locale.ROOT, "p%08x.dip.zugang.example", bits)
                : "host-" + dotted(bits).replace('.', '-') + ".pool.zugang.example";
    }

    static int port(SplittableRandom random) {
        return 1024 + random.nextInt(64_512);
    }

    private static int ipv4Bits(SplittableRandom random) {
        return IPV4_NETS[random.nextInt(IPV4_NETS.length)] | 1 + random.nextInt(254);
    }

    private static String dotted(int bits) {
        return (bits >>> 24) + "." + (bits >>> 16 & 0xff) + "." + (bits >>> 8 & 0xff) + "." + (bits & 0xff);
    }

    private static String joined(int[] groups, int digits) {
        StringBuilder text = new StringBuilder(40);
        for (int group : groups) {
            String hex = Integer.toHexString(group);
            text.append(text.isEmpty() ? "" : ":");
            text.append("0".repeat(Math.max(0, digits - hex.length()))).append(hex);
        }
        return text.toString();
    }

    /** The canonical spelling (RFC 5952). */
    static String compressed(int[] groups) {
        int bestStart = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; i++) {
            int length = 0;
            while (i + length < 8 && groups[i + length] == 0) {
                length++;
            }
            if (length > bestLength) {
                bestStart = i;
                bestLength = length;
            }
        }
        StringBuilder text = new StringBuilder(40);
        for (int i = 0; i < 8; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
