package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.facts.Cadence;
import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.Fact;
import dev.sparsam.facts.LogFormat;
import dev.sparsam.facts.LogFormat.IpMode;
import dev.sparsam.facts.Provenance.Enforced;
import dev.sparsam.facts.Retention;
import dev.sparsam.facts.Withheld;
import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.panel.RetentionRule.NoLogging;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.store.JobSchedule;
import dev.sparsam.store.testing.SetClock;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is stated is enforced now, and what is not is not stated. */
class LogFactsTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final JobSchedule AT_NIGHT = new JobSchedule(List.of(LocalTime.of(2, 30)), BERLIN);
    private static final Duration MAX_AGE = Duration.ofDays(2);
    private static final Principal ADMIN = Principal.user(7, Role.PROVIDER_ADMIN, House.PROVIDER);
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    @TempDir
    Path logs;

    private final TestDatabase test = TestDatabases.H2.open(Path.of("src/main/resources/migrations"));
    private final House house = new House(test.database());
    private final SetClock clock = new SetClock(Instant.parse("2026-11-22T12:00:00Z"));
    private final SweepService sweeps = house.sweeps(test.database(), clock);

    /** As configured now; a change of it restarts the component, and this is what it would be made with. */
    private Optional<JobSchedule> schedule = Optional.empty();

    @AfterEach
    void close() {
        test.close();
    }

    private LogFacts source() {
        return new LogFacts(
                test.database(),
                house.settings(),
                house.siteDirectory(),
                house.holds(test.database(), clock),
                schedule,
                BERLIN,
                "dev.sparsam.logs 0.1.0",
                MAX_AGE,
                clock);
    }

    private static List<ScopePath> paths(Site... sites) {
        List<ScopePath> paths = new ArrayList<>();
        for (Site site : sites) {
            paths.add(ScopePath.of(new Scope(ScopeLevel.PROVIDER, "p"), site.scope()));
        }
        return paths;
    }

    private List<Evidenced<?>> facts(Site... sites) {
        return source().find(paths(sites)).facts();
    }

    private List<Withheld<?>> withheld(Site... sites) {
        return source().find(paths(sites)).withheld();
    }

    private static Set<String> ids(List<Evidenced<?>> facts) {
        return facts.stream().map(Evidenced::id).collect(Collectors.toSet());
    }

    private Site site(String id) throws IOException {
        Path directory = Files.createDirectories(logs.resolve(id));
        for (String name : List.of("access.log", "error.log")) {
            Path current = Files.createFile(directory.resolve(name));
            Files.setLastModifiedTime(current, FileTime.from(clock.instant().minus(Duration.ofHours(3))));
        }
        return house.site(id, directory);
    }

    private void file(Site site, String name, Duration age) throws IOException {
        Path path = logs.resolve(site.id().value()).resolve(name);
        Instant at = clock.instant().minus(age);
        Files.writeString(
                path,
                "203.0.113.9 - - [" + LOG_TIME.format(at) + "] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"\n",
                StandardCharsets.UTF_8);
        Files.setLastModifiedTime(path, FileTime.from(clock.instant().minus(Duration.ofHours(3))));
    }

    private void doJobs() throws InterruptedException {
        while (!house.submitted.isEmpty()) {
            String[] job = house.submitted.remove(0);
            sweeps.work(job[0], Long.parseLong(job[1]));
        }
    }

    private void sweepByHand(Site site) throws InterruptedException {
        long id = sweeps.plan(site.scope(), ADMIN);
        doJobs();
        sweeps.run(id, ADMIN);
        doJobs();
    }

    private void sweepBySchedule() throws InterruptedException {
        sweeps.planAndRun("system:daily");
        doJobs();
    }

    private static Enforced evidence(Evidenced<?> fact) {
        return (Enforced) fact.provenance();
    }

    @Test
    void aValueThatASettingHasReplacedIsNoFactAnyMoreButWithheld() throws Exception {
        Site site = site("d1");
        sweepByHand(site);
        house.retention.put(site.scope(), new Forever());
        assertThat(ids(facts(site))).containsOnly("logs.masking.WEB_ACCESS", "logs.masking.WEB_ERROR");
        assertThat(withheld(site)).hasSize(2).allSatisfy(withheld -> {
            assertThat(((Retention) withheld.last().fact()).period()).isEqualTo(new Days(7));
            assertThat(withheld.instead())
                    .hasValueSatisfying(
                            now -> assertThat(((Retention) now).period()).isEqualTo(new Forever()));
            assertThat(evidence(withheld.last()).collectedAt()).isEqualTo(clock.instant());
        });
    }

    @Test
    void aMaskingThatASettingHasReplacedIsNoFactAnyMore() throws Exception {
        Site site = site("d1");
        sweepByHand(site);
        house.masking.put(site.scope(), new AddressMasking.Keep());
        assertThat(ids(facts(site))).containsOnly("logs.retention.WEB_ACCESS", "logs.retention.WEB_ERROR");
    }

    /** Keys are destroyed by sweeps; until the next one those of before are there, or are not there any more. */
    @Test
    void howLongKeysAreKeptIsAFactOnceASweepHasFollowedIt() throws Exception {
        Site site = site("d1");
        sweepByHand(site);
        assertThat(keyDays(site)).containsOnly(Optional.of(7));
        house.everywhere.put(LogSettings.KEYS, new Days(3));
        assertThat(keyDays(site)).isEmpty();
        assertThat(withheld(site)).hasSize(2).allSatisfy(withheld -> {
            assertThat(((LogFormat) withheld.last().fact()).keyDays()).contains(7);
            assertThat(withheld.instead())
                    .hasValueSatisfying(
                            now -> assertThat(((LogFormat) now).keyDays()).contains(3));
        });
        sweepByHand(site);
        assertThat(keyDays(site)).containsOnly(Optional.of(3));
        test.database().transaction(sql -> sql.update("update logs_status set keys_kept = ''"));
        assertThat(keyDays(site)).as("swept by an older version").isEmpty();
    }

    @Test
    void noEndOfKeysIsKnownUnderALegalHold() throws Exception {
        Site site = site("d1");
        Holds holds = house.holds(test.database(), clock);
        holds.place(site.id(), "27 O 1/26", "Dr. Muster", holds.today().plusDays(3), ADMIN);
        sweepByHand(site);
        assertThat(keyDays(site)).containsOnly(Optional.empty());
    }

    private List<Optional<Integer>> keyDays(Site site) {
        return facts(site).stream()
                .map(Evidenced::fact)
                .filter(LogFormat.class::isInstance)
                .map(fact -> ((LogFormat) fact).keyDays())
                .toList();
    }

    @Test
    void theNewValueIsAFactOnceASweepHasFollowedIt() throws Exception {
        Site site = site("d1");
        sweepByHand(site);
        house.retention.put(site.scope(), new Days(3));
        sweepByHand(site);
        assertThat(facts(site)).hasSize(4);
        assertThat(facts(site))
                .filteredOn(fact -> fact.fact() instanceof Retention)
                .extracting(fact -> ((Retention) fact.fact()).period())
                .containsOnly(new Days(3));
        assertThat(withheld(site)).isEmpty();
    }

    @Test
    void aValueThatIsSetBackIsAFactAgain() throws Exception {
        Site site = site("d1");
        sweepByHand(site);
        house.retention.put(site.scope(), new Days(3));
        house.retention.put(site.scope(), new Days(7));
        assertThat(facts(site)).hasSize(4);
    }

    @Test
    void whereNoLogsAreKeptNoMaskingIsStated() throws Exception {
        Site site = site("d1");
        house.retention.put(site.scope(), new NoLogging());
        sweepByHand(site);
        assertThat(ids(facts(site))).containsOnly("logs.retention.WEB_ACCESS", "logs.retention.WEB_ERROR");
        // The files that this value keeps from now on have not been masked by the last sweep.
        house.retention.put(site.scope(), new Days(7));
        assertThat(facts(site)).isEmpty();
    }

    @Test
    void whatTheSweepDidNotLookAtIsNotStated() throws Exception {
        Site site = site("d1");
        sweepByHand(site);
        assertThat(facts(site)).hasSize(4);
        Path elsewhere = Files.createDirectories(logs.resolve("elsewhere"));
        house.move(site, elsewhere);
        assertThat(facts(site)).isEmpty();
        assertThat(withheld(site)).hasSize(4).allSatisfy(withheld -> {
            assertThat(withheld.moved()).isTrue();
            assertThat(withheld.obstacles()).isZero();
            assertThat(withheld.instead()).isEmpty();
        });
        // Moved back, it is what the sweep has seen.
        house.move(site, logs.resolve("d1"));
        assertThat(facts(site)).hasSize(4);
    }

    @Test
    void streamsThatMoveBetweenPlanAndRunAreNotStated() throws Exception {
        Site site = site("d1");
        long id = sweeps.plan(site.scope(), ADMIN);
        doJobs();
        house.move(site, Files.createDirectories(logs.resolve("elsewhere")));
        sweeps.run(id, ADMIN);
        doJobs();
        assertThat(facts(site)).isEmpty();
        assertThat(withheld(site)).isNotEmpty().allMatch(Withheld::moved);
    }

    @Test
    void whereNoLogsAreKeptAndNoneIsFoundThatIsStated() throws Exception {
        Site site = house.site("d1", Files.createDirectories(logs.resolve("d1")));
        house.retention.put(site.scope(), new NoLogging());
        sweepByHand(site);
        assertThat(ids(facts(site))).containsOnly("logs.retention.WEB_ACCESS", "logs.retention.WEB_ERROR");
        assertThat(facts(site))
                .extracting(Evidenced::fact)
                .allSatisfy(fact -> assertThat(((Retention) fact).period()).isInstanceOf(NoLogging.class));
        assertThat(withheld(site)).isEmpty();
    }

    @Test
    void whereNoLogsAreKeptButNobodyCouldLookNothingIsStated() throws Exception {
        Site site = house.site("d1", logs.resolve("missing"));
        house.retention.put(site.scope(), new NoLogging());
        sweepByHand(site);
        assertThat(facts(site)).isEmpty();
        assertThat(withheld(site)).hasSize(2).allMatch(withheld -> withheld.obstacles() == 1);
    }

    @Test
    void whatStoodInTheWayIsCountedByKindOfLog() throws Exception {
        Site site = site("d1");
        Files.createSymbolicLink(logs.resolve("d1/access.log.1"), Path.of("/nowhere/elsewhere"));
        sweepByHand(site);
        assertThat(ids(facts(site))).containsOnly("logs.retention.WEB_ERROR", "logs.masking.WEB_ERROR");
        assertThat(withheld(site)).hasSize(2).allSatisfy(withheld -> {
            assertThat(withheld.last().id()).endsWith("WEB_ACCESS");
            assertThat(withheld.obstacles()).isEqualTo(1);
            assertThat(withheld.instead()).isEmpty();
        });
    }

    @Test
    void aPatternThatMatchesNoFileStatesNothing() throws Exception {
        Site site = site("d1");
        Path directory = logs.resolve("d1");
        house.streams.put(
                site.id(),
                List.of(
                        new LogStream(site.id(), LogKind.WEB_ACCESS, directory, "acces.log*"),
                        new LogStream(site.id(), LogKind.WEB_ERROR, directory, "error.log*")));
        sweepByHand(site);
        assertThat(ids(facts(site))).containsOnly("logs.retention.WEB_ERROR", "logs.masking.WEB_ERROR");
        assertThat(withheld(site))
                .hasSize(2)
                .allSatisfy(withheld -> assertThat(withheld.obstacles()).isEqualTo(1));
    }

    @Test
    void aSweepByHandIsStatedAsThatEvenWhereAScheduleHasJustBeenSet() throws Exception {
        Site site = site("d1");
        sweepByHand(site);
        schedule = Optional.of(AT_NIGHT);
        assertThat(facts(site))
                .hasSize(4)
                .allSatisfy(fact -> assertThat(evidence(fact).cadence()).isEqualTo(new Cadence.ByHand(BERLIN)));
    }

    @Test
    void aScheduleIsStatedOnceItHasWorkedAlsoAfterASweepByHand() throws Exception {
        Site site = site("d1");
        schedule = Optional.of(AT_NIGHT);
        sweepBySchedule();
        clock.pass(Duration.ofHours(5));
        sweepByHand(site);
        assertThat(facts(site))
                .hasSize(4)
                .allSatisfy(fact -> assertThat(evidence(fact).cadence())
                        .isEqualTo(new Cadence.Daily(List.of(LocalTime.of(2, 30)), BERLIN)));
    }

    @Test
    void aScheduleThatHasBeenTakenAwayIsNotStated() throws Exception {
        Site site = site("d1");
        schedule = Optional.of(AT_NIGHT);
        sweepBySchedule();
        schedule = Optional.empty();
        assertThat(facts(site))
                .hasSize(4)
                .allSatisfy(fact -> assertThat(evidence(fact).cadence()).isInstanceOf(Cadence.ByHand.class));
    }

    @Test
    void aScheduleThatHasStoppedWorkingIsNotStated() throws Exception {
        Site site = site("d1");
        schedule = Optional.of(AT_NIGHT);
        sweepBySchedule();
        clock.pass(MAX_AGE.plusSeconds(1));
        sweepByHand(site);
        assertThat(facts(site))
                .hasSize(4)
                .allSatisfy(fact -> assertThat(evidence(fact).cadence()).isInstanceOf(Cadence.ByHand.class));
    }

    @Test
    void settingsAreResolvedForAllDomainsAtOnce() throws Exception {
        List<Site> sites = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sites.add(site("d" + i));
        }
        schedule = Optional.of(AT_NIGHT);
        sweepBySchedule();
        house.resolved = 0;
        assertThat(facts(sites.get(0))).hasSize(4);
        int forOne = house.resolved;
        assertThat(facts(sites.toArray(Site[]::new))).hasSize(80);
        assertThat(house.resolved).isEqualTo(2 * forOne).isEqualTo(4);
    }

    /**
     * Whatever happens in whatever order: a fact has the value that is effective now, a promise has a schedule behind it,
     * and what a sweep followed is either a fact or withheld with the reason.
     */
    @Test
    void noFactClaimsMoreThanIsEnforcedNow() throws Exception {
        int stated = 0;
        int promised = 0;
        int held = 0;
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            Site site = site("s" + seed);
            Path obstacle = logs.resolve(site.id().value()).resolve("error.log.9");
            schedule = Optional.empty();
            for (int step = 0; step < 30; step++) {
                switch (random.nextInt(9)) {
                    case 0 -> house.retention.put(site.scope(), rule(random));
                    case 1 -> house.masking.put(site.scope(), masking(random));
                    case 2 ->
                        schedule = random.nextBoolean()
                                ? Optional.empty()
                                : Optional.of(new JobSchedule(List.of(LocalTime.of(random.nextInt(24), 0)), BERLIN));
                    case 3 -> clock.pass(Duration.ofHours(1 + random.nextInt(40)));
                    case 4 -> file(site, "access.log." + random.nextInt(9), Duration.ofHours(random.nextInt(200)));
                    case 5 -> {
                        if (!Files.deleteIfExists(obstacle)) {
                            Files.createSymbolicLink(obstacle, Path.of("/nowhere/elsewhere"));
                        }
                    }
                    case 6 -> sweepByHand(site);
                    case 7 -> {
                        if (schedule.isPresent()) {
                            sweepBySchedule();
                        }
                    }
                    default -> {
                        // Somebody changes a setting, or the configuration, while a sweep is under way.
                        long id = sweeps.plan(site.scope(), ADMIN);
                        doJobs();
                        sweeps.run(id, ADMIN);
                        house.retention.put(site.scope(), rule(random));
                        schedule = random.nextBoolean() ? schedule : Optional.empty();
                        doJobs();
                    }
                }
                List<Evidenced<?>> facts = facts(site);
                List<Withheld<?>> withheld = withheld(site);
                for (Evidenced<?> fact : facts) {
                    assertThat(fact.fact()).as("seed %d, step %d", seed, step).satisfies(claim -> isSet(site, claim));
                    if (evidence(fact).cadence() instanceof Cadence.Daily daily) {
                        assertThat(schedule).contains(new JobSchedule(daily.times(), daily.zone()));
                        promised++;
                    }
                }
                for (Withheld<?> each : withheld) {
                    each.instead().ifPresent(now -> isSet(site, now));
                }
                Set<String> ids = ids(facts);
                assertThat(withheld).noneMatch(each -> ids.contains(each.last().id()));
                if (!sweeps.last(List.of(site.id())).isEmpty()) {
                    Set<String> known = ids(
                            withheld.stream().<Evidenced<?>>map(Withheld::last).toList());
                    known.addAll(ids);
                    assertThat(known).contains("logs.retention.WEB_ACCESS", "logs.retention.WEB_ERROR");
                }
                stated += facts.size();
                held += withheld.size();
            }
        }
        // The test would say nothing if the three were rare.
        assertThat(List.of(stated, promised, held)).allMatch(times -> times > 50);
    }

    private void isSet(Site site, Fact claim) {
        RetentionRule retention = house.retention.getOrDefault(
                site.scope(), LogSettings.RETENTION.live().builtIn());
        AddressMasking masking = house.masking.getOrDefault(site.scope(), LogSettings.MASKING.builtIn());
        if (claim instanceof Retention kept) {
            assertThat(kept.period()).isEqualTo(retention);
        } else {
            assertThat(((LogFormat) claim).ipMode())
                    .isEqualTo(
                            masking instanceof AddressMasking.Truncate bits
                                    ? new IpMode.Truncated(bits.ipv4Bits(), bits.ipv6Bits())
                                    : new IpMode.Full());
            assertThat(retention).isNotInstanceOf(NoLogging.class);
            assertThat(((LogFormat) claim).kind()).isIn(LogKind.WEB_ACCESS, LogKind.WEB_ERROR);
        }
    }

    private static RetentionRule rule(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> new Forever();
            case 1 -> new NoLogging();
            default -> new Days(1 + random.nextInt(3));
        };
    }

    private static AddressMasking masking(Random random) {
        return random.nextInt(3) == 0
                ? new AddressMasking.Keep()
                : new AddressMasking.Truncate(8 * (1 + random.nextInt(3)), 48);
    }
}
