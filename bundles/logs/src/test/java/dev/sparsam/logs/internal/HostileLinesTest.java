package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.MaskingPolicy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a differential fuzz found: each line once leaked, changed too much, or changed again in a second pass. */
class HostileLinesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                // An encoded blank before it.
                "/?a=%202001:db8:1:2::7 ^ /?a=%202001:db8:1::",
                "/?a=%20203-0-113-7.isp.example ^ /?a=%200-0-0-0.isp.example",
                "/?a=%202001-db8-1--7.isp.example ^ /?a=%200-0-0-0-0-0-0-0.isp.example",
                // A percent sign that begins no escape.
                "%1.2.3.4 ^ %1.2.3.0",
                "100%b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
                        + " ^ 100%0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
                // Escapes between addresses, and parts of a name behind an escape.
                "2001:db8:1:2::7%3A::1 ^ 2001:db8:1::%3A::",
                "203.0.113.77%2E198.51.100.9.dnsbl.example ^ 203.0.113.0%2E0.0.0.0.dnsbl.example",
                "%2E77.113.0.203.in-addr.arpa ^ %2E0.0.0.0.in-addr.arpa",
                // Dots between addresses.
                "127.0.0.1.2001:db8:1:2::7 ^ 127.0.0.1.2001:db8:1::",
                "2001:db8:1:2::7.198.51.100.9 ^ 2001:db8:1::.198.51.100.0",
                "2001:db8:1:2::7.235-198-166-128.dsl.isp.example ^ 2001:db8:1::.0-0-0-0.dsl.isp.example",
                "2001:db8:1:2::7.2001:db8:3:4::8 ^ 2001:db8:1::.2001:db8:3::",
                "from ::1.Next ^ from ::.Next",
                // What ends a word may be the first group.
                "text72:8374:adc7:47ff::43:1 ^ text72:8374:adc7::",
                // The end of something else may be the beginning of a local part.
                ":d:7@example.org ^ :d:-",
                // A client field that holds something else too.
                "{\"remote_addr\":\"203.0.113.7 ^ {\"remote_addr\":\"203.0.113.0",
                "{\"remote_addr\":\"x=203.0.113.7\"} ^ {\"remote_addr\":\"x=203.0.113.0\"}",
                "unix:[203.0.113.7 - - [18/Nov/2026:09:03:22 +0100] \"x\" ^ unix:[203.0.113.0 - - [18/Nov/2026:09:03:22 +0100] \"x\"",
                // Not only ASCII.
                "password=\"\u00e4bc\" x ^ password=\"-\" x",
                // Twice the same.
                "//h-abcdefghijklm@www.example.org ^ //h-abcdefghijklm@www.example.org",
                "xh-abcdefghijklm@hash.invalid ^ xh-abcdefghijklm@hash.invalid",
                "203.0.113.77xh-abcdefghijklm@hash.invalid ^ 203.0.113.0xh-abcdefghijklm@hash.invalid",
                "203.0.113.99 cb00714d.example ^ 203.0.113.0 00000000.example",
                "999.1.1.1 - x ^ 999.1.1.1 - x",
                "see //erika@ ^ see //-@",
                "x:203.0.113.77.dnsbl.example ^ x:0.0.0.0.dnsbl.example",
                "::%203.0.113.77 - - [22/Nov/2026:03:03:22 +0100] x ^ ::%203.0.113.0 - - [22/Nov/2026:03:03:22 +0100] x",
                "<//erika:geheim@ftp.example> ^ <//-@ftp.example>",
                "GET /?x ;token=/;sessionid=/ ^ GET /?x ;token=-;sessionid=-",
                "see %dm@mail.example ^ see %-",
            })
    void masksAll(String line, String expected) throws IOException {
        MaskingPolicy policy = MaskingPolicy.parse("email=drop token=drop");
        assertThat(mask(line, policy)).isEqualTo(expected);
        assertThat(mask(expected, policy)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "max@[203.0.113.77] ^ -@[203.0.113.0]",
                "max@p203-0-113-77.isp.example ^ -@p0-0-0-0.isp.example",
            })
    void masksTheAddressInADomainThatIsKept(String line, String expected) throws IOException {
        assertThat(mask(line, MaskingPolicy.parse("email=cut"))).isEqualTo(expected);
    }

    /** What the parts of a line are taken for must not depend on what has been masked in it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "g:3 - 2  [18/Nov/2026:09:03:22 +0100] ^ g:3 - -  [18/Nov/2026:09:03:22 +0100]",
                "g:3 - erika muster [18/Nov/2026:09:03:22 +0100] ^ host.invalid:3 - - [18/Nov/2026:09:03:22 +0100]",
                "Sun Nov 22 03:03:22 2026 1 2001e:::C 5 /x b _ o r erika ftp 0 * c"
                        + " ^ Sun Nov 22 03:03:22 2026 1 :: 5 /x b _ o r - ftp 0 * c",
            })
    void takesPartsForTheSameASecondTime(String line, String expected) throws IOException {
        MaskingPolicy policy = MaskingPolicy.parse("user=drop");
        assertThat(mask(line, policy)).isEqualTo(expected);
        assertThat(mask(expected, policy)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "www.example.org 203.0.113.7 - frank ^ www.example.org - - frank",
                "www.example.org 203.0.113.7 - - ^ www.example.org - - -",
            })
    void takesTheSiteForNoClientWhereTheClientWasRemoved(String fields, String expected) throws IOException {
        String rest = " [18/Nov/2026:09:03:22 +0100] \"GET / HTTP/1.1\" 200 5";
        MaskingPolicy policy = MaskingPolicy.parse("address=remove user=keep");
        assertThat(mask(fields + rest, policy)).isEqualTo(expected + rest);
        assertThat(mask(expected + rest, policy)).isEqualTo(expected + rest);
    }

    private static String mask(String line, MaskingPolicy policy) throws IOException {
        LineScanner.Context context = new LineScanner.Context(
                policy,
                ZoneOffset.UTC,
                Instant.parse("2026-11-23T00:00:00Z"),
                day -> new DayKeys(new byte[DayKeys.LENGTH]),
                Optional.empty());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new LineScanner(context).mask(new ByteArrayInputStream(line.getBytes(StandardCharsets.ISO_8859_1)), out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}
