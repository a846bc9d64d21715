package dev.sparsam.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.facts.FactFields.Field;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.RetentionRule;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FactFieldsTest {
    @Test
    void everyTypeOfFactHasASample() {
        Set<Class<?>> sampled = new HashSet<>();
        Samples.all().forEach(fact -> sampled.add(fact.getClass()));
        assertThat(sampled).containsExactlyInAnyOrder(Fact.class.getPermittedSubclasses());
    }

    @Test
    void everyFactHasFieldsWithDistinctNames() {
        for (Fact fact : Samples.all()) {
            List<String> names = FactFields.of(fact).stream().map(Field::name).toList();
            assertThat(names).as(fact.toString()).isNotEmpty().doesNotHaveDuplicates();
        }
    }

    @Test
    void noFieldShowsTheInsidesOfAJavaObject() {
        for (Fact fact : Samples.all()) {
            assertThat(FactFields.of(fact))
                    .extracting(Field::text)
                    .noneMatch(text -> text.matches(".*(\\[|Optional).*"));
        }
    }

    @Test
    void fieldsComeInTheOrderOfTheComponents() {
        assertThat(FactFields.of(new Retention(
                        "access-log",
                        Retention.Store.LIVE,
                        new RetentionRule.Days(7),
                        Retention.Trigger.NEWEST_LINE,
                        Optional.empty())))
                .containsExactly(
                        new Field("activity", "access-log"),
                        new Field("store", "LIVE"),
                        new Field("period", "7d"),
                        new Field("trigger", "NEWEST_LINE"),
                        new Field("oldestDays", ""),
                        new Field("heldUntil", ""));
    }

    @Test
    void anAlternativeIsNamedBeforeItsComponents() {
        assertThat(FactFields.of(new LogFormat(
                        LogKind.WEB_ACCESS,
                        List.of("a", "b"),
                        new LogFormat.IpMode.Truncated(24, 48),
                        LogFormat.Reach.LINE,
                        List.of(new LogFormat.Treatment(LogFormat.Datum.USER, LogFormat.Handling.HASHED)),
                        Optional.of(7),
                        24,
                        Optional.of(new LogFormat.Unmasked(3, 100, 30)))))
                .containsExactly(
                        new Field("kind", "WEB_ACCESS"),
                        new Field("fields", "a, b"),
                        new Field("ipMode", "Truncated"),
                        new Field("ipMode.ipv4Bits", "24"),
                        new Field("ipMode.ipv6Bits", "48"),
                        new Field("reach", "LINE"),
                        new Field("others.0.datum", "USER"),
                        new Field("others.0.handling", "HASHED"),
                        new Field("keyDays", "7"),
                        new Field("rawHours", "24"),
                        new Field("unmasked.lines", "3"),
                        new Field("unmasked.of", "100"),
                        new Field("unmasked.oldestHours", "30"));
    }

    @Test
    void aNestedRecordIsFlattened() {
        assertThat(FactFields.of(new Representative(Samples.CONTACT)))
                .containsExactly(
                        new Field("contact.name", "Beispiel Hosting GmbH"),
                        new Field("contact.address.street", "Hauptstraße 1"),
                        new Field("contact.address.postalCode", "70173"),
                        new Field("contact.address.city", "Stuttgart"),
                        new Field("contact.address.country", "DE"),
                        new Field("contact.email", "datenschutz@beispiel.example"),
                        new Field("contact.phone", ""));
    }

    @Test
    void elementsOfAListOfRecordsAreCounted() {
        TelemetryPayload.Group group =
                new TelemetryPayload.Group("licence", List.of("ip"), TelemetryPayload.Consent.NOT_NEEDED);
        assertThat(FactFields.of(new TelemetryPayload("check", "vendor", "v1", Samples.SHA256, List.of(group))))
                .endsWith(
                        new Field("groups.0.id", "licence"),
                        new Field("groups.0.fields", "ip"),
                        new Field("groups.0.consent", "NOT_NEEDED"));
    }

    @Test
    void anEmptyListGivesAnEmptyText() {
        assertThat(FactFields.of(new TelemetryPayload("check", "vendor", "v1", Samples.SHA256, List.of())))
                .endsWith(new Field("groups", ""));
    }
}
