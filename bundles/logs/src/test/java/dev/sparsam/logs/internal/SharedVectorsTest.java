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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The collected edge cases, and those of anonip. */
class SharedVectorsTest {
    private static final DayKeys KEYS = new DayKeys(new byte[DayKeys.LENGTH]);

    /** By reason, where mmanon is not followed. */
    private static final Map<String, List<String>> MMANON = Map.of(
            "pseudonyms are keyed, not random; digits are not replaced by a letter, which no reader of logs understands",
            List.of(
                    "random_128_ipv6",
                    "random_32_ipv4",
                    "random_cons_128_ipembedded",
                    "random_cons_128_ipv6",
                    "random_cons_32_ipv4",
                    "simple_12_ipv4",
                    "simple_33_ipv4",
                    "simple_8_ipv4",
                    "simple_mallformed_ipv4"),
            "IPv6 with a port gets brackets, without which the masked form would be ambiguous",
            List.of("ipv6_port/1", "ipv6_port/4", "ipv6_port/6", "ipv6_port/7", "ipv6_port/8"),
            "five digits are no group: what has one is no address",
            List.of("ipv6_port/9", "recognize_ipv6/12"),
            "an address that is masked keeps its spelling",
            List.of(
                    "recognize_ipv6/4",
                    "zero_128_ipv6/4",
                    "zero_50_ipv6/4",
                    "zero_64_ipv6/4",
                    "zero_96_ipv6/4",
                    "recognize_ipembedded/5"),
            "five numbers or more are an OID or a version, and a number above 255 is none of an address",
            List.of(
                    "recognize_ipv4/10",
                    "recognize_ipv4/16",
                    "recognize_ipv4/22",
                    "recognize_ipv4/23",
                    "with_debug/10",
                    "with_debug/16",
                    "with_debug/22",
                    "with_debug/23"),
            "mmanon was told to leave addresses of one kind; all kinds are masked here",
            List.of(
                    "recognize_ipembedded/1",
                    "recognize_ipembedded/11",
                    "recognize_ipembedded/12",
                    "recognize_ipembedded/13",
                    "recognize_ipembedded/14",
                    "recognize_ipembedded/15",
                    "recognize_ipembedded/16",
                    "recognize_ipembedded/17",
                    "recognize_ipembedded/18",
                    "recognize_ipembedded/19",
                    "recognize_ipembedded/2",
                    "recognize_ipembedded/6",
                    "recognize_ipembedded/7",
                    "recognize_ipembedded/8",
                    "recognize_ipembedded/9",
                    "truncated_dotted_suffix/4"),
            "letters and a colon before an address are a word, as in smtpd:2001:db8::1",
            List.of("recognize_ipv6/10"),
            "no more than 64 bits are ever kept",
            List.of("zero_50_ipv6/1"));

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

    /**
     * The cases of anonip by function and index. What anonip is told by column or expression is found without being told; what
     * only speaks of its command line, its own options or Python is not a case of masking.
     */
    @Test
    void masksAsAnonipDoesButForWhatIsWanted() throws IOException {
        Map<String, String> wanted = new TreeMap<>();
        String bits = "never keeps more than 24 bits of IPv4 and 64 of IPv6";
        for (int index : new int[] {4, 5, 15, 16, 17, 18, 19}) {
            wanted.put("test_process_line/" + index, bits);
        }
        String increment = "has no increment: it would make a made-up address of a masked one";
        wanted.put("test_increment/0", increment);
        wanted.put(
                "test_column/4", "masks every address, whatever column is asked for: anonip leaves all of them here");
        wanted.put("test_regex/5", "has no replacement text for what is no address");
        for (String commandLine : List.of(
                "test_cli_generic_args",
                "test_cli_args_ambiguity",
                "test_regex_concat",
                "test_cli_validate_ipmask",
                "test_cli_validate_integer_ht_0",
                "test_regex_arg_type",
                "test_main")) {
            wanted.put(commandLine, "is about anonip's own command line");
        }
        Map<String, String> found = new TreeMap<>();
        JsonNode tests = read("logs/anonip/anonip_cases.json").get("tests");
        int used = 0;
        for (Map.Entry<String, JsonNode> test : tests.properties()) {
            JsonNode cases = test.getValue().get(0).get("cases");
            String arguments = test.getValue().get(0).get("args").asText();
            if (!arguments.contains("expected") || !(arguments.startsWith("ip,") || arguments.startsWith("line,"))) {
                found.put(test.getKey(), "not a line");
                continue;
            }
            for (int i = 0; i < cases.size(); i++) {
                JsonNode single = cases.get(i);
                boolean own = arguments.contains("v4mask");
                // Without its options, anonip removes 12 bits of IPv4 and 84 of IPv6; in the tests of its expressions,
                // 16.
                int kept4 = own ? 32 - single.get(1).asInt() : arguments.contains("regex") ? 16 : 20;
                int kept6 = own ? 128 - single.get(2).asInt() : 44;
                String expected = single.get(own ? 3 : 2).asText();
                used++;
                String masked = mask(
                        single.get(0).asText(),
                        MaskingPolicy.ofAddresses(new Truncate(Math.min(24, kept4), Math.min(64, kept6))));
                if (!masked.equals(expected)) {
                    found.put(test.getKey() + "/" + i, masked + " and not " + expected);
                }
            }
        }
        assertThat(found.keySet()).as("%s", found).isEqualTo(wanted.keySet());
        assertThat(used).isGreaterThan(30);
    }

    /** The cases of mmanon by file and line. Its modes with randomness and with {@code x} for digits are none of ours. */
    @Test
    void masksAsMmanonDoesButForWhatIsWanted() throws IOException {
        Map<String, String> wanted = new TreeMap<>();
        MMANON.forEach((reason, names) -> names.forEach(name -> wanted.put(name, reason)));
        Map<String, String> found = new TreeMap<>();
        int used = 0;
        for (JsonNode test : read("logs/mmanon/mmanon_cases.json").get("tests")) {
            String name = test.get("file").asText().replaceFirst("tests/mmanon_(.*)\\.sh", "$1");
            String options = test.get("mmanon_params").get(0).asText();
            if (options.contains("random") || options.contains("simple")) {
                found.put(name, "mode");
                continue;
            }
            int kept4 = 32 - bits(options, "ipv4", 16);
            int kept6 = 128 - bits(options, "ipv6", 96);
            MaskingPolicy policy = MaskingPolicy.ofAddresses(
                    new Truncate(Math.max(0, Math.min(24, kept4)), Math.max(0, Math.min(64, kept6))));
            for (int i = 0; i < test.get("input").size(); i++) {
                used++;
                String masked = mask(test.get("input").get(i).asText(), policy);
                // It writes no address as RFC 5952 has it.
                String expected = canonical(test.get("expected").get(i).asText());
                if (!masked.equals(expected)) {
                    found.put(name + "/" + i, masked + " and not " + expected);
                }
            }
        }
        assertThat(found.keySet()).as("%s", found).isEqualTo(wanted.keySet());
        assertThat(used).isGreaterThan(100);
    }

    private static int bits(String options, String family, int otherwise) {
        Matcher matcher = Pattern.compile(family + "\\.bits=\"([0-9]+)\"").matcher(options);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : otherwise;
    }

    /** The eight groups that mmanon writes, in the spelling of RFC 5952. */
    private static String canonical(String text) {
        return Pattern.compile(
                        "(?<![0-9a-f:])(?:[0-9a-f]{1,4}:){6}(?:[0-9a-f]{1,4}:[0-9a-f]{1,4}|0:0\\.0\\.0\\.0)(?![0-9a-f:])")
                .matcher(text)
                .replaceAll(match -> AddressOracle.v6(match.group())
                        .map(AddressOracle::text6)
                        .orElseThrow());
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
