package dev.sparsam.logs.internal;

import dev.sparsam.logs.Handling;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.PersonalField;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Finds e-mail addresses and secrets in any text and masks them:
 *
 * <ul>
 *   <li>E-mail addresses (RFC 5321 section 4.1.2, without quoted local parts), also with an encoded {@code @}. A name with
 *       the ending of a file or of a unit of systemd is none ({@code logo@2x.png}). A message-id becomes what the same e-mail
 *       address would, but for one of numbers only.
 *   <li>{@code user:password@} in URLs (RFC 3986 section 3.2.1).
 *   <li>The values of parameters whose names say that they are secret ({@code token=…}), also when the parameter is encoded
 *       within another, and JSON Web Tokens (RFC 7519).
 *   <li>The values of parameters of URLs and forms that are called like a login name ({@code user=…}).
 *   <li>Login names in the paths of URLs ({@code /~frank/}, {@code /remote.php/dav/files/frank/}).
 *   <li>The token of a session that cPanel puts at the beginning of a path ({@code /cpsess0123456789/}).
 * </ul>
 *
 * The names of the parameters are those under which frameworks and web applications pass sessions and secrets. Not
 * thread-safe.
 */
final class PersonalFinder {
    /** Names that are secrets wherever they stand. */
    private static final Set<String> SECRETS = Set.of(
            "access_token",
            "accesstoken",
            "api_key",
            "apikey",
            "api-key",
            "auth_key",
            "auth_token",
            "authtoken",
            "asp.net_sessionid",
            "authenticity_token",
            "cftoken",
            "ci_session",
            "client_secret",
            "confirmpassword",
            "connect.sid",
            "csrf_token",
            "csrftoken",
            "currentpassword",
            "id_token",
            "idtoken",
            "jsessionid",
            "jwt",
            "_token",
            "kennwort",
            "laravel_session",
            "newpassword",
            "oldpassword",
            "oscsid",
            "oxsid",
            "passphrase",
            "passwd",
            "passwort",
            "password",
            "password1",
            "password2",
            "password_again",
            "password_confirm",
            "password_confirmation",
            "phpsessid",
            "pwd",
            "refresh_token",
            "refreshtoken",
            "reset_token",
            "samlrequest",
            "samlresponse",
            "secret",
            "session",
            "session_id",
            "sessionid",
            "sessid",
            "sessiontoken",
            "token",
            "x-amz-security-token",
            "x-amz-signature",
            "xsrf-token",
            "xtcsid",
            "zenid");

    /** Names that are secrets as parameters of a URL; elsewhere they are ordinary words. */
    private static final Set<String> URL_SECRETS = Set.of(
            "auth",
            "bearer",
            "code",
            "credential",
            "credentials",
            "hash",
            "key",
            "login_token",
            "newpass",
            "nonce",
            "oldpass",
            "otp",
            "pass",
            "pass1",
            "pass1-text",
            "pass2",
            "pin",
            "pw",
            "resettoken",
            "rp_key",
            "s",
            "sid",
            "sig",
            "signature",
            "state",
            "ticket",
            "_wpnonce");

    /** Of those the ones that are everyday words too: only a value that looks like a token is one. */
    private static final Set<String> PERHAPS_SECRETS = Set.of("code", "hash", "key", "s", "state", "ticket");

    /** Login names, as parameters of a URL or a form; elsewhere they are ordinary words. */
    private static final Set<String> USERS = Set.of("login", "user", "user_login", "user_name", "username");

    /** Behind an underscore or a hyphen they make a name a secret in the parameters of a URL or a form. */
    private static final Set<String> SECRET_ENDS =
            Set.of("kennwort", "key", "pass", "passwd", "password", "passwort", "pwd", "token");

    /** The same for login names. */
    private static final Set<String> USER_ENDS = Set.of("user", "username");

    /** No top-level domains: endings of files and of the units of systemd. */
    private static final Set<String> NO_DOMAINS = Set.of(
            "asp", "aspx", "avif", "bmp", "cgi", "css", "csv", "eot", "gif", "gz", "htm", "html", "ico", "jpeg", "jpg",
            "js", "json", "jsp", "log", "map", "mjs", "mount", "pdf", "php", "png", "scope", "service", "slice",
            "socket", "svg", "swf", "target", "tif", "tiff", "timer", "ttf", "txt", "webm", "webp", "woff", "woff2",
            "xml");

    /** The answer when more of the text must be seen; nothing has been done. */
    static final int WAIT = -1;

    /** Headers of requests with which somebody logs in, or goes on; others are called as parameters are. */
    private static final Set<String> HEADERS = Set.of("authorization", "cookie", "proxy-authorization");

    private static final String AUTHORIZATION = "authorization";

    /** How credentials of that header begin (RFC 9110 section 11.6.2), where the rest is one word. */
    private static final Set<String> SCHEMES = Set.of("apikey", "basic", "bearer", "negotiate", "ntlm", "token");

    private static final int LONGEST_SCHEME = 9;

    /** With them the names of cookies begin behind which the number of a site of WordPress stands, as {@link #SITE_DIGITS}. */
    private static final List<String> COOKIES = List.of("wordpress_logged_in_", "wordpress_sec_", "wp-postpass_");

    private static final int SITE_DIGITS = 32;

    /** What an address is to a message. */
    private static final Set<String> ROLES = Set.of("from", "orig_to", "recipient", "sender", "to");

    private static final int LONGEST_ROLE = 10;

    private static final byte[] HASHED_DOMAIN = ascii("hash.invalid");
    /** What {@link Clients} makes of a host: who stands before it has no mailbox there. */
    private static final byte[] MASKED_HOST = ascii("host.invalid");

    private static final byte[] DASH = ascii("-");
    /** WordPress calls a login name {@code log}, before the password. */
    private static final byte[] PWD = ascii("&pwd=");

    private static final byte[] DAV = ascii(".php/dav/");
    /** There the folders of users are. */
    private static final Set<String> FOLDERS =
            Set.of("avatars", "calendars", "files", "trashbin", "uploads", "versions");

    /** There they are in a folder of their own. */
    private static final Set<String> DEEPER_FOLDERS = Set.of("addressbooks", "principals");

    private static final byte[] FOLDERS_OF_USERS = ascii("/users/");

    private static final byte[] SESSION = ascii("/cpsess");
    private static final int SHORTEST_SESSION = 6;

    private static final int LONGEST_LOCAL = 256;
    private static final List<String> APOSTROPHES = List.of("'", "%27", "\\u0027", "\\x27");
    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_PATH = 512;
    private static final int SHORTEST_TOKEN = 16;
    private static final int LONGEST_TOKEN = 256;

    private static final byte LOCAL = 1;
    private static final byte ATOM = 2;
    private static final byte DOMAIN = 4;
    private static final byte NAME = 8;
    private static final byte VALUE_END = 16;
    private static final byte BASE64 = 32;
    private static final byte[] KINDS = new byte[256];

    static {
        for (int c = 0; c < 256; c++) {
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            boolean word = letter || c >= 0x80;
            KINDS[c] = (byte) ((word || "._+-".indexOf(c) >= 0 ? LOCAL : 0)
                    | (word || ".!#$%&'*+/=?^_`{|}~-".indexOf(c) >= 0 ? ATOM : 0)
                    | (word || ".-".indexOf(c) >= 0 ? DOMAIN : 0)
                    | (letter || "_-.".indexOf(c) >= 0 ? NAME : 0)
                    | (c <= ' ' || c == 0x7f || "&;\"'<>)]},|\\#".indexOf(c) >= 0 ? VALUE_END : 0)
                    | (letter || c == '-' || c == '_' ? BASE64 : 0));
        }
    }

    /** How long the secret names that end with a character are, a bit for each length. */
    private static final long[] LENGTHS = new long[128];

    /** The same for what stands behind the underscore. */
    private static final long[] END_LENGTHS = new long[128];

    static {
        List.of(SECRETS, URL_SECRETS, USERS, Set.of("log", "name")).forEach(names -> lengths(names, LENGTHS));
        List.of(SECRET_ENDS, USER_ENDS).forEach(names -> lengths(names, END_LENGTHS));
    }

    private static void lengths(Set<String> names, long[] lengths) {
        for (String name : names) {
            char last = name.charAt(name.length() - 1);
            lengths[last] |= 1L << name.length();
            lengths[Character.toUpperCase(last)] |= 1L << name.length();
        }
    }

    private final Handling email;
    private final Handling token;
    private final Handling user;
    private final Supplier<DayKeys> keys;
    private final AddressFinder.Edits edits;

    private byte[] b = new byte[0];
    private int floor;
    private int stop;
    private boolean plainIds;
    private int mayWait;
    private int recordFrom;
    private int recordEnd;
    /** So far the quotes of the record have been counted, and whether that is between two of them. */
    private int countedTo;

    private boolean betweenQuotes;
    /** Up to here no bracket, or apostrophe, closes. */
    private int noBracketTo;

    private int noApostropheTo;
    /** What the escape that was read last stands for. */
    private int unescaped;

    private int replacedTo;
    private boolean unsettled;
    private boolean inForm;

    /**
     * Makes one.
     *
     * @param keys gives the keys of the line's day; only asked for hashes
     */
    PersonalFinder(MaskingPolicy policy, Supplier<DayKeys> keys, AddressFinder.Edits edits) {
        email = policy.of(PersonalField.EMAIL);
        token = policy.of(PersonalField.TOKEN);
        user = policy.of(PersonalField.USER);
        this.keys = keys;
        this.edits = edits;
    }

    /** Whether a parameter that is called so is secret, whatever its value. */
    static boolean isSecret(String name) {
        String called = name.toLowerCase(Locale.ROOT);
        return SECRETS.contains(called)
                || SECRET_ENDS.contains(end(called))
                || (URL_SECRETS.contains(called) && !PERHAPS_SECRETS.contains(called));
    }

    /** Whether a header of a request that is called so is secret. */
    static boolean isSecretHeader(String name) {
        return HEADERS.contains(name.toLowerCase(Locale.ROOT)) || isSecret(name);
    }

    /** Whether a parameter that is called so is a login name. */
    static boolean isUser(String name) {
        String called = name.toLowerCase(Locale.ROOT);
        return USERS.contains(called) || USER_ENDS.contains(end(called));
    }

    /** What stands behind the last underscore or hyphen of a name, and nothing where there is none. */
    private static String end(String name) {
        int before = Math.max(name.lastIndexOf('_'), name.lastIndexOf('-'));
        return before > 0 ? name.substring(before + 1) : "";
    }

    /** Whether there is anything to look for. */
    boolean isIdle() {
        return email == Handling.KEEP && token == Handling.KEEP && user == Handling.KEEP;
    }

    /**
     * What the next questions are about.
     *
     * @param mayWait where what goes on at the end of the text begins behind this, it is left for when more is seen
     */
    void in(byte[] text, int floor, int stop, int mayWait) {
        b = text;
        this.floor = floor;
        this.stop = stop;
        this.mayWait = mayWait;
    }

    /**
     * Begins a record.
     *
     * @param from where it begins; -1 when that is not known any more
     * @param end how far it goes, as far as that is known
     */
    void record(int from, int end) {
        recordFrom = from;
        recordEnd = end;
        countedTo = from;
        betweenQuotes = false;
        noBracketTo = -1;
        noApostropheTo = -1;
        replacedTo = -1;
        unsettled = false;
    }

    /** Whether what has been replaced in the record was of importance for what has been found. */
    boolean isUnsettled() {
        return unsettled;
    }

    private boolean goesOn(int from, int to) {
        return to == stop && from > mayWait;
    }

    /** Whether a message is called {@code id=} in the line that is read next. */
    void plainIds(boolean plain) {
        plainIds = plain;
    }

    // ---- e-mail addresses and credentials

    /**
     * Decides about what stands around an {@code @}.
     *
     * @param length how many bytes spell it
     * @param done what lies before is decided
     * @return how far the text is decided
     */
    int at(int p, int length, int done) throws IOException {
        if (token != Handling.KEEP) {
            int credentials = credentials(wordStart(p, lowestLocal(p, done)), p, done);
            if (credentials >= 0) {
                if (!isMasked(credentials, p)) {
                    replace(token, credentials, p);
                }
                return p + length;
            }
        }
        if (email == Handling.KEEP) {
            return done;
        }
        int domain = p + length;
        int id = length == 1 ? idStart(p, lowestLocal(p, done)) : -1;
        if (id >= 0 && id < p) {
            int to = isNumbers(id, p) ? -1 : idEnd(domain, b[id - 1] == '<');
            return to < 0 ? done : mask(id, p, domain, to, done);
        }
        int from = localStart(p, done);
        int to = from == p ? -1 : domainEnd(domain);
        return to < 0 ? done : mask(withApostrophe(from, to, lowestLocal(p, done)), p, domain, to, done);
    }

    /** Where a local part such as {@code o'neil} begins: an apostrophe that quotes has another behind the address. */
    private int withApostrophe(int from, int to, int lowest) {
        for (String spelled : APOSTROPHES) {
            int apostrophe = from - spelled.length();
            if (apostrophe > lowest && endsWith(from, spelled) && is(apostrophe - 1, LOCAL)) {
                boolean quotes = to + spelled.length() <= stop && endsWith(to + spelled.length(), spelled);
                int start = quotes ? apostrophe : wordStart(apostrophe, lowest);
                return start == apostrophe ? from : start;
            }
        }
        return from;
    }

    /** Whether a place belongs to the credentials of a URL that end at an {@code @}, and these are masked. */
    boolean isInCredentials(int place, int at, int done) {
        int from = token == Handling.KEEP ? -1 : credentials(wordStart(at, lowestLocal(at, done)), at, done);
        return from >= 0 && from <= place;
    }

    private int lowestLocal(int p, int done) {
        return Math.max(Math.max(done, floor), p - LONGEST_LOCAL);
    }

    private int localStart(int p, int done) {
        int lowest = lowestLocal(p, done);
        int atom = p;
        while (atom > lowest && is(atom - 1, ATOM)) {
            atom--;
        }
        if (atom > floor && b[atom - 1] == '<' && atom > lowest) {
            return behindRole(atom, p);
        }
        return behindOption(wordStart(p, lowest), p);
    }

    /** Behind {@code -f} and {@code -r}, to which sendmail has a sender glued ({@code sendmail -t -fanna@example.org}). */
    private int behindOption(int from, int to) {
        boolean option = to - from > 2
                && b[from] == '-'
                && (b[from + 1] == 'f' || b[from + 1] == 'r')
                && from > floor
                && " \"'".indexOf(b[from - 1]) >= 0;
        return option ? from + 2 : from;
    }

    /** Behind {@code from=} and the like, which mail servers write in the same brackets. */
    private int behindRole(int from, int to) {
        int p = from;
        while (p < to && p - from < LONGEST_ROLE && b[p] != '=') {
            p++;
        }
        boolean role = p + 1 < to
                && b[p] == '='
                && ROLES.contains(new String(b, from, p - from, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT));
        return role ? p + 1 : from;
    }

    /** Where a local part begins of which it is not told. */
    private int wordStart(int p, int lowest) {
        int from = p;
        while (from > lowest) {
            if (is(from - 1, LOCAL)) {
                from--;
            } else if (b[from - 1] == '%' && p - from >= 2 && isLocalEscape(from)) {
                from--;
            } else if (b[from - 1] == '\\') {
                int length = backslashed(from - 1, p);
                if (length == 0 || !isLocalCharacter(unescaped)) {
                    // What is escaped there is no part of it: the end of a line before max@example.org in JSON.
                    return from + Math.max(length - 1, 0);
                }
                from--;
            } else {
                if (b[from - 1] == '%' && p - from >= 2 && hex(from) >= 0 && hex(from + 1) >= 0) {
                    // What is encoded there is no part of it: ?to%3Dmax%40example.org
                    from += 2;
                }
                break;
            }
        }
        return from;
    }

    /** Whether the two digits spell a character of local parts. */
    private boolean isLocalEscape(int digits) {
        int value = hex(digits) * 16 + hex(digits + 1);
        return hex(digits) >= 0 && hex(digits + 1) >= 0 && value > 0 && (KINDS[value] & LOCAL) != 0;
    }

    private static boolean isLocalCharacter(int c) {
        return c < 0x80 ? (KINDS[c] & LOCAL) != 0 : Character.isLetter(c);
    }

    /**
     * How long the escape is that a backslash begins, before {@code to}, or 0: {@code u00fc} behind it as in JSON, {@code xc3} as web
     * servers write bytes, and between quotes {@code n} and the like. What it stands for is then in {@link #unescaped}; a byte
     * that is none of ASCII may be a part of any letter.
     */
    private int backslashed(int backslash, int to) {
        int kind = backslash + 1;
        int digits = kind < to ? (b[kind] == 'u' ? 4 : b[kind] == 'x' ? 2 : 0) : 0;
        if (digits > 0 && kind + digits < to) {
            int value = 0;
            for (int p = kind + 1; p <= kind + digits; p++) {
                value = hex(p) < 0 || value < 0 ? -1 : value * 16 + hex(p);
            }
            if (value >= 0) {
                unescaped = digits == 2 && value >= 0x80 ? 'x' : value;
                return digits + 2;
            }
        }
        if (kind < to && "nrtbf".indexOf(b[kind]) >= 0 && isQuoted(backslash)) {
            unescaped = ' ';
            return 2;
        }
        return 0;
    }

    /** Where a domain with a dot, or an address in brackets, ends; -1 when there is none. */
    private int domainEnd(int from) {
        if (from < stop && b[from] == '[') {
            int p = from + 1;
            // RFC 5321 section 4.1.3: no bracket stands between the two.
            while (p < stop && p - from < 64 && b[p] != ']' && b[p] != '[' && (b[p] & 0xff) > ' ') {
                p++;
            }
            return p < stop && b[p] == ']' ? p + 1 : -1;
        }
        int p = from;
        while (p < stop && p - from < 254) {
            int length = is(p, DOMAIN) ? 1 : letter(p);
            if (length == 0) {
                break;
            }
            p += length;
        }
        while (p > from && (b[p - 1] == '.' || b[p - 1] == '-')) {
            p--;
        }
        int last = p;
        while (last > from && b[last - 1] != '.') {
            last--;
        }
        if (last <= from + 1 || p - last < 2) {
            return -1;
        }
        String top = new String(b, last, p - last, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        boolean letters = top.chars().noneMatch(c -> c < 0x80 && !Character.isLetter(c)) || top.startsWith("xn--");
        return letters && !NO_DOMAINS.contains(top) ? p : -1;
    }

    /** How long the escape of a letter, or a part of one, that is none of ASCII is here, or 0. */
    private int letter(int p) {
        if (b[p] == '%') {
            return hex(p + 1) >= 8 && hex(p + 2) >= 0 ? 3 : 0;
        }
        int length = b[p] == '\\' ? backslashed(p, stop) : 0;
        return length == 4 && b[p + 2] >= '8'
                ? 4
                : length == 6 && unescaped >= 0x80 && Character.isLetter(unescaped) ? 6 : 0;
    }

    // A message-id (RFC 5322 section 3.6.4) looks like an e-mail address, but what stands before the @ may have more
    // characters, and what stands behind it may be any name, such as that of the computer it was written on.

    /** Where the message-id begins whose {@code @} is at a place; -1 if that stands in no field of one. */
    private int idStart(int p, int lowest) {
        int from = p;
        while (from > lowest && is(from - 1, ATOM)) {
            from--;
        }
        boolean bracket = from > floor && b[from - 1] == '<';
        int name = bracket ? from - 1 : from;
        if (endsWith(name, "message-id: ")
                || (bracket
                        && (endsWith(name, "message-id=") || endsWith(name, "msgid=") || endsWith(name, " id: ")))) {
            return from;
        }
        for (String field : bracket ? List.<String>of() : List.of("message-id=", "msgid=")) {
            if (p - from > field.length() && endsWith(from + field.length(), field)) {
                return from + field.length();
            }
        }
        return plainIds && p - from > 3 && endsWith(from + 3, " id=") ? from + 3 : -1;
    }

    private int idEnd(int domain, boolean bracket) {
        int p = domain;
        while (bracket && p < stop && p - domain < 254 && (b[p] & 0xff) > ' ' && "<>@".indexOf(b[p]) < 0) {
            p++;
        }
        if (bracket && p > domain && p < stop && b[p] == '>') {
            return p;
        }
        int to = domainEnd(domain);
        if (to >= 0) {
            return to;
        }
        p = domain;
        while (p < stop && p - domain < 254 && is(p, DOMAIN)) {
            p++;
        }
        while (p > domain && (b[p - 1] == '.' || b[p - 1] == '-')) {
            p--;
        }
        return p > domain ? p : -1;
    }

    /** Whether it consists of numbers with dots between them, as programs count messages. That names nobody. */
    private boolean isNumbers(int from, int to) {
        int dots = 0;
        for (int p = from; p < to; p++) {
            if (b[p] == '.') {
                dots++;
            } else if (b[p] < '0' || b[p] > '9') {
                return false;
            }
        }
        return dots > 0 && b[from] != '.' && b[to - 1] != '.';
    }

    /** Says how far the text is decided: what is kept of the domain may hold an address. */
    private int mask(int from, int at, int domain, int to, int done) throws IOException {
        if (Arrays.equals(b, domain, to, MASKED_HOST, 0, MASKED_HOST.length)) {
            return done;
        }
        boolean hashed = Arrays.equals(b, domain, to, HASHED_DOMAIN, 0, HASHED_DOMAIN.length)
                // What stands before it, glued to it, is none of it.
                && at - from >= DayKeys.PREFIX.length() + DayKeys.DIGITS
                && DayKeys.isHash(b, at - DayKeys.PREFIX.length() - DayKeys.DIGITS, at);
        if (hashed) {
            return at - from == DayKeys.PREFIX.length() + DayKeys.DIGITS ? to : done;
        }
        switch (email) {
            case HASH -> {
                byte[] hash = hashOf(canonical(from, at, domain, to));
                byte[] text = new byte[hash.length + domain - at + HASHED_DOMAIN.length];
                System.arraycopy(hash, 0, text, 0, hash.length);
                System.arraycopy(b, at, text, hash.length, domain - at);
                System.arraycopy(HASHED_DOMAIN, 0, text, hash.length + domain - at, HASHED_DOMAIN.length);
                put(from, to, text, text.length);
                return to;
            }
            case CUT -> {
                if (at - from >= LONGEST_LOCAL) {
                    // With what is left of a name that is longer than any, the next pass would find another.
                    put(from, domain, DASH, DASH.length);
                } else if (!(at - from == 1 && b[from] == '-')) {
                    put(from, at, DASH, DASH.length);
                }
                return domain;
            }
            case DROP -> {
                put(from, to, DASH, DASH.length);
                return to;
            }
            default -> {
                return from;
            }
        }
    }

    private byte[] hashOf(byte[] text) {
        return keys.get().hash(text, 0, text.length);
    }

    /** The address in lower case and without escapes, so that its spelling makes no other hash of it. */
    private byte[] canonical(int from, int at, int domain, int to) {
        byte[] text = new byte[to - from + 1];
        int n = decode(from, at, text, 0);
        text[n++] = '@';
        n = decode(domain, to, text, n);
        for (int i = 0; i < n; i++) {
            text[i] = (byte) (text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 0x20 : text[i]);
        }
        return Arrays.copyOf(text, n);
    }

    /** Writes what stands between two places without escapes into a text; says where it ends there. */
    private int decode(int from, int to, byte[] text, int at) {
        int n = at;
        for (int p = from; p < to; p++) {
            byte c = b[p];
            if (c == '%' && p + 2 < to && hex(p + 1) >= 0 && hex(p + 2) >= 0) {
                c = (byte) (hex(p + 1) * 16 + hex(p + 2));
                p += 2;
            } else if (c == '\\' && p + 1 < to && b[p + 1] == 'x' && backslashed(p, to) > 0) {
                c = (byte) (hex(p + 2) * 16 + hex(p + 3));
                p += 3;
            } else if (c == '\\' && p + 1 < to && b[p + 1] == 'u' && backslashed(p, to) > 0) {
                p += 5;
                if (unescaped >= 0x80) {
                    byte[] letter = Character.toString(unescaped).getBytes(StandardCharsets.UTF_8);
                    System.arraycopy(letter, 0, text, n, letter.length);
                    n += letter.length;
                    continue;
                }
                c = (byte) unescaped;
            }
            text[n++] = c;
        }
        return n;
    }

    /** Where the credentials of a URL begin that end at {@code at}, or -1. */
    private int credentials(int from, int at, int done) {
        int name = from;
        if (name > done && b[name - 1] == ':') {
            name--;
            while (name > done && at - name < LONGEST_LOCAL && is(name - 1, LOCAL)) {
                name--;
            }
        }
        boolean url = name - 2 >= floor && b[name - 1] == '/' && b[name - 2] == '/';
        return url && name < at && name >= done ? name : -1;
    }

    // ---- secrets

    /**
     * Decides about what stands around a {@code =}.
     *
     * @param length how many bytes spell it
     * @param done what lies before is decided
     * @return how far the text is decided, or {@link #WAIT}
     */
    int equal(int p, int length, int done) throws IOException {
        String name = secret(p, done);
        boolean isLog = name.equals("log");
        boolean isUser = isLog || isUser(name);
        if (name.isEmpty() || (isUser ? user : token) == Handling.KEEP) {
            return done;
        }
        int from = p + length;
        boolean escaped = from + 1 < stop && b[from] == '\\' && b[from + 1] == '"';
        boolean opened = from < stop && "<\"'".indexOf(b[from]) >= 0;
        int to = escaped ? escapedQuote(from + 2) : opened ? closed(p, from) : -1;
        from += escaped ? 2 : to >= 0 || (opened && b[from] != '"') ? 1 : 0;
        if (to < 0) {
            to = from;
            boolean path = isInPath(p);
            while (to < stop && !is(to, VALUE_END) && !isEncodedEnd(to) && !(path && (b[to] == '/' || b[to] == '?'))) {
                to++;
            }
        }
        if (goesOn(p, to)) {
            return WAIT;
        }
        if (inForm && (to == stop || b[to] != '&')) {
            return done;
        }
        if (isLog && !isFollowedBy(to, PWD)) {
            return done;
        }
        if (isUser) {
            return user(from, to);
        }
        if (isWorkingFolder(p, from) || (isPerhaps(name) && !isToken(from, to))) {
            return done;
        }
        if (to > from && !isMasked(from, to)) {
            replace(token, from, to);
        }
        return to;
    }

    /** Whether what is called so is a secret only when it looks like one. */
    private static boolean isPerhaps(String name) {
        return PERHAPS_SECRETS.contains(name)
                || (!SECRETS.contains(name) && end(name).equals("key") && !name.equals("rp_key"));
    }

    /** Whether {@link #colon} may have something to decide. */
    boolean isColonWorth(int p) {
        byte next = b[p + 1];
        return p > floor
                && (b[p - 1] == '"'
                        ? next == '"' || next == ' ' || next == '\\'
                        : next == ' ' && (b[p - 1] | 0x20) == 'n' && endsWith(p, AUTHORIZATION));
    }

    /**
     * Decides about what stands around a colon: a member of JSON, also in a text of JSON, or a header of a request.
     *
     * @param done what lies before is decided
     * @return how far the text is decided, or {@link #WAIT}
     */
    int colon(int p, int done) throws IOException {
        return b[p - 1] == '"' ? member(p, done) : authorization(p, done);
    }

    private int member(int p, int done) throws IOException {
        int to = p - 1;
        while (to > floor && b[to - 1] == '\\') {
            to--;
        }
        int escapes = p - 1 - to;
        int from = to;
        while (from > floor && to - from < LONGEST_NAME && is(from - 1, NAME)) {
            from--;
        }
        int value = p + 1;
        while (value < stop && b[value] == ' ') {
            value++;
        }
        value += escapes + 1;
        boolean member = from < to && isQuote(from - 1, escapes) && value <= stop && isQuote(value - 1, escapes);
        String name = member && (isLengthOfName(from, to) || mayEnd(from, to)) ? name(from, to) : "";
        boolean isUser = isUser(name);
        boolean known = isUser || isPerhaps(name) || isSecret(name);
        if (!known || (isUser ? user : token) == Handling.KEEP) {
            return done;
        }
        int quote = value;
        while (quote < stop && (b[quote] & 0xff) >= ' ' && !ends(quote, value, escapes)) {
            quote++;
        }
        if (goesOn(p, quote)) {
            return WAIT;
        }
        int end = quote;
        boolean ended = quote < stop && b[quote] == '"';
        while (ended && end > value && quote - end < escapes && b[end - 1] == '\\') {
            end--;
        }
        if (isUser) {
            return user(value, end);
        }
        if (end > value && (!isPerhaps(name) || isToken(value, end)) && !isMasked(value, end)) {
            replace(token, value, end);
        }
        return end;
    }

    /** Whether a quote with so many backslashes before it stands at a place. */
    private boolean isQuote(int at, int escapes) {
        if (at - escapes < floor || b[at] != '"') {
            return false;
        }
        for (int p = at - escapes; p < at; p++) {
            if (b[p] != '\\') {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a quote ends the value that a quote with so many backslashes has begun, or the text in which that stands. Each
     * level of JSON writes a backslash before each backslash and each quote.
     */
    private boolean ends(int quote, int value, int escapes) {
        if (b[quote] != '"') {
            return false;
        }
        int p = quote;
        while (p > value && b[p - 1] == '\\') {
            p--;
        }
        int before = quote - p;
        return before < escapes || (before - escapes) % (2 * (escapes + 1)) == 0;
    }

    /** {@code Authorization: Bearer …}, of which the word that says how stays. */
    private int authorization(int p, int done) throws IOException {
        int scheme = p + 2;
        int from = scheme;
        while (from < stop && from - scheme <= LONGEST_SCHEME && is(from, NAME)) {
            from++;
        }
        if (token == Handling.KEEP || from == stop || b[from] != ' ' || !SCHEMES.contains(name(scheme, from))) {
            return done;
        }
        from++;
        int to = from;
        while (to < stop && !is(to, VALUE_END)) {
            to++;
        }
        if (goesOn(p, to)) {
            return WAIT;
        }
        if (to > from && !isMasked(from, to)) {
            replace(token, from, to);
        }
        return to;
    }

    private String name(int from, int to) {
        return new String(b, from, to - from, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    private boolean isLengthOfName(int from, int to) {
        return to - from < Long.SIZE && (LENGTHS[b[to - 1] & 0x7f] >>> (to - from) & 1) != 0;
    }

    /** Whether a cookie is called so by which WordPress knows who somebody is. */
    private boolean isCookie(int from, int to) {
        int length = to - from - SITE_DIGITS;
        for (String name : COOKIES) {
            if (length == name.length() && endsWith(from + length, name)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Where a value in quotes or brackets ends; -1 when it is in none. In a part of a line that stands in quotes itself it
     * ends where that part does: a visitor who writes {@code ?sid=<} must not take the rest of the line with it.
     */
    private int closed(int equal, int open) {
        boolean quoted = isQuoted(equal);
        if (quoted && b[open] == '"') {
            return -1;
        }
        byte close = b[open] == '<' ? (byte) '>' : b[open];
        if (quoted && open < (close == '>' ? noBracketTo : noApostropheTo)) {
            return -1;
        }
        int to = open + 1;
        while (to < stop && b[to] != close && (b[to] & 0xff) >= ' ' && !(quoted && isQuote(to))) {
            to++;
        }
        boolean ends = to < stop ? b[to] != close : to < recordEnd && isQuote(to);
        if (!quoted || !ends) {
            return to;
        }
        // Whoever writes many such names must not have each of them looked for to the end.
        if (close == '>') {
            noBracketTo = to;
        } else {
            noApostropheTo = to;
        }
        return -1;
    }

    /** Where a value behind an escaped quote ends: {@code "message":"… password=\"secret\" …"}. */
    private int escapedQuote(int from) {
        int to = from;
        while (to < stop && b[to] != '"' && (b[to] & 0xff) >= ' ') {
            to++;
        }
        return to > from && to < stop && b[to - 1] == '\\' ? to - 1 : to;
    }

    /** Whether a place is between two quotes of its record; not when that is so long that its beginning is not known. */
    private boolean isQuoted(int at) {
        if (recordFrom < 0) {
            return false;
        }
        if (at < countedTo) {
            countedTo = recordFrom;
            betweenQuotes = false;
        }
        for (; countedTo < at; countedTo++) {
            betweenQuotes ^= isQuote(countedTo);
        }
        return betweenQuotes;
    }

    private boolean isQuote(int at) {
        return b[at] == '"' && (at == 0 || b[at - 1] != '\\');
    }

    private boolean isFollowedBy(int at, byte[] text) {
        return stop - at >= text.length && Arrays.equals(b, at, at + text.length, text, 0, text.length);
    }

    /**
     * Decides about what stands behind a {@code ~}: at the beginning of a name in a path, a user (Apache's {@code UserDir}).
     *
     * @param length how many bytes spell it
     * @param done what lies before is decided
     * @return how far the text is decided, or {@link #WAIT}
     */
    int tilde(int p, int length, int done) throws IOException {
        if (user == Handling.KEEP || !isBehindSlash(p)) {
            return done;
        }
        int from = p + length;
        int to = from;
        while (to < stop && (is(to, LOCAL) || (b[to] == '%' && isLocalEscape(to + 1)))) {
            to += b[to] == '%' ? 3 : 1;
        }
        if (goesOn(p, to)) {
            return WAIT;
        }
        if (to < stop && (b[to] == '@' || atLength(to, stop) > 0)) {
            // An e-mail address; that is decided about there.
            return done;
        }
        while (to > from && b[to - 1] == '.') {
            to--;
        }
        return from == to ? done : user(from, to);
    }

    /** Whether a slash, however often it is encoded, stands before a place. */
    private boolean isBehindSlash(int p) {
        if (p - 1 >= floor && b[p - 1] == '/') {
            return true;
        }
        if (p - 3 < floor || (b[p - 1] | 0x20) != 'f' || b[p - 2] != '2') {
            return false;
        }
        int from = p - 3;
        while (from - 2 >= floor && p - from < 9 && b[from] == '5' && b[from - 1] == '2') {
            from -= 2;
        }
        return b[from] == '%';
    }

    /**
     * Masks the token of a session of cPanel at the beginning of a path.
     *
     * @return where it ends; -1 when there is none
     */
    int session(int slash) throws IOException {
        int from = token == Handling.KEEP ? -1 : behindSession(b, slash, stop);
        if (from < 0) {
            return -1;
        }
        int to = sessionEnd(b, from, stop);
        replace(token, from, to);
        return to;
    }

    /** Where the token of a session begins, if the path that begins at a place has one; otherwise -1. */
    static int behindSession(byte[] b, int slash, int to) {
        int from = slash + SESSION.length;
        boolean session = to - from >= SHORTEST_SESSION && Arrays.equals(b, slash, from, SESSION, 0, SESSION.length);
        return session && sessionEnd(b, from, to) - from >= SHORTEST_SESSION ? from : -1;
    }

    static int sessionEnd(byte[] b, int from, int to) {
        int p = from;
        while (p < to && b[p] >= '0' && b[p] <= '9') {
            p++;
        }
        return p;
    }

    /** Masks a login name that is a parameter; says how far the text is decided. */
    private int user(int from, int to) throws IOException {
        int at = from;
        int length = 0;
        for (; at < to && length == 0; at++) {
            length = b[at] == '@' ? 1 : atLength(at, to);
        }
        at--;
        boolean mail = length > 0;
        Handling handling = mail && email.compareTo(user) > 0 ? email : user;
        if (to == from || isMasked(from, mail ? at : to)) {
            return mail ? at + length : to;
        }
        switch (handling) {
            case HASH -> {
                byte[] hash = hashOf(decoded(from, to));
                put(from, to, hash, hash.length);
            }
            case CUT -> {
                put(from, at, DASH, DASH.length);
                return at + length;
            }
            default -> put(from, to, DASH, DASH.length);
        }
        return to;
    }

    /** The length of an encoded {@code @}, however often it is encoded; 0 if there is none. */
    private int atLength(int from, int to) {
        if (b[from] != '%') {
            return 0;
        }
        int p = from + 1;
        while (to - p >= 4 && p - from < 7 && b[p] == '2' && b[p + 1] == '5') {
            p += 2;
        }
        return to - p >= 2 && b[p] == '4' && b[p + 1] == '0' ? p + 2 - from : 0;
    }

    private byte[] decoded(int from, int to) {
        byte[] text = new byte[to - from];
        return Arrays.copyOf(text, decode(from, to, text, 0));
    }

    /** The name before a place, lower case, if it is that of a secret or a login name; otherwise nothing. */
    private String secret(int equal, int done) {
        int lowest = Math.max(Math.max(done, floor), equal - LONGEST_NAME);
        int to = equal;
        if (to > lowest && b[to - 1] == ']') {
            // user[password]=…
            to--;
        } else if (to - lowest > 3 && b[to - 3] == '%' && b[to - 2] == '5' && (b[to - 1] | 0x20) == 'd') {
            to -= 3;
        }
        int from = to;
        while (from > lowest && is(from - 1, NAME)) {
            from--;
        }
        boolean encoded = from > floor && b[from - 1] == '%' && to - from > 2;
        if (encoded) {
            from += 2;
        }
        if (from == to) {
            return "";
        }
        // Before the name is looked up, which most of the time is for nothing.
        // A form that was sent begins with a name, and has more than one.
        inForm = !encoded && (from == floor || b[from - 1] == '"');
        boolean url = from > floor && (encoded || "?&;[#".indexOf(b[from - 1]) >= 0);
        if (!url && from > floor && " \"'(,{<:".indexOf(b[from - 1]) < 0) {
            return "";
        }
        boolean cookie = to - from > SITE_DIGITS && isCookie(from, to);
        if (!cookie && !isLengthOfName(from, to) && ((!url && !inForm) || !mayEnd(from, to))) {
            return "";
        }
        String name = name(from, to);
        if (cookie || SECRETS.contains(name)) {
            inForm = false;
            return name;
        }
        if (name.equals("name")) {
            // user[name]=…
            return to < equal && USERS.contains(outer(from)) ? "user" : "";
        }
        boolean known =
                URL_SECRETS.contains(name) || isUser(name) || name.equals("log") || SECRET_ENDS.contains(end(name));
        return (url || inForm) && known ? name : "";
    }

    /** Whether something of the right length stands behind an underscore or a hyphen of a name. */
    private boolean mayEnd(int from, int to) {
        long lengths = END_LENGTHS[b[to - 1] & 0x7f];
        while (lengths != 0) {
            int before = to - Long.numberOfTrailingZeros(lengths) - 1;
            if (before > from && (b[before] == '_' || b[before] == '-')) {
                return true;
            }
            lengths &= lengths - 1;
        }
        return false;
    }

    /** The name, lower case, before the bracket that stands before a place. */
    private String outer(int from) {
        int to = from - 1 >= floor && b[from - 1] == '[' ? from - 1 : from - 3;
        int start = to;
        while (start > floor && to - start < LONGEST_NAME && is(start - 1, NAME)) {
            start--;
        }
        boolean bracket =
                to == from - 1 || (to >= floor && b[to] == '%' && b[to + 1] == '5' && (b[to + 2] | 0x20) == 'b');
        return bracket && to > start
                ? new String(b, start, to - start, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT)
                : "";
    }

    /** Whether it is no password but where a command runs: {@code sudo: … ; PWD=/home/frank ; …}. */
    private boolean isWorkingFolder(int equal, int value) {
        return value < stop
                && b[value] == '/'
                && equal - 4 >= floor
                && b[equal - 1] == 'D'
                && b[equal - 2] == 'W'
                && b[equal - 3] == 'P'
                && b[equal - 4] == ' ';
    }

    /** Whether letters and digits stand somewhere in a value as only chance puts them. */
    private boolean isToken(int from, int to) {
        int end = Math.min(to, from + LONGEST_TOKEN);
        int start = from;
        for (int p = from; p <= end; p++) {
            if (p == end || !is(p, BASE64)) {
                if (p - start >= SHORTEST_TOKEN && isMixed(start, p)) {
                    return true;
                }
                start = p + 1;
            }
        }
        return false;
    }

    private boolean isMixed(int from, int to) {
        int changes = 0;
        boolean digits = false;
        boolean letters = false;
        for (int p = from; p < to; p++) {
            int kind = kind(b[p]);
            digits |= kind == '0';
            letters |= kind == 'a' || kind == 'A';
            int next = p + 1 < to ? kind(b[p + 1]) : '-';
            changes += kind != '-' && next != '-' && kind != next ? 1 : 0;
        }
        // some-name-2026 and SomeName change seldom.
        return letters && (digits ? changes >= 3 : changes * 3 > to - from);
    }

    private static char kind(byte c) {
        if (c >= '0' && c <= '9') {
            return '0';
        }
        return c >= 'a' && c <= 'z' ? 'a' : c >= 'A' && c <= 'Z' ? 'A' : '-';
    }

    /** Whether the name before a place is that of a parameter of a path: {@code /a;jsessionid=…/b?c=d}. */
    private boolean isInPath(int equal) {
        int p = equal;
        while (p > floor && is(p - 1, NAME)) {
            p--;
        }
        if (p == floor || b[p - 1] != ';') {
            return false;
        }
        boolean slash = false;
        // Where it is not seen how the URL begins, the value may be one of a query, and goes with all that it may hold.
        int lowest = p - LONGEST_PATH;
        while (--p >= floor && (b[p] & 0xff) > ' ' && b[p] != '"') {
            if (b[p] == '?' || p < lowest) {
                return false;
            }
            slash |= b[p] == '/';
        }
        // What was replaced may have had the slash.
        unsettled |= slash && replacedTo > p;
        return slash;
    }

    /** Whether an encoded {@code & # " ;} begins here. */
    private boolean isEncodedEnd(int p) {
        if (b[p] != '%' || p + 2 >= stop) {
            return false;
        }
        int value = hex(p + 1) * 16 + hex(p + 2);
        return value == '&' || value == '#' || value == '"' || value == ';';
    }

    /**
     * Decides about a dot behind which a JSON Web Token may go on, or the path of a user's folder.
     *
     * @return how far the text is decided, or {@link #WAIT}
     */
    int dot(int p, int done) throws IOException {
        if (isFolder(p)) {
            return folder(p, done);
        }
        if (token == Handling.KEEP || stop - p < 4 || b[p + 1] != 'e' || b[p + 2] != 'y' || b[p + 3] != 'J') {
            return done;
        }
        int from = p;
        while (from > done && from > floor && is(from - 1, BASE64)) {
            from--;
        }
        if (p - from < 4 || b[from] != 'e' || b[from + 1] != 'y' || b[from + 2] != 'J') {
            return done;
        }
        int to = p;
        while (to < stop && (is(to, BASE64) || b[to] == '.')) {
            to++;
        }
        if (goesOn(p, to)) {
            return WAIT;
        }
        replace(token, from, to);
        return to;
    }

    /** Whether the path of Nextcloud's and ownCloud's WebDAV goes on behind a dot. */
    boolean isFolder(int dot) {
        return isFollowedBy(dot, DAV);
    }

    /** Masks the login name in {@code /remote.php/dav/files/frank/…} and the like. */
    private int folder(int p, int done) throws IOException {
        int kind = p + DAV.length;
        int kindEnd = segmentEnd(kind);
        boolean deeper = DEEPER_FOLDERS.contains(name(kind, kindEnd));
        int from = kindEnd + (deeper ? FOLDERS_OF_USERS.length : 1);
        if (user == Handling.KEEP
                || !(deeper ? isFollowedBy(kindEnd, FOLDERS_OF_USERS) : FOLDERS.contains(name(kind, kindEnd)))
                || from > stop) {
            return done;
        }
        int to = segmentEnd(from);
        if (goesOn(p, to)) {
            return WAIT;
        }
        return to == from ? done : user(from, to);
    }

    private int segmentEnd(int from) {
        int to = from;
        while (to < stop && b[to] != '/' && b[to] != '?' && !is(to, VALUE_END)) {
            to++;
        }
        return to;
    }

    /** Whether a secret is one that has been masked. */
    private boolean isMasked(int from, int to) {
        return (to - from == 1 && b[from] == '-')
                || (to - from == DayKeys.PREFIX.length() + DayKeys.DIGITS && DayKeys.isHash(b, from, to));
    }

    private void replace(Handling handling, int from, int to) throws IOException {
        byte[] text = handling == Handling.HASH ? keys.get().hash(b, from, to) : DASH;
        put(from, to, text, text.length);
    }

    private void put(int from, int to, byte[] text, int length) throws IOException {
        edits.replace(from, to, text, length);
        replacedTo = to;
    }

    // ---- bytes

    private boolean is(int at, byte kind) {
        return (KINDS[b[at] & 0xff] & kind) != 0;
    }

    private int hex(int at) {
        return at < stop ? Character.digit(b[at], 16) : -1;
    }

    /** Whether the text before {@code at} ends with a word in lower case, in any case. */
    private boolean endsWith(int at, String word) {
        int from = at - word.length();
        if (from < floor) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            int c = b[from + i];
            if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
