package dev.sparsam.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.facts.Cadence;
import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.FactWords;
import dev.sparsam.facts.Provenance;
import dev.sparsam.facts.Retention;
import dev.sparsam.facts.Withheld;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NoticeCommandsTest {

    private static final Retention RETENTION = retention(10);

    private static final Evidenced<Retention> LAST = new Evidenced<>(
            "logs.retention.WEB_ACCESS",
            "dev.sparsam.logs 1",
            new Scope(ScopeLevel.DOMAIN, "d"),
            RETENTION,
            enforced(new Cadence.ByHand(ZoneOffset.UTC)));

    @Test
    void evidenceNamesItsReceipt() {
        assertThat(evidence("de", enforced(new Cadence.ByHand(ZoneOffset.UTC))))
                .isEqualTo("von Hand durchgesetzt, ohne Zeitplan, Beleg 1234");
        assertThat(evidence("de", enforced(new Cadence.Daily(List.of(LocalTime.of(2, 30)), ZoneOffset.UTC))))
                .isEqualTo("täglich um 02:30 Uhr (UTC) durchgesetzt, Beleg 1234");
        assertThat(evidence("en", new Provenance.Statute("GDPR Art. 77", Instant.EPOCH)))
                .isEqualTo("by law (GDPR Art. 77)");
    }

    @Test
    void whatIsNotStatedSaysWhy() {
        assertThat(why("en", new Withheld<>(LAST, Optional.of(retention(5)), 2)))
                .startsWith("Not stated: Retention of access logs (enforced by hand, without a schedule, receipt 1234)."
                        + " The last sweep followed: 10 days")
                .contains("What is set now waits for the next one: 5 days")
                .endsWith("2 files are missing or could not be handled; sweep:list and sweep:show tell which.");
        assertThat(why("de", new Withheld<>(LAST, Optional.empty(), 1)))
                .endsWith(
                        "Eine Datei fehlt oder konnte nicht behandelt werden; sweep:list und sweep:show sagen, welche.");
        assertThat(why("de", new Withheld<>(LAST, Optional.empty(), 0, true)))
                .endsWith("Das Panel nennt seit der letzten Bereinigung andere Protokolldateien; was für sie gilt, weiß"
                        + " erst die nächste.");
    }

    private static String evidence(String language, Provenance provenance) {
        return NoticeCommands.evidence(Texts.in(language), words(language), provenance);
    }

    private static String why(String language, Withheld<?> withheld) {
        return NoticeCommands.why(Texts.in(language), words(language), withheld);
    }

    private static FactWords words(String language) {
        return FactWords.of(Locale.forLanguageTag(language), ZoneOffset.UTC);
    }

    private static Retention retention(int days) {
        return new Retention(
                "web-access-log",
                Retention.Store.LIVE,
                new RetentionRule.Days(days),
                Retention.Trigger.NEWEST_LINE,
                Optional.empty());
    }

    private static Provenance enforced(Cadence cadence) {
        return new Provenance.Enforced(1234, "0".repeat(64), Instant.EPOCH, Duration.ofDays(2), cadence);
    }
}
