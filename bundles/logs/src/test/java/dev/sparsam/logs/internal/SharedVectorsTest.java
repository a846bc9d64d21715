package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Truncate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The collected edge cases, and those of anonip. */
class SharedVectorsTest {
    /** What is no address. */
    private static final Set<String> NO_ADDRESS =
            Set.of("referer-mail", "url-token", "connect-ptr-hex", "from-to", "auth", "mac");

    @Test
    void masksTheAddressesOfEveryEdgeCase() throws IOException {
        Set<String> failed = new TreeSet<>();
        Set<String> expected = new TreeSet<>();
        for (JsonNode edge : read("logs/edgecases.json")) {
            String input = edge.get("input").asText();
            String masked = mask(input, AddressMasking.DEFAULT);
            boolean ok = mask(masked, AddressMasking.DEFAULT).equals(masked);
            for (JsonNode word : edge.get("must_mask")) {
                ok &= !masked.contains(word.asText());
            }
            for (JsonNode word : edge.get("must_keep")) {
                ok &= masked.contains(word.asText());
            }
            String name = edge.get("id").asText() + " " + edge.get("cls").asText();
            if (!ok) {
                failed.add(name + ": " + masked);
            }
            if (NO_ADDRESS.contains(edge.get("cls").asText())) {
                expected.add(name);
            }
        }
        assertThat(failed.stream().map(name -> name.substring(0, name.indexOf(':'))))
                .as("%s", failed)
                .containsExactlyElementsOf(expected);
    }

    @Test
    void masksAsAnonipDoes() throws IOException {
        List<String> wrong = new ArrayList<>();
        int used = 0;
        for (JsonNode single : read("logs/anonip/anonip_cases.json").at("/tests/test_process_line/0/cases")) {
            int kept4 = 32 - single.get(1).asInt();
            int kept6 = 128 - single.get(2).asInt();
            if (kept4 > 24 || kept6 > 64) {
                continue;
            }
            used++;
            String masked = mask(single.get(0).asText(), new Truncate(kept4, kept6));
            if (!masked.equals(single.get(3).asText())) {
                wrong.add(single + " gave " + masked);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(used).isGreaterThan(12);
    }

    private static JsonNode read(String name) throws IOException {
        Path file = Path.of(System.getProperty("sparsam.shared", "../shared"), "data", name);
        assumeTrue(Files.exists(file), () -> "Skipped: the shared test data is not there (" + file + ")");
        return new ObjectMapper().readTree(file.toFile());
    }

    private static String mask(String line, AddressMasking masking) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LineScanner.mask(new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)), out, masking, ZoneOffset.UTC);
        return out.toString(StandardCharsets.UTF_8);
    }
}
