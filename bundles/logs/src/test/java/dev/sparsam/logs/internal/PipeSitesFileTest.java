package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sparsam.logs.AddressMasking.Truncate;
import dev.sparsam.logs.Handling;
import dev.sparsam.logs.LineOrigin;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.PersonalField;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.Forever;
import dev.sparsam.panel.RetentionRule.NoLogging;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.testing.SetClock;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the running Sparsam tells loggers, read as loggers read it. */
class PipeSitesFileTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
    private static final RetentionRule WEEK = new Days(7);

    @TempDir
    Path folder;

    private final TestDatabase test = TestDatabases.H2.open(Path.of("src/main/resources/migrations"));
    private final House house = new House(test.database());
    private final SetClock clock = new SetClock(NOON);
    private final KeyStore keys = new KeyStore(test.database(), new SecureRandom(), clock, ZoneOffset.UTC);
    private Optional<Site> first = Optional.empty();
    private Optional<Site> second = Optional.empty();

    @BeforeEach
    void twoSites() throws IOException {
        first = Optional.of(house.site("d1", Files.createDirectory(folder.resolve("d1"))));
        second = Optional.of(house.site("d2", folder.resolve("not-there")));
    }

    @AfterEach
    void close() {
        test.close();
    }

    private Path path() {
        return folder.resolve("pipe/sites.json");
    }

    private PipeSitesFile file() {
        return file(path());
    }

    private WrittenSitesFiles written() {
        return new WrittenSitesFiles(folder.resolve("data/logs-pipe-sites"));
    }

    private PipeSitesFile file(Path path) {
        return new PipeSitesFile(
                path,
                written(),
                house.settings(),
                house.tenantDirectory(),
                house.siteDirectory(),
                keys,
                house.holds(test.database(), clock),
                ZoneOffset.UTC);
    }

    private boolean update() throws IOException {
        return file().update();
    }

    private PipeSites.Site read(String host) throws IOException {
        return PipeSites.read(path()).of(host).orElseThrow();
    }

    private String key(String host, LocalDate day) throws IOException {
        return Objects.requireNonNull(read(host).keys().get(day));
    }

    private static String text(DayKeys key) {
        return new String(key.hash(new byte[] {'f'}, 0, 1), StandardCharsets.US_ASCII);
    }

    private static String text(String handedOut) {
        return text(new DayKeys(Base64.getDecoder().decode(handedOut)));
    }

    @Test
    void saysWhatHoldsForEachSite() throws IOException {
        house.masking.put(first.orElseThrow().scope(), new Truncate(0, 0));
        house.retention.put(second.orElseThrow().scope(), new NoLogging());
        assertThat(update()).isTrue();
        PipeSites.Site one = read("www.d1.test:443");
        assertThat(one.masking().addresses()).isEqualTo(new Truncate(0, 0));
        assertThat(one.directory()).isEqualTo(folder.resolve("d1"));
        assertThat(one.owner()).isEqualTo(Optional.of(FileIdentity.read(folder).uid()));
        assertThat(one.keeps()).isTrue();
        assertThat(one.masking().isKeyed()).isTrue();
        assertThat(one.keys()).containsKey(TODAY);
        assertThat(read("d2.test").keeps()).isFalse();
        assertThat(read("d2.test").owner()).isEmpty();
        assertThat(PipeSites.read(path()).other().addresses())
                .as("the strictest that anybody has")
                .isEqualTo(new Truncate(0, 0));
    }

    /** However lines come in: of a host or domain that nobody knows. */
    @Test
    void whatNobodyKnowsIsMaskedTheSameEverywhere() throws IOException {
        house.masking.put(first.orElseThrow().scope(), new Truncate(8, 8));
        house.masking.put(second.orElseThrow().scope(), new Truncate(0, 32));
        house.everywhere.put(LogSettings.field(PersonalField.QUERY).all(), Handling.DROP);
        house.everywhere.put(LogSettings.field(PersonalField.AGENT).of(LogKind.WEB_ACCESS), Handling.HASH);
        update();
        MaskingPolicy inFile = PipeSites.read(path()).other();
        MaskingPolicy onStreams = new SitePolicies(
                        house.settings(), house.tenantDirectory(), house.siteDirectory(), clock)
                .of(new LineOrigin(Optional.of("nobody.test"), Optional.of(LogKind.WEB_ACCESS)))
                .masking();
        assertThat(inFile).isEqualTo(onStreams);
        assertThat(inFile.addresses()).as("the strictest that anybody has").isEqualTo(new Truncate(0, 8));
        assertThat(inFile.of(PersonalField.QUERY)).as("as it is set").isEqualTo(Handling.DROP);
        assertThat(inFile.of(PersonalField.AGENT)).as("at least").isEqualTo(Handling.CUT);
        assertThat(inFile.isKeyed()).as("nobody has a key for it").isFalse();
        house.masking.clear();
        house.everywhere.clear();
        update();
        assertThat(PipeSites.read(path()).other()).isEqualTo(PipeSites.NONE.other());
    }

    @Test
    void saysHowLongLinesMayBeKept() throws IOException {
        house.retention.put(first.orElseThrow().scope(), new Days(30));
        house.retention.put(second.orElseThrow().scope(), new Days(3));
        update();
        assertThat(read("d1.test").days()).contains(30L);
        assertThat(PipeSites.read(path()).otherDays()).as("the shortest of all").contains(3L);
        house.retention.put(first.orElseThrow().scope(), new Forever());
        house.retention.put(second.orElseThrow().scope(), new NoLogging());
        update();
        assertThat(read("d1.test").days()).isEmpty();
        assertThat(PipeSites.read(path()).otherDays()).isEmpty();
    }

    @Test
    void theNumbersOfOwnersHaveNoSign() throws IOException {
        assumeThat(Files.getAttribute(folder, "unix:uid"))
                .as("only root gives folders away")
                .isEqualTo(0);
        Files.setAttribute(folder.resolve("d1"), "unix:uid", (int) 3_000_000_000L);
        update();
        assertThat(Files.readString(path())).contains("\"owner\" : 3000000000");
        assertThat(read("d1.test").owner()).isEqualTo(Optional.of(3_000_000_000L));
    }

    @Test
    void makesNoKeysThatNobodyNeeds() throws IOException {
        for (PersonalField field : PersonalField.values()) {
            house.everywhere.put(LogSettings.field(field).all(), Handling.DROP);
        }
        update();
        assertThat(read("d1.test").keys()).isEmpty();
        assertThat(keys.sites()).isEmpty();
    }

    @Test
    void isReplacedOnlyWhenSomethingHasChanged() throws IOException {
        update();
        assertThat(update()).isFalse();
        house.masking.put(first.orElseThrow().scope(), new Truncate(16, 32));
        assertThat(update()).isTrue();
        assertThat(read("d1.test").masking().addresses()).isEqualTo(new Truncate(16, 32));
        house.sites.remove(new SiteId("d1"));
        assertThat(update()).isTrue();
        assertThat(PipeSites.read(path()).of("d1.test")).isEmpty();
    }

    @Test
    void saysWhatALegalHoldKeeps() throws IOException {
        LocalDate lastDay = TODAY.plusDays(9);
        Holds holds = house.holds(test.database(), clock);
        assertThat(holds.place(new SiteId("d1"), "court", "Anna", lastDay, Principal.system("test", House.PROVIDER)))
                .isEmpty();
        assertThat(update()).isTrue();
        assertThat(read("d1.test").held()).contains(lastDay);
        assertThat(read("d2.test").held()).isEmpty();
        holds.lift(new SiteId("d1"), Principal.system("test", House.PROVIDER));
        assertThat(update()).isTrue();
        assertThat(read("d1.test").held()).isEmpty();
    }

    private void named(Site site, String files) {
        house.streams.put(
                site.id(), List.of(new LogStream(site.id(), LogKind.WEB_ACCESS, folder.resolve("d1"), files)));
    }

    /** Nobody would ever look at its logs, mask them again or delete them. */
    @Test
    void aSiteWhoseLogsCanHaveNoNameThatSweepsSeeIsLeftOut() throws IOException {
        named(first.orElseThrow(), "access[0-9].log");
        house.retention.put(first.orElseThrow().scope(), new Days(3));
        house.retention.put(second.orElseThrow().scope(), new Days(30));
        assertThat(update()).isTrue();
        assertThat(PipeSites.read(path()).of("d1.test")).isEmpty();
        assertThat(PipeSites.read(path()).of("www.d1.test")).isEmpty();
        assertThat(PipeSites.read(path()).otherDays())
                .as("its lines are among those of unknown hosts")
                .contains(3L);
        assertThat(keys.sites()).doesNotContain(new SiteId("d1"));
        assertThat(read("d2.test").file()).isEqualTo(PipeSites.DAILY);
        named(first.orElseThrow(), "access_*.log");
        assertThat(update()).isTrue();
        assertThat(read("d1.test").file()).isEqualTo("access_%Y%m%d.log");
    }

    @Test
    void saysOnceWhichSiteIsLeftOut() throws IOException {
        named(first.orElseThrow(), "access[0-9].log");
        PipeSitesFile file = file();
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
            file.update();
            file.update();
        } finally {
            System.setErr(before);
        }
        assertThat(said.toString(StandardCharsets.UTF_8)).hasLineCount(1).contains("d1.test", "access[0-9].log");
    }

    /** Otherwise all lines would at once be those of strangers. */
    @Test
    void aPanelThatHasNotBeenFilledYetLeavesTheFileAsItIs() throws IOException {
        update();
        String before = Files.readString(path());
        Map<SiteId, Site> sites = Map.copyOf(house.sites);
        house.sites.clear();
        assertThatThrownBy(this::update).isInstanceOf(IOException.class).hasMessageContaining("no sites");
        assertThat(path()).hasContent(before);
        house.sites.putAll(sites);
        assertThat(update()).isFalse();
    }

    @Test
    void isForNobodyElse() throws IOException {
        Files.createDirectory(path().getParent());
        update();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(update()).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rw-------");
    }

    @Test
    void whatOthersAreWritingStaysAndWhatKilledOnesWereWritingGoes() throws IOException {
        Files.createDirectory(path().getParent());
        Path atWork = Files.writeString(path().resolveSibling("sites.json.123.new"), "keys");
        Path left = Files.writeString(path().resolveSibling("sites.json.456.new"), "keys");
        Path earlier = Files.writeString(path().resolveSibling("sites.json.new"), "of an earlier version, at work");
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minusSeconds(90)));
        update();
        try (Stream<Path> all = Files.list(path().getParent())) {
            assertThat(all).containsExactlyInAnyOrder(path(), atWork, earlier);
        }
    }

    @Test
    void isLeftAsItIsOnceItHasBeenStopped() throws IOException {
        PipeSitesFile file = file();
        file.stop();
        assertThat(file.update()).isFalse();
        assertThat(path()).doesNotExist();
    }

    @Test
    void handsOutTheKeysOfSweeps() throws IOException {
        String swept = text(keys.ring(new SiteId("d1"), WEEK).on(TODAY.toEpochDay()));
        update();
        Map<LocalDate, String> handedOut = read("d1.test").keys();
        assertThat(handedOut).containsOnlyKeys(TODAY.minusDays(1), TODAY, TODAY.plusDays(1));
        assertThat(text(key("d1.test", TODAY))).isEqualTo(swept);
        assertThat(text(key("d1.test", TODAY.plusDays(1))))
                .isEqualTo(text(
                        keys.ring(new SiteId("d1"), WEEK).on(TODAY.plusDays(1).toEpochDay())));
        assertThat(key("d2.test", TODAY)).isNotEqualTo(key("d1.test", TODAY));
        assertThat(update()).isFalse();
    }

    @Test
    void aKeyLeavesTheFileWithItsDay() throws IOException {
        update();
        String gone = key("d1.test", TODAY.minusDays(1));
        String stays = key("d1.test", TODAY.plusDays(1));
        clock.pass(Duration.ofDays(1));
        assertThat(update()).isTrue();
        assertThat(Files.readString(path())).doesNotContain(gone);
        assertThat(read("d1.test").keys()).containsEntry(TODAY.plusDays(1), stays);
    }

    @Test
    void aDestroyedKeyIsGoneFromTheFile() throws IOException {
        update();
        Map<LocalDate, String> before = read("d1.test").keys();
        RetentionRule none = new NoLogging();
        house.everywhere.put(LogSettings.KEYS, none);
        assertThat(keys.destroy(Map.of(new SiteId("d1"), none, new SiteId("d2"), none)))
                .isPositive();
        assertThat(update()).isTrue();
        assertThat(Files.readString(path())).doesNotContain(before.values());
        assertThat(read("d1.test").keys()).isEmpty();
    }

    @Test
    void aKeyLeavesTheFileWithItsDayAlsoWhenThePanelNamesNoSites() throws IOException {
        update();
        String gone = key("d1.test", TODAY.minusDays(1));
        String stays = key("d1.test", TODAY.plusDays(1));
        house.sites.clear();
        clock.pass(Duration.ofDays(1));
        assertThatThrownBy(this::update).isInstanceOf(IOException.class).hasMessageContaining("no sites");
        assertThat(Files.readString(path())).doesNotContain(gone);
        assertThat(read("d1.test").keys())
                .containsOnlyKeys(TODAY, TODAY.plusDays(1))
                .containsValue(stays);
    }

    /** Whoever reads it still finds everything else. */
    @Test
    void noKeysStayInAFileThatIsNotWrittenAnyMore() throws IOException {
        update();
        String before = Files.readString(path());
        PipeSites.Site known = read("d1.test");
        assertThat(known.keys()).isNotEmpty();
        Path other = folder.resolve("elsewhere/sites.json");
        written().leave(Optional.of(other));
        assertThat(file(other).update()).isTrue();
        assertThat(other).hasContent(before);
        assertThat(Files.readString(path())).doesNotContain(known.keys().values());
        assertThat(read("d1.test").keys()).isEmpty();
        assertThat(read("d1.test").masking()).isEqualTo(known.masking());
        assertThat(read("d2.test").directory()).isEqualTo(folder.resolve("not-there"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rw-------");
        written().leave(Optional.empty());
        assertThat(Files.readString(other)).doesNotContain(known.keys().values());
        // What somebody writes there from now on is theirs.
        Files.writeString(other, before);
        written().leave(Optional.empty());
        assertThat(other).hasContent(before);
    }

    @Test
    void aFileThatIsNoneAnyMoreIsRememberedUntilItsKeysAreGone() throws IOException {
        update();
        String before = Files.readString(path());
        Files.writeString(path(), before.substring(0, before.length() / 2));
        assertThatThrownBy(() -> written().leave(Optional.empty())).isInstanceOf(IOException.class);
        Files.writeString(path(), before);
        written().leave(Optional.empty());
        assertThat(read("d1.test").keys()).isEmpty();
    }
}
