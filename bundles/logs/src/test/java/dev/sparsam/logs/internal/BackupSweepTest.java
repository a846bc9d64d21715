package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.Retention;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.FileReason;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStorage;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.store.testing.SetClock;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps over a site's backups, on real files and a real database. Live logs are kept for 7 days, backups for 30. */
class BackupSweepTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final String PAGE = "<p>203.0.113.9, the address of our office</p>\n";

    @TempDir
    Path directory;

    private final TestDatabase test = TestDatabases.H2.open(Path.of("src/main/resources/migrations"));
    private final House house = new House(test.database());
    private final SetClock clock = new SetClock(NOW);
    private final SweepService sweeps = house.sweeps(test.database(), clock);
    private final LogFacts facts = new LogFacts(
            test.database(),
            house.settings(),
            house.siteDirectory(),
            house.holds(test.database(), clock),
            Optional.empty(),
            ZoneOffset.UTC,
            "dev.sparsam.logs 0.1.0",
            Duration.ofDays(2),
            Clock.fixed(NOW, ZoneOffset.UTC));
    private Path backups = Path.of("/");
    private Site site =
            new Site(new dev.sparsam.panel.SiteId("unset"), House.PROVIDER, "web1", "unset.test", Optional.empty());

    @BeforeEach
    void oneSite() throws IOException {
        Path logs = Files.createDirectory(directory.resolve("logs"));
        backups = Files.createDirectory(directory.resolve("backup"));
        site = house.site("d1", logs);
        store(LogStorage.BACKUP);
    }

    @AfterEach
    void close() {
        test.close();
    }

    private void store(LogStorage storage) {
        List<LogStream> streams = new ArrayList<>(house.streams.getOrDefault(site.id(), List.of()).stream()
                .filter(stream -> stream.storage() == LogStorage.LIVE)
                .toList());
        streams.add(new LogStream(site.id(), LogKind.WEB_ACCESS, backups, "*", storage, Optional.empty()));
        house.streams.put(site.id(), streams);
    }

    private static String line(String client, Duration age) {
        return client + " - - [" + LOG_TIME.format(NOW.minus(age)) + "] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"\n";
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream packed = new GZIPOutputStream(out)) {
            packed.write(plain);
        }
        return out.toByteArray();
    }

    private static Map<String, byte[]> web(String... lines) throws IOException {
        byte[] log = String.join("", lines).getBytes(StandardCharsets.UTF_8);
        Map<String, byte[]> content = new LinkedHashMap<>();
        content.put("web/index.html", PAGE.getBytes(StandardCharsets.UTF_8));
        content.put("log/access.log.1", log);
        content.put("log/access.log.2.gz", gzip(log));
        return content;
    }

    /** Nobody goes on writing to a backup for a day, whatever its name looks like. */
    @Test
    void backupsOfTodayAreNoCurrentLogs() throws IOException, InterruptedException {
        List<String> names = List.of("web1.tar", "web1.zip", "web1.tar.zst", "web1.sql", "access.log");
        tar("web1.tar", web(line("203.0.113.9", Duration.ofDays(2))));
        zip("web1.zip", web(line("203.0.113.9", Duration.ofDays(2))));
        for (String other : List.of("web1.tar.zst", "web1.sql", "access.log")) {
            file(other, line("203.0.113.9", Duration.ofDays(2)).getBytes(StandardCharsets.UTF_8));
        }
        for (String name : names) {
            Files.setLastModifiedTime(backups.resolve(name), FileTime.from(NOW.minus(Duration.ofHours(2))));
        }
        Map<String, FileReason> reasons = new HashMap<>();
        swept().forEach((name, file) -> reasons.put(name, file.reason()));
        assertThat(reasons)
                .containsEntry("web1.tar", FileReason.UNMASKED_ADDRESSES)
                .containsEntry("web1.zip", FileReason.UNMASKED_ADDRESSES)
                .containsEntry("web1.tar.zst", FileReason.KEPT_AS_WHOLE)
                .containsEntry("web1.sql", FileReason.NO_LOGS)
                .containsEntry("access.log", FileReason.IN_USE);
    }

    private Path tar(String name, Map<String, byte[]> content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> each : content.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(each.getKey());
                entry.setSize(each.getValue().length);
                entry.setModTime(FileTime.from(NOW.minus(Duration.ofDays(1))));
                out.putArchiveEntry(entry);
                out.write(each.getValue());
                out.closeArchiveEntry();
            }
        }
        return file(name, name.endsWith("gz") ? gzip(bytes.toByteArray()) : bytes.toByteArray());
    }

    private Path zip(String name, Map<String, byte[]> content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> each : content.entrySet()) {
                out.putNextEntry(new ZipEntry(each.getKey()));
                out.write(each.getValue());
            }
        }
        return file(name, bytes.toByteArray());
    }

    private Path file(String name, byte[] content) throws IOException {
        Path file = Files.write(backups.resolve(name), content);
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(Duration.ofDays(1))));
        return file;
    }

    private static Map<String, String> zipped(Path zip) throws IOException {
        Map<String, String> content = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] bytes = in.readAllBytes();
                content.put(
                        entry.getName(),
                        new String(
                                entry.getName().endsWith(".gz") ? ArchiveTest.plain(bytes) : bytes,
                                StandardCharsets.UTF_8));
            }
        }
        return content;
    }

    /** What became of each file of the backups. */
    private Map<String, SweepFile> swept() throws InterruptedException {
        sweeps.planAndRun("system:daily");
        while (!house.submitted.isEmpty()) {
            String[] job = house.submitted.remove(0);
            sweeps.work(job[0], Long.parseLong(job[1]));
        }
        long id = sweeps.recent(new Scope(ScopeLevel.PROVIDER, House.PROVIDER.value()), 1)
                .get(0)
                .id();
        Map<String, SweepFile> files = new LinkedHashMap<>();
        sweeps.files(id, FileFilter.ALL, 0, 1000).stream()
                .filter(SweepFile::backup)
                .forEach(file -> files.put(file.path().getFileName().toString(), file));
        return files;
    }

    private SweepFile swept(String name) throws InterruptedException {
        return Optional.ofNullable(swept().get(name)).orElseThrow();
    }

    @Test
    void logsInArchivesAreMaskedAndAllElseStays() throws Exception {
        Path tar = tar("web1_2026-11-21.tar.gz", web(line("203.0.113.9", Duration.ofDays(9))));
        Path zip = zip("web1_2026-11-21.zip", web(line("203.0.113.9", Duration.ofDays(9))));
        assertThat(swept().values())
                .extracting(SweepFile::path, SweepFile::action, SweepFile::reason, SweepFile::outcome)
                .containsExactlyInAnyOrder(
                        tuple(tar, FileAction.MASK, FileReason.UNMASKED_ADDRESSES, FileOutcome.DONE),
                        tuple(zip, FileAction.MASK, FileReason.UNMASKED_ADDRESSES, FileOutcome.DONE));
        String masked = line("203.0.113.0", Duration.ofDays(9));
        assertThat(zipped(zip))
                .isEqualTo(Map.of("web/index.html", PAGE, "log/access.log.1", masked, "log/access.log.2.gz", masked));
        assertThat(new String(ArchiveTest.plain(Files.readAllBytes(tar)), StandardCharsets.ISO_8859_1))
                .contains(PAGE, masked)
                .doesNotContain(line("203.0.113.9", Duration.ofDays(9)));
        assertThat(swept().values())
                .extracting(SweepFile::action, SweepFile::reason)
                .containsOnly(tuple(FileAction.LEAVE, FileReason.NOTHING_TO_MASK));
    }

    @Test
    void linesInBackupsLiveUntilTheirOwnPeriodIsOver() throws Exception {
        Path zip =
                zip("b.zip", web(line("203.0.113.0", Duration.ofDays(31)), line("203.0.113.0", Duration.ofDays(29))));
        assertThat(swept("b.zip").action()).isEqualTo(FileAction.CUT);
        assertThat(zipped(zip)).containsEntry("log/access.log.2.gz", line("203.0.113.0", Duration.ofDays(29)));
        // Nothing changes but the time.
        clock.set(NOW.plus(Duration.ofHours(23)));
        assertThat(swept("b.zip").reason()).isEqualTo(FileReason.NOTHING_TO_MASK);
        clock.set(NOW.plus(Duration.ofHours(25)));
        assertThat(swept("b.zip").action()).isEqualTo(FileAction.CUT);
        assertThat(zipped(zip)).containsEntry("log/access.log.2.gz", "").containsEntry("web/index.html", PAGE);
    }

    @Test
    void aCopyOfALogIsTreatedAsOneAndADumpOfADatabaseIsNot() throws Exception {
        Path copy = file(
                "access.log.2026-11-20", line("203.0.113.9", Duration.ofDays(9)).getBytes(StandardCharsets.UTF_8));
        byte[] dump =
                "INSERT INTO visit VALUES ('203.0.113.9', '2026-11-20 12:00:00');\n".getBytes(StandardCharsets.UTF_8);
        Path named = file("dump.sql", dump);
        Path packed = file("dump.sql.gz", gzip(dump));
        byte[] before = Files.readAllBytes(packed);
        assertThat(swept().values())
                .extracting(SweepFile::path, SweepFile::reason)
                .containsExactlyInAnyOrder(
                        tuple(copy, FileReason.UNMASKED_ADDRESSES),
                        tuple(named, FileReason.NO_LOGS),
                        tuple(packed, FileReason.NO_LOGS));
        assertThat(copy).hasContent(line("203.0.113.0", Duration.ofDays(9)));
        assertThat(named).hasBinaryContent(dump);
        assertThat(packed).hasBinaryContent(before);
    }

    @Test
    void whatCannotBeRewrittenIsReportedWithTheDateAtWhichItEnds() throws Exception {
        tar("a.tar", web(line("203.0.113.9", Duration.ofDays(9))));
        file("a.tar.sha256", "0000  a.tar\n".getBytes(StandardCharsets.UTF_8));
        file("b.tar.gz.gpg", new byte[] {1, 2, 3, 4});
        Map<String, SweepFile> files = swept();
        assertThat(files.get("a.tar"))
                .extracting(SweepFile::action, SweepFile::reason, SweepFile::notes)
                .containsExactly(
                        FileAction.LEAVE,
                        FileReason.KEPT_AS_WHOLE,
                        List.of(
                                FileNote.of(Code.CHECKSUM_BESIDE, "a.tar.sha256"),
                                FileNote.of(Code.TO_BE_DELETED_BY, NOW.plus(Duration.ofDays(21)))));
        assertThat(files.get("b.tar.gz.gpg"))
                .extracting(SweepFile::reason, SweepFile::notes)
                .containsExactly(
                        FileReason.KEPT_AS_WHOLE,
                        List.of(
                                FileNote.of(Code.NO_ARCHIVE),
                                FileNote.of(Code.TO_BE_DELETED_BY, NOW.plus(Duration.ofDays(29)))));
        store(LogStorage.BACKUP_BY_AGE);
        assertThat(swept("b.tar.gz.gpg").notes()).contains(FileNote.of(Code.ENDS_AT, NOW.plus(Duration.ofDays(29))));
        clock.set(NOW.plus(Duration.ofDays(22)));
        assertThat(swept().keySet()).contains("a.tar");
        assertThat(backups.resolve("a.tar")).doesNotExist();
        assertThat(backups.resolve("b.tar.gz.gpg")).exists();
        clock.set(NOW.plus(Duration.ofDays(30)));
        swept();
        assertThat(backups.resolve("b.tar.gz.gpg")).doesNotExist();
    }

    @Test
    void theFactOfBackupsSaysTheirOwnPeriod() throws Exception {
        zip("b.zip", web(line("203.0.113.9", Duration.ofDays(9))));
        swept();
        List<Evidenced<?>> found = facts.find(List.of(ScopePath.of(new Scope(ScopeLevel.PROVIDER, "p"), site.scope())))
                .facts();
        assertThat(found.stream().<Object>map(Evidenced::fact))
                .contains(new Retention(
                        "web-access-log",
                        Retention.Store.BACKUP,
                        new Days(30),
                        Retention.Trigger.LINE,
                        Optional.of(9)));
    }
}
