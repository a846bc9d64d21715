package dev.sparsam.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.Observation;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ObservedTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final SiteId SHOP = new SiteId("d");
    private static final List<Site> SITES = HoldCommandsTest.TREE.sites().stream()
            .sorted(Comparator.comparing(Site::domain))
            .toList();

    private static Observation found(
            boolean backup, Optional<LocalDate> held, Duration oldest, long unmasked, Duration oldestUnmasked) {
        return new Observation(
                SHOP,
                LogKind.WEB_ACCESS,
                backup,
                NOW,
                7,
                LogRules.DEFAULT,
                held,
                Optional.of(NOW.minus(oldest)),
                400,
                unmasked,
                unmasked == 0 ? Optional.empty() : Optional.of(NOW.minus(oldestUnmasked)),
                0);
    }

    @Test
    void whatWasFoundStandsNextToWhatIsSet() {
        List<Observation> found = List.of(
                found(true, Optional.of(LocalDate.of(2027, 1, 31)), Duration.ofDays(40), 0, Duration.ZERO),
                found(false, Optional.empty(), Duration.ofDays(6), 12, Duration.ofHours(5)));
        String table = Observed.all(Texts.in("de"), SITES, Map.of(SHOP, found));
        assertThat(table)
                .containsSubsequence(
                        "shop.example  Zugriffsprotokoll ",
                        "6 Tage",
                        "7d ",
                        "3\u00a0% (12 von 400), die älteste 5 Stunden alt",
                        "none",
                        "Zugriffsprotokoll in Datensicherungen",
                        "(Löschsperre bis 2027-01-31)",
                        "0 von 400 Zeilen")
                .doesNotContain("zu alt", "zu lange", "blog.example");
    }

    @Test
    void driftIsSaidWithByHowMuch() {
        List<Observation> found = List.of(found(false, Optional.empty(), Duration.ofDays(33), 2, Duration.ofHours(30)));
        assertThat(Observed.all(Texts.in("en"), SITES, Map.of(SHOP, found)))
                .contains("0.5% (2 of 400)", "26 days too old, unmasked 30 hours too long");
    }

    @Test
    void withoutADomainThoseThatDriftAreShownAndTheOthersCounted() {
        SiteId blog = new SiteId("e");
        Observation well = found(false, Optional.empty(), Duration.ofDays(6), 0, Duration.ZERO);
        Observation drifting = found(false, Optional.empty(), Duration.ofDays(33), 0, Duration.ZERO);
        assertThat(Observed.drifting(Texts.in("en"), SITES, Map.of(SHOP, List.of(well, drifting), blog, List.of(well))))
                .contains("26 days too old", "As set: 1 other domain; not swept yet or without logs: 0.")
                .doesNotContain("blog.example", "6 days (2026-11-16");
        assertThat(Observed.drifting(Texts.in("de"), SITES, Map.of(SHOP, List.of(well))))
                .contains(
                        "Keine Domain weicht ab",
                        "Wie festgelegt: 1 andere Domain; noch nicht bereinigt oder ohne Protokolle: 1.");
    }

    /** What nobody could read is not as set. */
    @Test
    void filesOfUnknownContentAreShown() {
        Observation well = found(false, Optional.empty(), Duration.ofDays(6), 0, Duration.ZERO);
        Observation unread = new Observation(
                SHOP,
                LogKind.WEB_ERROR,
                false,
                NOW,
                7,
                LogRules.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                2);
        assertThat(unread.drifts()).isFalse();
        assertThat(unread.isAsSet()).isFalse();
        assertThat(Observed.drifting(Texts.in("en"), SITES, Map.of(SHOP, List.of(well, unread))))
                .contains("2 files of unknown content", "As set: no other domain")
                .doesNotContain("No domain drifts");
        assertThat(Observed.all(Texts.in("de"), SITES, Map.of(SHOP, List.of(unread))))
                .contains("2 Dateien mit unbekanntem Inhalt");
    }

    @Test
    void whereNothingWasFoundYetASweepIsProposed() {
        assertThat(Observed.all(Texts.in("en"), SITES, Map.of())).contains("run a sweep first: sweep:plan SCOPE");
    }
}
