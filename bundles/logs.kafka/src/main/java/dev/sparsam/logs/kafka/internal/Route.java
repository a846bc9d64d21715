package dev.sparsam.logs.kafka.internal;

import dev.sparsam.panel.LogKind;
import java.util.Set;

/**
 * From where to where.
 *
 * @param input the topic with the lines as they were written
 * @param output the topic for the masked ones
 * @param kind what lines record that do not say it
 * @param largest how large a record's value may be, in bytes; a larger chunk is divided between lines
 * @param headers the headers of a record that are taken along besides {@link ChunkMasker#KIND}
 */
record Route(String input, String output, LogKind kind, int largest, Set<String> headers) {
    /** Keeps a copy. */
    Route {
        headers = Set.copyOf(headers);
    }
}
