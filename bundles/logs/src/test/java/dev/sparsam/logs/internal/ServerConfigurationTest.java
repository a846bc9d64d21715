package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.MaskingPolicy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerConfigurationTest {
    @TempDir
    Path directory;

    private Map<String, Template> formats(String text) throws IOException {
        return ServerConfiguration.formats(Files.writeString(directory.resolve("server.conf"), text));
    }

    /** With the client's name where the format says that it stands. */
    private static String mask(Template format, String line) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new LineScanner(new LineScanner.Context(
                        MaskingPolicy.ofAddresses(AddressMasking.DEFAULT),
                        ZoneOffset.UTC,
                        Instant.EPOCH,
                        KeyRing.NONE,
                        Optional.of(ServerFormats.of("own", List.of(format)))))
                .mask(new ByteArrayInputStream(line.getBytes(StandardCharsets.ISO_8859_1)), out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void readsTheLogFormatsOfApache() throws IOException {
        Map<String, Template> formats = formats("""
                ServerName example.org
                # LogFormat "%h" commented
                LogFormat "%v|%h|\\"%r\\"|%t" first
                  logformat "%v %h \\
                    %t %m" second\r
                LogFormat "%h %l"
                CustomLog ${APACHE_LOG_DIR}/access.log first
                """);
        assertThat(formats).containsOnlyKeys("first", "second");
        assertThat(mask(
                        formats.getOrDefault("first", ServerFormats.apache("%m")),
                        "a.example|client.isp.example|\"GET / HTTP/1.1\"|[07/Mar/2025:00:00:01 +0100]\n"))
                .startsWith("a.example|host.invalid|");
    }

    @Test
    void readsTheLogFormatsOfNginx() throws IOException {
        Map<String, Template> formats = formats("""
                http {
                    # log_format commented '$remote_addr';
                    log_format  main  '$host|$remote_addr|'
                                      "[$time_local]" '|it\\'s $x';
                    log_format json escape=json '{"a":"$remote_addr"}'; access_log /var/log/a main;
                }
                """);
        assertThat(formats).containsOnlyKeys("main", "json");
        assertThat(mask(
                        formats.getOrDefault("main", ServerFormats.apache("%m")),
                        "a.example|client.isp.example|[07/Mar/2025:00:00:01 +0100]|it's y\n"))
                .isEqualTo("a.example|host.invalid|[07/Mar/2025:00:00:01 +0100]|it's y\n");
    }

    @Test
    void aFormatThatIsNotUnderstoodIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> formats("LogFormat \"%h %Z\" odd\n"))
                .withMessageStartingWith("odd: ");
    }

    @Test
    void aFileWithoutFormatsHasNone() throws IOException {
        assertThat(formats("127.0.0.1 localhost\n")).isEmpty();
    }

    @Test
    void aFormatMayHaveAnyNumberOfParts() throws IOException {
        StringBuilder fields = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            fields.append("\n    '\"field").append(i).append("\":\"$remote_addr\",'");
        }
        assertThat(formats("log_format json escape=json '{'" + fields + "'}';\n"))
                .containsOnlyKeys("json");
        assertThat(formats("log_format blanks '$remote_addr'" + " \n".repeat(50_000) + ";\n"))
                .containsOnlyKeys("blanks");
        assertThat(formats("log_format bare $remote_addr" + "x".repeat(100_000) + ";\n"))
                .containsOnlyKeys("bare");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "log_format long '$remote_addr %s';\n",
                "log_format long \"$remote_addr %s\";\n",
                "LogFormat \"%%h %s\" long\n"
            })
    void aPartMayBeOfAnyLength(String directive) throws IOException {
        for (String repeated : List.of("x", "\\\\", "x\\\\")) {
            assertThat(formats(String.format(Locale.ROOT, directive, repeated.repeat(100_000))))
                    .containsOnlyKeys("long");
        }
    }

    @Test
    void whatDoesNotEndIsNoFormat() throws IOException {
        assertThat(formats("log_format open '$remote_addr" + "x".repeat(100_000)))
                .isEmpty();
        assertThat(formats("log_format open " + "'a' ".repeat(20_000))).isEmpty();
    }
}
