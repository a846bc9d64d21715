package dev.sparsam.logs.kafka.internal;

import dev.sparsam.logs.internal.FileMasking;
import dev.sparsam.panel.LogKind;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;

/** The workers as a process of their own, which can be killed: {@code SERVERS POLICIES INSTANCE INPUT OUTPUT}. */
public final class MaskingProcess {
    private static final Path MIGRATIONS = Path.of("../logs/src/main/resources/migrations");

    private MaskingProcess() {}

    /** Runs until it is killed, or its standard input ends: it never outlives who started it. */
    public static void main(String[] arguments) throws Exception {
        try (Workers workers = start(arguments[0], Path.of(arguments[1]), arguments[2], arguments[3], arguments[4])) {
            while (System.in.read() >= 0) {
                System.out.println(workers.moments());
            }
        }
    }

    static Workers start(String servers, Path policies, String instance, String input, String output) {
        Route route = new Route(input, output, LogKind.WEB_ACCESS, 200_000, Set.of("kept"));
        return Workers.start(
                2,
                new KafkaClients(
                        servers,
                        "group-" + input,
                        instance,
                        // Small transactions, so that a kill meets every part of one.
                        Map.of(
                                "session.timeout.ms", "3000",
                                "heartbeat.interval.ms", "500",
                                "max.poll.records", "20",
                                "reconnect.backoff.max.ms", "500"),
                        Map.of(
                                "reconnect.backoff.max.ms", "500",
                                "max.block.ms", "5000",
                                // Readers wait so long for what a frozen process has begun.
                                "transaction.timeout.ms", "5000")),
                route,
                FileMasking.of(policies, MIGRATIONS),
                new Failures(servers, route, instance),
                said -> said.ifPresent(text -> System.err.println(text.english())),
                Clock.systemUTC());
    }
}
