package dev.sparsam.logs;

import dev.sparsam.logs.AddressMasking.Truncate;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.settings.Retentions;
import dev.sparsam.settings.Setting;
import dev.sparsam.settings.SettingType;
import java.util.Comparator;

/** The settings of this capability. */
public final class LogSettings {
    /** How long log files are kept, counted from their newest line. */
    public static final Retentions.Pair RETENTION = Retentions.pair("logs.retention", new Days(7), new Days(30));

    /** What happens to client addresses. */
    public static final Setting<AddressMasking> MASKING = new Setting<>(
            "logs.masking",
            new SettingType<>(
                    AddressMasking::toString,
                    AddressMasking::parse,
                    Comparator.comparingInt(LogSettings::keptIpv4).thenComparingInt(LogSettings::keptIpv6)),
            AddressMasking.DEFAULT);

    private LogSettings() {}

    private static int keptIpv4(AddressMasking masking) {
        return masking instanceof Truncate truncate ? truncate.ipv4Bits() : 32;
    }

    private static int keptIpv6(AddressMasking masking) {
        return masking instanceof Truncate truncate ? truncate.ipv6Bits() : 128;
    }
}
