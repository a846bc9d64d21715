package dev.sparsam.facts;

import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.RetentionRule;
import java.util.List;
import java.util.Optional;

/** A typed statement about the processing of personal data. The set of types is closed and versioned with this package. */
public sealed interface Fact {
    /**
     * How long something is kept.
     *
     * @param activity the id of the activity that the kept data belongs to
     * @param store where it is kept
     * @param period the period that is enforced
     * @param trigger what starts the period
     * @param oldestDays the age of the oldest content that was found after the run, in whole days, rounded up; empty
     *     when there was none
     */
    record Retention(String activity, Store store, RetentionRule period, Trigger trigger, Optional<Integer> oldestDays)
            implements Fact {
        /** Where data is kept. */
        public enum Store {
            /** Where it is used. */
            LIVE,
            /** In backups. */
            BACKUP
        }

        /** What starts a period. */
        public enum Trigger {
            /** The newest line of a log file. */
            NEWEST_LINE,
            /** The time at which the data was collected. */
            COLLECTION,
            /** The end of the contract. */
            CONTRACT_END
        }
    }

    /**
     * What a log records and how addresses in it are shortened.
     *
     * @param kind what is logged
     * @param fields the fields of the log, as ids
     * @param ipMode how the client address is treated in files that the server has closed
     */
    record LogFormat(LogKind kind, List<String> fields, IpMode ipMode) implements Fact {
        /** Keeps a copy. */
        public LogFormat {
            fields = List.copyOf(fields);
        }

        /** What happens to an address. */
        public sealed interface IpMode {
            /**
             * Irreversibly shortened: only the leading bits are kept.
             *
             * @param ipv4Bits bits kept of an IPv4 address
             * @param ipv6Bits bits kept of an IPv6 address
             */
            record Truncated(int ipv4Bits, int ipv6Bits) implements IpMode {}

            /** Kept as it is. */
            record Full() implements IpMode {}
        }
    }
}
