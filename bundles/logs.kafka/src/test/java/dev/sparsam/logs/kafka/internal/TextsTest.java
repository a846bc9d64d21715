package dev.sparsam.logs.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.kafka.internal.ChunkMasker.Note;
import dev.sparsam.logs.kafka.internal.Progress.Moment;
import dev.sparsam.logs.kafka.internal.Progress.State;
import dev.sparsam.panel.LogKind;
import dev.sparsam.store.Wording;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {
    private static final Failures FAILURES =
            new Failures("broker:9092", new Route("in", "out", LogKind.MAIL, 1_000, Set.of()), "one");

    @Test
    void eachFailureSaysWhereAndWhatToDo() {
        assertSaid(new SaslAuthenticationException("bad password"), "(broker:9092)", "bad password", "client.sasl.*");
        assertSaid(new TopicAuthorizationException(Set.of("in")), "right", "[in]", "read the input topic");
        assertSaid(new RecordTooLargeException("1 MB"), "Topic out", "1 MB", "max.message.bytes", "largestRecord");
        assertSaid(new ConfigException("acks", "x"), "acks", "Correct it");
        assertSaid(new UnknownTopicOrPartitionException("gone"), "in, out", "create it");
        assertSaid(new InvalidTimestampException("too old"), "refuses", "too old");
        assertSaid(new IllegalStateException("what?"), "IllegalStateException: what?");
    }

    private static void assertSaid(Exception cause, String... parts) {
        Wording wording = FAILURES.wording(new KafkaException("The transaction failed", cause));
        assertThat(wording.english()).contains(parts).doesNotContain("{");
        assertThat(wording.german()).isNotEqualTo(wording.english()).doesNotContain("{", "''");
    }

    @ParameterizedTest
    @ValueSource(strings = {"texts", "troubles"})
    void germanHasEveryTextThatEnglishHas(String name) {
        ResourceBundle.Control own =
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);
        String full = "dev.sparsam.logs.kafka.internal." + name;
        ResourceBundle english = ResourceBundle.getBundle(full, Locale.ENGLISH, own);
        ResourceBundle german = ResourceBundle.getBundle(full, Locale.GERMAN, own);
        for (String key : english.keySet()) {
            assertThat(german.getString(key)).as(key).isNotEqualTo(english.getString(key));
        }
        assertThat(german.keySet()).isEqualTo(english.keySet());
    }

    @Test
    void theCommandTellsWhatWaitsWhatWasDoneAndWhatWentWrong() {
        List<Moment> moments = new ArrayList<>();
        for (State state : State.values()) {
            moments.add(new Moment(
                    state,
                    2,
                    7,
                    10,
                    1_000,
                    64_000,
                    3,
                    Map.of(Note.UNKNOWN_KIND, 1L),
                    5,
                    1,
                    Optional.of(Instant.parse("2026-11-22T12:00:00.5Z")),
                    Optional.of(new Wording("the broker is away", "der Broker ist weg"))
                            .filter(any -> state == State.WAITING)));
        }
        assertThat(KafkaCommands.text("in > out", Optional.of(moments), Locale.ENGLISH)
                        .lines())
                .contains(
                        "From topic to topic: in > out",
                        "Worker 1: running; partitions: 2; records waiting: 7; last transaction: 2026-11-22T12:00:00Z",
                        "  the broker is away",
                        "Since the start: 40 records, 4000 lines, 256000 bytes; lines not understood: 12; transactions done"
                                + " again: 4",
                        "Records whose header sparsam.kind says no kind of log that there is, masked with the strictest"
                                + " rules: 4",
                        "Records that the input topic had deleted before they could be read: 20. Keep them longer there");
        assertThat(KafkaCommands.text("in > out", Optional.of(moments), Locale.GERMAN))
                .contains("Arbeiter 1: läuft; Partitionen: 2", "  der Broker ist weg")
                .doesNotContain("records");
        assertThat(KafkaCommands.text("in > out", Optional.empty(), Locale.GERMAN))
                .contains("bootstrapServers");
        assertThat(Arrays.asList(Note.values())).hasToString("[unknown-domain, unknown-kind]");
    }

    @Test
    void whatExactlyOnceRestsOnCannotBeSet() {
        assertThat(KafkaClients.refused(Set.of("acks", "linger.ms", "isolation.level", "transactional.id")))
                .containsExactly("acks", "isolation.level", "transactional.id");
    }
}
