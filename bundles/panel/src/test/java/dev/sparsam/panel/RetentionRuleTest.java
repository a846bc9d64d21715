package dev.sparsam.panel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.panel.RetentionRule.Inherit;
import dev.sparsam.panel.RetentionRule.NoLogging;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionRuleTest {
    @Test
    void whatIsWrittenCanBeRead() {
        Stream.of(new Days(1), new Days(36_500), new Forever(), new NoLogging(), new Inherit())
                .forEach(
                        rule -> assertThat(RetentionRule.parse(rule.toString())).isEqualTo(rule));
    }

    @Test
    void peopleMayWriteDaysWithBlanksAndInAnyCase() {
        assertThat(RetentionRule.parse(" 14 ")).isEqualTo(new Days(14));
        assertThat(RetentionRule.parse("14 D")).isEqualTo(new Days(14));
        assertThat(RetentionRule.parse("FOREVER")).isEqualTo(new Forever());
    }

    /** Panels use 0, -1 and the empty field for "for ever"; here they mean nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "0", "0d", "00", "-1", "null", "36501", "99999999999", "7 weeks", "7.5", "unlimited"})
    void noOtherTextIsGuessed(String text) {
        assertThatThrownBy(() -> RetentionRule.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 36500")
                .hasMessageContaining("forever");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 36_501, Integer.MIN_VALUE})
    void daysHaveBounds(int days) {
        assertThatThrownBy(() -> new Days(days)).hasMessageContaining("1 to 36500");
    }
}
