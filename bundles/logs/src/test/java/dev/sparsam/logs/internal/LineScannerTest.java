package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Keep;
import dev.sparsam.logs.Handling;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.PersonalField;
import dev.sparsam.logs.internal.LineScanner.Stages;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineScannerTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final String TIME = "[22/Nov/2026:03:03:22 +0100]";
    private static final String REQUEST = " \"GET / HTTP/1.1\" 200 5 \"-\" \"Mozilla/5.0 Chrome/41.0.228.0\"";

    private final LineScanner scanner = new LineScanner(LineScanner.Context.of(AddressMasking.DEFAULT, BERLIN));
    private LogScan scan = LogScan.NONE;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.77 - - | 203.0.113.0 - -",
                "203.0.113.77 - frank | 203.0.113.0 - frank",
                "203.0.113.77 - john doe | 203.0.113.0 - john doe",
                "2001:db8::1 - - | 2001:db8:: - -",
                "[2001:db8::1]:443 - - | [2001:db8::]:443 - -",
                "www.example.org:443 203.0.113.77 - - | www.example.org:443 203.0.113.0 - -",
                "www.example.org 2001:db8::1 - - | www.example.org 2001:db8:: - -",
                "localhost 203.0.113.77 - - | localhost 203.0.113.0 - -",
                "unknown:80 203.0.113.77 - - | unknown:80 203.0.113.0 - -",
                "p203-0-113-77.isp.example 198.51.100.9 - - | p0-0-0-0.isp.example 198.51.100.0 - -",
                "www.example.org:443 p203-0-113-77.isp.example - - | www.example.org:443 host.invalid - -",
                "198.51.100.7:443 203.0.113.77 - - | 198.51.100.0:443 203.0.113.0 - -",
                "p203-0-113-77.isp.example - - | host.invalid - -",
                "crawler.example - - | host.invalid - -",
                "203.0.113.77, 2001:db8::1, unknown - - | 203.0.113.0, 2001:db8::, unknown - -",
                "203.0.113.77,198.51.100.9:443 - frank | 203.0.113.0,198.51.100.0:443 - frank",
                "\"203.0.113.77, 198.51.100.9\" - - | \"203.0.113.0, 198.51.100.0\" - -",
                "www.example.org:443 203.0.113.77, 198.51.100.9 - - | www.example.org:443 203.0.113.0, 198.51.100.0 - -",
                "203.0.113.77 host.invalid - | 203.0.113.0 host.invalid -",
            })
    void masksTheClientOfAnAccessLine(String fields, String expected) {
        String rest = " " + TIME + REQUEST + "\n";
        assertThat(mask(fields + rest)).isEqualTo(expected + rest);
        assertThat(scan.unparsed()).isZero();
        assertThat(scan.addresses()).isPositive();
        assertThat(scan.newest()).contains(Instant.parse("2026-11-22T02:03:22Z"));
    }

    @Test
    void takesForTheTimeBehindASiteTheOneThatARequestFollows() {
        String masked =
                mask("www.example.org 203.0.113.77 - - " + TIME + " " + TIME.replace("2026", "2025") + REQUEST + "\n");

        assertThat(masked).doesNotContain("203.0.113.77");
        assertThat(scan.newest()).contains(Instant.parse("2025-11-22T02:03:22Z"));
    }

    @Test
    void readsATimeOfAnotherDayAnew() {
        mask("203.0.113.77 - - " + TIME + REQUEST + "\n203.0.113.77 - - " + TIME.replace("22/", "23/") + REQUEST
                + "\n");

        assertThat(scan.oldest()).contains(Instant.parse("2026-11-22T02:03:22Z"));
        assertThat(scan.newest()).contains(Instant.parse("2026-11-23T02:03:22Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"GET / HTTP/1.1\" 200 5 \"-\" \"UA/1.0\" \"198.51.100.23\""
                        + " | \"GET / HTTP/1.1\" 200 5 \"-\" \"UA/1.0\" \"198.51.100.0\"",
                "\"GET / HTTP/1.1\" 200 5 \"-\" \"-\" \"198.51.100.23, 2001:db8::7\""
                        + " | \"GET / HTTP/1.1\" 200 5 \"-\" \"-\" \"198.51.100.0, 2001:db8::\"",
                "\"GET / HTTP/1.1\" 200 5 198.51.100.23 | \"GET / HTTP/1.1\" 200 5 198.51.100.0",
                "\"GET / HTTP/1.1\" 200 5 xff=\"198.51.100.23\" | \"GET / HTTP/1.1\" 200 5 xff=\"198.51.100.0\"",
                "\"GET /?ip=198.51.100.23&v6=2001%3Adb8%3A%3A7 HTTP/1.1\" 200 5"
                        + " | \"GET /?ip=198.51.100.0&v6=2001%3Adb8%3A%3A HTTP/1.1\" 200 5",
                "\"GET / HTTP/1.1\" 200 5 \"http://p198-51-100-23.isp.example/\" \"UA\""
                        + " | \"GET / HTTP/1.1\" 200 5 \"http://p0-0-0-0.isp.example/\" \"UA\"",
            })
    void masksEveryOtherAddressOfAnAccessLine(String rest, String expected) {
        String head = "203.0.113.0 - - " + TIME + " ";
        assertThat(mask(head + rest + "\n")).isEqualTo(head + expected + "\n");
        assertThat(scan.unparsed()).isZero();
    }

    @Test
    void masksAnAddressInThePlaceOfTheUser() {
        assertThat(mask("203.0.113.77 - 198.51.100.23 " + TIME + REQUEST + "\n"))
                .startsWith("203.0.113.0 - 198.51.100.0 " + TIME);
    }

    /** A field in quotes that do not end may stand before what looks like a site, and is no site. */
    @ParameterizedTest
    @ValueSource(strings = {"\"203.0.113.77 e - - ", "\"203.0.113.77 www.example.org:443 - - "})
    void masksAnAddressBeforeASiteWithoutAClient(String fields) {
        assertThat(mask(fields + " " + TIME + REQUEST + "\n"))
                .isEqualTo(fields.replace(".77", ".0") + " " + TIME + REQUEST + "\n");
    }

    @Test
    void masksTheHostNameOfANginxClient() {
        assertThat(mask("2026/11/22 03:03:22 [error] 1#1: *3 x, client: p99.dip.example.net, server: a.example\n"))
                .isEqualTo("2026/11/22 03:03:22 [error] 1#1: *3 x, client: host.invalid, server: a.example\n");
        assertThat(scan.unparsed()).isZero();
        assertThat(scan.addresses()).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- - -",
                "unix: - -",
                "localhost - -",
                "203.0.113.0 - -",
                "host.invalid - -",
                "www.example.org:443 - - -",
                "www.example.org unix: - -"
            })
    void leavesAnAccessLineWithoutAnUnmaskedClient(String fields) {
        String line = fields + " " + TIME + " \"GET /?a=1.2.3 HTTP/1.1\" 200 5\n";
        assertThat(mask(line)).isEqualTo(line);
        assertThat(scan.unparsed()).isZero();
        assertThat(scan.addresses()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[Sun Nov 22 03:03:22.123456 2026] [core:error] [pid 1:tid 2] [client 203.0.113.9:52144] AH1: x 203.0.113.8"
                        + " | [Sun Nov 22 03:03:22.123456 2026] [core:error] [pid 1:tid 2] [client 203.0.113.0:52144] AH1: x 203.0.113.0",
                "[Sun Nov  2 03:03:22.123456 2025] [client 2001:db8::1:54321] x | [Sun Nov  2 03:03:22.123456 2025] [client [2001:db8::]:54321] x",
                "[Sun Nov 22 03:03:22 2026] [error] [client 203.0.113.9] x | [Sun Nov 22 03:03:22 2026] [error] [client 203.0.113.0] x",
                "[Sun Nov 22 03:03:22.123456 2026] [a:b] [client 203.0.113.9:0] [remote 198.51.100.9:443] x"
                        + " | [Sun Nov 22 03:03:22.123456 2026] [a:b] [client 203.0.113.0:0] [remote 198.51.100.0:443] x",
                "[Sun Nov 22 03:03:22.123456 2026] [:error] [client 203.0.113.9:1] [client 203.0.113.9] ModSecurity: [client x y] z"
                        + " | [Sun Nov 22 03:03:22.123456 2026] [:error] [client 203.0.113.0:1] [client 203.0.113.0] ModSecurity: [client x y] z",
                "[Sun Nov 22 03:03:22.123456 2026] [client [2001:db8:1:2::7]:443] x | [Sun Nov 22 03:03:22.123456 2026] [client [2001:db8:1::]:443] x",
                "[client 2001:db8:aaaa:bbbb::7:8080] x | [client 2001:db8:aaaa::] x",
                "2026/11/22 03:03:22 [error] 12#12: *3 open() failed, client: 203.0.113.9, server: a"
                        + " | 2026/11/22 03:03:22 [error] 12#12: *3 open() failed, client: 203.0.113.0, server: a",
                "2026/11/22 03:03:22 [info] 12#12: *3 client 203.0.113.9 closed keepalive connection"
                        + " | 2026/11/22 03:03:22 [info] 12#12: *3 client 203.0.113.0 closed keepalive connection",
                "2026/11/22 03:03:22 [error] 1#1: *3 \"/a, client: 198.51.100.7, b\" failed, client: 2001:db8::1, server: a"
                        + " | 2026/11/22 03:03:22 [error] 1#1: *3 \"/a, client: 198.51.100.0, b\" failed, client: 2001:db8::, server: a",
            })
    void masksTheClientOfAnErrorLine(String line, String expected) {
        assertThat(mask(line + "\n")).isEqualTo(expected + "\n");
        assertThat(scan.unparsed()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[Sun Nov 22 03:03:22.123456 2026] [mpm_event:notice] [pid 1:tid 2] AH00489: Apache/2.4.62 configured",
                "2026/11/22 03:03:22 [notice] 12#12: signal 15 (SIGTERM) received from 1, exiting",
                "2026/11/22 03:03:22 [error] 12#12: *3 x, client: unix:, server: a",
                "[Sun Nov 22 03:03:22.123456 2026] [client -] x",
            })
    void leavesAnErrorLineWithoutAddress(String line) {
        assertThat(mask(line + "\n")).isEqualTo(line + "\n");
        assertThat(scan.unparsed()).isZero();
        assertThat(scan.newest()).isPresent();
    }

    @Test
    void masksEveryAddressOfALineThatItDoesNotUnderstand() {
        assertThat(mask("ip=\"203.0.113.77\",\"x\":\"IPv6:2001:db8:1:2::7\",\"t\":\"12:34:56\"}\n"))
                .isEqualTo("ip=\"203.0.113.0\",\"x\":\"IPv6:2001:db8:1::\",\"t\":\"12:34:56\"}\n");
        assertThat(scan.unparsed()).isOne();
        assertThat(scan.addresses()).isEqualTo(2);
    }

    @Test
    void masksEveryAddressWhenTheClientFieldIsNotUnderstood() {
        assertThat(mask("?? - - " + TIME + " \"GET /203.0.113.77\"\n"))
                .isEqualTo("?? - - " + TIME + " \"GET /203.0.113.0\"\n");
        assertThat(scan.unparsed()).isOne();
        assertThat(scan.newest()).isPresent();
        assertThat(mask("2026/11/22 03:03:22 [error] 1#1: *3 x, client: ?, 203.0.113.9\n"))
                .endsWith("203.0.113.0\n");
        assertThat(scan.unparsed()).isOne();
        assertThat(mask("[Sun Nov 22 03:03:22 2026] [error] [client ?] 203.0.113.9\n"))
                .endsWith("203.0.113.0\n");
        assertThat(scan.unparsed()).isOne();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x=203.0.113.77.customer.example | x=0.0.0.0.customer.example",
                "77.113.0.203.in-addr.arpa | 0.0.0.0.in-addr.arpa",
                "%2F203.0.113.77%2F | %2F203.0.113.0%2F",
                "x203.0.113.77x | x203.0.113.0x",
                "1.2.3.4.5 Foo::Bar DateTime::createFromFormat() std::string 00:1a:2b:3c:4d:5e"
                        + " | 1.2.3.4.5 Foo::Bar DateTime::createFromFormat() std::string 00:1a:2b:3c:4d:5e",
                "(smtpd:2604:db8:0:1::3) | (smtpd:2604:db8::)",
                "message-id=<20250307.1.2.3@example.org> | message-id=<20250307.1.2.3@example.org>",
                "2001:db8::1:54321 2001:db8::1: | [2001:db8::]:54321 2001:db8:::",
                "(::ffff:203.0.113.77[203.0.113.77]) | (::ffff:203.0.113.0[203.0.113.0])",
                "::1 | ::",
                "from pcb00714d.dip0.isp.example[203.0.113.77] | from p00000000.dip0.isp.example[203.0.113.0]",
                "203.0.113.0 is host-CB00714D-dsl.isp.example | 203.0.113.0 is host-00000000-dsl.isp.example",
                "203.0.113.77 got deadbeef.example.org | 203.0.113.0 got deadbeef.example.org",
                "p20010db80001000200000000000000ff.isp.example (2001:db8:1:2::ff)"
                        + " | p00000000000000000000000000000000.isp.example (2001:db8:1::)",
                "d41d8cd98f00b204e9800998ecf8427e.example.org 2001:db8:1:2::ff"
                        + " | d41d8cd98f00b204e9800998ecf8427e.example.org 2001:db8:1::",
                "2001-db8-1-2--ff.isp.example | 0-0-0-0-0-0-0-0.isp.example",
                "at 2025-03-07.example.org 123e4567-e89b-12d3-a456-426614174000.example.org"
                        + " | at 2025-03-07.example.org 123e4567-e89b-12d3-a456-426614174000.example.org",
            })
    void findsAddressesAnywhere(String line, String expected) {
        assertThat(mask(line)).isEqualTo(expected);
    }

    @Test
    void countsALineWithoutHeadInAnErrorLogOnlyWithAnAddress() {
        String head = "2026/11/22 03:03:22 [error] 12#12: *3 FastCGI: x, client: 203.0.113.9, server: a\n";
        mask(head + "#0 /var/www/index.php(3): main()\n\n  thrown in 7\n");
        assertThat(scan.unparsed()).isZero();
        assertThat(scan.lines()).isEqualTo(4);
        mask(head + "#0 connect(203.0.113.9)\n");
        assertThat(scan.unparsed()).isOne();
        mask("#0 /var/www/index.php(3): main()\n");
        assertThat(scan.unparsed()).isOne();
    }

    @Test
    void masksBothOfTwoRecordsOnOneLine() {
        String one = " - - " + TIME + " \"GET / HTTP/1.1\" 200 5 \"-\" \"-\"";
        assertThat(mask("203.0.113.77" + one + "198.51.100.9" + one + "2001:db8::1" + one + "\n"))
                .isEqualTo("203.0.113.0" + one + "198.51.100.0" + one + "2001:db8::" + one + "\n");
        String common = " - - " + TIME + " \"GET / HTTP/1.1\" 200 5";
        assertThat(mask("203.0.113.77" + common + "198.51.100.9" + common))
                .isEqualTo("203.0.113.0" + common + "198.51.100.0" + common);
    }

    @Test
    void aUserNameThatLooksLikeATimeDoesNotCount() {
        mask("203.0.113.77 - x [01/Jan/2099:00:00:00 +0000] " + TIME + REQUEST);
        assertThat(scan.newest()).contains(Instant.parse("2026-11-22T02:03:22Z"));
    }

    @Test
    void readsTimesOfAllFormats() {
        mask("[Sun Nov 22 03:03:22.123456 2026] x\n2026/07/01 12:00:00 [error] x\nx\n");
        assertThat(scan.oldest()).contains(Instant.parse("2026-07-01T10:00:00Z"));
        assertThat(scan.newest()).contains(Instant.parse("2026-11-22T02:03:22.123Z"));
        mask("- - - [29/Feb/2024:23:59:60 -0230] \"x\"\n- - - [31/Dec/1999:00:00:00 +0000] \"x\"\n");
        assertThat(scan.newest()).contains(Instant.parse("2024-03-01T02:30:00Z"));
        assertThat(scan.oldest()).contains(Instant.parse("1999-12-31T00:00:00Z"));
        mask("- - - [30/Feb/2024:23:59:60 -0230] \"x\"\n- - - [01/Mär/2024:00:00:00 +0000] \"x\"\n");
        assertThat(scan.newest()).isEmpty();
    }

    @Test
    void keepsEveryByteThatIsNoAddress() {
        byte[] all = new byte[512];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        String odd = new String(all, StandardCharsets.ISO_8859_1);
        String line = " - - " + TIME + " \"GET /" + odd.replace("\n", "") + "\" 200\r\n";
        String text = "\n\r\n\0\0\n203.0.113.0" + line + "\0\0\0203.0.113.0" + line + "   \n" + odd + "\n203.0.113.0"
                + line + "end";
        assertThat(mask(text)).isEqualTo(text);
        assertThat(mask("\0\0203.0.113.77" + line)).isEqualTo("\0\0203.0.113.0" + line);
        assertThat(scan.lines()).isEqualTo(1);
        assertThat(mask("")).isEmpty();
        assertThat(scan.lines()).isZero();
    }

    @Test
    void theFirstLineBehindAByteOrderMarkIsMaskedLikeAnyOther() throws IOException {
        String mark = "\u00ef\u00bb\u00bf";
        String line = " - NAME " + TIME + " \"GET / HTTP/1.1\" 200 5\n";
        String log =
                mark + "203.0.113.77" + line.replace("NAME", "frank") + mark + "203.0.113.77 - - " + TIME + REQUEST;
        MaskingPolicy policy =
                MaskingPolicy.ofAddresses(AddressMasking.DEFAULT).with(PersonalField.USER, Handling.DROP);
        LineScanner scanner = new LineScanner(LineScanner.Context.of(policy, BERLIN, Instant.now()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LogScan scan = scanner.mask(new ByteArrayInputStream(log.getBytes(StandardCharsets.ISO_8859_1)), out);
        assertThat(out.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo(
                        mark + "203.0.113.0" + line.replace("NAME", "-") + mark + "203.0.113.0 - - " + TIME + REQUEST);
        assertThat(scan.unparsed()).isZero();
        assertThat(scan.lines()).isEqualTo(2);
        assertThat(mask(mark)).isEqualTo(mark);
    }

    @Test
    void keepLeavesAllAndCountsNothing() throws IOException {
        byte[] bytes = ("203.0.113.77 - - " + TIME + "\nhost.example - - " + TIME + "\nx 203.0.113.7\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LogScan kept = LineScanner.mask(new ByteArrayInputStream(bytes), out, new Keep(), BERLIN);
        assertThat(out.toByteArray()).isEqualTo(bytes);
        assertThat(kept.addresses()).isZero();
        assertThat(kept.newest()).isPresent();
    }

    @Test
    void scannersOfTwoThreadsKnowNothingOfEachOther() throws Exception {
        String mail = "Nov 22 03:03:22 mx1 postfix/smtpd[1]: connect from unknown[203.0.113.77]\n";
        String login = "2026-11-22T03:03:22.123456+01:00 mx1 dovecot: imap-login: rip=203.0.113.77\n";
        byte[] log = (mail + login).repeat(5_000).getBytes(StandardCharsets.US_ASCII);
        Callable<LogScan> scanning = () -> new LineScanner(LineScanner.Context.of(AddressMasking.DEFAULT, BERLIN))
                .scan(new ByteArrayInputStream(log));
        LogScan alone = scanning.call();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (Future<LogScan> together : threads.invokeAll(Collections.nCopies(8, scanning))) {
                assertThat(together.get().unparsed()).isEqualTo(alone.unparsed());
                assertThat(together.get().addresses()).isEqualTo(alone.addresses());
                assertThat(together.get().newest().map(any -> true))
                        .isEqualTo(alone.newest().map(any -> true));
            }
        } finally {
            threads.shutdown();
        }
    }

    /** What stands before an address is looked at as far as it is seen; the beginning of a very long line is not any more. */
    @ParameterizedTest
    @ValueSource(
            strings = {"/", " ", "-", "_", ".", "=", "v", "\":\"", "\\\":\\\"", "version ", "@", ":", "?v=", "~", "%2f"
            })
    void findsAnAddressBehindAWordThatIsLongerThanTheBuffer(String glue) throws IOException {
        DayKeys keys = new DayKeys(new byte[DayKeys.LENGTH]);
        for (String word : List.of("x", "x-", "1", "%20", "\\", "\"")) {
            String line = word.repeat(700_000 / word.length()) + glue + "203.0.113.77 from 203.0.113.77\n";
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new LineScanner(new LineScanner.Context(
                            MaskingPolicy.DEFAULT, BERLIN, Instant.EPOCH, day -> keys, Optional.empty()))
                    .mask(portions(line.getBytes(StandardCharsets.ISO_8859_1), new Random(7)), out, Stages.MASKED);
            assertThat(out.toString(StandardCharsets.ISO_8859_1)).doesNotContain("203.0.113.77");
        }
    }

    @Test
    void aLineIsKeptMaskedOrLeftOutByItsTime() throws IOException {
        String log = "?? 203.0.113.1\n"
                + line(19) + "  continued 203.0.113.2\n" + line(20) + line(21) + "\0\0\n" + line(19) + line(22)
                + "x".repeat(700_000) + " 203.0.113.3\n" + line(19).strip() + "y".repeat(700_000) + "\n"
                + line(22).strip();
        Stages stages = new Stages(Instant.parse("2026-11-20T00:00:00Z"), Instant.parse("2026-11-22T00:00:00Z"));
        String expected = line(20).replace(".77", ".0") + line(21).replace(".77", ".0") + "\0\0\n" + line(22)
                + "x".repeat(700_000) + " 203.0.113.3\n" + line(22).strip();
        for (int seed = 0; seed < 5; seed++) {
            assertThat(staged(log, stages, new Random(seed))).isEqualTo(expected);
            assertThat(scan.expired()).isEqualTo(5);
            assertThat(scan.addresses()).isEqualTo(2);
            assertThat(scan.unmasked()).isEqualTo(2);
            // The one without a line end too; and the one glued to it is young as well.
            assertThat(scan.left())
                    .isEqualTo(new Remains(
                            scan.lines() - 5,
                            Optional.of(Instant.parse("2026-11-20T02:03:22Z")),
                            3,
                            Optional.of(Instant.parse("2026-11-22T02:03:22Z"))));
        }
        assertThat(staged(log, Stages.MASKED, new Random(1))).hasSize(log.length() - 7);
        assertThat(scan.unmasked()).isEqualTo(10);
        assertThat(scan.oldestUnmasked()).contains(Instant.EPOCH);
        assertThat(staged(line(21), Stages.MASKED, new Random(1))).isEqualTo(line(21).replace(".77", ".0"));
        assertThat(scan.oldestUnmasked()).contains(Instant.parse("2026-11-21T02:03:22Z"));
    }

    private static String line(int day) {
        return "203.0.113.77 - - [" + day + "/Nov/2026:03:03:22 +0100]" + REQUEST + "\n";
    }

    private String staged(String log, Stages stages, Random random) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LineScanner scanner = new LineScanner(LineScanner.Context.of(AddressMasking.DEFAULT, BERLIN));
        scan = scanner.mask(portions(log.getBytes(StandardCharsets.ISO_8859_1), random), out, stages);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void linesOfAnySizeGiveTheSameInAnyPortions() {
        long seed = Long.getLong("sparsam.seed", 20_261_122);
        Random random = new Random(seed);
        for (int round = 0; round < 6; round++) {
            StringBuilder text = new StringBuilder();
            StringBuilder expected = new StringBuilder();
            while (text.length() < 3_000_000) {
                int size = random.nextInt(8) == 0 ? random.nextInt(900_000) : random.nextInt(300);
                String filler = filler(random, size);
                switch (random.nextInt(6)) {
                    case 0 ->
                        add(text, expected, "203.0.113.77", "203.0.113.0", " - - " + TIME + " \"" + filler + "\"\n");
                    case 1 ->
                        add(text, expected, "2001:db8::7", "2001:db8::", " - u " + TIME + " \"" + filler + "\"\n");
                    case 2 -> {
                        add(text, expected, "[Sun Nov 22 03:03:22.123456 2026] " + filler + " [client ", "", "");
                        add(text, expected, "203.0.113.77", "203.0.113.0", "] x\n");
                    }
                    case 3 -> {
                        add(text, expected, "2026/11/22 03:03:22 [error] 12#12: " + filler + ", client: ", "", "");
                        add(text, expected, "2001:db8::7", "2001:db8::", ", server: " + filler + "\n");
                    }
                    case 4 -> {
                        add(text, expected, "?" + filler + " ", "", "");
                        add(text, expected, "2001:db8::7", "2001:db8::", " " + filler + " ");
                        add(text, expected, "203.0.113.77", "203.0.113.0", "\n");
                    }
                    default -> {
                        add(text, expected, "203.0.113.77", "203.0.113.0", " - - " + TIME + " \"" + filler + "\"");
                        add(text, expected, "198.51.100.7", "198.51.100.0", " - - " + TIME + " \"" + filler + "\"\n");
                    }
                }
            }
            byte[] masked = run(text.toString().getBytes(StandardCharsets.ISO_8859_1), random);
            byte[] wanted = expected.toString().getBytes(StandardCharsets.ISO_8859_1);
            int differs = Arrays.mismatch(masked, wanted);
            assertThat(differs)
                    .as("seed %d round %d: %s", seed, round, around(masked, differs))
                    .isEqualTo(-1);
            assertThat(run(masked, random)).as("second pass, seed %d", seed).isEqualTo(masked);
            assertThat(scan.addresses()).isZero();
        }
    }

    @Test
    void aSecondPassChangesNothingWhateverTheLine() {
        long seed = Long.getLong("sparsam.seed", 20_261_122);
        Random random = new Random(seed);
        for (int i = 0; i < Integer.getInteger("sparsam.rounds", 50_000); i++) {
            String line = soup(random);
            String once = mask(line);
            assertThat(mask(once)).as("seed %d: %s", seed, line).isEqualTo(once);
            assertThat(scan.addresses()).as("seed %d: %s", seed, once).isZero();
        }
    }

    private static String soup(Random random) {
        String[] parts = {
            " ",
            "-",
            " - - ",
            TIME,
            "\"",
            "[client ",
            "]",
            ", client: ",
            "[Sun Nov 22 03:03:22 2026] ",
            "2026/11/22 03:03:22 [e]",
            "\n",
            "\0",
            ":",
            ".",
            "host.example",
            ",",
            "%2F",
            "in-addr.arpa",
            "unknown",
            "x",
            "::",
            "1",
            "f"
        };
        StringBuilder line = new StringBuilder();
        for (int i = random.nextInt(12); i >= 0; i--) {
            line.append(random.nextInt(3) == 0 ? AddressMaskerTest.token(random) : parts[random.nextInt(parts.length)]);
        }
        return line.toString();
    }

    /** Programs for Windows append two bytes per character to whatever a log has. */
    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
    void masksTextOfTwoBytesPerCharacterWithinALog(String charset) throws IOException {
        String first = "203.0.113.77 - - " + TIME + REQUEST + "\n";
        String wide =
                "Von 203.0.113.77 und 2001:db8:1:2::3, später\r\n::ffff:198.51.100.9 \u20ac 198.51.100.9\nanna@example.org";
        String rest = "\n" + first;
        String expected =
                "Von 203.0.113.0 und 2001:db8:1::, später\r\n::ffff:198.51.100.0 \u20ac 198.51.100.0\nanna@example.org";
        for (String mark : new String[] {"", "\ufeff"}) {
            for (String behind : new String[] {"", rest}) {
                byte[] log = glued(first, (mark + wide).getBytes(charset), behind);
                byte[] wanted = glued(
                        first.replace("203.0.113.77", "203.0.113.0"),
                        (mark + expected).getBytes(charset),
                        behind.replace("203.0.113.77", "203.0.113.0"));
                for (int size : new int[] {1, 2, 3, 7, 1 << 20}) {
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    scan = scanner.mask(bySize(log, size), out);
                    assertThat(out.toString(StandardCharsets.ISO_8859_1))
                            .as("%d bytes at once", size)
                            .isEqualTo(new String(wanted, StandardCharsets.ISO_8859_1));
                    // Understood is what has one byte for each.
                    assertThat(scan.unparsed()).isEqualTo(3);
                }
                assertThat(run(wanted, new Random(1))).isEqualTo(wanted);
            }
        }
    }

    @Test
    void masksALineOfTwoBytesPerCharacterThatIsLongerThanTheBuffer() {
        for (int shift = 0; shift < 30; shift++) {
            String line = "x".repeat(shift) + " 203.0.113.77".repeat(40_000);
            byte[] masked = run(glued("a\n", line.getBytes(StandardCharsets.UTF_16LE), ""), new Random(shift));
            assertThat(Arrays.equals(
                            masked,
                            glued(
                                    "a\n",
                                    line.replace("203.0.113.77", "203.0.113.0").getBytes(StandardCharsets.UTF_16LE),
                                    "")))
                    .as("shifted by %d", shift)
                    .isTrue();
        }
    }

    /** Found by random lines. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PORT 203,0,113,77,203,165.24.168.197 | PORT 203,0,113,0,203,165.24.168.0",
                "PORT 203,0,113,77,203,165) | PORT 203,0,113,0,203,165)",
                "max%40125181042238-dsl.isp.example 125.181.42.238 | max%40000000000000-dsl.isp.example 125.181.42.0",
                "max%40125_181_042_238.isp.example 125.181.42.238 | max%400_0_0_0.isp.example 125.181.42.0",
                "a%25026043174136.isp.example 26.43.174.136 | a%25000000000000.isp.example 26.43.174.0",
                "186.5.33.5%186x5x33x5.isp.example | 186.5.33.0%0x0x0x0.isp.example",
                "%2561::ae%256125 | %2561::",
                "203.0.113.77-203-0-113-78.isp.example | 203.0.113.0-0-0-0-0.isp.example",
                "user_203.0.113.77: failed | user_203.0.113.0: failed",
                "host203.0.113.77: failed | host203.0.113.0: failed",
                "a%201_2_3_4.isp.example 1.2.3.4 | a%200_0_0_0.isp.example 1.2.3.0",
                "85.203.113.77 s5-113_203-85.isp.example | 85.203.113.0 s0-0_0-0.isp.example",
            })
    void masksWhatIsGluedToAnEscapeOrAPort(String line, String expected) {
        assertThat(mask(line)).isEqualTo(expected);
        assertThat(mask(expected)).isEqualTo(expected);
    }

    @Test
    void masksCharactersOfTwoBytesBehindOthersInALine() {
        String head = "Nov 22 03:03:22 web1 agent[7]: from 198.51.100.9: ";
        byte[] wide = "203.0.113.77 and 2001:db8:1:2::3".getBytes(StandardCharsets.UTF_16LE);
        assertThat(run(glued(head, wide, "\n203.0.113.77\n"), new Random(1)))
                .isEqualTo(glued(
                        head.replace("100.9", "100.0"),
                        "203.0.113.0 and 2001:db8:1::".getBytes(StandardCharsets.UTF_16LE),
                        "\n203.0.113.0\n"));
    }

    @Test
    void aLineWithHolesCountsOnce() {
        mask("what\0is\0this\nand\0\0this\n");
        assertThat(scan.unparsed()).isEqualTo(2);
    }

    private static byte[] glued(String first, byte[] second, String third) {
        ByteArrayOutputStream glued = new ByteArrayOutputStream();
        glued.writeBytes(first.getBytes(StandardCharsets.ISO_8859_1));
        glued.writeBytes(second);
        glued.writeBytes(third.getBytes(StandardCharsets.ISO_8859_1));
        return glued.toByteArray();
    }

    private static InputStream bySize(byte[] bytes, int size) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int available() {
                return 0;
            }

            @Override
            public synchronized int read(byte[] b, int off, int len) {
                return super.read(b, off, Math.min(len, size));
            }
        };
    }

    private static void add(StringBuilder text, StringBuilder expected, String from, String to, String rest) {
        text.append(from).append(rest);
        expected.append(to.isEmpty() ? from : to).append(rest);
    }

    /** Text of every kind but addresses and line ends. */
    private static String filler(Random random, int size) {
        StringBuilder text = new StringBuilder(size);
        while (text.length() < size) {
            text.append(
                            switch (random.nextInt(8)) {
                                case 0 -> " ";
                                case 1 -> "[clientele";
                                case 2 -> "abcdef0123456789";
                                case 3 -> "1.2.3";
                                case 4 -> "\u00e4[";
                                case 5 -> "12:30:11";
                                default -> "client sent";
                            })
                    .append(' ');
        }
        return text.toString();
    }

    private static String around(byte[] bytes, int at) {
        return at < 0
                ? ""
                : new String(
                        bytes,
                        Math.max(0, at - 80),
                        Math.min(bytes.length - Math.max(0, at - 80), 160),
                        StandardCharsets.ISO_8859_1);
    }

    private static InputStream portions(byte[] bytes, Random random) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] b, int off, int len) {
                return super.read(b, off, Math.min(len, 1 + random.nextInt(200_000)));
            }
        };
    }

    private byte[] run(byte[] bytes, Random random) {
        InputStream portions = portions(bytes, random);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            scan = scanner.mask(portions, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private String mask(String text) {
        byte[] masked = run(text.getBytes(StandardCharsets.ISO_8859_1), new Random(1));
        return new String(masked, StandardCharsets.ISO_8859_1);
    }
}
