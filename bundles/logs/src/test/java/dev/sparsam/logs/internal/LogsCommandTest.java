package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogsCommandTest {
    private static final String LINE =
            "203.0.113.77 - frank [07/Mar/2025:00:00:01 +0100] \"GET /a?token=abc&q=1 HTTP/1.1\" 200 5"
                    + " \"https://x.example/b?c=198.51.100.9\" \"Mozilla/5.0 (X11) Gecko/20100101 Firefox/121.0\"\n";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--user drop | 203.0.113.0 - - [07/Mar/2025:00:00:01 +0100] \"GET /a?token=-&q=1 HTTP/1.1\" 200 5"
                        + " \"https://x.example/b?c=198.51.100.0\" \"Mozilla/5.0 (X11) Gecko/20100101 Firefox/121.0\"",
                "--method zero --user keep --token keep --agent cut | 0.0.0.0 - frank [07/Mar/2025:00:00:01 +0100]"
                        + " \"GET /a?token=abc&q=1 HTTP/1.1\" 200 5 \"https://x.example/b?c=0.0.0.0\" \"Firefox\"",
                "--method=remove --user=keep --query=cut --referrer=cut --agent=drop | - - frank"
                        + " [07/Mar/2025:00:00:01 +0100] \"GET /a?token=-&q=- HTTP/1.1\" 200 5 \"https://x.example/\" \"-\"",
                "--scope client --user keep --query drop | 203.0.113.0 - frank [07/Mar/2025:00:00:01 +0100]"
                        + " \"GET /a HTTP/1.1\" 200 5 \"https://x.example/b\""
                        + " \"Mozilla/5.0 (X11) Gecko/20100101 Firefox/121.0\"",
                "--scope client --user keep --token keep | 203.0.113.0 - frank [07/Mar/2025:00:00:01 +0100]"
                        + " \"GET /a?token=abc&q=1 HTTP/1.1\" 200 5 \"https://x.example/b?c=198.51.100.9\""
                        + " \"Mozilla/5.0 (X11) Gecko/20100101 Firefox/121.0\"",
                "--method keep --user keep --token keep | 203.0.113.77 - frank [07/Mar/2025:00:00:01 +0100]"
                        + " \"GET /a?token=abc&q=1 HTTP/1.1\" 200 5 \"https://x.example/b?c=198.51.100.9\""
                        + " \"Mozilla/5.0 (X11) Gecko/20100101 Firefox/121.0\"",
            })
    void masksAsTheOptionsSay(String options, String expected) {
        assertThat(run(LINE, ("mask " + options.strip()).split(" "))).isZero();
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(expected.strip() + "\n");
        assertThat(errors.toString(StandardCharsets.UTF_8)).isEmpty();
        String once = out.toString(StandardCharsets.ISO_8859_1);
        out.reset();
        run(once, ("mask " + options.strip()).split(" "));
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(once);
    }

    @Test
    void theSameKeyGivesTheSamePseudonymsOnTheSameDay() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4) + "\n");
        String[] arguments = {"mask", "--method", "pseudonym/prefix", "--key", key.toString()};
        assertThat(run(LINE + LINE.replace("07/Mar", "08/Mar"), arguments)).isZero();
        String[] lines = out.toString(StandardCharsets.ISO_8859_1).split("\n", -1);
        out.reset();
        run(LINE, arguments);
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(lines[0] + "\n");
        assertThat(lines[0])
                .doesNotContain("203.0.113.77")
                .doesNotContain("frank")
                .doesNotContain("198.51.100.9");
        assertThat(lines[1].substring(0, lines[1].indexOf('[')))
                .isNotEqualTo(lines[0].substring(0, lines[0].indexOf('[')));
    }

    @Test
    void withoutAKeyNobodyCanRepeatARun() {
        run(LINE, "mask");
        String once = out.toString(StandardCharsets.ISO_8859_1);
        out.reset();
        run(LINE, "mask");
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isNotEqualTo(once);
        assertThat(once).startsWith("203.0.113.0 - h-");
    }

    @Test
    void aFormatOfTheServersConfigurationSaysWhereTheClientStands() {
        String line = "a.example|frank|[07/Mar/2025:00:00:01 +0100]|client.isp.example|x\n";
        assertThat(run(line, "mask", "--user", "drop", "--format", "%v|%u|%t|%h|%m"))
                .isZero();
        assertThat(out.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo("a.example|-|[07/Mar/2025:00:00:01 +0100]|host.invalid|x\n");
        out.reset();
        assertThat(run(line, "mask", "--user", "drop", "--format", "$host|$remote_user|[$time_local]|$remote_addr|$x"))
                .isZero();
        assertThat(out.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo("a.example|-|[07/Mar/2025:00:00:01 +0100]|host.invalid|x\n");
    }

    @Test
    void saysHowManyLinesItDidNotUnderstand() {
        assertThat(run("so 203.0.113.77\n" + LINE, "mask")).isZero();
        assertThat(errors.toString(StandardCharsets.UTF_8))
                .contains("1 of 2 lines was not understood; what was found there is masked.");
        errors.reset();
        run("so 203.0.113.77\n", "mask");
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("1 of 1 line was not understood");
        errors.reset();
        run("so 203.0.113.77\nso\n".repeat(600), "mask");
        assertThat(errors.toString(StandardCharsets.UTF_8))
                .contains("1200 of 1200 lines were not understood; what was found in them is masked.");
        errors.reset();
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).startsWith("so 203.0.113.0\n");
        errors.reset();
        run("so 203.0.113.77\n" + LINE, "mask", "--quiet");
        assertThat(errors.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"%v|%u|%t|%h|%m", "json", "sshd", "$host|$remote_addr|[$time_local]"})
    void saysThatNoLineHasTheFormatThatWasNamed(String format) {
        for (Locale locale : List.of(Locale.ENGLISH, Locale.GERMAN)) {
            out.reset();
            errors.reset();
            InputStream log = new ByteArrayInputStream(LINE.repeat(3).getBytes(StandardCharsets.ISO_8859_1));
            assertThat(run(locale, log, out, "mask", "--quiet", "--user", "drop", "--format", format))
                    .isEqualTo(3);
            assertThat(errors.toString(StandardCharsets.UTF_8).lines())
                    .singleElement()
                    .asString()
                    .startsWith("-: ")
                    .contains("3", "--format", format);
            // Masked, and all of it.
            assertThat(out.toString(StandardCharsets.ISO_8859_1).lines())
                    .hasSize(3)
                    .noneMatch(line -> line.contains("203.0.113.77"));
        }
        errors.reset();
        assertThat(run("", "mask", "--format", format)).isZero();
        assertThat(run(
                        LINE,
                        "mask",
                        "--format",
                        format,
                        "-",
                        folder.resolve("none").toString()))
                .isOne();
        assertThat(run(LINE, "mask", "--format", format, folder.resolve("none").toString(), "-"))
                .isOne();
    }

    @ParameterizedTest
    @CsvSource({"access", "auto", "%h %l %u %t"})
    void aFormatThatFitsALineEndsWell(String format) {
        assertThat(run("x\n" + LINE, "mask", "--quiet", "--format", format)).isZero();
        assertThat(errors.size()).isZero();
    }

    @Test
    void aFormatThatFitsOnlyInSeveralThreadsEndsWell() throws IOException {
        Path log = Files.writeString(folder.resolve("log"), LINE.repeat((70 << 20) / LINE.length()));
        assertThat(run("", "mask", "--threads", "2", "--format", "%h %l %u %t", log.toString()))
                .isZero();
        assertThat(run("", "mask", "--threads", "2", "--format", "json", log.toString()))
                .isEqualTo(3);
    }

    @Test
    void goesOnAfterAFileThatCannotBeRead() throws IOException {
        Path good = Files.writeString(folder.resolve("good"), "203.0.113.77\n");
        assertThat(run("", "mask", "--quiet", folder.resolve("none").toString(), folder.toString(), good.toString()))
                .isOne();
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("203.0.113.0\n");
        assertThat(errors.toString(StandardCharsets.UTF_8).lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith(folder.toString()));
    }

    /** Two bytes per character, with the mark at the beginning and without, from a pipe and from a file, packed or not. */
    @Test
    void textOfTwoBytesPerCharacterIsRefusedAndNotHandedOn() throws IOException {
        List<byte[]> logs = new ArrayList<>();
        for (String mark : List.of("", "\ufeff")) {
            logs.add((mark + LINE).getBytes(StandardCharsets.UTF_16LE));
            logs.add((mark + LINE).getBytes(StandardCharsets.UTF_16BE));
        }
        for (byte[] log : logs) {
            errors.reset();
            assertThat(run(Locale.ENGLISH, new ByteArrayInputStream(log), out, "mask"))
                    .isOne();
            assertThat(errors.toString(StandardCharsets.UTF_8))
                    .startsWith("-: ")
                    .contains("UTF-16");
            Path file = Files.write(folder.resolve("wide"), log);
            errors.reset();
            assertThat(run(
                            Locale.GERMAN,
                            InputStream.nullInputStream(),
                            out,
                            "mask",
                            "--threads",
                            "2",
                            file.toString()))
                    .isOne();
            assertThat(errors.toString(StandardCharsets.UTF_8))
                    .startsWith(file + ": ")
                    .contains("zwei Bytes");
            assertThat(out.size()).isZero();
            byte[] packed = gzip(new String(log, StandardCharsets.ISO_8859_1));
            assertThat(run(Locale.ENGLISH, new ByteArrayInputStream(packed), out, "mask"))
                    .isOne();
            try (GZIPInputStream read = new GZIPInputStream(new ByteArrayInputStream(out.toByteArray()))) {
                assertThat(read.readAllBytes()).isEmpty();
            }
            out.reset();
        }
    }

    @Test
    void whatComesInCompressedGoesOutCompressed() throws IOException {
        byte[] packed = gzip(LINE.repeat(1000));
        assertThat(run(Locale.ENGLISH, new ByteArrayInputStream(packed), out, "mask", "--user", "keep"))
                .isZero();
        try (GZIPInputStream read = new GZIPInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            assertThat(new String(read.readAllBytes(), StandardCharsets.ISO_8859_1))
                    .isEqualTo(LINE.replace("203.0.113.77", "203.0.113.0")
                            .replace("198.51.100.9", "198.51.100.0")
                            .replace("=abc", "=-")
                            .repeat(1000));
        }
        out.reset();
        assertThat(run(Locale.ENGLISH, new ByteArrayInputStream(Arrays.copyOf(packed, packed.length / 2)), out, "mask"))
                .isOne();
        assertThat(errors.toString(StandardCharsets.UTF_8)).startsWith("-: ");
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        return packed.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--method truncate/33/48",
                "--scope all",
                "--user cut",
                "--format nothing",
                "--format %h%u",
                "--format %h|%Q",
                "--format %h|%{%Q}t",
                "--format %h|%",
                "--format pom.xml#combined",
                "--format /none/nginx.conf#main",
                "--zone Mars",
                "--threads 0",
                "--key /none",
                "--what x",
                "--method"
            })
    void saysWhatIsWrongWithAnOptionInBothLanguages(String options) {
        assertThat(run(LINE, ("mask " + options).split(" "))).isEqualTo(2);
        String english = errors.toString(StandardCharsets.UTF_8);
        errors.reset();
        assertThat(run(Locale.GERMAN, new ByteArrayInputStream(new byte[0]), out, ("mask " + options).split(" ")))
                .isEqualTo(2);
        assertThat(errors.toString(StandardCharsets.UTF_8))
                .isNotBlank()
                .isNotEqualTo(english)
                .doesNotContain(" is not ", " are ", "nothing ");
        assertThat(out.size()).isZero();
    }

    @Test
    void saysThatAFileOfFormatsCannotBeRead() {
        assertThat(run(LINE, "mask", "--format", "/none/nginx.conf#main")).isEqualTo(2);
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("/none/nginx.conf cannot be read");
    }

    @Test
    void aFormatIsReadFromTheServersConfiguration(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(
                directory.resolve("apache2.conf"), "LogFormat \"%v|%u|%t|%h|%m\" own\nLogFormat \"%h\" other\n");
        String line = "a.example|frank|[07/Mar/2025:00:00:01 +0100]|client.isp.example|x\n";
        assertThat(run(line, "mask", "--user", "drop", "--format", file + "#own"))
                .isZero();
        assertThat(out.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo("a.example|-|[07/Mar/2025:00:00:01 +0100]|host.invalid|x\n");
        assertThat(run(line, "mask", "--format", file + "#none")).isEqualTo(2);
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("none", "other, own");
    }

    @Test
    void helpNamesEveryOptionAndFormat() {
        for (Locale locale : List.of(Locale.ENGLISH, Locale.GERMAN)) {
            errors.reset();
            assertThat(run(locale, new ByteArrayInputStream(new byte[0]), out, "help"))
                    .isZero();
            assertThat(errors.toString(StandardCharsets.UTF_8))
                    .contains("--method", "--scope", "--format", "--key", "--zone", "--threads", "--quiet")
                    .contains(LogFormats.names())
                    .contains("--user", "--email", "--token", "--query", "--referrer", "--agent", "--device");
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void handsOnEachLineBeforeItWaitsForTheNext() throws IOException, InterruptedException {
        PipedOutputStream write = new PipedOutputStream();
        PipedInputStream log = new PipedInputStream(write, 1 << 16);
        PipedOutputStream masked = new PipedOutputStream();
        PipedInputStream read = new PipedInputStream(masked, 1 << 16);
        Thread thread = new Thread(() -> run(Locale.ENGLISH, log, masked, "mask", "--user", "drop"));
        thread.start();
        for (int i = 0; i < 3; i++) {
            write.write(LINE.getBytes(StandardCharsets.ISO_8859_1));
            write.flush();
            byte[] line = read.readNBytes("203.0.113.0 - - [07/Mar/2025:00:00:01 +0100] \"GET /a?token=-&q=1".length());
            assertThat(new String(line, StandardCharsets.ISO_8859_1)).startsWith("203.0.113.0 - - [");
            while (read.read() != '\n') {
                // The rest of the line.
            }
        }
        write.close();
        thread.join();
    }

    @Test
    void endsWithoutAWordWhenNobodyReadsOn() {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        assertThat(run(
                        Locale.ENGLISH,
                        new ByteArrayInputStream(LINE.getBytes(StandardCharsets.US_ASCII)),
                        closed,
                        "mask"))
                .isOne();
        assertThat(errors.size()).isZero();
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        assertThat(run(
                        Locale.ENGLISH,
                        new ByteArrayInputStream(LINE.getBytes(StandardCharsets.US_ASCII)),
                        full,
                        "mask"))
                .isOne();
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("space");
    }

    private int run(String input, String... arguments) {
        return run(
                Locale.ENGLISH, new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1)), out, arguments);
    }

    private int run(Locale locale, InputStream input, OutputStream output, String... arguments) {
        PrintStream stream = new PrintStream(errors, true, StandardCharsets.UTF_8);
        return new LogsCommand(input, output, stream, locale, new SecureRandom()).run(List.of(arguments));
    }
}
