package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.RawPeriod;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.logs.internal.LineScanner.Context;
import dev.sparsam.logs.internal.LineScanner.Stages;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Rules that only say how long lines are kept and what happens to addresses. */
final class Rules {
    /** For sweeps that trust no folder and read any log. */
    static final SweepLimits LIMITS =
            new SweepLimits(Duration.ofMinutes(5), Duration.ofDays(90), Duration.ZERO, LargestLog.ANY);

    private Rules() {}

    static LogRules of(RetentionRule live, AddressMasking masking) {
        return new LogRules(live, new Days(30), RawPeriod.NONE, MaskingPolicy.ofAddresses(masking));
    }

    static SiteRules site(RetentionRule live, AddressMasking masking) {
        return SiteRules.of(of(live, masking), new Days(7));
    }

    static Rewriting rewriting(AddressMasking masking) {
        return (source, out) ->
                new LineScanner(Context.of(masking, ZoneOffset.UTC)).mask(source.lines(), out, Stages.MASKED);
    }

    static Inspection inspect(Path path, AddressMasking masking, ZoneId zone) {
        return Inspector.inspect(
                path,
                modified -> LogMasker.looking(
                        Context.of(MaskingPolicy.ofAddresses(masking), zone, modified), () -> PseudonymisedLogs.NONE),
                LargestLog.ANY);
    }
}
