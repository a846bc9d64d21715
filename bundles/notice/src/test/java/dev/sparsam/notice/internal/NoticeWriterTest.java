package dev.sparsam.notice.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.Fact;
import dev.sparsam.facts.FactSource;
import dev.sparsam.facts.LogFormat;
import dev.sparsam.facts.LogFormat.IpMode;
import dev.sparsam.facts.Provenance;
import dev.sparsam.facts.Retention;
import dev.sparsam.notice.Notices.Notice;
import dev.sparsam.notice.Notices.Statement;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.PersonType;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.panel.RetentionRule.NoLogging;
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
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NoticeWriterTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final TenantId PROVIDER = new TenantId("p");
    private static final TenantId CUSTOMER = new TenantId("c");
    private static final Site SITE = new Site(new SiteId("d"), CUSTOMER, "web1", "example.test", Optional.empty());

    private final List<Evidenced<?>> facts = new ArrayList<>();
    private final FactSource source = paths -> {
        assertThat(paths).extracting(Object::toString).containsExactly("provider/p > customer/c > domain/d");
        return List.copyOf(facts);
    };
    private final NoticeWriter writer =
            new NoticeWriter(new Tenants(), new Sites(), List.of(source), Clock.fixed(NOW, ZoneOffset.UTC));

    private void state(String id, Fact fact, Duration age) {
        facts.add(new Evidenced<>(
                id,
                "test 1",
                SITE.scope(),
                fact,
                new Provenance.Enforced(17, "00".repeat(32), NOW.minus(age), Duration.ofDays(2))));
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
    void aRetentionIsStatedInBothLanguages() {
        state("r", retention("web-access-log", new Days(7), 7), Duration.ofHours(1));
        assertThat(texts(Locale.ENGLISH))
                .containsExactly(
                        "Access log files of the web server are deleted when their newest line is more than 7 days old.");
        assertThat(texts(Locale.GERMAN))
                .containsExactly(
                        "Zugriffsprotokolle des Webservers werden gelöscht, sobald ihre jüngste Zeile älter als"
                                + " 7 Tage ist.");
    }

    @Test
    void oneDayIsWrittenAsAWord() {
        state("r", retention("web-error-log", new Days(1)), Duration.ZERO);
        assertThat(texts(Locale.ENGLISH).get(0)).endsWith("is more than one day old.");
        assertThat(texts(Locale.GERMAN).get(0)).startsWith("Fehlerprotokolle").endsWith("älter als einen Tag ist.");
    }

    @Test
    void theMeasuredAgeIsStatedWhereItIsWorseThanTheConfiguredOne() {
        state("r", retention("web-access-log", new Days(7), 12), Duration.ZERO);
        assertThat(texts(Locale.ENGLISH).get(0))
                .contains("more than 7 days old", "up to 12 days old at the last check");
        assertThat(texts(Locale.GERMAN).get(0)).contains("bis zu 12 Tage alt");
    }

    @Test
    void foreverAndNoLoggingAreSaidInWords() {
        state("a", retention("web-access-log", new Forever()), Duration.ZERO);
        state("b", retention("web-error-log", new NoLogging()), Duration.ZERO);
        assertThat(texts(Locale.ENGLISH))
                .containsExactly(
                        "Access log files of the web server are kept without a time limit.",
                        "Error log files are deleted as soon as the web server has finished writing to them.");
        assertThat(texts(Locale.GERMAN).get(0)).contains("ohne zeitliche Begrenzung");
    }

    @Test
    void maskingIsStatedWithItsBits() {
        state("m", new LogFormat(LogKind.WEB_ACCESS, List.of(), new IpMode.Truncated(24, 48)), Duration.ZERO);
        state("n", new LogFormat(LogKind.WEB_ERROR, List.of(), new IpMode.Full()), Duration.ZERO);
        assertThat(texts(Locale.ENGLISH).get(0)).contains("first 24 of 32 bits", "first 48 of 128 bits");
        assertThat(texts(Locale.GERMAN).get(1)).contains("Fehlerprotokolle", "vollständige IP-Adresse");
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
        assertThat(statement.clause()).isEqualTo("logs.retention.days@1");
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
