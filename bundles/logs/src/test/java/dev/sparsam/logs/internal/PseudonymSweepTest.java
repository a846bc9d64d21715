package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.LogFormat;
import dev.sparsam.facts.LogFormat.IpMode;
import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Pseudonym.Scheme;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.Handling;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.logs.Observation;
import dev.sparsam.logs.PersonalField;
import dev.sparsam.logs.RawPeriod;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStorage;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.testing.SetClock;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps that replace addresses by pseudonyms, day after day, on real files and a real database. */
class PseudonymSweepTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Principal ADMIN = Principal.user(7, Role.PROVIDER_ADMIN, House.PROVIDER);
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    @TempDir
    Path directory;

    private final TestDatabase test = TestDatabases.H2.open(Path.of("src/main/resources/migrations"));
    private final House house = new House(test.database());
    private final SetClock clock = new SetClock(NOW);
    private final SweepService sweeps = house.sweeps(test.database(), clock);
    private Path logs = Path.of("/");
    private Path backups = Path.of("/");
    private Site site = new Site(new SiteId("unset"), House.PROVIDER, "web1", "unset.test", Optional.empty());

    @BeforeEach
    void oneSite() throws IOException {
        logs = Files.createDirectory(directory.resolve("logs"));
        backups = Files.createDirectory(directory.resolve("backup"));
        site = house.site("d1", logs);
        house.streams.put(
                site.id(),
                List.of(
                        new LogStream(site.id(), LogKind.WEB_ACCESS, logs, "*access.log*"),
                        new LogStream(
                                site.id(), LogKind.WEB_ACCESS, backups, "*", LogStorage.BACKUP, Optional.empty())));
        set("pseudonym/prefix");
        house.everywhere.put(LogSettings.RAW.all(), new RawPeriod(48));
    }

    @AfterEach
    void close() {
        test.close();
    }

    private void set(String masking) {
        house.masking.put(site.scope(), AddressMasking.parse(masking));
    }

    /** A line of so many hours before {@link #NOW}. */
    private static String line(String client, int hours) {
        return line(client, hours, "-");
    }

    private static String line(String client, int hours, String user) {
        return client + " - " + user + " [" + LOG_TIME.format(NOW.minus(Duration.ofHours(hours)))
                + "] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"\n";
    }

    /** The same with the pseudonym that ipcrypt makes of the address with the key of the day in the database. */
    private String pseudonym(String client, int hours) {
        return pseudonym(client, hours, Scheme.PREFIX);
    }

    private String pseudonym(String client, int hours, Scheme scheme) {
        long day = LocalDate.ofInstant(NOW.minus(Duration.ofHours(hours)), ZoneOffset.UTC)
                .toEpochDay();
        byte[] secret = test.database()
                .transaction(sql -> sql.first(
                                "select secret from logs_key where site = ? and epoch_day = ?",
                                row -> row.bytes("secret"),
                                site.id().value(),
                                day)
                        .orElseThrow());
        return line(text(new DayKeys(secret).address(address(client), scheme)), hours);
    }

    private static Address address(String text) {
        try {
            byte[] bytes = InetAddress.getByName(text).getAddress();
            return bytes.length == 4
                    ? Address.ipv4(ByteBuffer.wrap(bytes).getInt())
                    : new Address(
                            ByteBuffer.wrap(bytes).getLong(),
                            ByteBuffer.wrap(bytes, 8, 8).getLong());
        } catch (IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static String text(Address address) {
        byte[] all = ByteBuffer.allocate(16)
                .putLong(address.high())
                .putLong(address.low())
                .array();
        return address.isIpv4()
                ? (all[12] & 0xff) + "." + (all[13] & 0xff) + "." + (all[14] & 0xff) + "." + (all[15] & 0xff)
                : text(all);
    }

    private static String text(byte[] ipv6) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 16; i += 2) {
            text.append(i == 0 ? "" : ":").append(Integer.toHexString((ipv6[i] & 0xff) << 8 | (ipv6[i + 1] & 0xff)));
        }
        return text.toString();
    }

    private Path file(Path path, String... lines) throws IOException {
        try (OutputStream raw = Files.newOutputStream(path);
                OutputStream out = path.toString().endsWith("gz") ? new GZIPOutputStream(raw) : raw) {
            out.write(String.join("", lines).getBytes(StandardCharsets.UTF_8));
        }
        return aged(path);
    }

    private Path aged(Path path) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(clock.instant().minus(Duration.ofHours(3))));
        return path;
    }

    private static String content(Path path) throws IOException {
        try (InputStream raw = Files.newInputStream(path);
                InputStream in = path.toString().endsWith("gz") ? new GZIPInputStream(raw) : raw) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private long sweep() throws InterruptedException {
        long id = sweeps.plan(new Scope(ScopeLevel.PROVIDER, House.PROVIDER.value()), ADMIN);
        sweeps.work("plan-" + id, id);
        assertThat(sweeps.run(id, ADMIN)).isEmpty();
        sweeps.work("run-" + id, id);
        house.submitted.clear();
        return id;
    }

    private List<SweepFile> changed(long id) {
        return sweeps.files(id, FileFilter.ALL, 0, 1000).stream()
                .filter(file -> file.action() != FileAction.LEAVE)
                .toList();
    }

    private Observation observed() {
        return Objects.requireNonNull(sweeps.observed(List.of(site.id())).get(site.id())).stream()
                .filter(each -> !each.backup())
                .findFirst()
                .orElseThrow();
    }

    private long rows() {
        return test.database()
                .transaction(sql -> sql.first("select count(*) as n from logs_pseudonymised", row -> row.number("n"))
                        .orElseThrow());
    }

    @Test
    void eachLineGetsThePseudonymOfItsDayWhenItsTimeHasCome() throws IOException, InterruptedException {
        Path file = file(
                logs.resolve("access.log.1"),
                line("203.0.113.9", 72),
                line("2001:db8::9", 72),
                line("203.0.113.9", 50),
                line("203.0.113.9", 24));
        long first = sweep();
        String masked = content(file);
        assertThat(masked)
                .isEqualTo(pseudonym("203.0.113.9", 72)
                        + pseudonym("2001:db8::9", 72)
                        + pseudonym("203.0.113.9", 50)
                        + line("203.0.113.9", 24));
        assertThat(changed(first)).extracting(SweepFile::addresses).containsExactly(3L);
        assertThat(observed().unmasked()).isOne();

        assertThat(changed(sweep())).as("again").isEmpty();
        assertThat(content(file)).isEqualTo(masked);
        assertThat(observed().unmasked()).isOne();
        assertThat(observed().oldestUnmasked()).contains(NOW.minus(Duration.ofHours(24)));

        clock.pass(Duration.ofHours(25));
        assertThat(changed(sweep()))
                .extracting(SweepFile::action, SweepFile::reason, SweepFile::addresses)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(FileAction.MASK, FileReason.UNMASKED_ADDRESSES, 1L));
        assertThat(content(file))
                .isEqualTo(pseudonym("203.0.113.9", 72)
                        + pseudonym("2001:db8::9", 72)
                        + pseudonym("203.0.113.9", 50)
                        + pseudonym("203.0.113.9", 24));
        assertThat(observed().unmasked()).isZero();
        assertThat(changed(sweep())).as("at the end").isEmpty();
    }

    @Test
    void aFileIsKnownAfterItWasAppendedToRenamedAndCompressed() throws IOException, InterruptedException {
        Path file = file(logs.resolve("access.log.1"), line("203.0.113.9", 72), line("203.0.113.9", 30));
        sweep();
        Files.writeString(file, content(file) + line("203.0.113.7", 60) + line("203.0.113.8", 20));
        aged(file);
        assertThat(changed(sweep())).extracting(SweepFile::addresses).containsExactly(1L);
        String twice = pseudonym("203.0.113.9", 72)
                + line("203.0.113.9", 30)
                + pseudonym("203.0.113.7", 60)
                + line("203.0.113.8", 20);
        assertThat(content(file)).isEqualTo(twice);

        Path packed = file(logs.resolve("access.log.2.gz"), twice);
        Files.delete(file);
        assertThat(changed(sweep())).isEmpty();
        clock.pass(Duration.ofHours(25));
        assertThat(changed(sweep())).extracting(SweepFile::addresses).containsExactly(1L);
        clock.pass(Duration.ofHours(25));
        sweep();
        assertThat(content(packed))
                .isEqualTo(pseudonym("203.0.113.9", 72)
                        + pseudonym("203.0.113.9", 30)
                        + pseudonym("203.0.113.7", 60)
                        + pseudonym("203.0.113.8", 20));
        byte[] last = Files.readAllBytes(packed);
        assertThat(changed(sweep())).isEmpty();
        assertThat(Files.readAllBytes(packed)).isEqualTo(last);
    }

    @Test
    void aFileThatIsCutIsKnown() throws IOException, InterruptedException {
        Path file = file(
                logs.resolve("access.log.1"),
                line("203.0.113.9", 7 * 24 - 1),
                line("203.0.113.9", 72),
                line("203.0.113.9", 30));
        sweep();
        clock.pass(Duration.ofHours(2));
        assertThat(changed(sweep())).extracting(SweepFile::action).containsExactly(FileAction.CUT);
        assertThat(content(file)).isEqualTo(pseudonym("203.0.113.9", 72) + line("203.0.113.9", 30));
        assertThat(changed(sweep())).isEmpty();
        clock.pass(Duration.ofHours(24));
        sweep();
        assertThat(content(file)).isEqualTo(pseudonym("203.0.113.9", 72) + pseudonym("203.0.113.9", 30));
    }

    @Test
    void copiesInBackupsAreKnownAlsoThoseOfAnEarlierState() throws IOException, InterruptedException {
        Path file = file(logs.resolve("access.log.1"), line("203.0.113.9", 72), line("203.0.113.9", 30));
        byte[] raw = Files.readAllBytes(file);
        sweep();
        byte[] earlier = Files.readAllBytes(file);
        clock.pass(Duration.ofHours(24));
        sweep();
        String masked = pseudonym("203.0.113.9", 72) + pseudonym("203.0.113.9", 30);
        assertThat(content(file)).isEqualTo(masked);
        Map<String, byte[]> copies = new LinkedHashMap<>();
        copies.put("log/access.log.1", raw);
        copies.put("log/access.log.2", earlier);
        copies.put("log/access.log.3", Files.readAllBytes(file));
        copies.put("log/access.log.4.gz", gzip(earlier));
        Path tar = aged(tar(copies));
        Path zip = aged(zip(copies));
        Path plain = file(backups.resolve("access.log.9"), new String(earlier, StandardCharsets.UTF_8));

        assertThat(changed(sweep())).extracting(SweepFile::path).containsExactlyInAnyOrder(tar, zip, plain);
        assertThat(content(plain)).isEqualTo(masked);
        assertThat(untar(tar))
                .hasSize(4)
                .allSatisfy((name, text) -> assertThat(text).as(name).isEqualTo(masked));
        assertThat(unzip(zip))
                .hasSize(4)
                .allSatisfy((name, text) -> assertThat(text).as(name).isEqualTo(masked));
        byte[] archived = Files.readAllBytes(tar);
        assertThat(changed(sweep())).isEmpty();
        assertThat(Files.readAllBytes(tar)).isEqualTo(archived);
        assertThat(observed().unmasked()).isZero();
    }

    @Test
    void ofAnotherPolicyPseudonymsAreMaskedOverAndWhatWasTruncatedGetsPseudonymsOnce()
            throws IOException, InterruptedException {
        house.everywhere.remove(LogSettings.RAW.all());
        Path file = file(logs.resolve("access.log.1"), line("203.0.113.9", 72));
        set("truncate/24/48");
        sweep();
        assertThat(content(file)).isEqualTo(line("203.0.113.0", 72));

        set("pseudonym/prefix");
        sweep();
        assertThat(content(file)).isEqualTo(pseudonym("203.0.113.0", 72));
        assertThat(changed(sweep())).isEmpty();

        set("pseudonym/deterministic");
        assertThat(changed(sweep())).hasSize(1);
        assertThat(changed(sweep())).isEmpty();

        set("remove");
        sweep();
        assertThat(content(file)).isEqualTo(line("-", 72));
    }

    @Test
    void namesAreHashedInLinesThatHavePseudonyms() throws IOException, InterruptedException {
        house.everywhere.remove(LogSettings.RAW.all());
        house.everywhere.put(LogSettings.field(PersonalField.USER).all(), Handling.KEEP);
        Path file = file(logs.resolve("access.log.1"), line("203.0.113.9", 72, "max"));
        sweep();
        String kept = content(file);
        assertThat(kept).contains(" max ");
        house.everywhere.put(LogSettings.field(PersonalField.USER).all(), Handling.HASH);
        sweep();
        assertThat(content(file))
                .matches(java.util.regex.Pattern.quote(kept.substring(0, kept.indexOf("max"))) + "h-[a-z2-7]{13}"
                        + java.util.regex.Pattern.quote(kept.substring(kept.indexOf("max") + 3)));
        assertThat(changed(sweep())).isEmpty();
    }

    @Test
    void whatIsNotKnownAnyMoreIsMaskedAsIfItWereRaw() throws IOException, InterruptedException {
        Path file = file(logs.resolve("access.log.1"), line("203.0.113.9", 72), line("203.0.113.9", 71));
        sweep();
        String masked = content(file);
        Files.writeString(file, masked.substring(masked.indexOf('\n') + 1));
        aged(file);
        assertThat(changed(sweep())).extracting(SweepFile::addresses).containsExactly(1L);
        assertThat(content(file)).isNotEqualTo(pseudonym("203.0.113.9", 71));
    }

    @Test
    void logsAreForgottenWhenNoCopyIsLeft() throws IOException, InterruptedException {
        house.everywhere.put(LogSettings.BACKUP.all(), new Days(10));
        file(logs.resolve("access.log.1"), line("203.0.113.9", 72));
        sweep();
        assertThat(rows()).isOne();
        clock.pass(Duration.ofDays(8));
        sweep();
        assertThat(logs.resolve("access.log.1")).doesNotExist();
        assertThat(rows()).as("there may be backups").isOne();
        clock.pass(Duration.ofDays(2));
        sweep();
        assertThat(rows()).isZero();
    }

    @Test
    void logsOfASiteThatIsGoneAreForgotten() throws IOException, InterruptedException {
        house.everywhere.put(LogSettings.BACKUP.all(), new Days(10));
        file(logs.resolve("access.log.1"), line("203.0.113.9", 72));
        sweep();
        house.sites.remove(site.id());
        clock.pass(Duration.ofDays(8));
        sweep();
        assertThat(rows()).isOne();
        clock.pass(Duration.ofDays(2));
        sweep();
        assertThat(rows()).isZero();
    }

    @Test
    void thePseudonymsAreThoseOfThePipeAndOfKafka() throws IOException, InterruptedException {
        Path file = file(logs.resolve("access.log.1"), line("203.0.113.9", 50));
        KeyStore keys = new KeyStore(test.database(), new SecureRandom(), clock, ZoneOffset.UTC);
        ByteArrayOutputStream piped = new ByteArrayOutputStream();
        new LineScanner(new LineScanner.Context(
                        dev.sparsam.logs.MaskingPolicy.parse("address=pseudonym/prefix"),
                        ZoneOffset.UTC,
                        NOW,
                        keys.ring(site.id(), new Days(7)),
                        Optional.empty()))
                .mask(new ByteArrayInputStream(Files.readAllBytes(file)), piped);
        sweep();
        assertThat(content(file)).isEqualTo(piped.toString(StandardCharsets.UTF_8));
    }

    @Test
    void theFactIsThatThereArePseudonymsAndHowLongTheirKeysAreKept() throws IOException, InterruptedException {
        file(logs.resolve("access.log.1"), line("203.0.113.9", 72));
        house.everywhere.put(LogSettings.KEYS, new Days(3));
        sweep();
        sweep();
        LogFacts facts = new LogFacts(
                test.database(),
                house.settings(),
                house.siteDirectory(),
                house.holds(test.database(), clock),
                Optional.empty(),
                ZoneOffset.UTC,
                "dev.sparsam.logs 0.1.0",
                Duration.ofDays(2),
                Clock.fixed(NOW, ZoneOffset.UTC));
        assertThat(facts.find(List.of(ScopePath.of(new Scope(ScopeLevel.PROVIDER, "p"), site.scope()))).facts().stream()
                        .map(Evidenced::fact)
                        .filter(LogFormat.class::isInstance)
                        .map(LogFormat.class::cast))
                .singleElement()
                .satisfies(format -> {
                    assertThat(format.ipMode()).isEqualTo(new IpMode.Pseudonymised(true));
                    assertThat(format.keyDays()).contains(3);
                    assertThat(format.unmasked()).isEmpty();
                });
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream packed = new GZIPOutputStream(out)) {
            packed.write(plain);
        }
        return out.toByteArray();
    }

    private Path tar(Map<String, byte[]> content) throws IOException {
        Path path = backups.resolve("web.tar.gz");
        try (TarArchiveOutputStream out =
                new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(path)))) {
            for (Map.Entry<String, byte[]> each : content.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(each.getKey());
                entry.setSize(each.getValue().length);
                entry.setModTime(FileTime.from(NOW));
                out.putArchiveEntry(entry);
                out.write(each.getValue());
                out.closeArchiveEntry();
            }
        }
        return path;
    }

    private Path zip(Map<String, byte[]> content) throws IOException {
        Path path = backups.resolve("web.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(path))) {
            for (Map.Entry<String, byte[]> each : content.entrySet()) {
                out.putNextEntry(new ZipEntry(each.getKey()));
                out.write(each.getValue());
                out.closeEntry();
            }
        }
        return path;
    }

    private static Map<String, String> untar(Path path) throws IOException {
        Map<String, String> content = new LinkedHashMap<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(path)))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                content.put(entry.getName(), text(entry.getName(), in.readAllBytes()));
            }
        }
        return content;
    }

    private static Map<String, String> unzip(Path path) throws IOException {
        Map<String, String> content = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(path))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                content.put(entry.getName(), text(entry.getName(), in.readAllBytes()));
            }
        }
        return content;
    }

    private static String text(String name, byte[] bytes) throws IOException {
        try (InputStream in = name.endsWith(".gz")
                ? new GZIPInputStream(new ByteArrayInputStream(bytes))
                : new ByteArrayInputStream(bytes)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
