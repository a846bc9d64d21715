package dev.sparsam.logs.internal;

import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** Tells whether a site's log streams are still those that were looked at. */
final class Streams {
    private Streams() {}

    /** The same text for the same directories and patterns of a kind, in whatever order; another one for others. */
    static String hash(Collection<LogStream> streams, LogKind kind) {
        String all = streams.stream()
                .filter(stream -> stream.kind() == kind)
                // No directory and no pattern has this character in it.
                .map(stream -> stream.directory() + "\0" + stream.files() + (stream.storage().isBackup() ? "\0" + stream.storage() : ""))
                .sorted()
                .distinct()
                .collect(Collectors.joining("\0"));
        return HexFormat.of().formatHex(LogInput.newSha256().digest(all.getBytes(StandardCharsets.UTF_8)));
    }

    /** All that streams say, in their order. */
    static String text(Collection<LogStream> streams) {
        return streams.stream()
                .map(stream -> stream.kind() + (stream.storage().isBackup() ? " " + stream.storage() : "") + " " + stream.directory() + "/" + stream.files())
                .collect(Collectors.joining("\n"));
    }

    /** The hashes of all kinds that there are, to be kept. */
    static String hashes(Collection<LogStream> streams) {
        return streams.stream()
                .map(LogStream::kind)
                .distinct()
                .sorted()
                .map(kind -> kind + "=" + hash(streams, kind))
                .collect(Collectors.joining(" "));
    }

    /** The hash of a kind in what {@link #hashes} gave; empty when there is none. */
    static String kept(String hashes, LogKind kind) {
        for (String one : hashes.split(" ", -1)) {
            if (one.startsWith(kind + "=")) {
                return one.substring(one.indexOf('=') + 1);
            }
        }
        return "";
    }
}
