package dev.sparsam.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessagesTest {

    private final Messages english = Messages.in("en");
    private final Messages german = Messages.in("de_DE.UTF-8");

    @Test
    void everySentenceExistsInBothLanguages() {
        assertThat(german.keys()).isEqualTo(english.keys());
    }

    @Test
    void bothLanguagesTakeTheSameArguments() {
        for (String key : english.keys()) {
            for (String argument : new String[] {"«0»", "«1»", "«2»"}) {
                assertThat(german.text(key, "«0»", "«1»", "«2»").contains(argument))
                        .as("%s %s", key, argument)
                        .isEqualTo(english.text(key, "«0»", "«1»", "«2»").contains(argument));
            }
        }
    }
}
