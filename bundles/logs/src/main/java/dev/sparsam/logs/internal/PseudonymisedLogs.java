package dev.sparsam.logs.internal;

import dev.sparsam.logs.MaskingPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The logs of a site of which is known where they hold pseudonyms. */
final class PseudonymisedLogs {
    /** None is known. */
    static final PseudonymisedLogs NONE = new PseudonymisedLogs(List.of());

    private final Collection<Pseudonymised> all;
    /** By length and hash. */
    private final NavigableMap<Long, Map<String, Pseudonymised>> known = new TreeMap<>();

    PseudonymisedLogs(Collection<Pseudonymised> logs) {
        all = List.copyOf(logs);
        for (Pseudonymised log : all) {
            known.computeIfAbsent(log.length(), any -> new HashMap<>()).put(log.sha256(), log);
        }
    }

    /** Those in which nothing that was handled need be handled again. */
    PseudonymisedLogs under(MaskingPolicy policy, int version) {
        return new PseudonymisedLogs(
                all.stream().filter(log -> log.covers(policy, version)).toList());
    }

    boolean isEmpty() {
        return known.isEmpty();
    }

    /**
     * The longest with which a log begins; {@link Pseudonymised#NOTHING} when there is none.
     *
     * @param log from its start; read as far as any of them reaches
     * @param size how long it is at most
     */
    Pseudonymised beginning(InputStream log, long size) throws IOException {
        Pseudonymised found = Pseudonymised.NOTHING;
        MessageDigest sha256 = LogInput.newSha256();
        byte[] bytes = new byte[1 << 16];
        long at = 0;
        try {
            for (Map.Entry<Long, Map<String, Pseudonymised>> each :
                    known.headMap(size, true).entrySet()) {
                while (at < each.getKey()) {
                    int count = log.read(bytes, 0, (int) Math.min(bytes.length, each.getKey() - at));
                    if (count < 0) {
                        return found;
                    }
                    sha256.update(bytes, 0, count);
                    at += count;
                }
                Pseudonymised same = each.getValue().get(hash(sha256));
                found = same == null ? found : same;
            }
        } catch (DamagedException e) {
            // Whoever reads the lines says so; what lies before the damage is what it is.
            return found;
        }
        return found;
    }

    /** Of what has been read so far. */
    private static String hash(MessageDigest soFar) {
        try {
            return HexFormat.of().formatHex(((MessageDigest) soFar.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("that of every JDK can be cloned", e);
        }
    }
}
