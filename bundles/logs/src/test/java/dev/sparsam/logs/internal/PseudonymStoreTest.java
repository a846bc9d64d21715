package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressScope;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.RawPeriod;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PseudonymStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Path MIGRATIONS = Path.of("src/main/resources/migrations");
    private static final SiteId SITE = new SiteId("d1");
    private static final SiteId OTHER = new SiteId("d2");
    private static final AddressMasking PREFIX = AddressMasking.parse("pseudonym/prefix");

    private static Pseudonymised log(String content, Optional<Instant> newest, Long... turns) {
        byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
        return new Pseudonymised(
                bytes.length,
                HexFormat.of().formatHex(LogInput.newSha256().digest(bytes)),
                PREFIX,
                AddressScope.LINE,
                LineScanner.VERSION,
                newest,
                List.of(turns));
    }

    private static Pseudonymised found(PseudonymStore store, SiteId site, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
        return store.of(site)
                .under(MaskingPolicy.ofAddresses(PREFIX), LineScanner.VERSION)
                .beginning(new ByteArrayInputStream(bytes), bytes.length);
    }

    private static SiteRules rules(RetentionRule live, RetentionRule backup) {
        return SiteRules.of(new LogRules(live, backup, RawPeriod.NONE, MaskingPolicy.ofAddresses(PREFIX)), new Days(7));
    }

    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void aLogIsKnownByTheLongestContentThatItBeginsWith(TestDatabases kind) throws IOException {
        try (TestDatabase test = kind.open(MIGRATIONS)) {
            PseudonymStore store = new PseudonymStore(test.database());
            Pseudonymised small = log("one\n", Optional.of(NOW));
            Pseudonymised large = log("one\ntwo\nthree\n", Optional.empty(), 4L, 1_000_000_000_000L);
            store.keep(SITE, List.of(small, large), NOW);
            store.keep(SITE, List.of(small), NOW.plusSeconds(1));

            assertThat(found(store, SITE, "one\n")).isEqualTo(small);
            assertThat(found(store, SITE, "one\ntwo\nthre")).isEqualTo(small);
            assertThat(found(store, SITE, "one\ntwo\nthree\n")).isEqualTo(large);
            assertThat(found(store, SITE, "one\ntwo\nthree\nfour\n")).isEqualTo(large);
            assertThat(found(store, SITE, "one")).isEqualTo(Pseudonymised.NOTHING);
            assertThat(found(store, SITE, "two\nthree\n")).isEqualTo(Pseudonymised.NOTHING);
            assertThat(found(store, OTHER, "one\n")).isEqualTo(Pseudonymised.NOTHING);
            assertThat(store.sites()).containsExactly(SITE);
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void aLogIsForgottenWhenItsNewestLineIsPastTheLongestPeriod(TestDatabases kind) throws IOException {
        try (TestDatabase test = kind.open(MIGRATIONS)) {
            PseudonymStore store = new PseudonymStore(test.database());
            store.keep(SITE, List.of(log("one\n", Optional.of(NOW)), log("undated\n", Optional.empty())), NOW);
            store.keep(OTHER, List.of(log("one\n", Optional.of(NOW))), NOW);
            SiteRules rules = rules(new Days(7), new Days(30));
            Instant end = NOW.plus(Duration.ofDays(32));

            store.forget(Map.of(SITE, rules), end);
            assertThat(found(store, SITE, "one\n").length()).isEqualTo(4);
            Instant after = end.plusSeconds(1);
            store.forget(Map.of(SITE, rules(new Forever(), new Days(30))), after);
            store.forget(Map.of(SITE, rules(new Days(40), new Days(30))), after);
            store.forget(Map.of(SITE, rules.held(LocalDate.parse("2027-01-31"))), after);
            assertThat(found(store, SITE, "one\n").length()).isEqualTo(4);
            store.forget(Map.of(SITE, rules), after);

            assertThat(found(store, SITE, "one\n")).isEqualTo(Pseudonymised.NOTHING);
            assertThat(found(store, SITE, "undated\n").length()).isEqualTo(8);
            assertThat(found(store, OTHER, "one\n").length()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void ofASiteThatIsGoneNothingIsKeptForEver(TestDatabases kind) {
        try (TestDatabase test = kind.open(MIGRATIONS)) {
            PseudonymStore store = new PseudonymStore(test.database());
            store.keep(SITE, List.of(log("one\n", Optional.of(NOW)), log("undated\n", Optional.empty())), NOW);
            SiteRules rules = rules(new Forever(), new Days(30));

            store.forgetGone(SITE, rules, Duration.ofDays(30), NOW.plus(Duration.ofDays(32)));
            assertThat(store.sites()).containsExactly(SITE);
            store.forgetGone(SITE, rules, Duration.ofDays(30), NOW.plus(Duration.ofDays(33)));
            assertThat(store.sites()).isEmpty();
        }
    }
}
