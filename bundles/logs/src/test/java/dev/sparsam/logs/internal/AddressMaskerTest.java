package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.AddressMasking.Truncate;
import dev.sparsam.logs.internal.AddressMasker.Reading;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressMaskerTest {
    private static final Truncate RULE = new Truncate(24, 48);

    @Test
    void theQuickWayGivesTheSame() {
        long seed = Long.getLong("sparsam.seed", 20_261_122);
        Random random = new Random(seed);
        int quick = 0;
        int[] bits4 = {0, 8, 16, 24};
        int[] bits6 = {16, 32, 48, 64};
        for (int i = 0; i < 300_000; i++) {
            Truncate rule = new Truncate(bits4[random.nextInt(4)], bits6[random.nextInt(4)]);
            AddressMasker masker = new AddressMasker(rule, () -> new DayKeys(new byte[DayKeys.LENGTH]));
            String token = token(random);
            byte[] bytes = (token + " - - [" + "x".repeat(60)).getBytes(StandardCharsets.ISO_8859_1);
            int blank = masker.truncate(bytes, 0, bytes.length);
            if (blank < 0) {
                continue;
            }
            quick++;
            assertThat(blank).as("%s, seed %d", token, seed).isEqualTo(token.length());
            String written =
                    token.substring(0, masker.keptTo()) + new String(masker.tail(), StandardCharsets.ISO_8859_1);
            Reading reading = masker.mask(bytes, 0, blank);
            assertThat(reading).as("%s, seed %d", token, seed).isNotEqualTo(Reading.NONE);
            String slow = reading == Reading.MASKED
                    ? token
                    : new String(masker.text(), 0, masker.length(), StandardCharsets.ISO_8859_1);
            assertThat(written).as("%s under %s, seed %d", token, rule, seed).isEqualTo(slow);
        }
        assertThat(quick).isGreaterThan(10_000);
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.77, 203.0.113.0",
        "203.0.113.77:52144, 203.0.113.0:52144",
        "[203.0.113.77]:80, [203.0.113.0]:80",
        "203.000.113.077, 203.0.113.0",
        "0313.0.113.77, 203.0.113.0",
        "2001:db8::1, 2001:db8::",
        "::1, ::",
        "2001:DB8:aaaa:bbbb:1:2:3:4, 2001:db8:aaaa::",
        "2001:0db8:aaaa:bbbb:0001:0002:0003:0004, 2001:db8:aaaa::",
        "2001:db8:aaaa:bbbb:021a:2bff:fe3c:4d5e, 2001:db8:aaaa::",
        "2001:db8:aaaa:0:0:0:0:7, 2001:db8:aaaa::",
        "[2001:db8:aaaa:bbbb::7]:443, [2001:db8:aaaa::]:443",
        "[2001:db8:aaaa:bbbb::7], [2001:db8:aaaa::]",
        "2001:db8::1:54321, [2001:db8::]:54321",
        "2001:db8:aaaa:bbbb::7:8080, 2001:db8:aaaa::",
        "2001:db8:1:2:3:4:5:6:443, [2001:db8:1::]:443",
        "::ffff:203.0.113.77, ::ffff:203.0.113.0",
        "::ffff:cb00:714d, ::ffff:203.0.113.0",
        "::FFFF:203.0.113.77:443, [::ffff:203.0.113.0]:443",
        "::203.0.113.77, ::",
        "64:ff9b::203.0.113.77, 64:ff9b::203.0.113.0",
        "64:ff9b::cb00:714d, 64:ff9b::203.0.113.0",
        "64:ff9b:1:cb00:71:4d00::, 64:ff9b:1::",
        "2002:cb00:714d::1, 2002:cb00:7100::",
        "2001:0:cb00:714d:8000:63bf:34ff:8eb2, 2001:0:cb00::",
        "fe80::1ff:fe23:4567:890a%eth0, fe80::",
        "fe80::1%25eth0, fe80::",
        "fe80::1%eth0:443, [fe80::]:443",
        "[fe80::1%eth0]:443, [fe80::]:443",
    })
    void masksEverySpelling(String token, String expected) {
        assertThat(mask(token, RULE)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "203.0.113.0",
                "203.000.113.000",
                "2001:db8:aaaa::",
                "2001:DB8:AAAA:0:0:0:0:0",
                "::",
                "[2001:db8::]:443",
                "fe80::%eth0",
                "::ffff:203.0.113.0",
                "2002:cb00:7100::"
            })
    void keepsTheBytesOfWhatIsMasked(String token) {
        assertThat(reading(token, RULE)).isEqualTo(Reading.MASKED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-",
                "unix:",
                "1.2.3",
                "1.2.3.4.5",
                "123.456.789.012",
                "12:34:56",
                "00:1a:2b:3c:4d:5e",
                "1:2:3:4:5:6:7",
                "1::2::3",
                ":1:2:3:4:5:6:7",
                "2001:db8::12345",
                "2001:db8::1:99999",
                "[2001:db8::1",
                "[203.0.113.7]x",
                "203.0.113.7:",
                "203.0.113.7:70000",
                "host.example",
                "1.2.3.256",
                "::1%"
            })
    void doesNotTakeOtherTextForAnAddress(String token) {
        assertThat(reading(token, RULE)).isEqualTo(Reading.NONE);
    }

    @Test
    void keepsNothingWithZeroBits() {
        assertThat(mask("203.0.113.9", new Truncate(0, 0))).isEqualTo("0.0.0.0");
        assertThat(mask("2001:db8::1", new Truncate(0, 0))).isEqualTo("::");
        assertThat(mask("::ffff:203.0.113.9", new Truncate(0, 0))).isEqualTo("::ffff:0.0.0.0");
    }

    @Test
    void agreesWithTheOracleOnRandomTokens() {
        long seed = Long.getLong("sparsam.seed", 20_261_122);
        Random random = new Random(seed);
        for (int i = 0; i < Integer.getInteger("sparsam.rounds", 50_000); i++) {
            Truncate rule = new Truncate(random.nextInt(25), random.nextInt(65));
            String token = token(random);
            AddressOracle oracle = new AddressOracle(rule.ipv4Bits(), rule.ipv6Bits());
            String expected = oracle.mask(token).orElse("no address");
            assertThat(maskOrNone(token, rule))
                    .as("seed %d, %s under %s", seed, token, rule)
                    .isEqualTo(expected);
            if (!expected.equals("no address")) {
                assertThat(maskOrNone(expected, rule))
                        .as("second pass, seed %d, %s under %s", seed, token, rule)
                        .isEqualTo(expected);
            }
        }
    }

    /** Addresses in random spellings, some of them broken. */
    static String token(Random random) {
        StringBuilder text = new StringBuilder(address(random));
        if (random.nextInt(5) == 0 && text.indexOf(":") >= 0) {
            text.append('%').append(random.nextBoolean() ? "eth0" : "25en-1");
        }
        if (random.nextInt(3) == 0) {
            text.insert(0, '[').append(']');
        }
        if (random.nextInt(3) == 0) {
            text.append(':').append(random.nextInt(70_000));
        }
        for (int i = random.nextInt(6); i >= 5 && text.length() > 0; i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, ":.0f[]%9".charAt(random.nextInt(8)));
                default -> text.setCharAt(at, ":.0f[]%9".charAt(random.nextInt(8)));
            }
        }
        return text.toString();
    }

    static String address(Random random) {
        if (random.nextInt(3) == 0) {
            return v4(random);
        }
        List<String> groups = new ArrayList<>();
        int[] prefix = new int[][] {
                    {0x2001, 0xdb8},
                    {0x2002, 0xcb00, 0x714d},
                    {0x2001, 0},
                    {0x64, 0xff9b, 0, 0, 0, 0},
                    {0, 0, 0, 0, 0, 0xffff},
                    {0x64, 0xff9b, 1},
                    {0xfe80},
                    {0, 0, 0, 0, 0, 0},
                    {}
                }
                [random.nextInt(9)];
        boolean dotted = random.nextInt(4) == 0;
        for (int i = 0; i < (dotted ? 6 : 8); i++) {
            int group = i < prefix.length ? prefix[i] : random.nextInt(3) == 0 ? 0 : random.nextInt(0x10000);
            String spelled = String.format(
                    random.nextInt(4) == 0 ? "%04x" : "%x", random.nextInt(4) == 0 ? group & 0xff : group);
            groups.add(random.nextInt(3) == 0 ? spelled.toUpperCase(Locale.ROOT) : spelled);
        }
        if (dotted) {
            groups.add(v4(random));
        }
        int start = random.nextInt(groups.size());
        int end = start;
        while (end < groups.size() && groups.get(end).matches("0+")) {
            end++;
        }
        if (end == start || random.nextInt(6) == 0) {
            return String.join(":", groups);
        }
        return String.join(":", groups.subList(0, start)) + "::" + String.join(":", groups.subList(end, groups.size()));
    }

    private static String v4(Random random) {
        String format = random.nextInt(6) == 0 ? "%03d.%d.%03d.%04d" : "%d.%d.%d.%d";
        return String.format(
                format, random.nextInt(257), random.nextInt(256), random.nextInt(256), random.nextInt(256));
    }

    private static Reading reading(String token, Truncate rule) {
        byte[] bytes = ("x" + token + "y").getBytes(StandardCharsets.ISO_8859_1);
        return new AddressMasker(rule, () -> new DayKeys(new byte[32])).mask(bytes, 1, bytes.length - 1);
    }

    private static String maskOrNone(String token, Truncate rule) {
        return reading(token, rule) == Reading.NONE ? "no address" : mask(token, rule);
    }

    static String mask(String token, Truncate rule) {
        AddressMasker masker = new AddressMasker(rule, () -> new DayKeys(new byte[32]));
        byte[] bytes = token.getBytes(StandardCharsets.ISO_8859_1);
        Reading reading = masker.mask(bytes, 0, bytes.length);
        assertThat(reading).as(token).isNotEqualTo(Reading.NONE);
        return reading == Reading.MASKED
                ? token
                : new String(masker.text(), 0, masker.length(), StandardCharsets.ISO_8859_1);
    }
}
