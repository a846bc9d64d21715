package dev.sparsam.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.ledger.Ledger;
import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.LegalHolds;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.PersonType;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantKind;
import dev.sparsam.panel.TenantStatus;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.panel.spi.Page;
import dev.sparsam.panel.spi.PageRequest;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HoldCommandsTest {
    private static final LocalDate DAY = LocalDate.of(2027, 1, 31);

    /** A provider, a customer and a domain. */
    static final TenantTree TREE = new TenantTree(
            List.of(
                    tenant("p", TenantKind.PROVIDER, Optional.empty()),
                    tenant("c", TenantKind.CUSTOMER, Optional.of("p"))),
            List.of(
                    new Site(new SiteId("d"), new TenantId("c"), "web1", "shop.example", Optional.empty()),
                    new Site(new SiteId("e"), new TenantId("c"), "web1", "blog.example", Optional.empty())));

    private static Tenant tenant(String id, TenantKind kind, Optional<String> parent) {
        return new Tenant(
                new TenantId(id),
                kind,
                parent.map(TenantId::new),
                "Tenant " + id,
                PersonType.UNKNOWN,
                Locale.GERMAN,
                TenantStatus.ACTIVE);
    }

    /** The directories of {@link #TREE}. */
    private static final class Directories implements TenantDirectory, SiteDirectory {
        @Override
        public Page<Tenant> tenants(PageRequest request) {
            return new Page<>(List.copyOf(TREE.tenants()), Optional.empty());
        }

        @Override
        public Optional<Tenant> tenant(TenantId id) {
            return TREE.tenant(id);
        }

        @Override
        public Page<Site> sites(PageRequest request) {
            return new Page<>(List.copyOf(TREE.sites()), Optional.empty());
        }

        @Override
        public Optional<Site> site(SiteId id) {
            return TREE.site(id);
        }

        @Override
        public List<LogStream> logStreams(SiteId id) {
            return List.of();
        }
    }

    /** Refuses what it is told to. */
    private static final class Holds implements LegalHolds {
        private final Map<SiteId, LegalHold> active = new HashMap<>();
        private Optional<LegalHolds.Objection> refusal = Optional.empty();
        private LocalDate today = DAY;

        @Override
        public LocalDate today() {
            return today;
        }

        @Override
        public Optional<LegalHolds.Objection> place(
                SiteId site, String reason, String person, LocalDate lastDay, Principal by) {
            if (refusal.isEmpty()) {
                active.put(site, hold(site.value(), reason, person, lastDay));
            }
            return refusal;
        }

        @Override
        public boolean lift(SiteId site, Principal by) {
            return active.remove(site) != null;
        }

        @Override
        public Map<SiteId, LegalHold> active() {
            return active;
        }

        @Override
        public Map<SiteId, LegalHold> active(Collection<SiteId> sites) {
            return active;
        }

        @Override
        public List<LegalHold> history(SiteId site) {
            return List.copyOf(active.values());
        }
    }

    private final CommandProcessorImpl processor = new CommandProcessorImpl(new ThreadIOImpl());
    private final CommandSession session = processor.createSession(
            new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream(), new ByteArrayOutputStream());
    private final Holds holds = new Holds();
    private final Directories directories = new Directories();
    private final HoldCommands commands = new HoldCommands(new Panel(directories, directories), holds, emptyLedger());

    /** One that has no receipt of anything. */
    private static Ledger emptyLedger() {
        return (Ledger) Proxy.newProxyInstance(
                Ledger.class.getClassLoader(), new Class<?>[] {Ledger.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("entries")) {
                        return List.of();
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    private static LegalHold hold(String site, String reason, String person, LocalDate lastDay) {
        return new LegalHold(
                new SiteId(site),
                reason,
                person,
                lastDay,
                Instant.parse("2026-11-22T10:00:00Z"),
                "system:shell",
                Optional.empty(),
                "");
    }

    @BeforeEach
    void german() {
        session.put(GogoSession.LANGUAGE, "de");
    }

    @AfterEach
    void stop() {
        session.close();
        processor.stop();
    }

    private void refuses(String sentence, String until, String reason, String person, String domain) {
        assertThatThrownBy(() -> commands.place(session, until, reason, person, domain))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.text(Texts.in("de"))).contains(sentence));
        assertThat(holds.active).isEmpty();
    }

    @Test
    void holdIsPlacedUntilItsLastDay() {
        assertThat(commands.place(session, "2027-01-31", "Az. 7", "Recht", "shop.example"))
                .isEqualTo("shop.example: Bis einschließlich 2027-01-31 wird nichts gelöscht, auch nicht in"
                        + " Datensicherungen; Adressen werden trotzdem maskiert.");
        assertThat(holds.active.values()).containsExactly(hold("d", "Az. 7", "Recht", DAY));
    }

    @Test
    void whatIsMissingIsNamed() {
        refuses("--until fehlt", "", "Az. 7", "Recht", "shop.example");
        refuses("--reason fehlt", "2027-01-31", " ", "Recht", "shop.example");
        refuses("--person fehlt", "2027-01-31", "Az. 7", "", "shop.example");
    }

    @Test
    void whatIsNoDayIsToldWithAnExample() {
        refuses("--until \"31.1.2027\" ist kein Tag", "31.1.2027", "Az. 7", "Recht", "shop.example");
        refuses("zum Beispiel 2027-01-31", "2027-02-30", "Az. 7", "Recht", "shop.example");
    }

    @Test
    void whatIsNoDomainIsToldSo() {
        refuses("customer/c ist keine", "2027-01-31", "Az. 7", "Recht", "c");
        refuses("nowhere.example", "2027-01-31", "Az. 7", "Recht", "nowhere.example");
    }

    @Test
    void eachRefusalOfTheServiceHasItsSentence() {
        Map<LegalHolds.Objection, String> sentences = Map.of(
                LegalHolds.Objection.NO_SITE, "shop.example",
                LegalHolds.Objection.MISSING, "--reason, --person fehlt",
                LegalHolds.Objection.TOO_LONG, "je 500 Zeichen",
                LegalHolds.Objection.OVER, "--until 2027-01-31 ist vorbei",
                LegalHolds.Objection.TOO_FAR, "mehr als 1100 Tage entfernt");
        assertThat(sentences).containsOnlyKeys(LegalHolds.Objection.values());
        sentences.forEach((refusal, sentence) -> {
            holds.refusal = Optional.of(refusal);
            refuses(sentence, "2027-01-31", "Az. 7", "Recht", "shop.example");
        });
    }

    @Test
    void holdIsLiftedOnce() {
        holds.active.put(new SiteId("d"), hold("d", "Az. 7", "Recht", DAY));
        assertThat(commands.lift(session, "shop.example")).contains("Die Löschsperre ist aufgehoben");
        assertThatThrownBy(() -> commands.lift(session, "shop.example"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("shop.example has no legal hold, so nothing was changed");
    }

    /** Not by the day of this server. */
    @Test
    void daysAreCountedAsTheServiceCountsThem() {
        holds.active.put(new SiteId("d"), hold("d", "Az. 7", "Recht", DAY));
        holds.today = DAY.minusDays(3);
        assertThat(commands.list(session)).contains("endet in 3 Tagen");
    }

    @Test
    void listMarksWhatEndsSoonAndBeginsWithIt() {
        List<LegalHold> active =
                List.of(hold("d", "Az. 7", "Recht", DAY), hold("e", "Az. 8", "Recht", DAY.minusDays(20)));
        assertThat(HoldCommands.table(Texts.in("en"), TREE, active, DAY.minusDays(34))
                        .lines())
                .satisfiesExactly(
                        head -> assertThat(head).startsWith("DOMAIN        LAST DAY    NOTE"),
                        first -> assertThat(first)
                                .matches("blog\\.example  2027-01-11  ends in 14 days +Az\\. 8 +Recht .*"),
                        second -> assertThat(second).matches("shop\\.example  2027-01-31 +Az\\. 7 +Recht .*"));
        assertThat(HoldCommands.table(Texts.in("de"), TREE, active, DAY.minusDays(20)))
                .contains("ENDET HEUTE")
                .doesNotContain("endet in");
        assertThat(HoldCommands.table(Texts.in("de"), TREE, List.of(), DAY)).isEqualTo("Keine Löschsperre.");
    }
}
