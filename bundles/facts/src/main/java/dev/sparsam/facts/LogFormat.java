package dev.sparsam.facts;

import dev.sparsam.panel.LogKind;
import java.util.List;

/**
 * What a log records and how addresses in it are shortened.
 *
 * @param kind what is logged
 * @param fields the fields of the log, as ids
 * @param ipMode how the client address is treated in files that the server has closed
 */
public record LogFormat(LogKind kind, List<String> fields, IpMode ipMode) implements Fact {
    /** Checks the ids and keeps a copy. */
    public LogFormat {
        fields = Checks.list("LogFormat.fields", fields, Checks::id);
    }

    /** What happens to an address. */
    public sealed interface IpMode {
        /**
         * Irreversibly shortened: only the leading bits are kept.
         *
         * @param ipv4Bits bits kept of an IPv4 address, 0 to 31
         * @param ipv6Bits bits kept of an IPv6 address, 0 to 127
         */
        record Truncated(int ipv4Bits, int ipv6Bits) implements IpMode {
            /** Checks that something is cut off. */
            public Truncated {
                Checks.range("LogFormat.IpMode.Truncated.ipv4Bits", ipv4Bits, 0, 31);
                Checks.range("LogFormat.IpMode.Truncated.ipv6Bits", ipv6Bits, 0, 127);
            }
        }

        /** Kept as it is. */
        record Full() implements IpMode {}
    }
}
