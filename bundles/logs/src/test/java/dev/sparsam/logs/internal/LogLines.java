package dev.sparsam.logs.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Writes lines as the services of a web hoster do, and lines that somebody writes who wants to get past the masking. In the
 * templates, {@code <NAME>} is a hole.
 */
final class LogLines {
    private static final String[] TEMPLATES = {
        // Apache and nginx, access
        "<C> - <U> [<ACCESS>] \"<M> <URI> HTTP/1.1\" 200 <N> \"<REF>\" \"<UA>\"",
        "<C> - - [<ACCESS>] \"<M> <URI> HTTP/1.1\" 200 <N> \"<REF>\" \"<UA>\"",
        "<C> - - [<ACCESS>] \"<M> <URI> HTTP/1.1\" 404 -",
        "<C> - - [<ACCESS>] \"<M> <URI> HTTP/1.1\" 200 <N> \"<REF>\" \"<UA>\" \"<LIST>\"",
        "<SITE>:443 <C> - <U> [<ACCESS>] \"<M> <URI> HTTP/2.0\" 200 <N> \"<REF>\" \"<UA>\"",
        "<SITE> <C> - - [<ACCESS>] \"<M> <URI> HTTP/1.0\" 302 <N>",
        "<LIST> - - [<ACCESS>] \"<M> <URI> HTTP/1.1\" 200 <N> \"<REF>\" \"<UA>\"",
        "\"<LIST>\" - - [<ACCESS>] \"<M> <URI> HTTP/1.1\" 200 <N> \"<REF>\" \"<UA>\"",
        "<C> - - [<ACCESS>] \"<B>\" 400 <N> \"-\" \"-\"",
        // Apache, error
        "[<APACHE>] [proxy_fcgi:error] [pid <N>:tid <N>] [client <AP>] AH01071: Got error '<W>', referer: <REF>",
        "[<APACHE>] [ssl:warn] [pid <N>] AH01909: <SITE>:443:0 server certificate does NOT include an ID",
        "[<APACHE>] [security2:error] [pid <N>] [client <AP>] [client <A>] ModSecurity: Warning. <W> [hostname \"<SITE>\"]"
                + " [uri \"<URI>\"] [unique_id \"<ID>\"], referer: <REF>",
        "[<APACHE>] [error] [client <A>] File does not exist: /var/www/<W>",
        "[<APACHE>] [php7:notice] [client <H>:<N>] PHP Notice: <W>::<W>() in /srv/<W>.php",
        // nginx, error
        "<NGINX> [error] <N>#<N>: *<N> open() \"/srv/<W>\" failed (2: No such file), client: <C>, server: <SITE>,"
                + " request: \"GET <URI> HTTP/1.1\", host: \"<SITE>\", referrer: \"<REF>\"",
        "<NGINX> [warn] <N>#<N>: *<N> an upstream response is buffered, client: <A>, server: <SITE>, upstream: \"http://<AP>/\"",
        "<NGINX> [info] <N>#<N>: *<N> client <A> closed keepalive connection",
        // JSON
        "{\"time_iso8601\":\"<ISO>\",\"remote_addr\":\"<A>\",\"remote_user\":\"<U>\",\"request\":\"<M> <URI> HTTP/1.1\",\"status\":\"200\","
                + "\"http_referer\":\"<REF>\",\"http_user_agent\":\"<UA>\",\"http_x_forwarded_for\":\"<LIST>\"}",
        // Mail
        "<SYSLOG> postfix/smtpd[<N>]: connect from <H>[<A>]",
        "<SYSLOG> postfix/smtpd[<N>]: <ID>: client=<H>[<A>], sasl_method=LOGIN, sasl_username=<E>",
        "<SYSLOG> postfix/smtpd[<N>]: NOQUEUE: reject: RCPT from unknown[<A>]: 554 5.7.1 Service unavailable; Client host [<A>]"
                + " blocked using zen.spamhaus.org; from=<<E>> to=<<E>> proto=ESMTP helo=<[<A>]>",
        "<SYSLOG> postfix/smtp[<N>]: <ID>: to=<<E>>, relay=<SITE>[<A>]:25, delay=0.5, delays=0.1/0/0.2/0.2, dsn=2.0.0, status=sent",
        "<SYSLOG> postfix/cleanup[<N>]: <ID>: message-id=<<ID>.<N>@<SITE>>",
        "<SYSLOG> postfix/cleanup[<N>]: <ID>: message-id=<20261122.<N>.<N>@<SITE>>",
        "<SYSLOG> rspamd[<N>]: <ab>; task; rspamd_task_write_log: id: <<ID>-<N>=<U>@<W>>, qid: <<ID>>, ip: <A>, from: <<E>>",
        "<SYSLOG> dovecot: lmtp(<E>)<<N>><<ID>>: sieve: msgid=<<E>>: stored mail into mailbox 'INBOX'",
        "<SYSLOG> sudo:    <W> : TTY=pts/0 ; PWD=/home/<W> ; USER=root ; COMMAND=/bin/<W> <B>",
        "<SYSLOG> sudo: pam_unix(sudo:session): session opened for user root(uid=0) by <U>(uid=<N>)",
        "<SYSLOG> su[<N>]: (to root) <U> on pts/0",
        "<SYSLOG> systemd-logind[<N>]: New session <N> of user <U>.",
        "<SYSLOG> CRON[<N>]: (<U>) CMD (/home/<W>/<W> <URI>)",
        "<SYSLOG> sshd[<N>]: Starting session: shell on pts/0 for <U> from <A> port <N> id 0",
        "<SYSLOG> postfix/anvil[<N>]: statistics: max connection rate 1/60s for (smtpd:<A>) at Nov 22 03:03:22",
        "<ISO> mail dovecot: imap-login: Login: user=<<E>>, method=PLAIN, rip=<A>, lip=<A>, mpid=<N>, TLS, session=<<ID>>",
        "<SYSLOG> dovecot: imap(<E>)<<N>><<ID>>: Disconnected: Logged out in=1 out=2",
        "<SYSLOG> dovecot: auth: passwd-file(<U>,<A>): unknown user",
        "2026-11-22 03:03:22 <XID> <= <E> H=(<H>) [<A>]:<N> P=esmtpsa X=TLS1.3:TLS_AES_256_GCM_SHA384:256 A=login:<E> S=<N> id=<ID>@<SITE>",
        "2026-11-22 03:03:22 <XID> => <E> R=dnslookup T=remote_smtp H=<SITE> [<A>] X=TLS1.2:ECDHE-RSA:256 C=\"250 OK\"",
        // FTP, SSH
        "<SYSLOG> proftpd[<N>]: <SITE> (<H>[<A>]) - USER <U>: Login successful.",
        "2026-11-22 03:03:22,123 <SITE> proftpd[<N>] <SITE> (::ffff:<V4>[::ffff:<V4>]): USER <U> (Login failed): Incorrect password",
        "<SYSLOG> pure-ftpd: (<U>@<A>) [NOTICE] /srv/<W> downloaded (<N> bytes, 1.00KB/sec)",
        "<APACHE2> 1 <C> <N> /srv/<W>.zip b _ o r <U> ftp 0 * c",
        "<APACHE2> [pid <N>] [<U>] OK LOGIN: Client \"<A>\"",
        "<SYSLOG> sshd[<N>]: Failed password for invalid user <U> from <A> port <N> ssh2",
        "<SYSLOG> sshd[<N>]: Accepted publickey for <U> from <A> port <N> ssh2: RSA SHA256:<ID>",
        "<SYSLOG> sshd[<N>]: Received disconnect from <A> port <N>:11: Bye Bye [preauth]",
        "<SYSLOG> sshd[<N>]: reverse mapping checking getaddrinfo for <H> [<A>] failed.",
        "<SYSLOG> kernel: [UFW BLOCK] IN=eth0 OUT= MAC=52:54:00:12:34:56:00:1a:2b:3c:4d:5e:08:00 SRC=<V4> DST=<V4> LEN=40 PROTO=TCP",
        "<SYSLOG> dhcpd: DHCPACK on <V4> to 00:1a:2b:3c:4d:5e (<W>) via eth0",
        // PHP, ModSecurity, panels, nothing
        "[22-Nov-2026 03:03:22 Europe/Berlin] PHP Fatal error:  Uncaught Error: Call to <W>::<W>() from <A>",
        "[22-Nov-2026 03:03:22] WARNING: [pool <W>] child <N> said into stderr: \"NOTICE: <A> asked\"",
        "[22/Nov/2026:03:03:22.123456 +0100] <ID> <A> <N> 192.0.2.1 443",
        "X-Forwarded-For: <LIST>",
        "Forwarded: for=<A>;proto=https, for=\"[<V6>]:4711\"",
        "Cookie: PHPSESSID=<ID>; a=b",
        "2026-11-22 03:03:22 Failed login for user '<U>' from '<A>' at 2026-11-22 03:03:22",
        "2026-11-22 03:03:22 [INFO] <W>: user <E> from <AP> did <W>",
        "#0 /srv/<W>.php(12): <W>::<W>('<A>', '<L>')",
        "<B>",
        "<B>",
        "<B>"
    };

    /** Lines with names that are known by their place only. */
    private static final String[] LOGINS = {
        "<SYSLOG> postfix/smtpd[<N>]: <ID>: client=<H>[<A>], sasl_method=PLAIN, sasl_username=<U>, sasl_sender=<E>",
        "<SYSLOG> <PAM>: pam_unix(x:auth): authentication failure; logname=<U> uid=0 euid=0 tty=ftp ruser=<U> rhost=<H> "
                + " user=<U>",
        "<SYSLOG> saslauthd[<N>]: do_auth : auth failure: [user=<U>] [service=smtp] [realm=<W>] [mech=pam]",
        "2026-11-22 03:03:22 <XID> => <W> <<E>> F=<<E>> R=local T=maildir",
        "<SYSLOG> proftpd[<N>]: <SITE> (<H>[<A>]) - ANON <U>: Login successful.",
        "<SYSLOG> vsftpd[<N>]: [<U>] FTP command: Client \"<A>\", \"USER <U>\"",
        "<SYSLOG> vsftpd[<N>]: [pid <N>] [<U>] OK UPLOAD: Client \"<A>\", \"/home/<W><URI>\", <N> bytes",
        "<SYSLOG> pure-ftpd: (<U>@<H>) [INFO] New connection from <H>",
        "<SYSLOG> sshd[<N>]: Disconnected from user <U> <H> port <N>",
        "<SYSLOG> sshd[<N>]: User <U> from <H> not allowed because not listed in AllowUsers",
        "<SYSLOG> pure-ftpd: (?@<H>) [INFO] <U> is now logged in",
        "<APACHE2> 1 <C> <N> /home/<W>/<W>.zip b _ o r <U> ftp 0 * c",
        "<C> - <U> <ACCESS> \"<M> <URI>\" 200",
        "<C> UNKNOWN <U> [<ACCESS>] \"USER <U>\" 331 -",
        "<C> - <U> [<ACCESS>] \"PUT /home/<W><URI>\" 200 <N>",
        "<C> - <U> [11/22/2026:03:03:22 -0000] \"GET <URI> HTTP/1.1\" 200 0 \"<REF>\" \"<UA>\" \"s\" \"-\" 2083",
        "<SYSLOG> su[<N>]: + /dev/pts/0 <U>:<W>",
        "<SYSLOG> su[<N>]: - ??? <U>:root",
        "<86>1 2026-11-22T03:03:22.000Z mx1 sudo <N> - - <U> : TTY=pts/0 ; PWD=/home/<W> ; USER=root ; COMMAND=/bin/ls",
        "<SYSLOG> spamd[<N>]: spamd: clean message (0.1/5.0) for <U>:<N> in 0.2 seconds, <N> bytes.",
        "<SYSLOG> sendmail[<N>]: AUTH=server, relay=<H> [<A>], authid=<U>, mech=PLAIN, bits=0",
        "<SYSLOG> sshd[<N>]: Accepted publickey for <U> from <A> port <N> ssh2: RSA-CERT SHA256:<ID> ID <E> (serial 0) CA RSA x",
        "<SYSLOG> dnsmasq-dhcp[<N>]: DHCPACK(eth0) <V4> 52:54:00:12:34:56 <W>",
        "type=USER_LOGIN msg=audit(1795316602.123:<N>): pid=7 uid=0 msg='op=login acct=\"<U>\" exe=\"/x\" addr=<A>'",
        "# User@Host: <U>[<U>] @ <H> [<A>]  Id:    12",
        "2026-11-22T03:03:22.123456Z\t   12 Connect\t<U>@<H> on shop using TCP/IP",
        "{\"remoteAddr\":\"<A>\",\"user\":\"--\",\"url\":\"<URI>\",\"message\":\"Login failed: '<U>' (Remote IP: '<A>')\"}"
    };

    private static final String[] WORDS = {
        "index",
        "wp-login",
        "example",
        "a",
        "face",
        "deadbeef",
        "client",
        "Foo",
        "DateTime",
        "std",
        "cafe",
        "ab",
        "x",
        "user"
    };

    private static final String[] LOOKALIKES = {
        "1.2.3",
        "1.2.3.4.5",
        "1.3.6.1.4.1.311",
        "OID 2.5.29.17",
        "X509 2.5.4.3",
        "203.0.113.7.52133",
        "IP 203.0.113.77.80 > 192.0.2.9.52133:",
        "<1234.203.0.113.77.1300000000.squirrel@x>",
        "1.203.0.113.7.2",
        "PORT 203,0,113,77,203,165",
        "203,0,113,7,203,165",
        "Passive Mode (1,2,3,4,5,6,7)",
        "libfoo:amd64 1.2.3.4-5",
        "nginx-1.24.0.1-1.el9",
        "Cafe::Bad",
        "DB::a",
        "12:34:56",
        "12:34:56.789",
        "00:1a:2b:3c:4d:5e",
        "ECDHE-RSA-AES256-GCM-SHA384:256",
        "Foo::Bar",
        "std::string",
        "DateTime::createFromFormat",
        "123.456.789.012",
        "2026-11-22",
        "v1.2.3-4",
        "dsn=2.0.0",
        "a::b::c",
        "16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
        "1.",
        "::",
        "Chrome/91.0.4472.124",
        "Chrome/41.0.228.0",
        "Client/203.0.113.7",
        "Instagram 10.26.0.1",
        "version 4.3.2.1",
        "Version: 4.3.2.1",
        "?app_version=4.3.2.1&a=b",
        "ModSecurity for Apache/2.9.7.1 (http",
        "10.0.19041.1",
        "5.7.1",
        "9999.1.1.1",
        "1...2",
        "12345:67890",
        "a.b-c.d",
        "/~",
        "-f",
        "~frank"
    };

    private static final String[] GLUE = {
        "", " ", ",", ", ", ";", "=", "\"", "'", "(", ")", "[", "]", "<", ">", "/", "//", ":", "-", "_", ".", "x", "a",
        "7", "%2F", "%3A", "%20", "%", "?", "&", "#", "|", "\\", "*", "@", "\t", "\u00e4", "\u00ff", "\r", "{", "}",
        "+", "%25", "%40", "%2E", "http://", "\\x22", "\\u0022", "\\x00", "%2522", "%2520", "ec2-", "a1-"
    };

    private static final String[] SEPARATORS = {
        " ", ", ", " \"", "\" ", " (", ") ", " [", "] ", "; ", " - ", " = ", "\t"
    };

    private static final String[] FORMAT_BITS = {
        "[client ",
        "client: ",
        "[remote ",
        ", referer: ",
        " - - [22/Nov/2026:03:03:22 +0100] \"",
        "[Sun Nov 22 03:03:22.123456 2026] ",
        "2026/11/22 03:03:22 [error] ",
        "Nov 22 03:03:22 mx ",
        "Nov 22 03:03:22 mx sshd[1]: ",
        "{\"remote_addr\":\"",
        "host.invalid",
        "h-abcdefghijklm",
        "hash.invalid",
        ".in-addr.arpa",
        ".ip6.arpa",
        " port ",
        "unknown",
        "unix:",
        "User-Agent: ",
        "user=<",
        "token=",
        "sid=",
        "message-id=<",
        "for=",
        "HTTP/1.1\" 200 5",
        "password=",
        "http://",
        "://",
        "Authorization: ",
        "Authorization: Bearer ",
        "{\"password\":\"",
        "\\\"session\\\":\\\"",
        "\"user\": \"",
        "\"login=",
        "wordpress_logged_in_0123456789abcdef0123456789abcdef=",
        "against variable `ARGS:password' (Value: `",
        "X-Forwarded-For: ",
        "/~frank",
        "/remote.php/dav/files/frank",
        "%2F%7Efrank",
        " -f",
        ":2083/cpsess0123456789",
        "://webmail.example.org/cpsess0123456789",
        "/cpsess0123456789",
        "GET /cpsess0123456789/"
    };

    private final Random random;
    private String last = "203.0.113.7";

    LogLines(Random random) {
        this.random = random;
    }

    /** One line, without line end. */
    String next() {
        return switch (random.nextInt(8)) {
            case 0, 1 -> ordinary();
            case 2 -> fill(one(LOGINS));
            case 3 -> mutated(ordinary());
            case 4 -> mutated(fill(one(LOGINS)));
            case 5, 6 -> soup(random.nextInt(3) == 0 ? 40 : 6);
            default -> random.nextInt(200) == 0 ? huge() : mutated(mutated(soup(6)));
        };
    }

    /** A line as a service writes it. */
    String ordinary() {
        return fill(one(TEMPLATES));
    }

    /** Pieces of everything, one behind the other. */
    String soup(int most) {
        StringBuilder line = new StringBuilder();
        for (int i = random.nextInt(most); i >= 0; i--) {
            line.append(piece()).append(one(GLUE));
        }
        return line.toString();
    }

    /** Pieces of everything that nothing is glued to. */
    String separated() {
        StringBuilder line = new StringBuilder("# # ");
        for (int i = random.nextInt(6); i >= 0; i--) {
            line.append(piece()).append(one(SEPARATORS));
        }
        return line.toString();
    }

    private String huge() {
        StringBuilder line = new StringBuilder();
        int size = 1 << (10 + random.nextInt(9));
        String filler =
                one(new String[] {"x", "1.2", ":", "f", "a:b ", "%", "word ", "::", "1:", "@", "=", "-1", "?", "//"});
        while (line.length() < size) {
            line.append(random.nextInt(500) == 0 ? soup(3) : filler);
        }
        return line.toString();
    }

    private String piece() {
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> address();
            case 3 -> hostName();
            case 4 -> one(LOOKALIKES);
            case 5 -> one(FORMAT_BITS);
            case 6 -> mail();
            case 7 -> fill(one(new String[] {"<URI>", "<REF>", "<UA>", "<AP>", "<LIST>", "<H>[<A>]"}));
            case 8 -> encoded(address());
            default -> one(WORDS);
        };
    }

    /** The same with some of it lost, doubled, glued to something, or overwritten. */
    String mutated(String line) {
        StringBuilder text = new StringBuilder(line);
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), at + random.nextInt(20));
            switch (random.nextInt(7)) {
                case 0 -> text.delete(at, to);
                case 1 -> text.insert(at, text.substring(at, to));
                case 2 -> text.insert(at, one(GLUE));
                case 3 -> text.insert(at, piece());
                case 4 -> text.insert(at, (char) random.nextInt(256));
                case 5 -> text.setLength(at);
                default -> text.append(ordinary());
            }
        }
        return text.toString().replace('\n', ' ').replace('\0', ' ');
    }

    private String fill(String template) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < template.length(); i++) {
            int close = template.indexOf('>', i);
            if (template.charAt(i) == '<' && close > i + 1 && isUpper(template, i + 1, close)) {
                text.append(hole(template.substring(i + 1, close)));
                i = close;
            } else {
                text.append(template.charAt(i));
            }
        }
        return text.toString();
    }

    private static boolean isUpper(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if ((c < 'A' || c > 'Z') && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    private String hole(String name) {
        return switch (name) {
            case "A" -> address();
            case "V4" -> v4();
            case "V6" -> v6();
            case "86" -> "<86>";
            case "AP" -> address() + (random.nextBoolean() ? ":" + random.nextInt(65_536) : "");
            case "C" ->
                switch (random.nextInt(12)) {
                    case 0 -> hostName();
                    case 1 -> "-";
                    case 2 -> one(new String[] {"unknown", "unix:", "localhost", "host.invalid", "crawler.example"});
                    default -> address();
                };
            case "H" -> random.nextInt(4) == 0 ? "unknown" : hostName();
            case "LIST" -> list();
            case "U" ->
                one(new String[] {
                    "-", "frank", "john doe", "web1", "h-abcdefghijklm", "max@example.org", "203.0.113.9", "\"\""
                });
            case "E" -> mail();
            case "SITE" -> one(new String[] {"www.example.org", "example.org", "shop.example", "mx1.hoster.example"});
            case "PAM" -> one(new String[] {"vsftpd[7]", "proftpd[7]", "dovecot", "saslauthd[7]", "sshd[7]", "foo"});
            case "M" -> one(new String[] {"GET", "POST", "HEAD"});
            case "N" -> String.valueOf(random.nextInt(100_000));
            case "W" -> one(WORDS);
            case "L" -> one(LOOKALIKES);
            case "ID" ->
                one(new String[] {"4XyZ1k2b3c4d", "aGVsbG8+d29ybGQ/", "YmFzZTY0", "0123456789ABCDEF", "Zq3cAAAAAAAB"});
            case "XID" -> "1tEabc-000001-2X";
            case "B" -> soup(6);
            case "URI" -> uri();
            case "REF" -> random.nextInt(3) == 0 ? "-" : "https://" + panel() + hole("SITE") + port() + uri();
            case "UA" ->
                one(new String[] {
                    "-",
                    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/41.0.228.0 Safari/537.36",
                    "curl/8.5.0",
                    "Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0",
                    "Opera/9.80 (" + address() + ")",
                    "check_http/v2.3.3 (monitoring-plugins 2.3.3)",
                    "Client/" + last + " Bot/203.0.113.99",
                    "Bot/1.2.3.4 (+http://bot.example/; " + mail() + ")"
                });
            case "ACCESS" ->
                String.format(
                        "%02d/%s/2026:%02d:03:22 +0100",
                        1 + random.nextInt(28), random.nextBoolean() ? "Nov" : "Mar", random.nextInt(24));
            case "APACHE" -> "Sun Nov 22 03:03:22" + (random.nextBoolean() ? ".123456" : "") + " 2026";
            case "APACHE2" -> "Sun Nov 22 03:03:22 2026";
            case "NGINX" -> "2026/11/22 03:03:22";
            case "ISO" -> "2026-11-22T03:03:22" + (random.nextBoolean() ? ".123456" : "") + "+01:00";
            case "SYSLOG" -> random.nextInt(3) == 0 ? "2026-11-22T03:03:22.123456+01:00 mx1" : "Nov 22 03:03:22 mx1";
            default -> throw new IllegalArgumentException(name);
        };
    }

    private String uri() {
        StringBuilder uri = new StringBuilder();
        if (random.nextInt(8) == 0) {
            uri.append(one(new String[] {"/~frank", "/%7Efrank.x.", "/~", "/~max%40example.org", "/cpsess0123456789"}));
        }
        uri.append('/').append(one(WORDS));
        if (random.nextInt(4) == 0) {
            uri.append('/').append(random.nextBoolean() ? address() : encoded(address()));
        }
        if (random.nextInt(8) == 0) {
            uri.append(version());
        }
        if (random.nextInt(8) == 0) {
            uri.append(one(new String[] {";jsessionid=", ";PHPSESSID=", ";v="})).append(one(WORDS));
            if (random.nextBoolean()) {
                uri.append('/').append(one(WORDS));
            }
        }
        if (random.nextInt(2) == 0) {
            char separator = '?';
            for (int i = random.nextInt(3); i >= 0; i--) {
                String value = switch (random.nextInt(7)) {
                    case 0 -> address();
                    case 1 -> encoded(address());
                    case 2 -> mail().replace("@", "%40");
                    case 3 -> last;
                    case 4 -> "http%3A%2F%2F" + address() + "%2Fx";
                    default -> one(WORDS);
                };
                uri.append(separator)
                        .append(one(new String[] {
                            "q",
                            "ip",
                            "sid",
                            "accessToken",
                            "User",
                            "pma_user",
                            "db-pass",
                            "log",
                            "pwd",
                            "user[name]",
                            "b_key",
                            "user%5Bpassword%5D",
                            "PHPSESSID",
                            "a[b]",
                            "key",
                            "v",
                            "Ver",
                            "rev"
                        }))
                        .append('=')
                        .append(value);
                separator = '&';
            }
        }
        if (random.nextInt(12) == 0) {
            uri.append(one(new String[] {"#access_token=", "#id_token=", "#s=", "#"}))
                    .append(one(WORDS));
        }
        return uri.toString();
    }

    private String panel() {
        return random.nextInt(8) == 0 ? one(new String[] {"webmail.", "cpanel.", "whm"}) : "";
    }

    private String port() {
        return random.nextInt(8) == 0 ? ":2083" : "";
    }

    private String list() {
        List<String> items = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            items.add(
                    switch (random.nextInt(6)) {
                        case 0 -> "unknown";
                        case 1 -> address() + ":" + random.nextInt(65_536);
                        default -> address();
                    });
        }
        return String.join(random.nextInt(4) == 0 ? "," : ", ", items);
    }

    String mail() {
        String domain = one(new String[] {"example.org", "mail.example", "web.de", "xn--mller-kva.example"});
        return switch (random.nextInt(10)) {
            case 0 -> "Max.Mustermann+shop@" + domain;
            case 8 ->
                one("m\\u00fcller", "m\\xc3\\xbcller", "m%C3%BCller", "o'neil", "o%27neil", "\\nmax", "\\u003cmax")
                        + "@" + domain;
            case 9 -> "max@" + one("m\\u00fcller", "m\\xc3\\xbcller", "m%C3%BCller") + ".example";
            case 1 -> "h-abcdefghijklm@hash.invalid";
            case 2 -> "-@" + domain;
            case 3 -> "m\u00e4x@" + domain;
            case 4 -> "max@[" + address() + "]";
            case 5 -> "max@" + hostName();
            default -> "max@" + domain;
        };
    }

    /** An address in some spelling. */
    String address() {
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> v4();
            case 4, 5, 6, 7 -> v6();
            case 8 -> AddressMaskerTest.address(random);
            default ->
                switch (random.nextInt(4)) {
                    case 0 -> "[" + v6() + "]";
                    case 1 -> "[" + v6() + "]:443";
                    case 2 -> v6() + "%eth0";
                    default -> v4() + ":" + random.nextInt(65_536);
                };
        };
    }

    /** The same address as before once in a while, so that others may repeat it. */
    private String v4() {
        if (random.nextInt(3) > 0) {
            last = newV4();
        }
        return last;
    }

    private String newV4() {
        if (random.nextInt(12) == 0) {
            return String.format(
                    "%03d.%d.%03d.%03d",
                    random.nextInt(256), random.nextInt(256), random.nextInt(256), random.nextInt(256));
        }
        return switch (random.nextInt(6)) {
            case 0 -> "203.0.113.0";
            case 1 -> one(new String[] {"0.0.0.0", "127.0.0.1", "10.0.0.2", "1.1.1.1", "255.255.255.255"});
            default ->
                random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256);
        };
    }

    private String v6() {
        String text = switch (random.nextInt(10)) {
            case 0 -> "2001:db8::" + Integer.toHexString(random.nextInt(0x10000));
            case 1 ->
                String.format(
                        "2001:db8:%x:%x:%x:%x:%x:%x",
                        random.nextInt(0x10000),
                        random.nextInt(0x10000),
                        random.nextInt(0x10000),
                        random.nextInt(0x10000),
                        random.nextInt(0x10000),
                        random.nextInt(0x10000));
            case 2 -> "::ffff:" + v4();
            case 3 -> "::1";
            case 4 ->
                String.format(
                        "2002:%04x:%04x::%x",
                        random.nextInt(0x10000), random.nextInt(0x10000), random.nextInt(0x10000));
            case 5 -> "2001:db8:aaaa::";
            case 6 -> "64:ff9b::" + v4();
            case 7 -> "fe80::1ff:fe23:4567:890a";
            case 8 ->
                String.format(
                        "2003:%x:%x:%x::%x",
                        random.nextInt(0x10000), random.nextInt(0x10000), random.nextInt(0x10000), random.nextInt(16));
            default -> "2001:0:cb00:714d:8000:63bf:34ff:8eb2";
        };
        return random.nextInt(4) == 0 ? text.toUpperCase(Locale.ROOT) : text;
    }

    /** The name of a host, which may hold an address. */
    String hostName() {
        String v4 =
                random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256);
        return switch (random.nextInt(12)) {
            case 9, 10, 11 -> repeating();
            case 8 -> one(new String[] {"ec2-", "vps1-", "a7--"}) + v4.replace('.', '-') + ".compute-1.cloud.example";
            case 0 -> "p" + v4.replace('.', '-') + ".isp.example";
            case 1 -> v4.replace('.', '-') + ".dsl.isp.example";
            case 2 -> v4 + ".in-addr.arpa";
            case 3 -> v4 + ".dnsbl.example";
            case 4 -> "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
            case 5 -> String.format("p%08x.dip0.isp.example", random.nextInt());
            case 6 ->
                one(new String[] {"", "dyn-", "static-", "ipv6-", "p", "pd"}) + "2001-db8-"
                        + Integer.toHexString(random.nextInt(0x10000)) + "--7.isp.example";
            default -> "mail.example.org";
        };
    }

    /** The name of a host that spells the address used last. */
    private String repeating() {
        List<String> octets = new ArrayList<>(List.of(last.split("\\.")));
        if (random.nextInt(4) == 0) {
            Collections.reverse(octets);
        }
        if (random.nextInt(3) == 0) {
            return apart(octets);
        }
        String separator = one(new String[] {"_", "-", ".", "x"});
        StringBuilder name = new StringBuilder(one(new String[] {"", "host", "p", "dsl-", "a_", "x."}));
        switch (random.nextInt(4)) {
            case 0 -> octets.forEach(octet -> name.append(String.format("%03d", Integer.parseInt(octet))));
            case 1 -> octets.forEach(octet -> name.append(String.format("%02x", Integer.parseInt(octet))));
            case 2 -> name.append(String.join(separator, octets));
            default -> {
                name.append(octets.get(0));
                for (int i = 1; i < 4; i++) {
                    name.append(one(new String[] {"_", "-", "."})).append(octets.get(i));
                }
            }
        }
        return name + one(new String[] {".isp.example", "-dsl.isp.example", ".1.example", "/", ""});
    }

    /** The name of a host in which numbers stand apart. */
    private String apart(List<String> octets) {
        Collections.shuffle(octets, random);
        StringBuilder name = new StringBuilder(one(new String[] {"", "host", "p", "dsl-", "a-1-", "x."}));
        for (String octet : octets.subList(0, 3 + random.nextInt(2))) {
            name.append(random.nextInt(8) == 0 ? "0".repeat(Math.max(0, 3 - octet.length())) + octet : octet)
                    .append(one(new String[] {"-", "-", ".", "_", ".red-", "-1234-", ".w", "-static.", "--", ".5-"}));
        }
        return name + one(new String[] {"isp.example", "x.isp.example", "1.example", "/", ""});
    }

    private String version() {
        String version = random.nextInt(4) == 0
                ? last
                : random.nextInt(12) + "." + random.nextInt(30) + "." + random.nextInt(9) + "." + random.nextInt(300);
        return one(new String[] {"/jquery-", "/app_v", "/x.", "/setup-", "/", "/a-1"})
                + version
                + one(new String[] {".js", ".min.js", "-min.css", ".js.map", ".exe", ".jsp", ".zip", ""});
    }

    private String encoded(String text) {
        if (random.nextInt(5) == 0) {
            String escape = random.nextInt(3) == 0 ? "%25" : "%";
            int share = 1 + random.nextInt(3);
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                all.append(
                        random.nextInt(share) == 0
                                ? escape + String.format(random.nextBoolean() ? "%02X" : "%02x", (int) c)
                                : c);
            }
            return all.toString();
        }
        boolean upper = random.nextBoolean();
        String percent = random.nextInt(4) == 0 ? "%25" : "%";
        String result = text.replace(":", percent + (upper ? "3A" : "3a"));
        return random.nextBoolean() ? result.replace(".", percent + (upper ? "2E" : "2e")) : result;
    }

    private String one(String... texts) {
        return texts[random.nextInt(texts.length)];
    }
}
