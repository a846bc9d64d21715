package dev.sparsam.logs.internal;

import dev.sparsam.logs.internal.AddressMasker.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/**
 * Finds the addresses in any text and masks them, however they are spelled:
 *
 * <ul>
 *   <li>IPv4 with its dots, whatever is glued to it, but not as a part of five or more numbers: that is an OID or a version,
 *       unless the address stands near by, a port follows it ({@code 203.0.113.77.52133}), or SquirrelMail has written it.
 *       A version is also what follows the name of a product in a user agent ({@code "… Chrome/41.0.228.0 …"}, RFC 9110
 *       section 10.1.5), and a parameter, a file or a package that is called one ({@code ?ver=5.8.1.2}); four numbers may be
 *       an OID where certificates are spoken of; unless the address stands near by.
 *   <li>IPv6 in every spelling of RFC 4291 section 2.2, also after a word and a colon ({@code IPv6:2001:db8::1}), but not
 *       {@code Foo::Bar}, also where both are hexadecimal digits, a time, a MAC address or a fingerprint.
 *   <li>Both with any of it percent-encoded, once or more often.
 *   <li>In the name of a host: {@code 77.113.0.203.in-addr.arpa}, {@code ….ip6.arpa}, and names that hold the four numbers
 *       ({@code p203-0-113-77.isp.example}, {@code 77.113.0.203.dnsbl.example}). As nobody knows which of the four comes
 *       first, nothing of them is kept. Also names that hold all of it in hexadecimal digits ({@code pcb00714d.isp.example}),
 *       in twelve decimal ones or in four numbers joined by anything ({@code 203_0_113_77.isp.example}), if the address itself,
 *       masked or not, stands near by; and IPv6 with hyphens for colons, whatever stands
 *       before it ({@code dyn-2001-db8--7.isp.example}). Where three of the four numbers of an address near by stand in a
 *       name in any other way ({@code 77.red-203-0-113.isp.example}), each of them becomes what the address becomes.
 *   <li>With commas, as FTP spells it: {@code PORT 203,0,113,77,203,165}, where a port or passive mode is spoken of, or the
 *       address itself, masked or not, stands near by.
 *   <li>One number as the host of a URL ({@code http://3405803853/}, {@code //0xcb00714d/}).
 * </ul>
 *
 * Looks only where a dot, a colon, a percent sign, a hyphen or a comma stands, and where {@link PersonalFinder} may find
 * something, eight bytes at a time. Not thread-safe.
 */
final class AddressFinder {
    /** Takes what becomes of the text, from left to right. */
    interface Edits {
        void replace(int from, int to, byte[] text, int length) throws IOException;
    }

    /** How far ahead of a place must be seen before it can be decided. */
    static final int AHEAD = 512;

    /** The longest row of address characters that is read as one. */
    private static final int MAX_ROW = 4096;

    /** How far around a name its address is looked for. */
    private static final int NEAR = 2048;

    /** How many bytes from the beginning of a record count as near to all of it: the client stands there. */
    private static final int NEAR_BEGINNING = 256;

    /** Before the name of a product it says that this is one. */
    private static final byte[] AGENT = ascii("agent");

    private static final byte[] USER = ascii("user");

    /** Parameters of URLs that hold versions. */
    private static final Pattern VERSION_PARAMETER =
            Pattern.compile("[?&;](?:[a-z0-9_-]*[_-])?(?:build|release|rev|revision|v|ver|version)=$");

    private static final int LONGEST_VERSION_PARAMETER = 48;
    private static final Pattern VERSION_WORD = Pattern.compile("(?<![a-z])version:? $");
    private static final String MODSECURITY = "modsecurity for ";
    private static final Pattern VERSION_MEMBER = Pattern.compile(
            "\"(?:[a-z0-9_-]*[_-])?(?:build|release|rev|revision|v|ver|version)\\\\{0,3}\" ?: ?\\\\{0,3}\"$");

    /** In the versions of packages of Debian. */
    private static final String DFSG = "+dfsg";

    /** Apache says so behind the names and the versions of its modules. */
    private static final String STARTED = " configured -- resuming normal operations";

    /** How the names of files go on behind their version. Archives and documents are named after addresses, too. */
    private static final Set<String> VERSIONED =
            Set.of(".apk", ".css", ".css.map", ".dmg", ".exe", ".jar", ".js", ".js.map", ".mjs", ".mjs.map", ".msi");

    /** What Linux distributions call the machines that a package is for. */
    private static final Set<String> MACHINES =
            Set.of("all", "amd64", "any", "arm64", "armel", "armhf", "i386", "mips64el", "ppc64el", "riscv64", "s390x");

    /** What tells the release of a package of an RPM distribution, before a digit, and for which machine it is. */
    private static final List<String> RELEASES = List.of(".el", ".fc", ".amzn", ".mga", ".lp");

    private static final List<String> RPM_MACHINES =
            List.of(".aarch64", ".i386", ".i686", ".noarch", ".ppc64le", ".s390x", ".x86_64");

    /** What dpkg says before the name and the version of a package. */
    private static final List<String> PACKAGE_ACTS =
            List.of("Setting up", "Unpacking", "Removing", "Processing triggers for");

    /** The OIDs of four numbers, and those with which such begin, that certificates have. */
    private static final List<String> ARCS = List.of(
            "1.3.101.", "1.3.132.0", "1.3.14.3", "1.3.36.", "1.3.6.1", "2.23.140.", "2.5.29.", "2.5.4.", "2.5.8.");

    /** Where one of these words stands near by, such numbers are an OID. */
    private static final List<String> OID_WORDS = List.of(
            "asn.1",
            "asn1",
            "certificate",
            "extension",
            "extensions",
            "extnid",
            "oid",
            "oids",
            "x.509",
            "x509",
            "x509v3");

    private static final int OID_WORD_NEAR = 64;

    /** What FTP says before an address and a port. */
    private static final Pattern FTP_WORDS = Pattern.compile("(?<![a-z])(?:port|passive)(?![a-z])");

    private static final int FTP_WORD_NEAR = 64;

    /** Words before an address to which a dot glues its port. */
    private static final Set<String> ADDRESS_WORDS = Set.of("addr", "address", "dst", "from", "ip", "src");

    private static final int MAX_PORT = 65_535;
    private static final byte[] SQUIRREL = ascii(".squirrel");
    private static final byte[] UP_TO = ascii(" to ");

    /** How long a local part is (RFC 5321 section 4.5.3.1.1). */
    private static final int LONGEST_LOCAL = 64;

    /** How long a port of cPanel is, with its colon. */
    private static final int PORT = 5;

    private static final byte[] REVERSE4 = ascii("in-addr");
    private static final byte[] REVERSE6 = ascii("ip6.arpa");
    private static final byte[] RECORD = ascii(" - ");
    private static final byte[] ZERO4 = ascii("0.0.0.0");
    private static final byte[] ZERO_NAME = ascii("0-0-0-0");
    private static final byte[] ZERO_NAME6 = ascii("0-0-0-0-0-0-0-0");

    // What a byte can be.
    private static final byte DIGIT = 1;
    private static final byte HEX = 2;
    private static final byte LETTER = 4;
    private static final byte ROW = 8;
    private static final byte NAME = 16;
    /** In names of hosts that spell an address: a digit, or what may join two numbers. */
    private static final byte JOINT = 32;

    private static final byte[] KINDS = new byte[256];

    static {
        for (int c = 0; c < 256; c++) {
            boolean digit = c >= '0' && c <= '9';
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean hex = digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            KINDS[c] = (byte) ((digit ? DIGIT : 0)
                    | (hex ? HEX : 0)
                    | (letter ? LETTER : 0)
                    | (hex || c == '.' || c == ':' ? ROW : 0)
                    | (digit || letter || c == '.' || c == '-' || c == '_' ? NAME : 0)
                    | (digit || c == '.' || c == '-' || c == '_' || c == 'x' ? JOINT : 0));
        }
    }

    // The cases of isWorth, a bit each, and for some bytes around a hit, by what they are: in which cases there may be
    // something. A case is left when all of them say so.
    private static final int QUAD_CASE = 1;
    private static final int NAME_CASE = 2;
    private static final int WORD_CASE = 4;
    private static final int HYPHEN_CASE = 8;
    private static final int COLON_CASE = 16;
    private static final int URL_CASE = 32;
    private static final int OTHER_CASE = 64;
    private static final int JOINED_CASE = 128;
    private static final int MEMBER_CASE = 256;
    private static final int FOLDER_CASE = 512;
    private static final short[] HERE = new short[256];
    private static final short[] HERE_ADDRESSES = new short[256];
    private static final short[] BEFORE = new short[256];
    private static final short[] AFTER = new short[256];
    private static final short[] SECOND = new short[256];
    private static final short[] THIRD = new short[256];
    private static final short[] NUMBER_END = new short[256];
    private static final short[] BACK5 = new short[256];
    private static final short[] BACK7 = new short[256];
    private static final short[] BACK8 = new short[256];

    static {
        HERE['.'] = (short) (QUAD_CASE | NAME_CASE | WORD_CASE | JOINED_CASE);
        HERE['-'] = HYPHEN_CASE;
        HERE[','] = QUAD_CASE;
        HERE[':'] = COLON_CASE | URL_CASE;
        HERE['%'] = OTHER_CASE;
        System.arraycopy(HERE, 0, HERE_ADDRESSES, 0, HERE.length);
        HERE[':'] |= MEMBER_CASE;
        HERE['.'] |= FOLDER_CASE;
        HERE['='] = OTHER_CASE;
        HERE['@'] = OTHER_CASE;
        HERE['~'] = OTHER_CASE;
        int any = WORD_CASE | COLON_CASE | URL_CASE | OTHER_CASE | FOLDER_CASE;
        for (int c = 0; c < 256; c++) {
            boolean digit = (KINDS[c] & DIGIT) != 0;
            boolean hex = (KINDS[c] & HEX) != 0;
            BEFORE[c] = (short) (any
                    | (digit ? QUAD_CASE | JOINED_CASE : 0)
                    | (hex ? NAME_CASE | HYPHEN_CASE : 0)
                    | (c == '"' || c == 'n' || c == 'N' ? MEMBER_CASE : 0));
            AFTER[c] = (short) (OTHER_CASE
                    | (digit ? QUAD_CASE : 0)
                    | ((KINDS[c] & LETTER) != 0 ? NAME_CASE | JOINED_CASE : 0)
                    | (c == 'i' || c == 'e' ? WORD_CASE : 0)
                    | (c == 'p' ? FOLDER_CASE : 0)
                    | ((KINDS[c] & NAME) != 0 ? HYPHEN_CASE : 0)
                    | ((KINDS[c] & ROW) != 0 || c == '%' ? COLON_CASE : 0)
                    | (c == '/' ? URL_CASE : 0)
                    | (c == '"' || c == ' ' || c == '\\' ? MEMBER_CASE : 0));
            SECOND[c] = (short) ~((c == 'p' || c == 'y' ? 0 : WORD_CASE)
                    | (c == '/' ? 0 : URL_CASE)
                    | (c == 'h' ? 0 : FOLDER_CASE));
            THIRD[c] = (short) ~((digit ? 0 : URL_CASE) | (c == 'p' ? 0 : FOLDER_CASE));
            NUMBER_END[c] = (short) ~(digit || c == '.' || c == '%' || c == ',' ? 0 : QUAD_CASE);
            BACK7[c] = (short) ~((KINDS[c] & JOINT) != 0 ? 0 : JOINED_CASE);
            BACK8[c] = (short) ~(hex ? 0 : NAME_CASE);
            BACK5[c] = (short) (BACK7[c] & BACK8[c]);
        }
    }

    private final AddressMasker masker;
    private final short[] here;
    private final Optional<PersonalFinder> others;
    private final Edits edits;
    private final IntPredicate agents;

    private byte[] b = new byte[0];
    private int floor;
    private int stop;
    private boolean addresses = true;
    /** What lies before this is no text any more; what lies between it and the place decided is as it was. */
    private int replacedTo;

    /** An address, and where it stands. */
    private record Near(int at, Address address) {}

    /** Those around the name asked last, and up to where they have been looked for, or -1. */
    private final Deque<Near> near = new ArrayDeque<>();

    /** Those where the record begins that are not among them. */
    private final List<Address> beginning = new ArrayList<>();

    /** How often there is each, or what it has in common with those that are taken for the same. */
    private final Map<Address, Integer> nearby = new HashMap<>();

    private final NameNumbers numbers = new NameNumbers();
    /** Up to here names have been asked for the numbers of an address. */
    private int askedTo;

    /** The place of four numbers with hyphens between them, and where all that is hyphens and digits ends. */
    private int quadFrom;

    private int quadTo;
    private int quadEnd;
    private int nearTo = -1;
    private boolean unsettled;
    private boolean found;
    private int recordFrom = -1;
    private int recordEnd;

    /** What lies between escapes, and where in the text each byte of it comes from; made when there is the first escape. */
    private byte[] decoded = new byte[0];

    private int[] places = new int[0];
    private byte unescaped;

    /**
     * Makes one.
     *
     * @param others finds what else than addresses is to be masked, on the same way through the text
     * @param agents whether a user agent, as the format of the line has it, stands at a place
     */
    AddressFinder(AddressMasker masker, Optional<PersonalFinder> others, IntPredicate agents, Edits edits) {
        this.masker = masker;
        this.others = others;
        this.agents = agents;
        here = others.isPresent() ? HERE : HERE_ADDRESSES;
        this.edits = edits;
    }

    /**
     * Masks what is found from {@code from} to {@code to}.
     *
     * @param before from here on the text may be looked at for what it says about what follows
     * @param last whether the text ends at {@code to}
     * @param addresses whether addresses are looked for; otherwise only what else is to be masked
     * @return how far the text has been decided: {@code to}, or less when more of it must be seen
     */
    int find(byte[] text, int before, int from, int to, boolean last, boolean addresses) throws IOException {
        if (!addresses && others.isEmpty()) {
            return to;
        }
        b = text;
        floor = before;
        stop = to;
        nearTo = -1;
        askedTo = from;
        this.addresses = addresses;
        if (others.isPresent()) {
            // A secret that goes on is seen as a whole next time; once is enough, it may never end.
            others.get().in(text, before, to, last ? to : from + 2 * AHEAD);
        }
        int done = from;
        replacedTo = from;
        int p = from;
        while (p < to) {
            for (long hits = hits(p, to); hits != 0; hits &= hits - 1) {
                int hit = p + Long.numberOfTrailingZeros(hits);
                if (hit >= done && mayBeWorth(hit) && isWorth(text, hit, done, to)) {
                    if (!last && to - hit < AHEAD) {
                        return beginOf(hit, done);
                    }
                    int decided = decide(hit, done);
                    if (decided < 0) {
                        return beginOf(hit, done);
                    }
                    done = decided;
                }
            }
            p = Math.max(p + Long.SIZE, done);
        }
        return last ? to : beginOf(to, done);
    }

    /** A bit for each of the next 64 bytes before {@code to} at which something may be decided, and for some others. */
    private long hits(int from, int to) {
        // At the end of a text that has no more bytes behind it each of them may be one.
        long hits = from + Long.SIZE > b.length ? -1 : hits4(from) | hits4(from + 32) << 32;
        return to - from >= Long.SIZE ? hits : hits & ((1L << (to - from)) - 1);
    }

    private long hits4(int from) {
        // No loop: the compiler would unroll it only in part.
        return Swar.bits(hits(Swar.word(b, from)))
                | Swar.bits(hits(Swar.word(b, from + 8))) << 8
                | Swar.bits(hits(Swar.word(b, from + 16))) << 16
                | Swar.bits(hits(Swar.word(b, from + 24))) << 24;
    }

    /**
     * Tells from the nearest bytes whether {@link #isWorth} may say yes. Of twenty hits in a line of a log that is one or
     * none; this finds out without a branch for each byte, of which the processor could foresee none.
     */
    private boolean mayBeWorth(int hit) {
        if (hit < 8 || hit + 9 > b.length) {
            return true;
        }
        long before = Swar.word(b, hit - 8);
        long after = Swar.word(b, hit + 1);
        // What ends the digits that follow; one of them if there are eight.
        int end = (int) (after >>> (Long.numberOfTrailingZeros(Swar.noDigits(after) & Swar.TOPS) & 56)) & 0xff;
        int cases = here[b[hit] & 0xff]
                & BEFORE[(int) (before >>> 56)]
                & AFTER[(int) after & 0xff]
                & SECOND[(int) (after >>> 8) & 0xff]
                & THIRD[(int) (after >>> 16) & 0xff]
                & NUMBER_END[end]
                & BACK5[(int) (before >>> 24) & 0xff]
                & BACK7[(int) (before >>> 8) & 0xff]
                & BACK8[(int) before & 0xff];
        return cases != 0;
    }

    /** Tells from the nearest bytes whether there may be something to decide: mostly there is not. */
    private boolean isWorth(byte[] text, int hit, int done, int to) {
        int next = hit + 1;
        if (next == to) {
            // Of all that may be found only credentials end so.
            return text[hit] == '@';
        }
        byte c = text[hit];
        int after = KINDS[text[next] & 0xff];
        if (c == '.') {
            if (hit == done) {
                return false;
            }
            int before = KINDS[text[hit - 1] & 0xff];
            if ((after & before & DIGIT) != 0) {
                return isQuad(hit);
            }
            return (after & LETTER) != 0 && isDotWorth(text, hit, done, to);
        }
        if (c == ',') {
            return hit > floor && (after & KINDS[text[hit - 1] & 0xff] & DIGIT) != 0 && addresses;
        }
        if (c == '-') {
            return hit > floor && (after & (HEX | NAME)) != 0 && (KINDS[text[hit - 1] & 0xff] & HEX) != 0;
        }
        if (c == ':') {
            return (after & ROW) != 0
                    || text[next] == '%'
                    || (text[next] == '/' && isUrlNumber(hit))
                    || (others.isPresent() && others.get().isColonWorth(hit));
        }
        return c == '=' || c == '%' || c == '@' || (c == '~' && hit > floor && "/fF".indexOf(text[hit - 1]) >= 0);
    }

    /** The same for a dot and a letter. */
    private boolean isDotWorth(byte[] text, int hit, int done, int to) {
        int next = hit + 1;
        int before = KINDS[text[hit - 1] & 0xff];
        int fifth = hit - floor >= 7 ? KINDS[text[hit - 5] & 0xff] : 0;
        return ((before & DIGIT) != 0 && (fifth & JOINT) != 0 && (KINDS[text[hit - 7] & 0xff] & JOINT) != 0)
                || ((before & fifth & HEX) != 0 && hit - done >= 8 && (KINDS[text[hit - 8] & 0xff] & HEX) != 0)
                || (text[next] == 'i' && startsWith(next, REVERSE6))
                || (text[next] == 'e' && next + 1 < to && text[next + 1] == 'y')
                || (text[next] == 'p' && others.isPresent() && others.get().isFolder(hit));
    }

    /** Whether {@code ://} and a digit stand here. */
    private boolean isUrlNumber(int colon) {
        return colon + 3 < stop && b[colon + 2] == '/' && (KINDS[b[colon + 3] & 0xff] & DIGIT) != 0;
    }

    /**
     * Masks the token of a session that begins the path behind a host and a port of cPanel ({@code :2083/cpsess0123456789/}).
     *
     * @param slash where the path begins, if there is one
     * @param decided how far the text is decided
     * @return how far it is now
     */
    private int session(int slash, int decided) throws IOException {
        boolean panel = slash < stop
                && b[slash] == '/'
                && slash - PORT >= floor
                && b[slash - PORT] == ':'
                && b[slash - 4] == '2'
                && b[slash - 3] == '0'
                && is(slash - 2, DIGIT)
                && is(slash - 1, DIGIT);
        int end = panel && others.isPresent() ? others.get().session(slash) : -1;
        if (end < 0) {
            return decided;
        }
        replacedTo = end;
        return end;
    }

    /** A top bit for each byte at which something may be decided, and for some others. */
    private long hits(long word) {
        // '.' and ':' differ in two bits, and so do '-', '%' and ',': one comparison tells of these, and of '*', '>'
        // and '$'.
        long hits = Swar.zeros((word & ~(Swar.ONES * 0x14)) ^ (Swar.ONES * 0x2a))
                | Swar.zeros((word | (Swar.ONES * 0x09)) ^ (Swar.ONES * '-'));
        return here == HERE_ADDRESSES
                ? hits
                // '=' and '~' differ in three bits: also '<', '>', '?' and a few that are as rare.
                : hits
                        | Swar.zeros((word | (Swar.ONES * 0x43)) ^ (Swar.ONES * '\u007f'))
                        | Swar.zeros(word ^ (Swar.ONES * '@'));
    }

    /** Where what stands before {@code p} and may belong to an address begins. */
    private int beginOf(int p, int done) {
        int start = p;
        while (start > done && p - start < AHEAD && (is(start - 1, NAME) || ":%,\"\\".indexOf(b[start - 1]) >= 0)) {
            start--;
        }
        return start;
    }

    /**
     * Decides about what stands around one of the four characters.
     *
     * @return how far the text is decided, or {@link PersonalFinder#WAIT}
     */
    private int decide(int p, int done) throws IOException {
        switch (b[p]) {
            case '.' -> {
                int decided = dot(p, done);
                return decided > p ? session(decided, decided) : decided;
            }
            case ':' -> {
                if (others.isPresent() && others.get().isColonWorth(p)) {
                    return decided(others.get().colon(p, undone(done)), done);
                }
                int decided = !addresses ? done : mayBeIpv6(p) ? rowAround(p, done) : urlHost(p, done);
                return session(decided > p ? decided : p + PORT, decided);
            }
            case '%' -> {
                return percent(p, done);
            }
            case '-' -> {
                return addresses && is(p - 1, HEX) ? hyphen(p, done) : done;
            }
            case ',' -> {
                return addresses ? commas(p, done) : done;
            }
            case '@' -> {
                return others.isPresent() ? at(p, 1, done) : done;
            }
            case '=' -> {
                return others.isPresent() ? equal(p, 1, done) : done;
            }
            case '~' -> {
                return others.isPresent() ? tilde(p, 1, done) : done;
            }
            default -> {
                return done;
            }
        }
    }

    private int dot(int p, int done) throws IOException {
        if (addresses && p > done && is(p - 1, DIGIT) && isQuad(p)) {
            int decided = mailAround(p, done);
            return decided > done ? decided : rowAround(p, done);
        }
        if (addresses && is(p - 1, HEX) && is(p + 1, LETTER)) {
            if (p - done >= 8 && b[p + 1] == 'i' && startsWith(p + 1, REVERSE6)) {
                return rowAround(p, done);
            }
            int named = joined(p, undone(done));
            if (named == p) {
                return named;
            }
            named = p - done >= 8 ? hexName(p, done) : done;
            if (named > done) {
                return named;
            }
        }
        return others.isPresent() ? decided(others.get().dot(p, undone(done)), done) : done;
    }

    private int at(int p, int length, int done) throws IOException {
        return decided(others.orElseThrow().at(p, length, undone(done)), done);
    }

    private int equal(int p, int length, int done) throws IOException {
        return decided(others.orElseThrow().equal(p, length, undone(done)), done);
    }

    private int tilde(int p, int length, int done) throws IOException {
        return decided(others.orElseThrow().tilde(p, length, undone(done)), done);
    }

    /** From where on the text is as it was: what has been looked at as one thing may be the beginning of another. */
    private int undone(int done) {
        return Math.min(done, replacedTo);
    }

    /** Notes that what others have decided may have been replaced. */
    private int decided(int by, int done) {
        if (by < 0) {
            return by;
        }
        if (by > undone(done)) {
            replacedTo = by;
        }
        return Math.max(by, done);
    }

    /**
     * {@code 203,0,113,77,203,165}: the address and the port that FTP tells (RFC 959 section 4.1.2). Asked at the first
     * comma.
     */
    private int commas(int p, int decidedTo) throws IOException {
        int done = undone(decidedTo);
        int from = p;
        while (from > done && p - from < 4 && is(from - 1, DIGIT)) {
            from--;
        }
        if (p - from > 3 || is(from - 1, DIGIT) || (from > floor && b[from - 1] == ',')) {
            return decidedTo;
        }
        int[] octets = new int[6];
        byte[] dots = new byte[15];
        int length = 0;
        int to = from;
        for (int i = 0; i < 6; i++) {
            int start = to;
            while (to - start < 4 && is(to, DIGIT)) {
                to++;
            }
            octets[i] = octet(start, to);
            boolean joined = to < stop && b[to] == ',';
            if (octets[i] < 0 || joined == (i == 5)) {
                return decidedTo;
            }
            if (i < 4) {
                System.arraycopy(b, start, dots, length, to - start);
                length += to - start;
                if (i < 3) {
                    dots[length++] = '.';
                }
            }
            to++;
        }
        int address = octets[0] << 24 | octets[1] << 16 | octets[2] << 8 | octets[3];
        if (address == 0 || (!isOfFtp(from) && !standsNear(Address.ipv4(address), p))) {
            return decidedTo;
        }
        int end = from + length;
        Reading reading = masker.mask(dots, 0, length);
        found |= reading != Reading.NONE;
        if (reading == Reading.UNMASKED) {
            byte[] text = Arrays.copyOf(masker.text(), masker.length());
            for (int i = 0; i < text.length; i++) {
                text[i] = text[i] == '.' ? (byte) ',' : text[i];
            }
            replace(from, end, text, text.length);
        }
        // What comes after the port may be glued to it, and has not been looked at.
        return end;
    }

    /** Whether a port or passive mode has been spoken of. */
    private boolean isOfFtp(int from) {
        int start = from;
        while (start > floor && from - start < FTP_WORD_NEAR) {
            start--;
        }
        return FTP_WORDS.matcher(lower(start, from)).find();
    }

    private int hyphen(int p, int before) throws IOException {
        int decidedTo = is(p - 1, DIGIT) && p >= askedTo ? apart(p, before) : before;
        if (decidedTo > p) {
            return decidedTo;
        }
        // The digits before may have been looked at as the end of something else.
        int done = undone(decidedTo);
        int decided = mailAround(p, done);
        decided = decided > done ? decided : hyphenated(p, done);
        return decided >= p ? decided : decidedTo;
    }

    /**
     * Masks the numbers of an address that stands near by where they stand apart from each other in the name of a host:
     * {@code 77.red-203-0-113.isp.example}. Asked at the first hyphen behind a digit.
     */
    private int apart(int p, int decidedTo) throws IOException {
        int from = nameFrom(p);
        int to = p;
        while (to - p < NameNumbers.LONGEST_NAME && is(to, NAME)) {
            to++;
        }
        askedTo = to;
        if (!mayBeHost(from, to) || !numbers.read(b, from, to) || areTogether(undone(decidedTo))) {
            return decidedTo;
        }
        lookAround(p);
        beginning.forEach(this::compare);
        near.forEach(found -> compare(found.address()));
        return maskNumbers(decidedTo);
    }

    /** The same in the name before an address in brackets: {@code NAME[ADDRESS]}, {@code NAME (ADDRESS)}. */
    private void beside(int from, int to) throws IOException {
        int end = from - 1;
        end -= end > floor && b[end - 1] == ' ' ? 1 : 0;
        // As Exim has it: H=(NAME) [ADDRESS].
        end -= end > floor && b[end - 1] == ')' ? 1 : 0;
        int start = nameFrom(end);
        if (start == end || !mayBeHost(start, end) || !numbers.read(b, start, end)) {
            return;
        }
        addressIn(from, to).filter(Address::isIpv4).ifPresent(address -> compare((int) address.low(), true));
        maskNumbers(end);
    }

    private int nameFrom(int to) {
        int from = to;
        while (to - from < NameNumbers.LONGEST_NAME && is(from - 1, NAME)) {
            from--;
        }
        boolean letter = from > floor && from < to && b[from - 1] == '\\' && (b[from] == 'x' || b[from] == 'u');
        return behindEscape(letter ? from + 1 : from, to);
    }

    /** Whether it has a dot and a letter, and is neither in a path nor what stands before the {@code @} of an address. */
    private boolean mayBeHost(int from, int to) {
        boolean path = from - 1 >= floor && b[from - 1] == '/' && (from - 2 < floor || b[from - 2] != '/');
        return !path && isHostName(from) && mailAfter(to) < 0;
    }

    /** Notes which numbers stand together with hyphens between them, so that no address is asked for, and whether all do. */
    private boolean areTogether(int done) {
        int together = 0;
        for (int i = 0; i + 3 < numbers.count(); i++) {
            int p = numbers.end(i);
            if (b[p] == '-' && isQuadWithHyphens(p, done) && quadFrom == numbers.start(i)) {
                if (isHostName(quadTo)) {
                    numbers.leave(i, true);
                    together += 4;
                }
            }
        }
        return together == numbers.count();
    }

    private void compare(Address address) {
        int ipv4 = (int) address.low();
        if (!address.isIpv4() || !compare(ipv4, false)) {
            return;
        }
        for (int i = 0; i + 3 < numbers.count(); i++) {
            if (numbers.start(i) >= replacedTo && isInOrder(i, address) && isJoined(i)) {
                numbers.leave(
                        i, b[numbers.end(i)] != '.' || b[numbers.end(i + 2)] != '.' || b[numbers.end(i + 1)] != '.');
                i += 3;
            }
        }
    }

    /** Whether four numbers, from this one on, are taken for an address, from first to last or from last to first. */
    private boolean isInOrder(int i, Address address) {
        Address nearly = masker.nearly(address);
        int read = numbers.address(i);
        return masker.nearly(Address.ipv4(read)).equals(nearly)
                || masker.nearly(Address.ipv4(Integer.reverseBytes(read))).equals(nearly);
    }

    private boolean compare(int ipv4, boolean beside) {
        return numbers.compare(ipv4, masker::octets, beside);
    }

    /** Whether four numbers, from this one on, are together so that they are found by themselves. */
    private boolean isJoined(int i) {
        int joints = b[numbers.end(i)];
        for (int j = i; j < i + 3; j++) {
            int joint = numbers.end(j);
            if (joint + 1 != numbers.start(j + 1) || !is(joint, JOINT)) {
                return false;
            }
            joints = joints == b[joint] ? joints : 0;
        }
        int end = numbers.end(i + 3);
        if (joints == '-') {
            return isQuadWithHyphens(numbers.end(i), replacedTo) && quadFrom == numbers.start(i) && isHostName(quadTo);
        }
        return joints == '.' || (end < stop && (b[end] == '-' || (b[end] == '.' && is(end + 1, LETTER))));
    }

    /** Says how far the text is decided then. */
    private int maskNumbers(int decidedTo) throws IOException {
        int done = decidedTo;
        int count = numbers.decided();
        for (int i = 0; i < count; i++) {
            // What others have replaced is none of the text any more, but tells of what is left.
            if (numbers.changes(i) && numbers.start(i) >= replacedTo) {
                replaceUnlessEqual(numbers.start(i), numbers.end(i), ascii(Integer.toString(numbers.masked(i))));
                done = Math.max(done, numbers.end(i));
            }
        }
        return done;
    }

    private int hyphenated(int p, int done) throws IOException {
        if (is(p - 1, DIGIT) && is(p + 1, DIGIT)) {
            int decided = hyphens(p, done);
            if (decided > done) {
                return decided;
            }
        }
        int named = joined(p, done);
        if (named <= done && p - done >= 8) {
            named = hexName(p, done);
        }
        return named > done ? named : hyphens6(p, done);
    }

    /**
     * Four decimal numbers with dots, hyphens, underscores or an {@code x} between them, or twelve digits, before a dot or a
     * hyphen. They may as well be a version, a date or the number of an article: they are an address if that stands near by,
     * in whatever order the name has it.
     */
    private int joined(int p, int done) throws IOException {
        int decided = joined(p, done, false);
        return decided > done ? decided : joined(p, done, true);
    }

    /** @param escaped whether the first digits, or some of them, are those of an escape */
    private int joined(int p, int done, boolean escaped) throws IOException {
        int first = firstDigit(p, done);
        // %25026043174136: what follows an escaped percent sign may look escaped itself.
        boolean rowBehind = p - first == 14 && first > floor && b[first - 1] == '%';
        int from = !escaped ? first : rowBehind ? first + 2 : behindEscape(first, p);
        boolean without = from > first;
        int[] octets = new int[4];
        boolean row = p - from == 12;
        int joints = 0;
        for (int i = 3; i >= 0; i--) {
            int end = row ? p - 3 * (3 - i) : i == 3 ? p : from - 1;
            first = firstDigit(end, done);
            from = row ? end - 3 : escaped && i == 0 ? behindEscape(first, end) : first;
            without |= !row && from > first;
            octets[i] = octet(from, end);
            boolean joint = row || (i > 0 && from > done && is(from - 1, JOINT) && !is(from - 1, DIGIT));
            if (octets[i] < 0 || (i > 0 && !joint)) {
                return done;
            }
            if (i > 0 && !row) {
                joints = i == 3 || joints == b[from - 1] ? b[from - 1] : 0;
            }
        }
        // With dots only, or hyphens, others decide.
        if (joints == '.' || joints == '-' || without != escaped || !standsNear(octets, p)) {
            return done;
        }
        byte[] zeroed = new byte[p - from];
        int length = 0;
        for (int q = from; q < p; q++) {
            if (row || !is(q, DIGIT)) {
                zeroed[length++] = row ? (byte) '0' : b[q];
            } else if (q + 1 == p || !is(q + 1, DIGIT)) {
                zeroed[length++] = '0';
            }
        }
        replace(from, p, zeroed, length);
        return p;
    }

    /** Where the digits before a place begin; those of an address are never more than these. */
    private int firstDigit(int end, int done) {
        int from = end;
        while (from > done && end - from < 24 && is(from - 1, DIGIT)) {
            from--;
        }
        return from;
    }

    /** The number of at most three digits, or -1. */
    private int octet(int from, int to) {
        int value = from == to || to - from > 3 ? 256 : 0;
        for (int p = from; p < to && value < 256; p++) {
            value = value * 10 + b[p] - '0';
        }
        return value > 255 ? -1 : value;
    }

    /** Whether the address of four numbers stands near by; which of them comes first nobody knows. */
    private boolean standsNear(int[] octets, int p) {
        int forwards = 0;
        int backwards = 0;
        for (int i = 0; i < 4; i++) {
            forwards = forwards << 8 | octets[i];
            backwards = backwards << 8 | octets[3 - i];
        }
        return forwards != 0 && (standsNear(Address.ipv4(forwards), p) || standsNear(Address.ipv4(backwards), p));
    }

    /** The hexadecimal digits of a whole address, before a dot or a hyphen in the name of a host. */
    private int hexName(int p, int done) throws IOException {
        int from = p;
        while (from > done && p - from < 33 && is(from - 1, HEX)) {
            from--;
        }
        int digits = p - from;
        if (digits < 8 || !isHostName(p)) {
            return done;
        }
        Address address;
        if (digits >= 32) {
            from = p - 32;
            address = new Address(hex(from, from + 16), hex(from + 16, p));
        } else {
            // What stands before, without a separator, may look like digits too.
            from = p - 8;
            address = Address.ipv4((int) hex(from, p));
        }
        if (address.equals(masker.network(address)) || !standsNear(address, p)) {
            return done;
        }
        byte[] zeros = new byte[p - from];
        Arrays.fill(zeros, (byte) '0');
        replace(from, p, zeros, zeros.length);
        return p;
    }

    /**
     * Whether more may be found in what the record becomes: it was of importance whether an address stands near by, and what
     * has been replaced may be one that was not seen as such before; or more than an address was replaced; or {@link PersonalFinder}
     * says so.
     */
    boolean isUnsettled() {
        return unsettled || (others.isPresent() && others.get().isUnsettled());
    }

    /**
     * Begins a record.
     *
     * @param from where it begins; -1 when that is not known any more
     * @param end how far addresses that stand near by may be looked for
     */
    void record(int from, int end) {
        unsettled = false;
        recordFrom = from;
        recordEnd = end;
        if (others.isPresent()) {
            others.get().record(from, end);
        }
    }

    /** Whether an address, masked or not, stands near by. */
    private boolean standsNear(Address address, int p) {
        unsettled = true;
        lookAround(p);
        return nearby.containsKey(masker.nearly(address));
    }

    /**
     * Finds the addresses that stand within {@link #NEAR} bytes, or where the record begins. Names are asked for from left to
     * right.
     */
    private void lookAround(int p) {
        int end = Math.max(stop, recordEnd);
        if (nearTo < 0) {
            nearTo = p;
            while (nearTo > 0 && p - nearTo < NEAR && b[nearTo - 1] != '\n') {
                nearTo--;
            }
            near.clear();
            beginning.clear();
            nearby.clear();
            if (recordFrom >= 0 && recordFrom < nearTo) {
                addBeginning(end);
            }
        }
        int to = Math.min(end, p + NEAR);
        while (nearTo < to) {
            int from = nearTo;
            while (nearTo < end && (KINDS[b[nearTo] & 0xff] & ROW) != 0) {
                nearTo++;
            }
            if (nearTo - from > 2) {
                addNear(from, nearTo);
            }
            nearTo++;
        }
        while (!near.isEmpty() && near.element().at() < p - NEAR) {
            Near left = near.remove();
            if (recordFrom >= 0 && left.at() >= recordFrom && left.at() < recordFrom + NEAR_BEGINNING) {
                beginning.add(left.address());
            } else {
                nearby.computeIfPresent(masker.nearly(left.address()), (any, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    /** Notes the addresses where the record begins, which are never too far away. */
    private void addBeginning(int end) {
        int to = Math.min(end, recordFrom + NEAR_BEGINNING);
        for (int p = recordFrom; p < to; p++) {
            int from = p;
            while (p < end && isKind(p, ROW)) {
                p++;
            }
            if (p - from > 2) {
                addressIn(from, p).ifPresent(address -> {
                    beginning.add(address);
                    nearby.merge(masker.nearly(address), 1, Integer::sum);
                });
            }
        }
    }

    private void addNear(int from, int to) {
        addressIn(from, to).ifPresent(address -> {
            near.add(new Near(from, address));
            nearby.merge(masker.nearly(address), 1, Integer::sum);
        });
    }

    /** The address in a row, if it is one: what follows it, or a port, is none of it. */
    private Optional<Address> addressIn(int from, int to) {
        Optional<Address> found = masker.address(b, from, to);
        int end = to;
        while (found.isEmpty() && end > from && (b[end - 1] == '.' || b[end - 1] == ':')) {
            found = masker.address(b, from, --end);
        }
        if (found.isEmpty()) {
            while (end > from && isKind(end - 1, DIGIT)) {
                end--;
            }
            found = end > from && b[end - 1] == ':' ? masker.address(b, from, end - 1) : found;
        }
        return found.isEmpty() || saysVersion(from, end, 0) ? Optional.empty() : found;
    }

    private long hex(int from, int to) {
        long value = 0;
        for (int p = from; p < to; p++) {
            value = value << 4 | Character.digit(b[p], 16);
        }
        return value;
    }

    /**
     * An IPv6 address with hyphens for its colons, in the name of a host, whatever stands before it. Asked at the first of
     * its hyphens: global addresses begin with 2 or 3 (RFC 4291 section 2.4), so the first group has all its digits.
     */
    private int hyphens6(int p, int done) throws IOException {
        int from = p - 4;
        if (from < done || (b[from] != '2' && b[from] != '3') || !areHex(from, 4, p) || isYear(from)) {
            return done;
        }
        if (is(from - 1, DIGIT)) {
            int run = from - 1;
            while (run > floor && from - run < 12 && is(run - 1, HEX)) {
                run--;
            }
            if (behindEscape(run, p) != from) {
                return done;
            }
        }
        int to = hyphens6End(p);
        if (to - from < 8 || !isHostName(to)) {
            return done;
        }
        replace(from, to, ZERO_NAME6, ZERO_NAME6.length);
        return to;
    }

    /** Whether a year begins a date: of such addresses none have been assigned. */
    private boolean isYear(int from) {
        return b[from] == '2'
                && b[from + 1] == '0'
                && is(from + 2, DIGIT)
                && is(from + 3, DIGIT)
                && (b[from + 2] != '0' || b[from + 3] > '3');
    }

    /** Where an address ends of which the first group ends here; -1 when it is none. */
    private int hyphens6End(int first) {
        int p = first;
        boolean none = false;
        for (int groups = 1; groups < (none ? 7 : 8) && p < stop && b[p] == '-'; groups++) {
            boolean two = p + 1 < stop && b[p + 1] == '-';
            if (two && none) {
                break;
            }
            int start = two ? p + 2 : p + 1;
            int end = start;
            while (end - start < 5 && is(end, HEX)) {
                end++;
            }
            boolean group = end > start && end - start < 5 && !(two && groups == 7);
            if (!two && !group) {
                break;
            }
            none |= two;
            p = group ? end : start;
            if (groups == 7 && !two) {
                return end;
            }
            if (!group) {
                break;
            }
        }
        return none ? p : -1;
    }

    /** Whether two more numbers with dots before them follow that behind {@code dot}. */
    private boolean isQuad(int dot) {
        int p = dot + 1;
        for (int numbers = 0; numbers < 3; numbers++) {
            int start = p;
            while (is(p, DIGIT)) {
                p++;
            }
            if (p == start || (numbers < 2 && (p == stop || b[p++] != '.'))) {
                return escape(p) > 0 && p > start;
            }
        }
        return true;
    }

    /** Decides about the e-mail address, or the credentials of a URL, before whose {@code @} a place is. */
    private int mailAround(int p, int done) throws IOException {
        int at = others.isPresent() ? mailAfter(p + 1) : -1;
        // Behind a colon there may be an e-mail address of which this place is no part.
        if (at < 0 || (localEnd(p + 1) < at && !others.get().isInCredentials(p, at, done))) {
            return done;
        }
        return at(at, b[at] == '@' ? 1 : escape(at, '4', '0'), done);
    }

    /** Where the {@code @} is if the end of a local part or of the credentials of a URL begins here, or -1. */
    private int mailAfter(int from) {
        int end = localEnd(from);
        if (end < stop && b[end] == ':' && isBehindSlashes(from)) {
            end = localEnd(end + 1);
        }
        return end < stop && (b[end] == '@' || escape(end, '4', '0') > 0) ? end : -1;
    }

    private int localEnd(int from) {
        int p = from;
        while (p - from < LONGEST_LOCAL && isLocal(p)) {
            p++;
        }
        return p;
    }

    /** Whether {@code //} stands before the name that ends here. */
    private boolean isBehindSlashes(int end) {
        int from = end;
        while (end - from < LONGEST_LOCAL && isLocal(from - 1)) {
            from--;
        }
        return from - 2 >= floor && b[from - 1] == '/' && b[from - 2] == '/';
    }

    private boolean isLocal(int p) {
        return is(p, NAME) || (p >= floor && p < stop && b[p] == '+');
    }

    private int percent(int p, int done) throws IOException {
        if (others.isPresent()) {
            int at = escape(p, '4', '0');
            if (at > 0) {
                return at(p, at, done);
            }
            int equal = escape(p, '3', 'd');
            if (equal > 0) {
                return equal(p, equal, done);
            }
            int tilde = escape(p, '7', 'e');
            if (tilde > 0) {
                return tilde(p, tilde, done);
            }
        }
        if (!addresses || escape(p) == 0) {
            return done;
        }
        // The colon before the port may have been taken for one of an address.
        int decided = escaped(p, done);
        return session(decided, decided);
    }

    /** Whether there is another colon near enough. */
    private boolean mayBeIpv6(int colon) {
        int p = colon + 1;
        while (p < colon + 6 && is(p, HEX)) {
            p++;
        }
        return (p < stop && b[p] == ':') || escape(p) > 0;
    }

    // ---- rows of address characters

    private int rowAround(int p, int done) throws IOException {
        int start = p;
        while (start > done && p - start < MAX_ROW && is(start - 1, ROW)) {
            start--;
        }
        int end = p + 1;
        while (end - p < MAX_ROW && is(end, ROW)) {
            end++;
        }
        if (escape(end) > 0) {
            return escaped(end, done);
        }
        if (start - 1 > floor && (b[start - 1] == '[' || b[start - 1] == '(')) {
            beside(start, end);
        }
        row(start, end);
        return end;
    }

    private void row(int from, int to) throws IOException {
        int start = from;
        int end = to;
        int behind = behindEscape(start, end);
        boolean glued = behind == start && start > floor && wordByte(start - 1) && !endsEscape(start);
        start = behind;
        while (end > start && b[end - 1] == '.') {
            end--;
        }
        if (end - start < 2) {
            return;
        }
        if (AddressMasker.indexOf(b, start, end, ':') < 0) {
            if (!(end < to && startsWith(to, REVERSE6) && nibbles(start, end))) {
                dots(start, end);
            }
            return;
        }
        if (glued && !mayBeGroup(start, end)) {
            // A word and a colon before it: IPv6:2001:db8::1, smtpd:2001:db8::1, but not Foo::Bar.
            int word = start;
            while (b[start] != ':') {
                start++;
            }
            // user_203.0.113.77: failed
            dots(word, start);
            start++;
            if (start < end && b[start] == ':') {
                start++;
            }
            if (AddressMasker.indexOf(b, start, end, ':') < 0) {
                dots(start, end);
                return;
            }
        }
        int colons = 0;
        for (int p = start; p < end; p++) {
            colons += b[p] == ':' ? 1 : 0;
        }
        while (end > start + 1 && b[end - 1] == ':' && b[end - 2] != ':') {
            end--;
        }
        boolean word = end == to && to < stop && wordByte(to);
        if (end - start >= 2 && (!word || colons >= 3)) {
            // With one group more than an address has, the first or the last belongs to something else. It goes with
            // the address: what would be left could be read as another address by a second pass.
            int second = start;
            while (second < end && b[second] != ':') {
                second++;
            }
            int lastColon = end - 1;
            while (lastColon > start && b[lastColon] != ':') {
                lastColon--;
            }
            if (masked(start, end, start, end)
                    || (colons > 1
                            && AddressMasker.indexOf(b, start, second, '.') < 0
                            && masked(second + 1, end, start, end))
                    || (colons > 1 && masked(start, lastColon, start, end))) {
                return;
            }
        }
        if (colons > 1 && splitByDot(start, end)) {
            return;
        }
        for (int p = start; p < end; ) {
            int piece = p;
            while (piece < end && b[piece] != ':') {
                piece++;
            }
            dots(p, piece);
            p = piece + 1;
        }
    }

    /**
     * Whether what ends a word may be the first group of an address all the same ({@code text72:8374::1}): it has a digit,
     * and is not the 6 of {@code IPv6:}. What is kept then is a part of both readings.
     */
    private boolean mayBeGroup(int from, int to) {
        boolean digit = false;
        int colon = from;
        while (b[colon] != ':') {
            digit |= is(colon++, DIGIT);
        }
        return digit && !(colon == from + 1 && b[from] == '6') && masker.mask(b, from, to) != Reading.NONE;
    }

    /** Masks IPv6 addresses to which dots glue something: {@code 127.0.0.1.2001:db8::7}, {@code 2001:db8::7.5}. */
    private boolean splitByDot(int from, int to) throws IOException {
        int rest = from;
        for (int p = from; p < to; ) {
            int dot = AddressMasker.indexOf(b, p, to, '.');
            int end = dot < 0 ? to : dot;
            boolean part = p > from || end < to;
            if (part && AddressMasker.indexOf(b, p, end, ':') >= 0 && read(p, end) != Reading.NONE) {
                dots(rest, p);
                masked(p, end, p, end);
                rest = end;
            }
            p = end + 1;
        }
        if (rest == from) {
            return false;
        }
        dots(rest, to);
        return true;
    }

    /**
     * Whether a piece of a row is {@code Cafe::Bad}, the name of a module: letters on both sides, and capitals among them, or
     * a word and two colons before it. What begins as local addresses do (RFC 4193 section 3), in capitals only, is none.
     */
    private boolean isModule(int from, int to) {
        int colon = AddressMasker.indexOf(b, from, to, ':');
        if (colon <= from || colon + 2 >= to || b[colon + 1] != ':') {
            return false;
        }
        boolean capital = false;
        boolean small = false;
        for (int p = from; p < to; p++) {
            if (p == colon) {
                p++;
            } else if ((KINDS[b[p] & 0xff] & LETTER) == 0) {
                return false;
            } else {
                capital |= b[p] <= 'Z';
                small |= b[p] >= 'a';
            }
        }
        if (from - 3 >= floor && b[from - 1] == ':' && b[from - 2] == ':' && wordByte(from - 3)) {
            return true;
        }
        boolean local = colon - from == 4 && b[from] == 'F' && (b[from + 1] == 'C' || b[from + 1] == 'D');
        return capital && (small || !local);
    }

    private Reading read(int from, int to) {
        return isModule(from, to) ? Reading.NONE : masker.mask(b, from, to);
    }

    /** If there is an address in {@code from} to {@code to}, masks it and replaces all of the row with it. */
    private boolean masked(int from, int to, int rowFrom, int rowTo) throws IOException {
        Reading reading = read(from, to);
        apply(reading, rowFrom, rowTo);
        unsettled |= reading == Reading.UNMASKED && (from > rowFrom || to < rowTo);
        if (reading == Reading.MASKED) {
            dots(rowFrom, from);
            dots(to, rowTo);
        }
        return reading != Reading.NONE;
    }

    /** Masks each chain of four decimal numbers, whatever is glued to it. A chain of five is a version or an OID. */
    private void dots(int from, int to) throws IOException {
        for (int p = from; p < to; ) {
            if (!is(p, DIGIT)) {
                p++;
                continue;
            }
            int start = p;
            int numbers = 1;
            while (p < to && (is(p, DIGIT) || (b[p] == '.' && p + 1 < to && is(p + 1, DIGIT)))) {
                numbers += b[p] == '.' ? 1 : 0;
                p++;
            }
            if (numbers == 4) {
                quad(start, p);
            } else if (numbers > 4) {
                chain(start, p, numbers);
            }
        }
    }

    /** Masks what is an address among five numbers or more. */
    private void chain(int from, int to, int numbers) throws IOException {
        int[] starts = new int[numbers + 1];
        int number = 0;
        starts[0] = from;
        for (int p = from; p < to; p++) {
            if (b[p] == '.') {
                starts[++number] = p + 1;
            }
        }
        starts[numbers] = to + 1;
        int told = addressAmong(starts, from, to);
        for (int i = 0; i + 4 <= numbers; i++) {
            int start = starts[i];
            int end = starts[i + 4] - 1;
            if (i == told || repeats(start, end)) {
                apply(masker.mask(b, start, end), start, end);
                i += 3;
            }
        }
    }

    /** Whether four numbers of more are an address that stands near by. */
    private boolean repeats(int from, int to) {
        return masker.address(b, from, to)
                .filter(address -> !address.equals(masker.network(address)) && standsNear(address, to))
                .isPresent();
    }

    /** Which of the numbers is the first of an address, by what stands around them; -1 when nothing says so. */
    private int addressAmong(int[] starts, int from, int to) {
        int numbers = starts.length - 1;
        if (numbers == 6 && startsWith(to, SQUIRREL)) {
            // <PORT.ADDRESS.TIME.squirrel@HOST>
            return 1;
        }
        boolean alone = !is(from - 1, NAME) && (!is(to, NAME) || (b[to] == '.' && !is(to + 1, NAME)));
        if (numbers != 5 || !alone || saysVersion(from, to, floor)) {
            return -1;
        }
        // As tcpdump has it, and netstat of a BSD.
        int port = port(starts[4], to);
        return port >= 0 && (isCalledAddress(from, to) || (port > 255 && !isOfOids(from, to, floor))) ? 0 : -1;
    }

    /** What may be a port, or -1. */
    private int port(int from, int to) {
        int value = 0;
        for (int p = from; p < to && value <= MAX_PORT; p++) {
            value = value * 10 + b[p] - '0';
        }
        return value > MAX_PORT || (b[from] == '0' && to - from > 1) ? -1 : value;
    }

    /** Whether numbers are called an address, or are one end of a connection ({@code a > b}). */
    private boolean isCalledAddress(int from, int to) {
        if ((from - 2 >= floor && b[from - 1] == ' ' && b[from - 2] == '>')
                || (to + 1 < stop && b[to] == ' ' && b[to + 1] == '>')) {
            return true;
        }
        int p = from;
        while (p > floor && from - p < 2 && " =:[(\"".indexOf(b[p - 1]) >= 0) {
            p--;
        }
        int word = p;
        while (word > floor && p - word < 8 && isKind(word - 1, LETTER)) {
            word--;
        }
        // Not from one version to another.
        return p < from && ADDRESS_WORDS.contains(lower(word, p)) && !startsWith(to, UP_TO);
    }

    private String lower(int from, int to) {
        return new String(b, from, to - from, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    private void quad(int from, int to) throws IOException {
        // Where a line end was lost, the next record is glued to the size of the one before: 200 5203.0.113.7 - - [
        int end = Math.max(stop, recordEnd);
        boolean record = end - to > RECORD.length
                && Arrays.equals(b, to, to + RECORD.length, RECORD, 0, RECORD.length)
                && isTimeAhead(to + RECORD.length, end);
        for (int first = from; b[first] != '.' && (first == from || record); first++) {
            Reading reading = masker.mask(b, first, to);
            if (reading == Reading.NONE) {
                continue;
            }
            boolean reversed = to + 1 < stop && b[to] == '.' && (is(to + 1, LETTER) || startsWith(to + 1, REVERSE4));
            // Of what masking leaves as it is nobody needs to know whether it is a version: browsers say
            // Chrome/120.0.0.0.
            if ((reversed || reading == Reading.UNMASKED) && saysVersion(first, to, floor)) {
                Optional<Address> address = masker.address(b, first, to);
                if (address.isEmpty() || !standsNear(address.get(), to)) {
                    return;
                }
            }
            if (reversed) {
                found = true;
                replaceUnlessEqual(first, to, ZERO4);
            } else {
                apply(reading, first, to);
            }
            return;
        }
    }

    /** Whether a user and a time in brackets follow. */
    private boolean isTimeAhead(int from, int to) {
        for (int p = from + 1; p + 2 < to && p - from < 64 && b[p] != '"'; p++) {
            if (b[p] == ' ' && b[p + 1] == '[') {
                return isKind(p + 2, DIGIT);
            }
        }
        return false;
    }

    /**
     * Whether what stands around four numbers says that they are a version: that word, the name of a parameter, the name of a file of
     * which a browser or a user loads one version ({@code ?ver=5.8.1.2}, {@code jquery-3.6.0.1.min.js}), or that of a product
     * in a user agent.
     */
    private boolean saysVersion(int from, int to, int lowest) {
        return isVersionParameter(from, to, lowest)
                || isVersionWord(from, to, lowest)
                || isVersionMember(from, to, lowest)
                || (to + DFSG.length() <= stop
                        && b[to] == '+'
                        && lower(to, to + DFSG.length()).equals(DFSG))
                || isVersionedFile(from, to, lowest)
                || isProduct(from, to, lowest)
                || isPackage(from, to, lowest)
                || isOid(from, to, lowest);
    }

    /** Whether it is the version of a package: {@code libfoo:amd64 1.2.3.4-5}, {@code nginx-1.24.0.1-1.el9.x86_64}. */
    private boolean isPackage(int from, int to, int lowest) {
        if (from - 2 <= lowest || to + 1 >= stop || "-+~".indexOf(b[to]) < 0) {
            return false;
        }
        int start = from;
        if (b[from - 1] == ':' && isKind(from - 2, DIGIT)) {
            // The epoch.
            start = from - 2;
            while (start > lowest + 1 && isKind(start - 1, DIGIT)) {
                start--;
            }
        }
        byte before = b[start - 1];
        if (before == '-' || before == '_') {
            int end = to;
            while (end < stop && end - to < 64 && (is(end, NAME) || "+~^".indexOf(b[end]) >= 0)) {
                end++;
            }
            String rest = lower(to, end);
            return before == '-' ? isRelease(rest) : rest.endsWith(".deb");
        }
        if (before != ' ' && before != '(') {
            return false;
        }
        int line = start;
        while (line > lowest && start - line < 96 && b[line - 1] != '\n') {
            line--;
        }
        return followsPackage(new String(b, line, start - line, StandardCharsets.ISO_8859_1));
    }

    private static boolean isRelease(String rest) {
        return RPM_MACHINES.stream().anyMatch(rest::contains)
                || RELEASES.stream().anyMatch(release -> {
                    int digit = rest.indexOf(release) + release.length();
                    return rest.contains(release) && digit < rest.length() && Character.isDigit(rest.charAt(digit));
                });
    }

    /** Whether a text ends where the version of a package follows its name. */
    private static boolean followsPackage(String text) {
        if (text.endsWith(" (")) {
            int name = text.lastIndexOf(' ', text.length() - 3);
            String act = name < 0 ? "" : text.substring(0, name);
            if (PACKAGE_ACTS.stream().anyMatch(act::endsWith)) {
                return true;
            }
        }
        // Versions may stand before it: the one that was installed, and the one that is.
        String[] words = text.split(" ", -1);
        for (int i = words.length - 1; i >= 0; i--) {
            int colon = words[i].lastIndexOf(':');
            if (colon > 0 && MACHINES.contains(words[i].substring(colon + 1))) {
                return i < words.length - 1;
            }
            boolean version =
                    words[i].isEmpty() || words[i].equals("over") || "(<0123456789".indexOf(words[i].charAt(0)) >= 0;
            if (!version) {
                return false;
            }
        }
        return false;
    }

    /** Whether four numbers are an OID: one that certificates have, where they are spoken of. */
    private boolean isOid(int from, int to, int lowest) {
        if ((b[from] != '1' && b[from] != '2') || b[from + 1] != '.') {
            return false;
        }
        String numbers = new String(b, from, to - from, StandardCharsets.ISO_8859_1);
        return ARCS.stream().anyMatch(arc -> arc.endsWith(".") ? numbers.startsWith(arc) : numbers.equals(arc))
                && (from == lowest || b[from - 1] != '[')
                && !isCalledAddress(from, to)
                && isOfOids(from, to, lowest);
    }

    /** Whether a word near by says that OIDs are spoken of. */
    private boolean isOfOids(int from, int to, int lowest) {
        int start = from;
        while (start > lowest && from - start < OID_WORD_NEAR && b[start - 1] != '\n') {
            start--;
        }
        int last = Math.max(stop, recordEnd);
        int end = to;
        while (end < last && end - to < OID_WORD_NEAR && b[end] != '\n') {
            end++;
        }
        String around = lower(start, from) + " " + lower(to, end);
        return OID_WORDS.stream().anyMatch(word -> {
            for (int at = around.indexOf(word); at >= 0; at = around.indexOf(word, at + 1)) {
                int behind = at + word.length();
                boolean begins = at == 0 || !isLower(around.charAt(at - 1));
                if (begins && (behind == around.length() || !isLower(around.charAt(behind)))) {
                    return true;
                }
            }
            return false;
        });
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    private boolean isVersionParameter(int from, int to, int lowest) {
        if (from - 2 <= lowest || b[from - 1] != '=' || (to < stop && " &\"'#;".indexOf(b[to]) < 0)) {
            return false;
        }
        return VERSION_PARAMETER
                .matcher(lower(Math.max(lowest, from - LONGEST_VERSION_PARAMETER), from))
                .find();
    }

    /** {@code version 4.3.2.1}. */
    private boolean isVersionWord(int from, int to, int lowest) {
        return from - 8 >= lowest
                && b[from - 1] == ' '
                && (to >= stop || " ,;)(\"'\\".indexOf(b[to]) >= 0)
                && VERSION_WORD
                        .matcher(lower(Math.max(lowest, from - 12), from))
                        .find();
    }

    /** {@code "version":"27.1.2.1"} in JSON, which may be quoted itself. */
    private boolean isVersionMember(int from, int to, int lowest) {
        if (from - 6 <= lowest || b[from - 1] != '"' || to >= stop || (b[to] != '"' && b[to] != '\\')) {
            return false;
        }
        int start = Math.max(lowest, from - LONGEST_VERSION_PARAMETER);
        return VERSION_MEMBER.matcher(lower(start, from)).find();
    }

    private boolean isVersionedFile(int from, int to, int lowest) {
        int joint = from - 1;
        if (joint > lowest && (b[joint] | 0x20) == 'v') {
            joint--;
        }
        if (joint <= lowest || "-_.".indexOf(b[joint]) < 0 || !isKind(joint - 1, (byte) (LETTER | DIGIT))) {
            return false;
        }
        int end = to;
        while (end - to < 16 && is(end, NAME)) {
            end++;
        }
        return !is(end, NAME)
                && VERSIONED.contains(new String(b, to, end - to, StandardCharsets.ISO_8859_1)
                        .replaceFirst("^[.-](?:min|slim)(?=\\.(?:m?js|css))", ""));
    }

    /** Whether it is the version of a product: of one in a user agent, elsewhere the same may be a part of a path. */
    private boolean isProduct(int from, int to, int lowest) {
        int name = from - 1;
        if (name <= lowest || (b[name] != '/' && b[name] != ' ') || (to < stop && " );,\"\\".indexOf(b[to]) < 0)) {
            return false;
        }
        boolean apart = b[name] == ' ';
        while (name > lowest && isKind(name - 1, NAME)) {
            name--;
        }
        boolean begins = name == lowest || " (;,\"".indexOf(b[name - 1]) >= 0;
        if (!begins || name == from - 1 || !isKind(name, LETTER)) {
            return false;
        }
        if (apart) {
            // A sentence has small words before an address.
            return b[name] <= 'Z' && (agents.test(name) || isCalledAgent(name, lowest));
        }
        return agents.test(name)
                || isCalledAgent(name, lowest)
                || isServerStart(to)
                || lower(Math.max(lowest, name - MODSECURITY.length()), name).equals(MODSECURITY);
    }

    /** Whether it is said that a server has started, with all that it consists of. */
    private boolean isServerStart(int from) {
        int end = Math.min(Math.max(stop, recordEnd), from + AHEAD);
        return lower(from, end).contains(STARTED);
    }

    /** Whether what a place belongs to is called a user agent: {@code User-Agent: a/1 b/2}, {@code "user_agent":"a/1 b/2"}. */
    private boolean isCalledAgent(int place, int lowest) {
        int p = place - 1;
        while (p > lowest && place - p <= AHEAD && b[p] != '"' && b[p] != '\n') {
            if ((b[p] == ':' || b[p] == '=') && endsWithAgent(p, lowest)) {
                return true;
            }
            p--;
        }
        if (p <= lowest || place - p > AHEAD || b[p] != '"') {
            return false;
        }
        p = beforeQuote(p, lowest);
        p -= p > lowest && b[p] == ' ' ? 1 : 0;
        return p > lowest && (b[p] == ':' || b[p] == '=') && endsWithAgent(p, lowest);
    }

    /** The place before a quote and the backslashes that belong to it. */
    private int beforeQuote(int quote, int lowest) {
        int p = quote - 1;
        while (p > lowest && quote - p <= 3 && b[p] == '\\') {
            p--;
        }
        return p;
    }

    /** Whether {@code User-Agent}, in one of its spellings, stands before a colon or an equals sign. */
    private boolean endsWithAgent(int sign, int lowest) {
        int p = sign - 1;
        p -= p > lowest && b[p] == ' ' ? 1 : 0;
        p = p > lowest && b[p] == '"' ? beforeQuote(p, lowest) : p;
        int word = p + 1 - AGENT.length;
        if (word - USER.length < lowest || !isWord(word, AGENT)) {
            return false;
        }
        int joint = "-_ ".indexOf(b[word - 1]) >= 0 ? 1 : 0;
        return word - joint - USER.length >= lowest && isWord(word - joint - USER.length, USER);
    }

    private boolean isWord(int at, byte[] letters) {
        int i = 0;
        while (i < letters.length && (b[at + i] | 0x20) == letters[i]) {
            i++;
        }
        return i == letters.length;
    }

    /** Masks {@code b.a.9.8.….8.b.d.0.1.0.0.2.ip6.arpa}: the host comes first. Says whether it was such a name. */
    private boolean nibbles(int from, int to) throws IOException {
        int start = to - 1;
        int count = 1;
        while (start - 2 >= from && b[start - 1] == '.' && is(start - 2, HEX) && count < 32) {
            start -= 2;
            count++;
        }
        if (!is(to - 1, HEX) || (start > from && b[start - 1] != '.')) {
            return false;
        }
        int kept = Math.min(count, masker.keptIpv6Nibbles());
        byte[] zeroed = new byte[to - start];
        boolean changed = false;
        for (int p = start; p < to; p++) {
            int nibble = (p - start) / 2;
            boolean zero = nibble < count - kept && b[p] != '.';
            changed |= zero && b[p] != '0';
            zeroed[p - start] = zero ? (byte) '0' : b[p];
        }
        if (changed) {
            found = true;
            replace(start, to, zeroed, zeroed.length);
        }
        return true;
    }

    // ---- other spellings

    /** Four numbers with hyphens between them, in the name of a host. */
    private int hyphens(int p, int done) throws IOException {
        if (!isQuadWithHyphens(p, done)) {
            return done;
        }
        int start = quadFrom;
        int last = quadTo;
        int end = quadEnd;
        if (start < done || (!isHostName(end) && !standsNear(octets(start, last), p))) {
            return done;
        }
        replaceUnlessEqual(start, last, ZERO_NAME);
        // Nor are they a part of anything else if they are zeros already.
        replacedTo = Math.max(replacedTo, last);
        return end;
    }

    /**
     * Whether four numbers with hyphens between them stand around a hyphen; notes where.
     *
     * @param done what lies before is none of them
     */
    private boolean isQuadWithHyphens(int p, int done) {
        int start = p;
        while (start > Math.max(floor, done) && p - start < 20 && (is(start - 1, DIGIT) || b[start - 1] == '-')) {
            start--;
        }
        int end = p + 1;
        while (end - p < 20 && (is(end, DIGIT) || (end < stop && b[end] == '-'))) {
            end++;
        }
        start = behindEscape(start, p);
        while (start < p && b[start] == '-') {
            start++;
        }
        int last = end;
        while (b[last - 1] == '-') {
            last--;
        }
        if (is(start - 1, LETTER) && !areOctets(start, last)) {
            // The number of a word: ec2-203-0-113-77.
            while (is(start, DIGIT)) {
                start++;
            }
            while (start < last && b[start] == '-') {
                start++;
            }
        }
        quadFrom = start;
        quadTo = last;
        quadEnd = end;
        return areOctets(start, last);
    }

    private boolean areOctets(int from, int to) {
        int count = 0;
        int value = -1;
        for (int p = from; p < to; p++) {
            if (b[p] == '-') {
                if (value < 0 || ++count > 3) {
                    return false;
                }
                value = -1;
            } else {
                value = Math.max(value, 0) * 10 + b[p] - '0';
                if (value > 255) {
                    return false;
                }
            }
        }
        return count == 3 && value >= 0;
    }

    /** The numbers between hyphens. */
    private int[] octets(int from, int to) {
        int[] octets = new int[4];
        int i = 0;
        for (int p = from; p < to; p++) {
            if (b[p] == '-') {
                i++;
            } else {
                octets[i] = octets[i] * 10 + b[p] - '0';
            }
        }
        return octets;
    }

    /** Whether the name that goes on here has a dot and a letter. */
    private boolean isHostName(int from) {
        for (int p = from; p + 1 < stop && p - from < 253 && is(p, NAME); p++) {
            if (b[p] == '.' && is(p + 1, LETTER)) {
                return true;
            }
        }
        return false;
    }

    /** {@code http://3405803853/}: browsers take one decimal or hexadecimal number for an IPv4 address. */
    private int urlHost(int colon, int done) throws IOException {
        if (colon + 3 >= stop || b[colon + 1] != '/' || !isUrlNumber(colon)) {
            return done;
        }
        int start = colon + 3;
        boolean hex = start + 1 < stop && b[start] == '0' && (b[start + 1] | 0x20) == 'x';
        int p = hex ? start + 2 : start;
        int digits = p;
        long value = 0;
        while (p - digits < 11 && is(p, hex ? HEX : DIGIT)) {
            value = value * (hex ? 16 : 10) + Character.digit(b[p], 16);
            p++;
        }
        boolean ends = p == stop || "/:?#\"' <>".indexOf(b[p]) >= 0;
        if (!ends || p == digits || value <= 0xff_ffff || value > 0xffff_ffffL) {
            return done;
        }
        replace(start, p, ZERO4, ZERO4.length);
        return p;
    }

    /**
     * How long the escape of a digit, a dot or a colon at {@code p} is ({@code %2E}, {@code %253a}, {@code %32}, …), or 0.
     * What it stands for is then in {@link #unescaped}.
     */
    private int escape(int p) {
        if (p >= stop || b[p] != '%') {
            return 0;
        }
        int q = behindPercents(p);
        if (!is(q, HEX) || !is(q + 1, HEX)) {
            return 0;
        }
        int value = Character.digit(b[q], 16) * 16 + Character.digit(b[q + 1], 16);
        if ((KINDS[value] & ROW) == 0) {
            return 0;
        }
        unescaped = (byte) value;
        return q + 2 - p;
    }

    /** Where the digits of an escape begin whose percent sign may be escaped itself. */
    private int behindPercents(int p) {
        int q = p + 1;
        while (q + 1 < stop && q - p < 9 && b[q] == '2' && b[q + 1] == '5') {
            q += 2;
        }
        return q;
    }

    private int escape(int p, char high, char low) {
        if (p >= stop || b[p] != '%') {
            return 0;
        }
        int q = behindPercents(p);
        return q + 1 < stop && b[q] == high && (b[q + 1] | 0x20) == (low | 0x20) ? q + 2 - p : 0;
    }

    /** Decodes the row around an escape, masks what is in it, and encodes that as it was. */
    private int escaped(int p, int done) throws IOException {
        int start = p;
        while (start > done && p - start < AHEAD / 4 && is(start - 1, ROW)) {
            start--;
        }
        start = behindEscape(start, p);
        if (decoded.length == 0) {
            decoded = new byte[AHEAD + REVERSE4.length];
            places = new int[AHEAD + 1];
        }
        int length = 0;
        byte[] dot = {'.'};
        byte[] colon = {':'};
        int end = start;
        while (length < AHEAD && end < stop) {
            int escape = escape(end);
            if (escape == 0 && !is(end, ROW)) {
                break;
            }
            places[length] = end;
            if (escape == 0) {
                decoded[length++] = b[end++];
                continue;
            }
            if (unescaped == '.') {
                dot = Arrays.copyOfRange(b, end, end + escape);
            } else if (unescaped == ':') {
                colon = Arrays.copyOfRange(b, end, end + escape);
            }
            decoded[length++] = unescaped;
            end += escape;
        }
        places[length] = end;
        int context = Math.min(REVERSE4.length, stop - end);
        System.arraycopy(b, end, decoded, length, context);
        if (!maskDecoded(length, context, dot, colon)) {
            // The escapes belong to something else, and what lies between them may be addresses.
            for (int q = start; q < end; ) {
                int from = q;
                while (q < end && b[q] != '%') {
                    q++;
                }
                row(from, q);
                q += Math.max(1, escape(q));
            }
        }
        return end;
    }

    /** Says whether there is an address, masked or not. */
    private boolean maskDecoded(int length, int context, byte[] dot, byte[] colon) throws IOException {
        int[] from = places;
        AddressFinder inside = new AddressFinder(masker, Optional.empty(), any -> false, (start, to, text, size) -> {
            // What stays at both ends stays as it is spelled.
            int most = Math.min(size, to - start);
            int same = 0;
            while (same < most && text[same] == decoded[start + same]) {
                same++;
            }
            int last = 0;
            while (last < most - same && text[size - 1 - last] == decoded[to - 1 - last]) {
                last++;
            }
            int first = from[start + same];
            int end = from[to - last];
            // What was spelled in both ways is written plainly; with a plain colon, so that it is read as one again.
            boolean colons = AddressMasker.indexOf(b, first, end, ':') >= 0;
            boolean dots = AddressMasker.indexOf(b, first, end, '.') >= 0;
            byte[] usedDot = colons || dots ? new byte[] {'.'} : dot;
            byte[] usedColon = colons ? new byte[] {':'} : colon;
            byte[] encoded = new byte[size * Math.max(dot.length, colon.length)];
            int n = 0;
            for (int i = same; i < size - last; i++) {
                byte[] piece = text[i] == '.' ? usedDot : text[i] == ':' ? usedColon : new byte[] {text[i]};
                System.arraycopy(piece, 0, encoded, n, piece.length);
                n += piece.length;
            }
            replace(first, end, encoded, n);
        });
        inside.b = decoded;
        inside.stop = length + context;
        inside.row(0, length);
        return inside.found;
    }

    // ---- bytes

    private void replace(int from, int to, byte[] text, int length) throws IOException {
        edits.replace(from, to, text, length);
        replacedTo = to;
    }

    private void apply(Reading reading, int from, int to) throws IOException {
        found |= reading != Reading.NONE;
        if (reading == Reading.UNMASKED) {
            replace(from, to, masker.text(), masker.length());
        }
    }

    private void replaceUnlessEqual(int from, int to, byte[] text) throws IOException {
        if (to - from != text.length || !startsWith(from, text)) {
            replace(from, to, text, text.length);
        }
    }

    private boolean is(int at, byte kind) {
        return at >= floor && at < stop && (KINDS[b[at] & 0xff] & kind) != 0;
    }

    /** The same of what lies around the text, too. */
    private boolean isKind(int at, byte kind) {
        return (KINDS[b[at] & 0xff] & kind) != 0;
    }

    private boolean wordByte(int at) {
        return is(at, (byte) (DIGIT | LETTER)) || b[at] == '_';
    }

    /** The place behind the digits of an escape, if one begins right before a place: {@code %22}, or what servers write and JSON. */
    private int behindEscape(int from, int to) {
        int digits = from <= floor ? 0 : b[from - 1] == '%' || isEscape(from, 'x') ? 2 : isEscape(from, 'u') ? 4 : 0;
        if (digits == 0 || !areHex(from, digits, to)) {
            return from;
        }
        int behind = from + digits;
        // %2522203.0.113.7: the percent sign is escaped itself, if what follows would be too long otherwise.
        while (b[from - 1] == '%'
                && b[behind - 2] == '2'
                && b[behind - 1] == '5'
                && isTooLong(behind)
                && areHex(behind, 2, to)) {
            behind += 2;
        }
        return behind;
    }

    /** Whether the digits that begin here, escaped or not, are more than the first part of an address has. */
    private boolean isTooLong(int from) {
        int p = from;
        for (int digits = 0; digits < 5; digits++) {
            int length = is(p, HEX) ? 1 : escape(p);
            if (length == 0 || (length > 1 && (KINDS[unescaped] & HEX) == 0)) {
                return digits == 4 && p < stop && (b[p] == '.' || (length > 1 && unescaped == '.'));
            }
            p += length;
        }
        return true;
    }

    /** Whether an escape with its digits stands before a place; its percent sign may be escaped itself. */
    private boolean endsEscape(int at) {
        if (isEscape(at - 4, 'u') && areHex(at - 4, 4, at)) {
            return true;
        }
        int digits = at - 2;
        if (digits <= floor || !areHex(digits, 2, at)) {
            return false;
        }
        int percent = digits;
        while (digits - percent < 6 && percent - 2 > floor && b[percent - 2] == '2' && b[percent - 1] == '5') {
            percent -= 2;
        }
        return b[percent - 1] == '%' || isEscape(digits, 'x');
    }

    /** Whether a backslash and a letter stand before a place. */
    private boolean isEscape(int at, char letter) {
        return at - 2 >= floor && b[at - 1] == letter && b[at - 2] == '\\';
    }

    /** Whether so many hexadecimal digits stand from here on, before {@code to}. */
    private boolean areHex(int from, int count, int to) {
        int p = from;
        while (p < to && p - from < count && is(p, HEX)) {
            p++;
        }
        return p - from == count;
    }

    private boolean startsWith(int at, byte[] word) {
        return stop - at >= word.length && Arrays.equals(b, at, at + word.length, word, 0, word.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
