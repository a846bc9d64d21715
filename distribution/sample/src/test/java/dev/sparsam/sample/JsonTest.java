package dev.sparsam.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class JsonTest {
    private static final ObjectMapper JACKSON = new ObjectMapper();

    @Test
    void anIndependentReaderGetsTheSameValue() throws IOException {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("text \"quoted\" \\ \t\u0001", "ä€\uD83E\uDD68\n");
        value.put("empty", List.of());
        value.put("list", List.of(1, 2.5, true, Map.of(), Map.of("a", "b")));
        assertThat(JACKSON.readValue(Json.write(value), Object.class)).isEqualTo(value);
    }

    @Test
    void anyTextSurvives() throws IOException {
        SplittableRandom random = new SplittableRandom(4);
        for (int round = 0; round < 500; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append((char) random.nextInt(random.nextBoolean() ? 0x80 : 0xD800));
            }
            assertThat(JACKSON.readValue(Json.write(text.toString()), String.class))
                    .isEqualTo(text.toString());
        }
    }
}
