package dev.sparsam.logs;

import dev.sparsam.logs.AddressMasking.Keep;
import dev.sparsam.logs.AddressMasking.Pseudonym;
import dev.sparsam.logs.AddressMasking.Remove;
import dev.sparsam.logs.AddressMasking.Truncate;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.settings.Retentions;
import dev.sparsam.settings.Setting;
import dev.sparsam.settings.SettingType;
import dev.sparsam.settings.Strictness;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The settings of this capability. */
public final class LogSettings {
    /** How long the lines of log files are kept, counted from the time of each line. */
    public static final KindSetting<RetentionRule> LIVE =
            KindSetting.of("retention.live", Retentions.TYPE, new Days(7), new Forever());

    /** How long lines are kept in backups, counted from the time of each line. */
    public static final KindSetting<RetentionRule> BACKUP =
            KindSetting.of("retention.backup", Retentions.TYPE, new Days(30), new Forever());

    /** How long the lines of closed files stay as they were written. */
    public static final KindSetting<RawPeriod> RAW = KindSetting.of(
            "raw",
            new SettingType<>(
                    RawPeriod::toString, RawPeriod::parse, Strictness.by(Comparator.<RawPeriod>naturalOrder())),
            RawPeriod.NONE,
            new RawPeriod(8_784));

    /** What happens to addresses. */
    public static final KindSetting<AddressMasking> ADDRESS = KindSetting.of(
            "masking",
            new SettingType<>(AddressMasking::toString, AddressMasking::parse, new LessOfAnAddress()),
            AddressMasking.DEFAULT,
            new Keep());

    /** Which addresses of a line. */
    public static final KindSetting<AddressScope> SCOPE = KindSetting.of(
            "scope",
            new SettingType<>(
                    AddressScope::toString,
                    AddressScope::parse,
                    Strictness.by(Comparator.<AddressScope>reverseOrder())),
            AddressScope.LINE,
            AddressScope.CLIENT);

    private static final Map<PersonalField, KindSetting<Handling>> FIELDS = new EnumMap<>(PersonalField.class);

    static {
        for (PersonalField field : PersonalField.values()) {
            SettingType<Handling> type = new SettingType<>(
                    Handling::toString, field::parse, Strictness.by(Comparator.<Handling>reverseOrder()));
            FIELDS.put(field, KindSetting.of(field.toString(), type, field.builtIn(), Handling.KEEP));
        }
    }

    /** Both periods, for all kinds of logs. */
    public static final Retentions.Pair RETENTION = new Retentions.Pair(LIVE.all(), BACKUP.all());

    /** What happens to addresses, in all kinds of logs. */
    public static final Setting<AddressMasking> MASKING = ADDRESS.all();

    /**
     * How long the key of a day is kept, counted from that day. Without it nobody can turn the pseudonyms and hashes of the
     * day back, also those in backups.
     */
    public static final Setting<RetentionRule> KEYS = new Setting<>("logs.keys", Retentions.TYPE, new Days(7));

    private LogSettings() {}

    /** What happens to a field. */
    public static KindSetting<Handling> field(PersonalField field) {
        return Objects.requireNonNull(FIELDS.get(field));
    }

    /** All of them. */
    public static List<Setting<?>> all() {
        List<Setting<?>> all = new ArrayList<>();
        for (KindSetting<?> setting : List.of(LIVE, BACKUP, RAW, ADDRESS, SCOPE)) {
            all.addAll(setting.settings());
        }
        for (PersonalField field : PersonalField.values()) {
            all.addAll(field(field).settings());
        }
        all.add(KEYS);
        return all;
    }

    /**
     * From {@code keep} to {@code remove}. A pseudonym tells more than a truncated address as long as there is its key, and
     * one that keeps networks together more than one that does not. Of two truncations none need be the stricter one: each
     * may keep less of one kind of addresses.
     */
    private static final class LessOfAnAddress implements Strictness<AddressMasking> {
        @Override
        public boolean atLeast(AddressMasking value, AddressMasking than) {
            return (value instanceof Truncate one && than instanceof Truncate other)
                    ? (one.ipv4Bits() <= other.ipv4Bits() && one.ipv6Bits() <= other.ipv6Bits())
                    : rank(value) >= rank(than);
        }

        @Override
        public AddressMasking stricter(AddressMasking one, AddressMasking other) {
            if (one instanceof Truncate first && other instanceof Truncate second) {
                return new Truncate(
                        Math.min(first.ipv4Bits(), second.ipv4Bits()), Math.min(first.ipv6Bits(), second.ipv6Bits()));
            }
            return rank(one) >= rank(other) ? one : other;
        }

        @Override
        public AddressMasking laxer(AddressMasking one, AddressMasking other) {
            if (one instanceof Truncate first && other instanceof Truncate second) {
                return new Truncate(
                        Math.max(first.ipv4Bits(), second.ipv4Bits()), Math.max(first.ipv6Bits(), second.ipv6Bits()));
            }
            return rank(one) <= rank(other) ? one : other;
        }

        private static int rank(AddressMasking masking) {
            if (masking instanceof Keep) {
                return 0;
            }
            if (masking instanceof Pseudonym pseudonym) {
                return pseudonym.scheme() == Pseudonym.Scheme.PREFIX ? 1 : 2;
            }
            return masking instanceof Remove ? 4 : 3;
        }
    }
}
