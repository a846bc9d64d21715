package dev.sparsam.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.facts.Cadence;
import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.LogFormat;
import dev.sparsam.facts.Provenance;
import dev.sparsam.facts.Retention;
import dev.sparsam.facts.Withheld;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FactWordsTest {

    private static final Retention RETENTION = new Retention(
            "web-access-log",
            Retention.Store.LIVE,
            new RetentionRule.Days(10),
            Retention.Trigger.NEWEST_LINE,
            Optional.of(1));

    private final FactWords english = new FactWords(Texts.in("en"));
    private final FactWords german = new FactWords(Texts.in("de"));

    @Test
    void retentionIsASentenceAndNotARecord() {
        assertThat(english.of(RETENTION))
                .isEqualTo("10 days in use, counted from the newest line of a file;"
                        + " the oldest line that was found: 1 day old");
        assertThat(german.of(RETENTION))
                .isEqualTo("10 Tage in Gebrauch, gerechnet ab der neuesten Zeile einer Datei;"
                        + " älteste gefundene Zeile: 1 Tag alt");
    }

    @Test
    void everyPeriodStoreAndTriggerHasWordsInBothLanguages() {
        for (Retention.Store store : Retention.Store.values()) {
            for (Retention.Trigger trigger : Retention.Trigger.values()) {
                for (RetentionRule rule : List.of(new RetentionRule.Forever(), new RetentionRule.NoLogging())) {
                    Retention fact = new Retention("x", store, rule, trigger, Optional.empty());
                    assertThat(english.of(fact)).doesNotContain("_", "Field[", store.name(), rule.toString() + " ");
                    assertThat(german.of(fact)).doesNotContain("_", "counted", rule.toString() + " ");
                }
            }
        }
    }

    @Test
    void maskingSaysHowManyBitsAreKept() {
        LogFormat fact =
                new LogFormat(LogKind.WEB_ACCESS, List.of("client-address"), new LogFormat.IpMode.Truncated(24, 48));
        assertThat(german.of(fact))
                .isEqualTo(
                        "Adressen auf 24 Bit (IPv4) und 48 Bit (IPv6) gekürzt; protokolliert: Adresse des Besuchers");
        assertThat(english.of(new LogFormat(LogKind.WEB_ERROR, List.of(), new LogFormat.IpMode.Full())))
                .isEqualTo("addresses not masked");
    }

    @Test
    void factsAndEvidenceHaveNames() {
        assertThat(german.name("logs.retention.WEB_ACCESS")).isEqualTo("Speicherdauer der Zugriffsprotokolle");
        assertThat(german.name("of.another.bundle")).isEqualTo("of.another.bundle");
        assertThat(german.evidence(enforced(new Cadence.ByHand(ZoneOffset.UTC))))
                .isEqualTo("von Hand durchgesetzt, Beleg 1234");
        assertThat(german.evidence(enforced(new Cadence.Daily(LocalTime.of(2, 30), ZoneOffset.UTC))))
                .isEqualTo("täglich um 02:30 Uhr durchgesetzt, Beleg 1234");
    }

    @Test
    void whatIsNotStatedSaysWhy() {
        Evidenced<Retention> last = new Evidenced<>(
                "logs.retention.WEB_ACCESS",
                "dev.sparsam.logs 1",
                new Scope(ScopeLevel.DOMAIN, "d"),
                RETENTION,
                enforced(new Cadence.ByHand(ZoneOffset.UTC)));
        Retention instead = new Retention(
                RETENTION.activity(),
                RETENTION.store(),
                new RetentionRule.Days(5),
                RETENTION.trigger(),
                Optional.empty());
        assertThat(english.why(new Withheld<>(last, Optional.of(instead), 2)))
                .startsWith(
                        "Not stated: retention of access logs (enforced by hand, receipt 1234). The last sweep followed:"
                                + " 10 days")
                .contains("What is set now waits for the next one: 5 days")
                .endsWith("2 files could not be handled; sweep:list and sweep:show tell which.");
        assertThat(german.why(new Withheld<>(last, Optional.empty(), 1)))
                .endsWith("Eine Datei konnte nicht behandelt werden; sweep:list und sweep:show sagen, welche.");
        assertThat(german.why(new Withheld<>(last, Optional.empty(), 0, true)))
                .endsWith("Das Panel nennt seit der letzten Bereinigung andere Protokolldateien; was für sie gilt, weiß"
                        + " erst die nächste.");
    }

    private static Provenance enforced(Cadence cadence) {
        return new Provenance.Enforced(1234, "0".repeat(64), Instant.EPOCH, Duration.ofDays(2), cadence);
    }
}
