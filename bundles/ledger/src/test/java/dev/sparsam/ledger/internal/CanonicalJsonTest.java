package dev.sparsam.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
    @Test
    void membersStandInTheOrderOfTheirUtf16Units() {
        // U+1F602 is larger than U+FB33 as a code point, but its first UTF-16 unit is smaller.
        assertThat(CanonicalJson.text(Map.of("\ufb33", "3", "\ud83d\ude02", "2", "a", "1", "A", "0")))
                .isEqualTo("{\"A\":\"0\",\"a\":\"1\",\"\ud83d\ude02\":\"2\",\"\ufb33\":\"3\"}");
    }

    @Test
    void onlyTheCharactersThatMustBeEscapedAreEscaped() {
        assertThat(CanonicalJson.text("\u0000\b\t\n\u000b\f\r\u001f \"/\\<\u007f\u2028ä€"))
                .isEqualTo("\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f \\\"/\\\\<\u007f\u2028ä€\"");
    }

    @Test
    void arraysKeepTheirOrder() {
        assertThat(CanonicalJson.text(List.of("b", 1L, List.of(), Map.of()))).isEqualTo("[\"b\",1,[],{}]");
    }

    @Test
    void theLargestExactIntegersAreWritten() {
        assertThat(CanonicalJson.text(List.of(9_007_199_254_740_991L, -9_007_199_254_740_991L, 0L)))
                .isEqualTo("[9007199254740991,-9007199254740991,0]");
    }

    @ParameterizedTest
    @ValueSource(longs = {9_007_199_254_740_992L, -9_007_199_254_740_992L, Long.MAX_VALUE, Long.MIN_VALUE})
    void anIntegerThatJsonReadersWouldRoundIsRefused(long number) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CanonicalJson.text(number))
                .withMessageContaining("The number " + number + " cannot be written exactly");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "\ude02", "a\ud83db", "\ude02\ud83d"})
    void halfACharacterIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CanonicalJson.text(text))
                .withMessageContaining("half a character");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}{}",
                "[1.5]",
                "[1e3]",
                "null",
                "[true]",
                "{\"a\":1,\"a\":1}",
                "[1,]",
                "'a'",
                "99999999999999999999"
            })
    void whatDoesNotOccurInALedgerIsNotRead(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.parse(text));
    }

    @Test
    void whatIsWrittenIsReadBack() {
        Map<String, Object> value =
                Map.of("a", List.of("\u0000\"\\", 1L, -1L, Map.of("b", "\ud83d\ude02")), "c", "", "", List.of());
        assertThat(CanonicalJson.parse(CanonicalJson.text(value))).isEqualTo(value);
    }

    @Test
    void theVectorsOfTheRfcsAuthorAreMet() throws IOException {
        int checked = 0;
        for (Path input : SharedData.files("jcs/testdata/input", ".json")) {
            // Its other files have numbers with fractions, null, true and false: these do not occur in a ledger.
            if (List.of("french.json", "unicode.json", "weird.json")
                    .contains(input.getFileName().toString())) {
                Path output = input.resolveSibling("../output").resolve(input.getFileName());
                assertThat(CanonicalJson.text(CanonicalJson.parse(Files.readString(input))))
                        .isEqualTo(Files.readString(output));
                checked++;
            }
        }
        assertThat(checked).isEqualTo(3);
    }
}
