package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.testing.SetClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnFormatsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final String OWN = "LogFormat \"%h|%{%Y-%m-%d %H:%M:%S}t|%s\" own\n";

    /** As a distribution ships it. */
    private static final String USUAL = """
            LogFormat "%v:%p %h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" vhost_combined
            LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" combined
            LogFormat "%h %l %u %t \\"%r\\" %>s %O" common
            LogFormat "%{Referer}i -> %U" referer
            LogFormat "%{User-agent}i" agent
            """;

    @TempDir
    Path directory;

    private final SetClock clock = new SetClock(NOW);

    private Path configuration(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("apache2.conf"), text);
        // As if long ago, however coarse the clock of the file system is.
        return Files.setLastModifiedTime(file, FileTime.from(clock.instant().minusSeconds(60)));
    }

    private OwnFormats formats(String text) {
        return OwnFormats.of(text, clock);
    }

    private SweepWork work(OwnFormats formats) {
        return new SweepWork(clock, ZoneOffset.UTC, formats, Rules.LIMITS);
    }

    /** How many lines of a log of the own format a sweep does not understand. */
    private long unparsed(OwnFormats formats, LogKind kind) throws IOException {
        Path log = directory.resolve("own.log.1");
        Files.writeString(log, "dialup.isp.example|2026-11-22 03:04:05|200\n");
        Files.setLastModifiedTime(log, FileTime.from(NOW.minus(Duration.ofHours(2))));
        return work(formats)
                .look(
                        List.of(new LogStream(new SiteId("d"), kind, directory, "own.log*")),
                        rules(),
                        NOW,
                        Map.of(),
                        () -> PseudonymisedLogs.NONE)
                .files()
                .get(0)
                .found()
                .orElseThrow()
                .inspection()
                .scan()
                .unparsed();
    }

    private static SiteRules rules() {
        return Rules.site(new RetentionRule.Days(7), AddressMasking.DEFAULT);
    }

    @Test
    void sweepsUnderstandAnAccessLogOfTheServersOwnFormat() throws IOException {
        Path file = configuration(USUAL + OWN);
        assertThat(unparsed(OwnFormats.NONE, LogKind.WEB_ACCESS)).isEqualTo(1);
        assertThat(unparsed(formats(file + "#own"), LogKind.WEB_ACCESS)).isZero();
        assertThat(unparsed(formats(" " + file + " ,"), LogKind.WEB_ACCESS)).isZero();
        assertThat(unparsed(formats(file.toString()), LogKind.MAIL))
                .as("of a kind that no web server writes")
                .isEqualTo(1);
    }

    /** Else every line would be a user agent, and the usual ones be read slowly. */
    @Test
    void whatIsKnownAnywayOrTellsNoTimeIsLeftOut() throws IOException {
        Path file = configuration(USUAL + """
                log_format combined '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent'
                    ' "$http_referer" "$http_user_agent"';
                """);
        assertThat(formats(file.toString()).of(LogKind.WEB_ACCESS)).isEmpty();
    }

    @Test
    void aLineIsOfTheFormatThatSaysMostOfIt() throws IOException {
        Path file = configuration("""
                LogFormat "%t %h %{x}i" less
                LogFormat "%t %h \\"%{User-Agent}i\\" %{Cookie}i" more
                """);
        assertThat(formats(file.toString()).of(LogKind.WEB_ACCESS).orElseThrow().lines())
                .extracting(Template::toString)
                .containsExactly(
                        "[{time:%d/%b/%Y:%H:%M:%S %z}] {client} \"{agent}\" {token}",
                        "[{time:%d/%b/%Y:%H:%M:%S %z}] {client} {any}");
    }

    @Test
    void whatCannotBeUsedIsToldInBothLanguages() throws IOException {
        Path file = configuration(USUAL);
        assertThatIllegalArgumentException().isThrownBy(() -> formats(file + "#own"));
        assertThat(OwnFormats.reason(file + "#own").english())
                .isEqualTo(file + " names no format own that tells the time of a line; it has: combined, common,"
                        + " vhost_combined. Files that it includes are not read");
        assertThat(OwnFormats.reason(file + "#agent").german()).contains("kein Format agent, das die Zeit");
        assertThat(OwnFormats.reason(directory.resolve("none.conf").toString()).german())
                .isEqualTo(directory.resolve("none.conf") + " ist nicht lesbar");
        assertThat(OwnFormats.reason("nginx.conf#main").english()).startsWith("nginx.conf: the path");
        assertThat(OwnFormats.reason(configuration("ServerName x\n").toString()).english())
                .contains("names no format that tells the time");
        assertThat(OwnFormats.reason(configuration("LogFormat \"%t %1\" odd\n").toString())
                        .english())
                .contains("odd", "%1");
    }

    @Test
    void aChangeOfTheConfigurationIsTakenOver() throws IOException {
        Path file = configuration(OWN);
        OwnFormats formats = formats(file.toString());
        String before = formats.text(LogKind.WEB_ACCESS);
        String scan = work(formats).scan(rules());
        clock.pass(Duration.ofSeconds(30));
        configuration("LogFormat \"%h;%t\" own\n");
        assertThat(formats.text(LogKind.WEB_ACCESS)).isNotEqualTo(before).contains("{client};");
        assertThat(work(formats).scan(rules()))
                .as("what has been read is read again")
                .isNotEqualTo(scan);
    }

    @Test
    void whatHoldsStaysWhileTheConfigurationCannotBeUsed() throws IOException {
        Path file = configuration(OWN);
        OwnFormats formats = formats(file.toString());
        String before = formats.text(LogKind.WEB_ACCESS);
        clock.pass(Duration.ofSeconds(30));
        Files.delete(file);
        assertThat(formats.text(LogKind.WEB_ACCESS)).isEqualTo(before);
        clock.pass(Duration.ofSeconds(30));
        configuration("LogFormat \"%h;%t\" own\n");
        assertThat(formats.text(LogKind.WEB_ACCESS)).contains("{client};");
    }
}
