package dev.sparsam.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.sample.LogLines.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LogLinesTest {
    private static final String COMBINED =
            "\\S+ - \\S+ \\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d [+-]\\d{4}] \"(GET|POST) /\\S* HTTP/[12]\\.[01]\""
                    + " \\d{3} (\\d+|-) \"[^\"]+\" \"[^\"]+\"";
    private static final String APACHE_ERROR =
            "\\[[A-Z][a-z]{2} [A-Z][a-z]{2} \\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6} \\d{4}] \\[\\w+:\\w+] \\[pid \\d+:tid \\d+] .+";
    private static final String NGINX_ERROR =
            "\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d \\[(error|warn|notice)] \\d+#\\d+: .+";

    private static String text(Kind kind, long seed, long lines) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LogLines.write(kind, seed, lines, out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theSameSeedGivesTheSameBytes(Kind kind) throws IOException {
        assertThat(text(kind, 5, 2000)).isEqualTo(text(kind, 5, 2000)).isNotEqualTo(text(kind, 6, 2000));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theNumberOfLinesIsExact(Kind kind) throws IOException {
        for (int lines : new int[] {0, 1, 2, 7, 5000}) {
            assertThat(text(kind, 11, lines).chars().filter(c -> c == '\n').count())
                    .isEqualTo(lines);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyLineHasItsFormat(Kind kind) throws IOException {
        Pattern line = Pattern.compile(
                switch (kind) {
                    case APACHE_COMBINED, NGINX_COMBINED -> COMBINED;
                    case APACHE_VHOST_COMBINED -> "www\\.example:(443|80) " + COMBINED;
                    case APACHE_ERROR -> APACHE_ERROR + "|Stack trace:|#\\d .+|  thrown in .+";
                    case NGINX_ERROR -> NGINX_ERROR + "|Stack trace:|#\\d .+|  thrown in .+";
                });
        assertThat(text(kind, 3, 20_000).lines())
                .allMatch(text -> line.matcher(text).matches());
    }

    @Test
    void accessLinesShowPeopleRobotsScannersLoginsAndPrograms() throws IOException {
        String text = text(Kind.APACHE_COMBINED, 3, 20_000);
        assertThat(text)
                .contains(
                        "Firefox/", "Findixbot", "GET /.env HTTP/1.1\" 404", "POST /konto/anmelden", " 401 ", " 304 -")
                .contains("/api/v2/", "email=", "%40", "ip=2001%3A", "https://findix.example/", " - redaktion [");
    }

    @Test
    void clientsComeInManySpellings() throws IOException {
        Set<String> seen = new HashSet<>();
        text(Kind.NGINX_COMBINED, 9, 100_000).lines().forEach(line -> seen.add(spelling(line.split(" ", 2)[0])));
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        "IPv4", "mapped", "6to4", "Teredo", "zone", "full", "upper", "compressed", "plain", "name");
    }

    private static String spelling(String client) {
        if (client.endsWith(".zugang.example")) {
            return "name";
        }
        if (client.contains("%")) {
            return "zone";
        }
        if (client.regionMatches(true, 0, "::ffff:", 0, 7)) {
            return "mapped";
        }
        if (client.startsWith("2002:")) {
            return "6to4";
        }
        if (client.startsWith("2001:0:")) {
            return "Teredo";
        }
        if (!client.contains(":")) {
            return "IPv4";
        }
        if (client.matches("([0-9A-Fa-f]{4}:){7}[0-9A-Fa-f]{4}") && client.contains(":0")) {
            return "full";
        }
        return client.matches(".*[A-F].*") ? "upper" : client.contains("::") ? "compressed" : "plain";
    }

    @Test
    void apacheErrorsHaveThePortBehindTheAddressWithoutBrackets() throws IOException {
        String text = text(Kind.APACHE_ERROR, 9, 5000);
        assertThat(text)
                .containsPattern("\\[client \\d+\\.\\d+\\.\\d+\\.\\d+:\\d+] ")
                .containsPattern("\\[client 2001:db8:[0-9a-f:]+::1?[0-9a-f]*:\\d{4,5}] ")
                .contains("Stack trace:\n#0 ");
    }

    @Test
    void timesRunFromTheFirstToTheLastMomentInTheServersZone() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Instant from = Instant.parse("2026-10-25T00:00:00Z");
        new LogLines(Kind.NGINX_ERROR, "www.example", ZoneId.of("Europe/Berlin"), 1)
                .write(1000, from, from.plusSeconds(7199), out);
        List<String> times = new ArrayList<>();
        Matcher matcher = Pattern.compile("(?m)^2026/10/25 (\\S+) ").matcher(out.toString(StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            times.add(matcher.group(1));
        }
        // The night in which summer time ends: the hour from two to three comes twice.
        assertThat(times).first().isEqualTo("02:00:00");
        assertThat(times.get(times.size() - 1)).isEqualTo("02:59:59");
        assertThat(times.stream().filter(time -> time.startsWith("02:")).count())
                .isEqualTo(times.size());
    }

    @Test
    void negativeOffsetsAreWrittenWithTheirMinutes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Instant at = Instant.parse("2026-03-07T02:00:00Z");
        new LogLines(Kind.APACHE_COMBINED, "www.example", ZoneOffset.ofHoursMinutes(-3, -30), 1).write(1, at, at, out);
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).contains("[06/Mar/2026:22:30:00 -0330]");
    }
}
