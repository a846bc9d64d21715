package dev.sparsam.logs;

import dev.sparsam.logs.AddressMasking.Keep;
import dev.sparsam.logs.AddressMasking.Truncate;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.settings.Retentions;
import dev.sparsam.settings.Setting;
import dev.sparsam.settings.SettingType;
import dev.sparsam.settings.Strictness;
import java.util.List;

/** The settings of this capability. */
public final class LogSettings {
    /** How long log files are kept, counted from their newest line. */
    public static final Retentions.Pair RETENTION = Retentions.pair("logs.retention", new Days(7), new Days(30));

    /** What happens to client addresses. */
    public static final Setting<AddressMasking> MASKING = new Setting<>(
            "logs.masking",
            new SettingType<>(AddressMasking::toString, AddressMasking::parse, new FewerBits()),
            AddressMasking.DEFAULT);

    private LogSettings() {}

    /** All of them. */
    public static List<Setting<?>> all() {
        return List.of(RETENTION.live(), RETENTION.backup(), MASKING);
    }

    /** A masking is stricter when it keeps fewer bits of both kinds of addresses. */
    private static final class FewerBits implements Strictness<AddressMasking> {
        @Override
        public boolean atLeast(AddressMasking value, AddressMasking than) {
            return ipv4(value) <= ipv4(than) && ipv6(value) <= ipv6(than);
        }

        @Override
        public AddressMasking stricter(AddressMasking one, AddressMasking other) {
            return masking(Math.min(ipv4(one), ipv4(other)), Math.min(ipv6(one), ipv6(other)));
        }

        @Override
        public AddressMasking laxer(AddressMasking one, AddressMasking other) {
            return masking(Math.max(ipv4(one), ipv4(other)), Math.max(ipv6(one), ipv6(other)));
        }

        private static AddressMasking masking(int ipv4Bits, int ipv6Bits) {
            return ipv4Bits == 32 ? new Keep() : new Truncate(ipv4Bits, ipv6Bits);
        }

        private static int ipv4(AddressMasking masking) {
            return masking instanceof Truncate truncate ? truncate.ipv4Bits() : 32;
        }

        private static int ipv6(AddressMasking masking) {
            return masking instanceof Truncate truncate ? truncate.ipv6Bits() : 128;
        }
    }
}
