package dev.sparsam.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.store.testing.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The optional bundle in the framework: with its clients inside, and with nobody who answers them. */
class KafkaBundleIT {
    private static final String PID = "dev.sparsam.logs.kafka";

    @TempDir
    Path folder = Path.of("");

    @Test
    void itIsThereWhereItIsConfigured() throws Exception {
        Path data = folder.resolve("data");
        try (Distribution sparsam = Distribution.on(data).start()) {
            assertThat(sparsam.shell("logs:kafka").status()).isNotZero();
        }
        Path file = data.resolve("etc").resolve(PID + ".cfg");
        Files.copy(Home.assembled().resolve("optional").resolve(PID).resolve(PID + ".cfg"), file);
        try (Distribution sparsam = Distribution.on(data).start()) {
            await(() -> sparsam.shell("logs:kafka").out().contains("bootstrapServers is not set"), sparsam);

            String nobody = "127.0.0.1:" + Ports.free();
            Files.write(
                    file,
                    List.of(
                            "bootstrapServers = " + nobody,
                            "client.default.api.timeout.ms = 2000",
                            "client.sokets = 7",
                            "producer.max.block.ms = 1000"));
            String away = "Kafka (" + nobody + ") does not answer";
            await(() -> sparsam.shell("logs:kafka").out().contains(away), sparsam);
            assertThat(sparsam.shell("logs:kafka").out())
                    .contains("From topic to topic: logs.raw > logs.masked", "waiting, tries again");
            assertThat(sparsam.shell("help").out()).contains("logs:kafka");
            await(() -> sparsam.err().contains(away), sparsam);
            assertThat(sparsam.err()).doesNotContain("there is no setting", "\tat ");
            assertThat(sparsam.get("/ready").statusCode()).isEqualTo(200);

            // What exactly-once rests on cannot be configured away.
            Files.write(file, List.of("bootstrapServers = " + nobody, "producer.acks = 1"));
            await(() -> sparsam.err().contains(file + ", line 2: acks cannot be set here"), sparsam);
            Files.write(file, List.of("bootstrapServers = " + nobody, "outputTopic = logs.raw"));
            await(() -> sparsam.err().contains(", line 2: inputTopic and outputTopic are both logs.raw"), sparsam);
            assertThat(sparsam.log()).doesNotContain("NoClassDefFound", "ClassNotFound");
        }
    }

    private static void await(BooleanSupplier condition, Distribution sparsam)
            throws IOException, InterruptedException {
        Instant end = Instant.now().plus(Duration.ofSeconds(60));
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now())
                    .as(() -> sparsam.shell("logs:kafka") + sparsam.out() + sparsam.err() + sparsam.log())
                    .isBefore(end);
            Thread.sleep(200);
        }
    }
}
