package dev.sparsam.logs.internal;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A second, slow reading of the rules of {@link AddressMasker}, written with strings, lists, regular expressions and big
 * integers. It shares no code with the engine.
 */
final class AddressOracle {
    private static final Pattern TOKEN_BRACKET = Pattern.compile("\\[([^\\]]*)\\](:[0-9]{1,5})?");
    private static final Pattern V4_PORT = Pattern.compile("([0-9.]+)(:[0-9]{1,5})");
    private static final Pattern ZONE = Pattern.compile("([^%]*)%(?!(?:[^.:]*\\.){3})[0-9A-Za-z._~-]{1,32}");
    private static final Pattern ZONE_PORT =
            Pattern.compile("([^%]*)%(?!(?:[^.:]*\\.){3})[0-9A-Za-z._~-]{1,32}(:[0-9]{1,5})");
    private static final Pattern LAST_PORT = Pattern.compile("(.*)(:[0-9]{1,5})");

    private final int bits4;
    private final int bits6;

    AddressOracle(int bits4, int bits6) {
        this.bits4 = bits4;
        this.bits6 = bits6;
    }

    /** The masked token; empty when the token is no address. */
    Optional<String> mask(String token) {
        Matcher bracket = TOKEN_BRACKET.matcher(token);
        if (bracket.matches() && portOk(bracket.group(2))) {
            String rest = bracket.group(2) == null ? "" : bracket.group(2);
            Matcher zone = ZONE.matcher(bracket.group(1));
            String inner = zone.matches() ? zone.group(1) : bracket.group(1);
            Optional<BigInteger> v4 = zone.matches() ? Optional.empty() : v4(inner);
            if (v4.isPresent()) {
                return Optional.of(
                        keepIfSame(token, v4.get(), own4(v4.get()), "[" + text4(own4(v4.get())) + "]" + rest));
            }
            return v6(inner).map(value -> {
                String changed = "[" + text6(mask6(value)) + "]" + rest;
                return keepIfSame(token, value, mask6(value), changed);
            });
        }
        if (!token.contains(":")) {
            return v4(token).map(value -> keepIfSame(token, value, own4(value), text4(own4(value))));
        }
        Matcher v4Port = V4_PORT.matcher(token);
        if (v4Port.matches() && portOk(v4Port.group(2)) && v4(v4Port.group(1)).isPresent()) {
            BigInteger value = v4(v4Port.group(1)).get();
            return Optional.of(keepIfSame(token, value, own4(value), text4(own4(value)) + v4Port.group(2)));
        }
        Matcher zone = ZONE.matcher(token);
        if (zone.matches()) {
            return v6(zone.group(1)).map(value -> keepIfSame(token, value, mask6(value), text6(mask6(value))));
        }
        Matcher zonePort = ZONE_PORT.matcher(token);
        if (zonePort.matches() && portOk(zonePort.group(2))) {
            return v6(zonePort.group(1))
                    .map(value -> keepIfSame(
                            token, value, mask6(value), "[" + text6(mask6(value)) + "]" + zonePort.group(2)));
        }
        Matcher port = LAST_PORT.matcher(token);
        boolean mayBePort = port.matches() && portOk(port.group(2));
        Optional<BigInteger> whole = v6(token);
        Optional<BigInteger> before = mayBePort ? v6(port.group(1)) : Optional.empty();
        if (whole.isPresent() && before.isPresent() && token.contains("::")) {
            BigInteger one = mask6(whole.get());
            BigInteger two = mask6(before.get());
            int common = 128 - one.xor(two).bitLength();
            BigInteger both = one.equals(two) ? one : keep(one, 128, common);
            // Never more than both readings keep.
            return Optional.of(keepIfSame(token, whole.get(), both, text6(both)));
        }
        if (whole.isPresent()) {
            return Optional.of(keepIfSame(token, whole.get(), mask6(whole.get()), text6(mask6(whole.get()))));
        }
        return before.map(value -> "[" + text6(mask6(value)) + "]" + port.group(2));
    }

    private static String keepIfSame(String token, BigInteger before, BigInteger after, String changed) {
        return before.equals(after) ? token : changed;
    }

    private static boolean portOk(String port) {
        return port == null || Integer.parseInt(port.substring(1)) <= 65_535;
    }

    private static BigInteger keep(BigInteger value, int width, int bits) {
        return value.shiftRight(width - bits).shiftLeft(width - bits);
    }

    private BigInteger mask4(BigInteger value) {
        return keep(value, 32, bits4);
    }

    /** What becomes of an address that no other carries: 127/8 and the broadcast address stay. */
    private BigInteger own4(BigInteger value) {
        String text = text4(value);
        return text.startsWith("127.") || text.equals("255.255.255.255") ? value : mask4(value);
    }

    private BigInteger mask6(BigInteger value) {
        String hex = String.format("%032x", value);
        BigInteger low = value.and(BigInteger.valueOf(0xffff_ffffL));
        if (hex.startsWith("00000000000000000000ffff") || hex.startsWith("0064ff9b0000000000000000")) {
            return value.subtract(low).add(mask4(low));
        }
        String kept = hex;
        if (hex.startsWith("2002")) {
            kept = "2002" + String.format("%08x", mask4(new BigInteger(hex.substring(4, 12), 16))) + hex.substring(12);
        } else if (hex.startsWith("20010000")) {
            kept = "20010000" + String.format("%08x", mask4(new BigInteger(hex.substring(8, 16), 16)))
                    + hex.substring(16);
        } else if (hex.startsWith("0064ff9b0001")) {
            kept = "0064ff9b0001" + "0".repeat(20);
        }
        return keep(new BigInteger(kept, 16), 128, bits6);
    }

    static Optional<BigInteger> v4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        BigInteger value = BigInteger.ZERO;
        for (String part : parts) {
            if (!part.matches("[0-9]{1,8}")) {
                return Optional.empty();
            }
            int octet = Integer.parseInt(part);
            if (octet > 255 && part.matches("0[0-7]+")) {
                octet = Integer.parseInt(part, 8);
            }
            if (octet > 255) {
                return Optional.empty();
            }
            value = value.shiftLeft(8).add(BigInteger.valueOf(octet));
        }
        return Optional.of(value);
    }

    static Optional<BigInteger> v6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            return groups(text).filter(groups -> groups.size() == 8).map(AddressOracle::join);
        }
        String left = text.substring(0, gap);
        String right = text.substring(gap + 2);
        if (left.contains(".")) {
            return Optional.empty();
        }
        Optional<List<Integer>> head = left.isEmpty() ? Optional.of(List.of()) : groups(left);
        Optional<List<Integer>> tail = right.isEmpty() ? Optional.of(List.of()) : groups(right);
        if (head.isEmpty() || tail.isEmpty() || head.get().size() + tail.get().size() > 7) {
            return Optional.empty();
        }
        List<Integer> all = new ArrayList<>(head.get());
        while (all.size() + tail.get().size() < 8) {
            all.add(0);
        }
        all.addAll(tail.get());
        return Optional.of(join(all));
    }

    private static Optional<List<Integer>> groups(String text) {
        List<Integer> groups = new ArrayList<>();
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].contains(".") && i == parts.length - 1) {
                Optional<BigInteger> v4 = v4(parts[i]);
                if (v4.isEmpty()) {
                    return Optional.empty();
                }
                groups.add(v4.get().shiftRight(16).intValue());
                groups.add(v4.get().intValue() & 0xffff);
            } else if (parts[i].matches("[0-9a-fA-F]{1,4}")) {
                groups.add(Integer.parseInt(parts[i], 16));
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(groups);
    }

    private static BigInteger join(List<Integer> groups) {
        BigInteger value = BigInteger.ZERO;
        for (int group : groups) {
            value = value.shiftLeft(16).add(BigInteger.valueOf(group));
        }
        return value;
    }

    static String text4(BigInteger value) {
        return String.format(
                "%d.%d.%d.%d",
                value.shiftRight(24).intValue() & 255,
                value.shiftRight(16).intValue() & 255,
                value.shiftRight(8).intValue() & 255,
                value.intValue() & 255);
    }

    static String text6(BigInteger value) {
        String hex = String.format("%032x", value);
        boolean dotted = hex.startsWith("00000000000000000000ffff") || hex.startsWith("0064ff9b0000000000000000");
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < (dotted ? 6 : 8); i++) {
            groups.add(Integer.toHexString(Integer.parseInt(hex.substring(4 * i, 4 * i + 4), 16)));
        }
        if (dotted) {
            groups.add(text4(value.and(BigInteger.valueOf(0xffff_ffffL))));
        }
        String joined = String.join(":", groups);
        for (int zeros = 8; zeros >= 2; zeros--) {
            for (int at = 0; at + zeros <= groups.size(); at++) {
                if (groups.subList(at, at + zeros).stream().allMatch(g -> g.equals("0"))) {
                    joined = String.join(":", groups.subList(0, at)) + "::"
                            + String.join(":", groups.subList(at + zeros, groups.size()));
                    return joined.toLowerCase(Locale.ROOT);
                }
            }
        }
        return joined.toLowerCase(Locale.ROOT);
    }
}
