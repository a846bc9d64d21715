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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
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

    /** A clock set wrong may say any time: its key would outlive its period, and there would be as many as there are days. */
    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void nobodyKeepsTheKeyOfADayThatIsStillFar(TestDatabases kind) {
        try (TestDatabase test = kind.open(Path.of("src/main/resources/migrations"))) {
            KeyStore store = store(test, NOON);
            assertThat(hash(store, SITE, TODAY + 1, WEEK)).isEqualTo(hash(store, SITE, TODAY + 1, WEEK));
            for (RetentionRule kept : List.of(WEEK, new Forever())) {
                assertThat(hash(store, SITE, TODAY + 2, kept)).isNotEqualTo(hash(store, SITE, TODAY + 2, kept));
            }
            assertThat(days(test)).containsExactly(TODAY + 1);
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabases.class)
    void keysOfDaysThatAreStillFarAreDestroyed(TestDatabases kind) {
        try (TestDatabase test = kind.open(Path.of("src/main/resources/migrations"))) {
            KeyStore later = store(test, NOON.plus(Duration.ofDays(30)));
            later.secret(SITE, TODAY + 1, new Forever());
            later.secret(SITE, TODAY + 2, new Forever());
            assertThat(store(test, NOON).destroy(Map.of(SITE, new Forever()))).isOne();
            assertThat(days(test)).containsExactly(TODAY + 1);
        }
    }

    /** What the keys of a day remember is much, and lines may name any number of days. */
    @Test
    void onlyTheKeysOfAFewDaysAreRememberedAndComeBackTheSame() {
        try (TestDatabase test = TestDatabases.H2.open(Path.of("src/main/resources/migrations"))) {
            KeyRing ring = store(test, NOON).ring(SITE, WEEK);
            for (long day : new long[] {TODAY, TODAY + 9}) {
                DayKeys keys = ring.on(day);
                String hash = hash(keys);
                assertThat(ring.on(day)).isSameAs(keys);
                for (long other = 1; other <= LastDays.REMEMBERED; other++) {
                    ring.on(TODAY - 100 - other);
                }
                assertThat(ring.on(day)).isNotSameAs(keys);
                assertThat(hash(ring.on(day))).isEqualTo(hash);
            }
        }
    }

    private static List<Long> days(TestDatabase test) {
        return test.database()
                .transaction(sql ->
                        sql.query("select epoch_day from logs_key order by epoch_day", row -> row.number("epoch_day")));
    }

    private static KeyStore store(TestDatabase test, Instant now) {
        return new KeyStore(test.database(), new SecureRandom(), Clock.fixed(now, ZoneOffset.UTC), ZoneOffset.UTC);
    }

    private static String hash(KeyStore store, SiteId site, long day, RetentionRule kept) {
        return hash(store.ring(site, kept).on(day));
    }

    private static String hash(DayKeys keys) {
        byte[] text = "max@example.org".getBytes(StandardCharsets.US_ASCII);
        return new String(keys.hash(text, 0, text.length), StandardCharsets.US_ASCII);
    }
}
