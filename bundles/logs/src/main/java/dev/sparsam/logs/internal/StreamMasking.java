package dev.sparsam.logs.internal;

import dev.sparsam.logs.LineMasking;
import dev.sparsam.logs.LineOrigin;
import dev.sparsam.logs.LinesBefore;
import dev.sparsam.logs.MaskedLines;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.internal.LineScanner.Carry;
import dev.sparsam.logs.internal.SitePolicies.Policy;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.SiteId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Masks lines that lie in no file. What is expensive to make is kept: scanners, and for a moment keys. */
final class StreamMasking implements LineMasking {
    /** So many scanners of half a megabyte are kept; a site without rules of its own shares them with all others. */
    private static final int SCANNERS = 24;
    /** A scanner dates times without a year by the moment it was made at, which holds for a day. */
    private static final Duration SCANNER_AGE = Duration.ofHours(1);

    private static final int KEYS = 10_000;
    /** Within this time after a key was destroyed, nobody has it any more. */
    private static final Duration KEY_AGE = Duration.ofMinutes(1);

    private final SitePolicies policies;
    private final KeyStore keys;
    private final ZoneId zone;
    private final OwnFormats formats;
    private final Clock clock;

    private final Deque<Idle> scanners = new ArrayDeque<>();
    /** In the order in which they were read. */
    private final Map<SiteDay, Secret> secrets = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SiteDay, Secret> eldest) {
            return size() > KEYS;
        }
    };

    /**
     * Makes one.
     *
     * @param zone of times that say none, and by which days begin
     * @param formats of access logs, beside those that are known anyway
     */
    StreamMasking(SitePolicies policies, KeyStore keys, ZoneId zone, OwnFormats formats, Clock clock) {
        this.policies = policies;
        this.keys = keys;
        this.zone = zone;
        this.formats = formats;
        this.clock = clock;
    }

    /** @param formats that its lines are tried with first, as text */
    private record Idle(LineScanner scanner, MaskingPolicy policy, String formats, Instant made) {}

    private record SiteDay(SiteId site, long day, RetentionRule kept) {}

    /** Not a record: nobody compares or prints it. */
    private static final class Secret {
        private final byte[] bytes;
        private final Instant read;

        Secret(byte[] bytes, Instant read) {
            this.bytes = bytes;
            this.read = read;
        }

        boolean isYoung(Instant now) {
            // A clock that was set back has said nothing of the time since.
            return now.isBefore(read.plus(KEY_AGE)) && !now.isBefore(read);
        }
    }

    @Override
    public MaskedLines mask(LineOrigin origin, LinesBefore before, InputStream lines, OutputStream masked)
            throws IOException {
        Policy policy = policies.of(origin);
        Idle idle = take(policy.masking(), origin.kind().orElse(LogKind.WEB_ACCESS));
        LineScanner scanner = idle.scanner();
        Carry supposed = new Carry(
                before.time().toEpochMilli(), before.open(), scanner.carry().hint());
        LogScan scan = scanner.mask(lines, masked, ring(policy), supposed);
        Carry left = scanner.carry();
        LinesBefore after = new LinesBefore(Instant.ofEpochMilli(left.last()), left.continues());
        // Only what has come to an end is used again.
        giveBack(idle);
        return new MaskedLines(scan.lines(), scan.unparsed(), policy.site().isPresent(), after);
    }

    private Idle take(MaskingPolicy policy, LogKind kind) {
        String own = formats.text(kind);
        Instant now = clock.instant();
        synchronized (scanners) {
            for (Iterator<Idle> all = scanners.iterator(); all.hasNext(); ) {
                Idle idle = all.next();
                if (idle.made.plus(SCANNER_AGE).isBefore(now)) {
                    all.remove();
                } else if (idle.policy.equals(policy) && idle.formats.equals(own)) {
                    all.remove();
                    return idle;
                }
            }
        }
        LineScanner.Context context = new LineScanner.Context(policy, zone, now, KeyRing.NONE, formats.of(kind));
        return new Idle(new LineScanner(context), policy, own, now);
    }

    private void giveBack(Idle idle) {
        idle.scanner.forgetKeys();
        synchronized (scanners) {
            scanners.addFirst(idle);
            if (scanners.size() > SCANNERS) {
                scanners.removeLast();
            }
        }
    }

    private KeyRing ring(Policy policy) {
        if (policy.site().isEmpty()) {
            return KeyRing.NONE;
        }
        SiteId site = policy.site().get();
        // Only one thread may use what a day's keys remember: each call has its own.
        return new LastDays(day -> secret(new SiteDay(site, day, policy.keys())));
    }

    private byte[] secret(SiteDay day) {
        Instant now = clock.instant();
        synchronized (secrets) {
            Secret known = secrets.get(day);
            if (known != null && known.isYoung(now)) {
                return known.bytes;
            }
            forgetOld(now);
            // Under the lock: of a day without a key that is kept, all are to get the same one.
            Secret read = new Secret(keys.secret(day.site, day.day, day.kept), now);
            secrets.put(day, read);
            return read.bytes;
        }
    }

    /** Otherwise they would stay in the memory after they were destroyed. */
    private void forgetOld(Instant now) {
        for (Iterator<Secret> oldest = secrets.values().iterator(); oldest.hasNext(); ) {
            if (oldest.next().isYoung(now)) {
                return;
            }
            oldest.remove();
        }
    }

    /** How many keys are held. */
    int secretsRemembered() {
        synchronized (secrets) {
            return secrets.size();
        }
    }

    /** How many of the scanners that wait hold keys. */
    long scannersWithKeys() {
        synchronized (scanners) {
            return scanners.stream().filter(idle -> idle.scanner.hasKeys()).count();
        }
    }
}
