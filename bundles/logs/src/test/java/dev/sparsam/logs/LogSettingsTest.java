package dev.sparsam.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.logs.AddressMasking.Truncate;
import dev.sparsam.panel.LogKind;
import dev.sparsam.settings.Setting;
import dev.sparsam.settings.Strictness;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogSettingsTest {
    private static final Strictness<AddressMasking> ADDRESSES =
            LogSettings.MASKING.type().strictness();

    @Test
    void everySettingReadsWhatItWrites() {
        for (Setting<?> setting : LogSettings.all()) {
            assertThat(rewritten(setting)).as(setting.id()).isEqualTo(setting.builtIn());
        }
        assertThat(LogSettings.all().stream().map(Setting::id)).doesNotHaveDuplicates();
    }

    private static <T> T rewritten(Setting<T> setting) {
        return setting.type().parse().read(setting.type().text().write(setting.builtIn()));
    }

    @Test
    void theStricterOneOfTheValueForAllKindsAndForOneKindHolds() {
        for (KindSetting<?> setting : List.of(
                LogSettings.LIVE, LogSettings.BACKUP, LogSettings.RAW, LogSettings.ADDRESS, LogSettings.SCOPE)) {
            aKindWithoutAValueAddsNothing(setting);
        }
        for (PersonalField field : PersonalField.values()) {
            aKindWithoutAValueAddsNothing(LogSettings.field(field));
        }
    }

    private static <T> void aKindWithoutAValueAddsNothing(KindSetting<T> setting) {
        Strictness<T> strictness = setting.all().type().strictness();
        for (LogKind kind : LogKind.values()) {
            T own = setting.of(kind).builtIn();
            assertThat(strictness.stricter(setting.all().builtIn(), own))
                    .isEqualTo(setting.all().builtIn());
            assertThat(strictness.laxer(setting.all().builtIn(), own)).isEqualTo(own);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "keep, pseudonym/prefix",
        "pseudonym/prefix, pseudonym/deterministic",
        "pseudonym/deterministic, truncate/24/64",
        "truncate/24/48, truncate/16/48",
        "truncate/24/48, truncate/24/32",
        "truncate/8/16, zero",
        "zero, remove",
    })
    void eachMethodIsStricterThanTheOneBefore(String lax, String strict) {
        AddressMasking one = AddressMasking.parse(lax);
        AddressMasking other = AddressMasking.parse(strict);
        assertThat(ADDRESSES.atLeast(other, one)).isTrue();
        assertThat(ADDRESSES.atLeast(one, other)).isFalse();
        assertThat(ADDRESSES.stricter(one, other)).isEqualTo(other);
        assertThat(ADDRESSES.stricter(other, one)).isEqualTo(other);
        assertThat(ADDRESSES.laxer(one, other)).isEqualTo(one);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pseudonym/prefix", "pseudonym/deterministic"})
    void pseudonymsCanBeSet(String text) {
        assertThat(LogSettings.MASKING.type().parse().read(text)).hasToString(text);
    }

    @Test
    void methodsAreALattice() {
        Random random = new Random(Long.getLong("sparsam.seed", 20_261_122));
        for (int i = 0; i < 20_000; i++) {
            AddressMasking a = any(random);
            AddressMasking b = any(random);
            AddressMasking both = ADDRESSES.stricter(a, b);
            assertThat(ADDRESSES.atLeast(both, a) && ADDRESSES.atLeast(both, b)).isTrue();
            assertThat(ADDRESSES.atLeast(a, ADDRESSES.laxer(a, b))).isTrue();
            assertThat(ADDRESSES.stricter(b, a)).isEqualTo(both);
            assertThat(ADDRESSES.atLeast(a, b)).isEqualTo(both.equals(a));
        }
    }

    private static AddressMasking any(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> AddressMasking.parse("keep");
            case 1 -> AddressMasking.parse("pseudonym/prefix");
            case 2 -> AddressMasking.parse("pseudonym/deterministic");
            case 3 -> AddressMasking.parse("remove");
            default -> new Truncate(random.nextInt(25), random.nextInt(65));
        };
    }

    @Test
    void aPolicyReadsWhatItWrites() {
        MaskingPolicy policy =
                MaskingPolicy.DEFAULT.with(PersonalField.USER, Handling.DROP).with(PersonalField.AGENT, Handling.CUT);
        assertThat(MaskingPolicy.parse(policy.toString())).isEqualTo(policy);
        assertThat(MaskingPolicy.parse("")).isEqualTo(MaskingPolicy.DEFAULT);
        assertThat(MaskingPolicy.parse("scope=client, address=zero"))
                .isEqualTo(new MaskingPolicy(new Truncate(0, 0), AddressScope.CLIENT, MaskingPolicy.DEFAULT.fields()));
        assertThat(MaskingPolicy.ofAddresses(AddressMasking.parse("keep")).keepsAll())
                .isTrue();
        assertThat(policy.keepsAll()).isFalse();
        assertThat(policy.isKeyed()).isTrue();
        assertThat(MaskingPolicy.parse("user=drop email=cut").isKeyed()).isFalse();
        assertThat(MaskingPolicy.parse("user=drop email=cut address=pseudonym/prefix")
                        .isKeyed())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "name=drop", "user=cut", "address=24", "scope=all"})
    void aPolicySaysWhatItDoesNotUnderstand(String text) {
        assertThatThrownBy(() -> MaskingPolicy.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("write");
    }

    @ParameterizedTest
    @CsvSource({"none, 0, none", "24h, 24, 1d", "7d, 168, 7d", "36 H, 36, 36h", "0d, 0, none"})
    void readsRawPeriods(String text, int hours, String written) {
        assertThat(RawPeriod.parse(text)).isEqualTo(new RawPeriod(hours));
        assertThat(RawPeriod.parse(text)).hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "-1h", "forever", "9999d", "367d"})
    void refusesWhatIsNoRawPeriod(String text) {
        assertThatThrownBy(() -> RawPeriod.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
