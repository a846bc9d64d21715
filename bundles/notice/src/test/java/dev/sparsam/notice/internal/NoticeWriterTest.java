package dev.sparsam.notice.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.facts.Cadence;
import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.Fact;
import dev.sparsam.facts.FactSource;
import dev.sparsam.facts.Findings;
import dev.sparsam.facts.LogFormat;
import dev.sparsam.facts.LogFormat.Datum;
import dev.sparsam.facts.LogFormat.Handling;
import dev.sparsam.facts.LogFormat.IpMode;
import dev.sparsam.facts.LogFormat.Reach;
import dev.sparsam.facts.LogFormat.Treatment;
import dev.sparsam.facts.LogFormat.Unmasked;
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
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class NoticeWriterTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Cadence DAILY = new Cadence.Daily(List.of(LocalTime.of(2, 30)), BERLIN);
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

    /** The client's address, as soon as a file is closed, and nothing else. */
    private static LogFormat format(LogKind kind, IpMode mode) {
        return format(kind, mode, Reach.CLIENT, 0);
    }

    private static LogFormat format(LogKind kind, IpMode mode, Reach reach, int rawHours) {
        return new LogFormat(kind, List.of(), mode, reach, List.of(), Optional.empty(), rawHours, Optional.empty());
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
        state("u", format(LogKind.WEB_ACCESS, new IpMode.Truncated(24, 48)), Duration.ZERO, BY_HAND);
        assertThat(texts(Locale.ENGLISH)).hasSize(4).allMatch(text -> text.contains(" were checked, and "));
        assertThat(texts(Locale.GERMAN)).hasSize(4).allMatch(text -> text.contains(" geprüft"));
    }

    @Test
    void timesOfDayNameTheirZone() {
        Fact fact = retention("web-access-log", new Days(7));
        state("r", fact, Duration.ZERO, new Cadence.Daily(List.of(LocalTime.of(13, 26)), ZoneOffset.UTC));
        assertThat(texts(Locale.GERMAN).get(0)).startsWith("Täglich um 13:26 Uhr (UTC) werden");
        state(
                "s",
                fact,
                Duration.ZERO,
                new Cadence.Daily(List.of(LocalTime.of(1, 26), LocalTime.of(13, 26)), ZoneId.of("Asia/Tokyo")));
        assertThat(texts(Locale.ENGLISH).get(1)).startsWith("Every day at 01:26, 13:26 (Asia/Tokyo), access");
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
        state("m", format(LogKind.WEB_ACCESS, new IpMode.Truncated(24, 48)), Duration.ZERO);
        state("n", format(LogKind.WEB_ERROR, new IpMode.Full()), Duration.ZERO);
        state("o", format(LogKind.WEB_ERROR, new IpMode.Truncated(8, 16)), Duration.ZERO, BY_HAND);
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
                    + "|\\b(is|are)( \\p{L}+)? (deleted|shortened|replaced|removed|destroyed)\\b");

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
            int raw = random.nextInt(3) * 1000 * (random.nextBoolean() ? 24 : 1);
            Fact fact = switch (random.nextInt(6)) {
                case 0 -> retention("web-access-log", new Days(days), oldest);
                case 1 -> retention("mail-log", new Days(days));
                case 2 -> retention("web-access-log", new NoLogging(), oldest);
                case 3 -> retention("web-error-log", new Forever(), oldest);
                case 4 ->
                    new Retention(
                            "ssh-log",
                            Retention.Store.BACKUP,
                            new Days(days),
                            Retention.Trigger.LINE,
                            Optional.of(oldest));
                default ->
                    new LogFormat(
                            List.of(LogKind.values()).get(random.nextInt(7)),
                            List.of(),
                            MODES.get(random.nextInt(MODES.size())),
                            List.of(Reach.values()).get(random.nextInt(2)),
                            List.of(
                                    new Treatment(Datum.USER, Handling.HASHED),
                                    new Treatment(Datum.AGENT, Handling.CUT)),
                            random.nextBoolean() ? Optional.empty() : Optional.of(days),
                            raw,
                            random.nextBoolean() ? Optional.empty() : Optional.of(new Unmasked(40, 91, oldest * 24)));
            };
            state("x", fact, Duration.ofMinutes(random.nextInt(2_000)), daily ? DAILY : BY_HAND);
            Set<String> allowed = new HashSet<>(Set.of("32", "128", "1017", "2026", "20", "21", "22"));
            if (fact instanceof Retention) {
                allowed.addAll(List.of(Integer.toString(days), Integer.toString(oldest)));
            } else {
                LogFormat format = (LogFormat) fact;
                if (format.ipMode() instanceof IpMode.Truncated bits) {
                    allowed.addAll(List.of(Integer.toString(bits.ipv4Bits()), Integer.toString(bits.ipv6Bits())));
                }
                format.keyDays().ifPresent(kept -> allowed.add(Integer.toString(kept)));
                // Thousands are separated: 1,000 hours.
                allowed.addAll(raw == 0 ? List.of() : raw % 24 == 0 ? digits(raw / 24) : digits(raw));
                if (format.isBehind()) {
                    allowed.addAll(List.of("44", Integer.toString(oldest)));
                }
            }
            if (daily) {
                allowed.addAll(List.of("02", "30"));
            }
            for (Locale language : writer.languages()) {
                assertThat(texts(language)).hasSize(fact instanceof LogFormat ? 2 : 1);
                for (String text : texts(language)) {
                    assertThat(text).contains("1017", "November 2026").doesNotContain("[", "{", "null");
                    assertThat(NUMBER.matcher(text).results().map(MatchResult::group))
                            .as(text)
                            .isSubsetOf(allowed);
                    if (fact instanceof Retention retention && retention.period() instanceof Days) {
                        assertThat(text).contains(Integer.toString(days));
                    }
                    if (fact instanceof LogFormat format && format.ipMode() instanceof IpMode.Pseudonymised) {
                        assertThat(text)
                                .doesNotContain("irreversib", "unumkehrbar", "anonym")
                                .containsIgnoringCase(language.equals(Locale.GERMAN) ? "Schlüssel" : "key");
                    }
                    if (!daily) {
                        assertThat(PROMISE.matcher(text).results().map(MatchResult::group))
                                .as(text)
                                .isEmpty();
                    }
                }
            }
        }
    }

    private static List<String> digits(int number) {
        return List.of(String.format(Locale.ENGLISH, "%,d", number).split(","));
    }

    /** One of each. */
    private static final List<IpMode> MODES = List.of(
            new IpMode.Full(),
            new IpMode.Truncated(24, 48),
            new IpMode.Pseudonymised(true),
            new IpMode.Pseudonymised(false),
            new IpMode.Removed());

    private static long clauses(Map<String, Object> bindings) {
        return ClauseCatalogue.all().clauses().stream()
                .filter(clause -> clause.states(bindings))
                .count();
    }

    @Test
    void everyModeOfAnAddressIsTried() {
        assertThat(MODES.stream().<Class<?>>map(Object::getClass)).contains(IpMode.class.getPermittedSubclasses());
    }

    @Test
    void everythingThatIsKnownOfALogIsStatedByExactlyOneClause() {
        List<Fact> all = new ArrayList<>();
        for (LogKind kind : LogKind.values()) {
            for (RetentionRule period : List.of(new Days(7), new Forever(), new NoLogging())) {
                for (Retention.Store store : List.of(Retention.Store.LIVE, Retention.Store.BACKUP)) {
                    for (Retention.Trigger trigger : List.of(Retention.Trigger.NEWEST_LINE, Retention.Trigger.LINE)) {
                        for (Optional<Integer> oldest : List.of(Optional.<Integer>empty(), Optional.of(99))) {
                            for (Optional<LocalDate> held : HELD) {
                                String activity =
                                        kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-log";
                                all.add(new Retention(activity, store, period, trigger, oldest, held));
                            }
                        }
                    }
                }
            }
            for (IpMode mode : MODES) {
                for (Reach reach : Reach.values()) {
                    for (int raw : new int[] {0, 1, 36, 48}) {
                        for (Handling handling : Handling.values()) {
                            for (Optional<Unmasked> unmasked :
                                    List.of(Optional.<Unmasked>empty(), Optional.of(new Unmasked(1, 3, 4_000)))) {
                                all.add(new LogFormat(
                                        kind,
                                        List.of(),
                                        mode,
                                        reach,
                                        List.of(new Treatment(Datum.EMAIL, handling)),
                                        Optional.empty(),
                                        raw,
                                        unmasked));
                            }
                        }
                    }
                }
            }
        }
        assertThat(all).hasSizeGreaterThan(1_000);
        for (Fact fact : all) {
            for (Cadence cadence : List.of(DAILY, BY_HAND)) {
                List<Map<String, Object>> due = Bindings.of(evidenced("x", fact, Duration.ZERO, cadence));
                boolean others = fact instanceof LogFormat format
                        && format.others().get(0).handling() != Handling.KEPT;
                assertThat(due).hasSize(others ? 2 : 1);
                assertThat(due).as(fact.toString()).allMatch(bindings -> clauses(bindings) == 1);
            }
        }
    }

    private static final List<Optional<LocalDate>> HELD =
            List.of(Optional.empty(), Optional.of(LocalDate.of(2027, 3, 31)));

    @Test
    void whatTheLogsDoNotKnowIsNotStated() {
        state("a", retention("contract-data", new Days(7)), Duration.ZERO);
        state(
                "b",
                new Retention(
                        "mail-log", Retention.Store.PROCESSOR, new Days(7), Retention.Trigger.LINE, Optional.empty()),
                Duration.ZERO);
        assertThat(texts(Locale.ENGLISH)).isEmpty();
    }

    @Test
    void whereFilesAreCutAtTheLineThatIsSaid() {
        Retention.Store live = Retention.Store.LIVE;
        state("a", new Retention("mail-log", live, new Days(7), Retention.Trigger.LINE, Optional.of(8)), Duration.ZERO);
        state(
                "b",
                new Retention("ftp-log", live, new Days(7), Retention.Trigger.LINE, Optional.of(12)),
                Duration.ZERO,
                BY_HAND);
        assertThat(texts(Locale.ENGLISH))
                .containsExactly(
                        "Every day at 02:30 (Europe/Berlin), lines that are more than 7 days old are deleted from mail"
                                + " log files that the server has closed (last checked on 22 November 2026, receipt"
                                + " no.\u00a01017).",
                        "Most recently, on 22 November 2026, the file transfer log files that the server had closed were"
                                + " checked, and those lines were deleted that were then more than 7 days old (receipt"
                                + " no.\u00a01017). Afterwards the oldest line still stored was up to 12 days old.");
        assertThat(texts(Locale.GERMAN))
                .containsExactly(
                        "Täglich um 02:30 Uhr (Europe/Berlin) werden aus Mailprotokollen, die der Server abgeschlossen"
                                + " hat, die Zeilen gelöscht, die älter als 7 Tage sind (zuletzt geprüft am"
                                + " 22. November 2026, Beleg Nr.\u00a01017).",
                        "Zuletzt am 22. November 2026 wurden die vom Server abgeschlossenen Protokolle der"
                                + " Dateiübertragungen geprüft und die Zeilen gelöscht, die dabei älter als 7 Tage waren"
                                + " (Beleg Nr.\u00a01017). Die älteste noch gespeicherte Zeile war danach bis zu 12 Tage"
                                + " alt.");
    }

    @Test
    void backupsHaveTheirOwnPeriod() {
        Retention.Store backup = Retention.Store.BACKUP;
        state(
                "a",
                new Retention("web-access-log", backup, new Days(30), Retention.Trigger.LINE, Optional.of(45)),
                Duration.ZERO);
        state(
                "b",
                new Retention("panel-log", backup, new Forever(), Retention.Trigger.LINE, Optional.empty()),
                Duration.ZERO);
        assertThat(texts(Locale.ENGLISH))
                .containsExactly(
                        "Every day at 02:30 (Europe/Berlin), lines of access log files that are more than 30 days old"
                                + " are deleted from backups (last checked on 22 November 2026, receipt"
                                + " no.\u00a01017). Afterwards the oldest line stored in backups was up to 45 days"
                                + " old.",
                        "Panel login log files are stored in backups without a time limit; no period for their deletion"
                                + " there has been set (as of 22 November 2026, receipt no.\u00a01017).");
        assertThat(texts(Locale.GERMAN).get(0))
                .startsWith("Täglich um 02:30 Uhr (Europe/Berlin) werden aus Datensicherungen die Zeilen von"
                        + " Zugriffsprotokollen gelöscht, die älter als 30 Tage sind (zuletzt");
    }

    @Test
    void aLegalHoldIsStatedInsteadOfThePeriod() {
        state(
                "a",
                new Retention(
                        "mail-log",
                        Retention.Store.LIVE,
                        new Days(7),
                        Retention.Trigger.LINE,
                        Optional.of(40),
                        HELD.get(1)),
                Duration.ZERO);
        assertThat(texts(Locale.ENGLISH))
                .containsExactly(
                        "Mail log files are exempt from deletion up to and including 31 March 2027 because of a"
                                + " legal hold; the period of 7 days set for them does not apply while it lasts (as of 22"
                                + " November 2026, receipt no.\u00a01017). The oldest line stored was then up to 40 days old.");
        assertThat(texts(Locale.GERMAN))
                .containsExactly("Mailprotokolle sind bis einschließlich 31. März 2027 aus rechtlichen Gründen von der"
                        + " Löschung ausgenommen (Löschsperre); die für sie festgelegte Frist von 7 Tagen gilt so lange"
                        + " nicht (Stand: 22. November 2026, Beleg Nr.\u00a01017). Die älteste gespeicherte Zeile war"
                        + " dabei bis zu 40 Tage alt.");
    }

    @Test
    void onlyWhereEveryAddressIsMaskedThatIsSaid() {
        IpMode bits = new IpMode.Truncated(24, 48);
        state("a", format(LogKind.WEB_ACCESS, bits, Reach.CLIENT, 0), Duration.ZERO);
        state("b", format(LogKind.WEB_ACCESS, bits, Reach.LINE, 0), Duration.ZERO);
        state("c", format(LogKind.SSH, new IpMode.Removed(), Reach.CLIENT, 0), Duration.ZERO, BY_HAND);
        assertThat(texts(Locale.ENGLISH))
                .containsExactly(
                        "Every day at 02:30 (Europe/Berlin), the IP address that a line gives as the visitor's is"
                                + " irreversibly shortened in access log files that the web server has closed: at most"
                                + " the first 24 of 32 bits of an IPv4 address and the first 48 of 128 bits of an IPv6"
                                + " address remain (last checked on 22 November 2026, receipt no.\u00a01017). In a file"
                                + " that the web server is still writing, it stands as the web server writes it.",
                        "Every day at 02:30 (Europe/Berlin), every IP address is irreversibly shortened in access log"
                                + " files that the web server has closed: at most the first 24 of 32 bits of an IPv4"
                                + " address and the first 48 of 128 bits of an IPv6 address remain (last checked on 22"
                                + " November 2026, receipt no.\u00a01017). In a file that the web server is still"
                                + " writing, addresses stand as the web server writes them.",
                        "Most recently, on 22 November 2026, the shell login log files that the server had closed were"
                                + " checked, and in those that stayed, the IP address that a line gives as the client's"
                                + " was irreversibly removed where it had not been before (receipt no.\u00a01017). In"
                                + " files that the server was still writing then, it stayed as the server wrote it.");
        assertThat(texts(Locale.GERMAN).get(0))
                .isEqualTo("Täglich um 02:30 Uhr (Europe/Berlin) wird in Zugriffsprotokollen, die der Webserver"
                        + " abgeschlossen hat, die IP-Adresse, die eine Zeile als die des Besuchers nennt, unumkehrbar"
                        + " gekürzt: Von einer IPv4-Adresse bleiben höchstens die ersten 24 von 32 Bit, von einer"
                        + " IPv6-Adresse höchstens die ersten 48 von 128 Bit (zuletzt geprüft am 22. November 2026,"
                        + " Beleg Nr.\u00a01017). In einer Datei, in die er noch schreibt, steht sie so, wie er sie"
                        + " einträgt.");
        assertThat(texts(Locale.GERMAN).get(1))
                .contains("abgeschlossen hat, jede IP-Adresse unumkehrbar gekürzt: Von")
                .endsWith("In einer Datei, in die er noch schreibt, stehen Adressen so, wie er sie einträgt.");
    }

    @Test
    void whileLinesStayRawNothingIsClaimedOfThem() {
        state("a", format(LogKind.MAIL, new IpMode.Truncated(24, 48), Reach.LINE, 36), Duration.ZERO);
        state("b", format(LogKind.WEB_ERROR, new IpMode.Removed(), Reach.LINE, 48), Duration.ZERO, BY_HAND);
        assertThat(texts(Locale.ENGLISH))
                .containsExactly(
                        "Every day at 02:30 (Europe/Berlin), in mail log files that the server has closed, every IP"
                                + " address is irreversibly shortened in the lines that are more than 36 hours old: at"
                                + " most the first 24 of 32 bits of an IPv4 address and the first 48 of 128 bits of an"
                                + " IPv6 address remain (last checked on 22 November 2026, receipt no.\u00a01017). In"
                                + " younger lines, and in a file that the server is still writing, addresses stand as"
                                + " the server writes them.",
                        "Most recently, on 22 November 2026, the error log files that the web server had closed were"
                                + " checked, and in the lines that were then more than 2 days old, every IP address was"
                                + " irreversibly removed (receipt no.\u00a01017). In younger lines, and in files that"
                                + " the web server was still writing then, addresses stayed as the web server wrote"
                                + " them.");
        assertThat(texts(Locale.GERMAN).get(0))
                .startsWith(
                        "Täglich um 02:30 Uhr (Europe/Berlin) wird in Mailprotokollen, die der Server abgeschlossen"
                                + " hat, jede IP-Adresse in den Zeilen, die älter als 36 Stunden sind, unumkehrbar gekürzt: Von")
                .endsWith("In jüngeren Zeilen und in einer Datei, in die der Server noch schreibt, stehen Adressen so,"
                        + " wie er sie einträgt.");
    }

    @Test
    void aPseudonymIsNoMaskingAndItsKeyIsSpokenOf() {
        IpMode mode = new IpMode.Pseudonymised(true);
        for (Optional<Integer> days : List.of(Optional.of(7), Optional.of(0), Optional.<Integer>empty())) {
            Fact fact = new LogFormat(
                    LogKind.WEB_ACCESS, List.of(), mode, Reach.LINE, List.of(), days, 0, Optional.empty());
            state("a" + facts.size(), fact, Duration.ZERO);
        }
        assertThat(texts(Locale.GERMAN).get(0))
                .isEqualTo("Täglich um 02:30 Uhr (Europe/Berlin) wird in Zugriffsprotokollen, die der Webserver"
                        + " abgeschlossen hat, jede IP-Adresse durch ein Pseudonym ersetzt, innerhalb eines Tages durch"
                        + " dasselbe; Pseudonyme zeigen, welche Adressen zu einem Netz gehören (zuletzt geprüft am 22."
                        + " November 2026, Beleg Nr.\u00a01017). Der Schlüssel, mit dem sich Pseudonyme eines Tages"
                        + " zurückrechnen lassen, wird vernichtet, wenn dieser Tag mehr als 7 Tage zurückliegt. In einer"
                        + " Datei, in die der Webserver noch schreibt, stehen Adressen so, wie er sie einträgt.");
        assertThat(texts(Locale.ENGLISH).get(1)).contains(" The keys with which pseudonyms can be turned back are not");
        assertThat(texts(Locale.ENGLISH).get(2)).contains(" Whoever has the key can turn pseudonyms back; no end");
    }

    @Test
    void theMeasuredStateIsStatedWhereItIsWorseThanTheConfiguredOne() {
        for (int oldest : new int[] {24, 170}) {
            facts.clear();
            state(
                    "m",
                    new LogFormat(
                            LogKind.WEB_ACCESS,
                            List.of(),
                            new IpMode.Truncated(24, 48),
                            Reach.LINE,
                            List.of(),
                            Optional.empty(),
                            0,
                            Optional.of(new Unmasked(1, 15, oldest))),
                    Duration.ZERO);
            String english =
                    " Afterwards up to 7\u00a0% of the lines still stood as the web server had written them; the"
                            + " oldest of these was up to 8 days old.";
            String german = " Danach standen noch bis zu 7\u00a0% der Zeilen so da, wie der Webserver sie geschrieben"
                    + " hatte; die älteste davon war bis zu 8 Tage alt.";
            assertThat(texts(Locale.ENGLISH).get(0).endsWith(english)).isEqualTo(oldest > 24);
            assertThat(texts(Locale.GERMAN).get(0).endsWith(german)).isEqualTo(oldest > 24);
        }
    }

    @Test
    void whatElseIsMaskedIsAStatementOfItsOwn() {
        state(
                "m",
                new LogFormat(
                        LogKind.MAIL,
                        List.of(),
                        new IpMode.Truncated(24, 48),
                        Reach.LINE,
                        List.of(
                                new Treatment(Datum.USER, Handling.HASHED),
                                new Treatment(Datum.EMAIL, Handling.CUT),
                                new Treatment(Datum.TOKEN, Handling.DROPPED),
                                new Treatment(Datum.AGENT, Handling.KEPT)),
                        Optional.of(7),
                        24,
                        Optional.empty()),
                Duration.ZERO);
        Notice notice = writer.notice(SITE.id(), Locale.ENGLISH);
        assertThat(notice.statements())
                .extracting(Statement::clause)
                .containsExactly("logs.masking.delayed@1", "logs.masking.others@1");
        assertThat(notice.statements()).allMatch(statement -> statement.facts().equals(facts));
        assertThat(texts(Locale.ENGLISH).get(1))
                .isEqualTo("Every day at 02:30 (Europe/Berlin), other data than addresses is shortened, replaced or"
                        + " removed in mail log files that the server has closed, in the lines that are more than one"
                        + " day old (last checked on 22 November 2026, receipt no.\u00a01017). User names of logins:"
                        + " replaced by a hash made with a key. E-mail addresses: shortened to their domain. Session"
                        + " ids, tokens and passwords that a line names as such: removed. The key with which the hashes"
                        + " of a day can be traced back to the original is destroyed when that day lies more than 7"
                        + " days in the past.");
        assertThat(texts(Locale.GERMAN).get(1))
                .isEqualTo(
                        "Täglich um 02:30 Uhr (Europe/Berlin) werden in Mailprotokollen, die der Server abgeschlossen"
                                + " hat, in den Zeilen, die älter als einen Tag sind, auch andere Angaben als Adressen gekürzt,"
                                + " ersetzt oder entfernt (zuletzt geprüft am 22. November 2026, Beleg Nr.\u00a01017)."
                                + " Benutzernamen von Anmeldungen: durch einen Hash mit Schlüssel ersetzt. E-Mail-Adressen: auf"
                                + " ihre Domain gekürzt. Sitzungskennungen, Tokens und Passwörter, die eine Zeile als solche"
                                + " nennt: entfernt. Der Schlüssel, mit dem sich die Hashes eines Tages auf das Original"
                                + " zurückführen lassen, wird vernichtet, wenn dieser Tag mehr als 7 Tage zurückliegt.");
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
        assertThat(statement.clause()).isEqualTo("logs.retention.days@4");
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
