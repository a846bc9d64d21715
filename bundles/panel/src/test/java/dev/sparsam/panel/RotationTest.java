package dev.sparsam.panel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RotationTest {
    @ParameterizedTest
    @CsvSource({"daily x 7,8", "weekly x 4,35", "weekly x 0,7", "monthly x 12,403", "weeklyx4,35"})
    void countsTheFileBeingWrittenAndTheLongestMonths(String text, int days) {
        assertThat(Rotation.parse(text).worstCaseDays()).isEqualTo(days);
    }

    @Test
    void readsWhatItWrites() {
        for (Rotation.Every every : Rotation.Every.values()) {
            Rotation rotation = new Rotation(every, 9);
            assertThat(Rotation.parse(rotation.toString())).isEqualTo(rotation);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "weekly", "weekly x", "weekly x -1", "yearly x 2", "weekly x 4 ", "4 x weekly"})
    void nothingElseIsARotation(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rotation.parse(text))
                .withMessageContaining("such as \"weekly x 4\"");
    }
}
