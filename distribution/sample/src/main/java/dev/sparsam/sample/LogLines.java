package dev.sparsam.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The lines of one log of one site: visitors, search engines, scanners and programs come and go, from documentation
 * addresses (RFC 5737, 3849, 9637) in many spellings. The same seed gives the same bytes. Not safe for several threads.
 */
public final class LogLines {
    /** The format of the lines. */
    public enum Kind {
        /** Apache's {@code combined}. */
        APACHE_COMBINED,
        /** Apache's {@code vhost_combined}: virtual host and port in front. */
        APACHE_VHOST_COMBINED,
        /** nginx' {@code combined}. */
        NGINX_COMBINED,
        /** Apache 2.4's error log, with the client's port, which follows an IPv6 address without brackets. */
        APACHE_ERROR,
        /** nginx' error log; the client stands in the middle of the line. */
        NGINX_ERROR
    }

    private static final String CHROME = " AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 ";
    private static final List<String> BROWSERS = List.of(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64)" + CHROME + "Safari/537.36",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64)" + CHROME + "Safari/537.36 Edg/141.0.3537.71",
            "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0",
            "Mozilla/5.0 (Linux; Android 10; K)" + CHROME + "Mobile Safari/537.36",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
                    + " Version/18.6 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6"
                    + " Safari/605.1.15",
            "Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.7"
                    + " Mobile/15E148 Safari/604.1");
    private static final List<String> BOTS = List.of(
            "Mozilla/5.0 (compatible; Findixbot/2.1; +https://findix.example/bot.html)",
            "Mozilla/5.0 (compatible; Suchefuchs/4.0; +https://suchefuchs.example/crawler)",
            "LinkmapBot/7 (+https://linkmap.example.net/about)",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; LernmodellBot/1.2;"
                    + " +https://lernmodell.example.com/bot)");
    private static final List<String> SCANNERS =
            List.of("python-requests/2.32.3", "Mozilla/5.0 zgrab/0.x", "curl/8.14.1", "Go-http-client/1.1", "-");
    private static final List<String> PAGES = List.of(
            "/",
            "/",
            "/",
            "/leistungen",
            "/ueber-uns",
            "/kontakt",
            "/oeffnungszeiten",
            "/impressum",
            "/datenschutz",
            "/aktuelles/2026/herbstfest",
            "/produkte/",
            "/produkte/4711-geschenkkorb",
            "/produkte/1087-klassik?farbe=gr%C3%BCn&seite=2",
            "/suche?q=%C3%B6ffnungszeiten+samstag",
            "/warenkorb",
            "/blog/wie-alles-begann",
            "/blog/?seite=3",
            "/en/about",
            "/galerie/2025/sommer?utm_source=newsletter&utm_medium=email");
    private static final List<String> ASSETS = List.of(
            "/assets/app.3f9c1b.css",
            "/assets/app.90ab72.js",
            "/assets/schrift.woff2",
            "/bilder/logo.svg",
            "/bilder/titel-1280.webp",
            "/bilder/team/IMG_2041.jpg",
            "/favicon.ico",
            "/wp-includes/js/jquery/jquery.min.js?ver=3.7.1");
    private static final List<String> SCANS = List.of(
            "/.env",
            "/.git/config",
            "/wp-login.php",
            "/xmlrpc.php",
            "/phpmyadmin/index.php",
            "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
            "/backup.zip",
            "/admin/config.php",
            "/cgi-bin/luci/;stok=/locale",
            "/index.php?lang=../../../../../../etc/passwd",
            "/actuator/health",
            "/owa/auth/logon.aspx",
            "/?id=1%27%20UNION%20SELECT%20NULL--");
    private static final List<String> PEOPLE = List.of(
            "anna.berg@post.example",
            "m.oezdemir@mail.example",
            "j.lindner@example.com",
            "tomasz@example.org",
            "c.vandijk@example.net",
            "info@verein.example");
    private static final List<String> USERS = List.of("aberg", "m.oezdemir", "redaktion", "jl");
    private static final List<String> ENTRIES = List.of(
            "-",
            "-",
            "https://findix.example/",
            "https://suchefuchs.example/suche?q=%C3%B6ffnungszeiten",
            "https://www.stadtportal.example/verzeichnis",
            "https://netzwerk.example.com/");
    private static final String[] MONTHS = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };
    private static final String[] DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    private static final int LONGEST_ENTRY = 6;

    private final Kind kind;
    private final String domain;
    private final ZoneId zone;
    private final SplittableRandom random;
    private final Visitor[] visitors = new Visitor[24];
    private final int pid;
    private int slot;
    private long lastAt;
    private long stampSecond = Long.MIN_VALUE;
    private String stamp = "";
    private int stampYear;

    /**
     * A log that has no line yet.
     *
     * @param domain the site
     * @param zone the server's time zone
     * @param seed what everything that looks random comes from
     */
    public LogLines(Kind kind, String domain, ZoneId zone, long seed) {
        this.kind = kind;
        this.domain = domain;
        this.zone = zone;
        this.random = new SplittableRandom(seed);
        this.pid = 700 + random.nextInt(30_000);
        for (int i = 0; i < visitors.length; i++) {
            visitors[i] = new Visitor();
        }
    }

    /**
     * Writes lines of the site {@code www.example} in UTC over one day, 7 March 2026.
     *
     * @param lines exactly how many; an entry of an error log may take several
     * @throws IOException when the stream does not take them
     */
    public static void write(Kind kind, long seed, long lines, OutputStream out) throws IOException {
        Instant from = Instant.parse("2026-03-07T00:00:00Z");
        new LogLines(kind, "www.example", ZoneOffset.UTC, seed).write(lines, from, from.plusSeconds(86_399), out);
    }

    /**
     * Writes the next lines, evenly over a time. The stream is neither flushed nor closed.
     *
     * @param lines exactly how many; an entry of an error log may take several
     * @param from time of the first line
     * @param until time of the last line
     * @throws IOException when the stream does not take them
     */
    public void write(long lines, Instant from, Instant until, OutputStream out) throws IOException {
        double millis = Math.max(0, until.toEpochMilli() - from.toEpochMilli());
        StringBuilder text = new StringBuilder(1 << 16);
        long written = 0;
        while (written < lines) {
            long at = from.toEpochMilli() + (long) (millis * written / Math.max(1, lines - 1));
            written += entry(at, (int) Math.min(LONGEST_ENTRY, lines - written), text);
            text.append('\n');
            if (text.length() > 60_000 || written == lines) {
                out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
                text.setLength(0);
            }
        }
    }

    /**
     * Appends the next entry without its last line end. Each character stands for one byte.
     *
     * @param at milliseconds since 1970
     * @param most how many lines it may take
     * @return how many it took
     */
    int entry(long at, int most, StringBuilder out) {
        int roll = random.nextInt(200_000);
        if (roll == 0) {
            return entry(at, most, out, Problem.LONG_LINE);
        }
        if (roll < 60) {
            return entry(at, most, out, Problem.LATIN1_BYTES);
        }
        if (roll < 200) {
            return entry(at, most, out, Problem.HOST_NAME_CLIENT);
        }
        if (roll < 260) {
            return entry(at, most, out, Problem.ZONE_ID);
        }
        if (roll < 1400) {
            return entry(at, most, out, Problem.ADDRESS_IN_QUERY);
        }
        if (roll < 2200) {
            return entry(at, most, out, Problem.EMAIL_IN_QUERY);
        }
        // Most lines of a bunch are of one visitor.
        boolean same = at - lastAt < 3000 && random.nextInt(4) > 0;
        slot = same ? slot : random.nextInt(visitors.length);
        lastAt = at;
        if (visitors[slot].left == 0) {
            visitors[slot] = new Visitor();
        }
        Visitor visitor = visitors[slot];
        visitor.left--;
        return append(at, most, out, visitor, visitor.next());
    }

    /** The same for an entry that shows a problem. */
    int entry(long at, int most, StringBuilder out, Problem problem) {
        Visitor visitor = new Visitor(Role.HUMAN);
        Hit hit = new Hit("GET", PAGES.get(3), 200, 5120 + random.nextInt(9000), "-");
        switch (problem) {
            case HOST_NAME_CLIENT -> visitor.client = Addresses.hostName(random);
            case ZONE_ID -> visitor.client = Addresses.zoned(random);
            case LATIN1_BYTES -> {
                hit = hit.to("/suche?q=M\u00fcllers+Stra\u00dfe");
                visitor.agent = "Heimatk\u00f6nig/2.1 (Windows NT 6.1; \u00d6sterreich)";
            }
            case LONG_LINE -> {
                StringBuilder path = new StringBuilder("/filter?artikel=");
                int length = 110_000 + random.nextInt(40_000);
                while (path.length() < length) {
                    path.append(10_000 + random.nextInt(90_000)).append("%2C");
                }
                hit = hit.to(path.toString());
            }
            case ADDRESS_IN_QUERY -> {
                String address = random.nextInt(3) == 0
                        ? Addresses.ipv6(random).replace(":", random.nextBoolean() ? "%3A" : ":")
                        : Addresses.ipv4(random);
                hit = hit.to(
                        random.nextBoolean()
                                ? "/api/standort?ip=" + address + "&v=2"
                                : "/zaehler.gif?seite=%2Fkontakt&client=" + address);
            }
            case EMAIL_IN_QUERY -> {
                String person = PEOPLE.get(random.nextInt(PEOPLE.size()));
                hit = hit.to(
                        random.nextBoolean()
                                ? "/newsletter/abmelden?email=" + person.replace("@", "%40")
                                : "/konto/passwort?mail=" + person + "&token=" + hex(32));
            }
            case STACK_TRACE -> {
                return append(at, Math.max(most, LONGEST_ENTRY), out, visitor, hit.with(500));
            }
            default -> throw new IllegalArgumentException(problem + " is not a matter of one entry");
        }
        return append(at, most, out, visitor, hit);
    }

    private int append(long at, int most, StringBuilder out, Visitor visitor, Hit hit) {
        switch (kind) {
            case APACHE_ERROR -> {
                return apacheError(at, most, out, visitor, hit);
            }
            case NGINX_ERROR -> {
                return nginxError(at, most, out, visitor, hit);
            }
            default -> {
                access(at, out, visitor, hit);
                return 1;
            }
        }
    }

    private void access(long at, StringBuilder out, Visitor visitor, Hit hit) {
        if (kind == Kind.APACHE_VHOST_COMBINED) {
            out.append(domain).append(random.nextInt(9) == 0 ? ":80 " : ":443 ");
        }
        out.append(visitor.client).append(" - ").append(visitor.user).append(" [");
        // The time is that of the request's start, the line is written at its end.
        long second = Math.floorDiv(at, 1000L);
        out.append(stamp(random.nextInt(100) == 0 ? second - 1 - random.nextInt(3) : second));
        out.append("] \"").append(hit.method).append(' ').append(hit.path);
        out.append(visitor.role == Role.SCANNER ? " HTTP/1.1\" " : " HTTP/2.0\" ");
        out.append(hit.status).append(' ');
        out.append(hit.status == 304 ? (kind == Kind.NGINX_COMBINED ? "0" : "-") : String.valueOf(hit.size));
        out.append(" \"")
                .append(hit.referrer)
                .append("\" \"")
                .append(visitor.agent)
                .append('"');
    }

    private int apacheError(long at, int most, StringBuilder out, Visitor visitor, Hit hit) {
        out.append('[').append(stamp(Math.floorDiv(at, 1000L))).append('.');
        two(out, (int) Math.floorMod(at, 1000L) / 10);
        out.append(1000 + random.nextInt(9000)).append(' ').append(stampYear).append("] ");
        String process = "[pid " + (pid + random.nextInt(8)) + ":tid "
                + (140_200_000_000_000L + random.nextInt(64) * 8_392_704L) + "] ";
        if (hit.status < 400 && visitor.role != Role.HUMAN && random.nextInt(12) == 0) {
            out.append("[mpm_event:notice] ").append(process);
            out.append("AH00489: Apache/2.4.65 (Debian) OpenSSL/3.0.17 configured -- resuming normal operations");
            return 1;
        }
        String client = "[client " + visitor.client + ":" + Addresses.port(random) + "] ";
        String root = "/var/www/" + domain + "/web";
        String referrer = hit.referrer.equals("-") ? "" : ", referer: " + hit.referrer;
        if (hit.status >= 500 && most >= LONGEST_ENTRY) {
            out.append("[php:error] ").append(process).append(client);
            trace(out, root);
            return LONGEST_ENTRY;
        }
        switch (visitor.role == Role.SCANNER ? random.nextInt(4) : 4 + random.nextInt(3)) {
            case 0 ->
                out.append("[authz_core:error] ")
                        .append(process)
                        .append(client)
                        .append("AH01630: client denied by server" + " configuration: ")
                        .append(root)
                        .append(hit.path);
            case 1 ->
                out.append("[security2:error] ")
                        .append(process)
                        .append(client)
                        .append("[client ")
                        .append(visitor.client)
                        .append(
                                "] ModSecurity: Warning. Matched phrase \"etc/passwd\" at ARGS:lang. [id \"930120\"] [hostname \"")
                        .append(domain)
                        .append("\"] [uri \"/index.php\"] [unique_id \"")
                        .append(hex(24))
                        .append("\"]");
            case 2, 3 ->
                out.append("[proxy_fcgi:error] ")
                        .append(process)
                        .append(client)
                        .append("AH01071: Got error 'Primary script unknown'")
                        .append(referrer);
            case 4 ->
                out.append("[php:warn] ")
                        .append(process)
                        .append(client)
                        .append("PHP Warning:  Undefined array key \"ort\" in ")
                        .append(root)
                        .append("/inhalt/suche.php on line ")
                        .append(20 + random.nextInt(200))
                        .append(referrer);
            default ->
                out.append("[core:info] ")
                        .append(process)
                        .append(client)
                        .append("AH00128: File does not exist: ")
                        .append(root)
                        .append(hit.path)
                        .append(referrer);
        }
        return 1;
    }

    private int nginxError(long at, int most, StringBuilder out, Visitor visitor, Hit hit) {
        out.append(stamp(Math.floorDiv(at, 1000L)));
        String process = pid + "#" + pid + ": ";
        if (hit.status < 400 && visitor.role != Role.HUMAN && random.nextInt(12) == 0) {
            out.append(" [notice] ").append(process).append("signal process started");
            return 1;
        }
        process += "*" + (1 + Math.floorMod(at / 700, 900_000L)) + " ";
        String root = "/var/www/" + domain + "/web";
        int lines = 1;
        if (hit.status >= 500 && most >= LONGEST_ENTRY) {
            // PHP's lines come as they are, so the client stands in the last line of the entry.
            out.append(" [error] ").append(process).append("FastCGI sent in stderr: \"PHP message: ");
            trace(out, root);
            out.append("\" while reading response header from upstream");
            lines = LONGEST_ENTRY;
        } else if (visitor.role == Role.SCANNER && random.nextInt(3) == 0) {
            out.append(" [error] ").append(process).append("access forbidden by rule");
        } else if (random.nextInt(3) == 0) {
            out.append(" [warn] ")
                    .append(process)
                    .append("an upstream response is buffered to a temporary file" + " /var/cache/nginx/fastcgi_temp/")
                    .append(random.nextInt(10))
                    .append("/17/0000000171 while reading upstream");
        } else {
            out.append(" [error] ")
                    .append(process)
                    .append("open() \"")
                    .append(root)
                    .append(hit.path)
                    .append("\" failed (2: No such file or directory)");
        }
        out.append(", client: ")
                .append(visitor.client)
                .append(", server: ")
                .append(domain)
                .append(", request: \"")
                .append(hit.method)
                .append(' ')
                .append(hit.path)
                .append(" HTTP/1.1\"");
        if (lines > 1) {
            out.append(", upstream: \"fastcgi://unix:/run/php/php8.2-fpm.sock:\"");
        }
        out.append(", host: \"").append(domain).append('"');
        if (!hit.referrer.equals("-")) {
            out.append(", referrer: \"").append(hit.referrer).append('"');
        }
        return lines;
    }

    private void trace(StringBuilder out, String root) {
        out.append("PHP Fatal error:  Uncaught RuntimeException: Lager antwortet nicht in ")
                .append(root)
                .append("/src/Lager.php:")
                .append(40 + random.nextInt(90))
                .append('\n');
        out.append("Stack trace:\n");
        out.append("#0 ").append(root).append("/src/Warenkorb.php(112): Shop\\Lager::bestand(4711)\n");
        out.append("#1 ").append(root).append("/index.php(17): Shop\\Warenkorb->anzeigen()\n");
        out.append("#2 {main}\n");
        out.append("  thrown in ").append(root).append("/src/Lager.php on line 61");
    }

    /** The time as this format writes it; for Apache's error log only up to the seconds. */
    private String stamp(long second) {
        if (second != stampSecond) {
            ZonedDateTime at = Instant.ofEpochSecond(second).atZone(zone);
            StringBuilder text = new StringBuilder(28);
            switch (kind) {
                case APACHE_ERROR -> {
                    text.append(DAYS[at.getDayOfWeek().getValue() - 1]).append(' ');
                    text.append(MONTHS[at.getMonthValue() - 1]).append(' ');
                    two(text, at.getDayOfMonth()).append(' ');
                    clock(text, at);
                }
                case NGINX_ERROR -> {
                    two(text.append(at.getYear()).append('/'), at.getMonthValue())
                            .append('/');
                    clock(two(text, at.getDayOfMonth()).append(' '), at);
                }
                default -> {
                    two(text, at.getDayOfMonth())
                            .append('/')
                            .append(MONTHS[at.getMonthValue() - 1])
                            .append('/');
                    clock(text.append(at.getYear()).append(':'), at).append(' ');
                    int minutes = at.getOffset().getTotalSeconds() / 60;
                    text.append(minutes < 0 ? '-' : '+');
                    two(two(text, Math.abs(minutes) / 60), Math.abs(minutes) % 60);
                }
            }
            stamp = text.toString();
            stampSecond = second;
            stampYear = at.getYear();
        }
        return stamp;
    }

    private static StringBuilder clock(StringBuilder text, ZonedDateTime at) {
        two(text, at.getHour()).append(':');
        two(text, at.getMinute()).append(':');
        return two(text, at.getSecond());
    }

    private static StringBuilder two(StringBuilder text, int number) {
        return text.append(number < 10 ? "0" : "").append(number);
    }

    private String hex(int digits) {
        StringBuilder text = new StringBuilder(digits);
        for (int i = 0; i < digits; i++) {
            text.append(Character.forDigit(random.nextInt(16), 16));
        }
        return text.toString().toLowerCase(Locale.ROOT);
    }

    private <T> T one(List<T> items) {
        return items.get(random.nextInt(items.size()));
    }

    private enum Role {
        HUMAN,
        BOT,
        SCANNER,
        LOGIN,
        PROGRAM
    }

    private record Hit(String method, String path, int status, int size, String referrer) {
        Hit to(String other) {
            return new Hit(method, other, status, size, referrer);
        }

        Hit with(int other) {
            return new Hit(method, path, other, size, referrer);
        }
    }

    /** Someone who makes a few requests one after the other. */
    private final class Visitor {
        final Role role;
        String client = Addresses.client(random);
        String agent;
        final String user;
        int left;
        private String page;

        Visitor() {
            this(
                    switch (random.nextInt(20)) {
                        case 0, 1, 2, 3 -> Role.BOT;
                        case 4, 5 -> Role.SCANNER;
                        case 6 -> Role.LOGIN;
                        case 7, 8 -> Role.PROGRAM;
                        default -> Role.HUMAN;
                    });
        }

        Visitor(Role role) {
            this.role = role;
            agent = switch (role) {
                case BOT -> one(BOTS);
                case SCANNER -> one(SCANNERS);
                case PROGRAM -> "Kassensync/3.4 (okhttp/4.12.0)";
                case HUMAN, LOGIN -> one(BROWSERS);
            };
            user = random.nextInt(150) == 0 ? one(USERS) : "-";
            left = 1 + random.nextInt(role == Role.SCANNER ? 25 : 12);
            page = one(ENTRIES);
        }

        Hit next() {
            String own = "https://" + domain;
            int luck = random.nextInt(100);
            return switch (role) {
                case HUMAN -> {
                    if (luck < 60 && page.startsWith(own)) {
                        yield new Hit("GET", one(ASSETS), luck < 15 ? 304 : 200, 900 + random.nextInt(90_000), page);
                    }
                    String from = page;
                    String path = one(PAGES);
                    page = own + path;
                    int status = luck > 97 ? 404 : luck == 97 ? 500 : luck > 93 ? 301 : 200;
                    yield new Hit("GET", path, status, 3000 + random.nextInt(40_000), from);
                }
                case BOT ->
                    new Hit(
                            "GET",
                            luck < 12 ? "/robots.txt" : luck < 20 ? "/sitemap.xml" : one(PAGES),
                            luck > 94 ? 404 : luck > 85 ? 304 : 200,
                            400 + random.nextInt(30_000),
                            "-");
                case SCANNER ->
                    new Hit(
                            luck < 85 ? "GET" : "POST",
                            one(SCANS),
                            luck < 75 ? 404 : luck < 90 ? 403 : luck < 95 ? 400 : 301,
                            150 + random.nextInt(400),
                            "-");
                case LOGIN ->
                    new Hit(
                            "POST",
                            luck < 60 ? "/konto/anmelden" : "/wp-login.php",
                            luck < 55 ? 302 : luck < 97 ? 401 : 500,
                            300 + random.nextInt(900),
                            own + "/konto/anmelden");
                case PROGRAM ->
                    new Hit(
                            luck < 80 ? "GET" : "POST",
                            "/api/v2/bestand?filiale=" + random.nextInt(40) + "&seit="
                                    + (1_700_000_000 + random.nextInt(90_000_000)),
                            luck > 97 ? 503 : luck > 90 ? 204 : 200,
                            60 + random.nextInt(4000),
                            "-");
            };
        }
    }
}
