package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.panel.RetentionRule.NoLogging;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyStoreTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final long TODAY = 20_779;
    private static final SiteId SITE = new SiteId("d1");
    private static final RetentionRule WEEK = new Days(7);

    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void eachSiteAndDayHasAKeyThatAllNodesShare(TestDatabases kind) {
        try (TestDatabase test = kind.open(Path.of("src/main/resources/migrations"))) {
            KeyStore one = store(test, NOON);
            KeyStore other = store(test, NOON);
            String hash = hash(one, SITE, TODAY, WEEK);
            assertThat(hash(other, SITE, TODAY, WEEK)).isEqualTo(hash);
            assertThat(hash(one, SITE, TODAY - 1, WEEK)).isNotEqualTo(hash);
            assertThat(hash(one, new SiteId("d2"), TODAY, WEEK)).isNotEqualTo(hash);
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void aDestroyedKeyDoesNotComeBack(TestDatabases kind) {
        try (TestDatabase test = kind.open(Path.of("src/main/resources/migrations"))) {
            KeyStore before = store(test, NOON);
            String hash = hash(before, SITE, TODAY, WEEK);
            String others = hash(before, new SiteId("d2"), TODAY, WEEK);

            KeyStore last = store(test, NOON.plus(Duration.ofDays(7)));
            assertThat(last.destroy(Map.of(SITE, WEEK))).isZero();
            assertThat(hash(last, SITE, TODAY, WEEK)).isEqualTo(hash);

            KeyStore after = store(test, NOON.plus(Duration.ofDays(8)));
            assertThat(after.destroy(Map.of(SITE, WEEK))).isOne();
            assertThat(hash(after, SITE, TODAY, WEEK)).isNotEqualTo(hash);
            assertThat(after.destroy(Map.of(SITE, WEEK))).isZero();
            assertThat(hash(before, new SiteId("d2"), TODAY, WEEK)).isEqualTo(others);
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void howLongKeysAreKeptIsTheSitesToSay(TestDatabases kind) {
        try (TestDatabase test = kind.open(Path.of("src/main/resources/migrations"))) {
            KeyStore store = store(test, NOON);
            String old = hash(store, SITE, TODAY - 3_000, new Forever());
            assertThat(store.destroy(Map.of(SITE, new Forever()))).isZero();
            assertThat(hash(store, SITE, TODAY - 3_000, new Forever())).isEqualTo(old);
            assertThat(store.destroy(Map.of(SITE, new NoLogging()))).isOne();
            assertThat(hash(store, SITE, TODAY, new NoLogging()))
                    .isNotEqualTo(hash(store, SITE, TODAY, new NoLogging()));
        }
    }

    private static KeyStore store(TestDatabase test, Instant now) {
        return new KeyStore(test.database(), new SecureRandom(), Clock.fixed(now, ZoneOffset.UTC), ZoneOffset.UTC);
    }

    private static String hash(KeyStore store, SiteId site, long day, RetentionRule kept) {
        byte[] text = "max@example.org".getBytes(StandardCharsets.US_ASCII);
        return new String(store.ring(site, kept).on(day).hash(text, 0, text.length), StandardCharsets.US_ASCII);
    }
}
