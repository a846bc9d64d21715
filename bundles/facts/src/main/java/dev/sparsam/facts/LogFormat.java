package dev.sparsam.facts;

import dev.sparsam.panel.LogKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a log records, and how personal data in the lines of files is masked that the server has closed.
 *
 * @param kind what is logged
 * @param fields the fields of the log, as ids
 * @param ipMode how addresses are treated
 * @param reach which addresses; says nothing where they are kept in full
 * @param others how other data is treated; nothing is stated of what is not in it
 * @param keyDays for how many days, counted from the day of the lines, keys are kept by which pseudonyms and keyed hashes
 *     can be turned back: 0 when they are not kept at all; empty when no end is known, or nothing is keyed
 * @param rawHours how many hours lines stay as they were written; 0 when they are masked as soon as the file is closed
 * @param unmasked the lines that the run has left as they were written, also in files that the server is writing; empty
 *     when there were none
 */
public record LogFormat(
        LogKind kind,
        List<String> fields,
        IpMode ipMode,
        Reach reach,
        List<Treatment> others,
        Optional<Integer> keyDays,
        int rawHours,
        Optional<Unmasked> unmasked)
        implements Fact {
    private static final int DAY = 24;

    /** Checks the ids, that no datum is treated twice and that there are keys only where something is keyed. */
    public LogFormat {
        fields = Checks.list("LogFormat.fields", fields, Checks::id);
        others = List.copyOf(others);
        Checks.distinct(
                "LogFormat.others", others.stream().map(Treatment::datum).toList());
        Checks.optional("LogFormat.keyDays", keyDays, (name, days) -> Checks.range(name, days, 0, 1_000_000));
        Checks.that(
                keyDays.isEmpty()
                        || ipMode instanceof IpMode.Pseudonymised
                        || others.stream().anyMatch(other -> other.handling() == Handling.HASHED),
                "LogFormat.keyDays says how long keys are kept, but nothing is pseudonymised or hashed");
        Checks.range("LogFormat.rawHours", rawHours, 0, 1_000_000);
    }

    /**
     * Whether lines were found unmasked that are older than {@link #rawHours} allows. A day more belongs to it, because files
     * are looked at once a day and not every moment.
     */
    public boolean isBehind() {
        return unmasked.filter(found -> found.oldestHours() > rawHours + DAY).isPresent();
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

        /**
         * Replaced by another address that is the same within a site and a day. Who has the key of the day can turn it back,
         * so this is pseudonymisation (GDPR Art. 4(5)) until the key is destroyed.
         *
         * @param networks whether addresses of one network still have their beginning in common
         */
        record Pseudonymised(boolean networks) implements IpMode {}

        /** Irreversibly removed: a placeholder stands in its place. */
        record Removed() implements IpMode {}

        /** Kept as it is. */
        record Full() implements IpMode {}
    }

    /** Which addresses of a line are treated. */
    public enum Reach {
        /** That of the client, where the format says which this is. */
        CLIENT,
        /** Every address, wherever it stands. */
        LINE
    }

    /**
     * What happens to something else than an address.
     *
     * @param datum what it is
     * @param handling what happens to it
     */
    public record Treatment(Datum datum, Handling handling) {
        /** Checks that there is a part that can be kept where only a part is. */
        public Treatment {
            Checks.that(
                    handling != Handling.CUT || (datum != Datum.USER && datum != Datum.TOKEN),
                    "LogFormat.Treatment says that " + datum + " is " + handling
                            + ": no part of it tells less than all");
        }
    }

    /** What else than addresses speaks of people. */
    public enum Datum {
        /** The name that somebody logged in with. */
        USER,
        /** An e-mail address; cut to its domain. */
        EMAIL,
        /** A session id, a token or a password that a URL or the log names as one. */
        TOKEN,
        /** The query string of a URL; cut to the names of its parameters. */
        QUERY,
        /** The page that a visitor came from; cut to its origin (RFC 6454). */
        REFERRER,
        /** What the visitor's program says of itself; cut to the name of the program. */
        AGENT,
        /** A hardware address (MAC) that the log names as one; cut to the manufacturer's half. */
        DEVICE
    }

    /** What happens to a {@link Datum}. */
    public enum Handling {
        /** It stays as it is. */
        KEPT,
        /**
         * A keyed hash stands in its place, the same one for the same text within a site and a day: pseudonymisation (GDPR
         * Art. 4(5)) until the key is destroyed.
         */
        HASHED,
        /** What tells least about a person is kept; {@link Datum} says what that is. */
        CUT,
        /** It is removed. */
        DROPPED
    }

    /**
     * Lines that stand as they were written.
     *
     * @param lines how many
     * @param of of how many
     * @param oldestHours the {@link #age} of the oldest of them
     */
    public record Unmasked(long lines, long of, int oldestHours) {
        /** Checks the numbers. */
        public Unmasked {
            Checks.that(
                    lines > 0 && lines <= of,
                    "LogFormat.Unmasked speaks of " + lines + " of " + of + " lines: there is one at least");
            Checks.range("LogFormat.Unmasked.oldestHours", oldestHours, 0, 24_000_000);
        }

        /**
         * An age in hours; an hour that has begun counts, so that no age is understated. What lies in the future is 0 hours
         * old.
         */
        public static int age(Instant since, Instant at) {
            Duration age = Duration.between(since, at);
            if (age.isNegative()) {
                return 0;
            }
            return Math.toIntExact(age.toHours() + (age.equals(Duration.ofHours(age.toHours())) ? 0 : 1));
        }

        /** The share of the lines in per cent, 1 to 100; rounded up, so that it is not understated. */
        public int percent() {
            double share = 100.0 * lines / of;
            return (int) Math.ceil(share);
        }

        /** The age of the oldest of them in days; a day that has begun counts. */
        public int oldestDays() {
            return (oldestHours + DAY - 1) / DAY;
        }
    }
}
