package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Pseudonym;
import dev.sparsam.logs.AddressMasking.Remove;
import dev.sparsam.logs.AddressMasking.Truncate;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads one address token as log files spell it, and masks it.
 *
 * <p>A token is {@code ADDRESS}, {@code ADDRESS:PORT}, {@code [ADDRESS]} or {@code [ADDRESS]:PORT}; an address is IPv4
 * (leading zeros allowed), or IPv6 in any spelling of RFC 4291 section 2.2, with or without a zone. What is decided here:
 *
 * <ul>
 *   <li>An address that is its own network address counts as masked and keeps its bytes, so a second pass changes
 *       nothing. A zone goes when its address is truncated.
 *   <li>A masked address is written as in RFC 5952. A port is kept as it is: with the truncated address it names nobody,
 *       and log readers expect it. IPv6 with a port but without brackets, as Apache's error log has it, gets the brackets,
 *       because the truncated form would be ambiguous without them.
 *   <li>A last group that could be a port or not ({@code 2001:db8::1:8080}) is read both ways, and only the bits that
 *       both readings would keep are kept.
 *   <li>IPv4 carried in IPv6 is truncated like IPv4 where it stands in the kept part: mapped ({@code ::ffff:0:0/96}, RFC
 *       4291), NAT64 ({@code 64:ff9b::/96}, RFC 6052), 6to4 ({@code 2002::/16}, RFC 3056), the server of Teredo
 *       ({@code 2001::/32}, RFC 4380). Of {@code 64:ff9b:1::/48} (RFC 8215) never more than the prefix is kept.
 *   <li>A pseudonym is written like a truncated address; nobody can tell by looking at it that it is one. The unspecified
 *       address has none.
 *   <li>Loopback and broadcast addresses of IPv4 are the same for everybody and stay, unless addresses are removed.
 *   <li>What is removed becomes {@code -}, with brackets, zone and port.
 * </ul>
 *
 * Not thread-safe: the replacement lies in this object until the next call.
 */
final class AddressMasker {
    /** The answer of {@link #mask}. */
    enum Reading {
        /** No address. */
        NONE,
        /** An address that needs no change. */
        MASKED,
        /** An address that must be replaced by {@link #text()}. */
        UNMASKED
    }

    private static final int MAX_PORT = 65_535;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** The value of each hexadecimal digit, -1 for other bytes. */
    private static final byte[] DIGITS = new byte[256];

    static {
        Arrays.fill(DIGITS, (byte) -1);
        for (int digit = 0; digit < 16; digit++) {
            DIGITS[HEX[digit]] = (byte) digit;
            DIGITS[Character.toUpperCase(HEX[digit])] = (byte) digit;
        }
    }

    private final int mask4;
    private final int bits6;
    private final boolean removes;
    private final Optional<Pseudonym.Scheme> scheme;
    private final Supplier<DayKeys> keys;

    private static final byte[][] TAILS4 = {ascii("0.0.0.0"), ascii("0.0.0"), ascii("0.0"), ascii("0")};
    private static final byte[] GAP = ascii("::");
    private static final byte[] NOTHING = new byte[0];

    /** Whether whole octets and groups are kept. */
    private final boolean plain;

    /** How many bytes {@link #truncate} may look at: the longest address and a blank, in whole words. */
    private static final int LONGEST_PLAIN = 48;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    /** How addresses begin that stay. */
    private static final int LOOPBACK = '1' << 24 | '2' << 16 | '7' << 8 | '.';

    private static final int BROADCAST = '2' << 24 | '5' << 16 | '5' << 8 | '.';

    /** By how many digits an octet has: the least text that spells one, and the greatest. */
    private static final int[] LEAST = new int[16];

    private static final int[] MOST = new int[16];

    static {
        Arrays.fill(LEAST, Integer.MAX_VALUE);
        LEAST[1] = '0';
        LEAST[2] = '1' << 8 | '0';
        LEAST[3] = '1' << 16 | '0' << 8 | '0';
        MOST[1] = '9';
        MOST[2] = '9' << 8 | '9';
        MOST[3] = '2' << 16 | '5' << 8 | '5';
    }

    private final int[] ends = new int[4];
    private int keptTo;
    private byte[] tail = NOTHING;

    private final byte[] text = new byte[128];
    private int length;

    // The address read last.
    private final int[] groups = new int[8];
    private int v4;
    private long high;
    private long low;
    private boolean gap;
    private boolean dottedTail;

    /**
     * Makes one.
     *
     * @param rule what is done; with {@code keep}, every address would be zeroed
     * @param keys gives the keys of the line's day; only asked for pseudonyms
     */
    AddressMasker(AddressMasking rule, Supplier<DayKeys> keys) {
        int bits4 = rule instanceof Truncate truncate ? truncate.ipv4Bits() : 0;
        mask4 = bits4 == 0 ? 0 : -1 << (32 - bits4);
        bits6 = rule instanceof Truncate truncate ? truncate.ipv6Bits() : 0;
        plain = rule instanceof Truncate && bits4 % 8 == 0 && bits6 % 16 == 0 && bits6 > 0;
        removes = rule instanceof Remove;
        scheme = rule instanceof Pseudonym pseudonym ? Optional.of(pseudonym.scheme()) : Optional.empty();
        this.keys = keys;
    }

    /** How many leading hexadecimal digits of an IPv6 address are kept. */
    int keptIpv6Nibbles() {
        return bits6 / 4;
    }

    /** Holds the replacement of the token in its first {@link #length()} bytes. */
    byte[] text() {
        return text;
    }

    /** How many bytes of {@link #text()} count. */
    int length() {
        return length;
    }

    /** Reads the token in {@code from} to {@code to} (exclusive). */
    Reading mask(byte[] b, int from, int to) {
        Reading reading = read(b, from, to);
        if (removes && reading != Reading.NONE) {
            length = 0;
            append('-');
            return Reading.UNMASKED;
        }
        return reading;
    }

    private Reading read(byte[] b, int from, int to) {
        length = 0;
        if (to - from < 2 || to - from > 100) {
            return Reading.NONE;
        }
        if (b[from] == '[') {
            return bracketed(b, from, to);
        }
        if (read4(b, from, to)) {
            return append4Masked() ? Reading.UNMASKED : Reading.MASKED;
        }
        int firstColon = indexOf(b, from, to, ':');
        if (firstColon < 0) {
            return Reading.NONE;
        }
        if (indexOf(b, firstColon + 1, to, ':') < 0) {
            if (!isPort(b, firstColon + 1, to) || !read4(b, from, firstColon)) {
                return Reading.NONE;
            }
            boolean brackets = scheme.isPresent() && scheme.get() == Pseudonym.Scheme.DETERMINISTIC;
            if (brackets) {
                append('[');
            }
            boolean changed = append4Masked();
            if (brackets) {
                append(']');
            }
            return withRest(b, firstColon, to, changed);
        }
        return unbracketed6(b, from, to);
    }

    /**
     * Reads a plain address that a blank ends, as nearly all clients are, and tells which of its bytes stay as they are:
     * what {@link #mask} would write begins with them. Many times as fast, because it looks at eight bytes at once and takes
     * no branch that depends on how long the numbers are: these are what a processor cannot foresee.
     *
     * @return where the blank is; negative when {@link #mask} has to decide
     */
    int truncate(byte[] b, int from, int limit) {
        if (!plain || limit - from < LONGEST_PLAIN) {
            return -1;
        }
        int others = (int)
                (Swar.bits(Swar.noDigits(Swar.word(b, from))) | Swar.bits(Swar.noDigits(Swar.word(b, from + 8))) << 8);
        return b[from + (Integer.numberOfTrailingZeros(others) & 15)] == '.'
                ? truncate4(b, from, others)
                : truncate6(b, from);
    }

    /** @param others a bit for each of the first 16 bytes that is no digit */
    private int truncate4(byte[] b, int from, int others) {
        int start = from;
        int left = others;
        // Negative as soon as something is wrong.
        int wrong = 0;
        for (int i = 0; i < 4; i++) {
            int end = from + (Integer.numberOfTrailingZeros(left) & 15);
            left &= left - 1;
            int digits = (end - start) & 15;
            // Numbers of the same length are in the order of their text.
            int number = (int) INTS.get(b, start) >>> (32 - 8 * digits);
            wrong |= (number - LEAST[digits]) | (MOST[digits] - number) | -((b[end] ^ (i < 3 ? '.' : ' ')) & 0xff);
            ends[i] = end;
            start = end + 1;
        }
        int octet = (int) INTS.get(b, from);
        if (wrong < 0 || octet == LOOPBACK || octet == BROADCAST) {
            return -1;
        }
        int octets = Integer.bitCount(mask4) / 8;
        int blank = ends[3];
        keptTo = octets == 0 ? from : ends[octets - 1] + 1;
        tail = TAILS4[octets];
        return blank - keptTo == tail.length && Arrays.equals(b, keptTo, blank, tail, 0, tail.length)
                ? masked(blank)
                : blank;
    }

    private int masked(int blank) {
        keptTo = blank;
        tail = NOTHING;
        return blank;
    }

    private int truncate6(byte[] b, int from) {
        // No loop: the compiler would unroll it only in part.
        long first = Swar.word(b, from);
        long second = Swar.word(b, from + 8);
        long third = Swar.word(b, from + 16);
        long fourth = Swar.word(b, from + 24);
        long fifth = Swar.word(b, from + 32);
        long colons = Swar.bits(Swar.equal(first, ':'))
                | Swar.bits(Swar.equal(second, ':')) << 8
                | Swar.bits(Swar.equal(third, ':')) << 16
                | Swar.bits(Swar.equal(fourth, ':')) << 24
                | Swar.bits(Swar.equal(fifth, ':')) << 32;
        long others = Swar.bits(Swar.noRow(first))
                | Swar.bits(Swar.noRow(second)) << 8
                | Swar.bits(Swar.noRow(third)) << 16
                | Swar.bits(Swar.noRow(fourth)) << 24
                | Swar.bits(Swar.noRow(fifth)) << 32;
        int length = Long.numberOfTrailingZeros(others);
        if (length == 64 || b[from + length] != ' ') {
            return -1;
        }
        colons &= (1L << length) - 1;
        return isPlain6(colons, length) ? truncated6(b, from, from + length, colons) : -1;
    }

    /** Whether colons stand between at most eight groups of at most four digits, at most once two of them. */
    private static boolean isPlain6(long colons, int length) {
        long digits = ~colons & ((1L << length) - 1);
        long gaps = colons & colons >>> 1;
        long last = 1L << length >>> 1;
        boolean endsWithGap = (gaps << 1 & last) != 0;
        int count = Long.bitCount(colons) - (endsWithGap ? 1 : 0);
        // Seven, or with a gap at most seven: addresses with one and without one come in no order.
        int least = 7 & (int) ((gaps - 1) >> 63);
        return (digits & digits >>> 1 & digits >>> 2 & digits >>> 3 & digits >>> 4) == 0
                && (gaps & (gaps - 1)) == 0
                && ((colons ^ gaps << 1) & last) == 0
                && count >= least
                && count <= 7;
    }

    private int truncated6(byte[] b, int from, int blank, long colons) {
        int start = from;
        int end = from;
        long left = colons;
        for (int group = 0; group < bits6 / 16; group++) {
            end = from + Long.numberOfTrailingZeros(left);
            left &= left - 1;
            // What is kept must be written as it would be, and be no prefix under which an IPv4 address is hidden.
            if (end >= blank || end == start || b[start] == '0' || (group == 0 && isTunnel(b, from, end))) {
                return -1;
            }
            start = end + 1;
        }
        for (int p = from; p < end; p += 8) {
            if ((Swar.capitals(Swar.word(b, p)) & Swar.first(end - p)) != 0) {
                return -1;
            }
        }
        keptTo = end;
        tail = GAP;
        int last = blank;
        while (b[last - 1] == '0' || b[last - 1] == ':') {
            last--;
        }
        return last <= end ? masked(blank) : blank;
    }

    /** 2002: is of 6to4, 64:ff9b: of NAT64. In 2001:0: of Teredo the second group begins with a zero. */
    private static boolean isTunnel(byte[] b, int from, int to) {
        return to - from == 4
                ? b[from] == '2' && b[from + 1] == '0' && b[from + 2] == '0' && b[from + 3] == '2'
                : to - from == 2 && b[from] == '6' && b[from + 1] == '4';
    }

    /** After {@link #truncate}: where the bytes that stay end. */
    int keptTo() {
        return keptTo;
    }

    /** After {@link #truncate}: what follows the bytes that stay; empty when the address is masked already. */
    byte[] tail() {
        return tail;
    }

    /** The address that a token is, if it is one. */
    Optional<Address> address(byte[] b, int from, int to) {
        boolean ipv4 = read4(b, from, to);
        if (!ipv4 && !read6(b, from, to)) {
            return Optional.empty();
        }
        return Optional.of(ipv4 ? Address.ipv4(v4) : new Address(high, low));
    }

    /**
     * What an address has in common with those that are taken for the same: its network if the networks that are kept are
     * small, otherwise all of it. Masked or not, it is one of the same network: a second pass says the same.
     */
    Address nearly(Address address) {
        boolean small = address.isIpv4() ? Integer.bitCount(mask4) >= 16 : bits6 >= 32;
        return small ? network(address) : address;
    }

    /** What is kept of an address at most. */
    Address network(Address address) {
        return address.isIpv4()
                ? Address.ipv4((int) address.low() & mask4)
                : new Address(address.high() & prefix(bits6), 0);
    }

    /** What becomes of the four numbers of an IPv4 address in the name of a host: zeros where no IPv4 address is left. */
    int octets(int ipv4) {
        if (removes || isNobody(ipv4)) {
            return removes ? 0 : ipv4;
        }
        if (scheme.isPresent() && ipv4 != 0) {
            Address pseudonym = keys.get().address(Address.ipv4(ipv4), scheme.get());
            return pseudonym.isIpv4() ? (int) pseudonym.low() : 0;
        }
        return ipv4 & mask4;
    }

    private Reading bracketed(byte[] b, int from, int to) {
        int close = indexOf(b, from, to, ']');
        if (close < 0) {
            return Reading.NONE;
        }
        boolean port = close + 1 < to;
        if (port && (b[close + 1] != ':' || !isPort(b, close + 2, to))) {
            return Reading.NONE;
        }
        append('[');
        boolean changed;
        if (read4(b, from + 1, close)) {
            changed = append4Masked();
        } else {
            int percent = indexOf(b, from + 1, close, '%');
            if ((percent >= 0 && !isZone(b, percent + 1, close))
                    || !read6(b, from + 1, percent >= 0 ? percent : close)) {
                return Reading.NONE;
            }
            changed = appendMasked6();
        }
        return withRest(b, close, to, changed);
    }

    private Reading unbracketed6(byte[] b, int from, int to) {
        int percent = indexOf(b, from, to, '%');
        if (percent >= 0) {
            int zoneEnd = indexOf(b, percent, to, ':');
            boolean port = zoneEnd >= 0;
            if (!isZone(b, percent + 1, port ? zoneEnd : to)
                    || (port && !isPort(b, zoneEnd + 1, to))
                    || !read6(b, from, percent)) {
                return Reading.NONE;
            }
            if (!port) {
                return appendMasked6() ? Reading.UNMASKED : Reading.MASKED;
            }
            append('[');
            boolean changed = appendMasked6();
            append(']');
            return withRest(b, zoneEnd, to, changed);
        }
        int lastColon = lastIndexOf(b, from, to, ':');
        boolean port = isPort(b, lastColon + 1, to);
        if (read6(b, from, to)) {
            if (port && gap && !dottedTail && scheme.isEmpty()) {
                return ambiguous6(b, from, lastColon);
            }
            return appendMasked6() ? Reading.UNMASKED : Reading.MASKED;
        }
        if (port && read6(b, from, lastColon)) {
            append('[');
            appendMasked6();
            append(']');
            return withRest(b, lastColon, to, true);
        }
        return Reading.NONE;
    }

    /** The last group may be a port: keeps what both readings would keep. */
    private Reading ambiguous6(byte[] b, int from, int lastColon) {
        long wholeHigh = high;
        long wholeLow = low;
        boolean changed = appendMasked6();
        long keptHigh = high;
        long keptLow = low;
        if (!read6(b, from, lastColon)) {
            return changed ? Reading.UNMASKED : Reading.MASKED;
        }
        length = 0;
        appendMasked6();
        if (high != keptHigh || low != keptLow) {
            int common = high != keptHigh
                    ? Long.numberOfLeadingZeros(high ^ keptHigh)
                    : 64 + Long.numberOfLeadingZeros(low ^ keptLow);
            high &= prefix(Math.min(common, 64));
            low &= prefix(Math.max(0, common - 64));
            length = 0;
            append6();
        }
        return high != wholeHigh || low != wholeLow ? Reading.UNMASKED : Reading.MASKED;
    }

    /** Appends the masked form of the IPv4 address read last, and says whether it is another one. */
    private boolean append4Masked() {
        if (isNobody(v4)) {
            append4(v4);
            return false;
        }
        if (scheme.isPresent() && v4 != 0) {
            Address pseudonym = keys.get().address(Address.ipv4(v4), scheme.get());
            high = pseudonym.high();
            low = pseudonym.low();
            if (pseudonym.isIpv4()) {
                append4((int) low);
            } else {
                append6();
            }
            return true;
        }
        append4(v4 & mask4);
        return v4 != (v4 & mask4);
    }

    /** Whether an address is the same for everybody. */
    private static boolean isNobody(int ipv4) {
        return ipv4 >>> 24 == 127 || ipv4 == -1;
    }

    private Reading withRest(byte[] b, int from, int to, boolean changed) {
        if (!changed) {
            return Reading.MASKED;
        }
        System.arraycopy(b, from, text, length, to - from);
        length += to - from;
        return Reading.UNMASKED;
    }

    /** Appends the masked form of the IPv6 address read last, which then is in {@link #high} and {@link #low}. */
    private boolean appendMasked6() {
        long oldHigh = high;
        long oldLow = low;
        if (scheme.isPresent() && (high | low) != 0) {
            Address pseudonym = keys.get().address(new Address(high, low), scheme.get());
            high = pseudonym.high();
            low = pseudonym.low();
            append6();
            return true;
        }
        if (endsWithIpv4()) {
            low = (low & 0xffff_ffff_0000_0000L) | (low & mask4 & 0xffff_ffffL);
        } else {
            if (high >>> 48 == 0x2002) {
                int carried = (int) (high >>> 16) & mask4;
                high = (0x2002L << 48) | ((carried & 0xffff_ffffL) << 16) | (high & 0xffff);
            } else if (high >>> 32 == 0x2001_0000L) {
                high = (high & 0xffff_ffff_0000_0000L) | (high & mask4 & 0xffff_ffffL);
            } else if (high >>> 16 == 0x0064_ff9b_0001L) {
                high &= prefix(48);
            }
            high &= prefix(bits6);
            low = 0;
        }
        append6();
        return high != oldHigh || low != oldLow;
    }

    /** Whether the address is mapped IPv4 or of NAT64; these are written with a dotted end (RFC 5952 section 5). */
    private boolean endsWithIpv4() {
        return (high == 0 && low >>> 32 == 0xffffL) || (high == 0x0064_ff9b_0000_0000L && low >>> 32 == 0);
    }

    private static long prefix(int bits) {
        return bits == 0 ? 0 : -1L << (64 - bits);
    }

    // ---- reading

    private boolean read4(byte[] b, int from, int to) {
        int value = 0;
        int p = from;
        for (int part = 0; part < 4; part++) {
            int start = p;
            int decimal = 0;
            int octal = 0;
            while (p < to && b[p] >= '0' && b[p] <= '9') {
                int digit = b[p++] - '0';
                decimal = Math.min(decimal * 10 + digit, 100_000);
                octal = digit > 7 ? 100_000 : Math.min(octal * 8 + digit, 100_000);
            }
            if (p == start || p - start > 8) {
                return false;
            }
            int octet = decimal <= 255 ? decimal : b[start] == '0' ? octal : 256;
            if (octet > 255) {
                return false;
            }
            value = value << 8 | octet;
            if (part < 3) {
                if (p == to || b[p] != '.') {
                    return false;
                }
                p++;
            }
        }
        v4 = value;
        return p == to;
    }

    private boolean read6(byte[] b, int from, int to) {
        int n = 0;
        int gapAt = -1;
        int p = from;
        dottedTail = false;
        if (to - from < 2) {
            return false;
        }
        if (b[p] == ':') {
            if (b[p + 1] != ':') {
                return false;
            }
            gapAt = 0;
            p += 2;
        }
        while (p < to) {
            int start = p;
            int value = 0;
            while (p < to && p - start < 9 && hex(b[p]) >= 0) {
                value = value << 4 | hex(b[p++]);
            }
            if (p < to && b[p] == '.') {
                if (n > 6 || !read4(b, start, to)) {
                    return false;
                }
                groups[n++] = v4 >>> 16;
                groups[n++] = v4 & 0xffff;
                dottedTail = true;
                break;
            }
            if (p == start || p - start > 4 || n == 8) {
                return false;
            }
            groups[n++] = value;
            if (p == to) {
                break;
            }
            if (b[p] != ':' || ++p == to) {
                return false;
            }
            if (b[p] == ':') {
                if (gapAt >= 0) {
                    return false;
                }
                gapAt = n;
                p++;
            }
        }
        if (gapAt < 0 ? n != 8 : n > 7) {
            return false;
        }
        gap = gapAt >= 0;
        high = 0;
        low = 0;
        for (int i = 0; i < 8; i++) {
            int fromEnd = 8 - i;
            long group = gapAt < 0 || i < gapAt ? groups[i] : n - fromEnd >= gapAt ? groups[n - fromEnd] : 0;
            if (i < 4) {
                high = high << 16 | group;
            } else {
                low = low << 16 | group;
            }
        }
        return true;
    }

    private static boolean isPort(byte[] b, int from, int to) {
        if (to - from < 1 || to - from > 5) {
            return false;
        }
        int value = 0;
        for (int p = from; p < to; p++) {
            if (b[p] < '0' || b[p] > '9') {
                return false;
            }
            value = value * 10 + b[p] - '0';
        }
        return value <= MAX_PORT;
    }

    private static boolean isZone(byte[] b, int from, int to) {
        int dots = 0;
        for (int p = from; p < to; p++) {
            byte c = b[p];
            boolean letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && c != '.' && c != '_' && c != '-' && c != '~') {
                return false;
            }
            dots += c == '.' ? 1 : 0;
        }
        // The name of an interface has at most two (a VLAN within another): four numbers are an address of their own.
        return to > from && to - from <= 32 && dots < 3;
    }

    private static int hex(byte c) {
        return DIGITS[c & 0xff];
    }

    /** The first place of a byte, or -1. */
    static int indexOf(byte[] b, int from, int to, char wanted) {
        for (int p = from; p < to; p++) {
            if (b[p] == wanted) {
                return p;
            }
        }
        return -1;
    }

    private static int lastIndexOf(byte[] b, int from, int to, char wanted) {
        for (int p = to - 1; p >= from; p--) {
            if (b[p] == wanted) {
                return p;
            }
        }
        return -1;
    }

    // ---- writing

    private void append(int c) {
        text[length++] = (byte) c;
    }

    private void append4(int address) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            int octet = address >>> shift & 0xff;
            if (octet >= 100) {
                append('0' + octet / 100);
            }
            if (octet >= 10) {
                append('0' + octet / 10 % 10);
            }
            append('0' + octet % 10);
            if (shift > 0) {
                append('.');
            }
        }
    }

    /** RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as {@code ::}. */
    private void append6() {
        boolean dotted = endsWithIpv4();
        int count = dotted ? 6 : 8;
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < count; i++) {
            int j = i;
            while (j < count && group(j) == 0) {
                j++;
            }
            if (j - i > runLength) {
                runStart = i;
                runLength = j - i;
            }
            i = Math.max(i, j - 1);
        }
        for (int i = 0; i < count; i++) {
            if (i == runStart) {
                append(':');
                append(':');
                i += runLength - 1;
                continue;
            }
            if (i > 0 && (runStart < 0 || i != runStart + runLength)) {
                append(':');
            }
            int group = group(i);
            boolean started = false;
            for (int shift = 12; shift >= 0; shift -= 4) {
                int digit = group >>> shift & 0xf;
                if (digit != 0 || started || shift == 0) {
                    append(HEX[digit]);
                    started = true;
                }
            }
        }
        if (dotted) {
            if (runStart < 0 || runStart + runLength != 6) {
                append(':');
            }
            append4((int) low);
        }
    }

    private int group(int i) {
        return (int) ((i < 4 ? high >>> (48 - 16 * i) : low >>> (48 - 16 * (i - 4))) & 0xffff);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
