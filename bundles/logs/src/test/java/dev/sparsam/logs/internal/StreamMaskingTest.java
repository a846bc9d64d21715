package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Keep;
import dev.sparsam.logs.AddressMasking.Remove;
import dev.sparsam.logs.LineOrigin;
import dev.sparsam.logs.LinesBefore;
import dev.sparsam.logs.MaskedLines;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.Site;
import dev.sparsam.store.testing.SetClock;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamMaskingTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final String REQUEST = " - - [22/Nov/2026:12:00:00 +0000] \"GET / HTTP/1.1\" 200 5\n";
    private static final String MAIL = "Nov 22 12:00:00 mx dovecot: imap-login: Login: user=<alice>, method=PLAIN,"
            + " rip=203.0.113.7, lip=192.0.2.1, mpid=7, TLS, session=<abc>\n";

    private final TestDatabase database = TestDatabases.H2.open(Path.of("src/main/resources/migrations"));
    private final SetClock clock = new SetClock(NOON);
    private House house = new House(database.database());
    private StreamMasking masking = masking();

    @BeforeEach
    void site() {
        house = new House(database.database());
        house.site("d1", Path.of("/logs/d1"));
        house.site("d2", Path.of("/logs/d2"));
        masking = masking();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private StreamMasking masking() {
        return new StreamMasking(
                new SitePolicies(house.settings(), house.tenantDirectory(), house.siteDirectory(), clock),
                new KeyStore(database.database(), new SecureRandom(), clock, ZoneOffset.UTC),
                ZoneOffset.UTC,
                OwnFormats.NONE,
                clock);
    }

    /** Anybody may send as many names of hosts as he likes. */
    @Test
    void strangersDomainsDoNotKeepASlowPanelBusy() {
        SitePolicies policies =
                new SitePolicies(house.settings(), house.tenantDirectory(), house.siteDirectory(), clock);
        AtomicInteger asked = new AtomicInteger();
        house.asked = () -> {
            asked.incrementAndGet();
            clock.set(clock.instant().plusMillis(900));
        };
        policies.of(new LineOrigin(Optional.of("d1.test"), Optional.of(LogKind.MAIL)));
        int once = asked.get();
        assertThat(once).isPositive();
        for (int i = 0; i < 100; i++) {
            clock.set(clock.instant().plusMillis(10));
            policies.of(new LineOrigin(Optional.of("stranger" + i + ".test"), Optional.of(LogKind.MAIL)));
        }
        assertThat(asked).as("not once in these seconds").hasValue(once);
        clock.set(clock.instant().plus(SitePolicies.PANEL_AGE));
        policies.of(new LineOrigin(Optional.of("stranger.test"), Optional.of(LogKind.MAIL)));
        assertThat(asked).as("but then").hasValue(2 * once);
    }

    private record Masked(String text, MaskedLines lines) {}

    private Masked mask(Optional<String> domain, Optional<LogKind> kind, LinesBefore before, String text)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        MaskedLines lines = masking.mask(
                new LineOrigin(domain, kind),
                before,
                new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)),
                out);
        return new Masked(out.toString(StandardCharsets.ISO_8859_1), lines);
    }

    private String mask(String domain, LogKind kind, String text) throws IOException {
        return mask(Optional.of(domain), Optional.of(kind), LinesBefore.none(clock.instant()), text)
                .text();
    }

    private void set(String site, AddressMasking value) {
        house.masking.put(new Scope(ScopeLevel.DOMAIN, site), value);
    }

    private static void assertMasked(Masked masked, String text, long lines, long notUnderstood, boolean known) {
        assertThat(masked.text()).isEqualTo(text);
        assertThat(masked.lines().lines()).isEqualTo(lines);
        assertThat(masked.lines().notUnderstood()).isEqualTo(notUnderstood);
        assertThat(masked.lines().siteKnown()).isEqualTo(known);
    }

    @Test
    void eachSitesLinesAreMaskedAsItsSettingsSay() throws IOException {
        set("d1", new Keep());
        set("d2", new Remove());
        assertThat(mask("d1.test", LogKind.WEB_ACCESS, "203.0.113.7" + REQUEST)).isEqualTo("203.0.113.7" + REQUEST);
        assertThat(mask("d2.test", LogKind.WEB_ACCESS, "203.0.113.7" + REQUEST)).isEqualTo("-" + REQUEST);
    }

    @Test
    void aChangeOfASettingHoldsWithinThreeSeconds() throws IOException {
        set("d1", new Keep());
        assertThat(mask("d1.test", LogKind.WEB_ACCESS, "203.0.113.7" + REQUEST)).startsWith("203.0.113.7 ");
        set("d1", AddressMasking.DEFAULT);
        clock.set(NOON.plusSeconds(3));
        assertThat(mask("d1.test", LogKind.WEB_ACCESS, "203.0.113.7" + REQUEST)).startsWith("203.0.113.0 ");
    }

    @Test
    void aDomainThatHasJustComeIsFoundWithinThreeSeconds() throws IOException {
        assertThat(mask("d1.test", LogKind.WEB_ACCESS, "203.0.113.7" + REQUEST)).startsWith("203.0.113.0 ");
        house.site("d3", Path.of("/logs/d3"));
        set("d3", new Remove());
        clock.set(NOON.plusSeconds(3));
        assertThat(mask("d3.test", LogKind.WEB_ACCESS, "203.0.113.7" + REQUEST)).startsWith("- ");
    }

    @Test
    void aSiteThatHasMovedToAnotherCustomerIsStillMaskedWithItsRules() throws IOException {
        set("d1", new Remove());
        assertThat(mask("d1.test", LogKind.WEB_ACCESS, "203.0.113.7" + REQUEST)).startsWith("- ");
        Site site = house.sites.values().iterator().next();
        house.giveAway(site);
        for (int seconds = 1; seconds < 30; seconds++) {
            clock.set(NOON.plusSeconds(seconds));
            assertThat(mask("d1.test", LogKind.WEB_ACCESS, "203.0.113.7" + REQUEST))
                    .startsWith("- ");
        }
    }

    @Test
    void manyDomainsAreAskedForTogether() throws IOException {
        for (int i = 0; i < 200; i++) {
            house.site("m" + i, Path.of("/logs/m" + i));
        }
        for (int i = 0; i < 200; i++) {
            mask("m" + i + ".test", LogKind.WEB_ACCESS, "203.0.113.7" + REQUEST);
        }
        clock.set(NOON.plusSeconds(3));
        house.resolved = 0;
        for (int i = 0; i < 200; i++) {
            mask("m" + i + ".test", LogKind.WEB_ACCESS, "203.0.113.7" + REQUEST);
        }
        assertThat(house.resolved).isLessThan(10);
    }

    @Test
    void anUnknownDomainHasTheStrictestRulesAndNoHashes() throws IOException {
        house.masking.put(new Scope(ScopeLevel.PROVIDER, "p"), new Remove());
        Masked masked = mask(
                Optional.of("nobody.test"),
                Optional.of(LogKind.WEB_ACCESS),
                LinesBefore.none(NOON),
                "203.0.113.7 - alice" + REQUEST.substring(4));
        assertMasked(masked, "- - -" + REQUEST.substring(4), 1, 0, false);
    }

    @Test
    void anUnknownDomainIsNeverMaskedLessThanBuiltIn() throws IOException {
        house.masking.put(new Scope(ScopeLevel.PROVIDER, "p"), new Keep());
        assertThat(mask("nobody.test", LogKind.WEB_ACCESS, "203.0.113.7" + REQUEST))
                .startsWith("203.0.113.0 ");
        assertMasked(
                mask(Optional.empty(), Optional.empty(), LinesBefore.none(NOON), "what 203.0.113.7 says\n"),
                "what 203.0.113.0 says\n",
                1,
                1,
                false);
    }

    @Test
    void anUnknownKindIsNeverMaskedLessThanBuiltIn() throws IOException {
        set("d1", new Keep());
        assertMasked(
                mask(Optional.of("d1.test"), Optional.empty(), LinesBefore.none(NOON), "203.0.113.7" + REQUEST),
                "203.0.113.0" + REQUEST,
                1,
                0,
                true);
    }

    @Test
    void aPanelWithoutTenantsMasksAsBuiltIn() throws IOException {
        House empty = house;
        empty.sites.clear();
        assertThat(mask("d1.test", LogKind.WEB_ACCESS, "203.0.113.7" + REQUEST)).startsWith("203.0.113.0 ");
    }

    @Test
    void hashesAreThoseOfTheSiteAndTheDay() throws IOException {
        String one = mask("d1.test", LogKind.MAIL, MAIL);
        assertThat(one).contains("user=<h-").doesNotContain("alice", "203.0.113.7");
        assertThat(mask("d1.test", LogKind.MAIL, MAIL)).isEqualTo(one);
        assertThat(mask("d2.test", LogKind.MAIL, MAIL)).isNotEqualTo(one);
        assertThat(masking()
                        .mask(
                                new LineOrigin(Optional.of("d1.test"), Optional.of(LogKind.MAIL)),
                                LinesBefore.none(NOON),
                                new ByteArrayInputStream(MAIL.getBytes(StandardCharsets.ISO_8859_1)),
                                new ByteArrayOutputStream())
                        .siteKnown())
                .isTrue();
    }

    /** Within a minute after a key was destroyed, nobody is to have it: neither as what was read, nor in a scanner that waits. */
    @Test
    void keysThatAreTooOldAreNotRemembered() throws IOException {
        mask("d1.test", LogKind.MAIL, MAIL);
        mask("d2.test", LogKind.MAIL, MAIL);
        assertThat(masking.secretsRemembered()).isEqualTo(2);
        assertThat(masking.scannersWithKeys()).isZero();
        clock.set(NOON.plusSeconds(40));
        mask("d1.test", LogKind.MAIL, MAIL.replace("Nov 22", "Nov 21"));
        assertThat(masking.secretsRemembered()).isEqualTo(3);
        clock.set(NOON.plusSeconds(70));
        mask("d1.test", LogKind.MAIL, MAIL);
        assertThat(masking.secretsRemembered()).as("those of 40 s and now").isEqualTo(2);
        clock.set(NOON.plusSeconds(10));
        mask("d1.test", LogKind.MAIL, MAIL);
        assertThat(masking.secretsRemembered())
                .as("a clock that was set back has said nothing of the time since")
                .isOne();
    }

    @Test
    void aLineWithoutATimeIsOfTheDayOfTheLineBefore() throws IOException {
        String line = "contact alice@example.org\n";
        LinesBefore before = mask(
                        Optional.of("d1.test"),
                        Optional.of(LogKind.WEB_ACCESS),
                        LinesBefore.none(NOON.minus(Duration.ofDays(3))),
                        "203.0.113.7" + REQUEST)
                .lines()
                .after();
        assertThat(before.time()).isEqualTo(NOON);
        Optional<LogKind> kind = Optional.of(LogKind.APPLICATION);
        String sameDay =
                mask(Optional.of("d1.test"), kind, LinesBefore.none(NOON), line).text();
        assertThat(sameDay).contains("h-");
        assertThat(mask(Optional.of("d1.test"), kind, before, line).text()).isEqualTo(sameDay);
        assertThat(mask(Optional.of("d1.test"), kind, LinesBefore.none(NOON.minus(Duration.ofDays(2))), line)
                        .text())
                .isNotEqualTo(sameDay);
    }

    @Test
    void aStackTraceContinuesTheLineOfTheChunkBefore() throws IOException {
        String error =
                "[Sun Nov 22 12:00:00.000000 2026] [php:error] [pid 7] [client 203.0.113.7:4711] PHP Fatal error\n";
        String trace = "Stack trace:\n#0 /srv/index.php(3): run()\n";
        Optional<String> domain = Optional.of("d1.test");
        Optional<LogKind> kind = Optional.of(LogKind.WEB_ERROR);
        Masked first = mask(domain, kind, LinesBefore.none(NOON), error);
        assertThat(first.lines().notUnderstood()).isZero();
        assertThat(mask(domain, kind, first.lines().after(), trace).lines().notUnderstood())
                .isZero();
        assertThat(mask(domain, kind, LinesBefore.none(NOON), trace).lines().notUnderstood())
                .isEqualTo(2);
    }

    @Test
    void timesWithoutAYearAreUnderstoodAlsoAfterNewYear() throws IOException {
        mask("d1.test", LogKind.MAIL, MAIL);
        clock.set(Instant.parse("2027-01-02T08:00:00Z"));
        LinesBefore after = mask(
                        Optional.of("d1.test"),
                        Optional.of(LogKind.MAIL),
                        LinesBefore.none(NOON),
                        MAIL.replace("Nov 22 12:00:00", "Jan  2 07:00:00"))
                .lines()
                .after();
        assertThat(after.time()).isEqualTo(Instant.parse("2027-01-02T07:00:00Z"));
    }

    @Test
    void aStreamThatFailsLeavesNothingBehind() throws IOException {
        String line = "203.0.113.7" + REQUEST;
        assertThatThrownBy(() -> masking.mask(
                        new LineOrigin(Optional.of("d1.test"), Optional.of(LogKind.WEB_ACCESS)),
                        LinesBefore.none(NOON),
                        new ByteArrayInputStream(line.repeat(10_000).getBytes(StandardCharsets.ISO_8859_1)),
                        new Full()))
                .isInstanceOf(IOException.class);
        assertThat(mask("d1.test", LogKind.WEB_ACCESS, line)).isEqualTo("203.0.113.0" + REQUEST);
    }

    private static final class Full extends java.io.OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("full");
        }
    }

    @Test
    void threadsDoNotDisturbEachOther() throws Exception {
        set("d2", new Remove());
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                String domain = thread % 2 == 0 ? "d1.test" : "d2.test";
                String expected = (thread % 2 == 0 ? "203.0.113.0" : "-") + REQUEST;
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 300; i++) {
                        assertThat(mask(domain, LogKind.WEB_ACCESS, "203.0.113.7" + REQUEST))
                                .isEqualTo(expected);
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
