package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Pseudonym;
import dev.sparsam.logs.AddressMasking.Remove;
import dev.sparsam.logs.AddressMasking.Truncate;
import dev.sparsam.logs.MaskingPolicy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of hosts in which the numbers of their address stand apart, as providers of access make them. */
class SplitAddressTest {
    /** What may stand for the four numbers of an address: the last of them, two of the others, and mostly all three. */
    private static final List<String> SHAPES = List.of(
            "D.red-A-B-C.dynamicip.isp.example",
            "lyon-1-1234-D.wA-B.abo.isp.example",
            "hostD-C-static.B-A-x.business.isp.example",
            "ip-D.net-A-B-C.isp.example",
            "cpe-A-B.C-D.isp.example",
            "dynD.A-B-C.pool.isp.example",
            "D-A-B-C.isp.example",
            "5-A-B-C-D.isp.example",
            "D.dsl-1-A-B-C.isp.example",
            "A-B.C.customer-D.isp.example",
            "xDyAzB-1.isp.example",
            "pool-A-B.a.D-b.isp.example",
            "A_B_C_D_x.net1-2.isp.example",
            "a--D--A-B--C.isp.example",
            "zD.cA-1.D-B.x-D.isp.example",
            "A-B-C.D-5.isp.example");

    /** Only directly before the address. */
    private static final List<String> WITHOUT_HYPHENS =
            List.of("hDsCnA.isp.example", "D.x.A.B.isp.example", "A_D_B.isp.example", "h_D.w_A.B.x.isp.example");

    private static final List<String> BESIDE = List.of(
            "connect from NAME[ADDRESS]",
            "Nov 22 03:03:22 mx postfix/smtpd[7]: connect from NAME[ADDRESS]",
            "Nov 22 03:03:22 mx postfix/smtpd[7]: 4XyZ1k: client=NAME[ADDRESS]:52144, sasl_method=LOGIN",
            "2026-11-22 03:03:22 1tEabc-000001-2X <= <> H=NAME [ADDRESS]:52144 P=esmtps S=7",
            "2026-11-22 03:03:22 no MAIL in SMTP connection from (NAME) [ADDRESS]:52144 D=1s",
            "rDNS NAME (ADDRESS)",
            "NAME[::ffff:ADDRESS]",
            "of%20NAME[ADDRESS]",
            "of\\x22NAME[ADDRESS]",
            "of\\u0022NAME[ADDRESS]",
            "<NAME[ADDRESS]>",
            "//NAME (ADDRESS:80)");

    private static final List<String> NEAR = List.of(
            "rhost=NAME user=x ADDRESS",
            "from mx.isp.example[ADDRESS]: 554; helo=<NAME>",
            "Nov 22 03:03:22 mx postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[ADDRESS]: 554 5.7.1 Service unavailable;"
                    + " from=<a@example.org> to=<b@example.org> proto=ESMTP helo=<NAME>",
            "2026-11-22 03:03:22 H=NAME (mx) [ADDRESS]:52144 rejected",
            "helo=<NAME> xx [ADDRESS]",
            "NAME is ADDRESS",
            "ADDRESS is NAME",
            "ADDRESS - - [22/Nov/2026:03:03:22 +0100] \"GET / HTTP/1.1\" 200 5 \"http://NAME/\" \"-\"",
            "{\"a\":\"ADDRESS\",\"b\":\"NAME\"}");

    private static final String FAR = "ADDRESS " + "x ".repeat(3000) + "NAME";

    private final LineScanner scanner = new LineScanner(LineScanner.Context.of(AddressMasking.DEFAULT, ZoneOffset.UTC));

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "77.red-203-0-113.dynamicip.rima-tde.net[203.0.113.77] ^ 0.red-203-0-113.dynamicip.rima-tde.net[203.0.113.0]",
                "lfbn-lyo-1-1234-77.w203-0.abo.wanadoo.fr[203.0.113.77] ^ lfbn-lyo-1-1234-0.w203-0.abo.wanadoo.fr[203.0.113.0]",
                "host77-113-static.0-203-b.business.telecomitalia.it[203.0.113.77] ^"
                        + " host0-113-static.0-203-b.business.telecomitalia.it[203.0.113.0]",
                "ip-77.net-203-0-113.isp.example (203.0.113.77) ^ ip-0.net-203-0-113.isp.example (203.0.113.0)",
                "dyn77.203-0-113.pool.isp.example[203.0.113.77] ^ dyn0.203-0-113.pool.isp.example[203.0.113.0]",
                "077.red-203-000-113.isp.example[203.0.113.77] ^ 0.red-203-000-113.isp.example[203.0.113.0]",
                "77.dsl-1-203-0-113.isp.example[203.0.113.77] ^ 0.dsl-0-0-0-0.isp.example[203.0.113.0]",
                "5-203-0-113-77.isp.example[203.0.113.77] ^ 5-203-0-113-0.isp.example[203.0.113.0]",
                // What is left beside four numbers that look like an address of their own.
                "203.0.113.9-77.isp.example[203.0.113.77] ^ 203.0.113.0-0.isp.example[203.0.113.0]",
                // Both may be the last number of the address.
                "lyon-1-1234-1.w203-0.isp.example[203.0.113.1] ^ lyon-0-1234-0.w203-0.isp.example[203.0.113.0]",
                // Those that stand together.
                "p203-0-113-77.isp.example[203.0.113.77] ^ p0-0-0-0.isp.example[203.0.113.0]",
                "cpe-203-0.113-77.isp.example[203.0.113.77] ^ cpe-0-0.0-0.isp.example[203.0.113.0]",
                "203-000-113-077.isp.example[203.0.113.77] ^ 0-0-0-0.isp.example[203.0.113.0]",
            })
    void masksTheNumbersOfTheAddressWhereverTheyStandInTheName(String text, String expected) throws IOException {
        assertThat(mask(scanner, "connect from " + text)).isEqualTo("connect from " + expected);
        assertThat(mask(scanner, "connect from " + expected)).isEqualTo("connect from " + expected);
    }

    @Test
    void nothingStaysOfTheHostWhereverTheNumbersOfTheAddressStand() throws IOException {
        List<String> near = new ArrayList<>(BESIDE);
        near.addAll(NEAR);
        near.add(FAR);
        List<String> beside = new ArrayList<>(SHAPES);
        beside.addAll(WITHOUT_HYPHENS);
        SoftAssertions all = new SoftAssertions();
        for (String[] octets : List.of(
                new String[] {"211", "213", "217", "219"},
                new String[] {"11", "4", "217", "97"},
                new String[] {"217", "0", "0", "98"},
                new String[] {"9", "8", "6", "97"})) {
            for (String line : near) {
                for (String shape : BESIDE.contains(line) ? beside : SHAPES) {
                    for (List<String> order : orders(shape)) {
                        for (boolean zeros : new boolean[] {false, true}) {
                            String name = shape;
                            for (int i = 0; i < 4; i++) {
                                String octet = octets["ABCD".indexOf(order.get(i))];
                                name = name.replace(
                                        "ABCD".substring(i, i + 1),
                                        "#" + (zeros ? "0".repeat(3 - octet.length()) : "") + octet);
                            }
                            String planted = line.replace("ADDRESS", String.join(".", octets))
                                    .replace("NAME", name.replace("#", ""));
                            String masked = mask(scanner, planted);
                            all.assertThat(numbers(masked))
                                    .as(planted + "\n" + masked)
                                    .doesNotContain(octets[3]);
                            all.assertThat(mask(scanner, masked)).isEqualTo(masked);
                        }
                    }
                }
            }
        }
        all.assertAll();
    }

    /** Those in which the name holds the last number of the address. */
    private static List<List<String>> orders(String shape) {
        List<List<String>> orders = new ArrayList<>();
        List<String> octets = new ArrayList<>(List.of("A", "B", "C", "D"));
        for (int shift = 0; shift < 4; shift++) {
            for (int turn = 0; turn < 2; turn++) {
                orders.add(List.copyOf(octets));
                Collections.reverse(octets);
            }
            Collections.rotate(octets, 1);
        }
        orders.removeIf(order -> !shape.contains("ABCD".substring(order.indexOf("D"), order.indexOf("D") + 1)));
        return orders;
    }

    private static List<String> numbers(String text) {
        List<String> numbers = new ArrayList<>();
        Matcher matcher = Pattern.compile("[0-9]+").matcher(text);
        while (matcher.find()) {
            numbers.add(matcher.group().replaceFirst("^0+(?=.)", ""));
        }
        return numbers;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mx77.example.org [ADDRESS]",
                "mx77-203.example.org[ADDRESS]",
                "w203-0.pool-113.isp.example[ADDRESS]",
                "mx78.red-203-0-113.isp.example[ADDRESS]",
                "red-77-203-0 (ADDRESS)",
                "/lib-203-0.77.js of ADDRESS",
                "/a/77.red-203-0-113.isp.example of ADDRESS",
                "a_77-203.0@example.org of ADDRESS",
                "77.red-203-0-113.isp.example of nobody",
                "backup-2026-11-22.tar.gz from ADDRESS",
                "x-5-4-3.el9.example of 2.5.0.0",
            })
    void leavesNamesThatDoNotRepeatTheAddress(String text) throws IOException {
        assertThat(mask(scanner, text.replace("ADDRESS", "203.0.113.77")))
                .isEqualTo(text.replace("ADDRESS", "203.0.113.0"));
    }

    /** Three numbers of one digit are a version, wherever they stand but directly beside the address. */
    @Test
    void leavesVersionsNearAShortAddress() throws IOException {
        assertThat(mask(scanner, "lib-5-0-0.tgz-x.example of 10.0.0.5"))
                .isEqualTo("lib-5-0-0.tgz-x.example of 10.0.0.0");
        assertThat(mask(scanner, "5.w2-3.isp.example of 2.3.9.5")).isEqualTo("5.w2-3.isp.example of 2.3.9.0");
        assertThat(mask(scanner, "5.w2-3.isp.example[2.3.9.5]")).isEqualTo("0.w2-3.isp.example[2.3.9.0]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "77.red-203-10-113.isp.example[203.10.113.77] ^ 16 ^ 0.red-203-10-0.isp.example[203.10.0.0]",
                "77.red-203-10-113.isp.example[203.10.113.77] ^ 20 ^ 0.red-203-10-112.isp.example[203.10.112.0]",
                "77.red-203-10-113.isp.example[203.10.113.77] ^ 8 ^ 0.red-203-0-0.isp.example[203.0.0.0]",
                "77.red-203-10-113.isp.example[203.10.113.77] ^ 0 ^ 0.red-0-0-0.isp.example[0.0.0.0]",
                "a77.red-203-10-5.isp.example[203.10.113.77] ^ 0 ^ a0.red-0-0-5.isp.example[0.0.0.0]",
                "red-203-10-113.isp.example[203.10.113.77] ^ 16 ^ red-203-10-0.isp.example[203.10.0.0]",
            })
    void masksEachNumberLikeThatOfTheAddress(String text, int bits, String expected) throws IOException {
        LineScanner scanner = new LineScanner(LineScanner.Context.of(new Truncate(bits, bits), ZoneOffset.UTC));

        assertThat(mask(scanner, text)).isEqualTo(expected);
        assertThat(mask(scanner, expected)).isEqualTo(expected);
    }

    @Test
    void nothingIsLeftInTheNameWhereTheAddressIsRemoved() throws IOException {
        LineScanner scanner = new LineScanner(LineScanner.Context.of(new Remove(), ZoneOffset.UTC));

        assertThat(mask(scanner, "77.red-203-10-113.isp.example (203.10.113.77)"))
                .isEqualTo("0.red-0-0-0.isp.example (-)");
        // Four numbers that would be found by themselves, and another one behind them.
        assertThat(mask(scanner, "203_10_113-77.x77-1.isp.example (203.10.113.77)"))
                .isEqualTo("0_0_0-0.x0-1.isp.example (-)");
    }

    @Test
    void theNameOfAPseudonymHoldsItsNumbers() throws IOException {
        String line = "77.red-203-10-113.isp.example (203.10.113.77)";

        String masked = mask(pseudonyms(Pseudonym.Scheme.PREFIX), line);
        Matcher parts = Pattern.compile(
                        "([0-9]+)\\.red-([0-9]+)-([0-9]+)-([0-9]+)\\.isp\\.example \\(\\2\\.\\3\\.\\4\\.\\1\\)")
                .matcher(masked);
        assertThat(parts.matches()).as(masked).isTrue();
        assertThat(masked).doesNotContain("77.").doesNotContain("203");
        assertThat(mask(pseudonyms(Pseudonym.Scheme.DETERMINISTIC), line)).startsWith("0.red-0-0-0.isp.example (");
    }

    private static LineScanner pseudonyms(Pseudonym.Scheme scheme) {
        DayKeys keys = new DayKeys(new byte[DayKeys.LENGTH]);
        return new LineScanner(new LineScanner.Context(
                MaskingPolicy.ofAddresses(new Pseudonym(scheme)),
                ZoneOffset.UTC,
                Instant.parse("2026-11-23T00:00:00Z"),
                day -> keys,
                Optional.empty()));
    }

    @Test
    void writesNothingTwiceWhereFourNumbersEndAtAHyphen() throws IOException {
        assertThat(mask(scanner, "1-1_1.1-1.w.example of 1.1.1.0")).isEqualTo("0-0_0.0-1.w.example of 1.1.1.0");
        assertThat(mask(scanner, "1-1_1.1-1.w.example of 1.1.1.1")).isEqualTo("0-0_0.0-0.w.example of 1.1.1.0");
    }

    /** The client stands there: what else has been asked for in between does not matter. */
    @Test
    void theBeginningOfALineIsNearToAllOfIt() throws IOException {
        String between = " 5_6_7_8.example " + "x ".repeat(3000);

        assertThat(mask(scanner, "203.0.113.77" + between + "a203_0_113_77.isp.example"))
                .isEqualTo("203.0.113.0" + between + "a0_0_0_0.isp.example");
        assertThat(mask(scanner, "203.0.113.77" + between + "77.red-203-0-113.isp.example"))
                .isEqualTo("203.0.113.0" + between + "0.red-203-0-113.isp.example");
    }

    private static String mask(LineScanner scanner, String line) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        scanner.mask(new ByteArrayInputStream(line.getBytes(StandardCharsets.ISO_8859_1)), out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}
