package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Keep;
import dev.sparsam.logs.AddressMasking.Remove;
import dev.sparsam.logs.AddressScope;
import dev.sparsam.logs.Handling;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.PersonalField;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each format file has lines, and says what in them speaks of people. */
class FormatSamplesTest {
    private static final Path FOLDER = Path.of("src/main/resources/dev/sparsam/logs/formats");
    private static final String VSFTPD = "Sun Nov 22 03:03:22 2026 [pid 1234] ";
    private static final Path SCHEMA = Path.of("src/main/resources/dev/sparsam/logs/format.schema.json");
    private static final Instant REFERENCE = Instant.parse("2026-11-23T00:00:00Z");

    /** Formats, and what several of them share. */
    static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString().replace(".json", ""))
                    .filter(name -> !name.equals("index") && !name.equals("agents"))
                    .sorted()
                    .toList();
        }
    }

    static Stream<Arguments> samples() throws IOException {
        List<Arguments> samples = new ArrayList<>();
        for (String name : files()) {
            for (JsonNode sample : read(name).path("samples")) {
                samples.add(Arguments.of(name, sample.get("line").asText(), sample));
            }
        }
        return samples.stream();
    }

    private static JsonNode read(String name) throws IOException {
        return new ObjectMapper().readTree(FOLDER.resolve(name + ".json").toFile());
    }

    @ParameterizedTest
    @MethodSource("files")
    void isValid(String name) throws IOException {
        JsonSchema schema = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(Files.readString(SCHEMA));
        assertThat(schema.validate(Files.readString(FOLDER.resolve(name + ".json")), InputFormat.JSON))
                .isEmpty();
        assertThat(read(name).get("id").asText()).isEqualTo(name);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void isRecognised(String name, String line, JsonNode sample) throws IOException {
        LogScan scan = scan(MaskingPolicy.DEFAULT, line, new ByteArrayOutputStream());
        assertThat(scan.newest().map(Instant::toString).orElse(""))
                .isEqualTo(sample.path("time").asText(""));
        assertThat(scan.unparsed()).isZero();
        if (!name.equals("access") && LogFormats.names().contains(name)) {
            byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
            AddressMasker masker = new AddressMasker(new Remove(), () -> new DayKeys(new byte[DayKeys.LENGTH]));
            Clients clients = new Clients(masker, false, (from, to, text, length) -> {});
            Recogniser recogniser = new Recogniser(Optional.empty(), clients, ZoneOffset.UTC, REFERENCE.toEpochMilli());
            assertThat(recogniser.recognise(bytes, 0, bytes.length, new Spans()))
                    .isNotNegative();
            assertThat(recogniser.format().map(LogFormat::id)).contains(name);
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void masksWhatIsMarkedAndNothingElse(String name, String line, JsonNode sample) throws IOException {
        for (Map.Entry<String, JsonNode> mark : sample.get("marks").properties()) {
            String masked = mask(only(mark.getKey()), line);
            for (JsonNode value : mark.getValue()) {
                assertThat(masked).as(mark.getKey()).doesNotContain(value.asText());
            }
            for (Map.Entry<String, JsonNode> other : sample.get("marks").properties()) {
                boolean within = mark.getKey().equals("query") || mark.getKey().equals("email");
                for (JsonNode value : other.getValue()) {
                    boolean apart = !within && !other.getKey().equals(mark.getKey());
                    assertThat(!apart || masked.contains(value.asText()) || overlap(value, mark.getValue()))
                            .as("%s of %s in %s", other.getKey(), value, masked)
                            .isTrue();
                }
            }
        }
        assertThat(mask(keeping(new Keep()), line)).isEqualTo(line);
    }

    /** What a line becomes has nothing to do with the line before. */
    @Test
    void masksALineLikeTheSameLineAlone() throws IOException {
        List<String> lines = new ArrayList<>(
                samples().map(sample -> (String) sample.get()[1]).toList());
        lines.add(VSFTPD + "CONNECT: Client \"203.0.113.77\"");
        for (String what : List.of("OK LOGIN", "FAIL LOGIN", "OK UPLOAD", "OK DOWNLOAD")) {
            lines.add(VSFTPD + "[erika] " + what + ": Client \"203.0.113.77\"");
        }
        MaskingPolicy policy = keeping(new Remove()).with(PersonalField.USER, Handling.DROP);
        List<String> alone = new ArrayList<>();
        for (String line : lines) {
            alone.add(mask(policy, line));
        }
        StringBuilder log = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int first = 0; first < lines.size(); first++) {
            for (int second = 0; second < lines.size(); second++) {
                log.append(lines.get(first))
                        .append('\n')
                        .append(lines.get(second))
                        .append('\n');
                expected.addAll(List.of(alone.get(first), alone.get(second)));
            }
        }
        assertThat(mask(policy, log.toString()).lines().toList()).isEqualTo(expected);
        assertThat(mask(policy, lines.get(lines.size() - 1))).doesNotContain("erika");
    }

    private static boolean overlap(JsonNode value, JsonNode others) {
        for (JsonNode other : others) {
            if (other.asText().contains(value.asText()) || value.asText().contains(other.asText())) {
                return true;
            }
        }
        return false;
    }

    private static MaskingPolicy only(String mark) {
        if (mark.equals("client") || mark.equals("host")) {
            return keeping(new Remove());
        }
        PersonalField field = PersonalField.valueOf(mark.toUpperCase(Locale.ROOT));
        return keeping(new Keep()).with(field, Handling.DROP);
    }

    private static MaskingPolicy keeping(AddressMasking addresses) {
        Map<PersonalField, Handling> fields = new EnumMap<>(PersonalField.class);
        for (PersonalField field : PersonalField.values()) {
            fields.put(field, Handling.KEEP);
        }
        return new MaskingPolicy(addresses, AddressScope.CLIENT, fields);
    }

    private static String mask(MaskingPolicy policy, String line) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        scan(policy, line, out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static LogScan scan(MaskingPolicy policy, String line, ByteArrayOutputStream out) throws IOException {
        LineScanner.Context context = new LineScanner.Context(
                policy, ZoneOffset.UTC, REFERENCE, day -> new DayKeys(new byte[DayKeys.LENGTH]), Optional.empty());
        return new LineScanner(context).mask(new ByteArrayInputStream(line.getBytes(StandardCharsets.ISO_8859_1)), out);
    }
}
