package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.AddressMasking;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** Names of hosts with eight hexadecimal digits are compared with all addresses near by: not again and again. */
    @Test
    void namesThatMayHoldAnAddressCostLittleHoweverManyThereAre() throws IOException {
        LineScanner scanner = new LineScanner(LineScanner.Context.of(AddressMasking.DEFAULT, ZoneOffset.UTC));
        String names = many("/dead%04x.ab");
        String others = many("/images%04d.ab").replace("dead", "imag");
        time(scanner, others);
        time(scanner, names);
        Duration ordinary = time(scanner, others);
        Duration hostile = time(scanner, names);

        assertThat(hostile).isLessThan(ordinary.multipliedBy(30));
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
