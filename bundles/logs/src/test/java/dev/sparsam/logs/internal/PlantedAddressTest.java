package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Truncate;
import dev.sparsam.logs.Handling;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.PersonalField;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses of which it is known where they were put, in every spelling and whatever is glued to them. */
class PlantedAddressTest {
    /** How somebody may spell 211.213.217.219 and 2001:db8:a1b2:c3d4:e5f6:a7b8:c9da:ebfc, and what must not stay of it. */
    private static final List<String[]> SPELLINGS = List.of(
            new String[] {"211.213.217.219", "217.219"},
            new String[] {"211%2e213%2E217%2e219", "219"},
            new String[] {"211%252e213%252e217%252e219", "219"},
            new String[] {"::ffff:211.213.217.219", "219"},
            new String[] {"2001:db8:a1b2:c3d4:e5f6:a7b8:c9da:ebfc", "c9da"},
            new String[] {"2001:DB8:A1B2:C3D4:E5F6:A7B8:C9DA:EBFC", "C9DA"},
            new String[] {"2001%3adb8%3aa1b2%3ac3d4%3ae5f6%3aa7b8%3ac9da%3aebfc", "c9da"},
            new String[] {"%32%31%31%2e%32%31%33%2e%32%31%37%2e%32%31%39", "%31%39"},
            new String[] {"%2532%2531%2531%252e%2532%2531%2533%252e%2532%2531%2537%252e%2532%2531%2539", "%2531%2539"},
            new String[] {"211.213.217.2%31%39", "%39"},
            new String[] {"211%2e213%2e21%37%2e%3219", "%3219"},
            new String[] {
                "%32%30%30%31%3a%64%62%38%3a%61%31%62%32%3a%63%33%64%34%3a%65"
                        + "%35%66%36%3a%61%37%62%38%3a%63%39%64%61%3a%65%62%66%63",
                "%39%64%61"
            },
            new String[] {"2001:db8:a1b2:c3d4:e5f6:a7b8:%63%39%64%61:ebfc", "ebfc"},
            new String[] {"p211-213-217-219.isp.example", "213"},
            new String[] {"ec2-211-213-217-219.compute-1.cloud.example", "213"},
            new String[] {"219.217.213.211.in-addr.arpa", "219"});

    /** What may stand right before it: what URLs, web servers and JSON escape, and what people write. */
    private static final List<String> BEFORE = List.of(
            "",
            " ",
            "\"",
            "'",
            "(",
            "[",
            "<",
            "=",
            "/",
            ",",
            ";",
            ":",
            "|",
            "@",
            "ip=",
            "//",
            "%20",
            "%22",
            "%2F",
            "%00",
            "%2520",
            "%2522",
            "%252F",
            "\\x22",
            "\\x00",
            "\\x0A",
            "\\u0022",
            "\\u000a",
            "\\u0009",
            "\\\"",
            "{\\x22ip\\x22:\\x22",
            "{%22ip%22:%22",
            "[%2522",
            "{\"ip\":\"",
            "\u00e4",
            "\u00ff");

    private static final List<String> AFTER = List.of(
            "", " ", "\"", "'", ")", "]", ">", "/", ",", ";", "&x=1", "?", "#", "%20", "%22", "%2522", "\\x22",
            "\\u0022", "\\x22}", "\u00e4");

    private static final List<String> LINES = List.of(
            "198.51.100.7 - - [22/Nov/2026:03:03:22 +0100] \"GET /x?a=ADDRESS HTTP/1.1\" 200 5 \"-\" \"-\"",
            "198.51.100.7 - - [22/Nov/2026:03:03:22 +0100] \"GET / HTTP/1.1\" 200 5 \"https://x.example/ADDRESS\" \"bot ADDRESS\"",
            "Nov 22 03:03:22 mx postfix/smtpd[7]: connect from ADDRESS",
            "a line of which nobody knows the format: ADDRESS");

    @Test
    void nothingStaysOfAnAddressWhateverIsGluedToIt() throws IOException {
        LineScanner scanner = new LineScanner(LineScanner.Context.of(AddressMasking.DEFAULT, ZoneOffset.UTC));
        SoftAssertions all = new SoftAssertions();
        for (String[] spelling : SPELLINGS) {
            for (String before : BEFORE) {
                for (String after : AFTER) {
                    for (String line : LINES) {
                        String planted = line.replace("ADDRESS", before + spelling[0] + after);
                        all.assertThat(mask(scanner, planted)).as(planted).doesNotContain(spelling[1]);
                    }
                }
            }
        }
        all.assertAll();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "{\\x22ip\\x22:\\x22203.0.113.77\\x22} ^ {\\x22ip\\x22:\\x22203.0.113.0\\x22}",
                "\\u0022203.0.113.77 ^ \\u0022203.0.113.0",
                "x\\u00091.2.3.4 ^ x\\u00091.2.3.0",
                "\\x16\\x03\\x00198.51.100.23 ^ \\x16\\x03\\x00198.51.100.0",
                "%2522203.0.113.77%2522 ^ %2522203.0.113.0%2522",
                "\\x222001:db8:1:2:3:4:5:6 ^ \\x222001:db8:1::",
                "ec2-203-0-113-77.compute-1.amazonaws.example ^ ec2-0-0-0-0.compute-1.amazonaws.example",
                "backup-2026-11-23-04-05.tar.gz ^ backup-2026-11-23-04-05.tar.gz",
                "%2512.3.4.5 ^ %2512.3.4.0"
            })
    void masksTheAddressAndNotWhatIsGluedToIt(String text, String expected) throws IOException {
        LineScanner scanner = new LineScanner(LineScanner.Context.of(AddressMasking.DEFAULT, ZoneOffset.UTC));

        assertThat(mask(scanner, "of no format: " + text)).isEqualTo("of no format: " + expected);
    }

    /** Providers put a word before it: the address is found with any in its label. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "dynamic-2a02-3100-1234-5678-9abc-def0-1234-5678.310.pool.telefonica.de"
                        + "[2a02:3100:1234:5678:9abc:def0:1234:5678] ^"
                        + " dynamic-0-0-0-0-0-0-0-0.310.pool.telefonica.de[2a02:3100:1234::]",
                "host-2001-db8-1-2-3-4-5-6.isp.example ^ host-0-0-0-0-0-0-0-0.isp.example",
                "ipv6-2001-db8-1-2-3-4-5-6.isp.example ^ ipv6-0-0-0-0-0-0-0-0.isp.example",
                "dyn-2001-db8-1-2-3-4-5-6.isp.example ^ dyn-0-0-0-0-0-0-0-0.isp.example",
                "p2001-db8-1-2-3-4-5-6.isp.example ^ p0-0-0-0-0-0-0-0.isp.example",
                "pd2001-db8-1-2-3-4-5-6.isp.example ^ pd0-0-0-0-0-0-0-0.isp.example",
                "static-2001-db8-1-2-3-4-5-6.isp.example ^ static-0-0-0-0-0-0-0-0.isp.example",
                "a1-b2-2001-DB8-1-2-3-4-5-6-dsl.isp.example ^ a1-b2-0-0-0-0-0-0-0-0-dsl.isp.example",
                "x_2001-db8-1-2-3-4-5-6.isp.example ^ x_0-0-0-0-0-0-0-0.isp.example",
                "dyn-2001-db8-1--6.isp.example ^ dyn-0-0-0-0-0-0-0-0.isp.example",
                "%2d2001-db8-1--6.isp.example ^ %2d0-0-0-0-0-0-0-0.isp.example",
                "2001-db8--6.isp.example x.2001-db8--6.isp.example ^"
                        + " 0-0-0-0-0-0-0-0.isp.example x.0-0-0-0-0-0-0-0.isp.example",
                "2.0.0.2001-db8-1--6.isp.example ^ 2.0.0.0-0-0-0-0-0-0-0.isp.example",
                // Dates, identifiers, and what is no name of a host.
                "img-2024-11-22--face.jpg ^ img-2024-11-22--face.jpg",
                "log-2026-11-22-03-04-05-06-07.gz ^ log-2026-11-22-03-04-05-06-07.gz",
                "x-123e4567-2001-12d3-a456-426614174000.example ^ x-123e4567-2001-12d3-a456-426614174000.example",
                "host-2001-db8-1-2-3-4-5-6 ^ host-2001-db8-1-2-3-4-5-6",
                "x-12001-db8-1-2-3-4-5-6.isp.example ^ x-12001-db8-1-2-3-4-5-6.isp.example",
                "node-3--dead-beef.example ^ node-3--dead-beef.example",
            })
    void masksIpv6WithHyphensWhateverStandsBeforeIt(String text, String expected) throws IOException {
        LineScanner scanner = new LineScanner(LineScanner.Context.of(AddressMasking.DEFAULT, ZoneOffset.UTC));

        assertThat(mask(scanner, "connect from " + text)).isEqualTo("connect from " + expected);
        assertThat(mask(scanner, "connect from " + expected)).isEqualTo("connect from " + expected);
    }

    /** RFC 959 section 4.1.2: four numbers for the address and two for the port. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "\"PORT 203,0,113,77,203,165\" ^ \"PORT 203,0,113,0,203,165\"",
                "Command [port] [203,0,113,77,203,165] ^ Command [port] [203,0,113,0,203,165]",
                "227 Entering Passive Mode (198,51,100,1,195,80) ^ 227 Entering Passive Mode (198,51,100,0,195,80)",
                "203.0.113.77 said 203,0,113,77,203,165. ^ 203.0.113.0 said 203,0,113,0,203,165.",
                "said 203,0,113,77,203,165 from 203.0.113.0 ^ said 203,0,113,0,203,165 from 203.0.113.0",
                // Other numbers.
                "1,2,3,4,5,6 ^ 1,2,3,4,5,6",
                "said 203,0,113,77,203,165 ^ said 203,0,113,77,203,165",
                "support 1,2,3,4,5,6 ports 1,2,3,4,5,6 ^ support 1,2,3,4,5,6 ports 1,2,3,4,5,6",
                "port 1,2,3,4,5 1,2,3,4,5,6,7 ,1,2,3,4,5,6 1,2,3,4,5,6, 1,2,3,4,5,256 1,2,3,4,5,1000 ^"
                        + " port 1,2,3,4,5 1,2,3,4,5,6,7 ,1,2,3,4,5,6 1,2,3,4,5,6, 1,2,3,4,5,256 1,2,3,4,5,1000",
            })
    void masksTheAddressesThatFtpJoinsWithCommas(String text, String expected) throws IOException {
        LineScanner scanner = new LineScanner(LineScanner.Context.of(AddressMasking.DEFAULT, ZoneOffset.UTC));

        assertThat(mask(scanner, "of no format: " + text)).isEqualTo("of no format: " + expected);
        assertThat(mask(scanner, "of no format: " + expected)).isEqualTo("of no format: " + expected);
    }

    @Test
    void findsTheCommasOfFtpWhereverALongRecordIsCut() throws IOException {
        LineScanner scanner = new LineScanner(LineScanner.Context.of(AddressMasking.DEFAULT, ZoneOffset.UTC));
        for (int more = 0; more < 40; more++) {
            String before = "x".repeat((1 << 18) - 30 + more) + " PORT ";

            assertThat(mask(scanner, before + "203,0,113,77,203,165" + " y".repeat(1000)))
                    .isEqualTo(before + "203,0,113,0,203,165" + " y".repeat(1000));
        }
    }

    /** Whatever the client asks for as the host: what follows is the usual line. */
    @ParameterizedTest
    @ValueSource(
            strings = {"m\u00fcller.de", "a$b.de", "evil$(id)", "../../etc", "", "[x]", "{x}", "\"x", "*", "a.b:80:90"})
    void understandsAccessLinesBehindAnyVirtualHost(String site) throws IOException {
        MaskingPolicy policy = MaskingPolicy.ofAddresses(AddressMasking.DEFAULT)
                .with(PersonalField.USER, Handling.DROP)
                .with(PersonalField.REFERRER, Handling.DROP)
                .with(PersonalField.AGENT, Handling.DROP);
        LineScanner scanner = new LineScanner(LineScanner.Context.of(policy, ZoneOffset.UTC, Instant.now()));
        String time = "[22/Nov/2026:03:03:22 +0100] \"GET / HTTP/1.1\" 200 5";
        for (String blank : List.of(" ", "\t")) {
            String line = site + blank + "203.0.113.77 - mmuster " + time + " \"https://x.example/\" \"curl/8\"";
            String masked = site + blank + "203.0.113.0 - - " + time + " \"-\" \"-\"";

            assertThat(mask(scanner, line)).isEqualTo(masked);
            assertThat(mask(scanner, masked)).isEqualTo(masked);
        }
    }

    /** They are the same for everybody. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.3.2.1:80",
                "[127.0.0.1]",
                "255.255.255.255",
                "0.0.0.0",
                "upstream: \"fastcgi://127.0.0.1:9000\"",
                "listed by domain zen.spamhaus.org as 127.0.0.4",
            })
    void leavesAddressesThatTellNobody(String text) throws IOException {
        for (AddressMasking rule : List.of(AddressMasking.DEFAULT, new Truncate(8, 8), new Truncate(0, 0))) {
            LineScanner scanner = new LineScanner(LineScanner.Context.of(rule, ZoneOffset.UTC));

            assertThat(mask(scanner, "of no format: " + text)).isEqualTo("of no format: " + text);
            for (String client : List.of("127.0.0.1", "255.255.255.255")) {
                String line = client + " - - [22/Nov/2026:03:03:22 +0100] \"GET / HTTP/1.1\" 200 5 \"-\" \"-\"";
                assertThat(mask(scanner, line)).isEqualTo(line);
            }
        }
    }

    /** What may as well be something else is an address where it stands, in whatever spelling, near by. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "host203_0_113_77.isp.example[203.0.113.77] ^ host0_0_0_0.isp.example[203.0.113.0]",
                "77_113_0_203-dsl.isp.example (203.0.113.77) ^ 0_0_0_0-dsl.isp.example (203.0.113.0)",
                "adsl-ull-77-113.0-203.isp.example[203.0.113.77] ^ adsl-ull-0-0.0-0.isp.example[203.0.113.0]",
                "203.0.113-77.isp.example[203.0.113.77] ^ 0.0.0-0.isp.example[203.0.113.0]",
                "203x0x113x77.isp.example[203.0.113.77] ^ 0x0x0x0.isp.example[203.0.113.0]",
                "host203000113077.isp.example[203.0.113.77] ^ host000000000000.isp.example[203.0.113.0]",
                "077113000203.isp.example[203.0.113.77]:25 ^ 000000000000.isp.example[203.0.113.0]:25",
                "203.0.113.77: host203000113077.isp.example ^ 203.0.113.0: host000000000000.isp.example",
                "203.0.113.77:52144 host203000113077.isp.example ^ 203.0.113.0:52144 host000000000000.isp.example",
                "::ffff:203.0.113.77 a203_0_113_77.isp.example ^ ::ffff:203.0.113.0 a0_0_0_0.isp.example",
                "/whois/203-0-113-77/ 203.0.113.77 ^ /whois/0-0-0-0/ 203.0.113.0",
                // Masked already, and beside another address of its network.
                "host203_0_113_77.isp.example[203.0.113.0] ^ host0_0_0_0.isp.example[203.0.113.0]",
                // What repeats no address.
                "img_203_0_114_77.jpg from 203.0.113.77 ^ img_203_0_114_77.jpg from 203.0.113.0",
                "backup-202112220130.tar.gz from 203.0.113.77 ^ backup-202112220130.tar.gz from 203.0.113.0",
                "/whois/203-0-114-77/ from 203.0.113.77 ^ /whois/203-0-114-77/ from 203.0.113.0",
                "2.5.3_0.jar of 203.0.113.77 ^ 2.5.3_0.jar of 203.0.113.0",
            })
    void masksTheNameThatRepeatsAnAddressNearBy(String text, String expected) throws IOException {
        LineScanner scanner = new LineScanner(LineScanner.Context.of(AddressMasking.DEFAULT, ZoneOffset.UTC));

        assertThat(mask(scanner, "of no format: " + text)).isEqualTo("of no format: " + expected);
        assertThat(mask(scanner, "of no format: " + expected)).isEqualTo("of no format: " + expected);
    }

    /** A parameter and a file of which the name says that it is a version, unless it is an address that stands near by. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "/a.css?ver=5.8.1.2 ^ /a.css?ver=5.8.1.2",
                "/a.css?a=b&V=5.8.1.2&c=d ^ /a.css?a=b&V=5.8.1.2&c=d",
                "/a?version=1.2.3.4;rev=5.6.7.8;build=9.10.11.12 ^ /a?version=1.2.3.4;rev=5.6.7.8;build=9.10.11.12",
                "/jquery-3.6.0.1.js ^ /jquery-3.6.0.1.js",
                "/jquery-ui_v1.13.2.1.min.js?x=1 ^ /jquery-ui_v1.13.2.1.min.js?x=1",
                "/app.1.2.3.4.css.map ^ /app.1.2.3.4.css.map",
                "/setup-7.4.2.1.exe ^ /setup-7.4.2.1.exe",
                "/font.woff?v=1.2.3.4 https://x.example/a.css?ver=1.2.3.4 ^"
                        + " /font.woff?v=1.2.3.4 https://x.example/a.css?ver=1.2.3.4",
                // The client's own is one whatever it is called.
                "/a?v=198.51.100.7 ^ /a?v=198.51.100.0",
                "/a?v=198.51.100.9 ^ /a?v=198.51.100.0",
                "/app-198.51.100.7.js ^ /app-0.0.0.0.js",
                // Names that say nothing, and what is no more than a part of a value.
                "/a?ip=203.0.113.77 ^ /a?ip=203.0.113.0",
                "/a?server=203.0.113.77 ^ /a?server=203.0.113.0",
                "/a?ver=5%2e8.1.2 ^ /a?ver=5%2e8.1.0",
                "/a?ver=203.0.113.77:80 ^ /a?ver=203.0.113.0:80",
                "/a?ver=203.0.113.77,x ^ /a?ver=203.0.113.0,x",
                "/ver=203.0.113.77 ^ /ver=203.0.113.0",
                "/203.0.113.77.js ^ /0.0.0.0.js",
                "/report-203.0.113.77.pdf ^ /report-0.0.0.0.pdf",
                "/backup-203.0.113.77.tar.gz ^ /backup-0.0.0.0.tar.gz",
                "http://host-203.0.113.77.js.example/ ^ http://host-0.0.0.0.js.example/",
                "{\"version\":\"27.1.2.1\",\"Version\": \"27.1.2.1\"} ^ {\"version\":\"27.1.2.1\",\"Version\": \"27.1.2.1\"}",
                "{\\x22version\\x22:\\x2227.1.2.1\\x22} ^ {\\x22version\\x22:\\x2227.1.2.0\\x22}",
                "{\\\"version\\\":\\\"27.1.2.1\\\"} ^ {\\\"version\\\":\\\"27.1.2.1\\\"}",
                "{\"server\":\"27.1.2.1\",\"version\":\"198.51.100.9\"} ^"
                        + " {\"server\":\"27.1.2.0\",\"version\":\"198.51.100.0\"}",
                "{\"conversion\":\"27.1.2.1\",\"version\":\"27.1.2.1:80\"} ^"
                        + " {\"conversion\":\"27.1.2.0\",\"version\":\"27.1.2.0:80\"}",
                "{\"app_version\":\"27.1.2.1\",\"my-version\":\"27.1.2.1\"} ^"
                        + " {\"app_version\":\"27.1.2.1\",\"my-version\":\"27.1.2.1\"}",
                "/a?app_version=4.3.2.1&db-ver=5.8.1.2 ^ /a?app_version=4.3.2.1&db-ver=5.8.1.2",
                "/a?conversion=4.3.2.1 ^ /a?conversion=4.3.2.0",
                "ClamAV 1.0.3.4+dfsg-1~deb12u1 ^ ClamAV 1.0.3.4+dfsg-1~deb12u1",
                "clamav 1.0.3.4+x 1.0.3.4-dfsg ^ clamav 1.0.3.0+x 1.0.3.0-dfsg",
                "198.51.100.9+dfsg-1 ^ 198.51.100.0+dfsg-1",
            })
    void leavesVersionsThatAreCalledSo(String text, String expected) throws IOException {
        LineScanner scanner = new LineScanner(LineScanner.Context.of(AddressMasking.DEFAULT, ZoneOffset.UTC));
        String head = "198.51.100.7 - - [22/Nov/2026:03:03:22 +0100] \"GET ";
        String tail = " HTTP/1.1\" 200 5 \"-\" \"-\"";
        String masked = head.replace("100.7", "100.0") + expected + tail;

        assertThat(mask(scanner, head + text + tail)).isEqualTo(masked);
        assertThat(mask(scanner, masked)).isEqualTo(masked);
    }

    /** Four numbers behind the name of a product are a version in a user agent, and nowhere else. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "CLIENT - - TIME \"GET /a Mozilla/203.0.113.9 HTTP/1.1\" 200 5 \"-\" \"-\" ^"
                        + " CLIENT - - TIME \"GET /a Mozilla/203.0.113.0 HTTP/1.1\" 200 5 \"-\" \"-\"",
                "CLIENT - - TIME \"GET /a HTTP/1.1\" 200 5 \"Client/203.0.113.9\" \"-\" ^"
                        + " CLIENT - - TIME \"GET /a HTTP/1.1\" 200 5 \"Client/203.0.113.0\" \"-\"",
                "CLIENT - - TIME \"GET /a HTTP/1.1\" 200 5 \"-\" \"Chrome/41.0.228.9 curl/1.2.3.4\" ^"
                        + " CLIENT - - TIME \"GET /a HTTP/1.1\" 200 5 \"-\" \"Chrome/41.0.228.9 curl/1.2.3.4\"",
                "CLIENT - - TIME \"GET /a HTTP/1.1\" 200 5 \"-\" \"Chrome/41.0.228.9\" \"Via/203.0.113.9\" ^"
                        + " CLIENT - - TIME \"GET /a HTTP/1.1\" 200 5 \"-\" \"Chrome/41.0.228.9\" \"Via/203.0.113.0\"",
                // The client's own, and what stands elsewhere in the line, is an address whatever stands before it.
                "198.51.100.7 - - TIME \"GET /a HTTP/1.1\" 200 5 \"-\" \"Client/198.51.100.7\" ^"
                        + " 198.51.100.0 - - TIME \"GET /a HTTP/1.1\" 200 5 \"-\" \"Client/198.51.100.0\"",
                "198.51.100.7 - - TIME \"GET /LONG HTTP/1.1\" 200 5 \"-\" \"Client/198.51.100.7\" ^"
                        + " 198.51.100.0 - - TIME \"GET /LONG HTTP/1.1\" 200 5 \"-\" \"Client/198.51.100.0\"",
                "CLIENT - - TIME \"GET /?a=203.0.113.9 HTTP/1.1\" 200 5 \"-\" \"Client/203.0.113.9\" ^"
                        + " CLIENT - - TIME \"GET /?a=203.0.113.0 HTTP/1.1\" 200 5 \"-\" \"Client/203.0.113.0\"",
                "{\"remote_addr\":\"CLIENT\",\"ua\":\"Chrome/41.0.228.9\",\"x\":\"Client/203.0.113.9\"} ^"
                        + " {\"remote_addr\":\"CLIENT\",\"ua\":\"Chrome/41.0.228.9\",\"x\":\"Client/203.0.113.0\"}",
                "[Sun Nov 22 03:03:22.123456 2026] [mpm_event:notice] [pid 7:tid 8] AH00489: Apache/2.4.62 (Debian)"
                        + " Phusion_Passenger/6.0.17.2 configured -- resuming normal operations ^"
                        + " [Sun Nov 22 03:03:22.123456 2026] [mpm_event:notice] [pid 7:tid 8] AH00489: Apache/2.4.62 (Debian)"
                        + " Phusion_Passenger/6.0.17.2 configured -- resuming normal operations",
                "[mpm_event:notice] AH00163: a/6.0.17.2 b/6.0.17.3 configured ^"
                        + " [mpm_event:notice] AH00163: a/6.0.17.0 b/6.0.17.0 configured",
                "of no format: Client/203.0.113.77 ^ of no format: Client/203.0.113.0",
                "of no format: \"Client/203.0.113.77\" ^ of no format: \"Client/203.0.113.0\"",
                "User-Agent: Mozilla/5.0 (X11) Chrome/41.0.228.9 ^ User-Agent: Mozilla/5.0 (X11) Chrome/41.0.228.9",
                "a=\"b\" user_agent=\"Chrome/41.0.228.9\" ^ a=\"b\" user_agent=\"Chrome/41.0.228.9\"",
                "{\\\"User-Agent\\\": \\\"Chrome/41.0.228.9\\\"} ^ {\\\"User-Agent\\\": \\\"Chrome/41.0.228.9\\\"}",
                "User-Agent: \"a\" Client/203.0.113.77 ^ User-Agent: \"a\" Client/203.0.113.0",
                "Nov 22 03:03:22 mx postfix/smtpd[7]: proto Client/203.0.113.77 ^"
                        + " Nov 22 03:03:22 mx postfix/smtpd[7]: proto Client/203.0.113.0",
            })
    void leavesTheVersionsOfProductsInUserAgentsOnly(String text, String expected) throws IOException {
        LineScanner scanner = new LineScanner(LineScanner.Context.of(AddressMasking.DEFAULT, ZoneOffset.UTC));

        assertThat(mask(scanner, filled(text))).isEqualTo(filled(expected));
        assertThat(mask(scanner, filled(expected))).isEqualTo(filled(expected));
    }

    private static String filled(String text) {
        return text.replace("CLIENT", "192.0.2.0")
                .replace("TIME", "[22/Nov/2026:03:03:22 +0100]")
                .replace("LONG", "x".repeat(3000));
    }

    /** Among five numbers and more, and what looks like four numbers of an address. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "IP 203.0.113.77.52133 > 192.0.2.9.443: Flags [S] ^ IP 203.0.113.0.52133 > 192.0.2.0.443: Flags [S]",
                "IP 203.0.113.77.80 > 192.0.2.9.22: Flags [S] ^ IP 203.0.113.0.80 > 192.0.2.0.22: Flags [S]",
                "connection from 203.0.113.77.53 ^ connection from 203.0.113.0.53",
                "tcp4 0 0 203.0.113.77.50022 ESTABLISHED ^ tcp4 0 0 203.0.113.0.50022 ESTABLISHED",
                "203.0.113.77.5 of 203.0.113.77 ^ 203.0.113.0.5 of 203.0.113.0",
                "1.203.0.113.77.5.6 of 203.0.113.9 ^ 1.203.0.113.0.5.6 of 203.0.113.0",
                "<1234.203.0.113.77.1300000000.squirrel@localhost> ^ <1234.203.0.113.0.1300000000.squirrel@localhost>",
                // OIDs and versions.
                "1.3.6.1.4.1.311 1.2.3.4.5 10.0.19041.1.700 ^ 1.3.6.1.4.1.311 1.2.3.4.5 10.0.19041.1.700",
                "OID 1.2.3.4.500 v1.2.3.4.500 1.2.3.4.500-1 ^ OID 1.2.3.4.500 v1.2.3.4.500 1.2.3.4.500-1",
                "upgraded from 1.2.3.4.5 to 1.2.3.4.6 ^ upgraded from 1.2.3.4.5 to 1.2.3.4.6",
                "X509v3 extension 2.5.29.17 is critical ^ X509v3 extension 2.5.29.17 is critical",
                "unknown OID: 1.3.6.1 ^ unknown OID: 1.3.6.1",
                "2.5.29.17 (oid) ^ 2.5.29.17 (oid)",
                "OID of 203.0.113.77 ^ OID of 203.0.113.0",
                "certificate from 2.5.29.17 ^ certificate from 2.5.29.0",
                "certificate of mx[2.5.29.17] ^ certificate of mx[2.5.29.0]",
                "2.5.29.17 connected ^ 2.5.29.0 connected",
                "the OID 2.5.29.17 asked by a client whose address, as far as anybody can tell, is 2.5.29.17 ^"
                        + " the OID 2.5.29.0 asked by a client whose address, as far as anybody can tell, is 2.5.29.0",
                "an avoidance 2.5.29.17 ^ an avoidance 2.5.29.0",
                // What is called a version.
                "Foo version 4.3.2.1, Version: 4.3.2.1 ^ Foo version 4.3.2.1, Version: 4.3.2.1",
                "conversion 4.3.2.1 version of 4.3.2.1 ^ conversion 4.3.2.0 version of 4.3.2.0",
                "version 203.0.113.77:80 version 203.0.113.77 ^ version 203.0.113.0:80 version 203.0.113.0",
                "ModSecurity for Apache/2.9.7.1 (http://x.example/) ^ ModSecurity for Apache/2.9.7.1 (http://x.example/)",
                "User-Agent: Instagram 10.26.0.1 (iPhone; from 203.0.113.77) ^"
                        + " User-Agent: Instagram 10.26.0.1 (iPhone; from 203.0.113.0)",
                "Instagram 10.26.0.1 ^ Instagram 10.26.0.0",
                // Packages.
                "status installed libfoo:amd64 1.2.3.4-5 ^ status installed libfoo:amd64 1.2.3.4-5",
                "upgrade libfoo:all 1:1.2.3.3-1 1:1.2.3.4-5 ^ upgrade libfoo:all 1:1.2.3.3-1 1:1.2.3.4-5",
                "install libfoo:amd64 <none> 1.2.3.4-5+b1 ^ install libfoo:amd64 <none> 1.2.3.4-5+b1",
                "Upgrade: libfoo:amd64 (1.2.3.3-1, 1.2.3.4-5) ^ Upgrade: libfoo:amd64 (1.2.3.3-1, 1.2.3.4-5)",
                "Unpacking libfoo:amd64 (1.2.3.4-5) over (1.2.3.3-1) ^ Unpacking libfoo:amd64 (1.2.3.4-5) over (1.2.3.3-1)",
                "Setting up foo (1.2.3.4-5) ... ^ Setting up foo (1.2.3.4-5) ...",
                "unpack libfoo_1.2.3.4-5_amd64.deb ^ unpack libfoo_1.2.3.4-5_amd64.deb",
                "Installed: nginx-1.24.0.1-1.el9 ^ Installed: nginx-1.24.0.1-1.el9",
                "Installed: nginx-1:1.24.0.1-1.el9.x86_64 ^ Installed: nginx-1:1.24.0.1-1.el9.x86_64",
                "asked for 203.0.113.77-5 ^ asked for 203.0.113.0-5",
                "libfoo:amd64 from 203.0.113.77-5 ^ libfoo:amd64 from 203.0.113.0-5",
                "203.0.113.77 status installed libfoo:amd64 203.0.113.77-5 ^"
                        + " 203.0.113.0 status installed libfoo:amd64 203.0.113.0-5",
            })
    void tellsAddressesFromOidsAndVersions(String text, String expected) throws IOException {
        LineScanner scanner = new LineScanner(LineScanner.Context.of(AddressMasking.DEFAULT, ZoneOffset.UTC));

        assertThat(mask(scanner, "of no format: " + text)).isEqualTo("of no format: " + expected);
        assertThat(mask(scanner, "of no format: " + expected)).isEqualTo("of no format: " + expected);
    }

    /** Hexadecimal digits with two colons are mostly an address, and sometimes a word of a program. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "Cafe::Bad Abc::De DB::a Perl/B::C ^ Cafe::Bad Abc::De DB::a Perl/B::C",
                "at Abc::De::fa line 3 Foo::bad::cafe Abc::De.ca ^ at Abc::De::fa line 3 Foo::bad::cafe Abc::De.ca",
                "Abc::De: Abc::De() /Abc::De/ ^ Abc::De: Abc::De() /Abc::De/",
                "fe80::abc ::1 2001:db8::a fd00::dead:beef ^ fe80:: :: 2001:db8:: fd00::",
                "FE80::ABC 2001:DB8::A FD00::DEAD:BEEF FDAB::C ^ fe80:: 2001:db8:: fd00:: fdab::",
                "dead::beef fdab::c cafe:: ::Bad ^ dead:: fdab:: cafe:: ::",
                "IPv6:2001:db8::a [2001:db8::a]:80 ^ IPv6:2001:db8:: [2001:db8::]:80",
            })
    void tellsAddressesFromNamesOfModules(String text, String expected) throws IOException {
        LineScanner scanner = new LineScanner(LineScanner.Context.of(AddressMasking.DEFAULT, ZoneOffset.UTC));

        assertThat(mask(scanner, "of no format: " + text)).isEqualTo("of no format: " + expected);
        assertThat(mask(scanner, "of no format: " + expected)).isEqualTo("of no format: " + expected);
    }

    /** Names of hosts with eight hexadecimal digits are compared with all addresses near by: not again and again. */
    @Test
    void namesThatMayHoldAnAddressCostLittleHoweverManyThereAre() throws IOException {
        LineScanner scanner = new LineScanner(LineScanner.Context.of(AddressMasking.DEFAULT, ZoneOffset.UTC));
        String names = many("/dead%04x.ab")
                + many("/1_2_3_%03d.ab")
                + many("/203000%06d.ab")
                + many("/a.js?v=1.2.%d.0")
                + many(" 10.0.77.%d 5-6-7.ab");
        String others = many("/images%04d.ab").repeat(4);
        time(scanner, others);
        time(scanner, names);
        // The best of several: whatever else the machine does costs both.
        Duration ordinary = time(scanner, others);
        Duration hostile = time(scanner, names);
        for (int i = 0; i < 4; i++) {
            ordinary = Collections.min(List.of(ordinary, time(scanner, others)));
            hostile = Collections.min(List.of(hostile, time(scanner, names)));
        }

        // About 20; if each name looked at all the others it would be hundreds.
        assertThat(hostile).isLessThan(ordinary.multipliedBy(60));
    }

    private static String many(String name) {
        StringBuilder line = new StringBuilder("198.51.100.7 - - [22/Nov/2026:03:03:22 +0100] \"GET ");
        for (int i = 0; i < 500; i++) {
            line.append(String.format(name, i));
        }
        return (line + " HTTP/1.1\" 200 5 \"-\" \"-\"\n").repeat(500);
    }

    private static Duration time(LineScanner scanner, String log) throws IOException {
        long begun = System.nanoTime();
        mask(scanner, log);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static String mask(LineScanner scanner, String line) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        scanner.mask(new ByteArrayInputStream(line.getBytes(StandardCharsets.ISO_8859_1)), out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}
