package dev.sparsam.logs.internal;

import dev.sparsam.logs.Handling;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.PersonalField;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Masks the parts of a line of which a format says what they are. What is kept of a part goes the way of free text. */
final class FieldMasker {
    /** Masks what is free text, or the kept part of a field. */
    interface Text {
        void mask(int from, int to) throws IOException;
    }

    private static final byte[] DASH = {'-'};
    private static final byte[] DATA = "Matched Data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FOUND = " found within ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VARIABLE = "variable `".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE = "' (Value: `".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE_END = "' )".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COOKIES = "REQUEST_COOKIES:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEADERS = "REQUEST_HEADERS:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SLASH = {'/'};
    /** In these are folders of domains, and in those the ones of users. */
    private static final List<byte[]> FOLDERS_OF_DOMAINS =
            ascii("/var/vmail/", "/var/qmail/mailnames/", "/var/mail/vhosts/", "/home/vmail/");

    /** In these are the folders of users, or their mailboxes. */
    private static final List<byte[]> FOLDERS_OF_USERS = ascii("/home/", "/var/mail/", "/var/spool/mail/");

    /** The command with which somebody logs in to an FTP server. */
    private static final byte[] LOGIN = "USER ".getBytes(StandardCharsets.US_ASCII);

    private static final int SHORTEST_REQUEST = 6;
    private static final byte[] HTTP = " HTTP/".getBytes(StandardCharsets.US_ASCII);

    private final MaskingPolicy policy;
    private final Clients clients;
    private final Supplier<DayKeys> keys;
    private final AddressFinder.Edits edits;
    private final Text text;
    private final Set<Mark> masked = EnumSet.of(Mark.CLIENT, Mark.HOST, Mark.MESSAGE);
    private final boolean requests;
    private final Agents agents = new Agents();

    /**
     * Makes one.
     *
     * @param keys gives the keys of the line's day; only asked for hashes
     * @param text masks what lies between and in the fields
     */
    FieldMasker(MaskingPolicy policy, Clients clients, Supplier<DayKeys> keys, AddressFinder.Edits edits, Text text) {
        this.policy = policy;
        this.clients = clients;
        this.keys = keys;
        this.edits = edits;
        this.text = text;
        boolean query = changes(PersonalField.QUERY);
        add(query, Mark.REQUEST, Mark.URI, Mark.QUERY);
        add(query || changes(PersonalField.REFERRER), Mark.REFERRER);
        add(changes(PersonalField.USER), Mark.USER, Mark.USERS, Mark.PATH);
        add(changes(PersonalField.EMAIL), Mark.EMAIL);
        add(changes(PersonalField.TOKEN), Mark.TOKEN);
        add(changes(PersonalField.TOKEN) || changes(PersonalField.USER), Mark.ARGUMENT);
        add(changes(PersonalField.AGENT), Mark.AGENT);
        add(changes(PersonalField.DEVICE), Mark.DEVICE, Mark.DEVICE_NAME);
        requests = masks(Mark.REQUEST) || masks(Mark.REFERRER) || masks(Mark.AGENT);
    }

    private void add(boolean condition, Mark... marks) {
        if (condition) {
            masked.addAll(Arrays.asList(marks));
        }
    }

    private boolean changes(PersonalField field) {
        return policy.of(field) != Handling.KEEP;
    }

    /** Whether anything but free text becomes of a part. */
    boolean masks(Mark mark) {
        return masked.contains(mark);
    }

    /** Whether anything behind the time of an access line is masked by its place. */
    boolean masksRequests() {
        return requests;
    }

    /** Masks a part. */
    void mask(byte[] b, Mark mark, int from, int to) throws IOException {
        switch (mark) {
            case CLIENT, HOST -> clients.mask(b, from, to);
            case USER -> user(b, from, to);
            case USERS -> users(b, from, to);
            case PATH -> path(b, from, to);
            case EMAIL -> email(b, policy.of(PersonalField.EMAIL), from, to);
            case TOKEN -> whole(b, policy.of(PersonalField.TOKEN), from, to);
            case ARGUMENT -> argument(b, from, to);
            case DEVICE -> device(b, from, to);
            case DEVICE_NAME -> whole(b, policy.of(PersonalField.DEVICE), from, to);
            case AGENT -> agent(b, from, to);
            case REFERRER -> referrer(b, from, to);
            case REQUEST -> {
                int at = Math.max(from, begun(b, from, from, to));
                uri(b, at, to, requestEnd(b, at, to));
            }
            case URI -> uri(b, Math.max(from, begun(b, from, from, to)), to, to);
            case QUERY -> query(b, from < to && b[from] == '?' ? from + 1 : from, to, to);
            case SITE, MESSAGE, ANY -> text.mask(from, to);
        }
    }

    private void user(byte[] b, int start, int to) throws IOException {
        // Some write names into a column: that must not make another hash of it.
        int from = start;
        while (from < to && b[from] == ' ') {
            from++;
        }
        // So Pure-FTPd calls those who have not said who they are, and xferlog.
        boolean nobody = Clients.is(b, from, to, '?') || Clients.is(b, from, to, '*');
        if (nobody || isEmpty(b, from, to)) {
            return;
        }
        Handling user = policy.of(PersonalField.USER);
        Handling email = policy.of(PersonalField.EMAIL);
        boolean stricter = email.compareTo(user) > 0 && at(b, from, to) >= 0;
        email(b, stricter ? email : user, from, to);
    }

    private void users(byte[] b, int from, int to) throws IOException {
        int colon = AddressMasker.indexOf(b, from, to, ':');
        user(b, from, colon < 0 ? to : colon);
        if (colon >= 0) {
            users(b, colon + 1, to);
        }
    }

    /** Whether there is no name between quotes, or but dashes. */
    private static boolean isEmpty(byte[] b, int from, int to) {
        int p = from;
        while (p < to && p - from < 4 && (b[p] == '"' || b[p] == '-')) {
            p++;
        }
        return p == to;
    }

    /** Masks an e-mail address, or what is handled like one; cut leaves its domain. */
    private void email(byte[] b, Handling handling, int from, int to) throws IOException {
        int at = handling == Handling.CUT ? at(b, from, to) : -1;
        if (at < 0) {
            whole(b, handling, from, to);
            return;
        }
        if (isHash(b, from, to)) {
            return;
        }
        if (!Clients.is(b, from, at, '-')) {
            edits.replace(from, at, DASH, DASH.length);
        }
        text.mask(at + (b[at] == '@' ? 1 : 3), to);
    }

    /** Where the last {@code @} or {@code %40} stands; -1 when there is none. */
    private static int at(byte[] b, int from, int to) {
        for (int p = to - 1; p >= from; p--) {
            if (b[p] == '@' || (b[p] == '%' && to - p >= 3 && b[p + 1] == '4' && b[p + 2] == '0')) {
                return p;
            }
        }
        return -1;
    }

    /**
     * {@code password: secret}, {@code secret found within ARGS:password: secret}, or {@code ARGS:password' (Value: `secret' )},
     * also behind other text. Of cookies every value is secret.
     */
    private void argument(byte[] b, int from, int to) throws IOException {
        int found = lastIndexOf(b, from, to, FOUND);
        int variable = found >= 0 ? found + FOUND.length : lastIndexOf(b, from, to, VARIABLE);
        int name = variable < 0 ? from : AddressMasker.indexOf(b, variable, to, ':') + 1;
        int end = name;
        while (end < to && b[end] != ':' && b[end] != '\'' && (b[end] & 0xff) > ' ') {
            end++;
        }
        int value = isAt(b, end, to, VALUE) ? end + VALUE.length : end + (end + 1 < to && b[end + 1] == ' ' ? 2 : 1);
        int last =
                isAt(b, end, to, VALUE) && isAt(b, to - VALUE_END.length, to, VALUE_END) ? to - VALUE_END.length : to;
        String called = new String(b, name, end - name, StandardCharsets.ISO_8859_1);
        boolean user = PersonalFinder.isUser(called) && changes(PersonalField.USER);
        boolean secret = (PersonalFinder.isSecret(called)
                        || endsWith(b, name, COOKIES)
                        || (endsWith(b, name, HEADERS) && PersonalFinder.isSecretHeader(called)))
                && changes(PersonalField.TOKEN);
        if (value >= last || !(user || secret)) {
            text.mask(from, to);
            return;
        }
        int rest = Math.max(from, found);
        int data = found >= 0 && isAt(b, from, found, DATA) ? from + DATA.length : from;
        text.mask(from, data);
        value(b, user, data, rest);
        text.mask(rest, value);
        value(b, user, value, last);
        text.mask(last, to);
    }

    private static List<byte[]> ascii(String... texts) {
        return Stream.of(texts)
                .map(text -> text.getBytes(StandardCharsets.US_ASCII))
                .toList();
    }

    private static int lastIndexOf(byte[] b, int from, int to, byte[] text) {
        int at = to - text.length;
        while (at >= from && !isAt(b, at, to, text)) {
            at--;
        }
        return at < from ? -1 : at;
    }

    private static boolean isAt(byte[] b, int at, int to, byte[] text) {
        return to - at >= text.length && Arrays.equals(b, at, at + text.length, text, 0, text.length);
    }

    private static boolean endsWith(byte[] b, int to, byte[] text) {
        return to >= text.length && isAt(b, to - text.length, to, text);
    }

    private void value(byte[] b, boolean user, int from, int to) throws IOException {
        if (user) {
            user(b, from, to);
        } else {
            whole(b, policy.of(PersonalField.TOKEN), from, to);
        }
    }

    private void path(byte[] b, int from, int to) throws IOException {
        int at = from;
        for (int p = from; p < to; p++) {
            int name = b[p] == '/' ? nameIn(b, p, to) : -1;
            if (name >= 0) {
                int slash = AddressMasker.indexOf(b, name, to, '/');
                text.mask(at, name);
                at = slash < 0 ? to : slash;
                user(b, name, at);
                p = at - 1;
            }
        }
        text.mask(at, to);
    }

    /** Where the user's name is in the folder of users that begins at a place; -1 when it is none. */
    private static int nameIn(byte[] b, int p, int to) {
        for (byte[] folder : FOLDERS_OF_DOMAINS) {
            if (isAt(b, p, to, folder)) {
                int slash = AddressMasker.indexOf(b, p + folder.length, to, '/');
                return slash < 0 || slash + 1 == to ? -1 : slash + 1;
            }
        }
        for (byte[] folder : FOLDERS_OF_USERS) {
            if (to - p > folder.length && isAt(b, p, to, folder)) {
                return p + folder.length;
            }
        }
        return -1;
    }

    /** Masks a part that says nothing when only some of it is known. */
    private void whole(byte[] b, Handling handling, int from, int to) throws IOException {
        if (from == to || Clients.is(b, from, to, '-') || isHash(b, from, to)) {
            return;
        }
        replace(b, handling == Handling.CUT ? Handling.DROP : handling, from, to);
    }

    private static boolean isHash(byte[] b, int from, int to) {
        if (to - from < DayKeys.PREFIX.length() + DayKeys.DIGITS || !DayKeys.isHash(b, from, to)) {
            return false;
        }
        int end = from + DayKeys.PREFIX.length() + DayKeys.DIGITS;
        byte[] domain = "@hash.invalid".getBytes(StandardCharsets.US_ASCII);
        return end == to || Arrays.equals(b, end, to, domain, 0, domain.length);
    }

    private void replace(byte[] b, Handling handling, int from, int to) throws IOException {
        byte[] with = handling == Handling.HASH ? keys.get().hash(b, from, to) : DASH;
        edits.replace(from, to, with, with.length);
    }

    // ---- devices

    private void device(byte[] b, int from, int to) throws IOException {
        Handling handling = policy.of(PersonalField.DEVICE);
        boolean address = to - from >= 17 && (to - from) % 3 == 2;
        for (int p = from; p < to && address; p++) {
            boolean separator = (p - from) % 3 == 2;
            address = separator ? b[p] == b[from + 2] && (b[p] == ':' || b[p] == '-') : Character.digit(b[p], 16) >= 0;
        }
        if (!address) {
            text.mask(from, to);
            return;
        }
        if (handling != Handling.CUT) {
            replace(b, handling, from, to);
            return;
        }
        // Of a frame's header (MAC= of a packet filter) both addresses; its type, two bytes, is none.
        byte[] cut = Arrays.copyOfRange(b, from, to);
        for (int first = 0; first + 17 <= cut.length; first += 18) {
            for (int p = first + 9; p < first + 17; p++) {
                cut[p] = (p - first) % 3 == 2 ? cut[p] : (byte) '0';
            }
        }
        if (!Arrays.equals(cut, 0, cut.length, b, from, to)) {
            edits.replace(from, to, cut, cut.length);
        }
    }

    // ---- agents

    private void agent(byte[] b, int from, int to) throws IOException {
        Handling handling = policy.of(PersonalField.AGENT);
        if (handling != Handling.CUT) {
            whole(b, handling, from, to);
            return;
        }
        byte[] family = agents.family(b, from, to);
        if (!Arrays.equals(family, 0, family.length, b, from, to)) {
            edits.replace(from, to, family, family.length);
        }
    }

    // ---- URIs

    private void referrer(byte[] b, int from, int to) throws IOException {
        Handling handling = policy.of(PersonalField.REFERRER);
        if (handling != Handling.KEEP && handling != Handling.CUT) {
            whole(b, handling, from, to);
            return;
        }
        int p = originEnd(b, from, to);
        if (handling == Handling.KEEP) {
            int token = p >= 0 && changes(PersonalField.TOKEN) ? PersonalFinder.behindSession(b, p, to) : -1;
            uri(b, token < 0 ? from : sessions(b, from, token, to), to, to);
            return;
        }
        if (p < 0) {
            // android-app:, about:blank, or what somebody made up.
            whole(b, Handling.DROP, from, to);
            return;
        }
        text.mask(from, p);
        if (p < to && !(p + 1 == to && b[p] == '/')) {
            edits.replace(p, to, SLASH, SLASH.length);
        }
    }

    /** Where the path of a URL begins, or what it has instead; -1 when it is none with a host. */
    private static int originEnd(byte[] b, int from, int to) {
        int p = from;
        while (p < to && b[p] != ':') {
            p++;
        }
        if (p == from || p + 2 >= to || b[p + 1] != '/' || b[p + 2] != '/') {
            return -1;
        }
        p += 3;
        while (p < to && b[p] != '/' && b[p] != '?' && b[p] != '#') {
            p++;
        }
        return p;
    }

    /**
     * Masks whom a request names at its beginning, which is told from its first bytes: a session of cPanel, who logs in to an
     * FTP server, and in whose folder a file is there.
     *
     * @param at what lies between this and {@code from} is text
     * @param to where it ends at the latest; so it does at a quote
     * @return how far this is masked; -1 when there is nothing of that
     */
    int begun(byte[] b, int at, int from, int to) throws IOException {
        int path = pathOf(b, from, to);
        if (path < 0) {
            return -1;
        }
        if (b[path] == '/') {
            int token = changes(PersonalField.TOKEN) ? PersonalFinder.behindSession(b, path, to) : -1;
            return token >= 0 ? sessions(b, at, token, to) : path > from ? folder(b, at, path, to) : -1;
        }
        if (!changes(PersonalField.USER) || !Arrays.equals(b, from, path, LOGIN, 0, LOGIN.length)) {
            return -1;
        }
        int end = quote(b, path, to);
        text.mask(at, path);
        user(b, path, end);
        return end;
    }

    /** Where the path of a request begins, or what else is asked for; -1 where that names nobody, as in nearly all lines. */
    private static int pathOf(byte[] b, int from, int to) {
        if (to - from < SHORTEST_REQUEST) {
            return -1;
        }
        int path = b[from] == '/' ? from : b[from + 3] == ' ' ? from + 4 : b[from + 4] == ' ' ? from + 5 : -1;
        if (path < 0) {
            return -1;
        }
        byte first = b[path + 1];
        boolean may = b[path] == '/' ? first == 'c' || first == 'h' || first == 'v' : b[from] == 'U';
        return may ? path : -1;
    }

    /** Masks a session's token, and those in what follows: the referrer is a page of the same session. */
    private int sessions(byte[] b, int at, int first, int to) throws IOException {
        int done = at;
        for (int token = first; token >= 0; ) {
            int end = PersonalFinder.sessionEnd(b, token, to);
            text.mask(done, token);
            whole(b, policy.of(PersonalField.TOKEN), token, end);
            done = end;
            token = -1;
            for (int p = end; p < to && token < 0; p++) {
                token = b[p] == '/' ? PersonalFinder.behindSession(b, p, to) : -1;
            }
        }
        return done;
    }

    /** Masks the folder that an FTP client speaks of; in a URL it would be one like any other. */
    private int folder(byte[] b, int at, int path, int to) throws IOException {
        int end = changes(PersonalField.USER) && nameIn(b, path, to) >= 0 ? quote(b, path, to) : -1;
        if (end < 0 || requestEnd(b, path, end) < end) {
            return -1;
        }
        text.mask(at, path);
        path(b, path, end);
        return end;
    }

    private static int quote(byte[] b, int from, int to) {
        int quote = AddressMasker.indexOf(b, from, to, '"');
        return quote < 0 ? to : quote;
    }

    /** Where the version of a request line begins, or its end. */
    private static int requestEnd(byte[] b, int from, int to) {
        for (int p = to - HTTP.length; p > from && to - p < 12; p--) {
            if (Arrays.equals(b, p, p + HTTP.length, HTTP, 0, HTTP.length)) {
                return p;
            }
        }
        return to;
    }

    private void uri(byte[] b, int from, int to, int end) throws IOException {
        int mark = AddressMasker.indexOf(b, from, end, '?');
        if (mark < 0) {
            text.mask(from, to);
            return;
        }
        if (policy.of(PersonalField.QUERY) == Handling.DROP) {
            text.mask(from, mark);
            edits.replace(mark, end, DASH, 0);
            text.mask(end, to);
            return;
        }
        text.mask(from, mark + 1);
        query(b, mark + 1, end, to);
    }

    /** Masks a query from behind its question mark; what follows it up to {@code to} is text. */
    void query(byte[] b, int from, int end, int to) throws IOException {
        switch (policy.of(PersonalField.QUERY)) {
            case KEEP -> text.mask(from, to);
            case DROP -> {
                boolean mark = b[Math.max(0, from - 1)] == '?';
                if (end > from || mark) {
                    edits.replace(mark ? from - 1 : from, end, DASH, 0);
                }
                text.mask(end, to);
            }
            case HASH -> {
                whole(b, Handling.HASH, from, end);
                text.mask(end, to);
            }
            case CUT -> {
                values(b, from, end);
                text.mask(end, to);
            }
        }
    }

    /** Leaves the names of the parameters. */
    private void values(byte[] b, int from, int to) throws IOException {
        int p = from;
        while (p < to) {
            int end = p;
            while (end < to && b[end] != '&' && b[end] != ';') {
                end++;
            }
            int equal = AddressMasker.indexOf(b, p, end, '=');
            int value = equal < 0 ? p : equal + 1;
            text.mask(p, value);
            if (end > value && !Clients.is(b, value, end, '-')) {
                edits.replace(value, end, DASH, DASH.length);
            }
            p = Math.min(end + 1, to);
        }
    }
}
