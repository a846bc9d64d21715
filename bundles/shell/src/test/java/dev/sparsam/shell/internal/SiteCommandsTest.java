package dev.sparsam.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class SiteCommandsTest {

    private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");

    private static String age(String language, String line) {
        return SiteCommands.age(Texts.in(language), Instant.parse(line), NOW);
    }

    @Test
    void aDayThatHasBegunCountsAsEverywhere() {
        assertThat(age("en", "2026-03-10T11:00:00Z")).isEqualTo("1 day (2026-03-10T11:00:00Z)");
        assertThat(age("en", "2026-03-09T11:00:00Z")).isEqualTo("2 days (2026-03-09T11:00:00Z)");
        assertThat(age("de", "2026-03-01T11:00:00Z")).isEqualTo("10 Tage (2026-03-01T11:00:00Z)");
    }

    @Test
    void lineOfTheFutureHasNoNegativeAge() {
        assertThat(age("en", "2027-04-13T12:00:00Z")).isEqualTo("in the future (2027-04-13T12:00:00Z)");
        assertThat(age("de", "2026-03-10T12:00:01Z")).isEqualTo("in der Zukunft (2026-03-10T12:00:01Z)");
    }
}
