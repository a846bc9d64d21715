package dev.sparsam.notice.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.facts.Cadence;
import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.Fact;
import dev.sparsam.facts.FactSource;
import dev.sparsam.facts.Findings;
import dev.sparsam.facts.LogFormat;
import dev.sparsam.facts.LogFormat.IpMode;
import dev.sparsam.facts.Provenance;
import dev.sparsam.facts.Retention;
import dev.sparsam.facts.Withheld;
import dev.sparsam.notice.Notices.Notice;
import dev.sparsam.notice.Notices.Statement;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.PersonType;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.panel.RetentionRule.NoLogging;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantKind;
import dev.sparsam.panel.TenantStatus;
import dev.sparsam.panel.spi.Page;
import dev.sparsam.panel.spi.PageRequest;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class NoticeWriterTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Cadence DAILY = new Cadence.Daily(LocalTime.of(2, 30), BERLIN);
    private static final Cadence BY_HAND = new Cadence.ByHand(BERLIN);
    private static final TenantId PROVIDER = new TenantId("p");
    private static final TenantId CUSTOMER = new TenantId("c");
    private static final Site SITE = new Site(new SiteId("d"), CUSTOMER, "web1", "example.test", Optional.empty());

    private final List<Evidenced<?>> facts = new ArrayList<>();
    private final List<Withheld<?>> withheld = new ArrayList<>();
    private int asked;
    private final FactSource source = new FactSource() {
        @Override
        public Findings find(Collection<ScopePath> paths) {
            assertThat(paths).extracting(Object::toString).containsExactly("provider/p > customer/c > domain/d");
            asked++;
            return new Findings(facts, withheld);
        }
    };
    private final NoticeWriter writer =
            new NoticeWriter(new Tenants(), new Sites(), List.of(source), Clock.fixed(NOW, ZoneOffset.UTC));

    private void state(String id, Fact fact, Duration age) {
        state(id, fact, age, DAILY);
    }

    private void state(String id, Fact fact, Duration age, Cadence cadence) {
        facts.add(evidenced(id, fact, age, cadence));
    }

    private static <F extends Fact> Evidenced<F> evidenced(String id, F fact, Duration age, Cadence cadence) {
        return new Evidenced<>(
                id,
                "test 1",
                SITE.scope(),
                fact,
                new Provenance.Enforced(1017, "00".repeat(32), NOW.minus(age), Duration.ofDays(2), cadence));
    }

    private static Retention retention(String activity, RetentionRule period, Integer... oldest) {
        return new Retention(
                activity,
                Retention.Store.LIVE,
                period,
                Retention.Trigger.NEWEST_LINE,
                List.of(oldest).stream().findFirst());
    }

    private List<String> texts(Locale language) {
        return writer.notice(SITE.id(), language).statements().stream()
                .map(Statement::text)
                .toList();
    }

    @Test
    void withoutFactsItHasNoSentence() {
        Notice notice = writer.notice(SITE.id(), Locale.GERMAN);
        assertThat(notice.statements()).isEmpty();
        assertThat(notice.stale()).isEmpty();
    }

    @Test
    void whatAScheduleDoesIsStatedAsDailyWithTheLastReceipt() {
        state("r", retention("web-access-log", new Days(7), 7), Duration.ofHours(1));
        assertThat(texts(Locale.ENGLISH))
                .containsExactly(
                        "Every day at 02:30 (Europe/Berlin), access log files that the web server has closed are"
                                + " deleted when their newest line is more than 7 days old (last checked on"
                                + " 22 November 2026, receipt no.\u00a01017).");
        assertThat(texts(Locale.GERMAN))
                .containsExactly("Täglich um 02:30 Uhr (Europe/Berlin) werden Zugriffsprotokolle gelöscht, die der"
                        + " Webserver abgeschlossen hat und deren jüngste Zeile älter als 7 Tage ist (zuletzt geprüft"
                        + " am 22. November 2026, Beleg Nr.\u00a01017).");
    }

    @Test
    void whatWasDoneByHandIsStatedAsDoneAndNoMore() {
        state("r", retention("web-access-log", new Days(7), 7), Duration.ofHours(1), BY_HAND);
        assertThat(texts(Locale.ENGLISH))
                .containsExactly(
                        "Most recently, on 22 November 2026, the access log files that the web server had closed"
                                + " were checked, and those whose newest line was then more than 7 days old were deleted"
                                + " (receipt no.\u00a01017).");
        assertThat(texts(Locale.GERMAN))
                .containsExactly("Zuletzt am 22. November 2026 wurden die vom Webserver abgeschlossenen"
                        + " Zugriffsprotokolle geprüft und diejenigen gelöscht, deren jüngste Zeile dabei älter als 7"
                        + " Tage war"
                        + " (Beleg Nr.\u00a01017).");
    }

    /** A receipt may count nothing deleted and nothing masked. */
    @Test
    void whatWasDoneByHandIsTrueAlsoWhenNoFileWasConcerned() {
        state("r", retention("web-access-log", new Days(7)), Duration.ZERO, BY_HAND);
        state("s", retention("web-access-log", new Days(7), 12), Duration.ZERO, BY_HAND);
        state("t", retention("web-access-log", new NoLogging()), Duration.ZERO, BY_HAND);
        state("u", new LogFormat(LogKind.WEB_ACCESS, List.of(), new IpMode.Truncated(24, 48)), Duration.ZERO, BY_HAND);
        assertThat(texts(Locale.ENGLISH)).hasSize(4).allMatch(text -> text.contains(" were checked, and "));
        assertThat(texts(Locale.GERMAN)).hasSize(4).allMatch(text -> text.contains(" geprüft"));
    }

    @Test
    void timesOfDayNameTheirZone() {
        Fact fact = retention("web-access-log", new Days(7));
        state("r", fact, Duration.ZERO, new Cadence.Daily(LocalTime.of(13, 26), ZoneOffset.UTC));
        assertThat(texts(Locale.GERMAN).get(0)).startsWith("Täglich um 13:26 Uhr (UTC) werden");
        state("s", fact, Duration.ZERO, new Cadence.Daily(LocalTime.of(13, 26), ZoneId.of("Asia/Tokyo")));
        assertThat(texts(Locale.ENGLISH).get(1)).startsWith("Every day at 13:26 (Asia/Tokyo), access");
    }

    @Test
    void theDayIsThatOfWhoEnforcesIt() {
        state(
                "r",
                retention("web-access-log", new Days(7)),
                Duration.ofHours(12).plusMinutes(30),
                BY_HAND);
        assertThat(texts(Locale.GERMAN).get(0)).startsWith("Zuletzt am 22. November 2026");
        facts.clear();
        state(
                "r",
                retention("web-access-log", new Days(7)),
                Duration.ofHours(12).plusMinutes(30),
                new Cadence.ByHand(ZoneOffset.UTC));
        assertThat(texts(Locale.GERMAN).get(0)).startsWith("Zuletzt am 21. November 2026");
    }

    @Test
    void oneDayIsWrittenAsAWord() {
        state("r", retention("web-error-log", new Days(1)), Duration.ZERO);
        assertThat(texts(Locale.ENGLISH).get(0)).contains("error log files", "is more than one day old");
        assertThat(texts(Locale.GERMAN).get(0)).contains("Fehlerprotokolle", "älter als einen Tag ist");
    }

    @Test
    void theMeasuredAgeIsStatedWhereItIsWorseThanTheConfiguredOne() {
        state("r", retention("web-access-log", new Days(7), 12), Duration.ZERO);
        assertThat(texts(Locale.ENGLISH).get(0))
                .contains("more than 7 days old", "the oldest line still stored was up to 12 days old");
        assertThat(texts(Locale.GERMAN).get(0)).contains("bis zu 12 Tage alt");
    }

    @Test
    void forEverIsSaidInWordsAndPromisesNothing() {
        state("a", retention("web-access-log", new Forever()), Duration.ZERO, BY_HAND);
        assertThat(texts(Locale.ENGLISH))
                .containsExactly("Access log files of the web server are stored without a time limit; no period for"
                        + " their deletion has been set (as of 22 November 2026, receipt no.\u00a01017).");
        assertThat(texts(Locale.GERMAN).get(0)).contains("ohne zeitliche Begrenzung");
    }

    @Test
    void whereNoLogsAreToBeKeptItIsSaidWhatIsStillStored() {
        state("a", retention("web-access-log", new NoLogging(), 2), Duration.ZERO);
        state("b", retention("web-error-log", new NoLogging()), Duration.ZERO, BY_HAND);
        assertThat(texts(Locale.ENGLISH).get(0))
                .startsWith(
                        "Every day at 02:30 (Europe/Berlin), all access log files that the web server has closed are deleted")
                .contains("A file that it is still writing stays stored with the addresses that it writes")
                .endsWith("up to 2 days old.");
        assertThat(texts(Locale.GERMAN).get(1))
                .isEqualTo("Zuletzt am 22. November 2026 wurden die Fehlerprotokolle geprüft und alle gelöscht, die"
                        + " der Webserver abgeschlossen hatte (Beleg Nr.\u00a01017). Dateien, in die er zu dieser Zeit noch schrieb, blieben mit"
                        + " den Adressen gespeichert, die er eingetragen hatte.");
    }

    @Test
    void maskingIsStatedWithItsBits() {
        state("m", new LogFormat(LogKind.WEB_ACCESS, List.of(), new IpMode.Truncated(24, 48)), Duration.ZERO);
        state("n", new LogFormat(LogKind.WEB_ERROR, List.of(), new IpMode.Full()), Duration.ZERO);
        state("o", new LogFormat(LogKind.WEB_ERROR, List.of(), new IpMode.Truncated(8, 16)), Duration.ZERO, BY_HAND);
        assertThat(texts(Locale.ENGLISH).get(0)).contains("first 24 of 32 bits", "first 48 of 128 bits");
        assertThat(texts(Locale.GERMAN).get(1)).contains("Fehlerprotokolle", "vollständige IP-Adresse");
        assertThat(texts(Locale.GERMAN).get(2)).contains("ersten 8 von 32 Bit", "ersten 16 von 128 Bit");
    }

    @Test
    void whatIsWithheldIsListedAndNotStated() {
        withheld.add(new Withheld<>(
                evidenced("r", retention("web-access-log", new Days(10)), Duration.ofHours(1), DAILY),
                Optional.of(retention("web-access-log", new Forever())),
                0));
        Notice notice = writer.notice(SITE.id(), Locale.ENGLISH);
        assertThat(notice.statements()).isEmpty();
        assertThat(notice.withheld()).containsExactlyElementsOf(withheld);
        assertThat(asked).as("both lists are of one moment").isEqualTo(1);
    }

    @Test
    void withoutEvidenceOfARunNoDeletionIsStated() {
        facts.add(new Evidenced<>(
                "r",
                "test 1",
                SITE.scope(),
                retention("web-access-log", new Days(7)),
                new Provenance.Observed("probe", "00".repeat(32), NOW, Duration.ofDays(2))));
        assertThat(texts(Locale.ENGLISH)).isEmpty();
    }

    /** Words that promise what nobody but a schedule will do. */
    private static final Pattern PROMISE = Pattern.compile(
            "(?iu)\\b(wird|werden|sobald|solange|täglich|künftig|immer)\\b|\\b(will|shall|as soon as|once|every day|always)\\b"
                    + "|\\b(is|are)( \\p{L}+)? (deleted|shortened)\\b");

    private static final Pattern NUMBER = Pattern.compile("(?<!IPv)\\d+");

    @Test
    void noSentencePromisesWithoutAScheduleOrClaimsAnotherValueThanItsFact() {
        Random random = new Random(19);
        for (int i = 0; i < 2_000; i++) {
            facts.clear();
            boolean daily = random.nextBoolean();
            // Numbers that no other slot can have.
            int days = 200 + random.nextInt(300);
            int oldest = 500 + random.nextInt(400);
            Fact fact = switch (random.nextInt(5)) {
                case 0 -> retention("web-access-log", new Days(days), oldest);
                case 1 -> retention("web-error-log", new Days(days));
                case 2 -> retention("web-access-log", new NoLogging(), oldest);
                case 3 -> retention("web-error-log", new Forever(), oldest);
                default ->
                    new LogFormat(
                            LogKind.WEB_ACCESS,
                            List.of(),
                            random.nextBoolean()
                                    ? new IpMode.Full()
                                    : new IpMode.Truncated(random.nextInt(25), random.nextInt(65)));
            };
            state("x", fact, Duration.ofMinutes(random.nextInt(2_000)), daily ? DAILY : BY_HAND);
            Set<String> allowed = new HashSet<>(Set.of("32", "128", "1017", "2026", "20", "21", "22"));
            if (fact instanceof Retention) {
                allowed.addAll(List.of(Integer.toString(days), Integer.toString(oldest)));
            } else if (((LogFormat) fact).ipMode() instanceof IpMode.Truncated bits) {
                allowed.addAll(List.of(Integer.toString(bits.ipv4Bits()), Integer.toString(bits.ipv6Bits())));
            }
            if (daily) {
                allowed.addAll(List.of("02", "30"));
            }
            for (Locale language : writer.languages()) {
                String text = texts(language).get(0);
                assertThat(text).contains("1017", "November 2026");
                assertThat(NUMBER.matcher(text).results().map(MatchResult::group))
                        .as(text)
                        .isSubsetOf(allowed);
                if (fact instanceof Retention retention && retention.period() instanceof Days) {
                    assertThat(text).contains(Integer.toString(days));
                }
                if (!daily) {
                    assertThat(PROMISE.matcher(text).results().map(MatchResult::group))
                            .as(text)
                            .isEmpty();
                }
            }
        }
    }

    @Test
    void aFactWhoseEvidenceIsTooOldIsNotStatedButListed() {
        state("r", retention("web-access-log", new Days(7)), Duration.ofHours(49));
        Notice notice = writer.notice(SITE.id(), Locale.ENGLISH);
        assertThat(notice.statements()).isEmpty();
        assertThat(notice.stale()).containsExactlyElementsOf(facts);
    }

    @Test
    void everyStatementNamesItsFactAndClause() {
        state("r", retention("web-access-log", new Days(7)), Duration.ZERO);
        Statement statement =
                writer.notice(SITE.id(), Locale.ENGLISH).statements().get(0);
        assertThat(statement.clause()).isEqualTo("logs.retention.days@3");
        assertThat(statement.facts()).containsExactlyElementsOf(facts);
    }

    @Test
    void anUnknownSiteOrLanguageIsRefused() {
        assertThatThrownBy(() -> writer.notice(new SiteId("x"), Locale.ENGLISH)).hasMessageContaining("site x");
        assertThatThrownBy(() -> writer.notice(SITE.id(), Locale.FRENCH)).hasMessageContaining("fr");
    }

    private static final class Tenants implements TenantDirectory {
        @Override
        public Page<Tenant> tenants(PageRequest request) {
            throw new AssertionError("a notice must not read all tenants");
        }

        @Override
        public Optional<Tenant> tenant(TenantId id) {
            Optional<TenantId> parent = id.equals(PROVIDER) ? Optional.empty() : Optional.of(PROVIDER);
            return Optional.of(new Tenant(
                    id,
                    parent.isEmpty() ? TenantKind.PROVIDER : TenantKind.CUSTOMER,
                    parent,
                    "Name",
                    PersonType.LEGAL,
                    Locale.GERMAN,
                    TenantStatus.ACTIVE));
        }
    }

    private static final class Sites implements SiteDirectory {
        @Override
        public Page<Site> sites(PageRequest request) {
            throw new AssertionError("a notice must not read all sites");
        }

        @Override
        public Optional<Site> site(SiteId id) {
            return Optional.of(SITE).filter(site -> site.id().equals(id));
        }

        @Override
        public List<LogStream> logStreams(SiteId id) {
            return List.of();
        }
    }
}
