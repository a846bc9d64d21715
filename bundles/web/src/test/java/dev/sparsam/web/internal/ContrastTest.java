package dev.sparsam.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Contrast of the colours that stand on each other, as WCAG 2.2 measures it (success criteria 1.4.3 and 1.4.11). */
class ContrastTest {
    private static final Path SHEET = Path.of("src/main/resources/dev/sparsam/web/internal/assets/sparsam.css");

    /** Text, and what it stands on. */
    private static final Map<String, List<String>> TEXTS = Map.of(
            "ink", List.of("bg", "surface", "raised", "accent-soft", "ok-soft", "warn-soft", "bad-soft"),
            "muted", List.of("bg", "surface", "raised", "accent-soft"),
            "accent", List.of("bg", "surface", "raised", "ok-soft", "warn-soft", "bad-soft", "accent-soft"),
            "accent-strong", List.of("surface", "raised", "accent-soft", "warn-soft", "bad-soft"),
            "accent-ink", List.of("accent", "accent-strong"),
            "ok", List.of("surface", "raised", "ok-soft"),
            "warn", List.of("surface", "raised", "warn-soft"),
            "bad", List.of("surface", "raised", "bad-soft", "bg"),
            "surface", List.of("bad"));

    /** Edges of fields and the mark of the focus, and what they stand on. */
    private static final Map<String, List<String>> EDGES =
            Map.of("control", List.of("surface", "raised", "bg"), "focus", List.of("surface", "raised", "bg"));

    private static Map<String, String> colours(String block) {
        Map<String, String> colours = new HashMap<>();
        Matcher matcher = Pattern.compile("--([a-z-]+): #([0-9a-f]{6});").matcher(block);
        while (matcher.find()) {
            colours.put(matcher.group(1), matcher.group(2));
        }
        return colours;
    }

    private static double luminance(String colour) {
        double[] parts = Stream.of(0, 2, 4)
                .mapToDouble(at -> Integer.parseInt(colour.substring(at, at + 2), 16) / 255.0)
                .map(part -> part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4))
                .toArray();
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    }

    private static double contrast(String one, String other) {
        double a = luminance(one);
        double b = luminance(other);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    private static void check(
            String scheme, Map<String, String> colours, Map<String, List<String>> pairs, double least) {
        pairs.forEach((front, backs) -> backs.forEach(
                back -> assertThat(contrast(colours.getOrDefault(front, ""), colours.getOrDefault(back, "")))
                        .as(scheme + ": " + front + " on " + back)
                        .isGreaterThanOrEqualTo(least)));
    }

    @Test
    void textsAndFieldsStandOutInBothColourSchemes() throws IOException {
        String sheet = Files.readString(SHEET);
        int dark = sheet.indexOf("(prefers-color-scheme: dark)");
        assertThat(dark).isPositive();
        Map<String, String> light = colours(sheet.substring(0, dark));
        Map<String, String> night = new HashMap<>(light);
        night.putAll(colours(sheet.substring(dark)));
        for (Map.Entry<String, Map<String, String>> scheme :
                Map.of("light", light, "dark", night).entrySet()) {
            check(scheme.getKey(), scheme.getValue(), TEXTS, 4.5);
            check(scheme.getKey(), scheme.getValue(), EDGES, 3);
        }
    }

    @Test
    void blackOnWhiteIsTwentyOne() {
        assertThat(contrast("000000", "ffffff")).isBetween(20.99, 21.01);
        assertThat(contrast("777777", "ffffff")).isBetween(4.47, 4.49);
    }
}
