package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.logs.AddressMasking.Remove;
import dev.sparsam.logs.AddressScope;
import dev.sparsam.logs.Handling;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.PersonalField;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Formats as servers are configured with, in the presets of distributions and panels and beyond. */
class ServerFormatsTest {
    private LogScan scan = LogScan.NONE;

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                // common, combined, vhost_combined
                "%h %l %u %t \\\"%r\\\" %>s %b ^ 203.0.113.7 - frank [22/Nov/2026:03:03:22 +0100] \"GET /a?b HTTP/1.1\" 200 5"
                        + " ^ - - - [22/Nov/2026:03:03:22 +0100] \"GET /a HTTP/1.1\" 200 5",
                "%h %l %u %t \\\"%r\\\" %>s %O \\\"%{Referer}i\\\" \\\"%{User-Agent}i\\\" ^ 203.0.113.7 - - [22/Nov/2026:03:03:22 +0100] \"G\" 200 5 \"http://r.example/x\" \"UA \\\"q\\\"\""
                        + " ^ - - - [22/Nov/2026:03:03:22 +0100] \"G\" 200 5 \"-\" \"-\"",
                "%v:%p %h %l %u %t \\\"%r\\\" %>s %O ^ www.example.org:443 2001:db8::7 - frank [22/Nov/2026:03:03:22 +0100] \"G\" 200 5"
                        + " ^ www.example.org:443 - - - [22/Nov/2026:03:03:22 +0100] \"G\" 200 5",
                // panels: the site first, bytes in and out, a proxy in front
                "%v %a %l %u %t \\\"%r\\\" %>s %b ^ www.example.org 203.0.113.7 - - [22/Nov/2026:03:03:22 +0100] \"G\" 200 5"
                        + " ^ www.example.org - - - [22/Nov/2026:03:03:22 +0100] \"G\" 200 5",
                "%{X-Forwarded-For}i %l %u %t \\\"%r\\\" %>s %b ^ 203.0.113.7, 198.51.100.9 - - [22/Nov/2026:03:03:22 +0100] \"G\" 200 5"
                        + " ^ -, - - - [22/Nov/2026:03:03:22 +0100] \"G\" 200 5",
                "%t %h %I %O %D \\\"%r\\\" ^ [22/Nov/2026:03:03:22 +0100] 203.0.113.7 1 2 3 \"G\" ^ [22/Nov/2026:03:03:22 +0100] - 1 2 3 \"G\"",
                "%h\\t%{%Y-%m-%dT%H:%M:%S%z}t\\t%U%q\\t%{session}C ^ 203.0.113.7\t2026-11-22T03:03:22+0100\t/a?b\tabc ^ -\t2026-11-22T03:03:22+0100\t/a\t-",
                "{\\\"ip\\\":\\\"%a\\\",\\\"t\\\":\\\"%{%FT%T%z}t\\\",\\\"user\\\":\\\"%u\\\",\\\"ua\\\":\\\"%{User-Agent}i\\\"} ^ {\"ip\":\"203.0.113.7\",\"t\":\"2026-11-22T03:03:22+0100\",\"user\":\"frank\",\"ua\":\"x\"}"
                        + " ^ {\"ip\":\"-\",\"t\":\"2026-11-22T03:03:22+0100\",\"user\":\"-\",\"ua\":\"-\"}",
                "%{c}a %h %{sec}t \\\"%r\\\" %{ms}T %{Set-Cookie}o ^ 198.51.100.9 203.0.113.7 1795312202 \"G\" 12 a=b ^ - - 1795312202 \"G\" 12 -",
                "%400,501{User-Agent}i %!200,304,302{Referer}i %<s ^ x y 200 ^ - - 200",
            })
    void readsAnApacheLogFormat(String format, String line, String expected) throws IOException {
        assertThat(mask(ServerFormats.apache(format), line)).isEqualTo(expected);
        assertThat(scan.unparsed()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\""
                        + " ^ 203.0.113.7 - frank [22/Nov/2026:03:03:22 +0100] \"GET /a?b HTTP/1.1\" 200 5 \"http://r.example/\" \"x\""
                        + " ^ - - - [22/Nov/2026:03:03:22 +0100] \"GET /a HTTP/1.1\" 200 5 \"-\" \"-\"",
                "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\" \"$http_x_forwarded_for\""
                        + " ^ 203.0.113.7 - - [22/Nov/2026:03:03:22 +0100] \"G\" 200 5 \"-\" \"-\" \"198.51.100.9, 2001:db8::7\""
                        + " ^ - - - [22/Nov/2026:03:03:22 +0100] \"G\" 200 5 \"-\" \"-\" \"-, -\"",
                "$host $remote_addr [$time_iso8601] $request_method $request_uri ^ www.example.org 203.0.113.7 [2026-11-22T03:03:22+01:00] GET /a?b ^ www.example.org - [2026-11-22T03:03:22+01:00] GET /a",
                "$msec\t${remote_addr}\t$uri\t$args\t$cookie_session ^ 1795312202.123\t203.0.113.7\t/a\tb=c\tabc ^ 1795312202.123\t-\t/a\t\t-",
                "{\"time\":\"$time_iso8601\",\"remote_addr\":\"$remote_addr\",\"user\":\"$remote_user\",\"uri\":\"$request_uri\",\"ref\":\"$http_referer\"}"
                        + " ^ {\"time\":\"2026-11-22T03:03:22+01:00\",\"remote_addr\":\"203.0.113.7\",\"user\":\"frank\",\"uri\":\"/a?b\",\"ref\":\"http://r.example/\"}"
                        + " ^ {\"time\":\"2026-11-22T03:03:22+01:00\",\"remote_addr\":\"-\",\"user\":\"-\",\"uri\":\"/a\",\"ref\":\"-\"}",
                "$proxy_protocol_addr $http_cf_connecting_ip $realip_remote_addr \"$http_cookie\" ^ 203.0.113.7 198.51.100.9 2001:db8::7 \"a=b\" ^ - - - \"-\"",
            })
    void readsAnNginxLogFormat(String format, String line, String expected) throws IOException {
        assertThat(mask(ServerFormats.nginx(format), line)).isEqualTo(expected);
        assertThat(scan.unparsed()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%Z", "%h %", "%{%Q}t", "%{x", "%h%u"})
    void saysWhatItDoesNotUnderstand(String format) {
        assertThatThrownBy(() -> ServerFormats.apache(format))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"");
    }

    private String mask(Template template, String line) throws IOException {
        Map<PersonalField, Handling> drop = new EnumMap<>(PersonalField.class);
        for (PersonalField field : PersonalField.values()) {
            drop.put(field, Handling.DROP);
        }
        LineScanner.Context context = new LineScanner.Context(
                new MaskingPolicy(new Remove(), AddressScope.CLIENT, drop),
                ZoneOffset.UTC,
                Instant.parse("2026-11-23T00:00:00Z"),
                day -> new DayKeys(new byte[DayKeys.LENGTH]),
                Optional.of(ServerFormats.of("own", List.of(template))));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        scan = new LineScanner(context).mask(new ByteArrayInputStream(line.getBytes(StandardCharsets.ISO_8859_1)), out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}
