package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparsam.logs.AddressMasking.Truncate;
import dev.sparsam.logs.MaskingPolicy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The collected edge cases, and those of anonip. */
class SharedVectorsTest {
    private static final DayKeys KEYS = new DayKeys(new byte[DayKeys.LENGTH]);

    @Test
    void masksEveryEdgeCase() throws IOException {
        Set<String> failed = new TreeSet<>();
        int cases = 0;
        for (JsonNode edge : read("logs/edgecases.json")) {
            cases++;
            String input = edge.get("input").asText();
            String masked = mask(input, MaskingPolicy.DEFAULT);
            boolean ok = mask(masked, MaskingPolicy.DEFAULT).equals(masked);
            for (JsonNode word : edge.get("must_mask")) {
                ok &= !masked.contains(word.asText());
            }
            for (JsonNode word : edge.get("must_keep")) {
                ok &= masked.contains(word.asText());
            }
            if (!ok) {
                failed.add(edge.get("id").asText() + " " + edge.get("cls").asText() + ": " + masked);
            }
        }
        assertThat(failed).isEmpty();
        assertThat(cases).isGreaterThan(50);
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
            String masked = mask(single.get(0).asText(), MaskingPolicy.ofAddresses(new Truncate(kept4, kept6)));
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

    private static String mask(String line, MaskingPolicy policy) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LineScanner.Context context = new LineScanner.Context(
                policy, ZoneOffset.UTC, Instant.parse("2025-03-08T00:00:00Z"), day -> KEYS, Optional.empty());
        new LineScanner(context).mask(new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)), out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
