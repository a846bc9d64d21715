package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking.Keep;
import dev.sparsam.logs.AddressMasking.Remove;
import dev.sparsam.logs.AddressMasking.Truncate;
import dev.sparsam.logs.AddressScope;
import dev.sparsam.logs.Handling;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.PersonalField;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A second, slow implementation of what becomes of a line: one rule after the other over the whole line, with regular
 * expressions, until nothing changes. It shares no code with the engine. A line is text of one byte per character.
 */
final class ReferenceMasker {
    private static final String ROW = "[0-9A-Fa-f.:]";
    private static final String WORD = "A-Za-z0-9\\x80-\\xff";
    private static final String LOCAL_BYTE =
            "[46][1-9A-Fa-f]|[57][0-9Aa]|[57][Ff]|3[0-9]|2[BbDdEe]|[89A-Fa-f][0-9A-Fa-f]";
    private static final String ESCAPED = "%(?:25){0,3}(?:2[Ee]|3[0-9Aa]|[46][1-6])";

    private static final String PLAIN_VALUE = "(?:(?!%(?:26|23|22|3[Bb]))[^\\x00-\\x20\\x7f&;\"'<>)\\]},|\\\\#])*";
    private static final Pattern SECRET = Pattern.compile(
            "(?<open>^|%[0-9A-Fa-f]{2}|[?&;#\\[ \"'(,{<:])(?<name>[A-Za-z0-9_.-]{1,63})(?<close>\\]|%5[Dd])?(?<equal>=|%(?:25){0,3}3[Dd])"
                    + "(?:\\\\\"(?<e>[^\"\\x00-\\x1f]*?)(?=\\\\?(?:[\"\\x00-\\x1f]|$))|<(?<a>[^>\\x00-\\x1f]*)|\"(?<b>[^\"\\x00-\\x1f]*)|'(?<c>[^'\\x00-\\x1f]*)"
                    + "|(?<d>" + PLAIN_VALUE + "))");
    private static final Set<String> SECRETS = Set.of(
            "token", "accesstoken", "phpsessid", "jsessionid", "password", "session", "passwort", "kennwort", "pwd");
    private static final String ENDS = "(?s).+[_-](?:kennwort|key|pass|passwd|password|passwort|pwd|token)";
    private static final String COOKIE = "(?:wordpress_logged_in_|wordpress_sec_|wp-postpass_)[a-z0-9_.-]{32}";
    private static final Pattern MEMBER =
            Pattern.compile("(?<open>\\\\*)\"(?<name>[A-Za-z0-9_.-]{1,63})(?<escapes>\\\\*)\": *\\k<escapes>\"");
    private static final Pattern AUTHORIZATION = Pattern.compile("(?i)authorization: "
            + "(?:apikey|basic|bearer|negotiate|ntlm|token) (?<secret>[^\\x00-\\x20\\x7f&;\"'<>)\\]},|\\\\#]+)");
    private static final Set<String> URL_SECRETS = Set.of("sid", "key", "s", "code");

    private static final Set<String> USERS = Set.of("login", "user", "username", "user_name", "user_login");
    private static final Set<String> PERHAPS_SECRETS = Set.of("key", "s", "code");
    private static final Pattern CHANGE =
            Pattern.compile("(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[a-z0-9])|(?<=[0-9])(?=[A-Za-z])");
    private static final Pattern PATH =
            Pattern.compile("(?:^|[\\x00-\\x20\"])(?=[^/]*/)(?![^?]*\\?)[^\\x00-\\x20\"]{1,512}$");

    private static final Pattern USER_FOLDER = Pattern.compile("(?<=/|%2[Ff]|%252[Ff]|%25252[Ff]|%2525252[Ff])"
            + "(?:~|%(?:25){0,3}7[Ee])(?<name>(?:[" + WORD + "._+-]|%(?:" + LOCAL_BYTE + "))++)(?!@|%(?:25){0,3}40)");
    private static final String SEGMENT = "[^\\x00-\\x20\\x7f&;\"'<>)\\]},|\\\\#/?]";
    private static final Pattern DAV =
            Pattern.compile("(?<=\\.php/dav/)(?:(?i:avatars|calendars|files|trashbin|uploads|versions)/"
                    + "|(?i:addressbooks|principals)/users/)(?<name>" + SEGMENT + "+)");
    private static final Pattern PANEL_SESSION = Pattern.compile("(?<=:20[0-9]{2}/cpsess)(?<secret>[0-9]{6,})");
    private static final Pattern CREDENTIALS =
            Pattern.compile("//(?<secret>(?:[" + WORD + "._+-]*:)?(?:[" + WORD + "._+-])+)(?:@|%(?:25){0,3}40)");
    private static final Pattern JWT = Pattern.compile("eyJ[A-Za-z0-9_-]+\\.eyJ[A-Za-z0-9_.-]*");
    private static final String HEX = "[0-9A-Fa-f]";
    /** Letters that are none of ASCII, as far as tests write them. */
    private static final String LETTER = "\\\\x[89A-Fa-f]" + HEX + "|\\\\u(?:00(?![DdFf]7)[C-Fc-f]" + HEX + "|01" + HEX
            + HEX + "|03[B-Cb-c]" + HEX + "|04[1-4]" + HEX + ")";

    private static final String LOCAL = "(?:[" + WORD + "._+-]|%(?:" + LOCAL_BYTE + ")|" + LETTER
            + "|\\\\(?:x|u00)(?![89A-Fa-f])(?:" + LOCAL_BYTE + "))";
    private static final String NOT_IN_ESCAPE = "(?<!%(?=" + HEX + "{2}))(?<!%" + HEX + "(?=" + HEX + "))"
            + "(?<!\\\\(?=x" + HEX + "{2}|u" + HEX + "{4}))(?<!\\\\x(?=" + HEX + "{2}))(?<!\\\\x" + HEX + "(?=" + HEX
            + "))"
            + "(?<!\\\\u(?=" + HEX + "{4}))(?<!\\\\u" + HEX + "(?=" + HEX + "{3}))(?<!\\\\u" + HEX + "{2}(?=" + HEX
            + "{2}))(?<!\\\\u" + HEX + "{3}(?=" + HEX + "))";
    private static final String MAIL_AT = "(?<at>@|%(?:25){0,3}40)";
    private static final String MAIL_DOMAIN = "(?<domain>\\[[^\\[\\]\\x00-\\x20]{0,63}\\]|(?:[" + WORD
            + ".-]|%[89A-Fa-f]" + HEX + "|" + LETTER + "){1,254})";
    private static final String APOSTROPHE = "(?:'|%27|\\\\u0027|\\\\x27)";
    private static final Pattern MAIL = Pattern.compile("(?:(?<=<)(?<exact>[" + WORD + ".!#$%&'*+/=?^_`{|}~-]{1,256})"
            + "|" + NOT_IN_ESCAPE + "(?:(?<irish>" + LOCAL + "{1,256}" + APOSTROPHE + "))?(?<local>" + LOCAL
            + "{1,256}))"
            + MAIL_AT + MAIL_DOMAIN);
    private static final String NUMBERS = "[0-9]+(?:\\.[0-9]+)+";
    private static final String ATOM = "[" + WORD + ".!#$%&'*+/=?^_`{|}~-]";
    private static final Pattern MESSAGE_ID = Pattern.compile("(?i)(?:(?<=(?:message-id=|message-id: |msgid=| id: )<)"
            + "(?<exact>" + ATOM + "{1,256})@(?<all>[^<>@\\x00-\\x20]{1,254}(?=>))?"
            + "|(?:(?<=message-id: )|(?<!" + ATOM + ")(?:message-id=|msgid=|(?<= )(?<exim>id=)))"
            + "(?<local>" + ATOM + "{1,256})@)(?<domain>\\[[^\\[\\]\\x00-\\x20]{0,63}\\]|[" + WORD + ".-]{1,254})?");
    private static final Pattern EXIM =
            Pattern.compile("^[0-9]{4}-[0-9-]{5} [0-9:]{8} [^ ]+ (?:<=|=>|->|>>|==|\\*\\*|\\*>) ");
    private static final Set<String> FILES = Set.of(
            ("asp aspx avif bmp cgi css csv eot gif gz htm html ico jpeg jpg js json jsp log map mjs mount pdf php png scope"
                            + " service slice socket svg swf target tif tiff timer ttf txt webm webp woff woff2 xml")
                    .split(" "));

    private static final Pattern ENCODED =
            Pattern.compile("(?:" + ROW + "|" + ESCAPED + ")*" + ESCAPED + "(?:" + ROW + "|" + ESCAPED + ")*");
    private static final Pattern ROWS = Pattern.compile(ROW + "{2,}");
    private static final Pattern QUADS = Pattern.compile("(?<![0-9])(?<![0-9]\\.)[0-9]+(?:\\.[0-9]+)+");
    private static final String HEX2 = HEX + "{2}";
    private static final String DIGIT_OR_ESCAPED = "(?:" + HEX + "|%(?:25){0,3}(?:3[0-9]|[46][1-6]))";
    /** Behind an escape: of URLs, of nginx and Apache, of JSON. */
    private static final String BEHIND_ESCAPE = "(?<=%" + HEX2 + ")|(?<=%(?:25){1,3}" + HEX2 + ")(?=" + HEX
            + "{3})|(?<=\\\\x" + HEX2 + ")|(?<=\\\\u" + HEX2 + HEX2 + ")";

    private static final String NO_ESCAPE =
            "(?<!%(?=" + HEX2 + "))(?<!\\\\x(?=" + HEX2 + "))(?<!\\\\u(?=" + HEX2 + HEX2 + "))";
    private static final Pattern HYPHENS4 = Pattern.compile(NO_ESCAPE + "(?:(?<![0-9-])|(?<=[A-Za-z][0-9]{1,8}-{1,8})|"
            + BEHIND_ESCAPE + ")-*(?<quad>[0-9]{1,8}(?:-[0-9]{1,8}){3})(?![0-9])-*(?![0-9-])");
    /** Nothing has been assigned where dates begin with their years. */
    private static final Pattern HYPHENS6 = Pattern.compile("(?:(?<![0-9])|" + BEHIND_ESCAPE
            + ")(?!20(?:0[4-9]|[1-9][0-9]))[23][0-9A-Fa-f]{3}(?:(?<all>(?:-[0-9A-Fa-f]{1,4}){7}(?![0-9A-Fa-f]))"
            + "|(?<before>(?:-[0-9A-Fa-f]{1,4}){0,6})--(?<after>(?:[0-9A-Fa-f]{1,4}(?![0-9A-Fa-f])"
            + "(?:-[0-9A-Fa-f]{1,4}(?![0-9A-Fa-f]))*)?))");

    private static final Pattern COMMAS =
            Pattern.compile("(?<![0-9,])(?<host>[0-9]{1,3}(?:,[0-9]{1,3}){3}),[0-9]{1,3},[0-9]{1,3}(?![0-9,])");
    private static final Pattern FTP = Pattern.compile("(?i)(?<![a-z])(?:port|passive)(?![a-z])");
    private static final Pattern HEX_NAME = Pattern.compile("[0-9A-Fa-f]{8,}(?=\\.[A-Za-z]|-)");
    private static final Pattern JOINED_END = Pattern.compile("(?<=[0-9])(?=\\.[A-Za-z]|-[A-Za-z0-9._-])");
    private static final String JOINED_NAME = "(?<name>(?<a>[0-9]{1,3})(?<s>[._x-])(?<b>[0-9]{1,3})(?<t>[._x-])"
            + "(?<c>[0-9]{1,3})(?<u>[._x-])(?<d>[0-9]{1,3})|[0-9]{12})";
    /** First as if there were no escapes, then behind one. */
    private static final List<Pattern> JOINED = List.of(
            Pattern.compile("(?s).*?(?:(?<![0-9])|" + BEHIND_ESCAPE + ")" + JOINED_NAME),
            Pattern.compile("(?s).*?(?:" + BEHIND_ESCAPE + ")" + JOINED_NAME));

    private static final Pattern VERSION_PARAMETER =
            Pattern.compile("(?is).*[?&;](?:[a-z0-9_-]{0,30}[_-])?(?:v|ver|version|rev|revision|build|release)=");
    private static final Pattern VERSIONED_FILE = Pattern.compile("(?s).*[A-Za-z0-9][._-][Vv]?");
    private static final Pattern FILE_REST = Pattern.compile("(?s)(?:(?:[.-](?:min|slim))?\\.(?:m?js|css)(?:\\.map)?"
            + "|\\.(?:exe|msi|apk|dmg|jar))(?:[^A-Za-z0-9._-].*)?");
    private static final Pattern PRODUCT =
            Pattern.compile("(?s)(?<lead>.*[ (;,\"])?(?<name>[A-Za-z][A-Za-z0-9._-]*/|[A-Z][A-Za-z0-9._-]* )");
    private static final Pattern CALLED_AGENT =
            Pattern.compile("(?is).*user[-_ ]?agent(?:\\\\{0,3}\")? ?[:=](?: ?\\\\{0,3}\")?[^\"\n]{0,509}");
    private static final String QUOTED = "\"(?:[^\"\\\\]|\\\\.)*\"";
    private static final Pattern ACCESS_AGENT = Pattern.compile("\\[[0-9]{2}/[A-Za-z]{3}/[0-9:]{13} [+-][0-9]{4}\\] "
            + QUOTED + " [^\\x00-\\x20]+ [^\\x00-\\x20]+ " + QUOTED + " \"(?<agent>(?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern JSON_AGENT = Pattern.compile(
            "\"(?:http_user_agent|user_agent|userAgent|ua|agent|request_User-Agent|User-Agent)\"\\s*:\\s*"
                    + "\"(?<agent>(?:[^\"\\\\]|\\\\.)*)");
    private static final Pattern OIDS = Pattern.compile(
            "(?i)(?<![a-z])(?:asn\\.?1|certificate|extensions?|extnid|oids?|x\\.509|x509|x509v3)(?![a-z])");
    private static final Pattern RPM = Pattern.compile("(?is)^[A-Za-z0-9._+~^-]*"
            + "(?:\\.(?:el|fc|amzn|mga|lp)[0-9]|\\.(?:aarch64|i386|i686|noarch|ppc64le|s390x|x86_64))");
    private static final String MACHINE = "(?:all|amd64|any|arm64|armel|armhf|i386|mips64el|ppc64el|riscv64|s390x)";
    private static final Pattern DPKG = Pattern.compile("[^ :]+:" + MACHINE + "(?: (?:over|[(<0-9][^ ]*)?)* ?\\(?$"
            + "|(?:Setting up|Unpacking|Removing|Processing triggers for) [^ ]+ \\($");
    private static final Pattern HOST_REST = Pattern.compile("[A-Za-z0-9._-]{0,251}?\\.[A-Za-z]");
    private static final Pattern NUMBER =
            Pattern.compile(NO_ESCAPE + "(?:(?<![0-9])|" + BEHIND_ESCAPE + ")[0-9]{1,3}(?![0-9])");
    private static final Pattern NAME_AFTER = Pattern.compile(
            "(?<name>[A-Za-z0-9._-]*)(?![A-Za-z0-9._+-]{0,62}@)(?:\\)? ?[\\[(](?<row>" + ROW + "{2,})(?!%))?");
    private static final Pattern DOTTED = Pattern.compile("(?<![0-9.])[0-9]{1,3}(?:\\.[0-9]{1,3}){3}(?!\\.?[0-9])");
    private static final String NAME_BYTES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    private static final Pattern URL_NUMBER =
            Pattern.compile("(?<=://)(?:0[xX][0-9A-Fa-f]{1,10}|[0-9]{1,10})(?=$|[/:?#\"' <>])");

    private final MaskingPolicy policy;
    private final AddressOracle oracle;
    private final int bits4;
    private final int bits6;
    private final byte[] hashKey;
    private Replaced pieces = new Replaced("");
    private boolean found;

    ReferenceMasker(MaskingPolicy policy, byte[] dayKey) {
        this.policy = policy;
        bits4 = policy.addresses() instanceof Truncate truncate ? truncate.ipv4Bits() : 0;
        bits6 = policy.addresses() instanceof Truncate truncate ? truncate.ipv6Bits() : 0;
        oracle = new AddressOracle(bits4, bits6);
        byte[] info = "hash\1".getBytes(StandardCharsets.US_ASCII);
        hashKey = hmac(dayKey, info);
    }

    /** The line, masked so that a second pass changes nothing. */
    String text(String line) {
        String before = line;
        for (int pass = 0; pass < 40; pass++) {
            String after = pass(before);
            if (after.equals(before)) {
                return after;
            }
            before = after;
        }
        return before;
    }

    private String pass(String line) {
        Replaced text = new Replaced(line);
        pieces = text;
        if (policy.of(PersonalField.TOKEN) != Handling.KEEP || policy.of(PersonalField.USER) != Handling.KEEP) {
            text.each(List.of(MEMBER, SECRET), List.of(this::member, this::secret));
        }
        if (policy.of(PersonalField.USER) != Handling.KEEP) {
            text.each(USER_FOLDER, (all, m) -> {
                String name = m.group("name").replaceFirst("\\.+$", "");
                return name.isEmpty() ? Edit.none(m.end()) : user(name, m.start("name"));
            });
        }
        if (policy.of(PersonalField.USER) != Handling.KEEP) {
            text.each(DAV, (all, m) -> user(m.group("name"), m.start("name")));
        }
        if (policy.of(PersonalField.TOKEN) != Handling.KEEP) {
            text.each(AUTHORIZATION, (all, m) -> hidden(m, "secret"));
            text.each(PANEL_SESSION, (all, m) -> hidden(m, "secret"));
            text.each(CREDENTIALS, (all, m) -> hidden(m, "secret"));
            text.each(JWT, (all, m) -> new Edit(m.start(), m.end(), masked(PersonalField.TOKEN, m.group())));
        }
        if (policy.of(PersonalField.EMAIL) != Handling.KEEP) {
            text.each(MESSAGE_ID, this::messageId);
            text.each(MAIL, this::mail);
        }
        if (!(policy.addresses() instanceof Keep) && policy.scope() == AddressScope.LINE) {
            text.each(ENCODED, this::encoded);
            text.each(ROWS, this::row);
            text.each(COMMAS, this::commas);
            text.each(HYPHENS6, this::hyphens6);
            text.each(HYPHENS4, this::hyphens4);
            text.each(JOINED_END, this::joined);
            text.each(HEX_NAME, this::hexName);
            text.each(NUMBER, this::apart);
            text.each(URL_NUMBER, (all, m) -> new Edit(m.start(), m.end(), urlNumber(m.group())));
        }
        return text.toString();
    }

    /** What a part of a text becomes; nothing when it is none after all. What lies before the end is decided. */
    private record Edit(int from, int to, Optional<String> with) {
        static Edit none(int to) {
            return new Edit(to, to, Optional.empty());
        }
    }

    /** A rule: what becomes of a match in a text. */
    private interface Rule {
        Edit apply(String all, Matcher match);
    }

    /** A text in which what one rule has replaced is out of the reach of the others. */
    private static final class Replaced {
        private static final char FIRST = '\uE000';
        private final List<String> pieces = new ArrayList<>();
        private final List<String> originals = new ArrayList<>();
        private String text;

        Replaced(String text) {
            this.text = text;
        }

        void each(Pattern pattern, Rule rule) {
            each(List.of(pattern), List.of(rule));
        }

        /** Applies each rule where its pattern is found, from the left to the right. */
        void each(List<Pattern> patterns, List<Rule> rules) {
            List<Matcher> matchers =
                    patterns.stream().map(pattern -> pattern.matcher(text)).toList();
            StringBuilder next = new StringBuilder();
            int done = 0;
            int from = 0;
            while (from <= text.length()) {
                int first = -1;
                for (int i = 0; i < matchers.size(); i++) {
                    boolean found = matchers.get(i).find(from);
                    if (found
                            && (first < 0
                                    || matchers.get(i).start()
                                            < matchers.get(first).start())) {
                        first = i;
                    }
                }
                if (first < 0) {
                    break;
                }
                Edit edit = rules.get(first).apply(text, matchers.get(first));
                if (edit.with.isPresent() && edit.from >= done) {
                    next.append(text, done, edit.from).append((char) (FIRST + pieces.size()));
                    pieces.add(edit.with.get());
                    originals.add(original(text.substring(edit.from, edit.to)));
                    done = edit.to;
                }
                from = Math.max(edit.to, matchers.get(first).start() + 1);
            }
            text = next.append(text, done, text.length()).toString();
        }

        /** Whether something was replaced among the first bytes of a part of the text. */
        boolean replaced(String part, int length) {
            int end = 0;
            for (int i = 0; i < part.length() && end < length; i++) {
                char c = part.charAt(i);
                end += c >= FIRST ? originals.get(c - FIRST).length() : 1;
                if (c >= FIRST && end <= length) {
                    return true;
                }
            }
            return false;
        }

        /** Whether the part of the text before a place ends between two quotes. */
        boolean quoted(String before) {
            return Pattern.compile("(?<!\\\\)\"")
                                    .matcher(original(before))
                                    .results()
                                    .count()
                            % 2
                    == 1;
        }

        /** A part of the text as it was before anything of it was replaced. */
        String original(String part) {
            StringBuilder whole = new StringBuilder();
            part.chars().forEach(c -> whole.append(c >= FIRST ? originals.get(c - FIRST) : String.valueOf((char) c)));
            return whole.toString();
        }

        @Override
        public String toString() {
            StringBuilder whole = new StringBuilder();
            text.chars().forEach(c -> whole.append(c >= FIRST ? pieces.get(c - FIRST) : String.valueOf((char) c)));
            return whole.toString();
        }
    }

    // ---- secrets and e-mail addresses

    private Edit hidden(Matcher m, String group) {
        return new Edit(m.start(group), m.end(group), masked(PersonalField.TOKEN, m.group(group)));
    }

    private Edit secret(String all, Matcher m) {
        String open = m.group("open");
        String name = m.group("name").toLowerCase(Locale.ROOT);
        boolean url = open.length() == 3 || (!open.isEmpty() && "?&;#[".contains(open));
        boolean form = (open.isEmpty() || open.equals("\"")) && all.startsWith("&", m.end());
        boolean user = USERS.contains(name)
                || name.matches("(?s).+[_-]user(?:name)?")
                || (name.equals("log") && all.startsWith("&pwd=", m.end()))
                || (name.equals("name")
                        && m.group("close") != null
                        && all.substring(0, m.start("name"))
                                .matches(
                                        "(?is)(?:.*[^a-z0-9_.-])?(?:login|user|username|user_name|user_login)(?:\\[|%5B)"));
        boolean ends = name.matches(ENDS);
        boolean known = SECRETS.contains(name)
                || name.matches(COOKIE)
                || ((url || form) && (user || ends || URL_SECRETS.contains(name)));
        boolean folder = open.equals(" ")
                && m.group("name").equals("PWD")
                && all.substring(m.end("equal")).matches("(?s)[<\"']?/.*");
        if (folder || !known || policy.of(user ? PersonalField.USER : PersonalField.TOKEN) == Handling.KEEP) {
            return Edit.none(m.start("name"));
        }
        String group = List.of("a", "b", "c", "d", "e").stream()
                .filter(name1 -> m.group(name1) != null)
                .findFirst()
                .orElseThrow();
        int start = m.start(group);
        String value = m.group(group);
        boolean plain = group.equals("d");
        if (!plain && !group.equals("e") && pieces.quoted(all.substring(0, m.start("equal")))) {
            // What is in quotes ends with them, and so does a value in it.
            Matcher field =
                    Pattern.compile("(?s)(?:[^\"]|(?<=\\\\)\")*").matcher(all).region(start, all.length());
            boolean closed = field.useTransparentBounds(true).lookingAt()
                    && value.length() < field.group().length()
                    && (group.equals("a") ? '>' : '\'') == all.charAt(start + value.length());
            if (group.equals("b")) {
                return Edit.none(m.end("equal"));
            }
            if (!closed) {
                plain = field.end() < all.length()
                        || value.length() < field.group().length();
                value = plain ? startOf(all.substring(start)) : value;
            }
        }
        if (user) {
            return user(value, start);
        }
        if ((PERHAPS_SECRETS.contains(name) || name.matches(".+[_-]key")) && !token(value)) {
            return Edit.none(m.start("name"));
        }
        if (plain
                && open.equals(";")
                && PATH.matcher(all.substring(0, m.start())).find()) {
            // In a path the next part of it, or the query, ends the value.
            value = value.replaceFirst("(?s)[/?].*", "");
        }
        int end = start + value.length();
        return value.isEmpty() ? Edit.none(end) : new Edit(start, end, masked(PersonalField.TOKEN, value));
    }

    /** A member of JSON; each level of JSON in JSON doubles the backslashes and adds one before the quotes. */
    private Edit member(String all, Matcher m) {
        String name = m.group("name").toLowerCase(Locale.ROOT);
        boolean user = USERS.contains(name) || name.matches("(?s).+[_-]user(?:name)?");
        boolean perhaps = PERHAPS_SECRETS.contains(name) || name.matches(".+[_-]key");
        boolean known = user || perhaps || SECRETS.contains(name) || URL_SECRETS.contains(name) || name.matches(ENDS);
        int escapes = m.group("escapes").length();
        if (!known
                || m.group("open").length() < escapes
                || policy.of(user ? PersonalField.USER : PersonalField.TOKEN) == Handling.KEEP) {
            return Edit.none(m.start("name"));
        }
        int start = m.end();
        int end = start;
        while (end < all.length() && all.charAt(end) >= ' ') {
            Matcher quote = Pattern.compile("(\\\\*)\"").matcher(all).region(end, all.length());
            if (quote.lookingAt()) {
                int before = quote.group(1).length();
                if (before < escapes || (before - escapes) % (2 * escapes + 2) == 0) {
                    end += Math.max(0, before - escapes);
                    break;
                }
                end = quote.end();
            } else {
                end++;
            }
        }
        String value = all.substring(start, end);
        if (user) {
            return user(value, start);
        }
        boolean secret = !value.isEmpty() && (!perhaps || token(value));
        return secret ? new Edit(start, end, masked(PersonalField.TOKEN, value)) : Edit.none(end);
    }

    private static String startOf(String text) {
        Matcher value = Pattern.compile(PLAIN_VALUE).matcher(text);
        return value.lookingAt() ? value.group() : "";
    }

    private Edit user(String value, int start) {
        Matcher mail = Pattern.compile("(?s)(.*?)(@|%(?:25){0,3}40).*").matcher(value);
        Handling user = policy.of(PersonalField.USER);
        Handling email = policy.of(PersonalField.EMAIL);
        boolean isMail = mail.matches();
        String first = isMail ? mail.group(1) : value;
        int end = start + (isMail ? mail.end(2) : value.length());
        if (value.isEmpty() || first.equals("-") || first.matches("h-[a-z2-7]{13}")) {
            return new Edit(start, end, Optional.of(value.substring(0, end - start)));
        }
        if (isMail && email == Handling.CUT && user != Handling.DROP) {
            return new Edit(start, end, Optional.of("-" + mail.group(2)));
        }
        boolean hash = user == Handling.HASH && (!isMail || email.compareTo(Handling.HASH) <= 0);
        return new Edit(start, start + value.length(), Optional.of(hash ? hash(decoded(value)) : "-"));
    }

    /** Whether sixteen letters and digits stand together, mixed. */
    private static boolean token(String value) {
        String near = value.substring(0, Math.min(256, value.length()));
        return Arrays.stream(near.split("[^A-Za-z0-9_-]"))
                .filter(run -> run.length() >= 16 && run.matches(".*[A-Za-z].*"))
                .anyMatch(run -> {
                    long changes = CHANGE.matcher(run).results().count();
                    return run.matches(".*[0-9].*") ? changes >= 3 : changes * 3 > run.length();
                });
    }

    private Edit messageId(String all, Matcher m) {
        boolean bracket = m.group("exact") != null;
        String local = bracket ? m.group("exact") : m.group("local");
        String domain = m.group("all") != null ? m.group("all") : m.group("domain");
        if (domain == null || (m.group("exim") != null && !EXIM.matcher(all).find()) || local.matches(NUMBERS)) {
            return Edit.none(m.end());
        }
        domain = m.group("all") != null ? domain : domain.replaceFirst("[.-]+$", "");
        int start = bracket ? m.start("exact") : m.start("local");
        return domain.isEmpty()
                ? Edit.none(m.end())
                : maskedMail(local, "@", domain, start, start + local.length() + 1, all);
    }

    private Edit mail(String all, Matcher m) {
        String local = m.group("exact") == null ? m.group("local") : m.group("exact");
        int start = m.start();
        if (m.group("irish") != null) {
            String apostrophe = m.group("irish").replaceFirst("(?s).*(?=" + APOSTROPHE + ")", "");
            String domain = m.group("domain");
            boolean quotes = all.startsWith(
                    apostrophe,
                    m.start("domain") + domain.replaceFirst("[.-]+$", "").length());
            local = quotes ? local : m.group("irish") + local;
            start = quotes ? m.start("local") : start;
        } else if (m.group("exact") == null
                && local.matches("(?s)[nrtbf].*")
                && start > 0
                && all.charAt(start - 1) == '\\'
                && pieces.quoted(all.substring(0, start))) {
            start++;
            local = local.substring(1);
            if (local.isEmpty()) {
                return Edit.none(m.start("domain"));
            }
        }
        if (m.group("exact") != null && local.matches("(?is)(from|to|orig_to|sender|recipient)=.+")) {
            start += local.indexOf('=') + 1;
            local = local.substring(local.indexOf('=') + 1);
        }
        if (m.group("exact") == null
                && local.matches("(?s)-[fr].+")
                && all.substring(0, start).matches("(?s).*[ \"']")) {
            start += 2;
            local = local.substring(2);
        }
        String domain = m.group("domain");
        if (!domain.startsWith("[")) {
            domain = domain.replaceFirst("[.-]+$", "");
            Matcher top = Pattern.compile("(?s).+\\.(.*)").matcher(domain);
            String last = top.matches() ? top.group(1).toLowerCase(Locale.ROOT) : "";
            boolean letters = last.matches("[a-z\\x80-\\xff]{2,}") || last.startsWith("xn--");
            if (!letters || FILES.contains(last) || domain.equals("host.invalid")) {
                return Edit.none(m.start("domain"));
            }
        }
        boolean exim = EXIM.matcher(all).find();
        String before = all.substring(0, start).toLowerCase(Locale.ROOT);
        boolean id =
                before.matches("(?s).*(message-id=|message-id: |msgid=| id: )<|.*(msgid=|message-id=|message-id: )")
                        || (exim && before.endsWith(" id="));
        if (id && local.matches(NUMBERS)) {
            return Edit.none(m.start("domain"));
        }
        return maskedMail(local, m.group("at"), domain, start, m.start("domain"), all);
    }

    private Edit maskedMail(String local, String at, String domain, int start, int domainStart, String all) {
        int end = domainStart + domain.length();
        boolean hashed = domain.equals("hash.invalid") && local.matches("(?s).*h-[a-z2-7]{13}");
        return switch (policy.of(PersonalField.EMAIL)) {
            case HASH ->
                hashed
                        ? kept(local, start, end, all)
                        : new Edit(
                                start,
                                end,
                                Optional.of(hash(lower(decoded(local)) + "@" + lower(decoded(domain))) + at
                                        + "hash.invalid"));
            case CUT ->
                hashed
                        ? kept(local, start, end, all)
                        : local.equals("-")
                                ? Edit.none(domainStart)
                                : new Edit(start, start + local.length(), Optional.of("-"));
            default -> hashed ? kept(local, start, end, all) : new Edit(start, end, Optional.of("-"));
        };
    }

    /** What has been masked is out of the reach of the other rules; what is glued to it is not. */
    private static Edit kept(String local, int start, int end, String all) {
        int from = start + local.length() - 15;
        return new Edit(from, end, Optional.of(all.substring(from, end)));
    }

    /** Bytes that are no ASCII are of no character set. */
    private static String lower(String text) {
        return Pattern.compile("[A-Z]+").matcher(text).replaceAll(m -> m.group().toLowerCase(Locale.ROOT));
    }

    private static String decoded(String text) {
        return Pattern.compile("(?:%|\\\\x)([0-9A-Fa-f]{2})|\\\\u([0-9A-Fa-f]{4})")
                .matcher(text)
                .replaceAll(m -> Matcher.quoteReplacement(
                        m.group(1) != null
                                ? String.valueOf((char) Integer.parseInt(m.group(1), 16))
                                : new String(
                                        Character.toString(Integer.parseInt(m.group(2), 16))
                                                .getBytes(StandardCharsets.UTF_8),
                                        StandardCharsets.ISO_8859_1)));
    }

    private Optional<String> masked(PersonalField field, String text) {
        if (text.equals("-") || text.matches("h-[a-z2-7]{13}")) {
            return Optional.of(text);
        }
        return Optional.of(policy.of(field) == Handling.HASH ? hash(text) : "-");
    }

    private String hash(String text) {
        String bits = new BigInteger(1, hmac(hashKey, text.getBytes(StandardCharsets.ISO_8859_1))).toString(2);
        bits = "0".repeat(256 - bits.length()) + bits;
        StringBuilder hash = new StringBuilder("h-");
        for (int i = 0; i < 65; i += 5) {
            hash.append("abcdefghijklmnopqrstuvwxyz234567".charAt(Integer.parseInt(bits.substring(i, i + 5), 2)));
        }
        return hash.toString();
    }

    private static byte[] hmac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- addresses

    /** {@code Cafe::Bad}: letters only, and capitals; but not a local address in capitals. */
    private static final Pattern MODULE = Pattern.compile("(?=.*[A-F])(?!F[CD][A-F]{2}::[A-F]+$)[A-Fa-f]+::[A-Fa-f]+");

    private Optional<String> address(String token) {
        if (MODULE.matcher(token).matches()) {
            return Optional.empty();
        }
        Optional<String> masked = oracle.mask(token);
        found |= masked.isPresent();
        return masked.isPresent() && policy.addresses() instanceof Remove ? Optional.of("-") : masked;
    }

    private Edit encoded(String all, Matcher m) {
        int start = skipEscape(all, m.start(), m.end());
        String spelled = all.substring(start, m.end()).replaceFirst("\\.+$", "");
        int end = start + spelled.length();
        Matcher escapes = Pattern.compile(ESCAPED + "|" + ROW).matcher(spelled);
        List<String> spellings = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        String dot = ".";
        String colon = ":";
        while (escapes.find()) {
            String found = escapes.group();
            boolean escaped = found.length() > 1;
            char c = escaped ? (char) Integer.parseInt(found.substring(found.length() - 2), 16) : found.charAt(0);
            dot = escaped && c == '.' ? found : dot;
            colon = escaped && c == ':' ? found : colon;
            spellings.add(found);
            text.append(c);
        }
        String plain = text.toString();
        found = false;
        String rest = pieces.original(all.substring(end));
        String masked = row(plain, "", rest.substring(0, Math.min(rest.length(), 7)));
        if (masked.equals(plain)) {
            // A part of an address that is masked is none.
            return found ? new Edit(start, end, Optional.of(spelled)) : Edit.none(m.end());
        }
        return new Edit(start, end, Optional.of(spelled(plain, masked, spellings, dot, colon)));
    }

    /** What a masked text is, spelled as before where it has not changed. */
    private static String spelled(String plain, String masked, List<String> spellings, String dot, String colon) {
        List<String> parts = List.of(plain.split(":", -1));
        List<String> maskedParts = List.of(masked.split(":", -1));
        boolean dotted = parts.size() > 1 && parts.size() == maskedParts.size();
        for (int i = 0; dotted && i < parts.size(); i++) {
            dotted = parts.get(i).equals(maskedParts.get(i)) || parts.get(i).contains(".");
        }
        if (dotted) {
            // Colons between addresses of four numbers stay as they are.
            StringBuilder whole = new StringBuilder();
            int at = 0;
            for (int i = 0; i < parts.size(); i++) {
                int length = parts.get(i).length();
                whole.append(i == 0 ? "" : spellings.get(at - 1))
                        .append(spelled(
                                parts.get(i), maskedParts.get(i), spellings.subList(at, at + length), dot, colon));
                at += length + 1;
            }
            return whole.toString();
        }
        int same = 0;
        while (same < Math.min(plain.length(), masked.length()) && plain.charAt(same) == masked.charAt(same)) {
            same++;
        }
        int sameEnd = 0;
        while (sameEnd < Math.min(plain.length(), masked.length()) - same
                && plain.charAt(plain.length() - 1 - sameEnd) == masked.charAt(masked.length() - 1 - sameEnd)) {
            sameEnd++;
        }
        List<String> replaced = spellings.subList(same, spellings.size() - sameEnd);
        // What was spelled in both ways is written plainly.
        boolean colons = replaced.contains(":");
        boolean dots = colons || replaced.contains(".");
        String changed = masked.substring(same, masked.length() - sameEnd)
                .replace(".", dots ? "." : dot)
                .replace(":", colons ? ":" : colon);
        return String.join("", spellings.subList(0, same))
                + changed
                + String.join("", spellings.subList(spellings.size() - sameEnd, spellings.size()));
    }

    private static int skipEscape(String all, int start, int end) {
        String before = all.substring(Math.max(0, start - 2), start);
        String digits = before.endsWith("%")
                ? "(?:25){0,3}(?:2[Ee]|3[0-9Aa]|[46][1-6])|(?:25(?=" + DIGIT_OR_ESCAPED + "{5}|" + DIGIT_OR_ESCAPED
                        + "{4}(?:\\.|%(?:25){0,3}2[Ee]))){0,3}" + HEX2
                : before.equals("\\x") ? HEX2 : before.equals("\\u") ? HEX2 + HEX2 : "";
        Matcher escape = Pattern.compile(digits).matcher(all).region(start, end).useTransparentBounds(true);
        return escape.lookingAt() ? escape.end() : start;
    }

    private Edit row(String all, Matcher m) {
        int start = skipEscape(all, m.start(), m.end());
        String row = all.substring(start, m.end());
        String masked = row(row, all.substring(0, start), all.substring(m.end()));
        return masked.equals(row) ? Edit.none(m.end()) : new Edit(start, m.end(), Optional.of(masked));
    }

    /** What becomes of a row of address characters between two texts. */
    private String row(String whole, String before, String after) {
        String row = whole.replaceFirst("\\.+$", "");
        String dots = whole.substring(row.length());
        if (row.length() < 2) {
            return whole;
        }
        if (!row.contains(":")) {
            if (after.startsWith("ip6.arpa") && dots.equals(".") && row.matches("(?s).*[0-9]\\.[0-9].*")) {
                Matcher nibbles = Pattern.compile("(?s)(.*?)((?:[0-9A-Fa-f]\\.){0,31}[0-9A-Fa-f])")
                        .matcher(row);
                if (nibbles.matches()
                        && (nibbles.group(1).isEmpty() || nibbles.group(1).endsWith("."))) {
                    return nibbles.group(1) + nibbles(nibbles.group(2)) + dots;
                }
            }
            return quads(row, before, dots + after) + dots;
        }
        String kept = "";
        boolean group = row.matches("(?s)[0-9A-Fa-f]*[0-9][0-9A-Fa-f]*:.*")
                && !row.startsWith("6:")
                && address(row).isPresent();
        if (!group
                && pieces.original(before).matches("(?s).*[A-Za-z0-9_]")
                && !before.matches("(?s).*(%(?:25){0,3}" + HEX2 + "|\\\\x" + HEX2 + "|\\\\u" + HEX2 + HEX2 + ")")) {
            Matcher word = Pattern.compile("(?s)([^:]*::?)(.*)").matcher(row);
            if (word.matches()) {
                kept = quads(word.group(1), before, word.group(2) + dots + after);
                row = word.group(2);
            }
        }
        if (!row.contains(":") || (kept.endsWith("::") && row.matches("[A-Fa-f]+::[A-Fa-f]+:?"))) {
            return kept + quads(row, before + kept, dots + after) + dots;
        }
        String colons = "";
        if (row.length() > 1 && row.endsWith(":") && !row.endsWith("::")) {
            colons = ":";
            row = row.substring(0, row.length() - 1);
        }
        long count = (row + colons).chars().filter(c -> c == ':').count();
        boolean word = dots.isEmpty() && pieces.original(after).matches("(?s)[A-Za-z0-9_].*");
        if (row.length() >= 2 && (!word || count >= 3)) {
            List<String> readings = new ArrayList<>(List.of(row));
            if (count > 1) {
                readings.add(
                        row.matches("(?s)[^:]*\\..*:.*") && row.indexOf('.') < row.indexOf(':')
                                ? ""
                                : row.replaceFirst("^[^:]*:?", ""));
                readings.add(row.lastIndexOf(':') > 0 ? row.substring(0, row.lastIndexOf(':')) : "");
            }
            for (String reading : readings) {
                Optional<String> masked = address(reading);
                if (masked.isPresent()) {
                    if (masked.get().equals(reading)) {
                        int at = row.indexOf(reading);
                        return kept
                                + quads(row.substring(0, at), "", "")
                                + reading
                                + quads(row.substring(at + reading.length()), "", colons + dots + after)
                                + colons
                                + dots;
                    }
                    return kept + masked.get() + colons + dots;
                }
            }
        }
        if (count > 1 && row.contains(".")) {
            Optional<String> split = dotted(row, before + kept, colons + dots + after);
            if (split.isPresent()) {
                return kept + split.get() + colons + dots;
            }
        }
        StringBuilder pieces = new StringBuilder();
        String[] parts = row.split(":", -1);
        String left = before + kept;
        for (int i = 0; i < parts.length; i++) {
            String rest = String.join(":", Arrays.asList(parts).subList(i + 1, parts.length));
            String right = (i + 1 < parts.length ? ":" + rest : "") + colons + dots + after;
            String piece = quads(parts[i], left, right);
            pieces.append(i == 0 ? "" : ":").append(piece);
            left += parts[i] + ":";
        }
        return kept + pieces + colons + dots;
    }

    /** What becomes of a row in which dots glue something to addresses with colons; nothing when there is none. */
    private Optional<String> dotted(String row, String before, String after) {
        List<String> parts = new ArrayList<>(Arrays.asList(row.split("\\.", -1)));
        for (int i = 0; i < parts.size(); i++) {
            Optional<String> masked = parts.get(i).contains(":") ? address(parts.get(i)) : Optional.empty();
            if (masked.isEmpty()) {
                continue;
            }
            String left = String.join(".", parts.subList(0, i)) + (i > 0 ? "." : "");
            String right = (i + 1 < parts.size() ? "." : "") + String.join(".", parts.subList(i + 1, parts.size()));
            String tail = dotted("x" + right, "", after)
                    .map(t -> t.substring(1))
                    .orElse(quads(right, left + parts.get(i), after));
            return Optional.of(quads(left, before, parts.get(i) + right + after) + masked.get() + tail);
        }
        return Optional.empty();
    }

    private String quads(String row, String before, String after) {
        Matcher chains = QUADS.matcher(row);
        StringBuilder masked = new StringBuilder();
        while (chains.find()) {
            String chain = chains.group();
            String rest = row.substring(chains.end()) + after;
            String left = before + row.substring(0, chains.start());
            int numbers = chain.split("\\.").length;
            String replaced = numbers == 4 ? quad(chain, left, rest) : numbers > 4 ? chain(chain, left, rest) : chain;
            chains.appendReplacement(masked, Matcher.quoteReplacement(replaced));
        }
        chains.appendTail(masked);
        return masked.toString();
    }

    private String quad(String chain, String before, String after) {
        if (endsHyphens(pieces.original(before), chain, pieces.original(after))) {
            return chain;
        }
        int digits =
                pieces.original(after).matches("(?s) - (?:(?! \\[)[^\"]){1,63} \\[[0-9].*") ? chain.indexOf('.') : 1;
        for (int first = 0; first < digits; first++) {
            String address = chain.substring(first);
            Optional<String> masked = address(address);
            if (masked.isEmpty()) {
                continue;
            }
            String left = before + chain.substring(0, first);
            if (saysVersion(pieces.original(left), address, pieces.original(after))
                    && !near(
                            left + address,
                            after,
                            mapped(AddressOracle.v4(address).get()))) {
                return chain;
            }
            if (pieces.original(after).matches("(?s)\\.([A-Za-z].*|in-addr.*)")) {
                return chain.substring(0, first) + "0.0.0.0";
            }
            return chain.substring(0, first) + masked.get();
        }
        return chain;
    }

    /** Whether the first of four numbers with dots is the last of four with hyphens in the name of a host. */
    private static boolean endsHyphens(String before, String chain, String after) {
        String last = chain.substring(0, chain.indexOf('.'));
        Matcher quad = HYPHENS4.matcher(before + last);
        boolean found = false;
        while (quad.find() && !found) {
            found = quad.end("quad") == before.length() + last.length()
                    && Arrays.stream(quad.group("quad").split("-")).allMatch(part -> Integer.parseInt(part) <= 255);
        }
        return found
                && HOST_REST.matcher(chain.substring(last.length()) + after).lookingAt();
    }

    /** What becomes of five numbers or more. */
    private String chain(String chain, String left, String right) {
        String before = pieces.original(left);
        String after = pieces.original(right);
        List<String> numbers = new ArrayList<>(List.of(chain.split("\\.")));
        int told = -1;
        if (numbers.size() == 6 && after.startsWith(".squirrel")) {
            told = 1;
        }
        if (numbers.size() == 5
                && numbers.get(4).matches("0|[1-9][0-9]{0,4}")
                && Integer.parseInt(numbers.get(4)) <= 65_535
                && !before.matches("(?s).*[A-Za-z0-9._-]")
                && !after.matches("(?s)\\.?[A-Za-z0-9_-].*|\\.\\..*")
                && !saysVersion(before, chain, after)) {
            boolean port = Integer.parseInt(numbers.get(4)) > 255 && !ofOids(before, after);
            told = port || calledAddress(before, after) ? 0 : -1;
        }
        StringBuilder masked = new StringBuilder();
        for (int i = 0; i < numbers.size(); i++) {
            masked.append(i > 0 ? "." : "");
            String four = String.join(".", numbers.subList(i, Math.min(i + 4, numbers.size())));
            Optional<BigInteger> value = AddressOracle.v4(four).map(ReferenceMasker::mapped);
            String there = String.join(".", numbers.subList(0, i)) + (i > 0 ? "." : "") + four;
            boolean near = value.isPresent()
                    && !value.get().equals(network(value.get()))
                    && near(left + there, chain.substring(there.length()) + right, value.get());
            if (value.isPresent() && (i == told || near)) {
                masked.append(address(four).orElseThrow());
                i += 3;
            } else {
                masked.append(numbers.get(i));
            }
        }
        return masked.toString();
    }

    private static boolean calledAddress(String before, String after) {
        return before.matches("(?s).*> ")
                || after.matches("(?s) >.*")
                || (before.matches("(?is)(?:.*[^a-z])?(?:addr|address|dst|from|ip|src)[ =:\\[(\"]{1,2}")
                        && !after.startsWith(" to "));
    }

    private static boolean ofOids(String before, String after) {
        String around = before.substring(Math.max(0, before.length() - 64)) + " "
                + after.substring(0, Math.min(64, after.length()));
        return OIDS.matcher(around).find();
    }

    private static boolean oid(String before, String numbers, String after) {
        return numbers.matches(
                        "1\\.3\\.(?:101|36)\\..*|1\\.3\\.(?:132\\.0|14\\.3|6\\.1)|2\\.(?:23\\.140|5\\.(?:29|4|8))\\..*")
                && !before.endsWith("[")
                && !calledAddress(before, after)
                && ofOids(before, after);
    }

    private static boolean packaged(String all, String after) {
        if (!after.matches("(?s)[-+~].+")) {
            return false;
        }
        String before = all.replaceFirst("(?<=.)[0-9]+:$", "");
        return (before.endsWith("-") && RPM.matcher(after).find())
                || (before.endsWith("_") && after.matches("(?is)[A-Za-z0-9._+~^-]*\\.deb(?:[^A-Za-z0-9._+~^-].*)?"))
                || DPKG.matcher(before).find();
    }

    private String nibbles(String name) {
        String[] digits = name.split("\\.");
        int kept = Math.min(digits.length, bits6 / 4);
        for (int i = 0; i < digits.length - kept; i++) {
            digits[i] = "0";
        }
        return String.join(".", digits);
    }

    private Edit hyphens4(String all, Matcher m) {
        String quad = m.group("quad");
        boolean octets = Arrays.stream(quad.split("-")).allMatch(part -> Integer.parseInt(part) <= 255);
        boolean host = HOST_REST.matcher(all.substring(m.end("quad"))).lookingAt();
        if (!octets || (!host && !near(all, m.end("quad"), quad.split("-")))) {
            return Edit.none(m.start() + 1);
        }
        return new Edit(m.start("quad"), m.end("quad"), Optional.of("0-0-0-0"));
    }

    private Edit commas(String all, Matcher m) {
        String host = m.group("host").replace(',', '.');
        boolean octets = Arrays.stream(m.group().split(",")).allMatch(part -> Integer.parseInt(part) <= 255);
        Optional<BigInteger> value = AddressOracle.v4(host).filter(v -> octets && v.signum() > 0);
        String before = pieces.original(all.substring(0, m.start()));
        boolean ftp =
                FTP.matcher(before.substring(Math.max(0, before.length() - 64))).find();
        if (value.isEmpty()
                || (!ftp && !near(all.substring(0, m.start()), all.substring(m.start()), mapped(value.get())))) {
            return Edit.none(m.end());
        }
        return new Edit(m.start(), m.end("host"), address(host).map(masked -> masked.replace('.', ',')));
    }

    private Edit hyphens6(String all, Matcher m) {
        int end = m.end();
        if (m.group("all") == null) {
            long left = 6 - m.group("before").chars().filter(c -> c == '-').count();
            String kept = Arrays.stream(m.group("after").split("-")).limit(left).collect(Collectors.joining("-"));
            end = m.start("after") + kept.length();
        }
        if (end - m.start() < 8 || !HOST_REST.matcher(all.substring(end)).lookingAt()) {
            return Edit.none(m.start() + 1);
        }
        return new Edit(m.start(), end, Optional.of("0-0-0-0-0-0-0-0"));
    }

    private Edit hexName(String all, Matcher m) {
        if (!HOST_REST.matcher(all.substring(m.end())).lookingAt()) {
            return Edit.none(m.end());
        }
        int length = m.group().length() >= 32 ? 32 : 8;
        BigInteger digits = new BigInteger(m.group().substring(m.group().length() - length), 16);
        BigInteger address = length == 8 ? mapped(digits) : digits;
        if (address.equals(network(address)) || !near(all.substring(0, m.end()), all.substring(m.end()), address)) {
            return Edit.none(m.end());
        }
        return new Edit(m.end() - length, m.end(), Optional.of("0".repeat(length)));
    }

    private Edit joined(String all, Matcher m) {
        return JOINED.stream()
                .map(pattern -> joined(pattern, all, m))
                .filter(edit -> edit.with.isPresent())
                .findFirst()
                .orElse(Edit.none(m.end()));
    }

    private Edit joined(Pattern pattern, String all, Matcher m) {
        Matcher numbers = pattern.matcher(all.substring(0, m.end()));
        if (!numbers.matches() || numbers.group("name").matches("[0-9.]+\\.[0-9.]+|[0-9-]+-[0-9-]+")) {
            return Edit.none(m.end());
        }
        String name = numbers.group("name");
        List<String> octets = numbers.group("a") == null
                ? List.of(name.substring(0, 3), name.substring(3, 6), name.substring(6, 9), name.substring(9))
                : List.of(numbers.group("a"), numbers.group("b"), numbers.group("c"), numbers.group("d"));
        boolean address = octets.stream().allMatch(octet -> Integer.parseInt(octet) <= 255);
        boolean zero = octets.stream().allMatch(octet -> Integer.parseInt(octet) == 0);
        if (!address || zero || !near(all, m.end(), octets.toArray(new String[0]))) {
            return Edit.none(m.end());
        }
        String zeros = numbers.group("a") == null ? "0".repeat(12) : name.replaceAll("[0-9]+", "0");
        return new Edit(numbers.start("name"), m.end(), Optional.of(zeros));
    }

    /** Whether the address of four numbers, in one order or the other, stands near a place. */
    private boolean near(String all, int at, String[] octets) {
        BigInteger forwards = BigInteger.ZERO;
        BigInteger backwards = BigInteger.ZERO;
        for (int i = 0; i < 4; i++) {
            forwards = forwards.shiftLeft(8).add(new BigInteger(octets[i]));
            backwards = backwards.shiftLeft(8).add(new BigInteger(octets[3 - i]));
        }
        String before = all.substring(0, at);
        String after = all.substring(at);
        return forwards.signum() > 0
                && (near(before, after, mapped(forwards)) || near(before, after, mapped(backwards)));
    }

    /** Whether an address that is taken for the same stands near the end of a text, or the beginning of what follows. */
    private boolean near(String before, String after, BigInteger address) {
        return near(before, after).stream().anyMatch(found -> nearly(found).equals(nearly(address)));
    }

    /** The addresses near the end of a text and the beginning of what follows. */
    private List<BigInteger> near(String before, String after) {
        String left = pieces.original(before);
        String all = left + pieces.original(after);
        List<BigInteger> near = new ArrayList<>();
        Matcher rows = Pattern.compile(ROW + "{3,}").matcher(all);
        while (rows.find()) {
            boolean around = rows.end() > left.length() - 2048 && rows.start() < left.length() + 2048;
            if (around || rows.start() < 256) {
                read(all.substring(0, rows.start()), rows.group(), all.substring(rows.end()))
                        .ifPresent(near::add);
            }
        }
        return near;
    }

    /** The address that a row is, without what may follow it. */
    private static Optional<BigInteger> read(String before, String whole, String after) {
        String row = whole;
        List<String> readings = new ArrayList<>(List.of(row));
        while (row.endsWith(".") || row.endsWith(":")) {
            row = row.substring(0, row.length() - 1);
            readings.add(row);
        }
        if (row.matches(".*:[0-9]+")) {
            readings.add(row.substring(0, row.lastIndexOf(':')));
        }
        return readings.stream()
                .filter(reading -> !saysVersion(before, reading, whole.substring(reading.length()) + after))
                .flatMap(reading ->
                        AddressOracle.v4(reading)
                                .map(ReferenceMasker::mapped)
                                .or(() -> AddressOracle.v6(reading))
                                .stream())
                .findFirst();
    }

    /** What becomes of a number in a name that holds three numbers of an address beside it or near by. */
    private Edit apart(String all, Matcher m) {
        String left = pieces.original(all.substring(0, m.start()));
        String right = pieces.original(all.substring(m.end()));
        int begin = left.length();
        while (begin > 0 && NAME_BYTES.indexOf(left.charAt(begin - 1)) >= 0) {
            begin--;
        }
        String before = left.substring(0, begin);
        Matcher after = NAME_AFTER.matcher(right);
        if (before.matches("(?s)(?:.*[^/])?/") || !after.lookingAt()) {
            return Edit.none(m.end());
        }
        String line = left + m.group() + right;
        int letter = line.matches("(?s).{" + before.length() + "}(?<=\\\\)[xu].*") ? 1 : 0;
        int end = left.length() + m.group().length() + after.end("name");
        String name = line.substring(skipEscape(line, before.length() + letter, end), end);
        if (!name.matches(".*\\.[A-Za-z].*")) {
            return Edit.none(m.end());
        }
        List<Integer> numbers = Pattern.compile("(?<![0-9])[0-9]{1,3}(?![0-9])")
                .matcher(name)
                .results()
                .map(number -> Integer.parseInt(number.group()))
                .toList();
        Matcher quads = DOTTED.matcher(line);
        while (quads.find()) {
            if (quads.start() <= left.length()
                    && quads.end() > left.length()
                    && AddressOracle.v4(quads.group()).isPresent()) {
                // It is decided about as an address.
                return Edit.none(m.end());
            }
        }
        int value = Integer.parseInt(m.group());
        String rest = all.substring(m.end());
        // From left to right: what lies before something that has been replaced is written already.
        if (after.group("row") != null && !pieces.replaced(rest, after.end("name"))) {
            String row = after.group("row");
            Optional<Integer> beside = read(
                            left + m.group() + right.substring(0, after.start("row")),
                            row,
                            right.substring(after.end()))
                    .flatMap(address -> masked(address, numbers, 0, value));
            if (beside.isPresent()) {
                return new Edit(m.start(), m.end(), beside.map(String::valueOf));
            }
        }
        Matcher hyphen = Pattern.compile("[0-9]-(?=[A-Za-z0-9._-])").matcher(name);
        if (numbers.size() < 3
                || !hyphen.find()
                || pieces.replaced(rest, hyphen.end() - name.length() + after.end("name"))) {
            return Edit.none(m.end());
        }
        Optional<String> masked = near(all.substring(0, m.end()), all.substring(m.end())).stream()
                .flatMap(address -> masked(address, numbers, 10, value).stream())
                .findFirst()
                .map(String::valueOf);
        return masked.isPresent() ? new Edit(m.start(), m.end(), masked) : Edit.none(m.end());
    }

    /**
     * What becomes of one of the numbers of a name.
     *
     * @param least a number of three that is not less must be among those of the address
     */
    private Optional<Integer> masked(BigInteger address, List<Integer> numbers, int least, int value) {
        if (!address.shiftRight(32).equals(BigInteger.valueOf(0xffff))) {
            return Optional.empty();
        }
        String text = AddressOracle.text4(address.and(BigInteger.valueOf(0xffff_ffffL)));
        boolean removes = policy.addresses() instanceof Remove;
        List<Integer> octets = octets(text);
        List<Integer> becomes = octets(removes ? "0.0.0.0" : oracle.mask(text).orElseThrow());
        List<Integer> left = new ArrayList<>(numbers);
        List<Integer> found =
                octets.stream().filter(octet -> left.remove(octet)).toList();
        if (found.size() < 3 || (found.size() == 3 && found.stream().allMatch(octet -> octet < least))) {
            return Optional.empty();
        }
        for (int i = 0; i < 4; i++) {
            if (octets.get(i) == value && becomes.get(i) != value) {
                return Optional.of(becomes.get(i));
            }
        }
        return Optional.empty();
    }

    private static List<Integer> octets(String address) {
        return Arrays.stream(address.split("\\.")).map(Integer::valueOf).toList();
    }

    private static boolean saysVersion(String before, String numbers, String after) {
        return product(before, numbers, after)
                || (before.matches("(?is)(?:.*[^a-z])?version:? ") && after.matches("(?s)(?:[ ,;)(\"'\\\\].*)?"))
                || packaged(before, after)
                || after.matches("(?is)\\+dfsg.*")
                || (before.matches(
                                "(?is).*\"(?:[a-z0-9_-]{0,30}[_-])?(?:v|ver|version|rev|revision|build|release)\\\\{0,3}\" ?: ?\\\\{0,3}\"")
                        && after.matches("(?s)[\"\\\\].*"))
                || oid(before, numbers, after)
                || (VERSION_PARAMETER.matcher(before).matches() && after.matches("(?s)(?:[ &\"'#;].*)?"))
                || (VERSIONED_FILE.matcher(before).matches()
                        && FILE_REST.matcher(after).matches());
    }

    /** Whether it is the version of a product in a user agent. */
    private static boolean product(String before, String numbers, String after) {
        Matcher product = PRODUCT.matcher(before);
        if (!product.matches() || !after.matches("(?s)(?:[ );,\"\\\\].*)?")) {
            return false;
        }
        boolean slash = before.endsWith("/");
        if (slash
                && (after.substring(0, Math.min(512, after.length()))
                                .contains(" configured -- resuming normal operations")
                        || (product.group("lead") != null
                                && product.group("lead").matches("(?is).*modsecurity for ")))) {
            return true;
        }
        int name = product.start("name");
        if (CALLED_AGENT.matcher(before.substring(0, name)).matches()) {
            return true;
        }
        String line = before + numbers + after;
        Matcher agents = (line.startsWith("{") ? JSON_AGENT : ACCESS_AGENT).matcher(line);
        while (agents.find()) {
            if (name >= agents.start("agent") && name < agents.end("agent")) {
                return true;
            }
        }
        return false;
    }

    private static BigInteger mapped(BigInteger ipv4) {
        return ipv4.add(BigInteger.valueOf(0xffffL).shiftLeft(32));
    }

    private BigInteger nearly(BigInteger address) {
        boolean ipv4 = address.shiftRight(32).equals(BigInteger.valueOf(0xffff));
        return (ipv4 ? bits4 >= 16 : bits6 >= 32) ? network(address) : address;
    }

    private BigInteger network(BigInteger address) {
        boolean ipv4 = address.shiftRight(32).equals(BigInteger.valueOf(0xffff));
        int cut = ipv4 ? 32 - bits4 : 128 - bits6;
        return address.shiftRight(cut).shiftLeft(cut);
    }

    private static Optional<String> urlNumber(String number) {
        boolean hex = number.matches("0[xX].*");
        long value = hex ? Long.parseLong(number.substring(2), 16) : Long.parseLong(number);
        return value > 0xff_ffffL && value <= 0xffff_ffffL ? Optional.of("0.0.0.0") : Optional.empty();
    }
}
