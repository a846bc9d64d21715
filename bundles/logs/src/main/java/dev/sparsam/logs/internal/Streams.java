package dev.sparsam.logs.internal;

import dev.sparsam.panel.LogStorage;
import dev.sparsam.panel.LogStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** Tells whether a site's log streams are still those that were looked at. */
final class Streams {
    private Streams() {}

    /** The same text for the same directories and patterns of a place, in whatever order; another one for others. */
    static String hash(Collection<LogStream> streams, LogPlace place) {
        String all = streams.stream()
                .filter(stream -> LogPlace.of(stream).equals(place))
                // No directory and no pattern has this character in it.
                .map(stream -> stream.directory() + "\0" + stream.files() + byAge(stream))
                .sorted()
                .distinct()
                .collect(Collectors.joining("\0"));
        return HexFormat.of().formatHex(LogInput.newSha256().digest(all.getBytes(StandardCharsets.UTF_8)));
    }

    private static String byAge(LogStream stream) {
        return stream.storage() == LogStorage.BACKUP_BY_AGE ? "\0by age" : "";
    }

    /** All that streams say, in their order. */
    static String text(Collection<LogStream> streams) {
        return streams.stream()
                .map(stream -> LogPlace.of(stream) + " " + stream.directory() + "/" + stream.files() + byAge(stream))
                .collect(Collectors.joining("\n"));
    }

    /** The hashes of all places that there are, to be kept. */
    static String hashes(Collection<LogStream> streams) {
        return streams.stream()
                .map(LogPlace::of)
                .distinct()
                .map(place -> place + "=" + hash(streams, place))
                .sorted()
                .collect(Collectors.joining(" "));
    }

    /** The hash of a place in what {@link #hashes} gave; empty when there is none. */
    static String kept(String hashes, LogPlace place) {
        for (String one : hashes.split(" ", -1)) {
            if (one.startsWith(place + "=")) {
                return one.substring(one.indexOf('=') + 1);
            }
        }
        return "";
    }
}
